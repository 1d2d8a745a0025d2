"""One export: the format by its name, and what it cannot hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pipeline.export.fields import numbered
from pipeline.export.formats import FORMATS, Format
from pipeline.export.source import ExportError, Source
from pipeline.records import Annotation
from pipeline.tabulate import OutputError


def export(source: Source, name: str, path: Path) -> list[str]:
    """Write ``source`` in the format ``name`` to ``path``, a folder for some formats.

    Returns what the format cannot hold, one plain sentence each. Raises ExportError for an unknown
    format and for what the format cannot write at all, OutputError (an OSError) for a place that
    cannot be written.
    """
    format_ = format_named(name)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make the folder {path.parent}: {error.strerror}; choose another with --output"
        ) from error
    return format_.writer()(_with_ids(source), path)


def _with_ids(source: Source) -> Source:
    """The source with the ids of the table of relations in its records, where it has both."""
    if source.frames is None or not source.annotations:
        return source
    keys = ("doc_id", "predicate", "subject_mention_id", "object_mention_id", "relation_id")
    columns = [source.frames.relations[key].tolist() for key in keys]
    ids: dict[tuple[str, ...], list[str]] = {}
    for *key, relation_id in zip(*columns, strict=True):
        ids.setdefault(tuple(key), []).append(relation_id)
    annotations: list[Annotation] = []
    for one in source.annotations:
        ends = (
            (r.doc_id, r.predicate, r.subject.mention_id, r.object.mention_id)
            for r in one.relations
        )
        own = [found.pop(0) for key in ends if (found := ids.get(key))]
        # rows that are not in the table, say with ids of an older version, are counted
        annotations.append(numbered(one, own) if len(own) == len(one.relations) else one)
    return replace(source, annotations=annotations)


def format_named(name: str) -> Format:
    """The format of this name. Raises ExportError where there is none."""
    if name not in FORMATS:
        raise ExportError(f"no format {name!r}; there are: {', '.join(FORMATS)}")
    return FORMATS[name]


def with_min_score(source: Source, least: float) -> Source:
    """The source without the relations whose score is below ``least``: the facts are put together
    anew from the others, and the documents count those."""
    import pandas as pd

    from pipeline.export.tables import rows
    from pipeline.network import COLUMNS, network

    frames = source.frames
    kept = frames.relations[frames.relations["score"] >= least].reset_index(drop=True)
    facts = pd.DataFrame(network(rows(kept)), columns=list(COLUMNS))
    counts = frames.documents["doc_id"].map(kept["doc_id"].value_counts()).fillna(0)
    changed = replace(
        frames,
        relations=kept,
        network=facts.astype(frames.network[list(COLUMNS)].dtypes.to_dict()),
        documents=frames.documents.assign(n_relations=counts.astype("int64")),
    )
    annotations = [
        replace(one, relations=tuple(r for r in one.relations if r.score >= least))
        for one in source.annotations
    ]
    about = {**source.about, "export": {"min_score": least}}
    return replace(source, frames=changed, about=about, annotations=annotations)
