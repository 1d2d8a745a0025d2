"""The learned layer: relations that no rule gives, by weights trained on annotated sentences.

A logistic model over the features of a pair (:mod:`pipeline.relate.features`) and the relations
that rules found around it. It looks at every pair of a sentence; what it says of a pair that a
rule joined already goes into that row's score (:mod:`pipeline.relate.score`).
"""

from __future__ import annotations

import gzip
import math
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

from pipeline.patterns_data import PatternError
from pipeline.records import PREDICATES
from pipeline.relate.arguments import Filler
from pipeline.relate.bind import Bound
from pipeline.relate.cues import Cues
from pipeline.relate.engine import Hit
from pipeline.relate.pairs import Pair
from pipeline.relate.rules import Effect, Rule, RuleBook
from pipeline.relate.stated import Stated
from pipeline.relate.words import Word

LEARNED = "learned"  # the rule that such rows name
ANY = "*"  # the weight counts for every predicate
EFFECT = "effect:"  # weights of the effect stand under effect:positive ...
BIAS = "bias"
_OPEN = ("VERB", "NOUN", "ADJ")
# How the word lists alone would read the effect (see Rule.effect).
_READING: dict[str, Effect] = {
    "ACTS_ON": "sign", "REGULATES": "sign", "MODULATES": "sign", "ASSOCIATED_WITH": "change",
    "SECRETES": "change", "EXPRESSES": "change", "BINDS": "change", "CAUSES": "change",
    "TREATS": "unspecified",
}  # fmt: skip

Weights = Mapping[str, Mapping[str, float]]
K = TypeVar("K")


def weights_file() -> Path:
    """The trained weights that belong to this installation."""
    return Path(__file__).resolve().parents[1] / "model" / "relations.tsv.gz"


@cache
def read_weights(path: Path) -> Weights:
    """Outcome (a predicate, ``*``, ``effect:positive`` ...) -> feature -> weight. Raises
    PatternError, with file and line, for a row that is none or a file that cannot be read."""
    try:
        with gzip.open(path, "rt", encoding="utf-8", newline="\n") as handle:
            text = handle.read()
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise PatternError(f"{path}:1: no weights in here ({error}); install again") from error
    weights: dict[str, dict[str, float]] = defaultdict(dict)
    for number, row in enumerate(text.removesuffix("\n").split("\n") if text else (), 1):
        try:
            outcome, feature, weight = row.split("\t")
            if not math.isfinite(value := float(weight)):
                raise ValueError(weight)
        except ValueError as error:
            raise PatternError(
                f"{path}:{number}: not outcome, feature and weight with tabs between"
            ) from error
        weights[outcome][feature] = value
    return dict(weights)


def log_odds(weights: Weights, outcome: str) -> dict[str, float]:
    """What each feature adds to the log odds of an outcome: its weight for all and its own."""
    shared, own = weights.get(ANY, {}), weights.get(outcome, {})
    features = dict.fromkeys((*shared, *own))
    return {f: shared.get(f, 0.0) + own.get(f, 0.0) for f in features}


def contributions(
    weights: Weights, outcome: str, features: Iterable[str]
) -> list[tuple[str, float]]:
    """What each feature adds to the log odds of an outcome, the strongest first."""
    shared, own = weights.get(ANY, {}), weights.get(outcome, {})
    added = {f: shared.get(f, 0.0) + own.get(f, 0.0) for f in features}
    return sorted(added.items(), key=lambda item: (-abs(item[1]), item[0]))


def effect_features(predicate: str, features: Iterable[str], read: str) -> list[str]:
    """What the model of the effect looks at: the pair's features for this predicate, and what
    the word lists say."""
    own = [f"{predicate}|{feature}" for feature in (*features, f"read={read}", BIAS)]
    return [*features, f"read={read}", *own]


