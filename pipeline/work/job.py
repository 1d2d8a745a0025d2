"""What is done with a part, in whatever process: annotate its documents, write its file."""

from __future__ import annotations

import gc
import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipeline import route
from pipeline.disk import write_whole
from pipeline.fingerprint import fingerprint
from pipeline.records import Annotation, Document
from pipeline.route import Settings
from pipeline.work.batches import batches
from pipeline.work.entries import annotated
from pipeline.work.folder import MARK, Done, part_file
from pipeline.work.parts import Part
from pipeline.work.sorted_lines import key_of, packed

Pairs = tuple[tuple[str, str], ...]
Annotate = Callable[[Sequence[Document], Settings], list[Annotation]]


class OtherVersionError(RuntimeError):
    """A worker would make other tables: its program, model or patterns differ."""


def made_by(settings: Settings) -> Pairs:
    """The fingerprint of settings as pairs. Raises ModelError or PatternError."""
    return tuple((name, str(value)) for name, value in fingerprint(settings).items())


@dataclass(frozen=True, slots=True)
class Job:
    """What all parts of a run share. ``folder`` is where parts are written, known by the ``mark``
    that stands there; ``expected`` is what ``describe`` says of the settings in the process that
    runs it all."""

    settings: Settings
    expected: Pairs
    folder: str
    mark: str
    cooccurrence: bool = False
    texts: bool = False
    annotate: Annotate = route.annotate
    describe: Callable[[Settings], Pairs] = made_by


def do_part(part: Part, job: Job) -> tuple[Done, bytes]:
    """Annotate a part and write its file, whole and on the disk.

    A worker that does not see the folder of the run (another machine without that disk) gives
    the bytes of the file instead, for the process that runs it all to write; else they are
    empty. Raises OtherVersionError, and OSError where the file cannot be written.
    """
    _check(job.describe, job.settings, job.expected)
    found = [one for batch in batches(part.documents) for one in job.annotate(batch, job.settings)]
    return finish(part, job, found)


def finish(part: Part, job: Job, found: Sequence[Annotation]) -> tuple[Done, bytes]:
    """The file of a part whose annotations are there; see :func:`do_part`."""
    lines = list(part.others)
    for annotation, place in zip(found, part.places, strict=True):
        lines.append(annotated(annotation, place, cooccurrence=job.cooccurrence, text=job.texts))
    data = packed(sorted(lines, key=key_of))
    n_failed = sum(one.failure is not None for one in found)
    done = Done(
        part.number, part.digest, hashlib.sha256(data).hexdigest(), part.n_items,
        len(part.documents), n_failed,
    )  # fmt: skip
    if not _sees(job):
        return done, data
    write_whole(part_file(Path(job.folder), part.number), data)
    return done, b""


def begin(job: Job) -> None:
    """What a worker does before the first document: load all that it needs."""
    _check(job.describe, job.settings, job.expected)


def annotate_alone(document: Document, job: Job) -> list[Annotation]:
    """One document by itself, when its part has killed a worker."""
    _check(job.describe, job.settings, job.expected)
    return job.annotate([document], job.settings)


def _sees(job: Job) -> bool:
    try:
        return (Path(job.folder) / MARK).read_text(encoding="utf-8") == job.mark
    except OSError:
        return False


@cache  # once a process: it reads the files of the model
def _check(describe: Callable[[Settings], Pairs], settings: Settings, expected: Pairs) -> None:
    own = dict(describe(settings))
    other = [name for name, value in expected if own.get(name) != value]
    if other:
        told = "; ".join(
            f"{name}: {dict(expected)[name]} there, {own[name]} here" for name in other
        )
        raise OtherVersionError(
            f"a worker has another {' and another '.join(other)} than the run ({told}); install "
            "the same on all machines"
        )
    # What is loaded stays: looked through at every collection, it costs a twentieth of the time.
    gc.collect()
    gc.freeze()
