"""What a part of a run holds: an entry for each document, skipped text, deletion and failure.

An entry is a line (see :mod:`pipeline.work.sorted_lines`) whose key puts a document before the
failures that name its id, and documents with one id in the order of their places, which is that
of the inputs, whichever shard reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import merge
from itertools import chain, groupby
from typing import Any

from pipeline.read.inputs import Place, taken
from pipeline.records import Annotation, Deleted, Document, Failure
from pipeline.tabulate import Row, cooccurrence_rows, document_row, mention_row, relation_rows
from pipeline.texts import text_line
from pipeline.work.sorted_lines import Line

ENTRIES = "shard.jsonl.gz"  # beside the tables of a shard: all its entries, in short
OF_TEXT, FAILURE = 0, 1  # second element of a key


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of the result by table, a line of ``texts.jsonl`` or "", and an entry in short, by
    which a shard is joined to others."""

    rows: dict[str, list[Row]]
    text: str = ""
    entry: Line | None = None


@dataclass(slots=True)
class Tally:
    """What became of the documents that were read: of all shards, all else of this one."""

    read: int = 0
    documents: int = 0
    skipped: int = 0
    deleted: int = 0
    replaced: int = 0
    tokens: int = 0


def annotated(annotation: Annotation, place: Place, *, cooccurrence: bool, text: bool) -> Line:
    """The entry of a document that went through the route."""
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


def skipped(document: Document, place: Place) -> Line:
    """The entry of a document that triage left out."""
    return _of_text(document, place, {"kind": "skipped", "n_characters": len(document.text)})


def deleted(deletion: Deleted, place: Place) -> Line:
    """The entry of a deletion."""
    body = {"kind": "deleted", "revision": 1, "source": deletion.source}
    return [deletion.doc_id, OF_TEXT, *place, body]


def failed(failure: Failure) -> Line:
    """The entry of what could not be read."""
    key = [failure.doc_id, FAILURE, failure.source, failure.error]
    return [*key, {"kind": "failure", "failure": _failure(failure)}]


def _of_text(document: Document, place: Place, body: dict[str, Any]) -> Line:
    about = {"revision": document.revision, "source": document.source}
    return [document.doc_id, OF_TEXT, *place, body | about]


def _failure(failure: Failure) -> Row:
    return {
        "doc_id": failure.doc_id, "source": failure.source, "step": failure.step,
        "error": failure.error,
    }  # fmt: skip


def settled(lines: Iterable[Line], tally: Tally) -> Iterator[Kept]:
    """What holds of sorted entries: of documents with one id the first, or of those that their
    source says again the latest; ``tally`` counts. Each entry comes too, in the same order.

    An entry that held when its turn came is in short, without its rows. They are those that its
    document has in the end; or a later entry took its place, and would so among more entries.
    One that did not hold is whole, for among more entries it may.
    """
    for doc_id, group in groupby(lines, key=_doc_id):
        own: list[Kept] = []
        kept: dict[str, Any] | None = None
        others = iter(group)
        failures: Iterator[Kept] = iter(())
        for line in others:
            body = line[-1]
            if line[1] == FAILURE:
                failures = _failures(line, others)
                break
            kept = _latest(kept, body, doc_id, own, tally)
            yield Kept({}, entry=_short(line) if kept is body else line)
        if kept is not None and kept["kind"] == "failed":
            own.append(Kept({"failures": [kept["failure"]]}))
        elif kept is not None:
            yield _kept(kept, doc_id, tally)
        yield from merge(sorted(own, key=_by_place), failures, key=_by_place)


def _latest(
    kept: dict[str, Any] | None,
    body: dict[str, Any],
    doc_id: str,
    failures: list[Kept],
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
    twin = taken(Document(doc_id, "", body["source"]), kept["source"])
    failures.append(Kept({"failures": [_failure(twin)]}))
    return kept


def _short(line: Line) -> Line:
    """An entry without the rows that stand in tables."""
    body = {name: value for name, value in line[-1].items() if name not in ("rows", "text")}
    return [*line[:-1], body]


def _kept(body: dict[str, Any], doc_id: str, tally: Tally) -> Kept:
    if body["kind"] == "skipped":
        tally.skipped += 1
        row = {"doc_id": doc_id, "source": body["source"], "n_characters": body["n_characters"]}
        return Kept({"skipped": [row]})
    tally.documents += 1
    tally.tokens += body["n_tokens"]
    return Kept(body["rows"], body["text"])


def _failures(first: Line, others: Iterator[Line]) -> Iterator[Kept]:
    for line in chain((first,), others):
        yield Kept({"failures": [line[-1]["failure"]]}, entry=line)


def _doc_id(line: Line) -> str:
    return str(line[0])


def _by_place(failing: Kept) -> tuple[str, str]:
    (row,) = failing.rows["failures"]
    return row["source"], row["error"]
