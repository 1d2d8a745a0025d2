"""How far a review has come, how many of the rows were right, how far curators agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

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


def progress(verdicts: Iterable[tuple[str, str, str, int]], total: int) -> dict[str, Any]:
    """The figures of one curator over a run of ``total`` rows, overall, by predicate and by rule,
    from (predicate, rule, verdict, number of rows)."""
    by: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for predicate, rule, said, n in verdicts:
        for key in (("all", ""), ("predicate", predicate), ("rule", rule)):
            by[key][said] += n
    parts: dict[str, list[dict[str, Any]]] = {"predicate": [], "rule": []}
    for (kind, name), counts in sorted(by.items(), key=lambda one: (-one[1].total(), one[0])):
        if kind != "all":
            parts[kind].append({"name": name, **_shares(counts)})
    return {"total": total, **_shares(by["all", ""]), **parts}


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


def agreement(twice: Iterable[tuple[str, str, str, str, int]]) -> list[dict[str, Any]]:
    """For each two curators how many rows both decided, how many alike, and Cohen's kappa, from
    (curator, curator, decision, decision, number of rows)."""
    pairs: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for one, other, first, second, n in twice:
        pairs[one, other] += [(first, second)] * n
    return [
        {
            "curators": list(names),
            "both": len(judged),
            "alike": sum(a == b for a, b in judged),
            "kappa": cohen_kappa(judged),
        }
        for names, judged in sorted(pairs.items())
    ]
