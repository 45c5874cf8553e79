"""Instance: where Dagster keeps its own records.

Belongs here: making an embedded instance under NEDRA_HOME when DAGSTER_HOME names none. Does not: production
configuration (``docs/deploying.md``).
"""

import os
from pathlib import Path

import dagster as dg

from pipelines.settings import Settings

CONFIG_FILE = "dagster.yaml"
EMBEDDED = Path(__file__).parent / "embedded_instance.yaml"


def prepare_instance(settings: Settings) -> dg.DagsterInstance:
    """Return the configured instance; the folder and a configuration for one machine are made when missing."""
    home = Path(os.environ.setdefault("DAGSTER_HOME", str(settings.dagster_home)))
    home.mkdir(parents=True, exist_ok=True)
    config = home / CONFIG_FILE
    if not config.exists():
        config.write_bytes(EMBEDDED.read_bytes())
    return dg.DagsterInstance.get()
