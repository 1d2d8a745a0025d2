"""Tables that an older version wrote can still be put together anew."""

from __future__ import annotations

from pathlib import Path

from pipeline.concepts import COLUMNS
from pipeline.roll_up import read_run
from pipeline.tabulate import RELATION_COLUMNS


def test_relations_without_signs(tmp_path: Path) -> None:
    columns = [name for name in RELATION_COLUMNS if name != "signs"]
    cells = ["true" if name == "negated" else "x" for name in columns]
    lines = f"{','.join(columns)}\n{','.join(cells)}\n"
    (tmp_path / "relations.csv").write_text(lines, encoding="utf-8")
    (tmp_path / "concepts.csv").write_text(",".join(COLUMNS) + "\n", encoding="utf-8")
    relations, _ = read_run(tmp_path)
    assert [(row["negated"], row["hedged"]) for row in relations] == [(True, False)]
