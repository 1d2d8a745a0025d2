"""BioC JSON and XML: passages become a text with its layout, and broken files lose little."""

from __future__ import annotations

import json
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from read_files import Read, reader

from pipeline.read.layout import blocks
from pipeline.records import Document


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file with this content."""

    return reader(tmp_path, "a.json")


def passage(text: str, **infons: str) -> dict[str, Any]:
    return {"offset": 0, "infons": infons, "text": text, "annotations": []}


def made(doc_id: str, *passages: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"id": doc_id, **fields, "passages": list(passages)}


ABSTRACT = made(
    "17",
    passage("IL-9 in coeliac disease", type="title"),
    passage("IL-9 was made by  mast cells {sic} [1].\nIt \\ rose.", type="abstract"),
)
TEXT = "IL-9 in coeliac disease\n\nIL-9 was made by mast cells {sic} [1]. It \\ rose."


def stretches(document: Document) -> list[tuple[str, str, str]]:
    """(kind, section, text) of each, whose offsets are right."""
    found, end = [], 0
    for stretch in document.layout:
        text = document.text[stretch.start : stretch.end]
        assert stretch.start >= end
        assert text.strip() == text != ""
        assert document.text[end : stretch.start].strip() == ""
        end = stretch.end
        found.append((stretch.kind, stretch.section, text))
    assert end == len(document.text)
    return found


COLLECTION = {"source": "PubMed", "infons": {"documents": "no"}, "documents": [ABSTRACT]}


class TestFormsOfJson:
    @pytest.mark.parametrize(
        "content",
        [
            json.dumps(COLLECTION),
            json.dumps(COLLECTION, indent=2),
            json.dumps({"documents": [ABSTRACT], "key": "after it"}),
            json.dumps([COLLECTION]),
            json.dumps(ABSTRACT),
            json.dumps([ABSTRACT], indent=1),
            json.dumps({"PubTator3": [ABSTRACT]}),
            "\ufeff" + json.dumps(ABSTRACT) + "\r\n",
        ],
    )
    def test_one_document(self, read: Read, content: str) -> None:
        (document,), failures = read(content)
        assert failures == []
        assert (document.doc_id, document.title) == ("17", "IL-9 in coeliac disease")
        assert document.text == TEXT
        assert document.source.endswith("a.json:1")
        assert [kind for kind, _, _ in stretches(document)] == ["title", "paragraph"]

    @pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"documents": [d]}])
    def test_a_line_each(self, read: Read, wrap: Callable[[Any], Any]) -> None:
        rows = [wrap(made(str(n), passage(f"IL-{n} acts."))) for n in range(1, 6)]
        documents, failures = read("\n".join(map(json.dumps, rows)))
        assert failures == []
        assert [d.text for d in documents] == [f"IL-{n} acts." for n in range(1, 6)]
        assert documents[4].source.endswith("a.json:5")

    @pytest.mark.parametrize("name", ["a.json.gz", "A.JSON"])
    def test_names(self, read: Read, name: str) -> None:
        assert [d.doc_id for d in read(json.dumps([ABSTRACT]), name)[0]] == ["17"]

    def test_several_collections_with_number_ids(self, read: Read) -> None:
        parts = [{"documents": [made(n, passage("TNF."))]} for n in (3, 4)]  # type: ignore[arg-type]
        documents, _ = read(json.dumps(parts))
        assert [(d.doc_id, d.source[-2:]) for d in documents] == [("3", ":1"), ("4", ":2")]


class TestPassages:
    def test_full_text(self, read: Read) -> None:
        """The sections of PMC: headings with levels, floats, what is left out."""
        rows = [
            ("Thymic niches", "TITLE", "front"),
            ("Aims", "ABSTRACT", "abstract_title_1"),
            ("To map IL-7.", "ABSTRACT", "abstract"),
            ("IL-7 is vital.", "INTRO", "paragraph"),
            ("Methods", "METHODS", "title_1"),
            ("Mice", "METHODS", "title_2"),
            ("Mice were bred.", "METHODS", "paragraph"),
            ("Staining", "METHODS", "title_2"),
            ("Slides were stained.", "METHODS", "paragraph"),
            ("Fig. 1", "FIG", "fig_title_caption"),
            ("IL-7 in stroma.", "FIG", "fig_caption"),
            ("Cell\tIL-7\t \tStroma\t12\t \tB cell\t\t", "TABLE", "table"),
            ("n = 3.", "TABLE", "table_footnote"),
            ("It rose.", "DISCUSS", "paragraph"),
            ("We thank IL-2.", "ACK_FUND", "paragraph"),
            ("References", "REF", "title"),
            ("IL-4 and others", "REF", "ref"),
        ]
        content = made("9", *(passage(t, section_type=s, type=k) for t, s, k in rows))
        (document,), _ = read(json.dumps(content))
        assert stretches(document) == [
            ("title", "Title", "Thymic niches"),
            ("heading", "Aims", "Aims"),
            ("paragraph", "Aims", "To map IL-7."),
            ("paragraph", "Introduction", "IL-7 is vital."),
            ("heading", "Methods", "Methods"),
            ("heading", "Methods / Mice", "Mice"),
            ("paragraph", "Methods / Mice", "Mice were bred."),
            ("heading", "Methods / Staining", "Staining"),
            ("paragraph", "Methods / Staining", "Slides were stained."),
            ("caption", "Figure", "Fig. 1"),
            ("caption", "Figure", "IL-7 in stroma."),
            ("row", "Table", "Cell | IL-7"),
            ("row", "Table", "Stroma | 12"),
            ("row", "Table", "B cell"),
            ("paragraph", "Table", "n = 3."),
            ("paragraph", "Discussion", "It rose."),
        ]
        assert "Slides were stained.\n\nFig. 1\n\nIL-7 in stroma.\n\nCell | IL-7\nStroma" in (
            document.text
        )

    def test_the_heading_holds_after_a_figure(self, read: Read) -> None:
        content = made(
            "1",
            passage("Results", section_type="RESULTS", type="title_1"),
            passage("IL-7.", section_type="FIG", type="fig_caption"),
            passage("B cells.", section_type="RESULTS", type="paragraph"),
        )
        (document,), _ = read(json.dumps(content))
        assert [s.section for s in document.layout] == ["Results", "Figure", "Results"]
        assert [b.section for b in blocks(document)] == ["Results", "Figure", "Results"]

    def test_types_without_sections(self, read: Read) -> None:
        content = made(
            "1",
            passage("IL-5 fell.", type="Abstract"),
            passage("Asthma", type="Title"),
            passage("Eosinophils", type="title"),
            passage("Smith 2001", type="reference"),
            passage("As seen.", section="Outlook"),
        )
        (document,), _ = read(json.dumps(content))
        assert document.title == "Asthma"
        assert stretches(document) == [
            ("title", "Title", "Asthma"),
            ("paragraph", "Abstract", "IL-5 fell."),
            ("heading", "Eosinophils", "Eosinophils"),
            ("paragraph", "Eosinophils", "As seen."),
        ]

    def test_sentences_are_joined(self, read: Read) -> None:
        sentences = [{"offset": 0, "text": "IL-1 rose."}, {"offset": 12, "text": "IL-2 fell."}, 3]
        content = made("1", {"infons": {}, "sentences": sentences}, {"sentences": 4})
        assert read(json.dumps(content))[0][0].text == "IL-1 rose. IL-2 fell."

    def test_a_text_that_nobody_cut_up_stays_as_it_is(self, read: Read) -> None:
        text = "Background\n\nIL-6 rose  twice.\n\n- IL-8\n- IL-10\n"
        (document,), _ = read(json.dumps(made("1", passage(text), infons={"title": "Own"})))
        assert (document.text, document.layout, document.title) == (text, (), "Own")
        assert next(blocks(document)).section == "Background"

    def test_metadata(self, read: Read) -> None:
        front = {
            "type": "front",
            "article-id_pmc": "123",
            "article-id_doi": "10.1/x",
            "year": "2021",
            "journal": "J Itch; 2021 5 (3) 1-9",
        }
        fields = {"pmid": 77, "infons": {"license": "CC BY", "language": "eng"}}
        (document,), _ = read(json.dumps(made("x", passage("T", **front), **fields)))
        assert dict(document.metadata) == {
            "pmid": "77",
            "pmcid": "PMC123",
            "doi": "10.1/x",
            "language": "eng",
            "journal": "J Itch",
            "year": "2021",
        }

    def test_long_headings_do_not_multiply(self, read: Read) -> None:
        rows = [passage("H" * 500, type="title_1"), *[passage("x", type="paragraph")] * 3]
        (document,), _ = read(json.dumps(made("1", *rows)))
        assert {len(s.section) for s in document.layout} == {200}


def five() -> list[dict[str, Any]]:
    return [made(f"d{n}", passage(f"IL-{n} acts on B cells.")) for n in range(5)]


class TestBrokenJson:
    @pytest.mark.parametrize(
        ("old", "new"),
        [
            ('"IL-2 acts', "IL-2 acts"),
            ('B cells."', "B cells."),
            ('"text": "IL-2', '"text" "IL-2'),
            ('"IL-2', '"\\q IL-2'),
            ('"IL-2', '"\t IL-2'),
            (': "d2"', ": d2"),
        ],
    )
    @pytest.mark.parametrize("indent", [None, 2])
    def test_the_documents_around_it_are_read(
        self, read: Read, old: str, new: str, indent: int | None
    ) -> None:
        texts = [json.dumps(d, indent=indent) for d in five()]
        texts[2] = texts[2].replace(old, new)
        documents, (broken,) = read('{"documents": [\n' + ",\n".join(texts) + "\n]}")
        assert [d.doc_id for d in documents] == ["d0", "d1", "d3", "d4"]
        assert (broken.doc_id, broken.step) == ("d2", "read")
        assert broken.source.endswith("a.json:3")
        first = 2 + sum(t.count("\n") + 1 for t in texts[:2])
        line = int(broken.error.split(":")[0].removeprefix("line "))
        assert first <= line <= first + texts[2].count("\n") + 1
        assert "not JSON" in broken.error

    @pytest.mark.parametrize("lost", ["}", "]", '"', "{", "["])
    @pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"documents": [d]}])
    def test_a_lost_sign_costs_its_line(
        self, read: Read, lost: str, wrap: Callable[[Any], Any]
    ) -> None:
        lines = [json.dumps(wrap(d)) for d in five()]
        at = lines[2].rindex(lost)
        lines[2] = lines[2][:at] + lines[2][at + 1 :]
        documents, failures = read("\n".join(lines))
        assert {"d0", "d1", "d3", "d4"} <= {d.doc_id for d in documents}
        assert (len(documents) < 5) <= len(failures) <= 2

    @pytest.mark.parametrize("cut", [1, 2, 3, 20, 60])
    def test_cut_off(self, read: Read, cut: int) -> None:
        content = json.dumps({"documents": five()})[:-cut]
        documents, failures = read(content)
        assert [d.doc_id for d in documents[:4]] == ["d0", "d1", "d2", "d3"]
        if cut > 1:  # after the last bracket nothing is missing
            (failure,) = failures
            assert "may be cut off" in failure.error

    @pytest.mark.parametrize(
        ("content", "said"),
        [
            ('{"id": "1", "text": "TNF."}', "its fields: id, text"),
            ('[{"name": "x"}]', "suffix .jsonl"),
            ("[1, 2]", "a int where a document should be"),
            ("12", "a int"),
            ('"documents"', "a str"),
            ("IL-6 is text.", "line 1: not JSON"),
            ("\n\n<html>", "line 3: not JSON"),
            ("{}", "its fields: none"),
            ('{"passages": {}}', '"passages" is a dict'),
            ('{"passages": [7]}', "passage 1 is a int"),
            ('{"passages": [{"text": 7}]}', "text of passage 1"),
            ('{"documents": {"id": 1}}', "its fields: documents"),
            ('{"documents": []}', "holds no documents"),
            ("}" * 1000, "not JSON"),
        ],
    )
    def test_what_is_no_bioc(self, read: Read, content: str, said: str) -> None:
        documents, (failure,) = read(content)
        assert documents == []
        assert said in failure.error

    def test_a_record_that_is_no_document(self, read: Read) -> None:
        content = json.dumps({"documents": [five()[0], 5, {"id": "q"}, made(""), five()[1]]})
        documents, failures = read(content)
        assert [d.doc_id for d in documents] == ["d0", "d1"]
        assert [f.doc_id for f in failures] == ["", "q", ""]
        assert "has no id" in failures[2].error

    def test_hostile_values(self, read: Read) -> None:
        deep = '{"id": "deep", "passages": ' + "[" * 100_000 + "]" * 100_000 + "}"
        number = '{"id": "n", "infons": ' + "9" * 10_000 + ', "passages": []}'
        lone = '{"id": "s", "passages": [{"text": "IL-\\ud800 \\u0000 x"}]}'
        content = f'{{"documents": [{deep}, {number}, {lone}, {json.dumps(five()[0])}]}}'
        documents, failures = read(content)
        assert [d.doc_id for d in documents] == ["s", "d0"]
        assert [f.doc_id for f in failures] == ["deep", "n"]
        assert documents[0].text == "IL-\ufffd \0 x"

    def test_too_long(self, read: Read) -> None:
        rows = [five()[0], made("long", passage("x " * 3000)), five()[1]]
        documents, (failure,) = read(json.dumps(rows), max_characters=5000)
        assert [d.doc_id for d in documents] == ["d0", "d1"]
        assert failure.doc_id == "long"
        assert "5,000 characters" in failure.error

    def test_a_record_beyond_all_limits_is_stepped_over(self, read: Read) -> None:
        huge = '{"id": "huge", "passages": [{"text": "' + "é" * 4_000_000 + '"}]}'
        content = f"[{json.dumps(five()[0])}, {huge}, {json.dumps(five()[1])}]"
        documents, (failure,) = read(content, max_characters=100)
        assert [d.doc_id for d in documents] == ["d0", "d1"]
        assert failure.doc_id == "huge"
        assert "split it" in failure.error


XML = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE collection SYSTEM "BioC.dtd">
<collection><source>PMC</source><date/><key/><infon key="x">y</infon>
<document><id>PMC55</id><infon key="language">en</infon>
 <passage><infon key="type">front</infon><infon key="section_type">TITLE</infon>
  <infon key="article-id_pmid">99</infon><offset>0</offset><text>IL-3 &amp; basophils</text>
 </passage>
 <passage><infon key="type">abstract</infon><offset>40</offset>
  <sentence><offset>40</offset><text>IL-3 primes basophils.</text></sentence>
  <sentence><offset>70</offset><text>IFN-&#947; does not.</text>
   <annotation id="T1"><infon key="type">Gene</infon><location offset="70" length="5"/>
    <text>IFN-γ</text></annotation></sentence></passage>
 <passage><infon key="section_type">REF</infon><infon key="type">ref</infon>
  <offset>90</offset><text>IL-5 in print</text></passage>
</document>
<document><id>2</id><passage><offset>0</offset><text>TNF.</text></passage></document>
<document><id>3</id></document>
</collection>
"""


