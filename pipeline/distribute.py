"""Batches of documents, annotated in this process or in several."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool

from pipeline.records import Annotation, Document, Failure
from pipeline.route import Settings, annotate

# Batches are cut by the documents alone, never by the number of workers, so that every
# run computes the same sums and writes the same bytes.
BATCH_DOCUMENTS = 16
BATCH_CHARACTERS = 200_000
AHEAD = 4  # batches handed out per worker: enough to keep it busy, few enough to stay small


def batches(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """At most 16 documents or about 200,000 characters each, in order."""
    batch: list[Document] = []
    size = 0
    for document in documents:
        full = len(batch) >= BATCH_DOCUMENTS or size + len(document.text) > BATCH_CHARACTERS
        if batch and full:
            yield batch
            batch, size = [], 0
        batch.append(document)
        size += len(document.text)
    if batch:
        yield batch


def annotate_all(
    documents: Iterable[Document], settings: Settings, workers: int = 1
) -> Iterator[Annotation]:
    """Annotations in the order of the documents, whatever the number of workers."""
    if workers <= 1:
        for batch in batches(documents):
            yield from annotate(batch, settings)
        return
    yield from _in_processes(documents, settings, workers)


def _in_processes(
    documents: Iterable[Document], settings: Settings, workers: int
) -> Iterator[Annotation]:
    todo = batches(documents)
    pending: list[tuple[list[Document], Future[list[Annotation]]]] = []
    pool = _pool(workers)
    try:
        while True:
            while len(pending) < workers * AHEAD and (batch := next(todo, None)) is not None:
                pending.append((batch, _submit(pool, batch, settings)))
            if not pending:
                return
            batch, future = pending.pop(0)
            try:
                done = future.result()
            except BrokenProcessPool:
                # A worker died and took the pool with it: what was not done is done again,
                # the batch in question document by document in a pool of its own.
                pool.shutdown(cancel_futures=True)
                yield from _one_by_one(batch, settings)
                pool = _pool(workers)
                pending = [
                    (b, f if _succeeded(f) else _submit(pool, b, settings)) for b, f in pending
                ]
            else:
                yield from done
    finally:
        pool.shutdown(cancel_futures=True)


def _submit(
    pool: ProcessPoolExecutor, batch: list[Document], settings: Settings
) -> Future[list[Annotation]]:
    """A pool that has lost a worker takes no more work: its future says so, as the futures
    of the work that it had say it."""
    try:
        return pool.submit(annotate, batch, settings)
    except BrokenProcessPool as error:
        refused: Future[list[Annotation]] = Future()
        refused.set_exception(error)
        return refused


def _succeeded(future: Future[list[Annotation]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _one_by_one(batch: list[Document], settings: Settings) -> Iterator[Annotation]:
    pool = _pool(1)
    try:
        for document in batch:
            try:
                yield from _submit(pool, [document], settings).result()
            except BrokenProcessPool:
                pool.shutdown()
                pool = _pool(1)
                error = "the worker process died (out of memory?); split the document"
                failure = Failure(document.doc_id, document.source, "annotate", error)
                yield Annotation(document, failure=failure)
    finally:
        pool.shutdown(cancel_futures=True)


def _pool(workers: int) -> ProcessPoolExecutor:
    # spawn: a forked copy of a process that has loaded spaCy may hang in its BLAS threads
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))
