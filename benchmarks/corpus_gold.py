"""What the public corpora hold, as character offsets: mentions in two readings, and trees.

The readings: *published*, all mentions of the mapped types as the corpus has them; and
*reconciled*, cut to our guidelines by the code that also prepares the training data.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from span_scores import Gold, Span
from tree_scores import GoldTree

from pipeline.gold.load import load_gold
from pipeline.records import LABELS

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "training"))

from augment import flatten
from convert_entities import BARE_CELL, convert_mention, outermost
from convert_trees import (
    DEV,
    TRAIN,
    documents,
    normal_lemma,
    normal_tag,
    read_paragraphs,
)
from corpora import CORPORA, IGNORE, EntityCorpus, read_records
from regroup import spans_of
from treebank import ROOT, Word

__all__ = ["ENTITY_CORPORA", "MentionSet", "mention_set", "normal_tag", "own_gold", "tree_files"]

# No training corpus: its licence forbids commercial use. Substances that are not approved for
# humans (DRUG_N) are in part drugs by our guidelines, so they count neither way.
DDI = EntityCorpus(
    "ddi",
    {"DRUG": "DRUG", "BRAND": "DRUG", "GROUP": "DRUG", "DRUG_N": IGNORE},
    frozenset({"DRUG"}),
)
# DrugProt's dev part is in large part ChemProt's train part.
ENTITY_CORPORA = {name: corpus for name, corpus in CORPORA.items() if name != "drugprot"}
ENTITY_CORPORA["ddi"] = DDI


@dataclass(frozen=True, slots=True)
class MentionSet:
    """Texts with their gold: by reading, one ``Gold`` a text. Only ``labels`` are marked
    exhaustively, so only they can be scored."""

    texts: list[str]
    readings: dict[str, list[Gold]]
    labels: frozenset[str]


def reconciled(record: dict[str, Any], corpus: EntityCorpus) -> Gold:
    """Cut to our guidelines; what they leave in doubt is neutral."""
    converted = (convert_mention(raw, record["text"], corpus) for raw in record["entities"])
    spans = [Span(*mention) for mention in outermost(m for m in converted if m is not None)]
    return Gold(
        tuple(span for span in spans if span.label != IGNORE),
        tuple(span for span in spans if span.label == IGNORE),
    )


def published(record: dict[str, Any], corpus: EntityCorpus) -> Gold:
    """All mentions, nested ones too; the bare word *cells* and what is not contiguous is
    neutral."""
    mentions: set[Span] = set()
    neutral: set[Span] = set()
    for raw in record["entities"]:
        label = corpus.types.get(raw["type"])
        if label is None:
            continue
        span = Span(raw["start"], raw["end"], label)
        bare = label == "CELL" and record["text"][span.start : span.end].lower() in BARE_CELL
        left_out = bare or label == IGNORE or raw.get("spans")
        (neutral if left_out else mentions).add(span)
    return Gold(tuple(sorted(mentions)), tuple(sorted(neutral)))


def mention_set(folder: Path, name: str, part: str, limit: int | None) -> MentionSet:
    """The first ``limit`` documents of a corpus."""
    corpus = ENTITY_CORPORA[name]
    records = read_records(folder / name, part)[:limit]
    return MentionSet(
        [record["text"] for record in records],
        {
            "reconciled": [reconciled(record, corpus) for record in records],
            "published": [published(record, corpus) for record in records],
        },
        corpus.complete,
    )


def own_gold(path: Path, limit: int | None) -> MentionSet:
    """A file in the project's gold format; optional mentions are neutral."""
    documents = load_gold([path])[:limit]
    golds = []
    for document in documents:
        spans = [(Span(m.start, m.end, m.label), m.optional) for m in document.mentions]
        golds.append(
            Gold(
                tuple(span for span, optional in spans if not optional),
                tuple(span for span, optional in spans if optional),
            )
        )
    texts = [document.text for document in documents]
    return MentionSet(texts, {"reconciled": golds}, frozenset(LABELS))


def tree_files(part: str) -> dict[str, Callable[[Path], Iterator[GoldTree]]]:
    """By name, what reads a treebank from the folder of the corpora."""

    def reader(
        stem: str, scheme_map: Callable[[list[Word]], None]
    ) -> Callable[[Path], Iterator[GoldTree]]:
        return lambda folder: _trees(folder / "treebank" / f"{stem}.conllu.gz", scheme_map)

    table = {"train": TRAIN, "dev": DEV}[part]
    return {stem: reader(stem, scheme_map) for stem, scheme_map, _ in table.values()}


def _trees(path: Path, scheme_map: Callable[[list[Word]], None]) -> Iterator[GoldTree]:
    """Texts of about eight sentences in the treebank's own words."""
    rng = random.Random(0)  # decides which paragraphs end with a line break
    for _, document in documents(read_paragraphs(path, scheme_map)):
        yield gold_tree(*flatten(document, rng, "plain"))


def gold_tree(words: list[Word], sentence_of: list[int]) -> GoldTree:
    """Words with document-wide heads and the number of each one's sentence; line breaks
    ("_SP") are part of the text and no words."""
    text, spans = spans_of(words)
    kept = [i for i, word in enumerate(words) if word.tag != "_SP"]
    place = {old: new for new, old in enumerate(kept)}
    bounds: dict[int, tuple[int, int]] = {}
    for i in kept:
        start, _ = bounds.get(sentence_of[i], spans[i])
        bounds[sentence_of[i]] = (start, spans[i][1])
    return GoldTree(
        text.rstrip(),
        [spans[i] for i in kept],
        [place[i] if words[i].head == ROOT else place[words[i].head] for i in kept],
        [words[i].dep for i in kept],
        [normal_tag(words[i].tag) for i in kept],
        [normal_lemma(words[i]) for i in kept],
        list(bounds.values()),
    )
