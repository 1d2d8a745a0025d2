"""Stretches of a document that are read as one text although marks between them are left out.

``Spans`` is a tuple of (start, end) document offsets in characters, ascending and not empty;
an offset "in the joined text" counts through their texts written one after another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Spans = tuple[tuple[int, int], ...]


def joined(text: str, spans: Spans) -> str:
    """The texts of the spans, one after another."""
    return "".join(text[start:end] for start, end in spans)


def select(spans: Spans, ranges: Iterable[tuple[int, int]]) -> Iterator[Spans]:
    """The spans under each range of the joined text; ranges ascend and do not overlap."""
    index = offset = 0  # of the span that holds the start of the range
    for start, end in ranges:
        while index < len(spans) and offset + spans[index][1] - spans[index][0] <= start:
            offset += spans[index][1] - spans[index][0]
            index += 1
        part: list[tuple[int, int]] = []
        here, at = index, offset
        while here < len(spans) and at < end:
            left, right = spans[here]
            part.append((left + max(start - at, 0), min(left + end - at, right)))
            at += right - left
            here += 1
        yield tuple(part)


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without white space at its edges (start == end when nothing is left)."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    return start, end
