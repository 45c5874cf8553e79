"""Celery app: what a worker runs, ``celery -A assets.workers.app worker``.

Belongs here: the two tasks of dagster-celery, a run and a resumed run. Does not: settings (``celery.yaml``), the work.
"""

from celery import Celery
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

# Imported once here instead of by each run: a run is a fork of the worker and starts at once.
import assets.definitions  # noqa: F401
from assets.workers.settings import Broker, celery_settings

_URL = Broker().broker_url  # type: ignore[call-arg] # from the environment

app: Celery = make_app(  # type: ignore[no-untyped-call]
    {"broker": _URL, "backend": _URL, "config_source": celery_settings()}
)

execute_job = create_execute_job_task(app)
resume_job = create_resume_job_task(app)
