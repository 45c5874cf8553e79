"""Alerts: what is told, where, once; and that no server and no disk can stop anything by it."""

import datetime as dt
import json
import logging
from pathlib import Path

import dagster as dg
import pytest

from assets.automation.alert_sensors import alert_sensors
from assets.automation.freshness import running_year_is_fresh
from assets.automation.observed_years import PARTITION
from assets.jobs import year_job
from pipelines.alerts import failed_runs, rejected_filings
from pipelines.alerts.alert import Alert, Kind
from pipelines.alerts.channels import append, channels, post
from pipelines.alerts.failed_runs import FailedRun, FailedStep
from pipelines.settings import Settings
from tests.assets.receiving import GIBBERISH, SLOW, a_receiver
from tests.assets.ticks import DEFS
from tests.homes import Home, User

NOW = dt.datetime(2026, 5, 1, 3, 0, tzinfo=dt.UTC)
ALERT = Alert(Kind.STALE, "Nedra: год", "давно", NOW, {"year": 2026})
FAILED, ALERTS = alert_sensors(Settings())
USER = User(1)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_ALERT_FILE", str(tmp_path / "alerts" / "nedra.jsonl"))
    made = Home(tmp_path)
    made.register("units", [USER.record()])
    yield made
    made.close()


def lines(home):
    path = home.folder / "alerts" / "nedra.jsonl"
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def told(home, kind):
    return [each for each in lines(home) if each["kind"] == kind]


class Watch:
    """The sensor of alerts, tick after tick."""

    def __init__(self):
        self.cursor = None

    def tick(self):
        """Return the outcome."""
        with dg.build_sensor_context(cursor=self.cursor, definitions=DEFS) as context:
            result = ALERTS.evaluate_tick(context)
        self.cursor = result.cursor
        return result


def test_an_alert_is_a_line_of_json_that_a_chat_can_show():
    assert json.loads(ALERT.as_json()) == {
        "kind": "running_year_stale",
        "at": "2026-05-01T03:00:00+00:00",
        "title": "Nedra: год",
        "text": "Nedra: год\nдавно",
        "facts": {"year": 2026},
    }
    assert "год" in ALERT.as_json()


def test_a_webhook_gets_the_alert_as_json():
    with a_receiver() as server:
        assert post(ALERT, server.url, 5, 3)
    assert server.bodies == [json.loads(ALERT.as_json())]
    assert server.headers[0]["Content-Type"] == "application/json; charset=utf-8"


def test_a_server_that_stumbles_is_asked_again():
    with a_receiver(500, 429) as server:
        assert post(ALERT, server.url, 5, 3)
    assert len(server.bodies) == 3


def test_a_server_that_goes_on_failing_is_given_up(caplog):
    with a_receiver(500, 500, 500, 500) as server:
        assert not post(ALERT, server.url, 5, 3)
    assert len(server.bodies) == 3
    assert "could not be posted to 127.0.0.1: the server answered 500" in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("answer", [400, 403, 404, 302])
def test_a_refusal_is_not_argued_with(answer):
    with a_receiver(answer) as server:
        assert not post(ALERT, server.url, 5, 3)
    assert len(server.bodies) == 1


def test_a_server_that_is_down_is_named_in_the_log(caplog):
    with a_receiver() as server:
        pass
    assert not post(ALERT, server.url, 1, 2)
    assert "ConnectionRefusedError" in caplog.text or "refused" in caplog.text


def test_a_server_that_never_finishes_its_answer_is_not_waited_for(caplog):
    with a_receiver(SLOW, SLOW) as server:
        assert not post(ALERT, server.url, 0.4, 2)
    assert "no answer in" in caplog.text


def test_a_server_that_does_not_speak_http_is_named_in_the_log(caplog):
    with a_receiver(GIBBERISH) as server:
        assert not post(ALERT, server.url, 2, 1)
    assert "could not be posted" in caplog.text


