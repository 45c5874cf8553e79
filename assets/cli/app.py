"""App: the one command ``nedra``.

Belongs here: names, options and exit codes of the calls. Does not: what a call does (``assets.cli``), which is
imported when it is called, because Dagster takes seconds to import and only ``nedra run`` needs it.
"""

import errno
import gc
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="nedra",
    help="Decides, to the tiyn, whether Kazakhstan's subsoil users met their 1% R&D obligation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]
Years = Annotated[str | None, typer.Option(help="A year or a range: 2024, 2022-2025.", metavar="YEARS")]
AsOf = Annotated[
    datetime | None,
    typer.Option("--as-of", formats=["%Y-%m-%d"], help="The day of the run; default today in Asia/Almaty."),
]
Language = Annotated[str, typer.Option("--lang", help="ru, kk or en.")]


def _show_version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"nedra {version('nedra')}")
        raise typer.Exit


@app.callback()
def nedra(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Decides, to the tiyn, whether Kazakhstan's subsoil users met their 1% R&D obligation."""


# The password in a database's URL, with what stands before it.
_PASSWORD = re.compile(r"(://[^:/@]*:)[^@]*@")


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The home to write.")],
    users: Annotated[int, typer.Option(min=1, help="How many subsoil users.")] = 30,
    years: Years = "2022-2025",
    seed: Annotated[int | None, typer.Option(help="The same seed writes the same bytes.")] = None,
    *,
    clean: Annotated[bool, typer.Option("--clean", help="Without the mistakes people make.")] = False,
) -> None:
    """Write a realistic home: registers and filings as workbooks, with the mistakes people make."""
    from assets.cli.demo import write

    write(folder, users=users, years=_years(years), seed=seed, clean=clean)


@app.command()
def run(
    years: Years = None,
    as_of: AsOf = None,
    *,
    rewrite: Annotated[
        bool, typer.Option("--rewrite", help="With --as-of: replace present verdicts by those of that day.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Compute years again that stand as they are.")] = False,
    json: Json = False,
) -> None:
    """Compute reporting years in order through Dagster. Exit code 0: done, 1: a partition failed."""
    from pipelines.intake.processes.prefetch import reading_ahead
    from pipelines.settings import Settings
    from pipelines.staleness.first_look import years_likely_behind

    settings, wanted = Settings(), _years(years)
    with reading_ahead(settings, wanted if force else years_likely_behind(settings, wanted)):
        with _quick_imports():
            from assets.cli.run import run_years

        code = run_years(_years(years), _day(as_of), as_json=json, rewrite=rewrite, force=force)
    raise typer.Exit(code)


@app.command()
def check(
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Workbooks to look at.", exists=True, dir_okay=False)
    ],
    year: Annotated[int | None, typer.Option(help="Reporting year; default the year on the cover.")] = None,
    lang: Language = "ru",
    *,
    json: Json = False,
) -> None:
    """Tell what would happen to workbooks, storing nothing. Exit code 0: clean or warnings, 1: something refused."""
    from assets.cli.check import check_files

    raise typer.Exit(check_files(files, year, _language(lang), as_json=json))


@app.command()
def explain(
    unit: Annotated[
        str,
        typer.Argument(
            metavar="UNIT", help="Contract or licence number; or a BIN, or a piece of a name, to choose from."
        ),
    ],
    year: Annotated[int, typer.Option(help="Reporting year.")],
    lang: Language = "ru",
    as_of: Annotated[
        datetime | None,
        typer.Option("--as-of", formats=["%Y-%m-%d"], help="What was valid at the end of this day in Almaty."),
    ] = None,
    regime: Annotated[
        str | None, typer.Option(help="What if: another regime (INCOME, COST_HC, COST_U, COST_TPI, NONE).")
    ] = None,
    rate: Annotated[str | None, typer.Option(help="What if: another rate, in percent: 1.5.")] = None,
    base: Annotated[str | None, typer.Option(help="What if: another base, in tenge.")] = None,
    *,
    json: Json = False,
) -> None:
    """Argue a verdict term by term, down to file and cell. Exit code 1: there is no such verdict.

    With a what-if option: what it would be by the same rules, beside what is stored; nothing is written.
    """
    from assets.cli.explain import explain_unit, supposition_of

    supposed = supposition_of(regime, rate, base)
    if supposed and as_of is not None:
        message = "a what-if starts from what is stored now; leave out --as-of"
        raise typer.BadParameter(message, param_hint="--as-of")
    code = explain_unit(unit, year, _language(lang), as_of=_day(as_of), supposition=supposed, as_json=json)
    raise typer.Exit(code)


