"""Annotated texts in the formats of others, read back by the libraries of these formats."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.export.docs import KEY, to_doc
from pipeline.export.fields import (
    as_strings,
    mention_fields,
    relation_fields,
    relations_by_id,
    stated,
)
from pipeline.export.formats import FORMATS
from pipeline.export.run import export, with_min_score
from pipeline.export.source import ExportError, Source
from pipeline.gold.formats import FORMATS as GOLD
from pipeline.gold.formats import fields
from pipeline.gold.maps import to_gold
from pipeline.records import LABELS, Annotation, Document, Mention
from pipeline.result import read_result
from tests.exported import NASTY, nasty, plain, source

TEXTS = [name for name, made in FORMATS.items() if made.needs_texts]
XML_TEXT = NASTY.replace("\x0c", "\ufffd")


def written(name: str, path: Path, given_: Source | None = None) -> tuple[Path, list[str]]:
    target = path / FORMATS[name].name
    return target, export(given_ or source(), name, target)


def counts(lost: list[str]) -> list[int]:
    return [int(found[1]) for sentence in lost if (found := re.search(r"\b(\d+) ", sentence))]


def everything(path: Path) -> dict[str, bytes]:
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


@pytest.mark.parametrize("name", TEXTS)
def test_same_bytes_and_nothing_beside(name: str, tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        written(name, folder)
    assert everything(first) == everything(second)
    expected = {FORMATS[name].name} | ({"label-studio.config.xml"} if "studio" in name else set())
    assert {p.name for p in first.iterdir()} == expected


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_at_all(name: str, tmp_path: Path) -> None:
    target, _ = written(name, tmp_path, Source(None, {}, ()))  # type: ignore[arg-type]
    assert target.exists()


@pytest.mark.parametrize("name", TEXTS)
def test_what_cannot_be_exported(name: str, tmp_path: Path) -> None:
    one = plain("a", "x")
    two = Source(None, {}, (one, one))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match="two documents have the id 'a'"):
        written(name, tmp_path, two)
    strange = Mention("a", 0, 2, "DRUG", "yz")
    moved = Source(None, {}, (plain("a", "xyz", mentions=(strange,)),))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match="does not read 'yz' at 0"):
        written(name, tmp_path, moved)
    blank = Mention("a", 1, 2, "DRUG", " ")
    empty = Source(None, {}, (plain("a", "x z", mentions=(blank,)),))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match="the mention at 1 is blank"):
        written(name, tmp_path, empty)
    half = Source(None, {}, (plain("a", "x\ud83d"),))  # type: ignore[arg-type]
    with pytest.raises(ExportError, match=r"U\+D83D, half a character"):
        written(name, tmp_path, half)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_place_that_is_taken(name: str, tmp_path: Path) -> None:
    target = tmp_path / FORMATS[name].name
    if FORMATS[name].folder:
        target.mkdir()
        (target / "mine.txt").write_text("mine")
    else:
        target.mkdir()
    said = "the folder is not empty" if FORMATS[name].folder else "is no file"
    with pytest.raises(ExportError, match=f"{re.escape(str(target))}: {said}"):
        export(source(), name, target)
    assert everything(tmp_path) == (
        {f"{target.name}/mine.txt": b"mine"} if FORMATS[name].folder else {}
    )


def test_a_relation_of_a_mention_that_is_not_there(tmp_path: Path) -> None:
    whole = nasty()
    lacking = Annotation(whole.document, whole.mentions[:3], whole.relations)
    with pytest.raises(ExportError, match=r"SECRETES joins M\w+ \('CD4\+\\nT cells'\)"):
        written("brat", tmp_path, Source(None, {}, (lacking,)))  # type: ignore[arg-type]


def test_a_trigger_that_is_not_there(tmp_path: Path) -> None:
    whole = nasty()
    moved = replace(whole.relations[0], trigger_start=3)
    wrong = Annotation(whole.document, whole.mentions, (moved,))
    with pytest.raises(ExportError, match="does not read 'block' at 3, as a trigger should"):
        written("brat", tmp_path, Source(None, {}, (wrong,)))  # type: ignore[arg-type]


def _content(target: Path) -> str:
    files = [p for p in target.rglob("*") if p.is_file()] if target.is_dir() else [target]
    return "".join(file.read_text(encoding="utf-8") for file in files)


@pytest.mark.parametrize("name", [name for name in TEXTS if name not in ("conll", "docbin")])
def test_ids_of_relations_are_those_of_the_table(name: str, tmp_path: Path) -> None:
    """Also where of a sentence that stands twice only the second passes the score, and where
    corrections gave the first one the number."""
    from tests.export_source import mention, relation, write_run

    text = "IL-6 activates T cells."
    found = relation(
        text, mention("d", text, "IL-6", "CYTOKINE"), mention("d", text, "T cells", "CELL"),
        "ACTS_ON", score=0.4,
    )  # fmt: skip
    far = len(text) + 1
    il6, cells = (
        replace(m, start=m.start + far, end=m.end + far) for m in (found.subject, found.object)
    )
    again = replace(
        found, sentence_start=far, sentence_end=far + len(text), subject=il6, object=cells,
        score=0.9,
    )  # fmt: skip
    mentions = tuple(sorted([found.subject, found.object, again.subject, again.object]))
    twice = Annotation(Document("d", f"{text} {text}"), mentions, (found, again))
    result = read_result(write_run(tmp_path / "run", [twice]))
    whole = Source(result.frames, {}, result.annotations(result.texts()))
    assert list(whole.frames.relations["relation_id"]) == [
        found.relation_id, f"{found.relation_id}-2",
    ]  # fmt: skip
    some = with_min_score(whole, 0.5)
    assert some.annotations[0].document == twice.document
    assert some.annotations[0].mentions == twice.mentions
    target, _ = written(name, tmp_path, some)
    content = _content(target)
    assert set(re.findall(rf"{found.relation_id}(?:-2)?", content)) == {f"{found.relation_id}-2"}
    table = whole.frames.relations
    turned = table.assign(relation_id=list(reversed(table["relation_id"])))
    other, changed = (
        tmp_path / "other",
        replace(whole, frames=replace(whole.frames, relations=turned)),
    )
    content = _content(written(name, other, changed)[0])
    assert re.findall(rf"{found.relation_id}(?:-2)?", content)[0] == f"{found.relation_id}-2"


# BioC


def bioc_values(annotation: Annotation) -> tuple[dict[str, Any], dict[str, Any]]:
    mentions = {
        m.mention_id: {
            "type": m.label, "identifier": m.concept_id,
            **stated(
                mention_fields(m), "mention_id", "start", "end", "text", "label", "concept_id"
            ),
        }
        for m in annotation.mentions
    }  # fmt: skip
    relations = {
        name: {
            "type": r.predicate,
            **stated(
                relation_fields(r, name),
                "relation_id", "predicate", "subject", "object", "sentence",
            ),
        }
        for name, r in relations_by_id(annotation)
    }  # fmt: skip
    plain_values = (
        {k: as_strings(stated(v)) for k, v in part.items()} for part in (mentions, relations)
    )
    first, second = plain_values
    return first, second


@pytest.mark.parametrize("name", ["bioc-xml", "bioc-json"])
def test_bioc(name: str, tmp_path: Path) -> None:
    module = pytest.importorskip("bioc.biocxml" if "xml" in name else "bioc.biocjson")
    target, lost = written(name, tmp_path)
    assert [sentence[:43] for sentence in lost] == (
        ["1 control character, which XML cannot hold:"] if "xml" in name else []
    )
    with target.open(encoding="utf-8", newline="") as file:
        documents = module.load(file).documents
    for document, annotation in zip(documents, source().annotations, strict=True):
        assert document.id == annotation.document.doc_id
        (passage,) = document.passages
        text = annotation.document.text
        text = text.replace("\x0c", "\ufffd") if "xml" in name else text
        assert (passage.text or "") == text
        mentions, relations = bioc_values(annotation)
        assert {a.id: a.infons for a in passage.annotations} == mentions
        assert {r.id: r.infons for r in passage.relations} == relations
        for found, expected in zip(passage.annotations, annotation.mentions, strict=True):
            (place,) = found.locations
            assert (place.offset, place.end) == (expected.start, expected.end)
            assert found.text == text[place.offset : place.end] == expected.text
        assert [[(n.role, n.refid) for n in r.nodes] for r in passage.relations] == [
            [("subject", r.subject.mention_id), ("object", r.object.mention_id)]
            for r in annotation.relations
        ]


def test_bioc_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "bioc", None)
    with pytest.raises(ExportError, match=r"cytokine-reader\[bioc\]"):
        written("bioc-json", tmp_path)


# PubTator


def test_pubtator(tmp_path: Path) -> None:
    pubtator = pytest.importorskip("bioc.pubtator")
    target, lost = written("pubtator", tmp_path)
    with target.open(encoding="utf-8") as file:
        documents = {document.pmid: document for document in pubtator.load(file)}
    known = source().annotations
    assert [unquote(name) for name in documents] == [known[n].document.doc_id for n in (0, 1, 4)]
    for found, annotation in zip(documents.values(), (known[0], known[1], known[4]), strict=True):
        found.abstract = found.abstract or ""  # as the validator of the library needs it
        pubtator.validate(found)
        for one, mention in zip(found.annotations, annotation.mentions, strict=True):
            assert (one.start, one.end, one.type) == (mention.start, mention.end, mention.label)
            assert fields.decode(one.id) == (mention.concept_id or "-")
            assert found.text[one.start : one.end] == one.text
            assert re.sub(r"\s", " ", mention.text) == one.text
            more, doubts = fields.unpack(one.others[0])
            assert doubts == []
            without = ("start", "end", "text", "label", "concept_id")
            assert more == as_strings(stated(mention_fields(mention), *without))
        expected = [
            (r.predicate, r.subject.concept_id or "-", r.object.concept_id or "-",
             as_strings(stated(relation_fields(r, name), "predicate", "sentence")))
            for name, r in relations_by_id(annotation)
        ]  # fmt: skip
        assert [
            (r.type, fields.decode(r.id1), fields.decode(r.id2), fields.unpack(r.neg)[0])
            for r in found.relations
        ] == expected
    breaks = sum(len(re.findall(r"[\t\n\r\x0c\x85\u2028\u2029]", a.document.text)) for a in known)
    assert counts(lost) == [breaks - 2, 2, 2, 2, 2]
    assert "stand in a line ID|g|" in lost[3]


def test_pubtator_cuts_no_mention(tmp_path: Path) -> None:
    pubtator = pytest.importorskip("bioc.pubtator")
    text = "T\ncells\nrose"
    cells = Mention("d", 0, 7, "CELL", "T\ncells")
    only = Source(None, {}, (plain("d", text, mentions=(cells,)),))  # type: ignore[arg-type]
    content = written("pubtator", tmp_path, only)[0].read_text(encoding="utf-8")
    (found,) = pubtator.loads(content)
    assert (found.title, found.abstract) == ("T cells", "rose")
    pubtator.validate(found)


def test_pubtator_says_which_lines_others_skip(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pubtator = pytest.importorskip("bioc.pubtator")
    titled = plain("a", "x\ny\nz")
    titled = replace(titled, document=replace(titled.document, title="x"))
    given_ = Source(None, {}, (titled, plain("b", "x\ny")))  # type: ignore[arg-type]
    target, lost = written("pubtator", tmp_path, given_)
    pubtator.loads(target.read_text(encoding="utf-8"))
    assert capsys.readouterr().out.count("Cannot parse") == 1
    assert "of 1 document for readers other than pipeline gold" in lost[1]


# brat


def test_brat_by_a_public_reader(tmp_path: Path) -> None:
    brat = pytest.importorskip("bioc.brat")
    target, lost = written("brat", tmp_path)
    assert len(lost) == 1
    assert "of 4 relations on" in lost[0]
    names = sorted(p.name for p in target.iterdir())
    assert len(names) == 2 * len(source().annotations) + 1
    (file,) = target.glob("a%2F*.ann")
    text = file.with_suffix(".txt").read_bytes().decode()
    assert text == NASTY
    document = brat.loads(text, file.read_text(encoding="utf-8"))
    annotation = nasty()
    notes = {(n.type, n.refid): n.text for n in document.notes}
    flags = {(a.refid, a.type, *a.attributes) for a in document.attributes}
    assert fields.unpack(notes["Document", "document"])[0] == {
        "id": annotation.document.doc_id, "title": annotation.document.title,
    }  # fmt: skip
    ids = {e.id: notes.get(("Id", e.id)) for e in document.entities}
    for one in document.entities:
        spans = sorted((place.begin, place.end) for place in one.locations)
        assert one.text == " ".join(text[a:b] for a, b in spans)  # as brat compares them
    for mention in annotation.mentions:
        (one,) = (e for e in document.entities if ids[e.id] == mention.mention_id)
        assert (one.type, one.total_span) == (mention.label, (mention.start, mention.end))
        more = fields.unpack(notes["AnnotatorNotes", one.id])[0]
        assert more.get("concept_id", "") == mention.concept_id
        assert more["score"] == str(mention.score)
        assert ((one.id, "Specificity", mention.specificity) in flags) == bool(mention.specificity)
    assert re.findall(r"^N\d+\tReference T\d+ (\S+)\t(.*)$", file.read_text(), re.M) == [
        ("CHEBI:1", "anti; = |%"), ("HGNC:6018", "IL6"), ("HGNC:11892", "TNF"),
    ]  # fmt: skip
    _check_relations(document, annotation, ids, notes, flags)


def _check_relations(
    document: Any, annotation: Annotation, ids: dict[str, Any], notes: Any, flags: set[Any]
) -> None:
    named = list(relations_by_id(annotation))
    found = [r for r in document.relations if r.type != "ALIAS_OF"]
    assert len(found) == len(named)
    places = {e.id: e.total_span for e in document.entities}
    events = {e.id: places[e.trigger_id] for e in document.events}
    assert len(events) == 3  # the word "block" states two
    for one, (name, relation) in zip(found, named, strict=True):
        arguments = (ids[one.arguments["Arg1"]], ids[one.arguments["Arg2"]])
        assert arguments == (relation.subject.mention_id, relation.object.mention_id)
        more = fields.unpack(notes["AnnotatorNotes", one.id])[0]
        event = more.pop("trigger_event", None)
        place = (relation.trigger_start, relation.trigger_end)
        assert (events[event] if event else (-1, -1)) == place
        without = ("predicate", "subject", "object", "sentence")
        assert more == as_strings(stated(relation_fields(relation, name), *without))
        assert ((one.id, "Negated") in flags) == relation.negated
        assert ((one.id, "Hedged") in flags) == relation.hedged
        assert ((one.id, "Effect", relation.effect) in flags) == (relation.effect != "unspecified")
    aliases = [r for r in document.relations if r.type == "ALIAS_OF"]
    assert [(ids[r.arguments["Arg1"]], ids[r.arguments["Arg2"]]) for r in aliases] == [
        (m.mention_id, m.alias_of) for m in annotation.mentions if m.alias_of
    ]


def test_brat_files_that_would_be_one(tmp_path: Path) -> None:
    both = Source(None, {}, (plain("A", "x"), plain("a", "y")))  # type: ignore[arg-type]
    for name in ("brat", "pubannotation"):
        with pytest.raises(ExportError, match="'A' and 'a' would both be the file a"):
            written(name, tmp_path, both)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["brat", "bioc-xml", "bioc-json"])
def test_gold_reads_it(name: str, tmp_path: Path) -> None:
    whole = nasty()
    once = Annotation(whole.document, whole.mentions, (*whole.relations[:1], *whole.relations[3:]))
    target, _ = written(name, tmp_path, Source(None, {}, (once,)))  # type: ignore[arg-type]
    (raw,) = GOLD[name.replace("-", "_")].read(target)
    gold, wrong = to_gold(raw)
    assert wrong == []
    assert gold is not None
    assert gold.id == whole.document.doc_id
    assert gold.text == (XML_TEXT if "xml" in name else NASTY)
    assert [(m.id, m.start, m.end, m.label) for m in gold.mentions] == [
        (m.mention_id, m.start, m.end, m.label) for m in whole.mentions
    ]
    assert [(r.predicate, r.subject, r.object) for r in gold.relations] == [
        (r.predicate, r.subject.mention_id, r.object.mention_id) for r in once.relations
    ]
    if name == "brat":  # which keeps the attributes of gold, too
        assert [(r.effect, r.function, r.negated, r.hedged) for r in gold.relations] == [
            (r.effect, r.function, r.negated, r.hedged) for r in once.relations
        ]
        assert [(m.norm, m.specificity, m.alias_of) for m in gold.mentions] == [
            (m.concept_name, m.specificity, m.alias_of) for m in whole.mentions
        ]


# PubAnnotation


def test_pubannotation(tmp_path: Path) -> None:
    target, lost = written("pubannotation", tmp_path)
    assert lost == []
    found = {(d := json.loads(p.read_bytes()))["sourceid"]: d for p in target.glob("*.json")}
    assert set(found) == {a.document.doc_id for a in source().annotations}
    for annotation in source().annotations:
        document = found[annotation.document.doc_id]
        assert document["text"] == annotation.document.text
        spans = {d["id"]: (d["span"]["begin"], d["span"]["end"]) for d in document["denotations"]}
        said: dict[str, dict[str, Any]] = {}
        for one in document["attributes"]:
            said.setdefault(one["subj"], {})[one["pred"]] = one["obj"]
        for mention in annotation.mentions:
            without = ("mention_id", "start", "end", "label", "text")
            assert spans[mention.mention_id] == (mention.start, mention.end)
            assert said[mention.mention_id] == stated(mention_fields(mention), *without)
        names = dict(relations_by_id(annotation))
        assert [(r["pred"], r["subj"], r["obj"]) for r in document["relations"]] == [
            (r.predicate, r.subject.mention_id, r.object.mention_id) for r in names.values()
        ]
        for name, relation in names.items():
            own = said[name]
            assert spans.get(own.get("trigger", ""), (-1, -1)) == (
                relation.trigger_start, relation.trigger_end,
            )  # fmt: skip
            assert (own.get("negated", False), own["effect"], own["score"]) == (
                relation.negated, relation.effect, relation.score,
            )  # fmt: skip
        ids = [d["id"] for part in ("denotations", "relations") for d in document[part]]
        assert len(ids) == len(set(ids))


# DocBin


def test_docbin(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    target, lost = written("docbin", tmp_path)
    docs = list(DocBin().from_disk(target).get_docs(spacy.blank("en").vocab))
    for doc, annotation in zip(docs, source().annotations, strict=True):
        assert doc.text == annotation.document.text
        assert doc.user_data["doc_id"] == annotation.document.doc_id
        kept = doc.user_data[KEY]
        assert list(kept["mentions"]) == [mention_fields(m) for m in annotation.mentions]
        assert list(kept["relations"]) == [
            relation_fields(r, name) for name, r in relations_by_id(annotation)
        ]
        spans = doc.spans[KEY]
        assert [(s.id_, s.label_, s.kb_id_) for s in spans] == [
            (m.mention_id, m.label, m.concept_id) for m in annotation.mentions
        ]
        for span, mention in zip(spans, annotation.mentions, strict=True):
            assert span.start_char <= mention.start < mention.end <= span.end_char
        assert {e.id_ for e in doc.ents} <= {m.mention_id for m in annotation.mentions}
    assert [s.text for s in docs[1].sents] == ["Title of it\n", "IL-6 rose.", "T cells, too."]
    assert not docs[0].has_annotation("SENT_START")
    assert [e.label_ for e in docs[0].ents] == ["DRUG", "DRUG", "CELL", "CYTOKINE"]
    assert counts(lost) == [1]


def test_a_mention_inside_a_token(tmp_path: Path) -> None:
    import spacy
    from spacy.tokens import DocBin

    inside = Mention("w", 3, 6, "CYTOKINE", "TNF")
    only = Source(None, {}, (plain("w", "preTNFs rose", mentions=(inside,)),))  # type: ignore[arg-type]
    target, lost = written("docbin", tmp_path, only)
    (doc,) = DocBin().from_disk(target).get_docs(spacy.blank("en").vocab)
    assert [(span.text, span.id_) for span in doc.spans[KEY]] == [("preTNFs", inside.mention_id)]
    (exact,) = doc.user_data[KEY]["mentions"]
    assert doc.text[exact["start"] : exact["end"]] == "TNF"
    assert counts(lost) == [1]
    assert "inside a token" in lost[0]


def test_a_doc_of_another_text() -> None:
    import spacy

    with pytest.raises(ValueError, match="another text"):
        to_doc(nasty(), spacy.blank("en").make_doc("other"))


# Any text at all


@st.composite
def annotated(draw: st.DrawFn) -> Annotation:
    signs = st.one_of(
        st.sampled_from(
            "ab1-(|t=;% \t\n\r\x0b\x0c\x1c\x85\u2028\u2029\ufeff\u200d\u00a0'\"𝛼😀\x00"
        ),
        st.characters(exclude_categories=["Cs"]),
    )
    text = draw(st.text(signs, max_size=60))
    edges = st.tuples(*[st.integers(0, len(text))] * 2, st.sampled_from(LABELS))
    concepts = st.sampled_from(["", "A:1"])
    places = sorted(set(draw(st.lists(edges, max_size=6))))
    mentions = [
        Mention("d", start, end, label, text[start:end], concept_id=draw(concepts))
        for start, end, label in places
        if text[start:end].strip() == text[start:end] and re.search(r"\w", text[start:end])
    ]  # fmt: skip
    return Annotation(Document("d", text), tuple(mentions))


def places_of(mentions: Sequence[Mention]) -> list[tuple[int, int, str]]:
    return [(m.start, m.end, m.label) for m in mentions]


@settings(max_examples=60, deadline=None)
@given(annotated())
def test_offsets_hold_in_any_text(annotation: Annotation) -> None:
    bioc = pytest.importorskip("bioc")
    from bioc import biocjson, biocxml, brat, pubtator

    given_ = Source(None, {}, (annotation,))  # type: ignore[arg-type]
    text, expected = annotation.document.text, places_of(annotation.mentions)
    with tempfile.TemporaryDirectory() as folder:
        paths = {
            name: written(name, Path(folder), given_)[0]
            for name in ("bioc-xml", "bioc-json", "pubtator", "brat", "docbin", "conll", "prodigy")
        }
        (xml,) = biocxml.loads(paths["bioc-xml"].read_text(encoding="utf-8")).documents
        (same,) = biocjson.loads(paths["bioc-json"].read_text(encoding="utf-8")).documents
        for document in (xml, same):
            found = [
                (place.offset, place.end, one.infons["type"])
                for one in document.passages[0].annotations
                for place in one.locations
            ]
            assert found == expected
            assert len(document.passages[0].text or "") == len(text)
        assert (same.passages[0].text or "") == text
        assert isinstance(xml, bioc.BioCDocument)
        for document in pubtator.loads(paths["pubtator"].read_text(encoding="utf-8")):
            assert [(a.start, a.end, a.type) for a in document.annotations] == expected
            for one in document.annotations:
                assert document.text[one.start : one.end] == one.text
        lines = (paths["brat"] / "d.ann").read_text(encoding="utf-8")
        entities = brat.loads(text, lines).entities
        for one in entities:
            spans = sorted((p.begin, p.end) for p in one.locations)
            assert one.text == " ".join(text[a:b] for a, b in spans).rstrip()
        _check_words(paths, annotation)


def _check_words(paths: dict[str, Path], annotation: Annotation) -> None:
    text = annotation.document.text
    for line in paths["conll"].read_text(encoding="utf-8").split("\n"):
        if "\t" in line:
            word, _, _, start, end, *_ = line.split("\t")
            assert text[int(start) : int(end)] == word
            assert len(line.split()) == 7
    row = json.loads(paths["prodigy"].read_text(encoding="utf-8"))
    tokens = row["tokens"]
    assert "".join(t["text"] + " " * t["ws"] for t in tokens) == text
    spans = row["spans"] + row.get("nested", {"spans": []})["spans"]
    assert sorted((s["start"], s["end"], s["label"]) for s in spans) == places_of(
        annotation.mentions
    )
    for span in spans:
        assert tokens[span["token_start"]]["start"] == span["start"]
        assert tokens[span["token_end"]]["end"] == span["end"]
