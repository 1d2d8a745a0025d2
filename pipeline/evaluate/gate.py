"""The gate: lowest figures as data, and what fell below them, with the rows to look at.

mentions:
  CYTOKINE: {f1: 0.97}
relations:
  ALL: {precision: 0.80, recall: 0.60}
attributes:
  negated: {f1: 0.75}      # of value true; effect and function: accuracy
concepts:
  CYTOKINE: {accuracy: 0.98}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.evaluate.intervals import Row
from pipeline.evaluate.report import Evaluation
from pipeline.evaluate.scores import ALL, ATTRIBUTES
from pipeline.patterns_data import PatternError, line_of, read_yaml, without_lines
from pipeline.records import LABELS, PREDICATES

SECTIONS = {
    "mentions": (*LABELS, ALL),
    "relations": (*PREDICATES, ALL),
    "attributes": tuple(ATTRIBUTES),
    "concepts": (*LABELS, ALL),
}
KINDS = {"precision": ("false",), "recall": ("missed",), "f1": ("false", "missed")}


# What is measured of each. The flags are rare, so that their accuracy would say little; effect
# and function have no value that stands out, so that a precision would not say of what.
RATES = ("precision", "recall", "f1")
METRICS: dict[str, tuple[str, ...]] = {"concepts": ("accuracy",)}
METRICS_OF_ATTRIBUTES: dict[str, tuple[str, ...]] = {
    "effect": ("accuracy",),
    "function": ("accuracy",),
}


@dataclass(frozen=True, slots=True)
class Fall:
    """A figure below its threshold (``value`` None: undefined), with the errors behind it."""

    section: str
    name: str
    metric: str
    least: float
    value: float | None
    rows: tuple[Row, ...]


Gate = Mapping[str, Mapping[str, Mapping[str, float]]]  # section, name, metric


def read_gate(path: Path) -> Gate:
    """The thresholds of a YAML file. Raises PatternError, ``file:line``, for what is no gate."""
    if not path.is_file():
        raise PatternError(f"{path}: no such file; the gate of the gold set is its gate.yaml")
    data = read_yaml(path)
    gate: dict[str, dict[str, dict[str, float]]] = {}
    for section in without_lines(data):
        if section == "why":
            continue
        names = data[section]
        if section not in SECTIONS or not isinstance(names, dict):
            raise PatternError(
                f"{path}:{line_of(data, section)}: {section!r} is none of {', '.join(SECTIONS)}"
            )
        gate[section] = {
            name: _thresholds(path, section, name, names) for name in without_lines(names)
        }
    if not any(gate.values()):
        raise PatternError(f"{path}:1: no threshold at all; a gate that cannot fail is none")
    return gate


def _thresholds(path: Path, section: str, name: str, names: dict[str, Any]) -> dict[str, float]:
    where = f"{path}:{line_of(names, name)}: {section}: {name}"
    if name not in SECTIONS[section]:
        raise PatternError(f"{where} is unknown; known are {', '.join(SECTIONS[section])}")
    figures = without_lines(names[name])
    if not isinstance(figures, dict) or not figures:
        raise PatternError(f"{where}: no threshold; write {{f1: 0.9}}")
    metrics: tuple[str, ...] = METRICS_OF_ATTRIBUTES.get(name, METRICS.get(section, RATES))
    for metric, least in figures.items():
        if metric not in metrics:
            raise PatternError(f"{where}: {metric!r} is not measured; {', '.join(metrics)} are")
        if isinstance(least, bool) or not isinstance(least, int | float) or not 0 <= least <= 1:
            raise PatternError(f"{where}: {metric} is {least!r}, not a number from 0 to 1")
    return {metric: float(least) for metric, least in figures.items()}


def falls(gate: Gate, evaluation: Evaluation) -> list[Fall]:
    """What is below its threshold or cannot be measured, in the order of the gate."""
    return [
        Fall(section, name, metric, least, value, tuple(_behind(evaluation, section, name, metric)))
        for section, names in gate.items()
        for name, thresholds in names.items()
        for metric, least in thresholds.items()
        if (value := _figure(evaluation, section, name, metric)) is None or value < least
    ]


def _figure(evaluation: Evaluation, section: str, name: str, metric: str) -> float | None:
    """The figure that a threshold is about, by relaxed matching; None where undefined."""
    rows: Sequence[Row]
    if section in ("mentions", "relations"):
        key = "label" if section == "mentions" else "predicate"
        rows = [
            row
            for row in (evaluation.mentions if section == "mentions" else evaluation.relations)
            if (row["matching"], row[key], row["subset"]) == ("relaxed", name, "all")
        ]
    else:
        attribute, over = (name, None) if section == "attributes" else ("concept_name", name)
        value = ALL if metric == "accuracy" else "true"
        rows = [
            row
            for row in evaluation.attributes
            if row["attribute"] == attribute
            and row["value"] == value
            and over in (None, row["over"])
        ]
    figure = rows[0].get(metric) if rows else None
    return figure if isinstance(figure, float) else None


def _behind(evaluation: Evaluation, section: str, name: str, metric: str) -> Iterator[Row]:
    for row in evaluation.errors:
        part = "relation" if section in ("relations", "attributes") else "mention"
        if row["part"] != part:
            continue
        if section == "attributes":
            wanted = row["kind"] == "attribute" and f"{name} in gold" in str(row["note"])
        elif section == "concepts":
            wanted = row["kind"] == "name" and name in (ALL, row["name"])
        else:
            wanted = row["kind"] in KINDS[metric] and name in (ALL, row["name"])
        if wanted:
            yield row


def format_falls(fallen: Sequence[Fall], rows: int = 20) -> str:
    """What fell, each with at most ``rows`` of the errors behind it, as plain text."""
    lines: list[str] = []
    for fall in fallen:
        value = "undefined (gold has nothing to measure it on)"
        if fall.value is not None:
            value = f"{fall.value:.3f}"
        lines.append(f"{fall.section} {fall.name}: {fall.metric} {value}, at least {fall.least:g}")
        for row in fall.rows[:rows]:
            note = f" ({row['note']})" if row["note"] else ""
            lines.append(
                f"  {row['doc_id']}: {row['kind']} {row['name']}{note}: {row['marked_sentence']}"
            )
        if len(fall.rows) > rows:
            lines.append(f"  and {len(fall.rows) - rows} more; all are in errors.csv (-o DIR)")
    return "\n".join(lines)
