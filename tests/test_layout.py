"""Blocks: where a text is cut, what is joined, and that offsets lead back."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.read.layout import MAX_BLOCK, Block, blocks
from pipeline.read.spans import joined, select
from pipeline.read.wording import is_clause, is_full_sentence, is_lead_in, last_sentence
from pipeline.records import Document


def cut(text: str, source: str = "a.txt") -> list[Block]:
    document = Document("a", text, source)
    found = list(blocks(document))
    for block in found:
        check(block, document)
    return found


def check(block: Block, document: Document) -> None:
    assert 0 < len(block.text) <= MAX_BLOCK
    assert block.text == block.text.strip()
    for start, there, length in block.pieces:
        assert length > 0
        assert block.text[start : start + length] == document.text[there : there + length]
        assert block.to_document(start, start + length) == (there, there + length)


def texts(text: str, source: str = "a.txt") -> list[str]:
    return [block.text for block in cut(text, source)]


def sections(text: str, source: str = "a.txt") -> list[tuple[str, str]]:
    return [(block.section, block.text) for block in cut(text, source)]


WRAPPED = (
    "Monocytes that were kept with endotoxin for a whole day released\n"
    "TNF and interleukin-6 into the medium, and the cells that had been\n"
    "treated with dexamethasone first did not.\n"
)


class TestParagraphs:
    def test_blank_lines_part(self) -> None:
        assert texts("IL-2 rises.\n\n \t\nTNF falls.\r\n\r\nIL-8 stays.") == [
            "IL-2 rises.",
            "TNF falls.",
            "IL-8 stays.",
        ]

    @pytest.mark.parametrize("end", ["\n", "\r\n"])
    def test_wrapped_paragraph_is_one_block(self, end: str) -> None:
        text = WRAPPED.replace("\n", end)
        (block,) = cut(text)
        assert block.text == text.strip()
        assert block.pieces == ((0, 0, len(text.strip())),)

    def test_long_lines_are_paragraphs(self) -> None:
        first, second = "Mast cells release IL-4. " * 20, "Basophils do so too. " * 20
        assert texts(f"{first.strip()}\n{second.strip()}") == [first.strip(), second.strip()]

    def test_broken_sentence_is_joined(self) -> None:
        long = "Macrophages release TNF " * 8
        assert len(cut(f"{long}and\nthen die.")) == 1

    def test_wrapped_dash_and_number_are_no_list(self) -> None:
        text = (
            "The cells were stimulated with the whole set of reagents for cohort\n"
            "2. The two mediators that had been measured at the very beginning\n"
            "- TNF and IL-6 among others, as the methods section above describes\n"
            "in detail - were measured again.\n"
        )
        assert texts(text) == [text.strip()]

    def test_one_line_is_no_heading(self) -> None:
        assert sections("IL-6 activates STAT3") == [("", "IL-6 activates STAT3")]

    def test_fields_of_a_note_are_lines_of_their_own(self) -> None:
        text = (
            "Patient: 54 F\nDiagnosis: rheumatoid arthritis, seropositive, for nine years\n"
            "Medications:\n- etanercept\n"
        )
        assert sections(text) == [
            ("", "Patient: 54 F"),
            ("", "Diagnosis: rheumatoid arthritis, seropositive, for nine years"),
            ("", "Medications etanercept"),
        ]

    def test_text_all_in_capitals_stays_together(self) -> None:
        text = "PATIENTS WITH ASTHMA WHO ARE ALSO GIVEN STEROIDS\nMAY NEED LOWER DOSES OF IT LATER."
        assert texts(text) == [text]

    def test_rows_of_a_table(self) -> None:
        assert texts("| IL-6 | high |\n|------|:----:|\n| TNF | low |") == [
            "| IL-6 | high |",
            "| TNF | low |",
        ]

    def test_dividing_lines_are_left_out(self) -> None:
        assert texts("IL-2 rises.\n-----\nTNF falls.\n\n* * *\n") == ["IL-2 rises.", "TNF falls."]

    @pytest.mark.parametrize("text", ["", " \n\n\t", "•", "##", "-----"])
    def test_nothing_there(self, text: str) -> None:
        assert texts(text) in ([], [text])
        assert not any(c.isalnum() for c in "".join(texts(text)))


class TestSections:
    @pytest.mark.parametrize(
        ("heading", "section"),
        [
            ("## Cytokine storm\n", "Cytokine storm"),
            ("# Cytokine storm #\n\n", "Cytokine storm"),
            ("Cytokine storm\n\n", "Cytokine storm"),
            ("Cytokine storm\n", "Cytokine storm"),
            ("**Cytokine storm**\n", "Cytokine storm"),
            ("RESULTS\n", "RESULTS"),
            ("RESULTS:\n", "RESULTS"),
            ("Materials and Methods\n", "Materials and Methods"),
            ("CYTOKINE STORM SYNDROMES:\n", "CYTOKINE STORM SYNDROMES"),
            ("2. Cytokine storm\n\n", "2. Cytokine storm"),
            ("3.1 Cytokine storm\n\n", "3.1 Cytokine storm"),
            ("What is a cytokine storm?\n\n", "What is a cytokine storm?"),
        ],
    )
    def test_heading(self, heading: str, section: str) -> None:
        body = "During the storm, immune cells release far too many mediators, and organs fail."
        found = sections(f"Opening words come first.\n\n{heading}{body}\n")
        assert found[0] == ("", "Opening words come first.")
        assert found[1][0] == section
        assert found[2:] == [(section, body)]

    def test_title_underlined_in_markdown(self) -> None:
        assert sections("Storm\n=====\nIt is bad.", "a.md")[1] == ("Storm", "It is bad.")

    @pytest.mark.parametrize(
        "line",
        [
            "IL-6 rose in all patients.",
            "such as interleukin-6",
            "Cytokines include",
            "1. Which cytokine induces fever?",
            "It rose in mice; " + "then it fell in all the others " * 3,
        ],
    )
    def test_no_heading(self, line: str) -> None:
        assert all(s == "" for s, _ in sections(f"{line}\n\nThe next paragraph says more."))

    def test_labels_inside_an_abstract(self) -> None:
        text = (
            "BACKGROUND: IL-6 is raised. PATIENTS AND METHODS: We measured it.Results: "
            "It fell (p<0.05). Conclusions: Tocilizumab helps."
        )
        assert sections(text) == [
            ("BACKGROUND", "BACKGROUND: IL-6 is raised."),
            ("PATIENTS AND METHODS", "PATIENTS AND METHODS: We measured it."),
            ("Results", "Results: It fell (p<0.05)."),
            ("Conclusions", "Conclusions: Tocilizumab helps."),
        ]

    @pytest.mark.parametrize(
        "text", ["TNF: a cytokine.", "We found results: none.", "RANTES: CCL5."]
    )
    def test_no_label(self, text: str) -> None:
        assert sections(text) == [("", text)]

    def test_label_holds_for_the_paragraphs_that_follow(self) -> None:
        assert sections("METHODS: Mice were used.\n\nThey were fed well.")[1][0] == "METHODS"


class TestLists:
    @pytest.mark.parametrize("marker", ["•", "-", "*", "–", "◦", "1.", "(a)", "a)", "(1)", "• 1."])
    def test_lead_in_joins_each_item(self, marker: str) -> None:
        second = {"1.": "2.", "(a)": "(b)", "a)": "b)", "(1)": "(2)", "• 1.": "• 2."}
        text = (
            f"TNF is made by:\n\n  {marker} macrophages\n  {second.get(marker, marker)} T cells\n"
        )
        assert texts(text) == ["TNF is made by macrophages", "TNF is made by T cells"]

    def test_pieces_of_a_joined_block(self) -> None:
        text = "TNF is made by:\n- macrophages\n"
        (block,) = cut(text)
        assert block.pieces == ((0, 0, 14), (15, 18, 11))
        assert block.to_document(0, 3) == (0, 3)
        assert block.to_document(15, 26) == (18, 29)
        assert block.to_document(11, 26) is None
        assert block.to_document(14, 15) is None

    def test_a_lead_in_above_lead_ins_of_their_own_is_kept(self) -> None:
        text = "Immune cells take part in:\n- In asthma, they produce:\n  - IL-4\n  - IL-5\n"
        assert texts(text) == [
            "Immune cells take part in:",
            "In asthma, they produce IL-4",
            "In asthma, they produce IL-5",
        ]

    def test_no_level_of_a_deep_list_is_lost(self) -> None:
        lines = [f"{'  ' * i}- level {i} of:" for i in range(12)]
        joined = " ".join(texts("\n".join(["Made by:", *lines, "  " * 12 + "- the end"])))
        assert all(f"level {i} of" in joined for i in range(12))

    def test_only_the_last_sentence_leads_in(self) -> None:
        text = "IL-1 signals, e.g. in A. thaliana. It may bind to:\n• T cells\n• B cells"
        assert texts(text) == [
            "IL-1 signals, e.g. in A. thaliana.",
            "It may bind to T cells",
            "It may bind to B cells",
        ]

    def test_nested_fragments_chain(self) -> None:
        text = "Macrophages release:\n- cytokines:\n  - IL-6\n  - TNF\n- chemokines\n"
        assert texts(text) == [
            "Macrophages release cytokines IL-6",
            "Macrophages release cytokines TNF",
            "Macrophages release chemokines",
        ]

    def test_such_as_goes_on_without_a_colon(self) -> None:
        text = "IL-1 drives:\n1. fever syndromes, such as\n   - CAPS\n   - TRAPS\n2. gout\n"
        assert texts(text) == [
            "IL-1 drives fever syndromes, such as CAPS",
            "IL-1 drives fever syndromes, such as TRAPS",
            "IL-1 drives gout",
        ]

    def test_clause_among_the_items_ends_the_chain(self) -> None:
        text = "In short:\n- IL-6 is made by:\n  - monocytes\n- TNF acts on:\n  - T cells\n"
        assert texts(text)[0] == "IL-6 is made by monocytes"

    def test_parent_without_colon(self) -> None:
        text = "- Inhibitors of TNF\n  - etanercept\n- Inhibitors of IL-6\n  - tocilizumab\n"
        assert texts(text) == ["Inhibitors of TNF etanercept", "Inhibitors of IL-6 tocilizumab"]

    def test_full_sentences_stand_alone(self) -> None:
        text = "Two facts:\n\n1. Mast cells release IL-4 quickly.\n2. TNF is toxic to cells.\n"
        assert texts(text) == [
            "Two facts:",
            "Mast cells release IL-4 quickly.",
            "TNF is toxic to cells.",
        ]

    def test_fragment_with_a_stop_is_joined(self) -> None:
        text = "TNF is made by:\n• Macrophages, which are large cells.\n"
        assert texts(text) == ["TNF is made by Macrophages, which are large cells."]

    def test_lead_in_without_items(self) -> None:
        assert texts("Drugs in use include:\n\nNothing more is known of them now.")[0].endswith(":")

    def test_lead_in_without_colon(self) -> None:
        assert texts("Drugs in use include\n- anakinra\n") == ["Drugs in use include anakinra"]

    def test_items_without_lead_in(self) -> None:
        text = "Cells were studied.\n\n• Mast cells\n• B cells\n\nThe end came."
        assert texts(text) == ["Cells were studied.", "Mast cells", "B cells", "The end came."]

    def test_item_over_two_lines(self) -> None:
        text = "TNF is made by:\n  - large\n    macrophages\n  -  T cells\n"
        assert texts(text) == ["TNF is made by large\n    macrophages", "TNF is made by T cells"]

    def test_bullet_alone_on_its_line(self) -> None:
        assert texts("TNF is made by:\n•\nMacrophages\n•\nT cells") == [
            "TNF is made by Macrophages",
            "TNF is made by T cells",
        ]

    def test_numbered_item_with_bullets_at_the_same_depth(self) -> None:
        text = "1. TNF is made by:\n• macrophages\n• T cells\n2. IL-6 is next\n"
        assert texts(text) == [
            "TNF is made by macrophages",
            "TNF is made by T cells",
            "IL-6 is next",
        ]

    def test_last_numbered_item_is_no_heading(self) -> None:
        text = (
            "TNF is made by:\n1. macrophages\n2. T cells\n\nThese cells are found in many organs."
        )
        assert texts(text)[1] == "TNF is made by T cells"

    def test_list_ends_with_the_next_paragraph(self) -> None:
        text = "TNF is made by:\n- macrophages\n\nOther words come here.\n\n- T cells\n"
        assert texts(text)[-1] == "T cells"


class TestMarkdown:
    def test_emphasis_is_left_out(self) -> None:
        found = cut("**IL-6** and *TNF* rise with __CRP__.", "a.md.gz")
        assert [b.text for b in found] == ["IL-6 and TNF rise with CRP."]
        assert found[0].to_document(0, 4) == (2, 6)
        assert found[0].to_document(0, 8) is None

    @pytest.mark.parametrize("text", ["HLA-B*27 and HLA-B*57 differ.", "*P<0.05, **P<0.01, n_1_2"])
    @pytest.mark.parametrize("source", ["a.md", "a.txt"])
    def test_other_stars_stay(self, text: str, source: str) -> None:
        assert texts(text, source) == [text]

    def test_quoted_lines(self) -> None:
        found = cut("> IL-6 was raised in\n> the sick.\n>\n> TNF was not.\n", "a.md")
        assert [b.text for b in found] == ["IL-6 was raised in\nthe sick.", "TNF was not."]

    def test_greater_than_in_plain_text_stays(self) -> None:
        assert texts("> 10 pg/ml of IL-6 was found.") == ["> 10 pg/ml of IL-6 was found."]


class TestSize:
    @pytest.mark.parametrize(
        "unit", ["Mast cells release IL-4. ", "mast cells ", "x", "IL-6 rises.\n"]
    )
    def test_long_text(self, unit: str) -> None:
        text = unit * (1_000_000 // len(unit))
        begin = time.perf_counter()
        found = cut(text)
        assert time.perf_counter() - begin < 10
        assert "".join("".join(b.text.split()) for b in found) == "".join(text.split())
        if unit.endswith(". "):
            assert all(b.text.endswith(".") for b in found)


class TestToDocument:
    BLOCK = Block("", "abcdef gh", ((0, 10, 3), (3, 13, 3), (7, 20, 2)))

    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            ((0, 3), (10, 13)),
            ((1, 5), (11, 15)),
            ((7, 9), (20, 22)),
            ((4, 4), (14, 14)),
            ((5, 8), None),
            ((6, 7), None),
            ((0, 10), None),
            ((-1, 2), None),
        ],
    )
    def test_spans(self, span: tuple[int, int], expected: tuple[int, int] | None) -> None:
        assert self.BLOCK.to_document(*span) == expected

    def test_without_pieces(self) -> None:
        assert Block("", "a", ()).to_document(0, 1) is None


class TestWording:
    @pytest.mark.parametrize(
        ("text", "begin"),
        [
            ("One. Two comes", "Two comes"),
            ("Raised in mice.2 Then it fell", "Then it fell"),
            ("Seen by Smith et al. TNF rose", "Seen by"),
            ("It rose (Fig. 2) and fell", "It rose"),
        ],
    )
    def test_last_sentence(self, text: str, begin: str) -> None:
        assert text[last_sentence(text) :].startswith(begin)

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("TNF is toxic to cells.", True),
            ("Mast cells release IL-4 quickly.", True),
            ("Activation of the T cells.", False),
            ("An increase in serum IL-6.", False),
            ("Cells that are large and old.", False),
            ("Reproduce.", False),
            ("TNF is toxic to cells", False),
        ],
    )
    def test_full_sentence(self, text: str, expected: bool) -> None:
        assert is_full_sentence(text) is expected

    def test_clause_and_lead_in(self) -> None:
        assert is_clause("IL-6 can bind to")
        assert not is_clause("Inhibitors of TNF")
        assert is_lead_in("Drugs include")
        assert not is_lead_in("Drugs")


def test_select() -> None:
    text, spans = "ab--cdef--g", ((0, 2), (4, 8), (10, 11))
    parts = list(select(spans, [(0, 1), (1, 4), (4, 7)]))
    assert [joined(text, part) for part in parts] == ["a", "bcd", "efg"]


VOCABULARY = """
IL-6 TNF-α cells release The are by in include: to: storm. mice? RESULTS: Methods: **bold** *it*
IFN-γ, (a) 1. 2. - • > # ## | ---- === macrophages WORD x_y B*27 e.g.
"""
WORDS = st.sampled_from(sorted(set(re.findall(r"\S+", VOCABULARY))))
SPACES = st.sampled_from(
    [" ", " ", " ", " ", "\n", "\n\n", "\r\n", "\n  ", "\n    ", "\t", "\u00a0"]
)
PAGES = st.lists(st.tuples(WORDS, SPACES), max_size=60).map(
    lambda pairs: "".join(word + space for word, space in pairs)
)
# What may be in no block: marks of layout, and the number or letter of an item.
MARKS = re.compile(r"[-–—•◦▪▫‣⁃∙●○■□➢➤✓·*_#>=~:|\s]|\(?(?:\d{1,2}|[A-Za-z]|[ivx]{2,4})[.)]")


@settings(max_examples=300, deadline=None)
@given(text=st.one_of(PAGES, st.text(max_size=200)), source=st.sampled_from(["a.md", "a.txt"]))
def test_offsets_lead_back_and_nothing_is_lost(text: str, source: str) -> None:
    document = Document("a", text, source)
    covered = set()
    for block in blocks(document):
        check(block, document)
        for _, there, length in block.pieces:
            covered.update(range(there, there + length))
    rest = "".join(c if i not in covered else "\n" for i, c in enumerate(text))
    assert MARKS.sub("", rest) == ""


@settings(max_examples=100, deadline=None)
@given(text=PAGES, data=st.data())
def test_every_span_maps_to_the_same_words_or_to_none(text: str, data: st.DataObject) -> None:
    document = Document("a", text, "a.md")
    for block in blocks(document):
        start = data.draw(st.integers(0, len(block.text)))
        end = data.draw(st.integers(start, len(block.text)))
        there = block.to_document(start, end)
        if there is not None:
            assert text[there[0] : there[1]] == block.text[start:end]
