"""Bound blocks, weights and pattern folders made by hand, for the tests of the relation
extractor that need no model."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from spacy.tokens import Doc

from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.recogniser import Found
from pipeline.relate.arguments import Arguments
from pipeline.relate.attributes import Attributes
from pipeline.relate.bind import Bound, bind
from pipeline.relate.cues import Cues
from pipeline.relate.learned import Weights
from pipeline.relate.pairs import Pair, Pairs
from pipeline.relate.stated import Stated
from pipeline.relate.vocabulary import Vocabulary

LABELS = {"y": "CYTOKINE", "r": "RECEPTOR", "c": "CELL", "i": "DISEASE", "d": "DRUG"}
# the paths to the subject and to the object of a verb
SUBJ_OBJ = """\
paths:
  - id: subj
    why: for tests
    pattern:
      - {RIGHT_ID: trigger, RIGHT_ATTRS: {}}
      - {LEFT_ID: trigger, REL_OP: ">", RIGHT_ID: argument, RIGHT_ATTRS: {DEP: nsubj}}
  - id: obj
    why: for tests
    pattern:
      - {RIGHT_ID: trigger, RIGHT_ATTRS: {}}
      - {LEFT_ID: trigger, REL_OP: ">", RIGHT_ID: argument, RIGHT_ATTRS: {DEP: dobj}}
"""
PATHS = "lists: {affect: [activate, brew]}\n" + SUBJ_OBJ
RULES = """\
rules:
  - id: brews
    why: for tests
    predicate: ACTS_ON
    trigger: {LEMMA: {IN: $affect}, POS: VERB}
    subject_path: [subj]
    object_path: [obj]
    effect: sign
    score: 0.8
    matches: ["[IL-6](CYTOKINE subject) activates [T cells](CELL object)."]
"""


@dataclass
class Block:
    """A bound block; mentions go by their words."""

    words: list[str]
    found: list[Found]
    bound: Bound
    cues: Cues

    @cached_property
    def arguments(self) -> Arguments:
        return Arguments(self.bound, self.found, self.cues)

    @cached_property
    def attributes(self) -> Attributes:
        return Attributes(self.bound.words, self.cues, self.bound.token_of)

    @property
    def pairs(self) -> Pairs:
        return Pairs(self.bound, self.found, self.arguments)

    def pair(self, subject: str, object_: str) -> Pair:
        return self.pairs.pair(self.words.index(subject), self.words.index(object_))

    def named(self, mentions: list[int]) -> list[str]:
        return [self.words[m] for m in mentions]

    def changed(self, word: str, *, alias_of: str = "", **candidate: object) -> Block:
        """The same block with another candidate for one mention, or as an alias."""
        i = self.words.index(word)
        self.found[i] = replace(
            self.found[i],
            candidate=replace(self.found[i].candidate, **candidate),  # type: ignore[arg-type]
            alias_of=self.words.index(alias_of) if alias_of else -1,
        )
        return self

    def row(self, subject: str, predicate: str, object_: str, **more: object) -> Stated:
        """A row of this block as a rule would state it."""
        row = Stated(
            self.words.index(subject), self.words.index(object_), predicate, "positive", "",
            False, False, -1, -1, 0, self.bound.ends[-1], "brews", 0.8,
        )  # fmt: skip
        return replace(row, **more)  # type: ignore[arg-type]


def block(doc: Doc, cues: Cues, mentions: str, *, named: bool = True) -> Block:
    """``mentions``: ``word=l`` with the first letter of LABELS, in the order of the text."""
    found, words, position = [], [], 0
    for one in mentions.split():
        word, letter = one.split("=")
        start = doc.text.index(word, position)
        position = start + len(word)
        name = word if named else ""
        found.append(Found(Candidate(start, position, LABELS[letter], "test", name=name)))
        words.append(word)
    return Block(words, found, bind(doc, found), cues)


def pack(path: Path, text: str) -> Path:
    """A weights file with this text."""
    path.write_bytes(gzip.compress(text.encode("utf-8")))
    return path


def weights_at(path: Path, weights: Mapping[str, Mapping[str, float]]) -> Path:
    """A weights file with these weights."""
    rows = [f"{o}\t{f}\t{w}\n" for o, own in weights.items() for f, w in own.items()]
    return pack(path, "".join(rows))


def patterns_at(folder: Path, scores: str = "") -> Path:
    """A folder of patterns with one rule, the shipped cues and, if given, ``scores.yaml``."""
    (folder / "relations").mkdir(parents=True)
    (folder / "relations" / "paths.yaml").write_text(PATHS, encoding="utf-8")
    (folder / "relations" / "own.yaml").write_text(RULES, encoding="utf-8")
    (folder / "cues").mkdir()
    for name in ("attributes.yaml", "carriers.yaml"):
        shutil.copy(default_patterns_dir() / "cues" / name, folder / "cues" / name)
    if scores:
        (folder / "scores.yaml").write_text(scores, encoding="utf-8")
    return folder


def chance(weights: Weights, predicate: str, features: Iterable[str]) -> float:
    """What the learned layer gives for features by their names."""
    vocabulary = Vocabulary(weights)
    return vocabulary.chance(predicate, vocabulary.noted(features))
