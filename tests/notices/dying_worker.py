"""A writing process that dies of a workbook that has a line to set aside: stands in for a hostile one.

Belongs here: dying. Does not: the real worker, which does everything else.
"""

import os

from pipelines.reports.return_notices import worker
from pipelines.reports.return_notices.marking import notice_workbook


def die(notice, data, manner):
    if data is not None and notice.severity == "set_aside":
        os.abort()
    return notice_workbook(notice, data, manner)


if __name__ == "__main__":
    vars(worker)["notice_workbook"] = die
    worker.main()
