"""The title of a PDF and its parts in order: blocks with their words whole, headings with the
depth that their type and their numbers give, without references."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.read.parts import BACK_MATTER, CELLS, Part
from pipeline.read.pdf_blocks import Block, read_blocks
from pipeline.read.pdf_citations import without_citations
from pipeline.read.pdf_hyphens import join, vocabulary
from pipeline.read.pdf_page import Line
from pipeline.read.pdf_signs import CHAPTER, marker, measure
from pipeline.read.pdf_title import title_lines
from pipeline.read.wording import is_label

SPACED = re.compile(r"(?:\w ){3,}\w")  # "A B S T R A C T"
# Headings that no other stands above, however large.
FRONT = re.compile(
    r"abstract|summary|(?:key ?words|article ?info(?:rmation)?|highlights):?|introduction|"
    r"background",
    re.IGNORECASE,
)

Rank = tuple[float, bool, bool]  # of a heading: size, bold, in capitals; the higher the greater


def read_outline(lines: Sequence[Line], wanted: str) -> tuple[str, list[Part]]:
    """(title, parts) of a document with at least one line; ``wanted`` is the title that the file
    gives itself. The title is empty where no line says it."""
    measures = measure(lines)
    words = vocabulary(line.text for line in lines)
    named = title_lines(lines, wanted, measures)
    title = join([line.text for line in named], words)
    taken = set(map(id, named))
    rest = [line for line in lines if id(line) not in taken]
    depths = _Depths()
    parts: list[Part] = []
    blocks = read_blocks(rest, measures)
    if title:
        _demote_authors(blocks)
    for block in blocks:
        text = without_citations(join([line.text for line in block.lines], words))
        if block.kind == "heading":
            text = text.replace(" ", "") if SPACED.fullmatch(text) else text
            parts.append(Part("heading", text, depths.enter(text, block.lines[0])))
        elif block.kind == "item":
            parts.append(Part("item", text[marker(text) :].strip(), 1))
        else:
            parts.append(_plain(block, text))
    return title, [part for part in _without_references(parts) if part.text]


def _plain(block: Block, text: str) -> Part:
    if block.kind == "row":
        return Part("row", CELLS.join(map(without_citations, block.lines[0].cells)))
    return Part("caption" if block.kind == "caption" else "paragraph", text)


def _demote_authors(blocks: Sequence[Block]) -> None:
    """Names under the title in larger type are no heading."""
    for block in blocks:
        line = block.lines[0]
        names = not line.bold or "," in line.text or " and " in line.text
        if block.kind != "heading" or is_label(line.text) or CHAPTER.match(line.text) or not names:
            return
        block.kind = "paragraph"


class _Depths:
    """The headings above the place that is read."""

    def __init__(self) -> None:
        self.path: list[tuple[int, Rank]] = []  # depth by its number (0: none), rank by its type

    def enter(self, text: str, line: Line) -> int:
        """The depth of the heading that the line begins, from 1."""
        number = CHAPTER.match(text)
        depth = number["number"].count(".") + 1 if number else 0
        rank = (line.size, line.bold, text.isupper())
        if FRONT.fullmatch(text):
            self.path.clear()
        while self.path:
            above, upper = self.path[-1]
            if above < depth if depth and above else upper > rank:
                break
            self.path.pop()
        self.path.append((depth, rank))
        return len(self.path)


def _without_references(parts: Sequence[Part]) -> Iterator[Part]:
    """The parts without references: from their heading to the next that is as high or has the
    name of a part of a paper; captions stay."""
    depth = 0
    for part in parts:
        if part.kind == "heading":
            if part.level <= depth or is_label(part.text.removesuffix(":")):
                depth = 0
            if BACK_MATTER.fullmatch(part.text):
                depth = part.level
        if not depth or part.kind == "caption":
            yield part
