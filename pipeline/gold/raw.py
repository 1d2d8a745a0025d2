"""Annotated texts as a file of some format states them, before types are mapped to ours.

Readers of formats give these; :mod:`pipeline.gold.maps` makes gold of them. ``place`` is
``file:line`` (or the file and the id, where a format has no lines worth naming), so that
what is wrong can be said where it stands. ``places`` are those of single attributes, where they
stand apart. Offsets are characters of ``text``, half-open.
"""

from __future__ import annotations

from dataclasses import dataclass, field


class FormatError(ValueError):
    """A file, or one document of it, that cannot be read; the message says where and why."""


@dataclass(frozen=True, slots=True)
class RawMention:
    """Words with a type of the format's own. ``spans`` has one item, or more where the words
    do not hang together; ``ids`` are concept identifiers as they stand there. ``attributes``
    holds what our own files add: specificity, norm, alias_of, optional."""

    id: str
    spans: tuple[tuple[int, int], ...]
    type: str
    words: str | None = None  # as the file states them, to be compared with the text
    ids: tuple[str, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    place: str = ""
    places: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RawRelation:
    """Two arguments: ids of mentions, or, with ``level`` "document", identifiers of concepts.
    ``attributes`` holds effect, function, negated, hedged, optional, where there are any.
    ``score`` is that of a row of a run; what people wrote has none."""

    type: str
    subject: str
    object: str
    level: str = "mention"
    attributes: dict[str, str] = field(default_factory=dict)
    place: str = ""
    places: dict[str, str] = field(default_factory=dict)
    score: float | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """A text with its annotations. ``attributes`` holds title, register, split and so on.
    ``problems`` are lines of the file that could not be read, ``place: why`` each; ``doubts`` are
    such only where the types are ours, since files of others may have them. ``unread`` are ids of
    mentions that are among the problems, so that relations may name them. ``repeated`` are the
    places of rows of a run that are not among the relations, since another one says the same."""

    id: str
    text: str
    mentions: tuple[RawMention, ...] = ()
    relations: tuple[RawRelation, ...] = ()
    attributes: dict[str, str] = field(default_factory=dict)
    place: str = ""
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    places: dict[str, str] = field(default_factory=dict)
    repeated: tuple[str, ...] = ()
