"""Gold in the formats of others: there and back, their own samples, and files that are wrong."""

from __future__ import annotations

import gzip
import json
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.gold.formats import FORMATS, OURS, bioc_records, format_of
from pipeline.gold.load import gold_files, load_gold, write_gold
from pipeline.gold.maps import read_map, to_gold
from pipeline.gold.raw import FormatError, RawDocument
from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation, problems
from pipeline.records import FUNCTIONS, LABELS, SIGNATURES, SPECIFICITIES

NAMES = sorted(FORMATS)
FILES = {
    "bioc_json": "gold.json",
    "bioc_xml": "gold.xml",
    "brat": "gold",
    "entities": "gold.jsonl",
    "marked": "gold.marked",
    "pubtator": "gold.pubtator",
}
TEXT = (
    'A "title" 😀 & <more>\n\nAnti-TNF-α antibody (ATA)\tblocked IL-1α and -β, not IL-6 = x;y%|, '
    "in CD4+\r\nand CD8+ T cells.\n"
)


def stretch(words: str, text: str = TEXT) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def mention(mention_id: str, words: str, label: str, text: str = TEXT, **more: Any) -> GoldMention:
    start, end = stretch(words, text)
    return GoldMention(id=mention_id, start=start, end=end, label=label, **more)


def rich() -> GoldDocument:
    """Everything that a record can hold: nested, alias, optional, parts, line breaks, signs."""
    fragment = (stretch("IL-1α")[0], stretch("-β")[1])
    cells = (stretch("CD4+"), stretch("T cells"))
    return GoldDocument(
        id="a/b: c|d é",
        text=TEXT,
        title="A title; with = and % and\na break",
        register="patient page",
        split="test",
        labels=("DRUG", "CYTOKINE", "CELL"),
        predicates=(),
        partial=True,
        mentions=(
            mention("m1", "Anti-TNF-α antibody", "DRUG", norm="anti-TNF; = antibody"),
            mention("T1", "TNF-α", "CYTOKINE", specificity="specific", norm="TNF"),
            mention("T 2|", "ATA", "DRUG", alias_of="m1"),
            mention("T3", "IL-1α", "CYTOKINE", specificity="family"),
            GoldMention(
                id="x;y",
                start=fragment[0],
                end=fragment[1],
                label="CYTOKINE",
                spans=((fragment[0], fragment[0] + 4), (fragment[1] - 1, fragment[1])),
            ),
            GoldMention(
                id="c", start=cells[0][0], end=cells[1][1], label="CELL", spans=cells, optional=True
            ),
        ),
        relations=(),
        rejected=(
            GoldRelation(predicate="MODULATES", subject="m1", object="T1", effect="negative"),
            GoldRelation(
                predicate="ACTS_ON",
                subject="T1",
                object="c",
                effect="positive",
                function="death",
                negated=True,
                hedged=True,
                optional=True,
            ),
        ),
    )


def related() -> GoldDocument:
    """The same with its relations accepted, so that all are scored."""
    document = rich()
    return document.model_copy(
        update={
            "id": "second",
            "labels": (),
            "predicates": None,
            "split": "",
            "partial": False,
            "relations": document.rejected,
            "rejected": (),
        }
    )


def there_and_back(name: str, documents: list[GoldDocument], folder: Path) -> list[GoldDocument]:
    path = folder / FILES[name]
    assert FORMATS[name].write(documents, path) == []
    assert format_of(path) == name
    back = []
    for raw in FORMATS[name].read(path):
        document, found = to_gold(raw)
        assert found == []
        assert document is not None
        back.append(document)
    order = [document.id for document in documents]
    return sorted(back, key=lambda document: order.index(document.id))


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_lost(name: str, tmp_path: Path) -> None:
    documents = [
        rich(),
        related(),
        GoldDocument(id="empty", text=""),
        GoldDocument(id=".", text="x"),
    ]
    assert [problem for document in documents for problem in problems(document)] == []
    assert there_and_back(name, documents, tmp_path) == documents


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("text", ["", "\n", "a\n", "\na", "a\r", "a\r\nb\r\n", " a ", "a\n\n\nb\n"])
def test_line_breaks_stay(name: str, text: str, tmp_path: Path) -> None:
    documents = [GoldDocument(id="d", text=text), GoldDocument(id="e", text="next")]
    assert there_and_back(name, documents, tmp_path) == documents


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("mention_id", ["===", "=== text", "rejected", "#", "+b", "%3D"])
def test_ids_that_mean_something_elsewhere(name: str, mention_id: str, tmp_path: Path) -> None:
    mentions = (
        GoldMention(id=mention_id, start=0, end=4, label="CYTOKINE"),
        GoldMention(id="b", start=5, end=9, label="CYTOKINE"),
    )
    joined = GoldRelation(predicate="REGULATES", subject=mention_id, object="b")
    document = GoldDocument(id="d", text="IL-6 IL-4", mentions=mentions, relations=(joined,))
    assert there_and_back(name, [document], tmp_path) == [document]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "brat"])
