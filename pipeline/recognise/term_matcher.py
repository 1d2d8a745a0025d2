"""Matching the term tables over fine tokens: a look-up of pieces, so that a hundred
thousand terms cost no more time than a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText
from pipeline.recognise.spellings import (
    GAP,
    HYPHEN,
    JOINED,
    exact_pieces,
    folded_pieces,
    spellings,
)
from pipeline.recognise.terms import Term

_Entry = tuple[int, tuple[int, ...]]  # index of the term, masks of its gaps


class _Table:
    """Names by their pieces, and how long a name may be that begins with a pair of pieces."""

    def __init__(self) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        # first piece -> second piece -> pieces of the longest name that begins with the two
        self._longest: dict[str, dict[str, int]] = {}

    def add(self, pieces: tuple[str, ...], entry: _Entry) -> None:
        self._entries.setdefault("\x1f".join(pieces), []).append(entry)
        longest = self._longest.setdefault(pieces[0], {})
        if len(pieces) > 1:
            longest[pieces[1]] = max(longest.get(pieces[1], 0), len(pieces))

    def find(self, cut: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int, int]]:
        """(term, first token, last token + 1) for every name in a text. ``cut[i]`` are the
        pieces of its fine token ``i``, none for a dash."""
        entries, longest = self._entries, self._longest
        following = [*cut[1:], (), ()]
        for first, own in enumerate(cut):
            if not own or own[0] not in longest:  # most words begin no name
                continue
            if len(own) == 1:
                for term, _ in entries.get(own[0], ()):
                    yield term, first, first + 1
                second = (following[first] or following[first + 1])[:1]  # over one dash
            else:
                second = own[1:2]
            if second and (reach := longest[own[0]].get(second[0])):
                yield from self._longer(cut, first, reach)

    def _longer(
        self, cut: Sequence[tuple[str, ...]], first: int, reach: int
    ) -> Iterator[tuple[int, int, int]]:
        """The names of two to ``reach`` pieces from one token on."""
        key = ""
        gaps: list[int] = []  # what stands before each piece but the first; 0: two dashes
        gap = 0
        for token in range(first, len(cut)):
            own = cut[token]
            if not own:
                gap = HYPHEN if gap == GAP else 0
                continue
            for piece in own:
                if not key:
                    key = piece
                else:
                    gaps.append(gap)
                    if len(gaps) >= reach:
                        return
                    key += "\x1f" + piece
                gap = JOINED
            gap = GAP
            for term, masks in self._entries.get(key, ()) if gaps else ():
                if all(here & mask for here, mask in zip(gaps, masks, strict=True)):
                    yield term, first, token + 1


class TermMatcher:
    """Finds terms in fine texts, in folded form or, where ``match`` is set, in exact case."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = list(terms)
        self._folded, self._exact = _Table(), _Table()
        for index, term in enumerate(self.terms):
            exact = bool(term.match)
            table = self._exact if exact else self._folded
            for text in self._written(term):
                for spelling in spellings(text, exact=exact):
                    table.add(spelling.pieces, (index, spelling.gaps))

    @staticmethod
    def _written(term: Term) -> list[str]:
        """A brand stands in capitals, too, on its label: *ZOCOR*."""
        loud = term.status == "brand" and term.match == "case" and len(term.text) > 4
        return [term.text, term.text.upper()] if loud and term.text.isalpha() else [term.text]

    def __call__(self, fine: FineText) -> list[Candidate]:
        """Candidates with offsets into the fine text's own text."""
        found: dict[tuple[int, int, int], None] = {}
        for table, pieces in ((self._folded, folded_pieces), (self._exact, exact_pieces)):
            for hit in table.find(list(map(pieces, fine.words))):
                found.setdefault(hit)
        return [self._candidate(fine, *hit) for hit in found]

    def _candidate(self, fine: FineText, index: int, first: int, last: int) -> Candidate:
        term = self.terms[index]
        start, end = fine.char_span(first, last)
        return Candidate(
            start, end, term.label,
            layer="terms", name=term.name, concept_id=term.concept_id,
            specificity=term.specificity, status=term.status, match=term.match,
            source=term.text,
        )  # fmt: skip
