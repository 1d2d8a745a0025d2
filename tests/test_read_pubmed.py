"""PubMed XML: every citation becomes a text with its sections, or is named as a failure."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from pipeline.read.inputs import read_options, stream_inputs
from pipeline.read.layout import blocks
from pipeline.records import Deleted, Document, Failure

HEAD = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2024//EN" '
    '"https://dtd.example/pubmed_240101.dtd">\n'
)
JOURNAL = (
    "<Journal><JournalIssue><PubDate><Year>2021</Year></PubDate></JournalIssue>"
    "<Title>Cytokine notes</Title><ISOAbbreviation>Cytokine Notes</ISOAbbreviation></Journal>"
)


def citation(
    pmid: str = '<PMID Version="1">101</PMID>',
    *,
    title: str = "<ArticleTitle>Mast cells release IL-4.</ArticleTitle>",
    abstract: str = "<Abstract><AbstractText>IL-4 rose.</AbstractText></Abstract>",
    after: str = "<Language>eng</Language>",
    journal: str = JOURNAL,
    record: str = "",
    data: str = "",
) -> str:
    """One PubmedArticle; each part is XML."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE">{pmid}'
        f"<Article>{journal}{title}{abstract}<AuthorList><Author><LastName>Okonkwo</LastName>"
        f"</Author></AuthorList>{after}</Article>{record}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>\n"
    )


def read(
    tmp_path: Path, *parts: str, root: str = "PubmedArticleSet", **options: int
) -> list[object]:
    path = tmp_path / "set.xml"
    path.write_text(f"{HEAD}<{root}>\n{''.join(parts)}</{root}>\n", encoding="utf-8")
    return list(stream_inputs([path], read_options([path], **options)))  # type: ignore[arg-type]


def one(tmp_path: Path, *parts: str, root: str = "PubmedArticleSet") -> Document:
    (document,) = read(tmp_path, *parts, root=root)
    assert isinstance(document, Document)
    check_layout(document)
    return document


def check_layout(document: Document) -> None:
    """The stretches, a blank line apart, are the text."""
    pieces = [document.text[s.start : s.end] for s in document.layout]
    assert "\n\n".join(pieces) == document.text
    assert all(piece and piece == piece.strip() for piece in pieces)


def stretches(document: Document) -> list[tuple[str, str, str]]:
    return [(s.kind, s.section, document.text[s.start : s.end]) for s in document.layout]


def test_title_and_abstract(tmp_path: Path) -> None:
    document = one(tmp_path, citation())
    assert document.doc_id == "101"
    assert document.text == "Mast cells release IL-4.\n\nIL-4 rose."
    assert document.title == "Mast cells release IL-4."
    assert document.source == f"{tmp_path.as_posix()}/set.xml:1"
    assert document.revision == 1
    assert stretches(document) == [
        ("title", "Title", "Mast cells release IL-4."),
        ("paragraph", "Abstract", "IL-4 rose."),
    ]


def test_labels_are_sections_and_not_text(tmp_path: Path) -> None:
    abstract = (
        '<Abstract><AbstractText Label="BACKGROUND &amp; AIMS" NlmCategory="OBJECTIVE">IL-33 '
        "is an alarmin.</AbstractText>\n"
        '<AbstractText Label="Methods:"> Mice were\n exposed.  </AbstractText>'
        '<AbstractText Label="UNLABELLED">Both rose.</AbstractText>'
        '<AbstractText Label="FUNDING"/><AbstractText>None.</AbstractText>'
        "<CopyrightInformation>© 2021 The authors.</CopyrightInformation></Abstract>"
    )
    document = one(tmp_path, citation(abstract=abstract))
    assert stretches(document)[1:] == [
        ("paragraph", "BACKGROUND & AIMS", "IL-33 is an alarmin."),
        ("paragraph", "Methods", "Mice were exposed."),
        ("paragraph", "Abstract", "Both rose."),
        ("paragraph", "Abstract", "None."),
    ]
    assert [(b.section, b.text) for b in blocks(document)][1:3] == [
        ("BACKGROUND & AIMS", "IL-33 is an alarmin."),
        ("Methods", "Mice were exposed."),
    ]


def test_markup_that_is_written_as_text_is_left_out(tmp_path: Path) -> None:
    abstract = (
        "<Abstract><AbstractText>&lt;b&gt;Aims:&lt;/b&gt; CD4&lt;sup&gt;+&lt;/sup&gt; cells "
        "(10&lt;sup&gt;6&lt;/sup&gt;), TNF-&amp;#x3b1; and IFN-&amp;gamma; at p &lt; 0.05 &amp; a "
        "&lt;i&gt; b; R&amp;D; AT&amp;T.</AbstractText></Abstract>"
    )
    document = one(tmp_path, citation(abstract=abstract))
    assert stretches(document)[1][2] == (
        "Aims: CD4+ cells (10^6), TNF-α and IFN-γ at p < 0.05 & a  b; R&D; AT&T."
    )


