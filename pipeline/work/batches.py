"""Batches: the documents that go through the model together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipeline.records import Document

# Batches are cut by the documents alone, never by the number of workers, so that every
# run computes the same sums and writes the same bytes.
BATCH_DOCUMENTS = 16
BATCH_CHARACTERS = 200_000


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
