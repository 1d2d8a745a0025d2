"""Every example of every relation rule, on its stored parse.

A parse that is missing or out of date is remade by ``pipeline reparse``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from spacy.vocab import Vocab

from pipeline.check import RuleEngines, example_texts, read_parses, rule_findings
from pipeline.patterns_data import default_patterns_dir
from pipeline.records import PREDICATES
from pipeline.relate.cues import Cues
from pipeline.relate.engine import Engine
from pipeline.relate.rules import Rule, RuleBook, read_rules

pytestmark = pytest.mark.filterwarnings("ignore:.*W036")  # a rule alone lacks the other kind

BOOK = read_rules(default_patterns_dir())


class CachedEngines(RuleEngines):
    """One engine a rule, kept for its other examples."""

    def __init__(self, book: RuleBook, vocab: Vocab) -> None:
        super().__init__(book, vocab)
        self._engines: dict[str, Engine] = {}

    def __getitem__(self, rule: Rule) -> Engine:
        if rule.id not in self._engines:
            self._engines[rule.id] = super().__getitem__(rule)
        return self._engines[rule.id]


@pytest.fixture(scope="module")
def engines(vocab: Vocab) -> CachedEngines:
    return CachedEngines(BOOK, vocab)


@pytest.fixture(scope="module")
def parses() -> dict[str, Any]:
    return read_parses(default_patterns_dir())


def examples() -> Iterator[object]:
    for rule in BOOK.rules:
        for kind, texts in (("matches", rule.matches), ("rejects", rule.rejects)):
            for text in texts:
                one = {"matches": [], "rejects": [], kind: [text]}
                yield pytest.param(rule.model_copy(update=one), id=f"{rule.id}-{kind}-{text[:60]}")


@pytest.mark.parametrize("rule", list(examples()))
def test_example(
    rule: Rule, engines: CachedEngines, cues: Cues, parses: dict[str, Any], vocab: Vocab
) -> None:
    assert list(rule_findings(rule, engines, cues, parses, vocab)) == []


def test_every_rule_has_an_example() -> None:
    assert [rule.id for rule in BOOK.rules if not rule.matches] == []


def test_every_predicate_has_a_rule() -> None:
    assert {rule.predicate for rule in BOOK.rules} == set(PREDICATES)


def test_stored_parses_are_those_of_the_examples(parses: dict[str, Any]) -> None:
    assert sorted(parses) == example_texts(BOOK)
