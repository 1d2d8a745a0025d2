"""Grounding: from the words of a mention to a concept of the term tables."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from pipeline.recognise.fine import APOSTROPHES, normal_form
from pipeline.recognise.terms import BLOCKED, STATUS_RANK, Term

_BRACKETED = re.compile(r"\s*\([^()]*\)\s*")
_ROMAN = re.compile(r"\b(type|types|class|group) (IV|I{1,3})\b", re.IGNORECASE)
_POSSESSIVE = re.compile(rf"(?<=\w)[{APOSTROPHES}]s?(?=\s)")
_ARABIC = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}

# recombinant, human, murine, natural, soluble, transmembrane, precursor: rhIL-2, tmTNF-α
PREFIXES = ("rhu", "rmu", "rh", "rm", "hu", "mu", "pro", "tm", "hr", "r", "s", "h", "m", "n")


LOOKED_UP = 1 << 15  # answers that are remembered (some 300 bytes each): the same come again


class ConceptIndex:
    """Exact look-up by label and normal form (see :func:`normal_form`)."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self._terms: dict[tuple[str, str], Term] = {}
        self._concepts: dict[tuple[str, str], Term] = {}
        for term in terms:
            if term.label != BLOCKED:
                self._concepts.setdefault((term.label, term.name), term)
            # A form that needs its context is resolved by the recogniser, not here.
            if term.label == BLOCKED or term.match in {"cue", "defined"}:
                continue
            for text in {term.text, plain(term.text)}:
                key = (term.label, normal_form(text))
                known = self._terms.get(key)
                if known is None or STATUS_RANK[term.status] < STATUS_RANK[known.status]:
                    self._terms[key] = term
        self._remembered = lru_cache(LOOKED_UP)(self._look_up)

    def concept(self, label: str, name: str) -> Term | None:
        """A term of the concept that has this name, or None."""
        return self._concepts.get((label, name))

    def name_of(self, label: str, text: str) -> str:
        """The name of the concept that ``text`` names, empty when there is none."""
        term = self.look_up(label, text)
        return term.name if term else ""

    def look_up(self, label: str, text: str) -> Term | None:
        """The concept that ``text`` names exactly, or None.

        Tries the words as they are, without what stands in brackets (*interleukin
        (IL)-6*), without a plural, and without a glued prefix (*rhIL-2*, *sIL-6R*).
        """
        return self._remembered(label, text)

    def _look_up(self, label: str, text: str) -> Term | None:
        for form in self._forms(label, text):
            term = self._terms.get((label, form))
            if term is not None:
                return term
        return None

    @staticmethod
    def _forms(label: str, text: str) -> list[str]:
        forms = list(dict.fromkeys((normal_form(text), normal_form(plain(text)))))
        if "(" in text:
            forms.append(normal_form(_BRACKETED.sub("", text)))
        forms.extend(f[:-1] for f in list(forms) if f.endswith("s"))
        if label not in {"CYTOKINE", "RECEPTOR"} or not text[:1].islower():
            return forms
        forms.extend(
            f[len(prefix) :]
            for f in list(forms)
            for prefix in PREFIXES
            if f.startswith(prefix) and len(f) > len(prefix) + 2
        )
        return forms


def plain(text: str) -> str:
    """The text without the possessive of a name, and *type II* as *type 2*."""
    return _ROMAN.sub(_in_arabic, _POSSESSIVE.sub("", text))


def _in_arabic(match: re.Match[str]) -> str:
    return f"{match[1]} {_ARABIC[match[2].lower()]}"
