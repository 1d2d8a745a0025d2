"""Effect, negation and hedging on sentences of our own."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.marked import read_marked
from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.recogniser import Found
from pipeline.relate.bind import bind
from pipeline.relate.cues import read_relation_cues
from pipeline.relate.relater import Relater, Stated
from pipeline.relate.scope import states_fact, words_above


def tree(*rows: tuple[str, str, int, str]) -> Doc:
    """A parsed Doc from (word, tag, head index, dependency)."""
    words, tags, heads, deps = (list(column) for column in zip(*rows, strict=True))
    return Doc(
        Vocab(), words=words, tags=tags, heads=heads, deps=deps, lemmas=[w.lower() for w in words]
    )


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
    return nlp, Relater(Path(default_patterns_dir()), nlp.vocab)


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
