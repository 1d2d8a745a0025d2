"""``pipeline evaluate``: what the extractor finds, scored against gold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import FINDINGS, ModelOption, PatternsOption, settings_for, stop

if TYPE_CHECKING:
    from pipeline.evaluate.gate import Gate
    from pipeline.evaluate.intervals import Row
    from pipeline.evaluate.registers import DocumentCounts
    from pipeline.evaluate.report import Evaluation
    from pipeline.gold.records import GoldDocument
    from pipeline.records import Annotation
    from pipeline.route import Settings

MapOption = Annotated[
    str | None,
    typer.Option("--map", help="types of a corpus of others: a shipped map's name, or a YAML file"),
]


def evaluate(
    gold: Annotated[list[Path], typer.Argument(help="gold files and folders, of any format")],
    tables: Annotated[
        Path | None, typer.Option("--tables", help="score these tables instead of running")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="write scores, errors, curves and a page here"),
    ] = None,
    type_map: MapOption = None,
    split: Annotated[str | None, typer.Option("--split", help="dev or test alone")] = None,
    register: Annotated[
        list[str] | None, typer.Option("--register", help="this kind of text alone; again for more")
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", help="evaluation.json of an earlier run: is the change real?"),
    ] = None,
    gate: Annotated[
        Path | None, typer.Option("--gate", help="lowest figures (YAML); fails below them")
    ] = None,
    gold_mentions: Annotated[
        bool,
        typer.Option("--gold-mentions", help="relations alone: the mentions of gold are given"),
    ] = False,
    model: ModelOption = None,
    patterns: PatternsOption = None,
    min_score: Annotated[
        float | None, typer.Option("--min-score", min=0, max=1, help="lowest score of a relation")
    ] = None,
) -> None:
    """Score against gold: precision, recall and F1 with intervals and a baseline, by label,
    predicate, register, rule and score; every error; what changed; a gate."""
    if gold_mentions and tables is not None:
        stop("--gold-mentions runs the extractor, --tables scores an earlier run: leave one out")
    prepared = _prepare(patterns, output, against, gate)  # before the model is loaded
    documents = _documents(gold, type_map, split, register or [])
    settings = settings_for(model, patterns, min_score)
    try:
        evaluation, failed = _evaluation(documents, settings, tables, gold_mentions)
        comparison = _comparison(prepared, evaluation)
    except (ValueError, OSError) as error:
        stop(str(error))
    about: dict[str, object] = {
        "gold": [path.as_posix() for path in gold],
        "map": type_map,
        "split": split,
        "registers": register or None,
        "tables": tables and tables.as_posix(),
        "against": against and against.as_posix(),
        "mentions_given": gold_mentions,
        "min_score": min_score,
    }
    if against is not None:
        from pipeline.evaluate.compare import other_options

        for line in other_options(against, about):
            typer.echo(f"pipeline: {line}", err=True)
    try:
        _tell(evaluation, comparison, settings, about, output)
    except OSError as error:
        stop(f"{error.filename}: cannot be written ({error.strerror}); see to -o")
    _finish(prepared, evaluation, failed)


@dataclass(frozen=True, slots=True)
class _Prepared:
    """What was read before the work begins, so that wrong use costs no time."""

    before: list[DocumentCounts] | None
    gate: Gate | None


def _prepare(
    patterns: Path | None, output: Path | None, against: Path | None, gate: Path | None
) -> _Prepared:
    from pipeline.evaluate.compare import CompareError, read_counts
    from pipeline.evaluate.gate import read_gate
    from pipeline.patterns_data import PatternError
    from pipeline.tabulate import OutputError, prepare_output

    try:
        if output is not None:
            prepare_output(output)
        return _Prepared(
            None if against is None else read_counts(against),
            None if gate is None else read_gate(gate),
        )
    except (OutputError, CompareError, PatternError) as error:
        stop(str(error))


def _documents(
    gold: list[Path], type_map: str | None, split: str | None, registers: Sequence[str]
) -> list[GoldDocument]:
    """The documents of gold that were asked for; else the program ends."""
    from pipeline.gold.load import load_gold
    from pipeline.gold.maps import read_map
    from pipeline.gold.records import GoldError
    from pipeline.patterns_data import PatternError

    try:
        documents = load_gold(gold, None if type_map is None else read_map(type_map))
    except (GoldError, PatternError) as error:
        stop(str(error))
    splits = [split] if split else []
    for option, wanted, there in (
        ("--split", splits, {one.split for one in documents}),
        ("--register", registers, {one.register_ for one in documents}),
    ):
        if unknown := [name for name in wanted if name not in there]:
            known = ", ".join(sorted(there - {""})) or "none is named"
            stop(f"{option} {unknown[0]}: gold has no such documents; there are: {known}")
    documents = [
        one
        for one in documents
        if (not splits or one.split in splits) and (not registers or one.register_ in registers)
    ]
    if not documents:
        stop("no document of gold is of both that split and that register")
    return documents


def _evaluation(
    gold: Sequence[GoldDocument], settings: Settings, tables: Path | None, gold_mentions: bool
) -> tuple[Evaluation, list[str]]:
    """The evaluation, and a line for each document that could not be annotated."""
    from pipeline.annotations_in import annotations_from_tables
    from pipeline.evaluate.report import evaluate as evaluate_gold
    from pipeline.relate.rules import read_rules
    from pipeline.route import tools

    annotations = _annotations(gold, settings, gold_mentions)
    sentences = {a.document.doc_id: list(a.sentences) for a in annotations}
    failed = [f"{f.doc_id}: {f.step}: {f.error}" for a in annotations if (f := a.failure)]
    if tables is not None:
        annotations = annotations_from_tables(tables)
        least = settings.min_score or 0.0
        annotations = [
            replace(one, relations=tuple(r for r in one.relations if r.score >= least))
            for one in annotations
        ]
        failed += _missing_in_tables(gold, annotations, tables)
    concept = tools(settings).recogniser.index.name_of
    book = {rule.id: rule.predicate for rule in read_rules(settings.patterns_dir).rules}
    return evaluate_gold(gold, annotations, sentences, concept, book), failed


def _missing_in_tables(
    gold: Sequence[GoldDocument], annotations: Sequence[Annotation], tables: Path
) -> list[str]:
    """Gold documents that the tables do not have. Raises ValueError when they have none."""
    there = {annotation.document.doc_id for annotation in annotations}
    missing = [document.id for document in gold if document.id not in there]
    if len(missing) == len(gold):
        raise ValueError(
            f"{tables}: no document of gold is in these tables, such as {missing[0]!r}; they are "
            "of another corpus: give the tables of a run over the texts of gold"
        )
    return [f"{name}: not in the tables, so all of it counts as missed" for name in missing]


def _annotations(
    gold: Sequence[GoldDocument], settings: Settings, gold_mentions: bool
) -> list[Annotation]:
    """What the extractor makes of the texts, given the mentions of gold or end to end."""
    from pipeline.distribute import annotate_all, batches
    from pipeline.evaluate.relations import gold_mentions as mentions_of
    from pipeline.records import Document
    from pipeline.route import annotate

    texts = [Document(g.id, g.text, "gold") for g in gold]
    if not gold_mentions:
        return list(annotate_all(texts, settings))
    given = {g.id: list(mentions_of(g).values()) for g in gold}
    return [one for batch in batches(texts) for one in annotate(batch, settings, given)]


def _comparison(prepared: _Prepared, evaluation: Evaluation) -> list[Row]:
    from pipeline.evaluate.compare import compare

    if prepared.before is None:
        return []
    return compare(prepared.before, evaluation.documents)


def _tell(
    evaluation: Evaluation,
    comparison: list[Row],
    settings: Settings,
    about: dict[str, object],
    output: Path | None,
) -> None:
    from pipeline.evaluate.summary import format_comparison, format_summary
    from pipeline.evaluate.write import write_evaluation
    from pipeline.run import versions

    if about["mentions_given"]:
        typer.echo("The mentions of gold were given; read the scores of relations.\n")
    typer.echo(format_summary(evaluation))
    if comparison:
        typer.echo("\n" + format_comparison(comparison, evaluation.n_gold))
    if output is not None:
        made_by = versions(settings) if about["tables"] is None else {}
        write_evaluation(evaluation, output, {**made_by, "options": about}, comparison)


def _finish(prepared: _Prepared, evaluation: Evaluation, failed: list[str]) -> None:
    """Say what failed and what fell below the gate, and end with the exit status."""
    from pipeline.evaluate.gate import falls, format_falls

    for line in failed:
        typer.echo(f"pipeline: {line}", err=True)
    fallen = falls(prepared.gate, evaluation) if prepared.gate else []
    if fallen:
        typer.echo(f"\nBelow the gate:\n{format_falls(fallen)}", err=True)
    elif prepared.gate:
        typer.echo("\nNothing is below the gate.", err=True)
    if failed or fallen:
        raise typer.Exit(FINDINGS)
