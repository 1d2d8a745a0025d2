"""Grounding of settled mentions: which concept, and how the words lead to it.

``grounding`` of a mention says how: the difference of its words from the spelling of the
term table (``exact``, ``greek+hyphen``), or ``coordination``, ``definition``, ``markers``,
``target``, ``line``, ``pattern``, ``broader``; empty means that no concept was found.
``matched`` is the spelling, the completed name, the long form or the markers behind it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pipeline.ground.difference import difference
from pipeline.ground.hierarchy import Hierarchy
from pipeline.ground.index import ConceptIndex
from pipeline.ground.markers import Markers
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.terms import Term

_MAY_BE_BROADER = frozenset({"DISEASE", "DRUG"})
_KINDS = (("antibod", "antibody"), ("mab", "antibody"), ("inhibit", "inhibitor"),
          ("antagon", "antagonist"), ("block", "inhibitor"), ("agonist", "agonist"),
          ("trap", "inhibitor"), ("neutrali", "antibody"), ("anti", "antibody"))  # fmt: skip


class Grounder:
    """Gives each mention its concept."""

    def __init__(self, index: ConceptIndex, hierarchy: Hierarchy, markers: Markers) -> None:
        self._index = index
        self._hierarchy = hierarchy
        self._markers = markers

    def __call__(
        self, text: str, mentions: Sequence[Candidate], long_forms: Mapping[str, str]
    ) -> list[Candidate]:
        """The mentions of one block, in their order, with concept, grounding and match.
        ``long_forms`` are the short forms that the document defines, with their long ones."""
        done = [self._ground(text, mention, long_forms) for mention in mentions]
        return [self._by_target(text, one, done) for one in done]

    def _ground(self, text: str, mention: Candidate, long_forms: Mapping[str, str]) -> Candidate:
        words = text[mention.start : mention.end]
        if mention.layer == "terms":
            if words == mention.name:  # the symbol itself
                return replace(mention, grounding="exact", source=words)
            return replace(mention, grounding=difference(words, mention.source))
        if mention.layer == "coordination" and mention.name:
            return replace(mention, grounding="coordination")
        if mention.layer == "abbreviations":
            return replace(mention, grounding="definition" if mention.name else "")
        if mention.layer == "patterns" and mention.name:
            return replace(mention, grounding="pattern")
        term = self._index.look_up(mention.label, words)
        if term is not None:
            return _with(mention, term, difference(words, term.text))
        spelled = " ".join(long_forms.get(word, word) for word in words.split())
        if spelled != words and (term := self._index.look_up(mention.label, spelled)):
            return replace(_with(mention, term, "definition"), source=spelled)
        if mention.label == "CELL":
            return self._cell(words, mention)
        if mention.name:  # the model has lengthened a name of the tables
            return replace(mention, grounding="broader")
        return self._broader(words, mention) if mention.label in _MAY_BE_BROADER else mention

    def _line(self, words: str) -> Term | None:
        """The cell line that a longer name begins with: *U266 myeloma cells*."""
        first, *rest = words.split()
        for name in (first, f"{first} {rest[0]}" if rest else first):
            term = self._index.look_up("CELL", name)
            if term is not None and term.concept_id.startswith("Cellosaurus:"):
                return term
        return None

    def _cell(self, words: str, mention: Candidate) -> Candidate:
        if line := self._line(words):
            return _with(mention, line, "line")
        markers, rest = self._markers.read(words)
        head = self._index.look_up("CELL", rest) if rest else None
        if head is None and rest:
            head = self._suffix("CELL", rest)
        if markers:
            name = head.name if head else ""
            rule = self._markers.define(markers, name, self._is_cell)
            if rule is not None and (head is None or not self._is_cell(name, rule.name)):
                found = self._index.concept("CELL", rule.name)
                return replace(
                    mention, name=rule.name, concept_id=found.concept_id if found else "",
                    grounding="markers", source=str(rule),
                )  # fmt: skip
        if head is not None:
            return _with(mention, head, "broader")
        return replace(mention, grounding="broader") if mention.name else mention

    def _is_cell(self, name: str, ancestor: str) -> bool:
        return self._hierarchy.is_a("CELL", name, ancestor)

    def _broader(self, words: str, mention: Candidate) -> Candidate:
        term = self._suffix(mention.label, words)
        return _with(mention, term, "broader") if term else mention

    def _suffix(self, label: str, words: str) -> Term | None:
        """The longest end of a name that is a concept: *splenic marginal zone B cells* are B
        cells."""
        for gap in re.finditer(r"[\s-]+", words):
            term = self._index.look_up(label, words[gap.end() :])
            if term is not None:
                return term
        return None

    def _by_target(
        self, text: str, mention: Candidate, all_of_them: Sequence[Candidate]
    ) -> Candidate:
        """A drug without a concept that holds its target: *a novel IL-31 blocker*."""
        if mention.label != "DRUG" or mention.name:
            return mention
        targets = [
            c
            for c in all_of_them
            if c.label in {"CYTOKINE", "RECEPTOR"} and mention.covers(c) and c.name
        ]
        # a conjunct shows its target alone, and its noun stands behind the next
        words = mention.source or text[mention.start : mention.end]
        kind = next((kind for stem, kind in _KINDS if stem in words.lower()), "")
        if len(targets) != 1 or not kind:
            return mention
        target = targets[0]
        written = text[target.start : target.end]
        names = [f"{written} {kind}"]
        if kind == "antibody":
            names.insert(0, f"anti-{written} antibody")
        for name in names:
            term = self._index.look_up("DRUG", name)
            if term is not None:
                return _with(mention, term, "target")
        name = f"anti-{target.name} antibody" if kind == "antibody" else f"{target.name} {kind}"
        return replace(mention, name=name, grounding="target", source=target.name)


def _with(mention: Candidate, term: Term, grounding: str) -> Candidate:
    return replace(
        mention, name=term.name, concept_id=term.concept_id, source=term.text, grounding=grounding,
        specificity=mention.specificity or term.specificity,
    )  # fmt: skip
