"""Distinct facts over a corpus, from the rows of ``relations.csv``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from pipeline.recognise.fine import folded_text

COLUMNS = (
    "predicate", "subject_id", "subject_name", "subject_label", "object_id", "object_name",
    "object_label", "effect", "n_documents", "n_sentences", "n_negated", "n_hedged",
    "contradicted", "score", "relation_ids",
)  # fmt: skip
_OPPOSITE = {"positive": "negative", "negative": "positive"}

Row = dict[str, Any]


def name_of(row: Row, role: str) -> str:
    """The concept's name, or the folded words of a mention that was not grounded."""
    name: str = row[f"{role}_name"]
    return name or folded_text(row[f"{role}_text"])


def network(relations: Sequence[Row]) -> list[Row]:
    """One row per predicate, subject, object and effect; the best supported first.

    ``contradicted``: some sentence says the opposite, by effect or by negation.
    ``score``: the chance that at least one of the sentences was read rightly, the
    sentences taken as independent.
    """
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in relations:
        key = (row["predicate"], *_concept(row, "subject"), *_concept(row, "object"), row["effect"])
        groups[key].append(row)
    asserted = {key for key, rows in groups.items() if any(not r["negated"] for r in rows)}
    denied = {key[:-1] for key, rows in groups.items() if any(r["negated"] for r in rows)}
    facts = [_fact(key, rows, _contradicted(key, asserted, denied)) for key, rows in groups.items()]
    return sorted(
        facts,
        key=lambda f: (
            -f["n_documents"], -f["n_sentences"], f["predicate"], f["subject_name"],
            f["object_name"], f["subject_label"], f["object_label"], f["effect"],
        ),
    )  # fmt: skip


def _concept(row: Row, role: str) -> tuple[str, str, str]:
    return row[f"{role}_id"], name_of(row, role), row[f"{role}_label"]


def _contradicted(
    key: tuple[str, ...], asserted: set[tuple[str, ...]], denied: set[tuple[str, ...]]
) -> bool:
    opposite = _OPPOSITE.get(key[-1])
    if opposite and (*key[:-1], opposite) in asserted and key in asserted:
        return True
    positively = any((*key[:-1], effect) in asserted for effect in (*_OPPOSITE, "unspecified"))
    return key[:-1] in denied and positively


def _fact(key: tuple[str, ...], rows: list[Row], contradicted: bool) -> Row:
    missed = 1.0
    for row in rows:
        missed *= 1.0 - float(row["score"])
    values = (*key[:8], len({r["doc_id"] for r in rows}),
              len({(r["doc_id"], r["sentence_start"]) for r in rows}),
              sum(bool(r["negated"]) for r in rows), sum(bool(r["hedged"]) for r in rows),
              contradicted, round(1.0 - missed, 4),
              ";".join(r["relation_id"] for r in rows))  # fmt: skip
    return dict(zip(COLUMNS, values, strict=True))
