"""Pairs of mentions that a predicate could join, and the way through the tree between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.recognise.recogniser import Found
from pipeline.records import SIGNATURES
from pipeline.relate.arguments import Arguments
from pipeline.relate.bind import Bound
from pipeline.relate.words import Word

_IN_LIST = {"conj", "appos"}
FAR = 60  # words; further apart stand rows of a table that lost its lines


def _predicates() -> dict[tuple[str, str], tuple[str, ...]]:
    """(label of the subject, label of the object) -> the predicates that may join them."""
    table: dict[tuple[str, str], list[str]] = defaultdict(list)
    for predicate, (subjects, objects) in SIGNATURES.items():
        for subject in subjects:
            for object_ in objects:
                table[subject, object_].append(predicate)
    return {labels: tuple(sorted(predicates)) for labels, predicates in table.items()}


PREDICATES_OF = _predicates()


@dataclass(frozen=True, slots=True)
class Pair:
    """An ordered pair of mentions in one sentence. ``up`` are the words from the subject's
    list up to the word below ``top``, ``down`` those from there to the object's list, both
    with the mention itself; ``top`` is None when no tree holds both."""

    subject: int
    object: int
    predicates: tuple[str, ...]
    up: tuple[Word, ...]
    top: Word | None
    down: tuple[Word, ...]

    @property
    def start(self) -> Word:
        """The word that stands for the subject: the head of its list."""
        return self.up[0] if self.up else self._top

    @property
    def end(self) -> Word:
        """The word that stands for the object: the head of its list."""
        return self.down[-1] if self.down else self._top

    @property
    def _top(self) -> Word:
        assert self.top is not None, "a pair without a way has two ends"
        return self.top

    def inner(self) -> list[tuple[str, Word]]:
        """The words between the two, each with its place: up, top or down."""
        ends = {self.start.i, self.end.i}
        nodes = [("up", t) for t in self.up]
        if self.top is not None:
            nodes.append(("top", self.top))
        nodes += [("down", t) for t in self.down]
        return [(place, t) for place, t in nodes if t.i not in ends]


class Pairs:
    """Lists the pairs of one bound block."""

    def __init__(self, bound: Bound, found: Sequence[Found], arguments: Arguments) -> None:
        self._bound = bound
        self._found = found
        self._arguments = arguments
        self._chains: dict[int, list[Word]] = {}
        self._anchors: dict[int, Word] = {}

    def __iter__(self) -> Iterator[Pair]:
        """Every pair of a sentence that some predicate allows; members of one list and
        short forms beside their long form make none, nor do two that are ``FAR`` apart."""
        places = self._bound.token_of
        by_sentence: dict[int, list[int]] = defaultdict(list)
        for mention, token in self._bound.token_of.items():
            if self._found[mention].alias_of < 0:
                by_sentence[self._bound.words[token].sent.start].append(mention)
        for group in by_sentence.values():
            for subject in group:
                for object_ in group:
                    labels = self._label(subject), self._label(object_)
                    if subject == object_ or labels not in PREDICATES_OF:
                        continue
                    if abs(places[subject] - places[object_]) > FAR:
                        continue
                    if not self._arguments.together(subject, object_):
                        yield self.pair(subject, object_)

    def pair(self, subject: int, object_: int) -> Pair:
        """The pair of two mentions with the way between them, whatever stands on it."""
        up, down = self._chain(self._anchor(subject)), self._chain(self._anchor(object_))
        predicates = PREDICATES_OF.get((self._label(subject), self._label(object_)), ())
        below = {token.i: place for place, token in enumerate(down)}
        top = next((place for place, token in enumerate(up) if token.i in below), None)
        if top is None:
            return Pair(subject, object_, predicates, (up[0],), None, (down[0],))
        common = up[top]
        way_down = tuple(reversed(down[: below[common.i]]))
        return Pair(subject, object_, predicates, tuple(up[:top]), common, way_down)

    def _label(self, mention: int) -> str:
        return self._found[mention].candidate.label

    def _anchor(self, mention: int) -> Word:
        """The head of the list that the mention stands in: all members say the same."""
        if mention not in self._anchors:
            self._anchors[mention] = self._head_of_list(mention)
        return self._anchors[mention]

    def _head_of_list(self, mention: int) -> Word:
        doc = self._bound.words
        token = doc[self._bound.token_of[self._arguments.first_of(mention)]]
        while token.dep_ in _IN_LIST and token.head.i != token.i:
            above = self._bound.mention_of[token.head.i]
            if above < 0 or self._label(above) != self._label(mention):
                break
            token = token.head
        return token

    def _chain(self, token: Word) -> list[Word]:
        """The token and all words above it."""
        if token.i not in self._chains:
            chain = [token]
            while chain[-1].head.i != chain[-1].i:
                chain.append(chain[-1].head)
            self._chains[token.i] = chain
        return self._chains[token.i]
