"""``pipeline gold``: writing gold, checking it, agreement, adjudication, other formats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_evaluate import MapOption
from pipeline.cli_options import FINDINGS, stop

if TYPE_CHECKING:
    from pipeline.evaluate.intervals import Row
    from pipeline.gold.records import GoldDocument
    from pipeline.records import Document

gold_app = typer.Typer(
    name="gold", help="Write gold, check it, compare annotators.", no_args_is_help=True
)
Output = Annotated[Path, typer.Option("--output", "-o", help="file to write")]
FormatOption = Annotated[
    str | None,
    typer.Option(
        "--format",
        help="marked, jsonl, brat, bioc-xml, bioc-json, pubtator; else by the output's name",
    ),
]
Sources = Annotated[
    list[Path] | None,
    typer.Option("--documents", help="the documents that were annotated (files, folders)"),
]


@gold_app.command()
def new(
    documents: Annotated[list[Path], typer.Argument(help="documents to annotate")],
    output: Output,
    format: FormatOption = None,
    register: Annotated[str, typer.Option("--register", help="kind of text")] = "",
    split: Annotated[str, typer.Option("--split", help="dev or test")] = "",
) -> None:
    """A blank sheet: the documents without annotations, in a format to write in."""
    from pipeline.gold.records import GoldDocument

    _refuse_to_overwrite(output)
    try:
        blank = [
            GoldDocument(
                id=text.doc_id,
                text=text.text,
                title=text.title,
                register=register or dict(text.metadata).get("register", ""),
                split=split,
            )
            for text in _texts(documents).values()
        ]
    except ValueError as error:
        stop(f"--split {split}: {error}")
    _write(blank, output, format)


@gold_app.command()
def check(
    gold: Annotated[list[Path], typer.Argument(help="gold files and folders")],
    documents: Sources = None,
    type_map: MapOption = None,
) -> None:
    """Everything that is wrong or odd in gold, file:line each: offsets, labels, arguments,
    duplicates, and what the guidelines ask."""
    from pipeline.curate.findings import gold_findings, known_names
    from pipeline.gold.maps import read_map
    from pipeline.patterns_data import PatternError, default_patterns_dir

    try:
        mapped = None if type_map is None else read_map(type_map)
    except PatternError as error:
        stop(str(error))
    texts = None if documents is None else {k: d.text for k, d in _texts(documents).items()}
    known = known_names(default_patterns_dir())
    n = 0
    for finding in gold_findings(gold, known, texts, mapped):
        typer.echo(finding)
        n += 1
    typer.echo(f"{n} findings", err=True)
    if n:
        raise typer.Exit(FINDINGS)


@gold_app.command()
def agree(
    a: Annotated[Path, typer.Argument(help="gold of one annotator")],
    b: Annotated[Path, typer.Argument(help="gold of the other")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="CSV to write")] = None,
) -> None:
    """Agreement of two annotators: F1 and Cohen's kappa by label, predicate and attribute."""
    from pipeline.curate.agree import COLUMNS, agreement
    from pipeline.evaluate.summary import format_rows

    both = _both(a, b)
    try:
        rows = agreement(both)
    except ValueError as error:
        stop(str(error))
    typer.echo(f"{len(both)} documents\n")
    typer.echo(format_rows(COLUMNS, rows))
    if output is not None:
        _write_csv(output, rows, COLUMNS)


@gold_app.command()
def adjudicate(
    a: Annotated[Path, typer.Argument(help="gold of one annotator")],
    b: Annotated[Path, typer.Argument(help="gold of the other")],
    output: Output,
    apply: Annotated[
        Path | None, typer.Option("--apply", help="the table with decisions: write the gold")
    ] = None,
    format: FormatOption = None,
) -> None:
    """A table of what two annotators disagree about; with --apply the gold of what they agree
    about and what was decided."""
    from pipeline.curate.adjudicate import adjudicated, read_decisions, unknown_keys
    from pipeline.curate.disagreements import COLUMNS, disagreements
    from pipeline.gold.records import GoldError

    _refuse_to_overwrite(output)
    both = _both(a, b)
    try:
        rows = [row for one, other in both for row in disagreements(one, other)]
        if apply is None:
            _write_csv(output, rows, COLUMNS)
            typer.echo(f"{len(rows)} disagreements; fill in the column decision", err=True)
            return
        decisions = read_decisions(apply)
        wrong = unknown_keys(decisions, rows)
        merged = []
        for one, other in both:
            try:
                merged.append(adjudicated(one, other, decisions))
            except GoldError as error:
                wrong += error.problems
        if wrong:
            raise GoldError(wrong)
    except GoldError as error:
        stop(str(error))
    _write(merged, output, format)


