"""Web pages: which words are their text, where its stretches stand, and broken markup."""

from __future__ import annotations

import gzip
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from read_files import check, said, texts

from pipeline.read.html import read as read_page
from pipeline.read.html_main import furniture
from pipeline.read.html_parts import Walk
from pipeline.read.html_tree import tree
from pipeline.read.inputs import read_inputs
from pipeline.read.source import ReadOptions, Source
from pipeline.records import Document, Failure


def found(folder: Path, page: str | bytes, name: str = "page.html", **kw: int) -> object:
    path = folder / name
    path.write_bytes(page.encode() if isinstance(page, str) else page)
    (one,) = read_inputs([path], **kw)  # type: ignore[arg-type]
    return one


def read(folder: Path, page: str | bytes) -> Document:
    document = found(folder, page)
    assert isinstance(document, Document), document
    check(document)
    return document


def body_texts(folder: Path, body: str) -> list[str]:
    return texts(read(folder, f"<html><body>{body}</body></html>"))


FURNISHED = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>Gout flares | Joint Care Trust</title>
<script>if (a < b) { document.write("<p>script text</p></div>"); }</script>
<style>p > b { color: red }</style></head>
<body class="page has-sidebar">
<a class="skip-link" href="#main">Skip to content</a>
<div id="cookie-consent"><p>We store small files on your device so that this site can remember
what you chose, count its visitors and show what may interest you.</p><button>Fine</button></div>
<header class="site-header"><h1>Joint Care Trust</h1>
<nav><ul><li><a href="/">Home</a></li><li><a href="/give">Give</a></li></ul></nav></header>
<div class="breadcrumb">Home &gt; Conditions</div>
<main id="main"><header><h1>Gout <em>flares</em></h1></header>
<p>Crystals of urate wake macrophages, and these release <b>IL-1β</b>.</p>
<div class="share-buttons">Share this on <a href="x">a network</a></div>
<h2>Treatment</h2><p>Anakinra blocks the receptor of IL-1.</p>
<form><label>Your mail</label><input value="x"><p>Sign up for letters</p></form>
<p hidden>Hidden words</p><p style="color:red; display: none">More hidden words</p>
<p aria-hidden="true">Still hidden</p><template><p>Template</p></template>
<section class="related-articles"><h2>You may like</h2><p>Pseudogout in brief</p></section>
</main>
<aside><p>Our shop sells mugs.</p></aside>
<footer><p>Registered charity</p></footer>
</body></html>"""


class TestMainText:
    def test_furniture_is_left_out(self, tmp_path: Path) -> None:
        document = read(tmp_path, FURNISHED)
        assert (document.doc_id, document.title) == ("page", "Gout flares")
        assert document.metadata == (("language", "en-GB"),)
        assert said(document) == [
            ("title", "Title", "Gout flares"),
            ("paragraph", "", "Crystals of urate wake macrophages, and these release IL-1β."),
            ("heading", "Treatment", "Treatment"),
            ("paragraph", "Treatment", "Anakinra blocks the receptor of IL-1."),
        ]

    def test_thanks_interests_and_rights_are_left_out(self, tmp_path: Path) -> None:
        body = (
            "<h2>Results</h2><p>IL-6 rose.</p><h2>Acknowledgements</h2><p>We thank all.</p>"
            "<h2>Ethics declarations</h2><h3>Competing interests</h3><p>Fees for anakinra.</p>"
            "<h2>Additional information</h2><p>IL-8 rose, too.</p><h2>About this article</h2>"
            "<h3>Cite this article</h3><p>Ek, A. IL-6 drives fever.</p>"
        )
        assert body_texts(tmp_path, body) == [
            "Results", "IL-6 rose.", "Additional information", "IL-8 rose, too.",
        ]  # fmt: skip

    def test_what_a_reader_can_open_is_read(self, tmp_path: Path) -> None:
        body = """
          <h2><button aria-expanded="false" aria-controls="a1">What drives gout?</button></h2>
          <div id="a1" role="region" hidden><p>IL-1β does.</p></div>
          <div><button aria-expanded="false"><span>What helps?</span></button></div>
          <div aria-hidden="true" style="display:none"><p>Anakinra blocks IL-1.</p></div>
          <div role="tablist"><button role="tab">Doses</button></div>
          <div role="tabpanel" style="display: none"><p>100 mg a day.</p></div>
          <button aria-controls="pop">More</button><p>IL-6 rises as well.</p>
          <div id="pop" hidden><p>Popped up</p></div>
          <p aria-expanded="false">Read on</p>
          <template><p>Template</p></template>"""
        assert body_texts(tmp_path, body) == [
            "What drives gout?", "IL-1β does.", "Anakinra blocks IL-1.", "100 mg a day.",
            "IL-6 rises as well.", "Read on",
        ]  # fmt: skip

    def test_without_main_the_body(self, tmp_path: Path) -> None:
        page = FURNISHED.replace("<main", "<div").replace("</main>", "</div>")
        page = page.replace("<header><h1>Gout", "<h1>Gout").replace(
            "</h1></header>\n<p>", "</h1><p>"
        )
        assert texts(read(tmp_path, page)) == texts(read(tmp_path, FURNISHED))

    def test_small_main_is_not_believed(self, tmp_path: Path) -> None:
        body = "<main><p>Contents.</p></main><div><p>IL-4 drives IgE in many patients.</p></div>"
        assert body_texts(tmp_path, body) == ["Contents.", "IL-4 drives IgE in many patients."]

    def test_article_in_main(self, tmp_path: Path) -> None:
        body = (
            "<main><p>Read aloud</p><article><h1>IL-5</h1><p>Eosinophils need IL-5 to live, and "
            "without it they die within days.</p></article></main>"
        )
        assert body_texts(tmp_path, body)[0] == "IL-5"
        assert "Read aloud" not in body_texts(tmp_path, body)

    def test_comments_are_no_articles(self, tmp_path: Path) -> None:
        said = "IL-5 keeps eosinophils alive, and drugs against it empty the blood of them."
        body = (
            f'<p>{said}</p><section id="comments"><article><p>Nice!</p></article></section>'
            f'<div class="related-posts"><article><a href="/b">More</a> on it</article></div>'
        )
        assert body_texts(tmp_path, body) == [said]
        wrapped = f'<div class="sidebar-layout"><article><p>{said}</p></article></div>'
        assert body_texts(tmp_path, wrapped) == [said]

    def test_page_inside_one_form(self, tmp_path: Path) -> None:
        body = '<form id="aspnetForm"><h1>IL-5</h1><p>Eosinophils need IL-5.</p></form>'
        assert body_texts(tmp_path, body) == ["IL-5", "Eosinophils need IL-5."]

    @pytest.mark.parametrize(
        "name",
        ["content-with-sidebar", "informed-consent", "recommendations", "social-support",
         "related-conditions", "reference-values", "menopause", "search-strategy", "admission"],
    )  # fmt: skip
    def test_names_of_chapters_are_no_furniture(self, tmp_path: Path, name: str) -> None:
        body = f'<p>IL-2 rose.</p><section id="{name}" class="{name}"><p>TNF fell.</p></section>'
        assert body_texts(tmp_path, body) == ["IL-2 rose.", "TNF fell."]

    @pytest.mark.parametrize(
        "mark",
        ['class="navbox"', 'class="site-nav__list"', 'class="relatedArticles"', 'id="comments"',
         'class="c-article-references"', 'class="mw-editsection"', 'role="navigation"',
         'class="social-share-links"', 'role="doc-bibliography"', 'class="sr-only"'],
    )  # fmt: skip
    def test_named_furniture(self, tmp_path: Path, mark: str) -> None:
        body = f"<p>IL-2 rose.</p><div {mark}><p>Elsewhere TNF fell.</p></div><p>IL-4 stayed.</p>"
        assert body_texts(tmp_path, body) == ["IL-2 rose.", "IL-4 stayed."]

    def test_lists_of_links(self, tmp_path: Path) -> None:
        links = "".join(
            f'<li><a href="/{name}">{name}</a></li>' for name in ("IL-1", "IL-6", "TNF")
        )
        body = f"<p>Read more on this.</p><ul>{links}</ul><p>Macrophages make:</p><ul>{links}</ul>"
        assert body_texts(tmp_path, body) == [
            "Read more on this.", "Macrophages make:", "IL-1", "IL-6", "TNF",
        ]  # fmt: skip
        bar = '<p><a href="1">One</a> | <a href="2">Two</a> | <a href="3">Three</a></p>'
        assert body_texts(tmp_path, f"<p>IL-2 rose.</p>{bar}") == ["IL-2 rose."]
        loose = bar.replace("<p>", "<hr>").replace("</p>", "")
        assert body_texts(tmp_path, f"<p>IL-2 rose.</p>{loose}") == ["IL-2 rose."]

    def test_lists_of_references(self, tmp_path: Path) -> None:
        body = (
            "<h2>Effects</h2><p>IL-3 acts.</p><h2>References</h2><h3>Books</h3><ol><li>A. Author."
            " IL-2 in mice.</ol><h2>Outlook</h2><p>More to come.</p>"
        )
        assert body_texts(tmp_path, body) == ["Effects", "IL-3 acts.", "Outlook", "More to come."]

    def test_repeated_paragraphs_stay(self, tmp_path: Path) -> None:
        assert body_texts(tmp_path, "<p>TNF rose.</p>" * 5) == ["TNF rose."] * 5


class TestStructure:
    def test_sections(self, tmp_path: Path) -> None:
        body = (
            "<h1>IL-17</h1><h2>Sources</h2><h3>In the <i>gut</i></h3><p>Th17 cells.</p>"
            "<h3>In skin</h3><p>γδ T cells.</p><h2>Drugs</h2><p>Secukinumab.</p>"
        )
        document = read(tmp_path, body)
        assert [(s.kind, s.section) for s in document.layout] == [
            ("title", "Title"),
            ("heading", "Sources"),
            ("heading", "Sources / In the gut"),
            ("paragraph", "Sources / In the gut"),
            ("heading", "Sources / In skin"),
            ("paragraph", "Sources / In skin"),
            ("heading", "Drugs"),
            ("paragraph", "Drugs"),
        ]

    def test_items(self, tmp_path: Path) -> None:
        body = (
            "<ul><li>one<ol><li>two<p>more of two</p></ol>tail<li><p>three</ul>"
            "<dl><dt>IL-8<dd>binds</dl>"
        )
        document = read(tmp_path, body)
        assert {s.kind for s in document.layout} == {"item"}
        assert [s.level for s in document.layout] == [1, 2, 2, 1, 1, 1, 2]
        assert texts(document) == ["one", "two", "more of two", "tail", "three", "IL-8", "binds"]

    def test_tables(self, tmp_path: Path) -> None:
        body = (
            "<table><caption>Table 1. Drugs</caption><thead><tr><th>Drug</th><th>Target</th></tr>"
            "</thead><tr><td>Anakinra<td><p>IL-1</p><p>receptor</p><tr><td></td><td>TNF<br>too</table>"
            "<table><tr><td><table><tr><td>nested</td><td>pair</td></tr></table></td><td>aside</td>"
            "</tr></table><table><tr><td>one column</td></tr></table>"
        )
        assert said(read(tmp_path, body)) == [
            ("caption", "", "Table 1. Drugs"),
            ("row", "", "Drug | Target"),
            ("row", "", "Anakinra | IL-1 receptor"),
            ("row", "", "TNF too"),
            ("row", "", "nested | pair"),
            ("paragraph", "", "aside"),
            ("paragraph", "", "one column"),
        ]

    def test_a_cell_over_several_rows_stands_in_each(self, tmp_path: Path) -> None:
        body = (
            "<table><thead><tr><th rowspan=9>Cytokine<th>Source<th colspan=2>Effect</thead>\n<tr>\n"
            "<td rowspan='2'>IL-10</td> <td>Regulatory T cells</td><td>yes</td></tr>"
            "<tr> <td>B cells</td><td>inhibits TNF</td></tr>"
            "<tr><td>IL-4</td><td rowspan=0>mast cells</td><td>-</td></tr><tr></tr>"
            "<tr><td rowspan=x>IL-13</td><td>none</td></tr></table>"
        )
        assert texts(read(tmp_path, body)) == [
            "Cytokine | Source | Effect",
            "IL-10 | Regulatory T cells | yes",
            "IL-10 | B cells | inhibits TNF",
            "IL-4 | mast cells | -",
            "IL-13 | mast cells | none",
        ]

    def test_what_cells_claim_to_cover_costs_little(self, tmp_path: Path) -> None:
        wide = "".join(f"<td rowspan={9 * '9'} colspan=99999>{'IL-6 ' * 39}" for _ in range(2_000))
        long = f"<td rowspan={5_000 * '9'}>{'IL-7 ' * 110}<td>x"
        body = f"<table><tr>{long}<tr>{wide}{'<tr><td>TNF' * 3_000}</table>"
        begun = time.process_time()
        document = read(tmp_path, body)
        assert time.process_time() - begun < 5
        assert len(document.text) < 3_000 * (500 + 50) + 2_000 * 205 + 1_000
        assert document.text.count("IL-7") == 110
        assert document.text.count("TNF") == 3_000

    def test_captions_quotes_and_details(self, tmp_path: Path) -> None:
        body = (
            "<figure><img alt='no text'><figcaption>Figure 1. IL-6 by day.</figcaption></figure>"
            "<blockquote>IL-2 <p>is back</p></blockquote><details><summary>Why?</summary>Because."
            "</details>"
        )
        assert said(read(tmp_path, body)) == [
            ("caption", "", "Figure 1. IL-6 by day."),
            ("paragraph", "", "IL-2"),
            ("paragraph", "", "is back"),
            ("paragraph", "", "Why?"),
            ("paragraph", "", "Because."),
        ]


class TestLetters:
    @pytest.mark.parametrize(
        ("markup", "expected"),
        [
            ("CD4<sup>+</sup> T cells", "CD4+ T cells"),
            ("5 × 10<sup>6</sup> in 2 cm<sup>2</sup>", "5 × 10^6 in 2 cm2"),
            ("CD4<sup>+ </sup>T cells", "CD4+ T cells"),
            ("10<sup><i>−9</i></sup> M, IL-1<sub>β</sub>, Ca<sup>2+</sup>", "10^−9 M, IL-1β, Ca2+"),
            ("IL-10<sup>6</sup> cells<sup>1,2</sup>.", "IL-10 cells."),
            ("pain.<sup>[<a href=\"javascript:show('3')\">3</a>, 4]</sup> So", "pain. So"),
            (
                "<table><tr><td>CD8<sup>+</sup></td><td>3x10<sup>5</sup><br>cells</td></tr></table>",
                "CD8+ | 3x10^5 cells",
            ),
            ('Ek et al. (<a href="#ref-CR7">2010</a>). So', "Ek et al. So"),
            ("IL-1<em>β</em> and IL-<span>1</span>2", "IL-1β and IL-12"),
            ("T<sub>H</sub>17\n  \t cells", "TH17 cells"),
            ("TNF&alpha;, IFN&#947; &amp; IL&#x2011;4&nbsp;", "TNFα, IFNγ & IL‑4"),
            ("inter&shy;feron\u200b<wbr>s", "interferons"),
            ("p &lt; 0.05, a<b, c < d", "p < 0.05, a"),
            ("p < 0.05 & q > 1", "p < 0.05 & q > 1"),
            ("one<br>two<BR/> three", "one\ntwo\nthree"),
            ('cells<sup id="r1"><a href="#cite_note-1">[1]</a></sup>.', "cells."),
            ('cells<sup><a href="#b1">1</a>,<a href="#b2">2</a></sup>.', "cells."),
            ('cells<a href="/p#cite-3">[3]</a>.', "cells."),
            ('cells<a href="#b1"><sup>1</sup></a>.', "cells."),
            ('cells<sup><a href="#n1">[note 1]</a><a href="#n2">[b]</a></sup>.', "cells."),
            ('CD4<sup><a href="/cd4#high">high</a></sup>', "CD4high"),
            ('cells [<a href="#B1-x">1</a>,<a href="#B2-x">2</a>].', "cells."),
            ('cells (<a href="/a#ref-CR7">Stone et al., 2010</a>) grew', "cells grew"),
            ('<a href="#bib9">Stone et al. (2010)</a> saw', "Stone et al. (2010) saw"),
            ('IL-6 (<a href="#Fig1">Fig. 1</a>)', "IL-6 (Fig. 1)"),
            ('IL-6 (<a href="#r4">CD4</a>)', "IL-6 (CD4)"),
            ('<a href="/cd4#x">CD4<sup>+</sup></a> cells', "CD4+ cells"),
            ('IL-2<sup><a href="/drug">TM</a></sup>', "IL-2TM"),
            ("was <del>low</del> <ins>high</ins>", "was high"),
            ("x<!-- a -- > <p>no</p> -->y", "xy"),
            ("x<!-->y", "xy"),
            ("<![CDATA[IL-2 <raw>]]> z", "IL-2 <raw> z"),
            ("x<?php echo ?>y<!ELEMENT>z", "xyz"),
            ("x&#0;y&#99999999999;z", "x\ufffdy\ufffdz"),
            ("&#" + "9" * 5000 + ";x", "\ufffdx"),
            ("<math><mi>x</mi><annotation>no</annotation></math>y", "xy"),
            ("<SPAN Title='a > b'>IL-2</SPAN  >", "IL-2"),
            ('<span title="never closed>IL-2</span>', "IL-2"),
            ("IL-2 <b", "IL-2 <b"),
        ],
    )
    def test_one_paragraph(self, tmp_path: Path, markup: str, expected: str) -> None:
        assert (
            read(tmp_path, f"<p>{markup}</p>" if markup[-2:] != "<b" else markup).text == expected
        )

    @pytest.mark.parametrize(
        ("body", "expected"),
        [
            ("<p>one<p>two<div>three</div>four", ["one", "two", "three", "four"]),
            ("<b>one<p>two</b> three</p>four</b>", ["one", "two three", "four"]),
            ("<h2>Head<p>text</p><p>more", ["Head", "text", "more"]),
            ("<p>one</div></span></p></td>two", ["one", "two"]),
            ("<P>one<BR><BR>two</P>", ["one", "two"]),
            ("one</p>two</br>three", ["one", "two\nthree"]),
            ('<a name="top"><p>one</p><p>two</p>', ["one", "two"]),
            ("<ul><li>one<li>two</ul>three", ["one", "two", "three"]),
            ("<script>var a = '</div>';</script>one", ["one"]),
            ("<title>never closed<p>one", ["never closed", "one"]),
            (
                "IL-<script>x</script><input>6<label>no</label> <x-term>rose</x-term>.",
                ["IL-6 rose."],
            ),
            ("<iframe>no</iframe><noscript>no</noscript><svg><text>no</text></svg>one", ["one"]),
            ("<h2><button>What is IL-9?</button></h2><p>one", ["What is IL-9?", "one"]),
        ],
    )
    def test_broken_markup(self, tmp_path: Path, body: str, expected: list[str]) -> None:
        found = texts(read(tmp_path, body))
        assert found == expected

    @settings(max_examples=150, deadline=None)
    @given(
        st.lists(
            st.sampled_from(
                ["<p>", "</p>", "<ul>", "<li>", "</ul>", "<table>", "<tr>", "<td>", "</table>",
                 "<h2>", "</h2>", "<a href='#x'>", "</a>", "<sup>", "</sup>", "<br>",
                 "<div class=nav>", "</div>", "<!--", "-->", "<script>", "</script>", "x", " ",
                 "IL-6", "&", "<", '"',
                 "<![CDATA[", "]]>", "<a b='", "\x01", "[1]"]
            ),
            max_size=40,
        )
    )  # fmt: skip
    def test_any_markup_gives_stretches_in_order(self, pieces: list[str]) -> None:
        nodes = tree("".join(pieces))
        for i, node in enumerate(nodes):
            assert node.parent < i or i == 0
            assert i <= node.last < len(nodes)
        for part in Walk(nodes, furniture(nodes)).parts(0):
            assert part.text.strip()


class TestHead:
    @pytest.mark.parametrize(
        ("title", "site", "expected"),
        [
            ("Interleukin 6 - Wikipedia", "", "Interleukin 6"),
            ("Arthritis News | TNF at work", "Arthritis News", "TNF at work"),
            ("IL-6 – what every reader should know", "", "IL-6 – what every reader should know"),
            ("IL-6", "", "IL-6"),
            ("Fever &mdash; Ward Pages", "ward pages", "Fever"),
        ],
    )  # fmt: skip
    def test_title_without_the_site(
        self, tmp_path: Path, title: str, site: str, expected: str
    ) -> None:
        head = f'<title>{title}</title><meta property="og:site_name" content="{site}">'
        document = read(tmp_path, f"<head>{head}</head><p>IL-6 rose.</p>")
        assert (document.title, document.text) == (expected, f"{expected}\n\nIL-6 rose.")

    def test_citation(self, tmp_path: Path) -> None:
        document = read(
            tmp_path,
            """<head><title>x</title><meta name="citation_title" content="IL-22 &amp; the gut">
            <META NAME="citation_pmid" CONTENT="12345">
            <meta name="dc.identifier" content="doi:10.1234/a.b">
            <meta name=citation_language content=en>
            <meta name="citation_journal_title" content="J Gut">
            <meta name="citation_publication_date" content="2021/03/04"></head>
            <h2>Abstract</h2><p>ILC3 make IL-22.</p>""",
        )
        assert document.title == "IL-22 & the gut"
        assert dict(document.metadata) == {
            "pmid": "12345", "doi": "10.1234/a.b", "language": "en", "journal": "J Gut",
            "year": "2021",
        }  # fmt: skip


class TestEncodings:
    @pytest.mark.parametrize(
        ("declared", "codec"),
        [
            ("", "utf-8"), ("", "utf-8-sig"), ("", "utf-16"), ("iso-8859-1", "utf-8"),
            ("utf-8", "utf-8"), ("windows-1252", "cp1252"), ("ISO-8859-1", "cp1252"),
            ("iso-8859-7", "iso8859-7"), ("koi8-r", "koi8-r"), ("nonsense", "cp1252"),
        ],
    )  # fmt: skip
    def test_declared_or_not(self, tmp_path: Path, declared: str, codec: str) -> None:
        words = {"iso8859-7": "TNF-α", "koi8-r": "ИЛ-6"}.get(codec, "naïve — café")
        page = f'<meta http-equiv=x content="text/html; charset={declared}"><p>{words}</p>'
        assert read(tmp_path, page.encode(codec)).text == words

    def test_guess_is_noted(self, tmp_path: Path) -> None:
        document = read(tmp_path, "<p>naïve cells</p>".encode("cp1252"))
        assert dict(document.metadata) == {"encoding": "cp1252"}

    def test_gzip(self, tmp_path: Path) -> None:
        document = found(tmp_path, gzip.compress(b"<p>IL-2 rose."), "page.htm.gz")
        assert isinstance(document, Document)
        assert (document.doc_id, document.text) == ("page", "IL-2 rose.")


def repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


class TestHostile:
    @pytest.mark.parametrize(
        ("page", "words"),
        [
            (b"", "empty"),
            (b"<p></p>", "blank"),
            (b"<p>IL-2\0\0\0", "binary"),
            (gzip.compress(b"<p>IL-2"), "binary"),
        ],
    )
    def test_refused(self, tmp_path: Path, page: bytes, words: str) -> None:
        one = found(tmp_path, page)
        assert isinstance(one, Failure)
        assert one.doc_id == "page"
        assert words in one.error

    def test_too_long(self, tmp_path: Path) -> None:
        one = found(tmp_path, "<p>IL-2 rose.</p>" * 1000, max_characters=500)
        assert isinstance(one, Failure)
        assert "more than 500 characters" in one.error

    @pytest.mark.parametrize(
        ("opening", "unit", "ending"),
        [
            ("", "<!--", ""), ("", "<![CDATA[", ""), ("", '<a x="', ""), ("", "<a x='", "'>"),
            ("", "</a x='", "'>"), ("", "<!", ""), ("", "<a", ""), ("", "<div>", ""),
            ("<span><div>", "<i></span>", ""), ("", "<table><tr><td>x", ""), ("", "<ul><li>x", ""),
            ("", "<p><table><div>", ""), ("", "<title>", ""), ("", "<textarea>", ""),
            ("<p ", "a=b ", ">x"), ('<p class="', "nav-x ", '">x'), ("<sup><a href=#>", "1 ", ""),
            ("<p>&#", "9", ""), ("<h1>a</h1>", "<h2>b<h3>c", ""), ("", "<a href=#>1", ""),
            ("<ul>", "<li>" + " " * 50, ""), ("(", '<a href="#b1">1</a>', ""),
            ("", '(<a href="#b1">x 2001</a>', ""), ("(", '<a href="#b1">x 2001</a> and', ""),
        ],
    )  # fmt: skip
    def test_time_grows_with_length(
        self, tmp_path: Path, opening: str, unit: str, ending: str
    ) -> None:
        spent = []
        for size in (20_000, 160_000):
            path = tmp_path / "page.html"
            path.write_text(opening + repeated(unit, size) + ending)
            started = time.process_time()
            list(read_page(Source(path, "page", ".html"), ReadOptions(None, None, 10**7)))
            spent.append(time.process_time() - started)
        assert spent[1] < 20 * spent[0] + 0.1

    def test_deep_nesting(self, tmp_path: Path) -> None:
        n = 100_000
        page = "<div>" * n + "<p>IL-2 rose.</p>" + "</div>" * n + "<p>After.</p>"
        assert texts(read(tmp_path, page)) == ["IL-2 rose.", "After."]

    def test_long_headings_do_not_multiply(self, tmp_path: Path) -> None:
        body = f"<h2>{'a' * 100_000}</h2>" + "<h3>b</h3><p>c</p>" * 100
        assert max(len(s.section) for s in read(tmp_path, body).layout) < 300
