"""An expat parser that opens nothing, and refuses declarations by which a text can grow.

Of a DOCTYPE nothing is fetched: whatever it names, HTML's named entities (``&nbsp;``,
``&alpha;``) are known in its place.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from html.entities import html5
from typing import Any
from xml.parsers import expat

from pipeline.read.source import ReadError

SEAM = 1000  # bytes in which a declaration is found that began in an earlier chunk
MAX_DOCUMENTS = 10_000  # in one file
# What is wrong where a document is over and the next begins: with its root, or its declaration.
AFTER_ROOT = (
    expat.errors.codes[expat.errors.XML_ERROR_JUNK_AFTER_DOC_ELEMENT],
    expat.errors.codes[expat.errors.XML_ERROR_MISPLACED_XML_PI],
)
MAX_EXTERNAL = 100  # external parts that a DOCTYPE names
MAX_ENTITY = 16  # characters that a declared entity may stand for
# Of the names that end in a semicolon, those that do not write XML's own signs.
HTML_ENTITIES = "".join(
    f'<!ENTITY {name[:-1]} "{"".join(f"&#{ord(c)};" for c in text)}">'
    for name, text in html5.items()
    if name.endswith(";") and not set(text) & set("&<>\"'")
).encode()


def guarded(names: dict[Any, str]) -> expat.XMLParserType:
    """A parser that keeps the names it meets in ``names``."""
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


class Documents:
    """Bytes of one XML document, or of several that were written one after another, each of
    which gets a parser of its own; ``number`` counts them.

    ``listen`` sets the handlers of a new parser; ``is_outside`` says that no element is open.
    """

    def __init__(
        self,
        names: dict[Any, str],
        listen: Callable[[expat.XMLParserType], None],
        is_outside: Callable[[], bool],
    ) -> None:
        self.names = names
        self.listen = listen
        self.is_outside = is_outside
        self.parser = guarded(names)
        listen(self.parser)
        self.number = 1
        self.fed = 0  # bytes, to this parser
        self.last = b""  # of these, those before

    def parse(self, chunk: bytes, *, final: bool) -> None:
        """Parse more bytes. Raises ReadError."""
        rest = chunk
        while True:
            self.fed += len(rest)
            try:
                parse(self.parser, rest, final=final)
            except ReadError as error:
                rest = self._next(rest, error)
                self.parser, self.fed, self.last = guarded(self.names), 0, b""
                self.number += 1
                self.listen(self.parser)
            else:
                self.last = rest if len(rest) > SEAM else (self.last + rest)[-SEAM:]
                return

    def _next(self, chunk: bytes, error: ReadError) -> bytes:
        """The bytes from the beginning of the next document on; raises the error where none
        begins."""
        data = self.last + chunk
        at = self.parser.ErrorByteIndex - self.fed + len(data)
        rest = data[at:] if at >= 0 else b""
        after_root = getattr(error.__cause__, "code", 0) in AFTER_ROOT and rest.startswith(b"<")
        begins = after_root or rest.startswith(codecs.BOM_UTF8)
        if begins and self.number < MAX_DOCUMENTS and self.is_outside():
            return rest
        if self.number > 1:
            raise ReadError(f"XML document {self.number} in the file: {error}") from error
        raise error


def parse(parser: expat.XMLParserType, chunk: bytes, *, final: bool) -> None:
    """Give the parser more bytes. Raises ReadError, with the line."""
    try:
        parser.Parse(chunk, final)
    except expat.ExpatError as error:
        message = f"line {error.lineno}: {expat.ErrorString(error.code)}"
        raise ReadError(f"{message}; the file is not XML, damaged or cut off") from error
    except (LookupError, ValueError) as error:  # from codecs, for the declared encoding
        line = parser.CurrentLineNumber
        message = f"line {line}: cannot be decoded ({error})"
        raise ReadError(f"{message}; correct the encoding that the file declares") from error
