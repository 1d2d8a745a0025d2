"""The route: a batch of documents in, a list of annotations out.

The serial run, local processes and any cluster call this one function.
"""

from __future__ import annotations

import logging
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from pipeline.faster import FrequentWords
from pipeline.nlp import EMBEDDED, load
from pipeline.patterns_data import default_patterns_dir
from pipeline.read.layout import MAX_STRETCH, Block, blocks
from pipeline.read.tidy import tidy
from pipeline.recognise.given import given_mentions
from pipeline.recognise.recogniser import Found, Recogniser
from pipeline.records import Annotation, Document, Failure, Mention, Relation
from pipeline.relate.relater import Relater
from pipeline.relate.stated import Stated

log = logging.getLogger(__name__)
PARSED_AT_ONCE = 64  # blocks ...
MAX_AT_ONCE = 100_000  # ... and characters
MAX_BLOCKS = 200_000  # of one document; each takes some 10 kilobytes until it is done
Given = Mapping[str, Sequence[Mention]]  # document id -> the mentions that stand in it


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides the result. ``model`` is one name, or several with commas between;
    relations whose score is below ``min_score`` are left out (None: below what
    ``scores.yaml`` says)."""

    model: str = EMBEDDED
    patterns: str = ""
    min_score: float | None = None

    @property
    def patterns_dir(self) -> Path:
        """The named folder of patterns, else the shipped one."""
        return Path(self.patterns) if self.patterns else default_patterns_dir()


@dataclass(frozen=True, slots=True)
class Tools:
    """Loaded once per process, models and folder of patterns."""

    nlp: Language
    words: FrequentWords
    recogniser: Recogniser
    relater: Relater


def tools(settings: Settings) -> Tools:
    """The loaded tools. Raises ModelError or PatternError when they cannot be built."""
    return _tools(settings.model, settings.patterns_dir)


@cache
def _tools(model: str, folder: Path) -> Tools:
    nlp = load(model, folder)
    return Tools(nlp, FrequentWords(nlp), Recogniser(folder), Relater(folder, nlp.vocab))


def annotate(
    documents: Sequence[Document], settings: Settings, given: Given | None = None
) -> list[Annotation]:
    """One annotation per document, in order. A document that fails comes back as an
    annotation with its failure; the others are not touched by it. Raises ModelError or
    PatternError where the tools themselves cannot be built: no document is at fault.

    ``given`` mentions stand in the place of what the recogniser finds; a document that they
    leave out has none."""
    if not documents:
        return []
    tools(settings)
    try:
        return _annotate_batch(documents, settings, given)
    except Exception as error:  # the one place where a document may fail
        if len(documents) > 1:  # find out which one, without losing the others
            return [one for document in documents for one in annotate([document], settings, given)]
        document = documents[0]
        log.debug("document %s failed", document.doc_id, exc_info=error)
        message = f"{type(error).__name__}: {error}"
        failure = Failure(document.doc_id, document.source, "annotate", message)
        return [Annotation(document, failure=failure)]


def _annotate_batch(
    documents: Sequence[Document], settings: Settings, given: Given | None
) -> list[Annotation]:
    ready = tools(settings)
    blocks_of = [cut(document) for document in documents]
    ready.words.learn(block.text for own in blocks_of for block in own)
    with ready.nlp.memory_zone():  # frees the lexemes of unseen words after each batch
        docs = _parsed(ready.nlp, [block.text for own in blocks_of for block in own])
        parsed = [[next(docs) for _ in own] for own in blocks_of]
        return [
            _annotate_one(ready, document, own, docs_of, settings, given)
            for document, own, docs_of in zip(documents, blocks_of, parsed, strict=True)
        ]


def _parsed(nlp: Language, texts: Sequence[str]) -> Iterator[Doc]:
    """The Docs of the texts. The memory of the model grows with the characters that it gets at
    once."""
    first = characters = 0
    for at, text in enumerate(texts):
        if at - first == PARSED_AT_ONCE or (at > first and characters + len(text) > MAX_AT_ONCE):
            yield from nlp.pipe(texts[first:at], batch_size=PARSED_AT_ONCE)
            first, characters = at, 0
        characters += len(text)
    yield from nlp.pipe(texts[first:], batch_size=PARSED_AT_ONCE)


def cut(document: Document) -> list[Block]:
    """The blocks of a document that hold text, tidied for the parser. Raises ValueError for
    more than MAX_BLOCKS."""
    found: list[Block] = []
    for block in blocks(document):
        if (tidied := tidy(block)).text.strip():
            found.append(tidied)
        if len(found) > MAX_BLOCKS:
            raise ValueError(f"more than {MAX_BLOCKS:,} paragraphs, the limit; split the document")
    return found


def _annotate_one(
    ready: Tools,
    document: Document,
    own: list[Block],
    docs: list[Doc],
    settings: Settings,
    given: Given | None,
) -> Annotation:
    if given is None:
        found_by_block = ready.recogniser(docs)
    else:
        found_by_block = given_mentions(own, given.get(document.doc_id, ()))
    mentions: dict[tuple[int, int, str], Mention] = {}
    relations: dict[tuple[str, Mention, Mention], Relation] = {}
    sentences: set[tuple[int, int]] = set()
    n_tokens = 0
    for block, doc, found in zip(own, docs, found_by_block, strict=True):
        n_tokens += len(doc)
        spans = {envelope(block, s.start_char, s.end_char) for s in doc.sents}
        sentences |= {span for span in spans if span[0] >= 0}  # one may be a blank that was put in
        placed = place(document, block, found, mentions)
        for stated in ready.relater(doc, found, settings.min_score):
            relation = _relation(document, block, stated, placed)
            if relation is None:
                continue
            key = (relation.predicate, relation.subject, relation.object)
            known = relations.get(key)
            if known is None or relation.score > known.score:
                relations[key] = relation
    return Annotation(
        document,
        tuple(sorted(mentions.values())),
        tuple(sorted(relations.values())),
        tuple(sorted(sentences)),
        n_tokens,
    )


def place(
    document: Document,
    block: Block,
    found: list[Found],
    mentions: dict[tuple[int, int, str], Mention],
) -> list[Mention | None]:
    """The block's mentions in document offsets; a lead-in's mention, met again in every
    list item, is the same mention."""
    placed: list[Mention | None] = []
    for item in found:
        c = item.candidate
        start, end = envelope(block, c.start, c.end)
        if end - start > c.length + MAX_STRETCH:  # half lead-in, half item: no real mention
            placed.append(None)
            continue
        key = (start, end, c.label)
        if key not in mentions:
            long_form = placed[item.alias_of] if item.alias_of >= 0 else None
            mentions[key] = Mention(
                document.doc_id, start, end, c.label, document.text[start:end],
                section=block.section, concept_id=c.concept_id, concept_name=c.name,
                specificity=c.specificity if c.label in {"CYTOKINE", "RECEPTOR"} else "",
                layer=c.layer, alias_of=long_form.mention_id if long_form else "", score=c.score,
                grounding=c.grounding, matched=c.source if c.grounding else "",
            )  # fmt: skip
        placed.append(mentions[key])
    return placed


def _relation(
    document: Document, block: Block, stated: Stated, placed: list[Mention | None]
) -> Relation | None:
    subject, object_ = placed[stated.subject], placed[stated.object]
    if subject is None or object_ is None or subject == object_:
        return None
    start, end = envelope(block, stated.sentence_start, stated.sentence_end)
    trigger = (-1, -1)
    if stated.trigger_start >= 0:
        trigger = envelope(block, stated.trigger_start, stated.trigger_end)
    return Relation(
        document.doc_id, start, end, subject, object_, stated.predicate, stated.effect,
        stated.function, stated.negated, stated.hedged,
        document.text[trigger[0] : trigger[1]] if trigger[0] >= 0 else "", *trigger,
        stated.rule, stated.score, document.text[start:end], block.section, stated.signs,
    )  # fmt: skip


def envelope(block: Block, start: int, end: int) -> tuple[int, int]:
    """The smallest stretch of the document that holds ``block.text[start:end]``."""
    first = last = -1
    begin = max(bisect_right(block.pieces, start, key=_where) - 1, 0)
    for here, there, length in islice(block.pieces, begin, None):
        if here >= end:
            break
        a, b = max(start, here), min(end, here + length)
        if a < b:
            if first < 0:
                first = there + a - here
            last = there + b - here
    return first, last


def _where(piece: tuple[int, int, int]) -> int:
    return piece[0]
