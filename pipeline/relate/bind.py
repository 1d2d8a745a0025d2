"""The workbench for relations: one spaCy Doc in which every mention is one token.

The parser sees tokens; rules want mentions. ``bind`` rebuilds the parsed Doc
so that a mention of several tokens is merged into one, and a token that holds a mention
and more (*IL-17-producing*) is split, the mention hanging on the rest as ``compound``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc
from spacy.vocab import Vocab

from pipeline.recognise.recogniser import Found
from pipeline.relate.pieces import Parsed, Piece, cut, head_token, owners
from pipeline.relate.repairs import base_form, repair
from pipeline.relate.words import Columns, Word, words_of


@dataclass(frozen=True, slots=True)
class Bound:
    """A block with mentions as tokens: ``columns``, and the same as ``words``; ``starts``/``ends``
    are each token's characters in the block; ``mention_of[i]`` is the index of the mention at
    token i, or -1."""

    columns: Columns
    starts: list[int]
    ends: list[int]
    mention_of: list[int]
    token_of: dict[int, int]
    nested_in: dict[int, int]
    words: list[Word]

    @property
    def doc(self) -> Doc:
        """The block as spaCy's Doc, made anew."""
        return self.columns.doc()


def bind(doc: Doc, found: Sequence[Found]) -> Bound:
    """``found`` sorted by start, nested mentions after what holds them."""
    outer, nested_in = _outer(found)
    parsed = Parsed(doc)
    pieces = cut(parsed, found, outer)
    columns = _columns(doc.vocab, parsed, found, pieces)
    words = words_of(columns)
    mention_of = [piece.mention for piece in pieces]
    token_of = {m: i for i, m in enumerate(mention_of) if m >= 0}
    starts, ends = [p.start for p in pieces], [p.end for p in pieces]
    return Bound(columns, starts, ends, mention_of, token_of, nested_in, words)


def _outer(found: Sequence[Found]) -> tuple[list[int], dict[int, int]]:
    outer: list[int] = []
    nested: dict[int, int] = {}
    for i, item in enumerate(found):
        holder = next((j for j in outer if found[j].candidate.covers(item.candidate)), None)
        if holder is None:
            outer.append(i)
        else:
            nested[i] = holder
    return outer, nested


def _columns(vocab: Vocab, parsed: Parsed, found: Sequence[Found], pieces: list[Piece]) -> Columns:
    """What the tokens of the bound block are, with the repaired tree."""
    owner = owners(parsed.text, pieces)
    texts = [parsed.text[piece.start : piece.end] for piece in pieces]
    labels = [found[p.mention].candidate.label if p.mention >= 0 else "" for p in pieces]
    heads, deps, tags, lemmas = [], [], [], []
    for p, piece in enumerate(pieces):
        main = head_token(parsed, piece.tokens)
        tag = parsed.tags[main]
        if owner[main] == p:
            heads.append(owner[parsed.heads[main]])
            deps.append(parsed.deps[main])
        else:  # split off: the mention inside IL-17-producing, or a stray sign
            heads.append(owner[main])
            deps.append("compound" if piece.mention >= 0 else "punct")
            tag = "HYPH"
        if piece.mention >= 0:
            tag = "NNS" if parsed.tags[main] == "NNS" else "NN"
        tags.append(tag)
        whole = len(piece.tokens) == 1 and len(texts[p]) == len(parsed.words[main])
        lemmas.append(parsed.lemmas[main] if whole else texts[p].lower().strip("-‐‑–−/"))
    repair(texts, labels, heads, deps, tags)
    lemmas = [base_form(*one) for one in zip(texts, tags, lemmas, strict=True)]
    pos = [coarse(tag) for tag in tags]
    spaces = [parsed.text[piece.end : piece.end + 1].isspace() for piece in pieces]
    return Columns(vocab, texts, lemmas, tags, pos, deps, labels, heads, spaces)


_COARSE = (
    ("VB", "VERB"), ("MD", "AUX"), ("NN", "NOUN"), ("JJ", "ADJ"), ("RB", "ADV"), ("IN", "ADP"),
    ("TO", "PART"), ("DT", "DET"), ("PRP", "PRON"), ("W", "PRON"), ("CD", "NUM"), ("CC", "CCONJ"),
    ("AFX", "NOUN"), ("FW", "X"), ("RP", "ADP"), ("PDT", "DET"), ("EX", "PRON"), ("POS", "PART"),
)  # fmt: skip


@lru_cache(256)
def coarse(tag: str) -> str:
    """The universal part of speech of a Penn tag: rules may use either key with any model."""
    for prefix, pos in _COARSE:
        if tag.startswith(prefix):
            return pos
    return "PUNCT"
