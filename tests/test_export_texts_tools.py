"""Annotated texts for tools of annotators, and as words, read back as these tools read them."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from pipeline.export.fields import (
    mention_fields,
    relation_fields,
    relations_by_id,
    stated,
)
from pipeline.export.formats import FORMATS
from pipeline.export.label_studio import configuration
from pipeline.export.run import export
from pipeline.export.source import Source
from pipeline.export.words import layers, sentence_starts, words_of
from pipeline.records import LABELS, PREDICATES, Annotation, Document, Mention
from tests.exported import NASTY, nasty, plain, source


def written(name: str, path: Path, given: Source | None = None) -> tuple[Path, list[str]]:
    target = path / FORMATS[name].name
    return target, export(given or source(), name, target)


def counts(lost: list[str]) -> list[int]:
    return [int(found[1]) for sentence in lost if (found := re.search(r"\b(\d+) ", sentence))]


def rows(path: Path) -> list[dict[str, Any]]:
    # As JavaScript and Python's own str.splitlines cut lines.
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


# CoNLL


def test_conll_by_the_converter_of_spacy(tmp_path: Path) -> None:
    from spacy.training.converters import conll_ner_to_docs

    target, lost = written("conll", tmp_path)
    content = target.read_text(encoding="utf-8")
    docs = list(conll_ner_to_docs(content, no_print=True))
    known = [a for a in source().annotations if a.document.text.strip()]
    for doc, annotation in zip(docs, known, strict=True):
        text = annotation.document.text
        assert [t.text for t in doc] == [text[slice(*word)] for word in words_of(annotation)]
        outer = layers(annotation.mentions)[0]
        assert [(e.label_, e.text.split()) for e in doc.ents] == [
            (m.label, [text[slice(*word)] for word in words_of(annotation) if within(word, m)])
            for m in outer
        ]
        assert {t.tag_ for t in doc} == {"-"}
    assert [s.text for s in docs[1].sents] == ["Title of it", "IL-6 rose .", "T cells , too ."]
    assert content.count("-DOCSTART- -X- O O") == len(source().annotations)
    assert counts(lost) == [5, 4 + 2, 1]


def within(word: tuple[int, int], mention: Mention) -> bool:
    return mention.start <= word[0] and word[1] <= mention.end


def test_conll_columns(tmp_path: Path) -> None:
    target, _ = written("conll", tmp_path)
    lines = [x.split("\t") for x in target.read_text(encoding="utf-8").split("\n") if "\t" in x]
    own = [x for x in lines if x[2].startswith("a/b")]
    assert {len(line) for line in own} == {7}
    assert {line[2] for line in own} == {"a/b:%20'c'|d%20\"é\"%09%25;="}
    assert all(NASTY[int(line[3]) : int(line[4])] == line[0] for line in own)
    assert [line[0] for line in own if line[5] == "B-CYTOKINE"] == ["IL-6"]
    assert [(x[0], x[6]) for x in own if "CELL" in x[6]] == [
        ("CD4", "B-CELL"), ("+", "I-CELL"), ("T", "I-CELL"), ("cells", "I-CELL"),
    ]  # fmt: skip


def test_sentences_do_not_begin_in_mentions() -> None:
    text = "No. T. reesei cells. Two here"
    cell = Mention("d", 4, 19, "CELL", text[4:19])
    known = plain("d", text, mentions=(cell,), sentences=((0, 3), (4, 6), (7, 20), (21, 29)))
    words = words_of(known)
    assert [text[slice(*words[n])] for n in sorted(sentence_starts(known, words))] == [
        "No", "T.", "Two",
    ]  # fmt: skip
    guessed = plain("d", text, mentions=(cell,))
    assert {text[slice(*words[n])] for n in sentence_starts(guessed, words)} <= {"No", "T.", "Two"}


def guessed(text: str, title: str = "") -> list[str]:
    """The sentences of a text that was not parsed."""
    known = Annotation(Document("d", text, title=title))
    words = words_of(known)
    starts = [*sorted(sentence_starts(known, words)), len(words)]
    return [" ".join(text[slice(*w)] for w in words[a:b]) for a, b in pairwise(starts)]


def test_sentences_of_a_text_that_was_not_parsed() -> None:
    text = (
        "IL-6: a review\n\nIL-6 rises\nin asthma. It falls.\r\n\r\n# Cells\n- 𝛼T cells\n- B cells"
    )
    assert guessed(text) == [
        "IL-6 : a review", "IL-6 rises in asthma .", "It falls . #", "Cells -", "𝛼T cells -",
        "B cells",
    ]  # fmt: skip
    title = "A title so long that it may as well be the first line of a paragraph which is wrapped"
    assert len(guessed(f"{title}\nIL-6 rises.")) == 1
    assert guessed(f"{title}\nIL-6 rises.", title) == [title, "IL-6 rises ."]
    assert guessed("IL-6 rises.", "IL-6") == ["IL-6 rises ."]
    # A list item completes what leads in to it, as for the parser.
    assert guessed("Cells. Made by:\n- macrophages.\n- T cells\n\nNot so") == [
        "Cells .", "Made by : - macrophages . - T cells", "Not so",
    ]  # fmt: skip
    assert guessed("") == guessed(" \n") == []


def test_layers() -> None:
    places = [(0, 9), (0, 4), (5, 9), (2, 7), (3, 6), (10, 12)]
    mentions = [Mention("d", a, b, "DRUG", "x" * (b - a)) for a, b in places]
    parts = [[(m.start, m.end) for m in part] for part in layers(mentions)]
    assert parts == [[(0, 9), (10, 12)], [(2, 7)], [(0, 4), (3, 6), (5, 9)]]


# doccano


def test_doccano(tmp_path: Path) -> None:
    target, lost = written("doccano", tmp_path)
    found = rows(target)
    assert [row["id"] for row in found] == [1, 2, 3, 4, 5]
    for row, annotation in zip(found, source().annotations, strict=True):
        assert row["text"] == annotation.document.text
        assert row["doc_id"] == annotation.document.doc_id
        assert [
            (row["text"][e["start_offset"] : e["end_offset"]], e["label"]) for e in row["entities"]
        ] == [(m.text, m.label) for m in annotation.mentions]
        ids = {e["id"]: m for e, m in zip(row["entities"], annotation.mentions, strict=True)}
        assert [(r["type"], ids[r["from_id"]], ids[r["to_id"]]) for r in row["relations"]] == [
            (r.predicate, r.subject, r.object) for r in annotation.relations
        ]
        assert [ids[more["id"]].concept_id for more in row["mentions"]] == [
            more.get("concept_id", "") for more in row["mentions"]
        ]
        assert [
            {k: v for k, v in more.items() if k != "id"} for more in row["relation_details"]
        ] == [
            stated(relation_fields(r, name), "sentence") for name, r in relations_by_id(annotation)
        ]
    for part in ("entities", "relations"):
        numbers = [one["id"] for row in found for one in row[part]]
        assert numbers == list(range(1, len(numbers) + 1))
    assert found[0]["year"] == "2020"
    assert len(lost) == 2


def test_metadata_does_not_replace_what_a_format_needs(tmp_path: Path) -> None:
    one = plain("d", "x")
    names = ("text", "doc_id", "entities", "relations", "id", "mentions")
    document = one.document.__class__("d", "x", metadata=tuple((name, "no") for name in names))
    given = Source(None, {}, (Annotation(document),))  # type: ignore[arg-type]
    (row,) = rows(written("doccano", tmp_path, given)[0])
    assert (row["text"], row["doc_id"], row["entities"], row["id"]) == ("x", "d", [], 1)
    (task,) = json.loads(written("label-studio", tmp_path, given)[0].read_text())
    assert (task["data"]["text"], task["data"]["mentions"]) == ("x", [])


# Label Studio


def test_label_studio(tmp_path: Path) -> None:
    about = {"program": {"name": "p", "version": "1"}, "model": {"name": "m", "version": "2"}}
    given = Source(None, about, source().annotations)  # type: ignore[arg-type]
    target, lost = written("label-studio", tmp_path, given)
    tasks = json.loads(target.read_text(encoding="utf-8"))
    for task, annotation in zip(tasks, given.annotations, strict=True):
        text = task["data"]["text"]
        assert text == annotation.document.text
        assert task["data"]["doc_id"] == annotation.document.doc_id
        (prediction,) = task["predictions"]
        assert prediction["model_version"] == "p 1, m 2"
        regions = [one for one in prediction["result"] if one["type"] == "labels"]
        assert [
            (r["id"], r["value"]["start"], r["value"]["end"], r["value"]["labels"]) for r in regions
        ] == [(m.mention_id, m.start, m.end, [m.label]) for m in annotation.mentions]
        for region in regions:
            value = region["value"]
            assert text[value["start"] : value["end"]] == value["text"]
        arcs = [one for one in prediction["result"] if one["type"] == "relation"]
        assert [(a["from_id"], a["to_id"], a["labels"][0], a["direction"]) for a in arcs] == [
            (r.subject.mention_id, r.object.mention_id, r.predicate, "right")
            for r in annotation.relations
        ]
        assert task["data"]["mentions"] == [stated(mention_fields(m)) for m in annotation.mentions]
        scores = [r.score for r in annotation.relations]
        assert prediction.get("score") == (round(sum(scores) / len(scores), 4) if scores else None)
    labels = [one["labels"] for one in tasks[0]["predictions"][0]["result"] if "from_id" in one]
    assert labels[0] == ["MODULATES", "negative", "hedged"]
    assert labels[3] == ["SECRETES", "unspecified", "negated"]
    assert labels[4] == ["ACTS_ON", "positive", "death"]
    assert "label-studio.config.xml" in lost[0]
    assert "in 1 text, for" in lost[1]


def test_label_studio_configuration(tmp_path: Path) -> None:
    from xml.etree import ElementTree

    target, _ = written("label-studio", tmp_path)
    config = target.with_name("label-studio.config.xml").read_text(encoding="utf-8")
    assert config == configuration()
    root = ElementTree.fromstring(config)
    assert [one.get("value") for one in root.iter("Label")] == list(LABELS)
    allowed = {one.get("value") for one in root.iter("Relation")}
    assert allowed >= set(PREDICATES)
    results = [
        one
        for task in json.loads(target.read_text(encoding="utf-8"))
        for one in task["predictions"][0]["result"]
    ]
    assert {label for one in results for label in one.get("labels", ())} <= allowed
    assert all(one["from_name"] == "label" for one in results if one["type"] == "labels")


def test_label_studio_by_its_own_checks(tmp_path: Path) -> None:
    interface = pytest.importorskip("label_studio_sdk.label_interface")
    target, _ = written("label-studio", tmp_path)
    checks = interface.LabelInterface(configuration())
    checks.validate()
    for task in json.loads(target.read_text(encoding="utf-8")):
        assert checks.validate_task({"data": task["data"]})
        for prediction in task["predictions"]:
            assert checks.validate_prediction(prediction, return_errors=True) == []


# Prodigy


def test_prodigy(tmp_path: Path) -> None:
    target, lost = written("prodigy", tmp_path)
    found = rows(target)
    for row, annotation in zip(found, source().annotations, strict=True):
        text = annotation.document.text
        assert row["text"] == text
        assert row["meta"]["doc_id"] == annotation.document.doc_id
        tokens = row["tokens"]
        assert "".join(t["text"] + " " * t["ws"] for t in tokens) == text
        assert [t["id"] for t in tokens] == list(range(len(tokens)))
        for span in row["spans"]:
            assert tokens[span["token_start"]]["start"] == span["start"]
            assert tokens[span["token_end"]]["end"] == span["end"]
            assert text[span["start"] : span["end"]] == span["text"]
        ends = [span["token_end"] for span in row["spans"]]
        assert len(set(ends)) == len(ends)
        # As the public project for relations reads it: spans by their last token.
        by_end = {span["token_end"]: span["mention_id"] for span in row["spans"]}
        for one in row["relations"]:
            assert by_end[one["head"]] == one["subject"]
            assert by_end[one["child"]] == one["object"]
            assert one["head_span"]["token_end"] == one["head"]
        every = [*row["relations"], *row.get("nested", {"relations": []})["relations"]]
        assert sorted(r["relation_id"] for r in every) == sorted(
            name for name, _ in relations_by_id(annotation)
        )
    assert [(r["label"], r["effect"], r.get("negated", False)) for r in found[0]["relations"]] == [
        ("SECRETES", "unspecified", True), ("ACTS_ON", "positive", False),
    ]  # fmt: skip
    assert [s["text"] for s in found[0]["nested"]["spans"]] == ["IL-6"]
    assert re.findall(r"\d+ \w+", lost[0]) == ["1 mention", "3 relations"]


def test_words_are_cut_at_the_edges_of_mentions() -> None:
    words = words_of(nasty())
    edges = {edge for word in words for edge in word}
    assert all({m.start, m.end} <= edges for m in nasty().mentions)
    assert all(not NASTY[slice(*word)].isspace() for word in words)
