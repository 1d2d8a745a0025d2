"""Which mentions make a pair, and the way between them, on trees made by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
from hand_made import Block, block
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.patterns_data import default_patterns_dir
from pipeline.records import PREDICATES, SIGNATURES
from pipeline.relate.cues import Cues, read_relation_cues
from pipeline.relate.pairs import FAR, PREDICATES_OF, Pair
from pipeline.relate.words import Word

Tree = Callable[..., Doc]
VOCAB = Vocab()
CUES = read_relation_cues(default_patterns_dir())


def texts(words: tuple[Word, ...]) -> list[str]:
    return [w.text for w in words]


def listed(one: Block) -> list[tuple[str, str]]:
    return [(one.words[p.subject], one.words[p.object]) for p in one.pairs]


@pytest.fixture
def acts(tree: Tree, cues: Cues) -> Block:
    doc = tree(
        "IL-6 1 nsubj NN", "activates 1 ROOT VBZ", "T-cells 1 dobj NNS", "of 4 case IN",
        "patients 2 nmod NNS", ". 1 punct .",
    )  # fmt: skip
    return block(doc, cues, "IL-6=y T-cells=c")


class TestWhichPairs:
    def test_predicates_by_labels(self) -> None:
        assert PREDICATES_OF["DRUG", "DISEASE"] == ("CAUSES", "TREATS")
        assert PREDICATES_OF["CYTOKINE", "CELL"] == ("ACTS_ON",)
        assert ("CELL", "CELL") not in PREDICATES_OF
        assert {p for own in PREDICATES_OF.values() for p in own} == set(PREDICATES)
        n = sum(len(subjects) * len(objects) for subjects, objects in SIGNATURES.values())
        assert sum(map(len, PREDICATES_OF.values())) == n

    def test_both_orders_that_a_predicate_allows(self, acts: Block) -> None:
        assert listed(acts) == [("IL-6", "T-cells"), ("T-cells", "IL-6")]
        assert [p.predicates for p in acts.pairs] == [("ACTS_ON",), ("SECRETES",)]

    def test_no_predicate_no_pair(self, tree: Tree, cues: Cues) -> None:
        doc = tree("Monocytes 1 nsubj NNS", "meet 1 ROOT VBP", "T-cells 1 dobj NNS")
        assert listed(block(doc, cues, "Monocytes=c T-cells=c")) == []

    def test_members_of_one_list_make_none(self, tree: Tree, cues: Cues) -> None:
        doc = tree(
            "IL-1 3 nsubj NN", "and 0 cc CC", "TNF 0 conj NN", "raise 3 ROOT VBP",
            "IL-8 3 dobj NN",
        )  # fmt: skip
        one = block(doc, cues, "IL-1=y TNF=y IL-8=y")
        assert ("IL-1", "TNF") not in listed(one)
        assert ("TNF", "IL-1") not in listed(one)
        assert ("TNF", "IL-8") in listed(one)

    def test_a_class_and_its_member_make_none(self, tree: Tree, cues: Cues) -> None:
        doc = tree(
            "cytokines 4 nsubj NNS", "such 3 case JJ", "as 3 case IN", "IL-6 0 nmod NN",
            "rise 4 ROOT VBP",
        )  # fmt: skip
        assert listed(block(doc, cues, "cytokines=y IL-6=y")) == []

    def test_an_alias_makes_none(self, tree: Tree, cues: Cues) -> None:
        doc = tree(
            "interferon 4 nsubj NN", "( 2 punct -LRB-", "IFN 0 appos NN", ") 2 punct -RRB-",
            "raises 4 ROOT VBZ", "TNF 4 dobj NN",
        )  # fmt: skip
        one = block(doc, cues, "interferon=y IFN=y TNF=y").changed("IFN", alias_of="interferon")
        assert listed(one) == [("interferon", "TNF"), ("TNF", "interferon")]

    def test_two_sentences_make_none(self, tree: Tree, cues: Cues) -> None:
        doc = tree("IL-6 1 nsubj NN", "rose 1 ROOT VBD", ". 1 punct .", "T-cells 4 nsubj NNS",
                   "died 4 ROOT VBD")  # fmt: skip
        assert listed(block(doc, cues, "IL-6=y T-cells=c")) == []

    def test_too_far_apart_make_none(self, tree: Tree, cues: Cues) -> None:
        def apart(n: int) -> list[tuple[str, str]]:
            fill = ["so 1 advmod RB"] * (n - 2)
            doc = tree("IL-6 1 nsubj NN", "activates 1 ROOT VBZ", *fill, "T-cells 1 dobj NNS")
            return listed(block(doc, cues, "IL-6=y T-cells=c"))

        assert len(apart(FAR)) == 2
        assert apart(FAR + 1) == []


class TestTheWay:
    def test_over_the_verb(self, acts: Block) -> None:
        pair = acts.pair("IL-6", "T-cells")
        assert (texts(pair.up), pair.top.text, texts(pair.down)) == (
            ["IL-6"], "activates", ["T-cells"],
        )  # fmt: skip
        assert [(place, t.text) for place, t in pair.inner()] == [("top", "activates")]

    def test_words_on_both_sides_in_order(self, tree: Tree, cues: Cues) -> None:
        doc = tree(
            "Levels 3 nsubj NNS", "of 2 case IN", "IL-6 0 nmod NN", "reduce 3 ROOT VBP",
            "survival 3 dobj NN", "of 6 case IN", "neutrophils 4 nmod NNS",
        )  # fmt: skip
        pair = block(doc, cues, "IL-6=y neutrophils=c").pair("IL-6", "neutrophils")
        assert [(place, t.text) for place, t in pair.inner()] == [
            ("up", "Levels"), ("top", "reduce"), ("down", "survival"),
        ]  # fmt: skip

    def test_one_above_the_other(self, tree: Tree, cues: Cues) -> None:
        doc = tree("Monocytes 0 ROOT NNS", "with 3 case IN", "much 3 amod JJ", "TNF 0 nmod NN")
        one = block(doc, cues, "Monocytes=c TNF=y")
        pair = one.pair("Monocytes", "TNF")
        assert (pair.up, pair.top.text, texts(pair.down)) == ((), "Monocytes", ["TNF"])
        back = one.pair("TNF", "Monocytes")
        assert (texts(back.up), back.top.text, back.down) == (["TNF"], "Monocytes", ())
        assert pair.inner() == back.inner() == []
        assert (pair.start.text, back.end.text) == ("Monocytes", "Monocytes")

    def test_members_of_a_list_go_the_way_of_its_head(self, tree: Tree, cues: Cues) -> None:
        doc = tree(
            "IL-1 5 nsubj NN", ", 0 punct ,", "IL-2 0 conj NN", "or 0 cc CC", "TNF 2 conj NN",
            "activates 5 ROOT VBZ", "T-cells 5 dobj NNS",
        )  # fmt: skip
        one = block(doc, cues, "IL-1=y IL-2=y TNF=y T-cells=c")
        ways = {(texts(p.up)[0], p.top.text) for p in one.pairs if one.words[p.object] == "T-cells"}
        assert ways == {("IL-1", "activates")}

    def test_a_conjunct_of_another_kind_keeps_its_own_way(self, tree: Tree, cues: Cues) -> None:
        doc = tree("LPS 3 nsubj NN", "and 0 cc CC", "TNF 0 conj NN", "kill 3 ROOT VBP",
                   "cells 3 dobj NNS")  # fmt: skip
        pair = block(doc, cues, "LPS=d TNF=y cells=c").pair("TNF", "cells")
        assert texts(pair.up) == ["TNF", "LPS"]

    def test_no_tree_holds_both(self, tree: Tree, cues: Cues) -> None:
        doc = tree("IL-6 0 ROOT NN", ". 0 punct .", "T-cells 2 ROOT NNS")
        pair = block(doc, cues, "IL-6=y T-cells=c").pair("IL-6", "T-cells")
        assert pair.top is None
        assert (pair.start.text, pair.end.text, pair.inner()) == ("IL-6", "T-cells", [])

    def test_both_in_one_list_that_only_the_tree_sees(self, tree: Tree, cues: Cues) -> None:
        doc = tree("IL-1 0 ROOT NN", "rather 3 cc RB", "than 1 mwe IN", "TNF 0 conj NN")
        pair = block(doc, cues, "IL-1=y TNF=y").pair("IL-1", "TNF")
        assert (pair.up, pair.down, pair.inner()) == ((), (), [])
        assert pair.start == pair.end == pair.top


@st.composite
def sentences(draw: st.DrawFn) -> tuple[Doc, int, int]:
    n = draw(st.integers(2, 8))
    order = draw(st.permutations(range(n)))
    heads = [0] * n
    heads[order[0]] = order[0]
    for place in range(1, n):
        heads[order[place]] = order[draw(st.integers(0, place - 1))]
    deps = ["ROOT" if heads[i] == i else draw(st.sampled_from(["nsubj", "conj", "nmod"]))
            for i in range(n)]  # fmt: skip
    words = [f"w{i}" for i in range(n)]
    doc = Doc(VOCAB, words=words, heads=heads, deps=deps, tags=["NN"] * n, lemmas=words)
    one, other = sorted(draw(st.sets(st.integers(0, n - 1), min_size=2, max_size=2)))
    return doc, one, other


@given(sentences())
def test_the_way_follows_the_tree(drawn: tuple[Doc, int, int]) -> None:
    doc, one, other = drawn
    pair: Pair = block(doc, CUES, f"w{one}=y w{other}=c").pair(f"w{one}", f"w{other}")
    assert pair.top is not None
    for below, above in pairwise([*pair.up, pair.top]):
        assert below.head == above
    for above, below in pairwise([pair.top, *pair.down]):
        assert below.head == above
    assert not {t.i for t in pair.up} & {t.i for t in pair.down}
    assert pair.start != pair.end
