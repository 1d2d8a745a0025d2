"""What a line of a PDF is by its look and its words: heading, caption, item, row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipeline.read.parts import BACK_MATTER
from pipeline.read.pdf_page import Line
from pipeline.read.wording import is_label

CAPTION = re.compile(
    r"(?:(?:supplement(?:ary|al) |extended data )?(?:fig(?:ure|\.)?|table|box|scheme|panel)"
    r"|FIG(?:URE|\.)?|TABLE)\s*[A-Z]?\d{1,3}[A-Za-z]?\s*(?P<stop>[.:|–—]|$)?",
    re.IGNORECASE,
)
BULLET = re.compile(r"[•◦▪▫‣⁃∙●○■□➢➤✓·\uf0b7\uf0a7]\s*|[-–—*]\s+")
NUMBERED = re.compile(r"\(?(?:\d{1,2}|[a-z]|[ivx]{2,4})[.)]\s+")
CHAPTER = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+(?=\S*[^\W\d])")
BACK = re.compile(
    r"acknowledge?ments?|appendix(?: [A-Z0-9])?|author contributions?|conflicts? of interest|"
    r"competing interests|data availability|abbreviations|keywords|supplementary (?:data|material)",
    re.IGNORECASE,
)
LARGER = 1.08  # than the body: type of headings
SMALLER = 0.93  # than the body: type of notes and captions
LONGEST = 160  # characters of a line of a heading
SHORT_CELL = 40  # characters, on average, in the cells of tables

Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Measures:
    """Of a whole document: the size of its running text (points), whether that is bold or
    italic; the sides of each part of its pages; the usual distance of its lines by size."""

    size: float
    bold: bool
    italic: bool
    sides: dict[Part, tuple[float, float]]
    leading: dict[float, float]

    def distance(self, line: Line) -> float:
        return self.leading.get(line.size, 1.25 * line.size)


def measure(lines: Sequence[Line]) -> Measures:
    """The measures of a document with at least one line."""
    sizes, styles = Counter[float](), Counter[tuple[bool, bool]]()
    for line in lines:
        sizes[line.size] += len(line.text)
    size = max(sizes, key=lambda one: (sizes[one], -one))
    parts: dict[Part, list[Line]] = defaultdict(list)
    for line in lines:
        parts[line.page, line.part].append(line)
        if line.size == size:
            styles[line.bold, line.italic] += len(line.text)
    steps: dict[float, list[float]] = defaultdict(list)
    for a, b in pairwise(lines):
        near = 0.8 * a.size < b.line - a.line < 2.2 * a.size
        if (a.page, a.part, a.size) == (b.page, b.part, b.size) and near:
            steps[a.size].append(b.line - a.line)
    sides = {part: _sides(group) for part, group in parts.items()}
    leading = {
        one: sorted(found)[len(found) // 2] for one, found in steps.items() if len(found) >= 3
    }
    return Measures(size, *max(styles, key=lambda one: styles[one]), sides, leading)


def _sides(lines: Sequence[Line]) -> tuple[float, float]:
    """Where most lines of a part begin, and where the longest ends."""
    lefts = Counter(round(line.left) for line in lines)
    most = max(lefts, key=lambda one: (lefts[one], -one))
    return float(most), max(line.right for line in lines)


def is_chapter(line: Line) -> bool:
    """The line looks like "2.1 Methods"."""
    found = CHAPTER.match(line.text)
    return found is not None and line.text[found.end()].isupper()


def is_heading(line: Line, fresh: bool, measures: Measures) -> bool:
    """``fresh``: the line does not go on with the one before."""
    text = line.text
    bare = text.strip().removesuffix(":")
    if not any(letter.isalpha() for letter in text) or len(text) > LONGEST:
        return False
    named = is_label(bare) or BACK_MATTER.fullmatch(bare) or BACK.fullmatch(bare)
    if fresh and named and bare[:1].isupper():
        return True
    if text.endswith((".", ",", ";")) or text[:1].islower() or is_row(line):
        return False
    _, right = measures.sides[line.page, line.part]
    if line.size >= LARGER * measures.size:
        names = not line.bold and text.count(",") > 1 and not is_chapter(line)  # of authors
        return sum(letter.isalpha() for letter in text) > 2 and not names
    if line.size < SMALLER * measures.size or not fresh:
        return False
    if line.bold and not measures.bold:
        return True
    ends = line.right < right - 2 * line.size
    if line.italic and not measures.italic:
        return ends
    capitals = text.isupper() and len(bare) > 5 and " " in bare
    return ends and (capitals or (is_chapter(line) and _titled(text)))


def _titled(text: str) -> bool:
    """A number with a part of its own ("2.1"), or a known name behind it."""
    found = CHAPTER.match(text)
    if found is None:
        return False
    return "." in found["number"] or is_label(text[found.end() :].strip())


def is_caption(line: Line, fresh: bool, measures: Measures) -> bool:
    """The line begins a caption: a figure's or a table's number, set off by its type."""
    found = CAPTION.match(line.text)
    if found is None or not line.text[0].isupper():
        return False
    small = line.size < SMALLER * measures.size
    if found["stop"] is None:  # "Table 1 shows": words of a sentence, but for their type
        return (line.opens_bold and not measures.bold) or (small and fresh)
    return fresh or line.opens_bold or small


def is_row(line: Line) -> bool:
    """Short cells beside each other; not the number of a heading or an item and its words."""
    if len(line.cells) < 2 or sum(map(len, line.cells)) > SHORT_CELL * len(line.cells):
        return False
    first = line.cells[0] + " "
    marked = BULLET.fullmatch(first) or NUMBERED.fullmatch(first)
    return not marked and not (len(line.cells) == 2 and CHAPTER.match(first + "a") is not None)


def is_bullet(text: str) -> bool:
    """The text begins with a mark that nothing but items has."""
    return BULLET.match(text) is not None


def marker(text: str) -> int:
    """How many characters mark the text as an item; 0 when none do."""
    found = BULLET.match(text) or NUMBERED.match(text)
    return found.end() if found and found.end() < len(text) else 0
