"""Which folders hold the shards of one run, and which of its shards."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.tables_in import TableError
from pipeline.work.entries import ENTRIES

_SHARDS = re.compile(r"(\d+(?:,\d+)*)/(\d+)")


@dataclass(frozen=True, slots=True)
class Shards:
    """Some of ``n`` shards, by their numbers from 1 on. As text ``1,3/4``."""

    numbers: frozenset[int]
    n: int

    def lacking(self) -> list[str]:
        """The others, each as ``i/n``."""
        return [f"{i}/{self.n}" for i in range(1, self.n + 1) if i not in self.numbers]

    def __str__(self) -> str:
        return ",".join(map(str, sorted(self.numbers))) + f"/{self.n}" if self.lacking() else "1/1"


ALL = Shards(frozenset({1}), 1)


def runs_of(
    folders: Sequence[Path], options: Sequence[Mapping[str, Any]]
) -> tuple[list[int], list[Shards]]:
    """The number of the run that each folder is of, from 0 on, and for each run the shards that
    the folders hold. ``options`` are those of the folders.

    Shards with the same inputs are of one run; a folder that is no shard is a run by itself.
    Raises TableError where two folders hold one shard, and where some of the folders of a run
    have no entries.
    """
    numbers: dict[Hashable, int] = {}
    order: list[int] = []
    held: list[dict[int, Path]] = []
    counts: list[int] = []
    for folder, of_folder in zip(folders, options, strict=True):
        shards = _shards(of_folder)
        inputs = tuple(dict.fromkeys(map(str, of_folder.get("inputs", ()))))
        run = numbers.setdefault((shards.n, inputs) if shards.n > 1 else folder, len(numbers))
        order.append(run)
        if run == len(held):
            held.append({})
            counts.append(shards.n)
        for number in sorted(shards.numbers):
            if other := held[run].get(number):
                raise TableError(
                    f"{other} and {folder} both hold shard {number}/{shards.n} of the same "
                    "inputs; name one of them"
                )
            held[run][number] = folder
    for of_run in held:
        _check_entries(list(of_run.values()))
    return order, [Shards(frozenset(h), n) for h, n in zip(held, counts, strict=True)]


def _shards(options: Mapping[str, Any]) -> Shards:
    found = _SHARDS.fullmatch(str(options.get("shard", "")))
    if found is None:
        return ALL
    return Shards(frozenset(map(int, found[1].split(","))), int(found[2]))


def _check_entries(folders: Sequence[Path]) -> None:
    lacking = [folder for folder in folders if not (folder / ENTRIES).is_file()]
    if lacking and len(lacking) < len(folders):
        raise TableError(
            f"{lacking[0]}: no {ENTRIES}, which other shards of its run have; run it again"
        )
