"""The features of a pair, worked out by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made import Block, block
from spacy.tokens import Doc

from pipeline.patterns_data import PatternError
from pipeline.relate.cues import Cues
from pipeline.relate.features import Classes, Features, edge, word_classes

Tree = Callable[..., Doc]
CLASSES: Classes = {"activate": ("up", "c.change"), "quickly": ("c.fast",)}


def features(one: Block, subject: str, object_: str, classes: Classes | None = None) -> list[str]:
    return Features(one.bound, one.found, classes or {}, str).of(one.pair(subject, object_))


def of_kind(all_: list[str], *kinds: str) -> list[str]:
    return [f for f in all_ if f.split("=")[0] in kinds]


@pytest.fixture
def acts(tree: Tree, cues: Cues) -> Block:
    doc = tree(
        "IL-6 1 nsubj NN", "activates 1 ROOT VBZ", "T-cells 1 dobj NNS", "quickly 1 advmod RB",
        ". 1 punct .",
    )  # fmt: skip
    return block(doc, cues, "IL-6=y T-cells=c").changed("IL-6", specificity="specific")


def test_all_features_of_a_plain_sentence(acts: Block) -> None:
    assert features(acts, "IL-6", "T-cells", CLASSES) == [
        "labels=CYTOKINE>CELL", "order=so", "subject.specificity=specific", "object.specificity=",
        "length=2", "path=<nsubj activate >dobj #", "deps=<nsubj >dobj",
        "part2=<nsubj activate", "part2=activate >dobj", "part2=>dobj #",
        "part3=<nsubj activate >dobj", "part3=activate >dobj #",
        "edge=<nsubj", "edge=>dobj", "classes=<nsubj >dobj|up",
        "top=activate", "node=activate", "top.tag=VBZ", "top.list=up", "top.list=c.change",
        "top.child=advmod:quickly",
        "distance=1", "between.so=activate", "between.so.list=up", "stretch.so=activate",
        "verbs=1",
        "subject.after=activate", "subject.head=activate", "subject.dep=nsubj",
        "object.before=activate", "object.after=quickly", "object.head=activate",
        "object.dep=dobj",
    ]  # fmt: skip


def test_the_other_direction_says_so(acts: Block) -> None:
    back = features(acts, "T-cells", "IL-6", CLASSES)
    assert of_kind(back, "labels", "order", "path", "stretch.os") == [
        "labels=CELL>CYTOKINE", "order=os", "path=<dobj activate >nsubj #", "stretch.os=activate",
    ]  # fmt: skip


def test_names_do_not_count(tree: Tree, cues: Cues, acts: Block) -> None:
    doc = tree(
        "TNF 1 nsubj NN", "activates 1 ROOT VBZ", "B-cells 1 dobj NNS", "quickly 1 advmod RB",
        ". 1 punct .",
    )  # fmt: skip
    other = block(doc, cues, "TNF=y B-cells=c").changed("TNF", specificity="specific")
    assert features(other, "TNF", "B-cells") == features(acts, "IL-6", "T-cells")


def test_prepositions_mentions_and_children(tree: Tree, cues: Cues) -> None:
    doc = tree(
        "Blockade 3 nsubj NN", "of 2 case IN", "TNF 0 nmod NN", "lowers 3 ROOT VBZ",
        "CCL2-release 3 dobj NN", "by 7 case IN", "resting 7 amod JJ", "monocytes 4 nmod NNS",
    )  # fmt: skip
    one = block(doc, cues, "TNF=y CCL2-release=y monocytes=c")
    got = features(one, "TNF", "monocytes")
    assert "path=<nmod:of blockade <nsubj lower >dobj @CYTOKINE >nmod:by #" in got
    assert {"down=@CYTOKINE", "up=blockade", "between.CYTOKINE=1"} <= set(got)
    assert "object.child=amod:resting" in got
    assert "classes=<nmod:of <nsubj >dobj >nmod:by|NOUN VERB @CYTOKINE" in got
    assert edge(one.bound.words[7]) == "nmod:by"
    assert edge(one.bound.words[4]) == "dobj"


def test_one_above_the_other(tree: Tree, cues: Cues) -> None:
    doc = tree("Monocytes 0 ROOT NNS", "with 2 case IN", "TNF 0 nmod NN")
    one = block(doc, cues, "Monocytes=c TNF=y")
    assert "path=# >nmod:with #" in features(one, "Monocytes", "TNF")
    assert "path=<nmod:with #" in features(one, "TNF", "Monocytes")


def test_no_way_between(tree: Tree, cues: Cues) -> None:
    doc = tree("IL-6 0 ROOT NN", ". 0 punct .", "T-cells 2 ROOT NNS")
    got = features(block(doc, cues, "IL-6=y T-cells=c"), "IL-6", "T-cells")
    assert "path=none" in got
    assert of_kind(got, "length", "deps", "edge", "classes") == []


def test_one_word_stands_for_both(tree: Tree, cues: Cues) -> None:
    doc = tree("IL-1 0 ROOT NN", "rather 3 cc RB", "than 1 mwe IN", "TNF 0 conj NN")
    got = features(block(doc, cues, "IL-1=y TNF=y"), "IL-1", "TNF")
    assert {"length=0", "path=#", "distance=1"} <= set(got)


@pytest.mark.parametrize(("steps", "path", "classes"), [(3, 1, 1), (4, 1, 0), (5, 0, 0)])
def test_long_ways_are_not_spelled_out(
    tree: Tree, cues: Cues, steps: int, path: int, classes: int
) -> None:
    # from the verb a chain of nouns down to the cell: steps + 2 edges
    chain = ["noun 1 dobj NN", *(f"noun {i} nmod NN" for i in range(2, steps + 1))]
    doc = tree("IL-6 1 nsubj NN", "acts 1 ROOT VBZ", *chain, f"cell {steps + 1} nmod NN")
    got = features(block(doc, cues, "IL-6=y cell=c"), "IL-6", "cell")
    assert f"length={steps + 2}" in got
    assert len(of_kind(got, "path")) == len(of_kind(got, "deps")) == path
    assert len(of_kind(got, "classes")) == classes
    assert len(of_kind(got, "edge")) == steps + 2


@pytest.mark.parametrize(
    ("n", "words", "whole"), [(4, True, True), (5, True, False), (15, True, False),
                              (16, False, False)],
)  # fmt: skip
def test_of_a_long_stretch_only_counts(
    tree: Tree, cues: Cues, n: int, words: bool, whole: bool
) -> None:
    fill = [f"very {n} advmod RB"] * (n - 2)
    doc = tree(f"IL-6 {n} nsubj NN", *fill, f"; {n} punct :", f"die {n} ROOT VBP",
               f"cells {n} dobj NNS")  # fmt: skip
    got = features(block(doc, cues, "IL-6=y cells=c"), "IL-6", "cells")
    assert bool(of_kind(got, "between.so")) == words
    assert bool(of_kind(got, "stretch.so")) == whole
    assert {"sign=;", "verbs=1"} <= set(got)


def test_lists_of_a_way_are_bounded(tree: Tree, cues: Cues) -> None:
    doc = tree("Loss 3 nsubj NN", "of 2 case IN", "IL-6 0 nmod NN", "raises 3 ROOT VBZ",
               "death 3 dobj NN", "of 6 case IN", "cells 4 nmod NNS")  # fmt: skip
    many = tuple("abcde")
    got = features(
        block(doc, cues, "IL-6=y cells=c"), "IL-6", "cells",
        {"loss": many, "raise": many, "death": many},
    )  # fmt: skip
    assert len(of_kind(got, "classes")) == 9
    assert of_kind(got, "classes")[0].endswith("|a a a")


def _lists(folder: Path, name: str, text: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    _lists(tmp_path, "relations/paths.yaml", "lists: {up: [Raise, feed]}\n")
    _lists(tmp_path, "relations/own.yaml", "lists: {both: [$up, act], down: [lower]}\n")
    _lists(tmp_path, "cues/attributes.yaml", "lists: {change_up: [raise]}\n")
    _lists(tmp_path, "cues/carriers.yaml", "lists: {CELL: [number]}\n")
    return tmp_path


def test_word_lists_that_hold_a_word(lists: Path) -> None:
    assert word_classes(lists) == {
        "raise": ("both", "c.change_up", "up"), "feed": ("both", "up"), "act": ("both",),
        "lower": ("down",), "number": ("c.CELL",),
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["relations/paths.yaml", "relations/own.yaml", "cues/attributes.yaml"]
)
def test_a_broken_file_is_named(lists: Path, name: str) -> None:
    _lists(lists, name, "lists:\n  up: raise\n")
    with pytest.raises(PatternError, match=rf"{name}:2: list up must be a list of words"):
        word_classes(lists)
