"""``pipeline merge``: the folders of shards as one."""

from __future__ import annotations

import errno
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli_options import FINDINGS, stop


class Format(StrEnum):
    csv = "csv"
    parquet = "parquet"


def merge(
    folders: Annotated[list[Path], typer.Argument(help="folders that runs of shards wrote")],
    output: Annotated[Path, typer.Option("--output", "-o", help="folder of the joined tables")],
    format: Annotated[Format, typer.Option("--format", help="of the tables")] = Format.csv,
) -> None:
    """Join the tables of shards into those of one run; status 1 where a shard or table lacks."""
    from pipeline.nlp import ModelError
    from pipeline.patterns_data import PatternError
    from pipeline.tables_in import TableError
    from pipeline.tabulate import OutputError
    from pipeline.work.merge import merge as merge_folders

    try:
        made, paths, notes = merge_folders(folders, output, format.value)
    except (TableError, OutputError, ModelError, PatternError) as error:
        stop(str(error))
    except OSError as error:
        told = f"cannot join into {output}: {error.strerror or error} ({error.filename})"
        if error.errno == errno.EMFILE:
            told += "; raise the limit (ulimit -n), or join some folders first, then the results"
        stop(told)
    for row in made.failures:
        typer.echo(f"failed: {row['source']} ({row['doc_id']}): {row['error']}", err=True)
    counts = made.counts
    wrong = bool(counts["failures"] or notes)
    notes.append(
        f"{counts['documents']} documents, {counts['mentions']} mentions, {counts['relations']} "
        f"relations, {counts['network']} facts, {counts['failures']} failures of "
        f"{len(folders)} folders"
    )
    for note in [*notes, "Written: " + ", ".join(path.as_posix() for path in paths)]:
        typer.echo(note, err=True)
    if wrong:
        raise typer.Exit(FINDINGS)
