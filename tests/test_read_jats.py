"""Articles as JATS XML: what is text, where each stretch stands, what is left out."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.read import jats_table
from pipeline.read.formats import FORMATS, Item
from pipeline.read.inputs import read_options, stream_inputs
from pipeline.read.layout import blocks
from pipeline.records import Deleted, Document, Failure

NAMESPACES = (
    'xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:mml="http://www.w3.org/1998/Math/MathML" '
    'xmlns:oasis="http://www.niso.org/standards/z39-96/ns/oasis-exchange/table"'
)
DOCTYPE = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) '
    'Journal Archiving and Interchange DTD v1.3 20210610//EN" "JATS-archivearticle1-3.dtd">\n'
)
IDS = '<article-id pub-id-type="pmc">771</article-id>'
TITLE = "<title-group><article-title>Mast cells</article-title></title-group>"

Reads = Callable[..., Document]


def article(
    body: str = "", *, meta: str = "", back: str = "", ids: str = IDS, title: str = TITLE
) -> str:
    """An article; ``meta`` comes behind the title, ``back`` behind the body."""
    front = f"<front><article-meta>{ids}{title}{meta}</article-meta></front>"
    return f"<article {NAMESPACES}>{front}<body>{body}</body>{back}</article>"


def read(path: Path, content: str | bytes) -> list[Item]:
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return list(stream_inputs([path], read_options([path])))


@pytest.fixture
def one(tmp_path: Path) -> Reads:
    """Reads an article that must give one document, with good offsets."""

    def reads(content: str | bytes, name: str = "a.nxml") -> Document:
        (document,) = read(tmp_path / name, content)
        assert isinstance(document, Document), document
        check_offsets(document)
        return document

    return reads


def check_offsets(document: Document) -> None:
    """The stretches and the blank lines between them are the whole text."""
    texts = [document.text[s.start : s.end] for s in document.layout]
    assert "\n\n".join(texts) == document.text
    assert all(text == " ".join(text.split()) != "" for text in texts)
    ends = [stretch.end for stretch in document.layout]
    assert [stretch.start for stretch in document.layout[1:]] == [end + 2 for end in ends[:-1]]


def shown(document: Document) -> list[tuple[str, str, str]]:
    """(kind, section, text) of each stretch but the title."""
    found = [(s.kind, s.section, document.text[s.start : s.end]) for s in document.layout]
    return [row for row in found if row[0] != "title"]


def bibr(text: str) -> str:
    return f'<xref ref-type="bibr" rid="b1">{text}</xref>'


class TestFront:
    META = """
      <contrib-group><contrib><name><surname>Quill</surname></name></contrib></contrib-group>
      <aff>Institute of Cells</aff>
      <pub-date pub-type="pmc-release"><year>2009</year></pub-date>
      <pub-date pub-type="ppub"><year>2012</year></pub-date>
      <pub-date date-type="pub" publication-format="electronic"><year>2011</year></pub-date>
      <permissions><license><license-p>Free to share.</license-p></license></permissions>
      <abstract><p>IL-4 rises.</p></abstract>
      <kwd-group><kwd>allergy</kwd></kwd-group>
      <funding-group><funding-statement>Paid.</funding-statement></funding-group>"""

    def test_metadata(self, one: Reads) -> None:
        ids = (
            '<article-id pub-id-type="pmid">88</article-id>'
            '<article-id pub-id-type="pmcid">PMC771</article-id>'
            '<article-id pub-id-type="doi"> 10.1000/x.1 </article-id>'
            "<article-categories><subj-group><subject>Review</subject><subj-group>"
            "<subject>Allergy</subject></subj-group></subj-group></article-categories>"
        )
        text = article("<p>Body.</p>", meta=self.META, ids=ids)
        text = text.replace(
            "<article ", '<article article-type="review-article" xml:lang="en" ', 1
        ).replace(
            "<front>",
            "<front><journal-meta><journal-id>j</journal-id><journal-title-group><journal-title>"
            "Cells &amp; Signs</journal-title></journal-title-group></journal-meta>",
        )
        document = one(DOCTYPE + text)
        assert document.doc_id == "PMC771"
        assert document.title == "Mast cells"
        assert document.metadata == (
            ("pmid", "88"),
            ("pmcid", "PMC771"),
            ("doi", "10.1000/x.1"),
            ("language", "en"),
            ("publication_types", "review-article; Review; Allergy"),
            ("journal", "Cells & Signs"),
            ("year", "2011"),
        )
        assert document.text == "Mast cells\n\nIL-4 rises.\n\nBody."

    @pytest.mark.parametrize(
        ("ids", "doc_id"),
        [
            ('<article-id pub-id-type="pmc">PMC5</article-id>', "PMC5"),
            ('<article-id pub-id-type="pmid">6</article-id>', "6"),
            ('<article-id pub-id-type="doi">10.1/y</article-id>', "10.1/y"),
            ('<article-id pub-id-type="publisher-id">z</article-id>', "a"),
        ],
    )
    def test_id(self, one: Reads, ids: str, doc_id: str) -> None:
        assert one(article("<p>Body.</p>", ids=ids)).doc_id == doc_id

    def test_title_is_whole(self, one: Reads) -> None:
        title = (
            "<title-group><article-title>IL-1<italic>β</italic> and\n CD4<sup>+</sup> T cells"
            '<xref ref-type="fn" rid="f">*</xref><fn id="f"><p>Dedicated to X.</p></fn>'
            "</article-title><subtitle>a trial</subtitle><alt-title>IL-1</alt-title>"
            "<trans-title-group><trans-title>Titre</trans-title></trans-title-group></title-group>"
        )
        document = one(article("<p>Body.</p>", title=title))
        assert document.title == "IL-1β and CD4+ T cells: a trial"
        assert document.layout[0].section == "Title"
        assert document.text.startswith(document.title + "\n\nBody.")

    def test_without_a_title(self, one: Reads) -> None:
        document = one(article("<p>Body.</p>", title=""))
        assert (document.title, document.text) == ("", "Body.")


class TestAbstracts:
    def test_kinds(self, one: Reads) -> None:
        meta = """
          <abstract><title>Abstract</title><sec><title>Aims:</title><p>To see.</p></sec>
            <sec><title>Results</title><p>Seen.</p></sec></abstract>
          <abstract abstract-type="summary"><title>Author Summary</title><p>Simply.</p></abstract>
          <abstract abstract-type="key-points"><list><list-item><p>TNF falls.</p></list-item></list>
          </abstract>
          <abstract abstract-type="graphical"><p><fig><caption><p>Seen.</p></caption></fig></p>
          </abstract>
          <abstract abstract-type="teaser"><p><graphic xlink:href="g"/></p></abstract>
          <trans-abstract xml:lang="fr"><p>Bref.</p></trans-abstract>"""
        assert shown(one(article("<p>Body.</p>", meta=meta))) == [
            ("heading", "Abstract", "Abstract"),
            ("heading", "Aims:", "Aims:"),
            ("paragraph", "Aims:", "To see."),
            ("heading", "Results", "Results"),
            ("paragraph", "Results", "Seen."),
            ("heading", "Author Summary", "Author Summary"),
            ("paragraph", "Author Summary", "Simply."),
            ("item", "Key points", "TNF falls."),
            ("paragraph", "", "Body."),
        ]

    def test_a_translation_where_there_is_no_other(self, one: Reads) -> None:
        meta = '<trans-abstract xml:lang="en"><p>In short.</p></trans-abstract>'
        assert shown(one(article(meta=meta))) == [("paragraph", "Abstract", "In short.")]


class TestOfficialSections:
    @pytest.mark.parametrize(
        "title",
        [
            "Authors’ contributions", "CRediT authorship contribution statement", "Funding",
            "Declaration of Competing Interest", "Informed Consent Statement",
            "Institutional Review Board Statement", "Generative AI statement", "Publisher’s Note",
            "Ethics approval and consent to participate", "Additional Information",
        ],
    )  # fmt: skip
    def test_are_left_out(self, one: Reads, title: str) -> None:
        body = f"<p>IL-6 rose.</p><sec><title>{title}</title><p>Said.</p></sec>"
        assert shown(one(article(body))) == [("paragraph", "", "IL-6 rose.")]

    @pytest.mark.parametrize("title", ["Author summary", "Ethics of care", "Funding of trials"])
    def test_others_stay(self, one: Reads, title: str) -> None:
        body = f"<sec><title>{title}</title><p>Said.</p></sec>"
        assert shown(one(article(body)))[-1] == ("paragraph", title, "Said.")


class TestCitations:
    @pytest.mark.parametrize(
        ("marked", "text"),
        [
            (f"IL-6 [{bibr('12')},{bibr('13')}].", "IL-6."),
            (f"cells<sup>{bibr('12')}–{bibr('14')}</sup> act", "cells act"),
            (f"cells.<sup>{bibr('2')}{bibr('')}–{bibr('4')}</sup> They", "cells. They"),
            ("macrophages<sup>12–14</sup> act", "macrophages act"),
            ("macrophages<sup>3</sup> make IL-6<sup>4</sup>.", "macrophages make IL-6."),
            ("IL-10<sup>4</sup> and TNF-α<sup>5,6</sup> act", "IL-10 and TNF-α act"),
            ("rises<sup>[7]</sup> in IL-4<sup>[8, 9]</sup>", "rises in IL-4"),
            (f"by Ek et al. ({bibr('2010')}). Then", "by Ek et al. Then"),
            (f"shown {bibr('[4]')}–{bibr('[7]')}, {bibr('[9]')}. So", "shown. So"),
            (f"cells{bibr('<sup>3</sup>')}, too", "cells, too"),
            (f"as in ref. {bibr('8')}, too", "as, too"),
            (f"rises ({bibr('Ek et al., 2010')}; Lo, {bibr('2011')}, {bibr('2012a')}).", "rises."),
            (f"rises (e.g., Ek and O’Shea, {bibr('2010')}) here", "rises here"),
            (f"rises (IL-8; {bibr('3')}) here", "rises (IL-8) here"),
            (f"rises (Fig. 2 and {bibr('3')}) here", "rises (Fig. 2) here"),
            (f"rises (IL-8, {bibr('3')}, and see {bibr('4')}) here", "rises (IL-8) here"),
            (f"rises ({bibr('3')}; TNF (human)) here", "rises (TNF (human)) here"),
            (f"(TNF [{bibr('3')}]) here", "(TNF) here"),
            (f"Ek et al. ({bibr('2010')}) saw", "Ek et al. saw"),
            (f"{bibr('Ek et al. (2010)')} saw", "Ek et al. (2010) saw"),
        ],
    )
    def test_left_out_with_what_surrounds_them(self, one: Reads, marked: str, text: str) -> None:
        assert shown(one(article(f"<p>{marked}</p>"))) == [("paragraph", "", text)]

    @pytest.mark.parametrize(
        ("marked", "text"),
        [
            ("CD4<sup>+</sup> and CD25<sup>hi</sup> cells", "CD4+ and CD25hi cells"),
            ("10<sup>6</sup> cells in 3 cm<sup>2</sup>", "10^6 cells in 3 cm2"),
            ("5x10<italic><sup>− 9</sup></italic> M", "5x10^−9 M"),
            (
                "<inline-formula><math><mn>10</mn></math></inline-formula> and <math><msup>"
                "<mrow><mn>10</mn></mrow><mn>4</mn></msup></math> cells",
                "10 and 10^4 cells",
            ),
            ("IL-1<sub>β</sub>, Ca<sup>2+</sup>, <sup>51</sup>Cr", "IL-1β, Ca2+, 51Cr"),
            ("CD4<sup>+ </sup>T cells<sup>3 </sup>act", "CD4+ T cells act"),
            ("2<sup>nd</sup> and kg<sup>−1</sup>", "2nd and kg−1"),
            ("Ca<sub>\n2 </sub><sup>+</sup>", "Ca2+"),
            ("10<sup>5–6</sup> cells", "10^5–6 cells"),
            ('as in <xref ref-type="fig" rid="f">Fig. 2A</xref> (left)', "as in Fig. 2A (left)"),
            ("IL-17<named-content>A</named-content>/<bold>F</bold> (both) [1]", None),
        ],
    )
    def test_what_stays(self, one: Reads, marked: str, text: str | None) -> None:
        expected = text or "IL-17A/F (both) [1]"
        assert shown(one(article(f"<p>{marked}</p>"))) == [("paragraph", "", expected)]

    def test_signs_of_footnotes(self, one: Reads) -> None:
        body = (
            "<p>IL-6<sup>*</sup> and TNF"
            '<xref ref-type="table-fn" rid="t"><sup>a</sup></xref> rose.</p>'
        )
        assert shown(one(article(body))) == [("paragraph", "", "IL-6 and TNF rose.")]


class TestBody:
    def test_sections_and_what_is_left_out(self, one: Reads) -> None:
        body = """
          <p>Lead.</p>
          <sec><label>1.</label><title>Results</title><p>One.</p>
            <sec><label>1.1</label><title>IL-10 of <italic>macrophages</italic></title>
            <p>Two.</p></sec><p>Three.</p></sec>
          <sec><title>Conflict of interest</title><p>None.</p></sec>
          <sec sec-type="COI-statement"><title>Statement</title><p>None.</p></sec>"""
        back = """<back>
          <ack><title>Acknowledgements</title><p>We thank.</p></ack>
          <sec><title>Authors' contributions</title><p>AB wrote.</p></sec>
          <sec sec-type="data-availability"><title>Data</title><p>Ask.</p></sec>
          <app-group><app><title>Appendix A</title><p>More.</p></app></app-group>
          <sec><title>Supporting information</title><supplementary-material><label>S1 Fig</label>
            <caption><title>IL-5 over time.</title><p>Each dot is a mouse.</p><p>(DOCX)</p>
            </caption><media xlink:href="s.docx"><caption>
            <p>Click here for additional data file.</p></caption></media>
            </supplementary-material></sec>
          <glossary><def-list><def-item><term>IL</term><def><p>interleukin</p></def></def-item>
            </def-list></glossary>
          <fn-group><fn><p>Supplement on line.</p></fn></fn-group>
          <ref-list><title>References</title><ref><mixed-citation>Ek 2010</mixed-citation></ref>
          </ref-list></back>"""
        deep = "Results / IL-10 of macrophages"
        assert shown(one(article(body, back=back))) == [
            ("paragraph", "", "Lead."),
            ("heading", "Results", "Results"),
            ("paragraph", "Results", "One."),
            ("heading", deep, "IL-10 of macrophages"),
            ("paragraph", deep, "Two."),
            ("paragraph", "Results", "Three."),
            ("heading", "Appendix A", "Appendix A"),
            ("paragraph", "Appendix A", "More."),
            ("heading", "Supporting information", "Supporting information"),
            ("caption", "Supporting information", "S1 Fig"),
            ("caption", "Supporting information", "IL-5 over time."),
            ("caption", "Supporting information", "Each dot is a mouse."),
        ]

    def test_a_long_heading_is_short_in_the_path(self, one: Reads) -> None:
        title = "IL-6 " * 100
        document = one(article(f"<sec><title>{title}</title><p>One.</p></sec>"))
        ((_, path, heading), (_, below, _)) = shown(document)
        assert heading == title.strip()
        assert path == below == title[:199].strip() + "…"

    def test_lists_inside_a_paragraph(self, one: Reads) -> None:
        body = """<sec><title>Sources</title><p>IL-4 is made by: <list list-type="bullet">
          <list-item><label>•</label><p>mast cells</p></list-item>
          <list-item><p>T cells:</p><list><list-item><p>Th2 cells</p></list-item>
            <list-item><p>Tfh cells</p></list-item></list></list-item></list>
          It acts on B cells.</p>
          <def-list><title>Terms</title><def-item><term>TSLP</term><def><p>an alarmin</p></def>
          </def-item></def-list></sec>"""
        document = one(article(body))
        assert [(s.kind, s.level, document.text[s.start : s.end]) for s in document.layout[2:]] == [
            ("paragraph", 0, "IL-4 is made by:"),
            ("item", 1, "mast cells"),
            ("item", 1, "T cells:"),
            ("item", 2, "Th2 cells"),
            ("item", 2, "Tfh cells"),
            ("paragraph", 0, "It acts on B cells."),
            ("paragraph", 0, "Terms"),
            ("item", 1, "TSLP: an alarmin"),
        ]
        cut = [(block.section, block.text) for block in blocks(document)]
        assert ("Sources", "IL-4 is made by mast cells") in cut
        assert ("Sources", "IL-4 is made by T cells Tfh cells") in cut

    def test_boxes_quotes_and_footnotes(self, one: Reads) -> None:
        body = """<sec><title>Care</title>
          <boxed-text><label>Box 1</label><caption><title>Doses</title></caption>
            <p>Give anakinra.</p><sec><title>Later</title><p>Stop.</p></sec></boxed-text>
          <disp-quote><p>It burned.</p><attrib>A patient</attrib></disp-quote>
          <p>IL-2<fn><label>1</label><p>Aldesleukin.</p></fn> was given.</p>
          <p>Here <disp-formula><tex-math>x</tex-math></disp-formula> holds.</p></sec>"""
        assert shown(one(article(body)))[1:] == [
            ("heading", "Care / Doses", "Doses"),
            ("paragraph", "Care / Doses", "Give anakinra."),
            ("heading", "Care / Doses / Later", "Later"),
            ("paragraph", "Care / Doses / Later", "Stop."),
            ("paragraph", "Care", "It burned."),
            ("paragraph", "Care", "IL-2"),
            ("paragraph", "Care", "Aldesleukin."),
            ("paragraph", "Care", "was given."),
            ("paragraph", "Care", "Here holds."),
        ]

    def test_formulas(self, one: Reads) -> None:
        short = "<mml:math><mml:mi>n</mml:mi> <mml:mo>=</mml:mo> <mml:mn>5</mml:mn></mml:math>"
        long = f"<mml:math>{'<mml:mi>x</mml:mi>' * 60}</mml:math>"
        tex = r"<tex-math>\documentclass{minimal}</tex-math>"
        body = f"""<p>Mice (<inline-formula><alternatives>{tex}{short}<inline-graphic/>
          </alternatives></inline-formula>) and {long} cells {tex}.</p>"""
        assert shown(one(article(body))) == [("paragraph", "", "Mice (n=5) and cells .")]

    def test_figures_and_floats(self, one: Reads) -> None:
        figure = """<fig-group><fig><label>Figure 1</label><caption><title>IL-33 in skin.</title>
          <p>(<bold>A</bold>) Mice.</p></caption><graphic xlink:href="f"><alt-text>plot</alt-text>
          </graphic><permissions><copyright-statement>c</copyright-statement></permissions>
          </fig></fig-group>"""
        floats = figure.replace("Figure 1", "Figure 2").replace("fig-group", "floats-group")
        body = f"<sec><title>Skin</title>{figure}<p>End.</p></sec>"
        assert shown(one(article(body, back=floats)))[1:] == [
            ("caption", "Skin", "Figure 1"),
            ("caption", "Skin", "IL-33 in skin."),
            ("caption", "Skin", "(A) Mice."),
            ("paragraph", "Skin", "End."),
            ("caption", "Figure 2", "Figure 2"),
            ("caption", "Figure 2", "IL-33 in skin."),
            ("caption", "Figure 2", "(A) Mice."),
        ]

    def test_parts_of_a_meeting(self, one: Reads) -> None:
        def part(kind: str, title: str) -> str:
            return (
                f'<sub-article article-type="{kind}"><front-stub><title-group><article-title>'
                f"{title}</article-title></title-group><abstract><p>Sum.</p></abstract>"
                "</front-stub><body><sec><title>Aim</title><p>To see.</p></sec></body>"
                "</sub-article>"
            )

        back = part("abstract", "P1 IL-7") + part("translation", "Le") + part("reply", "Re")
        assert shown(one(article("<p>Body.</p>", back=back))) == [
            ("paragraph", "", "Body."),
            ("heading", "P1 IL-7", "P1 IL-7"),
            ("paragraph", "P1 IL-7", "Sum."),
            ("heading", "P1 IL-7 / Aim", "Aim"),
            ("paragraph", "P1 IL-7 / Aim", "To see."),
        ]


class TestTables:
    def test_rows_captions_and_footnotes(self, one: Reads) -> None:
        body = f"""<p>See below.<table-wrap><label>Table 1</label><caption><p>Levels {bibr("[3]")}
          by group</p></caption><alternatives><graphic xlink:href="t"/><table>
          <colgroup><col/></colgroup>
          <thead><tr><th rowspan="2">Cytokine</th><th colspan="2">pg/ml</th></tr>
          <tr><th>mild</th><th>severe</th></tr></thead>
          <tbody><tr><td>IL-6<sup>a</sup></td><td/><td><p>12</p><p>(9)</p></td></tr>
          <tr><td>nested</td><td><table><tr><td>x</td><td>y</td></tr></table></td></tr>
          <tr><td/><td> </td></tr></tbody></table></alternatives>
          <table-wrap-foot><fn><label>a</label><p><sup>a</sup>By ELISA.</p></fn>
          <p>Means.</p></table-wrap-foot></table-wrap></p>"""
        assert shown(one(article(body))) == [
            ("paragraph", "", "See below."),
            ("caption", "", "Table 1"),
            ("caption", "", "Levels by group"),
            ("row", "", "Cytokine | pg/ml"),
            ("row", "", "Cytokine | mild | severe"),
            ("row", "", "IL-6 | | 12 (9)"),
            ("row", "", "nested | x y"),
            ("caption", "", "By ELISA."),
            ("caption", "", "Means."),
        ]

    def test_oasis(self, one: Reads) -> None:
        body = """<table-wrap><oasis:table><oasis:tgroup cols="2"><oasis:tbody>
          <oasis:row><oasis:entry>IL-5</oasis:entry><oasis:entry>low</oasis:entry></oasis:row>
          </oasis:tbody></oasis:tgroup></oasis:table></table-wrap>"""
        assert shown(one(article(body))) == [("row", "", "IL-5 | low")]

    def test_a_cell_over_several_rows_stands_in_each(self, one: Reads) -> None:
        body = """<table-wrap><table><thead><tr><th rowspan="9">Cytokine</th><th>Source</th></tr>
          </thead><tbody><tr><td rowspan="2">IL-10</td><td>Regulatory T cells</td></tr>
          <tr><td>B cells</td></tr><tr><td colspan="2" rowspan="2">not measured</td></tr>
          <tr/><tr><td>IL-4</td><td rowspan="0">mast cells</td></tr><tr><td>IL-13</td></tr>
          </tbody></table></table-wrap>"""
        assert [text for _, _, text in shown(one(article(body)))] == [
            "Cytokine | Source",
            "IL-10 | Regulatory T cells",
            "IL-10 | B cells",
            "not measured",
            "IL-4 | mast cells",
            "IL-13 | mast cells",
        ]

    def test_oasis_cells_over_rows_and_columns(self, one: Reads) -> None:
        body = """<table-wrap><oasis:table><oasis:tgroup cols="4">
          <oasis:colspec colname="a"/><oasis:colspec colname="b"/><oasis:colspec colname="c"/>
          <oasis:tbody><oasis:row><oasis:entry namest="a" nameend="b">IL-5</oasis:entry>
          <oasis:entry morerows="1">eosinophils</oasis:entry><oasis:entry>up</oasis:entry>
          </oasis:row><oasis:row><oasis:entry>IL-3</oasis:entry><oasis:entry>mice</oasis:entry>
          <oasis:entry morerows="0">down</oasis:entry></oasis:row>
          </oasis:tbody></oasis:tgroup></oasis:table></table-wrap>"""
        assert shown(one(article(body))) == [
            ("row", "", "IL-5 | eosinophils | up"),
            ("row", "", "IL-3 | mice | eosinophils | down"),
        ]

    def test_a_long_table_is_cut_and_said_so(self, one: Reads) -> None:
        rows = "".join(f"<tr><td>gene{i:06}</td><td>1.00</td></tr>" for i in range(5_000))
        body = f"<p>A.</p><table-wrap><label>Table 4</label><table>{rows}</table></table-wrap>"
        document = one(article(body))
        kept = [text for kind, _, text in shown(document) if kind == "row"]
        assert sum(map(len, kept)) <= jats_table.MAX_TABLE < sum(map(len, kept)) + 17
        assert kept[-1] == f"gene{len(kept) - 1:06} | 1.00"
        note = f"Table 4: {len(kept)} of 5000 rows kept"
        assert dict(document.metadata)["cut_tables"] == note


class TestFiles:
    def test_a_set(self, tmp_path: Path) -> None:
        path = tmp_path / "set.xml"
        second = article("<p>Two.</p>", ids="")
        reply = '<Reply Id="55" error="The following PMCID is not available: 55"/>'
        items = read(
            path,
            f"<pmc-articleset>{article('<p>One.</p>')}{reply}{second}"
            f"{article(ids=IDS.replace('771', '9'))}</pmc-articleset>",
        )
        name = path.as_posix()
        assert [(type(item), item.doc_id, item.source) for item in items] == [
            (Document, "PMC771", f"{name}:1"),
            (Failure, "55", f"{name}:2"),
            (Document, "set:3", f"{name}:3"),
            (Failure, "PMC9", f"{name}:4"),
        ]

    def test_records_of_oai(self, tmp_path: Path) -> None:
        head = "<header{}><identifier>oai:pubmedcentral.nih.gov:{}</identifier></header>"
        gone = head.format(' status="deleted"', 12)
        whole = article("<p>One.</p>").replace(
            "<article ", '<article xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/" '
        )
        content = (
            '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><ListRecords>'
            f"<record>{head.format('', 771)}<metadata>{whole}</metadata></record>"
            f"<record>{gone}</record></ListRecords></OAI-PMH>"
        )
        document, deleted = read(tmp_path / "oai.xml.gz", content)
        assert isinstance(document, Document)
        assert (document.doc_id, document.text) == ("PMC771", "Mast cells\n\nOne.")
        assert deleted == Deleted("PMC12", (tmp_path / "oai.xml.gz").as_posix() + ":2")

    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (article(), "no abstract and no body"),
            (article("<sec><title>References</title><p>Ek</p></sec>"), "no abstract"),
            (
                article('<supplementary-material content-type="scanned-pages"/>'),
                "pictures of scanned pages",
            ),
            (article("<p>Text.</p>")[:-20], "line 1"),
            (article("<p>&bomb;</p>", ids=""), "bomb"),
            (article("<sec>" * 300 + "</sec>" * 300), "nest"),
            (article("<p>x\x02y</p>"), "line 1"),
        ],
    )
    def test_failures(self, tmp_path: Path, content: str, words: str) -> None:
        bomb = '<!DOCTYPE article [<!ENTITY a "IL"><!ENTITY bomb "&a;&a;&a;&a;">]>'
        (item,) = read(tmp_path / "a.nxml", (bomb if "&bomb;" in content else "") + content)
        assert isinstance(item, Failure)
        assert words in item.error

    @pytest.mark.parametrize("tag", ["sec", "list><list-item", "boxed-text", "p", "bold", "table"])
    def test_deep_nesting_within_the_limit(self, tmp_path: Path, tag: str) -> None:
        tags = tag.split("><")
        depth = 190 // len(tags)
        opened = f"<{tag}>" * depth
        closed = "".join(f"</{name}>" for name in reversed(tags)) * depth
        (item,) = read(tmp_path / "a.nxml", article(f"<p>Top.</p>{opened}<p>IL-6.</p>{closed}"))
        assert isinstance(item, Document)
        check_offsets(item)
        assert item.text.startswith("Mast cells\n\nTop.")
        assert ("IL-6." in item.text) == (tag != "table")  # a table without rows holds no text

    def test_many_brackets_and_citations_take_linear_time(self, one: Reads) -> None:
        hard = "(" * 200_000 + bibr("1") * 20_000 + " , " * 50_000 + "and see" + ")" * 200_000
        hard += f"<sup>{'1, ' * 50_000}x</sup>" + bibr("Ek, 2010") * 20_000 + "[" * 200_000
        deep = "<sup>" * 150 + "1, " * 100_000 + "</sup>" * 150
        begin = time.process_time()
        assert len(shown(one(article(f"<p>{hard}</p><p>{deep}</p>")))) == 2
        assert time.process_time() - begin < 5  # seconds; takes 0.3, a minute when quadratic

    def test_memory_does_not_grow_with_the_articles(self, tmp_path: Path) -> None:
        def peak(n: int) -> int:
            path = tmp_path / f"{n}.xml"
            paragraph = f"<p>IL-6 rises {bibr('[3]')} in blood.</p>"
            with path.open("w") as file:
                file.write("<pmc-articleset>")
                for number in range(n):
                    ids = IDS.replace("771", str(number))
                    file.write(article(paragraph * 20, ids=ids))
                file.write("</pmc-articleset>")
            tracemalloc.start()
            found = sum(
                isinstance(item, Document) for item in stream_inputs([path], read_options([path]))
            )
            size = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            assert found == n
            return size

        assert peak(1_000) < 1.5 * peak(100)

    def test_suffixes(self) -> None:
        assert {".xml", ".nxml"} <= FORMATS.keys()
