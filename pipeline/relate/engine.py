"""Runs the rules over a bound block: triggers with paths by :mod:`pipeline.relate.walk`,
sequences of words by :mod:`pipeline.relate.sequences`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter

from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError
from pipeline.relate.arguments import Arguments, Filler
from pipeline.relate.bind import Bound
from pipeline.relate.possible import Part, WordIndex, parts
from pipeline.relate.reached import Reached, Side, Ways
from pipeline.relate.rules import Rule, RuleBook
from pipeline.relate.sequences import Match, WordSequence, word_check
from pipeline.relate.walk import Check
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


class Engine:
    """Compiled once per process."""

    def __init__(self, book: RuleBook, vocab: Vocab) -> None:
        self._rules = book.rules
        self._fits: dict[int, Check] = {}  # by the place of the rule in the book
        self._sequences: dict[int, WordSequence] = {}
        used: set[str] = set()
        for n, rule in enumerate(book.rules):
            try:
                if rule.tokens is None:
                    self._fits[n] = word_check(rule.trigger or {}, vocab)
                    used |= {*rule.subject_path, *rule.object_path}
                else:
                    self._sequences[n] = WordSequence(rule, vocab)
            except (ValueError, TypeError) as error:
                raise PatternError(f"{book.where[rule.id]}: {error}") from error
        self._triggers = WordIndex({n: self._rules[n].trigger or {} for n in self._fits})
        self._anchors = WordIndex({n: one.anchor for n, one in self._sequences.items()})
        self._possible = lru_cache(SETS_OF_LABELS)(self._with_labels)
        self._ways = Ways(book, used)
        self._sides = {n: self._sides_of(self._rules[n]) for n in self._fits}

    def hits(self, bound: Bound, arguments: Arguments) -> Iterator[Hit]:
        """Every pair that any rule joins; the same pair may come several times."""
        near = [(part, self._possible(part.near)) for part in parts(bound.words)]
        near = [(part, possible) for part, possible in near if possible]
        for part, possible in near:
            for token in bound.words[part.start : part.end]:
                candidates = self._triggers[token]
                if candidates and not possible.isdisjoint(candidates):
                    yield from self._by_trigger(token, candidates, possible, arguments)
        for part, possible in near:
            yield from self._by_tokens(part, possible, bound, arguments)

    def reached_by(self, rule: Rule, words: Sequence[Word]) -> dict[int, dict[str, list[int]]]:
        """For each trigger of one rule: path name -> tokens (for explanations)."""
        fits = self._fits[self._rules.index(rule)]
        found = {}
        for token in words:
            if fits(token):
                reached = Reached(token, self._ways)
                names = {*rule.subject_path, *rule.object_path}
                found[token.i] = {name: reached.at_end(self._ways.number(name)) for name in names}
        return found

    def _with_labels(self, labels: frozenset[str]) -> frozenset[int]:
        """The rules whose arguments may be among mentions with these labels."""
        return frozenset(
            n for n, rule in enumerate(self._rules)
            if rule.subjects & labels and rule.objects & labels
        )  # fmt: skip

    def _sides_of(self, rule: Rule) -> tuple[Side, Side]:
        return (
            self._ways.side(rule.subject_path, rule.subjects),
            self._ways.side(rule.object_path, rule.objects),
        )

    def _by_trigger(
        self, token: Word, rules: Sequence[int], possible: frozenset[int], arguments: Arguments
    ) -> Iterator[Hit]:
        reached = Reached(token, self._ways)
        for n in rules:
            if n in possible and reached.may_fill(self._sides[n]) and self._fits[n](token):
                yield from self._by_paths(n, reached, arguments)

    def _by_paths(self, n: int, reached: Reached, arguments: Arguments) -> Iterator[Hit]:
        rule, trigger = self._rules[n], reached.trigger.i
        subject_side, object_side = self._sides[n]
        subjects = reached.fillers(subject_side, arguments)
        if not subjects:
            return
        objects = reached.fillers(object_side, arguments)
        for subject_token, subject in subjects if objects else ():
            if parted(arguments.words, subject_token, trigger):
                continue
            for object_token, object_ in objects:
                if subject_token != object_token and _may_join(rule, subject, object_, arguments):
                    yield Hit(rule, subject, object_, trigger, subject_token, object_token)

    def _by_tokens(
        self, part: Part, possible: frozenset[int], bound: Bound, arguments: Arguments
    ) -> Iterator[Hit]:
        words = arguments.words
        anchored: defaultdict[int, list[Word]] = defaultdict(list)
        for token in words[part.start : part.end]:
            for n in self._anchors[token]:
                anchored[n].append(token)
        standing = [
            n
            for n in sorted(possible.intersection(anchored))
            if self._sequences[n].may_stand_in(part, anchored[n])
        ]
        if not standing:
            return
        doc = bound.columns.doc(part.start, part.end)
        matches: list[tuple[int, int, int, Match]] = []
        for n in standing:
            found = self._sequences[n](doc, part.start)
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
