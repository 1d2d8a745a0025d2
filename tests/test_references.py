"""Texts that are taken from lists of references."""

from __future__ import annotations

import pytest

from pipeline.recognise.references import is_reference


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Moreau P, Lindqvist AB, Okafor C. Resistin in gout.", True),
        ("moreau p, lindqvist ab, okafor c.", True),
        ("Clin Rheum. 2011 ; 2:52", True),
        ("doi: 10.1234/abc", True),
        ("DOI:10.1234/abc", True),
        ("The dose (mg), the weight, and CRP, were noted in 2011.", False),
        ("O P, Lindqvist AB, Okafor", False),  # a name has two letters
        ("Moreau P, Lindqvist ABC, Okafor", False),
        ("Sixty patients in 2011; two of them in 12011;5", False),
        ("redoi: 10.1234", False),
        ("", False),
    ],
)
def test_is_reference(text: str, expected: bool) -> None:
    assert is_reference(text) is expected