def test_marks_of_the_makers_are_left_out(tmp_path: Path) -> None:
    abstract = (
        "<Abstract><AbstractText>Serum held IL-2 (both sexes).(ABSTRACT TRUNCATED AT 250 WORDS)"
        "</AbstractText></Abstract>"
    )
    title = "<ArticleTitle>[Interferon in mice (author's transl)].</ArticleTitle>"
    document = one(tmp_path, citation(title=title, abstract=abstract))
    assert document.text == "Interferon in mice.\n\nSerum held IL-2 (both sexes)."


def test_citations_in_the_root_of_an_old_baseline_file(tmp_path: Path) -> None:
    record = citation().partition("<PubmedArticle>")[2].partition("<PubmedData>")[0]
    first, second = read(tmp_path, record, record.replace("101", "102"), root="MedlineCitationSet")
    assert isinstance(first, Document)
    assert isinstance(second, Document)
    assert (first.doc_id, second.doc_id) == ("101", "102")
    assert first.text == "Mast cells release IL-4.\n\nIL-4 rose."


def test_markup_inside_words_and_formulas_stays_whole(tmp_path: Path) -> None:
    math = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:semantics><mml:mrow>'
        "<mml:mi>p</mml:mi><mml:mo>=</mml:mo><mml:mn>0.02</mml:mn></mml:mrow>"
        '<mml:annotation encoding="application/x-tex">p = 0.02</mml:annotation>'
        "</mml:semantics></mml:math>"
    )
    power = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mn>5</mml:mn><mml:mo>×'
        "</mml:mo><mml:msup>\n<mml:mn>10</mml:mn>\n<mml:mn>3</mml:mn></mml:msup></mml:math>"
    )
    abstract = (
        "<Abstract><AbstractText>CD4<sup>+</sup> T cells made IL-1<i>β</i> &amp; TNF-&#945; "
        f"(<b><i>in vitro</i></b>, {math}); H<sub>2</sub>O did not, nor 10<sup>6</sup> cells per "
        f"cm<sup>2</sup> at 10<sup>-9</sup> M Ca<sup>2+</sup> and {power} IL-10.</AbstractText>"
        "</Abstract>"
    )
    title = "<ArticleTitle><i>Il10</i><sup>-/-</sup> mice\n   and IL&#x2011;23</ArticleTitle>"
    document = one(tmp_path, citation(title=title, abstract=abstract))
    assert document.title == "Il10-/- mice and IL‑23"
    assert stretches(document)[1][2] == (
        "CD4+ T cells made IL-1β & TNF-α (in vitro, p=0.02); H2O did not, nor 10^6 cells per cm2 "
        "at 10^-9 M Ca2+ and 5×10^3 IL-10."
    )


@pytest.mark.parametrize(
    ("written", "read_as"),
    [
        ("[Cytokines in sepsis].", "Cytokines in sepsis."),
        ("[Is IL-6 harmful?].", "Is IL-6 harmful?"),
        ("[Levels of [125I]IL-2 in blood.]", "Levels of [125I]IL-2 in blood."),
        ("[18F]FDG uptake follows IL-6 [corrected].", "[18F]FDG uptake follows IL-6 [corrected]."),
        ("[An unclosed title.", "[An unclosed title."),
    ],
)
def test_brackets_of_a_translated_title_are_dropped(
    tmp_path: Path, written: str, read_as: str
) -> None:
    title = f"<ArticleTitle>{written}</ArticleTitle>"
    vernacular = "<Language>fre</Language><VernacularTitle>Autre titre.</VernacularTitle>"
    assert one(tmp_path, citation(title=title, after=vernacular)).title == read_as


@pytest.mark.parametrize("written", ["", "[Not Available].", "[In Process Citation]"])
def test_the_vernacular_title_counts_where_there_is_no_other(tmp_path: Path, written: str) -> None:
    title = f"<ArticleTitle>{written}</ArticleTitle>"
    after = "<Language>ger</Language><VernacularTitle>Zytokine im Liquor.</VernacularTitle>"
    document = one(tmp_path, citation(title=title, abstract="", after=after))
    assert document.text == document.title == "Zytokine im Liquor."
    assert ("language", "ger") in document.metadata
    assert [stretch.kind for stretch in document.layout] == ["title"]


OTHERS = (
    '<OtherAbstract Type="Publisher" Language="spa"><AbstractText>La IL-6 subió.</AbstractText>'
    '</OtherAbstract><OtherAbstract Type="Publisher" Language="{}"><AbstractText Label="AIM">'
    "IL-6 rose.</AbstractText></OtherAbstract>"
)


