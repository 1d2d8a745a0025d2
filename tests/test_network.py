"""The network: one row a fact, support counted, contradictions shown."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.network import COLUMNS, network

COUNT = iter(range(10**6))


def row(**changes: Any) -> dict[str, Any]:
    """A row of relations.csv, as far as the network reads it."""
    given = {
        "relation_id": f"R{next(COUNT)}",
        "doc_id": "a",
        "sentence_start": 0,
        "predicate": "REGULATES",
        "subject_id": "HGNC:5992",
        "subject_name": "IL1B",
        "subject_label": "CYTOKINE",
        "subject_text": "IL-1β",
        "object_id": "HGNC:6018",
        "object_name": "IL6",
        "object_label": "CYTOKINE",
        "object_text": "IL-6",
        "effect": "positive",
        "negated": False,
        "hedged": False,
        "score": 0.5,
    }
    return given | changes


def test_columns_as_promised() -> None:
    assert COLUMNS == (
        "predicate",
        "subject_id",
        "subject_name",
        "subject_label",
        "object_id",
        "object_name",
        "object_label",
        "effect",
        "n_documents",
        "n_sentences",
        "n_negated",
        "n_hedged",
        "contradicted",
        "score",
        "relation_ids",
    )
    assert tuple(network([row()])[0]) == COLUMNS


def test_nothing_gives_nothing() -> None:
    assert network([]) == []


def test_counts() -> None:
    rows = [
        row(relation_id="R1"),
        row(relation_id="R2", hedged=True),  # the same sentence
        row(relation_id="R3", sentence_start=40, negated=True),
        row(relation_id="R4", doc_id="b"),
    ]
    (fact,) = network(rows)
    counted = {key: fact[key] for key in ("n_documents", "n_sentences", "n_negated", "n_hedged")}
    assert counted == {"n_documents": 2, "n_sentences": 3, "n_negated": 1, "n_hedged": 1}
    assert fact["relation_ids"] == "R1;R2;R3;R4"


@pytest.mark.parametrize(
    ("scores", "expected"), [([0.9], 0.9), ([0.5, 0.5], 0.75), ([1.0, 0.2], 1.0), ([0.0], 0.0)]
)
def test_score_grows_with_support(scores: list[float], expected: float) -> None:
    (fact,) = network([row(score=score, sentence_start=i) for i, score in enumerate(scores)])
    assert fact["score"] == pytest.approx(expected)


@pytest.mark.parametrize(
    "change",
    [
        {"predicate": "BINDS"},
        {"effect": "negative"},
        {"subject_name": "IL1", "subject_id": "FPLX:IL1"},
        {"object_label": "RECEPTOR"},
    ],
)
def test_different_facts_stay_apart(change: dict[str, Any]) -> None:
    assert len(network([row(), row(**change)])) == 2


def test_wording_does_not_matter_when_grounded() -> None:
    assert len(network([row(), row(subject_text="interleukin-1 beta")])) == 1


def test_ungrounded_mentions_meet_by_their_folded_words() -> None:
    bare = {"object_id": "", "object_name": ""}
    facts = network(
        [
            row(**bare, object_text="Weird Factors"),
            row(**bare, object_text="weird factor"),
            row(**bare, object_text="other factor"),
        ]
    )
    assert sorted((f["object_name"], f["n_sentences"]) for f in facts) == [
        ("other factor", 1),
        ("weird factor", 1),
    ]
    assert all(f["object_id"] == "" for f in facts)
    assert max(len(f["relation_ids"].split(";")) for f in facts) == 2


def test_an_ungrounded_name_keeps_its_hyphens() -> None:
    (fact,) = network([row(object_id="", object_name="", object_text="anti-IL-17RA  Antibodies")])
    assert fact["object_name"] == "anti-il-17ra antibody"


class TestContradicted:
    @staticmethod
    def marks(*rows: dict[str, Any]) -> dict[str, bool]:
        return {f["effect"]: f["contradicted"] for f in network(rows)}

    def test_single_statements_are_not(self) -> None:
        assert self.marks(row()) == {"positive": False}
        assert self.marks(row(negated=True)) == {"positive": False}

    def test_opposite_effects(self) -> None:
        found = self.marks(row(), row(effect="negative"), row(effect="unspecified"))
        assert found == {"positive": True, "negative": True, "unspecified": False}

    def test_asserted_and_denied(self) -> None:
        assert self.marks(row(), row(negated=True)) == {"positive": True}

    def test_denied_with_another_effect(self) -> None:
        found = self.marks(row(), row(effect="unspecified", negated=True))
        assert found == {"positive": True, "unspecified": True}

    def test_a_denied_opposite_is_no_opposite(self) -> None:
        """That IL-1 does not lower IL-6 says nothing against its raising it, by effect."""
        assert self.marks(row(effect="negative", negated=True)) == {"negative": False}

    def test_other_pairs_do_not_matter(self) -> None:
        facts = network([row(), row(effect="negative", object_name="TNF", object_id="HGNC:11892")])
        assert [f["contradicted"] for f in facts] == [False, False]


def test_best_supported_first_then_by_name() -> None:
    rows = [
        row(object_name="TNF", object_id="HGNC:11892"),
        row(object_name="CXCL8", object_id="HGNC:6025"),
        row(),
        row(doc_id="b"),
        row(object_name="IL10", object_id="HGNC:5962", sentence_start=0),
        row(object_name="IL10", object_id="HGNC:5962", sentence_start=9),
    ]
    assert [f["object_name"] for f in network(rows)] == ["IL6", "IL10", "CXCL8", "TNF"]
    assert network(rows) == network([*rows[2:], *rows[:2]])
