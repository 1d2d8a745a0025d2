"""The text of a page as parts: what stands in one block is one paragraph, item or row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.read.html_main import MIN_LINKS
from pipeline.read.html_tree import CELLS, HEADINGS, Node, is_block
from pipeline.read.jats_citations import mark, superscript, without_citations
from pipeline.read.parts import CELLS as BETWEEN_CELLS
from pipeline.read.parts import LINE_BREAK, Part, collapsed, paragraphs
from pipeline.read.powers import NEAR
from pipeline.read.table_rows import MAX_SPAN, Cell, Rows, span

LAYOUT = HEADINGS | {"table"}  # in a table: it is there for the look of the page
LISTS = frozenset({"ul", "ol", "dl", "menu", "dir"})
CAPTIONS = frozenset({"figcaption", "caption"})
CAPTION_CLASSES = frozenset({"thumbcaption", "wp-caption-text", "caption", "figure-caption"})

TO_REFERENCE = re.compile(
    r"#(?:ref|cite|cit|bib|cr|bb?|r|en|fn|note)[\w.:-]{0,60}\d", re.IGNORECASE
)
CITATION = re.compile(
    r"\W{0,3}\d{1,4}(?:[\s,–-]{1,3}\d{1,4})?\W{0,3}|[^\n]{0,80}\b(?:19|20)\d\d[a-z]?\)?"
)
MAX_CITATION = 8  # nodes in the link
MAX_RAISED = 40  # nodes


@dataclass(frozen=True, slots=True)
class Frame:
    """An open block: what the text in it is. ``lists`` counts the lists around it; ``level`` is
    that of a heading or an item."""

    last: int
    kind: str
    level: int = 0
    lists: int = 0


class Walk:
    """One way through the nodes of the main part, those marked in ``cut`` left out."""

    def __init__(self, nodes: Sequence[Node], cut: bytearray) -> None:
        self.nodes = nodes
        self.cut = cut
        self.pieces: list[str] = []
        self.link_end = -1  # the last node in the link that was met last
        self.n_links = 0  # since the last block began or ended
        self.unlinked = False  # words outside of links since then
        self.grids = _grids(nodes, cut)
        self.group = 0  # what the last row of a table stands in
        self.rows = Rows()

    def parts(self, root: int) -> Iterator[Part]:
        """The parts in order. A line break stays one; two in a row part paragraphs."""
        i, end = root, self.nodes[root].last
        self.link_end = -1
        frames = [Frame(end, "paragraph")]
        while i <= end:
            node = self.nodes[i]
            while i > frames[-1].last:
                yield from self._flush(frames.pop())
            if self.cut[i]:
                # A block that is left out still stands between what is around it.
                if is_block(node.tag):
                    yield from self._flush(frames[-1])
                i = node.last + 1
                continue
            if node.tag == "a" and (cited := self._cited(i)):
                self.pieces.append(mark(cited))
                i = node.last + 1
                continue
            if node.tag == "sup" and node.last - i <= MAX_RAISED:
                self._raise(i)
                i = node.last + 1
                continue
            if not is_block(node.tag):
                self._add(i, node)
            else:
                yield from self._flush(frames[-1])
                if node.tag == "tr" and self._in_grid(i):
                    yield from self._row(i)
                    i = node.last + 1
                    continue
                frames.append(_frame(node, frames[-1]))
            i += 1
        for frame in reversed(frames):
            yield from self._flush(frame)

    def _cited(self, i: int) -> str:
        """What a link to a list of references says; "" for other links."""
        node = self.nodes[i]
        if node.last - i > MAX_CITATION or not TO_REFERENCE.search(node.attributes.get("href", "")):
            return ""
        said = "".join(collapsed(part.text) for part in self.nodes[i : node.last + 1])
        return said if CITATION.fullmatch(said) else ""

    def _add(self, i: int, node: Node) -> None:
        if node.tag == "br":
            self.pieces.append(LINE_BREAK)
        elif node.tag == "a":
            self.link_end = node.last
            self.n_links += 1
        elif not node.tag:
            self.pieces.append(collapsed(node.text))
            self.unlinked |= i > self.link_end and any(map(str.isalnum, node.text))

    def _raise(self, i: int) -> None:
        """What is raised, as it is written in a line."""
        text = self._raised(i)
        self.pieces.append(superscript(text, _end(self.pieces)))
        self.unlinked |= i > self.link_end and any(map(str.isalnum, text))

    def _raised(self, i: int) -> str:
        """The text in a ``sup``, citations as marks."""
        found: list[str] = []
        last = self.nodes[i].last
        while i <= last:
            node = self.nodes[i]
            cited = "" if self.cut[i] or node.tag != "a" else self._cited(i)
            if cited:
                found.append(mark(cited))
            elif not node.tag and not self.cut[i]:
                found.append(collapsed(node.text))
            i = node.last + 1 if cited or self.cut[i] else i + 1
        return "".join(found)

    def _flush(self, frame: Frame) -> Iterator[Part]:
        """What came since the last block began or ended; nothing when that is a bar of links."""
        lines = map(without_citations, "".join(self.pieces).split(LINE_BREAK))
        texts = paragraphs(LINE_BREAK.join(lines)) if self.pieces else []
        is_bar = self.n_links >= MIN_LINKS and not self.unlinked and frame.kind == "paragraph"
        self.pieces, self.n_links, self.unlinked = [], 0, False
        if is_bar:
            return
        if frame.kind == "heading":
            texts = [" ".join(" ".join(texts).split())] if texts else []
        for text in texts:
            yield Part(frame.kind, text, frame.level)

    def _in_grid(self, i: int) -> bool:
        while i > 0 and self.nodes[i].tag != "table":
            i = self.nodes[i].parent
        return bool(self.grids[i])

    def _row(self, row: int) -> Iterator[Part]:
        if self.group != self.nodes[row].parent:
            self.group, self.rows = self.nodes[row].parent, Rows()
        texts = self.rows.texts(self._cells(row))
        if texts:
            yield Part("row", BETWEEN_CELLS.join(filter(None, texts)))

    def _cells(self, row: int) -> Iterator[Cell]:
        cells: list[tuple[dict[str, str], list[str]]] = []  # attributes, text
        i, last = row + 1, self.nodes[row].last
        block_ends: list[int] = []
        while i <= last:
            node = self.nodes[i]
            while block_ends and i > block_ends[-1]:
                block_ends.pop()
                cells[-1][1].append(" ")
            if self.cut[i]:
                i = node.last + 1
                continue
            if node.tag in CELLS:
                cells.append((node.attributes, []))
            elif cells and node.tag == "sup" and node.last - i <= MAX_RAISED:
                cells[-1][1].append(superscript(self._raised(i), _end(cells[-1][1])))
                i = node.last
            elif cells and (node.tag == "br" or is_block(node.tag)):
                cells[-1][1].append(" ")
                block_ends.append(node.last)
            elif not node.tag and (cells or node.text.strip()):
                if not cells:
                    cells.append(({}, []))
                cells[-1][1].append(collapsed(node.text))
            i += 1
        for found, pieces in cells:
            rows = span(found.get("rowspan"), zero=MAX_SPAN)
            yield Cell(without_citations("".join(pieces)), rows, span(found.get("colspan")))


def _end(pieces: Sequence[str]) -> str:
    """The last characters of what the pieces say."""
    return "".join(piece[-NEAR:] for piece in pieces[-NEAR:])[-NEAR:]


def _frame(node: Node, upper: Frame) -> Frame:
    tag, lists = node.tag, upper.lists
    if tag in LISTS:
        return Frame(node.last, upper.kind, upper.level, lists + 1)
    if tag in HEADINGS:
        return Frame(node.last, "heading", int(tag[1]), lists)
    if tag in ("li", "dt"):
        return Frame(node.last, "item", max(lists, 1), lists)
    if tag == "dd":
        return Frame(node.last, "item", max(lists, 1) + 1, lists)
    if tag in CAPTIONS or CAPTION_CLASSES.intersection(node.attributes.get("class", "").split()):
        return Frame(node.last, "caption", 0, lists)
    return Frame(node.last, upper.kind, upper.level, lists)


def _grids(nodes: Sequence[Node], cut: bytearray) -> bytearray:
    """1 for each table of data. A table that holds headings or tables, or has one column only,
    is there for the look of the page: its cells are read like other blocks."""
    grid = bytearray(len(nodes))
    table_of = [0] * len(nodes)  # index of the innermost table; 0 for none
    wide = bytearray(len(nodes))
    cells: dict[int, int] = {}  # of each row
    for i, node in enumerate(nodes):
        if i:
            table_of[i] = (
                node.parent if nodes[node.parent].tag == "table" else table_of[node.parent]
            )
        table = table_of[i]
        if cut[i]:
            continue
        if node.tag == "table":
            grid[i] = node.attributes.get("role", "").lower() not in ("presentation", "none")
        if table and node.tag in LAYOUT:
            grid[table] = 0
        elif table and node.tag in CELLS:
            cells[node.parent] = cells.get(node.parent, 0) + 1
            wide[table] |= cells[node.parent] > 1
    return bytearray(a & b for a, b in zip(grid, wide, strict=True))
