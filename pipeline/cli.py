"""The command ``pipeline``. Heavy imports stand inside the commands, so that ``--help``
answers at once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_evaluate import evaluate
from pipeline.cli_export import export
from pipeline.cli_gold import gold_app
from pipeline.cli_merge import merge
from pipeline.cli_models import models_app
from pipeline.cli_network import network
from pipeline.cli_options import DONE, FINDINGS, WRONG_USE, ModelOption, PatternsOption
from pipeline.cli_options import settings_for as _settings
from pipeline.cli_options import stop as _stop
from pipeline.cli_report import report
from pipeline.cli_review import review_app
from pipeline.cli_terms import terms_app

INTERRUPTED = 130  # as shells tell a program that Ctrl-C ended

app = typer.Typer(
    name="pipeline",
    help="Reads biomedical text and writes tables of cytokine biology.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models_app)
app.command()(network)
app.command()(merge)
app.add_typer(terms_app)
app.add_typer(gold_app)
app.add_typer(review_app)
app.command()(report)
app.command()(export)


class Format(StrEnum):
    csv = "csv"
    parquet = "parquet"


class Label(StrEnum):
    cytokine = "cytokine"
    receptor = "receptor"


def _version(wanted: bool) -> None:
    if wanted:
        from pipeline import __version__

        typer.echo(f"cytokine-reader {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="say which this is")
    ] = False,
) -> None:
    """Reads biomedical text and writes tables of cytokine biology."""


def _shard(text: str) -> tuple[int, int]:
    first, _, second = text.partition("/")
    if not (first.isdecimal() and second.isdecimal() and 1 <= int(first) <= int(second)):
        _stop(f"--shard {text!r}: write I/N with 1 <= I <= N, such as 2/8")
    return int(first), int(second)


@app.command()
def run(
    inputs: Annotated[list[Path], typer.Argument(help="files and folders, in any mix")],
    output: Annotated[Path, typer.Option("--output", "-o", help="folder of the tables")] = Path(
        "outputs"
    ),
    format: Annotated[Format, typer.Option("--format", help="of the tables")] = Format.csv,
    model: ModelOption = None,
    patterns: PatternsOption = None,
    workers: Annotated[int, typer.Option("--workers", min=1, help="local processes")] = 1,
    scheduler: Annotated[
        str, typer.Option("--scheduler", help="address of a Dask scheduler: work on its cluster")
    ] = "",
    shard: Annotated[
        str, typer.Option("--shard", help="I/N: the I-th of N shares of the documents only")
    ] = "1/1",
    resume: Annotated[
        bool, typer.Option("--resume", help="go on with a run that did not end")
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="throw away what a run that did not end has done")
    ] = False,
    everything: Annotated[
        bool, typer.Option("--all", help="also documents that name no cytokine and no receptor")
    ] = False,
    triage: Annotated[
        list[Label] | None,
        typer.Option("--triage", help="only documents that may name one (default: both)"),
    ] = None,
    include_cooccurrence: Annotated[
        bool, typer.Option("--include-cooccurrence", help="also pairs that no rule joined")
    ] = False,
    texts: Annotated[
        bool,
        typer.Option("--texts", help="keep the texts beside the tables, for review and export"),
    ] = False,
    min_score: Annotated[
        float | None, typer.Option("--min-score", min=0, max=1, help="lowest score of a relation")
    ] = None,
    id_column: Annotated[str | None, typer.Option("--id-column", help="of CSV, TSV, JSONL")] = None,
    text_column: Annotated[str | None, typer.Option("--text-column", help="likewise")] = None,
) -> None:
    """Find mentions and relations in documents and write the tables."""
    from pipeline.nlp import ModelError
    from pipeline.patterns_data import PatternError
    from pipeline.read import InputError
    from pipeline.run import RunOptions
    from pipeline.tabulate import OutputError, prepare_output
    from pipeline.terminal import run_with_progress, tell_summary
    from pipeline.work.cluster import ClusterError
    from pipeline.work.job import OtherVersionError
    from pipeline.work.pools import NoWorkerError

    part = _shard(shard)
    if scheduler and workers > 1:
        _stop("--scheduler and --workers: the cluster has workers of its own; leave one out")
    if resume and restart:
        _stop("--resume goes on and --restart begins anew; leave one out")
    if everything and triage:
        _stop("--all reads every document, --triage does not; leave one out")
    wanted = () if everything else tuple(one.value.upper() for one in triage or Label)
    try:
        prepare_output(output)  # before the model is loaded: this is the usual mistake
    except OutputError as error:
        _stop(str(error))
    settings = _settings(model, patterns, min_score)
    options = RunOptions(
        tuple(inputs), output, format.value, settings, workers, part, include_cooccurrence,
        texts, id_column, text_column, wanted, scheduler, resume, restart,
    )  # fmt: skip
    try:
        result = run_with_progress(options)
    except (
        InputError, OutputError, ModelError, PatternError, ClusterError, NoWorkerError,
        OtherVersionError,
    ) as error:  # fmt: skip
        _stop(str(error))
    except KeyboardInterrupt:
        typer.echo("\nstopped; what is done is kept: go on with --resume", err=True)
        raise typer.Exit(INTERRUPTED) from None
    tell_summary(result, output)
    if not result.tally.read:
        raise typer.Exit(WRONG_USE)
    if result.counts["failures"]:
        raise typer.Exit(FINDINGS)


app.command()(evaluate)


@app.command()
def explain(
    sentence: Annotated[str, typer.Argument(help="one sentence, in quotes")],
    rule: Annotated[str, typer.Option("--rule", help="say why this rule did not fire")] = "",
    model: ModelOption = None,
    patterns: PatternsOption = None,
) -> None:
    """Show mentions by layer, the parse, and the rules that fired in a sentence."""
    from pipeline.explain import explain as explain_sentence

    settings = _settings(model, patterns)
    try:
        for line in explain_sentence(sentence, settings, rule):
            typer.echo(line)
    except ValueError as error:
        _stop(str(error))


@app.command()
def check(
    patterns: PatternsOption = None,
    gold: Annotated[
        list[Path] | None, typer.Option("--gold", help="gold files to check as well")
    ] = None,
    reviews: Annotated[
        list[Path] | None,
        typer.Option("--reviews", help="files or folders of decisions to check as well"),
    ] = None,
    loosen: Annotated[
        bool,
        typer.Option("--loosen", help="instead: constraints of rules that no example needs"),
    ] = False,
) -> None:
    """Check everything written by hand: terms, patterns, rules with examples, gold, reviews."""
    from pipeline.check import check_all
    from pipeline.loosen import loosen as loosen_rules
    from pipeline.patterns_data import default_patterns_dir

    folder = patterns or default_patterns_dir()
    if not folder.is_dir():
        _stop(f"no patterns folder at {folder}")
    if loosen and (gold or reviews):
        _stop("--loosen looks at rules alone; leave --gold and --reviews out")
    try:
        findings = (
            loosen_rules(folder) if loosen else list(check_all(folder, gold or [], reviews or []))
        )
    except OSError as error:
        _stop(f"cannot read {error.filename}: {error.strerror}; check --patterns and --gold")
    for finding in findings:
        typer.echo(finding)
    typer.echo(f"{len(findings)} findings", err=True)
    if findings:
        raise typer.Exit(FINDINGS)


@app.command()
def reparse(patterns: PatternsOption = None, model: ModelOption = None) -> None:
    """Parse the examples of all rules anew and store the parses beside the rules."""
    from pipeline.check import reparse as reparse_examples
    from pipeline.patterns_data import default_patterns_dir

    settings = _settings(model, patterns)
    path = reparse_examples(patterns or default_patterns_dir(), settings.model)
    typer.echo(f"Written: {path}", err=True)


def main() -> None:
    """Entry point. A closed pipe downstream (``| head``) is no error of ours."""
    try:
        app()
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # Typer makes a failure of it
            raise SystemExit(DONE) from None
        raise
