"""What a run wrote comes back: tables in their types, records, and the texts behind them."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from pipeline.records import Document
from pipeline.result import COLUMNS, read_result
from pipeline.run import RunOptions, run
from pipeline.tables_in import TableError
from pipeline.texts import FILE, Texts
from tests.report_runs import said, write_run
from tests.support import SENTENCE, fake_annotate, replace_route

TRICKY = f"=SUM(A1)\r\n{SENTENCE} 𝛼 \u2028 'x'"


@pytest.fixture(autouse=True)
def _route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)


def source(tmp_path: Path, **texts: str) -> Path:
    folder = tmp_path / "in"
    folder.mkdir(exist_ok=True)
    for name, text in (texts or {"a": SENTENCE, "b": TRICKY, "c": "Nothing."}).items():
        (folder / f"{name}.txt").write_bytes(text.encode())
    return folder


@pytest.mark.parametrize("format", ["csv", "parquet"])
@pytest.mark.parametrize("texts", [True, False])
def test_annotations_come_back_as_they_were(tmp_path: Path, format: str, texts: bool) -> None:
    folder = source(tmp_path)
    run(RunOptions((folder,), tmp_path / "out", format=format, texts=texts))
    result = read_result(tmp_path / "out")
    documents = [
        Document(name, (folder / f"{name}.txt").read_bytes().decode(), f"{folder}/{name}.txt")
        for name in "abc"
    ]
    expected = fake_annotate(documents, None)
    found = result.annotations(result.texts())
    assert [a.document for a in found] == documents
    assert [a.mentions for a in found] == [a.mentions for a in expected]
    assert [a.relations for a in found] == [a.relations for a in expected]
    if texts:
        assert [a.sentences for a in found] == [a.sentences for a in expected]


def test_types(tmp_path: Path) -> None:
    run(RunOptions((source(tmp_path),), tmp_path / "out"))
    frames = read_result(tmp_path / "out").frames
    relation = frames.relations.iloc[1]
    assert relation["sentence"] == TRICKY  # the quote before "=" is taken off again
    assert (relation["subject_start"], relation["negated"], relation["score"]) == (14, False, 0.8)
    assert relation["trigger_start"] is pd.NA
    assert frames.documents["n_characters"].tolist() == [len(SENTENCE), len(TRICKY), 8]
    assert frames.failures.empty
    assert list(frames.named()) == list(COLUMNS)


def test_a_text_that_changed_is_missing(tmp_path: Path) -> None:
    folder = source(tmp_path)
    run(RunOptions((folder,), tmp_path / "out"))
    (folder / "a.txt").write_text(SENTENCE.replace("mast", "MAST"), encoding="utf-8")
    (folder / "b.txt").unlink()
    (folder / "c.txt").write_text("Nothing at all.", encoding="utf-8")
    texts = read_result(tmp_path / "out").texts()
    assert texts.found == {}
    assert "changed since the run" in texts.missing["a"]
    assert texts.missing["b"] == f"not in {folder.as_posix()}"
    assert "changed since the run" in texts.missing["c"]


def test_inputs_can_be_named(tmp_path: Path) -> None:
    folder = source(tmp_path)
    run(RunOptions((folder,), tmp_path / "out"))
    folder.rename(tmp_path / "moved")
    result = read_result(tmp_path / "out")
    assert len(result.texts().missing) == 3
    assert len(result.texts([tmp_path / "moved"]).found) == 3


def test_a_later_run_leaves_nothing_of_the_one_before(tmp_path: Path) -> None:
    folder, out = source(tmp_path), tmp_path / "out"
    run(RunOptions((folder,), out, include_cooccurrence=True, texts=True))
    assert (out / FILE).is_file()
    run(RunOptions((folder,), out, format="parquet"))
    assert not list(out.glob("*.csv"))
    assert not (out / FILE).exists()


@pytest.mark.parametrize(
    ("name", "change", "message"),
    [
        ("relations", lambda t: t.drop(columns="trigger_start"), "older version.*run it again"),
        ("relations", lambda t: t.assign(negated="yes"), "negated.*neither true nor false"),
        ("mentions", lambda t: t.assign(start="x"), r"mentions\.csv.*start"),
        ("relations", lambda t: t.assign(score="nan"), r"score.*'nan' is no number from 0 to 1"),
        ("network", lambda t: t.assign(score="inf"), r"score.*'inf' is no number from 0 to 1"),
        ("mentions", lambda t: t.assign(score="1.01"), r"score.*'1\.01' is no number from 0 to 1"),
    ],
)
def test_what_is_no_table_of_a_run(tmp_path: Path, name: str, change: object, message: str) -> None:
    run(RunOptions((source(tmp_path),), tmp_path / "out"))
    path = tmp_path / "out" / f"{name}.csv"
    assert callable(change)
    change(pd.read_csv(path, dtype=str, keep_default_na=False)).to_csv(path, index=False)
    with pytest.raises(TableError, match=message):
        read_result(tmp_path / "out")


def test_no_folder_no_tables_no_json(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no such folder"):
        read_result(tmp_path / "none")
    with pytest.raises(TableError, match=r"documents\.csv: no such table"):
        read_result(tmp_path)
    (tmp_path / "run.json").write_text("[", encoding="utf-8")
    with pytest.raises(TableError, match=r"run\.json: cannot be read"):
        read_result(tmp_path)


def test_a_broken_line_of_texts(tmp_path: Path) -> None:
    run(RunOptions((source(tmp_path),), tmp_path / "out", texts=True))
    path = tmp_path / "out" / FILE
    path.write_text(path.read_text(encoding="utf-8") + json.dumps({"id": 1}) + "\n", "utf-8")
    with pytest.raises(TableError, match=r"texts\.jsonl:4: no text"):
        read_result(tmp_path / "out").texts()
    path.write_bytes(b"\xff\n")
    with pytest.raises(TableError, match=r"texts\.jsonl:1: no text"):
        read_result(tmp_path / "out").texts()


def test_a_nul_ends_no_cell(tmp_path: Path) -> None:
    texts = {"a": "=The mast cells \0 make IL-4,\r\n'x\".", "b": SENTENCE}
    ends = (("mast cells", "CELL"), ("IL-4", "CYTOKINE"))
    made = [said(name, said_there, "SECRETES", *ends) for name, said_there in texts.items()]
    found = read_result(write_run(tmp_path, made))
    relations = found.frames.relations
    assert list(relations["sentence"]) == list(texts.values())
    ids = [one.relation_id for of in found.annotations(Texts()) for one in of.relations]
    assert ids == list(relations["relation_id"])


@pytest.mark.parametrize("options", [[1], "x", {"inputs": None}, {"inputs": "/"}, {"inputs": [3]}])
def test_options_of_run_json_that_say_nothing(tmp_path: Path, options: object) -> None:
    out = tmp_path / "out"
    run(RunOptions((source(tmp_path),), out))
    (out / "run.json").write_text(json.dumps({"options": options, "x": "\ud800"}), "utf-8")
    result = read_result(out)
    assert result.about["x"] == "?"
    assert result.texts().missing["a"] == "not in any named input"
