"""How sure a row is: a logistic model with a handful of readable weights.

``patterns/scores.yaml`` holds the weights and, for each rule, how often it was right
on annotated sentences; ``training/fit_relations.py`` writes it. A score is the chance that a row
is right, so of the rows at .9 about nine in ten are.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipeline.patterns_data import PatternError, line_of, read_yaml, without_lines

SCORES = Path("scores.yaml")
COMPOSED = "composed"  # all rules that were put together of two ("a+b")
_EDGE = 1e-4  # chances are kept this far from 0 and 1


def _possible(count: list[int]) -> list[int]:
    if count[0] > count[1]:
        raise ValueError("a rule cannot be right more often than it was seen")
    return count


Count = Annotated[
    list[Annotated[int, Field(ge=0)]],
    Field(min_length=2, max_length=2),
    AfterValidator(_possible),
]
Number = Annotated[float, Field(allow_inf_nan=False)]


class Scores(BaseModel):
    """The whole file. ``rules`` gives right and seen; a rule's own score counts as ``prior``
    more sentences; rows whose score is below ``keep`` are not written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    keep: float = Field(ge=0, le=1)
    prior: Number = Field(gt=0)
    weights: dict[str, Number]
    rules: dict[str, Count]

    def reliability(self, rule: str, own: float) -> float:
        """The share of right rows that is expected of a rule, given what was seen of it."""
        right, seen = self.rules.get(COMPOSED if "+" in rule else rule, (0, 0))
        return (right + self.prior * own) / (seen + self.prior)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one row. ``rule`` is the rule's reliability, None for a learned row;
    ``learned`` the learned layer's chance, None where it cannot see the pair (a target inside a
    drug's name). Length counts edges, distance words, clauses the verbs on the way; ``mention``
    is the lower score of the two mentions."""

    rule: float | None
    learned: float | None
    length: int = 0
    distance: int = 0
    clauses: int = 0
    mention: float = 1.0

    def terms(self) -> dict[str, float]:
        """The values that the weights of the model multiply."""
        ruled = self.rule is not None
        learned = logit(self.learned) if self.learned is not None else 0.0
        return {
            "intercept": 1.0,
            "rule": float(ruled),
            "reliability": logit(self.rule) if self.rule is not None else 0.0,
            "learned": learned,
            "learned_beside_rule": learned * ruled,
            "length": float(self.length),
            "distance": math.log1p(self.distance),
            "clauses": float(self.clauses),
            "mention": math.log(max(self.mention, 0.1)),
        }


def logit(chance: float) -> float:
    """The log odds of a chance."""
    chance = min(1 - _EDGE, max(_EDGE, chance))
    return math.log(chance / (1 - chance))


def score(scores: Scores, evidence: Evidence) -> float:
    """The chance that a row with this evidence is right, to four digits."""
    if evidence.learned is None and evidence.rule is not None:
        return round(evidence.rule, 4)
    total = weighted(scores.weights, evidence.terms())
    return round(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), 4)


def weighted(weights: Mapping[str, float], terms: Mapping[str, float]) -> float:
    """Sum of weight times value; a term without a weight counts nothing."""
    total = 0.0
    for name, value in terms.items():
        total += weights.get(name, 0.0) * value
    return total


def read_scores(folder: Path) -> Scores | None:
    """The file of a folder of patterns, None where it has none: then rows carry the scores of
    their rules and nothing is learned. Raises PatternError for a broken file."""
    path = folder / SCORES
    if not path.is_file():
        return None
    data = read_yaml(path)
    try:
        return Scores.model_validate(without_lines(data))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        line = _line(data, first["loc"])
        raise PatternError(f"{path}:{line}: {place}: {first['msg']}") from error


def _line(data: Any, place: tuple[int | str, ...]) -> int:
    """The line of the innermost key of a place in the file."""
    line = 1
    for key in place:
        if not isinstance(data, dict) or key not in data:
            break
        line, data = line_of(data, str(key)), data[key]
    return line
