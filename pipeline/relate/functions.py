"""The function of an ACTS_ON: what the cell is made to do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.scope import DASHES, lemma_of
from pipeline.relate.words import Word

_TOLD_BY = {"compound", "amod"}
_AIMS = {"xcomp", "advcl", "ccomp"}


def function_of(hit: Hit, words: Sequence[Word], cues: Cues) -> str:
    """By the nouns that carry the cell, else by the trigger, else by what the trigger makes
    the cell do, else ``other``."""
    if hit.rule.predicate != "ACTS_ON":
        return ""
    # the noun nearest to the cell says what happens to it
    for i in reversed(hit.object.carriers):
        if function := _of_noun(words[i], cues):
            return function
    if hit.rule.function:
        return hit.rule.function
    if hit.trigger < 0:
        return "other"
    trigger = words[hit.trigger]
    for function in _of_trigger(trigger, cues):
        return function
    return "other"


def _of_trigger(trigger: Word, cues: Cues) -> Iterator[str]:
    for function in (_of_aim(trigger, cues), _of_noun(trigger, cues)):
        if function:
            yield function
    if trigger.text[0] in DASHES and (function := _of_noun(trigger.head, cues)):
        yield function  # "IL-2-mediated growth inhibition in B cells"


def _of_noun(noun: Word, cues: Cues) -> str:
    """*colony formation*, *growth factor*: the word before says more than the noun."""
    for child in noun.children:
        if child.dep_ in _TOLD_BY and child.i == noun.i - 1 and not child.ent_type_:
            if cues.has("told_by_others", lemma_of(noun)) and (
                function := cues.function_of(lemma_of(child))
            ):
                return function
            if cues.has("molecules", lemma_of(child)):
                return "production"  # "mRNA accumulation": no cell is on the move
    return cues.function_of(lemma_of(noun))


def _of_aim(verb: Word, cues: Cues) -> str:
    """*need IL-5 to survive*, *induce fibroblasts to release*: what it is for."""
    for child in verb.children:
        if child.dep_ in _AIMS and child.i > verb.i and child.tag_ == "VB":
            for word in (child, *child.children):
                if function := cues.function_of(lemma_of(word)):
                    return function
    return ""
