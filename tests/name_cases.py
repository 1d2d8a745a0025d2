"""Reads ``tests/names/*.yaml``: constructions in their wanted sense, each with a twin in
which the same or a look-alike string means something else.

Every mention of a text is marked, ``[words](LABEL concept specificity)``; a drug may hold
its target, ``[anti-[TNF-α](CYTOKINE TNF specific) antibody](DRUG)``. A concept of several
words stands in quotes, ``-`` says that there is none, and what is left out is not judged.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.records import LABELS, SPECIFICITIES

FOLDER = Path(__file__).parent / "names"
_LABEL = f"(?:{'|'.join(LABELS)})"
_INNER = re.compile(rf"\[([^\[\]]+)\]\(({_LABEL}(?: [^()]*|))\)")
_OPEN, _CLOSE = "\ue000", "\ue001"  # private characters that keep the place of an inner mark


@dataclass(frozen=True, slots=True)
class Expected:
    """A mention at characters ``start:end``. ``concept`` is None where it is not judged,
    empty where there is none; ``specificity`` is None where it is not judged."""

    start: int
    end: int
    label: str
    concept: str | None = None
    specificity: str | None = None


@dataclass(frozen=True, slots=True)
class NameCase:
    """One text of a case; ``kind`` is what the case is about."""

    id: str
    kind: str
    text: str
    expected: tuple[Expected, ...]


def read_case_text(marked: str) -> tuple[str, tuple[Expected, ...]]:
    """The plain text and its mentions, sorted. Raises ValueError for a mark it cannot read."""
    marks: list[str] = []

    def keep(match: re.Match[str]) -> str:
        marks.append(match[2])
        return f"{_OPEN}{len(marks) - 1}:{match[1]}{_CLOSE}"

    previous = None
    while previous != marked:  # from the inside out
        previous, marked = marked, _INNER.sub(keep, marked)
    if re.search(rf"\]\({_LABEL}", marked):
        raise ValueError(f"unclosed mark in {marked!r}")
    text, found, open_marks = "", [], []
    for part in re.split(rf"({_OPEN}\d+:|{_CLOSE})", marked):
        if part.startswith(_OPEN):
            open_marks.append((int(part[1:-1]), len(text)))
        elif part == _CLOSE:
            index, start = open_marks.pop()
            found.append(_expected(start, len(text), marks[index]))
        else:
            text += part
    return text, tuple(sorted(found, key=lambda e: (e.start, -e.end, e.label)))


def _expected(start: int, end: int, mark: str) -> Expected:
    label, concept, rest = re.fullmatch(r'(\w+)(?: ("[^"]+"|\S+))?(?: (\S+))?', mark).groups()  # type: ignore[union-attr]
    if rest is not None and rest not in SPECIFICITIES:
        raise ValueError(f"unknown specificity in {mark!r}")
    name = None if concept is None else "" if concept == "-" else concept.strip('"')
    return Expected(start, end, label, name, rest)


def read_cases(folder: Path = FOLDER) -> list[NameCase]:
    """All texts of all cases: ``file:id`` for the wanted sense, ``file:id/twin`` for its twin."""
    cases: list[NameCase] = []
    for path in sorted(folder.glob("*.yaml")):
        for raw in yaml.safe_load(path.read_text(encoding="utf-8"))["cases"]:
            for suffix, key in (("", "text"), ("/twin", "twin")):
                text, expected = read_case_text(raw[key])
                case_id = f"{path.stem}:{raw['id']}{suffix}"
                cases.append(NameCase(case_id, raw["kind"], text, expected))
    return cases
