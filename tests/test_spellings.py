"""Spellings that the term tables need not list, seen through the matcher that uses them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from pipeline.recognise.fine import fine_text, fine_vocab
from pipeline.recognise.spellings import spellings
from pipeline.recognise.term_matcher import TermMatcher
from pipeline.recognise.terms import Term

VOCAB = fine_vocab()


def matches(term: str, spelling: str, match: str = "", vocab: Vocab = VOCAB) -> bool:
    """Whether the whole of ``spelling`` is found as the term."""
    found = TermMatcher([Term(term, "CELL", "x", match=match)])(fine_text(spelling))
    return [(c.start, c.end) for c in found] == [(0, len(spelling))]


@pytest.mark.parametrize(
    ("term", "spelling"),
    [
        ("IL-6", "IL 6"),
        ("IL-6", "IL6"),
        ("IL-6", "IL‑6"),
        ("IL-6", "IL- 6"),
        ("IL-6", "IL -6"),
        ("IL-1β", "IL-1 beta"),
        ("IL-1β", "IL1beta"),
        ("IL-1β", "IL-1-β"),
        ("IL-1β", "Il-1ß"),
        ("interleukin-6", "Interleukin 6"),
        ("T-cell", "T cell"),
        ("T cell", "T-cells"),
        ("TNF-alpha", "TNF-α"),
        ("TNF-alpha", "TNFα"),
        ("TNF-alpha", "TNFalpha"),
        ("TNF-alpha", "TNF- α"),
        ("TNF-α", "TNF alpha"),
        ("TNF-α", "TNFalpha"),
        ("TGF-β1", "TGF-beta 1"),
        ("TGF-β1", "TGF-beta-1"),
        ("TGF-β1", "TGFbeta1"),
        ("GM-CSF", "GMCSF"),
        ("GM-CSF", "GM CSF"),
        ("γc chain", "gammac chain"),
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
        ("a-b-c-d-e-f", "a b c d-e-f"),
    ],
)
def test_finds(term: str, spelling: str) -> None:
    assert matches(term, spelling)


@pytest.mark.parametrize(
    ("term", "spelling"),
    [
        ("rheumatoid arthritis", "rheumatoidarthritis"),
        ("IL-1", "IL-11"),
        ("IL-1", "IL--1"),
        ("IL-17A", "IL-17"),
        ("IL-17", "IL-17A"),
        ("CD4", "CD 4"),
        ("CD4", "CD45"),
        ("autoimmune disease", "autoimmune's disease"),
        ("interleukin-6", "interleukin"),
        ("mast cell", "mastcell"),
        ("factor V", "factor 5"),
        ("T/B cell", "T B cell"),
    ],
)
def test_does_not_find(term: str, spelling: str) -> None:
    assert not matches(term, spelling)


@pytest.mark.parametrize(
    ("term", "spelling", "found"),
    [
        ("DC", "DC", True),
        ("DC", "DCs", True),
        ("DC", "dc", False),
        ("TNF-α", "TNFα", True),
        ("TNF-α", "tnfα", False),
        ("MIP-2", "MIP2", True),
        ("Th17", "Th17s", True),
    ],
)
def test_exact_forms_keep_their_case(term: str, spelling: str, found: bool) -> None:
    assert matches(term, spelling, match="case") is found


def test_a_brand_in_capitals() -> None:
    matcher = TermMatcher([Term("Zocor", "DRUG", "x", status="brand", match="case")])
    for text, n in (("Zocor", 1), ("ZOCOR", 1), ("zocor", 0)):
        assert len(matcher(fine_text(text))) == n


def test_no_spelling_twice() -> None:
    found = spellings("type I IL-1 receptor's")
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("IL-1-beta", 1),
        ("IL--1 beta", 0),  # two dashes stand in no name
        ("IL-1β", 1),
        ("IL-", 0),
        ("IL-1", 0),
        ("xIL-1 beta", 0),  # a name begins where a token does
        ("IL-1 beta2", 0),  # and ends where one does
        ("IL-1 beta IL-1beta", 2),
    ],
)
def test_names_are_whole_tokens(text: str, n: int) -> None:
    matcher = TermMatcher([Term("IL-1β", "CYTOKINE", "IL1B")])
    assert len(matcher(fine_text(text))) == n


@given(
    st.from_regex(r"[A-Z][a-z]{0,6}([- ][A-Za-z0-9α]{1,5}){0,5}", fullmatch=True),
    st.sampled_from(["", "case"]),
)
def test_a_term_is_found_as_it_is_written(text: str, match: str) -> None:
    assert matches(text, text, match)
