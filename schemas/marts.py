"""Marts: tables filled by the SQL models of ``dbt_like_sql``.

Belongs here: one table per model, its columns in the order the model selects them. Does not: the SQL.
"""
