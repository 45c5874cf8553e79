"""Dagster internals: every name of ``dagster._...`` that Nedra uses, and what it relies on of each.

Here: names Dagster gives no public path to, so that an upgrade touches one file. Not here: what is done with them. Add
a name only when ``dagster`` itself does not export it; ``tests/assets/test_dagster_internals.py`` holds what is relied
upon.

What is overridden because Dagster lacks it, and when each may go; the same test fails on the day a defect is gone:

===================================================  ==================================================================
Override                                             Drop when
===================================================  ==================================================================
``WatchedRunLauncher.check_run_worker_health``       ``DefaultRunLauncher`` supports the check of workers' health
``WorkersRunLauncher.resume_run``                    dagster-celery calls its task with ``resume_job_args_packed``
``WorkersRunLauncher.terminate``                     dagster-celery reports the run as being cancelled
``WorkersRunLauncher.check_run_worker_health``       dagster-celery asks the worker and not only the state of the task
``YearsInOrder.submit_run``                          a run can get its priority from its partition, and its user
``retention._remove_empty_file``                     deleting a run on SQLite removes the run's own file
``sqlite_connections.keep_open``                     the SQLite storages keep one engine for a file
===================================================  ==================================================================
"""

from dagster import _check as check
from dagster._config import UserConfigSchema
from dagster._core.errors import DagsterExecutionInterruptedError, DagsterUserCodeUnreachableError
from dagster._core.launcher import CheckRunHealthResult, ResumeRunContext, WorkerStatus
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.storage.dagster_run import FINISHED_STATUSES, NOT_FINISHED_STATUSES
from dagster._core.storage.event_log import SqlEventLogStorage
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable, SqlEventLogStorageTable
from dagster._core.storage.event_log.sqlite import SqliteEventLogStorage
from dagster._core.storage.runs import SqliteRunStorage
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._core.storage.tags import (
    AUTO_RETRY_RUN_ID_TAG,
    BACKFILL_ID_TAG,
    PARTITION_NAME_TAG,
    PRIORITY_TAG,
    WILL_RETRY_TAG,
)
from dagster._grpc.types import GetCurrentRunsResult, ResumeRunArgs
from dagster._serdes import ConfigurableClassData, deserialize_value, pack_value

__all__ = [
    "AUTO_RETRY_RUN_ID_TAG",
    "BACKFILL_ID_TAG",
    "FINISHED_STATUSES",
    "NOT_FINISHED_STATUSES",
    "PARTITION_NAME_TAG",
    "PRIORITY_TAG",
    "SQLITE_BUSY_TIMEOUT_SECONDS",
    "WILL_RETRY_TAG",
    "AssetCheckExecutionsTable",
    "CheckRunHealthResult",
    "ConfigurableClassData",
    "DagsterExecutionInterruptedError",
    "DagsterUserCodeUnreachableError",
    "GetCurrentRunsResult",
    "ResumeRunArgs",
    "ResumeRunContext",
    "SqlEventLogStorage",
    "SqlEventLogStorageTable",
    "SqliteEventLogStorage",
    "SqliteRunStorage",
    "SqliteScheduleStorage",
    "SubmitRunContext",
    "UserConfigSchema",
    "WorkerStatus",
    "check",
    "deserialize_value",
    "pack_value",
]
