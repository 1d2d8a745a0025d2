"""Which module reads which suffix. A new format is one module and one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipeline.read import delimited, jsonl, plain
from pipeline.read.source import ReadOptions, Source
from pipeline.records import Document, Failure

Reader = Callable[[Source, ReadOptions], Iterator[Document | Failure]]

READERS: dict[str, Reader] = {
    ".txt": plain.read,
    ".md": plain.read,
    ".jsonl": jsonl.read,
    ".csv": delimited.read,
    ".tsv": delimited.read,
}
