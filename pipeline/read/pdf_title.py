"""The title of a PDF: which of the lines of its first page are that."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.read.pdf_page import Line
from pipeline.read.pdf_signs import Measures

MAX_LINES = 8
FIRST = 80  # lines of the first page that are looked at
LARGE = 1.15  # than the body
LONGEST = 400  # characters
FILE_NAME = re.compile(
    r"\.(?:docx?|indd|tex|dvi|pdf|qxd|rtf|pptx?|ps|fm|3d)\b|^microsoft |^untitled|^pii:|\\|_", re.I
)


def sane(title: str) -> bool:
    """Words that somebody wrote as a title, and no program as a name."""
    title = " ".join(title.split())
    return (
        len(title.split()) >= 3
        and len(title) <= LONGEST
        and FILE_NAME.search(title) is None
        and sum(letter.isalpha() or letter == " " for letter in title) > 0.7 * len(title)
    )


def title_lines(lines: Sequence[Line], wanted: str, measures: Measures) -> list[Line]:
    """The lines of the title on the first page: those that say what the file says of itself
    (``wanted``), else those of the largest type; none where nothing is larger than the body."""
    first = [line for line in lines if line.page == lines[0].page][:FIRST]
    if sane(wanted) and (found := _saying(first, _fold(wanted))):
        return found
    large = [
        line
        for line in first
        if line.size >= LARGE * measures.size and sum(map(str.isalpha, line.text)) > 3
    ]
    if not large:
        return []
    size = max(line.size for line in large)
    start = next(index for index, line in enumerate(first) if line in large and line.size == size)
    found = []
    for line in first[start : start + MAX_LINES]:
        if line.size != size or (found and line.line - found[-1].line > 1.8 * size):
            break
        found.append(line)
    return found


def _fold(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _saying(lines: Sequence[Line], wanted: str) -> list[Line]:
    """The first lines in a row whose letters are those wanted."""
    for start in range(len(lines)):
        said = ""
        for end in range(start, min(start + MAX_LINES, len(lines))):
            said += _fold(lines[end].text)
            if said == wanted:
                return list(lines[start : end + 1])
            if not wanted.startswith(said):
                break
    return []
