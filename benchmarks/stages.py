"""Where the CPU time of a run goes: stopwatches around its stages, without a profiler.

Time counts for the innermost stage alone: that of a component of the model is without what it
waits for, the component before it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import wraps
from typing import Any
from unittest.mock import patch

import spacy.language

import pipeline.run
import pipeline.work.job
import pipeline.work.shares
from pipeline.recognise.recogniser import Recogniser
from pipeline.relate.relater import Relater
from pipeline.route import Settings, tools
from pipeline.triage import Triage

REST = "all else"
# what the components of the model, and the functions below, count for
STAGES = {
    "read": "reading", "triage": "triage", "start": "start of the triage",
    "tokenizer": "tokeniser and tok2vec", "tok2vec": "tokeniser and tok2vec",
    "boundaries": "sentences and abbreviations", "abbreviation_detector":
    "sentences and abbreviations", "short_forms": "sentences and abbreviations",
    "tagger": "tagger and lemmas", "trainable_lemmatizer": "tagger and lemmas",
    "attribute_ruler": "tagger and lemmas", "parser": "parser", "ner": "entities of the model",
    "model_entities": "entities of the model", "recogniser": "recogniser",
    "relations": "relations", "write": "writing",
}  # fmt: skip


class Stages:
    """CPU seconds by stage, while :meth:`installed`."""

    def __init__(self, clock: Callable[[], float] = time.process_time) -> None:
        self.seconds: Counter[str] = Counter()
        self._clock = clock
        self._open = [REST]
        self._since = clock()

    def _charge(self) -> None:
        now = self._clock()
        stage = self._open[-1]
        self.seconds[STAGES.get(stage, stage)] += now - self._since  # type: ignore[assignment]
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What is done inside counts for ``name``."""
        self._charge()
        self._open.append(name)
        try:
            yield
        finally:
            self._charge()
            self._open.pop()

    def items(self, name: str, items: Iterable[Any]) -> Iterator[Any]:
        """The items; what it takes to make them counts for ``name``."""
        iterator = iter(items)
        while True:
            with self.stage(name):
                try:
                    item = next(iterator)
                except StopIteration:
                    return
            yield item

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, each call of which counts for ``name``."""

        @wraps(function)
        def call(*arguments: Any, **options: Any) -> Any:
            with self.stage(name):
                return function(*arguments, **options)

        return call

    @contextmanager
    def installed(self, settings: Settings) -> Iterator[None]:
        """Watch the route of these settings, whose tools are loaded already."""
        nlp = tools(settings).nlp
        read, component = pipeline.work.shares.placed_inputs, spacy.language._pipe  # type: ignore[attr-defined]

        def reading(*arguments: Any, **options: Any) -> Iterator[Any]:
            return self.items("read", read(*arguments, **options))

        def piped(docs: Any, **options: Any) -> Iterator[Any]:
            return self.items(options["name"], component(docs, **options))

        watched = (
            (Triage, "__init__", "start"), (Triage, "keeps", "triage"),
            (Recogniser, "__call__", "recogniser"), (Relater, "__call__", "relations"),
            (pipeline.work.job, "finish", "write"), (pipeline.run, "publish", "write"),
            (nlp, "make_doc", "tokenizer"),
        )  # fmt: skip
        with ExitStack() as stack:
            for owner, name, stage in watched:
                function = self.timed(stage, getattr(owner, name))
                stack.enter_context(patch.object(owner, name, function))
            stack.enter_context(patch.object(pipeline.work.shares, "placed_inputs", reading))
            stack.enter_context(patch.object(spacy.language, "_pipe", piped))
            self._since = self._clock()
            yield
            self._charge()
