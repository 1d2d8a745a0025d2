"""Distinct facts over a corpus, from the rows of ``relations.csv``, with the evidence for
and against each."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from pipeline.recognise.fine import folded_text

COLUMNS = (
    "predicate", "subject_id", "subject_name", "subject_label", "object_id", "object_name",
    "object_label", "effect", "n_documents", "n_sentences", "n_negated", "n_hedged",
    "contradicted", "score", "relation_ids", "n_asserted", "n_contradicting",
    "contradicting_ids", "best_sentence",
)  # fmt: skip
# The sentence leaves open whether what was read holds: even odds.
HEDGED = 0.5
# Halved with every further row, all of them together weigh less than one more document
# that is as good as the best row (1/2 + 1/4 + ... < 1): a document is one witness.
SAME_DOCUMENT = 0.5
_OPPOSITE = {"positive": "negative", "negative": "positive"}

Row = dict[str, Any]


def name_of(row: Row, role: str) -> str:
    """The concept's name, or the folded words of a mention that was not grounded."""
    name: str = row[f"{role}_name"]
    return name or folded_text(row[f"{role}_text"])


def network(relations: Iterable[Row]) -> list[Row]:
    """One row per predicate, subject, object and effect; the best supported first.

    The counts ``n_sentences``, ``n_asserted`` (neither negated nor hedged), ``n_hedged``,
    ``n_negated`` and ``n_contradicting`` are of distinct sentences. The first four are of
    the fact's own evidence, ``relation_ids``: stated before hedged before denied, then by
    score. ``n_contradicting`` and ``contradicting_ids`` are of the facts of the same
    predicate and pair with another effect, see :func:`_against`. ``contradicted``: there
    are such, or the fact's own sentences both state and deny it. A fact that is only
    denied has its row, with as many ``n_negated`` as ``n_sentences``.
    """
    pairs: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in relations:
        pairs[pair_of(row)].append(row)
    facts = [fact for pair, rows in pairs.items() for fact in facts_of(pair, rows)]
    return sorted(facts, key=rank)


def pair_of(row: Row) -> tuple[str, ...]:
    """Predicate, subject and object of a relation: what its facts share, whatever the effect."""
    return (row["predicate"], *_concept(row, "subject"), *_concept(row, "object"))


def facts_of(pair: tuple[str, ...], rows: Iterable[Row]) -> list[Row]:
    """The facts of one pair, one an effect, from all its relations."""
    by_effect: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_effect[row["effect"]].append(row)
    return [
        _fact((*pair, effect), own, _against(effect, by_effect))
        for effect, own in by_effect.items()
    ]


def rank(fact: Row) -> tuple[Any, ...]:
    """What facts are sorted by: the best supported first."""
    return (
        -fact["n_documents"], -fact["n_sentences"], fact["predicate"], fact["subject_name"],
        fact["object_name"], fact["subject_label"], fact["object_label"], fact["effect"],
        fact["subject_id"], fact["object_id"],
    )  # fmt: skip


def _concept(row: Row, role: str) -> tuple[str, str, str]:
    return row[f"{role}_id"], name_of(row, role), row[f"{role}_label"]


def _against(effect: str, by_effect: Mapping[str, Sequence[Row]]) -> list[Row]:
    """The rows with another effect that contradict the fact with this one.

    What raises does not lower, so a statement contradicts one of the opposite effect; a
    denial contradicts every statement, except of the opposite effect (what does not lower
    may raise). A fact that is both stated and denied counts as stated.
    """
    stated = any(not row["negated"] for row in by_effect[effect])
    found: list[Row] = []
    for other, rows in by_effect.items():
        opposite = other == _OPPOSITE.get(effect)
        if other == effect or (opposite and not stated):
            continue
        denials = stated and not opposite
        found += [row for row in rows if bool(row["negated"]) == denials]
    return found


def _fact(key: tuple[str, ...], rows: Sequence[Row], against: Sequence[Row]) -> Row:
    best = sorted(rows, key=lambda r: (bool(r["negated"]), *_rank(r)))
    asserted = [r for r in rows if not r["negated"] and not r["hedged"]]
    negated = [r for r in rows if r["negated"]]
    values = (
        *key, len({r["doc_id"] for r in rows}), _sentences(rows), _sentences(negated),
        _sentences([r for r in rows if r["hedged"]]),
        bool(against) or 0 < len(negated) < len(rows), round(fact_score(rows), 4), _ids(best),
        _sentences(asserted), _sentences(against), _ids(sorted(against, key=_rank)),
        best[0]["marked_sentence"],
    )  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))


def _rank(row: Row) -> tuple[Any, ...]:
    """Plain before hedged, then by score, then in the order of the documents."""
    places = (int(row[name]) for name in ("sentence_start", "subject_start", "object_start"))
    score = -float(row["score"])
    return bool(row["hedged"]), score, row["doc_id"], *places, row["relation_id"]


def _sentences(rows: Sequence[Row]) -> int:
    return len({(r["doc_id"], r["sentence_start"]) for r in rows})


def _ids(rows: Sequence[Row]) -> str:
    return ";".join(r["relation_id"] for r in rows)


def fact_score(rows: Sequence[Row]) -> float:
    """The chance, 0 to 1, that a sentence that states the fact was read rightly and none
    that denies it, given that not both are right; of a fact that is only denied, the
    chance that a denial was read rightly. Documents are independent witnesses; see
    :func:`_missed` for the sentences of one."""
    statements = [row for row in rows if not row["negated"]]
    denied = _missed([row for row in rows if row["negated"]])
    if not statements:
        return 1.0 - denied
    stated = _missed(statements)
    right, wrong = denied * (1.0 - stated), stated
    return right / (right + wrong) if right + wrong else 0.5  # both sides certain


def _missed(rows: Sequence[Row]) -> float:
    """The chance that all rows are misread: of each document the best row counts with its
    score, each further one half as much as the one before; a hedged row counts half."""
    weights: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        weights[row["doc_id"]].append(float(row["score"]) * (HEDGED if row["hedged"] else 1.0))
    factors = [
        1.0 - weight * SAME_DOCUMENT**k
        for of_document in weights.values()
        for k, weight in enumerate(sorted(of_document, reverse=True))
    ]
    return math.prod(sorted(factors))  # sorted: the last digit must not depend on the order
