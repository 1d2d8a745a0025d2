"""Rule files that are wrong are named with file and line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hand_made import SUBJ_OBJ
from spacy.vocab import Vocab

from pipeline.patterns_data import PatternError, patterns_hash, read_yaml
from pipeline.relate.cues import read_relation_cues
from pipeline.relate.engine import Engine
from pipeline.relate.rules import Rule, read_rules

PATHS = "groups:\n  agent: [subj]\n" + SUBJ_OBJ
RULES = """\
lists:
  make: [make, brew]
rules:
  - id: brews
    why: for tests
    predicate: SECRETES
    trigger: {LEMMA: {IN: $make}}
    subject_path: [$agent]
    object_path: [obj]
    matches: ["[B cells](CELL subject) brew [IL-6](CYTOKINE object)."]
"""
TOKENS = """\
rules:
  - id: side-by-side
    why: for tests
    predicate: BINDS
    tokens: [{role: subject}, {ORTH: "-"}, {role: object}]
    matches: ["[IL-6](CYTOKINE subject)-[IL-6R](RECEPTOR object)"]
"""


@pytest.fixture
def relations(tmp_path: Path) -> Callable[..., Path]:
    """Writes ``paths.yaml`` and one rule file; gives the folder of patterns."""

    def write(rules: str = RULES, paths: str = PATHS) -> Path:
        folder = tmp_path / "relations"
        folder.mkdir(exist_ok=True)
        (folder / "paths.yaml").write_text(paths, encoding="utf-8")
        (folder / "own.yaml").write_text(rules, encoding="utf-8")
        return tmp_path

    return write


Write = Callable[..., Path]


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


class TestGood:
    def test_lists_and_groups_are_filled_in(self, relations: Write) -> None:
        folder = relations()
        book = read_rules(folder)
        (rule,) = book.rules
        assert rule.trigger == {"LEMMA": {"IN": ["make", "brew"]}}
        assert rule.subject_path == ["subj"]
        assert (rule.subjects, rule.objects) == ({"CELL"}, {"CYTOKINE"})
        assert book.where == {"brews": f"{folder}/relations/own.yaml:4"}
        assert set(book.paths) == {"subj", "obj"}

    def test_a_sequence_of_tokens(self, relations: Write, vocab: Vocab) -> None:
        book = read_rules(relations(TOKENS))
        assert book.rules[0].tokens is not None
        Engine(book, vocab)

    def test_a_rule_file_may_add_paths(self, relations: Write) -> None:
        own = changed(PATHS, "id: obj", "id: own-obj").partition("paths:\n")[2]
        rules = changed(RULES, "object_path: [obj]", "object_path: [own-obj]")
        book = read_rules(relations(f"paths:\n{own.replace('id: subj', 'id: own-subj')}{rules}"))
        assert book.rules[0].object_path == ["own-obj"]

    def test_words_that_yaml_takes_for_truth_stay_words(self, relations: Write) -> None:
        book = read_rules(relations(changed(RULES, "[make, brew]", "[make, on, off, no, yes]")))
        assert book.rules[0].trigger == {"LEMMA": {"IN": ["make", "on", "off", "no", "yes"]}}


class TestBadRules:
    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("predicate: SECRETES", "predicate: BREWS", "predicate: .*must be one of SECRETES"),
            ("    why: for tests\n", "", "why: Field required"),
            ("why: for tests", "why: for tests\n    wy: x", "wy: Extra inputs"),
            ("$make", "$brew", "no word list named '\\$brew'"),
            ("[$agent]", "[$agnt]", "no word list named '\\$agnt'"),
            ("object_path: [obj]", "object_path: [objj]", "no path named 'objj'"),
            ("    object_path: [obj]\n", "", "give trigger, subject_path and object_path"),
            ("why: for tests", "why: for tests\n    object: [CELL]", "object: SECRETES takes CYTO"),
            ("why: for tests", "why: for tests\n    subject: [CELLS]", "subject: SECRETES takes"),
            ("why: for tests", "why: for tests\n    effect: up", "effect: Input should be"),
            ("why: for tests", "why: for tests\n    score: 1.5", "score: Input should be less"),
            ("why: for tests", "why: for tests\n    function: fun", "function: .*must be one of"),
            ("    matches:", "    rejects:", "matches: Field required"),
        ],
    )
    def test_is_named_with_its_line(self, relations: Write, old: str, new: str, says: str) -> None:
        folder = relations(changed(RULES, old, new))
        with pytest.raises(PatternError, match=says) as caught:
            read_rules(folder)
        assert str(caught.value).startswith(f"{folder}/relations/own.yaml:4: ")

    def test_an_id_twice(self, relations: Write) -> None:
        folder = relations(RULES + RULES.partition("rules:\n")[2])
        with pytest.raises(PatternError, match=r"own.yaml:11: rule id 'brews' is taken by") as e:
            read_rules(folder)
        assert str(e.value).endswith("own.yaml:4")

    @pytest.mark.parametrize(
        ("old", "new"),
        [("{role: object}", "{role: subject}"), ("{role: subject}, ", "")],
    )
    def test_tokens_need_one_of_each_role(self, relations: Write, old: str, new: str) -> None:
        folder = relations(changed(TOKENS, old, new))
        with pytest.raises(PatternError, match=r"own.yaml:2: .*exactly one node with role"):
            read_rules(folder)

    def test_a_key_that_spacy_does_not_know(self, relations: Write, vocab: Vocab) -> None:
        folder = relations(changed(RULES, "LEMMA", "LEMA"))
        with pytest.raises(PatternError, match=r"own.yaml:4: "):
            Engine(read_rules(folder), vocab)

    def test_a_word_that_is_no_text(self, relations: Write) -> None:
        folder = relations(changed(RULES, "[make, brew]", "[make, 7]"))
        with pytest.raises(PatternError, match=r"own.yaml: list make: quote 7"):
            read_rules(folder)

    def test_broken_yaml(self, relations: Write) -> None:
        folder = relations(changed(RULES, "[make, brew]", "[make, brew"))
        with pytest.raises(PatternError, match=r"own.yaml:3: not valid YAML"):
            read_rules(folder)

    def test_no_mapping(self, relations: Write) -> None:
        folder = relations("- a list\n")
        with pytest.raises(PatternError, match=r"own.yaml:1: expected a mapping"):
            read_rules(folder)


class TestBadPaths:
    @pytest.mark.parametrize(
        ("old", "new", "line", "says"),
        [
            ("RIGHT_ID: argument, RIGHT_ATTRS: {DEP: dobj}", "RIGHT_ID: it, RIGHT_ATTRS: {}", 9,
             "one node 'argument'"),
            ("id: obj", "id: subj", 9, "path id 'subj' is taken"),
            ("id: obj", "id: obj\n    wy: no", 9, "wy: Extra inputs"),
            ("RIGHT_ID: trigger", "RIGHT_ID: anchor", 4, "first node must be 'trigger'"),
        ],
    )  # fmt: skip
    def test_is_named_with_its_line(
        self, relations: Write, old: str, new: str, line: int, says: str
    ) -> None:
        folder = relations(paths=changed(PATHS, old, new))
        with pytest.raises(PatternError, match=says) as caught:
            read_rules(folder)
        assert str(caught.value).startswith(f"{folder}/relations/paths.yaml:{line}: ")


class TestSchema:
    def test_a_signature_may_be_narrowed(self) -> None:
        rule = Rule.model_validate(
            {
                "id": "x", "why": "x", "predicate": "MODULATES", "object": ["CELL"],
                "tokens": [{"role": "subject"}, {"role": "object"}], "matches": ["x"],
            }
        )  # fmt: skip
        assert (rule.subjects, rule.objects) == ({"DRUG"}, {"CELL"})


class TestCues:
    def test_a_label_without_carriers_is_named(self, tmp_path: Path) -> None:
        folder = tmp_path / "cues"
        folder.mkdir()
        (folder / "carriers.yaml").write_text("lists: {CELL: [number]}\npreps: {CELL: [of]}\n")
        (folder / "attributes.yaml").write_text("lists: {}\n")
        with pytest.raises(PatternError, match=r"carriers.yaml:1: .* CYTOKINE, RECEPTOR"):
            read_relation_cues(tmp_path)


class TestFiles:
    def test_lines_are_kept_for_list_items(self, tmp_path: Path) -> None:
        path = tmp_path / "a.yaml"
        path.write_text("rules:\n  - id: a\n\n  - id: b\n", encoding="utf-8")
        assert [item["__line__"] for item in read_yaml(path)["rules"]] == [2, 4]

    def test_the_hash_sees_names_and_content(self, tmp_path: Path) -> None:
        (tmp_path / "a.yaml").write_text("x: 1\n")
        first = patterns_hash(tmp_path)
        (tmp_path / "notes.txt").write_text("ignored")
        assert patterns_hash(tmp_path) == first
        (tmp_path / "a.yaml").write_text("x: 2\n")
        second = patterns_hash(tmp_path)
        (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
        assert len({first, second, patterns_hash(tmp_path)}) == 3
