"""What the tests of readers share: reading one file, and what must hold of every layout."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

from pipeline.read import read_inputs
from pipeline.read.layout import blocks
from pipeline.records import Document, Failure

Read = Callable[..., tuple[list[Document], list[Failure]]]


def reader(folder: Path, usual_name: str) -> Read:
    """A function that writes a file, packed where its name says so, and reads it."""

    def read(
        content: str | bytes, name: str = usual_name, **options: int
    ) -> tuple[list[Document], list[Failure]]:
        path = folder / name
        data = content.encode() if isinstance(content, str) else content
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
        items = list(read_inputs([path], **options))
        return (
            [item for item in items if isinstance(item, Document)],
            [item for item in items if isinstance(item, Failure)],
        )

    return read


def check(document: Document) -> None:
    """Stretches ascend, touch no white space, and cover the text but for blank lines."""
    at = 0
    for stretch in document.layout:
        assert document.text[at : stretch.start] == ("\n\n" if at else "")
        words = document.text[stretch.start : stretch.end]
        assert words
        assert words == words.strip()
        at = stretch.end
    assert at == len(document.text)
    for block in blocks(document):
        assert block.text


def said(document: Document) -> list[tuple[str, str, str]]:
    """Kind, section and words of each stretch."""
    return [(s.kind, s.section, document.text[s.start : s.end]) for s in document.layout]


def texts(document: Document) -> list[str]:
    """The words of each stretch."""
    return [text for _, _, text in said(document)]
