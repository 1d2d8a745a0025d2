"""*It*, *they* and *this cytokine* mean what the sentence before says plainly, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made import Block, block, patterns_at
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.records import SIGNATURES
from pipeline.relate.cues import Cues
from pipeline.relate.relater import Relater
from pipeline.relate.stated import BEFORE, BEFORE_FACTOR, sentence_of

Tree = Callable[..., Doc]
Build = Callable[..., Block]
CYTOKINE = frozenset({"CYTOKINE"})
ROSE = ["IL-6 1 nsubj NN", "rose 1 ROOT VBD", ". 1 punct ."]
BOTH = ["IL-6 3 nsubj NN", "and 0 cc CC", "TNF 0 conj NN", "rose 3 ROOT VBD", ". 3 punct ."]
ACTS = ["{} 1 nsubj PRP", "activates 1 ROOT VBZ", "T-cells 1 dobj NNS"]
THIS = ["This 1 det DT", "cytokine 2 nsubj NN", "activates 2 ROOT VBZ", "T-cells 2 dobj NNS"]
THESE = ["These 1 det DT", "cytokines 2 nsubj NNS", "activate 2 ROOT VBP", "T-cells 2 dobj NNS"]


def rows(*sentences: list[str], it: str = "It") -> list[str]:
    """The rows of all sentences; heads count from the sentence's own first word."""
    told: list[str] = []
    for sentence in sentences:
        shift = len(told)
        for row in sentence:
            word, head, dep, tag = row.format(it).split()
            told.append(f"{word} {int(head) + shift} {dep} {tag}")
    return told


@pytest.fixture
def build(tree: Tree, cues: Cues) -> Build:
    def made(mentions: str, *sentences: list[str], it: str = "It", named: bool = True) -> Block:
        one = block(tree(*rows(*sentences, it=it)), cues, mentions, named=named)
        for word in one.words:
            if word.startswith("cytokine"):
                one.changed(word, specificity="generic")
        return one

    return made


def meant(one: Block, word: str, labels: frozenset[str] = CYTOKINE) -> list[str]:
    """What fills a role that the word (its last occurrence) stands in; not the word itself."""
    places = [t.i for t in one.bound.doc if t.text == word]
    filled = one.named([f.mention for f in one.arguments.fillers(places[-1], labels)])
    return [name for name in filled if name != word]


