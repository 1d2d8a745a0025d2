"""Short forms take the label of their long form."""

from __future__ import annotations

import pytest
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.short_forms import short_forms

TEXT = "Low molecular weight heparin (LMWH) was given. LMWH lowered IL-6, and LMWH is safe."


def detected(plain: Language, text: str, *marks: tuple[str, str]) -> Doc:
    """A Doc with abbreviations found and the first occurrence of each mark as an entity."""
    doc = plain(text)
    spans = []
    for words, label in marks:
        start = text.index(words)
        span = doc.char_span(start, start + len(words), label)
        assert isinstance(span, Span)
        spans.append(span)
    doc.ents = spans
    return doc


def entities(doc: Doc) -> list[tuple[str, str]]:
    return [(entity.text, entity.label_) for entity in doc.ents]


def test_all_occurrences_take_the_label(plain: Language) -> None:
    doc = detected(plain, TEXT, ("Low molecular weight heparin", "CHEMICAL"), ("IL-6", "GENE"))
    assert entities(short_forms(doc)) == [
        ("Low molecular weight heparin", "CHEMICAL"),
        ("LMWH", "CHEMICAL"),
        ("LMWH", "CHEMICAL"),
        ("IL-6", "GENE"),
        ("LMWH", "CHEMICAL"),
    ]


def test_the_definition_overrules_the_model(plain: Language) -> None:
    doc = detected(plain, TEXT, ("molecular weight heparin", "CHEMICAL"), ("LMWH", "DISEASE"))
    assert {label for _, label in entities(short_forms(doc))} == {"CHEMICAL"}


def test_a_part_of_a_longer_mention_stays(plain: Language) -> None:
    text = "Embryonic stem cells (ESCs) and an ESCs line were kept; ESCs grew."
    doc = detected(plain, text, ("Embryonic stem cells", "CELL"), ("ESCs line", "CELL"))
    assert [words for words, _ in entities(short_forms(doc))] == [
        "Embryonic stem cells",
        "ESCs",
        "ESCs line",
        "ESCs",
    ]


@pytest.mark.parametrize("marks", [[], [("Low molecular", "CHEMICAL")]])
def test_nothing_without_a_mention_that_ends_as_the_long_form(
    plain: Language, marks: list[tuple[str, str]]
) -> None:
    doc = detected(plain, TEXT, *marks)
    assert entities(short_forms(doc)) == marks


def test_text_without_definitions_stays(plain: Language) -> None:
    doc = detected(plain, "Heparin lowered IL-6.", ("Heparin", "CHEMICAL"))
    assert entities(short_forms(doc)) == [("Heparin", "CHEMICAL")]
