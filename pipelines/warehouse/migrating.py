"""Migrating: bringing a warehouse to the schema of this code.

Belongs here: running Alembic from inside the program. Does not: the migrations (``migrations/versions``).
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipelines.warehouse.engine import write_transaction
from pipelines.warehouse.views import refresh_views

MIGRATIONS = Path(__file__).parent / "migrations"


def upgrade(engine: sa.Engine) -> None:
    """Apply every migration the warehouse lacks; nothing to do costs one query."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        if MigrationContext.configure(connection).get_current_revision() == head:
            return
    config.attributes["engine"] = engine
    command.upgrade(config, "head")
    with write_transaction(engine) as connection:
        refresh_views(connection)
