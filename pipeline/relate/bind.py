"""The workbench for relations: one spaCy Doc in which every mention is one token.

The parser sees tokens; rules want mentions. ``bind`` rebuilds the parsed Doc
so that a mention of several tokens is merged into one, and a token that holds a mention
and more (*IL-17-producing*) is split, the mention hanging on the rest as ``compound``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc, Span

from pipeline.recognise.recogniser import Found
from pipeline.relate.repairs import base_form, repair
from pipeline.relate.words import Word, read_words

SPANS = "mentions"
_JOINTS = frozenset("-‐‑–/")
_SHORTENED = re.compile(r"[A-Z]|[a-z](?:\.[a-z])+")


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


@dataclass(slots=True)
class _Piece:
    start: int
    end: int
    mention: int
    tokens: list[int]


def bind(doc: Doc, found: Sequence[Found]) -> Bound:
    """``found`` sorted by start, nested mentions after what holds them."""
    outer, nested_in = _outer(found)
    pieces = _pieces(doc, found, outer)
    return _build(doc, found, pieces, nested_in)


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


def _words(doc: Doc) -> list[Span]:
    """Tokens, and what a finer tokenizer than scispaCy's has cut put together again:
    *IL-17* *-* *producing*, *IL-4* */* *IL-13*."""
    starts = [
        token.i
        for token in doc
        if token.i == 0
        or not (_joined(doc, token.i) or _joined(doc, token.i - 1) or _initial(doc, token.i))
    ]
    return [doc[a:b] for a, b in pairwise([*starts, len(doc)])]


def _joined(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is a joint inside a word: no blanks around it."""
    if doc[i].text not in _JOINTS or not 0 < i < len(doc) - 1:
        return False
    before, after = doc[i - 1], doc[i + 1]
    if before.whitespace_ or doc[i].whitespace_:
        return False
    tail = after.text.isalpha() and after.text.islower()
    return before.text[-1] not in ".,;:" and (tail or doc[i].text == "/")


def _initial(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is the point of a shortened word: *F* *.* *prausnitzii*, *i.v* *.*"""
    if doc[i].text != "." or not 0 < i < len(doc) - 1:
        return False
    before, after = doc[i - 1], doc[i + 1]
    short = _SHORTENED.fullmatch(before.text) and not before.whitespace_
    return bool(short) and after.text.isalpha() and after.text.islower()


def _pieces(doc: Doc, found: Sequence[Found], outer: list[int]) -> list[_Piece]:
    """Mentions and the rests of words around them, in order."""
    pieces: list[_Piece] = []
    spans = [(found[i].candidate.start, found[i].candidate.end, i) for i in outer]
    at = 0
    for word in _words(doc):
        start, end = word.start_char, word.end_char
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        position = start
        k = at
        while k < len(spans) and spans[k][0] < end:
            m_start, m_end, index = spans[k]
            if m_start > position:
                pieces.append(_Piece(position, m_start, -1, _inside(word, position, m_start)))
            tokens = _inside(word, m_start, m_end)
            if pieces and pieces[-1].mention == index:
                pieces[-1].tokens.extend(tokens)
            else:
                pieces.append(_Piece(m_start, m_end, index, tokens))
            position = min(end, m_end)
            k += 1
        if position < end and (position > start or k == at or spans[k - 1][1] < end):
            pieces.append(_Piece(position, end, -1, _inside(word, position, end)))
    return pieces


def _inside(word: Span, start: int, end: int) -> list[int]:
    """The tokens of a word that share characters with ``start:end``."""
    if len(word) == 1:
        return [word.start]
    return [token.i for token in word if token.idx < end and start < token.idx + len(token)]


def _head_token(doc: Doc, tokens: list[int]) -> int:
    """The token of the piece whose head lies outside it."""
    inside = set(tokens)
    for i in reversed(tokens):
        head = doc[i].head.i
        if head == i or head not in inside:
            return i
    return tokens[-1]


def _owners(doc: Doc, pieces: list[_Piece]) -> dict[int, int]:
    """For each old token the piece that stands for it: of a split token its last rest
    with letters (*producing*), else its mention."""
    text = doc.text  # spaCy joins the whole text at every access
    owner: dict[int, int] = {}
    for p, piece in enumerate(pieces):
        for i in piece.tokens:
            current = owner.get(i)
            if current is None:
                owner[i] = p
                continue
            rest = piece.mention < 0 and _has_letters(text, piece)
            if rest or (piece.mention >= 0 and not _has_letters(text, pieces[current])):
                owner[i] = p
    return owner


def _has_letters(text: str, piece: _Piece) -> bool:
    words = text[piece.start : piece.end]
    return sum(c.isalpha() for c in words) > 2


def _build(
    doc: Doc, found: Sequence[Found], pieces: list[_Piece], nested_in: dict[int, int]
) -> Bound:
    owner = _owners(doc, pieces)
    whole_text = doc.text
    words, spaces, heads, deps, tags, lemmas, ents = [], [], [], [], [], [], []
    for p, piece in enumerate(pieces):
        text = whole_text[piece.start : piece.end]
        words.append(text)
        spaces.append(whole_text[piece.end : piece.end + 1].isspace())
        main = doc[_head_token(doc, piece.tokens)]
        if owner[main.i] == p:
            heads.append(owner[main.head.i])
            deps.append(main.dep_)
            tag = main.tag_
        else:  # split off: the mention inside IL-17-producing, or a stray sign
            heads.append(owner[main.i])
            deps.append("compound" if piece.mention >= 0 else "punct")
            tag = "HYPH"
        if piece.mention >= 0:
            tag = "NNS" if main.tag_ == "NNS" else "NN"
        tags.append(tag)
        whole = len(piece.tokens) == 1 and len(text) == len(main)
        lemmas.append(main.lemma_ if whole else text.lower().strip("-‐‑–−/"))
        label = found[piece.mention].candidate.label if piece.mention >= 0 else ""
        ents.append(f"B-{label}" if label else "O")
    labels = [tag[2:] for tag in ents]
    repair(words, labels, heads, deps, tags)
    lemmas = [base_form(*one) for one in zip(words, tags, lemmas, strict=True)]
    bound = Doc(
        doc.vocab, words=words, spaces=spaces, heads=_without_cycles(heads), deps=deps,
        tags=tags, pos=[coarse(tag) for tag in tags], lemmas=lemmas, ents=ents,
    )  # fmt: skip
    mention_of = [piece.mention for piece in pieces]
    token_of = {m: i for i, m in enumerate(mention_of) if m >= 0}
    bound.spans[SPANS] = [
        Span(bound, i, i + 1, found[m].candidate.label, kb_id=found[m].candidate.concept_id)
        for i, m in enumerate(mention_of)
        if m >= 0
    ]
    return Bound(
        bound,
        [p.start for p in pieces],
        [p.end for p in pieces],
        mention_of,
        token_of,
        nested_in,
        read_words(bound),
    )


_COARSE = (
    ("VB", "VERB"), ("MD", "AUX"), ("NN", "NOUN"), ("JJ", "ADJ"), ("RB", "ADV"), ("IN", "ADP"),
    ("TO", "PART"), ("DT", "DET"), ("PRP", "PRON"), ("W", "PRON"), ("CD", "NUM"), ("CC", "CCONJ"),
    ("AFX", "NOUN"), ("FW", "X"), ("RP", "ADP"), ("PDT", "DET"), ("EX", "PRON"), ("POS", "PART"),
)  # fmt: skip


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
