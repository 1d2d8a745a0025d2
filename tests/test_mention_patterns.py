"""Every example of every mention pattern, and the schema of the files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from spacy.vocab import Vocab

from pipeline.check import mention_pattern_findings
from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.recognise.fine import fine_text
from pipeline.recognise.mention_patterns import (
    Located,
    PatternMatcher,
    read_mention_patterns,
)


def examples() -> Iterator[object]:
    for located in read_mention_patterns(default_patterns_dir()):
        pattern = located.pattern
        for kind, texts in (("matches", pattern.matches), ("rejects", pattern.rejects)):
            for text in texts:
                one = {"matches": [], "rejects": [], kind: [text]}
                alone = Located(pattern.model_copy(update=one), located.where)
                yield pytest.param(alone, id=f"{pattern.id}-{kind}-{text[:50]}")


@pytest.mark.parametrize("located", list(examples()))
def test_example(located: Located, vocab: Vocab) -> None:
    assert list(mention_pattern_findings(located, vocab)) == []


GOOD = """\
lists:
  colors: [red, green]
patterns:
  - id: colored-cell
    label: CELL
    why: for tests
    pattern: [{LOWER: {IN: $colors}}, {NORM: cell}]
    matches: ["[red cells](CELL)"]
"""


def written(folder: Path, content: str) -> Path:
    path = folder / "mentions" / "own.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


class TestReading:
    def test_lists_are_filled_in(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD)
        (located,) = read_mention_patterns(tmp_path)
        assert located.where == f"{path}:4"
        assert located.pattern.pattern == [{"LOWER": {"IN": ["red", "green"]}}, {"NORM": "cell"}]

    @pytest.mark.parametrize(
        ("old", "new", "says"),
        [
            ("label: CELL", "label: CELLS", "unknown label 'CELLS'"),
            ("$colors", "$shapes", "no word list named '\\$shapes'"),
            ("    why: for tests\n", "", "why: Field required"),
            ("why: for tests", "why: for tests\n    trimm: 1", "trimm: Extra inputs"),
            ('matches: ["[red cells](CELL)"]', "matches: []", "matches: List should have"),
            ("pattern: [{LOWER: {IN: $colors}}, {NORM: cell}]", "pattern: []", "pattern: List"),
        ],
    )
    def test_a_bad_pattern_is_named_with_its_line(
        self, tmp_path: Path, old: str, new: str, says: str
    ) -> None:
        assert old in GOOD
        path = written(tmp_path, GOOD.replace(old, new))
        with pytest.raises(PatternError, match=says) as caught:
            read_mention_patterns(tmp_path)
        assert str(caught.value).startswith(f"{path}:4: ")

    def test_an_id_twice(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD + GOOD.partition("patterns:\n")[2])
        with pytest.raises(PatternError, match=r"own.yaml:9: id 'colored-cell' is taken by") as e:
            read_mention_patterns(tmp_path)
        assert str(e.value).endswith(f"{path}:4")

    def test_a_key_that_spacy_does_not_know(self, tmp_path: Path, vocab: Vocab) -> None:
        path = written(tmp_path, GOOD.replace("{NORM: cell}", "{NORMAL: cell}"))
        with pytest.raises(PatternError, match=f"{path}:4: "):
            PatternMatcher(read_mention_patterns(tmp_path), vocab)

    def test_broken_yaml_is_named_with_its_line(self, tmp_path: Path) -> None:
        path = written(tmp_path, GOOD.replace("[red, green]", "[red, green"))
        with pytest.raises(PatternError, match="not valid YAML") as caught:
            read_mention_patterns(tmp_path)
        assert str(caught.value).startswith(f"{path}:3: ")


class TestMatcher:
    def run(self, vocab: Vocab, folder: Path, extra: str, text: str) -> list[str]:
        written(folder, GOOD + extra)
        matcher = PatternMatcher(read_mention_patterns(folder), vocab)
        return [text[c.start : c.end] for c in matcher(fine_text(text))]

    def test_trim_leaves_context_out(self, vocab: Vocab, tmp_path: Path) -> None:
        assert self.run(vocab, tmp_path, "    trim: 1\n", "two red cells") == ["cells"]
        assert self.run(vocab, tmp_path, "    trim_end: 1\n", "two red cells") == ["red"]

    def test_trimmed_to_nothing_is_no_mention(self, vocab: Vocab, tmp_path: Path) -> None:
        extra = "    trim: 1\n    trim_end: 1\n"
        assert self.run(vocab, tmp_path, extra, "two red cells") == []

    def test_candidate_carries_concept_and_pattern(self, vocab: Vocab, tmp_path: Path) -> None:
        written(tmp_path, GOOD + "    name: tinted cell\n    concept_id: X:1\n")
        matcher = PatternMatcher(read_mention_patterns(tmp_path), vocab)
        (found,) = matcher(fine_text("Green cell"))
        assert (found.name, found.concept_id, found.source) == (
            "tinted cell",
            "X:1",
            "colored-cell",
        )
        assert (found.label, found.layer) == ("CELL", "patterns")
