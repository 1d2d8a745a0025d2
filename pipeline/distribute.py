"""Batches of documents, annotated in this process or in several; results in memory.

A run that writes tables works in parts instead, see :mod:`pipeline.work`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing

from pipeline.records import Annotation, Document, Failure
from pipeline.route import Settings, annotate
from pipeline.work.batches import BATCH_CHARACTERS, BATCH_DOCUMENTS, batches
from pipeline.work.pools import Here, Pool, Processes, WorkerDiedError, work_off

__all__ = ["BATCH_CHARACTERS", "BATCH_DOCUMENTS", "annotate_all", "batches", "killed"]


def annotate_all(
    documents: Iterable[Document], settings: Settings, workers: int = 1
) -> Iterator[Annotation]:
    """Annotations in the order of the documents, whatever the number of workers."""
    pool: Pool = Processes(workers) if workers > 1 else Here()

    def start(batch: list[Document]) -> object:
        return pool.submit(annotate, batch, settings)

    def rescue(batch: list[Document]) -> list[Annotation]:
        try:
            found: list[Annotation] = pool.alone(annotate, batch, settings)
        except WorkerDiedError:
            return [one for document in batch for one in one_by_one(document)]
        return found

    def one_by_one(document: Document) -> list[Annotation]:
        try:
            found: list[Annotation] = pool.alone(annotate, [document], settings)
        except WorkerDiedError as error:
            return [killed(document, error)]
        return found

    with closing(pool):
        for found in work_off(pool, batches(documents), start, rescue, ordered=True):
            yield from found


def killed(document: Document, error: WorkerDiedError) -> Annotation:
    """What is known of a document that kills the processes that read it."""
    message = f"{error}; split the document"
    return Annotation(
        document, failure=Failure(document.doc_id, document.source, "annotate", message)
    )
