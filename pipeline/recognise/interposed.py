"""Receptors whose name is parted by the short form of their ligand: *transforming growth
factor-β (TGF-β) type II receptor*."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fold

MAX_INSIDE, MAX_BEHIND = 8, 6  # fine tokens in the bracket, and from it to the end of the name
_LABELS = ("CYTOKINE", "RECEPTOR")  # interleukin-1 (IL-1) receptor antagonist is a cytokine
_BETWEEN = frozenset({"and", "or", ",", ";", ".", "("})
_HEADS = frozenset({"receptor", "r"})


class Interposed:
    """Finds them around the cytokines that were found."""

    def __init__(self, index: ConceptIndex) -> None:
        self._index = index

    def __call__(self, fine: FineText, mentions: Iterable[Candidate]) -> Iterator[Candidate]:
        """Candidates that begin with one of the settled ``mentions`` of CYTOKINE."""
        for mention in mentions:
            if mention.label == "CYTOKINE":
                yield from self._from(fine, mention)

    def _from(self, fine: FineText, mention: Candidate) -> Iterator[Candidate]:
        words = fine.words
        opening = bisect_left(fine.starts, mention.end)
        if words[opening : opening + 1] == ["/"]:
            yield from self._before_slash(fine, mention, opening)
        if words[opening : opening + 1] != ["("]:
            return
        inside = words[opening + 1 : opening + 1 + MAX_INSIDE]
        if ")" not in inside:
            return
        behind = opening + 2 + inside.index(")")
        following = [fold(word) for word in words[behind : behind + MAX_BEHIND]]
        if _HEADS.isdisjoint(following):
            return
        name = fine.text[mention.start : mention.end]
        for last in range(min(behind + MAX_BEHIND, len(words)), behind, -1):
            if not words[last - 1].isalnum():
                continue  # signs do not count in a look-up
            rest = fine.text[fine.starts[behind] : fine.ends[last - 1]]
            found = (self._index.look_up(label, f"{name} {rest}") for label in _LABELS)
            term = next((term for term in found if term is not None), None)
            if term is not None:
                yield Candidate(
                    mention.start, fine.ends[last - 1], term.label,
                    layer="coordination", name=term.name, concept_id=term.concept_id,
                    specificity=term.specificity, source=f"{name} {rest}",
                )  # fmt: skip
                return

    def _before_slash(self, fine: FineText, mention: Candidate, slash: int) -> Iterator[Candidate]:
        """*TGF-β/BMP type I receptors*: the first of two ligands stands for its receptor."""
        words = fine.words
        following = [fold(word) for word in words[slash + 1 : slash + 1 + MAX_BEHIND]]
        name = fine.text[mention.start : mention.end]
        if "receptor" not in following[1:] or name.endswith("s"):
            return
        last = slash + 2 + following.index("receptor", 1)
        if not _BETWEEN.isdisjoint(following[: last - slash - 1]):
            return
        for first in range(slash + 2, last):
            rest = fine.text[fine.starts[first] : fine.ends[last - 1]]
            term = self._index.look_up("RECEPTOR", f"{name} {rest}")
            if term is not None:
                yield Candidate(
                    mention.start, mention.end, "RECEPTOR",
                    layer="coordination", name=term.name, concept_id=term.concept_id,
                    specificity=term.specificity, source=f"{name} {rest}",
                )  # fmt: skip
                return
