"""``pipeline run``: read, annotate, write the tables, say what was found."""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline import __version__
from pipeline.concepts import concept_rows
from pipeline.distribute import annotate_all
from pipeline.ground.targets import read_targets
from pipeline.network import network
from pipeline.patterns_data import patterns_hash
from pipeline.read import read_inputs
from pipeline.records import Document, Failure
from pipeline.result import COLUMNS
from pipeline.route import Settings, tools
from pipeline.tabulate import (
    COOCCURRENCE_COLUMNS,
    Row,
    Tables,
    frame,
    prepare_output,
    write_all,
)
from pipeline.texts import FILE, FOLDER, text_line

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class RunOptions:
    """What the command line asks for."""

    inputs: tuple[Path, ...]
    output: Path
    format: str = "csv"
    settings: Settings = field(default_factory=Settings)
    workers: int = 1
    shard: tuple[int, int] = (1, 1)
    include_cooccurrence: bool = False
    texts: bool = False
    id_column: str | None = None
    text_column: str | None = None


@dataclass(frozen=True)
class RunResult:
    """The tables of a run, where they are (``paths`` is empty when none was written), and
    name and version of each model."""

    tables: Tables
    facts: list[Row]
    paths: list[Path]
    seconds: float
    models: list[dict[str, str]]


def run(options: RunOptions, progress: Callable[[int], None] = lambda n: None) -> RunResult:
    """Annotate all inputs and write the tables.

    ``progress`` is called with the number of characters done. Raises OutputError before
    any work when the folder cannot be written, InputError for wrong use. When no document
    could be read, tables that are there already stay: a mistyped path must not replace
    good tables by empty ones.
    """
    prepare_output(options.output)
    started = time.monotonic()
    tables = Tables()
    texts: dict[str, str] = {}
    documents = _documents(options, tables)
    for annotation in annotate_all(documents, options.settings, options.workers):
        tables.add(annotation, cooccurrence=options.include_cooccurrence)
        if options.texts and annotation.failure is None:
            texts[annotation.document.doc_id] = text_line(annotation)
        progress(len(annotation.document.text))
    rows = table_rows(tables, options.settings)
    seconds = time.monotonic() - started
    kept = not tables.n_read and any(options.output.glob("documents.*"))
    paths = [] if kept else write_run(options, tables, rows, texts, seconds)
    models = tools(options.settings).nlp.meta["models"]
    return RunResult(tables, rows["network"], paths, seconds, models)


def _documents(options: RunOptions, tables: Tables) -> Iterator[Document]:
    """The documents of this shard: every n-th item that was read, from the i-th on (1-based).

    Failures are dealt out like documents, so that all shards together name each one once.
    """
    i, n = options.shard
    items = read_inputs(
        options.inputs, id_column=options.id_column, text_column=options.text_column
    )
    for k, item in enumerate(items):
        tables.n_read += isinstance(item, Document)
        if k % n != i - 1:
            continue
        if isinstance(item, Failure):
            tables.add_failure(item)
        else:
            yield item


def table_rows(tables: Tables, settings: Settings) -> dict[str, list[Row]]:
    """The rows of each table of a run by its name, sorted, with the facts and concepts that
    follow from the rows collected. Raises ModelError or PatternError as the route does."""
    _sort(tables)
    return {
        "documents": tables.documents,
        "mentions": tables.mentions,
        "relations": tables.relations,
        "network": network(tables.relations),
        "concepts": _concepts(settings, tables.mentions),
        "failures": tables.failures,
    }


def _sort(tables: Tables) -> None:
    tables.documents.sort(key=lambda r: r["doc_id"])
    tables.mentions.sort(key=lambda r: (r["doc_id"], r["start"], r["end"], r["label"]))
    tables.relations.sort(
        key=lambda r: (
            r["doc_id"], r["sentence_start"], r["subject_start"], r["object_start"],
            r["subject_end"], r["object_end"], r["predicate"],
        )
    )  # fmt: skip
    tables.cooccurrences.sort(key=lambda r: (r["doc_id"], r["sentence_start"], r["sentence_end"]))
    tables.failures.sort(key=lambda r: (r["doc_id"], r["source"], r["error"]))


def _concepts(settings: Settings, mentions: list[Row]) -> list[Row]:
    recogniser = tools(settings).recogniser
    targets = read_targets(settings.patterns_dir)
    return concept_rows(mentions, recogniser.hierarchy, recogniser.index, targets)


def write_run(
    options: RunOptions,
    tables: Tables,
    rows: Mapping[str, list[Row]],
    texts: Mapping[str, str],
    seconds: float,
) -> list[Path]:
    """Write the tables and ``run.json``, and the lines of ``texts`` where the options ask for
    them, into a folder that is there; the paths, in the order of the README. Raises OutputError.
    """
    parts = [(name, rows[name], columns) for name, columns in COLUMNS.items()]
    if options.include_cooccurrence:
        parts.append(("cooccurrences", tables.cooccurrences, COOCCURRENCE_COLUMNS))
    files: dict[Path, pd.DataFrame | str] = {
        options.output / f"{name}.{options.format}": frame(
            of_table, columns, safe=options.format == "csv"
        )
        for name, of_table, columns in parts
    }
    about = about_run(options, tables, len(rows["network"]), seconds)
    files[options.output / "run.json"] = json.dumps(about, indent=2, ensure_ascii=False) + "\n"
    if options.texts:
        prepare_output(options.output / FOLDER)
        files[options.output / FILE] = "".join(texts[doc_id] for doc_id in sorted(texts))
    write_all(files)
    _remove_stale(options.output, set(files))
    return list(files)


def _remove_stale(output: Path, written: set[Path]) -> None:
    """Tables and texts that an earlier run wrote and this one did not: they say something else."""
    for name in (*COLUMNS, "cooccurrences"):
        for suffix in (".csv", ".parquet"):
            path = output / f"{name}{suffix}"
            if path not in written and path.is_file():
                path.unlink()
    if output / FILE not in written:
        (output / FILE).unlink(missing_ok=True)


def versions(settings: Settings) -> dict[str, Any]:
    """What made a result: versions of the program and the models, hash of the patterns."""
    model = tools(settings).nlp.meta
    return {
        "program": {"name": "cytokine-reader", "version": __version__},
        # the one that parses, and all that give entities, in the order of the command line
        "model": {"name": model.get("name"), "version": model.get("version")},
        "models": model["models"],
        "patterns": {"hash": patterns_hash(settings.patterns_dir)},
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("spacy", "scispacy", "pandas")},
        },
    }


def about_run(options: RunOptions, tables: Tables, n_facts: int, seconds: float) -> dict[str, Any]:
    """What ``run.json`` says of a run."""
    return {
        **versions(options.settings),
        "options": {
            "inputs": [path.as_posix() for path in options.inputs],
            "format": options.format,
            "model": options.settings.model,
            "min_score": options.settings.min_score,
            "shard": "{}/{}".format(*options.shard),
            "include_cooccurrence": options.include_cooccurrence,
            "texts": options.texts,
            "workers": options.workers,
            "patterns": options.settings.patterns or "shipped",
            "id_column": options.id_column,
            "text_column": options.text_column,
            "output": options.output.as_posix(),
        },
        "counts": {
            "documents": len(tables.documents),
            "failures": len(tables.failures),
            "mentions": len(tables.mentions),
            "relations": len(tables.relations),
            "facts": n_facts,
            "tokens": tables.n_tokens,
        },
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
    }
