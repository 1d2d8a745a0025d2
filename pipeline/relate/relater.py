"""From a parsed block and its mentions to relations."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound, bind
from pipeline.relate.cues import read_relation_cues
from pipeline.relate.derive import TARGET_RULE, composed, named_targets
from pipeline.relate.engine import Engine, Hit
from pipeline.relate.rules import read_rules

TARGET_SCORE = 0.95  # the name itself says it


@dataclass(frozen=True, slots=True)
class Stated:
    """A relation between two mentions of a block: indexes into the block's mentions,
    characters of the block for the sentence and the trigger (-1: no trigger)."""

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


class Relater:
    """Applies the rules; one per process and vocabulary."""

    def __init__(self, patterns_dir: Path, vocab: Vocab) -> None:
        self.book = read_rules(patterns_dir)
        self.cues = read_relation_cues(patterns_dir)
        self.engine = Engine(self.book, vocab)

    def __call__(self, doc: Doc, found: Sequence[Found]) -> list[Stated]:
        """Relations of one block, one a fact and sentence, sorted by position."""
        if not found:
            return []
        bound = bind(doc, found)
        return self.relate_bound(bound, found)

    def relate_bound(self, bound: Bound, found: Sequence[Found]) -> list[Stated]:
        """The same on a block that is bound already (stored parses, tests)."""
        arguments = Arguments(bound, found, self.cues)
        attributes = Attributes(bound.doc, self.cues, bound.token_of)
        best: dict[tuple[str, int, int], Stated] = {}
        for hit in self.engine.hits(bound, arguments):
            stated = self._stated(bound, hit, attributes)
            key = (stated.predicate, stated.subject, stated.object)
            known = best.get(key)
            if known is None or _preference(stated) > _preference(known):
                best[key] = stated
        for target in named_targets(bound, found, self.cues):
            best.setdefault(target[:3], _from_target(bound, target))
        for extra in composed(list(best.values()), found):
            best.setdefault((extra.predicate, extra.subject, extra.object), extra)
        return sorted(
            best.values(), key=lambda s: (s.sentence_start, s.subject, s.object, s.predicate)
        )

    def _stated(self, bound: Bound, hit: Hit, attributes: Attributes) -> Stated:
        start, end = _sentence(bound, hit.subject_token)
        trigger = hit.trigger
        return Stated(
            hit.subject.mention, hit.object.mention, hit.rule.predicate,
            attributes.effect(hit), attributes.function(hit),
            attributes.negated(hit), attributes.hedged(hit),
            bound.starts[trigger] if trigger >= 0 else -1,
            bound.ends[trigger] if trigger >= 0 else -1,
            start, end, hit.rule.id, hit.rule.score,
        )  # fmt: skip


def _preference(stated: Stated) -> tuple[float, bool, str]:
    # Among rules that agree on the pair the surest one speaks, then one that knows an effect.
    return (stated.score, stated.effect != "unspecified", stated.rule)


def _sentence(bound: Bound, token: int) -> tuple[int, int]:
    sent = bound.doc[token].sent
    return bound.starts[sent.start], bound.ends[sent.end - 1]


def _from_target(bound: Bound, target: tuple[str, int, int, str]) -> Stated:
    predicate, subject, object_, effect = target
    start, end = _sentence(bound, bound.token_of[subject])
    return Stated(
        subject, object_, predicate, effect, "", False, False, -1, -1, start, end,
        TARGET_RULE, TARGET_SCORE,
    )  # fmt: skip
