"""The spellings that the terms of an ontology offer, and those of them that are taken."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.ontology.clauses import SCOPES, OboTerm, Synonym
from pipeline.ontology.known import Concept, Known
from pipeline.ontology.obo import Ontology
from pipeline.ontology.spellings import (
    ImportWords,
    in_running_text,
    is_short_form,
    keys,
    kind_of,
    match_key,
    needs_case,
    refusal,
    surely_means,
    without_number,
    without_state,
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A spelling that a term offers for a concept. ``key`` as of :func:`match_key`,
    ``is_name`` whether the ontology calls the term so."""

    term: str
    concept: Concept
    text: str
    key: str
    status: str
    match: str
    is_name: bool


class SpellingJudge:
    """Takes or refuses the names of terms, one after the other; counts what it refuses."""

    def __init__(
        self, ontology: Ontology, known: Known, words: ImportWords, label: str, out: Counter[str]
    ) -> None:
        self._types = ontology.synonym_types
        self._known = known
        self._words = words
        self._label = label
        self._out = out
        self._claims = _claims(ontology.terms.values())
        self._seen: set[tuple[Concept, str]] = set()

    def offers(
        self, term: OboTerm, concept: Concept, scopes: frozenset[str], *, joined: bool
    ) -> Iterator[Offer]:
        """What is taken of a term's name and synonyms; exact ones go first."""
        synonyms = [s for s in term.synonyms if s.scope in scopes]
        self._out["of another scope"] += len(term.synonyms) - len(synonyms)
        synonyms.sort(key=lambda s: SCOPES.index(s.scope))
        for synonym in (Synonym(term.name, "EXACT"), *synonyms):
            is_name = synonym.text == term.name
            kind = kind_of(synonym, self._types, self._words)
            text = in_running_text(synonym.text, self._label, self._words)
            key, spelled = keys(text)
            reason = self._refusal(text, key, kind) or self._repeated(concept, spelled)
            if reason:
                self._out[reason] += 1
                continue
            short = kind == "abbreviation" or is_short_form(text)
            status = "abbreviation" if short else kind or "synonym"
            if is_name and not joined and concept.concept_id == term.id:
                status = "name"
            match = self._match(synonym.scope, text, short)
            yield Offer(term.id, concept, text, key, status, match, is_name)

    def _refusal(self, text: str, key: str, kind: str) -> str:
        if kind == "refused":
            return "of a refused type"
        reason = refusal(text, self._label, self._words)
        if reason:
            return reason
        if key in self._known.blocked:
            return "blocked"
        if key in self._known.spellings:
            return "known already"
        if key in self._known.others:
            return "of another label"
        bare = without_state(text, self._label, self._words)
        if bare != text and match_key(bare) in self._known.spellings:
            return "known already but for a state"
        return ""

    def _repeated(self, concept: Concept, spelled: str) -> str:
        if (concept, spelled) in self._seen:
            return "repeated"
        self._seen.add((concept, spelled))
        return ""

    def _match(self, scope: str, text: str, short: bool) -> str:
        """A doubtful one counts only in a document that names the concept otherwise."""
        if scope != "EXACT":
            return "defined"
        if not short:
            bare = without_number(text)
            if bare != text and match_key(bare) in self._known.spellings:
                return "defined"  # "psoriasis 2" may end with the number of a reference
            return "case" if needs_case(text, self._words) else ""
        alone = len(self._claims[text.casefold()]) <= 1
        return "case" if alone and surely_means(text) else "defined"


def _claims(terms: Iterable[OboTerm]) -> dict[str, set[str]]:
    """Which terms have a name or synonym of that spelling, whatever its scope."""
    claims: dict[str, set[str]] = defaultdict(set)
    for term in terms:
        if not term.obsolete:
            for text in (term.name, *(synonym.text for synonym in term.synonyms)):
                claims[text.casefold()].add(term.id)
    return claims


def without_ambiguous(offers: Iterable[Offer], out: Counter[str]) -> list[Offer]:
    """The offers whose spelling one concept claims; a name beats synonyms of others."""
    by_key: dict[str, list[Offer]] = defaultdict(list)
    for offer in offers:
        by_key[offer.key].append(offer)
    kept: list[Offer] = []
    for group in by_key.values():
        concepts = {offer.concept for offer in group}
        if len(concepts) > 1:
            concepts = {offer.concept for offer in group if offer.is_name}
        winners = [o for o in group if len(concepts) == 1 and o.concept in concepts]
        out["of several concepts"] += len(group) - len(winners)
        kept += winners
    return kept
