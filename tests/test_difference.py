"""How a mention's words differ from the spelling of the table, in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ground.difference import STEPS, difference


@pytest.mark.parametrize(
    ("text", "spelling", "said"),
    [
        ("IL-6", "IL-6", "exact"),
        ("il 6", "IL-6", "hyphen+case"),
        ("TNF- α", "TNF-alpha", "greek+hyphen"),
        ("TNFα", "TNF-α", "hyphen"),
        ("IL-1ß", "IL-1β", "greek"),
        ("rhIL-2", "IL-2", "prefix"),
        ("interleukin (IL)-6", "interleukin-6", "bracket+hyphen"),
        ("type 1 interferon", "type I interferon", "roman"),
        ("Tumour necrosis factors", "tumor necrosis factor", "spelling+case"),
        ("Crohn disease", "Crohn's disease", "possessive"),
        ("Sjögren’s syndrome", "Sjogren syndrome", "possessive+accent"),
        ("ILC2s", "ILC2", "spelling"),
        ("FasL", "Fas-L", "hyphen"),
        ("CD4+ T cells", "CD4(+) T cell", "bracket+spelling"),
        ("CXCL8", "IL-8", "other"),
    ],
)
def test_says(text: str, spelling: str, said: str) -> None:
    assert difference(text, spelling) == said


@given(st.text(max_size=30), st.text(max_size=30))
def test_never_fails_and_names_known_steps(text: str, spelling: str) -> None:
    said = difference(text, spelling)
    assert said in {"exact", "other"} or set(said.split("+")) <= set(STEPS)
    assert (said == "exact") == (text == spelling)
