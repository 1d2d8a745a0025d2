"""The reader as a component of somebody else's spaCy pipeline."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import spacy
from spacy.lang.en import English
from spacy.language import Language
from spacy.tokens import Doc, DocBin, Span

import pipeline
from pipeline.api import AnnotationError, annotate
from pipeline.component import CytokineReader, relations
from pipeline.nlp import ModelError
from tests.support import SENTENCE, replace_route

KEY = "cytokine_reader"
Add = Callable[..., Language]


@pytest.fixture
def add(monkeypatch: pytest.MonkeyPatch) -> Add:
    """A blank pipeline with the component, which reads as the stand-in does."""
    replace_route(monkeypatch.setattr)
    return with_component


def with_component(**config: Any) -> Language:
    nlp = spacy.blank("en")
    nlp.add_pipe(KEY, config=config)
    return nlp


def stated(doc: Doc, key: str = KEY) -> list[tuple[str, str, str]]:
    return [(s.text, predicate, o.text) for s, predicate, o, _ in relations(doc, key=key)]


MADE = [("mast cells", "SECRETES", "IL-4")]


class TestAnnotations:
    def test_spans_and_relations(self, add: Add) -> None:
        doc = add()(f"Yes 𝛼. {SENTENCE}")
        spans = doc.spans[KEY]
        assert [(s.text, s.label_, s.start_char) for s in spans] == [
            ("mast cells", "CELL", 11), ("IL-4", "CYTOKINE", 27),
        ]  # fmt: skip
        mentions = doc.user_data[KEY]["mentions"]
        assert [m["mention_id"] for m in mentions] == [s.id_ for s in spans]
        assert [doc.text[m["start"] : m["end"]] for m in mentions] == ["mast cells", "IL-4"]
        ((subject, predicate, object_, about),) = relations(doc)
        assert isinstance(subject, Span)
        assert (subject, predicate, object_) == (spans[0], "SECRETES", spans[1])
        assert (about["score"], about["negated"], about["trigger_start"]) == (0.8, False, -1)
        assert doc.ents == ()

    def test_the_same_text_has_the_same_ids(self, add: Add) -> None:
        nlp = add()
        one, *others = [d.user_data[KEY] for d in nlp.pipe(["x", SENTENCE, SENTENCE])][1:]
        assert others == [one] == [nlp(SENTENCE).user_data[KEY]]

    @pytest.mark.parametrize("text", ["", " ", "\n\n", "x", "\u2028\u202e"])
    def test_nothing_found(self, add: Add, text: str) -> None:
        doc = add()(text)
        assert len(doc.spans[KEY]) == 0
        assert doc.user_data[KEY] == {"mentions": [], "relations": []}
        assert stated(doc) == []

    def test_tokens_of_somebody_else(self, add: Add) -> None:
        nlp = add()
        doc = nlp(Doc(nlp.vocab, words=["The mast", "cells make IL", "-4."], spaces=[1, 0, 0]))
        assert stated(doc) == [("The mast cells make IL", "SECRETES", "cells make IL-4.")]
        exact = doc.user_data[KEY]["mentions"]
        assert [doc.text[m["start"] : m["end"]] for m in exact] == ["mast cells", "IL-4"]

    def test_a_doc_without_annotations(self, add: Add) -> None:
        nlp = add()
        doc = nlp(SENTENCE)
        with pytest.raises(ValueError, match="no annotations under 'other'"):
            relations(doc, key="other")
        saved = DocBin(docs=[doc]).to_bytes()
        (bare,) = DocBin().from_bytes(saved).get_docs(nlp.vocab)
        with pytest.raises(ValueError, match="save it with its user data"):
            relations(bare)


class TestConfig:
    def test_spans_key(self, add: Add) -> None:
        doc = add(spans_key="mine")(SENTENCE)
        assert list(doc.spans) == ["mine"]
        assert list(doc.user_data) == ["mine"]
        assert doc.spans["mine"].name == "mine"
        assert stated(doc, "mine") == MADE

    def test_twice_in_a_pipeline(self, add: Add) -> None:
        nlp = add(set_ents=True)
        nlp.add_pipe(KEY, name="second", config={"spans_key": "second"})
        doc = nlp(SENTENCE)
        assert stated(doc) == stated(doc, "second") == MADE
        assert [span.id_ for span in doc.spans[KEY]] == [span.id_ for span in doc.spans["second"]]

    @pytest.mark.parametrize(
        ("config", "expected"),
        [
            ({}, ["cells make"]),
            ({"set_ents": True}, ["cells make", "IL-4"]),
            ({"set_ents": True, "overwrite_ents": True}, ["mast cells", "IL-4"]),
        ],
    )
    def test_entities(self, add: Add, config: dict[str, bool], expected: list[str]) -> None:
        nlp = add(**config)
        ruler: Any = nlp.add_pipe("entity_ruler", first=True)
        ruler.add_patterns([{"label": "X", "pattern": "cells make"}])
        assert [e.text for e in nlp(SENTENCE).ents] == expected

    def test_entities_of_nested_mentions(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from pipeline.records import Annotation
        from tests.support import mention

        def nested(documents: Any, settings: object) -> list[Annotation]:
            return [
                Annotation(
                    d,
                    tuple(mention(d.doc_id, d.text, w, "DRUG") for w in ("TNF", "anti TNF", "it")),
                )
                for d in documents
            ]

        replace_route(monkeypatch.setattr)
        monkeypatch.setattr("pipeline.distribute.annotate", nested)
        doc = with_component(set_ents=True)("Take anti TNF in the morning, it helps.")
        assert [e.text for e in doc.ents] == ["anti TNF", "it"]
        assert len(doc.spans[KEY]) == 3
        # an entity that lies across the long one leaves room for the short one in it
        nlp = with_component(set_ents=True)
        ruler: Any = nlp.add_pipe("entity_ruler", first=True)
        ruler.add_patterns([{"label": "X", "pattern": "Take anti"}])
        doc = nlp("Take anti TNF in the morning, it helps.")
        assert [e.text for e in doc.ents] == ["Take anti", "TNF", "it"]

    @pytest.mark.parametrize(
        ("config", "message"),
        [
            ({"min_score": 2.0}, "min_score 2.0"),
            ({"min_score": "high"}, "min_score"),
            ({"patterns": "not/there"}, "no patterns folder at"),
            ({"spans_key": ""}, "spans_key is empty"),
            ({"set_ents": "maybe"}, "set_ents"),
            ({"treshold": 0.5}, "treshold"),
        ],
    )
    def test_wrong(self, add: Add, config: dict[str, Any], message: str) -> None:
        with pytest.raises(ValueError, match=message):
            add(**config)

    def test_what_is_passed_on(self, add: Add, tmp_path: Path) -> None:
        nlp = add(model=["a", "b"], patterns=str(tmp_path), min_score=0.7)
        reader = nlp.get_pipe(KEY)
        assert isinstance(reader, CytokineReader)
        assert (reader.settings.model, reader.settings.min_score) == ("a,b", 0.7)
        assert reader.settings.patterns == str(tmp_path.resolve())


class TestPipelines:
    def test_batches_with_contexts(self, add: Add) -> None:
        nlp = add()
        texts = [(SENTENCE if n % 3 else "", n) for n in range(50)]
        for size in (1, 7, 1000):
            done = list(nlp.pipe(texts, as_tuples=True, batch_size=size))
            assert [n for _, n in done] == list(range(50))
            assert all(stated(doc) == (MADE if n % 3 else []) for doc, n in done)
        assert list(nlp.pipe([])) == []

    def test_docs_come_as_they_are_done(self, add: Add) -> None:
        read: list[int] = []

        def texts() -> Any:
            for n in range(1000):
                read.append(n)
                yield SENTENCE

        next(iter(add().pipe(texts(), batch_size=1000)))
        assert len(read) < 20

    def test_saved_docs(self, add: Add) -> None:
        doc = add()(f"𝛼 {SENTENCE}")
        saved = DocBin(docs=[doc], store_user_data=True).to_bytes()
        (read,) = DocBin().from_bytes(saved).get_docs(spacy.blank("en").vocab)
        for other in (read, Doc(spacy.blank("en").vocab).from_bytes(doc.to_bytes())):
            assert stated(other) == MADE
            # a DocBin makes tuples of lists, which are the same in JSON
            assert json.dumps(other.user_data) == json.dumps(doc.user_data)
            assert [(s.label_, s.kb_id_, s.id_) for s in other.spans[KEY]] == [
                (s.label_, s.kb_id_, s.id_) for s in doc.spans[KEY]
            ]

    def test_saved_pipeline(self, add: Add, tmp_path: Path) -> None:
        nlp = add(set_ents=True, min_score=0.9, spans_key="k")
        nlp.to_disk(tmp_path)
        for other in (spacy.load(tmp_path), English.from_config(nlp.config)):
            assert other.get_pipe_config(KEY) == nlp.get_pipe_config(KEY)
            assert stated(other(SENTENCE), "k") == MADE
        copy = pickle.loads(pickle.dumps(nlp.get_pipe(KEY)))
        assert copy.settings == nlp.get_pipe(KEY).settings  # type: ignore[attr-defined]

    def test_memory_zone(self, add: Add) -> None:
        nlp = add()
        for _ in range(2):
            with nlp.memory_zone():
                assert [stated(doc) for doc in nlp.pipe([SENTENCE] * 3)] == [MADE] * 3
        assert stated(nlp(SENTENCE)) == MADE

    def test_turned_off(self, add: Add) -> None:
        nlp = add()
        with nlp.select_pipes(disable=[KEY]):
            assert KEY not in nlp(SENTENCE).spans
        assert KEY not in nlp(SENTENCE, disable=[KEY]).spans

    def test_analysis(self, add: Add) -> None:
        found = add().analyze_pipes()
        assert found["summary"][KEY]["assigns"] == ["doc.spans", "doc.user_data"]
        assert found["problems"] == {KEY: []}

    def test_not_in_the_pipeline_of_the_reader_itself(self) -> None:
        import pipeline.entities  # noqa: F401 - registers the component

        nlp = spacy.blank("en")
        nlp.add_pipe("model_entities")
        with pytest.raises(ValueError, match="would call itself without end"):
            nlp.add_pipe(KEY)


class TestFailures:
    def test_raised(self, add: Add) -> None:
        nlp = add()
        with pytest.raises(AnnotationError, match="begins 'RAISE me': ValueError: poisoned"):
            nlp("RAISE me")
        with pytest.raises(AnnotationError, match="poisoned"):
            list(nlp.pipe([SENTENCE, "RAISE me"]))

    def test_told_to_the_error_handler(self, add: Add) -> None:
        nlp = add()
        told: list[tuple[str, list[str], str]] = []
        nlp.set_error_handler(
            lambda name, proc, docs, error: told.append((name, [d.text for d in docs], str(error)))  # type: ignore[arg-type, return-value]
        )
        done = list(nlp.pipe([(SENTENCE, 1), ("RAISE", 2), ("x", 3)], as_tuples=True))
        assert [n for _, n in done] == [1, 3]
        assert [(name, texts) for name, texts, _ in told] == [(KEY, ["RAISE"])]
        nlp("RAISE")
        assert len(told) == 2

    def test_what_cannot_be_loaded_is_no_fault_of_a_doc(self) -> None:
        nlp = with_component(model="nope")  # nothing is loaded yet
        nlp.set_error_handler(lambda *args: None)  # type: ignore[arg-type, return-value]
        with pytest.raises(ModelError, match="cannot load model 'nope'"):
            list(nlp.pipe([SENTENCE]))
        with pytest.raises(ModelError, match="cannot load model 'nope'"):
            nlp.initialize()


def test_found_by_its_entry_point(tmp_path: Path) -> None:
    """spaCy asks for a factory that nobody has imported while its module registers it."""
    about = tmp_path / "stand_in-1.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: stand-in\nVersion: 1\n")
    points = "[spacy_factories]\ncytokine_reader = pipeline.component:make_cytokine_reader\n"
    (about / "entry_points.txt").write_text(points)
    root = Path(pipeline.__file__).parents[1]
    code = (
        f"import sys; sys.path[:0] = [{str(tmp_path)!r}, {str(root)!r}]\n"
        "import spacy; nlp = spacy.blank('en'); nlp.add_pipe('cytokine_reader')\n"
        "print(nlp.pipe_names)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.stdout == "['cytokine_reader']\n", ended.stderr


@pytest.mark.model
class TestWithModel:
    TEXT = "Macrophages, which anti-TNF antibodies calm, secrete IL-6 (𝛼). IL-10 acts on T cells."

    def test_as_from_python(self) -> None:
        nlp = with_component(set_ents=True)
        doc = nlp(self.TEXT)
        (one,) = annotate(self.TEXT)
        assert [
            (m["start"], m["end"], m["label"], m["concept_id"])
            for m in doc.user_data[KEY]["mentions"]
        ] == [(m.start, m.end, m.label, m.concept_id) for m in one.mentions]
        assert [(s.text, s.label_, s.kb_id_) for s in doc.spans[KEY]] == [
            (m.text, m.label, m.concept_id) for m in one.mentions
        ]
        assert sorted(stated(doc)) == sorted(
            (r.subject.text, r.predicate, r.object.text) for r in one.relations
        )
        assert ("IL-10", "ACTS_ON", "T cells") in stated(doc)
        assert "anti-TNF antibodies" in [e.text for e in doc.ents]

    def test_processes(self) -> None:
        nlp = with_component()
        texts = [(self.TEXT, 0), ("", 1), (SENTENCE, 2)] * 3
        alone, together = (
            [
                (n, doc.user_data, stated(doc))
                for doc, n in nlp.pipe(texts, as_tuples=True, n_process=k)
            ]
            for k in (1, 2)
        )
        assert alone == together
        assert stated(nlp(SENTENCE)) == alone[2][2] == MADE
