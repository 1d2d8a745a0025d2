"""Broken and missing files of a patterns folder: each is named with its line, none ends in a
traceback. On a small folder, and once on a copy of the shipped one."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.check import check_all
from pipeline.cli import app
from pipeline.ground.hierarchy import read_links
from pipeline.ground.markers import read_marker_rules
from pipeline.ground.targets import read_targets
from pipeline.patterns_data import (
    PatternError,
    default_patterns_dir,
    expand_lists,
    line_of,
    read_csv,
    read_yaml,
)
from pipeline.recognise.terms import read_terms

pytestmark = pytest.mark.filterwarnings("ignore:.*W036")

ROWS = {
    "terms/own.csv": (
        "concept_id,name,text,label,status,match,specificity,source,note\n",
        ",B cell,B cell,CELL,name,,,CL,\n",
    ),
    "terms/blocked.csv": ("text,label,match,reason,source\n", "mosm,CYTOKINE,,unit,curator\n"),
    "hierarchy/own.csv": ("label,child,parent,source\n", "CELL,B cell,lymphocyte,CL\n"),
    "markers.csv": ("name,head,markers,source\n", "B cell,,CD19+,curator\n"),
    "targets.csv": ("drug,target,effect,source\n", "tocilizumab,IL6R,inhibits,curator\n"),
}
READ: dict[str, Callable[[Path], Any]] = {
    "terms/own.csv": read_terms,
    "terms/blocked.csv": read_terms,
    "hierarchy/own.csv": read_links,
    "markers.csv": read_marker_rules,
    "targets.csv": read_targets,
}


@pytest.mark.parametrize("name", ROWS)
class TestTables:
    def said(self, folder: Path, name: str, text: bytes) -> str:
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text)
        with pytest.raises(PatternError) as caught:
            READ[name](folder)
        assert str(caught.value).startswith(f"{path}:")
        return str(caught.value).removeprefix(f"{path}:")

    def test_an_open_quote(self, tmp_path: Path, name: str) -> None:
        head, row = ROWS[name]
        text = f'{head}{row}\n"{row}{row}{row}'  # a blank line is none of the rows
        said = self.said(tmp_path, name, text.encode())
        assert said == "4: unexpected end of data; correct the quotes"

    def test_a_letter_behind_a_quote(self, tmp_path: Path, name: str) -> None:
        head, row = ROWS[name]
        said = self.said(tmp_path, name, f'{head}{row}"a"b{row}'.encode())
        assert re.fullmatch(r"3: .*; correct the quotes", said)

    def test_no_utf_8(self, tmp_path: Path, name: str) -> None:
        head, row = ROWS[name]
        rows = (head + row * 2000).encode()  # more than is read at once
        said = self.said(tmp_path, name, rows + "TNF-β\n".encode("latin-1", "ignore") + b"\xdf\n")
        assert said == "2003: not UTF-8 (invalid continuation byte); save it as UTF-8"

    def test_cells(self, tmp_path: Path, name: str) -> None:
        head, row = ROWS[name]
        said = self.said(tmp_path, name, f"{head}{row.strip()},x\n".encode())
        count = head.count(",") + 1
        assert said == f"2: expected {count} cells; quote a cell that holds a comma"

    @pytest.mark.parametrize("text", [b"", b"\n", b"a,b\n1,2\n"])
    def test_another_header(self, tmp_path: Path, name: str, text: bytes) -> None:
        assert self.said(tmp_path, name, text).startswith("1: the")


def test_rows_of_several_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b'a,b\r\n"1\r\n1",2\r\n\r\n3,"4 ""x"", y"\r\n')
    assert list(read_csv(path, ("a", "b"))) == [
        (3, {"a": "1\r\n1", "b": "2"}),
        (5, {"a": "3", "b": '4 "x", y'}),
    ]


def test_a_column_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b,b\n1,2,3\n", encoding="utf-8")
    with pytest.raises(PatternError, match=r"a.csv:1: there must be one column 'b'"):
        list(read_csv(path, ("a",), others=True))


def test_a_concept_name_with_a_bar(tmp_path: Path) -> None:
    path = tmp_path / "terms" / "own.csv"
    path.parent.mkdir()
    head, row = ROWS["terms/own.csv"]
    path.write_text(head + row.replace("B cell", "B|cell", 1), encoding="utf-8")
    with pytest.raises(PatternError, match=r"own.csv:2: name: .*must not hold '\|', which parts"):
        read_terms(tmp_path)
    path.write_text(head + row.replace("B cell,CELL", "B|cell,CELL"), encoding="utf-8")
    assert [term.text for term in read_terms(tmp_path)] == ["B|cell"]


class TestYaml:
    def said(self, folder: Path, text: bytes) -> str:
        path = folder / "own.yaml"
        path.write_bytes(text)
        with pytest.raises(PatternError) as caught:
            expand_lists(read_yaml(path).get("lists", {}), str(path))
        assert "\n" not in str(caught.value)
        return str(caught.value).removeprefix(f"{path}:")

    @pytest.mark.parametrize(
        ("text", "says"),
        [
            (b"a: 1\nb: \xff\n", "2: not UTF-8 (invalid start byte); save it as UTF-8"),
            (b"a: 1\nb: [\n", "3: not valid YAML: "),
            (b"a: 2024-13-40\n", "1: not valid YAML: "),
            (b"a: 1\nlists:\n", "2: lists must give lists of words by name; write some or"),
            (b"lists: [and]\n", "1: lists must give"),
            (b"a: 1\n\ngroups: and\n", "3: groups must give"),
            (b"uses:\n", "1: uses must give"),
            (b"preps:\n", "1: preps must give"),
            (b"lists:\n  a: [b]\n  c: and\n", "3: list c must be a list of words; write ["),
            (b"lists:\n  a: [b]\n  c:\n", "3: list c must be a list of words"),
            (b"lists:\n  c: {a: b}\n", "2: list c must be a list of words"),
            (b"lists:\n  c: 7\n", "2: list c must be a list of words"),
            (b"lists:\n  c: [a, 7]\n", " list c: quote 7, YAML does not read it as text"),
            (b"lists:\n  c: [a, ]\n  d: [~]\n", " list d: quote None"),
        ],
    )
    def test_what_is_wrong(self, tmp_path: Path, text: bytes, says: str) -> None:
        assert self.said(tmp_path, text).startswith(says)

    def test_lists_that_are_no_mapping(self) -> None:
        lists: Any = None
        with pytest.raises(PatternError, match=r"^a.yaml:1: word lists by name are missing"):
            expand_lists(lists, "a.yaml")

    def test_another_list_by_name(self) -> None:
        assert expand_lists({"a": ["b"], "c": "$a"}, "a.yaml") == {"a": ["b"], "c": ["b"]}

    def test_lines(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("a: 1\n\nb:\n  c: 2\n", encoding="utf-8")
        data = read_yaml(tmp_path / "a.yaml")
        assert data == {"a": 1, "b": {"c": 2, "__line__": 4}, "__line__": 1}
        assert [line_of(data, key) for key in "abz"] == [1, 3, 1]
        assert line_of({}, "a") == 1


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(
        shutil.copytree(default_patterns_dir(), tmp_path_factory.mktemp("copy") / "patterns")
    )


@pytest.fixture
def spoil(shipped: Path) -> Iterator[Callable[[str, bytes], None]]:
    """Writes over a file of the copy until the test ends."""
    kept: dict[Path, bytes] = {}

    def write(name: str, added: bytes) -> None:
        path = shipped / name
        kept[path] = path.read_bytes()
        path.write_bytes(kept[path] + added)

    yield write
    for path, content in kept.items():
        path.write_bytes(content)


@pytest.mark.parametrize("added", [b'"a,b\n', b"\xff\n"], ids=["quote", "bytes"])
@pytest.mark.parametrize(
    "name", ["terms/cells.csv", "hierarchy/cells.csv", "markers.csv", "targets.csv"]
)
def test_a_run(
    shipped: Path,
    spoil: Callable[[str, bytes], None],
    tmp_path: Path,
    name: str,
    added: bytes,
) -> None:
    (tmp_path / "a.txt").write_text("Monocytes secrete IL-6.", encoding="utf-8")
    spoil(name, added)
    result = CliRunner().invoke(
        app,
        ["run", str(tmp_path / "a.txt"), "-o", str(tmp_path / "out"), "--patterns", str(shipped)],
    )
    assert result.exit_code not in {0, 1}
    assert isinstance(result.exception, SystemExit)
    assert f"{Path(name).name}:" in "".join(result.output.split())


class TestMissingParts:
    """``pipeline check`` on next to nothing."""

    WANTED = (
        "terms:1: no term tables (*.csv); copy the shipped ones",
        "mentions:1: no mention patterns (*.yaml); copy the shipped ones",
        "relations:1: no relation rules (*.yaml); copy the shipped ones",
        *(
            f"{name}:1: no such file; copy the shipped one"
            for name in (
                "cues/attributes.yaml",
                "cues/carriers.yaml",
                "cues/chemicals.yaml",
                "cues/coordination.yaml",
                "cues/recognition.yaml",
                "cues/senses.yaml",
                "relations/paths.yaml",
                "models.yaml",
            )
        ),
    )

    def findings(self, folder: Path) -> list[str]:
        return [line.replace(f"{folder}/", "") for line in check_all(folder)]

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        assert self.findings(tmp_path) == list(self.WANTED)
        result = CliRunner().invoke(app, ["check", "--patterns", str(tmp_path)])
        assert isinstance(result.exception, SystemExit)
        assert f"{len(self.WANTED)} findings" in result.output

    def test_it_goes_on_with_the_rest(self, tmp_path: Path) -> None:
        for name in ("mentions", "relations"):
            (tmp_path / name).mkdir()
        (tmp_path / "targets.csv").write_text("drug,target\n", encoding="utf-8")
        (tmp_path / "mentions" / "own.yaml").write_text(
            "lists: {a: [b]}\npatterns: []\n", encoding="utf-8"
        )
        (tmp_path / "relations" / "paths.yaml").write_text(
            "paths: []\ngroups: {g: [nowhere]}\n", encoding="utf-8"
        )
        there = [line for line in self.WANTED if not line.startswith(("ment", "rel"))]
        assert self.findings(tmp_path) == [
            *there,
            "targets.csv:1: the columns must be drug,target,effect,source",
            "mentions/own.yaml: list 'a' is not used",
            "relations/paths.yaml: list 'g' is not used",
        ]

    @pytest.mark.parametrize("name", ["mentions/own.yaml", "relations/paths.yaml"])
    def test_lists_that_hold_nothing(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / name
        path.parent.mkdir()
        path.write_text("lists:\n", encoding="utf-8")
        assert any(line.startswith(f"{name}:1: lists must") for line in self.findings(tmp_path))
