"""The operator's story, clicked in a real browser: a broken register, a red year, the message, the repair, green.

With OPERATING_SCREENSHOTS=docs/images in the environment (``make screenshots``) the pictures of docs/operating.md are
written on the way.
"""

import os
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from pipelines.demo.home import write_demo
from tests.live.browser import a_browser
from tests.live.processes import ROOT

YEARS = (2024, 2025)
A_RUN_MS = 240_000
RUN_ID = re.compile(r"^[0-9a-f]{8}$")
TO_THE_TOP = """shown => {
  shown.scrollIntoView({block: "start"});
  for (let each = shown; each; each = each.parentElement) each.scrollLeft = 0;
}"""
FINDING_CODE = re.compile(r"^[FLW]\d{3}$")
# Read before the fixtures of the tests clear the environment.
PICTURES = os.environ.get("OPERATING_SCREENSHOTS")


@pytest.fixture
def computed(installation):
    """A demo home with both years computed, a web server, and a daemon that takes runs from the queue."""
    # The installation keeps Dagster's files there already, and a demo wants a folder of its own.
    write_demo(installation.folder / "demo", users=12, years=YEARS)
    (installation.folder / "demo" / "inbox").rename(installation.folder / "inbox")
    installation.finish("nedra-run", "nedra", "run")
    installation.code_server()
    installation.daemon()
    installation.webserver()
    return installation


def break_the_register(path: Path) -> bytes:
    """Take the column of BINs out of the register, as happens to people; return what stood there."""
    good = path.read_bytes()
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    [column] = [cell.column for row in sheet.iter_rows(max_row=10) for cell in row if cell.value == "БИН"]
    sheet.delete_cols(column)
    book.save(path)
    return good


def materialise(browser, url, year):
    """Jobs, year, Materialize all, the partition, Launch run."""
    page = browser.page
    page.goto(url)
    page.get_by_role("link", name="Jobs").click()
    page.locator("a[href$='/jobs/year']").first.click()
    page.get_by_role("button", name="Materialize all").click()
    years = page.get_by_placeholder("ex: 2018")
    years.fill(str(year))
    years.press("Tab")
    launch = page.get_by_role("button", name="Launch 1 run")
    expect(launch).to_be_enabled()
    browser.picture("materialize", upto=launch)
    launch.click()
    expect(page.get_by_text("Latest run:")).to_be_visible(timeout=A_RUN_MS)


def partition(browser, url, asset, year):
    """Open a year of a table: its colour, and what its last materialisation says."""
    page = browser.page
    page.goto(f"{url}/assets/{asset}")
    page.get_by_role("tab", name="Partitions").or_(page.get_by_role("link", name="Partitions")).first.click()
    page.get_by_text(str(year), exact=True).first.click()


def test_an_operator_finds_what_failed_repairs_it_and_sees_the_verdicts(computed, chromium, tmp_path):
    pictures = ROOT / PICTURES if PICTURES else None
    with a_browser(chromium, tmp_path / "browser", computed.folder, pictures) as browser:
        tell_the_story(browser, computed)


def tell_the_story(browser, installation):
    page, url = browser.page, installation.url
    register = installation.folder / "inbox" / "registers" / "units.xlsx"

    good = break_the_register(register)
    before = runs(installation).keys()
    materialise(browser, url, 2025)
    seconds = A_RUN_MS / 1000
    installation.wait_for(lambda: runs(installation, "FAILURE").keys() - before, seconds, "the new run to fail")

    partition(browser, url, "units", 2025)
    expect(page.get_by_text("Failed (1)")).to_be_visible()
    expect(page.get_by_text("failed, and did not materialize this asset")).to_be_visible()
    browser.picture("red", upto=page.get_by_text("Metadata", exact=True).last)
    page.get_by_role("link", name=RUN_ID).first.click()

    expect(page.get_by_text("Failure", exact=True).first).to_be_visible()
    page.get_by_placeholder("Filter…").fill("type:STEP_FAILURE")
    page.get_by_role("button", name="View full message").first.click()
    message = page.locator("[role=dialog][aria-modal=true]")  # a pop-up that is closing is a dialog, too
    expect(message).to_contain_text("The register units.xlsx cannot be used")
    for told in ("inbox/registers/units.xlsx", "units", "F004", "БИН", "Re-execute", "stay as they were"):
        expect(message).to_contain_text(told)
    browser.picture("message", upto=message.get_by_text("stay as they were").last, whole=True)
    page.get_by_role("button", name="Done").click()
    expect(message).to_be_hidden()

    register.write_bytes(good)
    page.get_by_role("button", name="Re-execute").last.locator("xpath=following::button[1]").click()
    from_failure = page.get_by_text("From failure", exact=True)
    expect(from_failure).to_be_visible()
    browser.picture("re-execute", upto=page.get_by_text("From asset failure", exact=True))
    from_failure.click()

    expect(page.get_by_text("Success", exact=True).first).to_be_visible(timeout=A_RUN_MS)
    browser.picture("green", upto=page.get_by_placeholder("Filter…"))

    partition(browser, url, "compliance_by_unit", 2025)
    expect(page.get_by_text("Failed (0)")).to_be_visible()
    expect(page.get_by_text("Materialized", exact=True).first).to_be_visible()
    verdicts = page.get_by_text("BREACH").first
    expect(verdicts).to_be_visible()
    page.get_by_role("button", name="Hide navigation").click()
    verdicts.evaluate(TO_THE_TOP)
    browser.picture("verdict", whole=True)

    partition(browser, url, "findings", 2025)
    by_code = page.get_by_role("cell", name="by_code", exact=True).or_(page.get_by_text("by_code", exact=True)).first
    expect(page.get_by_text(FINDING_CODE).first).to_be_visible()
    page.set_viewport_size({"width": 1440, "height": 860})  # the tables are as wide as an office's screen
    by_code.evaluate(TO_THE_TOP)
    browser.picture("findings", whole=True)


def runs(installation, status=None):
    """Return the runs by id with their status, or only those that have it."""
    answer = installation.graphql("query { runsOrError(limit: 20) { ... on Runs { results { runId status } } } }")
    found = {run["runId"]: run["status"] for run in answer["runsOrError"]["results"]}
    return {run_id: each for run_id, each in found.items() if status in (None, each)}
