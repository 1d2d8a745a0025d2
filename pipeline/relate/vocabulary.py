"""The weights of the learned layer by numbers of features. What a word says on the way of many
pairs is looked up once by its name; the rest is done with numbers."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence

from pipeline.records import EFFECTS, PREDICATES
from pipeline.relate.learned import BIAS, EFFECT, Weights, log_odds


class Vocabulary:
    """The features that have a weight for some outcome, numbered in the order of their names."""

    def __init__(self, weights: Weights) -> None:
        prefixes = {predicate: f"{predicate}|" for predicate in PREDICATES}
        known = {BIAS, *(feature for own in weights.values() for feature in own)}
        known |= {f.split("|", 1)[1] for f in known if f.startswith(tuple(prefixes.values()))}
        names = sorted(known)
        self._numbers = {name: n for n, name in enumerate(names)}
        self.note: Callable[[str], int | None] = self._numbers.get  # None: no weight
        self._odds: dict[str, list[float]] = {}
        self._own: dict[str, dict[int, int]] = {}  # feature -> the same for this predicate alone
        for predicate, prefix in prefixes.items():
            odds = log_odds(weights, predicate)
            self._odds[predicate] = [odds.get(name, 0.0) for name in names]
            own = [name for name in names if name.startswith(prefix)]
            self._own[predicate] = {
                self._numbers[name.removeprefix(prefix)]: self._numbers[name] for name in own
            }
        by_effect = [weights.get(EFFECT + effect, {}) for effect in EFFECTS]
        self._effects = [[own.get(name, 0.0) for name in names] for own in by_effect]

    def noted(self, features: Iterable[str]) -> list[int]:
        """The numbers of the features that have a weight, in order."""
        return [n for feature in features if (n := self._numbers.get(feature)) is not None]

    def chance(self, predicate: str, features: Sequence[int]) -> float:
        """The probability that a pair with these features is joined by a predicate."""
        odds = self._odds[predicate]
        total = odds[self._numbers[BIAS]]
        for feature in dict.fromkeys(features):  # in order: the last digit depends on it
            total += odds[feature]
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))

    def effect(self, predicate: str, features: Sequence[int], read: str) -> str:
        """The likeliest effect of a learned row by the features that ``effect_features`` names;
        ``read`` is what the word lists say of it, and decides between equals."""
        asked = {*features, *self.noted((f"read={read}", BIAS))}
        own = self._own[predicate]
        ordered = sorted(asked | {own[feature] for feature in asked if feature in own})
        totals = [sum([weights[feature] for feature in ordered]) for weights in self._effects]
        likeliest = zip(totals, (effect == read for effect in EFFECTS), EFFECTS, strict=True)
        return max(likeliest, key=_total_and_agreement)[2]


def _total_and_agreement(told: tuple[float, bool, str]) -> tuple[float, bool]:
    return told[:2]