def test_the_file_gets_one_line_after_another(tmp_path):
    path = tmp_path / "new" / "alerts.jsonl"
    assert append(ALERT, path)
    assert append(ALERT, path)
    assert path.read_text("utf-8") == f"{ALERT.as_json()}\n" * 2


def test_a_file_that_cannot_be_written_is_named_in_the_log(tmp_path, caplog):
    assert not append(ALERT, tmp_path)
    assert f"could not be written to {tmp_path}" in caplog.text


def test_without_settings_alerts_go_nowhere():
    assert channels(Settings()) == {}


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "no address"])
def test_a_webhook_is_reached_by_http_only(monkeypatch, url):
    monkeypatch.setenv("NEDRA_ALERT_WEBHOOK", url)
    with pytest.raises(ValueError, match="alert_webhook"):
        Settings()


def test_a_rejected_filing_is_told_of_once_with_filer_file_codes_and_since_when(home):
    home.hand_in("bad.xlsx", b"no workbook")
    home.hand_in("worse.xlsx", USER.filing(cover={"submission_no": "?"}))
    home.run()
    watch = Watch()
    watch.tick()
    [alert] = told(home, "rejections_outstanding")
    assert alert["title"] == "Nedra: 2 rejected filing(s) wait for a correction, 2 in all"
    shown = {each["file_name"]: each for each in alert["facts"]["filings"]}
    assert shown["bad.xlsx"]["codes"] == ["F001"]
    assert shown["worse.xlsx"]["user_bin"] == USER.bin
    assert shown["worse.xlsx"]["report_year"] == 2025
    assert dt.datetime.fromisoformat(shown["worse.xlsx"]["since"]).tzinfo is not None
    assert f"- 2025, {USER.name} (BIN {USER.bin}): worse.xlsx, " in alert["text"]
    home.run()
    watch.tick()
    assert len(told(home, "rejections_outstanding")) == 1


def test_only_what_is_new_is_told_beside_what_is_outstanding(home):
    home.hand_in("bad.xlsx", b"no workbook")
    home.run()
    watch = Watch()
    watch.tick()
    home.hand_in("worse.xlsx", b"none either")
    home.run()
    watch.tick()
    first, second = told(home, "rejections_outstanding")
    assert second["title"] == "Nedra: 1 rejected filing(s) wait for a correction, 2 in all"
    assert [each["file_name"] for each in second["facts"]["filings"]] == ["worse.xlsx"]
    assert first["facts"]["outstanding"] == 1


def test_a_filing_that_was_answered_is_outstanding_no_more(home):
    home.hand_in("1.xlsx", USER.filing(cover={"unit_of_account": "?"}))
    home.run()
    with home.warehouse.reading() as connection:
        assert [each.file_name for each in rejected_filings.outstanding(connection)] == ["1.xlsx"]
    home.hand_in("2.xlsx", USER.filing(cover={"submission_no": 2}))
    home.run()
    with home.warehouse.reading() as connection:
        assert rejected_filings.outstanding(connection) == []


def test_a_rejected_correction_is_outstanding_though_the_first_filing_stands(home):
    home.hand_in("1.xlsx", USER.filing())
    home.hand_in("2.xlsx", USER.filing(cover={"submission_no": 2, "unit_of_account": "?"}))
    home.run()
    with home.warehouse.reading() as connection:
        assert [each.file_name for each in rejected_filings.outstanding(connection)] == ["2.xlsx"]


def test_a_long_list_is_cut_and_says_so():
    many = [
        rejected_filings.Rejected(2025, f"{number}.xlsx", str(number), None, None, NOW, ("F001",))
        for number in range(50)
    ]
    alert = rejected_filings.told(many, 60, NOW)
    assert "50 rejected filing(s) wait for a correction, 60 in all" in alert.title
    assert alert.text.count("\n- ") + 1 == rejected_filings.SHOWN
    assert "and 30 more" in alert.text


