"""Budget: which receipts count."""

from dataclasses import replace
from datetime import date

import pytest

from pipelines.core.budget import Match, Receipt, match_receipt
from schemas.vocabulary import Sector
from tests.core.builders import OIL, OTHER_USER, STATUTE, USER, unit

RECEIPT = Receipt("П-1", date(2026, 5, 20), USER, OIL.unit_no, "401103", None, 60_000)
UNITS = {OIL.unit_no: [OIL], "12-ML": [unit(unit_no="12-ML", sector=Sector.SOLID_MINERALS)]}


@pytest.mark.parametrize(
    ("changes", "match", "year"),
    [
        ({}, Match.COUNTED, 2026),
        ({"for_year": 2025}, Match.COUNTED, 2025),
        ({"received_on": date(2026, 2, 23)}, Match.COUNTED, 2026),
        ({"received_on": date(2026, 2, 22)}, Match.TOO_EARLY, None),
        ({"kbk": "401104"}, Match.OTHER_KBK, None),
        ({"unit_no": None}, Match.UNKNOWN_UNIT, None),
        ({"unit_no": "77"}, Match.UNKNOWN_UNIT, None),
        ({"unit_no": "12-ML"}, Match.OTHER_SECTOR, None),
        ({"payer_bin": OTHER_USER}, Match.NOT_HOLDER, None),
        ({"for_year": 2018}, Match.NOT_HOLDER, None),
        ({"for_year": 20266}, Match.NOT_HOLDER, None),
    ],
)
def test_a_receipt_counts_for_its_unit_and_year_or_says_why_not(changes, match, year):
    matched = match_receipt(replace(RECEIPT, **changes), UNITS, STATUTE.at(2026))
    assert (matched.match, matched.year) == (match, year)
    assert (matched.unit_no is None) == (year is None)
