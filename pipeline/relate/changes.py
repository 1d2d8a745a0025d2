"""Words that raise or lower, beside a word and above it: for predicates that have an effect
only when the sentence says that the production, binding, expression or risk changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.scope import DASHES, has_child, is_noun, is_verb, lemma_of
from pipeline.relate.words import Word

_AMOUNTS = {"SECRETES", "EXPRESSES"}
_MEASURED = {"dobj", "nsubjpass", "nmod", "nsubj"}
_MAX_UP = 4


def modifiers(token: Word) -> Iterator[Word]:
    """Adjectives, adverbs and participles beside a token."""
    for child in token.children:
        near = abs(child.i - token.i) < 6
        participle = child.dep_ == "acl" and child.tag_ == "VBN"
        if participle or (near and child.dep_ in {"amod", "advmod"}):
            yield child


class Changes:
    """Reads them in one bound doc; ``token_of``: mention to token."""

    def __init__(self, words: Sequence[Word], cues: Cues, token_of: Mapping[int, int]) -> None:
        self._text = words
        self._words = cues.words
        self._token_of = token_of

    def direction(self, token: Word) -> str:
        """positive for a word that raises, negative for one that lowers, else empty."""
        for form in (token.lower_, lemma_of(token), token.lower_.strip(DASHES)):
            if form in self._words["lower"]:
                return "negative"
            if form in self._words["raise"]:
                return "positive"
        return ""

    def said(self, token: Word) -> str:
        """The same for what is said of an argument: *low*, *elevated*."""
        forms = {token.lower_, lemma_of(token)}
        if forms & self._words["said_lowered"]:
            return "negative"
        return "positive" if forms & self._words["said_raised"] else ""

    def change(self, hit: Hit) -> str:
        """SECRETES, EXPRESSES, BINDS, TREATS, CAUSES: only a word that raises or lowers."""
        if hit.rule.predicate in _AMOUNTS and (found := self._amount(hit)):
            return found
        for token in self._around(hit):
            for word in modifiers(token):
                if found := self.direction(word):
                    return found
            for word in self._governing(token, hit):
                if found := self._brings(word) or self.direction(word):
                    return found
        return "unspecified"

    def _around(self, hit: Hit) -> list[Word]:
        around = [i for i in (hit.trigger, *reversed(hit.object.carriers)) if i >= 0]
        if hit.trigger < 0:
            around.append(hit.object_token)
        return [self._text[i] for i in around]

    def _amount(self, hit: Hit) -> str:
        """*secreted more IL-10 and less IL-6*: by the word nearest to the object."""
        own = self._token_of.get(hit.object.mention, hit.object_token)
        for i in (own, hit.object_token):
            for word in modifiers(self._text[i]):
                if word.i != hit.trigger and (found := self.direction(word)):
                    return found
            before = self._text[max(0, i - 1)]
            if before.lower_ in self._words["measures"] and (found := self.direction(before)):
                return found
        return ""

    def governors(self, hit: Hit) -> Iterator[Word]:
        """The words above that ``change`` reads."""
        if hit.rule.effect == "change" and hit.rule.predicate != "ASSOCIATED_WITH":
            for token in self._around(hit):
                yield from self._governing(token, hit)

    def _brings(self, word: Word) -> str:
        """*led to the release of*: there is more of it than before."""
        return "positive" if lemma_of(word) in self._words["bringing"] else ""

    def _governing(self, token: Word, hit: Hit) -> Iterator[Word]:
        """Verbs and nouns above: "suppressed the production", "induced cells to make"."""
        for _ in range(_MAX_UP):
            while token.dep_ == "conj" and is_noun(token) and token.head.i != token.i:
                token = token.head
            head = token.head
            if head.i == token.i:
                return
            if is_verb(token):
                if token.dep_ in {"xcomp", "ccomp"}:
                    yield head
                elif token.dep_ == "acl" and is_noun(head):  # "a decrease in the IL-6 made by"
                    token = head
                    continue
                return
            if token.dep_.split(":")[0] not in {*_MEASURED, "compound"} or not is_noun(token):
                return
            acts = token.dep_ == "nsubj" and head.tag_ != "VBN" and has_child(head, "dobj")
            if acts or head.i == hit.trigger:
                return
            yield head
            if is_verb(head) or not (self.direction(head) == "" and is_noun(head)):
                return
            token = head
