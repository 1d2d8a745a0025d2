"""What *it*, *they* and *this cytokine* at the head of a sentence mean, where the sentence
before says so plainly: it has one subject, or one name, that fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import Bound
from pipeline.relate.words import Sentence, Word

_SUBJECTS = {"nsubj", "nsubjpass"}
_JOINED = {"conj", "parataxis"}
_CLAUSES = {"ccomp", "csubj", "csubjpass"}
_THIS = {"this", "that"}
_THESE = {"these", "those"}
_OPENING = 3  # words and commas before it: "In this model, it ..." is no longer plain


class SentenceBefore:
    """Looks back from the words of one bound block."""

    def __init__(
        self, bound: Bound, found: Sequence[Found], groups: Mapping[int, Sequence[int]]
    ) -> None:
        self._bound = bound
        self._found = found
        self._groups = groups

    def subjects(self, pronoun: Word, labels: frozenset[str]) -> list[int]:
        """The mentions that a pronoun stands for: the subject of the sentence before, one name
        for *it*, several for *they*; none when something else could be meant."""
        before = self._before(pronoun)
        if before is None or pronoun.dep_ not in _SUBJECTS or _expletive(pronoun):
            return []
        members = self._subject_of(before, labels)
        plural = len(members) > 1 or any(self._is_plural(m) for m in members)
        return members if plural == (pronoun.lower_ == "they") else []

    def cells(self, noun: Word) -> list[int]:
        """The cells that *these cells* points to: the subject of the clause before in its
        sentence, else of the sentence before; none when something else could be meant."""
        if noun.lower_ != "cells" or not any(
            c.dep_ == "det" and c.lower_ in _THESE for c in noun.children
        ):
            return []
        here = self._bound.words[noun.sent.start : noun.i]
        named = [self._bound.mention_of[t.i] for t in here if t.dep_ in _SUBJECTS]
        own = [m for m in named if m >= 0 and self._found[m].candidate.label == "CELL"]
        before = None if own else self._before(noun)
        meant = [own[-1], *self._groups.get(own[-1], ())] if own else []
        if before is not None:
            meant = self._subject_of(before, frozenset({"CELL"}))
        others = self._of_kind(before if before is not None else here, "CELL")
        return meant if set(others) <= set(meant) else []

    def _subject_of(self, before: Sentence, labels: frozenset[str]) -> list[int]:
        """The mentions that are the one subject of a sentence."""
        subjects = [t for t in before if t.dep_ in _SUBJECTS and _states(t.head, before.root)]
        first = next((t for t in subjects if t.head == before.root), None)
        mention = -1 if first is None else self._bound.mention_of[first.i]
        if first is None or mention < 0 or self._found[mention].candidate.label not in labels:
            return []
        members = [mention, *self._groups.get(mention, ())]
        others = [self._bound.mention_of[t.i] for t in subjects]
        if any(self._rivals(other, mention, members) for other in others):
            return []  # "IL-6 rose, and TNF fell. It ..."
        return members

    def _is_plural(self, mention: int) -> bool:
        return self._bound.words[self._bound.token_of[mention]].tag_ == "NNS"

    def meant_by(self, token: Word, mention: int) -> int | None:
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
        return name or self._bound.words[self._bound.token_of[mention]].lower_

    def _names(self, sentence: Sentence, label: str) -> list[int]:
        """Mentions of a label that name one thing, in order."""
        return [
            m
            for m in self._of_kind(sentence, label)
            if self._found[m].candidate.specificity != "generic"
        ]

    def _of_kind(self, words: Iterable[Word], label: str) -> list[int]:
        """Mentions of a label, short forms beside their long form left out, in order."""
        mentions = [self._bound.mention_of[t.i] for t in words]
        return [
            m for m in mentions
            if m >= 0
            and self._found[m].candidate.label == label
            and self._found[m].alias_of < 0
        ]  # fmt: skip

    def _before(self, token: Word) -> Sentence | None:
        """The sentence before, when the token opens its own."""
        sentence = token.sent
        if sentence.start == 0 or token.i - sentence.start > _OPENING:
            return None
        return self._bound.words[sentence.start - 1].sent


def _states(verb: Word, root: Word) -> bool:
    """Whether a verb heads the main clause or one beside it."""
    return verb == root or (verb.head == root and verb.dep_ in _JOINED)


def _expletive(pronoun: Word) -> bool:
    """*It is known that*, *it remains to be seen*: the pronoun stands for nothing."""
    head = pronoun.head
    if pronoun.lower_ != "it":
        return False
    if any(child.dep_ in _CLAUSES for child in head.children):
        return True
    adjective = head.tag_.startswith("JJ") and any(c.dep_ == "xcomp" for c in head.children)
    return adjective or head.lemma_.lower() in {"seem", "appear", "remain"}
