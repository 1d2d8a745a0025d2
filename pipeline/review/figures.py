"""How far a review has come, how many of the rows were right, how far curators agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from pipeline.curate.carry import Standing
from pipeline.curate.reviews import ARGUMENTS, FIXES
from pipeline.evaluate.intervals import cohen_kappa, ratio, wilson

# Corrections that make of a row another relation; others leave it, with other attributes.
RELATION_FIXES = (
    "new_predicate",
    *(f"new_{role}_{what}" for role in ARGUMENTS for what in ("start", "end", "label")),
)


def verdict(standing: Standing) -> str:
    """``right``, ``attributes`` (the relation is right, what is said of it is not), ``wrong``,
    or ``unsure``."""
    decision, review = standing.decision, standing.review
    if decision == "accept":
        return "right"
    if decision == "fix":
        changed = any(review.cells.get(name) for name in RELATION_FIXES)
        return "wrong" if changed else "attributes"
    return "unsure" if decision == "unsure" else "wrong"


def opinion(standing: Standing) -> str:
    """A decision by which curators are compared: two fixes are alike where they correct alike."""
    if standing.decision != "fix":
        return standing.decision
    cells = standing.review.cells
    return "\x1f".join(("fix", *(cells.get(name, "") for name in FIXES)))


class Tally:
    """Counts of what curators decided, kept up to date decision by decision."""

    def __init__(self) -> None:
        self._verdicts: dict[str, Counter[tuple[str, str, str]]] = defaultdict(Counter)
        self._pairs: dict[tuple[str, str], Counter[tuple[str, str]]] = defaultdict(Counter)

    def count(
        self, kind: tuple[str, str], curator: str, of_row: Mapping[str, Standing], n: int
    ) -> None:
        """Add (``n`` = 1) or take away (-1) a curator's decision about a row; ``kind`` is its
        predicate and rule, ``of_row`` what all decided about it, this curator among them."""
        mine = of_row[curator]
        self._verdicts[curator][*kind, verdict(mine)] += n
        for other, one in of_row.items():
            if other < curator:
                self._pairs[other, curator][opinion(one), opinion(mine)] += n
            elif other > curator:
                self._pairs[curator, other][opinion(mine), opinion(one)] += n

    def progress(self, curator: str) -> dict[str, Any]:
        """The figures of a curator, overall, by predicate and by rule."""
        by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        for (predicate, rule, said), n in self._verdicts[curator].items():
            for key in (("all", ""), ("predicate", predicate), ("rule", rule)):
                by[key][said] += n
        parts: dict[str, list[dict[str, Any]]] = {"predicate": [], "rule": []}
        for (kind, name), counts in sorted(by.items(), key=lambda one: (-one[1].total(), one[0])):
            if kind != "all" and counts.total():
                parts[kind].append({"name": name, **_shares(counts)})
        return {**_shares(by["all", ""]), **parts}

    def agreement(self) -> list[dict[str, Any]]:
        """For each two curators how many rows both decided, how many alike, and Cohen's kappa."""
        found = []
        for names, counts in sorted(self._pairs.items()):
            judged = list(counts.elements())
            if judged:
                alike = sum(a == b for a, b in judged)
                kappa = cohen_kappa(judged)
                found.append(
                    {"curators": [*names], "both": len(judged), "alike": alike, "kappa": kappa}
                )
        return found


def _shares(counts: Counter[str]) -> dict[str, Any]:
    right, attributes, wrong = (counts[key] for key in ("right", "attributes", "wrong"))
    judged = right + attributes + wrong
    low, high = wilson(right + attributes, judged)
    whole_low, whole_high = wilson(right, judged)
    return {
        "reviewed": counts.total(),
        "judged": judged,
        "right": right + attributes,
        "precision": ratio(right + attributes, judged),
        "low": low,
        "high": high,
        "wholly_right": right,
        "whole": ratio(right, judged),
        "whole_low": whole_low,
        "whole_high": whole_high,
        "unsure": counts["unsure"],
    }
