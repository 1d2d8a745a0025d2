"""Precision and recall of relations over the score from which they are taken."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from pipeline.evaluate.intervals import Row, f1_score, ratio
from pipeline.evaluate.scores import ALL, DocumentMatch
from pipeline.records import PREDICATES


def curve_rows(matches: Sequence[DocumentMatch]) -> list[Row]:
    """For each predicate and for all: one row a distinct score, from the highest down, with what
    holds when only relations of at least this score are taken. Relaxed matching; predicates whose
    false hits nobody judged are left out."""
    recall_only = {name for match in matches for name in match.gold.recall_only}
    relaxed = [match.relations["relaxed"] for match in matches]
    judged = [
        (predicted.predicate, predicted.score, True)
        for one in relaxed
        for _, predicted in one.found
    ]
    judged += [
        (predicted.predicate, predicted.score, False) for one in relaxed for predicted in one.false
    ]
    wanted = [
        gold.predicate for one in relaxed for gold in [*one.missed, *(g for g, _ in one.found)]
    ]
    rows: list[Row] = []
    found = {predicate for predicate, _, right in judged if right}
    for name in (*PREDICATES, ALL):
        if name in recall_only or (name == ALL and recall_only & found):
            continue
        own = [(score, right) for predicate, score, right in judged if name in (ALL, predicate)]
        rows += _points(name, own, sum(name in (ALL, predicate) for predicate in wanted))
    return rows


def _points(name: str, judged: Iterable[tuple[float, bool]], n_gold: int) -> list[Row]:
    rows: list[Row] = []
    tp = fp = 0
    falling = sorted(judged, key=lambda one: -one[0])
    for score, same in groupby(falling, key=lambda one: one[0]):
        right = [is_right for _, is_right in same]
        tp += sum(right)
        fp += len(right) - sum(right)
        rows.append(
            {
                "predicate": name,
                "from_score": score,
                "n": tp + fp,
                "precision": ratio(tp, tp + fp),
                "recall": ratio(tp, n_gold),
                "f1": f1_score(tp, fp, n_gold - tp),
            }
        )
    return rows
