"""What every exporter is given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pipeline.records import Annotation
from pipeline.result import Frames


class ExportError(ValueError):
    """What was asked for cannot be exported; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Source:
    """The tables of a run, its ``run.json``, and its records: every document once, by id, with
    its text and (where they are known) its sentences. Formats of tables and networks are given
    no records."""

    frames: Frames
    about: dict[str, Any] = field(default_factory=dict)
    annotations: Sequence[Annotation] = ()
