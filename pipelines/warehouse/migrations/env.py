"""Alembic's entry: migrations, then views, on the engine ``migrating.upgrade`` hands over, in one write transaction."""

from alembic import context

from pipelines.warehouse.engine import write_transaction
from pipelines.warehouse.views import refresh_views
from schemas.tables import metadata

with write_transaction(context.config.attributes["engine"]) as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    context.run_migrations()
    refresh_views(connection)
