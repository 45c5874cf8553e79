"""Run coordinator: one that puts years in order and notes who asked for a run.

Belongs here: what ``run_coordinator`` of deploy/dagster.yaml names. Does not: how many runs go at once, as it says.
"""

import dagster as dg
from dagster._core.run_coordinator import SubmitRunContext
from dagster._core.storage.dagster_run import DagsterRun
from dagster._core.storage.tags import PARTITION_NAME_TAG, PRIORITY_TAG

# Dagster has no users. The proxy that the web server is reached through sets this header (deploy/nginx).
USER_HEADER = "X-Forwarded-User"
LAUNCHED_BY = "nedra/launched_by"


class YearsInOrder(dg.QueuedRunCoordinator):
    """Queues runs so that an earlier year goes first, also when it comes later, as the retry of a killed run does."""

    def submit_run(self, context: SubmitRunContext) -> DagsterRun:
        """Queue the run with a priority, unless whoever asked gave it one, and with the user, when one asked."""
        run = context.dagster_run
        tags = {}
        year = run.tags.get(PARTITION_NAME_TAG, "")
        if year.isdecimal() and PRIORITY_TAG not in run.tags:
            tags[PRIORITY_TAG] = f"-{year}"
        user = context.get_request_header(USER_HEADER)
        if user:
            tags[LAUNCHED_BY] = user
        if tags:
            self._instance.add_run_tags(run.run_id, tags)
        return super().submit_run(context)
