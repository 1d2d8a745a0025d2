"""All parts of a run: what is done already is left, the rest is worked off, and kept."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pipeline.disk import write_whole
from pipeline.distribute import killed
from pipeline.records import Annotation
from pipeline.work.folder import Done, WorkFolder
from pipeline.work.job import Job, annotate_alone, begin, do_part, finish
from pipeline.work.parts import Part
from pipeline.work.pools import Here, NoWorkerError, Pool, WorkerDiedError, work_off

log = logging.getLogger(__name__)
Progress = Callable[["Step"], None]


@dataclass(frozen=True, slots=True)
class Step:
    """Progress of a run: a part is done, with so many items read, documents annotated, and
    failures; ``before``: an earlier run did it. ``away`` items are read and not done yet."""

    items: int
    annotated: int
    failed: int
    before: bool = False
    away: int = 0


def do_parts(
    parts: Iterable[Part], folder: WorkFolder, job: Job, pool: Pool, progress: Progress
) -> int:
    """Bring every part to the disk; their number. Raises OSError, ClusterError, NoWorkerError and
    OtherVersionError; what is done by then stays."""
    n_parts = n_away = 0

    def to_do() -> Iterator[Part]:
        nonlocal n_parts, n_away
        for part in parts:
            n_parts += 1
            if folder.has(part):
                progress(_step(folder.done[part.number], before=True))
            else:
                n_away += part.n_items
                yield part

    def start(part: Part) -> object:
        if isinstance(pool, Here):
            if folder.was_begun(part.number):  # whatever ended the run before may be in here
                return pool.submit(_rescue, part, job, pool)
            folder.begin(part.number)
        return pool.submit(do_part, part, job)

    def rescue(part: Part) -> tuple[Done, bytes]:
        return _rescue(part, job, pool)

    for done, data in work_off(pool, to_do(), start, rescue):
        if data:  # of a worker that does not see the folder
            write_whole(folder.file(done.part), data)
        folder.add(done)
        n_away -= done.items
        progress(_step(done, away=n_away))
    return n_parts


def _rescue(part: Part, job: Job, pool: Pool) -> tuple[Done, bytes]:
    """A part that a worker died of: once more as a whole, for it may have been another's fault;
    then document by document, and those that kill are set aside. Raises NoWorkerError where a
    worker dies without any, so that no document is blamed for a machine that is too small."""
    try:
        result: tuple[Done, bytes] = pool.alone(do_part, part, job)
    except WorkerDiedError:
        log.warning("part %d killed its worker twice; its documents go one by one", part.number)
    else:
        return result
    try:
        pool.alone(begin, job)
    except WorkerDiedError as error:
        raise NoWorkerError(
            f"{error} before it had read anything: the model needs about 2 GB for each worker; use "
            "fewer workers or a larger machine, and go on with --resume"
        ) from error
    found: list[Annotation] = []
    for document in part.documents:
        try:
            found += pool.alone(annotate_alone, document, job)
        except WorkerDiedError as error:
            log.warning("%s (%s): %s", document.source, document.doc_id, error)
            found.append(killed(document, error))
    return finish(part, job, found)


def _step(done: Done, *, before: bool = False, away: int = 0) -> Step:
    return Step(done.items, done.annotated, done.failed, before, away)
