"""Edition: the number of a form, which is ordered as numbers are and not as text is.

Here: reading and comparing it. Not here: which editions there are (the layout files), which of them a year may use
(``pipelines.layouts.loader``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_WRITTEN = re.compile(r"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*")


class EditionError(ValueError):
    """A text is no edition; the message says how one is written."""


@dataclass(frozen=True, order=True)
class Edition:
    """An edition of the filing form: ``2025.10`` comes after ``2025.2``.

    Each edition has one writing, so texts are equal exactly when editions are: no sign, no zeros before a number.
    """

    numbers: tuple[int, ...]

    @classmethod
    def of(cls, text: str) -> Edition:
        """Return the edition that is written so.

        Raises:
            EditionError: the text is not whole numbers joined by full stops.
        """
        if not _WRITTEN.fullmatch(text):
            message = f"{text!r} is no edition of a form: expected whole numbers joined by full stops, such as 2025.1"
            raise EditionError(message)
        return cls(tuple(map(int, text.split("."))))

    def __str__(self) -> str:
        """Return the writing that is read back as the same edition."""
        return ".".join(map(str, self.numbers))
