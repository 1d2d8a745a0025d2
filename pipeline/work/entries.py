"""What a part of a run holds: an entry for each document, skipped text, deletion and failure.

An entry is a line (see :mod:`pipeline.work.sorted_lines`) whose key puts a document before the
failures that name its id, and documents with one id in the order in which they were read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import groupby
from typing import Any

from pipeline.read.inputs import taken
from pipeline.records import Annotation, Deleted, Document, Failure
from pipeline.tabulate import Row, cooccurrence_rows, document_row, mention_row, relation_rows
from pipeline.texts import text_line
from pipeline.work.sorted_lines import Line

_OF_TEXT, _FAILURE = 0, 1  # second element of a key


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of the result by table, and a line of ``texts.jsonl`` or ""."""

    rows: dict[str, list[Row]]
    text: str = ""


@dataclass(slots=True)
class Tally:
    """What became of the documents that were read: of all shards, all else of this one."""

    read: int = 0
    documents: int = 0
    skipped: int = 0
    deleted: int = 0
    replaced: int = 0
    tokens: int = 0


def annotated(
    annotation: Annotation, place: tuple[int, int], *, cooccurrence: bool, text: bool
) -> Line:
    """The entry of a document that went through the route; ``place`` is the number of the part
    and the position in it."""
    document = annotation.document
    if annotation.failure is not None:
        body: dict[str, Any] = {"kind": "failed", "failure": _failure(annotation.failure)}
        return _of_text(document, place, body)
    body = {
        "kind": "document",
        "n_tokens": annotation.n_tokens,
        "rows": {
            "documents": [document_row(annotation)],
            "mentions": [mention_row(mention) for mention in annotation.mentions],
            "relations": relation_rows(annotation.relations),
            "cooccurrences": list(cooccurrence_rows(annotation)) if cooccurrence else [],
        },
        "text": text_line(annotation) if text else "",
    }
    return _of_text(document, place, body)


def skipped(document: Document, place: tuple[int, int]) -> Line:
    """The entry of a document that triage left out."""
    return _of_text(document, place, {"kind": "skipped", "n_characters": len(document.text)})


def deleted(deletion: Deleted, place: tuple[int, int]) -> Line:
    """The entry of a deletion."""
    body = {"kind": "deleted", "revision": 1, "source": deletion.source}
    return [deletion.doc_id, _OF_TEXT, *place, body]


def failed(failure: Failure) -> Line:
    """The entry of what could not be read."""
    key = [failure.doc_id, _FAILURE, failure.source, failure.error]
    return [*key, {"kind": "failure", "failure": _failure(failure)}]


def _of_text(document: Document, place: tuple[int, int], body: dict[str, Any]) -> Line:
    about = {"revision": document.revision, "source": document.source}
    return [document.doc_id, _OF_TEXT, *place, body | about]


def _failure(failure: Failure) -> Row:
    return {
        "doc_id": failure.doc_id, "source": failure.source, "step": failure.step,
        "error": failure.error,
    }  # fmt: skip


def settled(lines: Iterable[Line], tally: Tally) -> Iterator[Kept]:
    """What holds of sorted entries: of documents with one id the first, or of those that their
    source says again the latest; ``tally`` counts."""
    for doc_id, group in groupby(lines, key=_doc_id):
        own: list[Row] = []
        kept: dict[str, Any] | None = None
        others = iter(group)
        failures: Iterator[Row] = iter(())
        for line in others:
            body = line[-1]
            if line[1] == _FAILURE:
                failures = _failures(line, others)
                break
            kept = _latest(kept, body, doc_id, own, tally)
        if kept is not None and kept["kind"] == "failed":
            own.append(kept["failure"])
        elif kept is not None:
            yield _kept(kept, doc_id, tally)
        for row in merge(sorted(own, key=_by_place), failures, key=_by_place):
            yield Kept({"failures": [row]})


def _latest(
    kept: dict[str, Any] | None,
    body: dict[str, Any],
    doc_id: str,
    failures: list[Row],
    tally: Tally,
) -> dict[str, Any] | None:
    """Which of two entries with one id holds, the earlier (``kept``) or the later (``body``)."""
    if body["kind"] == "deleted":
        if kept is None or not kept["revision"]:
            return kept
        tally.deleted += 1
        return None
    if kept is None:
        return body
    if kept["revision"] and body["revision"]:
        tally.replaced += 1
        return body if body["revision"] >= kept["revision"] else kept
    failures.append(_failure(taken(Document(doc_id, "", body["source"]), kept["source"])))
    return kept


def _kept(body: dict[str, Any], doc_id: str, tally: Tally) -> Kept:
    if body["kind"] == "skipped":
        tally.skipped += 1
        row = {"doc_id": doc_id, "source": body["source"], "n_characters": body["n_characters"]}
        return Kept({"skipped": [row]})
    tally.documents += 1
    tally.tokens += body["n_tokens"]
    return Kept(body["rows"], body["text"])


def _failures(first: Line, others: Iterator[Line]) -> Iterator[Row]:
    yield first[-1]["failure"]
    for line in others:
        yield line[-1]["failure"]


def _doc_id(line: Line) -> str:
    return str(line[0])


def _by_place(row: Row) -> tuple[str, str]:
    return row["source"], row["error"]
