"""Example sentences that carry their own answer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.marked import ROLES, Mark, MarkError, read_marked
from pipeline.records import LABELS


def test_marks_are_offsets_into_the_plain_text() -> None:
    text, marks = read_marked("[IL-6](CYTOKINE subject) feeds [B cells](CELL object).")
    assert text == "IL-6 feeds B cells."
    assert marks == [Mark(0, 4, "CYTOKINE", ("subject",)), Mark(11, 18, "CELL", ("object",))]
    assert [text[m.start : m.end] for m in marks] == ["IL-6", "B cells"]


def test_both_roles() -> None:
    _, marks = read_marked("[TNF](CYTOKINE subject object) feeds itself")
    assert marks[0].roles == ROLES


@pytest.mark.parametrize(
    "plain", ["", "no mark", "cited [3] and (see below)", "range [1, 2] (n = 4)", "a) b] c"]
)
def test_plain_text_stays(plain: str) -> None:
    assert read_marked(plain) == (plain, [])


def test_brackets_inside_marked_words() -> None:
    text, marks = read_marked("[interleukin (IL)-2](CYTOKINE) rose")
    assert text[marks[0].start : marks[0].end] == "interleukin (IL)-2"


@pytest.mark.parametrize(
    ("marked", "says"),
    [
        ("[TNF](PROTEIN) rose", "unknown label"),
        ("[TNF]() rose", "unknown label"),
        ("[TNF](CYTOKINE agent) rose", "unknown role 'agent'"),
        ("[TNF](CYTOKINE rose", "unclosed mark"),
        ("TNF](CYTOKINE) rose", "unclosed mark"),
        ("[](CYTOKINE) rose", "unclosed mark"),
    ],
)
def test_what_cannot_be_read_is_named(marked: str, says: str) -> None:
    with pytest.raises(MarkError, match=says):
        read_marked(marked)


words = st.text(alphabet="abc -αIL6(),.", min_size=1, max_size=12)
pieces = st.lists(
    st.one_of(
        words.map(lambda w: (w, "", ())),
        st.tuples(words, st.sampled_from(LABELS), st.sampled_from([(), *((r,) for r in ROLES)])),
    ),
    max_size=6,
)


@given(pieces)
def test_round_trip(parts: list[tuple[str, str, tuple[str, ...]]]) -> None:
    marked = "".join(f"[{w}]({' '.join((label, *r))})" if label else w for w, label, r in parts)
    text, marks = read_marked(marked)
    assert text == "".join(w for w, _, _ in parts)
    assert [(text[m.start : m.end], m.label, m.roles) for m in marks] == [
        part for part in parts if part[1]
    ]
