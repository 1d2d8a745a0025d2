"""Fine tokens: the text cut small enough that names are sequences of whole tokens.

scispaCy's tokenizer keeps *IL-17-producing* and *anti-TNF-α* in one token, which is
right for the parser and wrong for names. Term tables and mention patterns match over
these finer tokens instead; character offsets join the two.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import combining, normalize

import spacy
from spacy.attrs import NORM  # type: ignore[import-not-found]
from spacy.vocab import Vocab

GREEK = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "ε": "epsilon", "ζ": "zeta",
    "η": "eta", "θ": "theta", "ι": "iota", "κ": "kappa", "λ": "lambda", "μ": "mu",
    "ν": "nu", "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi",
    "χ": "chi", "ψ": "psi", "ω": "omega", "µ": "mu", "ɑ": "alpha", "ß": "beta", "қ": "kappa",
}  # fmt: skip
DASHES = "-‐‑‒–—−﹣－\u00ad"
APOSTROPHES = "'’‘ʼ′`´"
_GREEK_CLASS = "".join(GREEK) + "Γ-Ω"
_TOKEN = re.compile(
    r"[A-Za-z]+(?=[ ,)])"  # most words; what follows would give the same, only later
    rf"|[{_GREEK_CLASS}]"  # a Greek letter alone: TNFα is two tokens
    # letters and digits, accents written as characters of their own; 0.5 stays whole
    rf"|[^\W_{_GREEK_CLASS}](?:[^\W_{_GREEK_CLASS}]|[\u0300-\u036f])*(?:[.·](?=\d)(?<=\d.)\d+)?"
    r"|[^\s\w]|_",  # every sign alone
)
_BRITISH = (
    ("tumour", "tumor"), ("haem", "hem"), ("oedema", "edema"), ("leukaem", "leukem"),
    ("oesoph", "esoph"), ("anaem", "anem"), ("diarrhoea", "diarrhea"), ("paed", "ped"),
    ("ageing", "aging"), ("colour", "color"), ("isation", "ization"), ("ischaem", "ischem"),
    ("aemia", "emia"), ("behaviour", "behavior"), ("fibre", "fiber"), ("foetal", "fetal"),
    ("gynaec", "gynec"), ("orthopaed", "orthoped"), ("caes", "ces"), ("oestr", "estr"),
    ("sulph", "sulf"), ("faec", "fec"), ("coeliac", "celiac"), ("centre", "center"),
    ("neutralis", "neutraliz"), ("dyspnoea", "dyspnea"), ("rhoea", "rhea"),
)  # fmt: skip


@lru_cache(1 << 16)  # the same words come again and again
def fold(word: str) -> str:
    """The folded form of one token: case, Greek, dashes, British spelling, plural."""
    if word in GREEK:
        return GREEK[word]
    if len(word) == 1:
        if word in DASHES:
            return "-"
        if word in APOSTROPHES:
            return "'"
        return GREEK.get(word.lower(), word.lower())
    if word == "lL":  # a misread IL
        return "il"
    lower = word.lower()
    if not lower.isascii():  # Sjögren, Behçet, Guillain-Barré
        lower = "".join(c for c in normalize("NFD", lower) if not combining(c))
    for british, american in _BRITISH:
        if british in lower:
            lower = lower.replace(british, american)
    return _singular(word, lower)


def _singular(word: str, lower: str) -> str:
    # The last letter as written decides: DCs is a plural, FLS is a name. Headings in capitals
    # have plurals too, and short names seldom five letters.
    plural = word[-1] == "s" or (len(word) >= 5 and word[-1] == "S" and word.isalpha())
    if len(word) < 3 or not plural or lower[-2:] in {"ss", "us", "is"}:
        return lower
    if lower.endswith("ies") and len(lower) > 4:
        return lower[:-3] + "y"
    if lower.endswith(("xes", "ches", "shes", "sses", "zes")):
        return lower[:-2]
    return lower[:-1]


def fine_vocab() -> Vocab:
    """spaCy's English vocabulary with ``NORM`` = :func:`fold`.

    A bare ``Vocab()`` has no LOWER, so the language's own is taken.
    """
    vocab = spacy.blank("en").vocab
    vocab.lex_attr_getters[NORM] = fold  # type: ignore[attr-defined]
    return vocab


@dataclass(frozen=True, slots=True)
class FineText:
    """A text in fine tokens: ``words[i]`` stands at the characters ``starts[i]:ends[i]`` of
    ``text``, and ``folded[i]`` is its folded form."""

    text: str
    words: list[str]
    folded: list[str]
    starts: list[int]
    ends: list[int]

    def spaced(self, first: int, last: int) -> tuple[bool, ...]:
        """For each of the tokens ``first`` to ``last`` (exclusive) whether a blank follows."""
        return tuple(self.text[end : end + 1].isspace() for end in self.ends[first:last])

    def char_span(self, first: int, last: int) -> tuple[int, int]:
        """Characters of the tokens ``first`` to ``last`` (exclusive)."""
        return self.starts[first], self.ends[last - 1]


def fine_words(text: str) -> list[str]:
    """The fine tokens of a text, blanks left out."""
    return _TOKEN.findall(text)


def fine_text(text: str) -> FineText:
    """Cut ``text`` into fine tokens; white space is no token, so that names match
    across line breaks."""
    words = fine_words(text)
    starts, ends = [], []
    end = 0
    for word in words:  # only white space stands between two of them
        start = text.find(word, end)
        end = start + len(word)
        starts.append(start)
        ends.append(end)
    return FineText(text, words, list(map(fold, words)), starts, ends)


def folded_text(text: str) -> str:
    """The text with every fine token folded and each gap one blank (*TNFα Inhibitors* →
    *tnfalpha inhibitor*)."""
    return " ".join(_TOKEN.sub(lambda match: fold(match.group()), text).split())


def normal_form(text: str) -> str:
    """The key for grounding: folded tokens joined, signs dropped (*IL-1 β* → *il1beta*)."""
    folded = (fold(word) for word in fine_words(text))
    return "".join(part for part in folded if part not in "-/'()[],. ")
