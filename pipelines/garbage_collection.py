"""Garbage collection: off while millions of plain values are made.

Here: the switch. Not here: who makes them (``pipelines.steps.intake``, ``nedra verify``).
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def many_objects() -> Iterator[None]:
    """Suspend the cyclic garbage collector while millions of plain values are made.

    They hold no cycles, and walking them again and again costs 6% of a year of 130,000 lines (docs/performance.md).
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
