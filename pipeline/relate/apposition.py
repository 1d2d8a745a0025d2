"""A class that only introduces or explains a name: *the chemokine CCL5*, *IL-23, a
cytokine that*, *brodalumab, an anti-IL-17RA antibody*. What is said of it is said of the
name."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import Bound
from pipeline.relate.words import Word

_DETERMINERS = {"a", "an", "the", "another", "its"}
_ADJECTIVAL = {"ADJ", "NUM", "ADV"}
_AMOUNTS = {"level", "levels", "concentration", "concentrations", "production", "expression"}
_AFTER_NAME = {",", ")", "(", ";", "."}


def apposed_names(bound: Bound, found: Sequence[Found]) -> dict[int, int]:
    """Class mention -> the name that it stands beside, both as indexes of ``found``."""
    named: dict[int, int] = {}
    tokens = [i for i, m in enumerate(bound.mention_of) if m >= 0 and found[m].alias_of < 0]
    for a, b in pairwise(tokens):
        first, second = bound.mention_of[a], bound.mention_of[b]
        one, other = found[first].candidate, found[second].candidate
        if one.label != other.label or bound.words[a].sent.start != bound.words[b].sent.start:
            continue
        classes = _is_class(bound, found, first), _is_class(bound, found, second)
        between = _between(bound, found, a, b)
        if classes == (True, False) and _introduces(bound, a, b, between):
            named[first] = second
        elif classes == (False, True) and _explains(between, other.label):
            named[second] = first
    return named


def _is_class(bound: Bound, found: Sequence[Found], mention: int) -> bool:
    """A cytokine or receptor class in the singular; a drug that is called by its target."""
    candidate = found[mention].candidate
    if candidate.label == "DRUG":
        return mention in bound.nested_in.values()
    singular = not bound.words[bound.token_of[mention]].text.endswith("s")
    return candidate.specificity in {"generic", "family"} and singular


def _between(bound: Bound, found: Sequence[Found], a: int, b: int) -> list[Word]:
    """The tokens between two mentions, without an alias in brackets."""
    tokens, skip = [], False
    for token in bound.words[a + 1 : b]:
        mention = bound.mention_of[token.i]
        following = bound.mention_of[token.i + 1] if token.i + 1 < len(bound.mention_of) else -1
        if token.text == "(" and following >= 0 and found[following].alias_of >= 0:
            skip = True
        elif skip:
            skip = token.text != ")"
        elif mention < 0 or found[mention].alias_of < 0:
            tokens.append(token)
    return tokens


def _introduces(bound: Bound, a: int, b: int, between: list[Word]) -> bool:
    """*the chemokine CCL5*; *an anti-TL1A antibody, tulisokibart,*"""
    if not between:
        return True
    determined = any(t.lower_ in _DETERMINERS for t in bound.words[max(0, a - 3) : a])
    after = bound.words[b + 1].text if b + 1 < len(bound.words) else "."
    return [t.text for t in between] == [","] and determined and after in _AFTER_NAME


def _explains(between: list[Word], label: str) -> bool:
    """*IL-23, a cytokine*; *etokimab, another IL-33 antibody*; *denosumab (anti-RANKL)*"""
    while between and between[0].lower_ in _AMOUNTS:  # "TGF-β levels, a cytokine that"
        between = between[1:]
    words = [t.lower_ for t in between]
    if words == ["("]:
        return label == "DRUG"
    if len(words) < 2 or words[0] not in {",", "("} or words[1] not in _DETERMINERS:
        return False
    return all(t.pos_ in _ADJECTIVAL or t.text in ",-" for t in between[2:])
