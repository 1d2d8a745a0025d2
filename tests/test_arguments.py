"""From the word where a role lands to the mentions that fill it, on trees made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from spacy.tokens import Doc

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments, Filler
from pipeline.relate.bind import bind
from pipeline.relate.cues import Cues

Tree = Callable[..., Doc]
CYTOKINE = frozenset({"CYTOKINE"})


@pytest.fixture(scope="module")
def small() -> Cues:
    """Few words, so that the tests do not hang on the shipped lists."""
    labels = {"CYTOKINE", "RECEPTOR", "CELL", "DISEASE", "DRUG"}
    carriers = frozenset({"level", "levels", "production", "blockade"})
    return Cues(
        {
            "inverse": frozenset({"blockade"}),
            "holders": frozenset({"mediators"}),
            "members": frozenset({"such", "including", "like", "e.g."}),
            "raise": frozenset({"higher"}),
            "lower": frozenset({"lower"}),
        },
        dict.fromkeys(labels, carriers),
        {label: frozenset({"of"}) for label in labels},
    )


class Case:
    """Words of a tree and the words in it that are mentions."""

    def __init__(self, doc: Doc, cues: Cues, mentions: dict[str, str]) -> None:
        self.words = list(mentions)
        self.found = []
        position = 0
        for word, label in mentions.items():
            start = doc.text.index(word, position)
            position = start + len(word)
            self.found.append(Found(Candidate(start, position, label, "test", name=word)))
        self.bound = bind(doc, self.found)
        self.cues = cues

    def alias(self, word: str, of: str) -> Case:
        i = self.words.index(word)
        self.found[i] = replace(self.found[i], alias_of=self.words.index(of))
        return self

    @property
    def arguments(self) -> Arguments:
        return Arguments(self.bound, self.found, self.cues)

    def fillers(self, word: str, labels: frozenset[str] = CYTOKINE) -> list[Filler]:
        texts = [t.text for t in self.bound.doc]
        return self.arguments.fillers(texts.index(word), labels)

    def fills(self, word: str, labels: frozenset[str] = CYTOKINE) -> list[str]:
        return [self.words[f.mention] for f in self.fillers(word, labels)]


@pytest.fixture(scope="module")
def case(tree: Tree, small: Cues) -> Callable[..., Case]:
    def build(*rows: str, cytokines: str = "", **more: str) -> Case:
        labels = dict.fromkeys(cytokines.split(), "CYTOKINE")
        labels |= {word: label.upper() for label, words in more.items() for word in words.split()}
        doc = tree(*rows)
        inside = sorted(labels, key=doc.text.index)
        return Case(doc, small, {word: labels[word] for word in inside})

    return build


Build = Callable[..., Case]


class TestMentionItself:
    def test_fills_its_label_only(self, case: Build) -> None:
        one = case("IL-6 1 nsubj NN", "acts 1 ROOT VBZ", cytokines="IL-6")
        assert one.fills("IL-6") == ["IL-6"]
        assert one.fills("IL-6", frozenset({"CELL"})) == []
        assert one.fills("acts") == []

    def test_an_alias_fills_nothing(self, case: Build) -> None:
        one = case(
            "interferon 4 nsubj NN", "( 2 punct -LRB-", "IFN 0 appos NN", ") 2 punct -RRB-",
            "acts 4 ROOT VBZ", cytokines="interferon IFN",
        ).alias("IFN", of="interferon")  # fmt: skip
        assert one.fills("interferon") == ["interferon"]
        assert one.fills("IFN") == ["interferon"]


class TestCoordination:
    def test_a_list_that_the_parser_lost(self, case: Build) -> None:
        # every member hangs on the verb, none on another
        one = case(
            "IL-1_ 6 dep NN", ", 6 punct ,", "IL-6_ 6 dep NN", ", 6 punct ,", "and 6 cc CC",
            "TNF 6 nsubj NN", "act 6 ROOT VBP", cytokines="IL-1 IL-6 TNF",
        )  # fmt: skip
        for word in ("IL-1", "IL-6", "TNF"):
            assert one.fills(word) == ["IL-1", "IL-6", "TNF"]

    def test_adjectives_and_brackets_inside_a_list(self, case: Build) -> None:
        one = case(
            "IL-1 8 dep NN", "( 2 punct -LRB-", "two 0 dep CD", ") 2 punct -RRB-",
            "and 0 cc CC", "the 7 det DT", "soluble 7 amod JJ", "TNF 0 dep NN", "act 8 ROOT VBP",
            cytokines="IL-1 TNF",
        )  # fmt: skip
        assert one.fills("TNF") == ["IL-1", "TNF"]

    @pytest.mark.parametrize(
        "between",
        [
            ["acts 3 dep VBZ", "and 3 cc CC"],
            ["but 3 cc CC", "not 3 neg RB"],
            ["in 3 case IN", "the 3 det DT"],
            [". 0 punct .", "and 3 cc CC"],
        ],
    )
    def test_no_list(self, case: Build, between: list[str]) -> None:
        one = case("IL-1 0 ROOT NN", *between, "TNF 3 ROOT NN", cytokines="IL-1 TNF")
        assert one.fills("IL-1") == ["IL-1"]
        assert not one.arguments.together(0, 1)

    def test_other_labels_do_not_join(self, case: Build) -> None:
        one = case(
            "IL-1 0 ROOT NN", "and 0 cc CC", "monocytes 0 conj NNS",
            cytokines="IL-1", cell="monocytes",
        )  # fmt: skip
        assert one.fills("IL-1") == ["IL-1"]
        assert one.fills("monocytes", frozenset({"CELL"})) == ["monocytes"]

    def test_members_know_each_other(self, case: Build) -> None:
        one = case("IL-1 0 ROOT NN", "or 0 cc CC", "TNF 0 conj NN", cytokines="IL-1 TNF")
        assert one.arguments.together(0, 1)
        assert one.arguments.together(1, 0)


class TestClasses:
    def test_a_class_brings_its_members(self, case: Build) -> None:
        one = case(
            "cytokines 6 nsubj NNS", "such 3 case JJ", "as 3 case IN", "IL-6 0 nmod NN",
            "and 3 cc CC", "TNF 3 conj NN", "rise 6 ROOT VBP", cytokines="cytokines IL-6 TNF",
        )  # fmt: skip
        assert one.fills("cytokines") == ["cytokines", "IL-6", "TNF"]
        assert one.arguments.together(0, 2)

    def test_a_noun_that_holds_what_is_listed(self, case: Build) -> None:
        one = case(
            "mediators_ 5 nsubj NNS", ", 0 punct ,", "including 4 case VBG", "small 4 amod JJ",
            "TNF 0 nmod NN", "rise 5 ROOT VBP", cytokines="TNF",
        )  # fmt: skip
        assert one.fills("mediators") == ["TNF"]

    def test_words_between_break_the_list(self, case: Build) -> None:
        one = case(
            "mediators 1 nsubj NNS", "rise 1 ROOT VBP", "like 3 case IN", "TNF 1 nmod NN",
            cytokines="TNF",
        )  # fmt: skip
        assert one.fills("mediators") == []


class TestCarriers:
    def test_down_to_the_mention(self, case: Build) -> None:
        one = case(
            "levels 3 nsubj NNS", "of 2 case IN", "TNF 0 nmod NN", "rise 3 ROOT VBP",
            cytokines="TNF",
        )  # fmt: skip
        assert one.fills("levels") == ["TNF"]
        assert one.fillers("levels")[0].carriers == (0,)
        assert one.fillers("levels")[0].sign == 1

    def test_a_noun_that_carries_nothing(self, case: Build) -> None:
        one = case(
            "doctors 3 nsubj NNS", "of 2 case IN", "TNF 0 nmod NN", "rise 3 ROOT VBP",
            cytokines="TNF",
        )  # fmt: skip
        assert one.fills("doctors") == []

    def test_the_wrong_preposition(self, case: Build) -> None:
        one = case(
            "levels 3 nsubj NNS", "near 2 case IN", "TNF 0 nmod NN", "rise 3 ROOT VBP",
            cytokines="TNF",
        )  # fmt: skip
        assert one.fills("levels") == []

    def test_inverse_nouns_turn_the_sign(self, case: Build) -> None:
        one = case("TNF 1 compound NN", "blockade 2 nsubj NN", "helps 2 ROOT VBZ", cytokines="TNF")
        assert [(f.mention, f.sign) for f in one.fillers("blockade")] == [(0, -1)]

    def test_twice_inverse_is_straight(self, case: Build) -> None:
        one = case(
            "blockade 4 nsubj NN", "of 3 case IN", "TNF 3 compound NN", "blockade 0 nmod NN",
            "helps 4 ROOT VBZ", cytokines="TNF",
        )  # fmt: skip
        assert [f.sign for f in one.fillers("blockade")] == [1]

    def test_what_induced_the_production_is_not_produced(self, case: Build) -> None:
        one = case(
            "TNF-induced 2 amod VBN", "IL-6 2 compound NN", "production 3 nsubj NN",
            "rose 3 ROOT VBD", cytokines="TNF IL-6",
        )  # fmt: skip
        assert one.fills("production") == ["IL-6"]

    def test_depth_is_bounded(self, case: Build) -> None:
        chain = [f"level {head} compound NN" for head in range(2, 11)]
        one = case("TNF 1 compound NN", *chain, "rose 10 ROOT VBD", cytokines="TNF")
        assert one.arguments.fillers(3, CYTOKINE) != []
        assert one.arguments.fillers(9, CYTOKINE) == []


def test_shipped_lists_hold_the_plain_cases(tree: Tree, cues: Cues) -> None:
    one = Case(
        tree("Production 3 nsubj NN", "of 2 case IN", "TNF 0 nmod NN", "rose 3 ROOT VBD"),
        cues,
        {"TNF": "CYTOKINE"},
    )
    assert one.fills("Production") == ["TNF"]
