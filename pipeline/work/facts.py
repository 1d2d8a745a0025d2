"""``network.csv`` of more relations than fit in memory: sorted on disk by what they join."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

from pipeline.network import facts_of, pair_of, rank
from pipeline.tabulate import Row
from pipeline.work.sorted_lines import Sorter

# What a fact is made of.
_NEEDED = (
    "relation_id", "doc_id", "predicate", "effect", "negated", "hedged", "score",
    "sentence_start", "subject_start", "object_start", "subject_name", "subject_text",
    "object_name", "object_text", "marked_sentence",
)  # fmt: skip


class Facts:
    """Takes the rows of relations, document by document, and gives the rows of facts; both may
    stand in files below ``folder`` in between."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._relations = Sorter(folder, "relations")

    def add(self, relations: Iterable[Row]) -> None:
        """The relations of one document, in their order."""
        for row in relations:
            self._relations.add([*pair_of(row), {name: row[name] for name in _NEEDED}])

    def rows(self) -> Iterator[Row]:
        """The facts, the best supported first; see :func:`pipeline.network.network`."""
        facts = Sorter(self._folder, "facts")
        for pair, lines in groupby(self._relations.lines(), key=lambda line: tuple(line[:-1])):
            for fact in facts_of(pair, (line[-1] for line in lines)):
                facts.add([*rank(fact), fact])
        for line in facts.lines():
            yield line[-1]
