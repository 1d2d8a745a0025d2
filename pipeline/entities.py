"""The entities of all models in one place on the Doc.

``doc.spans[SPANS]`` holds them with our labels, whichever model found them; the models
after the first bring nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.tokens import Doc, Span, SpanGroup
from spacy.util import minibatch

SPANS = "model"
OFFSETS = "offsets"  # attribute of the group: one pair of characters for each span


@dataclass(frozen=True, slots=True)
class Entity:
    """What a model found: characters ``start`` to ``end`` (exclusive) of the Doc's text, and
    the tokens that hold them. Models cut words differently, so an entity may begin or end
    inside a token of this Doc."""

    start: int
    end: int
    span: Span

    @property
    def label(self) -> str:
        """GENE, CELL, DISEASE or CHEMICAL."""
        return self.span.label_


def model_entities(doc: Doc) -> list[Entity]:
    """The entities of all models in the order of the text; none for a Doc that no model has
    read."""
    group = doc.spans.get(SPANS)
    if group is None:
        return []
    places = zip(group.attrs[OFFSETS], group, strict=True)
    return [Entity(start, end, span) for (start, end), span in places]


class Source(NamedTuple):
    """A model's labels, mapped to ours, and the model; None is the one that made the Doc."""

    labels: Mapping[str, str | None]
    nlp: Language | None


class ModelEntities:
    """Pipeline component. Runs each further model over the text, in batches."""

    def __init__(self) -> None:
        self.sources: list[Source] = []

    def __call__(self, doc: Doc) -> Doc:
        return next(self.pipe([doc]))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 64) -> Iterator[Doc]:
        """The same Docs in the same order, with the group filled."""
        for batch in minibatch(stream, batch_size):
            docs = list(batch)
            read = [
                docs if source.nlp is None else list(source.nlp.pipe(doc.text for doc in docs))
                for source in self.sources
            ]
            for i, doc in enumerate(docs):
                self._fill(doc, [own[i] for own in read])
                yield doc

    def _fill(self, doc: Doc, read: list[Doc]) -> None:
        found: dict[tuple[int, int, str], Span] = {}  # what two models agree on stands once
        for source, own in zip(self.sources, read, strict=True):
            for entity in own.ents:
                label = source.labels.get(entity.label_)
                start, end = entity.start_char, entity.end_char
                span = label and doc.char_span(start, end, label, alignment_mode="expand")
                if label and span:
                    found.setdefault((start, end, label), span)
        keys = sorted(found, key=lambda key: key[:2])
        offsets = [(start, end) for start, end, _ in keys]
        spans = [found[key] for key in keys]
        doc.spans[SPANS] = SpanGroup(doc, name=SPANS, attrs={OFFSETS: offsets}, spans=spans)

    @contextmanager
    def memory_zone(self, mem: Any = None) -> Iterator[Any]:
        """Part of the zone of the whole pipeline: frees what the further models keep."""
        with ExitStack() as stack:
            for source in self.sources:
                if source.nlp is not None:
                    stack.enter_context(source.nlp.memory_zone())
            yield mem


@Language.factory("model_entities", assigns=["doc.spans"])
def _make(nlp: Language, name: str) -> ModelEntities:
    return ModelEntities()
