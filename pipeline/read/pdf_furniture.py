"""Lines that frame the pages of a PDF and are no part of its text: running heads and feet,
page numbers."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from pipeline.read.pdf_page import Line

EDGE = 0.12  # of the height of the page, at its top and at its bottom
BORDER = 0.05  # the same, where browsers print what the page is
NEAR = 3.0  # points: the same place on several pages
OFTEN = 3  # pages: what repeats inside the pages as often is no text
SHARE = 0.4
PAGE_NUMBER = re.compile(
    r"(?:page\s+|p\.\s*)?[-–]?\s*\d{1,5}\s*[-–]?(?:\s*(?:of|/)\s*\d{1,5})?|[ivxl]{1,7}", re.I
)
PRINTED = re.compile(
    r"(?:(?:\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|\d{1,2}\.? [^\W\d]{3,10}\.? \d{4}),?(?: at)? "
    r"\d{1,2}[:.]\d{2}(?:[:.]\d{2})?(?: ?[AP]\.?M\.?)?)(?:\s.*)?"
    r"|(?:https?|file)://\S+(?: \d{1,4}/\d{1,4})?|\d{1,4}(?:/| of )\d{1,4}",
    re.IGNORECASE,
)

Place = tuple[str, int, float]  # words without figures, page, base line


def without_furniture(lines: Sequence[Line], heights: Sequence[float]) -> list[Line]:
    """The lines without those that repeat, figures aside, at one place of several pages, without
    page numbers and what browsers print beside them; ``heights`` (points) are those of the
    pages."""
    places: dict[str, list[Place]] = defaultdict(list)
    for line in lines:
        for words in map(_words, line.cells):
            places[words].append((words, line.page, line.line))
    repeated = {
        place for words, found in places.items() if words for place in _repeated(found, heights)
    }
    heads = {(round(line), page_edge) for _, page, line in repeated
             if (page_edge := _edge(line, heights[page]))}  # fmt: skip
    printed = {
        (line.page, round(line.line))
        for line in lines
        if _at_border(line, heights) and any(map(PRINTED.fullmatch, (line.text, *line.cells)))
    }

    def frames(line: Line) -> bool:
        if _at_border(line, heights) and (line.page, round(line.line)) in printed:
            return True
        edge = _edge(line.line, heights[line.page])
        cells = [
            (_words(cell), line.page, line.line) in repeated
            or (edge != "" and PAGE_NUMBER.fullmatch(cell.strip()) is not None)
            for cell in line.cells
        ]
        if all(cells):
            return True
        # A head that changes with the chapter stands where the others do.
        beside = any((round(line.line) + d, edge) in heads for d in (-1, 0, 1))
        short = len(line.text) < (60 if line.text.endswith(".") else 120)
        return edge != "" and beside and short

    return [line for line in lines if not frames(line)]


def _words(cell: str) -> str:
    return " ".join(re.sub(r"\d+", "", cell).split())


def _at_border(line: Line, heights: Sequence[float]) -> bool:
    height = heights[line.page]
    return not BORDER * height <= line.line <= (1 - BORDER) * height


def _edge(line: float, height: float) -> str:
    if line < EDGE * height:
        return "top"
    return "bottom" if line > (1 - EDGE) * height else ""


def _repeated(found: list[Place], heights: Sequence[float]) -> set[Place]:
    """Those that stand at one height on enough pages."""
    found = sorted(found, key=lambda place: place[2])
    kept: set[Place] = set()
    first = 0
    for last, place in enumerate(found):
        while place[2] - found[first][2] > NEAR:
            first += 1
        following = last + 1
        if following < len(found) and found[following][2] - found[first][2] <= NEAR:
            continue  # the group goes on
        group = found[first:following]
        pages = {page for _, page, _ in group}
        edge = all(_edge(line, heights[page]) for _, page, line in group)
        if len(pages) >= (2 if edge else max(OFTEN, SHARE * len(heights))):
            kept.update(group)
    return kept
