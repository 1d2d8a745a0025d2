"""BioC, XML and JSON: documents, their passages and the types of these; annotations are left.

Texts are put together as :mod:`pipeline.read.bioc_passages` says: offsets count in them, not as
those of BioC do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pipeline.read import json_stream
from pipeline.read.bioc_passages import Passage, document
from pipeline.read.document import failure
from pipeline.read.source import ReadError, ReadOptions, Source
from pipeline.records import Document, Failure

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LISTS = ("documents", "PubTator3")  # a collection's, and that of a reply of PubTator
MARKUP = 4  # characters of JSON for one of text that a document may have, and some more:
MORE_MARKUP = 1_000_000
ID = re.compile(r'"id"\s*:\s*"?([^",}\s]+)')


def read_xml(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each element ``document``. Raises ReadError, with the line, for
    what is no XML; the documents before come first."""
    from pipeline.read import xml_stream  # the command starts without it

    with source.open_bytes() as stream:
        for number, element in enumerate(xml_stream.records(stream, ["document"]), start=1):
            where = f"{source.name}:{number}"
            if isinstance(element, xml_stream.TooLong):
                error = f"{element.error}; split or leave it out"
                yield failure(where, error, element.element.findtext("id") or "")
                continue
            yield document(
                element.findtext("id") or "",
                _infons(element),
                [Passage(_text(p), _infons(p)) for p in element.iterfind("passage")],
                where=where,
                options=options,
            )


def _infons(element: Element) -> dict[str, str]:
    return {i.get("key", ""): i.text or "" for i in element.iterfind("infon")}


def _text(passage: Element) -> str:
    text = passage.findtext("text")
    if text:
        return text
    return " ".join(s.findtext("text") or "" for s in passage.iterfind("sentence"))


def read_json(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """A document or a failure for each document of a collection, of a list or of lines of them,
    or of a reply of PubTator. Raises ReadError for JSON that is no BioC."""
    limit = MARKUP * options.max_characters + MORE_MARKUP
    found = False
    with source.open() as stream:
        for number, record in enumerate(json_stream.records(stream, LISTS, limit), start=1):
            where = f"{source.name}:{number}"
            if isinstance(record, json_stream.Broken):
                if not (found or record.beginning):
                    raise ReadError(f"line {record.line}: {record.error}; correct the file")
                named = ID.search(record.beginning)
                error = f"line {record.line}: {record.error}; correct the document"
                yield failure(where, error, named[1] if named else "")
            elif problem := _problem(record):
                if not found:
                    raise ReadError(f"{problem}; JSON Lines of texts have the suffix .jsonl")
                yield failure(where, f"{problem}; correct the document", _id(record))
            else:
                yield _json_document(record, where, source, options)
            found = True


def _problem(record: object) -> str:
    """Why a record is no document of BioC; "" for one."""
    if not isinstance(record, dict):
        return f"no BioC: a {type(record).__name__} where a document should be"
    if "passages" not in record:
        fields = ", ".join(map(str, list(record)[:10])) or "none"
        return f'no BioC: an object without "documents" or "passages" (its fields: {fields})'
    passages = record["passages"]
    if not isinstance(passages, list):
        return f'no BioC: "passages" is a {type(passages).__name__}, not a list'
    for number, passage in enumerate(passages, start=1):
        if not isinstance(passage, dict):
            return f"no BioC: passage {number} is a {type(passage).__name__}, not an object"
        if not isinstance(passage.get("text", ""), str | None):
            return f"no BioC: the text of passage {number} is no string"
    return ""


def _json_document(
    record: Any, where: str, source: Source, options: ReadOptions
) -> Document | Failure:
    fields = _strings(record) | _strings(record.get("infons"))
    passages = [Passage(_json_text(p), _strings(p.get("infons"))) for p in record["passages"]]
    more = source.metadata
    return document(_id(record), fields, passages, where=where, options=options, more=more)


def _json_text(passage: dict[str, Any]) -> str:
    if passage.get("text"):
        return str(passage["text"])
    sentences = passage.get("sentences")
    if not isinstance(sentences, list):
        return ""
    texts = [s.get("text") for s in sentences if isinstance(s, dict)]
    return " ".join(text for text in texts if isinstance(text, str))


def _strings(fields: object) -> dict[str, str]:
    """The members that are strings or whole numbers."""
    if not isinstance(fields, dict):
        return {}
    return {k: str(v) for k, v in fields.items() if isinstance(v, str | int)}


def _id(record: object) -> str:
    return _strings(record).get("id", "")
