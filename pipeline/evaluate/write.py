"""An evaluation on disk: tables, one JSON file with all figures, the curve, a page to look at."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from pipeline.evaluate.bands import band_rows
from pipeline.evaluate.errors import COLUMNS
from pipeline.evaluate.intervals import Row
from pipeline.evaluate.registers import PARTS
from pipeline.evaluate.reliability import reliability_svg
from pipeline.evaluate.report import Evaluation
from pipeline.evaluate.rule_yield import RULE_COLUMNS
from pipeline.tabulate import neutralise_cell

COMPARE_COLUMNS = ["part", "name", "metric", "before", "after", "difference", "low", "high", "p"]


def write_evaluation(
    evaluation: Evaluation,
    folder: str | Path,
    about: Mapping[str, object] | None = None,
    comparison: Sequence[Row] = (),
) -> list[Path]:
    """Write everything into a folder, made if need be; returns the paths.

    ``about`` says how the figures came about (options, versions, gold files). Each file is
    replaced as a whole, so none is ever half written. Raises OSError.
    """
    from pipeline.evaluate.page import evaluation_page

    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    about = about or {}
    tables: dict[str, tuple[Sequence[Row], list[str] | None]] = {
        "scores_mentions": (evaluation.mentions, None),
        "scores_relations": (evaluation.relations, None),
        "scores_attributes": (evaluation.attributes, None),
        "scores_registers": (evaluation.registers, None),
        "scores_rules": (evaluation.rules, RULE_COLUMNS),
        "scores_bands": (band_rows(evaluation.bands), None),
        "errors": (evaluation.errors, COLUMNS),
    }
    if comparison:
        tables["comparison"] = (comparison, COMPARE_COLUMNS)
    texts = {f"{name}.csv": _csv(rows, columns) for name, (rows, columns) in tables.items()}
    texts["reliability.svg"] = reliability_svg(evaluation.bands)
    figures = as_json(evaluation, about, comparison)
    texts["evaluation.json"] = json.dumps(figures, ensure_ascii=False, indent=1) + "\n"
    texts["evaluation.html"] = evaluation_page(evaluation, about, comparison)
    for name, text in texts.items():
        _replace(folder / name, text)
    return [folder / name for name in texts]


def as_json(
    evaluation: Evaluation, about: Mapping[str, object], comparison: Sequence[Row] = ()
) -> dict[str, object]:
    """All figures, with the counts of each document (tp, fp, fn); undefined ones are null."""
    return {
        "about": dict(about),
        "n_gold": evaluation.n_gold,
        "n_annotated": evaluation.n_annotated,
        "n_ignored": evaluation.n_ignored,
        "mentions": evaluation.mentions,
        "relations": evaluation.relations,
        "attributes": evaluation.attributes,
        "registers": evaluation.registers,
        "rules": evaluation.rules,
        "bands": band_rows(evaluation.bands),
        "curve": evaluation.curve,
        "comparison": list(comparison),
        "documents": [
            {
                "doc_id": one.doc_id,
                "register": one.register,
                "digest": one.digest,
                "recall_only": one.recall_only,
                **{part: {n: one.counts[part, n] for n in names} for part, names in PARTS.items()},
            }
            for one in evaluation.documents
        ],
    }


def write_rows(path: Path, rows: Sequence[Row], columns: list[str]) -> None:
    """Write rows as one CSV file, whole or not at all. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    _replace(path, _csv(rows, columns))


def _replace(path: Path, text: str) -> None:
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(text, encoding="utf-8", newline="\n")
    os.replace(draft, path)


def _csv(rows: Sequence[Row], columns: list[str] | None) -> str:
    import pandas as pd

    cells = [{key: _cell(value) for key, value in row.items()} for row in rows]
    frame = pd.DataFrame(cells, columns=columns, dtype=object)
    return str(frame.to_csv(index=False, lineterminator="\n"))


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}"
    return neutralise_cell(value) if isinstance(value, str) else value
