"""Long cells are read, and the limit of the csv module stays as others know it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.long_cells import with_long_cells
from pipeline.tabulate import DOCUMENT_COLUMNS, FAILURE_COLUMNS, frame, write_all
from pipeline.work.entries import Tally
from pipeline.work.shards import joined

LONG = "x" * (csv.field_size_limit() + 1)


def test_the_limit_is_lifted_while_a_row_is_read_alone() -> None:
    before = csv.field_size_limit()
    rows = with_long_cells(csv.reader([f"a,{LONG}\n", f"b,{LONG}\n"]))
    for name in "ab":
        assert next(rows) == [name, LONG]
        with pytest.raises(csv.Error, match="field limit"):
            next(csv.reader([LONG]))
    with pytest.raises(StopIteration):
        next(rows)
    assert csv.field_size_limit() == before


def test_an_error_puts_it_back_and_the_next_row_can_be_read() -> None:
    before = csv.field_size_limit()
    rows = with_long_cells(csv.reader(['"a" b\n', f"{LONG}\n"], strict=True))
    with pytest.raises(csv.Error, match="expected after"):
        next(rows)
    assert csv.field_size_limit() == before
    assert next(rows) == [LONG]


def test_tables_of_shards(tmp_path: Path) -> None:
    row = dict.fromkeys(DOCUMENT_COLUMNS, "") | {"doc_id": "1", "title": LONG}
    row |= dict.fromkeys(("n_characters", "n_sentences", "n_mentions", "n_relations"), 1)
    write_all(
        {
            tmp_path / "documents.csv": frame([row], DOCUMENT_COLUMNS, safe=True),
            tmp_path / "failures.csv": frame([], FAILURE_COLUMNS, safe=True),
        }
    )
    before = csv.field_size_limit()
    found = list(joined([tmp_path], [0], ["documents"], Tally()))
    assert [row["title"] for kept in found for row in kept.rows.get("documents", [])] == [LONG]
    assert csv.field_size_limit() == before
