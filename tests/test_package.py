"""What is shipped: versions, the model and its card, the patterns, clean text files."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

import pipeline
from pipeline.nlp import MODEL_DIR
from pipeline.patterns_data import default_patterns_dir

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
LIMIT = 25 * 2**20  # bytes of model in the wheel
# Paths of one machine, which mean nothing on another one.
MACHINE_PATH = re.compile(r"(?<![\w.:/*-])/(?:work|root|home|Users|tmp|opt|mnt)/\w|[A-Z]:\\Users")
# Written so that this file does not hold what it looks for.
ALLOWED = {"tests/test_package.py"}


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def test_one_version(project: dict[str, Any]) -> None:
    assert project["project"]["version"] == pipeline.__version__
    assert pipeline.__version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_command(project: dict[str, Any]) -> None:
    assert project["project"]["scripts"] == {"pipeline": "pipeline.cli:main"}


def test_pins_without_which_an_install_breaks(project: dict[str, Any]) -> None:
    pins = " ".join(project["project"]["dependencies"])
    for wanted in ("spacy>=3.8,<3.9", "scispacy==0.6.2", "numpy<2", "pyarrow>=20,<26"):
        assert wanted in pins


class TestModel:
    def test_size(self) -> None:
        size = sum(path.stat().st_size for path in MODEL_DIR.rglob("*") if path.is_file())
        assert 2**20 < size < LIMIT

    def test_card(self) -> None:
        card = (MODEL_DIR / "MODEL_CARD.md").read_text(encoding="utf-8").lower()
        for topic in ("licen", "score", "limit", "train"):
            assert topic in card, topic

    def test_meta(self) -> None:
        meta = json.loads((MODEL_DIR / "meta.json").read_text(encoding="utf-8"))
        assert meta["lang"] == "en"
        assert {"tagger", "parser"} <= set(meta["pipeline"])
        assert meta["spacy_version"].startswith(">=3.8")


class TestWheel:
    def test_holds_patterns_and_model(self, project: dict[str, Any]) -> None:
        wheel = project["tool"]["hatch"]["build"]["targets"]["wheel"]
        assert wheel["packages"] == ["pipeline"]
        assert wheel["force-include"] == {"patterns": "pipeline/patterns"}
        assert MODEL_DIR.parent == Path(pipeline.__file__).parent

    def test_patterns_of_a_checkout(self) -> None:
        folder = default_patterns_dir()
        for part in ("terms", "mentions", "relations", "cues"):
            assert any((folder / part).iterdir()), part

    def test_patterns_of_a_wheel(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """Inside the package they win over a folder that happens to stand beside it."""
        from pipeline import patterns_data

        package = tmp_path / "pipeline"
        for folder in (package / "patterns" / "terms", tmp_path / "patterns" / "terms"):
            folder.mkdir(parents=True)
        monkeypatch.setattr(patterns_data, "__file__", str(package / "patterns_data.py"))
        find = patterns_data.default_patterns_dir.__wrapped__
        assert find() == package / "patterns"


# A page that says it is in windows-1252, as old ones are.
OLD_PAGE = "corpus/documents/formats/patient-page-polymyalgia.htm"


def tracked() -> list[Path]:
    try:
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True
        )
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git checkout")
    names = [name for name in listed.stdout.split("\0") if name and name not in ALLOWED]
    return [path for name in names if (path := ROOT / name).is_file()]


def test_text_files_name_no_machine_path_and_are_utf8_with_line_feeds() -> None:
    wrong = []
    for path in tracked():
        data = path.read_bytes()
        # Of the model only what people read: its word lists come from the training texts.
        readable = {"MODEL_CARD.md", "config.cfg", "meta.json"}
        if b"\0" in data or (path.is_relative_to(MODEL_DIR) and path.name not in readable):
            continue
        where = path.relative_to(ROOT).as_posix()
        text = data.decode("cp1252" if where == OLD_PAGE else "utf-8")
        for number, line in enumerate(text.splitlines(), start=1):
            if MACHINE_PATH.search(line):
                wrong.append(f"{where}:{number}: {line[:80]}")
        if path.suffix == ".py" and "\r" in text:
            wrong.append(f"{where}: carriage return")
    assert wrong == []


def test_no_large_files_but_the_model() -> None:
    large = [p for p in tracked() if p.stat().st_size > 2**20 and not p.is_relative_to(MODEL_DIR)]
    names = [path.relative_to(ROOT).as_posix() for path in large]
    assert [name for name in names if not name.startswith(("patterns/", "outputs/"))] == []


def test_the_row_in_the_readme_is_one_of_the_reference_output() -> None:
    shown = re.search(r"\| relation_id \| `(R[0-9a-f]{12})` \|", README.read_text(encoding="utf-8"))
    assert shown
    with (ROOT / "outputs" / "relations.csv").open(encoding="utf-8", newline="") as handle:
        (row,) = [row for row in csv.DictReader(handle) if row["relation_id"] == shown.group(1)]
    text = README.read_text(encoding="utf-8")
    for cell in (row["rule"], row["trigger"], row["score"], row["marked_sentence"]):
        assert cell in text