@dataclass(frozen=True, slots=True)
class Around:
    """What rules found in the block, for the features of what stands around a pair."""

    subjects: Mapping[int, frozenset[str]]  # mention -> predicates whose subject it is
    objects: Mapping[int, frozenset[str]]
    pairs: Mapping[tuple[int, int], frozenset[str]]

    @classmethod
    def of(cls, stated: Iterable[Stated]) -> Around:
        """Collects the rows of a block."""
        subjects: dict[int, set[str]] = defaultdict(set)
        objects: dict[int, set[str]] = defaultdict(set)
        pairs: dict[tuple[int, int], set[str]] = defaultdict(set)
        for one in stated:
            subjects[one.subject].add(one.predicate)
            objects[one.object].add(one.predicate)
            pairs[one.subject, one.object].add(one.predicate)
        return cls(_frozen(subjects), _frozen(objects), _frozen(pairs))

    def features(self, pair: Pair, predicate: str) -> Iterator[str]:
        """Relations that share a mention with the pair, other than the pair's own."""
        s, o = pair.subject, pair.object
        own = self.pairs.get((s, o), frozenset())
        back = self.pairs.get((o, s), frozenset())
        for name in sorted(own - {predicate}):
            yield f"near.same={name}"
        for name in sorted(back):
            yield f"near.reverse={name}"
        for place, mine, taken in (
            ("subject.subject", self.subjects.get(s, ()), own),
            ("object.object", self.objects.get(o, ()), own),
            ("object.subject", self.subjects.get(o, ()), back),
            ("subject.object", self.objects.get(s, ()), back),
        ):
            for name in sorted(set(mine) - taken):
                yield f"near.{place}={name}"


class Triggers:
    """Picks the word that states a learned relation, so that effect, negation and hedging can
    be read as for a rule."""

    def __init__(self, book: RuleBook, cues: Cues) -> None:
        self._cues = cues
        self._words: dict[str, set[str]] = {predicate: set() for predicate in PREDICATES}
        self._rules = {
            predicate: Rule.model_construct(
                id=LEARNED, why="trained on annotated sentences", predicate=predicate,
                effect=_READING[predicate], function="", hedged=False, negated=False, tokens=None,
            )
            for predicate in PREDICATES
        }  # fmt: skip
        for rule in book.rules:
            lemma = (rule.trigger or {}).get("LEMMA")
            words = lemma.get("IN", ()) if isinstance(lemma, dict) else [lemma] if lemma else ()
            self._words[rule.predicate].update(words)

    def hit(self, pair: Pair, predicate: str, bound: Bound) -> Hit:
        """The pair as if a rule had joined it: its trigger and the nouns passed on the way."""
        inner = [(place, t) for place, t in pair.inner() if not t.ent_type_]
        trigger = self._trigger([t for _, t in inner], predicate)
        up = [t for place, t in inner if place == "up" and t.i != trigger]
        down = [t for place, t in inner if place == "down" and t.i != trigger]
        return Hit(
            self._rules[predicate],
            self._filler(pair.subject, up),
            self._filler(pair.object, list(reversed(down))),
            trigger,
            bound.token_of[pair.subject],
            bound.token_of[pair.object],
        )

    def _trigger(self, words: Sequence[Word], predicate: str) -> int:
        """A trigger word of the predicate's rules, else an open word, nearest to the top."""
        ranked = sorted(words, key=lambda t: (not _is_top(t, words), t.i))
        for fits in (
            lambda t: t.lemma_.lower() in self._words[predicate],
            lambda t: t.pos_ in _OPEN,
        ):
            if found := next((t for t in ranked if fits(t)), None):
                return found.i
        return -1

    def _filler(self, mention: int, carriers: Sequence[Word]) -> Filler:
        nouns = [t for t in carriers if t.pos_ == "NOUN"]
        turned = sum(self._cues.has("inverse", t.lemma_.lower()) for t in nouns) % 2
        return Filler(mention, -1 if turned else 1, tuple(t.i for t in nouns))


def _frozen(table: dict[K, set[str]]) -> dict[K, frozenset[str]]:
    return {key: frozenset(value) for key, value in table.items()}


def _is_top(token: Word, words: Sequence[Word]) -> bool:
    return all(token.head.i != other.i or token.i == other.i for other in words)