@app.command(name="list")
def list_units(
    year: Annotated[int | None, typer.Option(help="Reporting year; default the last one computed.")] = None,
    name: Annotated[
        str | None, typer.Option(help="A BIN, or a piece of the user's name or of the contract's number.")
    ] = None,
    status: Annotated[str | None, typer.Option(help="MET, PARTIAL, BREACH, NOT_REPORTED, UNDETERMINED, ...")] = None,
    sector: Annotated[str | None, typer.Option(help="A sector, as the form names it in any language.")] = None,
    region: Annotated[
        str | None, typer.Option(help="A KATO code or the first digits of it, or a region's name.")
    ] = None,
    lang: Language = "ru",
    *,
    json: Json = False,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV: UTF-8, amounts in tiyn.")] = False,
) -> None:
    """List contracts and licences of a year and their verdicts. Exit code 1: nothing fits."""
    from assets.cli.unit_list import list_units as print_list
    from pipelines.explanations.unit_search import Filters

    if json and csv:
        message = "choose one of --json and --csv"
        raise typer.BadParameter(message, param_hint="--csv")
    filters = Filters(name=name, status=status, sector=sector, region=region)
    raise typer.Exit(print_list(year, filters, _language(lang), as_json=json, as_csv=csv))


@app.command()
def migrate() -> None:
    """Bring the warehouse to the schema of this version; on PostgreSQL as the owner of its tables. Exit code 0."""
    from assets.cli.migrate import migrate_warehouse

    migrate_warehouse()


@app.command()
def report(
    kind: Annotated[str | None, typer.Argument(metavar="[KIND]", help="data, ...; default all.")] = None,
    years: Annotated[str | None, typer.Option("--year", help="A year or a range; default all stored.")] = None,
    lang: Language = "ru",
    *,
    json: Json = False,
) -> None:
    """Write the reports of what is stored. Exit code 0: done, 1: nothing is stored for a year."""
    from assets.cli.report import write_reports

    raise typer.Exit(write_reports(kind, _years(years, "--year"), _language(lang), as_json=json))


@app.command()
def template(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The workbook to write.", dir_okay=False)],
    year: Annotated[
        int | None, typer.Option(help="Reporting year; default the year before the day of the run.")
    ] = None,
    lang: Language = "ru",
    user_bin: Annotated[str | None, typer.Option("--bin", help="Fill in what the registers know of this user.")] = None,
    register: Annotated[
        str | None, typer.Option(help="A register instead of the filing: units, performers, treasury, ...")
    ] = None,
) -> None:
    """Write an empty filing workbook, or an empty register, with lists, formats, notes and help. Exit code 0."""
    from assets.cli.template import write_template

    raise typer.Exit(write_template(file, year, _language(lang), user_bin, register))


@app.command()
def verify(
    anchor: Annotated[
        Path | None, typer.Option(help="File of signed-off heads: compared, then the present head is added.")
    ] = None,
    *,
    json: Json = False,
) -> None:
    """Recompute every hash of the warehouse. Exit code 0: intact, 1: something was altered, lost or added."""
    from assets.cli.verify import verify_warehouse

    raise typer.Exit(verify_warehouse(anchor, as_json=json))


@app.command()
def notices(
    years: Annotated[str | None, typer.Option("--year", help="A year or a range; default all stored.")] = None,
    to: Annotated[Path | None, typer.Option(help="Folder to write to; default NEDRA_HOME/reports/notices.")] = None,
    *,
    json: Json = False,
) -> None:
    """Write a return notice for every filing with findings: the filer's own workbook, cells coloured and noted.

    Exit code 0: done, 1: no filing is stored for a year.
    """
    from assets.cli.notices import write_years

    raise typer.Exit(write_years(_years(years, "--year"), to, as_json=json))


def main() -> None:
    """Run the command line; a wrong setting or set-up is told in a line (exit code 2), not as a traceback."""
    from pydantic import ValidationError

    from pipelines.settings import SetupError

    try:
        app()
    except ValidationError as error:
        for problem in error.errors():
            name = "NEDRA_" + "_".join(str(part) for part in problem["loc"]).upper()
            found = _PASSWORD.sub(r"\1***@", repr(problem["input"]))
            typer.echo(f"The setting {name} cannot be used: {problem['msg']} (found: {found})", err=True)
        raise SystemExit(2) from None
    except SetupError as error:
        typer.echo(str(error), err=True)
        raise SystemExit(2) from None
    except OSError as error:
        if error.filename is None and error.errno != errno.ENOSPC:
            raise
        where = f"{error.filename}: " if error.filename is not None else ""
        typer.echo(
            f"{where}{error.strerror}. Make room, or mind the folder and its rights, then say it again.", err=True
        )
        raise SystemExit(2) from None
    finally:
        # Before it ends the interpreter looks through every object several times: most of a second for nothing.
        gc.freeze()


@contextmanager
def _quick_imports() -> Iterator[None]:
    """Import without looking for garbage among the modules, now or later: they stay. Saves a fifth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


def _years(text: str | None, option: str = "--years") -> list[int] | None:
    if text is None:
        return None
    first, _, last = text.replace("–", "-").partition("-")
    try:
        years = list(range(int(first), int(last or first) + 1))
    except ValueError:
        years = []
    if not years:
        message = f"expected a year or a range such as 2022-2025, found {text!r}"
        raise typer.BadParameter(message, param_hint=option)
    return years


def _day(as_of: datetime | None) -> date | None:
    return None if as_of is None else as_of.date()


def _language(text: str) -> str:
    if text not in ("ru", "kk", "en"):
        message = f"expected ru, kk or en, found {text!r}"
        raise typer.BadParameter(message, param_hint="--lang")
    return text


if __name__ == "__main__":
    main()
