"""Watching: whether the inbox of a year holds something else than before.

Belongs here: the digest over a year's filings and the registers. Does not: reading workbooks, launching anything.
"""

import hashlib

from pipelines.intake.inbox import Inbox, digest_of


def inbox_digest(inbox: Inbox, year: int) -> str:
    """Return the SHA-256 over names and contents of a year's filings and of all registers.

    The same content under the same names has the same digest, whenever and by whomever it was copied there.
    """
    total = hashlib.sha256()
    for file in [*inbox.registers().values(), *inbox.filings(year)]:
        total.update(f"{file.name}\0{digest_of(inbox.read(file))}\n".encode())
    return total.hexdigest()
