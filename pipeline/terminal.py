"""What a person sees on the terminal: a progress bar and a closing summary, on stderr."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from pipeline.run import RunOptions, RunResult, run


def _console() -> Console:
    return Console(stderr=True, highlight=False)


def run_with_progress(options: RunOptions) -> RunResult:
    """The run, with a bar only where somebody can see it."""
    console = _console()
    if not console.is_terminal:
        return run(options)
    total = _characters(options.inputs)
    columns = (
        TextColumn("reading"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TextColumn("{task.fields[documents]} documents"), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total, documents=0)
        done = 0

        def progress(characters: int) -> None:
            nonlocal done
            done += 1
            bar.update(task, advance=characters, documents=done)

        return run(options, progress)


def _characters(inputs: tuple[Path, ...]) -> int:
    """About how much there is to read, from the sizes of the files."""
    files = (f for path in inputs for f in (path.rglob("*") if path.is_dir() else [path]))
    return sum(f.stat().st_size for f in files if f.is_file()) or 1


def tell_summary(result: RunResult, output: Path) -> None:
    """Failures, counts, the ten best supported relations, and where the files are."""
    console = _console()
    tables = result.tables

    def tell(message: str) -> None:  # on one line, however long: logs are searched by line
        console.print(message, markup=False, soft_wrap=True)

    for row in tables.failures:
        document = f" ({row['doc_id']})" if row["doc_id"] else ""
        tell(f"failed: {row['source']}{document}: {row['error']}")
    tell(
        f"{len(tables.documents)} documents, {len(tables.mentions)} mentions, "
        f"{len(tables.relations)} relations, {len(result.facts)} facts, "
        f"{len(tables.failures)} failures in {result.seconds:.1f} s"
    )
    tell("Models: " + ", ".join(f"{one['name']} {one['version']}" for one in result.models))
    if result.facts:
        console.print(_strongest(result.facts))
    if not tables.n_read:
        tell("No document could be read; correct the paths that are named as inputs")
    if result.paths:
        tell("Written: " + ", ".join(path.as_posix() for path in result.paths))
    else:
        tell(f"Nothing written: the tables in {output} are those of the run before")


def _strongest(facts: list[dict[str, Any]]) -> Table:
    table = Table(title="Strongest relations", title_justify="left", box=None)
    for heading in ("predicate", "subject", "object", "effect", "documents", "sentences"):
        table.add_column(heading, no_wrap=heading == "predicate", overflow="fold")
    for fact in facts[:10]:
        table.add_row(
            fact["predicate"], escape(fact["subject_name"]), escape(fact["object_name"]),
            fact["effect"], str(fact["n_documents"]), str(fact["n_sentences"]),
        )  # fmt: skip
    return table
