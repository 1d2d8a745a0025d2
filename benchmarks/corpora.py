"""Mentions of the whole route against public corpora with other guidelines.

    python benchmarks/corpora.py [CORPORA]     (default: ../shared/corpora; no part of the tests)

Relaxed: same label and overlapping spans. The corpora mark more (any chemical) or other
things (adjectives, bare "cell") than our guidelines, so the figures are lower bounds.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from pipeline.annotate import Settings
from pipeline.distribute import annotate_all
from pipeline.records import Document

# corpus -> (file, documents, corpus type -> our label)
CORPORA = {
    "biored": ("biored/dev.jsonl", 84, {"DiseaseOrPhenotypicFeature": "DISEASE"}),
    "ddi": ("ddi/dev.jsonl", 60, {"DRUG": "DRUG", "BRAND": "DRUG", "GROUP": "DRUG"}),
    "genia_event": (
        "genia_event/dev.jsonl",
        40,
        {"Cell_natural": "CELL", "Cell_cultured": "CELL"},
    ),
    "anatem": ("anatem/dev.jsonl", 100, {"Cell": "CELL"}),
}
BARE = {"cell", "cells"}  # no mention by our guidelines


def score(folder: Path, name: str) -> str:
    """One line: precision and recall of the corpus's label."""
    file, limit, types = CORPORA[name]
    lines = (folder / file).read_text(encoding="utf-8").splitlines()[:limit]
    rows = [json.loads(line) for line in lines]
    documents = [Document(f"{i}", row["text"]) for i, row in enumerate(rows)]
    (label,) = set(types.values())
    right = predicted = found = wanted = 0
    for row, annotation in zip(rows, annotate_all(documents, Settings()), strict=True):
        text = row["text"]
        gold = [
            (e["start"], e["end"])
            for e in row["entities"]
            if e["type"] in types and text[e["start"] : e["end"]].lower() not in BARE
        ]
        mine = [(m.start, m.end) for m in annotation.mentions if m.label == label]
        right += sum(any(a < d and c < b for c, d in gold) for a, b in mine)
        found += sum(any(a < d and c < b for c, d in mine) for a, b in gold)
        predicted += len(mine)
        wanted += len(gold)
    return (
        f"{name} {label}: {len(rows)} documents, precision {right}/{predicted} = "
        f"{right / predicted:.3f}, recall {found}/{wanted} = {found / wanted:.3f}"
    )


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/corpora")
    if not folder.is_dir():
        sys.exit(f"no corpora at {folder}; name their folder")
    for name in CORPORA:
        print(score(folder, name))


if __name__ == "__main__":
    main()
