"""Schema version: which schema this code needs, and bringing a warehouse to it.

Here: Alembic's configuration, running it from inside the program, views made anew. Not here: the migrations
(``pipelines.warehouse.migrations``), a view's SELECT (``schemas.views``).
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from pipelines.settings import SetupError
from schemas.tables import metadata
from schemas.views import all_views

MIGRATIONS = Path(__file__).parent / "migrations"
# SQLSTATE of PostgreSQL: insufficient privilege.
_NOT_ALLOWED = "42501"


@cache
def head_revision() -> str | None:
    """Return the revision of the schema of this code."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


@cache
def older_revisions() -> frozenset[str]:
    """Return the revisions before that of this code."""
    scripts = ScriptDirectory.from_config(alembic_config()).walk_revisions()
    return frozenset(script.revision for script in scripts) - {head_revision()}


def alembic_config() -> Config:
    """Return Alembic's configuration for the migrations of the warehouse."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def upgrade(engine: sa.Engine, revision: str = "head") -> None:
    """Apply every migration up to a revision that the warehouse lacks; nothing to do costs one query.

    Raises:
        SetupError: the database user may not change the schema, or what is stored does not verify.
    """
    wanted = head_revision() if revision == "head" else revision
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    if current == wanted:
        return
    config = alembic_config()
    config.attributes["engine"] = engine
    try:
        # Tables, triggers, views and seals in one transaction (``migrations/env``): all of them or none.
        command.upgrade(config, str(wanted))
    except sa.exc.ProgrammingError as error:
        if getattr(error.orig, "sqlstate", None) != _NOT_ALLOWED:
            raise
        message = (
            f"The warehouse {engine.url.render_as_string(hide_password=True)} has schema {current or 'none'}, this "
            f"version of Nedra needs {wanted}, and its database user may not change it. Run nedra migrate once as the "
            f"owner of the tables (docs/deploying-postgresql.md)."
        )
        raise SetupError(message) from error


def refresh_views(connection: sa.Connection) -> None:
    """Drop and create every view of the warehouse; views hold no data, so this loses nothing."""
    for view in all_views(metadata):
        connection.execute(sa.text(f'DROP VIEW IF EXISTS "{view.name}"'))
        connection.execute(sa.text(f'CREATE VIEW "{view.name}" AS {view.select}'))
