"""The workbench for relations: one spaCy Doc in which every mention is one token.

The parser sees tokens; rules want mentions. ``bind`` rebuilds the parsed Doc
so that a mention of several tokens is merged into one, and a token that holds a mention
and more (*IL-17-producing*) is split, the mention hanging on the rest as ``compound``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from spacy.tokens import Doc, Span

from pipeline.recognise.recogniser import Found
from pipeline.relate.pieces import Parsed, Piece, cut, head_token, owners
from pipeline.relate.repairs import base_form, repair
from pipeline.relate.words import Columns, Word, words_of

SPANS = "mentions"


@dataclass(frozen=True, slots=True)
class Bound:
    """``doc`` with mentions as tokens, and its tokens as ``words``; ``starts``/``ends`` are each
    token's characters in the block; ``mention_of[i]`` is the index of the mention at token i,
    or -1."""

    doc: Doc
    starts: list[int]
    ends: list[int]
    mention_of: list[int]
    token_of: dict[int, int]
    nested_in: dict[int, int]
    words: list[Word]


def bind(doc: Doc, found: Sequence[Found]) -> Bound:
    """``found`` sorted by start, nested mentions after what holds them."""
    outer, nested_in = _outer(found)
    parsed = Parsed(doc)
    return _build(doc, parsed, found, cut(parsed, found, outer), nested_in)


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


def _build(
    doc: Doc, parsed: Parsed, found: Sequence[Found], pieces: list[Piece], nested_in: dict[int, int]
) -> Bound:
    columns = _columns(parsed, found, pieces)
    bound = Doc(
        doc.vocab, words=columns.texts, heads=columns.heads, deps=columns.deps, tags=columns.tags,
        pos=columns.pos, lemmas=columns.lemmas,
        spaces=[parsed.text[p.end : p.end + 1].isspace() for p in pieces],
        ents=[f"B-{label}" if label else "O" for label in columns.labels],
    )  # fmt: skip
    mention_of = [piece.mention for piece in pieces]
    token_of = {m: i for i, m in enumerate(mention_of) if m >= 0}
    bound.spans[SPANS] = [
        Span(bound, i, i + 1, found[m].candidate.label, kb_id=found[m].candidate.concept_id)
        for m, i in token_of.items()
    ]
    starts, ends = [p.start for p in pieces], [p.end for p in pieces]
    return Bound(bound, starts, ends, mention_of, token_of, nested_in, words_of(bound, columns))


def _columns(parsed: Parsed, found: Sequence[Found], pieces: list[Piece]) -> Columns:
    """What the tokens of the bound doc are, with the repaired tree."""
    owner = owners(parsed.text, pieces)
    texts = [parsed.text[piece.start : piece.end] for piece in pieces]
    labels = [found[p.mention].candidate.label if p.mention >= 0 else "" for p in pieces]
    heads, deps, tags, lemmas = [], [], [], []
    for p, piece in enumerate(pieces):
        main = head_token(parsed, piece.tokens)
        if owner[main] == p:
            heads.append(owner[parsed.heads[main]])
            deps.append(parsed.deps[main])
            tag = parsed.tags[main]
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
    return Columns(texts, lemmas, tags, pos, deps, labels, _without_cycles(heads))


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


def _without_cycles(heads: list[int]) -> list[int]:
    """Merging tokens that are no constituent can close a circle; the word that closes it
    becomes a root."""
    safe = list(heads)
    for i in range(len(safe)):
        seen = {i}
        j = i
        while safe[j] != j:
            j = safe[j]
            if j in seen:
                safe[i] = i
                break
            seen.add(j)
    return safe
