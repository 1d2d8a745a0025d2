"""Mentions against gold, by character offsets alone: what tokens can hold plays no part.

Matching is that of ``pipeline.evaluate``: one to one, strict (same start, end and label) or
relaxed (same label, overlapping).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.evaluate.intervals import f1_score, ratio
from pipeline.evaluate.spans import assign, overlap


class Span(NamedTuple):
    """Characters ``start:end`` of a text under a label."""

    start: int
    end: int
    label: str


@dataclass(frozen=True, slots=True)
class Gold:
    """The mentions of one text. ``neutral`` are stretches where a prediction that fits no
    mention is neither right nor wrong, whatever its label."""

    mentions: tuple[Span, ...]
    neutral: tuple[Span, ...] = ()


@dataclass(slots=True)
class Counts:
    """Right, false and missed items; the rates are None where nothing could be counted."""

    tp: int = 0
    fp: int = 0
    fn: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.tp + other.tp, self.fp + other.fp, self.fn + other.fn)

    @property
    def gold(self) -> int:
        return self.tp + self.fn

    @property
    def precision(self) -> float | None:
        return ratio(self.tp, self.tp + self.fp)

    @property
    def recall(self) -> float | None:
        return ratio(self.tp, self.gold)

    @property
    def f1(self) -> float | None:
        return f1_score(self.tp, self.fp, self.fn)


def compare(
    gold: Gold, predicted: Iterable[Span], labels: Collection[str], *, strict: bool
) -> dict[str, Counts]:
    """Counts of one text by label; mentions of other labels are not looked at."""
    wanted = [mention for mention in gold.mentions if mention.label in labels]
    said = sorted({mention for mention in predicted if mention.label in labels})
    pairs = assign(wanted, said, strict=strict)
    hit = {p for _, p in pairs}
    counts = {label: Counts() for label in labels}
    for mention in wanted:
        counts[mention.label].fn += 1
    for g, _ in pairs:
        counts[wanted[g].label].tp += 1
        counts[wanted[g].label].fn -= 1
    for p, mention in enumerate(said):
        if p not in hit and not any(overlap(mention, other) for other in gold.neutral):
            counts[mention.label].fp += 1
    return counts
