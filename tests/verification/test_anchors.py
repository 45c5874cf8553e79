"""Anchoring and ``nedra verify``: what only a file outside the warehouse shows, and how it is told.

Belongs here: anchors, exit codes, words, JSON, the archive. Does not: finding what was altered (``test_verify``).
"""

import json
from dataclasses import asdict

import pytest
import sqlalchemy as sa

from pipelines.intake.inbox.archive import archive_path
from pipelines.verification.anchors import AnchorError, compare_anchors, read_anchors, sign_off
from pipelines.verification.verify import verify
from pipelines.warehouse import canonical
from pipelines.warehouse.writer import GENESIS, canonical_record
from schemas.received import filings
from schemas.trail import load_inputs, load_manifests, loads
from tests.homes import User, a_home
from tests.verification.tampering import unguarded


@pytest.fixture
def anchors(tampering, tmp_path):
    """The anchors of a chain signed off in full."""
    path = tmp_path / "safe" / "anchor.jsonl"
    sign_off(tampering, path, [])
    return read_anchors(path)


def broken(connection, anchors):
    return [str(each) for each in compare_anchors(connection, anchors)]


def test_a_signed_head_stands_in_the_chain_for_ever(tampering, anchors):
    assert len(anchors) == 1
    assert broken(tampering, anchors) == []


def test_a_head_is_signed_off_once(tampering, tmp_path):
    path = tmp_path / "anchor.jsonl"
    assert sign_off(tampering, path, []) is not None
    assert sign_off(tampering, path, read_anchors(path)) is None
    assert len(read_anchors(path)) == 1


def test_a_log_cut_short_where_nothing_was_written_is_seen_by_the_anchor_alone(tampering, anchors):
    last = tampering.scalar(sa.select(sa.func.max(loads.c.load_id)))
    with unguarded(tampering):
        for table in (load_inputs, load_manifests, loads):
            tampering.execute(sa.delete(table).where(table.c.load_id == last))
    assert broken(tampering, anchors) == [
        f"anchor of {anchors[0].signed_at} by {anchors[0].signed_by}: load {last} is gone: the chain was cut short"
    ]


def test_a_chain_rewritten_as_a_whole_is_seen_by_the_anchor_alone(tampering, anchors):
    with unguarded(tampering):
        tampering.execute(sa.update(loads).where(loads.c.load_id == 1).values(run_id="forged"))
        previous = GENESIS
        for record in tampering.execute(sa.select(loads).order_by(loads.c.load_id)).mappings().all():
            forged = dict(record) | {"previous_hash": previous}
            previous = canonical.chain_hash(canonical_record(forged))
            values = {"previous_hash": forged["previous_hash"], "hash": previous}
            tampering.execute(sa.update(loads).where(loads.c.load_id == record["load_id"]).values(values))
    assert verify(tampering).is_intact
    assert "another hash than was signed off" in broken(tampering, anchors)[0]


@pytest.mark.parametrize(
    "line", ["", "x", "5", "{}", '{"load_id": "1", "hash": "0", "signed_at": "", "signed_by": ""}', "\xff"]
)
def test_a_line_that_is_no_anchor_is_named(tampering, anchors, tmp_path, line):
    path = tmp_path / "anchor.jsonl"
    path.write_bytes(json.dumps(asdict(anchors[0])).encode() + b"\n" + line.encode("latin-1") + b"\n")
    with pytest.raises(AnchorError, match=r"line 2|cannot be read"):
        read_anchors(path)


# nedra verify


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A home with one user and one year, and the environment that names it."""
    with a_home(tmp_path) as made:
        user = User()
        made.register("units", [user.record()])
        for name in ("performers", "affiliates", "treasury", "decisions", "rates"):
            made.register(name, [])
        made.hand_in("a.xlsx", user.filing())
        made.in_process = False
        made.run(2025)
        monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
        yield made


def test_an_intact_warehouse_is_told_in_a_line_and_signed_off(home, nedra, tmp_path):
    code, out, _ = nedra("verify", "--anchor", str(tmp_path / "anchor.jsonl"))
    assert code == 0
    assert out.startswith("Intact: ")
    assert "Signed off load" in out
    assert nedra("verify", "--anchor", str(tmp_path / "anchor.jsonl"))[:2] == (0, out.splitlines()[0] + "\n")


def test_programs_read_json(home, nedra, tmp_path):
    told = json.loads(nedra("verify", "--json", "--anchor", str(tmp_path / "anchor.jsonl"))[1])
    assert (told["intact"], told["breaks"], told["signed_off"]["load_id"]) == (True, [], told["loads"])
    with home.warehouse.engine.begin() as connection:
        connection.execute(sa.text("UPDATE compliance_by_unit SET user_name = 'x'"))
    code, out, _ = nedra("verify", "--json", "--anchor", str(tmp_path / "anchor.jsonl"))
    told = json.loads(out)
    assert (code, told["intact"], told["signed_off"]) == (1, False, None)
    assert told["breaks"][0]["where"] == "compliance_by_unit, report_year 2025, unit_no КТ-1"


def test_a_tampered_row_is_told_in_words_with_what_to_do(home, nedra):
    with home.warehouse.engine.begin() as connection:
        connection.execute(sa.text("UPDATE compliance_by_unit SET user_name = 'x'"))
    code, out, _ = nedra("verify")
    assert code == 1
    assert "✗ compliance_by_unit, report_year 2025, unit_no КТ-1: the row was altered after load" in out
    assert "Restore a backup" in out


def test_a_workbook_the_archive_lost_or_changed_is_named(home, nedra):
    filing_id = home.rows("filings", filings.c.filing_id.name)[0][0]
    path = archive_path(home.settings.archive, filing_id)
    path.write_bytes(path.read_bytes() + b"x")
    assert f"✗ archive, filing_id {filing_id}" in nedra("verify")[1]
    path.unlink()
    code, out, _ = nedra("verify")
    assert (code, "cannot be read: No such file" in out) == (1, True)


def test_a_damaged_file_is_told_in_words(home, nedra):
    home.close()
    path = home.settings.embedded_database
    path.write_bytes(b"x" * 4096 + path.read_bytes()[4096:])
    code, out, _ = nedra("verify")
    assert (code, "the file of the warehouse is damaged" in out.lower()) == (1, True)


def test_nothing_to_verify_is_not_a_tampered_warehouse(nedra, tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path / "none"))
    code, _, err = nedra("verify")
    assert (code, "There is no warehouse" in err) == (2, True)


def test_an_anchor_file_that_is_none_is_not_a_tampered_warehouse(home, nedra, tmp_path):
    (tmp_path / "anchor.jsonl").write_text("{}\n")
    code, _, err = nedra("verify", "--anchor", str(tmp_path / "anchor.jsonl"))
    assert (code, "line 1 is not an anchor" in err) == (2, True)


def test_a_server_that_does_not_answer_is_not_a_tampered_warehouse(nedra, tmp_path, monkeypatch):
    monkeypatch.setenv("NEDRA_HOME", str(tmp_path))
    monkeypatch.setenv("NEDRA_DATABASE_URL", f"postgresql://nobody@/none?host={tmp_path}")
    code, _, err = nedra("verify")
    assert (code, "connection" in err) == (2, True)
