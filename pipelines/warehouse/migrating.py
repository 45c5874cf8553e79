"""Migrating: bringing a warehouse to the schema of this code.

Belongs here: running Alembic from inside the program. Does not: the migrations (``migrations/versions``).
"""

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipelines.settings import SetupError
from pipelines.warehouse.engine import write_transaction
from pipelines.warehouse.views import refresh_views

MIGRATIONS = Path(__file__).parent / "migrations"
# SQLSTATE of PostgreSQL: insufficient privilege.
_NOT_ALLOWED = "42501"


def upgrade(engine: sa.Engine) -> None:
    """Apply every migration the warehouse lacks; nothing to do costs one query.

    Raises:
        SetupError: the database user may not change the schema.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    head = ScriptDirectory.from_config(config).get_current_head()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    config.attributes["engine"] = engine
    try:
        command.upgrade(config, "head")
        with write_transaction(engine) as connection:
            refresh_views(connection)
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_ALLOWED:
            raise
        message = (
            f"The warehouse {engine.url.render_as_string(hide_password=True)} has schema {current or 'none'}, this "
            f"version of Nedra needs {head}, and its database user may not change it. Run any command of Nedra once "
            f"as the owner of the tables (docs/deploying-postgresql.md)."
        )
        raise SetupError(message) from error
