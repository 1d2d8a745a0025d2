"""Runs the rules over a bound block: triggers with paths by :mod:`pipeline.relate.walk`,
sequences of words by :mod:`pipeline.relate.sequences`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError
from pipeline.relate.arguments import Arguments, Filler
from pipeline.relate.bind import Bound
from pipeline.relate.possible import Part, WordIndex, anchor, parts
from pipeline.relate.rules import Rule, RuleBook
from pipeline.relate.sequences import Match, WordSequence, word_check
from pipeline.relate.walk import Check, Walk
from pipeline.relate.words import Word

SETS_OF_LABELS = 64  # of the labels that stand near each other


@dataclass(frozen=True, slots=True)
class Hit:
    """One pair of mentions that a rule joined; token indexes into the bound doc."""

    rule: Rule
    subject: Filler
    object: Filler
    trigger: int
    subject_token: int
    object_token: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One argument of a rule: the ways from the trigger to it, and its labels."""

    paths: tuple[str, ...]
    labels: frozenset[str]


class _Reached:
    """What stands at the ends of the paths from one trigger. Rules share their paths: each is
    walked once, if asked for."""

    def __init__(self, trigger: Word, walks: dict[str, Walk], book: RuleBook) -> None:
        self.trigger = trigger
        self._walks = walks
        self._book = book
        self._known: dict[str, list[int]] = {}
        self._filled: dict[_Side, list[tuple[int, Filler]]] = {}

    def __getitem__(self, name: str) -> list[int]:
        """The tokens at the end of a path, in order."""
        void = any(self._walk(other) for other in self._book.paths[name].unless)
        return [] if void else self._walk(name)

    def fillers(self, side: _Side, arguments: Arguments) -> list[tuple[int, Filler]]:
        """The mentions that may be an argument, each with the token that it was reached at."""
        if side not in self._filled:
            self._filled[side] = [
                (token, filler)
                for name in side.paths
                for token in self[name]
                for filler in arguments.fillers(token, side.labels)
            ]
        return self._filled[side]

    def _walk(self, name: str) -> list[int]:
        if name not in self._known:
            self._known[name] = self._walks[name].reach(self.trigger)
        return self._known[name]


class Engine:
    """Compiled once per process."""

    def __init__(self, book: RuleBook, vocab: Vocab) -> None:
        self._book = book
        self._rules = book.rules
        self._fits: dict[int, Check] = {}  # by the place of the rule in the book
        self._sides: dict[int, tuple[_Side, _Side]] = {}
        self._sequences: dict[int, WordSequence] = {}
        used: set[str] = set()
        for n, rule in enumerate(book.rules):
            try:
                if rule.tokens is None:
                    self._fits[n] = word_check(rule.trigger or {}, vocab)
                    self._sides[n] = (
                        _Side(tuple(rule.subject_path), rule.subjects),
                        _Side(tuple(rule.object_path), rule.objects),
                    )
                    used |= {*rule.subject_path, *rule.object_path}
                else:
                    self._sequences[n] = WordSequence(rule, vocab)
            except (ValueError, TypeError) as error:
                raise PatternError(f"{book.where[rule.id]}: {error}") from error
        self._triggers = WordIndex({n: self._rules[n].trigger or {} for n in self._fits})
        self._anchors = WordIndex({n: anchor(self._rules[n].tokens or []) for n in self._sequences})
        self._possible = lru_cache(SETS_OF_LABELS)(self._with_labels)
        self._walks: dict[str, Walk] = {}
        voiding = {other for name in used for other in book.paths[name].unless}
        for name in sorted(used | voiding):
            try:
                self._walks[name] = Walk(book.paths[name].pattern)
            except (ValueError, KeyError) as error:
                raise PatternError(f"path {name!r}: {error}") from error

    def hits(self, bound: Bound, arguments: Arguments) -> Iterator[Hit]:
        """Every pair that any rule joins; the same pair may come several times."""
        near = [(part, self._possible(part.near)) for part in parts(bound.words)]
        near = [(part, possible) for part, possible in near if possible]
        for part, possible in near:
            for token in bound.words[part.start : part.end]:
                candidates = [n for n in self._triggers[token] if n in possible]
                reached = _Reached(token, self._walks, self._book) if candidates else None
                for n in candidates:
                    if reached is not None and self._fits[n](token):
                        yield from self._by_paths(n, reached, arguments)
        for part, possible in near:
            yield from self._by_tokens(part, possible, bound, arguments)

    def reached_by(self, rule: Rule, words: Sequence[Word]) -> dict[int, dict[str, list[int]]]:
        """For each trigger of one rule: path name -> tokens (for explanations)."""
        fits = self._fits[self._rules.index(rule)]
        found = {}
        for token in words:
            if fits(token):
                reached = _Reached(token, self._walks, self._book)
                names = {*rule.subject_path, *rule.object_path}
                found[token.i] = {name: reached[name] for name in names}
        return found

    def _with_labels(self, labels: frozenset[str]) -> frozenset[int]:
        """The rules whose arguments may be among mentions with these labels."""
        return frozenset(
            n for n, rule in enumerate(self._rules)
            if rule.subjects & labels and rule.objects & labels
        )  # fmt: skip

    def _by_paths(self, n: int, reached: _Reached, arguments: Arguments) -> Iterator[Hit]:
        rule, trigger = self._rules[n], reached.trigger.i
        subject_side, object_side = self._sides[n]
        subjects = [
            (token, filler)
            for token, filler in reached.fillers(subject_side, arguments)
            if not parted(arguments.words, token, trigger)
        ]
        if not subjects:
            return
        objects = reached.fillers(object_side, arguments)
        for subject_token, subject in subjects:
            for object_token, object_ in objects:
                if subject_token != object_token and _may_join(rule, subject, object_, arguments):
                    yield Hit(rule, subject, object_, trigger, subject_token, object_token)

    def _by_tokens(
        self, part: Part, possible: frozenset[int], bound: Bound, arguments: Arguments
    ) -> Iterator[Hit]:
        words = arguments.words
        anchored = {n for token in words[part.start : part.end] for n in self._anchors[token]}
        matches: list[tuple[int, int, int, Match]] = []
        for n in sorted(anchored & possible):
            if self._sequences[n].may_stand_in(part):
                found = self._sequences[n](bound.doc, part)
                matches += ((match.end, match.start, n, match) for match in found)
        for _, _, n, match in sorted(matches, key=itemgetter(0, 1, 2)):
            rule = self._rules[n]
            if words[match.start].sent is not words[match.end - 1].sent:
                continue
            for subject in arguments.fillers(match.subject, rule.subjects):
                for object_ in arguments.fillers(match.object, rule.objects):
                    if _may_join(rule, subject, object_, arguments):
                        yield Hit(
                            rule, subject, object_, match.trigger, match.subject, match.object
                        )


def parted(words: Sequence[Word], one: int, other: int) -> bool:
    """A semicolon between the two: parsers hang the subject of a new clause on the old one."""
    return any(token.text == ";" for token in words[min(one, other) : max(one, other)])


def _may_join(rule: Rule, subject: Filler, object_: Filler, arguments: Arguments) -> bool:
    """Two different mentions that are no members of one list; a subject that is absent or
    blocked does nothing, unless the rule knows what to make of it (its effect turns round)."""
    directed = rule.effect in {"sign", "positive", "negative"}
    if subject.mention == object_.mention or not (directed or subject.sign > 0):
        return False
    return not arguments.together(subject.mention, object_.mention)
