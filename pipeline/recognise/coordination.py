"""Coordinated names that share a part: *IL-1α and -β*, *T and B cells*, *types 1 and 2
interferons*. Each conjunct becomes a candidate at its own offsets with its own concept.

A conjunct counts only where the term tables know the completed name, so that page numbers,
doses and lists of other things stay what they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.coordination_cues import CoordinationCues, conjunct, separator
from pipeline.recognise.fine import DASHES, FineText
from pipeline.recognise.shared_heads import SharedHeads
from pipeline.recognise.tails import Tails
from pipeline.recognise.terms import Term
from pipeline.records import LABELS

_ENUMERATOR = re.compile(r"\d|I{1,3}|IV|[ivx]{1,3}")
_ENUMERATED = frozenset({"type", "class", "group"})


class Coordination:
    """Finds the conjuncts that lack a part of their name."""

    def __init__(self, cues: CoordinationCues, index: ConceptIndex) -> None:
        self._cues = cues
        self._index = index
        self._tails = Tails(cues, index)
        self._shared_heads = SharedHeads(cues, index)

    def __call__(self, fine: FineText, mentions: Sequence[Candidate]) -> list[Candidate]:
        """Candidates for the incomplete conjuncts around the settled ``mentions``."""
        found: list[Candidate] = []
        for mention in mentions:
            found.extend(self._tails(fine, mention))
            found.extend(self._shared_heads(fine, mention))
        found.extend(self._numbered(fine))
        return found

    def _numbered(self, fine: FineText) -> Iterator[Candidate]:
        words = fine.words
        for at, noun in enumerate(fine.folded):
            if noun not in _ENUMERATED:
                continue
            places = list(self._enumerated(fine, at + 1))
            if len(places) < 2:
                continue
            behind = places[-1] + 1
            for last in range(min(behind + 4, len(words)), behind, -1):
                if not words[last - 1].isalnum():
                    continue  # signs do not count in a look-up
                head = fine.text[fine.starts[behind] : fine.ends[last - 1]]
                names = [f"{noun} {words[place]} {head}" for place in places]
                known = [self._any_label(name) for name in names]
                if None in known:
                    continue
                edges = [(at, places[0] + 1), *((p, p + 1) for p in places[1:-1])]
                edges.append((places[-1], last))
                for (first, end), term, name in zip(edges, known, names, strict=True):
                    if term is not None:
                        yield conjunct(fine, first, end, term, name)
                break

    def _enumerated(self, fine: FineText, at: int) -> Iterator[int]:
        words = fine.words
        if at < len(words) and words[at] in DASHES:
            at += 1
        while at < len(words) and _ENUMERATOR.fullmatch(words[at]):
            yield at
            step = separator(self._cues, fine, at + 1)
            if step is None:
                return
            at = step[0]

    def _any_label(self, name: str) -> Term | None:
        found = (self._index.look_up(label, name) for label in LABELS)
        return next((term for term in found if term is not None), None)
