"""Revisions: which schema this code needs.

Belongs here: Alembic's configuration and the newest revision. Does not: applying it (``migrating``).
"""

from functools import cache
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

MIGRATIONS = Path(__file__).parent / "migrations"


@cache
def head_revision() -> str | None:
    """Return the revision of the schema of this code."""
    return ScriptDirectory.from_config(alembic_config()).get_current_head()


def alembic_config() -> Config:
    """Return Alembic's configuration for the migrations of the warehouse."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return config
