"""Orphaned runs: those of ``nedra run`` whose process was killed before it could say so.

Belongs here: the mark a run gets, and ending runs whose process is gone. Does not: runs Dagster's launchers started
(``assets.instance.run_launcher``, ``assets.instance.celery``), whose workers they look after.

Nobody watches a process started by hand or by cron. Killed, it leaves its run "started" for ever: the run would hold
the only place in the embedded queue, and the sensor would wait for its year.
"""

import os
import socket

import dagster as dg

HOST, PROCESS = "nedra/host", "nedra/process"


def own_mark() -> dict[str, str]:
    """Return the tags that say in which process a run is computed."""
    return {HOST: socket.gethostname(), PROCESS: str(os.getpid())}


def end_abandoned(instance: dg.DagsterInstance) -> list[str]:
    """End, as failed, the started runs of this host whose process is gone; return their ids.

    A process number given to another program since makes a run look alive: it then ends by the longest time allowed.
    """
    marked = dg.RunsFilter(statuses=[dg.DagsterRunStatus.STARTED], tags={HOST: socket.gethostname()})
    gone = [run for run in instance.get_runs(marked) if not _is_alive(run.tags.get(PROCESS, ""))]
    for run in gone:
        instance.report_run_failed(run, "The process of this `nedra run` was ended from outside; run the year again.")
    return [run.run_id for run in gone]


def _is_alive(process: str) -> bool:
    if not process.isdecimal():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's, and there
        return True
    return True