class TestXml:
    @pytest.mark.parametrize("name", ["a.xml", "a.bioc.xml.gz"])
    def test_documents(self, read: Read, name: str) -> None:
        documents, (blank,) = read(XML, name)
        assert [d.doc_id for d in documents] == ["PMC55", "2"]
        assert documents[0].text == ("IL-3 & basophils\n\nIL-3 primes basophils. IFN-γ does not.")
        assert [k for k, _, _ in stretches(documents[0])] == ["title", "paragraph"]
        assert dict(documents[0].metadata) == {"pmid": "99", "language": "en"}
        assert documents[1].source.endswith(f"{name}:2")
        assert (blank.doc_id, "blank" in blank.error) == ("3", True)

    def test_xml_and_json_give_the_same(self, read: Read) -> None:
        rows = "".join(
            f'<passage><infon key="type">{p["infons"]["type"]}</infon><text>{p["text"]}</text>'
            "</passage>"
            for p in ABSTRACT["passages"]
        )
        (of_xml,), _ = read(
            f"<collection><document><id>17</id>{rows}</document></collection>", "a.xml"
        )
        (of_json,), _ = read(json.dumps(ABSTRACT))
        assert (of_xml.text, of_xml.layout) == (of_json.text, of_json.layout)

    def test_cut_off(self, read: Read) -> None:
        documents, (failure,) = read(XML[: XML.index("<id>3")], "a.xml")
        assert [d.doc_id for d in documents] == ["PMC55", "2"]
        assert "cut off" in failure.error


