"""A reading process that does what a workbook's first bytes tell it to: stands in for readers with bad days.

Belongs here: hanging, dying, failing. Does not: the real worker, which does everything else.
"""

import os
import signal
import time

from pipelines.intake.form.read import read_filing
from pipelines.intake.processes import worker


def misbehave(data, year, limits):
    if data.startswith(b"hang"):
        time.sleep(600)
    elif data.startswith(b"exit"):
        os._exit(7)
    elif data.startswith(b"abort"):
        os.abort()
    elif data.startswith(b"segfault"):
        os.kill(os.getpid(), signal.SIGSEGV)
    elif data.startswith(b"memory"):
        raise MemoryError
    elif data.startswith(b"bug"):
        raise KeyError("a mistake of our own")
    elif data.startswith(b"print"):
        print("a library says something")  # noqa: T201
        os.write(1, b"and something else")
    return read_filing(data, year, limits)


if __name__ == "__main__":
    vars(worker)["read_filing"] = misbehave
    worker.main()
