"""Which facts of a run stand on the page, with which of their sentences, and where the marks
in these sentences are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipeline.curate.corrected import REVIEW_COLUMNS
from pipeline.report.reviewed import outcome
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
    """What a page holds at most: facts, rows of evidence a fact and side (``few`` of a run with
    more than ``many`` relations, so that more facts have room), and bytes of sentences in
    all. ``listed`` are the rows of the tables of concepts and of documents."""

    facts: int = 10_000
    rows: int = 25
    few: int = 4
    many: int = 10_000
    size: int = 3_500_000
    listed: int = 5_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of ``network.csv`` with its evidence on the page, as places in
    :attr:`Evidence.rows`: what states it, what denies it, and what other rows contradict it.
    ``n_pair`` counts the documents of all facts with its predicate, subject and object,
    whatever their effect, ``n_way`` those among them that say up or down where any does, else
    those that state it at all, ``n_more`` the rows of its evidence that are not on the page,
    ``reviews`` what people decided about its rows, all of them."""

    row: Row
    stated: tuple[int, ...]
    denied: tuple[int, ...]
    against: tuple[int, ...]
    n_pair: int
    n_way: int
    n_more: int
    reviews: tuple[str, ...] = ()

    @property
    def only_hedged(self) -> bool:
        """Somebody states it, but always as possible."""
        return bool(self.stated) and not self.row["n_asserted"]


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
    decided = [name for name in REVIEW_COLUMNS if name in relations.columns]
    for row in records(relations, [*NEEDED, *decided]):
        by_id[row["relation_id"]] = row
    evidence = Evidence(len(network), len(relations))
    facts = list(records(network, [str(name) for name in network.columns]))
    n_documents = _documents_of_pairs(facts, by_id)
    places: dict[str, int] = {}
    sentences: set[str] = set()
    left = limits.size
    most = limits.rows if len(relations) <= limits.many else limits.few
    for row in facts:
        own = _rows(row["relation_ids"], by_id)
        against = _rows(row["contradicting_ids"], by_id)
        stated = [one for one in own if not one["negated"]]
        sides = [side[:most] for side in (stated, [one for one in own if one["negated"]], against)]
        new = {one["sentence"] for side in sides for one in side} - sentences
        left -= sum(map(_weight, new))
        if left < 0 or len(evidence.facts) == limits.facts:
            break
        sentences |= new
        kept = [_placed(side, places, evidence.rows) for side in sides]
        more = len(own) + len(against) - sum(map(len, kept))
        counts = n_documents[pair_of(row)]
        reviews = tuple(sorted({outcome(one) for one in own}))
        evidence.facts.append(Fact(row, kept[0], kept[1], kept[2], *counts, more, reviews))
    return evidence


def pair_of(row: Row) -> tuple[str, ...]:
    """Predicate, subject and object of a fact: what it shares with those of another effect."""
    ends = (f"{role}_{key}" for role in ("subject", "object") for key in ("id", "name", "label"))
    return str(row["predicate"]), *(str(row[end]) for end in ends)


def _documents_of_pairs(
    facts: Iterable[Row], by_id: Mapping[str, Row]
) -> dict[tuple[str, ...], tuple[int, int]]:
    """``n_pair`` and ``n_way`` of :class:`Fact`."""
    found: dict[tuple[str, ...], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for fact in facts:
        said = found[pair_of(fact)]
        for row in _rows(fact["relation_ids"], by_id):
            said["denied" if row["negated"] else row["effect"]].add(row["doc_id"])
    return {
        pair: (
            len(set().union(*said.values())),
            len(said["positive"] | said["negative"] or said["unspecified"] or said["denied"]),
        )
        for pair, said in found.items()
    }


def _weight(sentence: str) -> int:
    """About how many bytes it takes on the page, where markup is escaped."""
    shown = sentence[:LONGEST]
    return len(shown.encode()) + 5 * sum(map(shown.count, "<>&"))


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
