"""A relation of one block, as rules and the learned layer state it."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound
from pipeline.relate.engine import Hit

BEFORE = "before"  # a rule that reached an argument in the sentence before
BEFORE_FACTOR = 0.85


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation between two mentions of a block: indexes into the block's mentions,
    characters of the block for the sentence and the trigger (-1: no trigger). ``signs`` are
    the words that raise or lower, as they stand in the sentence."""

    subject: int
    object: int
    predicate: str
    effect: str
    function: str
    negated: bool
    hedged: bool
    trigger_start: int
    trigger_end: int
    sentence_start: int
    sentence_end: int
    rule: str
    score: float
    signs: str = ""

    @property
    def key(self) -> tuple[str, int, int]:
        """What makes two rows of a block the same fact."""
        return self.predicate, self.subject, self.object


def stated_by(hit: Hit, bound: Bound, attributes: Attributes) -> Stated:
    """The row of a hit, with the rule's own score."""
    start, end = sentence_of(bound, hit.subject_token)
    rule, score = hit.rule.id, hit.rule.score
    first = min(bound.starts[bound.token_of[f.mention]] for f in (hit.subject, hit.object)
                if f.mention in bound.token_of)  # fmt: skip
    if first < start:  # "This cytokine": the sentence before belongs to the evidence
        start, _ = sentence_of(bound, bound.starts.index(first))
        rule, score = f"{rule}+{BEFORE}", round(BEFORE_FACTOR * score, 4)
    trigger = hit.trigger
    return Stated(
        hit.subject.mention, hit.object.mention, hit.rule.predicate,
        attributes.effect(hit), attributes.function(hit),
        attributes.negated(hit), attributes.hedged(hit),
        bound.starts[trigger] if trigger >= 0 else -1,
        bound.ends[trigger] if trigger >= 0 else -1,
        start, end, rule, score, attributes.signs(hit),
    )  # fmt: skip


def sentence_of(bound: Bound, token: int) -> tuple[int, int]:
    """Characters of the block that hold the sentence of a token."""
    sent = bound.words[token].sent
    return bound.starts[sent.start], bound.ends[sent.end - 1]