class TestIt:
    def test_the_subject_before(self, build: Build) -> None:
        assert meant(build("IL-6=y T-cells=c", ROSE, ACTS), "It") == ["IL-6"]

    def test_a_passive_subject(self, build: Build) -> None:
        made = ["IL-6 2 nsubjpass NN", "was 2 auxpass VBD", "cloned 2 ROOT VBN", ". 2 punct ."]
        assert meant(build("IL-6=y T-cells=c", made, ACTS), "It") == ["IL-6"]

    def test_objects_do_not_compete(self, build: Build) -> None:
        before = ["IL-6 1 nsubj NN", "raises 1 ROOT VBZ", "TNF 1 dobj NN", ". 1 punct ."]
        assert meant(build("IL-6=y TNF=y T-cells=c", before, ACTS), "It") == ["IL-6"]

    def test_of_two_clauses_about_one(self, build: Build) -> None:
        before = ["IL-6 1 nsubj NN", "rose 1 ROOT VBD", "and 1 cc CC", "IL-6R 4 nsubj NN",
                  "fell 1 conj VBD", ". 1 punct ."]  # fmt: skip
        assert meant(build("IL-6=y IL-6R=r T-cells=c", before, ACTS), "It") == ["IL-6"]

    @pytest.mark.parametrize("opening", [["However 2 advmod RB", ", 2 punct ,"]])
    def test_behind_an_opening(self, build: Build, opening: list[str]) -> None:
        acts = [*opening, "it 3 nsubj PRP", "activates 3 ROOT VBZ", "T-cells 3 dobj NNS"]
        assert meant(build("IL-6=y T-cells=c", ROSE, acts), "it") == ["IL-6"]

    @pytest.mark.parametrize(
        ("mentions", "before"),
        [
            ("IL-6=y TNF=y", BOTH),  # two
            ("monocytes=c", ["monocytes 1 nsubj NN", "act 1 ROOT VBP", ". 1 punct ."]),
            ("IL-6=y", ["He 1 nsubj PRP", "saw 1 ROOT VBD", "IL-6 1 dobj NN", ". 1 punct ."]),
            ("IL-6=y", ["levels 3 nsubj NNS", "of 2 case IN", "IL-6 0 nmod NN", "rose 3 ROOT VBD",
                        ". 3 punct ."]),
            ("IL-6=y TNF=y", ["IL-6 1 nsubj NN", "rose 1 ROOT VBD", "and 1 cc CC",
                              "TNF 4 nsubj NN", "fell 1 conj VBD", ". 1 punct ."]),
            ("cytokines=y", ["cytokines 1 nsubj NNS", "rise 1 ROOT VBP", ". 1 punct ."]),
        ],
        ids=["a list", "a cell", "an object", "what a noun carries", "two clauses", "a plural"],
    )  # fmt: skip
    def test_nothing_plain_before(self, build: Build, mentions: str, before: list[str]) -> None:
        assert meant(build(f"{mentions} T-cells=c", before, ACTS), "It") == []

    @pytest.mark.parametrize(
        "acts",
        [
            ["It 2 nsubjpass PRP", "is 2 auxpass VBZ", "known 2 ROOT VBN", "that 5 mark IN",
             "he 5 nsubj PRP", "left 2 ccomp VBD"],
            ["It 2 nsubj PRP", "is 2 cop VBZ", "possible 2 ROOT JJ", "to 4 mark TO",
             "leave 2 xcomp VB"],
            ["It 1 nsubj PRP", "remains 1 ROOT VBZ", "to 4 mark TO", "be 4 auxpass VB",
             "seen 1 xcomp VBN"],
            ["It 1 nsubj PRP", "seems 1 ROOT VBZ", "so 1 advmod RB"],
            ["It 2 nsubj PRP", "was 2 cop VBD", "surprising 2 ROOT JJ", "that 5 mark IN",
             "he 5 nsubj PRP", "left 2 csubj VBD"],
        ],
        ids=["known that", "possible to", "remains to", "seems", "surprising that"],
    )  # fmt: skip
    def test_expletive(self, build: Build, acts: list[str]) -> None:
        assert meant(build("IL-6=y", ROSE, acts), "It") == []

    def test_shown_to_is_no_expletive(self, build: Build) -> None:
        acts = ["It 2 nsubjpass PRP", "was 2 auxpass VBD", "shown 2 ROOT VBN", "to 4 mark TO",
                "activate 2 xcomp VB", "T-cells 4 dobj NNS"]  # fmt: skip
        assert meant(build("IL-6=y T-cells=c", ROSE, acts), "It") == ["IL-6"]

    def test_not_as_an_object(self, build: Build) -> None:
        acts = ["T-cells 1 nsubj NNS", "make 1 ROOT VBP", "it 1 dobj PRP"]
        assert meant(build("IL-6=y T-cells=c", ROSE, acts), "it") == []

    def test_not_far_inside_its_sentence(self, build: Build) -> None:
        acts = ["In 2 case IN", "this 2 det DT", "model 5 nmod NN", ", 5 punct ,",
                "it 5 nsubj PRP", "activates 5 ROOT VBZ", "T-cells 5 dobj NNS"]  # fmt: skip
        assert meant(build("IL-6=y T-cells=c", ROSE, acts), "it") == []

    def test_not_two_sentences_back(self, build: Build) -> None:
        nap = ["We 1 nsubj PRP", "slept 1 ROOT VBD", ". 1 punct ."]
        assert meant(build("IL-6=y T-cells=c", ROSE, nap, ACTS), "It") == []

    def test_not_in_the_first_sentence(self, build: Build) -> None:
        assert meant(build("T-cells=c", ACTS), "It") == []

    def test_the_clause_before_comes_first(self, build: Build) -> None:
        acts = ["TNF 1 nsubj NN", "fell 4 ccomp VBD", "; 4 punct :", "it 4 nsubj PRP",
                "activates 4 ROOT VBZ", "T-cells 4 dobj NNS"]  # fmt: skip
        assert meant(build("IL-6=y TNF=y T-cells=c", ROSE, acts), "it") == ["TNF"]


