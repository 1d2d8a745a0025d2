"""XML files read element by element, in bounded memory, without network or other files.

Tags are local names (``mml:math`` is ``math``); names of attributes stay as written
(``xlink:href``, ``xml:lang``). Of a DOCTYPE nothing is fetched: whatever it names, HTML's named
entities (``&nbsp;``, ``&alpha;``) are known in its place. An unknown one stays as written.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import BinaryIO
from xml.etree.ElementTree import Element
from xml.parsers.expat import XMLParserType

from pipeline.read.source import ReadError
from pipeline.read.xml_parser import Documents
from pipeline.read.xml_tree import CHUNK, MAX_TOKEN, TooLong, Tree, local

MAX_DEPTH = 200  # readers may recurse
MAX_CHARACTERS = 32_000_000  # of markup and text; as a tree it takes many times that in bytes


class _Found(Exception):
    """Ends the parsing when the root is there."""


def records(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    skip: Collection[str] = (),
    max_depth: int = MAX_DEPTH,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[Element | TooLong]:
    """Each complete element with a tag of ``tags`` that stands in no other such, in order.

    An element is the caller's alone: nothing else holds it, and it is freed when dropped.
    Elements named in ``skip`` (as the file writes it) are left out with all they hold, which
    saves time; they must not stand in each other. For an element of more than
    ``max_characters`` comes what it begins with; it is passed over, unless it is the root.
    Documents written one after another, as programs append them, are read as one.
    Raises ReadError, with the line, for what is no XML, is cut off, nests more than
    ``max_depth`` levels (from the root), or declares entities that expand. What is complete
    before such a place comes first.
    """
    tree = Tree(tags, frozenset(skip), max_depth, max_characters)
    while chunk := stream.read(CHUNK):
        yield from tree.feed(chunk)
    yield from tree.feed(b"", final=True)


def elements(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    max_depth: int = MAX_DEPTH,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[Element]:
    """The same, where each element is needed: raises ReadError for one that is too long."""
    for found in records(stream, tags, max_depth=max_depth, max_characters=max_characters):
        if isinstance(found, TooLong):
            raise ReadError(f"{found.error}; split or correct the file")
        yield found


def root_name(stream: BinaryIO) -> str:
    """The local name of the root; reads as far as its tag. Raises ReadError."""
    names: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        names.append(local(name))
        raise _Found

    def listen(parser: XMLParserType) -> None:
        parser.StartElementHandler = start

    def is_outside() -> bool:
        return not names

    documents = Documents({}, listen, is_outside)
    fed = 0
    while not names:
        chunk = stream.read(CHUNK)
        fed += len(chunk)
        if fed > MAX_TOKEN:
            raise ReadError(f"no element in the first {MAX_TOKEN:,} bytes; is it XML?")
        try:
            documents.parse(chunk, final=not chunk)
        except _Found:
            break
    return names[0]


def text_of(element: Element | None) -> str:
    """All text in the element, in order, runs of white space as one blank; "" for None."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())
