"""Precision, recall, F1 and Wilson intervals, where 0/0 stays undefined (None)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt

Z_95 = 1.959963984540054  # two-sided 95 %

Row = Mapping[str, object]  # one row of a score table or of an error list


def ratio(numerator: float, denominator: float) -> float | None:
    """The quotient, or None when the denominator is zero: an undefined score is not 0."""
    return numerator / denominator if denominator else None


def wilson(successes: int, trials: int, z: float = Z_95) -> tuple[float | None, float | None]:
    """Lower and upper bound of the Wilson score interval of a proportion.

    Both bounds are None when there was no trial. Raises ValueError when the counts
    are impossible.
    """
    if not 0 <= successes <= trials:
        raise ValueError(f"{successes} successes in {trials} trials")
    if trials == 0:
        return None, None
    share = successes / trials
    scale = 1 + z * z / trials
    centre = (share + z * z / (2 * trials)) / scale
    half = z / scale * sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    # At the ends the bound is 0 or 1 exactly, which rounding of floats would miss.
    low = 0.0 if successes == 0 else max(0.0, centre - half)
    high = 1.0 if successes == trials else min(1.0, centre + half)
    return low, high


def cohen_kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa of two judges over the same things: agreement with chance taken off.

    None where nothing was judged, or both judges know only one value.
    """
    if not pairs:
        return None
    n = len(pairs)
    first, second = (Counter(side) for side in zip(*pairs, strict=True))
    chance = sum(count * second[name] for name, count in first.items())
    alike = sum(one == other for one, other in pairs)
    return None if chance == n * n else (alike * n - chance) / (n * n - chance)


def f1_score(tp: int, fp: int, fn: int) -> float | None:
    """F1 from counts: 0 when gold exists and nothing was found, None when there is neither."""
    return ratio(2 * tp, 2 * tp + fp + fn)


def count_scores(tp: int, fp: int, fn: int) -> dict[str, object]:
    """The columns every score table shares: counts, P, R, F1 and intervals of P and R."""
    precision_low, precision_high = wilson(tp, tp + fp)
    recall_low, recall_high = wilson(tp, tp + fn)
    return {
        "tp": tp,
        "fp": fp,
        "fn": fn,
        "precision": ratio(tp, tp + fp),
        "precision_low": precision_low,
        "precision_high": precision_high,
        "recall": ratio(tp, tp + fn),
        "recall_low": recall_low,
        "recall_high": recall_high,
        "f1": f1_score(tp, fp, fn),
    }