class TestThey:
    def test_the_list_before(self, build: Build) -> None:
        one = build("IL-6=y TNF=y T-cells=c", BOTH, ACTS, it="They")
        assert meant(one, "They") == ["IL-6", "TNF"]

    def test_a_plural_before(self, build: Build) -> None:
        before = ["monocytes 1 nsubj NNS", "act 1 ROOT VBP", ". 1 punct ."]
        one = build("monocytes=c T-cells=c", before, ACTS, it="They")
        assert meant(one, "They", frozenset({"CELL"})) == ["monocytes"]

    def test_not_one_name(self, build: Build) -> None:
        assert meant(build("IL-6=y T-cells=c", ROSE, ACTS, it="They"), "They") == []

    def test_not_other_labels(self, build: Build) -> None:
        one = build("IL-6=y TNF=y T-cells=c", BOTH, ACTS, it="They")
        assert meant(one, "They", frozenset({"CELL"})) == []


class TestThis:
    def test_the_only_name_before(self, build: Build) -> None:
        assert meant(build("IL-6=y cytokine=y T-cells=c", ROSE, THIS), "cytokine") == ["IL-6"]

    def test_one_name_twice(self, build: Build) -> None:
        before = ["IL-6 1 nsubj NN", "raises 1 ROOT VBZ", "IL-6 1 dobj NN", ". 1 punct ."]
        one = build("IL-6=y IL-6=y cytokine=y T-cells=c", before, THIS)
        assert meant(one, "cytokine") == ["IL-6"]

    def test_other_kinds_do_not_compete(self, build: Build) -> None:
        before = ["Monocytes 1 nsubj NNS", "make 1 ROOT VBP", "IL-6 1 dobj NN", ". 1 punct ."]
        one = build("Monocytes=c IL-6=y cytokine=y T-cells=c", before, THIS)
        assert meant(one, "cytokine") == ["IL-6"]

    def test_an_alias_does_not_compete(self, build: Build) -> None:
        before = ["interferon 4 nsubj NN", "( 2 punct -LRB-", "IFN 0 appos NN", ") 2 punct -RRB-",
                  "rose 4 ROOT VBD", ". 4 punct ."]  # fmt: skip
        one = build("interferon=y IFN=y cytokine=y T-cells=c", before, THIS)
        one.changed("IFN", alias_of="interferon")
        assert meant(one, "cytokine") == ["interferon"]

    @pytest.mark.parametrize("named", [True, False], ids=["with a concept", "without one"])
    def test_not_with_two_names(self, build: Build, named: bool) -> None:
        one = build("IL-6=y TNF=y cytokine=y T-cells=c", BOTH, THIS, named=named)
        assert meant(one, "cytokine") == []

    def test_not_with_a_class_alone_before(self, build: Build) -> None:
        before = ["cytokines 1 nsubj NNS", "rise 1 ROOT VBP", ". 1 punct ."]
        assert meant(build("cytokines=y cytokine=y T-cells=c", before, THIS), "cytokine") == []

    def test_not_a_plural(self, build: Build) -> None:
        assert meant(build("IL-6=y cytokines=y T-cells=c", ROSE, THESE), "cytokines") == []
        those = ["This 1 det DT", *THESE[1:]]
        assert meant(build("IL-6=y cytokines=y T-cells=c", ROSE, those), "cytokines") == []

    @pytest.mark.parametrize("word", ["The", "A", "Another"])
    def test_not_with_another_determiner(self, build: Build, word: str) -> None:
        the = [f"{word} 1 det DT", *THIS[1:]]
        assert meant(build("IL-6=y cytokine=y T-cells=c", ROSE, the), "cytokine") == []

    def test_not_a_name(self, build: Build) -> None:
        this = ["This 1 det DT", "TNF 2 nsubj NN", *THIS[2:]]
        assert meant(build("IL-6=y TNF=y T-cells=c", ROSE, this), "TNF") == []

    def test_not_in_the_first_sentence(self, build: Build) -> None:
        assert meant(build("cytokine=y T-cells=c", THIS), "cytokine") == []


