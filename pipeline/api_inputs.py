"""What a caller of :func:`pipeline.annotate` may give as texts, as Documents."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from numbers import Integral
from typing import TYPE_CHECKING, Any, TypeAlias

from pipeline.read.delimited import ID_NAMES, TEXT_NAMES
from pipeline.read.document import build
from pipeline.read.inputs import MAX_CHARACTERS
from pipeline.read.source import ReadOptions
from pipeline.records import Annotation, Document, Failure

if TYPE_CHECKING:
    import pandas as pd

Item: TypeAlias = "str | Document | tuple[str | int, str] | Mapping[str, Any]"
TextsIn: TypeAlias = (
    "str | Document | Iterable[Item] | Mapping[Any, str] | pd.Series[Any] | pd.DataFrame"
)

ACCEPTED = (
    'a text, texts, (id, text) pairs, {"id": …, "text": …} dicts, Documents, a mapping from id to '
    "text, or a pandas Series or DataFrame"
)
_READ = ReadOptions(None, None, MAX_CHARACTERS)


def documents_of(texts: TextsIn) -> Iterator[Document | Annotation]:
    """A Document for each text, in order; in its place an Annotation with the failure where the
    text is missing, blank or longer than a run would read.

    What can be looked through without being used up is checked before this returns, so that a
    wrong item at the end costs no work. Raises TypeError for what is no text or no id, ValueError
    for an empty id, an id that is there twice, and missing fields or columns; the message
    says which.
    """
    found = _unique(_items(texts))
    return found if isinstance(texts, Iterator) else iter(list(found))


def _unique(items: Iterable[Document]) -> Iterator[Document | Annotation]:
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        made = _checked(item)
        doc_id = made.doc_id if isinstance(made, Document) else made.document.doc_id
        if doc_id in seen:
            raise ValueError(
                f"item {number}: the id {doc_id!r} is there twice; give each text an id of its own"
            )
        seen.add(doc_id)
        yield made


def _checked(document: Document) -> Document | Annotation:
    """As the readers of files check it, so that the same text has the same tables."""
    made = build(
        document.doc_id, document.text, source=document.source, options=_READ,
        title=document.title, metadata=document.metadata, layout=document.layout,
        revision=document.revision,
    )  # fmt: skip
    if isinstance(made, Failure):
        return Annotation(Document(made.doc_id, "", made.source, document.title), failure=made)
    return made


def _items(texts: Any) -> Iterator[Document]:
    if isinstance(texts, str | Document):
        return _numbered([texts])
    if (pandas := sys.modules.get("pandas")) is not None:  # whoever has one has imported it
        if isinstance(texts, pandas.DataFrame):
            return _of_frame(texts)
        if isinstance(texts, pandas.Series):
            return _of_pairs(texts.items())
    if isinstance(texts, Mapping):
        if {"id", "text"} <= texts.keys():
            return _numbered([texts])
        return _of_pairs(texts.items())
    if isinstance(texts, set | frozenset):
        raise TypeError("a set has no order, so its texts have no ids; give a list or a mapping")
    if isinstance(texts, bytes | bytearray) or not isinstance(texts, Iterable):
        raise TypeError(f"texts are of type {_kind(texts)}{_hint(texts)}; give {ACCEPTED}")
    return _numbered(texts)


def _of_pairs(pairs: Iterable[tuple[Any, Any]]) -> Iterator[Document]:
    for number, (doc_id, text) in enumerate(pairs, 1):
        yield _document(number, doc_id, text)


def _of_frame(frame: pd.DataFrame) -> Iterator[Document]:
    names = [str(name).strip().lower() for name in frame.columns]
    places = []
    for kind, usual in (("id", ID_NAMES), ("text", TEXT_NAMES)):
        name = next((name for name in usual if name in names), None)
        if name is None:
            raise ValueError(
                f"the DataFrame has no column for the {kind} ({' or '.join(usual)}; there are: "
                f"{', '.join(map(str, frame.columns)) or 'none'}); rename one, or give a Series "
                "of texts with the ids as its index"
            )
        places.append(names.index(name))
    return _rows(frame, names, *places)


def _rows(frame: pd.DataFrame, names: list[str], id_at: int, text_at: int) -> Iterator[Document]:
    title_at = names.index("title") if "title" in names else -1
    columns = [str(name) for name in frame.columns]
    for number, row in enumerate(frame.itertuples(index=False, name=None), 1):
        rest = [
            (name, "" if _missing(cell) else cell)
            for at, (name, cell) in enumerate(zip(columns, row, strict=True))
            if at not in (id_at, text_at, title_at)
        ]
        title = "" if title_at < 0 or _missing(row[title_at]) else row[title_at]
        yield _document(number, row[id_at], row[text_at], title, rest)


def _numbered(items: Iterable[Any]) -> Iterator[Document]:
    for number, item in enumerate(items, 1):
        match item:
            case str():
                yield _document(number, number, item)
            case Document():
                text = _text(item.text, f"item {number}")
                yield replace(item, doc_id=_id(item.doc_id, number), text=text)
            case Mapping():
                if absent := [name for name in ("id", "text") if name not in item]:
                    raise ValueError(
                        f"item {number} has no {absent[0]!r} (it has: "
                        f"{', '.join(map(repr, item)) or 'nothing'})"
                    )
                rest = [(k, v) for k, v in item.items() if k not in ("id", "text", "title")]
                yield _document(number, item["id"], item["text"], item.get("title"), rest)
            case tuple() | list() if len(item) == 2:
                yield _document(number, *item)
            case _ if _missing(item):
                yield _document(number, number, "")
            case _:
                raise TypeError(
                    f"item {number} is of type {_kind(item)}{_hint(item)}; give {ACCEPTED}"
                )


def _document(
    number: int,
    doc_id: Any,
    text: Any,
    title: Any = None,
    rest: Iterable[tuple[Any, Any]] = (),
) -> Document:
    known = _id(doc_id, number)
    return Document(
        known, _text(text, f"the text of {known!r}"), "", _string(title or ""),
        tuple((str(name), _string(value)) for name, value in rest),
    )  # fmt: skip


def _id(doc_id: Any, number: int) -> str:
    if _missing(doc_id):
        raise ValueError(f"item {number} has no id ({doc_id!r}); give it one")
    if isinstance(doc_id, bool) or not isinstance(doc_id, str | Integral):
        raise TypeError(
            f"the id of item {number} is of type {_kind(doc_id)} ({doc_id!r}); give a string or a "
            "whole number"
        )
    if not str(doc_id).strip():
        raise ValueError(f"the id of item {number} is empty; give it one")
    return str(doc_id)


def _text(text: Any, which: str) -> str:
    if isinstance(text, str):
        return str(text)  # the plain type, of numpy's strings too
    if _missing(text):
        return ""  # a failure of this document, as an empty cell of a file is
    raise TypeError(f"{which} is of type {_kind(text)}, not a string{_hint(text)}")


def _hint(value: Any) -> str:
    if hasattr(value, "__fspath__"):
        return " (pipeline run reads files; here, give what read_text() returns)"
    return " (decode it first)" if isinstance(value, bytes | bytearray) else ""


def _missing(value: Any) -> bool:
    """None, NaN, and pandas' NaT and NA, known by name: pandas need not be imported."""
    nan = isinstance(value, float) and value != value
    return value is None or nan or _kind(value) in ("NAType", "NaTType")


def _string(value: Any) -> str:
    """As the reader of JSON Lines spells metadata; what JSON does not know, as Python does."""
    if isinstance(value, dict | list | tuple | bool | int | float | None):
        try:
            return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
        except (TypeError, ValueError, RecursionError):  # keys of several types, a ring
            return str(value)
    return str(value)


def _kind(value: Any) -> str:
    return type(value).__name__
