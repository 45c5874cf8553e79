"""Terminal: how the commands print.

Belongs here: one width for pipes and files, where there is no terminal to fill, and
one colour for each status. Does not: what is printed.
"""

from rich.console import Console

from schemas.vocabulary import Status

_WIDTH_OF_A_FILE = 160
COLOURS = {Status.MET: "green", Status.PARTIAL: "yellow", Status.BREACH: "red", Status.NOT_REPORTED: "red"}


def terminal(*, stderr: bool = False) -> Console:
    """Return the console to print on."""
    console = Console(stderr=stderr, highlight=False)
    return console if console.is_terminal else Console(stderr=stderr, highlight=False, width=_WIDTH_OF_A_FILE)
