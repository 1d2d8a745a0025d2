"""Scores worked out by hand, their file, and what ``pipeline check`` says of it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.check import _check_scores
from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.relate.derive import TARGET_RULE
from pipeline.relate.rules import RuleBook
from pipeline.relate.score import (
    COMPOSED,
    SCORES,
    Evidence,
    Scores,
    logit,
    read_scores,
    score,
    weighted,
)

SHARES = st.floats(0, 1)
FILE = """\
# how sure a row is
keep: 0.5  # rows below are not written
prior: 3
weights:
  intercept: -0.5
  learned: 0.8
rules:
  brews: [4, 5]
  composed: [1, 2]
"""


def scores(rules: dict[str, list[int]] | None = None, **weights: float) -> Scores:
    return Scores(keep=0.5, prior=2.0, weights=weights, rules=rules or {})


class TestReliability:
    SCORES = scores({"seen": [3, 4], "wrong": [0, 8], COMPOSED: [1, 2]})

    @pytest.mark.parametrize(
        ("rule", "own", "expected"),
        [
            ("seen", 0.8, (3 + 2 * 0.8) / 6),
            ("wrong", 0.9, 1.8 / 10),
            ("unseen", 0.8, 0.8),
            ("seen+wrong", 0.5, 2 / 4),  # all composed ones count together
            ("seen+before", 0.5, 2 / 4),
        ],
    )
    def test_own_score_and_what_was_seen(self, rule: str, own: float, expected: float) -> None:
        assert self.SCORES.reliability(rule, own) == pytest.approx(expected)

    @given(st.integers(0, 50), st.integers(0, 50), SHARES)
    def test_stays_a_chance(self, right: int, wrong: int, own: float) -> None:
        assert 0 <= scores({"r": [right, right + wrong]}).reliability("r", own) <= 1


class TestTerms:
    def test_of_a_ruled_row(self) -> None:
        terms = Evidence(0.8, 0.9, length=3, distance=5, clauses=2, mention=0.5).terms()
        assert terms == pytest.approx(
            {
                "intercept": 1, "rule": 1, "reliability": math.log(4), "learned": math.log(9),
                "learned_beside_rule": math.log(9), "length": 3, "distance": math.log(6),
                "clauses": 2, "mention": math.log(0.5),
            }
        )  # fmt: skip

    def test_of_a_learned_row(self) -> None:
        terms = Evidence(None, 0.9).terms()
        assert terms["rule"] == terms["reliability"] == terms["learned_beside_rule"] == 0
        assert terms["learned"] == pytest.approx(math.log(9))
        assert terms["mention"] == 0

    def test_nothing_is_infinite(self) -> None:
        terms = Evidence(0.0, 1.0, mention=0.0).terms()
        assert all(map(math.isfinite, terms.values()))
        assert terms["mention"] == pytest.approx(math.log(0.1))

    @given(SHARES)
    def test_log_odds(self, chance: float) -> None:
        assert logit(chance) == pytest.approx(-logit(1 - chance))
        assert logit(0.5) == 0


class TestScore:
    def test_by_hand(self) -> None:
        told = scores(
            intercept=-1.0, rule=0.5, reliability=1.0, learned=0.5, learned_beside_rule=-0.25,
            length=-0.1, clauses=-0.2,
        )  # fmt: skip
        evidence = Evidence(0.8, 0.9, length=2, distance=7, clauses=1)
        # -1 + .5 + ln 4 + .25 ln 9 - .2 - .2 = 1.03560
        assert score(told, evidence) == 0.738
        # -1 + .5 ln 9 - .2 - .2 = -.30139
        assert score(told, replace(evidence, rule=None)) == 0.4252

    def test_a_pair_that_the_learned_layer_cannot_see(self) -> None:
        told = scores(intercept=-9.0, rule=3.0)
        assert score(told, Evidence(0.83456, None)) == 0.8346

    def test_weights_that_name_no_term_count_nothing(self) -> None:
        assert weighted({"a": 2.0, "unknown": 9.0}, {"a": 3.0, "b": 5.0}) == 6.0
        assert score(scores(unknown=9.0), Evidence(0.9, 0.9)) == 0.5

    @pytest.mark.parametrize(("weight", "expected"), [(1e9, 1.0), (-1e9, 0.0)])
    def test_extremes(self, weight: float, expected: float) -> None:
        assert score(scores(intercept=weight), Evidence(None, 0.5)) == expected

    @given(st.floats(0, 5), SHARES, SHARES, st.one_of(st.none(), SHARES))
    def test_a_surer_rule_never_lowers_it(
        self, weight: float, one: float, other: float, learned: float | None
    ) -> None:
        told = scores(reliability=weight, intercept=-1.0, learned=0.5, learned_beside_rule=-0.7)
        low, high = sorted((one, other))
        assert score(told, Evidence(low, learned)) <= score(told, Evidence(high, learned))

    @given(st.floats(0, 5), st.floats(0, 1), SHARES, SHARES, st.one_of(st.none(), SHARES))
    def test_a_higher_learned_chance_never_lowers_it(
        self, weight: float, share: float, one: float, other: float, rule: float | None
    ) -> None:
        # beside a rule the two weights count together
        told = scores(reliability=0.4, learned=weight, learned_beside_rule=-share * weight)
        low, high = sorted((one, other))
        assert score(told, Evidence(rule, low)) <= score(told, Evidence(rule, high))


class TestFile:
    def test_read(self, tmp_path: Path) -> None:
        (tmp_path / SCORES).write_text(FILE, encoding="utf-8")
        told = read_scores(tmp_path)
        assert told is not None
        assert (told.keep, told.prior) == (0.5, 3)
        assert told.weights == {"intercept": -0.5, "learned": 0.8}
        assert told.rules == {"brews": [4, 5], "composed": [1, 2]}

    def test_none(self, tmp_path: Path) -> None:
        assert read_scores(tmp_path) is None

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("keep: 0.5", "keep: 1.5", "2: keep: Input should be less than or equal to 1"),
            ("keep: 0.5", "keep: .nan", "2: keep: "),
            ("prior: 3", "prior: 0", "3: prior: Input should be greater than 0"),
            ("prior: 3", "prior: .inf", "3: prior: Input should be a finite number"),
            ("prior: 3\n", "", "1: prior: Field required"),
            ("prior: 3", "prior: 3\nmore: 1", "4: more: Extra inputs are not permitted"),
            ("learned: 0.8", "learned: much", "6: weights.learned: Input should be a valid number"),
            ("learned: 0.8", "learned: .nan", "6: weights.learned: Input should be a finite"),
            ("[4, 5]", "[4]", "8: rules.brews: List should have at least 2 items"),
            ("[4, 5]", "[1, 4, 5]", "8: rules.brews: List should have at most 2 items"),
            ("[4, 5]", "[-1, 5]", "8: rules.brews.0: Input should be greater than or equal to 0"),
            ("[4, 5]", "[6, 5]", "8: rules.brews: Value error, a rule cannot be right more often"),
            ("[4, 5]", "4 of 5", "8: rules.brews: Input should be a valid list"),
            ("prior: 3", "prior: [3", "4: not valid YAML"),
        ],
    )
    def test_broken(self, tmp_path: Path, old: str, new: str, said: str) -> None:
        assert old in FILE
        (tmp_path / SCORES).write_text(FILE.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(PatternError) as caught:
            read_scores(tmp_path)
        assert str(caught.value).startswith(f"{tmp_path / SCORES}:{said}")

    def test_the_shipped_file_can_be_read(self) -> None:
        told = read_scores(default_patterns_dir())
        if told is None:
            pytest.skip("no scores.yaml: nothing is learned")
        assert set(told.weights) <= set(Evidence(0.5, 0.5).terms())
        # the tests of monotony speak of the shipped weights too
        assert told.weights["reliability"] >= 0
        assert told.weights["learned"] >= 0
        assert told.weights["learned"] + told.weights.get("learned_beside_rule", 0.0) >= 0


class TestCheck:
    BOOK = RuleBook({}, [], {"brews": "own.yaml:3"})

    def found(self, folder: Path, text: str | None) -> list[str]:
        if text is not None:
            (folder / SCORES).write_text(text, encoding="utf-8")
        return list(_check_scores(folder, self.BOOK))

    def test_all_is_well(self, tmp_path: Path) -> None:
        assert self.found(tmp_path, FILE + f"  {TARGET_RULE}: [1, 1]\n") == []

    def test_no_file(self, tmp_path: Path) -> None:
        assert self.found(tmp_path, None) == []

    def test_rules_that_are_no_more(self, tmp_path: Path) -> None:
        assert self.found(tmp_path, FILE + "  old: [1, 1]\n  gone: [0, 0]\n") == [
            f"{tmp_path / SCORES}:{line}: no rule {name!r}; run training/fit_relations.py again"
            for line, name in ((11, "gone"), (10, "old"))
        ]

    def test_a_broken_file_is_one_finding(self, tmp_path: Path) -> None:
        (finding,) = self.found(tmp_path, FILE.replace("keep: 0.5", "keep: much"))
        assert finding.startswith(f"{tmp_path / SCORES}:2: keep: ")
