"""``patterns/cues/chemicals.yaml``: what tells that a chemical is a drug."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.patterns_data import PatternError, expand_lists, read_yaml, without_lines
from pipeline.recognise.fine import fine_words, fold

LISTS = (
    "laboratory", "endogenous", "protein_ends", "heads_after", "tails", "classes", "virtues",
    "effects", "doses", "modifiers", "carriers", "persons", "infects",
)  # fmt: skip
ROLES = ("object", "passive", "subject", "code")  # other keys of `uses` are prepositions


@dataclass(frozen=True)
class ChemicalCues:
    """Folded words, stems and codes. ``uses`` maps a role or a preposition to the lemmas
    that a mention depends on in it; ``skip`` counts tokens between a mention and a cue."""

    suffixes: tuple[str, ...]
    prefixes: tuple[str, ...]
    stem_exceptions: frozenset[str]
    drug_words: frozenset[str]
    codes: re.Pattern[str]
    no_codes: re.Pattern[str]
    free_codes: re.Pattern[str]
    ions: re.Pattern[str]
    lists: dict[str, frozenset[str]]
    uses: dict[str, frozenset[str]]
    skip: int

    def has_stem(self, word: str) -> bool:
        """Whether a folded word is built like a non-proprietary name."""
        if word in self.stem_exceptions:
            return False
        return bool(self.stems(word))

    def stems(self, word: str) -> list[str]:
        """The stems of a folded word, exceptions too; a stem alone (*dopa*) has none."""
        if not (word.endswith(self.suffixes) or word.startswith(self.prefixes)):
            return []  # two calls in C settle nearly every word
        ends = [stem for stem in self.suffixes if word.endswith(stem) and word != stem]
        return ends + [stem for stem in self.prefixes if word.startswith(stem) and word != stem]

    def is_code(self, text: str) -> bool:
        """Whether a whole mention is written like a company's code."""
        return bool(self.codes.fullmatch(text)) and not self.no_codes.fullmatch(text)

    def codes_in(self, text: str) -> list[tuple[int, int]]:
        """Characters of what is written like a code; years, genes and lines may be, too."""
        found = self.free_codes.finditer(text)
        return [match.span() for match in found if not self.no_codes.fullmatch(match[0])]


def read_chemical_cues(folder: Path) -> ChemicalCues:
    """Raises PatternError when a key is missing, an example lacks its stem, an exception has
    none, or a code is no regular expression."""
    path = folder / "cues" / "chemicals.yaml"
    data = without_lines(read_yaml(path))
    try:
        lists = expand_lists(data["lists"], str(path))
        uses = expand_lists(data["uses"], str(path))
        cues = ChemicalCues(
            tuple(data["suffixes"]),
            tuple(data["prefixes"]),
            frozenset(data["stem_exceptions"]),
            frozenset(data["drug_words"]),
            _any_of(data["codes"], path),
            _any_of(data["no_codes"], path),
            re.compile(
                rf"(?=[A-Z])(?<![\w-])(?:{_any_of(data['free_codes'], path).pattern})(?![\w-])"
            ),
            _any_of(data["ions"], path),
            {name: _both_forms(lists[name]) for name in LISTS},
            {role: frozenset(words) for role, words in uses.items()},
            int(data["skip"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        if isinstance(error, PatternError):
            raise
        raise PatternError(f"{path}:1: missing or wrong: {error}") from error
    _check(cues, data, set(lists), path)
    return cues


def _both_forms(words: list[str]) -> frozenset[str]:
    # *LPS* in a text is no plural; *lps* in a list looks like one
    return frozenset(map(fold, words)) | frozenset(word.lower() for word in words)


def _any_of(patterns: list[str], path: Path) -> re.Pattern[str]:
    try:
        return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
    except re.error as error:
        raise PatternError(f"{path}:1: codes: not a regular expression: {error}") from error


def _free(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?=[A-Z])(?<![\w-])(?:{pattern})(?![\w-])")


def _check(cues: ChemicalCues, data: dict[str, Any], lists: set[str], path: Path) -> None:
    problems = [f"list {name!r} is not used" for name in sorted(lists - set(LISTS))]
    problems += [f"uses: {role!r} is missing" for role in ROLES if role not in cues.uses]
    for side in ("suffixes", "prefixes"):
        for stem, example in data[side].items():
            fits = example.endswith(stem) if side == "suffixes" else example.startswith(stem)
            if not fits or not any(cues.has_stem(fold(word)) for word in fine_words(example)):
                problems.append(f"{side}: {example!r} is no name with {stem!r}")
    problems += [
        f"stem_exceptions: {word!r} has no stem"
        for word in sorted(cues.stem_exceptions)
        if not cues.stems(word)
    ]
    if problems:
        raise PatternError(f"{path}:1: {'; '.join(problems)}")
