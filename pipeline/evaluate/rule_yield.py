"""What each relation rule gives over gold: right and false relations, and their shares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence

from pipeline.evaluate.intervals import Row, ratio, wilson
from pipeline.evaluate.scores import DocumentMatch
from pipeline.records import Relation

LEARNED = "learned"  # a trained layer: one name for all predicates, so one row for each
RULE_COLUMNS = [
    "rule",
    "predicates",
    "tp",
    "fp",
    "neutral",
    "precision",
    "precision_low",
    "precision_high",
    "share_of_found",
]


def rule_scores(matches: Sequence[DocumentMatch], book: Mapping[str, str]) -> list[Row]:
    """One row a rule, by relaxed matching: most found first, then fewest false hits, then name.

    ``book`` gives the predicate of every rule that there is: one that gave no relation has
    zeros, which also befalls a rule whose pairs a surer one joined. A composed rule
    (``a+b``) is one of its own. ``neutral`` relations count neither way, predicates whose false
    hits nobody judged are left out; ``share_of_found`` is the rule's part of all found relations,
    ``predicates`` are joined by ``|``.
    """
    tally: Counter[tuple[str, str]] = Counter()
    predicates: dict[str, set[str]] = defaultdict(set)
    for rule, predicate in book.items():
        predicates[rule].add(predicate)
    for match in matches:
        relations = match.relations["relaxed"]
        outcomes = {
            "tp": [
                predicted
                for gold, predicted in relations.found
                if gold.predicate not in match.gold.recall_only
            ],
            "fp": relations.false,
            "neutral": relations.neutral,
        }
        for outcome, hits in outcomes.items():
            for relation in hits:
                tally[_name(relation), outcome] += 1
                predicates[_name(relation)].add(relation.predicate)
    n_found = sum(tally[rule, "tp"] for rule in predicates)
    order = sorted(predicates, key=lambda rule: (-tally[rule, "tp"], tally[rule, "fp"], rule))
    return [_row(rule, predicates[rule], tally, n_found) for rule in order]


def _name(relation: Relation) -> str:
    if relation.rule == LEARNED:
        return f"{LEARNED} ({relation.predicate})"
    return relation.rule or "(none)"


def _row(rule: str, predicates: set[str], tally: Counter[tuple[str, str]], n_found: int) -> Row:
    tp, fp = tally[rule, "tp"], tally[rule, "fp"]
    low, high = wilson(tp, tp + fp)
    return {
        "rule": rule,
        "predicates": "|".join(sorted(predicates)),
        "tp": tp,
        "fp": fp,
        "neutral": tally[rule, "neutral"],
        "precision": ratio(tp, tp + fp),
        "precision_low": low,
        "precision_high": high,
        "share_of_found": ratio(tp, n_found),
    }


def gave_nothing(row: Row) -> bool:
    """Whether a row of :func:`rule_scores` is that of a rule that gave no relation at all."""
    return not (row["tp"] or row["fp"] or row["neutral"])
