"""Whether a sentence offers a relation as possible, or asks for it.

A modal says something of the clause it stands in. A noun that holds the whole relation ("the
effect of X on Y may be due to Z") is taken for granted by that clause, unless the clause asks
for the noun itself or doubts it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.scope import (
    CLAUSES,
    SUBJECTS,
    Above,
    between,
    has_child,
    is_noun,
    is_verb,
    lemma_of,
    states_fact,
    words_above,
)
from pipeline.relate.words import Word

_ADVERBIAL = {"advmod", "mark", "cc", "dep"}


class Hedging:
    """Reads hedges in one bound doc."""

    def __init__(self, words: Sequence[Word], cues: Cues) -> None:
        self._words = words
        self._cues = cues

    def hedged(self, hit: Hit) -> bool:
        """The sentence offers the relation as possible, or asks for it."""
        anchor = self._words[hit.trigger if hit.trigger >= 0 else hit.object_token]
        if hit.rule.hedged or self._in_question(anchor):
            return True
        carriers = (*hit.subject.carriers, *hit.object.carriers)
        if any(self._offered(self._words[i]) for i in (anchor.i, *carriers)):
            return True
        path = between(self._words[hit.subject_token], self._words[hit.object_token])
        nouns = [self._words[i] for i in path if is_noun(self._words[i])]
        if any(self._possible(noun) for noun in nouns) or self._sought(anchor):
            return True
        ends = {hit.subject_token, hit.object_token}
        return self._from_above(anchor, ends)

    def _from_above(self, anchor: Word, ends: set[int]) -> bool:
        for above in words_above(anchor, self._cues):
            granted = self._granted(above, ends)
            if above.modal and not granted and self._offered(above.token):
                return True
            if self._asked(above, granted=granted) or self._doubted(above.token):
                return True
            if granted and not self._weighs(above.token):
                return False
        return False

    def _doubted(self, token: Word) -> bool:
        """*remains unclear*, whatever noun that is said of."""
        said = (c for c in token.children if c.dep_ == "xcomp")
        return any(self._has("hedge_adjectives", c) for c in said)

    def _in_question(self, anchor: Word) -> bool:
        """The sentence is a question, and no clause that states a fact lies between."""
        if not anchor.sent.asks:
            return False
        return not any(states_fact(t) for t in (anchor, *anchor.ancestors))

    def _granted(self, above: Above, ends: set[int]) -> bool:
        """The noun below holds both arguments, and the word above says something else of it."""
        below = above.below
        if not is_noun(below) or below.dep_ in CLAUSES or below.dep_ == "conj":
            return False
        if not ends <= {t.i for t in below.subtree}:
            return False
        return not self._has("existence", above.token)

    def _weighs(self, token: Word) -> bool:
        """Words that pass a doubt on to the noun below them: *evidence for a role of*."""
        words = ("existence", "hedge_heads", "hedge_adjectives", "unknown_heads")
        return any(self._has(name, token) for name in words)

    # -- beside a word --------------------------------------------------------------------

    def _offered(self, token: Word) -> bool:
        """A modal, an adverb or an adjective beside the token makes it a possibility."""
        words = self._cues.words
        for child in token.children:
            lemma = lemma_of(child)
            if child.dep_ == "aux" and lemma in words["hedge_auxiliaries"]:
                return not (lemma == "could" and self._was_able(token))
            if lemma in words["hedge_adverbs"] and child.dep_ in _ADVERBIAL:
                return True
            if child.dep_ in {"amod", "xcomp"} and lemma in words["hedge_adjectives"]:
                return True
        return False

    def _possible(self, noun: Word) -> bool:
        """*possible uses of X in Y*, *likely by macrophages*: said on the way between."""
        for child in noun.children:
            if child.dep_ == "amod" and child.i < noun.i and self._has("hedge_adjectives", child):
                return True
            if child.dep_ == "advmod" and self._has("hedge_adverbs", child):
                return True
        return False

    def _was_able(self, verb: Word) -> bool:
        """*could be detected*, *could be reversed by*, *could not detect*: it was tried."""
        done = any(self._has(name, verb) for name in ("finding", "lower", "raise"))
        denied = any(c.dep_ == "neg" for c in verb.children)
        return done and (has_child(verb, "auxpass") or denied)

    def _sought(self, anchor: Word) -> bool:
        """*was studied in*, *to compare X with placebo in Y*: the trigger itself asks."""
        if not is_verb(anchor) or not self._has("seeking", anchor):
            return False
        if any(c.lower_ in {"has", "have"} for c in anchor.children):  # "has been studied in"
            return False
        return anchor.dep_ == "ROOT" or (anchor.dep_ == "advcl" and anchor.head.dep_ == "ROOT")

    # -- above ----------------------------------------------------------------------------

    def _asked(self, above: Above, *, granted: bool) -> bool:
        """Whether the word above offers what is below it as an idea or a question."""
        token, dep = above.token, above.below.dep_
        if self._has("unknown_heads", token) and any(
            self._has("unknown_words", c) for c in token.children
        ):
            return True
        if token.tag_.startswith("JJ") and self._has("hedge_adjectives", token):
            return True
        if not self._has("hedge_heads", token) or (dep == "advcl" and above.below.tag_ != "VB"):
            return False
        if dep in SUBJECTS - {"nsubjpass", "csubjpass"} and is_verb(token):
            # the subject suggests something else
            return self._has("seeming", token) and not granted
        return dep in CLAUSES or not self._has("hedge_clausal", token)

    def _has(self, name: str, token: Word) -> bool:
        return lemma_of(token) in self._cues.words[name]
