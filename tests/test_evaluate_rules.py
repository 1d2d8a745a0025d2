"""Yield and precision of each rule, counted by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from judged import Case, judged
from support import read_csv

from pipeline.evaluate.summary import format_summary
from pipeline.evaluate.write import write_evaluation

BOOK = {"a": "SECRETES", "b": "SECRETES", "d": "ACTS_ON"}
CASES: list[Case] = [
    ("SECRETES", "a", 0.9, "tp"),
    ("SECRETES", "a", 0.9, "tp"),
    ("SECRETES", "a", 0.9, "fp"),
    ("ACTS_ON", "a+b", 0.8, "tp"),
    ("SECRETES", "learned", 0.7, "tp"),
    ("ACTS_ON", "learned", 0.7, "fp"),
    ("ACTS_ON", "d", 0.7, "neutral"),
]


def test_rows_in_the_order_of_their_yield() -> None:
    """The relations of a document that gold does not know are in no count."""
    rows = judged(CASES, BOOK).rules
    counts = [(r["rule"], r["predicates"], r["tp"], r["fp"], r["neutral"]) for r in rows]
    assert counts == [
        ("a", "SECRETES", 2, 1, 0),
        ("a+b", "ACTS_ON", 1, 0, 0),
        ("learned (SECRETES)", "SECRETES", 1, 0, 0),
        ("b", "SECRETES", 0, 0, 0),
        ("d", "ACTS_ON", 0, 0, 1),
        ("learned (ACTS_ON)", "ACTS_ON", 0, 1, 0),
    ]


def test_precision_and_share() -> None:
    rows = {row["rule"]: row for row in judged(CASES, BOOK).rules}
    assert rows["a"]["precision"] == 2 / 3
    assert rows["a"]["precision_low"] == pytest.approx(0.2077, abs=1e-4)
    assert rows["a"]["precision_high"] == pytest.approx(0.9385, abs=1e-4)
    assert rows["a"]["share_of_found"] == 2 / 4
    assert rows["learned (ACTS_ON)"]["precision"] == 0
    assert rows["b"]["precision"] is rows["d"]["precision"] is None
    assert rows["b"]["share_of_found"] == 0


def test_a_rule_under_two_predicates_and_one_without_a_name() -> None:
    cases: list[Case] = [
        ("SECRETES", "x", 0.9, "tp"),
        ("ACTS_ON", "x", 0.9, "fp"),
        ("ACTS_ON", "", 0.9, "fp"),
    ]
    rows = [(row["rule"], row["predicates"]) for row in judged(cases).rules]
    assert rows == [("x", "ACTS_ON|SECRETES"), ("(none)", "ACTS_ON")]


def test_no_relations() -> None:
    rows = judged([], BOOK).rules
    assert [row["rule"] for row in rows] == ["a", "b", "d"]
    assert all(row["share_of_found"] is None for row in rows)
    assert judged([]).rules == []


def test_file(tmp_path: Path) -> None:
    write_evaluation(judged(CASES, BOOK), tmp_path)
    rows = {row["rule"]: row for row in read_csv(tmp_path / "scores_rules.csv")}
    assert list(rows["a"].values())[1:] == [
        "SECRETES", "2", "1", "0", "0.6667", "0.2077", "0.9385", "0.5000",
    ]  # fmt: skip
    assert (rows["b"]["precision"], rows["b"]["share_of_found"]) == ("", "0.0000")


def test_file_without_rules_has_its_header(tmp_path: Path) -> None:
    write_evaluation(judged([]), tmp_path)
    header = (tmp_path / "scores_rules.csv").read_text(encoding="utf-8")
    assert header.startswith("rule,predicates,tp,fp,")


def test_the_terminal_shows_the_ten_worst() -> None:
    cases: list[Case] = [
        ("SECRETES", f"r{number:02}", 0.9, "fp") for number in range(12) for _ in range(number)
    ]
    lines = format_summary(judged(cases, BOOK)).splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("Rules with most false"))
    assert [line.split()[0] for line in lines[start + 1 : start + 11]] == [
        f"r{number:02}" for number in range(11, 1, -1)
    ]
    assert lines[start + 1].split() == ["r11", "0", "11", "0.000", "0.00-0.26", "-"]
    assert lines[start + 11] == "Rules that gave no relation: 3"
