"""Celery app: what a worker runs, ``celery -A assets.instance.celery.app worker``.

Belongs here: the two tasks of dagster-celery, a run and a resumed run, and how a run is ended. Does not: settings
(``celery.yaml``), the work.
"""

import signal

from celery import Celery
from celery.signals import worker_process_init
from dagster_celery.make_app import make_app
from dagster_celery.tasks import create_execute_job_task, create_resume_job_task

# Imported once here instead of by each run: a run is a fork of the worker and starts at once.
import assets.definitions  # noqa: F401
from assets.instance.celery.settings import Broker, celery_settings

_URL = Broker().broker_url  # type: ignore[call-arg] # from the environment

app: Celery = make_app(  # type: ignore[no-untyped-call]
    {"broker": _URL, "backend": _URL, "config_source": celery_settings()}
)

execute_job = create_execute_job_task(app)
resume_job = create_resume_job_task(app)


@worker_process_init.connect  # type: ignore[untyped-decorator]
def listen_to_cancelling(**_: object) -> None:
    """Let a run that is cancelled tell Dagster that it ends; Celery's own way is to drop dead."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
