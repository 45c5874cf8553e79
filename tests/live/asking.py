"""Asking: what an operator's clicks send to the web server, as GraphQL.

Belongs here: the mutations of the UI's buttons and the questions behind its colours. Does not: processes, expectations.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from assets.jobs import REPORTS
from tests.live.processes import Installation

Strategy = Literal["FROM_FAILURE", "FROM_ASSET_FAILURE", "ALL_STEPS"]

PLACE = {"repositoryName": "__repository__", "repositoryLocationName": "nedra"}
_ENDED = ("SUCCESS", "FAILURE", "CANCELED")
_BACKFILL_ENDED = ("COMPLETED", "COMPLETED_SUCCESS", "COMPLETED_FAILED", "FAILED", "CANCELED")
# For a machine that does much else; the time a year truly takes is a twentieth of it.
_SECONDS = 240

_ASSETS = "query { assetNodes { id groupName assetKey { path } } }"
_LAUNCH = """mutation ($params: ExecutionParams!) { launchPipelineExecution(executionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
  ... on RunConfigValidationInvalid { errors { message } } } }"""
_REEXECUTE = """mutation ($params: ReexecutionParams!) { launchRunReexecution(reexecutionParams: $params) {
  __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
_BACKFILL = """mutation ($params: LaunchBackfillParams!) { launchPartitionBackfill(backfillParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
_REEXECUTE_BACKFILL = """mutation ($params: ReexecutionParams!) {
  reexecutePartitionBackfill(reexecutionParams: $params) {
  __typename ... on LaunchBackfillSuccess { backfillId } ... on PythonError { message } } }"""
_RUN = """query ($id: ID!) { runOrError(runId: $id) { ... on Run { status stepStats { stepKey status }
  eventConnection(limit: 1000) { events { __typename ... on MessageEvent { message }
    ... on ExecutionStepFailureEvent { stepKey error { message }
      failureMetadata { description metadataEntries { label description ... on TextMetadataEntry { text }
        ... on MarkdownMetadataEntry { mdStr } } } } } } } } }"""
_BACKFILL_STATUS = """query ($id: String!) { partitionBackfillOrError(backfillId: $id) {
  ... on PartitionBackfill { status error { message } runs(limit: 500) { runId status } } } }"""
_RUNS = """query ($filter: RunsFilter) { runsOrError(filter: $filter, limit: 1000) {
  ... on Runs { results { runId status tags { key value } } } } }"""
_STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"
_PARTITIONS = """query { assetNodes { id assetKey { path } assetPartitionStatuses {
  ... on TimePartitionStatuses { ranges { startKey endKey status } } } } }"""


@dataclass(frozen=True)
class Operator:
    """Somebody in front of the UI of an installation."""

    installation: Installation

    def assets(self) -> list[str]:
        """Return the names of the assets of a year; reports are written after it, by jobs of their own."""
        nodes = self._ask(_ASSETS)["assetNodes"]
        return sorted("/".join(each["assetKey"]["path"]) for each in nodes if each["groupName"] != REPORTS)

    def materialise(self, year: int, *assets: str) -> str:
        """Press "Materialize" for one year of the assets (all when none is named); return the run."""
        selection = [{"path": [name]} for name in assets or self.assets()]
        tags = [{"key": "dagster/partition", "value": str(year)}]
        params = {
            "selector": {
                **PLACE,
                "pipelineName": "__ASSET_JOB",
                "assetSelection": selection,
                "assetCheckSelection": None,
            },
            "mode": "default",
            "runConfigData": "{}",
            "executionMetadata": {"tags": tags},
        }
        return self._run_id(self._ask(_LAUNCH, params=params)["launchPipelineExecution"])

    def reexecute(self, run_id: str, strategy: Strategy) -> str:
        """Press "Re-execute" on the page of a run; return the new run."""
        params = {"parentRunId": run_id, "strategy": strategy}
        return self._run_id(self._ask(_REEXECUTE, params=params)["launchRunReexecution"])

    def backfill(self, years: Sequence[int], *assets: str) -> str:
        """Launch a backfill of years of the assets (all when none is named); return it."""
        selection = [{"path": [name]} for name in assets or self.assets()]
        params = {"assetSelection": selection, "partitionNames": [str(year) for year in years], "tags": []}
        return self._backfill_id(self._ask(_BACKFILL, params=params)["launchPartitionBackfill"])

    def backfill_job(self, years: Sequence[int], *, from_failure: bool = False) -> str:
        """Launch a backfill on the page of the job ``year``, perhaps only from where its last runs failed."""
        params = {
            "selector": {"partitionSetName": "year_partition_set", "repositorySelector": PLACE},
            "partitionNames": [str(year) for year in years],
            "fromFailure": from_failure,
            "tags": [],
        }
        return self._backfill_id(self._ask(_BACKFILL, params=params)["launchPartitionBackfill"])

    def reexecute_backfill(self, backfill_id: str, strategy: Strategy) -> str:
        """Press "Re-execute" on the page of a backfill; return the new backfill."""
        params = {"parentRunId": backfill_id, "strategy": strategy}
        return self._backfill_id(self._ask(_REEXECUTE_BACKFILL, params=params)["reexecutePartitionBackfill"])

    def run(self, run_id: str) -> dict[str, Any]:
        """Return a run: status, steps and events."""
        found: dict[str, Any] = self._ask(_RUN, id=run_id)["runOrError"]
        return found

    def ended(self, run_id: str, seconds: float = _SECONDS) -> str:
        """Wait for the end of a run and return its status."""
        what = f"run {run_id} to end"
        return self.installation.wait_for(lambda: self._ended(run_id), seconds, what)

    def backfill_ended(self, backfill_id: str, seconds: float = 2 * _SECONDS) -> str:
        """Wait for the end of a backfill and return its status."""

        def status() -> str | None:
            found = self._ask(_BACKFILL_STATUS, id=backfill_id)["partitionBackfillOrError"]
            return found["status"] if found["status"] in _BACKFILL_ENDED else None

        return self.installation.wait_for(status, seconds, f"backfill {backfill_id} to end")

    def runs_of(self, backfill_id: str) -> list[dict[str, Any]]:
        """Return the runs of a backfill, the newest first."""
        tags = [{"key": "dagster/backfill", "value": backfill_id}]
        found: list[dict[str, Any]] = self._ask(_RUNS, filter={"tags": tags})["runsOrError"]["results"]
        return found

    def failures(self, run_id: str) -> list[str]:
        """Return what the page of a run says of each failed step."""
        told = []
        for event in self.run(run_id)["eventConnection"]["events"]:
            if event["__typename"] == "ExecutionStepFailureEvent":
                said = event["failureMetadata"] or {}
                told.append(said.get("description") or (event["error"] or {}).get("message") or event["message"])
        return told

    def steps(self, run_id: str) -> dict[str, str]:
        """Return the steps of a run with their status."""
        return {step["stepKey"]: step["status"] for step in self.run(run_id)["stepStats"]}

    def colours(self, year: int) -> dict[str, str]:
        """Return the assets whose partition of the year has a colour: MATERIALIZED, FAILED or MATERIALIZING."""
        found = {}
        for asset in self._ask(_PARTITIONS)["assetNodes"]:
            for span in asset["assetPartitionStatuses"].get("ranges", ()):
                if int(span["startKey"]) <= year <= int(span["endKey"]):
                    found["/".join(asset["assetKey"]["path"])] = str(span["status"])
        return found

    def green(self, year: int) -> set[str]:
        """Return the assets whose partition of the year is materialised."""
        return {asset for asset, colour in self.colours(year).items() if colour == "MATERIALIZED"}

    def red(self, year: int) -> set[str]:
        """Return the assets whose partition of the year failed last."""
        return {asset for asset, colour in self.colours(year).items() if colour == "FAILED"}

    def _ended(self, run_id: str) -> str | None:
        status: str = self._ask(_STATUS, id=run_id)["runOrError"]["status"]
        return status if status in _ENDED else None

    def _ask(self, query: str, **variables: object) -> dict[str, Any]:
        return self.installation.graphql(query, **variables)

    def _run_id(self, answer: dict[str, Any]) -> str:
        assert answer["__typename"] == "LaunchRunSuccess", answer
        return str(answer["run"]["runId"])

    def _backfill_id(self, answer: dict[str, Any]) -> str:
        assert answer["__typename"] == "LaunchBackfillSuccess", answer
        return str(answer["backfillId"])