def test_a_channel_that_was_down_is_told_later_and_the_other_not_again(home, monkeypatch):
    home.hand_in("bad.xlsx", b"no workbook")
    home.run()
    monkeypatch.setenv("NEDRA_ALERT_ATTEMPTS", "1")
    with a_receiver(500, 500) as server:
        monkeypatch.setenv("NEDRA_ALERT_WEBHOOK", server.url)
        watch = Watch()
        watch.tick()
        server.bodies.clear()
        watch.tick()
        assert {each["kind"] for each in server.bodies} == {"rejections_outstanding", "running_year_stale"}
        watch.tick()
        assert len(server.bodies) == 2
    assert len(told(home, "rejections_outstanding")) == 1


@pytest.mark.parametrize("lost", [None, "no json", "[]", '{"file": 1}'])
def test_a_lost_cursor_costs_one_repeated_alert_and_no_more(home, lost):
    home.hand_in("bad.xlsx", b"no workbook")
    home.run()
    watch = Watch()
    watch.tick()
    watch.cursor = lost
    watch.tick()
    watch.tick()
    assert len(told(home, "rejections_outstanding")) == 2


def test_before_anything_was_computed_nothing_is_rejected(home):
    assert "0 rejected filing(s) outstanding" in Watch().tick().skip_message


def test_a_stale_running_year_is_told_once_and_again_after_it_was_fresh(home, monkeypatch):
    now = [dt.datetime(2026, 5, 1, 12, 0, tzinfo=dt.UTC)]

    class Clock(dt.datetime):
        @classmethod
        def now(cls, tz=None):
            return now[0].astimezone(tz)

    monkeypatch.setattr("assets.automation.alert_sensors.datetime", Clock)
    monkeypatch.setattr("pipelines.warehouse.writer.datetime", Clock)
    watch = Watch()
    first = watch.tick()
    [event] = first.asset_events
    assert (event.passed, event.check_name) == (False, "running_year_is_fresh")
    assert event.description == "2026 was never computed; it is to be computed every 30 hours."
    watch.tick()
    assert len(told(home, "running_year_stale")) == 1
    home.run(2026, marts=True)
    [event] = watch.tick().asset_events
    assert event.passed
    assert event.description == (
        "2026 was last computed on 2026-05-01 17:00 (Asia/Almaty); it is to be computed every 30 hours."
    )
    assert watch.tick().asset_events == []
    # Another year of the night does not make the running one fresh.
    now[0] += dt.timedelta(hours=31)
    home.run(2025)
    [event] = watch.tick().asset_events
    assert not event.passed
    assert event.description.endswith("it is to be computed every 30 hours. It is behind: 2025 was computed anew.")
    assert len(told(home, "running_year_stale")) == 2


def test_a_stale_year_is_told_with_what_it_is_behind(home, monkeypatch):
    home.run(2026, marts=True)
    home.hand_in("1.xlsx", b"one", 2026)
    home.register("performers", [])
    monkeypatch.setenv("NEDRA_FRESH_HOURS", "0.000001")
    Watch().tick()
    [alert] = told(home, "running_year_stale")
    assert "It is behind: 1 new; performers.xlsx changed." in alert["text"]


def test_what_failed_is_told_with_the_step_what_it_said_and_what_to_do():
    run = FailedRun("abc", "year", "2025", [FailedStep("registers", "The register\nis broken", "1) Correct it.")], "")
    alert = failed_runs.told(run, "https://nedra.example/", NOW)
    assert alert.title == "Nedra: year of 2025 failed"
    assert alert.text.splitlines() == [
        "- Step registers: The register is broken",
        "  What to do: 1) Correct it.",
        "2025 stays as it was last computed; later years wait for it.",
        "Run: https://nedra.example/runs/abc",
    ]
    assert alert.facts["steps"][0]["step"] == "registers"


def test_a_run_whose_process_was_lost_is_told_in_dagsters_words():
    alert = failed_runs.told(FailedRun("abc", "tidy", None, [], "x" * 5_000), None, NOW)
    assert alert.title == "Nedra: tidy failed"
    assert len(alert.text.splitlines()[0]) < 1_010
    assert alert.text.splitlines()[1] == "Run: abc"


