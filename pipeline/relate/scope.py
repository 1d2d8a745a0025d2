"""The words above a trigger, and which of them may deny or hedge it.

How far a word reaches down depends on the edges between: a participle or a relative clause
states a fact of its own, whatever the main clause says ("may reduce the fever caused by
TNF" leaves "TNF causes fever" unhedged).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.relate.cues import Cues
from pipeline.relate.words import Word

MAX_UP = 8
DASHES = "-‐‑–−"
CLAUSES = {"xcomp", "ccomp", "advcl", "acl", "csubj", "csubjpass"}
SUBJECTS = {"nsubj", "nsubjpass", "csubj", "csubjpass"}
_FINITE = {"VBZ", "VBD", "VBP"}
_AUXILIARIES = {"aux", "auxpass", "cop"}


def lemma_of(token: Word) -> str:
    """Lower case, as the cue lists hold it."""
    return token.lemma_.lower()


def is_verb(token: Word) -> bool:
    return token.tag_.startswith("VB")


def is_noun(token: Word) -> bool:
    return token.tag_.startswith("NN")


def has_child(token: Word, *deps: str) -> bool:
    return any(c.dep_ in deps for c in token.children)


def marks(token: Word) -> set[str]:
    """Words that introduce the clause of ``token``."""
    return {c.lower_ for c in token.children if c.dep_ == "mark" or c.tag_ in {"WRB", "WP"}}


def between(one: Word, other: Word) -> frozenset[int]:
    """The words on the way from one token to the other in the tree, both ends included."""
    ups = [one, *one.ancestors]
    downs = [other, *other.ancestors]
    shared = {t.i for t in ups} & {t.i for t in downs}
    way = {t.i for t in (*ups, *downs) if t.i not in shared}
    top = next((t.i for t in ups if t.i in shared), one.i)
    return frozenset(way | {top})


@dataclass(frozen=True, slots=True)
class Above:
    """A word that governs the trigger, and the word ``below`` it on the way there.
    ``modal``: its auxiliaries and adverbs reach the trigger; ``denial``: its negation does."""

    token: Word
    below: Word
    modal: bool
    denial: bool


def words_above(anchor: Word, cues: Cues, path: frozenset[int] = frozenset()) -> Iterator[Above]:
    """From the trigger up, as long as what stands above has a say over it. ``path`` holds
    the words between the arguments: what is said of those is said of the relation."""
    below, modal, denial = anchor, True, True
    for _ in range(MAX_UP):
        head = below.head
        if head.i == below.i or states_fact(below):
            return
        modal = modal and _modal_passes(below)
        denial = denial and _denial_passes(below, cues, path)
        yield Above(head, below, modal, denial)
        if cues.has("facts", lemma_of(head)):
            return
        below = head


def is_finite(token: Word) -> bool:
    """A clause of its own: by its ending, or by its own auxiliary ("may be used")."""
    if token.tag_ in _FINITE:
        return True
    return any(c.dep_ in _AUXILIARIES and c.tag_ in {*_FINITE, "MD"} for c in token.children)


def states_fact(token: Word) -> bool:
    """Whether what governs ``token`` has no say over it."""
    dep = token.dep_
    if dep in {"acl:relcl", "parataxis", "appos"}:
        return True
    if dep == "acl":  # "ability to induce", "evidence that" go on; "caused by" does not
        return token.tag_ != "VB" and not marks(token)
    if dep == "advcl":
        return is_finite(token)
    if dep == "conj":
        return is_verb(token.head) and has_child(token, "nsubj", "nsubjpass")
    if dep in {"amod", "compound"}:  # "IL-6-induced", "TNF-producing"
        tied = any(is_noun(c) and c.i == token.i - 1 for c in token.children)
        return token.text[0] in DASHES or (tied and not is_noun(token))
    return False


def _modal_passes(token: Word) -> bool:
    if token.dep_ == "ccomp":  # "we could show that"
        return False
    return token.dep_ != "conj" or not is_finite(token)


def _denial_passes(token: Word, cues: Cues, path: frozenset[int]) -> bool:
    head, dep = token.head, token.dep_
    if dep == "conj":
        contrast = any(c.lower_ == "but" for c in head.children if c.dep_ == "cc")
        return not contrast and not is_finite(token)
    if cues.has("losing", lemma_of(head)) and cues.has("abilities", lemma_of(token)):
        return True
    if dep == "advcl" and head.tag_.startswith("JJ"):  # "not effective in lowering"
        return True
    if dep in CLAUSES:
        asks = marks(token) & {"whether", "if", "how", "why", "what"}
        return not asks and not (dep == "advcl" and token.tag_ == "VBG")
    if dep in {"amod", "advmod"} or head.i in path:
        return True
    if cues.has("risk_nouns", lemma_of(token)):  # "did not increase the risk of"
        return True
    # a noun below a denied verb is denied only by verbs of finding and being:
    # "did not reduce IL-6 production by macrophages" leaves the production
    return cues.has("denial_passes", lemma_of(head))
