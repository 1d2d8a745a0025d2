"""The text of a document cut into blocks: what the language pipeline sees one at a time.

A block is a heading, a paragraph, or a list item behind the lead-in that it completes
("Cytokines are made by:" and "macrophages"). Every block knows where its characters
stand in the document.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from pipeline.read.elements import Element, elements
from pipeline.read.lists import Node, chain, completes, parents
from pipeline.read.parts import MAX_NAME
from pipeline.read.spans import Spans, joined, select, trimmed
from pipeline.read.wording import inline_labels, is_lead_in, last_sentence
from pipeline.records import Document

MAX_BLOCK = 20_000  # characters; parsers slow down and grow with the length of a text
MAX_WORD = 1_000  # characters without white space; tokenizers take their square in time
MAX_STRETCH = 6  # characters that footnote digits or a line break may add inside a mention
LONG_WORD = re.compile(rf"(?<!\S)\S{{{MAX_WORD}}}(?=\S)")
CUTS = (re.compile(r"[.!?]\s"), re.compile(r"\s"))  # best first


@dataclass(frozen=True, slots=True)
class Block:
    """A text to be parsed, and where it comes from.

    ``pieces`` are (start in ``text``, start in the document, length), in characters and
    ascending in both; characters of ``text`` outside them (the blank between a lead-in
    and its item) do not stand in the document.
    """

    section: str
    text: str
    pieces: tuple[tuple[int, int, int], ...]

    def to_document(self, start: int, end: int) -> tuple[int, int] | None:
        """Document offsets of ``text[start:end]``; None unless it stands there in one stretch."""
        if not 0 <= start <= end <= len(self.text):
            return None
        index = bisect_right(self.pieces, start, key=lambda piece: piece[0]) - 1
        if index < 0:
            return None
        here, there, length = self.pieces[index]
        shift = there - here
        while here + length < end:
            if index + 1 == len(self.pieces):
                return None
            following = self.pieces[index + 1]
            if following[:2] != (here + length, here + length + shift):
                return None
            index, (here, _, length) = index + 1, following
        return (start + shift, end + shift) if start <= here + length else None

    def from_document(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in ``text`` of the document's characters ``start:end``; None unless the first
        and the last of them are in the block, and at most MAX_STRETCH between them are not."""
        first, last = self._position(start), self._position(end - 1)
        if start >= end or first is None or last is None:
            return None
        return (first, last + 1) if end - start <= last + 1 - first + MAX_STRETCH else None

    def _position(self, offset: int) -> int | None:
        """Where a character of the document stands in ``text``; None when it does not."""
        index = bisect_right(self.pieces, offset, key=lambda piece: piece[1]) - 1
        if index < 0:
            return None
        here, there, length = self.pieces[index]
        return here + offset - there if offset < there + length else None


def blocks(document: Document) -> Iterator[Block]:
    """Cut the document into blocks, in its order.

    Each character that is neither white space nor a mark of layout (bullet, number of an
    item, ``#``, ``>``, paired ``**``, dividing line, the colon of a lead-in with items) is in
    at least one block. A lead-in is in the block of each item that completes it. No block
    is longer than MAX_BLOCK characters, no word in it longer than MAX_WORD.
    """
    if document.layout:
        yield from _laid_out(document)
        return
    section = ""
    group: list[Element] = []
    for element in elements(document):
        if element.kind != "item" and group:
            section = yield from _list(document.text, group, section)
            group = []
        if element.kind == "heading":
            name = " ".join(element.text.strip("*_ ").removesuffix(":").split())
            section = name[:MAX_NAME]
            for start, end in _pieces(element.text, 0, len(element.text)):
                yield _block(document.text, section, list(select(element.spans, [(start, end)])))
        else:
            group.append(element)
    if group:
        yield from _list(document.text, group, section)


