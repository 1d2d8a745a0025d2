"""Tables in one file: SQLite, Parquet, XLSX come back as they went out."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest

from pipeline.export import xlsx
from pipeline.export.run import export, format_named, with_min_score
from pipeline.export.source import ExportError, Source
from pipeline.records import Annotation
from pipeline.result import read_result
from pipeline.tabulate import OutputError
from tests.export_source import ABOUT, NASTY, annotation, nasty, source, write_run

TABLES = ("sqlite", "parquet", "xlsx")


@pytest.fixture(params=["nasty", "empty"])
def given(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    return source(tmp_path / "run", nasty() if request.param == "nasty" else [])


@pytest.fixture
def full(tmp_path: Path) -> Source:
    return source(tmp_path / "run", nasty())


@pytest.fixture
def database(full: Source, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    export(full, "sqlite", tmp_path / "x.sqlite")
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as opened:
        yield opened


def test_sqlite_holds_the_tables(given: Source, tmp_path: Path) -> None:
    n_documents = len(given.frames.documents)
    assert export(given, "sqlite", tmp_path / "x.sqlite") == (
        [
            f"the texts of {n_documents} documents, and with them the table texts: give "
            "--documents, or run again with --texts"
        ]
        if n_documents
        else []
    )
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as opened:
        for name, frame in given.frames.named().items():
            columns = ", ".join(f'"{column}"' for column in frame)
            found = opened.execute(f"SELECT {columns} FROM {name}").fetchall()
            expected = frame.astype(object).where(frame.notna(), None)
            if name == "mentions":
                expected = expected.replace({"alias_of": {"": None}})
            assert found == list(expected.itertuples(index=False, name=None))
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_sqlite_types_keys_and_run(database: sqlite3.Connection) -> None:
    info = database.execute("PRAGMA table_info(relations)").fetchall()
    types = {name: (kind, bool(needed)) for _, name, kind, needed, *_ in info}
    assert types["score"] == ("REAL", True)
    assert types["subject_start"] == ("INTEGER", True)
    assert types["trigger_start"] == ("INTEGER", False)
    assert types["negated"] == ("INTEGER", True)
    assert database.execute("SELECT DISTINCT typeof(trigger_start) FROM relations").fetchall() == [
        ("integer",), ("null",),
    ]  # fmt: skip
    keys = {row[2:5] for row in database.execute("PRAGMA foreign_key_list(relations)")}
    assert keys == {
        ("documents", "doc_id", "doc_id"),
        ("mentions", "subject_mention_id", "mention_id"),
        ("mentions", "object_mention_id", "mention_id"),
    }
    assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    with pytest.raises(sqlite3.IntegrityError):
        database.execute("INSERT INTO documents SELECT * FROM documents LIMIT 1")
    about = dict(database.execute("SELECT key, value FROM run"))
    assert about["program.name"] == "cytokine-reader"
    assert json.loads(about["options.inputs"]) == ABOUT["options"]["inputs"]


def test_sqlite_takes_texts(tmp_path: Path) -> None:
    result = read_result(write_run(tmp_path / "run", nasty()))
    kept = [one for one in nasty() if one.failure is None]
    assert export(Source(result.frames, {}, kept), "sqlite", tmp_path / "x.sqlite") == []
    assert export(Source(result.frames, {}, kept[1:]), "sqlite", tmp_path / "y.sqlite") == [
        "the texts of 1 document, from the table texts: give --documents, or run again with --texts"
    ]
    with closing(sqlite3.connect(tmp_path / "x.sqlite")) as opened:
        texts = dict(opened.execute("SELECT * FROM texts"))
        wrong = opened.execute(
            "SELECT count(*) FROM mentions JOIN texts USING (doc_id) WHERE mentions.text <> "
            "substr(texts.text, mentions.start + 1, mentions.end - mentions.start)"
        )
        assert wrong.fetchone() == (0,)
    assert texts == {one.document.doc_id: one.document.text for one in kept}


def test_sqlite_says_where_a_key_does_not_hold(full: Source, tmp_path: Path) -> None:
    mentions = full.frames.mentions.iloc[1:]
    broken = replace(full, frames=replace(full.frames, mentions=mentions))
    said = export(broken, "sqlite", tmp_path / "x.sqlite")
    assert said[1:] == [
        "a foreign key from relations.subject_mention_id: 1 row with one that the table mentions "
        "lacks"
    ]
    twice = replace(full, frames=replace(full.frames, mentions=pd.concat([mentions, mentions])))
    with pytest.raises(ExportError, match=r"mentions cannot be stored.*mention_id"):
        export(twice, "sqlite", tmp_path / "x.sqlite")


def test_parquet_has_types_and_the_run(given: Source, tmp_path: Path) -> None:
    assert export(given, "parquet", tmp_path / "p") == []
    for name, frame in given.frames.named().items():
        found = pd.read_parquet(tmp_path / "p" / f"{name}.parquet")
        pd.testing.assert_frame_equal(found, frame, check_dtype=False)
        schema = pq.read_schema(tmp_path / "p" / f"{name}.parquet")
        assert json.loads(schema.metadata[b"run.json"]) == ABOUT
    kinds = {one.name: str(one.type) for one in pq.read_schema(tmp_path / "p/relations.parquet")}
    assert [kinds[one] for one in ("negated", "trigger_start", "score", "signs")] == [
        "bool", "int64", "double", "string",
    ]  # fmt: skip


def test_parquet_is_read_as_a_run(full: Source, tmp_path: Path) -> None:
    export(full, "parquet", tmp_path / "p")
    for name, frame in read_result(tmp_path / "p").frames.named().items():
        pd.testing.assert_frame_equal(frame, full.frames.named()[name])


def test_parquet_in_duckdb(full: Source, tmp_path: Path) -> None:
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    export(full, "parquet", tmp_path / "p")
    found = duckdb.sql(f"SELECT text FROM '{tmp_path}/p/mentions.parquet' WHERE label = 'CELL'")
    assert {text for (text,) in found.fetchall()} == {"T\tcells", "B cells"}


def escaped(cell: object) -> object:
    """A cell as readers show it that do not turn the escapes of XLSX back."""
    if not isinstance(cell, str):
        return None if cell is pd.NA else cell
    for sign in ("_x0041_", "\x07", "\x0b", "\r"):
        code = "_x005F_x0041_" if sign == "_x0041_" else f"_x{ord(sign):04X}_"
        cell = cell.replace(sign, code)
    return cell or None


def test_xlsx_holds_the_tables(given: Source, tmp_path: Path) -> None:
    said = export(given, "xlsx", tmp_path / "x.xlsx")
    assert bool(given.frames.relations.empty) == (said == [])
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == [*given.frames.named(), "run"]
    for name, frame in given.frames.named().items():
        head, *found = book[name].iter_rows(values_only=True)
        assert list(head) == list(frame.columns)
        expected = [[escaped(cell) for cell in row] for row in frame.astype(object).to_numpy()]
        assert [list(row) for row in found] == expected
        assert book[name].freeze_panes == "A2"
        assert book[name].auto_filter.ref == book[name].dimensions


def test_xlsx_runs_nothing(full: Source, tmp_path: Path) -> None:
    export(full, "xlsx", tmp_path / "x.xlsx")
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "b", "inlineStr"}
    formulas = [cell for cell in cells if str(cell.value)[:1] in ("=", "-", "+", "@")]
    assert len(formulas) > 5
    assert all(cell.quotePrefix for cell in formulas)
    with zipfile.ZipFile(tmp_path / "x.xlsx") as file:
        assert not any(b"<f>" in file.read(name) for name in file.namelist())
    relations = pd.read_excel(tmp_path / "x.xlsx", "relations", keep_default_na=False)
    assert relations["negated"].tolist().count(True) == 1
    assert relations["subject_start"].tolist() == full.frames.relations["subject_start"].tolist()


def test_xlsx_cuts_long_texts_and_long_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = "𝛼" * 20_000  # two of UTF-16 each
    documents = [replace(annotation(f"d{n}", "x").document, title=long) for n in range(5)]
    given = source(tmp_path / "run", [Annotation(one) for one in documents])
    monkeypatch.setattr(xlsx, "MAX_ROWS", 3)
    said = export(given, "xlsx", tmp_path / "x.xlsx")
    assert said[0] == "the end of 5 texts longer than 32767 characters"
    assert said[1].endswith("2 sheets more") or "sheets more" in said[1]
    book = openpyxl.load_workbook(tmp_path / "x.xlsx")
    sheets = [book[name] for name in ("documents", "documents (2)", "documents (3)")]
    rows = [row for sheet in sheets for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert [row[0] for row in rows] == ["d0", "d1", "d2", "d3", "d4"]
    assert rows[0][1] == "𝛼" * 16_383


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "'tis", "=", "@x"])
def test_xlsx_takes_no_text_for_anything_else(tmp_path: Path, error: str) -> None:
    given = source(tmp_path / "run", [annotation(error, error)])
    export(given, "xlsx", tmp_path / "x.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "x.xlsx")["documents"]["A2"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == (error, "s", True)


@pytest.mark.parametrize("name", TABLES)
def test_same_bytes(full: Source, tmp_path: Path, name: str) -> None:
    for place in "ab":
        export(full, name, tmp_path / place)
    files = [
        sorted(p for p in [tmp_path / c, *(tmp_path / c).glob("*")] if p.is_file()) for c in "ab"
    ]
    assert [one.read_bytes() for one in files[0]] == [one.read_bytes() for one in files[1]]
    assert files[0]


@pytest.mark.parametrize("name", TABLES)
def test_a_place_that_cannot_be_used(full: Source, tmp_path: Path, name: str) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "mine.txt").write_text("mine", encoding="utf-8")
    if format_named(name).folder:
        with pytest.raises(ExportError, match=r"mine\.txt, which no export"):
            export(full, name, tmp_path / "folder")
        with pytest.raises(ExportError, match="is no folder"):
            export(full, name, tmp_path / "file")
    else:
        with pytest.raises(ExportError, match="is no file"):
            export(full, name, tmp_path / "folder")
    with pytest.raises(OutputError, match="cannot make the folder"):
        export(full, name, tmp_path / "file" / "x")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
    assert {one.name for one in tmp_path.iterdir()} == {"run", "file", "folder"}


@pytest.mark.parametrize("name", TABLES)
def test_a_folder_that_cannot_be_written(
    full: Source, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir" if format_named(name).folder else "touch", refuse)
    with pytest.raises(OutputError, match="Permission denied"):
        export(full, name, tmp_path / "x")


@pytest.mark.parametrize("name", TABLES)
def test_an_earlier_export_is_replaced(full: Source, tmp_path: Path, name: str) -> None:
    export(full, name, tmp_path / "x")
    export(source(tmp_path / "none", []), name, tmp_path / "x")
    assert {one.name for one in tmp_path.iterdir()} == {"run", "none", "x"}


def test_a_stopped_export_leaves_the_earlier_one(
    full: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(full, "xlsx", tmp_path / "x.xlsx")
    before = (tmp_path / "x.xlsx").read_bytes()

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(xlsx, "_undated", full_disk)
    with pytest.raises(OutputError, match="No space left"):
        export(full, "xlsx", tmp_path / "x.xlsx")
    assert (tmp_path / "x.xlsx").read_bytes() == before
    assert {one.name for one in tmp_path.iterdir()} == {"run", "x.xlsx"}


def test_min_score_leaves_out_relations_and_facts(full: Source) -> None:
    least = with_min_score(full, 0.5)
    assert len(least.frames.relations) == len(full.frames.relations) - 1
    assert "MODULATES" not in set(least.frames.network["predicate"])
    assert least.frames.network.dtypes.equals(full.frames.network.dtypes)
    counts = least.frames.documents.set_index("doc_id")["n_relations"]
    assert counts.to_dict() == {'a/b\'s "1"': 1, "PMC12345": 1, "10.1000/x(1)|y": 4, "empty": 0}
    none = with_min_score(full, 1.0)
    assert len(none.frames.network) == 0
    assert none.frames.network.dtypes.equals(full.frames.network.dtypes)
    same = with_min_score(full, 0.0).frames.network
    pd.testing.assert_frame_equal(same, full.frames.network)


def test_cooccurrences_are_said_to_be_missing(full: Source, tmp_path: Path) -> None:
    about = {"options": {"include_cooccurrence": True}}
    for name in TABLES:
        said = export(replace(full, about=about), name, tmp_path / name)
        assert said[0].startswith("the table of co-occurrences")


def test_unknown_format(full: Source, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="no format 'xls'; there are: bioc-xml"):
        export(full, "xls", tmp_path / "x")


def test_nasty_is_nasty(full: Source) -> None:
    assert full.frames.relations["sentence"].iloc[0] == NASTY


@pytest.mark.parametrize("about", [{}, {"options": [], "program": "x"}, {"a.b": 1, "a": {"b": 2}}])
def test_any_run_json_will_do(full: Source, tmp_path: Path, about: dict[str, object]) -> None:
    for name in (*TABLES, "cytoscape"):
        export(replace(full, about=about), name, tmp_path / name)
        assert (tmp_path / name).exists()
