"""``pipeline review export`` and ``review apply``: reviewing on a spreadsheet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import FINDINGS, REVIEWS, stop

if TYPE_CHECKING:
    from pipeline.curate.reviews import Review
    from pipeline.curate.sheets_apply import Applied
    from pipeline.review.context import Library
    from pipeline.review.desk import Desk

SUFFIXES = (".csv", ".xlsx")

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="folder that a run wrote")]


class Sort(StrEnum):
    uncertain = "uncertain"
    certain = "certain"
    fact = "fact"
    document = "document"
    sample = "sample"


def export_sheet(
    folder: Folder,
    output: Annotated[
        Path, typer.Option("--output", "-o", help="sheet to write, .xlsx or .csv by its name")
    ],
    reviews: Annotated[
        list[Path] | None,
        typer.Option("--reviews", help="files or folders of decisions; corpus/reviews without it"),
    ] = None,
    curator: Annotated[
        str, typer.Option("--curator", help="show this curator's decisions alone")
    ] = "",
    sort: Annotated[
        Sort, typer.Option("--sort", help="what comes first; sample: by chance, always the same")
    ] = Sort.uncertain,
    limit: Annotated[int | None, typer.Option("--limit", min=1, help="rows at most")] = None,
    predicate: Annotated[str, typer.Option("--predicate", help="only this one")] = "",
    undecided: Annotated[
        bool,
        typer.Option("--undecided", help="only rows that nobody (or --curator) has decided"),
    ] = False,
    min_score: Annotated[
        float | None, typer.Option("--min-score", min=0, max=1, help="lowest score")
    ] = None,
    max_score: Annotated[
        float | None, typer.Option("--max-score", min=0, max=1, help="highest score")
    ] = None,
) -> None:
    """Rows of a run as a sheet to fill in: XLSX with drop-down lists, or CSV."""
    from pipeline.curate.carry import carry_over
    from pipeline.curate.reviews import holding
    from pipeline.curate.sheets import changed_since, decided, sheet_rows
    from pipeline.review.rows import Query

    if output.suffix.lower() not in SUFFIXES:
        stop(f"{output}: name a file that ends in .xlsx or .csv")
    if output.exists():
        stop(f"{output} exists and is not overwritten; name another file or remove it")
    if not output.parent.is_dir():
        stop(f"{output}: there is no folder {output.parent}; make it first")
    where = reviews or [REVIEWS]
    name = _name(curator) if curator else ""
    desk, _ = _open(folder, where[0])
    carried = carry_over(holding(_decisions(where, must_exist=bool(reviews))), desk.rows)
    earlier = decided(carried, name)
    query = Query(
        predicate=_predicate(predicate), min_score=min_score, max_score=max_score, sort=sort.value
    )
    rows = (
        row
        for row in desk.rows.page(query, 0, -1)
        if not (undecided and row["relation_id"] in earlier)
    )
    made = sheet_rows(islice(rows, limit), {**changed_since(carried, name), **earlier})
    _write(output, made)
    total = desk.rows.count(Query())
    n_known = sum(row["relation_id"] in earlier for row in made)
    typer.echo(f"Written: {output} ({len(made)} of {total} rows, {n_known} decided)", err=True)


def _write(output: Path, rows: Sequence[dict[str, str]]) -> None:
    from pipeline.curate.sheets import CUT, MAX_ROWS, csv_sheet
    from pipeline.curate.sheets_xlsx import write_workbook
    from pipeline.tabulate import OutputError, write_all

    if len(rows) > MAX_ROWS:
        stop(f"{len(rows)} rows, a sheet holds {MAX_ROWS}; take fewer with --limit or --predicate")
    cut = sum(row["sentence"].endswith(CUT) for row in rows)
    if cut:
        typer.echo(
            f"pipeline: {cut} sentences end in {CUT.strip()}, as no cell holds them", err=True
        )
    try:
        if output.suffix.lower() == ".csv":
            write_all({output: csv_sheet(rows)})
        else:
            write_workbook(output, rows)
    except OutputError as error:
        stop(str(error))
    except OSError as error:
        stop(f"{output}: cannot be written ({error.strerror or error})")


def apply_sheet(
    sheet: Annotated[Path, typer.Argument(metavar="FILE", help="the filled sheet, XLSX or CSV")],
    folder: Folder,
    curator: Annotated[str, typer.Option("--curator", help="who decided")],
    reviews: Annotated[
        Path,
        typer.Option(
            "--reviews", help="folder of decisions, a file a curator, or one CSV file for all"
        ),
    ] = REVIEWS,
    date: Annotated[str, typer.Option("--date", help="when; now without it")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say all, write nothing")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="write nothing if any row has a problem")
    ] = False,
) -> None:
    """Take the decisions of a filled sheet in; what a spreadsheet did to it is said by row."""
    from pipeline.curate.decisions import DecisionError, append_decisions
    from pipeline.curate.reviews import holding
    from pipeline.curate.sheets import SheetError
    from pipeline.curate.sheets_apply import Tables, apply_sheet
    from pipeline.curate.sheets_in import read_sheet
    from pipeline.patterns_data import PatternError
    from pipeline.review.rows import Query
    from pipeline.tables_in import TableError

    if reviews.exists() and not reviews.is_dir() and reviews.suffix != ".csv":
        stop(f"{reviews}: decisions are saved in CSV files; name a folder or a .csv file")
    name, when = _name(curator), _date(date)
    try:
        read = read_sheet(sheet)
    except SheetError as error:
        stop(f"{sheet}: {error}")
    desk, library = _open(folder, reviews)
    earlier = holding(_decisions([reviews], must_exist=False))
    rows = desk.rows.page(Query(sort="document"), 0, -1)
    tables = Tables(rows, library.names, library.concepts.name_of)
    try:
        applied = apply_sheet(read, tables, earlier, name, when)
    except (PatternError, TableError) as error:
        stop(str(error))
    except OSError as error:
        stop(f"{error.filename or folder}: cannot be read ({error.strerror or error})")
    _tell(sheet, applied)
    refused = strict and bool(applied.problems)
    target = desk.file_of(name)
    try:
        if not (dry_run or refused):
            append_decisions(target, applied.rows)
    except DecisionError as error:
        stop(error.strerror or str(error))
    _sum_up(applied, target, written=not (dry_run or refused))
    if applied.problems:
        raise typer.Exit(FINDINGS)


def _tell(sheet: Path, applied: Applied) -> None:
    for line in applied.said:
        typer.echo(f"{sheet}: {line}", err=True)
    for line in applied.problems:
        typer.echo(f"{sheet}: not applied: {line}", err=True)


def _sum_up(applied: Applied, target: Path, *, written: bool) -> None:
    kinds = Counter(row["decision"] for row in applied.rows)
    detail = ", ".join(f"{n} {decision}" for decision, n in sorted(kinds.items()))
    what = f"{len(applied.rows)} applied" if written else f"{len(applied.rows)} to apply"
    end = f"; {target}" if written and applied.rows else "" if written else "; nothing written"
    typer.echo(
        f"{what}{f' ({detail})' if detail else ''}, {applied.unchanged} unchanged, "
        f"{len(applied.problems)} problems, {applied.open} rows without a decision{end}",
        err=True,
    )


def _open(folder: Path, reviews: Path) -> tuple[Desk, Library]:
    from pipeline.review.serve import open_desk
    from pipeline.tables_in import TableError

    try:
        return open_desk(folder, reviews)
    except (TableError, OSError) as error:
        stop(str(error))


def _decisions(paths: Iterable[Path], *, must_exist: bool) -> list[Review]:
    """All decisions in files and folders; lines that are none are said and passed over."""
    from pipeline.curate.following import Followers

    found: list[Review] = []
    for path in paths:
        if must_exist and not path.exists():
            stop(f"{path}: no such file or folder; check --reviews")
        followers = Followers(path)
        followers.read_new()
        found += followers.reviews()
        for problem in followers.problems:
            typer.echo(f"pipeline: passed over: {problem}", err=True)
    return found


def _name(curator: str) -> str:
    from pipeline.review.desk import DeskError, check_name

    try:
        return check_name(curator)
    except DeskError as error:
        stop(f"--curator {error}")


def _predicate(predicate: str) -> str:
    from pipeline.records import PREDICATES

    name = predicate.strip().upper()
    if name and name not in PREDICATES:
        stop(f"--predicate {predicate!r}: there are {', '.join(PREDICATES)}")
    return name


def _date(date: str) -> str:
    from pipeline.review.desk import now

    if not date:
        return now()
    try:
        dt.datetime.fromisoformat(date)
    except ValueError:
        stop(f"--date {date!r}: write it as 2026-11-30")
    return date
