"""Effect, function, negation and hedging of a hit, read off the tree around it."""

from __future__ import annotations

from spacy.tokens import Doc, Token

from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit

_CLAUSE_DEPS = {"xcomp", "ccomp", "advcl", "acl", "csubj", "csubjpass", "dep", "parataxis"}
MAX_UP = 6


def _lemma(token: Token) -> str:
    return token.lemma_.lower()


class Attributes:
    """Reads attributes in one bound doc."""

    def __init__(self, doc: Doc, cues: Cues) -> None:
        self._doc = doc
        self._cues = cues

    def effect(self, hit: Hit) -> str:
        given = hit.rule.effect
        if given == "unspecified":
            return given
        if given == "change":
            return self._change(hit)
        positive = given in {"positive", "sign"}
        if hit.subject.sign * hit.object.sign < 0:
            positive = not positive
        return "positive" if positive else "negative"

    def function(self, hit: Hit) -> str:
        """By the nouns that carry the cell, else by the trigger, else ``other``."""
        if hit.rule.predicate != "ACTS_ON":
            return ""
        # the noun nearest to the cell says what happens to it
        for i in reversed(hit.object.carriers):
            function = self._cues.function_of(_lemma(self._doc[i]))
            if function:
                return function
        if hit.rule.function:
            return hit.rule.function
        if hit.trigger >= 0:
            return self._cues.function_of(_lemma(self._doc[hit.trigger])) or "other"
        return "other"

    # -- change words: SECRETES, EXPRESSES, BINDS, TREATS, CAUSES -----------------------

    def _change(self, hit: Hit) -> str:
        around = [i for i in (hit.trigger, *hit.object.carriers) if i >= 0]
        if hit.trigger < 0:
            around.append(hit.object_token)
        for i in around:
            token = self._doc[i]
            for word in self._modifiers(token):
                found = self._direction(word)
                if found:
                    return found
            head = token.head
            governs = token.dep_ in {"dobj", "nsubjpass", "nmod", "conj", "nsubj"}
            if governs and token.tag_.startswith("NN") and head.i != token.i:
                found = self._direction(head)
                if found and not (token.dep_ == "nsubj" and head.tag_ != "VBN" and self._object(head)):
                    return found
        return "unspecified"

    def _modifiers(self, token: Token) -> list[Token]:
        return [c for c in token.children if c.dep_ in {"amod", "advmod"} and abs(c.i - token.i) < 6]

    def _object(self, verb: Token) -> bool:
        return any(c.dep_ == "dobj" for c in verb.children)

    def _direction(self, token: Token) -> str:
        for form in (token.lower_, _lemma(token)):
            if form in self._cues.words["lower"]:
                return "negative"
            if form in self._cues.words["raise"]:
                return "positive"
        return ""

    # -- negation -------------------------------------------------------------------------

    def negated(self, hit: Hit) -> bool:
        if hit.rule.negated:
            return True
        spine = self._spine(hit)
        for i in spine:
            token = self._doc[i]
            for child in token.children:
                if _lemma(child) in self._cues.words["negation_words"] and self._denies(child, hit):
                    return True
                if child.dep_ == "nmod" and self._absence(child):
                    return True
            if i != hit.trigger and _lemma(token) in self._cues.words["negation_heads"]:
                return True
        return self._without(hit)

    def _denies(self, word: Token, hit: Hit) -> bool:
        if _lemma(word) in {"neither", "nor", "without"} and word.dep_ == "cc":
            return True
        if _lemma(word) == "not" and self._doc[word.i + 1 : word.i + 2].text.lower() == "only":
            return False
        return not (_lemma(word) == "no" and self._doc[word.i + 1 : word.i + 2].text.lower() == "longer")

    def _absence(self, child: Token) -> bool:
        """*in the absence of any effect*: the absence hangs on the trigger itself."""
        return False

    def _without(self, hit: Hit) -> bool:
        """*without affecting*: the preposition marks the trigger or its clause."""
        if hit.trigger < 0:
            return False
        trigger = self._doc[hit.trigger]
        return any(
            _lemma(c) == "without" and c.dep_ in {"mark", "case", "advmod"} for c in trigger.children
        )

    # -- hedging --------------------------------------------------------------------------

    def hedged(self, hit: Hit) -> bool:
        if hit.rule.hedged:
            return True
        words = self._cues.words
        below: Token | None = None
        for i in self._spine(hit):
            token = self._doc[i]
            for child in token.children:
                lemma = _lemma(child)
                if child.dep_ == "aux" and lemma in words["hedge_auxiliaries"]:
                    return True
                if lemma in words["hedge_adverbs"] and child.dep_ in {"advmod", "mark", "cc", "dep"}:
                    return True
                if child.dep_ == "amod" and lemma in words["hedge_adjectives"]:
                    return True
            lemma = _lemma(token)
            if i != hit.trigger and lemma in words["hedge_heads"]:
                clause = below is not None and below.dep_ in _CLAUSE_DEPS
                if clause or lemma not in words["hedge_clausal"]:
                    return True
            if i != hit.trigger and token.dep_ in {"ROOT", "root", "conj", "acl"}:
                if token.tag_.startswith("JJ") and lemma in words["hedge_adjectives"]:
                    return True
            below = token
        return False

    def _spine(self, hit: Hit) -> list[int]:
        """The trigger, the nouns that carry the arguments, and what governs the trigger."""
        anchor = hit.trigger if hit.trigger >= 0 else hit.object_token
        spine = [anchor]
        token = self._doc[anchor]
        for _ in range(MAX_UP):
            if token.head.i == token.i:
                break
            if token.dep_ == "conj" and token.head.tag_.startswith("VB") and self._own_subject(token):
                break
            token = token.head
            spine.append(token.i)
        for i in (*hit.subject.carriers, *hit.object.carriers, hit.subject_token, hit.object_token):
            if i not in spine:
                spine.append(i)
        return spine

    def _own_subject(self, token: Token) -> bool:
        return any(c.dep_ in {"nsubj", "nsubjpass"} for c in token.children)
