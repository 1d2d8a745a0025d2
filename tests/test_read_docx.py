"""Word documents: what is text in them, where its stretches stand, and what is refused."""

from __future__ import annotations

import gzip
import io
import time
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from read_files import check, said, texts

from pipeline.read.inputs import read_inputs
from pipeline.records import Document, Failure

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
STYLES = """
<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="en-GB"/></w:rPr></w:rPrDefault></w:docDefaults>
<w:style w:type="paragraph" w:default="1" w:styleId="Standard"><w:name w:val="Normal"/></w:style>
<w:style w:type="paragraph" w:styleId="Titel"><w:name w:val="Title"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>
<w:style w:type="paragraph" w:styleId="berschrift2"><w:name w:val="heading 2"/>
<w:basedOn w:val="berschrift1"/></w:style>
<w:style w:type="paragraph" w:styleId="Mine"><w:name w:val="Box head"/>
<w:basedOn w:val="berschrift2"/></w:style>
<w:style w:type="paragraph" w:styleId="Loop"><w:name w:val="Loop"/>
<w:basedOn w:val="Loop"/></w:style>
<w:style w:type="paragraph" w:styleId="Liste2"><w:name w:val="List Bullet 2"/>
<w:pPr><w:numPr><w:numId w:val="3"/></w:numPr></w:pPr></w:style>
<w:style w:type="paragraph" w:styleId="Besch"><w:name w:val="caption"/></w:style>
<w:style w:type="paragraph" w:styleId="Verz1"><w:name w:val="toc 1"/></w:style>
<w:style w:type="character" w:styleId="Unseen"><w:name w:val="Unseen"/>
<w:rPr><w:vanish/></w:rPr></w:style>
"""
FOOTNOTES = """<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:t>line</w:t></w:r></w:p>
</w:footnote><w:footnote w:id="2"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t> Serum IL-18 was
measured twice.</w:t></w:r></w:p></w:footnote>
<w:footnote w:id="9"><w:p><w:r><w:t>Nobody names this note.</w:t></w:r></w:p></w:footnote>"""


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(content: str, properties: str = "") -> str:
    inner = content if content.startswith("<") else run(content)
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def styled(style: str, text: str) -> str:
    return p(text, f'<w:pStyle w:val="{style}"/>')


def item(text: str, level: int) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="1"/></w:numPr>')


def table(*rows: tuple[str, ...]) -> str:
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def package(body: str, *, title: str = "", main: str = "word/document.xml") -> dict[str, str]:
    folder, name = main.rsplit("/", 1)
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{OFFICE}/{kind}" Target="{kind}.xml"/>'
        for kind in ("styles", "footnotes", "endnotes")
    )
    core = (
        '<cp:coreProperties xmlns:cp="urn:cp" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title></cp:coreProperties>"
    )
    return {
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="a" '
        f'Type="{OFFICE}/officeDocument" Target="/{main}"/><Relationship Id="b" '
        f'Type="{PACKAGE}/metadata/core-properties" Target="docProps/core.xml"/></Relationships>',
        "docProps/core.xml": core,
        main: f"<w:document {W}><w:body>{body}<w:sectPr/></w:body></w:document>",
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{PACKAGE}">{relations}'
        "</Relationships>",
        f"{folder}/styles.xml": f"<w:styles {W}>{STYLES}</w:styles>",
        f"{folder}/footnotes.xml": f"<w:footnotes {W}>{FOOTNOTES}</w:footnotes>",
        f"{folder}/header1.xml": f"<w:hdr {W}>{p('Running head')}</w:hdr>",
    }


