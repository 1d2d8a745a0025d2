"""``pipeline check --loosen`` over small patterns of our own: a constraint that an example
needs is not named, one that none needs is."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hand_made import SUBJ_OBJ
from spacy.tokens import Doc
from spacy.vocab import Vocab
from typer.testing import CliRunner

from pipeline import loosen as module
from pipeline.check import PARSES
from pipeline.cli import app
from pipeline.loosen import loosen
from pipeline.patterns_data import default_patterns_dir

BREW = ("Monocytes 1 nsubj NNS", "brew 1 ROOT VBP", "IL-6_ 1 dobj NN", ". 1 punct .")
LIKE = ("Monocytes 1 nsubj NNS", "like 1 ROOT VBP", "IL-6_ 1 dobj NN", ". 1 punct .")
DAILY = ("Monocytes 1 nsubj NNS", "brew 1 ROOT VB", "IL-6 1 dobj NN", "daily 1 advmod RB")
ASTHMA = ("Monocytes 1 nsubj NNS", "brew 1 ROOT VBP", "asthma 1 dobj NN")
CAUSE = ("IL-6 1 nsubj NN", "brew 1 ROOT VBP", "asthma 1 dobj NN")
PASSIVE = tuple(
    ("IL-6 2 nsubjpass NN", "was 2 auxpass VBD", "brewed 2 ROOT VBN", f"{by} 4 case IN",
     "monocytes 2 nmod NNS")
    for by in ("by", "from")
)  # fmt: skip
BORROWED = ("Monocytes 1 nsubj NNS", "sleep 1 ROOT VBP", "and 1 cc CC", "brew 1 conj VBP",
            "IL-6 3 dobj NN")  # fmt: skip
TWO = ("Monocytes 1 nsubj NNS", "sleep 1 ROOT VBP", "and 1 cc CC", "macrophages 4 nsubj NNS",
       "brew 1 conj VBP", "IL-6 4 dobj NN")  # fmt: skip
SIDE = ("Macrophages 2 dep NNS", "monocytes 2 nsubj NNS", "brew 2 ROOT VBP", "IL-6 2 dobj NN")
STRAY = (
    "Monocytes 1 nsubj NNS", "brew 1 ROOT VBP", "IL-6 1 dobj NN", "near 1 advmod RB",
    "macrophages 1 advcl NNS", "near 1 advmod RB", "IL-4 1 advcl NN",
)  # fmt: skip
SENTENCES = (BREW, LIKE, DAILY, ASTHMA, CAUSE, *PASSIVE, BORROWED, TWO, SIDE, STRAY)

MATCH = "[Monocytes](CELL subject) brew [IL-6](CYTOKINE object)."
REJECT = "[Monocytes](CELL) like [IL-6](CYTOKINE)."
PATHS = "groups: {agent: [subj, borrowed]}\n" + SUBJ_OBJ
MORE_PATHS = """\
  - id: psubj
    why: for tests
    pattern:
      - {RIGHT_ID: trigger, RIGHT_ATTRS: {}}
      - {LEFT_ID: trigger, REL_OP: ">", RIGHT_ID: argument, RIGHT_ATTRS: {DEP: nsubjpass}}
  - id: by
    why: for tests
    pattern:
      - {RIGHT_ID: trigger, RIGHT_ATTRS: {}}
      - {LEFT_ID: trigger, REL_OP: ">", RIGHT_ID: argument, RIGHT_ATTRS: {DEP: nmod}}
      - {LEFT_ID: argument, REL_OP: ">", RIGHT_ID: case, RIGHT_ATTRS: {LOWER: by, DEP: case}}
  - id: borrowed
    why: for tests
    unless: [subj, psubj]
    pattern:
      - {RIGHT_ID: trigger, RIGHT_ATTRS: {DEP: conj}}
      - {LEFT_ID: trigger, REL_OP: "<", RIGHT_ID: first, RIGHT_ATTRS: {}}
      - {LEFT_ID: first, REL_OP: ">", RIGHT_ID: argument, RIGHT_ATTRS: {DEP: nsubj}}