@dg.op
def breaks():
    raise dg.Failure("The register units.xlsx cannot be used", metadata={"next_step": "1) Correct it."})


@dg.job(name=year_job.name)
def broken():
    breaks()


@pytest.fixture
def failed_run(home):
    with dg.DagsterInstance.ephemeral() as instance:
        quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
        tags = {PARTITION: "2025"}
        yield broken.execute_in_process(instance=instance, raise_on_error=False, tags=tags, run_config=quiet), instance


def failure_context(result, instance):
    [event] = [each for each in result.all_events if each.event_type_value == "PIPELINE_FAILURE"]
    context = dg.build_run_status_sensor_context("failures", event, instance, result.dagster_run)
    return context.for_run_failure()


def test_a_failed_run_is_told_of(home, failed_run):
    FAILED(failure_context(*failed_run))
    [alert] = told(home, "run_failed")
    assert alert["title"] == "Nedra: year of 2025 failed"
    assert "The register units.xlsx cannot be used" in alert["text"]
    assert alert["facts"]["steps"][0]["next_step"] == "1) Correct it."


def test_a_run_that_is_tried_again_by_itself_is_not_told_of_yet(home, failed_run):
    result, instance = failed_run
    tagged = result.dagster_run.with_tags({**result.dagster_run.tags, "dagster/will_retry": "true"})
    [event] = [each for each in result.all_events if each.event_type_value == "PIPELINE_FAILURE"]
    FAILED(dg.build_run_status_sensor_context("failures", event, instance, tagged).for_run_failure())
    assert lines(home) == []


def test_a_webhook_that_is_down_fails_nothing(home, failed_run, monkeypatch, caplog):
    caplog.set_level(logging.ERROR)
    with a_receiver() as server:
        pass
    monkeypatch.setenv("NEDRA_ALERT_WEBHOOK", server.url)
    monkeypatch.setenv("NEDRA_ALERT_SECONDS", "0.5")
    FAILED(failure_context(*failed_run))
    assert "could not be posted" in caplog.text
    assert len(told(home, "run_failed")) == 1


def test_the_check_of_the_running_year_can_be_looked_at_by_hand_and_is_no_part_of_a_year(home):
    graph = DEFS.get_repository_def().asset_graph
    [key] = [each for each in graph.asset_check_keys if each.name == "running_year_is_fresh"]
    job = DEFS.resolve_job_def("year")
    assert key not in job.asset_layer.asset_graph.asset_check_keys
    result = running_year_is_fresh()
    assert isinstance(result, dg.AssetCheckResult)
    assert not result.passed
    assert result.severity is dg.AssetCheckSeverity.WARN


def test_the_nights_run_is_a_freshness_policy_of_the_verdicts():
    [spec] = [each for each in DEFS.resolve_all_asset_specs() if each.freshness_policy is not None]
    assert spec.key.to_user_string() == "compliance_by_unit"


def test_alerts_of_two_processes_do_not_mix(tmp_path):
    path = tmp_path / "alerts.jsonl"
    long = Alert(Kind.STALE, "т" * 5_000, "", NOW)
    for _ in range(3):
        append(long, path)
    assert [json.loads(line)["title"] for line in Path(path).read_text("utf-8").splitlines()] == [long.title] * 3


def test_a_filing_that_nedra_itself_broke_with_is_told_apart_from_its_filers_mistakes():
    codes = ("F001",), ("F013",)
    many = [
        rejected_filings.Rejected(2025, f"{number}.xlsx", str(number), None, None, NOW, each)
        for number, each in enumerate(codes)
    ]
    alert = rejected_filings.told(many, 2, NOW)
    assert (
        "1 of them (F013) by a defect of Nedra itself, which the maintainers have to mend: 2025/1.xlsx." in alert.text
    )
    assert "Each other filer needs its return notice" in alert.text
    assert alert.facts["defects"] == 1
