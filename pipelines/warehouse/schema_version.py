"""Migrating: bringing a warehouse to the schema of this code.

Belongs here: running Alembic from inside the program. Does not: the migrations (``migrations/versions``).
"""

import sqlalchemy as sa
from alembic import command
from alembic.runtime.migration import MigrationContext

from pipelines.settings import SetupError
from pipelines.warehouse.revisions import alembic_config, head_revision

# SQLSTATE of PostgreSQL: insufficient privilege.
_NOT_ALLOWED = "42501"


def upgrade(engine: sa.Engine) -> None:
    """Apply every migration the warehouse lacks; nothing to do costs one query.

    Raises:
        SetupError: the database user may not change the schema.
    """
    head = head_revision()
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return
    config = alembic_config()
    config.attributes["engine"] = engine
    try:
        # Tables, triggers and views in one transaction (``migrations/env``): all of them or none, whatever happens.
        command.upgrade(config, "head")
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_ALLOWED:
            raise
        message = (
            f"The warehouse {engine.url.render_as_string(hide_password=True)} has schema {current or 'none'}, this "
            f"version of Nedra needs {head}, and its database user may not change it. Run nedra migrate once as the "
            f"owner of the tables (docs/deploying-postgresql.md)."
        )
        raise SetupError(message) from error
