"""Conjuncts before a name that lack its end: *T and B cells*, *IL-4 and IL-13 receptors*,
*acute and chronic pancreatitis*."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.coordination_cues import CoordinationCues, conjunct
from pipeline.recognise.fine import DASHES, FineText
from pipeline.recognise.terms import Term

MAX_CONJUNCT = 6  # fine tokens of a first conjunct: CD4 + CD25 + FoxP3 +
_CD = re.compile(r"CD\d+")
_LEVEL = re.compile(r"(?:hi(?:gh)?|low?|bright|dim)$")
_DEFINING = re.compile(r"(?:\d|al|ic|ar|ive|ed|ing|oid|ous|ory|ent|ile|[)+−-])$")
_PLURAL_ONLY = frozenset({"CYTOKINE", "RECEPTOR", "DRUG"})
_MARKER = re.compile(r"[+⁺−⁻()]|CD\d+[a-z]?|hi(gh)?|lo(w)?|bright|dim", re.IGNORECASE)


class SharedHeads:
    """Finds what shares the last words of a mention's name."""

    def __init__(self, cues: CoordinationCues, index: ConceptIndex) -> None:
        self._cues = cues
        self._index = index

    def __call__(self, fine: FineText, mention: Candidate) -> Iterator[Candidate]:
        """Candidates before one settled mention, the nearest first."""
        text = fine.text[mention.start : mention.end]
        if mention.label in _PLURAL_ONLY and not text.endswith("s"):
            return  # "IL-4 and IL-13 receptor": two things
        last = at = bisect_left(fine.starts, mention.start)
        end = self._conjunct_end(fine, at, comma=False)
        heads = self._heads(text) if end is not None else []
        while heads and end is not None:
            if mention.label == "DRUG" and fine.words[end] == "," and at == last:
                return  # "for IL-23, and JAK inhibitors": two things
            found = self._first_conjunct(fine, end, mention, heads)
            if found is None:
                return
            yield found
            at = bisect_left(fine.starts, found.start)
            end = self._conjunct_end(fine, at, comma=at != last)

    @staticmethod
    def _heads(text: str) -> list[str]:
        """What the mention may share with names before it, the longest first."""
        return [text[m.end() :] for m in re.finditer(r"[\s+⁺)‐‑-]+", text) if m.end() < len(text)]

    def _conjunct_end(self, fine: FineText, at: int, *, comma: bool) -> int | None:
        """The token behind the conjunct that stands before token ``at``; a comma alone joins
        only the earlier ones (*an antibody, a new drug*)."""
        words = fine.words
        end = at
        if end > 0 and self._cues.holds("conjunctions", words[end - 1]):
            end -= 1
            comma = True
        if end > 0 and (words[end - 1] == "/" or (comma and words[end - 1] == ",")):
            end -= 1
        return end if 0 < end < at else None

    def _first_conjunct(
        self, fine: FineText, end: int, mention: Candidate, heads: list[str]
    ) -> Candidate | None:
        words, label = fine.words, mention.label
        last = end
        if words[last - 1] in DASHES and words[last - 2 : last - 1] != ["+"]:  # B- and T-cells
            last -= 1
        for first in range(max(0, last - MAX_CONJUNCT), last):
            if any(self._parts(word) for word in words[first:last]):
                continue
            name = fine.text[fine.starts[first] : fine.ends[last - 1]]
            term = self._completed(mention, name, heads)
            if term is None or not self._may_lead(fine, first, last, label):
                continue
            if label == "CELL":
                first = self._defined_from(fine, first, last)
            return conjunct(fine, first, last, *term)
        if label == "DRUG":
            return self._drug(fine, last, heads)
        return self._adjective(fine, last) if label == "CELL" else None

    def _drug(self, fine: FineText, last: int, heads: list[str]) -> Candidate | None:
        """*humanized IL-6* before *and anti-IL-6 receptor antibodies*: a target, and what is
        said of an antibody."""
        noun = next((head for head in heads if self._cues.holds("drug_heads", head)), None)
        if noun is None:
            return None
        for first in range(max(0, last - MAX_CONJUNCT), last):
            if any(self._parts(word) for word in fine.words[first:last]):
                continue
            name = fine.text[fine.starts[first] : fine.ends[last - 1]]
            if any(self._index.look_up(label, name) for label in ("CYTOKINE", "RECEPTOR")):
                while first and self._cues.holds("drug_modifiers", fine.words[first - 1]):
                    first -= 1
                start, end = fine.char_span(first, last)
                whole = f"{fine.text[start:end]} {noun}"
                return Candidate(start, end, "DRUG", layer="coordination", source=whole)
        return None

    def _parts(self, word: str) -> bool:
        """Whether a word parts two conjuncts."""
        return word in {",", ";", ".", ":", "/"} or self._cues.holds("conjunctions", word)

    def _may_lead(self, fine: FineText, first: int, last: int, label: str) -> bool:
        """No noun that stands for itself: *the colon and breast cancer*, *the lung and
        alveolar macrophages*, *cytokines and chemokine receptors*."""
        if re.search(r"[a-z]{3}s$", fine.words[last - 1]):
            return False
        if label == "CELL":
            word = fine.words[last - 1]
            return self._defines_a_cell(fine, last - 1, last) or _DEFINING.search(word) is not None
        led = first > 0 and self._cues.holds("determiners", fine.words[first - 1])
        return not (led and label == "DISEASE")

    def _completed(
        self, mention: Candidate, words: str, heads: list[str]
    ) -> tuple[Term, str] | None:
        label = mention.label
        if self._index.look_up(label, words) is not None:
            return None  # a name of its own
        for head in heads:
            term = self._index.look_up(label, f"{words} {head}")
            if term is None or (mention.name and term.name == mention.name):
                continue
            if self._index.look_up(label, head) != term:
                return term, f"{words} {head}"
        return None

    def _adjective(self, fine: FineText, last: int) -> Candidate | None:
        first = self._defined_from(fine, last, last)
        chosen = fine.words[first:last]
        if not chosen or (_CD.match(chosen[-1]) and not self._signed(chosen)):
            return None
        start, end = fine.char_span(first, last)
        return Candidate(start, end, "CELL", layer="coordination")

    def _defined_from(self, fine: FineText, first: int, last: int) -> int:
        """Where a conjunct begins whose words before ``first`` say which cell it is, too."""
        while first > 0 and self._defines_a_cell(fine, first - 1, last):
            first -= 1
        while first < last and fine.words[first] in {"+", "(", ")", *DASHES}:
            first += 1
        return first

    @staticmethod
    def _signed(words: list[str]) -> bool:
        """A marker names a cell by its sign or level: *CD4+*, not *CD4*."""
        return any(word in {"+", "⁺", "−", "⁻"} or _LEVEL.search(word) for word in words)

    def _defines_a_cell(self, fine: FineText, at: int, last: int) -> bool:
        word = fine.words[at]
        if self._cues.holds("cell_adjectives", word) or _MARKER.fullmatch(word):
            return True
        return word in DASHES and at + 1 < last and fine.starts[at + 1] == fine.ends[at]