def test_the_main_abstract_comes_before_others(tmp_path: Path) -> None:
    document = one(tmp_path, citation(record=OTHERS.format("eng")))
    assert document.text.endswith("\n\nIL-4 rose.")
    assert "abstract_language" not in dict(document.metadata)


@pytest.mark.parametrize("abstract", ["", "<Abstract><AbstractText> </AbstractText></Abstract>"])
def test_another_abstract_where_there_is_no_main_one_english_first(
    tmp_path: Path, abstract: str
) -> None:
    document = one(tmp_path, citation(abstract=abstract, record=OTHERS.format("eng")))
    assert stretches(document)[1:] == [("paragraph", "AIM", "IL-6 rose.")]
    assert dict(document.metadata)["abstract_language"] == "eng"
    document = one(tmp_path, citation(abstract=abstract, record=OTHERS.format("por")))
    assert document.text.endswith("La IL-6 subió.")
    assert dict(document.metadata)["abstract_language"] == "spa"


def test_an_abstract_without_title_starts_the_text(tmp_path: Path) -> None:
    document = one(tmp_path, citation(title="<ArticleTitle/>"))
    assert stretches(document) == [("paragraph", "Abstract", "IL-4 rose.")]
    assert document.title == ""


def test_metadata(tmp_path: Path) -> None:
    after = (
        '<ELocationID EIdType="pii" ValidYN="Y">S1</ELocationID>'
        '<ELocationID EIdType="doi" ValidYN="N">10.1/wrong</ELocationID>'
        '<ELocationID EIdType="doi" ValidYN="Y">10.1/place</ELocationID>'
        "<Language>eng</Language><Language>fre</Language><PublicationTypeList>"
        '<PublicationType UI="D016428">Journal Article</PublicationType>'
        '<PublicationType UI="D016441">Retracted Publication</PublicationType>'
        "</PublicationTypeList>"
    )
    ids = (
        '<ArticleIdList><ArticleId IdType="pubmed">101</ArticleId>'
        '<ArticleId IdType="pmc">PMC900</ArticleId></ArticleIdList>'
        "<ReferenceList><Reference><Citation>Cited.</Citation><ArticleIdList>"
        '<ArticleId IdType="doi">10.1/cited</ArticleId></ArticleIdList></Reference></ReferenceList>'
    )
    assert one(tmp_path, citation(after=after, data=ids)).metadata == (
        ("pmid", "101"),
        ("pmcid", "PMC900"),
        ("doi", "10.1/place"),
        ("language", "eng; fre"),
        ("publication_types", "Journal Article; Retracted Publication"),
        ("journal", "Cytokine notes"),
        ("year", "2021"),
    )


def test_identifiers_of_the_record_come_before_those_of_the_article(tmp_path: Path) -> None:
    after = '<ELocationID EIdType="doi">10.1/place</ELocationID>'
    ids = '<ArticleIdList><ArticleId IdType="doi"> 10.1/list </ArticleId></ArticleIdList>'
    assert dict(one(tmp_path, citation(after=after, data=ids)).metadata)["doi"] == "10.1/list"


@pytest.mark.parametrize(
    ("journal", "name", "year"),
    [
        (
            "<Journal><JournalIssue><PubDate><MedlineDate>1998 Dec-1999 Jan</MedlineDate></PubDate>"
            "</JournalIssue><ISOAbbreviation>Lymphokine Res</ISOAbbreviation></Journal>",
            "Lymphokine Res",
            "1998",
        ),
        ("<Journal><Title>Undated</Title></Journal>", "Undated", None),
        ("", None, None),
    ],
)
def test_what_the_journal_does_not_say_is_left_out(
    tmp_path: Path, journal: str, name: str | None, year: str | None
) -> None:
    found = dict(one(tmp_path, citation(journal=journal)).metadata)
    assert (found.get("journal"), found.get("year")) == (name, year)


def test_a_book_and_a_chapter(tmp_path: Path) -> None:
    book = (
        '<PubmedBookArticle><BookDocument><PMID Version="2">301</PMID><ArticleIdList><ArticleId '
        'IdType="bookaccession">NBK1</ArticleId></ArticleIdList><Book><Publisher><PublisherName>X'
        "</PublisherName></Publisher><BookTitle>Cytokines at the <i>Bedside</i></BookTitle>"
        "<PubDate><Year>2019</Year></PubDate></Book>{}<Language>eng</Language><PublicationType>Review"
        "</PublicationType><Abstract><AbstractText Label='Uses'>Anakinra blocks IL-1."
        "</AbstractText></Abstract></BookDocument></PubmedBookArticle>"
    )
    chapter = book.format("<ArticleTitle book='g' part='p'>Anakinra</ArticleTitle>")
    document = one(tmp_path, chapter, root="PubmedBookArticleSet")
    assert (document.doc_id, document.revision) == ("301", 2)
    assert stretches(document) == [
        ("title", "Title", "Anakinra"),
        ("paragraph", "Uses", "Anakinra blocks IL-1."),
    ]
    assert document.metadata == (
        ("pmid", "301"),
        ("language", "eng"),
        ("publication_types", "Review"),
        ("journal", "Cytokines at the Bedside"),
        ("year", "2019"),
    )
    assert one(tmp_path, book.format("")).title == "Cytokines at the Bedside"


