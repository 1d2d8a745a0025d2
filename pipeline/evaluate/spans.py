"""Which predicted mention is which gold mention: strict and relaxed, one to one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from pipeline.gold.records import GoldDocument, GoldMention
from pipeline.records import LABELS, Mention

SpanKey = tuple[int, int, str]  # start, end (characters), label


class Span(Protocol):
    """What a gold and a predicted mention share."""

    @property
    def start(self) -> int: ...
    @property
    def end(self) -> int: ...
    @property
    def label(self) -> str: ...


@dataclass(frozen=True, slots=True)
class MentionMatch:
    """The mentions of one document, sorted into right, missed, false and not counted.

    ``optional`` pairs predictions with optional gold; ``neutral`` are all predictions
    that count neither way (those, and whatever else overlaps an optional mention).
    """

    found: list[tuple[GoldMention, Mention]]
    missed: list[GoldMention]
    false: list[Mention]
    optional: list[tuple[GoldMention, Mention]]
    neutral: list[Mention]


def span_key(span: Span) -> SpanKey:
    return span.start, span.end, span.label


def overlap(a: Span, b: Span) -> int:
    """Shared characters, 0 when the spans only touch. Labels are not looked at."""
    return max(0, min(a.end, b.end) - max(a.start, b.start))


def _groups(
    gold: Sequence[Span], predicted: Sequence[Span]
) -> Iterator[tuple[list[int], list[int]]]:
    """Index lists (gold, predicted) of one label that hang together by overlap."""
    by_label: dict[str, list[tuple[int, int, bool, int]]] = defaultdict(list)
    for is_predicted, spans in ((False, gold), (True, predicted)):
        for index, span in enumerate(spans):
            by_label[span.label].append((span.start, span.end, is_predicted, index))
    for label in sorted(by_label):
        group: tuple[list[int], list[int]] = ([], [])
        reach = -1
        for start, end, is_predicted, index in sorted(by_label[label]):
            if start >= reach and any(group):
                yield group
                group = ([], [])
            group[is_predicted].append(index)
            reach = max(reach, end)
        if any(group):
            yield group


def assign(
    gold: Sequence[Span], predicted: Sequence[Span], *, strict: bool
) -> list[tuple[int, int]]:
    """Pairs of indices (gold, predicted), each index at most once.

    The most pairs that are possible; among those the most exact ones; among those the
    largest overlap. Strict: pairs of equal start, end and label only.
    """
    from scipy.optimize import linear_sum_assignment  # type: ignore[import-untyped]

    pairs: list[tuple[int, int]] = []
    for gold_indices, predicted_indices in _groups(gold, predicted):
        # The share of each wish stays under 1 in sum, so that none outvotes the one before.
        share = 1 / (min(len(gold_indices), len(predicted_indices)) + 1)
        weights = [
            [_weight(gold[g], predicted[p], share, strict) for p in predicted_indices]
            for g in gold_indices
        ]
        if not weights or not weights[0]:
            continue
        rows, columns = linear_sum_assignment(weights, maximize=True)
        pairs += [
            (gold_indices[row], predicted_indices[column])
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True)
            if weights[row][column] > 0
        ]
    return sorted(pairs)


def _weight(gold: Span, predicted: Span, share: float, strict: bool) -> float:
    exact = span_key(gold) == span_key(predicted)
    shared = overlap(gold, predicted)
    if not shared or (strict and not exact):
        return 0.0
    union = max(gold.end, predicted.end) - min(gold.start, predicted.start)
    return 1 + share * (exact + share * shared / union)


def scored(match: MentionMatch, document: GoldDocument) -> MentionMatch:
    """What counts of a match: labels that were annotated without a gap. In a partial document
    these are none unless it names some: of mentions that only stand there as arguments hits
    would count and false ones could not."""
    labels = document.labels
    if labels is None:
        labels = () if document.partial else LABELS
    return MentionMatch(
        found=[pair for pair in match.found if pair[0].label in labels],
        missed=[mention for mention in match.missed if mention.label in labels],
        false=[mention for mention in match.false if mention.label in labels],
        optional=match.optional,
        neutral=match.neutral,
    )


def match_mentions(
    gold: Sequence[GoldMention], predicted: Sequence[Mention], *, strict: bool
) -> MentionMatch:
    """Compare the mentions of one document.

    Gold that counts is served first; what is left over and overlaps an optional gold
    mention, under whatever label, is neither right nor wrong.
    """
    required = [mention for mention in gold if not mention.optional]
    optional = [mention for mention in gold if mention.optional]
    pairs = assign(required, predicted, strict=strict)
    hit_gold = {g for g, _ in pairs}
    hit_predicted = {p for _, p in pairs}
    rest = [mention for p, mention in enumerate(predicted) if p not in hit_predicted]
    optional_pairs = assign(optional, rest, strict=strict)
    neutral = [mention for mention in rest if any(overlap(mention, o) for o in optional)]
    neutral_keys = {span_key(mention) for mention in neutral}
    return MentionMatch(
        found=[(required[g], predicted[p]) for g, p in pairs],
        missed=[mention for g, mention in enumerate(required) if g not in hit_gold],
        false=[mention for mention in rest if span_key(mention) not in neutral_keys],
        optional=[(optional[g], rest[p]) for g, p in optional_pairs],
        neutral=neutral,
    )