def test_the_same_bytes_twice_and_packed(name: str, tmp_path: Path) -> None:
    path = tmp_path / FILES[name]
    packed = path.with_name(path.name + ".gz")
    for target in (path, packed):
        FORMATS[name].write([rich()], target)
    assert gzip.decompress(packed.read_bytes()) == path.read_bytes()
    assert format_of(packed) == name
    assert [raw.id for raw in FORMATS[name].read(packed)] == [rich().id]
    before = packed.read_bytes()
    FORMATS[name].write([rich()], packed)
    assert packed.read_bytes() == before


def _texts() -> st.SearchStrategy[str]:
    return st.text(st.sampled_from("aB7 \n\r\té😀ß&<>\"'|;=%\\#-,:ﬀ\u0301"), max_size=40)


@st.composite
def gold(draw: st.DrawFn) -> GoldDocument:
    """A document without problems, of awkward signs."""
    text = draw(_texts())
    inner = [at for at, sign in enumerate(text) if sign.strip()]
    mentions: dict[tuple[int, int, str], GoldMention] = {}
    ids = draw(
        st.lists(st.text("T123m|;= %", min_size=1, max_size=4), unique=True, max_size=5)
        if inner
        else st.just([])
    )
    for mention_id in ids:
        start, end = sorted((draw(st.sampled_from(inner)), draw(st.sampled_from(inner))))
        label = draw(st.sampled_from(LABELS))
        made = GoldMention(
            id=mention_id,
            start=start,
            end=end + 1,
            label=label,
            specificity=draw(st.sampled_from(("", *SPECIFICITIES))),
            norm=draw(_texts()),
            alias_of=draw(st.sampled_from(["", *(m.id for m in mentions.values())])),
            optional=draw(st.booleans()),
            spans=((start, start + 1), (end, end + 1)) if end > start + 1 else (),
        )
        mentions.setdefault((start, end, label), made)
    kept = list(mentions.values())
    document = GoldDocument(
        id=draw(st.text("aB7/|.% é:\\", min_size=1, max_size=6)),
        text=text,
        title=draw(_texts()),
        register=draw(_texts()),
        mentions=tuple(kept),
    )
    pairs = [
        GoldRelation(predicate=predicate, subject=first.id, object=second.id)
        for predicate, (subjects, objects) in SIGNATURES.items()
        for first in kept
        for second in kept
        if first.label in subjects and second.label in objects
    ]
    relations: dict[tuple[str, str, str], GoldRelation] = {}
    for pair in draw(st.lists(st.sampled_from(pairs), max_size=4)) if pairs else []:
        ends = document.alias_root(pair.subject), document.alias_root(pair.object)
        changes = {
            "negated": draw(st.booleans()),
            "hedged": draw(st.booleans()),
            "function": draw(st.sampled_from(FUNCTIONS)) if pair.predicate == "ACTS_ON" else "",
        }
        if ends[0] != ends[1]:
            relations.setdefault((pair.predicate, *ends), pair.model_copy(update=changes))
    return document.model_copy(update={"relations": tuple(relations.values())})


def crossing(document: GoldDocument) -> bool:
    parts = [part for m in document.mentions for part in m.spans or ((m.start, m.end),)]
    return any(a < c < b < d for a, b in parts for c, d in parts)


@pytest.mark.parametrize("name", NAMES)
@given(document=gold())
def test_any_gold_comes_back(name: str, document: GoldDocument) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if name == "marked" and crossing(document):
            with pytest.raises(FormatError, match="cross each other"):
                there_and_back(name, [document], Path(folder))
            return
        (back,) = there_and_back(name, [document], Path(folder))
    if name == "marked":  # by position; the others keep the order of the record
        back, document = (
            one.model_copy(update={"mentions": tuple(sorted(one.mentions, key=lambda m: m.id))})
            for one in (back, document)
        )
    assert back == document


def test_pubtator_cannot_keep_its_own_sign(tmp_path: Path) -> None:
    path = tmp_path / "x.pubtator"
    with pytest.raises(FormatError, match=r"'d' holds U\+2028 at 1"):
        FORMATS["pubtator"].write([GoldDocument(id="d", text="a\u2028b")], path)
    assert not path.exists()


def test_xml_cannot_keep_control_characters(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="'d' holds a control character"):
        FORMATS["bioc_xml"].write([GoldDocument(id="d", text="a\x07b")], tmp_path / "x.xml")
    document = GoldDocument(id="d", text="a\x07b")
    assert there_and_back("bioc_json", [document], tmp_path) == [document]


