"""What was read and found: the counts at the top of the page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import LABELS, PREDICATES
from pipeline.report.evidence import Row, records
from pipeline.result import Result

MOST_NAMED = 12


@dataclass(frozen=True, slots=True)
class Overview:
    """``mentions`` holds one row a label, ``relations`` one a predicate, each with counts;
    ``named`` the most named concepts of each label, ``failures`` what could not be read."""

    cards: list[tuple[str, int]]
    mentions: list[Row]
    relations: list[Row]
    named: list[tuple[str, list[Row]]]
    failures: list[Row]


def overview(result: Result) -> Overview:
    frames = result.frames
    cards = [
        ("documents", len(frames.documents)),
        ("sentences", int(frames.documents["n_sentences"].sum())),
        ("mentions", len(frames.mentions)),
        ("relations", len(frames.relations)),
        ("facts", len(frames.network)),
        ("contradicted facts", int(frames.network["contradicted"].sum())),
        ("failures", len(frames.failures)),
    ]
    return Overview(
        cards,
        _mentions(result),
        _relations(result),
        [(label, named) for label in LABELS if (named := _most_named(result, label))],
        list(records(frames.failures, [str(name) for name in frames.failures.columns])),
    )


def _mentions(result: Result) -> list[Row]:
    rows = []
    for label in LABELS:
        mentions = result.frames.mentions
        mentions = mentions[mentions["label"] == label]
        concepts = result.frames.concepts
        rows.append(
            {
                "name": label,
                "mentions": len(mentions),
                "documents": int(mentions["doc_id"].nunique()),
                "concepts": int((concepts["label"] == label).sum()),
                "without a concept": int((mentions["concept_name"] == "").sum()),
            }
        )
    return _filled(rows, "mentions")


def _relations(result: Result) -> list[Row]:
    rows = []
    for predicate in PREDICATES:
        relations, facts = result.frames.relations, result.frames.network
        relations = relations[relations["predicate"] == predicate]
        rows.append(
            {
                "name": predicate,
                "relations": len(relations),
                "facts": int((facts["predicate"] == predicate).sum()),
                "up": int((relations["effect"] == "positive").sum()),
                "down": int((relations["effect"] == "negative").sum()),
                "hedged": int(relations["hedged"].sum()),
                "denied": int(relations["negated"].sum()),
            }
        )
    return _filled(rows, "relations")


def _filled(rows: Sequence[Row], key: str) -> list[Row]:
    """With the share of the largest, 0 to 100, for the bar beside the number."""
    most = max((row[key] for row in rows), default=0) or 1
    return [{**row, "share": round(100 * row[key] / most)} for row in rows]


def _most_named(result: Result, label: str) -> list[Row]:
    concepts = result.frames.concepts
    concepts = concepts[concepts["label"] == label]
    order = sorted(
        records(concepts, ("concept_name", "concept_id", "n_documents", "n_mentions")),
        key=lambda row: (-row["n_documents"], -row["n_mentions"], row["concept_name"]),
    )
    return order[:MOST_NAMED]
