"""Annotated sentences as examples: every pair that could be a relation, and whether it is one.

Gold comes in two forms: JSON Lines with text (our own passages), and without text (annotations
of public abstracts: ``corpus`` and ``id`` say where the text stands in the shared corpora).
"""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pipeline.evaluate.relations import Arguments as GoldArguments
from pipeline.evaluate.relations import Statement, gold_annotation, gold_statement
from pipeline.evaluate.spans import match_mentions
from pipeline.gold.load import load_gold
from pipeline.gold.records import GoldDocument, GoldRelation
from pipeline.nlp import load
from pipeline.read.layout import Block
from pipeline.recognise.given import given_mentions
from pipeline.recognise.recogniser import Found, Recogniser
from pipeline.records import Document, Mention, Relation
from pipeline.relate.arguments import Arguments
from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound, bind
from pipeline.relate.features import Features, word_classes
from pipeline.relate.judge import evidence
from pipeline.relate.learned import Around, Triggers, effect_features
from pipeline.relate.pairs import Pair, Pairs
from pipeline.relate.relater import Relater
from pipeline.relate.score import Evidence
from pipeline.relate.stated import Stated, sentence_of, stated_by
from pipeline.route import Settings, cut, envelope, place

SETTINGS = Settings()


@dataclass(frozen=True, slots=True)
class Example:
    """A pair in one sentence. ``label`` is None where gold leaves it open; ``rule`` and ``own``
    are the rule that joined it and its own score; ``effect`` is gold's, for true pairs."""

    doc: str
    predicate: str
    label: bool | None
    features: tuple[str, ...]  # empty: no candidate of the learned layer
    rule: str
    own: float
    evidence: Evidence
    effect: str = ""
    effect_features: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Examples:
    """The examples of one document and the number of relations that count in it."""

    rows: list[Example]
    n_gold: int


def read_gold(path: Path, corpora: Path | None) -> list[GoldDocument]:
    """Gold with text, or joined with its text from ``corpora``; SystemExit without them."""
    if not path.name.endswith(".gz"):
        return load_gold([path])
    if corpora is None:
        raise SystemExit(f"{path} holds annotations without text: give --corpora")
    documents = []
    with gzip.open(path, "rt", encoding="utf-8") as handle:
        for line in handle:
            record: dict[str, Any] = json.loads(line)
            text = _texts(corpora, record.pop("corpus"))[record["id"].split("-", 1)[1]]
            documents.append(GoldDocument.model_validate({**record, "text": text}))
    return documents


@cache
def _texts(corpora: Path, corpus: str) -> dict[str, str]:
    texts = {}
    for path in sorted((corpora / corpus).glob("*.jsonl*")):
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as handle:
            for line in handle:
                record = json.loads(line)
                texts[str(record["id"])] = record["text"]
    return texts


