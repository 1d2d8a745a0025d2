"""``pipeline explain``: what it shows, and why a rule kept silent."""

from __future__ import annotations

import pytest

from pipeline.explain import explain
from pipeline.route import Settings, tools

pytestmark = pytest.mark.model
SETTINGS = Settings()
SENTENCE = "Macrophages secrete IL-6."
LEARNED = "Learned layer (chance, and what speaks for and against)"
HEADINGS = ["Layers", "Mentions", "Parse (mentions are one word)", "Relations", LEARNED]


def explained(sentence: str, rule: str = "") -> dict[str, list[str]]:
    """Lines below each heading."""
    parts: dict[str, list[str]] = {}
    for line in explain(sentence, SETTINGS, rule):
        if line.startswith("  "):
            parts[list(parts)[-1]].append(line.strip())
        else:
            parts[line] = []
    return parts


def test_parts() -> None:
    parts = explained(SENTENCE)
    assert list(parts) == HEADINGS
    assert any("'IL-6'" in line and "CYTOKINE" in line for line in parts["Layers"])
    assert [line.split()[0] for line in parts["Mentions"]] == ["0-11", "20-24"]
    words = [line.split()[1] for line in parts[HEADINGS[2]]]
    assert words == ["Macrophages", "secrete", "IL-6", "."]
    (relation,) = parts["Relations"]
    assert relation.startswith("SECRETES(Macrophages, IL-6)")


def test_the_rule_that_fired_is_named() -> None:
    (relation,) = explained(SENTENCE)["Relations"]
    rule = relation.rpartition("[")[2].split(",")[0]
    assert rule in {r.id for r in tools(SETTINGS).relater.book.rules}
    assert explained(SENTENCE, rule)[f"Rule {rule}"] == ["fired 1 time(s)"]


def test_negation_is_shown() -> None:
    (relation,) = explained("Macrophages do not secrete IL-6.")["Relations"]
    assert " negated" in relation


def fired(sentence: str) -> str:
    (relation,) = explained(sentence)["Relations"]
    return relation.rpartition("[")[2].split(",")[0]


def test_no_trigger() -> None:
    rule = fired(SENTENCE)
    (line,) = explained("Macrophages resemble IL-6.", rule)[f"Rule {rule}"]
    assert line.startswith("no trigger")


def test_a_role_that_holds_no_mention() -> None:
    rule = fired(SENTENCE)
    lines = explained("The patients secrete IL-6.", rule)[f"Rule {rule}"]
    assert any("subject" in line for line in lines)
    assert not any("fired" in line for line in lines)


def test_every_tenth_rule_has_an_answer() -> None:
    for rule in tools(SETTINGS).relater.book.rules[::10]:
        assert explained(SENTENCE, rule.id)[f"Rule {rule.id}"]


def test_unknown_rule() -> None:
    with pytest.raises(ValueError, match=r"no rule named 'nonsense'.*patterns/relations"):
        explained(SENTENCE, "nonsense")


@pytest.mark.parametrize("sentence", ["", " ", "...", "[1]"])
def test_nothing_to_see(sentence: str) -> None:
    parts = explained(sentence)
    assert list(parts) == HEADINGS
    assert parts["Relations"] == []


def test_what_speaks_for_a_pair() -> None:
    pair, reasons = explained("Macrophages secrete IL-6.")[LEARNED]
    assert pair.strip().startswith("SECRETES(Macrophages, IL-6) 0.")
    assert "; " in reasons
    assert float(pair.split()[-1]) > 0.5
