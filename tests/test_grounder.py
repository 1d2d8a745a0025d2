"""Grounding of settled mentions, and meanings of short forms over a document, on the shipped
tables and the embedded model's parse."""

from __future__ import annotations

import pytest

from pipeline.records import Document, Mention
from pipeline.route import Settings, annotate


def mentions(text: str) -> tuple[Mention, ...]:
    (annotation,) = annotate([Document("d", text)], Settings())
    assert annotation.failure is None
    return annotation.mentions


@pytest.mark.model
@pytest.mark.parametrize(
    ("text", "words", "name", "grounding"),
    [
        ("We counted CD4+ dendritic cells.", "CD4+ dendritic cells", "dendritic cell", "broader"),
        ("We counted CD80+ dendritic cells.", "CD80+ dendritic cells", "dendritic cell", "broader"),
        ("Few CD3+ epithelial cells.", "CD3+ epithelial cells", "epithelial cell", "broader"),
        ("We grew U266 myeloma cells.", "U266 myeloma cells", "U266B1", "line"),
        ("CD4+CD25highCD127low T cells grew.", "CD4+CD25highCD127low T cells",
         "regulatory T cell", "markers"),
        ("Serum CXCL8 rose.", "CXCL8", "CXCL8", "exact"),
        ("Serum IL- 6 rose.", "IL- 6", "IL6", "hyphen"),
        ("IL-1α and -β rose.", "-β", "IL1B", "coordination"),
        ("An anti-IL-26 antibody helped.", "anti-IL-26 antibody", "anti-IL26 antibody", "target"),
        ("Airway smooth muscle (ASM) cells grew.", "Airway smooth muscle (ASM) cells",
         "airway smooth muscle cell", "bracket+spelling+case"),
    ],
)  # fmt: skip
def test_says_how(text: str, words: str, name: str, grounding: str) -> None:
    found = {m.text: m for m in mentions(text)}
    assert (found[words].concept_name, found[words].grounding) == (name, grounding)
    assert found[words].matched


@pytest.mark.model
class TestMeanings:
    def test_unrelated_short_forms_leave_series_alone(self) -> None:
        text = (
            "Cerebrospinal fluid (CSF) was drawn. CSF1R and CD40 were measured beside IL-6 after "
            "Intralipid (IL) infusion, and the control diet (CD) raised CD25 on T cells."
        )
        assert {"CSF1R", "CD40", "IL-6", "CD25"} <= {m.text for m in mentions(text)}

    def test_another_series_by_definition(self) -> None:
        text = "The ionic liquids (ILs) were numbered: IL-9 dissolved cellulose and IL-4 did not."
        assert mentions(text) == ()

    def test_two_definitions_of_one_short_form(self) -> None:
        text = (
            "Rheumatoid arthritis (RA) is common.\n\nRA hurts.\n\n"
            "Retinoic acid (RA) is a vitamin.\n\nRA is orange."
        )
        found = [m.start for m in mentions(text) if m.text == "RA" and m.label == "DISEASE"]
        assert found == [22, 38]

    def test_no_mention_begins_with_a_comma(self) -> None:
        text = "Anakinra, IL-1R antagonists and IL-1 antibodies were tried."
        assert all(m.text[0].isalnum() for m in mentions(text))
