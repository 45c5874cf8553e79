"""``nedra template``: an empty workbook to fill in.

Here: which workbook, where it goes. Not here: what stands in it (``pipelines.reports.template``).
"""

from pathlib import Path

from assets.cli.terminal import terminal
from pipelines.intake.year.registers import RegisterError
from pipelines.layouts.loader import register_layouts
from pipelines.reports.template.filing_book import filing_book
from pipelines.reports.template.prefilled import prefilled
from pipelines.reports.template.register_book import register_book
from pipelines.reports.whole_file import write_whole
from pipelines.settings import Settings, SetupError
from pipelines.statute.law import load_statute


def write_template(file: Path, year: int | None, language: str, user_bin: str | None, register: str | None) -> int:
    """Write the workbook and say where it is; return the exit code 0.

    Raises:
        SetupError: there is no such register, user or form of the year, or the file cannot be written.
    """
    settings = Settings()
    wanted = settings.day_of_the_run().year - 1 if year is None else year
    content = (
        _filing(settings, wanted, language, user_bin) if register is None else _register(register, language, wanted)
    )
    try:
        write_whole(file, content)
    except OSError as error:
        message = f"{file} cannot be written: {error.strerror or error}. Check the folder and its permissions."
        raise SetupError(message) from error
    terminal().print(f"{file}: fill it in, then nedra check {file}" if register is None else str(file), markup=False)
    return 0


def _filing(settings: Settings, year: int, language: str, user_bin: str | None) -> bytes:
    statute = load_statute()
    if year < statute.first_year:
        message = f"There is no form for {year}: the obligation begins with {statute.first_year}. Name a later --year."
        raise SetupError(message)
    try:
        known = None if user_bin is None else prefilled(settings, user_bin, year)
        return filing_book(statute.at(year), language, known)
    except (RegisterError, LookupError) as error:
        raise SetupError(str(error)) from error


def _register(name: str, language: str, year: int) -> bytes:
    layouts = register_layouts()
    if name not in layouts:
        message = f"There is no register {name!r}. Known are {', '.join(layouts)}."
        raise SetupError(message)
    return register_book(layouts[name], language, year)
