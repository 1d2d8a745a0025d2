"""Decisions of earlier reviews over the rows of a later run: what still holds, what does not.

A decision holds for a row that says what was judged: the same sentence, predicate and places (by
``relation_id``, which counts offsets from the sentence) and the same attributes. A row that says
what a correction asked for counts as accepted. Everything else is listed, with what there is now.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pipeline.curate.reviews import ARGUMENTS, Review

# What makes a row another statement, and what it says of that statement.
PLACES = tuple(f"{role}_{what}" for role in ARGUMENTS for what in ("start", "end", "label"))
ATTRIBUTES = (
    *("effect", "function", "negated", "hedged"),
    *(f"{role}_name" for role in ARGUMENTS),
)
ACCEPT = "accept"
Cells = Mapping[str, str]  # a row of relations.csv, all cells as text


@dataclass(frozen=True, slots=True)
class Standing:
    """A decision that holds for a row of the run. ``decision`` differs from the review's own
    where the run now says what a correction asked for: that is accepted."""

    relation_id: str
    decision: str
    review: Review


@dataclass(frozen=True, slots=True)
class Stale:
    """A decision that no longer applies: why, and the row that stands there now, if any."""

    review: Review
    reason: str
    relation_id: str = ""


@dataclass(slots=True)
class Carried:
    """``standing`` by row and curator; ``stale`` in the order of the reviews; ``fulfilled`` are
    corrections of other rows that a row now makes, also where its own decision goes before."""

    standing: dict[str, dict[str, Standing]] = field(default_factory=lambda: defaultdict(dict))
    stale: list[Stale] = field(default_factory=list)
    fulfilled: list[Standing] = field(default_factory=list)


class Rows(Protocol):
    """The rows of a run."""

    def row(self, relation_id: str) -> Cells | None:
        """The row with this id."""

    def of_document(self, doc_id: str) -> Sequence[Cells]:
        """All rows of a document."""

    def knows(self, doc_id: str) -> bool:
        """Whether the run read the document."""


class TableRows:
    """The rows of a table in memory; ``documents`` are those that the run read."""

    def __init__(self, rows: Iterable[Cells], documents: Iterable[str] = ()) -> None:
        self._by_id = {row["relation_id"]: row for row in rows}
        self._by_document: dict[str, list[Cells]] = defaultdict(list)
        for row in self._by_id.values():
            self._by_document[row["doc_id"]].append(row)
        self._documents = {*documents, *self._by_document}

    def row(self, relation_id: str) -> Cells | None:
        return self._by_id.get(relation_id)

    def of_document(self, doc_id: str) -> Sequence[Cells]:
        return self._by_document.get(doc_id, [])

    def knows(self, doc_id: str) -> bool:
        return doc_id in self._documents


def carry_over(reviews: Sequence[Review], rows: Rows) -> Carried:
    """Lay the decisions that hold (see :func:`pipeline.curate.reviews.holding`) over the rows."""
    carried = Carried()
    for review in reviews:
        found = standing_of(review, rows)
        if isinstance(found, Stale):
            carried.stale.append(found)
        elif found.relation_id != review.cells["relation_id"]:
            carried.fulfilled.append(found)
        else:
            carried.standing[found.relation_id][review.cells["curator"]] = found
    for found in carried.fulfilled:  # a decision about the row itself goes before
        known = carried.standing[found.relation_id]
        known.setdefault(found.review.cells["curator"], found)
    return carried


def standing_of(review: Review, rows: Rows) -> Standing | Stale:
    """What has become of one decision."""
    cells = review.cells
    row = rows.row(cells["relation_id"])
    if row is not None:
        changed = [name for name in ATTRIBUTES if row[name] != cells[name]]
        if not changed:
            return Standing(row["relation_id"], review.decision, review)
        if review.decision == "fix" and _says(row, review, shift_of(row, cells)):
            return Standing(row["relation_id"], ACCEPT, review)
        said = ", ".join(f"{name} {cells[name] or '–'} → {row[name] or '–'}" for name in changed)
        return Stale(review, f"the row says something else now: {said}", row["relation_id"])
    others = rows.of_document(cells["doc_id"])
    if review.decision == "fix":
        for other in others:
            if _says(other, review, 0):
                return Standing(other["relation_id"], ACCEPT, review)
    if not rows.knows(cells["doc_id"]):
        return Stale(review, "the document is not in this run")
    alike = [other for other in others if _same_words(other, cells)]
    if alike:
        nearest = min(alike, key=lambda other: abs(shift_of(other, cells)))
        return Stale(review, "its sentence has changed", nearest["relation_id"])
    for other in others:
        if _same_names(other, cells) and all(_overlap(other, cells, role) for role in ARGUMENTS):
            reason = "a row with other bounds stands there now"
            return Stale(review, reason, other["relation_id"])
    return Stale(review, "the run no longer has the row")


def _same_words(one: Cells, other: Cells) -> bool:
    names = ("predicate", *(f"{role}_{what}" for role in ARGUMENTS for what in ("text", "label")))
    return all(one[name] == other[name] for name in names)


def _same_names(one: Cells, other: Cells) -> bool:
    """Offsets that overlap say little once the text has moved: the words must have to do with
    one another."""
    if one["predicate"] != other["predicate"]:
        return False
    for role in ARGUMENTS:
        first, second = (cells[f"{role}_text"].casefold() for cells in (one, other))
        if not (first in second or second in first):
            return False
    return True


def _says(row: Cells, review: Review, shift: int) -> bool:
    """Whether a row says all that the correction asked for."""
    for name in ("predicate", *ATTRIBUTES, *PLACES):
        right = review.right(name)
        if name.endswith(("_start", "_end")):
            right = str(_at(right) + shift)
        if name.endswith("_name") and not review.cells.get(f"new_{name}"):
            continue  # nobody asked for this concept
        if row[name] != right and not (name == "function" and row["predicate"] != "ACTS_ON"):
            return False
    return True


def shift_of(row: Cells, cells: Cells) -> int:
    """By how many characters the text before the sentence grew since the review."""
    return _at(row["subject_start"]) - _at(cells["subject_start"])


def _overlap(one: Cells, other: Cells, role: str) -> bool:
    starts = max(_at(one[f"{role}_start"]), _at(other[f"{role}_start"]))
    ends = min(_at(one[f"{role}_end"]), _at(other[f"{role}_end"]))
    return starts < ends


def _at(cell: str) -> int:
    """A place in the text, in characters; -1 for what is none."""
    return int(cell) if cell.isdecimal() else -1
