"""Launcher: a process that has imported everything ``nedra`` needs and forks a child for each call of it.

Belongs here: starting ``nedra`` without waiting seconds for Dagster's import each time. Does not: killing, assertions.
Run as a program it reads one JSON line a call, answers with the child's pid, waits, and answers with how it ended.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any


class Launcher:
    """Starts ``nedra`` in processes of its own, one after another."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.launcher"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def start(self, *arguments: str, **environment: str) -> int:
        """Start ``nedra`` and return its pid; call ``wait`` before the next one."""
        call = {"arguments": arguments, "environment": environment, "output": str(self.folder / "output.txt")}
        self._stream("stdin").write(json.dumps(call) + "\n")
        self._stream("stdin").flush()
        return int(self._stream("stdout").readline())

    def wait(self) -> int:
        """Wait for the end and return the exit code, the negative signal for a killed one."""
        return int(self._stream("stdout").readline())

    def run(self, *arguments: str, **environment: str) -> tuple[int, str]:
        """Start ``nedra``, wait for its end, and return its exit code and all it printed."""
        self.start(*arguments, **environment)
        return self.wait(), self.output

    @property
    def output(self) -> str:
        """What the last call printed."""
        return (self.folder / "output.txt").read_text(encoding="utf-8")

    def close(self) -> None:
        """End the launcher."""
        self._stream("stdin").close()
        self._process.wait()
        self._stream("stdout").close()

    def _stream(self, name: str) -> IO[str]:
        stream: IO[str] = getattr(self._process, name)
        return stream


def _serve() -> None:
    import assets.cli.run
    import assets.cli.verify  # noqa: F401

    for line in sys.stdin:
        call = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _become(call)
        _answer(pid)
        _answer(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


def _become(call: dict[str, Any]) -> None:
    """Be ``nedra`` from here to the end of this process."""
    from assets.cli.app import main

    os.environ.update(call["environment"])
    output = os.open(call["output"], os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, nothing), (1, output), (2, output)):
        os.dup2(source, target)
    sys.argv = ["nedra", *call["arguments"]]
    code: Any = 70
    try:
        main()
    except SystemExit as end:
        code = end.code
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code if isinstance(code, int) else 0)


def _answer(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    _serve()