class Reader:
    """Turns gold documents into examples, with the rules alone: no weights are needed."""

    def __init__(self) -> None:
        folder = SETTINGS.patterns_dir
        self._nlp = load(SETTINGS.model, folder)
        self._relater = Relater(folder, self._nlp.vocab, judged=False)
        self._recogniser = Recogniser(folder)
        self._classes = word_classes(folder)
        self._triggers = Triggers(self._relater.book, self._relater.cues)

    def __call__(self, gold: GoldDocument, *, given: bool) -> Examples:
        """``given``: on the mentions of gold, else on those that the recogniser finds."""
        document = Document(gold.id, gold.text)
        blocks = cut(document)
        docs = list(self._nlp.pipe(block.text for block in blocks))
        if given:
            mentions = gold_annotation(gold, [(0, len(gold.text))]).mentions
            found_by_block = given_mentions(blocks, mentions)
        else:
            found_by_block = self._recogniser(docs)
        placed_all: dict[tuple[int, int, str], Mention] = {}
        placed = [
            place(document, block, found, placed_all)
            for block, found in zip(blocks, found_by_block, strict=True)
        ]
        truth = _Truth(gold, tuple(sorted(placed_all.values())))
        rows: list[Example] = []
        for block, doc, found, here in zip(blocks, docs, found_by_block, placed, strict=True):
            if found:
                rows += self._block(_Here(block, bind(doc, found), found, here, truth))
        return Examples(rows, len(truth.counting))

    def _block(self, here: _Here) -> Iterator[Example]:
        bound, found = here.bound, here.found
        arguments = Arguments(bound, found, self._relater.cues)
        attributes = Attributes(bound.words, self._relater.cues, bound.token_of)
        ruled = self._relater.by_rules(bound, found, arguments, attributes)
        by_rule = {row.key: row for row in ruled}
        features, around = Features(bound, found, self._classes, str), Around.of(ruled)
        for pair in Pairs(bound, found, arguments):
            base = features.of(pair)
            for predicate in pair.predicates:
                row = by_rule.pop((predicate, pair.subject, pair.object), None)
                read = tuple({*base, *around.features(pair, predicate)})
                yield from self._example(here, pair, predicate, row, read, base, attributes)
        for row in by_rule.values():
            if here.has(row.subject, row.object):
                label, _ = here.label(row.predicate, row.subject, row.object)
                unseen = Evidence(None, None)
                yield Example(
                    here.truth.gold.id, row.predicate, label, (), row.rule, row.score, unseen
                )

    def _example(
        self, here: _Here, pair: Pair, predicate: str, row: Stated | None,
        read: tuple[str, ...], base: list[str], attributes: Attributes,
    ) -> Iterator[Example]:  # fmt: skip
        if not here.has(pair.subject, pair.object):
            return
        label, gold = here.label(predicate, pair.subject, pair.object)
        told: tuple[str, ...] = ()
        if gold is not None:
            hit = self._triggers.hit(pair, predicate, here.bound)
            effect = stated_by(hit, here.bound, attributes).effect
            told = tuple(set(effect_features(predicate, base, effect)))
        yield Example(
            here.truth.gold.id, predicate, label, read,
            row.rule if row else "", row.score if row else 0.0,
            evidence(pair, None, 0.5, here.bound, here.found),
            gold.effect if gold else "", told,
        )  # fmt: skip


class _Truth:
    """What gold says of the pairs of one document."""

    def __init__(self, gold: GoldDocument, mentions: tuple[Mention, ...]) -> None:
        self.gold = gold
        self.counting: dict[Statement, GoldRelation] = {}
        self.open: set[Statement] = set()
        for relation in gold.relations:
            statement = gold_statement(gold, relation)
            if gold.is_optional(relation):
                self.open.add(statement)
            else:
                self.counting[statement] = relation
        match = match_mentions(gold.mentions, mentions, strict=False)
        self._arguments = GoldArguments(gold, mentions, match)

    def label(self, relation: Relation) -> tuple[bool | None, GoldRelation | None]:
        statement = self._arguments.statement(relation)
        if statement in self.counting:
            return True, self.counting[statement]
        if statement in self.open or self._arguments.is_optional(relation):
            return None, None
        return False, None


@dataclass(frozen=True, slots=True)
class _Here:
    """One block with its mentions placed in the document."""

    block: Block
    bound: Bound
    found: list[Found]
    placed: list[Mention | None]
    truth: _Truth

    def has(self, subject: int, object_: int) -> bool:
        return self.placed[subject] is not None and self.placed[object_] is not None

    def label(
        self, predicate: str, subject: int, object_: int
    ) -> tuple[bool | None, GoldRelation | None]:
        one, other = self.placed[subject], self.placed[object_]
        assert one is not None, "only placed pairs are asked for"
        assert other is not None, "only placed pairs are asked for"
        token = self.bound.token_of.get(subject, self.bound.token_of.get(object_, 0))
        start, end = envelope(self.block, *sentence_of(self.bound, token))
        return self.truth.label(Relation(one.doc_id, start, end, one, other, predicate))


def examples(documents: Iterable[GoldDocument], *, given: bool) -> dict[str, Examples]:
    """Document id -> its examples."""
    reader = Reader()
    return {document.id: reader(document, given=given) for document in documents}
