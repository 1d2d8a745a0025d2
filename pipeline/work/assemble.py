"""From the entries of a run, in order, to its tables: in one pass, in flat memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from pipeline.concepts import ConceptCounts
from pipeline.disk import sync
from pipeline.ground.targets import read_targets
from pipeline.network import network
from pipeline.result import COLUMNS
from pipeline.route import Settings, tools
from pipeline.table_writer import TableWriter, table_writer
from pipeline.tabulate import COOCCURRENCE_COLUMNS, SKIPPED_COLUMNS, Row
from pipeline.texts import FILE
from pipeline.work.entries import ENTRIES, Kept
from pipeline.work.facts import Facts
from pipeline.work.sorted_lines import LinesWriter

SHOWN_FAILURES = 50
SHOWN_FACTS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which files a run writes: the format of the tables, and those that there need not be;
    ``entries`` by which the shards of a run are joined."""

    format: str = "csv"
    cooccurrences: bool = False
    skipped: bool = False
    texts: bool = False
    entries: bool = False

    def columns(self) -> dict[str, tuple[str, ...]]:
        """The columns of each table, in the order of the README."""
        extra: dict[str, tuple[str, ...]] = {}
        if self.cooccurrences:
            extra["cooccurrences"] = COOCCURRENCE_COLUMNS
        if self.skipped:
            extra["skipped"] = SKIPPED_COLUMNS
        return {**COLUMNS, **extra}

    def files(self) -> list[str]:
        """The names of all files, in the order of the README."""
        tables = [f"{name}.{self.format}" for name in self.columns()]
        more = [*([FILE] if self.texts else []), *([ENTRIES] if self.entries else [])]
        return [*tables, "run.json", *more]


@dataclass(slots=True)
class Assembled:
    """What was written: files by the names that they shall have, numbers of rows by table, and
    the first failures and the best supported facts, to be shown."""

    files: dict[str, Path] = field(default_factory=dict)
    counts: Counter[str] = field(default_factory=Counter)
    failures: list[Row] = field(default_factory=list)
    facts: list[Row] = field(default_factory=list)


def assemble(kept: Iterable[Kept], folder: Path, wanted: Wanted, settings: Settings) -> Assembled:
    """Write the tables of the entries, which come in the order of their documents, into
    ``folder``, which is scratch. Raises OSError, and ModelError or PatternError as the route."""
    made = Assembled()
    facts, concepts = Facts(folder), ConceptCounts()
    with ExitStack() as stack:
        writers: dict[str, TableWriter] = {}
        for name, columns in wanted.columns().items():
            file = f"{name}.{wanted.format}"
            made.files[file] = folder / f"new-{file}"
            writers[name] = table_writer(made.files[file], columns)
            stack.callback(writers[name].close)
        texts: TextIO | None = None
        if wanted.texts:
            made.files[FILE] = folder / "new-texts.jsonl"
            texts = stack.enter_context(made.files[FILE].open("w", encoding="utf-8", newline=""))
            stack.callback(sync, texts)
        entries: LinesWriter | None = None
        if wanted.entries:
            made.files[ENTRIES] = folder / f"new-{ENTRIES}"
            entries = LinesWriter(made.files[ENTRIES])
            stack.callback(entries.close)
        for one in kept:
            for name, rows in one.rows.items():
                if name in writers:
                    writers[name].write(rows)
            facts.add(one.rows.get("relations", ()))
            concepts.add(one.rows.get("mentions", ()))
            made.failures += one.rows.get("failures", [])[: SHOWN_FAILURES - len(made.failures)]
            if texts is not None:
                texts.write(one.text)
            if entries is not None and one.entry is not None:
                entries.write(one.entry)
        writers["network"].write(_noting(facts.rows(), made.facts))
        writers["concepts"].write(_concepts(concepts, settings))
    made.counts.update({name: writer.n_rows for name, writer in writers.items()})
    return made


def rows_of(kept: Iterable[Kept], settings: Settings) -> dict[str, list[Row]]:
    """The rows of all tables of a run in memory, by table; raises as :func:`assemble`."""
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    concepts = ConceptCounts()
    for one in kept:
        for name, own in one.rows.items():
            rows.setdefault(name, []).extend(own)
        concepts.add(one.rows.get("mentions", ()))
    return {
        **rows,
        "network": network(rows["relations"]),
        "concepts": _concepts(concepts, settings),
    }


def _noting(facts: Iterator[Row], best: list[Row]) -> Iterator[Row]:
    for fact in facts:
        if len(best) < SHOWN_FACTS:
            best.append(fact)
        yield fact


def _concepts(concepts: ConceptCounts, settings: Settings) -> list[Row]:
    recogniser = tools(settings).recogniser
    return concepts.rows(
        recogniser.hierarchy, recogniser.index, read_targets(settings.patterns_dir)
    )
