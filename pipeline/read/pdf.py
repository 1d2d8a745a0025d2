"""``.pdf``: the text of born-digital papers, leaflets and reports, one document a file."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.read.source import ReadOptions, Source
from pipeline.records import Document, Failure


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """The one document of the file. Raises ReadError when it has no text or cannot be read."""
    # Loaded when the first PDF comes: it takes as long as all other formats together.
    from pipeline.read.pdf_document import read_document

    yield read_document(source, options)
