"""Which facts of a run stand on the page, with which of their sentences, and where the marks
in these sentences are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.tables_in import TableError

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, Any]

# A longer sentence is a table or a list: the page shows the part around its marks.
LONGEST = 900
AROUND = 250
ELLIPSIS = "… "
NEEDED = (
    "relation_id", "doc_id", "section", "effect", "function", "negated", "hedged", "rule",
    "score", "signs", "sentence", "sentence_start", "subject_start", "subject_end",
    "object_start", "object_end", "trigger_start", "trigger_end",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Limits:
    """What a page holds at most: facts, rows of evidence a fact and side, and characters of
    sentences in all. ``listed`` are the rows of the tables of concepts and of documents."""

    facts: int = 10_000
    rows: int = 25
    characters: int = 2_500_000
    listed: int = 5_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of ``network.csv`` with its evidence on the page, as places in
    :attr:`Evidence.rows`: what states it, what denies it, and what other rows contradict it."""

    row: Row
    stated: tuple[int, ...]
    denied: tuple[int, ...]
    against: tuple[int, ...]


@dataclass
class Evidence:
    """The facts of the page, the best supported first, and the rows of ``relations.csv`` behind
    them. ``n_facts`` and ``n_rows`` count what the run has."""

    n_facts: int
    n_rows: int
    facts: list[Fact] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def kept_evidence(network: pd.DataFrame, relations: pd.DataFrame, limits: Limits) -> Evidence:
    """The best supported facts with their best evidence, as much of it as the limits allow.

    Raises TableError for a fact whose evidence is not in ``relations``.
    """
    by_id: dict[str, Row] = {}
    for row in records(relations, NEEDED):
        by_id[row["relation_id"]] = row
    evidence = Evidence(len(network), len(relations))
    places: dict[str, int] = {}
    sentences: set[str] = set()
    left = limits.characters
    for row in records(network, [str(name) for name in network.columns]):
        own = _rows(row["relation_ids"], by_id)
        sides = (
            [one for one in own if not one["negated"]][: limits.rows],
            [one for one in own if one["negated"]][: limits.rows],
            _rows(row["contradicting_ids"], by_id)[: limits.rows],
        )
        new = {one["sentence"] for side in sides for one in side} - sentences
        left -= sum(min(len(sentence), LONGEST) for sentence in new)
        if left < 0 or len(evidence.facts) == limits.facts:
            break
        sentences |= new
        evidence.facts.append(Fact(row, *(_placed(side, places, evidence.rows) for side in sides)))
    return evidence


def records(frame: pd.DataFrame, columns: Sequence[str]) -> Iterable[Row]:
    """The rows with these columns, in order, in Python's own types."""
    values = [frame[name].tolist() for name in columns]
    return (dict(zip(columns, cells, strict=True)) for cells in zip(*values, strict=True))


def _rows(ids: str, by_id: Mapping[str, Row]) -> list[Row]:
    try:
        return [by_id[one] for one in ids.split(";") if one]
    except KeyError as error:
        raise TableError(
            f"the network names the relation {error}, which the table of relations lacks; both "
            "must be of the same run: run it again"
        ) from error


def _placed(side: Sequence[Row], places: dict[str, int], rows: list[Row]) -> tuple[int, ...]:
    for row in side:
        if row["relation_id"] not in places:
            places[row["relation_id"]] = len(rows)
            rows.append(row)
    return tuple(places[row["relation_id"]] for row in side)


# --- a sentence and its marks -------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence, or the part of it around its marks, and the start and end of subject, object
    and trigger in it, in characters; -1 and -1 where there is no such mark."""

    text: str
    marks: tuple[int, ...]


def passage(row: Row) -> Passage:
    """The sentence of a row of ``relations.csv``; what lies outside of it is not marked."""
    text, start = row["sentence"], int(row["sentence_start"])
    marks: list[tuple[int, int]] = []
    for role in ("subject", "object", "trigger"):
        first, last = (_place(row[f"{role}_{end}"], start) for end in ("start", "end"))
        marks.append((first, last) if 0 <= first < last <= len(text) else (-1, -1))
    if len(text) <= LONGEST:
        return Passage(text, tuple(at for mark in marks for at in mark))
    return _cut(text, marks)


def _place(value: Any, start: int) -> int:
    """A relation without a trigger has ``<NA>`` for its place."""
    return value - start if isinstance(value, int) else -1


def _cut(text: str, marks: Sequence[tuple[int, int]]) -> Passage:
    there = [mark for mark in marks if mark[0] >= 0] or [(0, 0)]
    first = max(min(a for a, _ in there) - AROUND, 0)
    last = min(max(b for _, b in there) + AROUND, len(text), first + 3 * LONGEST)
    lead = ELLIPSIS if first else ""
    shift = len(lead) - first
    kept = [
        (a + shift, b + shift) if first <= a and b <= last and a >= 0 else (-1, -1)
        for a, b in marks
    ]
    tail = ELLIPSIS[::-1] if last < len(text) else ""
    return Passage(lead + text[first:last] + tail, tuple(at for mark in kept for at in mark))
