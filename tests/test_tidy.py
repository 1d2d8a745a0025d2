"""Glued sentences parted, footnote digits left out, every offset kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.read.layout import Block, blocks
from pipeline.read.tidy import tidy
from pipeline.records import Document


def block(text: str) -> Block:
    return Block("", text, ((0, 0, len(text)),))


@pytest.mark.parametrize(
    ("text", "tidied"),
    [
        ("Bones heal.The marrow fills.", "Bones heal. The marrow fills."),
        ("Levels fell by 5%.Cells died.", "Levels fell by 5%. Cells died."),
        ("They left (early).IL-6 rose.", "They left (early). IL-6 rose."),
        ("It rose.A second wave came.", "It rose. A second wave came."),
        ("Joints erode.2 Later they fuse.", "Joints erode. Later they fuse."),
        ("It needs IL-6,1 and TNF.3,4", "It needs IL-6, and TNF."),
        ("This was COVID-19.12", "This was COVID-19."),
        ("Shown before.5–7 Then not.", "Shown before. Then not."),
        ("It helps.¹² It harms IL-6.³", "It helps. It harms IL-6."),
        ("made by TNF-α,3 we think", "made by TNF-α, we think"),
        ("IL\u200b-10 and \u202eIL-6\u202c", "IL-10 and IL-6"),
        ("\ufeffIt rose.2\u200b It fell.", "It rose. It fell."),
    ],
)
def test_edits(text: str, tidied: str) -> None:
    assert tidy(block(text)).text == tidied


@pytest.mark.parametrize(
    "text",
    [
        "See Fig.2 for more.",
        "It fell to 0.5 mg.",
        "A score of 1,200 cells.",
        "The ratio was 3.14 here.",
        "We used v.2 of it.",
        "IL-6 and IL-1.",
        "at 37.5 degrees, p.3 says",
        "e.g. cells, i.e. IL-2.",
        "CD4.CD8",
        "CXCL12 rose.",
        "10³ cells per well³a",
        "2 × 10⁶ cells",
        "",
    ],
)
def test_leaves(text: str) -> None:
    own = block(text)
    assert tidy(own) is own


def test_offsets_still_point_into_the_document() -> None:
    text = "Mast cells wake.They make IL-4,12 and more."
    tidied = tidy(block(text))
    assert tidied.text == "Mast cells wake. They make IL-4, and more."
    at = tidied.text.index("IL-4")
    assert tidied.to_document(at, at + 4) == (text.index("IL-4"), text.index("IL-4") + 4)
    at = tidied.text.index("more")
    assert tidied.to_document(at, at + 4) == (text.index("more"), text.index("more") + 4)


def test_what_was_cut_is_no_single_stretch() -> None:
    text = "They make IL-4,12 and more."
    tidied = tidy(block(text))
    assert tidied.to_document(tidied.text.index("IL-4"), tidied.text.index("and")) is None


def test_blocks_of_several_pieces() -> None:
    text = "Cytokines come from:\n\n- mast cells,2 and\n- T cells.The end.\n"
    for own in blocks(Document("d", text)):
        tidied = tidy(own)
        for here, there, length in tidied.pieces:
            assert tidied.text[here : here + length] == text[there : there + length]
        assert ",2" not in tidied.text
        assert ".The" not in tidied.text


@given(st.text(alphabet="aZ.,;1²– ('IL-6α)\n", min_size=1, max_size=60))
def test_every_piece_is_the_documents_own_text(text: str) -> None:
    tidied = tidy(block(text))
    last_here = last_there = 0
    for here, there, length in tidied.pieces:
        assert length > 0
        assert here >= last_here
        assert there >= last_there
        assert tidied.text[here : here + length] == text[there : there + length]
        last_here, last_there = here + length, there + length
    outside = set(range(len(tidied.text)))
    for here, _, length in tidied.pieces:
        outside -= set(range(here, here + length))
    assert all(tidied.text[i] == " " for i in outside)
    kept = {i for _, there, length in tidied.pieces for i in range(there, there + length)}
    assert all(text[i] in "123456789,–-²¹" for i in set(range(len(text))) - kept)
