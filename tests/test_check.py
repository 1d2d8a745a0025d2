"""``pipeline check`` over patterns of our own: what is wrong is found, with its line."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hand_made import SUBJ_OBJ
from spacy.language import Language
from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline import check
from pipeline.check import check_all, example_texts, read_parses
from pipeline.curate.reviews import COLUMNS as REVIEW_COLUMNS
from pipeline.patterns_data import default_patterns_dir
from pipeline.relate.rules import read_rules

pytestmark = pytest.mark.filterwarnings("ignore:.*W036")

TERMS = """\
concept_id,name,text,label,status,match,specificity,source,note
CL:0000236,B cell,B cell,CELL,name,,,CL,
HGNC:6018,IL6,IL-6,CYTOKINE,name,,specific,HGNC,
"""
RECOGNITION = "lists: {bare_CELL: [cell]}\ncue_window: 8\nmodel_labels: {CELL: CELL}\n"
CUES = default_patterns_dir() / "cues"
CHEMICALS = (CUES / "chemicals.yaml").read_text(encoding="utf-8")
COORDINATION = (CUES / "coordination.yaml").read_text(encoding="utf-8")
CARRIERS = """\
lists: {CYTOKINE: [level], RECEPTOR: [level], CELL: [number], DISEASE: [risk], DRUG: [dose],
  inverse: [loss], holders: [factor], members: [like]}
preps: {CYTOKINE: [of], RECEPTOR: [of], CELL: [of], DISEASE: [of], DRUG: [of]}
"""
MENTIONS = """\
lists: {sizes: [small, large]}
patterns:
  - id: sized
    label: CELL
    why: for tests
    pattern: [{NORM: {IN: $sizes}}, {NORM: cell}]
    matches: ["[small cells](CELL) sleep"]
    rejects: ["old cells"]
"""
PATHS = SUBJ_OBJ
RULES = """\
lists: {make: [make, brew]}
rules:
  - id: brews
    why: for tests
    predicate: SECRETES
    trigger: {LEMMA: {IN: $make}, POS: VERB}
    subject_path: [subj]
    object_path: [obj]
    matches: ["[Monocytes](CELL subject) brew [IL-6](CYTOKINE object)."]
    rejects: ["[Monocytes](CELL) like [IL-6](CYTOKINE)."]
"""
FILES = {
    "terms/own.csv": TERMS,
    "cues/recognition.yaml": RECOGNITION,
    "cues/carriers.yaml": CARRIERS,
    "cues/chemicals.yaml": CHEMICALS,
    "cues/coordination.yaml": COORDINATION,
    "cues/senses.yaml": "senses: []\n",
    "cues/attributes.yaml": "lists: {}\n",
    "mentions/own.yaml": MENTIONS,
    "relations/paths.yaml": PATHS,
    "relations/own.yaml": RULES,
    "models.yaml": "unlisted: {CELL: CELL}\n",
}


def parsed(vocab: Vocab, verb: str) -> dict[str, Any]:
    doc = Doc(
        vocab, words=["Monocytes", verb, "IL-6", "."], spaces=[True, True, False, False],
        heads=[1, 1, 1, 1], deps=["nsubj", "ROOT", "dobj", "punct"],
        tags=["NNS", "VBP", "NN", "."], pos=["NOUN", "VERB", "NOUN", "PUNCT"],
        lemmas=["monocyte", verb, "il-6", "."],
    )  # fmt: skip
    return doc.to_json()


@pytest.fixture
def folder(tmp_path: Path, vocab: Vocab) -> Path:
    """A small folder of patterns in which all is well."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(content, encoding="utf-8")
    parses = {f"Monocytes {verb} IL-6.": parsed(vocab, verb) for verb in ("brew", "like")}
    (tmp_path / check.PARSES).write_text(json.dumps({"parses": parses}), encoding="utf-8")
    return tmp_path


@pytest.fixture
def findings(
    folder: Path, vocab: Vocab, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., list[str]]:
    """Findings after a change of one file."""
    monkeypatch.setattr(check, "fine_vocab", lambda: vocab)  # making one takes a while

    def run(name: str = "", old: str = "", new: str = "") -> list[str]:
        if name:
            path = folder / name
            text = path.read_text(encoding="utf-8")
            assert old in text
            path.write_text(text.replace(old, new), encoding="utf-8")
        return [line.replace(f"{folder}/", "") for line in check_all(folder)]

    return run


Findings = Callable[..., list[str]]


def test_all_is_well(findings: Findings) -> None:
    assert findings() == []


class TestTables:
    def test_a_bad_row(self, findings: Findings) -> None:
        (line,) = findings("terms/own.csv", "CELL,name", "CELL,nickname")
        assert line.startswith("terms/own.csv:2: status: ")

    def test_a_stem_whose_example_lacks_it(self, findings: Findings) -> None:
        (line,) = findings("cues/chemicals.yaml", "  mab: adalimumab", "  mab: aspirin")
        assert line == "cues/chemicals.yaml:1: suffixes: 'aspirin' is no name with 'mab'"

    def test_cues_without_a_window(self, findings: Findings) -> None:
        (line,) = findings("cues/recognition.yaml", "cue_window: 8\n", "")
        assert line.startswith("cues/recognition.yaml:1: model_labels or cue_window missing")

    def test_carriers_of_a_label(self, findings: Findings) -> None:
        lines = findings("cues/carriers.yaml", "DRUG: [dose],", "")
        assert "cues/carriers.yaml:1: no carriers or preps for DRUG" in lines


