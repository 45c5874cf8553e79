"""Alembic's entry: migrations, views and the seals, on the engine ``schema_version.upgrade`` hands over.

All of it is one write transaction. Views and seals are those of this code, so they come with its newest revision only.
"""

from alembic import context

from pipelines.verification.reseal import reseal
from pipelines.warehouse.engine import write_transaction
from pipelines.warehouse.schema_version import head_revision, refresh_views
from schemas.tables import metadata

with write_transaction(context.config.attributes["engine"]) as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    context.run_migrations()
    if context.get_revision_argument() == head_revision():
        refresh_views(connection)
        reseal(connection)
