"""Watching: whether the inbox of a year holds something else than before.

Belongs here: the digest over a year's filings and the registers. Does not: reading workbooks, launching anything.
"""

import hashlib

from pipelines.intake.inbox import Inbox, InboxFile, digest_of

_REMEMBERED = 100_000
_KNOWN: dict[InboxFile, str] = {}


def inbox_digest(inbox: Inbox, year: int) -> str:
    """Return the SHA-256 over names and contents of a year's filings and of all registers.

    The same content under the same names has the same digest, whenever and by whomever it was copied there.
    """
    total = hashlib.sha256()
    for file in [*inbox.registers().values(), *inbox.filings(year)]:
        total.update(f"{file.name}\0{_digest(inbox, file)}\n".encode())
    return total.hexdigest()


def _digest(inbox: Inbox, file: InboxFile) -> str:
    """Return a file's digest, read again only when its size or its time of change is another.

    The memory is this process's own and only saves work: a code server that starts anew reads everything once.
    """
    if file not in _KNOWN:
        if len(_KNOWN) >= _REMEMBERED:
            _KNOWN.clear()
        _KNOWN[file] = digest_of(inbox.read(file))
    return _KNOWN[file]
