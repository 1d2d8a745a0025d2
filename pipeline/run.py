"""``pipeline run``: read, annotate, write the tables, say what was found."""

from __future__ import annotations

import datetime as dt
import json
import platform
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.annotate import Settings, tools
from pipeline.distribute import annotate_all
from pipeline.network import COLUMNS as NETWORK_COLUMNS
from pipeline.network import network
from pipeline.patterns_data import patterns_hash
from pipeline.read import read_inputs
from pipeline.records import Document, Failure
from pipeline.tabulate import (
    COOCCURRENCE_COLUMNS,
    DOCUMENT_COLUMNS,
    FAILURE_COLUMNS,
    MENTION_COLUMNS,
    RELATION_COLUMNS,
    Row,
    Tables,
    frame,
    prepare_output,
    write_table,
    write_text,
)


@dataclass(frozen=True)
class RunOptions:
    """What the command line asks for."""

    inputs: tuple[Path, ...]
    output: Path
    format: str = "csv"
    settings: Settings = Settings()
    workers: int = 1
    shard: tuple[int, int] = (1, 1)
    include_cooccurrence: bool = False
    id_column: str | None = None
    text_column: str | None = None


@dataclass(frozen=True)
class RunResult:
    """The tables of a run and where they are."""

    tables: Tables
    facts: list[Row]
    paths: list[Path]
    seconds: float


def run(options: RunOptions, progress: Callable[[int], None] = lambda n: None) -> RunResult:
    """Annotate all inputs and write the tables.

    ``progress`` is called with the number of characters done. Raises OutputError before
    any work when the folder cannot be written, InputError for wrong use. Nothing is
    written unless a document was read or a failure is to be told.
    """
    prepare_output(options.output)
    started = time.monotonic()
    tables = Tables()
    documents = _shard(_documents(options, tables), options.shard)
    for annotation in annotate_all(documents, options.settings, options.workers):
        tables.add(annotation, cooccurrence=options.include_cooccurrence)
        progress(len(annotation.document.text))
    _sort(tables)
    facts = network(tables.relations)
    seconds = time.monotonic() - started
    paths = _write(options, tables, facts, seconds)
    return RunResult(tables, facts, paths, seconds)


def _documents(options: RunOptions, tables: Tables) -> Iterator[Document]:
    items = read_inputs(
        options.inputs, id_column=options.id_column, text_column=options.text_column
    )
    for item in items:
        if isinstance(item, Failure):
            tables.add_failure(item)
        else:
            yield item


def _shard(documents: Iterator[Document], shard: tuple[int, int]) -> Iterator[Document]:
    """Every n-th document from the i-th on (1-based)."""
    i, n = shard
    return (document for k, document in enumerate(documents) if k % n == i - 1)


def _sort(tables: Tables) -> None:
    tables.documents.sort(key=lambda r: r["doc_id"])
    tables.mentions.sort(key=lambda r: (r["doc_id"], r["start"], r["end"], r["label"]))
    tables.relations.sort(
        key=lambda r: (
            r["doc_id"], r["sentence_start"], r["subject_start"], r["object_start"],
            r["subject_end"], r["object_end"], r["predicate"],
        )
    )  # fmt: skip
    tables.cooccurrences.sort(key=lambda r: (r["doc_id"], r["sentence_start"]))
    tables.failures.sort(key=lambda r: (r["doc_id"], r["source"], r["error"]))


def _write(options: RunOptions, tables: Tables, facts: list[Row], seconds: float) -> list[Path]:
    parts: list[tuple[str, Sequence[Row], Sequence[str]]] = [
        ("documents", tables.documents, DOCUMENT_COLUMNS),
        ("mentions", tables.mentions, MENTION_COLUMNS),
        ("relations", tables.relations, RELATION_COLUMNS),
        ("network", facts, NETWORK_COLUMNS),
        ("failures", tables.failures, FAILURE_COLUMNS),
    ]
    if options.include_cooccurrence:
        parts.append(("cooccurrences", tables.cooccurrences, COOCCURRENCE_COLUMNS))
    paths = []
    for name, rows, columns in parts:
        path = options.output / f"{name}.{options.format}"
        write_table(frame(rows, columns, safe=options.format == "csv"), path)
        paths.append(path)
    path = options.output / "run.json"
    write_text(json.dumps(_about(options, tables, facts, seconds), indent=2) + "\n", path)
    return [*paths, path]


def _about(
    options: RunOptions, tables: Tables, facts: list[Row], seconds: float
) -> dict[str, Any]:
    model = tools(options.settings).nlp.meta
    return {
        "program": {"name": "cytokine-reader", "version": __version__},
        "model": {"name": model.get("name"), "version": model.get("version")},
        "patterns": {"hash": patterns_hash(options.settings.patterns_dir)},
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("spacy", "scispacy", "pandas")},
        },
        "options": {
            "inputs": [path.as_posix() for path in options.inputs],
            "format": options.format,
            "model": options.settings.model,
            "min_score": options.settings.min_score,
            "shard": "{}/{}".format(*options.shard),
            "include_cooccurrence": options.include_cooccurrence,
            "workers": options.workers,
        },
        "counts": {
            "documents": len(tables.documents),
            "failures": len(tables.failures),
            "mentions": len(tables.mentions),
            "relations": len(tables.relations),
            "facts": len(facts),
            "tokens": tables.n_tokens,
        },
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
    }
