"""Scores by document and by register: abstract, full text, patient page and so on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.evaluate.intervals import Row, count_scores
from pipeline.evaluate.scores import ALL, DocumentMatch, without_precision
from pipeline.gold.jsonl import gold_line
from pipeline.records import LABELS, PREDICATES, content_id

UNNAMED = "(none)"
Counts = tuple[int, int, int]  # tp, fp, fn
PARTS = {"mention": (*LABELS, ALL), "relation": (*PREDICATES, ALL)}


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """Of one gold document: relaxed counts by part and name, and a digest of its gold, by
    which figures of another evaluation can be told to rest on the same gold."""

    doc_id: str
    register: str
    digest: str
    counts: dict[tuple[str, str], Counts]
    recall_only: tuple[str, ...] = ()  # predicates whose false hits nobody judged

    def is_blind(self, part: str, name: str) -> bool:
        """Whether false hits could not be counted here, so that only recall is defined; of all
        predicates together where right ones of such a predicate are among them."""
        if part != "relation":
            return False
        found = any(self.counts["relation", one][0] for one in self.recall_only)
        return name in self.recall_only or (name == ALL and found)


def document_counts(matches: Sequence[DocumentMatch]) -> list[DocumentCounts]:
    """One item a document, in the order of gold."""
    return [
        DocumentCounts(
            match.gold.id,
            match.gold.register_ or UNNAMED,
            content_id(gold_line(match.gold)),
            {("mention", name): _mentions(match, name) for name in PARTS["mention"]}
            | {("relation", name): _relations(match, name) for name in PARTS["relation"]},
            match.gold.recall_only,
        )
        for match in matches
    ]


def _mentions(match: DocumentMatch, name: str) -> Counts:
    relaxed = match.mentions["relaxed"]
    return (
        sum(name in (ALL, gold.label) for gold, _ in relaxed.found),
        sum(name in (ALL, predicted.label) for predicted in relaxed.false),
        sum(name in (ALL, gold.label) for gold in relaxed.missed),
    )


def _relations(match: DocumentMatch, name: str) -> Counts:
    relaxed = match.relations["relaxed"]
    return (
        sum(name in (ALL, gold.predicate) for gold, _ in relaxed.found),
        sum(name in (ALL, predicted.predicate) for predicted in relaxed.false),
        sum(name in (ALL, gold.predicate) for gold in relaxed.missed),
    )


def register_scores(documents: Sequence[DocumentCounts]) -> list[Row]:
    """Rows by register, part and name, relaxed; registers by name."""
    by_register: dict[str, list[DocumentCounts]] = defaultdict(list)
    for document in documents:
        by_register[document.register].append(document)
    rows: list[Row] = []
    for register, group in sorted(by_register.items()):
        for part, names in PARTS.items():
            for name in names:
                tp, fp, fn = (
                    sum(document.counts[part, name][i] for document in group) for i in range(3)
                )
                row: dict[str, object] = {
                    "register": register,
                    "n_documents": len(group),
                    "part": part,
                    "name": name,
                }
                row |= count_scores(tp, fp, fn)
                blind = any(document.is_blind(part, name) for document in group)
                rows.append(without_precision(row) if blind else row)
    return rows
