"""What must hold for every file, sound or not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.gold.formats import marked
from pipeline.gold.raw import FormatError
from pipeline.marked import MarkError, read_marked
from pipeline.read.formats import Item
from pipeline.read.inputs import stream_inputs
from pipeline.read.layout import MAX_BLOCK, Block, blocks
from pipeline.read.lists import MAX_CHAIN, MAX_ITEM, MAX_LEAD
from pipeline.read.source import ReadOptions
from pipeline.records import STRETCH_KINDS, Document, Failure
from pipeline.route import cut

OPTIONS = ReadOptions(None, None, 60_000)
MAX_ERROR = 4_000  # characters
LONGEST = max(MAX_BLOCK, MAX_ITEM + MAX_CHAIN * (MAX_LEAD + 1))
# What may be in no block: marks of layout, and the number or letter of an item.
MARKS = re.compile(r"[-–—•◦▪▫‣⁃∙●○■□➢➤✓·*_#>=~:|\s]|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{2,4})[.)]")


class Broken(Exception):
    """Something does not hold; the message says what."""


def need(holds: bool, said: str) -> None:
    if not holds:
        raise Broken(said)


def check_file(path: Path) -> int:
    """The number of documents. Raises Broken, or what a reader should not raise."""
    items = list(stream_inputs([path], OPTIONS))
    need(bool(items), "neither documents nor failures")
    need(items == list(stream_inputs([path], OPTIONS)), "read twice, it differs")
    for item in items:
        _check_item(item)
    return sum(isinstance(item, Document) for item in items)


def _check_item(item: Item) -> None:
    if isinstance(item, Failure):
        need(0 < len(item.error) <= MAX_ERROR, f"an error of {len(item.error)} characters")
        need(item.source != "", "a failure without a place")
        repr(item).encode()
    elif isinstance(item, Document):
        check_document(item)


def check_document(document: Document) -> None:
    """Its stretches ascend and hold, and its blocks say all of it."""
    text = document.text
    need(bool(document.doc_id.strip()), "no id")
    need(bool(text.strip()), "blank text")
    need(len(text) <= OPTIONS.max_characters, "text over the limit")
    for written in (document.doc_id, text, document.title, *sum(document.metadata, ())):
        written.encode()
    at = 0
    for stretch in document.layout:
        said = text[stretch.start : stretch.end]
        need(at <= stretch.start < stretch.end <= len(text), f"{stretch} overlaps or is empty")
        need(said == said.strip(), f"{stretch} has white space at its edges")
        need(stretch.kind in STRETCH_KINDS, f"{stretch} is of no known kind")
        stretch.section.encode()
        at = stretch.end
    own = list(blocks(document))
    _check_blocks(document, own)
    _check_blocks(document, cut(document))
    _check_coverage(document, own)


def _check_blocks(document: Document, found: Sequence[Block]) -> None:
    for block in found:
        need(len(block.text) <= LONGEST, f"a block of {len(block.text)} characters")
        last, before = 0, -1
        for here, there, length in block.pieces:
            need(last <= here and there > before and length > 0, "pieces do not ascend")
            said = document.text[there : there + length]
            need(block.text[here : here + length] == said, f"a piece is not {said[:40]!r}")
            last, before = here + length, there + length - 1


def _check_coverage(document: Document, found: Sequence[Block]) -> None:
    covered = bytearray(len(document.text))
    for block in found:
        for _, there, length in block.pieces:
            covered[there : there + length] = b"\1" * length
    if document.layout:
        for stretch in document.layout:
            missing = "".join(_uncovered(document.text, covered, stretch.start, stretch.end))
            need(
                not missing.replace(":", "").strip(),
                f"{missing[:40]!r} of {stretch} is in no block",
            )
        return
    rest = "".join(_uncovered(document.text, covered, 0, len(covered), gap="\n"))
    missing = MARKS.sub("", rest)
    need(not missing, f"{missing[:40]!r} is in no block")


def _uncovered(text: str, covered: bytearray, start: int, end: int, gap: str = "") -> Iterator[str]:
    for at in range(start, end):
        yield gap if covered[at] else text[at]


def check_example(data: bytes) -> int:
    """Marked text of an example sentence; 1 where it can be read."""
    written = data.decode("utf-8", "replace")
    try:
        text, marks = read_marked(written)
    except MarkError:
        return 0
    last = 0
    for mark in marks:
        need(last <= mark.start < mark.end <= len(text), f"{mark} overlaps or is empty")
        last = mark.end
    need(len(text) <= len(written), "text was added")
    return 1


def check_marked(path: Path) -> int:
    """Gold as marked text; the number of documents."""
    try:
        documents = list(marked.read(path))
    except FormatError:
        return 0
    for document in documents:
        for problem in document.problems:
            need(bool(re.search(r":\d+: ", problem)), f"a problem without a line: {problem}")
        for mention in document.mentions:
            for start, end in mention.spans:
                need(0 <= start <= end <= len(document.text), f"{mention} is outside the text")
    return len(documents)
