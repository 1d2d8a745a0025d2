"""Relations that follow from what is already found, by the guidelines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.recognise.fine import fine_words, fold
from pipeline.recognise.recogniser import Found
from pipeline.relate.apposition import apposed_names
from pipeline.relate.bind import Bound
from pipeline.relate.cues import Cues
from pipeline.relate.stated import Stated

COMPOSED_FACTOR = 0.85  # two statements have to be right for the third
TARGET_RULE = "drug-names-target"
OPPOSITE = {"positive": "negative", "negative": "positive"}


def named_targets(
    bound: Bound, found: Sequence[Found], cues: Cues
) -> Iterable[tuple[str, int, int, str]]:
    """A DRUG whose name holds its target modulates it: *anti-TNF antibody*; so does the
    drug that this class explains: *brodalumab, an anti-IL-17RA antibody*.

    Negative unless the name says agonist or the like; yields (predicate, subject,
    object, effect).
    """
    names = apposed_names(bound, found)
    for inner, outer in sorted(bound.nested_in.items()):
        if found[outer].candidate.label != "DRUG":
            continue
        token = bound.words[bound.token_of[outer]]
        words = {fold(word) for word in fine_words(token.text)}
        positive = bool(words & cues.words["agonists"])
        effect = "positive" if positive else "negative"
        for drug in (outer, names.get(outer)):
            if drug is not None:
                yield "MODULATES", drug, inner, effect


def composed(stated: Sequence[Stated], found: Sequence[Found] = ()) -> list[Stated]:
    """What two statements of one sentence give together.

    *A raises B's production by cell C*: ACTS_ON(A, C). *A suppresses what B does to C*:
    ACTS_ON(A, C). *An antibody to A lowers B* (needs the mentions, ``found``): REGULATES
    or ACTS_ON from A, with the effect turned round.
    """
    extra = []
    for one in stated:
        if one.predicate == "REGULATES":
            extra += [_on_cell(one, s, s.subject, "production") for s in stated if _is_made(one, s)]
            extra += [_on_cell(one, s, s.object, s.function) for s in stated if _is_driven(one, s)]
        elif one.predicate == "MODULATES" and one.rule != TARGET_RULE and found:
            extra += _by_blocking(one, stated, found)
    return extra


def _same_sentence(one: Stated, other: Stated) -> bool:
    return one.sentence_start == other.sentence_start


def _is_made(regulates: Stated, source: Stated) -> bool:
    """``source`` says which cell makes what ``regulates`` raises or lowers."""
    return (
        source.predicate == "SECRETES"
        and source.trigger_start >= 0
        and source.object == regulates.object
        and _same_sentence(source, regulates)
    )


def _is_driven(regulates: Stated, acts: Stated) -> bool:
    """``acts`` is the action on a cell that ``regulates`` enhances or suppresses."""
    return (
        regulates.rule.startswith("regulates-driven")
        and acts.predicate == "ACTS_ON"
        and acts.subject == regulates.object
        and not acts.negated
        and _same_sentence(acts, regulates)
    )


def _on_cell(regulates: Stated, other: Stated, cell: int, function: str) -> Stated:
    return replace(
        regulates,
        predicate="ACTS_ON",
        object=cell,
        function=function,
        rule=f"{regulates.rule}+{other.rule}",
        score=_both(regulates, other),
    )


def _by_blocking(
    modulates: Stated, stated: Sequence[Stated], found: Sequence[Found]
) -> list[Stated]:
    """The target that the drug's name holds does the opposite of the drug."""
    predicate = {"CYTOKINE": "REGULATES", "CELL": "ACTS_ON"}.get(
        found[modulates.object].candidate.label
    )
    extra = []
    for target in stated:
        named = target.rule == TARGET_RULE and target.subject == modulates.subject
        if not named or not predicate or target.object == modulates.object:
            continue
        inner, outer = found[target.object].candidate, found[modulates.object].candidate
        if inner.label != "CYTOKINE" or (inner.name and inner.name == outer.name):
            continue
        effect = modulates.effect
        if target.effect == "negative":
            effect = OPPOSITE.get(effect, effect)
        extra.append(
            replace(
                modulates,
                predicate=predicate,
                subject=target.object,
                effect=effect,
                function="other" if predicate == "ACTS_ON" else "",
                rule=f"{target.rule}+{modulates.rule}",
                score=_both(modulates, target),
            )
        )
    return extra


def _both(one: Stated, other: Stated) -> float:
    return round(COMPOSED_FACTOR * min(one.score, other.score), 4)
