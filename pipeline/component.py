"""The reader as a component of any spaCy pipeline: ``nlp.add_pipe("cytokine_reader")``."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.util import filter_spans, minibatch, raise_error

from pipeline.api import ONE_AT_A_TIME, AnnotationError, load, settings_of
from pipeline.distribute import BATCH_DOCUMENTS, annotate_all
from pipeline.export.docs import KEY, to_doc
from pipeline.records import Annotation, Document, Failure, content_id
from pipeline.route import Settings

ErrorHandler = Callable[[str, Any, list[Doc], Exception], Any]


@Language.factory(
    "cytokine_reader",
    assigns=["doc.spans", "doc.user_data"],
    default_config={
        "model": "embedded",
        "patterns": None,
        "min_score": None,
        "spans_key": KEY,
        "set_ents": False,
        "overwrite_ents": False,
    },
)
def make_cytokine_reader(
    nlp: Language,
    name: str,
    model: str | list[str],
    patterns: str | None,
    min_score: float | None,
    spans_key: str,
    set_ents: bool,
    overwrite_ents: bool,
) -> CytokineReader:
    """The component for a config; see :class:`CytokineReader`. Raises ValueError for what no
    model, folder, score or key can be, and for the language object of the reader itself."""
    if "model_entities" in nlp.pipe_names:
        raise ValueError(
            "this is the language object that the reader itself works with, and it would call "
            'itself without end; add the component to one of your own, such as spacy.blank("en")'
        )
    if not spans_key:
        raise ValueError(f"spans_key is empty; give a name, or leave it out for {KEY!r}")
    settings = settings_of(model, patterns, min_score)
    return CytokineReader(
        name, settings, spans_key=spans_key, set_ents=set_ents, overwrite_ents=overwrite_ents
    )


class CytokineReader:
    """Reads ``doc.text`` with the reader's own model and rules, whatever else is in the pipeline.

    ``doc.spans[spans_key]`` gets a span a mention (label, ``kb_id_`` the CURIE, ``id_`` the
    mention id); ``doc.user_data[spans_key]`` the ``mentions`` and ``relations`` as dictionaries
    with exact offsets in characters (:func:`pipeline.export.docs.to_doc`). With ``set_ents`` the
    mentions are entities too, the longer one where two overlap; entities that are there stay, and
    with ``overwrite_ents`` give way.

    The model is loaded when the first Doc comes or at ``nlp.initialize()``, once per process. What
    cannot be annotated goes to the error handler of the pipeline, which raises unless told else.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        *,
        spans_key: str = KEY,
        set_ents: bool = False,
        overwrite_ents: bool = False,
    ) -> None:
        self.name = name
        self.settings = settings
        self.spans_key = spans_key
        self.set_ents = set_ents
        self.overwrite_ents = overwrite_ents
        self._error_handler: ErrorHandler = raise_error

    def __call__(self, doc: Doc) -> Doc:
        """Annotate one Doc. Raises AnnotationError when it cannot be done, ModelError or
        PatternError when the reader cannot be loaded."""
        (annotation,) = self._annotated([doc])
        self._set(annotation, doc)
        return doc

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = BATCH_DOCUMENTS) -> Iterator[Doc]:
        """Annotate Docs in batches, in order; one that fails is left out if the error handler
        does not raise. Raises ModelError or PatternError when the reader cannot be loaded."""
        for batch in minibatch(stream, size=min(batch_size, BATCH_DOCUMENTS)):
            docs = list(batch)
            for doc, annotation in zip(docs, self._annotated(docs), strict=True):
                try:
                    self._set(annotation, doc)
                except AnnotationError as error:
                    self._error_handler(self.name, self, [doc], error)
                else:
                    yield doc

    def initialize(self, get_examples: Any = None, *, nlp: Language | None = None) -> None:
        """Load the model and the patterns now. Raises ModelError or PatternError."""
        load(self.settings)

    def set_error_handler(self, error_handler: ErrorHandler) -> None:
        """Who is told of a Doc that fails; spaCy calls this, see ``nlp.set_error_handler``."""
        self._error_handler = error_handler

    def get_error_handler(self) -> ErrorHandler:
        """Who is told of a Doc that fails."""
        return self._error_handler

    def _annotated(self, docs: Sequence[Doc]) -> list[Annotation]:
        # A Doc has no id: one of the text gives the same mention ids wherever it is read.
        documents = [Document("D" + content_id(doc.text), doc.text) for doc in docs]
        with ONE_AT_A_TIME:
            load(self.settings)
            return list(annotate_all(documents, self.settings))

    def _set(self, annotation: Annotation, doc: Doc) -> None:
        if annotation.failure is not None:
            raise AnnotationError(_told(annotation.failure, doc))
        to_doc(annotation, doc, self.spans_key)
        if self.set_ents:
            _set_ents(doc, doc.spans[self.spans_key], overwrite=self.overwrite_ents)


def _told(failure: Failure, doc: Doc) -> str:
    return f"the document that begins {doc.text[:40]!r}: {failure.error}"


def _set_ents(doc: Doc, mentions: Iterable[Span], *, overwrite: bool) -> None:
    own, others = list(mentions), list(doc.ents)
    if overwrite:
        own = filter_spans(own)
        others = _apart(others, own)
    else:
        own = filter_spans(_apart(own, others))
    doc.set_ents([*own, *others])


def _apart(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The spans that share no token with those that are taken."""
    tokens = {at for span in taken for at in range(span.start, span.end)}
    return [span for span in spans if tokens.isdisjoint(range(span.start, span.end))]


def relations(doc: Doc, *, key: str = KEY) -> Iterator[tuple[Span, str, Span, dict[str, Any]]]:
    """The relations of a Doc: subject, predicate, object and everything about each (effect,
    negated, hedged, score, trigger, sentence with offsets in characters, and so on).

    ``key`` is the ``spans_key`` of the component. Raises ValueError for a Doc that it has not
    annotated, and for one that was saved without its user data.
    """
    if key not in doc.spans or key not in doc.user_data:
        raise ValueError(
            f"the Doc has no annotations under {key!r}; run the component cytokine_reader on it, "
            "and save it with its user data (DocBin(store_user_data=True))"
        )
    spans = {span.id_: span for span in doc.spans[key]}
    return iter(
        [
            (spans[one["subject"]], one["predicate"], spans[one["object"]], one)
            for one in doc.user_data[key]["relations"]
        ]
    )
