"""Marked text: example sentences that carry their own answer.

``[IL-6](CYTOKINE object)`` marks a mention, its label and, in relation examples, its
role. Brackets that are not followed by ``(`` are plain text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.records import LABELS

ROLES = ("subject", "object")
_MARK = re.compile(r"\[([^\[\]]+)\]\(([^()]*)\)")
_UNCLOSED = re.compile(r"\[[^\[\]]*(?:\]\([^()]*)?$|\]\((?![^()]*\))")


class MarkError(ValueError):
    """Marked text that cannot be read."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters ``start:end`` of the plain text, with a label and perhaps a role."""

    start: int
    end: int
    label: str
    roles: tuple[str, ...] = ()


def read_marked(marked: str) -> tuple[str, list[Mark]]:
    """The plain text and its marks.

    Raises MarkError for an unclosed mark, an unknown label or an unknown role.
    """
    text = ""
    marks: list[Mark] = []
    position = 0
    for match in _MARK.finditer(marked):
        text += marked[position : match.start()]
        words = match.group(2).split()
        if not words or words[0] not in LABELS:
            raise MarkError(f"unknown label in {match.group()!r}; use one of {', '.join(LABELS)}")
        unknown = [word for word in words[1:] if word not in ROLES]
        if unknown:
            raise MarkError(f"unknown role {unknown[0]!r} in {match.group()!r}; use {ROLES}")
        start = len(text)
        text += match.group(1)
        marks.append(Mark(start, len(text), words[0], tuple(words[1:])))
        position = match.end()
    text += marked[position:]
    if "](" in text or _UNCLOSED.search(text):
        raise MarkError(f"unclosed mark in {marked!r}")
    return text, marks


def with_roles(text: str, start: int, end: int, spans: Sequence[tuple[int, int, str]]) -> str:
    """The characters ``start`` to ``end`` of a text with *[role: …]* around each span.

    Spans are start, end and role, inside the stretch, apart or one in the other.
    """
    opened: dict[int, str] = {}
    closed: Counter[int] = Counter()
    # Of marks that open together the longest stands outside: shorter spans come first.
    for first, last, role in sorted(spans, key=lambda span: span[1] - span[0]):
        opened[first] = f"[{role}: " + opened.get(first, "")
        closed[last] += 1
    parts, position = [], start
    for at in sorted({*opened, *closed}):
        parts += [text[position:at], "]" * closed[at], opened.get(at, "")]
        position = at
    parts.append(text[position:end])
    return "".join(parts)
