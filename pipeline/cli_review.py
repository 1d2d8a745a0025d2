"""``pipeline review``: the page in the browser, and beside it sheets for a spreadsheet."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from pipeline.cli_options import REVIEWS, stop
from pipeline.cli_review_sheets import apply_sheet, export_sheet

PAGE = "page"
CORRECT = (
    "Write the tables of a run anew as people decided: rejected rows gone, corrections made.\n\n"
    "A corrected row may say what another one says already. Such rows are merged: an accepted one "
    "stays rather than a corrected one, that rather than one that nobody decided, and it gets the "
    "higher score. Corrected concepts get the name and identifier of the run, else of the term "
    "tables; what nothing knows is kept as written, and named."
)


class PageUnlessNamed(TyperGroup):
    """``review DIR`` is ``review page DIR``; a folder that has the name of a command is written
    ``./export``."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and args[0] not in {*self.commands, "--help"}:
            args = [PAGE, *args]
        return super().parse_args(ctx, args)


review_app = typer.Typer(
    name="review",
    help="Look at the rows of a run and decide: a page in the browser (review DIR, with the "
    "options of review page), or sheets.",
    cls=PageUnlessNamed,
    no_args_is_help=True,
)
review_app.command("export")(export_sheet)
review_app.command("apply")(apply_sheet)


@review_app.command(PAGE)
def page(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder that a run wrote")],
    curator: Annotated[
        str, typer.Option("--curator", help="who decides; the page asks without it")
    ] = "",
    reviews: Annotated[
        Path,
        typer.Option(
            "--reviews",
            help="folder of decisions, a file a curator, or one CSV file for all; from the folder "
            "in which the command is called",
        ),
    ] = REVIEWS,
    documents: Annotated[
        list[Path] | None,
        typer.Option("--documents", help="where the texts are now, if not where the run read them"),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", min=0, max=65535, help="of the loopback address")
    ] = None,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="open the page in the browser")
    ] = True,
) -> None:
    """Open the page on which the rows of a run are reviewed (Ctrl-C ends it)."""
    from pipeline.curate.reviews import review_files
    from pipeline.review.desk import DeskError, check_name
    from pipeline.review.serve import ServeError, serve
    from pipeline.tables_in import TableError

    def ready(address: str) -> None:
        typer.echo(f"Review {folder} at {address}", err=True)
        names = ", ".join(path.name for path in review_files([reviews]) if path.is_file())
        there = f"where there are {names}" if names else "where there are none yet"
        typer.echo(f"Decisions are saved to {reviews.resolve()}, {there}.", err=True)
        typer.echo("Ctrl-C ends the page.", err=True)
        if browser and _has_screen():
            import webbrowser

            webbrowser.open(address)

    if reviews.is_file() and reviews.suffix != ".csv":
        stop(f"{reviews}: decisions are saved in CSV files; name a folder or a .csv file")
    for path in documents or []:
        if not path.exists():
            stop(f"{path}: no such file or folder; check --documents")
    try:
        name = check_name(curator) if curator else ""
        serve(folder, reviews, curator=name, port=port, inputs=documents or [], ready=ready)
    except (TableError, ServeError, DeskError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{error.filename or reviews}: {error.strerror or error}")


@review_app.command("correct", help=CORRECT)
def correct(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="folder that a run wrote")],
    output: Annotated[Path, typer.Option("--output", "-o", help="folder of the corrected tables")],
    reviews: Annotated[
        list[Path] | None,
        typer.Option("--reviews", help="files or folders of decisions; corpus/reviews without it"),
    ] = None,
) -> None:
    """Write the tables of a run anew as people decided: rejected rows gone, corrections made."""
    from pipeline.curate.corrected_tables import corrected, write_corrected
    from pipeline.curate.reviews import holding, read_reviews
    from pipeline.gold.records import GoldError
    from pipeline.patterns_data import PatternError
    from pipeline.result import read_result
    from pipeline.tables_in import TableError
    from pipeline.tabulate import OutputError

    if output.resolve() == folder.resolve():
        stop("--output is the folder of the run; what the run wrote stays, name another one")
    try:
        result = read_result(folder)
        made = corrected(result, holding(read_reviews(_review_files(reviews or [REVIEWS]))))
        paths = write_corrected(result, made, output)
    except GoldError as error:
        stop("; ".join(error.problems[:5]))
    except (TableError, OutputError, PatternError) as error:
        stop(str(error))
    said = ", ".join(f"{n} {name}" for name, n in sorted(made.counts.items()) if name)
    typer.echo(f"Rows: {said or 'none decided'}; {made.counts['']} undecided", err=True)
    if made.stale:
        typer.echo(
            f"{made.stale} decisions no longer apply to this run and change nothing", err=True
        )
    if made.unknown:
        names = ", ".join(map(repr, sorted(made.unknown)))
        typer.echo(f"Concepts that nothing knows, kept as written: {names}", err=True)
    typer.echo("Written: " + ", ".join(path.as_posix() for path in paths), err=True)


def _review_files(where: list[Path]) -> list[Path]:
    """The files of decisions; ends the program where there are none."""
    from pipeline.curate.reviews import review_files

    files = review_files(where)
    missing = [path for path in files if not path.is_file()]
    if missing or not files:
        place = (missing or where)[0].resolve()
        stop(f"{place}: no decisions there; review first, or name --reviews")
    return files


def _has_screen() -> bool:
    """Whether a browser could be seen; a text browser would take this terminal."""
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
