"""``pipeline run``: read, annotate in parts, write the tables, say what was found."""

from __future__ import annotations

import datetime as dt
import platform
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.patterns_data import patterns_hash
from pipeline.read.inputs import InputError, input_files, read_options
from pipeline.read.source import Watch
from pipeline.result import COLUMNS
from pipeline.route import Settings, annotate, tools
from pipeline.tabulate import OutputError, Row, prepare_output
from pipeline.work.assemble import Assembled, Wanted
from pipeline.work.complete import KEY, complete, made_of
from pipeline.work.engine import Step, do_parts
from pipeline.work.entries import Tally, settled
from pipeline.work.folder import WorkFolder, work_folder
from pipeline.work.job import Job, Pairs, made_by
from pipeline.work.parts import Keeps, cut
from pipeline.work.pools import Here, Pool, Processes
from pipeline.work.publish import broken_off, publish
from pipeline.work.shares import Share
from pipeline.work.sorted_lines import LinesError, merged

MANY_PARTS = 10  # to merge: worth a word


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

    @property
    def wanted(self) -> Wanted:
        """The files that are asked for."""
        extra = (self.include_cooccurrence, bool(self.triage), self.texts)
        return Wanted(self.format, *extra, entries=self.shard[1] > 1)


@dataclass(frozen=True)
class RunResult:
    """What came of a run: documents read, rows by table, the first failures and the best
    supported facts, the files (none when nothing was read and older tables stay), and name and
    version of each model. ``before``: the tables were there already, and nothing was done."""

    tally: Tally
    counts: Counter[str]
    failures: list[Row]
    facts: list[Row]
    paths: list[Path]
    seconds: float
    models: list[dict[str, str]]
    before: bool = False


def _nothing(said: object) -> None:
    return None


def run(
    options: RunOptions,
    progress: Callable[[Step], None] = _nothing,
    watch: Watch | None = None,
    say: Callable[[str], None] = _nothing,
) -> RunResult:
    """Annotate all inputs and write the tables.

    ``progress`` is called for each part that is done, ``watch`` with each file that is opened,
    ``say`` with what a long run is about to do. Raises OutputError before any work
    when the folder cannot be written or another run holds it, InputError for wrong use, and
    OutputError, ClusterError or OtherVersionError on the way; what is done by then stays, for
    ``resume``. When no document could be read, tables that are there already stay: a mistyped
    path must not replace good tables by empty ones.
    """
    read = read_options(options.inputs, options.id_column, options.text_column)
    _apart(options)
    prepare_output(options.output)
    started = time.monotonic()
    described = made_by(options.settings)
    asked = _asked(options, described)
    digest = _digest(options, asked)
    if options.resume and (about := complete(options.output, digest, options.wanted.files())):
        return _as_before(options, about)
    held = work_folder(options.output, asked, resume=options.resume, restart=options.restart)
    with held as folder, closing(_pool(options)) as pool:
        share = Share(options.inputs, options.shard)
        try:
            job = Job(
                options.settings, described, str(folder.path.resolve()), folder.mark(),
                options.include_cooccurrence, options.texts, annotate, made_by,
            )  # fmt: skip
            n_before = len(folder.done)
            if n_before:
                say(f"going on: {n_before:,} finished parts are kept")
            parts = cut(share.items(read, watch), _keeps(options))
            n_parts = do_parts(parts, folder, job, pool, progress)
            if n_before and not share.documents:
                raise OutputError(
                    f"no document could be read, and {options.output} holds {n_before} finished "
                    "parts of a run; correct the inputs and go on with --resume, or throw the "
                    "parts away with --restart"
                )
            if n_parts >= MANY_PARTS:
                say(f"merging {n_parts:,} parts")
            result = _finish(options, folder, n_parts, share.documents, digest, started)
            folder.finish()
        except OutputError:
            raise
        except (OSError, LinesError) as error:
            raise broken_off(options.output, error) from error
    return result


def _apart(options: RunOptions) -> None:
    """Raises InputError where the tables would be written among the inputs, and be read as such by
    the next run."""
    output = options.output.resolve()
    tables = {f"{name}.{suffix}" for name in COLUMNS for suffix in ("csv", "parquet")}
    for path in options.inputs:
        if path.is_dir() and path.resolve() == output:
            raise InputError(
                f"{path} is an input and the output folder at once; give another --output, such as "
                f"{path / 'outputs'}"
            )
        if path.name in tables and path.parent.resolve() == output:
            raise InputError(f"{path} is a table of the output folder; leave it out of the inputs")


def _asked(options: RunOptions, described: Pairs) -> dict[str, Any]:
    """What decides the parts, besides the inputs."""
    return {
        **dict(described),
        "triage": ", ".join(options.triage) or "none",
        "kept texts": options.texts,
        "co-occurrences": options.include_cooccurrence,
    }


def _digest(options: RunOptions, asked: dict[str, Any]) -> str:
    more = (options.format, options.shard, options.id_column, options.text_column)
    return made_of({**asked, "more": more}, input_files(options.inputs))


def _as_before(options: RunOptions, about: dict[str, Any]) -> RunResult:
    """The result of a run whose tables are there already."""
    counts = Counter(about["counts"])
    counts["network"] = counts["facts"]
    tally = Tally(about["documents_read"], counts["documents"], counts["skipped"])
    models = tools(options.settings).nlp.meta["models"]
    return RunResult(tally, counts, [], [], [], about["seconds"], models, before=True)


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


def _finish(
    options: RunOptions, folder: WorkFolder, n_parts: int, n_read: int, digest: str, started: float
) -> RunResult:
    tally = Tally(read=n_read)
    kept = settled(merged(folder.files(n_parts), folder.path), tally)
    # nothing could be read: the tables of the run before are better than empty ones
    older = not n_read and any(options.output.glob("documents.*"))

    def describe(made: Assembled) -> dict[str, Any] | None:
        if older:
            return None
        about = about_run(options, tally, made.counts, time.monotonic() - started)
        about["made_by"] = dict(folder.made_by)
        # a run that could read nothing shall be tried again
        return {**about, "documents_read": n_read, KEY: digest} if n_read else about

    made, paths = publish(
        kept, options.output, folder.path, options.wanted, options.settings, describe
    )
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
