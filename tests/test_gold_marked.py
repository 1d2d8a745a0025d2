"""Gold that is written in a text editor, read and written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.gold.load import load_gold
from pipeline.gold.raw import FormatError
from pipeline.gold.records import GoldDocument, GoldError

MARKED = """\
=== document gout-1
title: Gout
register: abstract
split: test
=== text
[[Colchicine|m1 DRUG]] lowered [[interleukin-1β|m2 CYTOKINE specific norm=IL1B]]
([[IL-1β|m3 CYTOKINE specific norm=IL1B alias=m2]]) \\[12\\] in [[monocytes|m4 CELL]]; an
[[anti-[[IL-6R|m6 RECEPTOR norm=IL6R]] antibody|m5 DRUG norm="anti-IL-6R antibody"]] did not.
[[T|m7 CELL]] and B [[cells|+m7]] | [[leptin|m8 CYTOKINE family optional]] [1]

=== relations
m1 MODULATES m2 negative
# a comment
m4 SECRETES m2 negative hedged
m5 MODULATES m6 negative

m5 MODULATES m2 negative negated optional
m2 ACTS_ON m4 positive death
=== document empty
=== text

=== relations
"""


def read(tmp_path: Path, marked: str) -> list[GoldDocument]:
    path = tmp_path / "a.marked"
    path.write_text(marked, encoding="utf-8")
    return load_gold([path])


def test_every_line_ended_by_an_editor(tmp_path: Path) -> None:
    path = tmp_path / "a.marked"
    path.write_text(MARKED.replace("\n", "\r\n"), encoding="utf-8", newline="")
    assert load_gold([path]) == read(tmp_path, MARKED)
    # A document whose own lines end so keeps them.
    (document,) = read(tmp_path, "=== document d\n=== text\na\r\nb\r\n\n=== relations\n")
    assert document.text == "a\r\nb\r\n"


@pytest.mark.parametrize("more", ["", "=== relations\n", "=== relations"])
@pytest.mark.parametrize("text", ["one line", "a\nb", "ends\n"])
def test_no_line_break_is_gained(text: str, more: str, tmp_path: Path) -> None:
    (document,) = read(tmp_path, f"=== document d\n=== text\n{text}\n{more}")
    assert document.text == text


def test_flags_in_any_case(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        "=== document d\npartial: True\n=== text\n=== document e\npartial: FALSE\n=== text\n",
    )
    assert (first.partial, second.partial) == (True, False)


def problems(tmp_path: Path, marked: str) -> list[str]:
    with pytest.raises(GoldError) as caught:
        read(tmp_path, marked)
    return [one.removeprefix(f"{tmp_path}/") for one in caught.value.problems]


def test_everything_that_a_document_can_hold(tmp_path: Path) -> None:
    gout, empty = read(tmp_path, MARKED)
    assert (gout.id, gout.title, gout.register_, gout.split) == (
        "gout-1",
        "Gout",
        "abstract",
        "test",
    )
    assert gout.text == (
        "Colchicine lowered interleukin-1β\n(IL-1β) [12] in monocytes; an\n"
        "anti-IL-6R antibody did not.\nT and B cells | leptin [1]\n"
    )
    words = {m.id: gout.span_text(m) for m in gout.mentions}
    assert words == {
        "m1": "Colchicine",
        "m2": "interleukin-1β",
        "m3": "IL-1β",
        "m4": "monocytes",
        "m5": "anti-IL-6R antibody",
        "m6": "IL-6R",
        "m7": "T and B cells",
        "m8": "leptin",
    }
    mention = gout.mention
    assert (mention("m3").alias_of, mention("m3").norm) == ("m2", "IL1B")
    assert mention("m5").norm == "anti-IL-6R antibody"
    assert [gout.text[a:b] for a, b in mention("m7").spans] == ["T", "cells"]
    assert (mention("m8").optional, mention("m8").specificity) == (True, "family")
    said = [(r.subject, r.predicate, r.object, r.effect, r.function) for r in gout.relations]
    assert said == [
        ("m1", "MODULATES", "m2", "negative", ""),
        ("m4", "SECRETES", "m2", "negative", ""),
        ("m5", "MODULATES", "m6", "negative", ""),
        ("m5", "MODULATES", "m2", "negative", ""),
        ("m2", "ACTS_ON", "m4", "positive", "death"),
    ]
    assert [r.hedged for r in gout.relations] == [False, True, False, False, False]
    last = gout.relations[3]
    assert (last.negated, last.optional) == (True, True)
    assert (empty.id, empty.text, empty.mentions) == ("empty", "", ())


def test_there_and_back(tmp_path: Path) -> None:
    from pipeline.gold.load import write_gold

    documents = read(tmp_path, MARKED)
    assert write_gold(documents, tmp_path / "b.marked") == []
    assert load_gold([tmp_path / "b.marked"]) == documents
    write_gold(documents, tmp_path / "c.jsonl")
    assert load_gold([tmp_path / "c.jsonl"]) == documents


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab [|]\\=\n\r𝛽-", max_size=40), st.data())
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, text: str, data) -> None:
    from pipeline.gold.load import write_gold
    from pipeline.gold.records import problems as wrong

    spans = data.draw(
        st.lists(
            st.tuples(st.integers(0, 40), st.integers(1, 12)).map(lambda s: (s[0], s[0] + s[1])),
            max_size=4,
            unique=True,
        )
    )
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        words = text[start:end]
        crosses = any(a < start < b < end or start < a < end < b for a, b in kept)
        if end <= len(text) and words == words.strip() and words and not crosses:
            kept.append((start, end))
    document = GoldDocument.model_validate(
        {
            "id": "d",
            "text": text,
            "mentions": [
                {"id": f"m{n}", "start": start, "end": end, "label": "CELL"}
                for n, (start, end) in enumerate(sorted(kept, key=lambda s: (s[0], -s[1])))
            ],
        }
    )
    assert wrong(document) == []
    path = tmp_path_factory.mktemp("marked") / "a.marked"
    write_gold([document], path)
    assert load_gold([path]) == [document]


BODY = "=== document d\n=== text\n{}\n=== relations\n{}\n"


@pytest.mark.parametrize(
    ("marked", "line", "message"),
    [
        ("IL-6 rose.", 1, 'no line "=== document ID"'),
        ("=== document d\n=== relations\n", 1, 'no line "=== text"'),
        ("=== document d\ncolour: red\n=== text\n", 2, "'colour: red' is no line KEY: VALUE"),
        (BODY.format("a\n[[IL-6 rose.", ""), 4, "never closed"),
        (BODY.format("[[IL-6]] rose.", ""), 3, "without |id LABEL"),
        (BODY.format("[[IL-6|CYTOKINE]] rose.", ""), 3, "lacks an id or a label"),
        (BODY.format("[[IL-6|m1 GENE]] rose.", ""), 3, "'GENE'"),
        (BODY.format("[[IL-6|m1 CYTOKINE nice]] rose.", ""), 3, "'nice' says nothing of a mention"),
        (BODY.format('[[IL-6|m1 CYTOKINE norm="IL6]] rose.', ""), 3, "close the quotes"),
        (BODY.format("[[IL-6|+m9]] rose.", ""), 3, "+m9 goes on with a mention"),
        (BODY.format("[[IL-6|m1 CYTOKINE alias=m9]] rose.", ""), 3, "'m9' is no mention"),
        (BODY.format("IL-6 rose.", "m1 ACTS_ON"), 5, "is no relation"),
        (BODY.format("[[IL-6|m1 CYTOKINE]].", "m1 ACTS_ON m2"), 5, "'m2'"),
        (
            BODY.format("[[IL-6|m1 CYTOKINE]] [[T|m2 CELL]].", "m1 ACTS_ON m2\nm1 ACTS_ON m2"),
            6,
            "says the same as relation 1",
        ),
        (BODY.format("[[IL-6|m1 CYTOKINE]] [[T|m2 CELL]].", "m1 LIKES m2"), 5, "'LIKES'"),
        (BODY.format("[[IL-6|m1 CYTOKINE]] [[T|m2 CELL]].", "m2 ACTS_ON m1"), 5, "should be"),
        (BODY.format("[[IL-6|m1 CYTOKINE]] [[T|m2 CELL]].", "m1 ACTS_ON m2 often"), 5, "'often'"),
        (
            BODY.format("[[IL-6|m1 CYTOKINE]] [[T|m2 CELL]].", "m1 ACTS_ON m2 positive negative"),
            5,
            "two words say effect: 'positive' and 'negative'",
        ),
        (
            BODY.format("[[IL-6|m1 CYTOKINE]] [[T|m2 CELL]].", "m1 ACTS_ON m2 hedged hedged"),
            5,
            "two words say hedged",
        ),
        (BODY.format("[[IL-6|m1 CYTOKINE norm=A norm=B]].", ""), 3, "two words say norm"),
        (BODY.format("[[IL-6|m1 CYTOKINE specific family]].", ""), 3, "two words say specificity"),
        ("=== document d\nsplit: dev\nsplit: test\n=== text\n", 3, "'split' stands twice"),
        ("=== document d\npartial: yes\n=== text\n", 2, "partial is 'yes'; write true"),
        ("=== document d\nsplit: train\n=== text\n", 2, "split: 'train' is unknown"),
        ("=== document d\n=== text\na\n=== Relations\n", 4, '"=== Relations" is no part'),
        ("=== document d\n=== text\na\n=====\n", 4, "in a text write \\==="),
        ("=== document d\n=== text\na\n=== text\nb\n", 4, '"=== text" stands twice'),
        (BODY.format("a", "=== relations"), 5, '"=== relations" stands twice'),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    tmp_path: Path, marked: str, line: int, message: str
) -> None:
    found = problems(tmp_path, marked)
    assert any(message in one for one in found), found
    if "=== text" in marked:
        assert any(one.startswith(f"a.marked:{line}: ") and message in one for one in found), found


@pytest.mark.parametrize(
    "text", ["[[IL-6|m1 CYTOKINE norm='IL6]] [[T|m2 CELL]].", "[[IL-6 [[T|m2 CELL]]."]
)
def test_one_wrong_mark_is_one_problem(text: str, tmp_path: Path) -> None:
    assert len(problems(tmp_path, BODY.format(text, "m1 ACTS_ON m2"))) == 1


def test_crossing_mentions_cannot_be_written(tmp_path: Path) -> None:
    from pipeline.gold.load import write_gold

    mentions = [
        {"id": "m1", "start": 0, "end": 4, "label": "CELL"},
        {"id": "m2", "start": 2, "end": 6, "label": "DRUG"},
    ]
    document = GoldDocument.model_validate({"id": "d", "text": "abcdef", "mentions": mentions})
    with pytest.raises(FormatError, match="cross each other"):
        write_gold([document], tmp_path / "a.marked")