@pytest.mark.parametrize("name", NAMES)
def test_half_a_character(name: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        FORMATS[name].write([GoldDocument(id="d", text="a\ud83d")], tmp_path / FILES[name])


def test_brat_names_that_fall_together(tmp_path: Path) -> None:
    documents = [GoldDocument(id="a", text="x"), GoldDocument(id="A", text="y")]
    with pytest.raises(FormatError, match=r"'a' and 'A' would both be A\.txt"):
        FORMATS["brat"].write(documents, tmp_path / "new")
    (tmp_path / "file").write_text("x")
    with pytest.raises(FormatError, match="needs a folder"):
        FORMATS["brat"].write(documents, tmp_path / "file")


def test_brat_files_are_brat(tmp_path: Path) -> None:
    text = "IL-6 acts on T cells."
    document = GoldDocument(
        id="d",
        text=text,
        mentions=(
            mention("T1", "IL-6", "CYTOKINE", text, optional=True),
            mention("m2", "T cells", "CELL", text, norm="T cell"),
        ),
        relations=(GoldRelation(predicate="ACTS_ON", subject="T1", object="m2", negated=True),),
    )
    FORMATS["brat"].write([document], tmp_path)
    assert (tmp_path / "d.ann").read_text(encoding="utf-8").splitlines() == [
        "T1\tCYTOKINE 0 4\tIL-6",
        "A1\tOptional T1",
        "T2\tCELL 13 20\tT cells",
        "#1\tNorm T2\tT cell",
        "#2\tId T2\tm2",
        "R1\tACTS_ON Arg1:T1 Arg2:T2",
        "A2\tNegated R1",
    ]
    configuration = (tmp_path / "annotation.conf").read_text(encoding="utf-8")
    assert "[entities]\nCYTOKINE\n" in configuration
    assert "SECRETES\tArg1:CELL, Arg2:CYTOKINE\n" in configuration


# What others write


def read(name: str, path: Path, content: str) -> list[RawDocument]:
    path.write_text(content, encoding="utf-8", newline="")
    return list(FORMATS[name].read(path))


def spans(raw: RawDocument) -> list[tuple[str, str, tuple[tuple[int, int], ...]]]:
    return [(m.id, m.type, m.spans) for m in raw.mentions]


def ends(raw: RawDocument) -> list[tuple[str, str, str, str]]:
    return [(r.type, r.subject, r.object, r.level) for r in raw.relations]


PUBTATOR = """\
123|t|Lithium toxicity.
123|a|Lithium caused seizures.
123\t0\t7\tLithium\tChemical\tD008094
123\t0\t16\tLithium toxicity\tDisease\tD064420,D1
123\t33\t41\tseizures\tDisease\tD012640|D2\tseizures|fits
123\tCID\tD008094\tD012640
123\tAssociation\tD008094\tc|DEL|1_2|\tNovel

124|t|Nothing.
124|a|
"""


def test_pubtator_of_others(tmp_path: Path) -> None:
    for line_break in ("\n", "\r\n"):
        content = PUBTATOR.replace("\n", line_break)
        first, second = read("pubtator", tmp_path / "x.txt", content)
        assert format_of(tmp_path / "x.txt") == "pubtator"
        assert first.text == "Lithium toxicity.\nLithium caused seizures."
        assert second.text == "Nothing."
        assert [m.ids for m in first.mentions] == [
            ("D008094",),
            ("D064420", "D1"),
            ("D012640", "D2"),
        ]
        assert [first.text[m.spans[0][0] : m.spans[0][1]] for m in first.mentions] == [
            m.words for m in first.mentions
        ]
        assert ends(first) == [
            ("CID", "D008094", "D012640", "document"),
            ("Association", "D008094", "c|DEL|1_2|", "document"),
        ]
        assert first.mentions[1].place == f"{tmp_path / 'x.txt'}:4"
        assert first.problems == ()


def test_pubtator_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.pubtator"
    content = "stray\n1|t|Title\n1|a|Text\n1\tx\t3\tTit\tGene\t7\n2\t0\t3\tTit\tGene\t7\n1\tword\n"
    (raw,) = read("pubtator", path, content)
    assert [problem.split(": ")[0] for problem in raw.problems] == [
        f"{path}:{line}" for line in (1, 4, 5, 6)
    ]
    assert raw.mentions == ()
    with pytest.raises(FormatError, match=r"no line ID\|t\|title"):
        read("pubtator", path, "nothing")
    path.write_bytes(b"1|t|a\n1|a|\xff")
    with pytest.raises(FormatError, match=r"x\.pubtator:2: not UTF-8"):
        list(FORMATS["pubtator"].read(path))


BRAT = """\
T1\tProtein 0 4\tIL-2
T2\tCell 13 14;22 27\tT cells
T3\tBinding 5 12\tacts on
R1\tActs Cause:T1 Theme:T2\t
R2\tActs Arg1:T2 Arg2:T1
E1\tBinding:T3 Theme:T1
*\tEquiv T1 T2
A1\tNegation R1
M2\tSpeculation R1
A3\tNegation E1
N1\tReference T1 HGNC:6001\tIL2
#1\tAnnotatorNotes T1\tdoubtful
"""


def test_brat_of_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.txt").write_text("IL-2 acts on T and B cells.", encoding="utf-8")
    with caplog.at_level(logging.WARNING):
        (raw,) = read("brat", tmp_path / "a.ann", BRAT)
    assert format_of(tmp_path) == format_of(tmp_path / "a.ann") == "brat"
    assert spans(raw) == [
        ("T1", "Protein", ((0, 4),)),
        ("T2", "Cell", ((13, 14), (22, 27))),
    ]
    assert raw.mentions[0].ids == ("HGNC:6001",)
    assert ends(raw) == [("Acts", "T1", "T2", "mention"), ("Acts", "T2", "T1", "mention")]
    assert raw.relations[0].attributes == {"negated": "true", "hedged": "true"}
    assert raw.relations[0].place == f"{tmp_path / 'a.ann'}:4"
    assert raw.problems == ()
    assert "2 events and equivalences" in caplog.text


def test_brat_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.ann"
    (tmp_path / "a.txt").write_text("IL-2", encoding="utf-8")
    content = (
        "T1\tProtein 0 x\tIL-2\nT2\nT3\tP 0 4\tIL-2\nT3\tP 0 2\tIL\nrubbish\nA1\tNegation T9\n"
    )
    (raw,) = read("brat", path, content)
    assert [problem.split(": ")[0] for problem in raw.problems] == [
        f"{path}:{line}" for line in (1, 2, 4, 5, 6)
    ]
    assert spans(raw) == [("T3", "P", ((0, 4),))]


def test_brat_files_that_lack_the_other(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("text")
    (tmp_path / "b.ann").write_text("")
    first, second = FORMATS["brat"].read(tmp_path)
    assert first.problems == (
        f"{tmp_path / 'a.txt'}: no a.ann beside it; add an empty file where nothing was found",
    )
    assert second.problems == (f"{tmp_path / 'b.ann'}: no b.txt beside it; put the text there",)
    (tmp_path / "empty").mkdir()
    with pytest.raises(FormatError, match=r"no \*\.ann"):
        list(FORMATS["brat"].read(tmp_path / "empty"))


BIOC = """\
<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE collection SYSTEM "http://nowhere.invalid/BioC.dtd">
<collection><source>PubMed</source><date/><key/>
<document><id>77</id><infon key="year">1999</infon>
<passage><infon key="type">title</infon><offset>0</offset><text>IL-2 &amp; T cells</text>
<annotation id="1"><infon key="identifier">3558</infon><infon key="type">Gene</infon>
<location offset="0" length="4"/><text>IL-2</text></annotation></passage>
<passage><offset>17</offset>
<sentence><offset>17</offset><text>It acts.</text></sentence>
<sentence><offset>26</offset><text>On T and B cells.</text>
<annotation id="2"><infon key="MESH">D1|D2</infon><infon key="type">Cell</infon>
<location offset="29" length="1"/><location offset="37" length="5"/>
<text>T cells</text></annotation>
</sentence>
</passage>
<relation id="R1"><infon key="type">Acts</infon>
<node refid="2" role="Theme"/><node refid="1" role="Cause"/></relation>
<relation id="R2"><infon key="entity1">3558</infon><infon key="entity2">D1</infon>
<infon key="type">Association</infon><infon key="novel">No</infon></relation>
<relation id="R3"><infon key="relation">CID</infon><infon key="Chemical">D1</infon>
<infon key="Disease">D2</infon></relation>
<relation id="R4"><infon key="type">Nested</infon>
<node refid="R1" role="a"/><node refid="1" role="b"/></relation>
</document></collection>
"""


def test_bioc_xml_of_others(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "x.xml"
    (raw,) = read("bioc_xml", path, BIOC)
    assert raw.id == "77"
    assert raw.text == "IL-2 & T cells\n  It acts.\nOn T and B cells."
    assert spans(raw) == [("1", "Gene", ((0, 4),)), ("2", "Cell", ((29, 30), (37, 42)))]
    assert [m.ids for m in raw.mentions] == [("3558",), ("D1", "D2")]
    assert raw.text[37:42] == "cells"
    assert ends(raw) == [
        ("Acts", "1", "2", "mention"),
        ("Association", "3558", "D1", "document"),
        ("CID", "D1", "D2", "document"),
    ]
    assert raw.mentions[1].place == f"{path}:11"
    assert raw.problems == ()
    assert raw.attributes == {}
    assert "1 relations are no pairs" in caplog.text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('offset="0" length="4"', 'offset="0"'), "x.xml:6: annotation with a location"),
        (('annotation id="1"', "annotation"), "x.xml:6: annotation with no id"),
        (('<infon key="type">Gene</infon>', ""), "x.xml:6: no location or no type"),
        (("<offset>17</offset>\n", "<offset>x</offset>\n"), "x.xml:4: no BioC document"),
        (("<offset>26</offset>", "<offset>20</offset>"), "x.xml:4: the passage at 20 does not"),
        (("<offset>26</offset>", "<offset>9999999</offset>"), "x.xml:4: the passage at 9999999"),
    ],
)
def test_bioc_xml_bad_elements(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    assert change[0] in BIOC
    (raw,) = read("bioc_xml", tmp_path / "x.xml", BIOC.replace(*change))
    assert [problem for problem in raw.problems if said in problem]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("<collection>\n<document>", "x.xml:2: not XML"),
        ("<article/>", "begins with <article>"),
        (
            '<!DOCTYPE c [<!ENTITY e SYSTEM "file:///etc/hostname">]>\n<collection>&e;</collection>',
            "entities of its own",
        ),
    ],
)
def test_bioc_xml_bad_files(content: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=said):
        read("bioc_xml", tmp_path / "x.xml", content)


