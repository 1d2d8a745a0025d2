"""Spelling variants that the term tables need not list."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.recognise.fine import fine_words, fold
from pipeline.recognise.variants import variants


def folded(text: str) -> set[tuple[str, ...]]:
    return {tuple(fold(word) for word in words) for words in variants(text)}


def matches(term: str, spelling: str) -> bool:
    return tuple(fold(word) for word in fine_words(spelling)) in folded(term)


@pytest.mark.parametrize(
    ("term", "spelling"),
    [
        ("IL-6", "IL 6"),
        ("IL-6", "IL6"),
        ("IL-6", "IL‑6"),
        ("interleukin-6", "Interleukin 6"),
        ("T-cell", "T cell"),
        ("T cell", "T-cells"),
        ("TNF-alpha", "TNF-α"),
        ("TNF-alpha", "TNFα"),
        ("TNF-alpha", "TNFalpha"),
        ("TNF-α", "TNF alpha"),
        ("TNF-α", "TNFalpha"),
        ("interferon-gamma", "interferon γ"),
        ("rheumatoid arthritis", "Rheumatoid-arthritis"),
        ("Crohn's disease", "Crohn disease"),
        ("Crohn's disease", "Crohn’s disease"),
        ("Crohn disease", "Crohn's disease"),
        ("Graves disease", "Graves’ disease"),
        ("Sjogren syndrome", "Sjögren's syndrome"),
        ("type I interferon", "type 1 interferon"),
        ("type II interferons", "Type 2 interferon"),
        ("tumor necrosis factor", "tumour necrosis factor"),
        ("IL-1 receptor antagonist", "IL1 receptor-antagonist"),
    ],
)
def test_generates(term: str, spelling: str) -> None:
    assert matches(term, spelling)


@pytest.mark.parametrize(
    ("term", "spelling"),
    [
        ("rheumatoid arthritis", "rheumatoidarthritis"),
        ("IL-1", "IL-11"),
        ("IL-17A", "IL-17"),
        ("autoimmune disease", "autoimmune's disease"),
        ("interleukin-6", "interleukin"),
        ("mast cell", "mastcell"),
        ("factor V", "factor 5"),
        ("T/B cell", "T B cell"),
    ],
)
def test_does_not_generate(term: str, spelling: str) -> None:
    assert not matches(term, spelling)


def test_many_hyphens_change_together() -> None:
    spelled = variants("a-b-c-d-e-f")
    assert ("a", "b", "c", "d", "e", "f") in spelled
    assert ("a", "-", "b", "-", "c", "-", "d", "-", "e", "-", "f") in spelled
    assert len(spelled) == 2


def test_no_variant_twice() -> None:
    spelled = variants("type I IL-1 receptor's")
    assert len(spelled) == len(set(spelled))


@given(st.from_regex(r"[A-Z][a-z]{0,6}([- ][A-Za-z0-9α]{1,5}){0,5}", fullmatch=True))
def test_the_term_itself_is_always_a_variant(text: str) -> None:
    assert tuple(fine_words(text)) in variants(text)
