"""A workbook with a mistake comes back as a notice without a hand: the sensors, a computed year, the notices."""

from pathlib import Path

from openpyxl import load_workbook

from tests.homes import Home, User
from tests.live.processes import an_installation

USER = User(1)
_HURRY = {"NEDRA_AUTOMATION": "true", "NEDRA_WATCH_SECONDS": "1", "NEDRA_SETTLE_SECONDS": "1"}
_SECONDS = 180


def test_a_mistake_in_the_inbox_comes_back_as_a_notice(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.register("units", [USER.record()])
    home.hand_in("1.xlsx", USER.filing(lines=[USER.line(1), USER.line(2, work_kind="Услуга")]))
    folder = tmp_path / "reports" / "notices" / "2025"
    with an_installation(tmp_path, environment=_HURRY) as installation:
        installation.code_server()
        installation.daemon()
        [notice] = installation.wait_for(lambda: list(folder.glob(f"{USER.bin}-*.xlsx")), _SECONDS, "the notice")
        comment = load_workbook(notice)["НИОКР"]["D3"].comment
    assert comment is not None
    assert "Choose a value from the form's list." in comment.text
