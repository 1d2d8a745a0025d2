"""PubTator: ``id|t|title``, ``id|a|abstract``, lines of annotations, a blank line.

The text is the title, a line break, and the abstract: so the offsets of PubTator, which counts
one character between them, hold in ours. Nothing in it is changed, but that U+2028, by which
``pipeline gold`` keeps line breaks, is one again. Annotations are left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.read.document import build, failure
from pipeline.read.source import ReadError, ReadOptions, Source, lines
from pipeline.read.spans import trimmed
from pipeline.records import Document, Failure, Stretch

BREAK = "\u2028"
TEXT_LINE = re.compile(r"([^|\t\r\n]+)\|([tag])\|")  # "g": fields of the document, in our files
MAX_HEAD = 1000  # characters before a text
SHOWN = 60  # characters of a wrong line


@dataclass(slots=True)
class _Parts:
    """The lines of one document as they come in. ``title`` is None before its line, ``length``
    counts the characters."""

    doc_id: str
    line: int
    title: str | None = None
    abstract: list[str] = field(default_factory=list)
    length: int = 0


@dataclass(slots=True)
class _Wrong:
    """Lines ``first`` to ``last``, one after another, that cannot be read."""

    first: int
    last: int
    error: str
    doc_id: str


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each title, and a failure for each run of wrong lines.

    An id that comes back later is another document. Raises ReadError for a file without any
    line of text.
    """
    parts: _Parts | None = None
    wrong: _Wrong | None = None
    annotation = "\n"  # how lines begin that need no look
    with source.open() as stream:
        for number, line in enumerate(lines(stream, options.max_characters + MAX_HEAD), start=1):
            if line.startswith(annotation) or line.isspace():
                continue
            if head := TEXT_LINE.match(line):
                if parts is None or _begins_another(parts, head[1], head[2]):
                    if parts is not None:
                        yield _document(parts, source, options)
                    parts = _Parts(head[1], number)
                    annotation = f"{parts.doc_id}\t"
                _add(parts, head[2], line[head.end() :].rstrip("\r\n"), options.max_characters)
            elif wrong is not None and wrong.last == number - 1:
                wrong.last = number
            else:
                if wrong is not None:
                    yield _failure(wrong, source)
                wrong = _wrong(line, number, parts)
    if parts is None:
        found = f"; line {wrong.first} {wrong.error}" if wrong else ""
        raise ReadError(f"no line ID|t|title or ID|a|abstract{found}; is this file PubTator?")
    if wrong is not None:
        yield _failure(wrong, source)
    yield _document(parts, source, options)


def _begins_another(parts: _Parts, doc_id: str, kind: str) -> bool:
    return doc_id != parts.doc_id or (kind == "t" and parts.title is not None)


def _add(parts: _Parts, kind: str, text: str, limit: int) -> None:
    if kind == "t":
        parts.title = text
    elif kind == "a" and parts.length <= limit:  # past it the document fails in any case
        parts.abstract.append(text)
    else:
        return
    parts.length += len(text) + 1


def _wrong(line: str, number: int, parts: _Parts | None) -> _Wrong:
    first, tab, _ = line.partition("\t")
    doc_id = first.strip() if tab and len(first) < SHOWN else ""
    if parts is None:
        error = f'stands before the first title: "{line.strip()[:SHOWN]}"'
    elif doc_id:
        error = f'belongs to "{doc_id}", but stands under "{parts.doc_id}": is a title missing?'
    else:
        error = f'is neither text nor annotation: "{line.strip()[:SHOWN]}"'
    return _Wrong(number, number, error, doc_id)


def _failure(wrong: _Wrong, source: Source) -> Failure:
    where = f"{source.name}:{wrong.first}"
    more = f", and the lines to {wrong.last} likewise" if wrong.last > wrong.first else ""
    error = f"the line {wrong.error}{more}; correct or remove it"
    return failure(where, error, wrong.doc_id)


def _document(parts: _Parts, source: Source, options: ReadOptions) -> Document | Failure:
    title, abstract = parts.title or "", "\n".join(parts.abstract)
    text = f"{title}\n{abstract}" if abstract else title
    layout: tuple[Stretch, ...] = ()
    if BREAK in text:  # a whole text of ours: its lines say what they are
        text = text.replace(BREAK, "\n")
        title = ""
    else:
        layout = tuple(_layout(text, title, parts.abstract))
    doc_id = parts.doc_id.strip()
    return build(
        doc_id,
        text,
        source=f"{source.name}:{parts.line}",
        options=options,
        title=title,
        metadata=((("pmid", doc_id),) if doc_id.isdecimal() else ()) + source.metadata,
        layout=layout,
    )


def _layout(text: str, title: str, abstract: list[str]) -> Iterator[Stretch]:
    start = 0
    for index, part in enumerate([title, *abstract]):
        left, right = trimmed(text, start, start + len(part))
        if left < right:
            kind, section = ("paragraph", "Abstract") if index else ("title", "Title")
            yield Stretch(left, right, kind, section)
        start += len(part) + 1
