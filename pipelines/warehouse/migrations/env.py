"""Alembic's entry: runs the migrations on the engine ``migrating.upgrade`` hands over, in one write transaction."""

from alembic import context

from pipelines.warehouse.engine import write_transaction
from schemas.tables import metadata

with write_transaction(context.config.attributes["engine"]) as connection:
    context.configure(connection=connection, target_metadata=metadata, transactional_ddl=True)
    context.run_migrations()
