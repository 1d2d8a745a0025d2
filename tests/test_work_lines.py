"""Lines in order on disk: the same as sorting them in memory, whatever the limits."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import replace_route
from work_runs import go, small_parts, tables_of, texts, write_lines

from pipeline import table_writer
from pipeline.work import parts, sorted_lines
from pipeline.work.sorted_lines import LinesError, Sorter, key_of, merged, packed, read_lines

Lines = list[list[object]]
LINES = st.lists(st.tuples(st.sampled_from("abβ\n,"), st.integers(0, 3)).map(list), max_size=40)


def numbered(keys: Lines) -> Lines:
    """Lines whose last element says in which order they came."""
    return [[*key, number] for number, key in enumerate(keys)]


def files_of(lines: Lines, size: int, folder: Path) -> list[Path]:
    """Sorted files of at most ``size`` lines each."""
    paths = []
    for at in range(0, len(lines), size):
        paths.append(folder / f"{at:04}.part")
        paths[-1].write_bytes(packed(sorted(lines[at : at + size], key=key_of)))
    return paths


class TestMerged:
    @given(LINES, st.integers(1, 9), st.integers(2, 4))
    def test_like_sorting_in_memory(
        self, tmp_path_factory: pytest.TempPathFactory, keys: Lines, size: int, fan_in: int
    ) -> None:
        folder = tmp_path_factory.mktemp("lines")
        lines = numbered(keys)
        paths = files_of(lines, size, folder)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sorted_lines, "FAN_IN", fan_in)
            found = list(merged(paths, folder))
        assert found == sorted(lines, key=key_of)  # equal keys as they came, too
        assert set(folder.iterdir()) == set(paths)

    def test_more_levels_than_one(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sorted_lines, "FAN_IN", 2)
        lines = numbered([[f"{i * 37 % 100:03}"] for i in range(100)])
        assert list(merged(files_of(lines, 5, tmp_path), tmp_path)) == sorted(lines, key=key_of)

    def test_none(self, tmp_path: Path) -> None:
        assert list(merged([], tmp_path)) == []
        (tmp_path / "empty").write_bytes(packed([]))
        assert list(merged([tmp_path / "empty"] * 2, tmp_path)) == []

    def test_the_same_lines_give_the_same_bytes(self) -> None:
        assert packed([["a", 1]]) == packed([["a", 1]])

    @pytest.mark.parametrize("damage", ["cut", "byte", "no gzip", "no JSON"])
    def test_a_damaged_file_is_named(self, damage: str, tmp_path: Path) -> None:
        path = tmp_path / "0000000.part"
        good = packed([[f"{i}", "x" * 50] for i in range(200)])
        broken = {
            "cut": good[:-20],
            "byte": good[:60] + bytes([good[60] ^ 255]) + good[61:],
            "no gzip": b"words",
            "no JSON": gzip.compress(b"[1,\n"),
        }
        path.write_bytes(broken[damage])
        with pytest.raises(LinesError, match=r"0000000\.part: damaged"):
            list(read_lines(path))


class TestSorter:
    @given(LINES, st.integers(1, 60))
    def test_like_sorting_in_memory(
        self, tmp_path_factory: pytest.TempPathFactory, keys: Lines, limit: int
    ) -> None:
        folder = tmp_path_factory.mktemp("lines")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sorted_lines, "RUN_CHARACTERS", limit)
            patch.setattr(sorted_lines, "FAN_IN", 2)
            sorter = Sorter(folder, "some")
            for line in numbered(keys):
                sorter.add(line)
            assert list(sorter.lines()) == sorted(numbered(keys), key=key_of)
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_tables_do_not_hang_on_the_limits(
    format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace_route(monkeypatch.setattr)
    source = write_lines(tmp_path / "in.jsonl", texts(40, d003="RAISE", d004="RAISE"))
    options = {"texts": True, "include_cooccurrence": True, "format": format}
    go(source, tmp_path / "usual", **options)
    small_parts(monkeypatch.setattr)
    monkeypatch.setattr(sorted_lines, "FAN_IN", 2)
    monkeypatch.setattr(sorted_lines, "RUN_CHARACTERS", 300)
    go(source, tmp_path / "tiny", **options)
    assert tables_of(tmp_path / "tiny") == tables_of(tmp_path / "usual")
    assert len(tables_of(tmp_path / "tiny")) == 8
    monkeypatch.setattr(parts, "PART_ITEMS", 2)
    monkeypatch.setattr(parts, "PART_CHARACTERS", 30)
    go(source, tmp_path / "tinier", **options)
    assert tables_of(tmp_path / "tinier") == tables_of(tmp_path / "usual")


def test_row_groups_change_no_row(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import pandas as pd

    replace_route(monkeypatch.setattr)
    source = write_lines(tmp_path / "in.jsonl", texts(40))
    go(source, tmp_path / "usual", format="parquet")
    monkeypatch.setattr(table_writer, "ROWS_AT_ONCE", 3)
    go(source, tmp_path / "groups", format="parquet")
    for name in ("documents", "mentions", "relations", "network"):
        whole, groups = (
            pd.read_parquet(tmp_path / run / f"{name}.parquet") for run in ("usual", "groups")
        )
        assert len(whole) > 0
        pd.testing.assert_frame_equal(groups, whole)
