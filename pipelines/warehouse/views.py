"""Views: the views of the warehouse, made anew whenever the schema changes.

Belongs here: dropping and creating views. Does not: their SELECT (``schemas.views``).
"""

import sqlalchemy as sa

from schemas.tables import metadata
from schemas.views import all_views


def refresh_views(connection: sa.Connection) -> None:
    """Drop and create every view of the warehouse; views hold no data, so this loses nothing."""
    for view in all_views(metadata):
        connection.execute(sa.text(f'DROP VIEW IF EXISTS "{view.name}"'))
        connection.execute(sa.text(f'CREATE VIEW "{view.name}" AS {view.select}'))
