"""Settings of the workers: what launcher and workers must agree on.

Belongs here: reading ``celery.yaml`` and the broker's address. Does not: what each setting is for (``celery.yaml``).
"""

from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_FILE = Path(__file__).with_name("celery.yaml")


class Broker(BaseSettings):
    """The broker, as the environment describes it."""

    model_config = SettingsConfigDict(env_prefix="NEDRA_", frozen=True, extra="ignore")

    broker_url: str = Field(description="where runs wait for a worker and tell their state: redis://HOST:6379/0")


@cache
def celery_settings() -> dict[str, Any]:
    """Return the settings of Celery, by the names of Celery."""
    found: dict[str, Any] = yaml.safe_load(_FILE.read_text("utf-8"))
    return found
