"""Embedded instance: where Dagster keeps its own records.

Here: making an embedded instance under NEDRA_HOME when DAGSTER_HOME names none. Not here: how it uses its files
(``assets.instance.sqlite_connections``), production configuration (``docs/deploying.md``).
"""

import os
from pathlib import Path

import dagster as dg
import sqlalchemy as sa

from assets.instance.sqlite_connections import keep_open, spare_the_disk
from pipelines.settings import Settings, SetupError

CONFIG_FILE = "dagster.yaml"
DRIVER = "psycopg2"
_EXTRA = "install the extra `postgres`: pip install 'nedra[postgres]'"
_SCHEME = f"write the URL as postgresql+{DRIVER}://… (docs/deploying-postgresql.md)"
_HELP = {"dagster_postgres": _EXTRA, DRIVER: _EXTRA, "psycopg": _SCHEME}
EMBEDDED = Path(__file__).parent / "embedded_instance.yaml"


def prepare_instance(settings: Settings) -> dg.DagsterInstance:
    """Return the configured instance; the folder and a configuration for one machine are made when missing.

    Raises:
        SetupError: the storage of dagster.yaml cannot be used; the message says what to install or to write.
    """
    home = Path(os.environ.setdefault("DAGSTER_HOME", str(settings.dagster_home)))
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_FILE
    if not config.exists():
        config.write_bytes(EMBEDDED.read_bytes())
    spare_the_disk(home)
    try:
        instance = dg.DagsterInstance.get()
    except Exception as error:
        missing = _missing_module(error)
        if missing is None:
            raise
        message = (
            f"{config} asks for a storage that needs the Python module {missing}: {_HELP.get(missing, 'install it')}"
        )
        raise SetupError(message) from error
    _refuse_other_drivers(instance, config)
    keep_open(instance)
    return instance


def _missing_module(error: BaseException | None) -> str | None:
    """Return the module an exception or what led to it could not find."""
    while error is not None:
        if isinstance(error, ModuleNotFoundError) and error.name is not None:
            return error.name
        error = error.__cause__ or error.__context__
    return None


def _refuse_other_drivers(instance: dg.DagsterInstance, config: Path) -> None:
    """Stop before the first event, which another driver than psycopg2 answers with a syntax error at NOTIFY."""
    url = getattr(instance.event_log_storage, "postgres_url", None)
    if url is not None and sa.make_url(url).get_driver_name() != DRIVER:
        scheme = url.partition("://")[0]
        message = (
            f"{config} names its PostgreSQL storage as {scheme}://…, which this version of SQLAlchemy opens with a "
            f"driver Dagster cannot use. Write postgresql+{DRIVER}://… there (docs/deploying-postgresql.md)."
        )
        raise SetupError(message)
