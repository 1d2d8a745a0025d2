"""What *it*, *they* and *this cytokine* at the head of a sentence mean, where the sentence
before says so plainly: it has one subject, or one name, that fits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from spacy.tokens import Span, Token

from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import Bound

_SUBJECTS = {"nsubj", "nsubjpass"}
_JOINED = {"conj", "parataxis"}
_CLAUSES = {"ccomp", "csubj", "csubjpass"}
_THIS = {"this", "that"}
_OPENING = 3  # words and commas before it: "In this model, it ..." is no longer plain


class SentenceBefore:
    """Looks back from the words of one bound block."""

    def __init__(
        self, bound: Bound, found: Sequence[Found], groups: Mapping[int, Sequence[int]]
    ) -> None:
        self._bound = bound
        self._found = found
        self._groups = groups

    def subjects(self, pronoun: Token, labels: frozenset[str]) -> list[int]:
        """The mentions that a pronoun stands for: the subject of the sentence before, one name
        for *it*, several for *they*; none when something else could be meant."""
        before = self._before(pronoun)
        if before is None or pronoun.dep_ not in _SUBJECTS or _expletive(pronoun):
            return []
        subjects = [t for t in before if t.dep_ in _SUBJECTS and _states(t.head, before.root)]
        first = next((t for t in subjects if t.head == before.root), None)
        mention = -1 if first is None else self._bound.mention_of[first.i]
        if first is None or mention < 0 or self._found[mention].candidate.label not in labels:
            return []
        members = [mention, *self._groups.get(mention, ())]
        others = [self._bound.mention_of[t.i] for t in subjects]
        if any(self._rivals(other, mention, members) for other in others):
            return []  # "IL-6 rose, and TNF fell. It ..."
        plural = len(members) > 1 or first.tag_ == "NNS"
        return members if plural == (pronoun.lower_ == "they") else []

    def meant_by(self, token: Token, mention: int) -> int | None:
        """The only name of its kind in the sentence before, for a class that *this* points
        with; None for anything else."""
        candidate = self._found[mention].candidate
        points = any(c.dep_ == "det" and c.lower_ in _THIS for c in token.children)
        if not points or candidate.specificity != "generic" or token.tag_ == "NNS":
            return None
        before = self._before(token)
        names = [] if before is None else self._names(before, candidate.label)
        concepts = {self._concept(m) for m in names}
        return names[0] if len(concepts) == 1 else None

    def _rivals(self, other: int, mention: int, members: Sequence[int]) -> bool:
        """Whether another subject could be meant: something else of the same kind."""
        if other < 0 or other in members:
            return False
        one, two = self._found[other].candidate, self._found[mention].candidate
        return one.label == two.label and self._concept(other) != self._concept(mention)

    def _concept(self, mention: int) -> str:
        """The name of what a mention stands for; its own words where it has none."""
        name = self._found[mention].candidate.name
        return name or self._bound.doc[self._bound.token_of[mention]].lower_

    def _names(self, sentence: Span, label: str) -> list[int]:
        """Mentions of a label that name one thing, in order."""
        mentions = [self._bound.mention_of[t.i] for t in sentence]
        return [
            m for m in mentions
            if m >= 0
            and self._found[m].candidate.label == label
            and self._found[m].candidate.specificity != "generic"
            and self._found[m].alias_of < 0
        ]  # fmt: skip

    def _before(self, token: Token) -> Span | None:
        """The sentence before, when the token opens its own."""
        sentence = token.sent
        if sentence.start == 0 or token.i - sentence.start > _OPENING:
            return None
        return self._bound.doc[sentence.start - 1].sent


def _states(verb: Token, root: Token) -> bool:
    """Whether a verb heads the main clause or one beside it."""
    return verb == root or (verb.head == root and verb.dep_ in _JOINED)


def _expletive(pronoun: Token) -> bool:
    """*It is known that*, *it remains to be seen*: the pronoun stands for nothing."""
    head = pronoun.head
    if pronoun.lower_ != "it":
        return False
    if any(child.dep_ in _CLAUSES for child in head.children):
        return True
    adjective = head.tag_.startswith("JJ") and any(c.dep_ == "xcomp" for c in head.children)
    return adjective or head.lemma_.lower() in {"seem", "appear", "remain"}
