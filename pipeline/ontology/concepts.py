"""Which concept of ours a term of an ontology is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from pipeline.ontology.clauses import OboTerm
from pipeline.ontology.known import Concept, Known
from pipeline.ontology.spellings import ImportWords, in_running_text, match_key, refusal

# What is left out when its own name is one of these; its synonyms mean the same.
_BARRED = {
    "a frequent English word": "named by a frequent English word",
    "an adjective": "named by an adjective",
    "too general": "too general",
}


class ConceptBook:
    """Finds the concept of each term: ours by CURIE, ours by name, or a new one.

    ``of`` maps a term's id to its concept, ``joined`` holds the ids of those that are
    concepts of ours, ``by_synonym`` those that we count to a concept of another name.
    """

    def __init__(self, known: Known, words: ImportWords, label: str) -> None:
        self._known = known
        self._words = words
        self._label = label
        self._new: dict[str, Concept] = {}
        self.of: dict[str, Concept] = {}
        self.joined: set[str] = set()
        self.by_synonym: set[str] = set()

    def add_known(self, terms: Iterable[OboTerm]) -> None:
        """Take in the terms whose CURIE our tables have."""
        for term in terms:
            concept = self._by_id(term)
            if concept is not None:
                self.of[term.id] = concept
                self.joined.add(term.id)

    def add(self, terms: Iterable[OboTerm], out: Counter[str]) -> None:
        """Take in all terms; those that are left out whole are counted by reason."""
        terms = list(terms)
        self.add_known(terms)
        for term in terms:
            if term.id in self.of:
                continue
            reason = self._by_name(term)
            if reason:
                out[reason] += 1

    def _by_id(self, term: OboTerm) -> Concept | None:
        for curie in (term.id, *term.alt_ids):
            if curie in self._known.by_id:
                return self._known.by_id[curie]
        return None

    def _by_name(self, term: OboTerm) -> str:
        """The reason why the term is left out; empty when it got its concept."""
        text = in_running_text(term.name, self._label, self._words)
        key = match_key(text)
        reason = refusal(text, self._label, self._words)
        if reason in _BARRED:
            return _BARRED[reason]
        if key in self._known.blocked:
            return "blocked"
        known = self._known.names.get(key) or self._known.concept_of(key)
        if known is not None:
            self.joined.add(term.id)
            if key not in self._known.names:
                self.by_synonym.add(term.id)
        elif key in self._known.others:
            return "of another label"
        self.of[term.id] = known or self._new.setdefault(key, Concept(term.name, term.id))
        return ""
