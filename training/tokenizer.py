"""scispaCy's tokenizer, and the cuts that names need.

scispaCy keeps *cisplatin-induced* and *IL-4/IL-13* in one token: no mention can end
inside, and a model sees a rare word where it knows the name. Two kinds of cut are
added: before a relational tail (*cisplatin* *-* *induced*) and at a slash between names.
Prefixed words (*up-regulated*) and names with hyphens (*IL-6*, *T-cell*) stay whole.
"""

from __future__ import annotations

from scispacy.custom_tokenizer import combined_rule_tokenizer
from spacy.language import Language
from spacy.tokenizer import Tokenizer
from spacy.util import compile_infix_regex, compile_suffix_regex

# Words that make a relation of what stands before the hyphen.
TAILS = (
    "[a-z]{2,}(?:ed|ing)|dependent|independent|like|deficient|specific|sensitive|insensitive|"
    "resistant|responsive|unresponsive|nonresponsive|refractory|positive|negative|free|null|bound|"
    "inducible|rich|susceptible|competent|defective|reactive|immunoreactive|driven|naive|prone|"
    "selective|evoked|knockout|inhibitable|dominant|derivative|borne|intolerant|replete"
)
# Before these the word is whole: the part before the hyphen is no name.
PREFIXES = (  # noqa: SIM905
    "up down co pre post re de un in non pro anti self well ill long short so over under out "
    "sub super hyper hypo inter intra cross multi mis counter trans auto semi bi tri mono poly "
    "dis ex side follow high low half full hard far wide dose time age single double triple "
    "newly much better best early late ever never still most least all mid near tight fast "
    "slow one two three four pan pseudo quasi neo micro macro ultra open close"
).split()
DASH = "[-‐‑–]"
NAME_END = r"[\wα-ωΑ-Ω)\]+*'′]"


def _not_after_prefixes() -> str:
    spellings = sorted({form for word in PREFIXES for form in (word, word.capitalize())})
    return "".join(rf"(?<!\b{form})" for form in spellings)


def added_infixes() -> list[str]:
    """Regular expressions of the added cuts, in spaCy's infix form."""
    tail = rf"(?=(?:{TAILS})(?![a-z]))"
    return [
        rf"(?<={NAME_END}){_not_after_prefixes()}{DASH}{tail}",
        rf"(?<=\w)[)\]](?={DASH}(?:{TAILS})(?![a-z]))",  # the bracket of (TNF)-induced
        r"(?<=[\w\-][A-Z0-9α-ωΑ-Ω)+])/(?=[A-Zα-ωΑ-Ω(])",  # IL-4/IL-13, Th1/Th17
        r"(?<=[A-Za-z]{3})/(?=[a-z]?[A-Z])",  # Akt/mTOR; not mg/kg
        r"(?<=[a-z]{4})/(?=[A-Za-z]{4})",  # renin/angiotensin; not and/or
    ]


def finer_tokenizer(nlp: Language) -> Tokenizer:
    """scispaCy's tokenizer with the added cuts."""
    tokenizer = combined_rule_tokenizer(nlp)
    infixes = tokenizer.infix_finditer.__self__.pattern  # bound methods of compiled expressions
    suffixes = tokenizer.suffix_search.__self__.pattern
    tokenizer.infix_finditer = compile_infix_regex([*added_infixes(), infixes]).finditer
    # a full stop after mL, IgA, vitamin D; scispaCy parts it from two capitals only
    tokenizer.suffix_search = compile_suffix_regex([r"(?<=[A-Z])\.", suffixes]).search
    return tokenizer
