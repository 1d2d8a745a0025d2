"""The concept that a curator means, by any of its names: preferred ones, identifiers, spellings."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.texts import options_of

if TYPE_CHECKING:
    from pipeline.recognise.terms import Term

# Label, words, preferred name and identifier of a mention of the run.
Spelled = tuple[str, str, str, str]
_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept by its preferred name; ``concept_id`` is a CURIE or empty."""

    name: str
    concept_id: str = ""
    specificity: str = ""


class ConceptNames:
    """The concepts of the term tables and of a run, read when the first name is looked up.

    ``read_terms`` and ``read_mentions`` may raise PatternError, TableError and OSError, which
    then come from the look-up. Any thread may ask.
    """

    def __init__(
        self,
        read_terms: Callable[[], Iterable[Term]],
        read_mentions: Callable[[], Iterable[Spelled]],
    ) -> None:
        self._read_terms, self._read_mentions = read_terms, read_mentions
        self._lookup: _Lookup | None = None
        self._lock = threading.Lock()

    def load(self) -> _Lookup:
        """Read the tables, unless they were read before."""
        with self._lock:
            if self._lookup is None:
                self._lookup = _Lookup(self._read_terms(), self._read_mentions())
            return self._lookup

    def find(self, label: str, said: str) -> Concept | None:
        """The concept with this label that ``said`` names, None where there is none or where
        several have the spelling."""
        return self.load().find(label, said)

    def name_of(self, label: str, said: str) -> str:
        """Its preferred name, "" for none."""
        concept = self.find(label, said)
        return concept.name if concept else ""

    def suggest(self, typed: str, label: str, limit: int) -> list[str]:
        """Preferred names: the one that is meant by what was typed, those that begin with it,
        those that hold it."""
        return self.load().suggest(typed, label)[:limit] if typed.strip() else []


class _Lookup:
    def __init__(self, terms: Iterable[Term], mentions: Iterable[Spelled]) -> None:
        from pipeline.ground.index import ConceptIndex
        from pipeline.recognise.fine import normal_form
        from pipeline.recognise.terms import BLOCKED

        self._normal_form = normal_form
        known = [term for term in terms if term.label != BLOCKED]
        self._index = ConceptIndex(known)
        self._named: dict[_Key, Concept] = {}
        self._by_id: dict[_Key, Concept] = {}
        self._spelled: dict[_Key, set[str]] = defaultdict(set)
        for term in known:
            self._add(term.label, Concept(term.name, term.concept_id, term.specificity))
            if term.match in ("cue", "defined"):  # which the index leaves to the sentence
                self._spelled[term.label, normal_form(term.text)].add(term.name)
        for label, text, name, concept_id in sorted(set(mentions)):
            if name:
                self._add(label, Concept(name, concept_id))
                for words in (text, name):
                    self._spelled[label, normal_form(words)].add(name)

    def _add(self, label: str, concept: Concept) -> None:
        known = self._named.setdefault((label, concept.name), concept)
        if concept.concept_id and not known.concept_id:
            self._named[label, concept.name] = concept
        if concept.concept_id:
            self._by_id.setdefault((label, concept.concept_id.casefold()), concept)

    def find(self, label: str, said: str) -> Concept | None:
        words = " ".join(said.split())
        concept = self._named.get((label, words)) or self._by_id.get((label, words.casefold()))
        form = self._normal_form(words)
        if concept or not form:
            return concept
        name = self._index.name_of(label, words)
        spelled = self._spelled.get((label, form), set())
        if not name and len(spelled) == 1:
            (name,) = spelled
        return self._named.get((label, name))

    def suggest(self, typed: str, label: str) -> list[str]:
        meant = self.find(label, typed)
        wanted = " ".join(typed.split()).casefold()
        held = [name for of, name in self._named if of == label and wanted in name.casefold()]
        held.sort(key=lambda name: (not name.casefold().startswith(wanted), name.casefold(), name))
        return list(dict.fromkeys([*([meant.name] if meant else []), *held]))


def terms_of_run(about: Mapping[str, Any]) -> list[Term]:
    """The terms of the patterns that a run used, by its ``run.json``; of the shipped ones where
    those are gone. Raises PatternError, OSError."""
    from pipeline.patterns_data import default_patterns_dir
    from pipeline.recognise.terms import read_terms

    said = options_of(about).get("patterns")
    own = Path(said) if isinstance(said, str) and said not in ("", "shipped") else None
    return read_terms(own if own and (own / "terms").is_dir() else default_patterns_dir())
