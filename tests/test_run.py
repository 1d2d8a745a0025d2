"""A run as a whole: the tables together, from the stand-in route and from the model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from support import SENTENCE, contents, read_csv, replace_route

from pipeline import __version__
from pipeline.read import InputError
from pipeline.route import Settings
from pipeline.run import RunOptions, run
from pipeline.tabulate import (
    DOCUMENT_COLUMNS,
    FAILURE_COLUMNS,
    MENTION_COLUMNS,
    RELATION_COLUMNS,
    OutputError,
    restore_cell,
)
from pipeline.work.engine import Step

TABLES = ("documents", "mentions", "relations", "network", "concepts", "failures")

DOCUMENTS = {
    "gut": "# Gut\n\nMacrophages secrete IL-6, and IL-10 inhibits the production of TNF-α.\n"
    "\nInfliximab blocks TNF-alpha and is used to treat Crohn's disease.\n",
    "joint": "TNF-alpha is a driver of rheumatoid arthritis.\r\n\r\n"
    '- IL-17A, called "the 17",\r\n  is produced by Th17 cells.\r\n',
    "lung": "Mast cells release IL-4. Mast cells release IL-4. T cells do not produce IL-6.",
    "signs": "-IL-6 acts on T cells.\n\n=IL-2 activates NK cells.\n\n+TNF binds TNFR1.\n\n@IL-4.",
    "dull": "Nothing of note is written here.",
    # More than one batch, so that two workers have something to do.
    **{f"many{i:02}": f"Th17 cells secrete IL-{i}." for i in range(15, 30)},
}


def write_documents(folder: Path, documents: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in documents.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8", newline="")
    return folder


def go(inputs: Sequence[Path], output: Path, **options: Any) -> dict[str, list[dict[str, str]]]:
    """Run, and read the tables back with the neutralised cells restored."""
    run(RunOptions(tuple(inputs), output, **options))
    return {name: restored(output / f"{name}.csv") for name in TABLES}


def restored(path: Path) -> list[dict[str, str]]:
    return [{k: restore_cell(v) for k, v in row.items()} for row in read_csv(path)]


class TestWithoutModel:
    @pytest.fixture(autouse=True)
    def route(self, monkeypatch: pytest.MonkeyPatch) -> None:
        replace_route(monkeypatch.setattr)

    def test_files(self, tmp_path: Path) -> None:
        source = write_documents(tmp_path / "in", {"b": SENTENCE, "a": SENTENCE, "c": "RAISE"})
        done: list[Step] = []
        result = run(RunOptions((source,), tmp_path / "out"), done.append)
        assert [p.name for p in result.paths] == [*(f"{name}.csv" for name in TABLES), "run.json"]
        assert contents(tmp_path / "out").keys() == {p.name for p in result.paths}
        assert [r["doc_id"] for r in read_csv(tmp_path / "out" / "documents.csv")] == ["a", "b"]
        assert [r["doc_id"] for r in read_csv(tmp_path / "out" / "failures.csv")] == ["c"]
        assert done == [Step(items=3, annotated=3, failed=1)]

    def test_run_json(self, tmp_path: Path) -> None:
        source = write_documents(tmp_path / "in", {"a": SENTENCE, "c": "RAISE"})
        run(RunOptions((source,), tmp_path / "out", workers=1, include_cooccurrence=True))
        about = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
        assert about["program"]["version"] == __version__
        assert about["model"] == {"name": "fake", "version": "0"}
        assert len(about["patterns"]["hash"]) == 16
        assert about["versions"].keys() >= {"python", "spacy", "scispacy", "pandas"}
        assert about["options"]["inputs"] == [source.as_posix()]
        assert about["options"]["include_cooccurrence"] is True
        assert about["counts"] == {
            "documents": 1, "failures": 1, "mentions": 2, "relations": 1, "facts": 1, "tokens": 5,
            "skipped": 0, "replaced": 0, "deleted": 0,
        }  # fmt: skip
        assert about["seconds"] >= 0

    def test_cooccurrences_only_on_request(self, tmp_path: Path) -> None:
        source = write_documents(tmp_path / "in", {"a": SENTENCE})
        run(RunOptions((source,), tmp_path / "without"))
        run(RunOptions((source,), tmp_path / "with", include_cooccurrence=True))
        extra = contents(tmp_path / "with").keys() - contents(tmp_path / "without").keys()
        assert extra == {"cooccurrences.csv"}

    def test_shards_share_everything_out(self, tmp_path: Path) -> None:
        texts = {f"d{i}": SENTENCE if i % 4 else "RAISE" for i in range(7)} | {"e": ""}
        source = write_documents(tmp_path / "in", texts)
        inputs = [source, tmp_path / "gone.txt"]
        whole = go(inputs, tmp_path / "whole")
        parts = [go(inputs, tmp_path / f"{i}", shard=(i, 3)) for i in (1, 2, 3)]
        for name in ("documents", "mentions", "relations", "failures"):
            joined = [tuple(row.items()) for part in parts for row in part[name]]
            assert sorted(joined) == sorted(tuple(row.items()) for row in whole[name])
        assert all(part["documents"] for part in parts)

    def test_a_shard_without_documents_is_no_error(self, tmp_path: Path) -> None:
        source = write_documents(tmp_path / "in", {"a": SENTENCE})
        result = run(RunOptions((source,), tmp_path / "out", shard=(2, 2)))
        assert (result.tally.read, result.counts["documents"]) == (1, 0)
        assert read_csv(tmp_path / "out" / "documents.csv") == []

    def test_wrong_use_is_raised_before_work(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="no input named"):
            run(RunOptions((), tmp_path / "out"))
        (tmp_path / "file").touch()
        with pytest.raises(OutputError):
            run(RunOptions((tmp_path,), tmp_path / "file"))

    def test_parquet(self, tmp_path: Path) -> None:
        pytest.importorskip("pyarrow")
        source = write_documents(tmp_path / "in", {"a": SENTENCE, "c": "RAISE"})
        tables = go([source], tmp_path / "csv")
        run(RunOptions((source,), tmp_path / "parquet", format="parquet"))
        names = {*(f"{name}.parquet" for name in TABLES), "run.json"}
        assert contents(tmp_path / "parquet").keys() == names
        for name in TABLES:
            table = pd.read_parquet(tmp_path / "parquet" / f"{name}.parquet")
            rows = [{k: _spell(v) for k, v in r.items()} for r in table.to_dict("records")]
            assert rows == tables[name]


def _spell(value: Any) -> str:
    if value is None or value is pd.NA:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_documents(tmp_path_factory.mktemp("source") / "in", DOCUMENTS)


@pytest.fixture(scope="module")
def output(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables")
    run(RunOptions((source,), folder, include_cooccurrence=True))
    return folder


@pytest.fixture(scope="module")
def tables(output: Path) -> dict[str, list[dict[str, str]]]:
    return {name: restored(output / f"{name}.csv") for name in (*TABLES, "cooccurrences")}


@pytest.mark.model
class TestTables:
    def test_headers(self, output: Path) -> None:
        for name, columns in (
            ("documents", DOCUMENT_COLUMNS),
            ("mentions", MENTION_COLUMNS),
            ("relations", RELATION_COLUMNS),
            ("failures", FAILURE_COLUMNS),
        ):
            first = (output / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
            assert first == ",".join(columns)

    def test_documents(self, tables: dict[str, list[dict[str, str]]]) -> None:
        assert tables["failures"] == []
        rows = {row["doc_id"]: row for row in tables["documents"]}
        assert list(rows) == sorted(DOCUMENTS)
        for doc_id, row in rows.items():
            assert row["n_characters"] == str(len(DOCUMENTS[doc_id]))
            for name in ("mentions", "relations"):
                counted = sum(r["doc_id"] == doc_id for r in tables[name])
                assert row[f"n_{name}"] == str(counted)
        assert rows["gut"]["title"] == "Gut"
        assert (rows["dull"]["n_mentions"], rows["dull"]["n_sentences"]) == ("0", "1")

    def test_offsets_give_the_words(self, tables: dict[str, list[dict[str, str]]]) -> None:
        def words(row: dict[str, str], prefix: str) -> str:
            return DOCUMENTS[row["doc_id"]][int(row[f"{prefix}start"]) : int(row[f"{prefix}end"])]

        assert len(tables["mentions"]) > 15
        for row in tables["mentions"]:
            assert words(row, "") == row["text"]
        for row in tables["relations"]:
            assert words(row, "sentence_") == row["sentence"]
            assert words(row, "subject_") == row["subject_text"]
            assert words(row, "object_") == row["object_text"]
            assert row["trigger"] in row["sentence"]

    def test_marked_sentences(self, tables: dict[str, list[dict[str, str]]]) -> None:
        for row in tables["relations"]:
            bare = row["marked_sentence"]
            assert f"[subject: {row['subject_text']}" in bare
            assert f"[object: {row['object_text']}" in bare
            for mark in ("[subject: ", "[object: ", "[trigger: ", "]"):
                bare = bare.replace(mark, "")
            assert bare == row["sentence"]

    def test_order(self, tables: dict[str, list[dict[str, str]]]) -> None:
        mentions = [(r["doc_id"], int(r["start"]), int(r["end"])) for r in tables["mentions"]]
        assert mentions == sorted(mentions)
        relations = [(r["doc_id"], int(r["sentence_start"])) for r in tables["relations"]]
        assert relations == sorted(relations)
        support = [(-int(r["n_documents"]), -int(r["n_sentences"])) for r in tables["network"]]
        assert support == sorted(support)

    def test_keys(self, tables: dict[str, list[dict[str, str]]]) -> None:
        mentions = [r["mention_id"] for r in tables["mentions"]]
        relations = [r["relation_id"] for r in tables["relations"]]
        assert len(set(mentions)) == len(mentions)
        assert len(set(relations)) == len(relations)
        for row in tables["relations"]:
            assert {row["subject_mention_id"], row["object_mention_id"]} <= set(mentions)
        facts = [one for r in tables["network"] for one in r["relation_ids"].split(";")]
        assert sorted(facts) == sorted(relations)

    def test_a_sentence_that_stands_twice(self, tables: dict[str, list[dict[str, str]]]) -> None:
        rows = [
            r for r in tables["relations"] if r["doc_id"] == "lung" and r["object_name"] == "IL4"
        ]
        first, second = (r["relation_id"] for r in rows)
        assert second == f"{first}-2"
        (fact,) = [r for r in tables["network"] if first in r["relation_ids"]]
        assert (fact["n_documents"], fact["n_sentences"]) == ("1", "2")

    def test_values(self, tables: dict[str, list[dict[str, str]]]) -> None:
        for row in tables["relations"]:
            assert {row["negated"], row["hedged"]} <= {"true", "false"}
            assert row["effect"] in {"positive", "negative", "unspecified"}
            assert 0 <= float(row["score"]) <= 1
        assert any(r["negated"] == "true" for r in tables["relations"] if r["doc_id"] == "lung")

    def test_bytes(self, output: Path) -> None:
        for path in output.glob("*.csv"):
            data = path.read_bytes()
            assert data.endswith(b"\n")
            data.decode("utf-8")
            table = pd.read_csv(path, dtype=str, keep_default_na=False)
            assert table.to_dict("records") == read_csv(path)

    def test_a_spreadsheet_runs_no_cell(
        self, output: Path, tables: dict[str, list[dict[str, str]]]
    ) -> None:
        for path in output.glob("*.csv"):
            for row in read_csv(path):
                for name, cell in row.items():
                    number = name.endswith(("start", "end", "score")) or name.startswith("n_")
                    assert number or cell[:1] not in tuple("=+-@\t\r")
        sentences = [r["sentence"] for r in tables["relations"] if r["doc_id"] == "signs"]
        assert any(s[:1] in "=+-@" for s in sentences), "the test lost its point"

    def test_cooccurrences(self, tables: dict[str, list[dict[str, str]]]) -> None:
        joined = {
            frozenset((r["subject_mention_id"], r["object_mention_id"]))
            for r in tables["relations"]
        }
        rows = tables["cooccurrences"]
        pairs = [frozenset((r["subject_mention_id"], r["object_mention_id"])) for r in rows]
        assert rows
        assert not joined & set(pairs)
        assert len(set(pairs)) == len(pairs)


@pytest.mark.model
class TestSameTables:
    @staticmethod
    def bytes_of(folder: Path) -> dict[str, bytes]:
        return {p.name: p.read_bytes() for p in folder.glob("*.csv")}

    def test_two_runs(self, source: Path, output: Path, tmp_path: Path) -> None:
        run(RunOptions((source,), tmp_path, include_cooccurrence=True))
        assert self.bytes_of(tmp_path) == self.bytes_of(output)

    def test_two_workers(self, source: Path, output: Path, tmp_path: Path) -> None:
        run(RunOptions((source,), tmp_path, workers=2, include_cooccurrence=True))
        assert self.bytes_of(tmp_path) == self.bytes_of(output)

    def test_order_of_the_inputs(self, source: Path, output: Path, tmp_path: Path) -> None:
        files = sorted(source.iterdir(), reverse=True)
        run(RunOptions(tuple(files), tmp_path, include_cooccurrence=True))
        assert self.bytes_of(tmp_path) == self.bytes_of(output)

    def test_shards(
        self, source: Path, tables: dict[str, list[dict[str, str]]], tmp_path: Path
    ) -> None:
        parts = [go([source], tmp_path / str(i), shard=(i, 2)) for i in (1, 2)]
        for name in ("documents", "mentions", "relations"):
            joined = [tuple(row.items()) for part in parts for row in part[name]]
            assert sorted(joined) == sorted(tuple(row.items()) for row in tables[name])

    def test_min_score(
        self, source: Path, tables: dict[str, list[dict[str, str]]], tmp_path: Path
    ) -> None:
        scores = sorted({float(r["score"]) for r in tables["relations"]})
        cut = scores[-1]
        assert scores[0] < cut
        found = go([source], tmp_path, settings=Settings(min_score=cut))
        kept = [r for r in tables["relations"] if float(r["score"]) >= cut]
        # of a sentence that stands twice the second keeps its mark only beside the first
        bare = [r | {"relation_id": r["relation_id"].removesuffix("-2")} for r in kept]
        assert found["relations"] == bare
        assert found["mentions"] == tables["mentions"]

    def test_text_in_front_keeps_relation_ids(
        self, tables: dict[str, list[dict[str, str]]], tmp_path: Path
    ) -> None:
        moved = write_documents(
            tmp_path / "in", {"lung": "We looked at one tissue.\n\n" + DOCUMENTS["lung"]}
        )
        found = go([moved], tmp_path / "out")["relations"]
        before = [r for r in tables["relations"] if r["doc_id"] == "lung"]
        assert [r["relation_id"] for r in found] == [r["relation_id"] for r in before]
        shifts = {
            int(f["sentence_start"]) - int(b["sentence_start"])
            for f, b in zip(found, before, strict=True)
        }
        assert shifts == {26}

    def test_csv_and_jsonl_inputs_give_the_same_rows(
        self, source: Path, tables: dict[str, list[dict[str, str]]], tmp_path: Path
    ) -> None:
        line = json.dumps({"id": "lung", "text": DOCUMENTS["lung"]})
        (tmp_path / "in.jsonl").write_text(line + "\n", encoding="utf-8")
        (tmp_path / "in.csv").write_text(f"id,text\nlung,{DOCUMENTS['lung']}\n", encoding="utf-8")
        for name in ("in.jsonl", "in.csv"):
            found = go([tmp_path / name], tmp_path / "out")["relations"]
            assert found == [r for r in tables["relations"] if r["doc_id"] == "lung"]
