"""Shards of a source that corrects and takes back what it said: joined, they are one run."""

from __future__ import annotations

import gzip
import json
import os
import resource
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support import SENTENCE, read_csv, replace_route
from typer.testing import CliRunner
from work_runs import go, ids, small_parts, tables_of, texts, write_lines

from pipeline.cli import app
from pipeline.work import shares
from pipeline.work.entries import ENTRIES
from pipeline.work.sorted_lines import read_lines

OPTIONS: dict[str, Any] = {"texts": True, "include_cooccurrence": True}
# What a file says: (PMID, version, abstract), or the PMID of a citation that it takes back.
Said = tuple[str, int, str] | str
CALM = "Serum was drawn twice."


@pytest.fixture(autouse=True)
def route(monkeypatch: pytest.MonkeyPatch) -> None:
    replace_route(monkeypatch.setattr)
    small_parts(monkeypatch.setattr)
    monkeypatch.setattr(os, "fsync", lambda _: None)
    monkeypatch.setattr(shares, "FILES_A_SHARD", 1)


def pubmed(path: Path, *said: Said) -> None:
    """A PubMed file with citations and deletions in the order given."""
    parts = []
    for one in said:
        if isinstance(one, str):
            parts.append(f"<DeleteCitation><PMID>{one}</PMID></DeleteCitation>")
            continue
        pmid, version, abstract = one
        parts.append(
            f'<PubmedArticle><MedlineCitation><PMID Version="{version}">{pmid}</PMID><Article>'
            f"<Abstract><AbstractText>{abstract}</AbstractText></Abstract>"
            "</Article></MedlineCitation></PubmedArticle>"
        )
    text = f"<PubmedArticleSet>\n{''.join(parts)}\n</PubmedArticleSet>\n"
    path.write_text(text, encoding="utf-8")


def folder_of(place: Path, files: Sequence[Sequence[Said] | dict[str, str]]) -> Path:
    """A folder with a file for each element, in that order: PubMed, or JSON Lines of id to text."""
    place.mkdir()
    for number, said in enumerate(files):
        if isinstance(said, dict):
            write_lines(place / f"f{number:02}.jsonl", said)
        else:
            pubmed(place / f"f{number:02}.xml", *said)
    return place


def shards(source: Path, place: Path, n: int, **options: Any) -> list[Path]:
    """The folders of all shards."""
    found = [place / f"shard{i}" for i in range(1, n + 1)]
    for i, one in enumerate(found, 1):
        go(source, one, shard=(i, n), **options)
    return found


