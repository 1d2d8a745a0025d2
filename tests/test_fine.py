"""Fine tokens and folding: what every name is matched over."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from pipeline.recognise.fine import fine_text, fine_words, fold, normal_form

BIOMEDICAL = st.text(alphabet="aZ19 -–α γβ/+'’.,()[]\n\tµéß²_", max_size=40)


class TestTokens:
    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("IL-17A", ["IL", "-", "17A"]),
            ("IL6", ["IL6"]),
            ("TNFα", ["TNF", "α"]),
            ("αβ", ["α", "β"]),
            ("anti-TNF-α", ["anti", "-", "TNF", "-", "α"]),
            ("CD4+CD25+", ["CD4", "+", "CD25", "+"]),
            ("Crohn's", ["Crohn", "'", "s"]),
            ("IL‑6/gp130", ["IL", "‑", "6", "/", "gp130"]),
            ("0.5 mg, 2·5mg", ["0.5", "mg", ",", "2·5", "mg"]),
            ("RAW264.7", ["RAW264.7"]),
            ("Sjo\u0308gren", ["Sjo\u0308gren"]),
            ("IL-6.", ["IL", "-", "6", "."]),
            ("a_b", ["a", "_", "b"]),
            ("  \n ", []),
        ],
    )
    def test_cut(self, text: str, words: list[str]) -> None:
        assert fine_words(text) == words

    def test_offsets_skip_line_breaks(self) -> None:
        fine = fine_text("mast\n  cells of TNFα.")
        assert fine.words == ["mast", "cells", "of", "TNF", "α", "."]
        assert fine.folded == ["mast", "cell", "of", "tnf", "alpha", "."]
        assert fine.char_span(0, 2) == (0, 12)
        assert fine.char_span(3, 5) == (16, 20)
        assert fine.spaced(0, 6) == (True, True, True, False, False, False)
        assert fine.spaced(2, 4) == (True, False)

    @given(BIOMEDICAL)
    def test_every_character_is_in_one_token_or_blank(self, text: str) -> None:
        fine = fine_text(text)
        words = [text[start:end] for start, end in zip(fine.starts, fine.ends, strict=True)]
        assert words == fine.words == fine_words(text)
        assert "".join(words) == "".join(text.split())


class TestFold:
    @pytest.mark.parametrize(
        ("word", "folded"),
        [
            ("TNF", "tnf"),
            ("α", "alpha"),
            ("Γ", "gamma"),
            ("µ", "mu"),
            ("–", "-"),
            ("−", "-"),
            ("’", "'"),
            ("Tumours", "tumor"),
            ("ischaemia", "ischemia"),
            ("oesophagus", "esophagus"),
            ("neutralising", "neutralizing"),
            ("Sjögren", "sjogren"),
            ("Behçet", "behcet"),
            ("cells", "cell"),
            ("biopsies", "biopsy"),
            ("boxes", "box"),
            ("DCs", "dc"),
            ("MACROPHAGES", "macrophage"),
            ("Tregs", "treg"),
        ],
    )
    def test_folds(self, word: str, folded: str) -> None:
        assert fold(word) == folded

    @pytest.mark.parametrize("word", ["FLS", "virus", "sepsis", "abscess", "IS", "as"])
    def test_is_no_plural(self, word: str) -> None:
        assert fold(word) == word.lower()

    def test_is_the_norm_of_the_vocabulary(self, vocab: Vocab) -> None:
        assert [vocab[word].norm_ for word in ("Tumours", ",", "TNF", "α")] == [
            "tumor", ",", "tnf", "alpha",
        ]  # fmt: skip


class TestNormalForm:
    def test_spellings_of_one_name_share_it(self) -> None:
        spellings = ["IL-1β", "IL-1 β", "IL 1 beta", "il-1-BETA", "IL‑1β", "IL1β"]
        assert {normal_form(s) for s in spellings} == {"il1beta"}

    def test_other_names_do_not(self) -> None:
        assert normal_form("IL-1α") != normal_form("IL-1β")
        assert normal_form("IL-1") != normal_form("IL-11")
        assert normal_form("CD4+") != normal_form("CD4-")
