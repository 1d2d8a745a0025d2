"""Matching the term tables over fine tokens: a look-up of pieces, so that a hundred
thousand terms cost no more time than a thousand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText
from pipeline.recognise.spellings import Pieces, spellings, text_pieces
from pipeline.recognise.terms import Term

_Entry = tuple[int, tuple[int, ...]]  # index of the term, masks of its gaps


class _Table:
    """Names by their pieces, and how long a name may be that begins with a pair of pieces."""

    def __init__(self) -> None:
        self._entries: dict[str, list[_Entry]] = {}
        self._longest: dict[str, int] = {}

    def add(self, pieces: tuple[str, ...], entry: _Entry) -> None:
        self._entries.setdefault("\x1f".join(pieces), []).append(entry)
        if len(pieces) > 1:
            pair = "\x1f".join(pieces[:2])
            self._longest[pair] = max(self._longest.get(pair, 0), len(pieces))

    def find(self, text: Pieces) -> Iterator[tuple[int, int, int]]:
        """(term, first token, last token + 1) for every name in the text."""
        pieces, closes, tokens = text.pieces, text.closes, text.tokens
        entries, longest = self._entries, self._longest
        n = len(pieces)
        opens = True
        for i, piece in enumerate(pieces):
            opens, opening = closes[i], opens
            if not opening:
                continue
            if opens and piece in entries:
                for term, _ in entries[piece]:
                    yield term, tokens[i], tokens[i] + 1
            if i + 1 == n:
                break
            key = f"{piece}\x1f{pieces[i + 1]}"
            reach = longest.get(key)
            if reach is None:
                continue
            for j in range(i + 1, min(i + reach, n)):
                if j > i + 1:
                    key += "\x1f" + pieces[j]
                if closes[j] and key in entries:
                    gaps = text.gaps[i + 1 : j + 1]
                    for term, masks in entries[key]:
                        if all(gap & mask for gap, mask in zip(gaps, masks, strict=True)):
                            yield term, tokens[i], tokens[j] + 1


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
        for table, exact in ((self._folded, False), (self._exact, True)):
            for hit in table.find(text_pieces(fine, exact=exact)):
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