def bioc_json() -> dict[str, Any]:
    """As PubTator's service writes it: fields that the library asks for are missing."""
    annotation = {
        "id": 1,
        "infons": {"type": "Gene", "identifier": "3558"},
        "text": "IL-2",
        "locations": [{"offset": 0, "length": 4}],
    }
    other = {**annotation, "id": 2, "text": "acts", "locations": [{"offset": 5, "length": 4}]}
    relation = {
        "id": "R1",
        "infons": {"type": "Binds"},
        "nodes": [{"refid": "2", "role": ""}, {"refid": 1}],
    }
    passages = [
        {"offset": 0, "text": "IL-2", "annotations": [annotation]},
        {"offset": 5, "text": "acts", "annotations": [other]},
    ]
    return {"id": 77, "passages": passages, "relations": [relation]}


@pytest.mark.parametrize("wrap", [lambda d: {"documents": [d]}, lambda d: [{"documents": [d]}],
                                  lambda d: {"PubTator3": [d]}, lambda d: d])  # fmt: skip
def test_bioc_json_of_others(wrap: Callable[[Any], Any], tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    (raw,) = read("bioc_json", path, json.dumps(wrap(bioc_json())))
    assert (raw.id, raw.text) == ("77", "IL-2\nacts")
    assert spans(raw) == [("1", "Gene", ((0, 4),)), ("2", "Gene", ((5, 9),))]
    assert raw.mentions[0].ids == ("3558",)
    assert ends(raw) == [("Binds", "2", "1", "mention")]
    assert raw.mentions[0].place == f"{path}, document 77, annotation 1"
    assert raw.problems == ()


def test_bioc_json_bad_elements(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    document = bioc_json()
    del document["passages"][0]["annotations"][0]["id"]
    document["passages"][1]["annotations"][0]["locations"] = [{"offset": "x", "length": 1}]
    document["relations"] = ["R1"]
    (raw,) = read("bioc_json", path, json.dumps({"documents": [document]}))
    assert len(raw.problems) == 3
    assert f"{path}, document 77, annotation without id: cannot be read" in raw.problems[0]
    assert f"{path}, document 77, annotation 2: cannot be read" in raw.problems[1]
    (raw,) = read("bioc_json", path, json.dumps({"documents": [{"id": "8", "passages": [{}]}]}))
    assert f"{path}, document 8: no BioC document (no 'offset')" in raw.problems[0]
    for content, said in (
        ("{\n]", "x.json:2: not JSON"),
        ("{}", "no BioC JSON"),
        ("[1]", "no BioC"),
    ):
        with pytest.raises(FormatError, match=said):
            read("bioc_json", path, content)


def test_bioc_without_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr(bioc_records, "import_module", missing)
    for name in ("bioc_json", "bioc_xml"):
        with pytest.raises(FormatError, match=r"pip install 'cytokine-reader\[bioc\]'"):
            list(FORMATS[name].read(tmp_path / "x"))
        with pytest.raises(FormatError, match="pip install"):
            FORMATS[name].write([], tmp_path / "x")


CORPUS_LINE = {
    "id": "7",
    "text": "IL-2 and IL-4 genes",
    "partial_entities": True,
    "entities": [
        {"id": "T1", "start": 0, "end": 4, "type": "Protein", "ids": ["P1", 2]},
        {"id": "T2", "start": 0, "end": 19, "type": "DNA", "spans": [[0, 4], [14, 19]]},
        {"id": "T3", "start": 0, "end": 13, "type": "Protein", "coordination": True},
    ],
    "relations": [
        {"type": "a", "head": {"id": "T1"}, "tail": {"id": "T2"}, "modifications": ["Negation"]},
        {"type": "b", "head": "P1", "tail": "2", "level": "document"},
    ],
}


def test_corpora_of_others(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    (raw,) = read("entities", path, json.dumps(CORPUS_LINE) + "\n\n")
    assert format_of(path) == "entities"
    assert spans(raw) == [
        ("T1", "Protein", ((0, 4),)),
        ("T2", "DNA", ((0, 4), (14, 19))),
        ("T3", "Protein", ((0, 13),)),
    ]
    assert raw.mentions[0].ids == ("P1", "2")
    assert raw.mentions[2].attributes == {"coordination": "true"}
    assert ends(raw) == [("a", "T1", "T2", "mention"), ("b", "P1", "2", "document")]
    assert raw.relations[0].attributes == {"negated": "true"}
    assert raw.attributes == {"partial": "true"}
    assert raw.place == f"{path}:1"


def test_corpora_bad_lines(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    entities = [{"id": "T1", "start": "0", "end": 4, "type": "P"}, {"id": "T2"}, 7]
    line = {"id": "8", "text": "IL-2", "entities": entities, "relations": [{"type": "a"}]}
    content = "\n".join(["{", "[]", '{"id": "7"}', json.dumps(line)])
    raws = read("entities", path, content)
    found = [problem for raw in raws for problem in raw.problems]
    assert [problem.split(": ")[0] for problem in found] == [
        f"{path}:{n}" for n in (1, 2, 3, 4, 4, 4, 4)
    ]
    assert "entity 1: start and end must be whole numbers" in found[3]
    with pytest.raises(FormatError, match="holds no document"):
        read("entities", path, "\n")


def test_formats_by_name_and_content(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('\n{"id": "1", "text": "", "mentions": []}\n')
    assert format_of(path) == OURS
    assert format_of(tmp_path) == OURS
    (tmp_path / "x.txt").write_text("plain text")
    assert format_of(tmp_path / "x.txt") == "brat"
    with pytest.raises(FormatError, match="the folder holds brat, jsonl"):
        format_of(tmp_path)
    with pytest.raises(FormatError, match="not known by its name"):
        format_of(tmp_path / "x.docx")


@pytest.mark.parametrize("name", NAMES)
def test_files_that_cannot_be_read(name: str, tmp_path: Path) -> None:
    path = tmp_path / (FILES[name] if name != "brat" else "a.ann")
    packed = path.with_name(path.name + ".gz")
    packed.write_bytes(b"no gzip")
    (tmp_path / "a.txt").write_text("text")
    with pytest.raises(FormatError, match="cannot be read"):
        list(FORMATS[name].read(packed))


# Files with our types, where what is not understood is a mistake


SHORT = "IL-6 acts on T cells."


def small() -> GoldDocument:
    return GoldDocument(
        id="d",
        text=SHORT,
        mentions=(
            mention("T1", "IL-6", "CYTOKINE", SHORT, norm="IL6"),
            mention("T2", "T cells", "CELL", SHORT),
        ),
        relations=(
            GoldRelation(predicate="ACTS_ON", subject="T1", object="T2", effect="positive"),
        ),
    )


def wrong_in(path: Path) -> list[str]:
    """What is wrong with gold, without the folder."""
    with pytest.raises(GoldError) as caught:
        load_gold([path])
    return [one.replace(f"{path.parent}/", "") for one in caught.value.problems]


@pytest.mark.parametrize("name", ["gold.jsonl", "gold.jsonl.gz"])
def test_our_own_format_packed(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    assert write_gold([small()], path) == []
    assert path.read_bytes().startswith(b"\x1f\x8b") == name.endswith(".gz")
    assert load_gold([path]) == [small()]
    with pytest.raises(FormatError, match=r"U\+D83D is half a character"):
        write_gold([GoldDocument(id="d", text="a\ud83d")], path)


def test_damaged_archive(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"some text, some text" * 9))
    packed[10] = 7  # the first block has no type that is known
    (tmp_path / "x.jsonl.gz").write_bytes(packed)
    assert wrong_in(tmp_path / "x.jsonl.gz") == [
        "x.jsonl.gz: the compressed file breaks off or is damaged; copy it again"
    ]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[" * 100_000, "brackets nest more than 200 deep"),
        ('{"id": "d", "text": ' + "9" * 5000 + "}", "a number of 5000 digits"),
        ('{"id": "d", "text": "a\\ud800"}', "text: U+D800 at 1 is half a character"),
        ('{"id": "d", "text": "", "mentions": [{"norm": "\\udc00"}]}', "mentions[0].norm: U+DC00"),
        ("5", "not a JSON object"),
        ("null", "not a JSON object"),
        ('{"id": "d", "text": "", "mentions": [1]}', "mentions[0]: not a JSON object"),
        ('{"id": "d", "text": 5}', "text: not a string"),
    ],
)
@pytest.mark.parametrize("name", ["jsonl", "entities"])
def test_lines_of_json_that_no_one_expects(line: str, said: str, name: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    first = json.dumps({"id": "a", "text": "", "mentions" if name == "jsonl" else "entities": []})
    path.write_text(f"{first}\n{line}\n", encoding="utf-8")
    (found,) = wrong_in(path)
    assert found.startswith("x.jsonl:2: ")
    if name == "jsonl" or "mentions" not in line:
        assert said.removeprefix("text: not a ") in found
    assert "http" not in found
    assert "instance" not in found


def test_bioc_json_that_no_one_expects(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    for content, said in (
        ("\n" + "[" * 100_000, "x.json:2: brackets nest"),
        ('{"documents":\n[' + "9" * 5000 + "]}", "x.json:2: a number of 5000 digits"),
        (
            '{"documents": [{"id": "d", "passages": null}]}',
            "document d: no BioC document (passages",
        ),
        ('{"documents": [null]}', "document 1: no BioC document (it is no JSON object"),
        ('{"documents": [{"passages": [{"offset": 0, "text": 7}]}]}', "(text is no string)"),
        ('{"documents": [{"passages": [{"offset": 0, "text": "\\ud800"}]}]}', "half a character"),
        ('{"documents": [{"passages": [{"offset": 0, "annotations": 5}]}]}', "annotations is no"),
        ('{"documents": [{"infons": [1], "passages": []}]}', "infons is no JSON object"),
    ):
        path.write_text(content, encoding="utf-8")
        assert said in wrong_in(path)[0]
    document = bioc_json()
    document["passages"][0]["annotations"][0]["text"] = 7
    (raw,) = read("bioc_json", path, json.dumps(document))
    assert raw.problems == (
        f"{path}, document 77, annotation 1: cannot be read (text is no string); correct it",
    )
    assert raw.unread == ("1",)


TWO = "T1\tCYTOKINE 0 4\tIL-6\nT2\tCELL 13 20\tT cells\n"
ACTS = "R1\tACTS_ON Arg1:T1 Arg2:T2\n"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (ACTS + "R1\tACTS_ON Arg1:T1 Arg2:T2\n", "d.ann:4: the id R1 stands twice"),
        (
            ACTS + "A1\tEffect R1 negative\nA2\tEffect R1 positive\n",
            "d.ann:5: a second value of eff",
        ),
        ("#1\tNorm T1\tA\n#2\tNorm T1\tB\n", "d.ann:4: a second value of norm of T1"),
        ("A1\tOptinal T1\n", "d.ann:3: mention T1: unknown attribute 'Optinal'; known are spec"),
        ("A1\tOptional T1 yes\n", "d.ann:3: mention T1: optional is 'yes'; write true"),
        ("A1\tNegated T1\n", "d.ann:3: mention T1: unknown attribute 'negated'"),
        (ACTS + "M1\tEffect R1 up\n", "d.ann:4: relation ACTS_ON: effect: 'up' is unknown"),
        ("A1\tSpecificity T1 high\n", "d.ann:3: mention T1: specificity: 'high' is unknown"),
        ("#1\tDocument document\tsplit=train\n", "d.ann:3: split: 'train' is unknown"),
        ("#1\tDocument document\tsplt=dev\n", "d.ann:3: unknown attribute 'splt'"),
        ("#1\tDocument document\tdev\n", "d.ann:3: 'dev' is no key=value"),
        ("R1\tALIAS_OF Arg1:T9 Arg2:T1\n", "d.ann:3: ALIAS_OF joins mention 'T9', which this"),
        ("R1\tALIAS_OF Arg1:T1 Arg2:T9\n", "d.ann:3: ALIAS_OF joins mention 'T9', which this"),
        (
            "T3\tCELL 15 20\tcells\nR1\tALIAS_OF Arg1:T3 Arg2:T2\nR2\tALIAS_OF Arg1:T3 Arg2:T1\n",
            "d.ann:5: a second value of alias_of of T3",
        ),
        (
            "T3\tCELL 0 " + "9" * 5000 + "\tx\nR1\tACTS_ON Arg1:T1 Arg2:T3\nA1\tOptional T3\n",
            "d.ann:3: '0 9999",
        ),
    ],
)
def test_brat_of_ours(more: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text(SHORT, encoding="utf-8")
    (tmp_path / "d.ann").write_text(TWO + more, encoding="utf-8")
    (found,) = wrong_in(tmp_path / "d.ann")
    assert found.startswith(said)


def test_brat_arguments_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "d.txt").write_text(SHORT, encoding="utf-8")
    (raw,) = read("brat", tmp_path / "d.ann", TWO + "R1\tACTS_ON Arg2:T2 Arg1:T1\n")
    assert ends(raw) == [("ACTS_ON", "T1", "T2", "mention")]


def test_brat_writes_no_second_time(tmp_path: Path) -> None:
    write_gold([small()], tmp_path / "gold")
    with pytest.raises(FormatError, match="gold: holds files already; name a new folder"):
        write_gold([GoldDocument(id="e", text="x")], tmp_path / "gold")
    assert not (tmp_path / "gold" / "e.txt").exists()


PARTED = (
    f"d|t|{SHORT}\nd|a|\nd\t0\t4\tIL-6\tCYTOKINE\t-\tid=T1;norm=IL6\n"
    "d\t13\t20\tT cells\tCELL\t-\tid=T2\nd\tACTS_ON\tT1\tT2\teffect=positive\n"
)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("norm=", "nrm="), "x.pubtator:3: mention T1: unknown attribute 'nrm'"),
        (("norm=IL6", "norm=IL6;norm=IL8"), "x.pubtator:3: 'norm' stands twice"),
        (("effect=positive", "effect=positive;negated"), "x.pubtator:5: 'negated' is no key=value"),
        (
            ("effect=positive", "negated=maybe"),
            "x.pubtator:5: relation ACTS_ON: negated is 'maybe'",
        ),
        (("d|a|\n", "d|a|\nd|a|more\n"), "x.pubtator:3: a second line d|a|"),
        (("d|a|\n", "d|a|\nd|t|more\n"), "x.pubtator:3: a second line d|t|"),
        (("d|a|\n", "d|a|\nd|g|splt=dev\n"), "x.pubtator:3: unknown attribute 'splt'"),
        (("\t13\t", "\t" + "9" * 5000 + "\t"), "x.pubtator:4: '99999999999999999999' to '20' are"),
        (("\tT1\tT2", "\tT1\tT9"), "x.pubtator:5: relation ACTS_ON joins mention 'T9'"),
    ],
)
def test_pubtator_of_ours(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    assert change[0] in PARTED
    path = tmp_path / "x.pubtator"
    path.write_text(PARTED, encoding="utf-8")
    (document,) = load_gold([path])
    assert document == small()
    path.write_text(PARTED.replace(*change), encoding="utf-8")
    (found,) = wrong_in(path)
    assert found.startswith(said)


def test_one_bad_key_does_not_empty_the_column(tmp_path: Path) -> None:
    content = PARTED.replace("id=T1;", "id=T1;Rank 7;")
    (raw,) = read("pubtator", tmp_path / "x.pubtator", content)
    assert raw.mentions[0].attributes == {"norm": "IL6"}
    assert raw.problems == ()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('key="norm"', 'key="nrm"'), ": mention T1: unknown attribute 'nrm'"),
        (('key="effect"', 'key="efect"'), ": relation ACTS_ON: unknown attribute 'efect'"),
        (('<node refid="T2" role="object"/>', ""), ": has 1 nodes, not two; write two"),
        (
            (
                '<node refid="T2" role="object"/>',
                '<node refid="T2" role="object"/><node refid="T1" role="object"/>',
            ),
            ": has 3 nodes, not two",
        ),
        (('length="4"', 'length="' + "9" * 5000 + '"'), ": annotation with a location without"),
        (("<offset>0<", "<offset>" + "9" * 5000 + "<"), ": no BioC document (an offset that is no"),
    ],
)
def test_bioc_of_ours(change: tuple[str, str], said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    write_gold([small()], path)
    content = path.read_text(encoding="utf-8")
    assert change[0] in content
    path.write_text(content.replace(*change), encoding="utf-8")
    (found,) = wrong_in(path)
    assert said in found
    assert found.startswith("x.xml:")


def test_infons_of_others_in_our_bioc(tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    write_gold([small()], path)
    content = path.read_text(encoding="utf-8")
    more = '<infon key="type">CELL</infon><infon key="identifier">CL:1</infon>'
    path.write_text(content.replace('<infon key="type">CELL</infon>', more), encoding="utf-8")
    assert load_gold([path]) == [small()]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"entities": [{"text": 5}]}, "entity 1: text must be a string"),
        ({"entities": [{"optinal": True}]}, "entity 1: unknown key 'optinal'"),
        (
            {"entities": [{"attributes": {"optinal": True}}]},
            "mention T1: unknown attribute 'optinal'",
        ),
        ({"entities": [{"attributes": [1]}]}, "entity 1: attributes must be an object"),
        ({"entities": [{"spans": [[0, 4, 5]]}]}, "entity 1: spans must be a list of [start, end]"),
        ({"relations": [{"level": "documnt"}]}, "relation 1: level is 'documnt', not one of"),
        ({"relations": [{"efect": 1}]}, "relation 1: unknown key 'efect'"),
        ({"relations": {"a": 1}}, "no document (entities and relations must be lists)"),
        ({"attributes": [1]}, "no document (attributes must be an object"),
        ({"attributes": {"partial": "yes"}}, "partial is 'yes'; write true"),
        ({"attributes": {"split": ["dev"]}}, "no document ('split' must be a string)"),
        ({"splt": "dev"}, "unknown key 'splt'"),
    ],
)
def test_entities_of_ours(change: dict[str, Any], said: str, tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_gold([small()], path, "entities")
    record = json.loads(path.read_text(encoding="utf-8"))
    for key, value in change.items():
        if key in ("entities", "relations") and isinstance(value, list):
            record[key][0] |= value[0]
        else:
            record[key] = value
    path.write_text(json.dumps(record), encoding="utf-8")
    (found,) = wrong_in(path)
    assert found.startswith(f"x.jsonl:1: {said}")


def test_truth_values_of_json(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    write_gold([small()], path, "entities")
    record = json.loads(path.read_text(encoding="utf-8"))
    record["relations"][0]["attributes"] = {"negated": True, "hedged": False, "function": None}
    path.write_text(json.dumps(record), encoding="utf-8")
    relation = load_gold([path])[0].relations[0]
    assert (relation.negated, relation.hedged, relation.function) == (True, False, "")


def test_our_own_formats_need_no_map(tmp_path: Path) -> None:
    for name in ("x.jsonl", "x.marked"):
        write_gold([small()], tmp_path / name)
        with pytest.raises(GoldError) as caught:
            load_gold([tmp_path / name], read_map("bc5cdr"))
        assert caught.value.problems == [
            f"{tmp_path / name}: is in our own format, which needs no map; leave --map out"
        ]


def test_a_folder_of_several_formats(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    names = ["a.jsonl", "b.marked", "c.xml", "d.json", "e.pubtator", "f.jsonl.gz"]
    for name in names:
        write_gold([small().model_copy(update={"id": name})], tmp_path / name)
    (tmp_path / "README.md").write_text("about")
    (tmp_path / "notes.txt").write_bytes(b"caf\xe9")
    (tmp_path / "deeper").mkdir()
    with caplog.at_level(logging.WARNING):
        assert [document.id for document in load_gold([tmp_path])] == names
    assert "by their names: notes.txt" in caplog.text
    caplog.clear()
    (tmp_path / "notes.txt").unlink()
    write_gold([small().model_copy(update={"id": "in brat"})], tmp_path / "brat")
    assert list(gold_files([tmp_path])) == [tmp_path, *(tmp_path / name for name in names)]
    assert {document.id for document in load_gold([tmp_path])} == {"in brat", *names}
    assert caplog.text == ""  # README.md, annotation.conf and folders usually stand beside gold
