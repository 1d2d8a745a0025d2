"""The effect of a relation, and the words that tell it.

A rule says how to tell (``Rule.effect``): it gives the effect, leaves it to the words that
raise or lower ("change"), or turns it with every noun that takes an argument away ("sign").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest

from pipeline.relate.changes import Changes, modifiers
from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.scope import DASHES, between, is_noun, lemma_of
from pipeline.relate.words import Word

_OPPOSITE = {"positive": "negative", "negative": "positive"}
_ACTIONS = {"MODULATES", "REGULATES", "ACTS_ON"}
_CLIMBS = {"dobj", "nsubjpass", "compound"}


class Effects:
    """Reads effects in one bound doc; ``token_of``: mention to token."""

    def __init__(self, words: Sequence[Word], cues: Cues, token_of: Mapping[int, int]) -> None:
        self._words = words
        self._cues = cues
        self._token_of = token_of
        self._changes = Changes(words, cues, token_of)

    def effect(self, hit: Hit) -> str:
        """positive, negative or unspecified."""
        given, predicate = hit.rule.effect, hit.rule.predicate
        if given == "unspecified":
            if predicate in _ACTIONS:
                return self._told(hit)
            worse = predicate == "CAUSES" and hit.trigger >= 0
            return "positive" if worse and self._worsens(hit) else given
        association = predicate == "ASSOCIATED_WITH"
        if given == "change":
            return self._associated(hit) if association else self._changes.change(hit)
        effect = "negative" if given == "negative" else "positive"
        if self._sign(hit.subject.carriers) * self._sign(hit.object.carriers) < 0:
            effect = _OPPOSITE[effect]
        if association and given == "sign":
            if hit.trigger >= 0 and self._has("neutral", self._words[hit.trigger]):
                return self._associated(hit)
            if self._said_of(hit) == "negative":  # "low IL-10 drives colitis"
                effect = _OPPOSITE[effect]
        elif association and self._blocked(hit):
            effect = _OPPOSITE[effect]
        return self._turned(hit, effect)

    def _turned(self, hit: Hit, effect: str) -> str:
        """By what stands between the trigger and the arguments."""
        if hit.rule.predicate in _ACTIONS:
            if own := self._own_verb(hit):
                return own
            if len(self._turners(hit)) % 2:
                effect = _OPPOSITE[effect]
        elif hit.rule.predicate == "CAUSES" and self._lesser_risk(hit):
            effect = _OPPOSITE[effect]
        return effect

    # -- words on the way -----------------------------------------------------------------

    def _sign(self, carriers: tuple[int, ...]) -> int:
        """-1 when the nouns that carry an argument take it away; one that only opens the
        list ("a reduction of X and an increase of Y") does not."""
        sign = 1
        for i, following in zip_longest(carriers, carriers[1:], fillvalue=-1):
            listed = following >= 0 and self._listed(i, following)
            if not listed and lemma_of(self._words[i]) in self._cues.words["inverse"]:
                sign = -sign
        return sign

    def _listed(self, i: int, following: int) -> bool:
        token = self._words[following]
        changes = self._changes.direction(token) or self._has("inverse", token)
        return token.dep_ == "conj" and token.head.i == i and bool(changes)

    def _own_verb(self, hit: Hit) -> str:
        """*promoted growth and dampened basophil generation*: parsers hang the second verb
        on its own object like an adjective."""
        for i in (*hit.object.carriers, self._at(hit)):
            for word in self._words[i].children:
                if word.dep_ != "amod" or word.tag_ not in {"VBN", "VBD"} or word.i < hit.trigger:
                    continue
                before = self._words[word.i - 1]
                if before.pos_ == "ADV" and word.i > 1:
                    before = self._words[word.i - 2]
                if before.dep_ == "cc" and is_verb_like(self._words[hit.trigger]):
                    return self._changes.direction(word)
        return ""

    def _turners(self, hit: Hit) -> list[Word]:
        """Words that turn a positive relation: "prevented the rise in IL-6", "led to reduced
        IL-6", "induced the death of B cells" for a drug."""
        turners: dict[int, Word] = {}
        if hit.trigger < 0 or hit.rule.effect == "negative":
            return []
        trigger = self._words[hit.trigger]
        for word in (*self._above(hit, trigger), *self._deadly(hit, trigger)):
            turners[word.i] = word
        if self._has("leading", trigger):
            for i in (*hit.object.carriers, self._at(hit)):
                for word in modifiers(self._words[i]):
                    if self._changes.direction(word) == "negative":
                        turners[word.i] = word
        return list(turners.values())

    def _above(self, hit: Hit, trigger: Word) -> Iterator[Word]:
        """Lowering words above a noun that is the trigger, on the way to the subject."""
        if trigger.text[0] in DASHES:
            head = trigger.head  # "pranlukast-induced inhibition of IL-5"
            if head.i not in hit.object.carriers and self._has("inverse", head):
                yield head
            return
        path = between(self._words[hit.subject_token], self._words[hit.object_token])
        word = trigger
        while is_noun(word) and word.head.i != word.i:
            if hit.subject_token in {t.i for t in word.subtree}:
                return
            if word.dep_ not in _CLIMBS and not word.dep_.startswith("nmod"):
                return
            head = word.head
            if head.i not in path or head.i in hit.object.carriers:
                return
            lowers = self._changes.direction(head) == "negative" or self._has("inverse", head)
            if lowers and not head.ent_type_ and head.i not in hit.subject.carriers:
                yield head
            word = head

    def _deadly(self, hit: Hit, trigger: Word) -> Iterator[Word]:
        """A drug that makes cells die lowers them."""
        if hit.rule.predicate != "MODULATES":
            return
        around = [self._words[i] for i in hit.object.carriers]
        own = self._words[self._at(hit)]
        if own.dep_ == "compound" or trigger.text[0] in DASHES:
            around.append(own.head)
        for word in (*around, trigger):
            if lemma_of(word) in self._cues.words["dying"]:
                yield word
                return

    def _worsens(self, hit: Hit) -> bool:
        return self._has("worsening", self._words[hit.trigger])

    def _lesser_risk(self, hit: Hit) -> bool:
        """*associated with a reduced risk of*."""
        around = [i for i in (hit.trigger, *hit.object.carriers) if i >= 0]
        return any(
            self._changes.direction(word) == "negative"
            for i in around
            if self._has("risk_nouns", self._words[i])
            for word in modifiers(self._words[i])
        )

    def _told(self, hit: Hit) -> str:
        """*the inhibitory effect of X on Y*, *down regulates*: by the word beside."""
        if hit.trigger < 0:
            return "unspecified"
        trigger = self._words[hit.trigger]
        for word in trigger.children:
            before = word.i < trigger.i or word.dep_ == "advmod"
            if word.dep_ in {"amod", "advmod", "compound", "prt", "compound:prt"} and before:
                for name, effect in (("ways_down", "negative"), ("ways_up", "positive")):
                    if self._has(name, word):
                        sign = self._sign(hit.subject.carriers) * self._sign(hit.object.carriers)
                        return effect if sign > 0 else _OPPOSITE[effect]
        return "unspecified"

    # -- associations ---------------------------------------------------------------------

    def _blocked(self, hit: Hit) -> bool:
        """*neutralising OSM attenuated colitis*: the parser may hang either on the other."""
        return any(self._has("blocking", w) and w.i != hit.trigger for w in self._blockers(hit))

    def _blockers(self, hit: Hit) -> list[Word]:
        token = self._words[hit.subject_token]
        words = [*modifiers(token), *self._words[max(0, token.i - 1) : token.i]]
        if token.dep_ == "dobj" and token.head.tag_ == "VBG":
            words.append(token.head)
        return words

    def _associated(self, hit: Hit) -> str:
        """Of a link that says no direction by itself: by adverbs, lack and change words."""
        if hit.trigger >= 0:
            words = {lemma_of(c) for c in self._words[hit.trigger].children}
            if words & self._cues.words["inversely"]:
                return "negative"
            if words & self._cues.words["directly"]:
                return "positive"
        if any(self._has("wanting", self._words[i]) for i in hit.subject.carriers):
            return "negative"
        return self._said_of(hit) or "unspecified"

    def _said_of(self, hit: Hit) -> str:
        """What modifiers of the subject and of its carriers say: raised or lowered."""
        for i in (*hit.subject.carriers, hit.subject_token):
            for word in (self._words[i], *modifiers(self._words[i])):
                if word.i != hit.trigger and (said := self._changes.said(word)):
                    return said
        return ""

    # -- signs ----------------------------------------------------------------------------

    def signs(self, hit: Hit) -> str:
        """The words that raise (+) or lower (-), in the order of the sentence."""
        words: dict[int, Word] = {}
        own = [self._token_of.get(f.mention, -1) for f in (hit.subject, hit.object)]
        for i in (
            hit.subject_token, *hit.subject.carriers, hit.trigger,
            *hit.object.carriers, hit.object_token, *own,
        ):  # fmt: skip
            if i >= 0:
                token = self._words[i]
                around = () if token.dep_ == "conj" and not is_noun(token) else modifiers(token)
                words.update({word.i: word for word in (token, *around)})
        beside = [w for w in self._blockers(hit) if self._has("blocking", w)]
        for word in (*self._turners(hit), *self._changes.governors(hit), *beside):
            words[word.i] = word
        signed = ((words[i], self._shown(words[i])) for i in sorted(words))
        return " ".join(f"{word.text}({sign})" for word, sign in signed if sign)

    def _shown(self, word: Word) -> str:
        if word.ent_type_:
            return ""
        if any(self._has(name, word) for name in ("inverse", "ways_down", "easing", "blocking")):
            return "-"
        if any(self._has(name, word) for name in ("change_up", "ways_up", "worsening")):
            return "+"
        sign = self._changes.direction(word) or self._changes.said(word)
        return {"positive": "+", "negative": "-"}.get(sign, "")

    def _at(self, hit: Hit) -> int:
        return self._token_of.get(hit.object.mention, hit.object_token)

    def _has(self, name: str, token: Word) -> bool:
        words = self._cues.words[name]
        return token.lower_ in words or lemma_of(token) in words


def is_verb_like(token: Word) -> bool:
    """A verb, or a noun that the tagger took for one."""
    return token.tag_.startswith("VB") or token.pos_ == "VERB"
