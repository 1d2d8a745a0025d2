"""The reader from Python: what it takes, what it gives back, and that its tables are a run's."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pipeline
from pipeline.api import Annotations, annotate, read_result, to_frames
from pipeline.distribute import BATCH_DOCUMENTS
from pipeline.export.source import ExportError
from pipeline.nlp import ModelError
from pipeline.records import Document
from pipeline.result import Frames
from pipeline.route import Settings
from pipeline.run import RunOptions, run
from tests.support import SENTENCE, contents, fake_annotate, replace_route

HOSTILE = f'=SUM(A1)\r\n{SENTENCE} 𝛼 \u2028 <b>"x"</b>\t\u202eab'


@pytest.fixture
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)


def equal(one: Frames, other: Frames) -> None:
    assert list(one.named()) == list(other.named())
    for name, table in one.named().items():
        pd.testing.assert_frame_equal(table, other.named()[name], obj=name)


def ids(found: Annotations) -> list[str]:
    return [one.document.doc_id for one in found]


@pytest.mark.usefixtures("route")
class TestTexts:
    @pytest.mark.parametrize(
        ("texts", "expected"),
        [
            (SENTENCE, ["1"]),
            ([SENTENCE, SENTENCE], ["1", "2"]),
            ((SENTENCE, "x"), ["1", "2"]),
            (np.array([SENTENCE, "x"]), ["1", "2"]),
            ([("b", SENTENCE), ["a", SENTENCE], (7, SENTENCE)], ["b", "a", "7"]),
            ([SENTENCE, ("a/'b", SENTENCE)], ["1", "a/'b"]),
            ({"b": SENTENCE, 3: SENTENCE}, ["b", "3"]),
            ({"id": "b", "text": SENTENCE}, ["b"]),
            ([{"id": 5, "text": SENTENCE, "title": "T"}], ["5"]),
            (Document("d", SENTENCE), ["d"]),
            ([Document("d", SENTENCE), SENTENCE], ["d", "2"]),
            (pd.Series([SENTENCE, "x"], index=["p", "q"]), ["p", "q"]),
            (pd.Series([SENTENCE, "x"], index=np.array([11, 12])), ["11", "12"]),
            (pd.DataFrame({"PMID": [1, 2], "Abstract": [SENTENCE, "x"]}), ["1", "2"]),
            ([(" a ", SENTENCE)], ["a"]),
            ([], []),
            ({}, []),
            (pd.Series([], dtype=str), []),
            (iter([]), []),
        ],
    )
    def test_accepted(self, texts: Any, expected: list[str]) -> None:
        found = annotate(texts)
        assert ids(found) == expected
        assert not found.failures
        first = found[0].mentions if found else ()
        assert [m.text for m in first] == (["mast cells", "IL-4"] if found else [])

    def test_fields_beside_the_text(self) -> None:
        item = {"id": "a", "text": SENTENCE, "title": " T ", "year": 2020, "tags": ["é", {1: "b"}]}
        made = annotate([item])[0].document
        assert made.title == "T"
        assert made.metadata == (("year", "2020"), ("tags", '["é", {"1": "b"}]'))
        frame = pd.DataFrame(
            {"text": [SENTENCE], "id": ["a"], "title": [None], "n": [np.nan], "d": [pd.NaT]}
        )
        assert annotate(frame)[0].document == Document(
            "a", SENTENCE, "", "", (("n", ""), ("d", ""))
        )

    def test_metadata_that_json_does_not_know(self) -> None:
        made = annotate([{"id": "a", "text": "x", "m": {1: 2, "a": 3}, "p": Path("q")}])[0]
        assert made.document.metadata == (("m", "{1: 2, 'a': 3}"), ("p", "q"))

    def test_documents_keep_what_they_say(self) -> None:
        document = Document("a", HOSTILE, "file.txt", "Title", (("k", "v"),))
        assert annotate([document])[0].document == document

    def test_the_text_is_not_changed_but_for_what_utf8_cannot_write(self) -> None:
        assert annotate([HOSTILE])[0].document.text == HOSTILE
        assert annotate(["a\ud800b"])[0].document.text == "a\ufffdb"

    @pytest.mark.parametrize(
        ("texts", "error", "message"),
        [
            (None, TypeError, "of type NoneType"),
            (5, TypeError, "of type int"),
            (b"IL-4", TypeError, "decode it first"),
            (Path("a.txt"), TypeError, "pipeline run reads files"),
            ({"a", "b"}, TypeError, "a set has no order"),
            ([SENTENCE, 5], TypeError, "item 2 is of type int"),
            ([("a", "b", "c")], TypeError, "item 1 is of type tuple"),
            ([("a", b"x")], TypeError, "the text of 'a' is of type bytes, not a string"),
            ({"a": Path("x")}, TypeError, "the text of 'a' is of type PosixPath"),
            ([("a", "x"), ("", "y")], ValueError, "the id of item 2 is empty"),
            ([(" \t", "y")], ValueError, "the id of item 1 is empty"),
            ([(None, "y")], ValueError, "item 1 has no id"),
            ([(np.nan, "y")], ValueError, "item 1 has no id"),
            ([(1.5, "y")], TypeError, "the id of item 1 is of type float"),
            ([(True, "y")], TypeError, "the id of item 1 is of type bool"),
            ([("a", "x"), (" a", "y")], ValueError, "item 2: the id 'a' is there twice"),
            ([("2", "x"), "y"], ValueError, "item 2: the id '2' is there twice"),
            ([Document("", "x")], ValueError, "the id of item 1 is empty"),
            ([{"text": "x", "pmid": 1}], ValueError, "item 1 has no 'id' .it has: 'text', 'pmid'"),
            ([{"id": "x"}], ValueError, "item 1 has no 'text'"),
            (pd.DataFrame({"id": [1], "words": ["x"]}), ValueError, "no column for the text"),
            (pd.DataFrame(), ValueError, "no column for the id .*there are: none"),
        ],
    )
    def test_refused(self, texts: Any, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            annotate(texts)

    def test_a_wrong_item_at_the_end_costs_no_work(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("pipeline.distribute.annotate", pytest.fail)
        with pytest.raises(TypeError, match="item 101 is of type int"):
            annotate([SENTENCE] * 100 + [5])  # type: ignore[list-item]

    @pytest.mark.parametrize(
        "texts",
        [
            [SENTENCE, None],
            [SENTENCE, float("nan")],
            [("1", SENTENCE), ("2", None)],
            {"1": SENTENCE, "2": None},
            pd.Series([SENTENCE, None], index=["1", "2"]),
            pd.Series([SENTENCE, pd.NA], index=["1", "2"]),
            pd.DataFrame({"id": ["1", "2"], "text": [SENTENCE, np.nan]}),
            [Document("1", SENTENCE), Document("2", None)],  # type: ignore[arg-type]
        ],
    )
    def test_a_missing_text_is_a_failure_of_its_own(self, texts: Any) -> None:
        """A record without an abstract is the usual case."""
        found = annotate(texts)
        assert len(found[0].relations) == 1
        assert [(one.doc_id, "blank" in one.error) for one in found.failures] == [("2", True)]
        with pytest.raises(pipeline.AnnotationError, match="2"):
            annotate(texts, on_error="raise")

    def test_a_generator_is_used_up_in_batches(self, monkeypatch: pytest.MonkeyPatch) -> None:
        taken = 0
        ahead: list[int] = []

        def texts() -> Iterator[str]:
            nonlocal taken
            for _ in range(BATCH_DOCUMENTS * 3):
                taken += 1
                yield SENTENCE

        def watched(documents: Any, settings: object) -> Any:
            ahead.append(taken)
            return fake_annotate(documents, settings)

        monkeypatch.setattr("pipeline.distribute.annotate", watched)
        assert len(annotate(texts())) == BATCH_DOCUMENTS * 3
        assert ahead[0] == BATCH_DOCUMENTS + 1


@pytest.mark.usefixtures("route")
class TestOptions:
    @pytest.mark.parametrize(
        ("options", "error", "message"),
        [
            ({"workers": 0}, ValueError, "workers 0"),
            ({"workers": 1.0}, ValueError, "workers 1.0"),
            ({"workers": True}, ValueError, "workers True"),
            ({"min_score": 1.1}, ValueError, "min_score 1.1"),
            ({"min_score": float("nan")}, ValueError, "min_score nan"),
            ({"min_score": True}, ValueError, "min_score True"),
            ({"min_score": "0.5"}, ValueError, "min_score '0.5'"),
            ({"on_error": "ignore"}, ValueError, "on_error 'ignore'"),
            ({"patterns": "not/there"}, ValueError, "no patterns folder at .*not/there"),
            ({"model": [None]}, TypeError, "model: None"),
            ({"model": 3}, TypeError, "model: 3 is no name"),
            ({"patterns": 3}, TypeError, "patterns: 3 is no folder"),
        ],
    )
    def test_refused(self, options: Any, error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            annotate(SENTENCE, **options)

    def test_numbers_of_numpy(self) -> None:
        numbers: Any = {"workers": np.int64(1), "min_score": np.float32(0.5)}
        found = annotate(SENTENCE, **numbers)
        assert (found.workers, found.settings.min_score) == (1, 0.5)

    def test_settings(self, tmp_path: Path) -> None:
        found = annotate(SENTENCE, model=["a", "b"], patterns=tmp_path, min_score=1)
        assert found.settings == Settings("a,b", str(tmp_path.resolve()), 1.0)

    def test_failures_are_kept_in_their_places(self) -> None:
        found = annotate({"a": SENTENCE, "b": " \n", "c": "RAISE", "d": SENTENCE, "e": ""})
        assert ids(found) == ["a", "b", "c", "d", "e"]
        assert [f.doc_id for f in found.failures] == ["b", "c", "e"]
        assert [one.failure is None for one in found] == [True, False, False, True, False]
        frames = found.to_frames()
        assert frames.documents["doc_id"].tolist() == ["a", "d"]
        assert frames.failures["step"].tolist() == ["read", "annotate", "read"]

    @pytest.mark.parametrize("text", ["RAISE", " "])
    def test_failures_raise_on_request(self, text: str) -> None:
        with pytest.raises(pipeline.AnnotationError, match=r"document 'b': .*(poisoned|blank)"):
            annotate({"a": SENTENCE, "b": text}, on_error="raise")

    def test_workers(self) -> None:
        texts = [SENTENCE, " ", "x", "RAISE", SENTENCE]
        found = annotate(texts, workers=2)
        assert found == annotate(texts)
        assert found.workers == 2

    def test_threads_take_turns(self, monkeypatch: pytest.MonkeyPatch) -> None:
        busy = threading.Lock()

        def alone(documents: Any, settings: object) -> Any:
            assert busy.acquire(blocking=False)
            threading.Event().wait(0.01)
            busy.release()
            return fake_annotate(documents, settings)

        monkeypatch.setattr("pipeline.distribute.annotate", alone)
        found: list[Annotations] = []
        threads = [
            threading.Thread(target=lambda: found.append(annotate([SENTENCE] * 40)))
            for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 4


@pytest.mark.usefixtures("route")
class TestAnnotations:
    def test_a_sequence_that_stays_as_it_is(self) -> None:
        found = annotate({"a": SENTENCE, "b": "x"})
        assert len(found) == 2
        assert found[-1].document.doc_id == "b"
        assert ids(found[1:]) == ["b"]
        assert isinstance(found[1:], Annotations)
        assert found == annotate({"a": SENTENCE, "b": "x"})
        assert found[0] in found
        with pytest.raises(AttributeError):
            found.items = ()  # type: ignore[misc]
        with pytest.raises(TypeError):
            found[0] = found[1]  # type: ignore[index]
        with pytest.raises(IndexError):
            found[2]

    def test_repr(self) -> None:
        assert repr(annotate(SENTENCE)) == "<Annotations: 1 document, 2 mentions, 1 relation>"
        failed = annotate(["RAISE", "x"])
        assert repr(failed) == "<Annotations: 1 document, 0 mentions, 0 relations, 1 failed>"

    def test_html_is_escaped_and_short(self) -> None:
        page = annotate({"<i>&\"'": "RAISE", "<b>": SENTENCE})._repr_html_()
        assert "&lt;i&gt;&amp;&quot;&#x27;" in page
        assert "<td>&lt;b&gt;</td><td>25</td><td>2</td><td>1</td><td>mast cell, IL4</td>" in page
        assert "failed: ValueError: poisoned" in page
        assert not {"<i>", "<b>"} & set(page.split("td"))
        long = annotate(["x"] * 1030)._repr_html_()
        assert long.count("<tr>") == 21
        assert "and 1,010 more documents" in long

    def test_written_files_are_those_of_a_run(self, tmp_path: Path) -> None:
        texts = {"b": HOSTILE, "a": SENTENCE, "c": "RAISE"}
        source = tmp_path / "in.jsonl"
        lines = [json.dumps({"id": doc_id, "text": text}) for doc_id, text in texts.items()]
        source.write_text("\n".join(lines), encoding="utf-8")
        run(RunOptions((source,), tmp_path / "run", texts=True))
        documents = [
            Document(doc_id, text, f"{source.as_posix()}:{line}")
            for line, (doc_id, text) in enumerate(texts.items(), 1)
        ]
        paths = annotate(documents).write(tmp_path / "api")
        expected = contents_below(tmp_path / "run")
        found = contents_below(tmp_path / "api")
        assert (
            found.keys() == expected.keys() == {str(p.relative_to(tmp_path / "api")) for p in paths}
        )
        about = [json.loads(files.pop("run.json")) for files in (found, expected)]
        assert found == expected
        assert about[0]["counts"] == about[1]["counts"]
        # by these a run knows itself again; what Python gave is no input that could be looked up
        assert about[1].keys() - about[0].keys() == {"made_by", "made_of", "documents_read"}
        assert about[0].keys() <= about[1].keys()
        assert about[0]["options"].keys() == about[1]["options"].keys()

    def test_parquet_without_texts(self, tmp_path: Path) -> None:
        found = annotate({"b": HOSTILE, "a": SENTENCE, "c": "RAISE"})
        found.write(tmp_path, format="parquet", texts=False)
        assert not (tmp_path / "texts").exists()
        equal(read_result(tmp_path).frames, found.to_frames())
        with pytest.raises(ValueError, match="'xml' is neither"):
            found.write(tmp_path, format="xml")  # type: ignore[arg-type]

    def test_a_later_smaller_result_replaces_an_earlier_one(self, tmp_path: Path) -> None:
        annotate(SENTENCE).write(tmp_path)
        annotate([]).write(tmp_path, texts=False)
        result = read_result(tmp_path)
        assert result.frames.documents.empty
        assert contents(tmp_path / "texts") == {}

    def test_export(self, tmp_path: Path) -> None:
        found = annotate({"a": SENTENCE, "c": "RAISE"})
        assert isinstance(found.export("docbin", tmp_path / "new" / "a.spacy"), list)
        assert (tmp_path / "new" / "a.spacy").is_file()
        with pytest.raises(ExportError, match="no format 'x'"):
            found.export("x", tmp_path / "x")


def contents_below(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.usefixtures("route")
class TestFrames:
    @pytest.mark.parametrize("texts", [{}, {"a": "x"}, {"b": HOSTILE, "a": SENTENCE, "c": "RAISE"}])
    def test_equal_to_what_is_read_back(self, tmp_path: Path, texts: dict[str, str]) -> None:
        found = annotate(texts)
        found.write(tmp_path)
        equal(found.to_frames(), read_result(str(tmp_path)).frames)
        equal(to_frames(found), found.to_frames())

    def test_types(self) -> None:
        relations = annotate(SENTENCE).to_frames().relations
        types = {"negated": "bool", "subject_start": "int64", "trigger_start": "Int64"}
        assert {name: str(relations.dtypes[name]) for name in types} == types
        assert relations["trigger_start"].isna().all()
        empty = annotate([]).to_frames()
        assert empty.relations.dtypes.equals(relations.dtypes)

    def test_plain_annotations(self) -> None:
        documents = [Document("b", SENTENCE), Document("a", HOSTILE)]
        made = fake_annotate(documents, None)
        equal(to_frames(iter(made)), annotate(documents).to_frames())
        with pytest.raises(TypeError, match="item 1 is of type Document, not Annotation"):
            to_frames(documents)  # type: ignore[arg-type]
        with pytest.raises(TypeError, match="of type Annotation; give what annotate returns"):
            to_frames(made[0])  # type: ignore[arg-type]
        with pytest.raises(ValueError, match="item 3: the id 'b' is there twice"):
            to_frames([*made, made[0]])


@pytest.mark.usefixtures("route")
@pytest.mark.parametrize("length", [0, 3])
def test_annotations_pickle(length: int) -> None:
    import pickle

    found = annotate([SENTENCE] * length)
    assert pickle.loads(pickle.dumps(found)) == found


def in_new_process(code: str, *, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    root = Path(pipeline.__file__).parents[1]
    code = f"import sys; sys.path.insert(0, {str(root)!r})\n{code}"
    if cwd is None:
        command = [sys.executable, "-c", code]
    else:
        (cwd / "script.py").write_text(code, encoding="utf-8")
        command = [sys.executable, "script.py"]
    return subprocess.run(command, capture_output=True, text=True, cwd=cwd, check=False)


class TestPackage:
    def test_import_is_light(self) -> None:
        code = (
            "import pipeline, pipeline.api\n"
            "print(sorted({'spacy', 'pandas', 'numpy', 'pydantic'} & set(sys.modules)))"
        )
        assert in_new_process(code).stdout == "[]\n"

    def test_names(self) -> None:
        assert set(pipeline.__all__) <= set(dir(pipeline))
        assert all(callable(getattr(pipeline, name)) for name in pipeline.__all__)
        assert pipeline.annotate is annotate
        assert pipeline.__version__
        with pytest.raises(AttributeError, match="no attribute 'anotate'"):
            pipeline.anotate  # type: ignore[attr-defined]  # noqa: B018

    def test_workers_in_a_script_without_guard(self, tmp_path: Path) -> None:
        """Not every document fails, as if it had killed its worker: the reason is told."""
        code = "import pipeline.api\npipeline.api._try_worker()"
        ended = in_new_process(code, cwd=tmp_path)
        assert ended.returncode == 1
        assert 'put the call under  if __name__ == "__main__":' in ended.stderr.splitlines()[-1]
        guarded = 'import pipeline.api\nif __name__ == "__main__":\n    pipeline.api._try_worker()'
        assert in_new_process(guarded, cwd=tmp_path).returncode == 0


@pytest.mark.model
class TestWithModel:
    TEXTS = {  # noqa: RUF012
        "b": "Macrophages secrete IL-6, and IL-10 inhibits the production of TNF-α.\r\n\r\n"
        "- Infliximab blocks TNF-alpha and is used to treat Crohn's disease.\n",
        "a": "-IL-6 acts on T cells. Mast cells release IL-4. Mast cells release IL-4.",
        "c": "Nothing 𝛼 of note.",
    }

    def test_as_a_run(self, tmp_path: Path, in_folder: Callable[[dict[str, str]], Path]) -> None:
        folder = in_folder(self.TEXTS)
        run(RunOptions((folder,), tmp_path / "out"))
        documents = [
            Document(doc_id, text, f"{folder.as_posix()}/{doc_id}.txt")
            for doc_id, text in self.TEXTS.items()
        ]
        found = annotate(documents)
        frames = found.to_frames()
        equal(frames, read_result(tmp_path / "out").frames)
        assert frames.relations["relation_id"].is_unique
        assert set(frames.relations["predicate"]) >= {"SECRETES", "ACTS_ON", "MODULATES", "TREATS"}
        for one in found:
            text = one.document.text
            assert all(text[m.start : m.end] == m.text for m in one.mentions)

    def test_what_cannot_be_loaded(self, tmp_path: Path) -> None:
        with pytest.raises(ModelError, match="cannot load model 'nope'"):
            annotate(SENTENCE, model="nope")
        with pytest.raises(ValueError, match=r"cannot read .*check the folder of patterns"):
            annotate(SENTENCE, patterns=tmp_path)


@pytest.fixture
def in_folder(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    def write(texts: dict[str, str]) -> Path:
        folder = tmp_path / "in"
        folder.mkdir()
        for doc_id, text in texts.items():
            (folder / f"{doc_id}.txt").write_bytes(text.encode())
        return folder

    return write
