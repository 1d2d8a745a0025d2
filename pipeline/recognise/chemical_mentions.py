"""Chemicals at their place in a text, and which of them are short forms of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from spacy.tokens import Span

from pipeline.recognise.fine import DASHES, fine_words, fold


class Chemical(NamedTuple):
    """Characters ``start`` to ``end`` (exclusive) of a Doc, and the tokens that hold them:
    a chemical may be a part of a token (*cisplatin-treated*). ``words`` are its folded fine
    tokens, ``tail`` those that a hyphen ties to its end (*treated*)."""

    start: int
    end: int
    span: Span
    text: str
    words: tuple[str, ...]
    tail: tuple[str, ...]


def chemical_at(text: str, start: int, end: int, span: Span) -> Chemical:
    """``text`` is the Doc's, which spaCy puts together anew at every ``doc.text``."""
    own = text[start:end]
    doc, last = span.doc, span.end
    behind = text[end : span.end_char]
    if not behind and last + 1 < len(doc) and doc[last].text in DASHES:
        behind = "-" + doc[last + 1].text
    tail = _words(behind[1:]) if behind and behind[0] in DASHES else ()
    return Chemical(start, end, span, own, _words(own), tail)


def _words(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in fine_words(text))


def long_forms(
    text: str, chemicals: Sequence[Chemical], names: list[tuple[str, ...]]
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """A chemical alone in the brackets behind another one is the same: *dopamine (DA)*."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for i in range(1, len(chemicals)):
        before, here = chemicals[i - 1], chemicals[i]
        opened = text[before.end : here.start].strip() == "("
        closed = text[here.end : here.end + 1] in {")", ",", ";"}
        if opened and closed and names[i] != names[i - 1]:
            found.setdefault(names[i], found.get(names[i - 1], names[i - 1]))
    return found