def packed(parts: dict[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def read_bytes(folder: Path, data: bytes, name: str = "report.docx", **kw: int) -> object:
    path = folder / name
    path.write_bytes(data)
    (found,) = read_inputs([path], **kw)  # type: ignore[arg-type]
    return found


def read(folder: Path, body: str, *, title: str = "") -> Document:
    found = read_bytes(folder, packed(package(body, title=title)))
    assert isinstance(found, Document), found
    check(found)
    return found


def error(folder: Path, data: bytes, name: str = "report.docx", **kw: int) -> str:
    found = read_bytes(folder, data, name, **kw)
    assert isinstance(found, Failure), found
    assert found.doc_id == "report"
    return found.error


class TestStructure:
    def test_title_headings_and_lists(self, tmp_path: Path) -> None:
        body = (
            styled("Titel", "Ward report on IL-1 blockade")
            + styled("Verz1", "Course ... 3")
            + styled("berschrift1", "Course")
            + p("Anakinra lowered ferritin.")
            + styled("berschrift2", "Fever")
            + p("Cells that rose:")
            + item("neutrophils", 0)
            + item("of the marrow", 1)
            + styled("Liste2", "monocytes")
            + styled("Mine", "Rash")
            + styled("Loop", "It faded.")
            + p("Outcome", '<w:outlineLvl w:val="0"/>')
            + styled("Besch", "Figure 1. IL-6 by day.")
        )
        document = read(tmp_path, body)
        assert document.title == "Ward report on IL-1 blockade"
        assert document.metadata == (("language", "en-GB"),)
        assert said(document) == [
            ("title", "Title", "Ward report on IL-1 blockade"),
            ("heading", "Course", "Course"),
            ("paragraph", "Course", "Anakinra lowered ferritin."),
            ("heading", "Course / Fever", "Fever"),
            ("paragraph", "Course / Fever", "Cells that rose:"),
            ("item", "Course / Fever", "neutrophils"),
            ("item", "Course / Fever", "of the marrow"),
            ("item", "Course / Fever", "monocytes"),
            ("heading", "Course / Rash", "Rash"),
            ("paragraph", "Course / Rash", "It faded."),
            ("heading", "Outcome", "Outcome"),
            ("caption", "Outcome", "Figure 1. IL-6 by day."),
        ]
        assert [s.level for s in document.layout if s.kind == "item"] == [1, 2, 2]

    def test_title_without_its_style(self, tmp_path: Path) -> None:
        body = styled("berschrift1", "TNF in gout") + p("Crystals wake macrophages.")
        assert read(tmp_path, body).title == "TNF in gout"
        both = read(tmp_path, p("TNF in gout") + p("Crystals wake cells."), title="TNF in gout")
        assert said(both)[0] == ("title", "Title", "TNF in gout")
        other = read(tmp_path, p("Crystals wake cells."), title="Draft of gout")
        assert (other.title, texts(other)) == ("Draft of gout", ["Crystals wake cells."])
        junk = read(tmp_path, p("Crystals wake cells."), title="Microsoft Word - a.doc")
        assert junk.title == ""

    def test_bold_paragraphs_are_headings(self, tmp_path: Path) -> None:
        bold = "<w:b/>"
        body = (
            p("We watched.")
            + p(run("Blood ", bold) + run("counts", bold))
            + p(run("IL-5 ", bold) + run("rose."))
            + p(run("Eosinophils made IL-13.", bold))
            + p(run("Skin", '<w:b w:val="0"/>'))
        )
        assert [kind for kind, _, _ in said(read(tmp_path, body))] == [
            "paragraph", "heading", "paragraph", "paragraph", "paragraph",
        ]  # fmt: skip

    def test_references_end_at_the_next_heading(self, tmp_path: Path) -> None:
        body = (
            styled("berschrift1", "Findings") + p("IL-33 rose.")
            + styled("berschrift1", "References") + p("1. A. Author. IL-2 in mice.")
            + styled("berschrift1", "Appendix") + p("IL-4 fell.")
        )  # fmt: skip
        assert texts(read(tmp_path, body)) == ["Findings", "IL-33 rose.", "Appendix", "IL-4 fell."]

    def test_tables(self, tmp_path: Path) -> None:
        inner = table((p("dose"), p("weeks")))
        body = (
            table((p("Drug"), p("Target") + p("cell")), (p("Canakinumab") + inner, p("IL-1β")))
            + table((p("A box with words."),))
            + table((styled("berschrift2", "Left"), p("IL-17A rose.")))
            + "<w:tbl><w:tr><w:trPr><w:del/></w:trPr><w:tc>" + p("gone") + "</w:tc></w:tr></w:tbl>"
        )  # fmt: skip
        assert said(read(tmp_path, body)) == [
            ("row", "", "Drug | Target cell"),
            ("row", "", "Canakinumab | IL-1β"),
            ("row", "", "dose | weeks"),
            ("paragraph", "", "A box with words."),
            ("heading", "Left", "Left"),
            ("paragraph", "Left", "IL-17A rose."),
        ]

    def test_text_box_once_and_notes_last(self, tmp_path: Path) -> None:
        box = f"<w:txbxContent>{p('Boxed: IL-9 falls.')}</w:txbxContent>"
        alternate = (
            '<w:r><mc:AlternateContent xmlns:mc="urn:mc"><mc:Choice Requires="wps"><w:drawing>'
            f"{box}</w:drawing></mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
        note = '<w:r><w:footnoteReference w:id="2"/></w:r>'
        body = p(run("Monocytes") + note + run(" grew.") + alternate) + p("They left.")
        document = read(tmp_path, body)
        assert said(document) == [
            ("paragraph", "", "Monocytes grew."),
            ("paragraph", "", "Boxed: IL-9 falls."),
            ("paragraph", "", "They left."),
            ("paragraph", "Footnotes", "Serum IL-18 was measured twice."),
        ]

    def test_main_part_of_another_name(self, tmp_path: Path) -> None:
        data = packed(package(p("IL-2 helps."), main="word/document22.xml"))
        found = read_bytes(tmp_path, data)
        assert isinstance(found, Document)
        assert found.text == "IL-2 helps."


def test_a_bold_line_that_opens_a_manuscript_is_its_title(tmp_path: Path) -> None:
    bold = "<w:b/>"
    title = (
        "Interleukin-18 in the serum of adults with haemophagocytic lymphohistiocytosis after "
        "treatment with emapalumab in two hospitals of one city"
    )
    names, said_there = p("Ana Ek1"), p("IL-18 fell.")
    document = read(tmp_path, p(run(title, bold)) + names + p(run("Abstract", bold)) + said_there)
    assert document.title == title
    assert said(document)[0] == ("title", "Title", title)
    assert said(document)[2:] == [
        ("heading", "Abstract", "Abstract"), ("paragraph", "Abstract", "IL-18 fell."),
    ]  # fmt: skip
    assert read(tmp_path, p(run("Abstract", bold)) + said_there).title == ""
    assert read(tmp_path, names + p(run(title, bold)) + said_there).title == ""


RAISED = '<w:vertAlign w:val="superscript"/>'


class TestRuns:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            (run("CD4") + run("+", '<w:vertAlign w:val="superscript"/>') + run(" T"), "CD4+ T"),
            (run("IL") + "<w:r><w:noBreakHyphen/></w:r>" + run("6"), "IL-6"),
            (run("inter") + "<w:r><w:softHyphen/></w:r>" + run("feron"), "interferon"),
            (run("TNF-") + '<w:r><w:sym w:font="Symbol" w:char="F061"/></w:r>', "TNF-α"),
            (run("IL-1") + run("b", '<w:rFonts w:ascii="Symbol" w:hAnsi="Symbol"/>'), "IL-1β"),
            (run("up ") + '<w:r><w:sym w:font="Webdings" w:char="F0E8"/></w:r>' + run("a"), "up a"),
            (run("a") + "<w:r><w:tab/></w:r>" + run("b"), "a b"),
            (run("a") + "<w:r><w:br/></w:r>" + run("b"), "a\nb"),
            (run("a") + '<w:r><w:br w:type="page"/></w:r>' + run("b"), "a b"),
            (f"<w:ins>{run('new ')}</w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
             + run("IL-7"), "new IL-7"),
            (f"<w:moveFrom>{run('there ')}</w:moveFrom><w:moveTo>{run('here')}</w:moveTo>", "here"),
            (run("seen") + run("unseen", "<w:vanish/>"), "seen"),
            (run("seen") + run("unseen", '<w:rStyle w:val="Unseen"/>'), "seen"),
            (run("seen ") + run("too", '<w:vanish w:val="0"/>'), "seen too"),
            (f'<w:hyperlink r:id="x" xmlns:r="urn:r">{run("IL-3")}</w:hyperlink>', "IL-3"),
            (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('IL-3')}</w:sdtContent></w:sdt>", "IL-3"),
            (run("x") + "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
             + run("Click here") + "</w:sdtContent></w:sdt>", "x"),
            ('<m:oMath xmlns:m="urn:m"><m:sSup><m:e><m:r><m:t>x</m:t></m:r></m:e><m:sup><m:r>'
             "<m:t>2</m:t></m:r></m:sup></m:sSup></m:oMath>", "x2"),
            (run("5 x 10") + run("6", RAISED) + run("/ml"), "5 x 10^6/ml"),
            (run("10") + run("-", RAISED) + run("9 ", RAISED) + run("M"), "10^-9 M"),
            ('<m:oMath xmlns:m="urn:m"><m:sSup><m:e><m:r><m:t>10</m:t></m:r></m:e><m:sup><m:r>'
             "<m:t>4</m:t></m:r></m:sup></m:sSup></m:oMath>", "10^4"),
            (run("Ca") + run("2", RAISED) + run("+", RAISED) + run(" in cm") + run("2", RAISED),
             "Ca2+ in cm2"),
            (run("More") + run("3", RAISED) + run(",4", RAISED) + run(" IL-6") + run("5", RAISED)
             + run(" act.") + run("[6–8]", RAISED), "More IL-6 act."),
        ],
    )  # fmt: skip
    def test_one_paragraph(self, tmp_path: Path, content: str, expected: str) -> None:
        assert read(tmp_path, p(content)).text == expected

    @pytest.mark.parametrize(
        ("code", "raised", "expected"),
        [
            (" ADDIN ZOTERO_ITEM CSL_CITATION {}", True, "T-bet grew."),
            (" ADDIN EN.CITE ", False, "T-bet4 grew."),
            (" REF _Ref7 ", True, "T-bet4 grew."),
        ],
    )
    def test_fields(self, tmp_path: Path, code: str, raised: bool, expected: str) -> None:
        def mark(kind: str) -> str:
            return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

        align = '<w:vertAlign w:val="superscript"/>' if raised else ""
        content = (
            run("T-bet") + mark("begin") + f"<w:r><w:instrText>{code}</w:instrText></w:r>"
            + mark("separate") + run("4", align) + mark("end") + run(" grew.")
        )  # fmt: skip
        assert read(tmp_path, p(content)).text == expected

    def test_deleted_end_of_a_paragraph(self, tmp_path: Path) -> None:
        body = (
            p("IL-10 ", "<w:rPr><w:del/></w:rPr>")
            + p("calms.")
            + p("Last", "<w:rPr><w:del/></w:rPr>")
        )
        assert texts(read(tmp_path, body)) == ["IL-10 calms.", "Last"]


class TestHostile:
    def test_gzip(self, tmp_path: Path) -> None:
        data = gzip.compress(packed(package(p("IL-2 helps."))))
        found = read_bytes(tmp_path, data, "report.docx.gz")
        assert isinstance(found, Document)
        assert (found.doc_id, found.text) == ("report", "IL-2 helps.")

    def test_zip_bomb(self, tmp_path: Path) -> None:
        data = packed(package(p("IL-2 " + " " * 30_000_000)))
        tracemalloc.start()
        said = error(tmp_path, data)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert "unpacks to more than" in said
        assert peak < 30_000_000

    def test_size_in_the_header_is_not_trusted(self, tmp_path: Path) -> None:
        data = packed(package(p("IL-2 " + " " * 10_000_000)))
        size = len(package(p("IL-2 " + " " * 10_000_000))["word/document.xml"])
        said = error(tmp_path, data.replace(size.to_bytes(4, "little"), b"\x10\0\0\0"))
        assert "damaged" in said or "unpacks" in said or "cut off" in said

    def test_names_that_lead_elsewhere(self, tmp_path: Path) -> None:
        parts = package(p("IL-2 helps."))
        parts["../../outside.txt"] = "x"
        parts["_rels/.rels"] = parts["_rels/.rels"].replace(
            "/word/document.xml", "../../../etc/passwd"
        )
        found = read_bytes(tmp_path, packed(parts))
        assert isinstance(found, Document)
        assert found.text == "IL-2 helps."
        assert [path.name for path in tmp_path.iterdir()] == ["report.docx"]

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"", "empty"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "password"),
            (b"{\\rtf1 IL-2}", "not a Word document"),
            (b"PK\x03\x04" + b"\0" * 100, "damaged or cut off"),
            (packed({"xl/workbook.xml": "<a/>"}), "Excel"),
            (packed({"readme.txt": "IL-2"}), "without word/document.xml"),
            (packed({"word/document.xml": "<w:document"}), "word/document.xml"),
            (packed({"word/document.xml": "<a/>"}), "blank"),
            (packed(package("<w:p>" * 5000 + "</w:p>" * 5000)), "nest"),
            (packed({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbbbbbbbbbbbbbbbb">'
                     '<!ENTITY c "&b;&b;&b;">]><a>&c;</a>'}), "entity"),
        ],
    )  # fmt: skip
    def test_refused(self, tmp_path: Path, data: bytes, words: str) -> None:
        assert words in error(tmp_path, data)

    def test_encrypted_part(self, tmp_path: Path) -> None:
        data = bytearray(packed({"word/document.xml": "<a/>"}))
        data[6] |= 1
        data[data.rfind(b"PK\x01\x02") + 8] |= 1
        assert "encrypted" in error(tmp_path, bytes(data))

    def test_every_cut_is_a_clear_failure(self, tmp_path: Path) -> None:
        data = packed(package(p("IL-2 helps.")))
        for end in range(1, len(data), 37):
            assert "cut off" in error(tmp_path, data[:end]) or end < 8

    def test_flipped_bytes(self, tmp_path: Path) -> None:
        data = packed(package(p("IL-2 helps.")))
        n_failures = 0
        for at in range(0, len(data), 7):
            damaged = data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :]
            n_failures += isinstance(read_bytes(tmp_path, damaged), Failure)
        assert n_failures > 10

    def test_too_many_names(self, tmp_path: Path) -> None:
        parts = {f"word/{'x' * 200}{i}.xml": "" for i in range(20_000)}
        assert "names" in error(tmp_path, packed(parts))

    def test_too_long(self, tmp_path: Path) -> None:
        data = packed(package(p("IL-2 helps T cells. " * 20) * 200))
        assert "more than 1,000 characters" in error(tmp_path, data, max_characters=1000)

    def test_time_grows_with_length(self, tmp_path: Path) -> None:
        spent = []
        for n in (2_000, 8_000):
            body = "".join(p(f"Patient {i} had IL-6 of {i * 7} pg/ml.") for i in range(n))
            data = packed(package(body))
            started = time.process_time()
            assert isinstance(read_bytes(tmp_path, data), Document)
            spent.append(time.process_time() - started)
        assert spent[1] < 12 * spent[0]
