"""The route on documents: offsets, list items, failures that stay with their document."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from pipeline import route
from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.read.layout import Block
from pipeline.records import Annotation, Document
from pipeline.route import Settings, annotate, tools

SETTINGS = Settings()


def annotate_one(text: str, source: str = "a.txt", **settings: Any) -> Annotation:
    (found,) = annotate([Document("a", text, source)], dataclasses.replace(SETTINGS, **settings))
    assert found.failure is None, found.failure
    return found


def pairs(found: Annotation) -> set[tuple[str, str, str]]:
    return {(r.predicate, r.subject.text, r.object.text) for r in found.relations}


def test_no_documents() -> None:
    assert annotate([], SETTINGS) == []


def test_settings_name_the_shipped_patterns() -> None:
    assert SETTINGS.patterns_dir == default_patterns_dir()


class TestEnvelope:
    #             0         10
    # document:   make: [ 3 ] IL-6      (what stands in brackets is no part of the block)
    BLOCK = Block("", "make IL-6.", ((0, 0, 4), (5, 12, 5)))

    @pytest.mark.parametrize(
        ("start", "end", "expected"),
        [
            (0, 4, (0, 4)),
            (5, 9, (12, 16)),
            (0, 10, (0, 17)),
            (3, 6, (3, 13)),
            (4, 5, (-1, -1)),
            (4, 9, (12, 16)),
        ],
    )
    def test_smallest_stretch(self, start: int, end: int, expected: tuple[int, int]) -> None:
        assert route.envelope(self.BLOCK, start, end) == expected


class TestFailures:
    """A route that breaks on a word, with no model behind it."""

    @pytest.fixture
    def calls(self, monkeypatch: pytest.MonkeyPatch) -> list[int]:
        sizes: list[int] = []

        def batch(documents: list[Document], settings: Settings, given: object) -> list[Annotation]:
            sizes.append(len(documents))
            if any("poison" in d.text for d in documents):
                raise ValueError("no parse")
            return [Annotation(d) for d in documents]

        monkeypatch.setattr(route, "_annotate_batch", batch)
        monkeypatch.setattr(route, "tools", lambda settings: None)
        return sizes

    def test_one_of_many(self, calls: list[int]) -> None:
        texts = ["good", "poison", "good", "poison"]
        documents = [Document(str(i), text, f"{i}.txt") for i, text in enumerate(texts)]
        found = annotate(documents, SETTINGS)
        assert [a.document for a in found] == documents
        failures = [a.failure for a in found if a.failure]
        assert [f.doc_id for f in failures] == ["1", "3"]
        assert failures[0].source == "1.txt"
        assert failures[0].step == "annotate"
        assert failures[0].error == "ValueError: no parse"
        assert calls == [4, 1, 1, 1, 1]

    @pytest.mark.usefixtures("calls")
    def test_a_failed_document_has_no_rows(self) -> None:
        (found,) = annotate([Document("a", "poison")], SETTINGS)
        assert (found.mentions, found.relations, found.sentences) == ((), (), ())

    def test_patterns_that_do_not_load_are_no_documents_fault(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        loads: list[Settings] = []

        def broken(settings: Settings) -> None:
            loads.append(settings)
            raise PatternError("terms.csv:3: no such label")

        monkeypatch.setattr(route, "tools", broken)
        with pytest.raises(PatternError, match=r"terms\.csv:3"):
            annotate([Document("a", "x"), Document("b", "x")], SETTINGS)
        assert len(loads) == 1

    def test_a_user_who_stops_is_no_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def stop(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr(route, "_annotate_batch", stop)
        monkeypatch.setattr(route, "tools", lambda settings: None)
        with pytest.raises(KeyboardInterrupt):
            annotate([Document("a", "x"), Document("b", "x")], SETTINGS)


@pytest.mark.model
class TestModel:
    def test_tools_are_built_once(self) -> None:
        assert tools(Settings()) is tools(Settings(min_score=0.7))

    def test_offsets(self) -> None:
        text = "Résumé: β-cells?\n\nMast cells release IL-4. 😀 Th2 cells release IL-13."
        found = annotate_one(text)
        assert {"IL-4", "IL-13"} <= {m.text for m in found.mentions}
        for m in found.mentions:
            assert text[m.start : m.end] == m.text
        for r in found.relations:
            assert text[r.sentence_start : r.sentence_end] == r.sentence
            assert text[r.trigger_start : r.trigger_end] == r.trigger
        assert list(found.mentions) == sorted(found.mentions)
        assert ("SECRETES", "Mast cells", "IL-4") in pairs(found)

    def test_a_list_under_its_lead_in(self) -> None:
        text = "IL-6 is produced by:\n\n- macrophages\n- fibroblasts\n- endothelial cells\n"
        found = annotate_one(text, source="a.md")
        assert pairs(found) == {
            ("SECRETES", cell, "IL-6")
            for cell in ("macrophages", "fibroblasts", "endothelial cells")
        }
        assert [m.text for m in found.mentions].count("IL-6") == 1
        for r in found.relations:
            assert text[r.sentence_start : r.sentence_end] == r.sentence

    def test_footnote_digits_and_glued_sentences(self) -> None:
        text = "Macrophages secrete IL-6.12 Mast cells release IL-4.Th2 cells secrete IL-13."
        found = annotate_one(text)
        assert {
            ("SECRETES", "Macrophages", "IL-6"),
            ("SECRETES", "Mast cells", "IL-4"),
            ("SECRETES", "Th2 cells", "IL-13"),
        } <= pairs(found)
        assert {"IL-6", "IL-4", "IL-13"} <= {m.text for m in found.mentions}

    def test_text_without_words(self) -> None:
        found = annotate_one("----\n\n***\n")
        assert (found.mentions, found.relations) == ((), ())

    def test_min_score(self) -> None:
        text = "Macrophages secrete IL-6."
        assert annotate_one(text).relations
        assert annotate_one(text, min_score=1.0).relations == ()

    def test_a_lower_score_than_usual_gives_more(self) -> None:
        text = "The study on IL-6, a journal article, was read by T cells experts in asthma."
        usual, all_of_them = annotate_one(text), annotate_one(text, min_score=0.0)
        assert set(usual.relations) < set(all_of_them.relations)
        assert min(r.score for r in all_of_them.relations) < 0.2

    def test_a_poisoned_document_leaves_the_others_alone(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        texts = ["Mast cells release IL-4.", "poisonous words", "Infliximab blocks TNF."]
        documents = [Document(str(i), text) for i, text in enumerate(texts)]
        before = annotate([documents[0], documents[2]], SETTINGS)
        real = route._annotate_one

        def poisoned(ready: Any, document: Document, *rest: Any) -> Annotation:
            if document.doc_id == "1":
                raise RuntimeError("poisoned")
            return real(ready, document, *rest)

        monkeypatch.setattr(route, "_annotate_one", poisoned)
        found = annotate(documents, SETTINGS)
        assert [found[0], found[2]] == before
        assert found[1].failure is not None
        assert found[1].failure.error == "RuntimeError: poisoned"

    def test_memory_is_given_back(self) -> None:
        """Unseen words do not stay in the vocabulary."""
        strings = tools(SETTINGS).nlp.vocab.strings
        annotate_one("Mast cells release IL-4 and qwzxvunseen.")
        assert "qwzxvunseen" not in strings


@pytest.mark.model
def test_a_blank_that_was_put_in_is_no_sentence() -> None:
    """Found by the fuzzer: between a lead-in and its item stands a blank of ours alone."""
    (found,) = annotate([Document("a", ":\na) ,", "a.txt")], Settings())
    assert found.failure is None
    assert found.sentences
    assert all(0 <= start < end <= 6 for start, end in found.sentences)
