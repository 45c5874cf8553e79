"""Run coordinator: one that puts years in order and notes who asked for a run.

Belongs here: what ``run_coordinator`` of deploy/dagster.yaml names. Does not: how many runs go at once, as it says.
"""

import dagster as dg

from assets.instance.dagster_internals import PARTITION_NAME_TAG, PRIORITY_TAG, SubmitRunContext

# Dagster has no users. The proxy that the web server is reached through sets this header (deploy/nginx).
USER_HEADER = "X-Forwarded-User"
LAUNCHED_BY = "nedra/launched_by"


class YearsInOrder(dg.QueuedRunCoordinator):
    """Queues runs so that an earlier year goes first, also when it comes later, as the retry of a killed run does."""

    def submit_run(self, context: SubmitRunContext) -> dg.DagsterRun:
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
