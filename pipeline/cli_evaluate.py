"""``pipeline evaluate``: what the extractor finds, scored against gold."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli_options import ModelOption, PatternsOption, settings_for, stop

if TYPE_CHECKING:
    from pipeline.annotate import Settings
    from pipeline.evaluate.gold import GoldDocument
    from pipeline.evaluate.report import Evaluation
    from pipeline.records import Annotation


def evaluate(
    gold: Annotated[list[Path], typer.Argument(help="gold files (JSON Lines)")],
    tables: Annotated[
        Path | None, typer.Option("--tables", help="score these tables instead of running")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="write scores, every error and the curve here"),
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
    """Score against gold: precision, recall and F1 with intervals and a baseline; each rule;
    whether scores hold."""
    from pipeline.evaluate.report import write_evaluation
    from pipeline.evaluate.summary import format_summary

    if gold_mentions and tables is not None:
        stop("--gold-mentions runs the extractor, --tables scores an earlier run: leave one out")
    documents = _documents(gold, output)  # before the model is loaded
    settings = settings_for(model, patterns, min_score)
    try:
        evaluation = _evaluation(documents, settings, tables, gold_mentions)
    except (ValueError, OSError) as error:
        stop(str(error))
    if gold_mentions:
        typer.echo("The mentions of gold were given; read the scores of relations.\n")
    typer.echo(format_summary(evaluation))
    if output is not None:
        write_evaluation(evaluation, output)


def _documents(gold: list[Path], output: Path | None) -> list[GoldDocument]:
    """The documents of gold, when the output can be written; else the program ends."""
    from pipeline.evaluate.gold import GoldError, load_gold
    from pipeline.tabulate import OutputError, prepare_output

    try:
        if output is not None:
            prepare_output(output)
        return load_gold(gold)
    except (GoldError, OutputError) as error:
        stop(str(error))


def _evaluation(
    gold: Sequence[GoldDocument], settings: Settings, tables: Path | None, gold_mentions: bool
) -> Evaluation:
    from pipeline.annotate import tools
    from pipeline.evaluate.report import evaluate as evaluate_gold
    from pipeline.evaluate.tables import annotations_from_tables
    from pipeline.relate.rules import read_rules

    annotations = _annotations(gold, settings, gold_mentions)
    sentences = {a.document.doc_id: list(a.sentences) for a in annotations}
    if tables is not None:
        annotations = annotations_from_tables(tables)
    concept = tools(settings).recogniser.index.name_of
    book = {rule.id: rule.predicate for rule in read_rules(settings.patterns_dir).rules}
    return evaluate_gold(gold, annotations, sentences, concept, book)


def _annotations(
    gold: Sequence[GoldDocument], settings: Settings, gold_mentions: bool
) -> list[Annotation]:
    """What the extractor makes of the texts, given the mentions of gold or end to end."""
    from pipeline.annotate import annotate
    from pipeline.distribute import annotate_all, batches
    from pipeline.evaluate.relations import gold_mentions as mentions_of
    from pipeline.records import Document

    texts = [Document(g.id, g.text, "gold") for g in gold]
    if not gold_mentions:
        return list(annotate_all(texts, settings))
    given = {g.id: list(mentions_of(g).values()) for g in gold}
    return [one for batch in batches(texts) for one in annotate(batch, settings, given)]
