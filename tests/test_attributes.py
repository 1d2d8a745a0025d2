"""Effect, negation and hedging on sentences of our own."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.marked import read_marked
from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import bind
from pipeline.relate.cues import read_relation_cues
from pipeline.relate.relater import Relater
from pipeline.relate.scope import states_fact, words_above
from pipeline.relate.stated import Stated
from pipeline.relate.words import Word, read_words


def tree(*rows: tuple[str, str, int, str]) -> list[Word]:
    """A parsed text from (word, tag, head index, dependency)."""
    words, tags, heads, deps = (list(column) for column in zip(*rows, strict=True))
    doc = Doc(
        Vocab(), words=words, tags=tags, heads=heads, deps=deps, lemmas=[w.lower() for w in words]
    )
    return read_words(doc)


def test_participle_states_a_fact() -> None:
    doc = tree(
        ("may", "MD", 1, "aux"), ("reduce", "VB", 1, "ROOT"), ("fever", "NN", 1, "dobj"),
        ("caused", "VBN", 2, "acl"), ("by", "IN", 5, "case"), ("TNF", "NN", 3, "nmod"),
    )  # fmt: skip
    assert states_fact(doc[3])
    assert not list(words_above(doc[3], read_relation_cues(default_patterns_dir())))


def test_infinitive_is_reached_from_above() -> None:
    doc = tree(
        ("lost", "VBD", 0, "ROOT"), ("ability", "NN", 0, "dobj"), ("to", "TO", 3, "mark"),
        ("induce", "VB", 1, "acl"), ("fever", "NN", 3, "dobj"),
    )  # fmt: skip
    above = list(words_above(doc[3], read_relation_cues(default_patterns_dir())))
    assert [a.token.text for a in above] == ["ability", "lost"]


def test_denial_stops_at_a_noun_below_a_verb_of_change() -> None:
    doc = tree(
        ("not", "RB", 1, "neg"), ("reduce", "VB", 1, "ROOT"), ("production", "NN", 1, "dobj"),
    )  # fmt: skip
    (above,) = words_above(doc[2], read_relation_cues(default_patterns_dir()))
    assert above.modal
    assert not above.denial


@cache
def _relater() -> tuple[object, Relater]:
    from pipeline.nlp import load

    nlp = load()
    with TemporaryDirectory() as folder:  # the rules alone, without the learned layer
        rules = Path(folder) / "patterns"
        shutil.copytree(default_patterns_dir(), rules, ignore=shutil.ignore_patterns("scores.yaml"))
        return nlp, Relater(rules, nlp.vocab)


def related(marked: str, predicate: str) -> list[Stated]:
    nlp, relater = _relater()
    text, marks = read_marked(marked)
    found = [Found(Candidate(m.start, m.end, m.label, "marked")) for m in marks]
    bound = bind(nlp(text), found)  # type: ignore[operator]
    return [s for s in relater.relate_bound(bound, found) if s.predicate == predicate]


NEGATED = [
    ("[TNF](CYTOKINE) did not activate [neutrophils](CELL).", "ACTS_ON", True),
    ("[TNF](CYTOKINE) failed to activate [neutrophils](CELL).", "ACTS_ON", True),
    ("Neither [IL-6](CYTOKINE) nor [IL-10](CYTOKINE) induces [fever](DISEASE).",
     "ASSOCIATED_WITH", True),
    ("[IL-6](CYTOKINE) not only activates [T cells](CELL) but also feeds them.", "ACTS_ON", False),
    ("No increase in [IL-6](CYTOKINE) was seen in [gout](DISEASE).", "ASSOCIATED_WITH", True),
    ("[IL-6](CYTOKINE) was not elevated in [gout](DISEASE).", "ASSOCIATED_WITH", True),
    ("[IL-6](CYTOKINE) is not involved in [gout](DISEASE).", "ASSOCIATED_WITH", True),
    ("It is not known whether [IL-6](CYTOKINE) drives [gout](DISEASE).",
     "ASSOCIATED_WITH", False),
    ("[IL-1](CYTOKINE) drives [gout](DISEASE) and does not raise the pulse.",
     "ASSOCIATED_WITH", False),
]  # fmt: skip

HEDGED = [
    ("[IL-1](CYTOKINE) may drive [gout](DISEASE).", "ASSOCIATED_WITH", True),
    ("We asked whether [IL-1](CYTOKINE) drives [gout](DISEASE).", "ASSOCIATED_WITH", True),
    ("These data suggest that [IL-1](CYTOKINE) drives [gout](DISEASE).", "ASSOCIATED_WITH", True),
    ("These data indicate that [IL-1](CYTOKINE) drives [gout](DISEASE).",
     "ASSOCIATED_WITH", False),
    ("Does [IL-1](CYTOKINE) drive [gout](DISEASE)?", "ASSOCIATED_WITH", True),
    ("The salve may reduce [fever](DISEASE) caused by [IL-1](CYTOKINE).",
     "ASSOCIATED_WITH", False),
    ("The role of [IL-33](CYTOKINE) in [asthma](DISEASE) remains unclear.",
     "ASSOCIATED_WITH", True),
    ("[IL-33](CYTOKINE) is thought to drive [asthma](DISEASE).", "ASSOCIATED_WITH", True),
    ("[IL-33](CYTOKINE) is known to drive [asthma](DISEASE).", "ASSOCIATED_WITH", False),
    ("We investigated the role of [IL-33](CYTOKINE) in [asthma](DISEASE).",
     "ASSOCIATED_WITH", True),
]  # fmt: skip

EFFECT = [
    ("[IL-6](CYTOKINE) is elevated in [sepsis](DISEASE).", "ASSOCIATED_WITH", "positive"),
    ("Increased [TNF](CYTOKINE) is associated with [fatigue](DISEASE).",
     "ASSOCIATED_WITH", "positive"),
    ("[TNF](CYTOKINE) is linked to [fatigue](DISEASE).", "ASSOCIATED_WITH", "unspecified"),
    ("[IL-10](CYTOKINE) deficiency is linked to [colitis](DISEASE).",
     "ASSOCIATED_WITH", "negative"),
    ("[IL-10](CYTOKINE) deficiency causes [colitis](DISEASE).", "ASSOCIATED_WITH", "negative"),
    ("[IL-10](CYTOKINE) levels correlate inversely with [colitis](DISEASE).",
     "ASSOCIATED_WITH", "negative"),
    ("Targeting [TNF](CYTOKINE) with drugs ameliorates [arthritis](DISEASE).",
     "ASSOCIATED_WITH", "positive"),
    ("[Macrophages](CELL) secrete [TNF](CYTOKINE).", "SECRETES", "unspecified"),
    ("LPS increased the production of [TNF](CYTOKINE) by [macrophages](CELL).",
     "SECRETES", "positive"),
    ("The [macrophages](CELL) of these mice secreted more [IL-1β](CYTOKINE).",
     "SECRETES", "positive"),
    ("[Neutrophils](CELL) made little [IL-1β](CYTOKINE).", "SECRETES", "negative"),
    ("[CCL19](CYTOKINE), produced by [stromal cells](CELL), guides them.",
     "SECRETES", "unspecified"),
]  # fmt: skip


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), NEGATED)
def test_negated(marked: str, predicate: str, expected: bool) -> None:
    stated = related(marked, predicate)
    assert stated
    assert {s.negated for s in stated} == {expected}


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), HEDGED)
def test_hedged(marked: str, predicate: str, expected: bool) -> None:
    stated = related(marked, predicate)
    assert stated
    assert {s.hedged for s in stated} == {expected}


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), EFFECT)
def test_effect(marked: str, predicate: str, expected: str) -> None:
    stated = related(marked, predicate)
    assert stated
    assert {s.effect for s in stated} == {expected}


@pytest.mark.model
def test_a_denial_before_a_list_reaches_all_its_members() -> None:
    marked = (
        "[Basophils](CELL) released [IL-4](CYTOKINE) but not [IL-5](CYTOKINE), "
        "[IL-9](CYTOKINE) or [TNF](CYTOKINE)."
    )
    found = {stated.object: stated.negated for stated in related(marked, "SECRETES")}
    assert found == {1: False, 2: True, 3: True, 4: True}


@pytest.mark.model
@pytest.mark.parametrize("change", ["did not increase the risk of", "did not raise the rate of"])
def test_a_denied_risk_is_a_denied_cause(change: str) -> None:
    marked = f"[Basiliximab](DRUG) {change} [pneumonia](DISEASE)."
    (stated,) = related(marked, "CAUSES")
    assert stated.negated


MORE_NEGATED = [
    # members of a list, with a preposition before them
    ("[IL-4](CYTOKINE) acts on [B cells](CELL), but not on [fibroblasts](CELL).",
     "ACTS_ON", {"B cells": False, "fibroblasts": True}),
    ("[IL-5](CYTOKINE) was blocked by [rapamycin](DRUG) but not by [tacrolimus](DRUG).",
     "MODULATES", {"rapamycin": False, "tacrolimus": True}),
    # a verb of its own in the second clause
    ("[Abatacept](DRUG) is not absorbed from the gut and may be used in [gout](DISEASE).",
     "TREATS", {"gout": False}),
    # what is denied on the way between the arguments
    ("[TNF](CYTOKINE) was not responsible for the migration of [neutrophils](CELL).",
     "ACTS_ON", {"neutrophils": True}),
    ("[TNF](CYTOKINE) was responsible for the migration of [neutrophils](CELL).",
     "ACTS_ON", {"neutrophils": False}),
    ("[TNF](CYTOKINE) did not affect the proliferation of [B cells](CELL).",
     "ACTS_ON", {"B cells": True}),
    # a denied change of a production is no denied production
    ("[TNF](CYTOKINE) did not alter [IL-6](CYTOKINE) production by [monocytes](CELL).",
     "SECRETES", {"monocytes": False}),
    # subjects that deny, and double denials
    ("Nothing indicated that [IL-6](CYTOKINE) induces [TNF](CYTOKINE).",
     "REGULATES", {"TNF": True}),
    ("Everything indicated that [IL-6](CYTOKINE) induces [TNF](CYTOKINE).",
     "REGULATES", {"TNF": False}),
    ("[IL-6](CYTOKINE) never failed to activate [T cells](CELL).", "ACTS_ON", {"T cells": False}),
    ("[IL-6](CYTOKINE) was unable to activate [T cells](CELL).", "ACTS_ON", {"T cells": True}),
    ("[IL-6](CYTOKINE) was able to activate [T cells](CELL).", "ACTS_ON", {"T cells": False}),
    ("The [T cells](CELL) lost the ability to produce [IL-2](CYTOKINE).",
     "SECRETES", {"IL-2": True}),
    ("The [T cells](CELL) kept the ability to produce [IL-2](CYTOKINE).",
     "SECRETES", {"IL-2": False}),
    ("[IL-6](CYTOKINE) had no effect on [T cells](CELL).", "ACTS_ON", {"T cells": True}),
]  # fmt: skip

MORE_HEDGED = [
    # a noun that holds the relation is taken for granted by what is said of it
    ("The effect of [IL-3](CYTOKINE) on [mast cells](CELL) may be mediated by lipids.",
     "ACTS_ON", False),
    ("An effect of [IL-3](CYTOKINE) on [mast cells](CELL) may exist.", "ACTS_ON", True),
    ("Production of [IL-6](CYTOKINE) by [monocytes](CELL) may support growth.",
     "SECRETES", False),
    ("[Monocytes](CELL) may produce [IL-6](CYTOKINE).", "SECRETES", True),
    # a clause of its own states a fact
    ("Since [IL-2](CYTOKINE) is produced by [T cells](CELL), the assay may work.",
     "SECRETES", False),
    ("[IL-2](CYTOKINE), which is produced by [T cells](CELL), may help.", "SECRETES", False),
    # the suggestion is hedged, what suggests it is not
    ("[IL-1](CYTOKINE) induced [fever](DISEASE), suggesting a central action.",
     "ASSOCIATED_WITH", False),
    ("Mice were hot, suggesting that [IL-1](CYTOKINE) induces [fever](DISEASE).",
     "ASSOCIATED_WITH", True),
    ("[IL-1](CYTOKINE) can induce [fever](DISEASE).", "ASSOCIATED_WITH", False),
    ("An effect of [IL-3](CYTOKINE) on [mast cells](CELL) cannot be excluded.",
     "ACTS_ON", True),
    ("[Anakinra](DRUG) was evaluated in patients with [gout](DISEASE).", "TREATS", True),
    ("[Anakinra](DRUG) was used in patients with [gout](DISEASE).", "TREATS", False),
]  # fmt: skip

MORE_EFFECT = [
    ("[Macrophages](CELL) produced more [IL-10](CYTOKINE) and less [TNF](CYTOKINE).",
     "SECRETES", {"IL-10": "positive", "TNF": "negative"}),
    ("Hypoxia led to the release of [CXCL8](CYTOKINE) by [endothelial cells](CELL).",
     "SECRETES", {"CXCL8": "positive"}),
    ("We measured the release of [CXCL8](CYTOKINE) by [endothelial cells](CELL).",
     "SECRETES", {"CXCL8": "unspecified"}),
    ("[Rolipram](DRUG) attenuated the increase in [IL-6](CYTOKINE).",
     "MODULATES", {"IL-6": "negative"}),
    ("[Rolipram](DRUG) caused an increase in [IL-6](CYTOKINE).",
     "MODULATES", {"IL-6": "positive"}),
    ("[Imatinib](DRUG) induces the apoptosis of [osteoclasts](CELL).",
     "MODULATES", {"osteoclasts": "negative"}),
    ("[Imatinib](DRUG) induces the proliferation of [osteoclasts](CELL).",
     "MODULATES", {"osteoclasts": "positive"}),
    ("The inhibitory effect of [rolipram](DRUG) on [IL-6](CYTOKINE) was strong.",
     "MODULATES", {"IL-6": "negative"}),
    ("The effect of [rolipram](DRUG) on [IL-6](CYTOKINE) was strong.",
     "MODULATES", {"IL-6": "unspecified"}),
    ("[Rolipram](DRUG) results in reduced expression of [IL-5](CYTOKINE).",
     "MODULATES", {"IL-5": "negative"}),
    ("[IL-10](CYTOKINE) deficiency worsens [colitis](DISEASE).",
     "ASSOCIATED_WITH", {"colitis": "negative"}),
    ("[IL-17](CYTOKINE) deficiency protects from [colitis](DISEASE).",
     "ASSOCIATED_WITH", {"colitis": "positive"}),
]  # fmt: skip

FUNCTION = [
    ("[Eosinophils](CELL) need [IL-5](CYTOKINE) to survive.", "survival"),
    ("[IL-1](CYTOKINE) induces [fibroblasts](CELL) to release enzymes.", "production"),
    ("[PF4](CYTOKINE) suppressed colony formation by [megakaryocytes](CELL).", "proliferation"),
    ("[IL-2](CYTOKINE) suppressed the formation of [mast cells](CELL).", "differentiation"),
]

SIGNS = [
    ("[IL-10](CYTOKINE) deficiency aggravated [colitis](DISEASE).", "ASSOCIATED_WITH",
     "deficiency(-) aggravated(+)"),
    ("[IL-10](CYTOKINE) is linked to [colitis](DISEASE).", "ASSOCIATED_WITH", ""),
    ("[Rolipram](DRUG) attenuated the increase in [IL-6](CYTOKINE).", "MODULATES",
     "attenuated(-) increase(+)"),
    ("[Macrophages](CELL) produced less [TNF](CYTOKINE).", "SECRETES", "less(-)"),
    ("[Macrophages](CELL) produced [TNF](CYTOKINE).", "SECRETES", ""),
    ("Hypoxia suppressed the release of [CXCL8](CYTOKINE) by [endothelial cells](CELL).",
     "SECRETES", "suppressed(-)"),
]  # fmt: skip


def _by_name(marked: str, predicate: str, read: str, wanted: object) -> dict[str, object]:
    text, marks = read_marked(marked)
    found: dict[str, object] = {}
    for stated in related(marked, predicate):
        for i in (stated.subject, stated.object):
            name = text[marks[i].start : marks[i].end]
            if name in wanted:  # type: ignore[operator]
                found[name] = getattr(stated, read)
    return found


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), MORE_NEGATED)
def test_negated_by_argument(marked: str, predicate: str, expected: dict[str, bool]) -> None:
    assert _by_name(marked, predicate, "negated", expected) == expected


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), MORE_HEDGED)
def test_hedged_by_clause(marked: str, predicate: str, expected: bool) -> None:
    assert {s.hedged for s in related(marked, predicate)} == {expected}


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), MORE_EFFECT)
def test_effect_by_argument(marked: str, predicate: str, expected: dict[str, str]) -> None:
    assert _by_name(marked, predicate, "effect", expected) == expected


@pytest.mark.model
@pytest.mark.parametrize(("marked", "expected"), FUNCTION)
def test_function(marked: str, expected: str) -> None:
    assert {s.function for s in related(marked, "ACTS_ON")} == {expected}


@pytest.mark.model
@pytest.mark.parametrize(("marked", "predicate", "expected"), SIGNS)
def test_signs(marked: str, predicate: str, expected: str) -> None:
    assert {s.signs for s in related(marked, predicate)} == {expected}
