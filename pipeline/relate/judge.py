"""Scores every row and adds those that only the learned layer finds."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound
from pipeline.relate.cues import Cues
from pipeline.relate.engine import parted
from pipeline.relate.features import AUXILIARY, Features, word_classes
from pipeline.relate.learned import (
    LEARNED,
    Around,
    Triggers,
    contributions,
    read_weights,
    weights_file,
)
from pipeline.relate.pairs import Pair, Pairs
from pipeline.relate.rules import RuleBook
from pipeline.relate.score import Evidence, Scores, score
from pipeline.relate.stated import Stated, stated_by
from pipeline.relate.vocabulary import Vocabulary
from pipeline.relate.words import Word

T = TypeVar("T")
Key = tuple[str, int, int]


class Judge:
    """Built once per process from the trained weights and a folder of patterns."""

    def __init__(self, folder: Path, book: RuleBook, cues: Cues, scores: Scores) -> None:
        self.classes = word_classes(folder)
        self.triggers = Triggers(book, cues)
        self._weights = read_weights(weights_file())
        self.vocabulary = Vocabulary(self._weights)
        self._scores = scores
        self._members = cues.words["members"]

    def __call__(
        self, rows: Sequence[Stated], bound: Bound, found: Sequence[Found],
        arguments: Arguments, attributes: Attributes, lowest: float | None = None,
    ) -> list[Stated]:  # fmt: skip
        """The rows with calibrated scores, and learned ones; without those whose score is
        below ``lowest``, or below what the scores file says."""
        keep = self._scores.keep if lowest is None else lowest
        by_rule = {row.key: row for row in rows}
        scored: list[tuple[Stated, Pair]] = []
        note = self.vocabulary.note
        for pair, predicate, base, read in self._read(rows, bound, found, arguments, note):
            row = by_rule.pop((predicate, pair.subject, pair.object), None)
            learned = self.vocabulary.chance(predicate, read)
            sure = self._score(row, learned, pair, bound, found)
            if row is not None:
                scored.append((replace(row, score=sure), pair))
                continue
            if sure < keep:
                continue
            places = bound.token_of[pair.subject], bound.token_of[pair.object]
            if parted(bound.words, *places):  # two facts of one sentence do not mix
                continue
            row = self._learned_row(pair, predicate, base, bound, attributes)
            scored.append((replace(row, score=sure), pair))
        judged = [row for row in _even(scored, self._members) if row.score >= keep]
        for row in by_rule.values():  # pairs that are no candidates: a target in a drug's name
            sure = score(self._scores, Evidence(self._reliability(row), None))
            if sure >= keep:
                judged.append(replace(row, score=sure))
        return judged

    def reasons(
        self, rows: Sequence[Stated], bound: Bound, found: Sequence[Found], arguments: Arguments
    ) -> Iterator[tuple[Pair, str, float, list[tuple[str, float]]]]:
        """For explanations: each pair and predicate with the learned layer's chance and the
        features that speak for and against it, the strongest first."""
        for pair, predicate, _, read in self._read(rows, bound, found, arguments, str):
            yield (
                pair, predicate, self.vocabulary.chance(predicate, self.vocabulary.noted(read)),
                contributions(self._weights, predicate, read),
            )  # fmt: skip

    def _read(
        self, rows: Sequence[Stated], bound: Bound, found: Sequence[Found], arguments: Arguments,
        note: Callable[[str], T | None],
    ) -> Iterator[tuple[Pair, str, list[T], list[T]]]:  # fmt: skip
        """Every pair and predicate with its features: its own, and with what stands around."""
        features, around = Features(bound, found, self.classes, note), Around.of(rows)
        for pair in Pairs(bound, found, arguments):
            base = features.of(pair)
            for predicate in pair.predicates:
                yield (
                    pair,
                    predicate,
                    base,
                    [*base, *features.noted(around.features(pair, predicate))],
                )

    def _score(
        self, row: Stated | None, learned: float, pair: Pair, bound: Bound, found: Sequence[Found]
    ) -> float:
        reliability = None if row is None else self._reliability(row)
        return score(self._scores, evidence(pair, reliability, learned, bound, found))

    def _reliability(self, row: Stated) -> float:
        return self._scores.reliability(row.rule, row.score)

    def _learned_row(
        self, pair: Pair, predicate: str, base: list[int], bound: Bound, attributes: Attributes
    ) -> Stated:
        hit = self.triggers.hit(pair, predicate, bound)
        row = stated_by(hit, bound, attributes)
        effect = self.vocabulary.effect(predicate, base, row.effect)
        return replace(row, effect=effect)


def _even(scored: Sequence[tuple[Stated, Pair]], members: Collection[str]) -> Iterator[Stated]:
    """Rows of one rule and trigger on the members of one list, and on the class that they are
    examples of, are stated by the same words: each has the score of the best."""
    best: dict[tuple[object, ...], float] = {}
    keys = [
        (row.predicate, row.rule, row.trigger_start,
         _class(pair.start, members), _class(pair.end, members))
        for row, pair in scored
    ]  # fmt: skip
    for key, (row, _) in zip(keys, scored, strict=True):
        best[key] = max(best.get(key, 0.0), row.score)
    for key, (row, _) in zip(keys, scored, strict=True):
        yield row if row.rule == LEARNED else replace(row, score=best[key])


def _class(token: Word, members: Collection[str]) -> int:
    """The place of the class that a word is an example of (*cytokines such as IL-10*), else its
    own."""
    case = next((child for child in token.children if child.dep_ == "case"), None)
    is_example = case is not None and case.lower_ in members and token.dep_ == "nmod"
    return token.head.i if is_example else token.i


def evidence(
    pair: Pair, reliability: float | None, learned: float, bound: Bound, found: Sequence[Found]
) -> Evidence:
    """What speaks for a row on a pair of the block."""
    places = bound.token_of[pair.subject], bound.token_of[pair.object]
    return Evidence(
        reliability,
        learned,
        length=len(pair.up) + len(pair.down),
        distance=abs(places[0] - places[1]),
        clauses=_clauses(pair),
        mention=min(found[m].candidate.score for m in (pair.subject, pair.object)),
    )


def _clauses(pair: Pair) -> int:
    """How many words between the two are verbs of a clause of their own."""
    n = 0
    for _, word in pair.inner():
        if word.tag_.startswith("VB") and word.dep_ not in AUXILIARY:
            n += 1
    return n
