"""The policy for overlapping candidates."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.settle import settle
from pipeline.recognise.terms import BLOCKED
from pipeline.records import LABELS


def c(
    start: int, end: int, label: str = "CYTOKINE", layer: str = "terms", **more: str
) -> Candidate:
    return Candidate(start, end, label, layer, **more)


def places(candidates: list[Candidate]) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, one.label) for one in settle(candidates)]


class TestWritten:
    def test_the_longest_wins(self) -> None:
        assert places([c(0, 4), c(0, 13, "RECEPTOR"), c(5, 9, "CELL")]) == [(0, 13, "RECEPTOR")]

    def test_a_longer_pattern_beats_a_term(self) -> None:
        assert places([c(4, 9, "CELL"), c(0, 9, "CELL", "patterns")]) == [(0, 9, "CELL")]

    def test_of_the_same_length_the_term_speaks(self) -> None:
        (kept,) = settle([c(0, 4, layer="patterns"), c(0, 4, name="IL6"), c(0, 4, layer="model")])
        assert (kept.layer, kept.name) == ("terms", "IL6")

    def test_of_two_terms_the_name_beats_the_short_form(self) -> None:
        one = c(0, 2, "DISEASE", status="abbreviation", name="aardvark bite")
        other = c(0, 2, "DRUG", status="name", name="zinc")
        assert settle([one, other]) == settle([other, one]) == [other]

    def test_sorted_and_apart(self) -> None:
        assert places([c(9, 12), c(0, 3)]) == [(0, 3, "CYTOKINE"), (9, 12, "CYTOKINE")]

    def test_crossing_candidates_leave_one(self) -> None:
        assert places([c(0, 6, "CELL"), c(4, 12, "DISEASE")]) == [(4, 12, "DISEASE")]

    def test_a_chain_of_overlaps_blocks_the_model_from_its_first_word_on(self) -> None:
        chain = [c(16, 23, BLOCKED), c(22, 24, BLOCKED), c(23, 31, "RECEPTOR")]
        model = [c(16, 17, "DISEASE", "model"), c(12, 15, "DISEASE", "model")]
        assert places([*chain, *model]) == [(12, 15, "DISEASE"), (23, 31, "RECEPTOR")]


class TestBlocked:
    def test_consumes_what_it_covers(self) -> None:
        assert places([c(0, 3), c(0, 34, BLOCKED), c(20, 24, "CELL")]) == []

    def test_wins_over_a_term_of_the_same_words(self) -> None:
        assert places([c(0, 3), c(0, 3, BLOCKED)]) == []

    def test_yields_to_longer_words(self) -> None:
        assert places([c(0, 3, BLOCKED), c(0, 8, "DRUG")]) == [(0, 8, "DRUG")]

    def test_keeps_the_model_out(self) -> None:
        assert places([c(0, 9, BLOCKED), c(4, 9, "CELL", "model")]) == []


class TestModel:
    def test_adds_what_nothing_else_saw(self) -> None:
        assert places([c(0, 3), c(10, 20, "CELL", "model")]) == [
            (0, 3, "CYTOKINE"), (10, 20, "CELL"),
        ]  # fmt: skip

    def test_lengthens_a_mention_of_its_own_label(self) -> None:
        term = c(10, 19, "DISEASE", name="arthritis", concept_id="X:1")
        (kept,) = settle([term, c(0, 19, "DISEASE", "model")])
        assert (kept.start, kept.end, kept.layer) == (0, 19, "model")

    def test_the_same_words_keep_their_own_layer(self) -> None:
        (kept,) = settle([c(0, 9, "DISEASE", name="arthritis"), c(0, 9, "DISEASE", "model")])
        assert (kept.layer, kept.name) == ("terms", "arthritis")

    def test_never_shortens(self) -> None:
        assert places([c(0, 19, "CELL"), c(5, 19, "CELL", "model")]) == [(0, 19, "CELL")]

    def test_never_changes_a_label(self) -> None:
        assert places([c(4, 9, "CELL"), c(0, 9, "DISEASE", "model")]) == [(4, 9, "CELL")]

    def test_does_not_swallow_two(self) -> None:
        assert places([c(0, 4, "CELL"), c(9, 13, "CELL"), c(0, 13, "CELL", "model")]) == [
            (0, 4, "CELL"), (9, 13, "CELL"),
        ]  # fmt: skip


class TestNesting:
    def test_a_drug_keeps_its_target(self) -> None:
        assert places([c(0, 22, "DRUG", "patterns"), c(5, 10)]) == [
            (0, 22, "DRUG"), (5, 10, "CYTOKINE"),
        ]  # fmt: skip

    def test_of_nested_targets_the_longest(self) -> None:
        drug, cytokine, receptor = c(0, 22, "DRUG"), c(5, 9), c(5, 18, "RECEPTOR")
        assert places([drug, cytokine, receptor]) == [(0, 22, "DRUG"), (5, 18, "RECEPTOR")]

    def test_a_target_is_not_the_models_guess(self) -> None:
        drug, target, guess = c(0, 19, "DRUG"), c(5, 10), c(0, 10, layer="model")
        assert places([drug, target, guess]) == [(0, 19, "DRUG"), (5, 10, "CYTOKINE")]

    def test_a_drug_keeps_no_cell_and_no_disease(self) -> None:
        assert places([c(0, 20, "DRUG"), c(5, 10, "CELL"), c(11, 15, "DISEASE")]) == [
            (0, 20, "DRUG")
        ]

    def test_a_drug_of_the_same_words_holds_nothing(self) -> None:
        assert places([c(0, 5, "DRUG"), c(0, 5, layer="patterns")]) == [(0, 5, "DRUG")]

    def test_nothing_nests_in_a_receptor(self) -> None:
        assert places([c(0, 13, "RECEPTOR"), c(0, 4)]) == [(0, 13, "RECEPTOR")]


candidates = st.builds(
    lambda start, length, label, layer: c(start, start + length, label, layer),
    st.integers(0, 30),
    st.integers(1, 12),
    st.sampled_from([*LABELS, BLOCKED]),
    st.sampled_from(["terms", "patterns", "model", "abbreviations"]),
)


@given(st.lists(candidates, max_size=12), st.randoms())
def test_whatever_comes_in(offered: list[Candidate], random: st.DataObject) -> None:
    settled = settle(offered)
    assert all(one.label != BLOCKED for one in settled)
    assert [(o.start, -o.end) for o in settled] == sorted((o.start, -o.end) for o in settled)
    for i, one in enumerate(settled):
        for other in settled[i + 1 :]:
            if one.overlaps(other):
                assert one.label == "DRUG"
                assert other.label in {"CYTOKINE", "RECEPTOR"}
                assert one.covers(other)
    shuffled = list(offered)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert places(shuffled) == places(offered)


def test_a_blocked_word_does_not_veto_what_it_only_modifies() -> None:
    blocked = Candidate(0, 3, BLOCKED, "terms")  # CMV
    known = Candidate(4, 13, "DISEASE", "terms", name="retinitis")
    whole = Candidate(0, 13, "DISEASE", "model")
    assert [(c.start, c.end) for c in settle([blocked, known, whole])] == [(0, 13)]
    head = Candidate(4, 13, BLOCKED, "terms")
    assert settle([head, whole]) == []
