"""``nedra demo``: a realistic home to try everything on.

Belongs here: calling the generator and telling what it wrote. Does not: the generator (``pipelines.demo``).
"""

from pathlib import Path

from assets.cli.terminal import terminal
from pipelines.demo.home import DEFAULT_SEED, DEFAULT_YEARS, write_demo
from pipelines.settings import SetupError


def write(folder: Path, *, users: int, years: list[int] | None, seed: int | None, clean: bool) -> None:
    """Write the home and say what is in it.

    Raises:
        SetupError: the folder is a file, or holds a home already.
    """
    console = terminal()
    try:
        with console.status("Writing the demo…"):
            summary = write_demo(
                folder,
                users=users,
                years=years or list(DEFAULT_YEARS),
                seed=DEFAULT_SEED if seed is None else seed,
                clean=clean,
            )
    except FileExistsError as error:
        raise SetupError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from error
    console.print(
        f"{folder}: {summary.users} users, {summary.units} contracts and licences, {summary.workbooks} workbooks "
        f"with {summary.lines} payments, years {summary.years[0]}-{summary.years[-1]}."
    )
    if summary.mistakes:
        console.print(f"Mistakes made on the way: {sum(summary.mistakes.values())}.")
    console.print(f"Next: NEDRA_HOME={folder} nedra run")
