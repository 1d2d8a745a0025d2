"""The words above a trigger, and which of them may deny or hedge it.

How far a word reaches down depends on the edges between: a participle or a relative clause
states a fact of its own, whatever the main clause says ("may reduce the fever caused by
TNF" leaves "TNF causes fever" unhedged).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Token

from pipeline.relate.cues import Cues

MAX_UP = 8
DASHES = "-‐‑–−"
CLAUSES = {"xcomp", "ccomp", "advcl", "acl", "csubj", "csubjpass"}
_FINITE = {"VBZ", "VBD", "VBP"}


def is_verb(token: Token) -> bool:
    return token.tag_.startswith("VB")


def has_child(token: Token, *deps: str) -> bool:
    return any(c.dep_ in deps for c in token.children)


def marks(token: Token) -> set[str]:
    """Words that introduce the clause of ``token``."""
    return {c.lower_ for c in token.children if c.dep_ == "mark" or c.tag_ in {"WRB", "WP"}}


@dataclass(frozen=True, slots=True)
class Above:
    """A word that governs the trigger, and the word ``below`` it on the way there.
    ``modal``: its auxiliaries and adverbs reach the trigger; ``denial``: its negation does."""

    token: Token
    below: Token
    modal: bool
    denial: bool


def words_above(anchor: Token, cues: Cues) -> Iterator[Above]:
    """From the trigger up, as long as what stands above has a say over it."""
    below, modal, denial = anchor, True, True
    for _ in range(MAX_UP):
        head = below.head
        if head.i == below.i or states_fact(below):
            return
        modal = modal and _modal_passes(below)
        denial = denial and _denial_passes(below, cues)
        yield Above(head, below, modal, denial)
        if cues.has("facts", head.lemma_.lower()):
            return
        below = head


def states_fact(token: Token) -> bool:
    """Whether what governs ``token`` has no say over it."""
    dep = token.dep_
    if dep in {"acl:relcl", "parataxis", "appos"}:
        return True
    if dep == "acl":  # "ability to induce", "evidence that" go on; "caused by" does not
        return token.tag_ != "VB" and not marks(token)
    if dep == "advcl":
        return token.tag_ in _FINITE or "without" in marks(token)
    if dep == "conj":
        return is_verb(token.head) and has_child(token, "nsubj", "nsubjpass")
    if dep in {"amod", "compound"}:  # "IL-6-induced", "TNF-producing"
        tied = any(c.tag_.startswith("NN") and c.i == token.i - 1 for c in token.children)
        return token.text[0] in DASHES or (tied and not token.tag_.startswith("NN"))
    return False


def _modal_passes(token: Token) -> bool:
    if token.dep_ == "ccomp":  # "we could show that"
        return False
    return token.dep_ != "conj" or token.tag_ not in _FINITE


def _denial_passes(token: Token, cues: Cues) -> bool:
    head, dep = token.head, token.dep_
    if dep == "conj":
        contrast = any(c.lower_ == "but" for c in head.children if c.dep_ == "cc")
        return not contrast and token.tag_ not in _FINITE
    if dep in CLAUSES:
        asks = marks(token) & {"whether", "if", "how", "why", "what"}
        return not asks and not (dep == "advcl" and token.tag_ == "VBG")
    if dep in {"amod", "advmod"}:
        return True
    if cues.has("risk_nouns", token.lemma_.lower()):  # "did not increase the risk of"
        return True
    # a noun below a denied verb is denied only by verbs of finding and being:
    # "did not reduce IL-6 production by macrophages" leaves the production
    return cues.has("denial_passes", head.lemma_.lower())
