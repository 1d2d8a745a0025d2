"""The learned layer on weights of our own: chances, effects, what stands around."""

from __future__ import annotations

import gzip
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made import Block, block, chance, pack, weights_at
from hypothesis import given
from hypothesis import strategies as st
from spacy.tokens import Doc

from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.records import EFFECTS, PREDICATES
from pipeline.relate.cues import Cues
from pipeline.relate.learned import (
    ANY,
    BIAS,
    EFFECT,
    Around,
    Weights,
    effect_features,
    read_weights,
    weights_file,
)
from pipeline.relate.score import read_scores
from pipeline.relate.vocabulary import Vocabulary

Tree = Callable[..., Doc]
WEIGHTS = {
    ANY: {BIAS: -1.0, "a": 2.0, "c": 100.0},
    "ACTS_ON": {BIAS: 0.5, "a": -0.5, "b": 1.0},
    "BINDS": {"c": -300.0},
}


def likeliest(weights: Weights, predicate: str, features: list[str], read: str) -> str:
    """The effect that the learned layer gives for features by their names."""
    vocabulary = Vocabulary(weights)
    return vocabulary.effect(predicate, vocabulary.noted(features), read)


class TestChance:
    @pytest.mark.parametrize(
        ("outcome", "features", "log_odds"),
        [
            ("ACTS_ON", [], -0.5),
            ("ACTS_ON", ["a"], 1.0),
            ("ACTS_ON", ["a", "b"], 2.0),
            ("ACTS_ON", ["b", "a", "b", "unseen"], 2.0),  # each counts once
            ("TREATS", ["a", "b"], 1.0),  # only what all predicates share
        ],
    )
    def test_sum_of_shared_and_own_weights(
        self, outcome: str, features: list[str], log_odds: float
    ) -> None:
        assert chance(WEIGHTS, outcome, features) == pytest.approx(1 / (1 + math.exp(-log_odds)))

    def test_numbers(self) -> None:
        assert chance(WEIGHTS, "ACTS_ON", ["a", "b"]) == pytest.approx(0.880797, abs=1e-6)
        assert chance({}, "ACTS_ON", ["a"]) == 0.5

    def test_features_are_added_in_their_order(self) -> None:  # not by the hash seed
        own = {"a": 1e16, "b": 1.0, "c": -1e16}  # a sum that tells the order
        assert chance({"ACTS_ON": own}, "ACTS_ON", ["a", "c", "b"]) > 0.7
        assert chance({"ACTS_ON": own}, "ACTS_ON", ["a", "b", "c"]) == 0.5

    def test_extremes_stay_between_0_and_1(self) -> None:
        assert 0.999 < chance(WEIGHTS, "ACTS_ON", ["c"]) < 1
        assert 0 < chance(WEIGHTS, "BINDS", ["c"]) < 0.001

    @given(
        st.dictionaries(st.sampled_from("abcd"), st.floats(-9, 9)),
        st.lists(st.sampled_from("abcd")), st.sampled_from("abcd"),
    )  # fmt: skip
    def test_a_feature_pulls_to_its_side(
        self, own: dict[str, float], features: list[str], more: str
    ) -> None:
        weights = {"ACTS_ON": own}
        before = chance(weights, "ACTS_ON", features)
        after = chance(weights, "ACTS_ON", [*features, more])
        if own.get(more, 0.0) >= 0:
            assert after >= before - 1e-12
        else:
            assert after <= before + 1e-12


class TestFile:
    def test_rows(self, tmp_path: Path) -> None:
        path = weights_at(tmp_path / "w.gz", WEIGHTS)
        assert read_weights(path) == WEIGHTS

    def test_signs_that_csv_would_read(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "w.gz", '*\tnode="\t1\n*\tsign=,\t2\n*\tnode=\r\t3\n*\t=\x85\t4\n')
        assert read_weights(path) == {"*": {'node="': 1, "sign=,": 2, "node=\r": 3, "=\x85": 4}}

    def test_no_rows(self, tmp_path: Path) -> None:
        assert read_weights(pack(tmp_path / "w.gz", "")) == {}

    @pytest.mark.parametrize(
        "row", ["*\ta", "*\ta\tb\t1", "*\ta\tmuch", "*\ta\t", "", "*\ta\tnan", "*\ta\tinf"]
    )
    def test_a_broken_row(self, tmp_path: Path, row: str) -> None:
        path = pack(tmp_path / "w.gz", f"*\ta\t1\n*\tb\t1\n{row}\n*\tc\t1\n")
        with pytest.raises(PatternError) as caught:
            read_weights(path)
        assert str(caught.value) == (f"{path}:3: not outcome, feature and weight with tabs between")

    @pytest.mark.parametrize(
        "data",
        [None, b"*\ta\t1\n", gzip.compress(b"*\ta\t1\n" * 99)[:-9],
         gzip.compress("*\tä\t1\n".encode("latin-1"))],
        ids=["missing", "not packed", "cut off", "not UTF-8"],
    )  # fmt: skip
    def test_a_broken_file(self, tmp_path: Path, data: bytes | None) -> None:
        path = tmp_path / "w.gz"
        if data is not None:
            path.write_bytes(data)
        with pytest.raises(PatternError, match=r"w\.gz:1: no weights in here \(.+\)"):
            read_weights(path)

    @pytest.mark.model
    def test_the_shipped_weights(self) -> None:
        if read_scores(default_patterns_dir()) is None:
            pytest.skip("no scores.yaml: nothing is learned")
        weights = read_weights(weights_file())
        known = {ANY, *PREDICATES, *(EFFECT + effect for effect in EFFECTS)}
        assert {ANY, EFFECT + "positive"} <= set(weights) <= known


