"""How far a review has come, how many of the rows were right, how far curators agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from pipeline.curate.carry import Standing
from pipeline.curate.reviews import ARGUMENTS, Review
from pipeline.evaluate.intervals import cohen_kappa, ratio, wilson

# Corrections that make of a row another relation; others leave it, with other attributes.
RELATION_FIXES = (
    "new_predicate",
    *(f"new_{role}_{what}" for role in ARGUMENTS for what in ("start", "end", "label")),
)


def verdict(decision: str, review: Review) -> str:
    """``right``, ``attributes`` (the relation is right, what is said of it is not), ``wrong``,
    or ``unsure``."""
    if decision == "accept":
        return "right"
    if decision == "fix":
        changed = any(review.cells.get(name) for name in RELATION_FIXES)
        return "wrong" if changed else "attributes"
    return "unsure" if decision == "unsure" else "wrong"


def progress(
    mine: Mapping[str, Standing], rows: Callable[[str], Mapping[str, str] | None], total: int
) -> dict[str, Any]:
    """The figures of one curator over a run of ``total`` rows: overall, by predicate, by rule."""
    by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for relation_id, standing in mine.items():
        row = rows(relation_id)
        if row is None:
            continue
        said = verdict(standing.decision, standing.review)
        for key in (("all", ""), ("predicate", row["predicate"]), ("rule", row["rule"])):
            by[key][said] += 1
            by[key]["n"] += 1
    parts: dict[str, list[dict[str, Any]]] = {"predicate": [], "rule": []}
    for (kind, name), counts in sorted(by.items(), key=lambda item: (-item[1]["n"], item[0])):
        if kind != "all":
            parts[kind].append({"name": name, **_shares(counts)})
    return {"total": total, **_shares(by["all", ""]), **parts}


def _shares(counts: Counter[str]) -> dict[str, Any]:
    right, attributes, wrong = (counts[key] for key in ("right", "attributes", "wrong"))
    judged = right + attributes + wrong
    low, high = wilson(right + attributes, judged)
    whole_low, whole_high = wilson(right, judged)
    return {
        "reviewed": counts["n"],
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


def agreement(
    standing: Mapping[str, Mapping[str, Standing]], curators: Sequence[str]
) -> list[dict[str, Any]]:
    """For each two curators how many rows both decided, how many alike, and Cohen's kappa, which
    is undefined (None) where chance alone would make them agree always."""
    found = []
    for one, other in combinations(curators, 2):
        pairs = [
            (by[one].decision, by[other].decision)
            for by in standing.values()
            if one in by and other in by
        ]
        alike = sum(a == b for a, b in pairs)
        found.append(
            {"curators": [one, other], "both": len(pairs), "alike": alike, "kappa": cohen_kappa(pairs)}
        )
    return found
