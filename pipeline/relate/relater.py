"""From a parsed block and its mentions to relations."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound, bind
from pipeline.relate.cues import read_relation_cues
from pipeline.relate.derive import TARGET_RULE, composed, named_targets
from pipeline.relate.engine import Engine
from pipeline.relate.judge import Judge
from pipeline.relate.rules import read_rules
from pipeline.relate.score import read_scores
from pipeline.relate.stated import Stated, sentence_of, stated_by

TARGET_SCORE = 0.95  # the name itself says it


class Relater:
    """Applies the rules; one per process and vocabulary. With ``judged`` false, or without
    ``scores.yaml``, the rules alone speak."""

    def __init__(self, patterns_dir: Path, vocab: Vocab, *, judged: bool = True) -> None:
        self.book = read_rules(patterns_dir)
        self.cues = read_relation_cues(patterns_dir)
        self.engine = Engine(self.book, vocab)
        scores = read_scores(patterns_dir) if judged else None
        self.judge = Judge(patterns_dir, self.book, self.cues, scores) if scores else None

    def __call__(
        self, doc: Doc, found: Sequence[Found], lowest: float | None = None
    ) -> list[Stated]:
        """Relations of one block, one a fact and sentence, sorted by position; those whose score
        is below ``lowest`` (None: what ``scores.yaml`` says) are left out."""
        if not found:
            return []
        bound = bind(doc, found)
        return self.relate_bound(bound, found, lowest)

    def relate_bound(
        self, bound: Bound, found: Sequence[Found], lowest: float | None = None
    ) -> list[Stated]:
        """The same on a block that is bound already (stored parses, tests)."""
        arguments = Arguments(bound, found, self.cues)
        attributes = Attributes(bound.words, self.cues, bound.token_of)
        rows = self.by_rules(bound, found, arguments, attributes)
        if self.judge is not None:
            rows = self.judge(rows, bound, found, arguments, attributes, lowest)
        elif lowest is not None:
            rows = [row for row in rows if row.score >= lowest]
        return sorted(rows, key=lambda s: (s.sentence_start, s.subject, s.object, s.predicate))

    def by_rules(
        self, bound: Bound, found: Sequence[Found], arguments: Arguments, attributes: Attributes
    ) -> list[Stated]:
        """What the rules alone give, with the rules' own scores, in no order."""
        best: dict[tuple[str, int, int], Stated] = {}
        for hit in self.engine.hits(bound, arguments):
            stated = stated_by(hit, bound, attributes)
            known = best.get(stated.key)
            if known is None or _preference(stated) > _preference(known):
                best[stated.key] = stated
        for target in named_targets(bound, found, self.cues):
            best.setdefault(target[:3], _from_target(bound, target))
        for extra in composed(list(best.values()), found):
            best.setdefault(extra.key, extra)
        return list(best.values())


def _preference(stated: Stated) -> tuple[float, bool, str]:
    # Among rules that agree on the pair the surest one speaks, then one that knows an effect.
    return (stated.score, stated.effect != "unspecified", stated.rule)


def _from_target(bound: Bound, target: tuple[str, int, int, str]) -> Stated:
    predicate, subject, object_, effect = target
    start, end = sentence_of(bound, bound.token_of[subject])
    return Stated(
        subject, object_, predicate, effect, "", False, False, -1, -1, start, end,
        TARGET_RULE, TARGET_SCORE,
    )  # fmt: skip
