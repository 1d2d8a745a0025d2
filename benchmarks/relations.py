"""Cell-cytokine relations against TCRE's labelled pairs, at their natural frequency.

    python benchmarks/relations.py CORPORA [--min-score X] [--errors FILE]

CORPORA is the folder that holds ``tcre/dev.jsonl`` (single sentences of open-access articles,
one cell and one cytokine each, labelled whether the sentence states the relation). A pair
counts as found when some relation of the task's predicate that is not denied joins mentions
that overlap the two. ACTS_ON is scored twice, since TCRE's reading is narrower than ours:
*inducing* keeps differentiation and polarization whose effect is not negative.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.evaluate.intervals import f1_score, ratio, wilson
from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.route import Settings, annotate

INDUCING = {"differentiation", "polarization"}
Reading = Callable[[Relation], bool]
READINGS: list[tuple[str, str, Reading]] = [
    ("SECRETES", "all", lambda relation: True),
    ("ACTS_ON", "all", lambda relation: True),
    (
        "ACTS_ON",
        "inducing",
        lambda relation: relation.function in INDUCING and relation.effect != "negative",
    ),
]


@dataclass(frozen=True, slots=True)
class Pair:
    """One labelled pair with what the extractor says of its sentence."""

    row: dict[str, Any]
    annotation: Annotation

    def found(self, predicate: str, reading: Reading) -> Relation | None:
        """The surest relation that joins the pair, in this reading."""
        joining = [
            relation
            for relation in self.annotation.relations
            if relation.predicate == predicate
            and not relation.negated
            and reading(relation)
            and self._is(relation.subject, relation.object)
        ]
        return max(joining, key=lambda relation: relation.score, default=None)

    def _is(self, one: Mention, other: Mention) -> bool:
        cell, cytokine = (one, other) if one.label == "CELL" else (other, one)
        return self._touches(cell, "cell") and self._touches(cytokine, "cytokine")

    def _touches(self, mention: Mention, role: str) -> bool:
        """The labelled words are the mention or its short form."""
        span = self.row[role]
        same = [m for m in self.annotation.mentions if m.alias_of == mention.mention_id]
        return any(m.start < span["end"] and span["start"] < m.end for m in (mention, *same))


def read_pairs(path: Path, min_score: float | None = None) -> list[Pair]:
    """The pairs in scope, each sentence annotated once; OSError when there is no such file."""
    lines = path.read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["in_scope"]]
    documents = {row["doc"]: Document(row["doc"], row["text"]) for row in rows}
    done = {
        a.document.doc_id: a
        for a in annotate(list(documents.values()), Settings(min_score=min_score))
    }
    return [Pair(row, done[row["doc"]]) for row in rows]


def main() -> None:
    parser = argparse.ArgumentParser(description="Score against TCRE's labelled pairs.")
    parser.add_argument("corpora", type=Path, help="folder that holds tcre/dev.jsonl")
    parser.add_argument("--errors", type=Path, help="write every miss and false pair here (CSV)")
    parser.add_argument("--min-score", type=float, help="lowest score of a relation")
    options = parser.parse_args()
    pairs = read_pairs(options.corpora / "tcre" / "dev.jsonl", options.min_score)
    errors: list[list[object]] = []
    for predicate, name, reading in READINGS:
        counts = {"tp": 0, "fp": 0, "fn": 0}
        for pair in pairs:
            if pair.row["task"] != predicate:
                continue
            relation, label = pair.found(predicate, reading), pair.row["label"]
            outcome = {(True, True): "tp", (True, False): "fp", (False, True): "fn"}.get(
                (relation is not None, label)
            )
            if outcome:
                counts[outcome] += 1
            if outcome in {"fp", "fn"} and name == "all":
                cell, cytokine = pair.row["cell"]["text"], pair.row["cytokine"]["text"]
                rule = relation.rule if relation else ""
                errors.append([predicate, outcome, cell, cytokine, rule, pair.row["text"]])
        print(_line(predicate, name, **counts))
    if options.errors:
        with options.errors.open("w", newline="", encoding="utf-8") as handle:
            writer = csv.writer(handle, lineterminator="\n")
            writer.writerow(["predicate", "outcome", "cell", "cytokine", "rule", "sentence"])
            writer.writerows(errors)


def _line(predicate: str, name: str, tp: int, fp: int, fn: int) -> str:
    parts = [f"{predicate:9} {name:9} tp {tp:3} fp {fp:3} fn {fn:3}"]
    for letter, total in (("P", tp + fp), ("R", tp + fn)):
        low, high = wilson(tp, total)
        rate = ratio(tp, total)
        parts.append(
            f"{letter} -" if rate is None else f"{letter} {rate:.3f} ({low:.2f}-{high:.2f})"
        )
    score = f1_score(tp, fp, fn)
    return "  ".join([*parts, "F1 -" if score is None else f"F1 {score:.3f}"])


if __name__ == "__main__":
    main()
