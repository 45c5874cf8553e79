"""Row kinds: what a row under a header is - an entry, a total, or nothing that counts.

Here: telling one row from another by the columns of its table. Not here: the order of rows (``region``), what an entry
says, the words (``pipelines/layouts``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto
from functools import cache
from typing import Any

from pipelines.intake.form.decimals import number_text
from pipelines.intake.form.header import Header
from pipelines.intake.form.unit_of_account import multiplier_of
from pipelines.intake.form.values import clean
from pipelines.layouts.habits import habits
from pipelines.layouts.loader import CellType, Sheet
from schemas.folding import fold

UNIT, DOCUMENT = "unit_no", "payment_doc_no"
_LETTERSPACED = re.compile(r"(?:[^\W\d_] )+[^\W\d_]")
_HALF = 2
_LEAST_LABELS = 3


class RowKind(Enum):
    """What a row is."""

    EMPTY = auto()
    ENTRY = auto()
    TOTAL = auto()
    HEADER = auto()
    """The table's own header again."""
    OTHER_HEADER = auto()
    """Labels of the same table in other columns."""
    NO_ENTRY = auto()
    """Column numbers, notes, signatures, a section's title, a row prepared and not filled in."""


class Classifier:
    """Tells the rows of one table apart; made for its sheet and header."""

    def __init__(self, sheet: Sheet, header: Header) -> None:
        """Remember which columns hold what decides."""
        self._columns = sorted(header.columns.values())
        self._sheet = sheet
        self._labels = {column: sheet.field(name) for name, column in header.columns.items()}
        self._own_labels = header.labels
        self._unit = header.columns.get(UNIT)
        self._document = header.columns.get(DOCUMENT)
        self._money = [column for column, field in self._labels.items() if field.type is CellType.MONEY]
        self._needed = [
            column
            for column, field in self._labels.items()
            if field.cell_required and field.type is not CellType.MONEY and field.name != UNIT
        ]
        self._is_filing = sheet.names is not None
        pattern = _total_pattern(sheet.total_words)
        # Words repeat from row to row.
        self._is_total_word = cache(lambda text: pattern.match(_joined(fold(text))) is not None)

    def is_plain(self, row: Sequence[Any]) -> bool:
        """Tell at once of most rows that they are entries: a contract, a payment document and a number stand there."""
        width = len(row)
        for column in (self._unit, self._document):
            if column is None or column >= width or not row[column]:
                return False
        return all(column < width and row[column].__class__ in (float, int) for column in self._money)

    def kind(self, row: Sequence[Any], *, is_first: bool) -> RowKind:
        """Return what a row is; ``is_first`` says that nothing but empty rows stands between it and a header."""
        filled = [column for column in self._columns if column < len(row) and is_filled(row[column])]
        if not filled:
            return RowKind.TOTAL if self._is_total(row, filled) else RowKind.EMPTY
        if self._is_total(row, filled):
            return RowKind.TOTAL
        if (labels := self._as_header(row, filled)) is not None:
            return labels
        if is_first and self._is_numbered(row, filled):
            return RowKind.NO_ENTRY
        if self._is_filing and self._is_no_entry(row, filled):
            return RowKind.NO_ENTRY
        return RowKind.ENTRY

    def has_identity(self, row: Sequence[Any]) -> bool:
        """Tell whether a contract or a payment document stands in a row."""
        return self._has(row, self._unit) or self._has(row, self._document)

    def has_money(self, row: Sequence[Any]) -> bool:
        """Tell whether an amount other than zero stands in a row, or what may be one."""
        return any(self._has(row, column) and row[column] != 0 and not _is_unit(row[column]) for column in self._money)

    def _has(self, row: Sequence[Any], column: int | None) -> bool:
        if column is None or column >= len(row) or not is_filled(row[column]):
            return False
        cell = row[column]
        return not (isinstance(cell, str) and habits().rows.blank_line.fullmatch(clean(cell)))

    def _is_total(self, row: Sequence[Any], filled: list[int]) -> bool:
        """Tell whether a text of the row is a total word; a row with a payment document, or another entry, is none."""
        first = next((cell for cell in row if is_filled(cell)), None)
        spoken = [first] if isinstance(first, str) else []
        if not self.has_identity(row):
            spoken = [row[column] for column in filled if isinstance(row[column], str)] or spoken
        if not any(map(self._is_total_word, spoken)):
            return False
        document = row[self._document] if self._document is not None and self._has(row, self._document) else None
        if document is not None and not (isinstance(document, str) and self._is_total_word(document)):
            return False
        return not any(row[column] is not first for column in self._needed if column in filled)

    def _as_header(self, row: Sequence[Any], filled: list[int]) -> RowKind | None:
        """Return which header the row is, None when it is none."""
        texts = {column: fold(cell) for column, cell in enumerate(row) if isinstance(cell, str) and cell}
        if len(texts) < _LEAST_LABELS or len(texts) * _HALF < len(filled):
            return None
        if sum(self._own_labels.get(column) == text for column, text in texts.items()) * _HALF > len(texts):
            return RowKind.HEADER
        named = {column: self._sheet.by_label[text] for column, text in texts.items() if text in self._sheet.by_label}
        if len(named) < _LEAST_LABELS or len(named) * _HALF < len(texts):
            return None
        same = sum(self._labels.get(column) is field for column, field in named.items())
        return RowKind.HEADER if same == len(named) else RowKind.OTHER_HEADER

    def _is_numbered(self, row: Sequence[Any], filled: list[int]) -> bool:
        """Tell whether the cells are the numbers of their columns: 1, 2, 3, or А, Б, 1, 2."""
        if len(filled) < habits().rows.numbered_cells:
            return False
        pattern = habits().rows.number_of_a_column
        numbers: list[int] = []
        for column in filled:
            text = number_text(row[column]) or row[column]
            if not isinstance(text, str) or not (found := pattern.fullmatch(fold(clean(text)))):
                return False
            digits = re.search("[0-9]+", found[0])
            numbers += [int(digits[0])] if digits else []
        return numbers == sorted(set(numbers)) and bool(numbers)

    def _is_no_entry(self, row: Sequence[Any], filled: list[int]) -> bool:
        if not self.has_identity(row) and not self.has_money(row):
            return True
        rows = habits().rows
        texts = [clean(row[column]) for column in filled if isinstance(row[column], str)]
        is_lone = len(filled) == 1 and len(texts) == 1
        is_remark = bool(texts) and bool(rows.remark.match(fold(texts[0])) or rows.footnote.match(texts[0]))
        if is_lone and is_remark:
            return True
        if self._has(row, self._document) or any(
            number_text(row[column]) for column in self._money if column in filled
        ):
            return False
        if is_remark or (any(rows.blank_line.fullmatch(text) for text in texts) and len(texts) == len(filled)):
            return True
        return is_lone and (self._document is not None or len(texts[0].split()) >= rows.words_of_a_sentence)


def is_filled(cell: object) -> bool:
    """Tell whether a cell holds anything but white space."""
    if isinstance(cell, str):
        return bool(cell) and bool(clean(cell))
    return cell is not None


def _is_unit(cell: object) -> bool:
    """Tell whether a cell says in what unit the amounts below it are."""
    return isinstance(cell, str) and multiplier_of(clean(cell)) is not None


@cache
def _total_pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """A total word as a whole word, at the beginning of a folded text: «Итоговый отчет» is none."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(rf"\W*(?:{'|'.join(map(re.escape, longest_first))})(?![^\W\d_])")


def _joined(text: str) -> str:
    """Return «и т о г о» as the word it is."""
    return text.replace(" ", "") if _LETTERSPACED.fullmatch(text) else text