"""
TAG = "trigger TAG beside LEMMA"
ACTIVE = "trigger: {LEMMA: brew, TAG: VBP}, subject_path: [subj], object_path: [obj]"
BY = "trigger: {LEMMA: brewed}, subject_path: [by], object_path: [psubj]"
Loosened = Callable[..., set[str]]
Tree = Callable[..., Doc]


@pytest.fixture
def folder(
    tmp_path: Path, tree: Tree, vocab: Vocab, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Path]:
    """Writes one rule with its examples; the sentences are parsed by hand."""
    monkeypatch.setattr(module, "fine_vocab", lambda: vocab)  # making one takes a while
    for name in ("carriers", "attributes"):
        (tmp_path / "cues").mkdir(exist_ok=True)
        shutil.copy(default_patterns_dir() / "cues" / f"{name}.yaml", tmp_path / "cues")
    (tmp_path / "relations").mkdir()
    docs = [tree(*rows[:-1], rows[-1].replace(" ", "_ ", 1)) for rows in SENTENCES]
    parses = {doc.text: doc.to_json() for doc in docs}
    (tmp_path / PARSES).write_text(json.dumps({"parses": parses}), encoding="utf-8")

    def write(
        body: str, matches: list[str], rejects: list[str], *,
        predicate: str = "SECRETES", paths: str = PATHS + MORE_PATHS,
        more: Sequence[dict[str, object]] = (),
    ) -> Path:  # fmt: skip
        rule = (
            f"rules:\n  - {{id: brews, why: for tests, predicate: {predicate}, {body},\n"
            f"     matches: {json.dumps(matches)}, rejects: {json.dumps(rejects)}}}\n"
        ) + "".join(f"  - {json.dumps(other)}\n" for other in more)
        (tmp_path / "relations" / "paths.yaml").write_text(paths, encoding="utf-8")
        (tmp_path / "relations" / "own.yaml").write_text(rule, encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture
def loosened(folder: Callable[..., Path]) -> Loosened:
    """What could be dropped from the rule, or from the path of that name."""

    def run(name: str, *rule: object, **more: object) -> set[str]:
        split = [line.split(": ", 2) for line in loosen(folder(*rule, **more))]
        return {what for _, named, what in split if named == name}

    return run


class TestTrigger:
    def test_needed_by_a_reject(self, loosened: Loosened) -> None:
        assert loosened("brews", ACTIVE, [MATCH], [REJECT]) == {TAG}
        daily = "[Monocytes](CELL) brew [IL-6](CYTOKINE) daily"
        assert loosened("brews", ACTIVE, [MATCH], [REJECT, daily]) == set()

    def test_needed_by_none(self, loosened: Loosened) -> None:
        assert loosened("brews", ACTIVE, [MATCH], []) == {"trigger LEMMA", TAG}

    def test_a_guard_that_another_rule_needs(self, loosened: Loosened) -> None:
        """The same TAG beside the words of two triggers is asked about over both."""
        more = {"id": "more", "why": "for tests", "predicate": "SECRETES", "matches": [MATCH]}
        trigger = {"LEMMA": {"IN": ["brew", "make"]}, "TAG": "VBP"}
        more |= {"trigger": trigger, "subject_path": ["subj"], "object_path": ["obj"]}
        assert TAG in loosened("brews", ACTIVE, [MATCH], [REJECT], more=[more])
        assert TAG not in loosened("more", ACTIVE, [MATCH], [REJECT], more=[more])
        more["rejects"] = ["[Monocytes](CELL) brew [IL-6](CYTOKINE) daily"]
        assert TAG not in loosened("brews", ACTIVE, [MATCH], [REJECT], more=[more])
        trigger["TAG"] = {"IN": ["VBP"]}  # another guard
        assert TAG in loosened("brews", ACTIVE, [MATCH], [REJECT], more=[more])

    def test_alone_it_is_no_guard(self, loosened: Loosened) -> None:
        body = ACTIVE.replace("LEMMA: brew, ", "")
        assert "trigger TAG" in loosened("brews", body, [MATCH], [])


class TestLabels:
    def test_needed_and_not(self, loosened: Loosened) -> None:
        body = ACTIVE + ", subject: [CYTOKINE], object: [DISEASE]"
        matches = ["[IL-6](CYTOKINE subject) brew [asthma](DISEASE object)"]
        rejects = ["[Monocytes](CELL) brew [asthma](DISEASE)"]
        found = loosened("brews", body, matches, rejects, predicate="ASSOCIATED_WITH")
        assert "object labels" in found
        assert "subject labels" not in found
        found = loosened("brews", body, matches, [], predicate="ASSOCIATED_WITH")
        assert {"subject labels", "object labels"} <= found


class TestWays:
    BORROW = "[Monocytes](CELL subject) sleep and brew [IL-6](CYTOKINE object)"

    def test_one_that_the_rule_names(self, loosened: Loosened) -> None:
        body = ACTIVE.replace("[subj]", "[subj, borrowed]")
        assert "subject_path borrowed" in loosened("brews", body, [MATCH], [])
        found = loosened("brews", body, [MATCH, self.BORROW], [])
        assert found == {"trigger LEMMA", TAG}

    def test_of_a_group_only_as_a_path(self, loosened: Loosened) -> None:
        body = ACTIVE.replace("[subj]", "[$agent]")
        assert loosened("brews", body, [MATCH], [REJECT]) == {TAG}
        assert loosened("borrowed", body, [MATCH], [REJECT]) == {"the path"}
        assert "the path" not in loosened("borrowed", body, [MATCH, self.BORROW], [])

    def test_a_path_that_no_rule_takes(self, loosened: Loosened) -> None:
        assert loosened("by", ACTIVE, [MATCH], []) == {"the path"}


class TestPaths:
    BY = "[IL-6](CYTOKINE object) was brewed by [monocytes](CELL subject)"
    FROM = "[IL-6](CYTOKINE) was brewed from [monocytes](CELL)"
    TWO = "[Monocytes](CELL) sleep and [macrophages](CELL subject) brew [IL-6](CYTOKINE object)"

    def test_a_node_that_a_reject_needs(self, loosened: Loosened) -> None:
        found = loosened("by", BY, [self.BY], [self.FROM])
        assert found == {"node case DEP", "node argument DEP"}

    def test_a_node_that_none_needs(self, loosened: Loosened) -> None:
        assert loosened("by", BY, [self.BY], []) == {"node case", "node argument DEP"}

    def test_an_attribute_that_a_match_needs(self, loosened: Loosened) -> None:
        assert loosened("subj", ACTIVE, [MATCH], []) == {"node argument DEP"}
        side = "[Macrophages](CELL) [monocytes](CELL subject) brew [IL-6](CYTOKINE object)"
        assert loosened("subj", ACTIVE, [MATCH, side], []) == set()

    def test_unless(self, loosened: Loosened) -> None:
        body = ACTIVE.replace("[subj]", "[$agent]")
        found = loosened("borrowed", body, [TestWays.BORROW, self.TWO], [])
        assert "unless psubj" in found
        assert "unless subj" not in found
        found = loosened("borrowed", body, [TestWays.BORROW], [])
        assert {"unless psubj", "unless subj"} <= found

    def test_a_path_that_only_makes_others_void(self, loosened: Loosened) -> None:
        body = ACTIVE.replace("[subj]", "[borrowed]")
        rejects = ["[Monocytes](CELL) sleep and [macrophages](CELL) brew [IL-6](CYTOKINE)"]
        assert "the path" not in loosened("subj", body, [TestWays.BORROW], rejects)
        assert loosened("subj", body, [TestWays.BORROW], []) == {"the path"}


class TestTokens:
    BODY = "tokens: [{role: subject}, {LEMMA: brew, TAG: VBP, role: trigger}, {role: object}]"
    GUARDED = (
        'tokens: [{role: subject}, {ENT_TYPE: "", OP: "*"}, {LEMMA: brew, ENT_TYPE: ""}, '
        "{role: object}]"
    )

    def test_needed_and_not(self, loosened: Loosened) -> None:
        assert loosened("brews", self.BODY, [MATCH], [REJECT]) == {"tokens 2 TAG"}
        found = loosened("brews", self.BODY, [MATCH], [])
        assert found == {"tokens 2 LEMMA", "tokens 2 TAG"}

    def test_mentions_skipped(self, loosened: Loosened) -> None:
        """All nodes that stand for no mention are one constraint."""
        assert loosened("brews", self.GUARDED, [MATCH], [REJECT]) == {'tokens ENT_TYPE ""'}
        side = "[Macrophages](CELL) [monocytes](CELL subject) brew [IL-6](CYTOKINE object)"
        assert loosened("brews", self.GUARDED, [MATCH, side], [REJECT]) == set()

    def test_optional_nodes(self, loosened: Loosened) -> None:
        """What nodes may be that need not be there is one constraint."""
        body = self.BODY.replace(
            "{LEMMA: brew, TAG: VBP",
            '{TAG: RB, OP: "*"}, {LOWER: the, OP: "{0,2}"}, {LEMMA: brew',
        )
        guards = "tokens: the guards of optional nodes"
        assert loosened("brews", body, [MATCH], [REJECT]) == {guards}
        side = "[Macrophages](CELL) [monocytes](CELL subject) brew [IL-6](CYTOKINE object)"
        assert loosened("brews", body, [MATCH, side], [REJECT]) == set()


class TestUnreadable:
    def test_an_example_without_a_parse(self, loosened: Loosened) -> None:
        """Nothing is said of the rule and its paths, for the example may need them all."""
        rejects = [REJECT, "[NK cells](CELL) like [IL-2](CYTOKINE)"]
        (told,) = loosened("brews", ACTIVE, [MATCH], rejects)
        assert told.startswith("unknown without a parse of '[NK cells]")
        assert told.endswith("run 'pipeline check'")
        assert loosened("subj", ACTIVE, [MATCH], rejects) == set()

    def test_a_wrong_file(self, folder: Callable[..., Path]) -> None:
        path = folder(ACTIVE, [MATCH], [], predicate="BREWS")
        (line,) = loosen(path)
        assert line.startswith(f"{path}/relations/own.yaml:2: predicate: ")


class TestCommand:
    def call(self, folder: Path, *more: str) -> tuple[int, list[str], str]:
        command = ["check", "--loosen", "--patterns", str(folder), *more]
        result = CliRunner().invoke(app, command)
        return result.exit_code, result.stdout.splitlines(), result.stderr

    def test_findings_are_sorted_with_their_lines(self, folder: Callable[..., Path]) -> None:
        path = folder(ACTIVE, [MATCH], [], paths=PATHS.replace("[subj, borrowed]", "[subj]"))
        assert self.call(path) == (
            1,
            [
                f"{path}/relations/own.yaml:2: brews: trigger LEMMA",
                f"{path}/relations/own.yaml:2: brews: trigger TAG beside LEMMA",
                f"{path}/relations/paths.yaml:3: subj: node argument DEP",
                f"{path}/relations/paths.yaml:8: obj: node argument DEP",
            ],
            "4 findings\n",
        )

    def test_none(self, folder: Callable[..., Path]) -> None:
        stray = MATCH[:-1] + " near [macrophages](CELL) near [IL-4](CYTOKINE)"
        body = ACTIVE.replace(", TAG: VBP", "")
        path = folder(body, [stray], [REJECT], paths=PATHS.replace("[subj, borrowed]", "[subj]"))
        assert self.call(path) == (0, [], "0 findings\n")

    def test_gold_is_no_rule(self, folder: Callable[..., Path]) -> None:
        code, lines, told = self.call(folder(ACTIVE, [MATCH], []), "--gold", "gold.jsonl")
        assert (code, lines) == (2, [])
        assert "leave --gold and --reviews out" in told
