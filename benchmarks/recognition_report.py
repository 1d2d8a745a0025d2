"""The rows of benchmarks/recognition.py as Markdown tables with captions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from span_scores import Counts

Row = dict[str, Any]

MENTION_CAPTION = (
    "Mentions, in percent, by character offsets. Gold is reconciled with the project's guidelines: "
    "cells without species and activation state, *gene* and *mRNA* cut off, no bare *cells*, of "
    "nested mentions the longest; what they leave in doubt (regions of DNA, fragments of "
    "coordinations, discontinuous mentions) is neutral, neither right nor wrong. *As published* "
    "are all mentions of the mapped types as the corpus has them, bare *cells* and discontinuous "
    "ones neutral. Strict: same start, end and label; relaxed: same label and overlapping, one to "
    "one. A set is scored on the labels that it marks exhaustively. *model*: the embedded model's "
    "NER alone; *recogniser*: all layers, settled; *tables*: the term tables alone, without the "
    "forms that need a context."
)
TREE_CAPTION = (
    "Trees of the model alone, in percent, from raw text, on the treebank's own words: a word that "
    "the tokenizer cuts is merged and keeps the head of its root; words that it joins count as "
    "wrong, and are left out of the columns *apart*. UAS and LAS leave punctuation out. Names "
    "count as common nouns, lemmas in lower case. A sentence is right when its first and last "
    "character are. All but GENIA's UD 1 are scored against trees converted as for training."
)
SPEED_CAPTION = "Tokens a second of CPU time, one thread: tokenizer with model, recogniser, both."


def percent(share: float | None) -> str:
    """One decimal; empty where nothing could be counted."""
    return "" if share is None else f"{100 * share:.1f}"


def _rates(counts: Counts) -> list[str]:
    return [percent(counts.precision), percent(counts.recall), percent(counts.f1)]


def _lines(head: Sequence[str], rows: Iterable[Sequence[object]], names: int) -> Iterator[str]:
    """A Markdown table whose first ``names`` columns are words."""
    yield "| " + " | ".join(head) + " |"
    yield "| " + " | ".join(["---"] * names + ["---:"] * (len(head) - names)) + " |"
    for row in rows:
        yield "| " + " | ".join(map(str, row)) + " |"


def mention_table(rows: Iterable[Row]) -> Iterator[str]:
    """One line a set, label and system."""
    head = ["set", "label", "system", "gold", "strict P", "R", "F1", "relaxed P", "R", "F1"]
    head += ["published gold", "strict F1"]

    def cells(row: Row) -> list[object]:
        strict, relaxed = Counts(**row["strict"]), Counts(**row["relaxed"])
        plain = Counts(**row["published"]) if "published" in row else None
        names = [row["set"], row["label"], row["system"]]
        last = [plain.gold, percent(plain.f1)] if plain else ["", ""]
        return [*names, strict.gold, *_rates(strict), *_rates(relaxed), *last]

    yield from (MENTION_CAPTION, "", *_lines(head, map(cells, rows), 3))


def tree_table(rows: Iterable[Row]) -> Iterator[str]:
    """One line a treebank."""
    head = ["treebank", "words", "cut", "joined", "tag", "lemma", "UAS", "LAS"]
    head += ["UAS apart", "LAS apart", "sentence F1"]
    counted = ("set", "words", "cut", "joined")
    rates = ("tag", "lemma", "uas", "las", "uas_apart", "las_apart", "sentence_f1")
    cells = ([row[key] for key in counted] + [percent(row[key]) for key in rates] for row in rows)
    yield from (TREE_CAPTION, "", *_lines(head, cells, 1))


def speed_table(rows: Iterable[Row]) -> Iterator[str]:
    """One line a set of texts."""
    head = ["texts", "tokens", "model", "recogniser", "together"]
    cells = (
        [f"{row['set']} ({row['texts']})", row["tokens"]]
        + [f"{row[key]:.0f}" for key in ("model", "recogniser", "together")]
        for row in rows
    )
    yield from (SPEED_CAPTION, "", *_lines(head, cells, 1))
