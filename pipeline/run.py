"""``pipeline run``: read, annotate in parts, write the tables, say what was found."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.patterns_data import patterns_hash
from pipeline.read.formats import Item
from pipeline.read.inputs import input_files, read_options, stream_inputs
from pipeline.read.source import ReadOptions, Watch
from pipeline.records import Document
from pipeline.route import Settings, annotate, tools
from pipeline.tabulate import OutputError, Row, prepare_output
from pipeline.work.assemble import Assembled, Wanted
from pipeline.work.engine import Step, do_parts
from pipeline.work.entries import Tally, settled
from pipeline.work.folder import WorkFolder, work_folder
from pipeline.work.job import Job, made_by
from pipeline.work.parts import Keeps, cut
from pipeline.work.pools import Here, Pool, Processes
from pipeline.work.publish import publish
from pipeline.work.sorted_lines import LinesError, merged

FILES_A_SHARD = 4  # with so many files for each shard, whole files are dealt out


@dataclass(frozen=True)
class RunOptions:
    """What the command line asks for. ``triage``: only documents that may hold a mention with
    one of these labels are annotated (none: all are)."""

    inputs: tuple[Path, ...]
    output: Path
    format: str = "csv"
    settings: Settings = field(default_factory=Settings)
    workers: int = 1
    shard: tuple[int, int] = (1, 1)
    include_cooccurrence: bool = False
    texts: bool = False
    id_column: str | None = None
    text_column: str | None = None
    triage: tuple[str, ...] = ()
    scheduler: str = ""
    resume: bool = False
    restart: bool = False


@dataclass(frozen=True)
class RunResult:
    """What came of a run: documents read, rows by table, the first failures and the best
    supported facts, the files (none when nothing was read and older tables stay), and name and
    version of each model."""

    tally: Tally
    counts: Counter[str]
    failures: list[Row]
    facts: list[Row]
    paths: list[Path]
    seconds: float
    models: list[dict[str, str]]


def _nothing(step: Step) -> None:
    return None


def run(
    options: RunOptions,
    progress: Callable[[Step], None] = _nothing,
    watch: Watch | None = None,
) -> RunResult:
    """Annotate all inputs and write the tables.

    ``progress`` is called for each part that is done, ``watch`` with each file that is opened.
    Raises OutputError before any work when the folder cannot be written or another run holds
    it, InputError for wrong use, and OutputError, ClusterError or OtherVersionError on the way;
    what is done by then stays, for ``resume``. When no document could be read, tables that are
    there already stay: a mistyped path must not replace good tables by empty ones.
    """
    read = read_options(options.inputs, options.id_column, options.text_column)
    prepare_output(options.output)
    started = time.monotonic()
    described = made_by(options.settings)
    asked = {
        "triage": ", ".join(options.triage) or "none",
        "kept texts": options.texts,
        "co-occurrences": options.include_cooccurrence,
    }
    made_of = {**dict(described), **asked}
    with (
        work_folder(
            options.output, made_of, resume=options.resume, restart=options.restart
        ) as folder,
        closing(_pool(options)) as pool,
    ):
        job = Job(
            options.settings, described, str(folder.path.resolve()), folder.mark(),
            options.include_cooccurrence, options.texts, annotate,
        )  # fmt: skip
        seen = Seen()
        try:
            parts = cut(seen.own(options, read, watch), _keeps(options))
            n_parts = do_parts(parts, folder, job, pool, progress)
            result = _finish(options, folder, n_parts, seen.documents, started)
            folder.finish()
        except OutputError:
            raise
        except (OSError, LinesError) as error:
            raise OutputError(
                f"cannot write into {options.output}: {getattr(error, 'strerror', '') or error}; "
                "make room, then go on with --resume: what is done is kept"
            ) from error
    return result


def _pool(options: RunOptions) -> Pool:
    if options.scheduler:
        from pipeline.work.cluster import Cluster

        return Cluster(options.scheduler)
    return Processes(options.workers) if options.workers > 1 else Here()


def _keeps(options: RunOptions) -> Keeps | None:
    if not options.triage:
        return None
    from pipeline.triage import Triage

    return Triage(options.settings.patterns_dir, frozenset(options.triage)).keeps


class Seen:
    """The items of a shard, and how many documents were read to find them."""

    def __init__(self) -> None:
        self.documents = 0

    def own(self, options: RunOptions, read: ReadOptions, watch: Watch | None) -> Iterator[Item]:
        """Every n-th file from the i-th on where there are many for each shard (1-based), else
        every n-th item: all shards together have each item, also each failure, once."""
        i, n = options.shard
        by_files = n > 1 and len(input_files(options.inputs)) >= FILES_A_SHARD * n
        files = slice(i - 1, None, n) if by_files else slice(None)
        for k, item in enumerate(stream_inputs(options.inputs, read, watch=watch, files=files)):
            self.documents += isinstance(item, Document)
            if by_files or k % n == i - 1:
                yield item


def _finish(
    options: RunOptions, folder: WorkFolder, n_parts: int, n_read: int, started: float
) -> RunResult:
    tally = Tally(read=n_read)
    kept = settled(merged(folder.files(n_parts), folder.path), tally)
    # nothing could be read: the tables of the run before are better than empty ones
    older = not n_read and any(options.output.glob("documents.*"))
    wanted = Wanted(
        options.format, options.include_cooccurrence, bool(options.triage), options.texts
    )
    seconds = time.monotonic() - started

    def describe(made: Assembled) -> dict[str, Any] | None:
        return None if older else about_run(options, tally, made.counts, seconds)

    made, paths = publish(kept, options.output, folder.path, wanted, options.settings, describe)
    return RunResult(
        tally, made.counts, made.failures, made.facts, paths, time.monotonic() - started,
        tools(options.settings).nlp.meta["models"],
    )  # fmt: skip


def versions(settings: Settings) -> dict[str, Any]:
    """What made a result: versions of the program and the models, hash of the patterns."""
    model = tools(settings).nlp.meta
    return {
        "program": {"name": "cytokine-reader", "version": __version__},
        # the one that parses, and all that give entities, in the order of the command line
        "model": {"name": model.get("name"), "version": model.get("version")},
        "models": model["models"],
        "patterns": {"hash": patterns_hash(settings.patterns_dir)},
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in ("spacy", "scispacy", "pandas")},
        },
    }


def about_run(
    options: RunOptions, tally: Tally, counts: Counter[str], seconds: float
) -> dict[str, Any]:
    """What ``run.json`` says of a run."""
    return {
        **versions(options.settings),
        "options": {
            "inputs": [path.as_posix() for path in options.inputs],
            "format": options.format,
            "model": options.settings.model,
            "min_score": options.settings.min_score,
            "shard": "{}/{}".format(*options.shard),
            "triage": list(options.triage),
            "include_cooccurrence": options.include_cooccurrence,
            "texts": options.texts,
            "workers": options.workers,
            "scheduler": options.scheduler,
            "patterns": options.settings.patterns or "shipped",
            "id_column": options.id_column,
            "text_column": options.text_column,
            "output": options.output.as_posix(),
        },
        "counts": {
            "documents": counts["documents"],
            "failures": counts["failures"],
            "mentions": counts["mentions"],
            "relations": counts["relations"],
            "facts": counts["network"],
            "tokens": tally.tokens,
            "skipped": tally.skipped,
            "replaced": tally.replaced,
            "deleted": tally.deleted,
        },
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(seconds, 2),
    }
