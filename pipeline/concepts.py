"""``concepts.csv``: every concept of a run once, with what it is a kind of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import groupby
from typing import Any

from pipeline.ground.hierarchy import Hierarchy
from pipeline.ground.index import ConceptIndex
from pipeline.ground.targets import Target

COLUMNS = (
    "label", "concept_id", "concept_name", "n_documents", "n_mentions", "path", "ancestors",
    "ancestor_ids", "targets",
)  # fmt: skip
JOIN = "|"

Row = dict[str, Any]


def concept_rows(
    mentions: Iterable[Row], hierarchy: Hierarchy, index: ConceptIndex, targets: Iterable[Target]
) -> list[Row]:
    """One row a grounded concept, sorted by label and name; see :meth:`ConceptCounts.rows`."""
    counts = ConceptCounts()
    for _, rows in groupby(mentions, key=lambda row: row["doc_id"]):
        counts.add(rows)
    return counts.rows(hierarchy, index, targets)


class ConceptCounts:
    """How often each concept was found, document by document."""

    def __init__(self) -> None:
        self._counts: dict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0])

    def add(self, mentions: Iterable[Row]) -> None:
        """All mentions of one document."""
        found = Counter(
            (row["label"], row["concept_name"], row["concept_id"])
            for row in mentions
            if row["concept_name"]
        )
        for key, n in found.items():
            counts = self._counts[key]
            counts[0] += 1
            counts[1] += n

    def rows(
        self, hierarchy: Hierarchy, index: ConceptIndex, targets: Iterable[Target]
    ) -> list[Row]:
        """One row a grounded concept, sorted by label and name.

        ``path`` leads from the top to the concept by the longest way, ``ancestors`` are all
        that it is a kind of, the nearest first, with their ids in the same order; ``targets``
        are what a drug acts on (*TNF inhibits*). Lists are joined by ``|``.
        """
        acts_on: dict[str, list[str]] = defaultdict(list)
        for target in targets:
            acts_on[target.drug].append(f"{target.target} {target.effect}")
        rows = []
        for (label, name, concept_id), counts in sorted(self._counts.items()):
            above = hierarchy.ancestors(label, name)
            terms = [index.concept(label, one) for one in above]
            values = (
                label, concept_id, name, *counts,
                JOIN.join(hierarchy.path(label, name)), JOIN.join(above),
                JOIN.join(term.concept_id if term else "" for term in terms),
                JOIN.join(acts_on[name]) if label == "DRUG" else "",
            )  # fmt: skip
            rows.append(dict(zip(COLUMNS, values, strict=True)))
        return rows
