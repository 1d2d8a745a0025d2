"""Scores of all rows and rows that only the learned layer finds, by weights of our own."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hand_made import Block, block, patterns_at, weights_at
from hypothesis import given, settings
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.records import EFFECTS, Annotation, Document, Mention, Relation
from pipeline.relate import judge as judging
from pipeline.relate.cues import Cues, read_relation_cues
from pipeline.relate.judge import Judge, evidence
from pipeline.relate.learned import LEARNED, read_weights
from pipeline.relate.relater import Relater
from pipeline.relate.rules import RuleBook
from pipeline.relate.score import Scores
from pipeline.relate.stated import Stated
from pipeline.tabulate import Tables

Tree = Callable[..., Doc]
# "activate" on the way is worth .9, "reduce" .6, anything else .1, for every predicate
WEIGHTS = {
    "*": {"bias": -math.log(9), "node=activate": 2 * math.log(9), "node=reduce": math.log(13.5)},
    "effect:negative": {"read=negative": 1.0, "node=reduce": 2.0},
    "effect:unspecified": {"bias": 0.5},
}
CUES = read_relation_cues(default_patterns_dir())
SCORES = "keep: 0.5\nprior: 1\nweights: {learned: 1, reliability: 0.5}\nrules: {brews: [9, 9]}\n"


def scores(keep: float = 0.5, **weights: float) -> Scores:
    return Scores(keep=keep, prior=1.0, weights=weights or {"learned": 1.0}, rules={})


@pytest.fixture(autouse=True)
def own_weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = weights_at(tmp_path / "w.tsv.gz", WEIGHTS)
    monkeypatch.setattr(judging, "weights_file", lambda: path)
    monkeypatch.setattr(judging, "word_classes", lambda folder: {})  # reading them takes a while


@pytest.fixture
def acts(tree: Tree, cues: Cues) -> Block:
    return block(tree(*sentence("activates")), cues, "IL-6=y T-cells=c")


def sentence(verb: str) -> list[str]:
    return ["IL-6 1 nsubj NN", f"{verb} 1 ROOT VBZ", "T-cells 1 dobj NNS", ". 1 punct ."]


def judged(one: Block, told: Scores, *rows: Stated) -> list[Stated]:
    judge = Judge(default_patterns_dir(), RuleBook({}, [], {}), one.cues, told)
    return judge(rows, one.bound, one.found, one.arguments, one.attributes)


def short(one: Block, rows: list[Stated]) -> list[tuple[str, str, str, str, float]]:
    return [(one.words[r.subject], r.predicate, one.words[r.object], r.rule, r.score) for r in rows]


def test_a_word_is_an_example_of_its_class(tree: Tree, cues: Cues) -> None:
    doc = tree("cytokines 0 ROOT NNS", "such 3 case JJ", "as 1 mwe IN", "IL-10 0 nmod NN",
               "in 5 case IN", "colitis 0 nmod NN")  # fmt: skip
    members = cues.words["members"]
    assert [judging._class(token, members) for token in doc] == [0, 1, 2, 0, 4, 5]


class TestLearnedRows:
    def test_every_pair_that_is_sure_enough(self, acts: Block) -> None:
        assert short(acts, judged(acts, scores())) == [
            ("IL-6", "ACTS_ON", "T-cells", LEARNED, 0.9),
            ("T-cells", "SECRETES", "IL-6", LEARNED, 0.9),
        ]

    @pytest.mark.parametrize(("keep", "n"), [(0.0, 2), (0.9, 2), (0.91, 0)])
    def test_never_below_keep(self, acts: Block, keep: float, n: int) -> None:
        assert len(judged(acts, scores(keep))) == n

    def test_what_the_row_holds(self, tree: Tree, cues: Cues) -> None:
        doc = tree("He 1 nsubj PRP", "left 1 ROOT VBD", ". 1 punct .", "IL-6 6 nsubj NN",
                   "may 6 aux MD", "not 6 neg RB", "activate 6 ROOT VB", "T-cells 6 dobj NNS",
                   ". 6 punct .")  # fmt: skip
        one = block(doc, cues, "IL-6=y T-cells=c")
        row = next(r for r in judged(one, scores()) if r.predicate == "ACTS_ON")
        text = doc.text
        assert text[row.trigger_start : row.trigger_end] == "activate"
        assert text[row.sentence_start : row.sentence_end] == "IL-6 may not activate T-cells ."
        assert row.negated
        assert row.effect in EFFECTS

    def test_the_effect_is_learned_too(self, tree: Tree, cues: Cues) -> None:
        one = block(tree(*sentence("reduces")), cues, "IL-6=y T-cells=c")
        assert {r.effect for r in judged(one, scores())} == {"negative"}
        other = block(tree(*sentence("activates")), cues, "IL-6=y T-cells=c")
        assert {r.effect for r in judged(other, scores())} == {"unspecified"}

    def test_signs_stand_in_the_row(self, tree: Tree, cues: Cues) -> None:
        doc = tree("IL-10 1 compound NN", "deficiency 2 nsubj NN", "aggravates 2 ROOT VBZ",
                   "colitis 2 dobj NN")  # fmt: skip
        one = block(doc, cues, "IL-10=y colitis=i")
        (row,) = judged(one, scores(keep=0))
        assert row.signs == "deficiency(-) aggravates(+)"

    def test_never_for_members_of_one_list(self, tree: Tree, cues: Cues) -> None:
        doc = tree("We 1 nsubj PRP", "activate 1 ROOT VBP", "IL-1 1 dobj NN", "and 2 cc CC",
                   "IL-6 1 dobj NN")  # fmt: skip
        assert judged(block(doc, cues, "IL-1=y IL-6=y"), scores(keep=0)) == []

    def test_never_for_an_alias(self, tree: Tree, cues: Cues) -> None:
        doc = tree("interferon 4 nsubj NN", "( 2 punct -LRB-", "IFN 0 appos NN",
                   ") 2 punct -RRB-", "activates 4 ROOT VBZ", "T-cells 4 dobj NNS")  # fmt: skip
        one = block(doc, cues, "interferon=y IFN=y T-cells=c").changed("IFN", alias_of="interferon")
        rows = judged(one, scores(keep=0))
        assert {one.words[m] for r in rows for m in (r.subject, r.object)} == {
            "interferon", "T-cells",
        }  # fmt: skip

    def test_never_over_two_sentences(self, tree: Tree, cues: Cues) -> None:
        doc = tree("IL-6 1 nsubj NN", "activates 1 ROOT VBZ", ". 1 punct .",
                   "T-cells 4 nsubj NNS", "activate 4 ROOT VBP")  # fmt: skip
        assert judged(block(doc, cues, "IL-6=y T-cells=c"), scores(keep=0)) == []


class TestRowsOfRules:
    def test_one_row_a_fact_with_its_score(self, acts: Block) -> None:
        row = acts.row("IL-6", "ACTS_ON", "T-cells", function="survival")
        ruled, learned = judged(acts, scores(reliability=1.0), row), judged(acts, scores(keep=0))
        assert ruled[0] == replace(row, score=0.8)
        assert [r.predicate for r in ruled] == ["ACTS_ON", "SECRETES"]
        assert [r.rule for r in learned] == [LEARNED, LEARNED]
        assert len({r.key for r in learned}) == len(learned)

    def test_both_layers_speak(self, acts: Block) -> None:
        told = scores(reliability=1.0, learned=1.0)
        (row, _) = judged(acts, told, acts.row("IL-6", "ACTS_ON", "T-cells"))
        assert row.score == round(36 / 37, 4)  # odds 4 of the rule times 9

    def test_what_is_unlikely_is_dropped_and_not_learned_again(self, acts: Block) -> None:
        row = acts.row("IL-6", "ACTS_ON", "T-cells", score=0.1)
        rows = judged(acts, scores(reliability=2.0, learned=1.0), row)
        assert [r.predicate for r in rows] == ["SECRETES"]

    def test_pairs_that_are_no_candidates_have_what_the_rule_says(
        self, tree: Tree, cues: Cues
    ) -> None:
        doc = tree("IL-6 1 nsubj NN", "rose 1 ROOT VBD", ". 1 punct .", "It 4 nsubj PRP",
                   "feeds 4 ROOT VBZ", "T-cells 4 dobj NNS")  # fmt: skip
        one = block(doc, cues, "IL-6=y T-cells=c")
        row = one.row("IL-6", "ACTS_ON", "T-cells", rule="brews+before", score=0.68)
        assert judged(one, scores(), row) == [row]
        assert judged(one, scores(keep=0.7), row) == []

    @settings(max_examples=20)
    @given(st.floats(0, 1), st.floats(0, 1))
    def test_a_better_rule_never_lowers_a_row(self, one: float, other: float) -> None:
        made = block(_plain(), CUES, "IL-6=y T-cells=c")
        told = scores(keep=0, reliability=0.7, learned=0.4)
        low, high = (
            judged(made, told, made.row("IL-6", "ACTS_ON", "T-cells", score=own))[0].score
            for own in sorted((one, other))
        )
        assert low <= high


def _plain() -> Doc:
    return Doc(
        Vocab(), words=["IL-6", "activates", "T-cells"], heads=[1, 1, 1],
        deps=["nsubj", "ROOT", "dobj"], tags=["NN", "VBZ", "NNS"],
        lemmas=["il-6", "activate", "t-cells"],
    )  # fmt: skip


def test_evidence_by_hand(tree: Tree, cues: Cues) -> None:
    doc = tree("IL-6 2 nsubj NN", "may 2 aux MD", "help 2 ROOT VB", "activate 2 xcomp VB",
               "damaged 5 amod VBN", "cells 3 dobj NNS")  # fmt: skip
    one = block(doc, cues, "IL-6=y cells=c").changed("cells", score=0.7)
    got = evidence(one.pair("IL-6", "cells"), 0.6, 0.4, one.bound, one.found)
    assert (got.rule, got.learned) == (0.6, 0.4)
    assert (got.length, got.distance, got.clauses, got.mention) == (3, 5, 2, 0.7)


class TestRelater:
    """The same through the rules of a folder."""

    def rows(self, folder: Path, vocab: Vocab, one: Block, *, judged: bool = True) -> list[Stated]:
        return Relater(folder, vocab, judged=judged).relate_bound(one.bound, one.found)

    def test_without_scores_the_rules_alone_speak(
        self, tmp_path: Path, vocab: Vocab, acts: Block
    ) -> None:
        rows = self.rows(patterns_at(tmp_path / "p"), vocab, acts)
        assert short(acts, rows) == [("IL-6", "ACTS_ON", "T-cells", "brews", 0.8)]

    def test_without_scores_no_weights_are_needed(
        self, tmp_path: Path, vocab: Vocab, acts: Block, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(judging, "weights_file", lambda: tmp_path / "none.gz")
        assert len(self.rows(patterns_at(tmp_path / "p"), vocab, acts)) == 1
        folder = patterns_at(tmp_path / "q", SCORES)
        assert len(self.rows(folder, vocab, acts, judged=False)) == 1
        with pytest.raises(PatternError, match=r"none\.gz:1: no weights"):
            Relater(folder, vocab)

    def test_with_scores(self, tmp_path: Path, vocab: Vocab, acts: Block) -> None:
        rows = self.rows(patterns_at(tmp_path / "p", SCORES), vocab, acts)
        # (9 + .8) / 10 seen: odds 49, their root times 9
        assert short(acts, rows) == [
            ("IL-6", "ACTS_ON", "T-cells", "brews", round(63 / 64, 4)),
            ("T-cells", "SECRETES", "IL-6", LEARNED, 0.9),
        ]

    def test_broken_scores_and_weights(
        self, tmp_path: Path, vocab: Vocab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with pytest.raises(PatternError, match=r"scores\.yaml:1: keep: "):
            Relater(patterns_at(tmp_path / "p", SCORES.replace("0.5", "2", 1)), vocab)
        path = weights_at(tmp_path / "broken.gz", {"*": {"a\tb": 1}})
        monkeypatch.setattr(judging, "weights_file", lambda: path)
        with pytest.raises(PatternError, match=r"broken\.gz:1: not outcome"):
            Relater(patterns_at(tmp_path / "q", SCORES), vocab)

    def test_weights_are_read_once(self, tmp_path: Path) -> None:
        path = weights_at(tmp_path / "once.gz", WEIGHTS)
        assert read_weights(path) is read_weights(path)


def test_signs_reach_the_table() -> None:
    text = "IL-10 deficiency aggravated colitis."
    one, other = (
        Mention("d", text.index(w), text.index(w) + len(w), label, w)
        for w, label in (("IL-10", "CYTOKINE"), ("colitis", "DISEASE"))
    )
    relation = Relation(
        "d", 0, len(text), one, other, "ASSOCIATED_WITH", rule=LEARNED, sentence=text,
        signs="deficiency(-) aggravated(+)",
    )  # fmt: skip
    tables = Tables()
    tables.add(Annotation(Document("d", text), (one, other), (relation,), ((0, len(text)),), 5))
    assert tables.relations[0]["signs"] == "deficiency(-) aggravated(+)"
    assert tables.relations[0]["rule"] == LEARNED


@pytest.mark.model
def test_members_of_one_list_have_one_score() -> None:
    from pipeline.route import Settings, annotate

    text = "Macrophages secrete IL-6, TGF-β, CXCL8 and cytokines of the IL-1 family."
    (found,) = annotate([Document("d", text)], Settings())
    made = [r for r in found.relations if r.predicate == "SECRETES" and r.rule != LEARNED]
    assert len(made) >= 3
    assert len({r.score for r in made if r.rule == made[0].rule}) == 1
