"""From the words of a mention to its concept."""

from __future__ import annotations

import pytest

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.terms import BLOCKED, Term


def named(index: ConceptIndex, label: str, text: str) -> str:
    term = index.look_up(label, text)
    return term.name if term else ""


class TestLookUp:
    @pytest.mark.parametrize(
        ("label", "text", "name"),
        [
            ("CYTOKINE", "TNF-α", "TNF"),
            ("CYTOKINE", "tumour necrosis factor", "TNF"),
            ("CYTOKINE", "IL 6", "IL6"),
            ("CYTOKINE", "interleukin (IL)-6", "IL6"),
            ("CYTOKINE", "interleukin-1 beta", "IL1B"),
            ("CYTOKINE", "rhIL-2", "IL2"),
            ("RECEPTOR", "sIL-6R", "IL6R"),
            ("RECEPTOR", "IL-6 receptors", "IL6R"),
            ("CELL", "Macrophages", "macrophage"),
        ],
    )
    def test_finds(self, index: ConceptIndex, label: str, text: str, name: str) -> None:
        assert named(index, label, text) == name

    @pytest.mark.parametrize(
        ("label", "text"),
        [
            ("CYTOKINE", "IL-6 receptor"),
            ("CYTOKINE", "macrophage"),
            ("CYTOKINE", "IL-999"),
            ("CYTOKINE", ""),
            ("DISEASE", "RA"),
        ],
    )
    def test_leaves(self, index: ConceptIndex, label: str, text: str) -> None:
        assert named(index, label, text) == ""

    def test_forms_that_need_context_are_not_indexed(self) -> None:
        own = ConceptIndex(
            [
                Term("MS", "DISEASE", "multiple sclerosis", match="defined"),
                Term("DC", "CELL", "dendritic cell", match="cue"),
                Term("MS assay", BLOCKED),
                Term("TSLP", "CYTOKINE", "TSLP", match="case"),
            ]
        )
        assert named(own, "DISEASE", "MS") == ""
        assert named(own, "CELL", "DC") == ""
        assert own.look_up(BLOCKED, "MS assay") is None
        assert named(own, "CYTOKINE", "TSLP") == "TSLP"

    def test_a_name_beats_a_short_form_in_any_order(self) -> None:
        name = Term("OPG", "RECEPTOR", "by name", status="name")
        short = Term("OPG", "RECEPTOR", "by short form", status="abbreviation")
        assert named(ConceptIndex([name, short]), "RECEPTOR", "OPG") == "by name"
        assert named(ConceptIndex([short, name]), "RECEPTOR", "OPG") == "by name"