def _json_file(n: int) -> Iterator[str]:
    yield '{"documents": ['
    for i in range(n):
        yield json.dumps(made(str(i), passage("IL-6 rose. " * 200, type="abstract"))) + ",\n"
    yield json.dumps(made("last", passage("TNF."))) + "]}"


def _xml_file(n: int) -> Iterator[str]:
    yield "<collection>"
    for i in range(n):
        text = "IL-6 rose. " * 200
        yield f"<document><id>{i}</id><passage><text>{text}</text></passage></document>"
    yield "<document><id>last</id><passage><text>TNF.</text></passage></document></collection>"


@pytest.mark.parametrize(("name", "made_file"), [("a.json", _json_file), ("a.xml", _xml_file)])
def test_memory_does_not_grow(
    tmp_path: Path, name: str, made_file: Callable[[int], Iterator[str]]
) -> None:
    peaks = []
    for n in (1200, 4000):
        path = tmp_path / name
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(made_file(n))
        tracemalloc.start()
        count = sum(isinstance(item, Document) for item in _stream(path))
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert count == n + 1
    assert path.stat().st_size > 8_000_000
    assert peaks[1] < peaks[0] * 1.2
    assert peaks[1] < 12_000_000


def _stream(path: Path) -> Iterator[object]:
    from pipeline.read.inputs import read_options, stream_inputs

    return stream_inputs([path], read_options([path]))


def test_half_a_surrogate_pair_in_a_heading_can_be_written(read: Read) -> None:
    """Found by the fuzzer: the section of a mention stands in the tables."""
    heading = passage("Res\ud800ults", type="title_1")
    content = made("17", heading, passage("IL-9 rose.", type="paragraph", section="\udfffx"))
    (document,), failures = read(json.dumps({"documents": [content]}))
    assert not failures
    assert {s.section.encode() for s in document.layout}
    assert "\ufffd" in document.layout[0].section
