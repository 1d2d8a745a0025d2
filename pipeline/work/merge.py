"""The finished folders of the shards of a run, joined into one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pipeline.nlp import EMBEDDED
from pipeline.patterns_data import patterns_hash
from pipeline.route import Settings
from pipeline.tables_in import TableError, find_table
from pipeline.tabulate import prepare_output
from pipeline.texts import FILE, options_of, read_about
from pipeline.work.assemble import Assembled, Wanted
from pipeline.work.entries import ENTRIES, Tally
from pipeline.work.folder import NAME, work_folder
from pipeline.work.publish import publish
from pipeline.work.runs import ALL, runs_of
from pipeline.work.shards import joined

# What has to be the same in all folders, by its place in run.json.
_SAME = (
    ("program", "version"),
    ("models",),
    ("patterns", "hash"),
    ("options", "min_score"),
    ("options", "triage"),
    ("made_by", "program"),
    ("made_by", "model"),
)
_SUMMED = ("tokens", "replaced", "deleted")


def merge(
    folders: Sequence[Path], output: Path, format: str = "csv"
) -> tuple[Assembled, list[Path], list[str]]:
    """Join the tables that runs wrote; what was written, the paths, and what to tell of it: tables
    that only some folders have, and shards that are missing.

    Raises TableError for folders that cannot be joined, OutputError where the output cannot be
    used, OSError on the way, and ModelError or PatternError as the route.
    """
    abouts = [_about(folder) for folder in folders]
    _check(folders, abouts, output)
    order, shards = runs_of(folders, [options_of(about) for about in abouts])
    settings = _settings(folders[0], abouts[0])
    tables, notes = _tables(folders)
    own = shards[0] if len(shards) == 1 else ALL  # those of several runs cannot be told by numbers
    wanted = Wanted(
        format, "cooccurrences" in tables, "skipped" in tables, "texts" in tables,
        entries=bool(own.lacking()) and (folders[0] / ENTRIES).is_file(),
    )  # fmt: skip
    prepare_output(output)
    tally = Tally()

    def describe(made: Assembled) -> dict[str, Any]:
        options = {"shard": str(own), "format": format, "output": output.as_posix()}
        return _described(folders, abouts, options, made.counts, tally)

    with work_folder(output, {"merged from": [str(folder) for folder in folders]}) as work:
        kept = joined(folders, order, tables, tally)
        made, paths = publish(kept, output, work.path, wanted, settings, describe)
        work.finish()
    lacking = [shard for held in shards for shard in held.lacking()]
    told = f"not among the folders: shard {', '.join(lacking)}"
    return made, paths, [*notes, *([told] if lacking else [])]


def _about(folder: Path) -> dict[str, Any]:
    if (folder / NAME).exists():
        raise TableError(f"{folder}: its run did not end; go on with pipeline run --resume first")
    about = read_about(folder)
    if not about:
        raise TableError(f"{folder}: no run.json; give folders that pipeline run wrote")
    return about


def _check(folders: Sequence[Path], abouts: Sequence[dict[str, Any]], output: Path) -> None:
    places = [folder.resolve() for folder in folders]
    if output.resolve() in places:
        raise TableError(f"{output}: is one of the folders to join; give another --output")
    if doubled := [str(f) for f, n in Counter(places).items() if n > 1]:
        raise TableError(f"{doubled[0]}: named twice; name each folder once")
    for folder, about in zip(folders[1:], abouts[1:], strict=True):
        for names in _SAME:
            first, other = _inside(abouts[0], names), _inside(about, names)
            if first != other:
                raise TableError(
                    f"{folder} was made with another {' '.join(names)} than {folders[0]} ({other} "
                    f"and {first}); run one of them again with what made the other"
                )


def _inside(about: Mapping[str, Any], names: Iterable[str]) -> Any:
    found: Any = about
    for name in names:
        found = found.get(name) if isinstance(found, dict) else None
    return found


def _settings(folder: Path, about: Mapping[str, Any]) -> Settings:
    """Those of the run, for what is told of concepts. Raises TableError where the patterns are
    no longer those of the run."""
    options = options_of(about)
    named = options.get("patterns")
    settings = Settings(
        options.get("model") or EMBEDDED, "" if named in (None, "shipped") else str(named)
    )
    if not settings.patterns_dir.is_dir():
        raise TableError(f"{folder}: made with the patterns in {named}, which are not there")
    if patterns_hash(settings.patterns_dir) != _inside(about, ("patterns", "hash")):
        raise TableError(
            f"{folder}: the patterns in {settings.patterns_dir} have changed since the run; join "
            "the folders with the patterns that made them, or run again"
        )
    return settings


def _tables(folders: Sequence[Path]) -> tuple[list[str], list[str]]:
    """The tables that all folders have, and what to tell of those that only some have."""
    tables, notes = ["documents", "mentions", "relations"], []
    for name in ("cooccurrences", "skipped", "texts"):
        places = {f: f / FILE if name == "texts" else find_table(f, name) for f in folders}
        lacking = [str(folder) for folder, path in places.items() if not path.is_file()]
        if not lacking:
            tables.append(name)
        elif len(lacking) < len(folders):
            notes.append(f"left out: {name}, which {', '.join(lacking)} has not")
    return tables, notes


def _described(
    folders: Sequence[Path],
    abouts: Sequence[dict[str, Any]],
    options: Mapping[str, Any],
    rows: Counter[str],
    tally: Tally,
) -> dict[str, Any]:
    """What ``run.json`` says: as one run would, and from which folders it comes."""
    inputs = [path for about in abouts for path in options_of(about).get("inputs", ())]
    options = {**options_of(abouts[0]), "inputs": list(dict.fromkeys(inputs)), **options}
    pairs = zip(folders, abouts, strict=True)
    told = [about for folder, about in pairs if not (folder / ENTRIES).is_file()]
    sums = {
        name: getattr(tally, name) + sum(_inside(one, ("counts", name)) or 0 for one in told)
        for name in _SUMMED
    }
    counts = {
        name: rows[name] for name in ("documents", "failures", "mentions", "relations", "skipped")
    }
    own = {"made_of", "documents_read"}  # of a run: no run made this folder
    return {
        **{key: value for key, value in abouts[0].items() if key not in own},
        "options": options,
        "counts": {**counts, "facts": rows["network"], **sums},
        "finished": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "seconds": round(sum(about.get("seconds") or 0 for about in abouts), 2),
        "merged_from": [folder.as_posix() for folder in folders],
    }