@gold_app.command("from-reviews")
def from_reviews(
    reviews: Annotated[list[Path], typer.Argument(help="CSV files of decisions")],
    documents: Annotated[list[Path], typer.Option("--documents", help="what was reviewed")],
    output: Output,
    format: FormatOption = None,
) -> None:
    """Partial gold from the accepted, corrected and rejected rows of reviews."""
    from pipeline.curate.reviews import read_reviews
    from pipeline.curate.reviews_gold import gold_from_reviews
    from pipeline.gold.records import GoldError

    _refuse_to_overwrite(output)

    try:
        gold, left_out = gold_from_reviews(read_reviews(reviews), _texts(documents))
    except GoldError as error:
        stop(str(error))
    for line in left_out:
        typer.echo(f"pipeline: {line}", err=True)
    _write(gold, output, format)


@gold_app.command()
def convert(
    gold: Annotated[list[Path], typer.Argument(help="gold files and folders, of any format")],
    output: Output,
    format: FormatOption = None,
    type_map: MapOption = None,
) -> None:
    """Write gold in another format, and say what that cannot hold."""
    from pipeline.gold.load import load_gold
    from pipeline.gold.maps import read_map
    from pipeline.gold.records import GoldError
    from pipeline.patterns_data import PatternError

    _refuse_to_overwrite(output)
    try:
        documents = load_gold(gold, None if type_map is None else read_map(type_map))
    except (GoldError, PatternError) as error:
        stop(str(error))
    _write(documents, output, format)


def _refuse_to_overwrite(output: Path) -> None:
    """What people wrote or decided is never lost to a command that is given twice."""
    if output.exists():
        stop(f"{output} exists and is not overwritten; name another file or remove it")


def _texts(paths: Sequence[Path]) -> dict[str, Document]:
    """Documents by id; ends the program when one cannot be read."""
    from pipeline.read import InputError, read_inputs
    from pipeline.records import Failure

    texts: dict[str, Document] = {}
    try:
        for item in read_inputs(paths):
            if isinstance(item, Failure):
                stop(f"{item.source}: {item.error}")
            texts[item.doc_id] = item
    except InputError as error:
        stop(str(error))
    return texts


def _both(a: Path, b: Path) -> list[tuple[GoldDocument, GoldDocument]]:
    from pipeline.curate.pairs import by_id
    from pipeline.gold.load import load_gold
    from pipeline.gold.records import GoldError

    try:
        both, alone = by_id(load_gold([a]), load_gold([b]))
    except GoldError as error:
        stop(str(error))
    if not both:
        stop(f"{a} and {b} have no document in common")
    if alone:
        shown = ", ".join(alone[:5]) + (" ..." if len(alone) > 5 else "")
        typer.echo(
            f"pipeline: {len(alone)} documents of one side alone left out: {shown}", err=True
        )
    return both


def _write(documents: Sequence[GoldDocument], output: Path, format: str | None) -> None:
    """Write gold in the named format, or that of the file's name; say what is lost."""
    from pipeline.gold.load import write_gold
    from pipeline.gold.raw import FormatError

    try:
        lost = write_gold(documents, output, format)
    except (FormatError, ValueError, OSError) as error:
        stop(str(error))
    for line in lost:
        typer.echo(f"pipeline: {line}", err=True)
    n_mentions = sum(len(document.mentions) for document in documents)
    n_relations = sum(len(document.relations) for document in documents)
    typer.echo(
        f"Written: {output} ({len(documents)} documents, {n_mentions} mentions, "
        f"{n_relations} relations)",
        err=True,
    )


def _write_csv(path: Path, rows: Sequence[Row], columns: list[str]) -> None:
    from pipeline.evaluate.write import write_rows

    try:
        write_rows(path, rows, columns)
    except OSError as error:
        stop(f"{path}: cannot be written ({error.strerror})")
