"""XML files read element by element, in bounded memory, without network or other files.

Tags are local names (``mml:math`` is ``math``); names of attributes stay as written
(``xlink:href``, ``xml:lang``). Of a DOCTYPE nothing is fetched: whatever it names, HTML's named
entities (``&nbsp;``, ``&alpha;``) are known in its place. An unknown one stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder

from pipeline.read.source import ReadError
from pipeline.read.xml_parser import guarded, parse

CHUNK = 1 << 16  # bytes given to the parser at once
MAX_DEPTH = 200  # readers may recurse
MAX_CHARACTERS = 32_000_000  # of markup and text; as a tree it takes many times that in bytes
MAX_TOKEN = 1 << 20  # one tag or comment; expat scans an unfinished one again with each chunk
MAX_NAMES = 20_000  # of elements and attributes, which the parser keeps
PREFIXED = re.compile(r"[^:/\s]+:[^:/\s]+").fullmatch  # the parser keeps addresses as well


class _Found(Exception):
    """Ends the parsing when the root is there."""


def elements(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    skip: Collection[str] = (),
    max_depth: int = MAX_DEPTH,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[Element]:
    """Each complete element with a tag of ``tags`` that stands in no other such, in order.

    An element is the caller's alone: nothing else holds it, and it is freed when dropped.
    Elements named in ``skip`` (as the file writes it) are left out with all they hold, which
    saves time; they must not stand in each other.
    Raises ReadError, with the line, for what is no XML, is cut off, nests more than
    ``max_depth`` levels (from the root), holds an element of more than ``max_characters``, or
    declares entities that expand. What is complete before such a place comes first.
    """
    tree = _Tree(tags, frozenset(skip), max_depth, max_characters)
    while chunk := stream.read(CHUNK):
        yield from tree.feed(chunk)
    yield from tree.feed(b"", final=True)


def root_name(stream: BinaryIO) -> str:
    """The local name of the root; reads as far as its tag. Raises ReadError."""
    parser = guarded({})
    names: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        names.append(local(name))
        raise _Found

    parser.StartElementHandler = start
    fed = 0
    while not names:
        chunk = stream.read(CHUNK)
        fed += len(chunk)
        if fed > MAX_TOKEN:
            raise ReadError(f"no element in the first {MAX_TOKEN:,} bytes; is it XML?")
        try:
            parse(parser, chunk, final=not chunk)
        except _Found:
            break
    return names[0]


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


def text_of(element: Element | None) -> str:
    """All text in the element, in order, runs of white space as one blank; "" for None."""
    if element is None:
        return ""
    text = "".join(element.itertext()) if len(element) else element.text or ""
    return " ".join(text.split())


class _Tree:
    """What is parsed but not yet handed out: the open elements, and little more."""

    def __init__(
        self, tags: Collection[str], skip: frozenset[str], max_depth: int, max_characters: int
    ) -> None:
        self.tags = frozenset(tags)
        self.max_depth = max_depth
        self.max_characters = max_characters
        self.names: dict[Any, str] = {}  # expat also keeps a None here
        self.fed = 0  # bytes
        self.held = 0  # bytes since something was handed out or dropped
        self.parser = guarded(self.names)
        self.builder = TreeBuilder()
        self.top: Element = self.builder.start("", {})
        # Methods written in C: no Python runs for a single element.
        self._listen(self.builder.start, self.builder.end)
        if skip:
            self._build_without(skip)

    def _listen(self, start: Callable[..., Any], end: Callable[[str], Any]) -> None:
        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.SkippedEntityHandler = self._unknown_entity

    def _unknown_entity(self, name: str, parameter: bool) -> None:
        if not parameter:
            self.builder.data(f"&{name};")

    def _build_without(self, skip: frozenset[str]) -> None:
        """Let the parser report nothing between the tags of an element to be left out."""
        parser, builder = self.parser, self.builder

        def start(name: str, attributes: dict[str, str]) -> None:
            if name in skip:
                parser.StartElementHandler = parser.CharacterDataHandler = None
                parser.SkippedEntityHandler = None
                parser.EndElementHandler = end_skipped
            else:
                builder.start(name, attributes)

        def end(name: str) -> None:
            ended = builder.end(name)
            if ended.tag != name:
                ended.tag = ""  # it is not complete
                raise self._error(f"<{name}> stands in itself or in another that is left out")

        def end_skipped(name: str) -> None:
            if name in skip:
                self._listen(start, end)

        self._listen(start, end)

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[Element]:
        """Parse more bytes; the elements that are complete now."""
        error: ReadError | None = None
        try:
            parse(self.parser, chunk, final=final)
        except ReadError as caught:
            error = caught
            self.builder.start("", {})  # all that is before it is complete
        self.fed += len(chunk)
        self.held += len(chunk)
        prefixed = any(name and PREFIXED(name) for name in self.names)
        for depth, element in self._complete(final=final and error is None):
            self._check_depth(element, depth)
            if prefixed:
                for part in element.iter():
                    part.tag = local(part.tag)
            yield element
        if error is not None:
            raise error
        self._check_size()

    def _complete(self, *, final: bool) -> Iterator[tuple[int, Element]]:
        """(level, element) of the wanted ones that are complete; they and what is before the
        open elements leave the tree."""
        parent, depth = self.top, 0
        while n := len(parent):
            depth += 1
            if depth > self.max_depth:
                raise self._error(f"elements nest more than {self.max_depth} levels, the limit")
            # The last child may be open: it ends where the next begins.
            done = parent[: n if final else n - 1]
            if done:
                del parent[: len(done)]
                self.held = min(self.held, CHUNK)
            for child in done:
                yield from self._outermost(child, depth)
            if final or local(parent[-1].tag) in self.tags:
                return
            parent.text = None
            parent = parent[-1]

    def _outermost(self, element: Element, depth: int) -> Iterator[tuple[int, Element]]:
        """(level, element) of those with a wanted tag in a complete element."""
        waiting = [(depth, element)]
        while waiting:
            depth, element = waiting.pop()
            if local(element.tag) in self.tags:
                yield depth, element
            else:
                waiting += [(depth + 1, child) for child in reversed(element)]

    def _check_depth(self, element: Element, depth: int) -> None:
        level = list(filter(len, element.iter()))
        if depth + len(level) <= self.max_depth:  # were each of them in the one before
            return
        level = [element]
        for _ in range(depth, self.max_depth + 1):
            level = [part for parent in level if len(parent) for part in parent]
            if not level:
                return
        raise self._error(f"elements nest more than {self.max_depth} levels, the limit")

    def _check_size(self) -> None:
        if self.held > self.max_characters:
            raise self._error(
                f"an element has more than {self.max_characters:,} characters, the limit"
            )
        if self.fed - self.parser.CurrentByteIndex > MAX_TOKEN:
            raise self._error(f"a tag or comment has more than {MAX_TOKEN:,} characters, the limit")
        if len(self.names) > MAX_NAMES:
            raise self._error(
                f"more than {MAX_NAMES:,} names of elements and attributes, the limit"
            )

    def _error(self, problem: str) -> ReadError:
        line = self.parser.CurrentLineNumber
        return ReadError(f"near line {line}: {problem}; split or correct the file")
