"""Whether scores mean what they say: relations by band of their score."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import fsum

from pipeline.evaluate.intervals import Row, ratio, wilson
from pipeline.evaluate.scores import ALL, DocumentMatch

EDGES = (0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


@dataclass(frozen=True, slots=True)
class Band:
    """The relations with a score from ``low`` up to ``high``, which is in the last band only.

    ``n`` of them count, ``right`` are found in gold; ``total`` is the sum of their scores.
    """

    low: float
    high: float
    n: int
    right: int
    total: float

    @property
    def name(self) -> str:
        return f"{self.low:.1f}-{self.high:.1f}"

    @property
    def precision(self) -> float | None:
        """The share that is right, None without relations."""
        return ratio(self.right, self.n)

    @property
    def interval(self) -> tuple[float | None, float | None]:
        """The Wilson interval of the precision; both bounds None without relations."""
        return wilson(self.right, self.n)

    @property
    def mean_score(self) -> float | None:
        """None without relations."""
        return ratio(self.total, self.n)

    @property
    def gap(self) -> float | None:
        """How far mean score and precision are apart, None without relations."""
        return ratio(abs(self.total - self.right), self.n)


def score_bands(matches: Sequence[DocumentMatch]) -> list[Band]:
    """All bands in order, by relaxed matching; relations that count neither way are left out,
    and those of predicates whose false hits nobody judged.

    Raises ValueError for a score that is not between 0 and 1.
    """
    scores: list[list[float]] = [[] for _ in EDGES[1:]]
    right = [0 for _ in scores]
    for match in matches:
        relations = match.relations["relaxed"]
        judged = [
            (predicted.score, True)
            for gold, predicted in relations.found
            if gold.predicate not in match.gold.recall_only
        ]
        judged += [(predicted.score, False) for predicted in relations.false]
        for score, is_right in judged:
            if not 0 <= score <= 1:  # also refuses what is no number
                where = f"document {match.gold.id!r}"
                raise ValueError(f"{where}: a relation has the score {score}, not one from 0 to 1")
            band = min(bisect_right(EDGES, score), len(scores)) - 1
            scores[band].append(score)
            right[band] += is_right
    return [
        Band(low, high, len(own), hits, fsum(own))
        for (low, high), own, hits in zip(pairwise(EDGES), scores, right, strict=True)
    ]


def whole(bands: Sequence[Band]) -> Band:
    """All relations as one band."""
    total = fsum(band.total for band in bands)
    n, right = sum(band.n for band in bands), sum(band.right for band in bands)
    return Band(EDGES[0], EDGES[-1], n, right, total)


def calibration_error(bands: Sequence[Band]) -> float | None:
    """Expected calibration error: the gaps of the bands, weighted by their relations; None
    without relations."""
    gaps = (abs(band.total - band.right) for band in bands)
    return ratio(fsum(gaps), sum(band.n for band in bands))


def band_rows(bands: Sequence[Band]) -> list[Row]:
    """A row each band, then one over all, whose calibration error is the expected one."""
    named = [(band.name, band, band.gap) for band in bands]
    named.append((ALL, whole(bands), calibration_error(bands)))
    return [
        {
            "band": name,
            "n": band.n,
            "right": band.right,
            "precision": band.precision,
            "precision_low": band.interval[0],
            "precision_high": band.interval[1],
            "mean_score": band.mean_score,
            "calibration_error": gap,
        }
        for name, band, gap in named
    ]
