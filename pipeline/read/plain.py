"""``.txt`` and ``.md``: one document a file, its text as it stands."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.read.document import build
from pipeline.read.source import ReadOptions, Source
from pipeline.records import Document, Failure

HEADING = re.compile(r"^ {0,3}#{1,6}[ \t]+(.+?)[ \t]*#*[ \t]*\r?$", re.MULTILINE)


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """The one document of the file; the first ``#`` heading of Markdown is its title."""
    with source.open() as stream:
        # One character more than allowed is enough to know that it is too long.
        text = stream.read(options.max_characters + 1)
    heading = HEADING.search(text) if source.suffix == ".md" else None
    yield build(
        source.stem,
        text,
        source=source.name,
        options=options,
        title=heading[1] if heading else "",
        metadata=source.metadata,
    )