def merge(*arguments: object) -> Any:
    result = CliRunner().invoke(app, ["merge", *map(str, arguments)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def about(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "run.json").read_text())
    return found


def like_one_run(source: Path, place: Path, n: int, **options: Any) -> dict[str, Any]:
    """Run all at once and in shards, and compare; the counts."""
    go(source, place / "whole", **options)
    folders = shards(source, place, n, **options)
    # whatever the order in which the folders are named
    merge(*folders[::-1], "-o", place / "out", "--format", options.get("format", "csv"))
    assert tables_of(place / "out") == tables_of(place / "whole")
    assert about(place / "out")["counts"] == about(place / "whole")["counts"]
    counts: dict[str, Any] = about(place / "out")["counts"]
    return counts


def kept(place: Path) -> dict[str, str]:
    """Documents of one run with the names of their files."""
    rows = read_csv(place / "whole" / "documents.csv")
    return {row["doc_id"]: Path(row["source"]).name.partition(".")[0] for row in rows}


FILES: dict[str, tuple[list[Sequence[Said] | dict[str, str]], dict[str, str]]] = {
    # files, and the file from which each document of the result comes
    "a later file corrects": (
        [[("11", 1, SENTENCE)], [("12", 1, SENTENCE)], [("11", 1, f"Corrected. {SENTENCE}")]],
        {"11": "f02", "12": "f01"},
    ),
    "a later file corrects in the other shard": (
        [[("11", 1, SENTENCE)], [("11", 1, f"Corrected. {SENTENCE}")]], {"11": "f01"},
    ),
    "a correction states nothing": (
        [[("11", 1, SENTENCE)], [("11", 1, CALM), ("12", 1, SENTENCE)]], {"11": "f01", "12": "f01"},
    ),
    "a higher version before a lower one": (
        [[("11", 2, SENTENCE)], [("11", 1, CALM)], [("12", 1, SENTENCE)]],
        {"11": "f00", "12": "f02"},
    ),
    "deleted": ([[("11", 1, SENTENCE), ("12", 1, CALM)], ["11"]], {"12": "f00"}),
    "deleted before it comes": ([["11"], [("11", 1, SENTENCE)]], {"11": "f01"}),
    "deleted and come again": (
        [[("11", 1, SENTENCE)], ["11"], [("12", 1, CALM)], [("11", 1, f"Again. {SENTENCE}")]],
        {"11": "f03", "12": "f02"},
    ),
    # the shard of f00 and f02 keeps version 2, which the deletion in the other one takes back
    "a lower version after a deletion": (
        [[("11", 2, SENTENCE)], ["11"], [("11", 1, f"Again. {SENTENCE}")]], {"11": "f02"},
    ),
    # the shard of f01 and f03 keeps f01, which has no id of its own while f00 is there
    "a twin that was second, and a citation after it": (
        [[("11", 1, CALM)], {"11": SENTENCE}, ["11"], [("11", 1, f"Again. {SENTENCE}")]],
        {"11": "f03"},
    ),
    "twins in two formats": (
        [{"11": SENTENCE}, [("11", 1, CALM)], {"12": CALM}, [("11", 2, CALM)]],
        {"11": "f00", "12": "f02"},
    ),
    "twins of three files, the first in the second shard": (
        [{"13": CALM}, {"11": f"First. {SENTENCE}"}, {"11": SENTENCE}, {"11": CALM}],
        {"11": "f01", "13": "f00"},
    ),
    "a failing document and its twin": ([{"11": "RAISE"}, {"11": SENTENCE}], {}),
    "a failing twin": ([{"11": SENTENCE}, {"11": "RAISE"}], {"11": "f00"}),
    "a failing citation that is corrected": (
        [[("11", 1, "RAISE")], [("11", 1, SENTENCE)]], {"11": "f01"},
    ),
    "a correction that fails": ([[("11", 1, SENTENCE)], [("11", 1, "RAISE")]], {}),
    "a failing citation that is deleted": ([[("11", 1, "RAISE")], ["11"], [("1", 1, CALM)]],
        {"1": "f02"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("by_files", [True, False])
@pytest.mark.parametrize("case", FILES)
def test_like_one_run(
    case: str, by_files: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files, expected = FILES[case]
    monkeypatch.setattr(shares, "FILES_A_SHARD", 1 if by_files else 100)
    source = folder_of(tmp_path / "in", files)
    like_one_run(source, tmp_path, 2, **OPTIONS)
    assert kept(tmp_path) == expected


def test_counts_are_those_of_one_run(tmp_path: Path) -> None:
    """Also of what one shard replaces and another takes back."""
    files: list[Sequence[Said]] = [
        [("11", 1, SENTENCE), ("12", 1, SENTENCE), ("13", 1, SENTENCE)],
        [("11", 1, CALM), "12"],
        [("11", 1, SENTENCE), "13", "99"],
        [("12", 1, SENTENCE), "11"],
    ]
    counts = like_one_run(folder_of(tmp_path / "in", files), tmp_path, 3)
    assert (counts["documents"], counts["replaced"], counts["deleted"]) == (1, 2, 3)


def test_citations_that_lost_their_place_leave_no_row(tmp_path: Path) -> None:
    """Texts too: the correction states nothing, and triage leaves it out."""
    files: list[Sequence[Said]] = [[("11", 1, SENTENCE)], [("11", 1, CALM)]]
    options = {**OPTIONS, "triage": ("CYTOKINE",)}
    counts = like_one_run(folder_of(tmp_path / "in", files), tmp_path, 2, **options)
    assert ids(read_csv(tmp_path / "shard1" / "mentions.csv")) == ["11", "11"]
    assert (tmp_path / "out" / "texts" / "texts.jsonl").read_bytes() == b""
    assert (counts["documents"], counts["skipped"], counts["mentions"]) == (0, 1, 0)


@pytest.mark.parametrize("format", ["csv", "parquet"])
def test_the_words_of_failures(format: str, tmp_path: Path) -> None:
    """The first in the order of the inputs is named as kept, whichever shard read it."""
    files: list[Sequence[Said] | dict[str, str]] = [
        {"13": CALM}, {"11": SENTENCE}, [("11", 1, CALM)], {"11": "RAISE"},
    ]  # fmt: skip
    source = folder_of(tmp_path / "in", files)
    (source / "odd.xyz").write_text("cannot be read", encoding="utf-8")
    like_one_run(source, tmp_path, 3, format=format)
    if format == "csv":
        rows = read_csv(tmp_path / "out" / "failures.csv")
        assert ids(rows) == ["", "11", "11"]
        assert all("f01.jsonl:1 was kept" in row["error"] for row in rows[1:])


SAID = st.one_of(
    st.sampled_from(["1", "12", "2"]),
    st.tuples(
        st.sampled_from(["1", "12", "2"]), st.integers(1, 3),
        st.sampled_from([SENTENCE, SENTENCE, CALM, "RAISE"]),
    ),
)  # fmt: skip
FILE = st.one_of(
    st.lists(SAID, min_size=1, max_size=4),
    st.dictionaries(
        st.sampled_from(["1", "12", "2"]), st.sampled_from([SENTENCE, CALM, "RAISE"]),
        min_size=1, max_size=3,
    ),
)  # fmt: skip


@settings(max_examples=40)
@given(
    files=st.lists(FILE, min_size=1, max_size=7), n=st.integers(2, 4),
    a_shard=st.sampled_from([1, 100]), triage=st.booleans(),
)  # fmt: skip
def test_whatever_is_said_in_whatever_order(
    tmp_path_factory: pytest.TempPathFactory, files: list[Any], n: int, a_shard: int, triage: bool
) -> None:
    place = tmp_path_factory.mktemp("shards")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(shares, "FILES_A_SHARD", a_shard)
        options = {**OPTIONS, "triage": ("CYTOKINE",) if triage else ()}
        like_one_run(folder_of(place / "in", files), place, n, **options)
        merge(place / "shard1", place / f"shard{n}", "-o", place / "some")
        rest = [place / f"shard{i}" for i in range(2, n)]
        merge(*rest, place / "some", "-o", place / "steps")
        assert tables_of(place / "steps") == tables_of(place / "whole")


class TestInSteps:
    """Some shards are joined first, and the others to them."""

    FILES: tuple[list[Said], ...] = (
        [("11", 1, SENTENCE), ("12", 2, SENTENCE), ("14", 2, SENTENCE)],
        ["12", ("13", 1, SENTENCE), ("14", 1, SENTENCE)],
        [("11", 1, CALM), ("12", 1, f"Again. {SENTENCE}"), "14"],
        [("13", 1, CALM), ("14", 1, f"Again. {SENTENCE}")],
    )

    @pytest.fixture
    def folders(self, tmp_path: Path) -> list[Path]:
        source = folder_of(tmp_path / "in", self.FILES)
        go(source, tmp_path / "whole", **OPTIONS)
        return shards(source, tmp_path, 4, **OPTIONS)

    @pytest.mark.parametrize("first", [(0, 2), (1, 3), (3, 0), (0, 1, 3)])
    def test_like_at_once(
        self, first: tuple[int, ...], folders: list[Path], tmp_path: Path
    ) -> None:
        some = [folders[i] for i in first]
        rest = [one for one in folders if one not in some]
        told = merge(*some, "-o", tmp_path / "some").stderr
        assert f"not among the folders: shard {rest[0].name[-1]}/4" in told
        shard = ",".join(sorted(one.name[-1] for one in some)) + "/4"
        assert about(tmp_path / "some")["options"]["shard"] == shard
        told = merge(*rest, tmp_path / "some", "-o", tmp_path / "out").stderr
        assert "not among the folders" not in told
        assert tables_of(tmp_path / "out") == tables_of(tmp_path / "whole")
        assert about(tmp_path / "out")["counts"] == about(tmp_path / "whole")["counts"]
        assert about(tmp_path / "out")["options"]["shard"] == "1/1"

    def test_the_same_shard_twice(self, folders: list[Path], tmp_path: Path) -> None:
        merge(*folders[:2], "-o", tmp_path / "some")
        result = merge(tmp_path / "some", *folders[1:], "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert f"{tmp_path / 'some'} and {folders[1]} both hold shard 2/4" in result.stderr
        assert not (tmp_path / "out").exists()


def test_more_folders_than_the_system_opens(tmp_path: Path) -> None:
    source = folder_of(
        tmp_path / "in", [{f"{k}-{i}": SENTENCE for k in range(3)} for i in range(12)]
    )
    folders = shards(source, tmp_path, 12)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    n_open = len(os.listdir("/proc/self/fd"))
    resource.setrlimit(resource.RLIMIT_NOFILE, (n_open + 35, before[1]))
    try:
        result = merge(*folders, "-o", tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert result.exit_code == 2
    assert "join some folders first, then the results" in result.stderr
    assert tables_of(tmp_path / "out") == {}


def test_the_shards_of_two_runs(tmp_path: Path) -> None:
    """Those of the run that is named first come first, as if one run had read both inputs."""
    one = folder_of(tmp_path / "one", [[("11", 1, SENTENCE)], [("12", 1, SENTENCE)]])
    two = folder_of(tmp_path / "two", [[("11", 1, CALM)], ["12"]])
    for source in (one, two):
        (tmp_path / f"of {source.name}").mkdir()
    folders = [
        f for source in (one, two) for f in shards(source, tmp_path / f"of {source.name}", 2)
    ]
    merge(*folders, "-o", tmp_path / "out")
    assert ids(read_csv(tmp_path / "out" / "documents.csv")) == ["11"]
    assert read_csv(tmp_path / "out" / "mentions.csv") == []
    counts = about(tmp_path / "out")["counts"]
    assert (counts["replaced"], counts["deleted"]) == (1, 1)


def test_a_run_that_is_no_shard_among_shards(tmp_path: Path) -> None:
    """It says nothing of revisions: what comes first is kept."""
    go(folder_of(tmp_path / "alone", [[("11", 1, CALM), ("11", 1, CALM)]]), tmp_path / "of alone")
    source = folder_of(tmp_path / "in", [[("11", 1, SENTENCE)], [("12", 1, SENTENCE)]])
    folders = shards(source, tmp_path, 2)
    assert merge(tmp_path / "of alone", *folders, "-o", tmp_path / "out").exit_code == 1
    (row,) = read_csv(tmp_path / "out" / "failures.csv")
    assert "f00.xml:2 was kept" in row["error"]
    assert ids(read_csv(tmp_path / "out" / "relations.csv")) == ["12"]
    counts = about(tmp_path / "out")["counts"]
    assert (counts["replaced"], counts["tokens"]) == (1, 1 + 5)


class TestEntries:
    """The file by which shards are joined."""

    @pytest.fixture
    def source(self, tmp_path: Path) -> Path:
        return folder_of(tmp_path / "in", [texts(7), texts(4, d003="RAISE")])

    def test_only_shards_have_it(self, source: Path, tmp_path: Path) -> None:
        go(source, tmp_path / "out", shard=(1, 2))
        assert (tmp_path / "out" / ENTRIES).is_file()
        go(source, tmp_path / "out")
        assert not (tmp_path / "out" / ENTRIES).exists()

    def test_same_bytes_each_time_and_resumed(self, source: Path, tmp_path: Path) -> None:
        go(source, tmp_path / "one", shard=(2, 2))
        go(source, tmp_path / "two", shard=(2, 2), workers=2)
        data = (tmp_path / "one" / ENTRIES).read_bytes()
        assert (tmp_path / "two" / ENTRIES).read_bytes() == data
        (tmp_path / "two" / ENTRIES).unlink()
        assert not go(source, tmp_path / "two", shard=(2, 2), resume=True).before
        assert (tmp_path / "two" / ENTRIES).read_bytes() == data
        assert go(source, tmp_path / "two", shard=(2, 2), resume=True).before

    def test_rows_are_not_said_again(self, tmp_path: Path) -> None:
        """Only those of documents that may yet take the place of the one in the tables."""
        twins = [{"1": SENTENCE, "2": SENTENCE}, {"3": CALM}, {"2": SENTENCE}, {"4": CALM}]
        go(folder_of(tmp_path / "in", twins), tmp_path / "shard", shard=(1, 2))
        lines = list(read_lines(tmp_path / "shard" / ENTRIES))
        assert [(line[0], line[2:-1], "rows" in line[-1]) for line in lines] == [
            ("1", [0, 0], False), ("2", [0, 1], False), ("2", [2, 0], True),
        ]  # fmt: skip

    def test_small(self, tmp_path: Path) -> None:
        source = folder_of(tmp_path / "in", [texts(60), texts(60)])
        go(source, tmp_path / "out", shard=(1, 2))
        assert (tmp_path / "out" / ENTRIES).stat().st_size < 60 * 20 + 200

    @pytest.mark.parametrize("format", ["csv", "parquet"])
    def test_no_input_of_a_run(self, format: str, source: Path, tmp_path: Path) -> None:
        """Where the output stands among the inputs."""
        for _ in range(2):
            go(source, source / "out", shard=(1, 2), format=format)
        go(source, tmp_path / "out", shard=(1, 2), format=format)
        assert tables_of(source / "out") == tables_of(tmp_path / "out")

    def test_damaged(self, source: Path, tmp_path: Path) -> None:
        folders = shards(source, tmp_path, 2)
        path = folders[1] / ENTRIES
        path.write_bytes(path.read_bytes()[:-12])
        result = merge(*folders, "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert f"{path}: damaged" in result.stderr
        assert tables_of(tmp_path / "out") == {}

    def test_lost(self, source: Path, tmp_path: Path) -> None:
        folders = shards(source, tmp_path, 2)
        (folders[1] / ENTRIES).unlink()
        result = merge(*folders, "-o", tmp_path / "out")
        assert result.exit_code == 2
        assert f"{folders[1]}: no {ENTRIES}, which other shards of its run have" in result.stderr

    def test_of_other_tables(self, source: Path, tmp_path: Path) -> None:
        folders = shards(source, tmp_path, 2)
        with gzip.open(folders[0] / ENTRIES, "wt", encoding="utf-8") as file:
            file.write("")
        assert "not among the documents" in merge(*folders, "-o", tmp_path / "out").stderr