class TestTheseCells:
    """*These cells* are the one kind of cell that the words before name as their subject."""

    MADE = ("These 1 det DT", "cells 2 nsubj NNS", "released 2 ROOT VBD", "IL-6 2 dobj NN")
    CAME = ("Th17 1 nsubj NNS", "came 1 ROOT VBD", ". 1 punct .")
    MET = ("Th17 1 nsubj NNS", "met 1 ROOT VBD", "B-cells 1 dobj NNS", ". 1 punct .")
    CELLS = frozenset({"CELL"})

    def test_the_subject_before(self, build: Build) -> None:
        one = build("Th17=c IL-6=y", list(self.CAME), list(self.MADE))
        assert meant(one, "cells", self.CELLS) == ["Th17"]

    def test_in_the_same_sentence(self, build: Build) -> None:
        one = build(
            "Th17=c IL-6=y",
            [
                "Th17 1 nsubj NNS", "came 1 ROOT VBD", "; 1 punct :", "these 4 det DT",
                "cells 5 nsubj NNS", "made 1 parataxis VBD", "IL-6 5 dobj NN",
            ],
        )  # fmt: skip
        assert meant(one, "cells", self.CELLS) == ["Th17"]

    def test_not_one_of_two(self, build: Build) -> None:
        one = build("Th17=c B-cells=c IL-6=y", list(self.MET), list(self.MADE))
        assert meant(one, "cells", self.CELLS) == []

    def test_not_a_subject_of_another_kind(self, build: Build) -> None:
        one = build("TNF=y IL-6=y", ["TNF 1 nsubj NN", "rose 1 ROOT VBD"], list(self.MADE))
        assert meant(one, "cells", self.CELLS) == []

    def test_not_without_pointing(self, build: Build) -> None:
        made = ["The 1 det DT", *self.MADE[1:]]
        one = build("Th17=c IL-6=y", list(self.CAME), made)
        assert meant(one, "cells", self.CELLS) == []


class TestRows:
    """What becomes of it in the rows of a rule."""

    @pytest.fixture
    def relater(self, tmp_path: Path, vocab: Vocab) -> Relater:
        return Relater(patterns_at(tmp_path / "p"), vocab)

    @pytest.mark.parametrize(
        ("mentions", "second"), [("IL-6=y T-cells=c", ACTS), ("IL-6=y cytokine=y T-cells=c", THIS)]
    )
    def test_the_sentence_before_is_evidence(
        self, build: Build, relater: Relater, mentions: str, second: list[str]
    ) -> None:
        one = build(mentions, ROSE, second)
        row = next(r for r in relater.relate_bound(one.bound, one.found) if r.subject == 0)
        assert (row.rule, row.score) == (f"brews+{BEFORE}", round(BEFORE_FACTOR * 0.8, 4))
        assert (row.sentence_start, row.sentence_end) == (0, one.bound.ends[-1])
        assert one.bound.doc.text[row.trigger_start : row.trigger_end] == "activates"

    def test_an_ordinary_row_has_its_own_sentence(self, build: Build, relater: Relater) -> None:
        acts = ["TNF 1 nsubj NN", *ACTS[1:]]
        one = build("IL-6=y TNF=y T-cells=c", ROSE, acts)
        (row,) = relater.relate_bound(one.bound, one.found)
        assert (one.words[row.subject], row.rule, row.score) == ("TNF", "brews", 0.8)
        assert (row.sentence_start, row.sentence_end) == sentence_of(one.bound, 3)
        assert row.key == ("ACTS_ON", row.subject, row.object)

    def test_labels_of_the_rule_count(self, build: Build, relater: Relater) -> None:
        assert "CELL" not in SIGNATURES["ACTS_ON"][0]
        before = ["Monocyte 1 nsubj NN", "acts 1 ROOT VBZ", ". 1 punct ."]
        one = build("Monocyte=c T-cells=c", before, ACTS)
        assert relater.relate_bound(one.bound, one.found) == []
