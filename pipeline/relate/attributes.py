"""Effect, function, negation and hedging of a hit, read off the tree around it.

A denial or a hedge is a word beside the trigger, beside a noun that carries an argument,
or beside a word above the trigger that reaches it (``scope``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from spacy.tokens import Doc, Token

from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.scope import CLAUSES, DASHES, Above, has_child, is_verb, words_above

_OPPOSITE = {"positive": "negative", "negative": "positive"}
_AMOUNTS = {"SECRETES", "EXPRESSES"}
_IN_LISTS = {",", "or", "and", "/"}
_SUBJECTS = {"nsubj", "nsubjpass", "csubj", "csubjpass"}
_MEASURED = {"dobj", "nsubjpass", "nmod", "nsubj"}


def _lemma(token: Token) -> str:
    return token.lemma_.lower()


class Attributes:
    """Reads attributes in one bound doc. ``token_of`` (mention to token) lets it see a
    denial inside a list ("IL-2 but not IL-4")."""

    def __init__(self, doc: Doc, cues: Cues, token_of: Mapping[int, int] | None = None) -> None:
        self._doc = doc
        self._cues = cues
        self._token_of = token_of or {}

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

    # -- effect ---------------------------------------------------------------------------

    def effect(self, hit: Hit) -> str:
        """positive, negative or unspecified, as the rule's ``effect`` says how to tell."""
        given = hit.rule.effect
        if given == "unspecified":
            return given
        association = hit.rule.predicate == "ASSOCIATED_WITH"
        if given == "change":
            return self._associated(hit) if association else self._change(hit)
        effect = "negative" if given == "negative" else "positive"
        if hit.subject.sign * hit.object.sign < 0:
            effect = _OPPOSITE[effect]
        if association and given == "sign":
            if hit.trigger >= 0 and self._has("neutral", self._doc[hit.trigger]):
                return self._associated(hit)
            if self._said_of(hit) == "negative":  # "low IL-10 drives colitis"
                effect = _OPPOSITE[effect]
        elif association and self._blocked(hit):
            effect = _OPPOSITE[effect]
        return effect

    def _blocked(self, hit: Hit) -> bool:
        """*neutralising OSM attenuated colitis*: the parser may hang either on the other."""
        token = self._doc[hit.subject_token]
        words = [*self._modifiers(token), *self._doc[max(0, token.i - 1) : token.i]]
        if token.dep_ == "dobj" and token.head.tag_ == "VBG":
            words.append(token.head)
        blocking = self._cues.words["blocking"]
        return any({w.lower_, _lemma(w)} & blocking and w.i != hit.trigger for w in words)

    def _associated(self, hit: Hit) -> str:
        """Of a link that says no direction by itself: by adverbs, lack and change words."""
        if hit.trigger >= 0:
            words = {_lemma(c) for c in self._doc[hit.trigger].children}
            if words & self._cues.words["inversely"]:
                return "negative"
            if words & self._cues.words["directly"]:
                return "positive"
        if any(self._has("wanting", self._doc[i]) for i in hit.subject.carriers):
            return "negative"
        return self._said_of(hit) or "unspecified"

    def _said_of(self, hit: Hit) -> str:
        """What modifiers of the subject and of its carriers say: raised or lowered."""
        for i in (*hit.subject.carriers, hit.subject_token):
            token = self._doc[i]
            for word in (token, *self._modifiers(token)):
                if word.i == hit.trigger:
                    continue
                if {word.lower_, _lemma(word)} & self._cues.words["said_lowered"]:
                    return "negative"
                if {word.lower_, _lemma(word)} & self._cues.words["said_raised"]:
                    return "positive"
        return ""

    def _change(self, hit: Hit) -> str:
        """SECRETES, EXPRESSES, BINDS, TREATS, CAUSES: only a word that raises or lowers."""
        around = [i for i in (hit.trigger, *hit.object.carriers) if i >= 0]
        if hit.trigger < 0:
            around.append(hit.object_token)
        for i in around:
            token = self._doc[i]
            for word in self._modifiers(token):
                if found := self._direction(word):
                    return found
            if found := self._governed(token):
                return found
        if hit.rule.predicate in _AMOUNTS:  # "secreted more IL-1β"
            for word in self._modifiers(self._doc[hit.object_token]):
                if word.i != hit.trigger and (found := self._direction(word)):
                    return found
        return "unspecified"

    def _governed(self, token: Token) -> str:
        """By the verb or noun above: "suppressed the production", "induced cells to make"."""
        while token.dep_ == "conj" and token.tag_.startswith("NN"):
            token = token.head
        head = token.head
        if head.i == token.i:
            return ""
        if is_verb(token):
            return self._direction(head) if token.dep_ in {"xcomp", "ccomp"} else ""
        if token.dep_ not in _MEASURED or not token.tag_.startswith("NN"):
            return ""
        acts = token.dep_ == "nsubj" and head.tag_ != "VBN" and has_child(head, "dobj")
        return "" if acts else self._direction(head)

    def _modifiers(self, token: Token) -> Iterator[Token]:
        for child in token.children:
            near = abs(child.i - token.i) < 6
            participle = child.dep_ == "acl" and child.tag_ == "VBN"
            if participle or (near and child.dep_ in {"amod", "advmod"}):
                yield child

    def _direction(self, token: Token) -> str:
        for form in (token.lower_, _lemma(token), token.lower_.strip(DASHES)):
            if form in self._cues.words["lower"]:
                return "negative"
            if form in self._cues.words["raise"]:
                return "positive"
        return ""

    def _anchor(self, hit: Hit) -> Token:
        return self._doc[hit.trigger if hit.trigger >= 0 else hit.object_token]

    def _has(self, name: str, token: Token) -> bool:
        return _lemma(token) in self._cues.words[name]

    # -- negation -------------------------------------------------------------------------

    def negated(self, hit: Hit) -> bool:
        """The sentence denies the relation."""
        if hit.rule.negated:
            return True
        anchor = self._anchor(hit)
        if self._denied(anchor) or any(self._denied(self._doc[i]) for i in self._carriers(hit)):
            return True
        if any(self._none(self._doc[i]) for i in (hit.subject_token, hit.object_token)):
            return True
        if any(self._excepted(f.mention) for f in (hit.subject, hit.object)):
            return True
        for above in words_above(self._anchor(hit), self._cues):
            heads = self._has("negation_heads", above.token) and above.below.dep_ not in _SUBJECTS
            unknown = self._has("unknown_heads", above.token)
            if above.denial and not unknown and (heads or self._denied(above.token)):
                return True
        return False

    def _carriers(self, hit: Hit) -> tuple[int, ...]:
        return (*hit.subject.carriers, *hit.object.carriers)

    def _denied(self, token: Token) -> bool:
        """A denying word hangs on the token, in front of it."""
        for child in token.children:
            for word in (child, *(c for c in child.children if c.dep_ == "conj")):
                before = word.i < token.i or word.lower_ == "n't"
                if before and self._has("negation_words", word) and not self._only(word):
                    return True
            if child.dep_ == "amod" and self._has("undetectable", child):
                return True
        return False

    def _only(self, word: Token) -> bool:
        """*not only* denies nothing, and *not* in a list belongs to what follows it."""
        following = self._doc[word.i + 1 : word.i + 2].text.lower()
        return following in {"only", "just", "merely", "simply"}

    def _none(self, token: Token) -> bool:
        """*no cytokine*, *neither IL-6*: said of the argument itself."""
        words = {"no", "neither", "not"}
        return any(
            c.lower_ in words and 0 < token.i - c.i < 5 and not self._only(c)
            for c in token.children
        )

    def _excepted(self, mention: int) -> bool:
        """*IL-2 but not IL-4, IL-5 or IL-6*: *not* stands before the list that the mention
        is in, with nothing but its other members between."""
        for i in range(self._token_of.get(mention, 0) - 1, -1, -1):
            token = self._doc[i]
            if token.lower_ in {"not", "nor"}:
                return not self._only(token)
            if not (token.ent_type_ or token.lower_ in _IN_LISTS or token.pos_ in {"ADJ", "DET"}):
                return False
        return False

    # -- hedging --------------------------------------------------------------------------

    def hedged(self, hit: Hit) -> bool:
        """The sentence offers the relation as possible, or asks for it."""
        anchor = self._anchor(hit)
        if hit.rule.hedged or anchor.sent.text.rstrip().endswith("?"):
            return True
        if any(self._offered(self._doc[i]) for i in (anchor.i, *self._carriers(hit))):
            return True
        for above in words_above(self._anchor(hit), self._cues):
            if above.modal and self._offered(above.token):
                return True
            if self._asked(above):
                return True
        return False

    def _offered(self, token: Token) -> bool:
        """A modal, an adverb or an adjective beside the token makes it a possibility."""
        words = self._cues.words
        for child in token.children:
            lemma = _lemma(child)
            if child.dep_ == "aux" and lemma in words["hedge_auxiliaries"]:
                return not (lemma == "could" and self._was_able(token))
            if lemma in words["hedge_adverbs"] and child.dep_ in {"advmod", "mark", "cc", "dep"}:
                return True
            if child.dep_ in {"amod", "xcomp"} and lemma in words["hedge_adjectives"]:
                return True
        return False

    def _was_able(self, verb: Token) -> bool:
        """*could be detected*, *could be reversed by*: it was done."""
        done = self._has("finding", verb) or bool(self._direction(verb))
        return done and has_child(verb, "auxpass")

    def _asked(self, above: Above) -> bool:
        """Whether the word above offers what is below it as an idea or a question."""
        token, dep = above.token, above.below.dep_
        if self._has("unknown_heads", token):
            return any(self._has("unknown_words", c) for c in token.children)
        if token.tag_.startswith("JJ") and self._has("hedge_adjectives", token):
            return True
        if not self._has("hedge_heads", token) or (dep == "advcl" and above.below.tag_ != "VB"):
            return False
        if dep in {"nsubj", "csubj"} and is_verb(token):  # the subject suggests something else
            return self._has("seeming", token)
        return dep in CLAUSES or not self._has("hedge_clausal", token)
