"""Settings: everything that differs from one installation to the next, from the environment, validated at start.

Belongs here: names, defaults and checks of environment variables. Does not: law, limits of intake (both are data).
"""

import os
from collections.abc import Iterable
from datetime import date, datetime
from difflib import get_close_matches
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field, HttpUrl, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

TIME_ZONE = ZoneInfo("Asia/Almaty")
# One driver, whichever way the URL is written: the others return other types for the same column.
_DRIVER = "psycopg"
_POSTGRESQL = ("postgresql", "postgres", f"postgresql+{_DRIVER}")
_PREFIX = "NEDRA_"
# Settings of one room (``assets.instance``), and those only deploy/compose.yaml reads.
ELSEWHERE = frozenset(
    {
        "NEDRA_WAIT_LOOK_SECONDS",
        "NEDRA_WAIT_PATIENCE_SECONDS",
        "NEDRA_BROKER_URL",
        "NEDRA_WEB_PORT",
        "NEDRA_AUDIT_PORT",
    }
)


class SetupError(Exception):
    """The installation cannot be used as it is set up; the message says why and what to do."""


class Settings(BaseSettings):
    """The installation, as the environment describes it.

    Raises ``pydantic.ValidationError`` naming the variable when a value cannot be used, ``SetupError`` when the
    environment has a variable NEDRA_... that is no setting: a misspelt one would silently leave its default in force.
    """

    model_config = SettingsConfigDict(env_prefix=_PREFIX, frozen=True, extra="ignore")

    home: Path = Field(default=Path("data"), description="folder of the inbox, the archive and everything written")
    inbox: str | None = Field(
        default=None, description="inbox when it is not NEDRA_HOME/inbox: a path or an fsspec URL such as s3://..."
    )
    database_url: str | None = Field(
        default=None, description="SQLAlchemy URL of the warehouse; default SQLite file warehouse.db in NEDRA_HOME"
    )
    workers: int = Field(
        default_factory=lambda: os.cpu_count() or 1, ge=1, le=256, description="reading processes; default one a core"
    )
    as_of: date | None = Field(default=None, description="the day of the run, YYYY-MM-DD; default today in Asia/Almaty")
    # Together about a minute: longer than the restart of a server, shorter than anybody's patience.
    retries: int = Field(
        default=4, ge=0, le=20, description="times a step retries a database that is unreachable or busy"
    )
    retry_seconds: float = Field(default=2, ge=0, le=600, description="wait before the first; the next are longer")
    # Thirteen months: when a year's filings arrive, the runs of the year before can still be looked at.
    keep_runs_days: int = Field(
        default=400, ge=1, le=36_500, description="days Dagster keeps a run that no partition's state rests on"
    )
    automation: bool = Field(
        default=True, description="whether schedule and sensors are on from the start; each can be switched in the UI"
    )
    watch_seconds: int = Field(default=30, ge=1, le=86_400, description="pause between two looks into the inbox")
    settle_seconds: float = Field(
        default=10, ge=0, le=3_600, description="a file or the warehouse is left alone until unchanged for so long"
    )
    patience_seconds: float = Field(
        default=600, ge=0, le=86_400, description="a changed file waits no longer than this for others to be whole"
    )
    fresh_hours: float = Field(default=30, gt=0, description="the running year is stale when computed longer ago")
    alert_webhook: HttpUrl | None = Field(default=None, description="address that alerts are posted to as JSON")
    alert_file: Path | None = Field(default=None, description="file that alerts are appended to, a line of JSON each")
    # Several runs may fail at once, and Dagster gives a tick of a sensor a minute.
    alert_seconds: float = Field(default=9, gt=0, le=10, description="for all attempts to post an alert together")
    alert_attempts: int = Field(default=3, ge=1, le=5, description="times an alert is posted before it is given up")
    ui_url: HttpUrl | None = Field(default=None, description="address of the web server, for links in alerts")

    @model_validator(mode="before")
    @classmethod
    def _all_known(cls, values: Any) -> Any:
        refuse_unknown(os.environ)
        return values

    @field_validator("home")
    @classmethod
    def _absolute(cls, value: Path) -> Path:
        found = value.expanduser().resolve()
        if any(each.exists() and not each.is_dir() for each in (found, *found.parents)):
            message = "expected a folder, this is a file or lies in one"
            raise ValueError(message)
        return found

    @field_validator("database_url")
    @classmethod
    def _known_driver(cls, value: str | None) -> str | None:
        if value is None or value.startswith("sqlite:///"):
            return value
        scheme, _, rest = value.partition("://")
        if scheme not in _POSTGRESQL or not rest:
            message = "expected sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE"
            raise ValueError(message)
        if find_spec(_DRIVER) is None:
            message = "a warehouse on PostgreSQL needs the extra `postgres`: pip install 'nedra[postgres]'"
            raise ValueError(message)
        return f"postgresql+{_DRIVER}://{rest}"

    @property
    def inbox_url(self) -> str:
        """Where filings and registers arrive."""
        return self.inbox or str(self.home / "inbox")

    @property
    def warehouse_url(self) -> str:
        """SQLAlchemy URL of the warehouse."""
        return self.database_url or f"sqlite:///{self.embedded_database}"

    @property
    def embedded_database(self) -> Path:
        """The SQLite file used when no other warehouse is named."""
        return self.home / "warehouse.db"

    @property
    def has_warehouse(self) -> bool:
        """Whether there may be a warehouse: the file is there, or a database is named and will say so itself."""
        return self.database_url is not None or self.embedded_database.exists()

    @property
    def archive(self) -> Path:
        """Where every workbook ever read is kept under its SHA-256."""
        return self.home / "archive"

    @property
    def dagster_home(self) -> Path:
        """Where Dagster keeps its own records when DAGSTER_HOME does not say otherwise."""
        return self.home / "dagster"

    def day_of_the_run(self) -> date:
        """Return NEDRA_AS_OF, or today in Asia/Almaty."""
        return self.as_of or datetime.now(TIME_ZONE).date()


def refuse_unknown(names: Iterable[str]) -> None:
    """Raise ``SetupError`` for names of environment variables that begin as a setting of Nedra and are none."""
    known = {_PREFIX + name.upper() for name in Settings.model_fields} | ELSEWHERE
    unknown = sorted(name for name in names if name.startswith(_PREFIX) and name not in known)
    if not unknown:
        return
    told = []
    for name in unknown:
        near = get_close_matches(name, known, n=1)
        told.append(f"{name} is no setting of Nedra" + (f"; did you mean {near[0]}?" if near else "."))
    message = " ".join(told) + " Correct or unset it; README.md lists all settings."
    raise SetupError(message)
