"""Whether a sentence denies a relation: a denying word beside the trigger, beside a noun that
carries an argument, before an argument in its list, or beside a word above that reaches down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.scope import (
    DASHES,
    SUBJECTS,
    Above,
    between,
    has_child,
    is_noun,
    lemma_of,
    words_above,
)
from pipeline.relate.words import Word

_IN_LISTS = {",", "or", "and", "/", "that", "those"}
_HELD = {"compound", "nmod", "amod"}
_NEAR = 5
# what is denied between the arguments is the relation; elsewhere a denied change ("IL-6 made by
# T cells was not affected") leaves it
_BY_PATH = {"ACTS_ON", "REGULATES", "MODULATES", "ASSOCIATED_WITH", "BINDS"}


class Negation:
    """Reads denials in one bound doc; ``token_of``: mention to token."""

    def __init__(self, words: Sequence[Word], cues: Cues, token_of: Mapping[int, int]) -> None:
        self._words = words
        self._cues = cues
        self._token_of = token_of

    def negated(self, hit: Hit) -> bool:
        """The sentence denies the relation."""
        if hit.rule.negated:
            return not self._undone(hit)
        anchor = self._words[hit.trigger if hit.trigger >= 0 else hit.object_token]
        carriers = (*hit.subject.carriers, *hit.object.carriers)
        if any(self._denied(self._words[i]) for i in (anchor.i, *carriers)):
            return True
        if any(self._none(self._words[i]) for i in (hit.subject_token, hit.object_token)):
            return True
        if self._excluded(hit, anchor) or self._resisted(hit, anchor):
            return True
        path: frozenset[int] = frozenset()
        lacking = any(self._has(name, anchor) for name in ("inverse", "blocking"))
        if hit.rule.predicate in _BY_PATH and not lacking:  # "deficient mice did not develop"
            path = between(self._words[hit.subject_token], self._words[hit.object_token])
        if hit.trigger >= 0 and hit.trigger in path and self._unmoved(anchor):
            return True
        return any(self._reaches(a, path) for a in words_above(anchor, self._cues, path))

    def _undone(self, hit: Hit) -> bool:
        """Two denials make none: "did not lack"."""
        return hit.trigger >= 0 and self._denied(self._words[hit.trigger])

    def _reaches(self, above: Above, path: frozenset[int]) -> bool:
        token = above.token
        if not above.denial or self._has("unknown_heads", token):
            return False
        denied = self._denied(token)
        if above.below.dep_ not in SUBJECTS:
            lost = self._has("losing", token) and self._has("abilities", above.below)
            apart = token.i in path and self._has("independent", token)
            if lost or apart or self._has("negation_heads", token):
                return not denied  # "no cytokine failed to"
        return denied

    # -- beside a word --------------------------------------------------------------------

    def _denied(self, token: Word) -> bool:
        """A denying word hangs on the token, in front of it, or its subject is nobody."""
        for child in token.children:
            for word in (child, *(c for c in child.children if c.dep_ == "conj")):
                before = word.i < token.i or word.lower_ == "n't"
                if before and self._has("negation_words", word) and not self._void(word):
                    return True
            if child.dep_ == "amod" and self._has("undetectable", child):
                return True
            if child.dep_ in SUBJECTS and child.i < token.i and self._nobody(child):
                return True
        return False

    def _nobody(self, subject: Word) -> bool:
        """*nothing indicated that*, *none of the patients*."""
        return subject.lower_ in self._cues.words["nobody"]

    def _void(self, word: Word) -> bool:
        """*not only* denies nothing, *not without* neither."""
        following = self._lower(word.i + 1)
        if word.lower_ == "without":
            before = self._lower(word.i - 1)
            return before in {"not", "never"}
        return following in {"only", "just", "merely", "simply", "without", "least"}

    def _lower(self, i: int) -> str:
        """The form of a word in lower case, empty beyond the ends of the block."""
        return self._words[i].lower_ if 0 <= i < len(self._words) else ""

    def _none(self, token: Word) -> bool:
        """*no cytokine*, *neither IL-6*, *none of the cytokines*: said of the argument."""
        words = {"no", "neither", "not"}
        if token.dep_.startswith("nmod") and self._nobody(token.head):
            return True
        return any(
            c.lower_ in words and 0 < token.i - c.i < _NEAR and not self._void(c)
            for c in token.children
        ) and not self._has("negation_heads", token.head)

    def _unmoved(self, trigger: Word) -> bool:
        """*was unaffected by*: the trigger itself says that nothing happens."""
        return self._has("unmoved", trigger)

    def _resisted(self, hit: Hit, anchor: Word) -> bool:
        """*asthma refractory to steroids*: the treatment is without success."""
        if hit.trigger < 0 or hit.rule.predicate != "TREATS":
            return False
        return self._has("resisting", anchor)

    # -- in a list ------------------------------------------------------------------------

    def _excluded(self, hit: Hit, anchor: Word) -> bool:
        tied = anchor.text[0] in DASHES  # "IL-2- but not IL-12-stimulated": stimulated all the same
        for filler, landed in ((hit.subject, hit.subject_token), (hit.object, hit.object_token)):
            at = self._token_of.get(filler.mention, landed)
            if not tied and self._excepted(at, {*filler.carriers}):
                return True
            if self._left_as_it_was(self._words[at]):
                return True
        return False

    def _excepted(self, at: int, carriers: set[int]) -> bool:
        """*IL-2 but not IL-4, IL-5 or IL-6*, *but not on fibroblasts*: *not* stands before the
        list that the mention is in, with only its members and what carries them between."""
        for i in range(at - 1, self._words[at].sent.start - 1, -1):
            token = self._words[i]
            if token.lower_ in {"not", "nor"}:
                return not self._void(token) and not self._of_verb(token)
            if token.lower_ in self._cues.words["excepting"]:
                return not self._denial_before(token)
            modifies = token.pos_ == "DET" or (token.pos_ == "ADJ" and token.dep_ == "amod")
            known = token.ent_type_ or token.lower_ in _IN_LISTS or modifies
            if not (known or i in carriers or self._has("list_preps", token)):
                return False
        return False

    def _denial_before(self, word: Word) -> bool:
        """*no effect was seen, except with X*: X has one."""
        before = self._words[word.sent.start : word.i]
        return any(self._has("negation_words", w) for w in before)

    def _of_verb(self, word: Word) -> bool:
        """*did not in T cells*: the verb's own denial is read where the verb is."""
        return word.i > 0 and self._words[word.i - 1].dep_ in {"aux", "auxpass"}

    def _left_as_it_was(self, token: Word) -> bool:
        """*raised IL-6 and left TNF unchanged*."""
        while token.head.i != token.i and token.dep_ in _HELD and is_noun(token.head):
            token = token.head
        after = self._words[token.i + 1 : token.i + 3]
        left = self._has("leaving", token.head) or any(
            self._has("leaving", w) for w in self._words[max(0, token.i - _NEAR) : token.i]
        )
        return left and any(self._has("unmoved", w) for w in after) and not has_child(token, "cop")

    def _has(self, name: str, token: Word) -> bool:
        words = self._cues.words[name]
        return lemma_of(token) in words or token.lower_ in words
