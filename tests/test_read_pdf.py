"""PDF: order of reading, words made whole, what is left out, and files that do harm."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from pdf_files import HEIGHT, Words, column, pdf, pdf_of

from pipeline.read import pdf_process
from pipeline.read.inputs import read_inputs
from pipeline.read.layout import blocks
from pipeline.read.pdf_cells import cell_starts
from pipeline.read.pdf_citations import without_citations
from pipeline.read.pdf_hyphens import join, vocabulary
from pipeline.read.pdf_letters import _letters, raised
from pipeline.read.pdf_process import Piece
from pipeline.read.pdf_title import sane
from pipeline.records import Document, Failure

CORPUS = Path(__file__).parents[1] / "corpus" / "documents" / "formats"
TITLE = Words(80, 60, "Interleukin-22 and the barrier of the gut", 18, "bold")
LEFT = [
    "Interleukin-22 is secreted by innate lymphoid",
    "cells and T cells. Its receptor is found on epi-",
    "thelial cells only. The cytokine protects epithe-",
    "lial cells from bacteria and restores the mucus",
    "layer after injury. In the lung it limits damage,",
    "whereas IL-17A recruits neutrophils. Both are in-",
    "duced by IL-23, which dendritic cells produce",
]
RIGHT = [
    "when they sense flagellin. Mice that lack IL-",
    "22 lose weight quickly. The binding protein of the",
    "cytokine, IL-22BP, neutralises it. Dendritic cells",
    "make IL-22BP constitutively, but inflammation",
    "shuts its production down within hours, and IL-22",
    "becomes free to act on the epithelium again.",
]
WHOLE = (
    "Interleukin-22 is secreted by innate lymphoid cells and T cells. Its receptor is found on "
    "epithelial cells only. The cytokine protects epithelial cells from bacteria and restores the "
    "mucus layer after injury. In the lung it limits damage, whereas IL-17A recruits neutrophils. "
    "Both are induced by IL-23, which dendritic cells produce when they sense flagellin. Mice that "
    "lack IL-22 lose weight quickly. The binding protein of the cytokine, IL-22BP, neutralises it. "
    "Dendritic cells make IL-22BP constitutively, but inflammation shuts its production down "
    "within hours, and IL-22 becomes free to act on the epithelium again."
)
PLAIN = [
    "Macrophages of the inflamed synovium secrete tumour necrosis factor and interleukin-6",
    "in large amounts. Adalimumab neutralises the former, tocilizumab blocks the receptor of",
    "the latter, and both antibodies lower the number of swollen joints within three months.",
]


def read(tmp_path: Path, data: bytes, name: str = "a.pdf") -> Document:
    (tmp_path / name).write_bytes(data)
    (found,) = read_inputs([tmp_path / name])
    assert isinstance(found, Document), found
    check(found)
    return found


def fails(tmp_path: Path, data: bytes, **options: int) -> str:
    (tmp_path / "b.pdf").write_bytes(data)
    (found,) = read_inputs([tmp_path / "b.pdf"], **options)
    assert isinstance(found, Failure), found
    assert (found.doc_id, found.step) == ("b", "read")
    assert found.source.endswith("b.pdf")
    return found.error


def check(document: Document) -> None:
    """The stretches hold the whole text, and each is without blanks at its edges."""
    said = [document.text[one.start : one.end] for one in document.layout]
    assert said == [text.strip() for text in said]
    assert document.text == "\n\n".join(said)
    assert all(" ".join(text.split()) == text for text in said)
    seen = "".join(block.text for block in blocks(document))
    assert all(text.split()[-1].rstrip(":") in seen for text in said)


def shown(document: Document) -> list[tuple[str, str, str]]:
    return [(one.kind, one.section, document.text[one.start : one.end]) for one in document.layout]


def texts(document: Document) -> list[str]:
    return document.text.split("\n\n")


def two_columns(left: Sequence[str] = LEFT, right: Sequence[str] = RIGHT) -> list[Words]:
    return [*column(60, 120, left), *column(320, 120, right)]


def test_columns_are_read_one_after_the_other_below_the_title(tmp_path: Path) -> None:
    document = read(tmp_path, pdf([TITLE, *two_columns()]))
    assert shown(document) == [("title", "Title", TITLE.text), ("paragraph", "", WHOLE)]
    assert (document.doc_id, document.title) == ("a", TITLE.text)


def test_order_of_the_file_does_not_matter_for_columns(tmp_path: Path) -> None:
    by_line = sorted(two_columns(), key=lambda one: (one.y, one.x))
    assert texts(read(tmp_path, pdf([*by_line, TITLE]))) == [TITLE.text, WHOLE]


def test_three_columns(tmp_path: Path) -> None:
    lines = [
        [f"{name} {number} of the cells" for number in ("one", "two", "three", "four", "five")]
        for name in ("First", "Second", "Third")
    ]
    words = [one for i, part in enumerate(lines) for one in column(50 + 180 * i, 100, part)]
    read_words = read(tmp_path, pdf(words)).text.split()
    assert read_words == [word for part in lines for line in part for word in line.split()]


def test_what_spans_two_columns_below_is_read_after_both(tmp_path: Path) -> None:
    wide = column(60, 300, PLAIN)
    document = read(tmp_path, pdf([*two_columns(), *wide]))
    assert texts(document) == [WHOLE, " ".join(PLAIN)]


def test_a_paragraph_goes_on_over_pages_and_their_heads(tmp_path: Path) -> None:
    pages = [
        [
            Words(60, 40, "Journal of Invented Immunology 12:345", 8),
            *column(60, 650, PLAIN[:2]),
            Words(300, 760, str(17), 8),
        ],
        [
            Words(60, 40, "Journal of Invented Immunology 12:346", 8),
            *column(60, 80, [PLAIN[2]]),
            Words(300, 760, str(18), 8),
        ],
    ]
    assert texts(read(tmp_path, pdf(*pages))) == [" ".join(PLAIN)]


def test_heads_of_left_and_right_pages_are_left_out(tmp_path: Path) -> None:
    heads = ["Holm et al.", "Cytokines of the joint"]
    said = [f"Patient {name} had more interleukin-6 than before." for name in "ABCDE"]
    pages = [
        [
            Words(60, 40, heads[number % 2], 8),
            Words(60, 400, text),
            Words(300, 760, f"Page {number + 3} of 9", 8),
        ]
        for number, text in enumerate(said)
    ]
    assert texts(read(tmp_path, pdf(*pages))) == said


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        (["11/30/26, 4:09 PM", "Psoriasis | Health"], ["https://example.org/a/b?c=1", "1/1"]),
        (["11/30/26, 4:09 PM Psoriasis | Health"], ["file:///C:/psoriasis.html", "1/12"]),
        (["Psoriasis | Health", "https://example.org/psoriasis"], ["1 of 2", "30.11.2026, 16:09"]),
        (["2 November 2026 at 16:09:51"], ["1/1"]),
    ],
)
def test_what_a_browser_prints_at_the_border_is_left_out(
    tmp_path: Path, top: list[str], bottom: list[str]
) -> None:
    border = [
        Words(24 + 250 * i, y, text, 8)
        for y, line in ((22, top), (HEIGHT - 16, bottom))
        for i, text in enumerate(line)
    ]
    document = read(tmp_path, pdf([*border, *column(60, 80, PLAIN)]))
    assert texts(document) == [" ".join(PLAIN)]


def test_dates_and_addresses_inside_a_page_and_words_at_its_border_stay(tmp_path: Path) -> None:
    page = [
        Words(60, 24, "Interleukin-9 of 12 patients on 11/30/26"),
        Words(60, 60, "11/30/26, 4:09 PM: serum was drawn"),
        Words(60, 120, "https://example.org/data"),
        Words(60, HEIGHT - 16, "See the data at https://example.org/data for 1/1 dilutions"),
    ]
    assert read(tmp_path, pdf(page)).text.split() == " ".join(one.text for one in page).split()


def test_notes_below_a_column_do_not_cut_its_last_sentence(tmp_path: Path) -> None:
    note = "* These authors contributed equally to the work."
    page = [*two_columns(), Words(60, 230, note, 7)]
    assert texts(read(tmp_path, pdf(page))) == [WHOLE, note]


def test_a_large_first_letter_is_part_of_its_word(tmp_path: Path) -> None:
    page = [
        Words(60, 100, "M", 34, "bold"),
        *column(95, 80, ["acrophages of the joint secrete tumour", "necrosis factor and IL-6 in"]),
        *column(60, 104, ["large amounts, which adalimumab and tocilizumab", "neutralise."]),
    ]
    assert texts(read(tmp_path, pdf(page))) == [
        "Macrophages of the joint secrete tumour necrosis factor and IL-6 in large amounts, which "
        "adalimumab and tocilizumab neutralise."
    ]


def test_captions_do_not_cut_the_paragraph_around_them(tmp_path: Path) -> None:
    page = [
        *column(60, 80, PLAIN[:2]),
        Words(60, 300, "Figure 2.", 8, "bold"),
        Words(100, 300, "Interleukin-6 in serum before and after tocilizumab.", 8),
        *column(60, 340, [PLAIN[2]]),
    ]
    assert shown(read(tmp_path, pdf(page))) == [
        ("paragraph", "", " ".join(PLAIN)),
        ("caption", "", "Figure 2. Interleukin-6 in serum before and after tocilizumab."),
    ]


def test_a_mention_of_a_figure_at_the_start_of_a_line_is_no_caption(tmp_path: Path) -> None:
    lines = [
        PLAIN[0] + ", as",
        "Figure 2. shows for all patients of the first cohort and for those",
    ]
    assert [kind for kind, _, _ in shown(read(tmp_path, pdf(column(60, 80, lines))))] == [
        "paragraph"
    ]


def test_paragraphs_begin_with_an_indent_a_gap_or_after_a_short_line(tmp_path: Path) -> None:
    lines = [*PLAIN, "", *PLAIN[:2], "Rituximab does not.", *PLAIN]
    page = [*column(60, 80, lines), Words(72, 200, "Anakinra blocks the receptor of IL-1.")]
    whole = " ".join(PLAIN)
    assert texts(read(tmp_path, pdf(page))) == [
        whole,
        " ".join(PLAIN[:2]) + " Rituximab does not.",
        whole,
        "Anakinra blocks the receptor of IL-1.",
    ]


def test_lines_without_a_full_stop_are_not_joined_over_a_gap(tmp_path: Path) -> None:
    page = [
        Words(60, 80, "Keywords: interleukin-6; arthritis; child"),
        *column(60, 110, PLAIN),
    ]
    assert texts(read(tmp_path, pdf(page))) == [
        "Keywords: interleukin-6; arthritis; child",
        " ".join(PLAIN),
    ]


def test_headings_give_sections(tmp_path: Path) -> None:
    page = [
        Words(60, 60, "Cytokines in arthritis of children", 18, "bold"),
        Words(60, 100, "1. Introduction", 12, "bold"),
        *column(60, 116, PLAIN),
        Words(60, 170, "2. Methods", 12, "bold"),
        Words(60, 190, "2.1 Patients", 10, "bold"),
        *column(60, 204, PLAIN),
        Words(60, 260, "2.2 Measurement of cytokines in", 10, "bold"),
        Words(60, 272, "serum and synovial fluid", 10, "bold"),
        *column(60, 286, PLAIN),
        Words(60, 340, "Acknowledgements", 10),
        *column(60, 354, ["We thank the patients."]),
    ]
    last = "2. Methods / 2.2 Measurement of cytokines in serum and synovial fluid"
    sections = [
        (kind, section)
        for kind, section, _ in shown(read(tmp_path, pdf(page)))
        if kind != "heading"
    ]
    assert sections[:4] == [
        ("title", "Title"),
        ("paragraph", "1. Introduction"),
        ("paragraph", "2. Methods / 2.1 Patients"),
        ("paragraph", last),
    ]
    assert sections[4][1].endswith("Acknowledgements")


def test_references_are_left_out_and_the_appendix_is_kept(tmp_path: Path) -> None:
    references = [
        "1. Bright L. Monocytes secrete interleukin-6. Example Journal 2020;7:201-9.",
        "2. Cho H. Interleukin-1 in gout. Example Journal 2018;2:33-41.",
    ]
    page = [
        Words(60, 60, "Results", 12, "bold"),
        *column(60, 76, PLAIN),
        Words(60, 130, "REFERENCES", 12, "bold"),
        *column(60, 146, references, size=8, leading=10),
        Words(60, 190, "Figure 3. Interleukin-8 in sputum.", 8),
        Words(60, 220, "APPENDIX", 12, "bold"),
        *column(60, 236, ["Interleukin-10 was measured in duplicate."]),
    ]
    assert [text for _, _, text in shown(read(tmp_path, pdf(page)))] == [
        "Results",
        " ".join(PLAIN),
        "Figure 3. Interleukin-8 in sputum.",
        "APPENDIX",
        "Interleukin-10 was measured in duplicate.",
    ]


def test_tables_are_rows_apart_from_the_paragraphs(tmp_path: Path) -> None:
    cells = [("Cytokine", "Before", "After"), ("IL-6", "48.1", "12.0"), ("TNF", "8.8", "9.1")]
    rows = [
        Words(60 + 120 * i, 200 + 12 * k, cell, 9)
        for k, row in enumerate(cells)
        for i, cell in enumerate(row)
    ]
    page = [*column(60, 80, PLAIN), Words(60, 180, "Table 1. Serum (pg/ml).", 9), *rows]
    page += column(60, 260, PLAIN)
    assert [(kind, text) for kind, _, text in shown(read(tmp_path, pdf(page)))] == [
        ("paragraph", " ".join(PLAIN)),
        ("caption", "Table 1. Serum (pg/ml)."),
        ("row", "Cytokine | Before | After"),
        ("row", "IL-6 | 48.1 | 12.0"),
        ("row", "TNF | 8.8 | 9.1"),
        ("paragraph", " ".join(PLAIN)),
    ]


def test_a_table_across_both_columns_is_read_by_its_rows(tmp_path: Path) -> None:
    cells = [
        ("Group", "Patients", "IL-6", "TNF"),
        ("A", "38", "82", "84"),
        ("B", "21", "38", "87"),
    ]
    table = [
        Words(60 + 140 * i, 230 + 12 * k, cell, 9)
        for k, row in enumerate(cells)
        for i, cell in enumerate(row)
    ]
    lower = [*column(60, 290, LEFT), *column(320, 290, RIGHT)]
    assert [
        (kind, text)
        for kind, _, text in shown(read(tmp_path, pdf([*two_columns(), *table, *lower])))
    ] == [
        ("paragraph", WHOLE),
        ("row", "Group | Patients | IL-6 | TNF"),
        ("row", "A | 38 | 82 | 84"),
        ("row", "B | 21 | 38 | 87"),
        ("paragraph", WHOLE),
    ]


def test_second_lines_of_cells_are_no_paragraph(tmp_path: Path) -> None:
    cells = [("IL-6", "monocytes and", "liver"), ("", "fibroblasts", ""), ("TNF", "T cells", "gut")]
    table = [
        Words(60 + 140 * i, 130 + 12 * k, cell)
        for k, row in enumerate(cells)
        for i, cell in enumerate(row)
        if cell
    ]
    assert [
        (kind, text)
        for kind, _, text in shown(read(tmp_path, pdf([*column(60, 80, PLAIN), *table])))
    ] == [
        ("paragraph", " ".join(PLAIN)),
        ("row", "IL-6 | monocytes and | liver"),
        ("row", "fibroblasts"),
        ("row", "TNF | T cells | gut"),
    ]


def test_rows_of_bold_cells_with_narrow_gaps_are_no_headings(tmp_path: Path) -> None:
    cells = [("IL-9", "Th9 cells"), ("TSLP", "epithelium"), ("IL-25", "tuft cells")]
    heading = Words(60, 140, "4 Discussion", 14, "bold")
    table = [
        Words(60 + 32 * i, 200 + 12 * k, cell, font="bold" if k < 2 else "roman")
        for k, row in enumerate(cells)
        for i, cell in enumerate(row)
    ]
    alone = [Words(60, 310, "IL-33", font="bold"), Words(140, 310, "stroma", font="bold")]
    page = [TITLE, *column(60, 80, PLAIN), heading, *column(60, 160, PLAIN), *table, *alone]
    page += column(60, 260, PLAIN)
    found = shown(read(tmp_path, pdf(page)))
    assert [(kind, text) for kind, _, text in found[1:]] == [
        ("paragraph", " ".join(PLAIN)),
        ("heading", "4 Discussion"),
        ("paragraph", " ".join(PLAIN)),
        ("row", "IL-9 | Th9 cells"),
        ("row", "TSLP | epithelium"),
        ("row", "IL-25 | tuft cells"),
        ("paragraph", " ".join(PLAIN)),
        ("paragraph", "IL-33 stroma"),
    ]
    assert {section for _, section, _ in found[2:]} == {"4 Discussion"}


def test_bold_names_of_groups_between_rows_are_rows(tmp_path: Path) -> None:
    lines = [
        ("Cytokine", "pg/ml"), ("IL-6", "31.9"),
        ("Patients with haemophagocytic lymphohistiocytosis", ""), ("IL-6", "208"), ("IL-18", "90"),
    ]  # fmt: skip
    table = [
        Words(60 + 300 * i, 130 + 12 * k, cell, font="roman" if lines[k][1] else "bold")
        for k, row in enumerate(lines)
        for i, cell in enumerate(row)
        if cell
    ]
    found = shown(read(tmp_path, pdf([*column(60, 80, PLAIN), *table])))
    assert [(kind, text) for kind, _, text in found[1:]] == [
        ("row", " | ".join(filter(None, row))) for row in lines
    ]


def test_cells_of_larger_type_below_a_centred_head_are_rows(tmp_path: Path) -> None:
    table = [
        Words(80, 180, "Drug", 12, "bold"), Words(125, 180, "Target", 12, "bold"),
        Words(60, 196, "Guselkumab", 12), Words(125, 196, "IL-23", 12),
    ]  # fmt: skip
    page = [TITLE, *column(60, 80, PLAIN), *table, *column(60, 230, PLAIN)]
    assert [(kind, text) for kind, _, text in shown(read(tmp_path, pdf(page)))][2:4] == [
        ("row", "Drug | Target"),
        ("row", "Guselkumab | IL-23"),
    ]


def test_cells_of_very_long_lines_take_time_in_proportion() -> None:
    rows = [
        [Piece("a", 9.0 * i, 9.0 * i + 4, line, 8, 0, False) for i in range(50_000)]
        for line in (80, 90)
    ]
    begun = time.process_time()
    assert [len(starts) for starts in cell_starts(rows)] == [49_999, 49_999]
    assert time.process_time() - begun < 5


def test_running_text_that_is_spaced_out_has_no_cells(tmp_path: Path) -> None:
    lines = [
        [(60, "Dendritic"), (104, "cells"), (129, "secrete"), (163, "interleukin-12")],
        [(60, "when"), (87.7, "they"), (111, "have"), (136, "met"), (163, "bacteria.")],
    ]
    spaced = [Words(x, 80 + 12 * k, word) for k, line in enumerate(lines) for x, word in line]
    assert read(tmp_path, pdf(spaced)).text == (
        "Dendritic cells secrete interleukin-12 when they have met bacteria."
    )


def test_items_lose_their_marks(tmp_path: Path) -> None:
    page = [
        Words(60, 80, "Side effects of interferon alfa are:"),
        Words(70, 94, "\u2022"), Words(82, 94, "fever and fatigue, which interleukin-1 causes in"),
        Words(82, 106, "many of the patients;"),
        Words(70, 118, "\u2022"), Words(82, 118, "low numbers of neutrophils."),
    ]  # fmt: skip
    assert [(kind, text) for kind, _, text in shown(read(tmp_path, pdf(page)))] == [
        ("paragraph", "Side effects of interferon alfa are:"),
        ("item", "fever and fatigue, which interleukin-1 causes in many of the patients;"),
        ("item", "low numbers of neutrophils."),
    ]


def test_numbered_items_and_the_paragraph_below_them(tmp_path: Path) -> None:
    lines = [
        "Patients were included if they met these criteria:",
        "1. arthritis of at least five joints;",
        "2. treatment with methotrexate for three",
        "months or longer.",
        "Those with uveitis were left out of the study.",
    ]
    assert [
        (kind, text) for kind, _, text in shown(read(tmp_path, pdf(column(60, 80, lines))))
    ] == [
        ("paragraph", lines[0]),
        ("item", "arthritis of at least five joints;"),
        ("item", "treatment with methotrexate for three months or longer."),
        ("paragraph", lines[4]),
    ]


def test_greek_letters_of_symbol_fonts_and_raised_figures(tmp_path: Path) -> None:
    page = [
        Words(60, 100, "Macrophages make TNF-"), Words(162.75, 100, "a", font="symbol"),
        Words(171.6, 100, "in the gut."), Words(211.9, 96, "12,13", 6),
        Words(228, 100, "They are CD14"), Words(289.65, 96, "+", 6),
        Words(295.6, 100, "and number 10"), Words(355.6, 96, "6", 6), Words(358.6, 100, "."),
    ]  # fmt: skip
    (text,) = texts(read(tmp_path, pdf(page)))
    assert text == "Macrophages make TNF-α in the gut. They are CD14+ and number 10^6."


def test_a_raised_minus_of_another_font_stays_with_its_figure(tmp_path: Path) -> None:
    page = [
        Words(60, 100, "at 10"), Words(79.8, 96, "–", 6), Words(82.9, 96, "9", 6, "symbol"),
        Words(88.5, 100, "M in cells."),
    ]  # fmt: skip
    (text,) = texts(read(tmp_path, pdf(page)))
    assert text == "at 10^–9 M in cells."


def test_a_private_code_leaves_the_letters_beside_it_as_they_are() -> None:
    assert _letters("TNF-\uf062 \uf0b7 \uf0a7 of", symbol=False) == "TNF-β • \uf0a7 of"
    assert _letters("\uf0a7b", symbol=True) == "§β"


@pytest.mark.parametrize(
    ("before", "text", "after", "kept"),
    [
        ("in children.", "1,2", "", ""),
        ("of IL-6", "12", "", ""),
        ("of IL-6", "3–5", "", ""),
        ("CD4", "+", "", "+"),
        ("Ca", "2+", "", "2+"),
        ("5 × 10", "5", "", "^5"),
        ("10", "−6", "", "^−6"),
        ("about 5x10", "6", "", "^6"),
        ("of IL-10", "5", "", ""),
        ("CXCL10", "5", "", ""),
        ("an area of 2 cm", "2", "", "2"),
        ("R", "2", "", "2"),
        ("vitamin D", "2", "", ""),
        ("of group 2", "3", "", ""),
        ("for 12 h", "1", "", ""),
        ("5 ml min", "−1", "", "−1"),
        ("and ", "51", "Cr", "51"),
        ("Iriarte", "*", "", ""),
        ("clinic; ", "2", "Institute", ""),
        ("CD45RA", "hi", "", "hi"),
    ],
)
def test_raised_letters(before: str, text: str, after: str, kept: str) -> None:
    assert raised(before, text, after) == kept


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["secrete inter-", "leukin-6"], "secrete interleukin-6"),
        (["levels of IL-", "6 rose"], "levels of IL-6 rose"),
        (["and TNF-", "α was"], "and TNF-α was"),
        (["the anti-", "TNF antibody"], "the anti-TNF antibody"),
        (["of CD4-", "positive cells"], "of CD4-positive cells"),
        (["STAT3-", "mediated"], "STAT3-mediated"),
        (["dose-", "dependent"], "dose-dependent"),
        (["pro-", "and anti-inflammatory"], "pro- and anti-inflammatory"),
        (["interleu\u00ad", "kin"], "interleukin"),
        (["the pro-inflammatory one", "is pro-", "inflammatory"],
         "the pro-inflammatory one is pro-inflammatory"),
        (["a proinflammatory one", "is pro-", "inflammatory"],
         "a proinflammatory one is proinflammatory"),
        (["TNF/", "IL-6 ratio"], "TNF/IL-6 ratio"),
        (["a range of -", "2 to 2"], "a range of - 2 to 2"),
    ],
)  # fmt: skip
def test_hyphens_at_the_end_of_lines(lines: list[str], text: str) -> None:
    assert join(lines, vocabulary(lines)) == text


def test_a_hyphen_in_the_middle_of_lines_decides_for_all_of_the_document(tmp_path: Path) -> None:
    lines = ["Trans-signalling is one way in which interleukin-6 acts on cells, and trans-"]
    lines += ["signalling needs the soluble receptor, as was said above of trans-signalling."]
    assert "and trans-signalling needs" in read(tmp_path, pdf(column(60, 80, lines))).text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Mast cells store IL-17A[3] and TNF [4].", "Mast cells store IL-17A and TNF."),
        ("Eosinophils limit TNF production. [1,2] They", "Eosinophils limit TNF production. They"),
        ("IL-6 [3, 5–9] and IL-8 [11]-[13], [20]", "IL-6 and IL-8"),
        ("as described in ref. [12], IL-33 rose (reviewed in [3;4])", "as described, IL-33 rose"),
        ("interleukin 17 [3,4] recruits cells", "interleukin 17 recruits cells"),
        ("in 1998 [3] and 2015 [12,14]", "in 1998 and 2015"),
        ("hazard ratio 1.8 [1,25]", None),
        ("1,8 [1,25]", None),
        ("12 pg/ml [3-25]", None),
        ("45% [12,56]", None),
        ("(95% CI [2,9])", None),
        ("median (IQR) [3–9]", None),
        ("rated on a scale [1-5]", None),
        ("x = [3]", None),
        ("in months [1-120]", None),
        ("[1] Goblet cells", None),
        ("pulsed with [3H]thymidine", None),
        ("IL-1[α] and IL-1[β]", None),
        ("a [1,2,4]triazolo[1,5-a]pyrimidine", None),
        ("poly-[3] and [2]-diol", None),
        ("IL-6 [0,1], [2015], [1,1;1,4], [9-3]", None),
        ("TNF\x01 and IL-2\x02", "TNF and IL-2"),
    ],
)
def test_citations_in_brackets(text: str, kept: str | None) -> None:
    assert without_citations(text) == (text if kept is None else kept)


def test_citations_are_left_out_of_paragraphs_and_cells(tmp_path: Path) -> None:
    lines = [
        "Secukinumab neutralises IL-17A[3] and is given for psoriasis.[4,",
        "5] It is safe [6].",
    ]
    table = [
        Words(60 + 140 * i, 130 + 12 * k, cell)
        for k, row in enumerate([("IL-6 [7]", "48 [12-90]"), ("TNF", "[8]")])
        for i, cell in enumerate(row)
    ]
    assert texts(read(tmp_path, pdf([*column(60, 80, lines), *table]))) == [
        "Secukinumab neutralises IL-17A and is given for psoriasis. It is safe.",
        "IL-6 | 48 [12-90]",
        "TNF | [8]",
    ]


def test_numbers_of_lines_and_notes_along_the_side_are_left_out(tmp_path: Path) -> None:
    lines = PLAIN * 3
    page = [
        *column(100, 80, lines, leading=24),
        *(Words(70, 80 + 24 * index, str(index + 1), 8) for index in range(len(lines))),
        Words(30, 700, "Downloaded from example.org by a guest", 8, turn=True),
    ]
    assert read(tmp_path, pdf(page)).text.split() == " ".join(lines).split()


@pytest.mark.parametrize("page", ["", "/Rotate 90"])
def test_a_page_across_is_read_as_it_is_printed(tmp_path: Path, page: str) -> None:
    words = [Words(100 + 12 * i, 700, line, turn=True) for i, line in enumerate(PLAIN)]
    assert texts(read(tmp_path, pdf(words, page=page))) == [" ".join(PLAIN)]


def test_names_under_the_title_are_no_heading(tmp_path: Path) -> None:
    names = Words(80, 90, "Ada Holm and Ben Ito", 12, "italic")
    document = read(tmp_path, pdf([TITLE, names, *two_columns()]))
    assert shown(document)[1] == ("paragraph", "", "Ada Holm and Ben Ito")


def test_identifiers_of_the_first_page(tmp_path: Path) -> None:
    first = [
        *column(60, 80, [*PLAIN, "https://doi.org/10.5555/ab(12)c.34. PMID: 12345678; PMC7654321"])
    ]
    second = column(60, 80, ["See 10.1234/other."])
    assert dict(read(tmp_path, pdf(first, second)).metadata) == {
        "doi": "10.5555/ab(12)c.34",
        "pmid": "12345678",
        "pmcid": "PMC7654321",
        "language": "en",
    }


def test_the_title_that_the_file_gives_itself(tmp_path: Path) -> None:
    large = Words(60, 50, "JOURNAL", 24, "bold")
    title = Words(60, 90, "Tocilizumab in systemic arthritis", 14)
    page = [large, title, *column(60, 130, PLAIN)]
    info = "/Title (Tocilizumab in Systemic Arthritis)"
    assert read(tmp_path, pdf(page, info=info)).title == title.text
    assert read(tmp_path, pdf(page, info="/Title (Microsoft Word - ms_v3.docx)")).title == "JOURNAL"
    unseen = read(tmp_path, pdf(column(60, 130, PLAIN), info=info))
    assert unseen.title == "Tocilizumab in Systemic Arthritis"
    assert unseen.text == " ".join(PLAIN)


@pytest.mark.parametrize(
    "title", ["", "untitled document one", "paper.indd final version", "a_b c d"]
)
def test_titles_that_programs_give(title: str) -> None:
    assert not sane(title)


def test_packed(tmp_path: Path) -> None:
    document = read(tmp_path, gzip.compress(pdf([TITLE, *two_columns()])), "paper.pdf.gz")
    assert (document.doc_id, texts(document)) == ("paper", [TITLE.text, WHOLE])


SAYING = pdf(column(60, 80, PLAIN))
LOCKED = (
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'00' * 32}> /U <{'11' * 32}> >> "
    "/ID [<00> <00>]"
)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", "the file is empty"),
        (b"no PDF at all", "is not a PDF file"),
        (SAYING[:-200], "is cut short"),
        (b"%PDF-1.7\n%%EOF", "is not a PDF file, or a damaged one"),
        (pdf_of([b"0 0 100 100 re f"]), "holds no text (scanned?); run OCR first"),
        (pdf(column(60, 80, PLAIN), trailer=LOCKED), "is encrypted"),
        (pdf_of([b"q " * 200, b"[" * 1000]), "holds no text"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, data: bytes, error: str) -> None:
    assert error in fails(tmp_path, data)


def test_a_packed_file_that_is_cut(tmp_path: Path) -> None:
    (tmp_path / "a.pdf.gz").write_bytes(gzip.compress(SAYING)[:-40])
    (tmp_path / "b.pdf").write_bytes(SAYING)
    first, second = read_inputs([tmp_path])
    assert isinstance(first, Failure)
    assert "not a complete gzip file" in first.error
    assert isinstance(second, Document)


def test_pages_that_cannot_be_read_are_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    data = pdf(column(60, 80, PLAIN), column(60, 80, ["Interleukin-2 is lost."]))
    document = read(tmp_path, data.replace(b"[8 0 R 10 0 R]", b"[8 0 R 99 0 R]"))
    assert texts(document) == [" ".join(PLAIN)]
    assert dict(document.metadata)["damaged_pages"] == "2"
    assert "pages that cannot be read: 2" in caplog.text


def test_too_many_characters_and_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "more than 100 characters" in fails(tmp_path, SAYING, max_characters=100)
    monkeypatch.setattr(pdf_process, "MAX_PAGES", 1)
    assert "pages" in fails(tmp_path, pdf(column(60, 80, PLAIN), column(60, 80, PLAIN)))


def test_a_file_that_brings_the_reader_down_fails_alone(tmp_path: Path) -> None:
    nested = pdf_of([b"q " * 20_000_000])  # states saved, in more memory than it may have
    (tmp_path / "1.pdf").write_bytes(nested)
    (tmp_path / "2.pdf").write_bytes(SAYING)
    first, second = read_inputs([tmp_path])
    assert isinstance(first, Failure)
    assert "brings the PDF reader down" in first.error
    assert isinstance(second, Document)
    assert second.text == " ".join(PLAIN)


def test_a_file_that_takes_too_long_fails_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(tmp_path, SAYING)  # the process is there
    monkeypatch.setattr(pdf_process, "PAGE_SECONDS", 0.5)
    begin = time.monotonic()
    slow = b"BT /roman 1 Tf 3 0 0 3 60 600 Tm (TNF ) Tj ET\n" * 3_000_000
    assert "took too long" in fails(tmp_path, pdf_of([slow]))
    assert time.monotonic() - begin < 20
    monkeypatch.setattr(pdf_process, "PAGE_SECONDS", 60)
    assert read(tmp_path, SAYING).text == " ".join(PLAIN)


def test_one_process_serves_many_files_in_memory_that_does_not_grow(tmp_path: Path) -> None:
    for number in range(30):
        (tmp_path / f"{number}.pdf").write_bytes(SAYING)
    found = read_inputs([tmp_path])
    next(found)
    child = pdf_process._server.child
    tracemalloc.start()
    try:
        kept = [len(item.text) for item in found if isinstance(item, Document)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(kept) == 29
    assert pdf_process._server.child is child
    assert peak < 1_000_000


def test_a_printed_article_in_two_columns() -> None:
    (document,) = read_inputs([CORPUS / "article-jia-il6-trans-signalling.pdf"])
    assert isinstance(document, Document)
    check(document)
    stretches = shown(document)
    assert [text for kind, _, text in stretches if kind == "heading"] == [
        "Abstract",
        "1. Introduction",
        "2. Patients and methods",
        "2.1 Samples",
        "2.2 Stimulation of fibroblasts",
        "3. Results",
        "3.1 Soluble receptor is raised in persistent disease",
        "3.2 Trans-signalling induces chemokines",
        "4. Discussion",
        "Appendix",
    ]
    assert dict(document.metadata)["doi"] == "10.5555/ejcb.2025.0114"
    # over the end of the page, without its head and foot, and with the words whole
    (across,) = (text for _, _, text in stretches if "preserve the regenerative" in text)
    assert across.startswith("Our data support a model")
    assert "might preserve the regenerative effects of IL-6 on the intestinal epithelium." in across
    assert "Halvorsen et al." not in document.text
    assert "Example Journal of Cytokine Biology" not in document.text
    assert "Olamkicept inhibits" not in document.text  # a reference
    assert ("row", "3. Results / 3.1 Soluble receptor is raised in persistent disease",
            "sIL-6R | 31200 | 15400 | 0.002") in stretches  # fmt: skip
    assert not any(text.rstrip().endswith("-") for _, _, text in stretches)


def test_a_printed_leaflet_in_three_columns() -> None:
    (document,) = read_inputs([CORPUS / "leaflet-emapalumab.pdf"])
    assert isinstance(document, Document)
    check(document)
    stretches = shown(document)
    assert document.title == "Emapalumab: what you should know about your infusion"
    assert [text for kind, _, text in stretches if kind == "heading"] == [
        "What is HLH?",
        "What is emapalumab and how does it work?",
        "Before you are given emapalumab",
        "How is it given?",
        "Possible side effects",
        "Blood tests",
        "For your doctor",
    ]
    items = [text for kind, section, text in stretches if kind == "item"]
    assert items[0] == "have an infection, or have ever had tuberculosis or shingles;"
    assert items[-1] == "You are watched for another hour in case of an allergic reaction."
    assert len(items) == 7
