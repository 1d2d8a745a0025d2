"""Word lists for arguments and attributes, from ``patterns/cues``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError, expand_lists, read_yaml, without_lines
from pipeline.records import FUNCTIONS, LABELS


@dataclass(frozen=True)
class Cues:
    """Named sets of lemmas; ``carriers`` and ``preps`` are by label."""

    words: dict[str, frozenset[str]]
    carriers: dict[str, frozenset[str]]
    preps: dict[str, frozenset[str]]

    def has(self, name: str, lemma: str) -> bool:
        """Whether the list holds the lemma; KeyError for a list that is in no cue file."""
        return lemma in self.words[name]

    def function_of(self, lemma: str) -> str:
        """The ACTS_ON function that a noun or verb names, or empty."""
        for function in FUNCTIONS:
            if lemma in self.words.get(f"function_{function}", frozenset()):
                return function
        return ""


def read_relation_cues(folder: Path) -> Cues:
    """Raises PatternError when a list that the code names is missing."""
    words: dict[str, frozenset[str]] = {}
    carriers_path = folder / "cues" / "carriers.yaml"
    for path in (carriers_path, folder / "cues" / "attributes.yaml"):
        lists = expand_lists(read_yaml(path).get("lists", {}), str(path))
        words.update({name: frozenset(items) for name, items in lists.items()})
    preps = without_lines(read_yaml(carriers_path).get("preps", {}))
    missing = [label for label in LABELS if label not in words or label not in preps]
    if missing:
        raise PatternError(f"{carriers_path}:1: no carriers or preps for {', '.join(missing)}")
    return Cues(
        words,
        {label: words[label] | words["inverse"] for label in LABELS},
        {label: frozenset(preps[label]) for label in LABELS},
    )
