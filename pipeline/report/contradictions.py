"""Facts that the documents disagree about, each with both of its sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.report.evidence import Fact, Row, pair_of


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A fact as the claim (its place among the facts), and the evidence on both sides, as places
    among the rows: what states it, and what denies it or states the opposite."""

    claim: int
    stated: tuple[int, ...]
    against: tuple[int, ...]


def contradictions(facts: Sequence[Fact], rows: Sequence[Row]) -> list[Contradiction]:
    """One of each disagreement, first those whose weaker side has the best score.

    ``rows`` are those that the facts point to. A side is as good as its best row: where one side
    is a single doubtful row, it was probably misread.

    The claim is the best supported fact that somebody states. Another fact of the same pair,
    the opposite say, is not a disagreement of its own where all its sentences stand on either
    side of an earlier one.
    """
    found: list[Contradiction] = []
    told: dict[tuple[str, ...], list[set[int]]] = {}
    for at, fact in enumerate(facts):
        against = tuple(dict.fromkeys((*fact.denied, *fact.against)))
        if not fact.row["contradicted"] or not fact.stated or not against:
            continue
        both = {*fact.stated, *against}
        earlier = told.setdefault(pair_of(fact.row), [])
        if not any(both <= one for one in earlier):
            earlier.append(both)
            found.append(Contradiction(at, fact.stated, against))
    return sorted(found, key=lambda one: _weaker(one, rows), reverse=True)


def _weaker(one: Contradiction, rows: Sequence[Row]) -> tuple[float, int]:
    """Score and number of documents of the weaker side."""
    sides = [[rows[at] for at in side] for side in (one.stated, one.against)]
    return min(
        (max(row["score"] for row in side), len({row["doc_id"] for row in side})) for side in sides
    )
