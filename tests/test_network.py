"""The network: one row a fact, its evidence counted and ordered, contradictions shown."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.network import COLUMNS, fact_score, network
from pipeline.roll_up import Concepts, roll_up

COUNT = iter(range(10**6))


def row(**changes: Any) -> dict[str, Any]:
    """A row of relations.csv, as far as the network reads it."""
    given = {
        "relation_id": f"R{next(COUNT)}",
        "doc_id": "a",
        "sentence_start": 0,
        "subject_start": 0,
        "object_start": 20,
        "marked_sentence": "[subject: IL-1β] [trigger: induces] [object: IL-6].",
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
        "n_asserted",
        "n_contradicting",
        "contradicting_ids",
        "best_sentence",
    )
    assert tuple(network([row()])[0]) == COLUMNS


def test_nothing_gives_nothing() -> None:
    assert network([]) == []


def test_counts() -> None:
    rows = [
        row(relation_id="R1"),
        row(relation_id="R2", hedged=True),  # the same sentence
        row(relation_id="R3", sentence_start=40, negated=True),
        row(relation_id="R4", sentence_start=40, negated=True, hedged=True, object_start=60),
        row(relation_id="R5", doc_id="b"),
    ]
    (fact,) = network(rows)
    assert {key: value for key, value in fact.items() if key.startswith("n_")} == {
        "n_documents": 2,
        "n_sentences": 3,
        "n_asserted": 2,
        "n_hedged": 2,
        "n_negated": 1,
        "n_contradicting": 0,
    }
    assert fact["relation_ids"] == "R1;R5;R2;R3;R4"


class TestBestEvidenceFirst:
    def test_asserted_then_hedged_then_negated_then_by_score(self) -> None:
        rows = [
            row(relation_id="R1", score=0.95, negated=True, hedged=True),
            row(relation_id="R2", score=0.94, negated=True),
            row(relation_id="R3", score=0.93, hedged=True),
            row(relation_id="R4", score=0.7),
            row(relation_id="R5", score=0.8, marked_sentence="The best."),
        ]
        (fact,) = network(rows)
        assert fact["relation_ids"] == "R5;R4;R3;R2;R1"
        assert fact["best_sentence"] == "The best."

    def test_then_in_the_order_of_the_documents(self) -> None:
        rows = [
            row(relation_id="R1", doc_id="b"),
            row(relation_id="R2", sentence_start="100"),  # as read from a table: 9 before 100
            row(relation_id="R3", sentence_start="9"),
            row(relation_id="R4", sentence_start="9", subject_start="5"),
        ]
        (fact,) = network(rows)
        assert fact["relation_ids"] == "R3;R4;R2;R1"

    def test_of_a_fact_that_is_only_denied_a_denial(self) -> None:
        (fact,) = network([row(negated=True, marked_sentence="Not so.")])
        assert fact["best_sentence"] == "Not so."
        assert (fact["n_asserted"], fact["n_negated"], fact["contradicted"]) == (0, 1, False)


A, B, C = {"doc_id": "a"}, {"doc_id": "b"}, {"doc_id": "c"}
HEDGED, NEGATED = {"hedged": True}, {"negated": True}


class TestScore:
    @pytest.mark.parametrize(
        ("changes", "expected"),
        [
            ([A | {"score": 0.9}], 0.9),
            ([A, B], 0.75),
            ([A, A], 0.625),  # 1 - .5 * .75
            ([A, A, A], 0.5625 + 0.109375),  # 1 - .5 * .75 * .875
            ([A | {"score": 1.0}, B | {"score": 0.2}], 1.0),
            ([A | {"score": 0.0}], 0.0),
            ([A | HEDGED], 0.25),
            ([A, B | HEDGED], 0.625),  # 1 - .5 * .75
            ([A, A | HEDGED], 0.5625),  # 1 - .5 * .875
            ([A | NEGATED], 0.5),  # that it was denied
            ([A | NEGATED, B | NEGATED], 0.75),
            ([A | NEGATED | HEDGED], 0.25),
            ([A, B | NEGATED], 1 / 3),  # stated, denied, neither: .25 each; both: left out
            ([A, B, C | NEGATED], 0.6),  # .5 * .75 of .5 * .75 + .25
            ([A, B | NEGATED | HEDGED], 3 / 7),  # .75 * .5 of .75 * .5 + .5
            ([A | {"score": 1.0}, B | NEGATED | {"score": 1.0}], 0.5),
        ],
    )
    def test_by_hand(self, changes: list[dict[str, Any]], expected: float) -> None:
        (fact,) = network([row(**change) for change in changes])
        assert fact["score"] == pytest.approx(expected, abs=5e-5)

    def test_an_opposite_effect_stands_beside_it_and_not_in_it(self) -> None:
        scores = {f["effect"]: f["score"] for f in network([row(), row(effect="negative")])}
        assert scores == {"positive": 0.5, "negative": 0.5}


EVIDENCE = st.builds(
    row,
    doc_id=st.sampled_from("abcd"),
    sentence_start=st.integers(0, 300),
    subject_start=st.integers(0, 9),
    negated=st.booleans(),
    hedged=st.booleans(),
    effect=st.sampled_from(["positive", "negative", "unspecified"]),
    score=st.integers(0, 100).map(lambda percent: percent / 100),
)
ROWS = st.lists(EVIDENCE, max_size=9)
STATED = EVIDENCE.map(lambda r: r | {"negated": False})
LITTLE = 1e-9


class TestScoreAlways:
    @given(ROWS)
    def test_between_0_and_1(self, rows: list[dict[str, Any]]) -> None:
        assert all(0 <= fact["score"] <= 1 for fact in network(rows))

    @given(ROWS, st.randoms(use_true_random=False))
    def test_any_order_of_rows_gives_the_same_table(self, rows: Any, random: Any) -> None:
        assert network(random.sample(rows, len(rows))) == network(rows)

    @given(ROWS, STATED, STATED)
    def test_a_further_statement_never_lowers_it(self, rows: Any, one: Any, other: Any) -> None:
        assert fact_score([*rows, one, other]) >= fact_score([*rows, one]) - LITTLE

    @given(ROWS, STATED)
    def test_a_denial_never_raises_it(self, rows: Any, one: Any) -> None:
        denial = row(doc_id="b", negated=True, score=0.8)
        assert fact_score([*rows, one, denial]) <= fact_score([*rows, one]) + LITTLE

    @given(st.lists(EVIDENCE.map(lambda r: r | NEGATED), min_size=1), EVIDENCE)
    def test_a_further_denial_never_lowers_a_denied_fact(self, denials: Any, new: Any) -> None:
        assert fact_score([*denials, new | NEGATED]) >= fact_score(denials) - LITTLE

    @given(st.lists(STATED, min_size=1))
    def test_undisputed_never_below_the_best_row(self, rows: list[dict[str, Any]]) -> None:
        plain = [r["score"] for r in rows if not r["hedged"]]
        assert fact_score(rows) >= max(plain, default=0) - LITTLE

    @given(st.lists(STATED, min_size=1), st.integers(1, 90))
    def test_a_hedge_counts_less(self, rows: list[dict[str, Any]], percent: int) -> None:
        one = row(doc_id="e", score=percent / 100)
        hedged = fact_score([*rows, one | HEDGED])
        assert fact_score(rows) - LITTLE <= hedged <= fact_score([*rows, one]) + LITTLE

    @given(st.lists(STATED, min_size=1, max_size=30))
    def test_one_document_weighs_less_than_two(self, rows: list[dict[str, Any]]) -> None:
        """However many sentences: a second document as good as its best row weighs more."""
        within = [r | A for r in rows]
        best = max(within, key=lambda r: r["score"] * (0.5 if r["hedged"] else 1))
        assert fact_score(within) <= fact_score([best, best | B]) + LITTLE


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
        """That IL-1 does not lower IL-6 says nothing against its raising it."""
        assert self.marks(row(effect="negative", negated=True)) == {"negative": False}
        found = self.marks(row(), row(effect="negative", negated=True))
        assert found == {"positive": False, "negative": False}
        found = self.marks(row(negated=True), row(effect="negative", negated=True))
        assert found == {"positive": False, "negative": False}

    def test_other_pairs_do_not_matter(self) -> None:
        facts = network([row(), row(effect="negative", object_name="TNF", object_id="HGNC:11892")])
        assert [f["contradicted"] for f in facts] == [False, False]


class TestContradicting:
    @staticmethod
    def against(*rows: dict[str, Any]) -> dict[str, tuple[int, str]]:
        facts = network(rows)
        return {f["effect"]: (f["n_contradicting"], f["contradicting_ids"]) for f in facts}

    def test_by_hand(self) -> None:
        found = self.against(
            row(relation_id="P1", sentence_start=40),
            row(relation_id="P2", negated=True),  # of the same fact: in n_negated
            row(relation_id="N1", effect="negative", score=0.6),
            row(relation_id="N2", effect="negative", score=0.7),  # the same sentence
            row(relation_id="N3", effect="negative", score=0.9, doc_id="b", hedged=True),
            row(relation_id="N4", effect="negative", score=0.9, doc_id="b", negated=True),
            row(relation_id="U1", effect="unspecified", score=0.9, doc_id="c", negated=True),
        )
        assert found == {
            "positive": (3, "U1;N2;N1;N3"),  # not N4: what does not lower may raise
            "negative": (2, "U1;P1"),  # not P2
            "unspecified": (3, "N2;N1;P1;N3"),  # only denied: what states it with any effect
        }

    def test_a_statement_without_effect_is_denied_with_any(self) -> None:
        found = self.against(
            row(relation_id="U1", effect="unspecified"),
            row(relation_id="P1"),
            row(relation_id="N1", effect="negative", negated=True),
        )
        assert found == {"unspecified": (1, "N1"), "positive": (0, ""), "negative": (1, "U1")}

    @given(ROWS)
    def test_always_of_other_facts_and_marked(self, rows: list[dict[str, Any]]) -> None:
        for fact in network(rows):
            own = set(fact["relation_ids"].split(";"))
            against = set(filter(None, fact["contradicting_ids"].split(";")))
            assert not own & against
            assert against <= {r["relation_id"] for r in rows}
            assert bool(against) == (fact["n_contradicting"] > 0)
            negated = [r["negated"] for r in rows if r["relation_id"] in own]
            assert fact["contradicted"] == (bool(against) or (any(negated) and not all(negated)))


class TestRolledUp:
    """Kinds of T cell that say different things of IL-6, put together."""

    CONCEPTS = Concepts(
        [
            {
                "label": "CELL",
                "concept_name": name,
                "concept_id": concept_id,
                "path": f"T cell|{name}",
                "ancestors": "T cell",
                "ancestor_ids": "CL:0000084",
            }
            for name, concept_id in (("Th17 cell", "CL:0000899"), ("Treg", "CL:0000815"))
        ]
    )

    @staticmethod
    def secretes(name: str, concept_id: str, **changes: Any) -> dict[str, Any]:
        cell = {"subject_name": name, "subject_id": concept_id, "subject_label": "CELL"}
        return row(predicate="SECRETES", **cell, **changes)

    def test_contradictions_among_kinds(self) -> None:
        th17, treg = ("Th17 cell", "CL:0000899"), ("Treg", "CL:0000815")
        rows = [
            self.secretes(*th17, relation_id="R1", effect="unspecified"),
            self.secretes(*th17, relation_id="R2", effect="unspecified", doc_id="b"),
            self.secretes(*treg, relation_id="R3", effect="unspecified", doc_id="c", negated=True),
            self.secretes(*th17, relation_id="R4", effect="positive", doc_id="d"),
            self.secretes(*treg, relation_id="R5", effect="negative", doc_id="e", hedged=True),
        ]
        # R3 and R5 are of one kind and agree: nothing made it, and it is lowered
        apart = {(f["subject_name"], f["effect"]): f["contradicted"] for f in network(rows)}
        assert {key for key, value in apart.items() if value} == {
            ("Treg", "unspecified"), ("Treg", "negative"),
        }  # fmt: skip
        facts = network(roll_up(rows, self.CONCEPTS, to=["T cell"]))
        assert {(f["subject_name"], f["subject_id"]) for f in facts} == {("T cell", "CL:0000084")}
        assert all(f["contradicted"] for f in facts)
        found = {
            f["effect"]: (
                f["relation_ids"], f["n_documents"], f["n_asserted"], f["n_negated"],
                f["n_contradicting"], f["contradicting_ids"], f["score"],
            )
            for f in facts
        }  # fmt: skip
        assert found == {
            "unspecified": ("R1;R2;R3", 3, 2, 1, 0, "", 0.6),
            "positive": ("R4", 1, 1, 0, 2, "R3;R5", 0.5),
            "negative": ("R5", 1, 0, 0, 2, "R3;R4", 0.25),
        }

    def test_a_list_of_kinds_is_one_sentence(self) -> None:
        kinds = (("Th17 cell", "CL:0000899"), ("Treg", "CL:0000815"))
        rows = [self.secretes(*kind) for kind in kinds]
        (fact,) = network(roll_up(rows, self.CONCEPTS, level=0))
        assert (fact["n_sentences"], fact["n_asserted"], fact["score"]) == (1, 1, 0.625)


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
