"""Relations that follow from what is already found, by the guidelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from pipeline.recognise.fine import fine_words, fold
from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import Bound
from pipeline.relate.cues import Cues

if TYPE_CHECKING:
    from pipeline.relate.relater import Stated

COMPOSED_FACTOR = 0.85  # two statements have to be right for the third


def named_targets(
    bound: Bound, found: Sequence[Found], cues: Cues
) -> Iterable[tuple[str, int, int, str]]:
    """A DRUG whose name holds its target modulates it: *anti-TNF antibody*.

    Negative unless the name says agonist or the like; yields (predicate, subject,
    object, effect).
    """
    for inner, outer in sorted(bound.nested_in.items()):
        if found[outer].candidate.label != "DRUG":
            continue
        token = bound.doc[bound.token_of[outer]]
        words = {fold(word) for word in fine_words(token.text)}
        positive = bool(words & cues.words["agonists"])
        yield "MODULATES", outer, inner, "positive" if positive else "negative"


def composed(stated: Sequence[Stated]) -> list[Stated]:
    """*A raises B's production by cell C* gives ACTS_ON(A, C) beside REGULATES(A, B) and
    SECRETES(C, B)."""
    extra = []
    secretes = [s for s in stated if s.predicate == "SECRETES" and s.trigger_start >= 0]
    for regulates in (s for s in stated if s.predicate == "REGULATES"):
        for source in secretes:
            same = (
                source.object == regulates.object
                and source.sentence_start == regulates.sentence_start
                and source.trigger_start != regulates.trigger_start
            )
            if same:
                extra.append(
                    replace(
                        regulates,
                        predicate="ACTS_ON",
                        object=source.subject,
                        function="production",
                        rule=f"{regulates.rule}+{source.rule}",
                        score=round(COMPOSED_FACTOR * min(regulates.score, source.score), 4),
                    )
                )
    return extra
