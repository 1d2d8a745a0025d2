"""One PDF file to one document.

The way of a page: letters (``pdf_child`` in a process of its own), lines in columns
(``pdf_page``), without what frames the pages (``pdf_furniture``), put together to blocks and
their headings (``pdf_outline``).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence

from pipeline.read.document import build
from pipeline.read.parts import outline
from pipeline.read.pdf_furniture import without_furniture
from pipeline.read.pdf_outline import read_outline
from pipeline.read.pdf_page import Line, read_lines
from pipeline.read.pdf_process import About, read_pages
from pipeline.read.pdf_title import sane
from pipeline.read.source import ReadError, ReadOptions, Source
from pipeline.records import Document, Failure

logger = logging.getLogger(__name__)

DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>]+")
PMID = re.compile(r"\bPMID\s*:?\s*(\d{5,9})\b")
PMCID = re.compile(r"\bPMC\d{5,9}\b")
UNKNOWN = "\ufffd"
MAX_UNKNOWN = 0.3  # of the letters


def read_document(source: Source, options: ReadOptions) -> Document | Failure:
    """The document of the file. Raises ReadError when it has no text or cannot be read."""
    about = About("", "")
    lines: list[Line] = []
    heights: list[float] = []
    damaged: list[str] = []
    with source.open_bytes() as stream:
        for found in read_pages(stream, options.max_characters):
            if isinstance(found, About):
                about = found
                continue
            if found.damaged:
                damaged.append(str(len(heights) + 1))
            lines += read_lines(found, len(heights))
            heights.append(found.height)
    if damaged:
        logger.warning("%s: pages that cannot be read: %s", source.name, ", ".join(damaged))
    _check(lines)
    first = " ".join(line.text for line in lines if line.page == lines[0].page)
    title, parts = read_outline(without_furniture(lines, heights) or lines, about.title)
    text, layout = outline(title, parts, options.max_characters)
    return build(
        source.stem,
        text,
        source=source.name,
        options=options,
        title=title or (about.title if sane(about.title) else ""),
        metadata=_metadata(first, about.language, damaged),
        layout=layout,
    )


def _check(lines: Sequence[Line]) -> None:
    letters = sum(len(line.text) for line in lines)
    if not any(character.isalnum() for line in lines for character in line.text):
        raise ReadError("holds no text (scanned?); run OCR first")
    if sum(line.text.count(UNKNOWN) for line in lines) > MAX_UNKNOWN * letters:
        raise ReadError("its fonts do not tell which letters they show; run OCR first")


def _metadata(first: str, language: str, damaged: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """What the words of the first page name, and the pages that are not in the text."""
    found = {
        "pmid": m[1] if (m := PMID.search(first)) else "",
        "pmcid": m[0] if (m := PMCID.search(first)) else "",
        "doi": m[0].rstrip(".,;:)]}") if (m := DOI.search(first)) else "",
        "language": language.strip(),
        "damaged_pages": "; ".join(damaged),
    }
    return tuple((key, value) for key, value in found.items() if value)
