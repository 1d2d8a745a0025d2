"""Boundaries that are set before the parser."""

from __future__ import annotations

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.boundaries import boundaries


def closed(vocab: Vocab, words: str) -> list[str]:
    """The words before which no sentence may start."""
    doc = boundaries(Doc(vocab, words=words.split(" ")))
    return [token.text for token in doc if token.is_sent_start is False]


@pytest.mark.parametrize(
    ("words", "inside"),
    [
        ("We saw IL-6 . Then it fell .", ["saw", "it", "fell"]),
        ("Shown in Fig. 2 and Table 3 .", ["in", "Fig.", "2", "and", "Table"]),
        ("Smith et al. Found it .", ["et", "al.", "Found", "it"]),
        ("TNF ( Fig 2 . Left ) Rose", ["Fig", "2", ".", "Left", ")"]),
        ("It rose . mRNA fell .", ["rose", "fell"]),
        ("It rose .\n Cells : cells fell", ["rose", "fell"]),
        ("See the IL-6 of T cells", ["the", "IL-6", "of", "T", "cells"]),
        ("A ) B ( C", ["C"]),
        ("J. D. Meyer saw it", ["D.", "Meyer", "saw", "it"]),
        ("They got vitamin D. Then bone grew .", ["got", "vitamin", "bone", "grew"]),
    ],
)
def test_no_sentence_starts_inside(vocab: Vocab, words: str, inside: list[str]) -> None:
    assert closed(vocab, words) == inside


def test_the_first_word_starts_one_and_the_rest_is_left_to_the_parser(vocab: Vocab) -> None:
    doc = boundaries(Doc(vocab, words=["It", "rose", ".", "TNF", "fell"]))
    assert [token.is_sent_start for token in doc] == [True, False, None, None, False]
    assert len(boundaries(Doc(vocab))) == 0
