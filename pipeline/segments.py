"""A stretch of text cut where its marks change, as the scripts of pages read it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

Span = tuple[int, int, str]  # start, end in characters of the document; role
# Text, the roles that mark it, the roles whose mark begins here. Cut in this way the script
# needs no offsets, which JavaScript would count otherwise (in UTF-16 units).
Segment = tuple[str, list[str], list[str]]


@dataclass(frozen=True, slots=True)
class Passage:
    """Words of a document from the character ``start`` on, with marks at document offsets."""

    start: int
    text: str
    spans: list[Span]


def segments(passage: Passage) -> list[Segment]:
    """The passage cut wherever a mark opens or closes."""
    length = len(passage.text)
    spans = [
        (max(first - passage.start, 0), min(last - passage.start, length), role)
        for first, last, role in passage.spans
    ]
    spans = [span for span in spans if span[0] < span[1]]
    cuts = sorted({0, length, *(at for span in spans for at in span[:2])})
    found: list[Segment] = []
    for first, last in pairwise(cuts):
        roles = [role for start, end, role in spans if start <= first and last <= end]
        opened = [role for start, _, role in spans if start == first]
        found.append((passage.text[first:last], roles, opened))
    return found
