"""The concept that a curator means: by preferred name, identifier and spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.curate.concept_names import Concept, ConceptNames, terms_of_run
from pipeline.patterns_data import PatternError
from pipeline.recognise.terms import BLOCKED, Term

TERMS = [
    Term("IL-13", "CYTOKINE", "IL13", "HGNC:5973", "abbreviation", specificity="specific"),
    Term("interleukin 13", "CYTOKINE", "IL13", "HGNC:5973", "synonym", specificity="specific"),
    Term("regulatory T cell", "CELL", "regulatory T cell", "CL:0000815"),
    Term("T cell", "CELL", "T cell"),
    Term("MS", "DISEASE", "multiple sclerosis", "MONDO:0005301", "abbreviation", "defined"),
    Term("PE", "DISEASE", "pulmonary embolism", "", "abbreviation", "cue"),
    Term("PE", "DISEASE", "pre-eclampsia", "", "abbreviation", "cue"),
    Term("acute phase protein", BLOCKED, "CYTOKINE"),
]
MENTIONS = [
    ("CELL", "T cells", "T cell", "CL:0000084"),
    ("CELL", "reactive astroglia", "reactive astrocyte", ""),
    ("CELL", "glia", "astrocyte", "CL:1"),
    ("CELL", "glia", "microglial cell", "CL:2"),
    ("CELL", "blasts", "", ""),
]
IL13 = Concept("IL13", "HGNC:5973", "specific")


@pytest.fixture
def names() -> ConceptNames:
    return ConceptNames(lambda: TERMS, lambda: MENTIONS)


@pytest.mark.parametrize(
    "said", ["IL13", "il-13", "Interleukin  13", "HGNC:5973", "hgnc:5973", " IL 13\n", "rhIL-13"]
)
def test_any_name_leads_to_the_concept(names: ConceptNames, said: str) -> None:
    assert names.find("CYTOKINE", said) == IL13
    assert names.name_of("CYTOKINE", said) == "IL13"


@pytest.mark.parametrize(
    ("label", "said", "name"),
    [
        ("CELL", "Reactive astroglia", "reactive astrocyte"),  # as the run has it
        ("CELL", "reactive astrocytes", "reactive astrocyte"),
        ("DISEASE", "MS", "multiple sclerosis"),
        ("DISEASE", "PE", ""),  # of two nobody knows which
        ("CELL", "glia", ""),
        ("CELL", "blasts", ""),
        ("CELL", "IL-13", ""),  # another label
        ("CYTOKINE", "acute phase protein", ""),
        ("CYTOKINE", "blorf", ""),
        ("CYTOKINE", "", ""),
        ("CYTOKINE", " -- ", ""),
        ("COLOUR", "IL13", ""),
    ],
)
def test_other_names(names: ConceptNames, label: str, said: str, name: str) -> None:
    assert names.name_of(label, said) == name


def test_the_identifier_of_the_run_where_the_tables_have_none(names: ConceptNames) -> None:
    assert names.find("CELL", "T cell") == Concept("T cell", "CL:0000084")
    assert names.name_of("CELL", "CL:0000084") == "T cell"


def test_suggestions(names: ConceptNames) -> None:
    assert names.suggest("interleukin 13", "CYTOKINE", 5) == ["IL13"]
    assert names.suggest("t CELL", "CELL", 5) == ["T cell", "regulatory T cell"]
    assert names.suggest("t", "CELL", 2) == ["T cell", "astrocyte"]
    assert names.suggest(" ", "CELL", 5) == names.suggest("%", "CELL", 5) == []


def test_tables_are_read_once_and_not_before_a_name_is_asked_for() -> None:
    read: list[str] = []

    def terms() -> list[Term]:
        read.append("terms")
        return TERMS

    names = ConceptNames(terms, lambda: MENTIONS)
    assert names.suggest("", "CELL", 5) == read == []
    assert names.name_of("CYTOKINE", "IL-13") == names.name_of("CYTOKINE", "IL13") == "IL13"
    assert read == ["terms"]


def test_the_patterns_of_the_run(tmp_path: Path) -> None:
    own = tmp_path / "terms"
    own.mkdir()
    about = {"options": {"patterns": str(tmp_path)}}
    with pytest.raises(PatternError, match="no term tables"):
        terms_of_run(about)
    (own / "mine.csv").write_text("name,text,label,status\nX,x,CELL,name\n", encoding="utf-8")
    assert [term.name for term in terms_of_run(about)] == ["X"]
    gone = {"options": {"patterns": str(tmp_path / "gone")}}
    for other in (gone, {}, {"options": {"patterns": "shipped"}}, {"options": {"patterns": 3}}):
        assert "IL13" in {term.name for term in terms_of_run(other)}