class TestMentionPatterns:
    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("[small cells](CELL)", "[small](CELL) cells", "matches .* gave \\['small cells'\\]"),
            ("[small cells](CELL)", "[old cells](CELL)", "gave \\[\\]"),
            ("[small cells](CELL)", "small cells", "marks nothing"),
            ("[small cells](CELL)", "[small cells](CEL)", "unknown label"),
            ("old cells", "large cells", "rejects 'large cells' gave \\['large cells'\\]"),
        ],
    )
    def test_an_example_that_fails(self, findings: Findings, old: str, new: str, says: str) -> None:
        (line,) = findings("mentions/own.yaml", old, new)
        assert line.startswith("mentions/own.yaml:3: sized: ")
        assert re.search(says, line)

    def test_a_list_that_nobody_uses(self, findings: Findings) -> None:
        (line,) = findings("mentions/own.yaml", "lists: {", "lists: {colors: [red], ")
        assert line == "mentions/own.yaml: list 'colors' is not used"


class TestRules:
    def test_an_example_that_fails(self, findings: Findings) -> None:
        (line,) = findings("relations/own.yaml", "object_path: [obj]", "object_path: [subj]")
        assert line.startswith("relations/own.yaml:3: brews: matches ")
        assert line.endswith("gave nothing")

    def test_a_reject_that_is_joined(self, findings: Findings) -> None:
        (line,) = findings("relations/own.yaml", "[make, brew]", "[make, brew, like]")
        assert "rejects" in line
        assert line.endswith("gave Monocytes -> IL-6")

    def test_an_example_without_a_parse(self, findings: Findings) -> None:
        (line,) = findings("relations/own.yaml", "brew [IL-6]", "make [IL-6]")
        assert "no stored parse for 'Monocytes make IL-6.'; run 'pipeline reparse'" in line

    def test_an_example_without_roles(self, findings: Findings) -> None:
        (line,) = findings("relations/own.yaml", "(CELL subject)", "(CELL)")
        assert "lacks a subject or an object" in line

    def test_an_unreadable_example(self, findings: Findings) -> None:
        (line,) = findings("relations/own.yaml", "(CELL subject)", "(CELL agent)")
        assert "unknown role 'agent'" in line

    def test_a_wrong_schema(self, findings: Findings) -> None:
        (line,) = findings("relations/own.yaml", "SECRETES", "BREWS")
        assert line.startswith("relations/own.yaml:3: predicate: ")

    @pytest.mark.parametrize(
        ("file", "old", "new", "says"),
        [
            ("paths", "DEP: dobj", "DEP: obj", "path obj: DEP 'obj' is never given by the parser"),
            ("paths", "DEP: dobj", "DEP: {REGEX: ^obj}", "DEP '^obj' fits nothing"),
            ("own", "POS: VERB", "POS: {IN: [VERB, VRB]}", "brews: POS 'VRB' is never given"),
        ],
    )
    def test_what_the_parser_never_says(
        self, findings: Findings, file: str, old: str, new: str, says: str
    ) -> None:
        assert any(says in line for line in findings(f"relations/{file}.yaml", old, new))


class TestModels:
    def test_a_label_that_is_not_ours(self, findings: Findings) -> None:
        (line,) = findings("models.yaml", "CELL: CELL", "CELL: CELLS")
        assert "models.yaml:1: unlisted.CELL: Input should be 'GENE'" in line


class TestGold:
    def test_reviews(self, folder: Path, tmp_path: Path) -> None:
        good, bad = tmp_path / "reviews" / "a.csv", tmp_path / "reviews" / "b.csv"
        good.parent.mkdir()
        good.write_text(",".join(REVIEW_COLUMNS) + "\n", encoding="utf-8")
        bad.write_text("a,b\n", encoding="utf-8")
        (line,) = check_all(folder, reviews=[good.parent])
        assert line.startswith(f"{bad}:1: the table lacks the columns relation_id")

    def test_a_file_that_is_no_gold(self, folder: Path, tmp_path: Path) -> None:
        gold = tmp_path / "gold.jsonl"
        gold.write_text("{not json\n", encoding="utf-8")
        lines = list(check_all(folder, [gold]))
        assert lines != []
        assert all("gold.jsonl" in line for line in lines)


class TestParses:
    def test_texts_are_plain_and_each_once(self, folder: Path) -> None:
        assert example_texts(read_rules(folder)) == [
            "Monocytes brew IL-6.", "Monocytes like IL-6.",
        ]  # fmt: skip

    def test_none_stored(self, folder: Path) -> None:
        (folder / check.PARSES).unlink()
        assert read_parses(folder) == {}

    def test_reparse_stores_every_example(
        self, folder: Path, plain: Language, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pipeline.nlp.load", lambda name, patterns: plain)
        path = check.reparse(folder, "any")
        assert path == folder / check.PARSES
        stored = read_parses(folder)
        assert list(stored) == example_texts(read_rules(folder))
        assert "ents" not in stored["Monocytes brew IL-6."]
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == 2 + len(stored)  # a text a line, for readable diffs


class TestShipped:
    """All but the examples, which have tests of their own."""

    def test_every_list_is_used(self, patterns_dir: Path) -> None:
        assert list(check._unused_lists(patterns_dir)) == []

    def test_rules_ask_for_what_the_parser_says(self, patterns_dir: Path) -> None:
        book = read_rules(patterns_dir)
        nodes = [node for path in book.paths.values() for node in path.pattern]
        for rule in book.rules:
            nodes += [rule.trigger or {}, *(rule.tokens or [])]
        assert list(check._impossible(nodes, "shipped")) == []