def _laid_out(document: Document) -> Iterator[Block]:
    """The blocks of a document whose file says what its stretches are."""
    text = document.text
    group: list[Element] = []
    section = ""  # of the group: list items belong to the paragraph above them
    for stretch in document.layout:
        start, end = trimmed(text, stretch.start, stretch.end)
        if start == end:
            continue
        if group and not (stretch.kind == "item" and stretch.section == section):
            yield from _list(text, group, section)
            group = []
        section = stretch.section
        if stretch.kind in ("title", "heading"):
            for left, right in _pieces(text, start, end):
                yield _block(text, section, [((left, right),)])
            continue
        kind: Literal["item", "paragraph"] = "item" if stretch.kind == "item" else "paragraph"
        group.append(Element(kind, ((start, end),), text[start:end], stretch.level))
    if group:
        yield from _list(text, group, section)


def _list(text: str, group: Sequence[Element], section: str) -> Generator[Block, None, str]:
    """The blocks of a paragraph and the items below it (either may be missing).

    Returns the section that holds after it.
    """
    above = parents(group)
    leads = set(above)
    nodes: list[Node] = []
    alone: list[list[Block]] = []  # what stands before each node in its element
    for i, element in enumerate(group):
        ranges = _ranges(element, section, lead=i in leads)
        section = ranges[-1][0]
        parts = list(select(element.spans, [(start, end) for _, start, end in ranges]))
        *before, last = zip((label for label, _, _ in ranges), parts, strict=True)
        upper = above[i]
        parent = None if upper is None else nodes[upper]
        nodes.append(Node(last[1], joined(text, last[1]), last[0], parent))
        alone.append([_block(text, label, [part]) for label, part in before])
    ends = _ends(nodes)
    for node, blocks_before in zip(nodes, alone, strict=True):
        yield from blocks_before
        if id(node) in ends:
            yield _block(text, node.section, [*(n.lead for n in chain(node)[:-1]), node.spans])
    return section


def _ends(nodes: Sequence[Node]) -> set[int]:
    """The nodes (by identity) that end a block: those that no chain from below takes in, and
    items that say something of their own above the items below them."""
    ends: set[int] = set()
    taken: set[int] = set()
    for node in reversed(nodes):  # what stands below a node comes after it
        if id(node) not in taken or (completes(node) and not is_lead_in(node.text)):
            ends.add(id(node))
            taken.update(id(upper) for upper in chain(node)[:-1])
    return ends


def _ranges(element: Element, section: str, *, lead: bool) -> list[tuple[str, int, int]]:
    """(section, start, end) in the element's text: cut at labels, at the size limit, and
    before the last sentence when that leads in to a list."""
    text = element.text
    labels = inline_labels(text) if element.kind == "paragraph" else []
    starts = [(0, section), *((at, name[:MAX_NAME]) for at, name in labels), (len(text), "")]
    found = [
        (label, left, right)
        for (start, label), (end, _) in pairwise(starts)
        for left, right in _pieces(text, start, end)
    ]
    if lead and is_lead_in(text):
        label, start, end = found.pop()
        cut = start + last_sentence(text[start:end])
        found += [(label, *trimmed(text, a, b)) for a, b in ((start, cut), (cut, end)) if b > a]
    return found


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut a stretch of text into pieces of at most MAX_BLOCK characters, at good places, and
    where a word has more than MAX_WORD."""
    start, end = trimmed(text, start, end)
    while end > start:
        window = text[start : min(end, start + MAX_BLOCK)]
        cut_at = end
        if long := LONG_WORD.search(window):
            cut_at = start + long.end()
        elif end - start > MAX_BLOCK:
            found = (max((m.end() for m in cut.finditer(window)), default=0) for cut in CUTS)
            cut_at = start + (next(filter(None, found), 0) or MAX_BLOCK)
        left, right = trimmed(text, start, cut_at)
        if right > left:
            yield left, right
        start, end = trimmed(text, cut_at, end)


def _block(text: str, section: str, parts: Sequence[Spans]) -> Block:
    pieces: list[tuple[int, int, int]] = []
    at = 0
    for part in parts:
        for start, end in part:
            pieces.append((at, start, end - start))
            at += end - start
        at += 1  # the blank between the parts
    return Block(section, " ".join(joined(text, part) for part in parts), tuple(pieces))