def test_versions_and_deletions_of_an_update_file(tmp_path: Path) -> None:
    items = read(
        tmp_path,
        citation(),
        citation('<PMID Version="3">101</PMID>'),
        citation("<PMID Version='x'>102</PMID>"),
        citation(f"<PMID Version='{'9' * 9000}'>103</PMID>"),
        '<DeleteCitation>\n<PMID Version="1">7</PMID>\n<PMID Version="1">8</PMID></DeleteCitation>',
    )
    documents = [item for item in items if isinstance(item, Document)]
    assert [(d.doc_id, d.revision) for d in documents] == [
        ("101", 1),
        ("101", 3),
        ("102", 1),
        ("103", 1),
    ]
    where = f"{tmp_path.as_posix()}/set.xml:5"
    assert items[4:] == [Deleted("7", where), Deleted("8", where)]


def test_a_citation_without_text_is_passed_over_and_counted(tmp_path: Path) -> None:
    empty = citation(title="<ArticleTitle/>", abstract="")
    items = read(tmp_path, empty, citation("<PMID>102</PMID>"))
    assert [(d.doc_id, d.source[-2:]) for d in items if isinstance(d, Document)] == [("102", ":2")]
    assert len(items) == 1


def test_bad_citations_are_failures_and_the_next_ones_go_on(tmp_path: Path) -> None:
    long = f"<Abstract><AbstractText>{'IL-6 ' * 400}</AbstractText></Abstract>"
    items = read(
        tmp_path,
        citation(""),
        "<PubmedArticle><PubmedData/></PubmedArticle>",
        citation("<PMID>104</PMID>", abstract=long),
        citation("<PMID>105</PMID>"),
        max_characters=1000,
    )
    *failures, last = items
    assert isinstance(last, Document)
    assert last.doc_id == "105"
    assert [(f.doc_id, f.source[-2:], f.step) for f in failures if isinstance(f, Failure)] == [
        ("", ":1", "read"),
        ("", ":2", "read"),
        ("104", ":3", "read"),
    ]


def test_a_file_cut_off_gives_what_is_whole_and_a_failure(tmp_path: Path) -> None:
    path = tmp_path / "cut.xml"
    path.write_text(f"{HEAD}<PubmedArticleSet>\n{citation()}{citation()[:200]}")
    first, last = stream_inputs([path], read_options([path]))
    assert isinstance(first, Document)
    assert isinstance(last, Failure)
    assert "line 5" in last.error
    assert last.source == path.as_posix()


def test_an_empty_set_is_named(tmp_path: Path) -> None:
    (only,) = read(tmp_path)
    assert isinstance(only, Failure)
    assert "no documents" in only.error


def test_an_efetch_answer_without_doctype_and_a_single_article(tmp_path: Path) -> None:
    path = tmp_path / "one.xml"
    path.write_text(citation(title="<ArticleTitle>TNF-&alpha;</ArticleTitle>"), encoding="utf-8")
    (document,) = stream_inputs([path], read_options([path]))
    assert isinstance(document, Document)
    assert document.title == "TNF-α"


def large(path: Path, n: int) -> Path:
    abstract = f"<Abstract><AbstractText>{'IL-6 rose. ' * 40}</AbstractText></Abstract>"
    with gzip.open(path, "wt", encoding="utf-8", compresslevel=1) as file:
        file.write(f"{HEAD}<PubmedArticleSet>")
        for i in range(n):
            file.write(citation(f"<PMID Version='1'>{i + 1}</PMID>", abstract=abstract))
        file.write("</PubmedArticleSet>")
    return path


def peak(path: Path, n: int) -> int:
    tracemalloc.start()
    count = sum(isinstance(d, Document) for d in stream_inputs([path], read_options([path])))
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == n
    return size


def test_a_packed_file_is_streamed_in_constant_memory(tmp_path: Path) -> None:
    small = peak(large(tmp_path / "a.xml.gz", 400), 400)
    assert peak(large(tmp_path / "b.xml.gz", 6000), 6000) < 1.2 * small
