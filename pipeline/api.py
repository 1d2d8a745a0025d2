"""The reader from Python: texts in, annotations and tables out."""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import closing
from numbers import Integral, Real
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.api_annotations import Annotations
from pipeline.api_inputs import TextsIn, documents_of
from pipeline.records import Annotation, Document

if TYPE_CHECKING:
    from pipeline.result import Frames, Result
    from pipeline.route import Settings

# One language object serves a process, and it cannot work on two batches at a time.
ONE_AT_A_TIME = threading.RLock()


class AnnotationError(ValueError):
    """A document could not be annotated; the message says which and why."""


def annotate(
    texts: TextsIn,
    *,
    model: str | Sequence[str] = "embedded",
    patterns: str | os.PathLike[str] | None = None,
    min_score: float | None = None,
    workers: int = 1,
    on_error: Literal["keep", "raise"] = "keep",
) -> Annotations:
    """Find mentions and relations in texts.

    ``texts``: one string; an iterable of strings, of (id, text) pairs, of dicts with ``id`` and
    ``text`` (other fields are title and metadata), or of Documents; a mapping from id to text; a
    Series with the ids as its index; a DataFrame with the columns that ``pipeline run`` looks for
    in CSV. Texts without ids are numbered from "1" by their place. An iterator is used up batch by
    batch.

    ``model``, ``patterns``, ``min_score`` (0 to 1) and ``workers`` are the options of ``pipeline
    run``. More than one worker starts new Python processes, which import the main script: its call
    must then stand under ``if __name__ == "__main__":``. Loading takes some seconds, once per
    process; threads take turns.

    With ``on_error="keep"`` a document that fails, and a text that is blank, is an Annotation with
    its ``failure``; with ``"raise"`` the first one raises AnnotationError. Raises TypeError or
    ValueError for wrong options and for texts and ids that cannot be used, ModelError (a
    ValueError) and PatternError (likewise) when the model or the patterns cannot be loaded, and
    RuntimeError when no worker can be started.
    """
    if on_error not in ("keep", "raise"):
        raise ValueError(f"on_error {on_error!r} is neither 'keep' nor 'raise'")
    if isinstance(workers, bool) or not isinstance(workers, Integral) or workers < 1:
        raise ValueError(f"workers {workers!r}: give a whole number from 1 up")
    settings = settings_of(model, patterns, min_score)
    started = time.monotonic()
    with ONE_AT_A_TIME:
        items = documents_of(texts)
        if workers > 1:
            _try_worker()
        load(settings)  # what cannot be loaded is told before any work, and never per document
        found = []
        with closing(_annotated(items, settings, int(workers))) as annotations:  # ends workers too
            for annotation in annotations:
                if annotation.failure is not None and on_error == "raise":
                    raise AnnotationError(
                        f"document {annotation.failure.doc_id!r}: {annotation.failure.error}"
                    )
                found.append(annotation)
    return Annotations(tuple(found), settings, int(workers), time.monotonic() - started)


def _annotated(
    items: Iterator[Document | Annotation], settings: Settings, workers: int
) -> Generator[Annotation]:
    """The annotations in order; those that are there already keep their places."""
    from pipeline.distribute import annotate_all

    waiting: deque[Document | Annotation] = deque()

    def documents() -> Iterator[Document]:
        for item in items:
            waiting.append(item)
            if isinstance(item, Document):
                yield item

    for annotation in annotate_all(documents(), settings, workers):
        while isinstance(first := waiting.popleft(), Annotation):
            yield first
        yield annotation
    yield from (item for item in waiting if isinstance(item, Annotation))


def _try_worker() -> None:
    """Start one process and let it go: it dies where the main script does not bear being imported,
    which would else look as if every document had killed its worker. Raises RuntimeError."""
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    spawn = multiprocessing.get_context("spawn")
    try:
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            pool.submit(int).result()
    except BrokenProcessPool as error:
        raise RuntimeError(
            "no worker could be started: each is a new Python process that imports the main "
            'script; put the call under  if __name__ == "__main__":  or leave workers at 1'
        ) from error


def settings_of(
    model: str | Sequence[str] = "embedded",
    patterns: str | os.PathLike[str] | None = None,
    min_score: float | None = None,
) -> Settings:
    """Settings of the route from what a caller wrote; nothing is loaded. Raises TypeError or
    ValueError for what no model, folder or score can be."""
    from pipeline.route import Settings

    names = [model] if isinstance(model, str) or not isinstance(model, Iterable) else list(model)
    for name in names:
        if not isinstance(name, str):
            raise TypeError(f"model: {name!r} is no name; give a name, a folder, or several")
    if patterns is not None and not isinstance(patterns, str | os.PathLike):
        raise TypeError(f"patterns: {patterns!r} is no folder; give its path, or leave it out")
    folder = Path(patterns).resolve() if patterns else None
    if folder is not None and not folder.is_dir():
        raise ValueError(f"no patterns folder at {folder}; leave patterns out for the shipped one")
    number = isinstance(min_score, Real) and not isinstance(min_score, bool)
    if min_score is not None and not (number and 0 <= min_score <= 1):
        raise ValueError(f"min_score {min_score!r}: give a number from 0 to 1")
    score = None if min_score is None else float(min_score)
    return Settings(",".join(names), str(folder) if folder else "", score)


def load(settings: Settings) -> None:
    """Load the models and patterns, where this process has not done so. Raises ModelError or
    PatternError, ValueError for a folder of patterns that lacks files."""
    from pipeline.route import tools

    try:
        tools(settings)
    except OSError as error:
        raise ValueError(
            f"cannot read {error.filename}: {error.strerror}; check the folder of patterns"
        ) from error


def to_frames(
    annotations: Iterable[Annotation], *, patterns: str | os.PathLike[str] | None = None
) -> Frames:
    """The tables of a run, as DataFrames, from annotations of any origin: see
    :class:`pipeline.result.Frames`. ``patterns`` is the folder whose concepts they name (None:
    the shipped one); what :func:`annotate` returned knows its own. Raises TypeError for anything
    else, ValueError for two with the id of one document."""
    if isinstance(annotations, Annotations):
        return annotations.to_frames()
    if not isinstance(annotations, Iterable):
        raise TypeError(
            f"annotations are of type {type(annotations).__name__}; give what annotate returns, or "
            "a list of what is in it"
        )
    items = tuple(annotations)
    seen: set[str] = set()
    for number, item in enumerate(items, 1):
        if not isinstance(item, Annotation):
            raise TypeError(
                f"item {number} is of type {type(item).__name__}, not Annotation; give what "
                "annotate returns, or what is in it"
            )
        if item.document.doc_id in seen:
            raise ValueError(
                f"item {number}: the id {item.document.doc_id!r} is there twice; give each text an "
                "id of its own"
            )
        seen.add(item.document.doc_id)
    return Annotations(items, settings_of(patterns=patterns)).to_frames()


def read_result(folder: str | os.PathLike[str]) -> Result:
    """The tables of a run, CSV or Parquet: see :func:`pipeline.result.read_result`."""
    from pipeline.result import read_result as read

    return read(Path(folder))