class TestEffect:
    def test_features_for_the_predicate_and_for_all(self) -> None:
        assert effect_features("BINDS", ["a", "b"], "negative") == [
            "a", "b", "read=negative",
            "BINDS|a", "BINDS|b", "BINDS|read=negative", "BINDS|bias",
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("predicate", "features", "expected"),
        [
            ("BINDS", [], "unspecified"),  # by its bias
            ("BINDS", ["a"], "positive"),
            ("TREATS", ["a"], "negative"),
            ("BINDS", ["a", "a"], "positive"),
        ],
    )
    def test_the_likeliest(self, predicate: str, features: list[str], expected: str) -> None:
        weights = {
            EFFECT + "positive": {"a": 1.5, "BINDS|bias": 0.2},
            EFFECT + "negative": {"TREATS|a": 2.0},
            EFFECT + "unspecified": {BIAS: 0.7, "read=unspecified": 0.1},
        }
        assert likeliest(weights, predicate, features, "unspecified") == expected

    @pytest.mark.parametrize("read", EFFECTS)
    def test_between_equals_the_word_lists_decide(self, read: str) -> None:
        assert likeliest({}, "BINDS", ["a"], read) == read

    def test_what_is_shared_by_predicates_has_no_voice(self) -> None:
        weights = {ANY: {"a": 1e9, BIAS: 99.0}, EFFECT + "negative": {"a": 0.001}}
        assert likeliest(weights, "BINDS", ["a"], "positive") == "negative"


@pytest.fixture
def three(tree: Tree, cues: Cues) -> Block:
    doc = tree("IL-6 1 nsubj NN", "feeds 1 ROOT VBZ", "cells 1 dobj NNS", "and 1 cc CC",
               "TNF 2 nmod NN", "asthma 2 nmod NN")  # fmt: skip
    return block(doc, cues, "IL-6=y cells=c TNF=y asthma=i")


class TestAround:
    def told(self, one: Block, rows: list[tuple[str, str, str]], *pair: str) -> list[str]:
        around = Around.of([one.row(*row) for row in rows])
        return sorted(around.features(one.pair(pair[0], pair[2]), pair[1]))

    def test_nothing_around(self, three: Block) -> None:
        assert self.told(three, [], "IL-6", "ACTS_ON", "cells") == []

    def test_the_pairs_own_row_says_nothing(self, three: Block) -> None:
        rows = [("IL-6", "ACTS_ON", "cells")]
        assert self.told(three, rows, "IL-6", "ACTS_ON", "cells") == []

    def test_another_predicate_and_the_reverse(self, three: Block) -> None:
        rows = [("IL-6", "BINDS", "cells"), ("cells", "SECRETES", "IL-6")]
        told = self.told(three, rows, "IL-6", "ACTS_ON", "cells")
        assert told == ["near.reverse=SECRETES", "near.same=BINDS"]

    def test_one_mention_shared(self, three: Block) -> None:
        rows = [
            ("IL-6", "ASSOCIATED_WITH", "asthma"), ("TNF", "ACTS_ON", "cells"),
            ("cells", "SECRETES", "TNF"), ("TNF", "REGULATES", "IL-6"),
        ]  # fmt: skip
        assert self.told(three, rows, "IL-6", "ACTS_ON", "cells") == [
            "near.object.object=ACTS_ON", "near.object.subject=SECRETES",
            "near.subject.object=REGULATES", "near.subject.subject=ASSOCIATED_WITH",
        ]  # fmt: skip

    def test_strangers_do_not_count(self, three: Block) -> None:
        rows = [("TNF", "ASSOCIATED_WITH", "asthma")]
        assert self.told(three, rows, "IL-6", "ACTS_ON", "cells") == []
