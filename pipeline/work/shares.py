"""Which share of the inputs a run reads: all of them, or those of one shard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.read.formats import Item
from pipeline.read.inputs import Place, input_files, placed_inputs
from pipeline.read.source import ReadOptions, Watch
from pipeline.records import Document

FILES_A_SHARD = 4  # with so many files for each shard, whole files are dealt out


class Share:
    """The i-th of n shares (1-based) of the inputs: every n-th file from the i-th on where there
    are many for each shard, else every n-th item. All shards together have each item, also each
    failure, once. ``documents`` counts those that were read to find them."""

    def __init__(self, inputs: Sequence[Path], shard: tuple[int, int]) -> None:
        self._inputs = inputs
        self._shard = shard
        i, n = shard
        files = input_files(inputs)
        self._by_files = n > 1 and len(files) >= FILES_A_SHARD * n
        self._slice = slice(i - 1, None, n) if self._by_files else slice(None)
        self.files = files[self._slice]
        self.documents = 0

    def items(self, read: ReadOptions, watch: Watch | None) -> Iterator[tuple[Place, Item]]:
        """The items in the order of the inputs, with their places among all of them."""
        i, n = self._shard
        found = placed_inputs(self._inputs, read, watch=watch, files=self._slice)
        for k, (place, item) in enumerate(found):
            self.documents += isinstance(item, Document)
            if self._by_files or k % n == i - 1:
                yield place, item
