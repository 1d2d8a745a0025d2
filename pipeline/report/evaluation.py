"""The last evaluation, as ``pipeline evaluate -o`` wrote it, beside the run that is reported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.tables_in import TableError
from pipeline.texts import json_of, options_of

Row = dict[str, Any]
NAME = "evaluation.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """Figures of an evaluation: rows of relations by predicate and of mentions by label, *ALL*
    first; on what it was measured, with which versions; and what makes it unlike the run."""

    n_gold: int
    gold: str
    versions: list[str]
    relations: list[Row]
    mentions: list[Row]
    warnings: list[str] = field(default_factory=list)


def find_evaluation(folder: Path, named: Path | None) -> Path | None:
    """The file that was named, else the one in the run's own folder, if there is one.

    A folder stands for the file in it. Raises TableError where a named one is missing.
    """
    if named is None:
        usual = folder / "evaluation" / NAME
        return usual if usual.is_file() else None
    path = named / NAME if named.is_dir() else named
    if not path.is_file():
        raise TableError(f"{path}: no such file; pipeline evaluate GOLD -o DIR writes {NAME}")
    return path


def read_evaluation(path: Path, run: Mapping[str, Any]) -> Measured:
    """The figures in a file, compared with what ``run.json`` says of the run.

    Raises TableError for a file that ``pipeline evaluate`` did not write.
    """
    try:
        read = json_of(path)
        about = read["about"]
        options = about.get("options") or {}
        measured = Measured(
            int(read["n_gold"]),
            _gold(options),
            _versions(about),
            _rows(read["relations"], "predicate"),
            _rows(read["mentions"], "label"),
            _warnings(about, options, run),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        raise TableError(
            f"{path}: no {NAME} of pipeline evaluate ({type(error).__name__}: {error}); make it "
            "again with pipeline evaluate GOLD -o DIR"
        ) from error
    return measured


def _gold(options: Mapping[str, Any]) -> str:
    """The names of the gold files and the part of them."""
    names = ", ".join(Path(str(one)).name for one in options.get("gold") or []) or "not said"
    parts = [f"split {options['split']}"] if options.get("split") else []
    parts += [", ".join(map(str, options["registers"]))] if options.get("registers") else []
    parts += ["mentions of gold given"] if options.get("mentions_given") else []
    return ", ".join([names, *parts])


def _versions(about: Mapping[str, Any]) -> list[str]:
    said = [
        f"{name} {of['name']} {of['version']}"
        for name in ("program", "model")
        if isinstance(of := about.get(name), Mapping)
    ]
    patterns = _hash(about)
    return [*said, *([f"patterns {patterns}"] if patterns else [])]


def _hash(about: Mapping[str, Any]) -> str:
    patterns = about.get("patterns")
    return str(patterns.get("hash", "")) if isinstance(patterns, Mapping) else ""


def _rows(rows: Sequence[Row], key: str) -> list[Row]:
    """Relaxed figures of all mentions or relations; undefined ones are None."""
    picked = [
        {
            "name": str(row[key]),
            **{name: _number(row.get(name)) for name in ("precision", "recall", "f1")},
            **{
                f"{name}_{end}": _number(row.get(f"{name}_{end}"))
                for name in ("precision", "recall")
                for end in ("low", "high")
            },
            "baseline": _number(row.get("pairs_of_predicted_f1")),
            "n_gold": int(row["tp"]) + int(row["fn"]),
        }
        for row in rows
        if row["matching"] == "relaxed" and row.get("subset", "all") == "all"
    ]
    return sorted(picked, key=lambda row: row["name"] != "ALL")


def _number(value: Any) -> float | None:
    if value is None:
        return None
    number = float(value)
    if not 0 <= number <= 1:
        raise ValueError(f"{number} is no figure from 0 to 1")
    return number


def _warnings(
    about: Mapping[str, Any], options: Mapping[str, Any], run: Mapping[str, Any]
) -> list[str]:
    ours, theirs = _hash(run), _hash(about)
    found = []
    if not theirs:
        found.append(
            "The evaluation does not say with which patterns it was made (it scored the tables of "
            "an earlier run), so it cannot be told whether it belongs to this run."
        )
    elif ours and ours != theirs:
        found.append(
            f"The patterns have changed: the evaluation was made with {theirs}, this run with "
            f"{ours}. Evaluate again before you rely on these figures."
        )
    model, measured_model = run.get("model"), about.get("model")
    if model and measured_model and model != measured_model:
        found.append("The evaluation was made with another model than this run.")
    if options_of(run).get("min_score") != options.get("min_score"):
        found.append("The lowest score of relations (--min-score) was not that of this run.")
    return found
