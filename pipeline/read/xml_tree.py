"""The part of an XML file that is parsed but not yet handed out.

One parser serves a whole file; an element leaves the tree when it is complete.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers.expat import XMLParserType

from pipeline.read.source import ReadError
from pipeline.read.xml_parser import Documents

CHUNK = 1 << 16  # bytes given to the parser at once
MAX_TOKEN = 1 << 20  # one tag or comment; expat scans an unfinished one again with each chunk
MAX_NAMES = 20_000  # of elements and attributes, which the parser keeps
PREFIXED = re.compile(r"[^:/\s]+:[^:/\s]+").fullmatch  # the parser keeps addresses as well


@dataclass(frozen=True, slots=True)
class TooLong:
    """An element over the limit: what it begins with, and what is wrong."""

    element: Element
    error: str


def local(name: str) -> str:
    """The name without its prefix."""
    return name.rpartition(":")[2]


Start = Callable[[str, dict[str, str]], Any]
End = Callable[[str], Any]


class Tree:
    """What is parsed but not yet handed out: the open elements, and little more."""

    def __init__(
        self, tags: Collection[str], skip: frozenset[str], max_depth: int, max_characters: int
    ) -> None:
        self.tags = frozenset(tags)
        self.max_depth = max_depth
        self.max_characters = max_characters
        self.names: dict[Any, str] = {}  # expat also keeps a None here
        self.held = 0  # bytes since something was handed out or dropped
        self.skip = skip
        self.skipping = False  # inside an element to be left out
        self.passing = False  # inside an element that is too long
        self.builder = TreeBuilder()
        self.top: Element = self.builder.start("", {})
        # Methods written in C: no Python runs for a single element.
        self.heard: tuple[Start, End] = (self.builder.start, self.builder.end)
        if skip:
            self.heard = self._without_skipped()
        self.documents = Documents(self.names, self._begin, self._is_outside)

    def _begin(self, parser: XMLParserType) -> None:
        """A document begins, with a parser of its own."""
        self.parser = parser
        self._listen(*self.heard)

    def _is_outside(self) -> bool:
        return not self._open()

    def _listen(self, start: Start, end: End) -> None:
        self._hear(start, end)
        self.parser.CharacterDataHandler = self.builder.data
        self.parser.SkippedEntityHandler = self._unknown_entity

    def _hear(self, start: Start | None, end: End) -> None:
        """Let the parser report tags alone."""
        self.parser.StartElementHandler = start
        self.parser.EndElementHandler = end
        self.parser.CharacterDataHandler = self.parser.SkippedEntityHandler = None

    def _unknown_entity(self, name: str, parameter: bool) -> None:
        if not parameter:
            self.builder.data(f"&{name};")

    def _without_skipped(self) -> tuple[Start, End]:
        """What listens where the parser reports nothing between the tags of an element to be
        left out."""
        builder, skip = self.builder, self.skip

        def start(name: str, attributes: dict[str, str]) -> None:
            if name in skip:
                self._hear(None, end_skipped)
                self.skipping = True
            else:
                builder.start(name, attributes)

        def end(name: str) -> None:
            ended = builder.end(name)
            if ended.tag != name:
                ended.tag = ""  # it is not complete
                raise self._error(f"<{name}> stands in itself or in another that is left out")

        def end_skipped(name: str) -> None:
            if name in skip:
                self.skipping = False
                self._listen(start, end)

        return start, end

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[Element | TooLong]:
        """Parse more bytes; the elements that are complete now, or longer than allowed."""
        error: ReadError | None = None
        try:
            self.documents.parse(chunk, final=final)
        except ReadError as caught:
            error = caught
            self.builder.start("", {})  # all that is before it is complete
        self.held += len(chunk)
        prefixed = any(name and PREFIXED(name) for name in self.names)
        for depth, element in self._complete(final=final and error is None):
            self._check_depth(element, depth)
            if prefixed:
                _without_prefixes(element)
            yield element
        if error is not None:
            raise error
        yield from self._check_size()

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

    def _check_size(self) -> Iterator[TooLong]:
        if self.passing:
            self.held = 0
        if self.held > self.max_characters:
            problem = f"an element has more than {self.max_characters:,} characters, the limit"
            path = self._open()
            depth = next((i for i, one in enumerate(path) if local(one.tag) in self.tags), 0)
            if not depth:  # the root, or nothing that is wanted
                raise self._error(problem)
            path[depth - 1].remove(path[depth])
            self._pass_over([one.tag for one in path[depth:]])
            _without_prefixes(path[depth])
            self.held = 0
            yield TooLong(path[depth], f"near line {self.parser.CurrentLineNumber}: {problem}")
        if self.documents.fed - self.parser.CurrentByteIndex > MAX_TOKEN:
            raise self._error(f"a tag or comment has more than {MAX_TOKEN:,} characters, the limit")
        if len(self.names) > MAX_NAMES:
            raise self._error(
                f"more than {MAX_NAMES:,} names of elements and attributes, the limit"
            )

    def _open(self) -> list[Element]:
        """The open elements, from the root on."""
        mark = self.builder.start("", {})  # stands in the innermost
        self.builder.end("")
        path = [self.top]
        while path[-1][-1] is not mark:
            path.append(path[-1][-1])
        path[-1].remove(mark)
        return path[1:]

    def _pass_over(self, tags: list[str]) -> None:
        """Build nothing any more until the first of these open elements ends."""
        for tag in reversed(tags):
            self.builder.end(tag)
        self.passing = True
        depth = len(tags)

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal depth
            depth += 1
            if depth > len(tags) + self.max_depth:
                raise self._error(f"elements nest more than {self.max_depth} levels, the limit")

        def end(name: str) -> None:
            nonlocal depth
            if self.skipping:  # how deep in it, nobody has counted
                self.skipping = name not in self.skip
                depth = len(tags)
                return
            depth -= 1
            if not depth:
                self.passing = False
                self._listen(*self.heard)

        self._hear(start, end)

    def _error(self, problem: str) -> ReadError:
        line = self.parser.CurrentLineNumber
        return ReadError(f"near line {line}: {problem}; split or correct the file")


def _without_prefixes(element: Element) -> None:
    for part in element.iter():
        part.tag = local(part.tag)
