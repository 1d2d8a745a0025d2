"""XML files read element by element, in bounded memory, without network or other files.

Tags are local names (``mml:math`` is ``math``); names of attributes stay as written
(``xlink:href``, ``xml:lang``). Of a DOCTYPE nothing is fetched: whatever it names, HTML's named
entities (``&nbsp;``, ``&alpha;``) are known in its place. An unknown one stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from html.entities import html5
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from pipeline.read.source import ReadError

CHUNK = 1 << 16  # bytes given to the parser at once
MAX_DEPTH = 200  # readers may recurse
MAX_CHARACTERS = 32_000_000  # of markup and text; as a tree it takes many times that in bytes
MAX_TOKEN = 1 << 20  # one tag or comment; expat scans an unfinished one again with each chunk
MAX_NAMES = 20_000  # of elements and attributes, which the parser keeps
MAX_EXTERNAL = 100  # external parts that a DOCTYPE names
MAX_ENTITY = 16  # characters that a declared entity may stand for
PREFIXED = re.compile(r"[^:/\s]+:[^:/\s]+").fullmatch  # the parser keeps addresses as well
# Of the names that end in a semicolon, those that do not write XML's own signs.
HTML_ENTITIES = "".join(
    f'<!ENTITY {name[:-1]} "{"".join(f"&#{ord(c)};" for c in text)}">'
    for name, text in html5.items()
    if name.endswith(";") and not set(text) & set("&<>\"'")
).encode()


class _Found(Exception):
    """Ends the parsing when the root is there."""


def elements(
    stream: BinaryIO,
    tags: Collection[str],
    *,
    max_depth: int = MAX_DEPTH,
    max_characters: int = MAX_CHARACTERS,
) -> Iterator[Element]:
    """Each complete element with a tag of ``tags`` that stands in no other such, in order.

    An element is the caller's alone: nothing else holds it, and it is freed when dropped.
    Raises ReadError, with the line, for what is no XML, is cut off, nests more than
    ``max_depth`` levels (from the root), holds an element of more than ``max_characters``, or
    declares entities that expand. What is complete before such a place comes first.
    """
    tree = _Tree(tags, max_depth, max_characters)
    while chunk := stream.read(CHUNK):
        yield from tree.feed(chunk)
    yield from tree.feed(b"", final=True)


def root_name(stream: BinaryIO) -> str:
    """The local name of the root; reads as far as its tag. Raises ReadError."""
    parser = _parser({})
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
            _parse(parser, chunk, final=not chunk)
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

    def __init__(self, tags: Collection[str], max_depth: int, max_characters: int) -> None:
        self.tags = frozenset(tags)
        self.max_depth = max_depth
        self.max_characters = max_characters
        self.names: dict[Any, str] = {}  # expat also keeps a None here
        self.fed = 0  # bytes
        self.held = 0  # bytes since something was handed out or dropped
        self.parser = _parser(self.names)
        builder = TreeBuilder()
        self.top: Element = builder.start("", {})
        # Methods written in C: no Python runs for a single element.
        self.parser.StartElementHandler = builder.start
        self.parser.EndElementHandler = builder.end
        self.parser.CharacterDataHandler = builder.data

        def unknown(name: str, parameter: bool) -> None:
            if not parameter:
                builder.data(f"&{name};")

        self.parser.SkippedEntityHandler = unknown

    def feed(self, chunk: bytes, *, final: bool = False) -> Iterator[Element]:
        """Parse more bytes; the elements that are complete now."""
        error: ReadError | None = None
        try:
            _parse(self.parser, chunk, final=final)
        except ReadError as caught:
            error = caught
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
                raise self._error(f"elements nest more than {self.max_depth} levels")
            # The last child may be open: it ends where the next begins.
            done = parent[: n if final else n - 1]
            if done:
                del parent[: len(done)]
                self.held = min(self.held, CHUNK)
            for child in done:
                yield from self._outermost(child, depth)
            if final or local(parent[-1].tag) in self.tags:
                return
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
        raise self._error(f"elements nest more than {self.max_depth} levels")

    def _check_size(self) -> None:
        if self.held > self.max_characters:
            raise self._error(f"an element has more than {self.max_characters:,} characters")
        if self.fed - self.parser.CurrentByteIndex > MAX_TOKEN:
            raise self._error(f"a tag or comment has more than {MAX_TOKEN:,} characters")
        if len(self.names) > MAX_NAMES:
            raise self._error(f"more than {MAX_NAMES:,} names of elements and attributes")

    def _error(self, problem: str) -> ReadError:
        line = self.parser.CurrentLineNumber
        return ReadError(f"near line {line}: {problem}, the limit; split or correct the file")


def _parser(names: dict[Any, str]) -> expat.XMLParserType:
    """A parser that opens nothing, and refuses declarations by which a text can grow."""
    parser = expat.ParserCreate(intern=names)
    parser.buffer_text = True
    parser.UseForeignDTD(True)
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_ALWAYS)
    n_external = 0

    def external(context: str | None, base: object, system: str | None, public: object) -> int:
        nonlocal n_external
        n_external += 1
        if context is not None:
            raise _refused(parser, f'an entity is used that stands for the file "{system}"')
        if n_external > MAX_EXTERNAL:
            raise _refused(parser, f"more than {MAX_EXTERNAL} external parts are named")
        part = parser.ExternalEntityParserCreate(context)
        part.EntityDeclHandler = None
        part.Parse(HTML_ENTITIES if n_external == 1 else b"", True)
        return 1

    def entity(name: str, parameter: int, value: str | None, *rest: str | None) -> None:
        if value is not None and (len(value) > MAX_ENTITY or set(value) & set("&<%")):
            raise _refused(parser, f'the entity "{name}" is declared, which may expand')

    def attribute(tag: str, name: str, kind: str, default: str | None, required: int) -> None:
        if default is not None and not name.startswith("xmlns"):
            raise _refused(parser, f'the attribute "{name}" has a default value in the DOCTYPE')

    parser.ExternalEntityRefHandler = external
    parser.EntityDeclHandler = entity
    parser.AttlistDeclHandler = attribute
    return parser


def _refused(parser: expat.XMLParserType, problem: str) -> ReadError:
    line = parser.CurrentLineNumber
    return ReadError(f"line {line}: {problem}; write the text itself and remove the declaration")


def _parse(parser: expat.XMLParserType, chunk: bytes, *, final: bool) -> None:
    try:
        parser.Parse(chunk, final)
    except expat.ExpatError as error:
        message = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise ReadError(f"{message}; the file is not XML, damaged or cut off") from error
    except (LookupError, ValueError) as error:  # from codecs, for the declared encoding
        line = parser.CurrentLineNumber
        message = f"line {line}: cannot be decoded ({error})"
        raise ReadError(f"{message}; correct the encoding that the file declares") from error
