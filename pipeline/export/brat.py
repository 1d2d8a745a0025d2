"""brat standoff: ``NAME.txt`` and ``NAME.ann`` a document, and an ``annotation.conf``.

Mentions are text-bound annotations, with the concept as a normalisation; relations join two of
them. The word that states a relation is an event ``TRIGGER`` without arguments, since relations
have no trigger in brat. What brat knows no line for stands in a note, ``key=value;...``. What our
gold calls an attribute has the same lines as there, so that ``pipeline gold convert`` reads it.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

from pipeline.export.brat_conf import CONFIGURATION
from pipeline.export.brat_lines import Lines
from pipeline.export.checks import check
from pipeline.export.fields import relations_by_id, stated
from pipeline.export.source import ExportError, Source
from pipeline.export.tables import counted
from pipeline.export.targets import new_folder, write_text
from pipeline.gold.formats.brat_out import file_name
from pipeline.records import Annotation


def write(source: Source, path: Path) -> list[str]:
    """Write a new folder; returns what brat does not show. Raises ExportError."""
    check(source)
    names = file_names(source)
    with new_folder(path) as folder:
        for name, annotation in zip(names, source.annotations, strict=True):
            write_text(folder / f"{name}.txt", annotation.document.text)
            write_text(folder / f"{name}.ann", _annotations(annotation, name))
        write_text(folder / "annotation.conf", CONFIGURATION)
    said = sum(
        bool(r.effect != "unspecified" or r.function or r.negated or r.hedged)
        for annotation in source.annotations
        for r in annotation.relations
    )
    if not said:
        return []
    return [
        f"effect, function, negation and hedging of {counted(said, 'relation')} on brat's own "
        "pages: they stand in the files, and in a note on each"
    ]


def file_names(source: Source) -> list[str]:
    """A name a document, without suffix. Raises ExportError where two would be the same on a disk
    that does not tell capitals."""
    taken: dict[str, str] = {}
    names: list[str] = []
    for annotation in source.annotations:
        doc_id = annotation.document.doc_id
        name = file_name(doc_id)
        if name.lower() in taken:
            raise ExportError(
                f"documents {taken[name.lower()]!r} and {doc_id!r} would both be the file "
                f"{name}; rename one, or take a format of one file"
            )
        taken[name.lower()] = doc_id
        names.append(name)
    return names


def _annotations(annotation: Annotation, name: str) -> str:
    out = Lines(annotation.document.text)
    doc_id, title = annotation.document.doc_id, annotation.document.title
    out.document(stated({"id": "" if name == doc_id else doc_id, "title": title}))
    numbers = count(1)
    names = {m.mention_id: f"T{next(numbers)}" for m in annotation.mentions}
    for mention in annotation.mentions:
        out.mention(names[mention.mention_id], mention)
    triggers = dict(_triggers(annotation, numbers))
    for (start, end), (word, event) in triggers.items():
        out.trigger(word, event, start, end)
    relation_numbers = count(1)
    for relation_id, relation in relations_by_id(annotation):
        ends = (names[relation.subject.mention_id], names[relation.object.mention_id])
        _, event = triggers.get((relation.trigger_start, relation.trigger_end), ("", ""))
        out.relation(f"R{next(relation_numbers)}", relation, relation_id, ends, event)
    for mention in annotation.mentions:
        if mention.alias_of in names:
            ends = (names[mention.mention_id], names[mention.alias_of])
            out.alias(f"R{next(relation_numbers)}", ends)
    return out.text()


def _triggers(
    annotation: Annotation, numbers: count[int]
) -> Iterator[tuple[tuple[int, int], tuple[str, str]]]:
    """Each trigger once, by its place, with the ids of its words and of its event."""
    places = {
        (r.trigger_start, r.trigger_end) for r in annotation.relations if r.trigger_start >= 0
    }
    for number, place in enumerate(sorted(places), 1):
        yield place, (f"T{next(numbers)}", f"E{number}")
