"""Recognition: what becomes of the money of each financing line.

Here: running the codes, choosing the bucket. Not here: the test of each code (``pipelines.core.recognition.codes``),
which codes there are and in what order (``statute/recognition.yaml``), sums (``pipelines.core.recognition.totals``).
"""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipelines.core.frames import Mask
from pipelines.core.recognition.codes import CODES, Lines, RecognitionFacts
from pipelines.core.recognition.decisions import decisions_on
from pipelines.statute.model import RecognitionCode
from schemas.vocabulary import Bucket

Bits = npt.NDArray[np.int64]


def recognise(lines: pd.DataFrame, facts: RecognitionFacts) -> pd.DataFrame:
    """Return for each line of a reporting year its bucket and every code that applies.

    Args:
        lines: one row per financing line: user_bin, unit_no, line_no, regime, sector, work_kind, project_title,
            agreement_key, performer_key, performer_bin, performer_country, permit_no, ntc_no, ntc_date, act_no,
            act_date, payment_doc_no, payment_doc_key, payment_date, entry_kind, for_year, amount_tiyn (negative for a
            refund), set_aside_codes, is_effective.
        facts: registers and the law of the year.

    Returns:
        A frame of the same index: ``bucket``; ``codes``, sorted and comma separated; ``is_clean``, recognised without a
        warning or accepted by a decision; ``decision_no``, the decision that names the payment, or None;
        ``disallowed_by``, the code that decided, or None.
    """
    decided = decisions_on(lines, facts.decisions, facts.year)
    prepared = Lines(lines, facts, decided)
    rules = facts.rules
    bits = _all_codes(prepared, rules)
    set_aside = (lines["set_aside_codes"].fillna("") != "").to_numpy(dtype=bool)

    by = _first_disallowing(bits, rules)
    by[decided.accepted | set_aside] = None
    earlier_year = (lines["for_year"] < facts.year).fillna(False).to_numpy(dtype=bool)
    bucket = np.select(
        [set_aside, by != None, earlier_year],  # noqa: E711 - element by element
        [Bucket.SET_ASIDE.value, Bucket.DISALLOWED.value, Bucket.CURE.value],
        Bucket.RECOGNISED.value,
    ).astype(object)
    warned = (bits & _bits(rules, "warn")) != 0
    decision_no = decided.decision_no.copy()
    decision_no[set_aside] = None
    codes = _joined(bits, rules)
    codes[set_aside] = lines["set_aside_codes"].to_numpy(dtype=object)[set_aside]
    columns = {
        "bucket": bucket,
        "codes": codes,
        "is_clean": (bucket == Bucket.RECOGNISED.value) & (decided.accepted | ~warned),
        "decision_no": decision_no,
        "disallowed_by": by,
    }
    # Object columns stay object: pandas would turn None into NaN.
    return pd.DataFrame({name: pd.Series(v, index=lines.index, dtype=v.dtype) for name, v in columns.items()})


def _all_codes(lines: Lines, rules: tuple[RecognitionCode, ...]) -> Bits:
    """Return the codes of each line as bits, in the order of the rules."""
    bits = np.zeros(len(lines.frame), dtype=np.int64)
    for place, rule in enumerate(rules):
        applies: Mask = CODES[rule.code](lines)
        if not rule.on_refund:
            applies = applies & ~lines.is_refund
        bits |= applies.astype(np.int64) << place
    return bits


def _bits(rules: tuple[RecognitionCode, ...], effect: str) -> int:
    return sum(1 << place for place, rule in enumerate(rules) if rule.effect == effect)


def _first_disallowing(bits: Bits, rules: tuple[RecognitionCode, ...]) -> npt.NDArray[np.object_]:
    first = np.full(len(bits), None, dtype=object)
    for place in reversed(range(len(rules))):
        if rules[place].effect == "disallow":
            first[(bits >> place) & 1 == 1] = rules[place].code
    return first


def _joined(bits: Bits, rules: tuple[RecognitionCode, ...]) -> npt.NDArray[np.object_]:
    """Return the codes as text; lines share few combinations, so each is written once."""
    places, combinations = pd.factorize(bits)
    written: Mapping[int, str] = {
        place: ",".join(sorted(rule.code for at, rule in enumerate(rules) if int(combination) >> at & 1))
        for place, combination in enumerate(combinations)
    }
    return np.array([written[place] for place in range(len(written))], dtype=object)[places]
