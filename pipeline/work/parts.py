"""The documents of a run cut into parts: what is annotated, kept and repeated as one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.read.formats import Item
from pipeline.read.inputs import Place
from pipeline.records import Deleted, Document, Failure
from pipeline.work.entries import deleted, failed, skipped
from pipeline.work.sorted_lines import Line

# Cut by what is read alone, never by the number of workers, so that every run makes the
# same parts: some seconds to half a minute of work each.
PART_DOCUMENTS = 32  # to annotate
PART_CHARACTERS = 250_000  # of them
PART_ITEMS = 20_000  # of all kinds

Keeps = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Part:
    """Part ``number`` (from 0 on): documents to annotate with their places, and the entries of
    all else that was read between them. ``digest`` is the SHA-256 of all that was read, and of
    where it stands."""

    number: int
    documents: tuple[Document, ...]
    places: tuple[Place, ...]
    others: tuple[Line, ...]
    digest: str
    n_items: int


@dataclass(slots=True)
class _Open:
    """A part that still takes items."""

    documents: list[Document] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    others: list[Line] = field(default_factory=list)
    characters: int = 0
    items: int = 0
    digest: hashlib._Hash = field(default_factory=hashlib.sha256)


def cut(items: Iterable[tuple[Place, Item]], keeps: Keeps | None = None) -> Iterator[Part]:
    """The parts of a run, from what it reads and the places of that. Documents whose text
    ``keeps`` says no to are left out (None: all are kept), and stand in the part as skipped."""
    number, part = 0, _Open()
    for place, item in items:
        annotate = isinstance(item, Document) and (keeps is None or keeps(item.text))
        size = len(item.text) if annotate and isinstance(item, Document) else 0
        if part.documents and annotate and part.characters + size > PART_CHARACTERS:
            yield _closed(part, number)
            number, part = number + 1, _Open()
        _take(item, place, part, annotate=annotate)
        part.characters += size
        if len(part.documents) >= PART_DOCUMENTS or part.items >= PART_ITEMS:
            yield _closed(part, number)
            number, part = number + 1, _Open()
    if part.items:
        yield _closed(part, number)


def _take(item: Item, place: Place, part: _Open, *, annotate: bool) -> None:
    part.items += 1
    part.digest.update(f"{place!r} ".encode() + _said(item))
    if isinstance(item, Failure):
        part.others.append(failed(item))
    elif isinstance(item, Deleted):
        part.others.append(deleted(item, place))
    elif annotate:
        part.documents.append(item)
        part.places.append(place)
    else:
        part.others.append(skipped(item, place))


def _closed(part: _Open, number: int) -> Part:
    return Part(
        number, tuple(part.documents), tuple(part.places), tuple(part.others),
        part.digest.hexdigest(), part.items,
    )  # fmt: skip


def _said(item: Item) -> bytes:
    """All that an item says; no two say the same bytes."""
    if isinstance(item, Document):
        about = (item.doc_id, item.source, item.title, item.metadata, item.revision, item.layout)
        return f"D{len(item.text)} {item.text}{about!r}\n".encode()
    return f"{item!r}\n".encode()
