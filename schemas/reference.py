"""Reference: what the values in other tables mean, in words, so that a query can join them.

Here: statuses, codes of lines and findings, regions. Not here: the words (``pipelines/wording``,
``pipelines/findings``, ``pipelines/statute``), who writes them (``pipelines.steps.registers``).
"""

from typing import Any

import sqlalchemy as sa

from schemas.columns import one_of, published, text, whole
from schemas.vocabulary import Status

CODE_KINDS = ("recognition", "finding")


def _in_three_languages(part: str, comment: str, *, required: bool = True) -> tuple[sa.Column[Any], ...]:
    languages = {"ru": "Russian", "kk": "Kazakh", "en": "English"}
    return tuple(
        text(f"{part}_{short}", f"{comment}, in {name}", required=required) for short, name in languages.items()
    )


statuses = published(
    "statuses",
    "One status of a verdict, in words",
    text("status", "verdict, as in compliance_by_unit", key=True),
    whole("place", "order in lists: what nobody can judge first", required=True),
    *_in_three_languages("name", "what it is called"),
    *_in_three_languages("when", "when it is given"),
    *_in_three_languages("next", "what follows, or is to be done"),
    one_of("status", Status),
)

codes = published(
    "codes",
    "One code of a line, a verdict or a finding, in words",
    text("code", "code, as in financing_lines.codes, compliance_by_unit.doubt and findings.code", key=True),
    text(
        "kind", "recognition: whether a line counts; finding: what is said of a file, a row or a figure", required=True
    ),
    text("effect", "disallow, warn; reject, set_aside, warn, note", required=True),
    *_in_three_languages("name", "what it says"),
    *_in_three_languages("next", "what to do; NULL for codes of recognition", required=False),
    text("reference", "article or note it rests on", required=True),
    one_of("kind", CODE_KINDS),
)

regions = published(
    "regions",
    "One region of Kazakhstan, by its KATO code",
    text("region_kato", "KATO code of the region, as in region_summary; - = not given", key=True),
    *_in_three_languages("name", "what it is called"),
)
