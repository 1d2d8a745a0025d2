"""What becomes of the tokens of a parsed block when each mention is to be one token: a mention
of several is one piece, a token that holds a mention and more is cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from spacy.tokens import Doc

from pipeline.recognise.recogniser import Found

_JOINTS = frozenset("-‐‑–/")
_COLUMNS: list[int | str] = ["IDX", "LENGTH", "SPACY", "LEMMA", "TAG", "DEP", "HEAD"]
_SIGNS = _JOINTS | {"."}
_SHORTENED = re.compile(r"[A-Z]|[a-z](?:\.[a-z])+")


class Parsed:
    """The tokens of a parsed block, read once: lists with one entry a token. ``starts`` and
    ``ends`` are characters of ``text``; ``heads`` are tokens, a root's its own."""

    def __init__(self, doc: Doc) -> None:
        columns = doc.to_array(_COLUMNS).T
        offsets = columns[-1].astype("int64").tolist()
        self.starts, lengths, self.blanks, *names = columns[:-1].tolist()
        self.text = doc.text
        self.ends = [start + length for start, length in zip(self.starts, lengths, strict=True)]
        self.words = [self.text[a:b] for a, b in zip(self.starts, self.ends, strict=True)]
        self.lemmas, self.tags, self.deps = (_strings(doc, column) for column in names)
        self.heads = [i + offset for i, offset in enumerate(offsets)]

    def joined(self) -> list[tuple[int, int]]:
        """Tokens from and to that make a word: what a finer tokenizer than scispaCy's has cut is
        put together again: *IL-17* *-* *producing*, *IL-4* */* *IL-13*."""
        n = len(self.words)
        inside = set()
        for i in [i for i, word in enumerate(self.words) if word in _SIGNS and 0 < i < n - 1]:
            if self.words[i] == ".":
                if self._shortens(i):
                    inside.add(i)
            elif self._is_joint(i):
                inside |= {i, i + 1}
        return list(pairwise([*(i for i in range(n) if i not in inside), n]))

    def _is_joint(self, i: int) -> bool:
        """Whether the sign ``i`` stands inside a word: no blanks around it."""
        if self.blanks[i - 1] or self.blanks[i]:
            return False
        after = self.words[i + 1]
        tail = after.isalpha() and after.islower()
        return self.words[i - 1][-1] not in ".,;:" and (tail or self.words[i] == "/")

    def _shortens(self, i: int) -> bool:
        """Whether the point ``i`` ends a shortened word: *F* *.* *prausnitzii*, *i.v* *.*"""
        if self.blanks[i - 1] or not _SHORTENED.fullmatch(self.words[i - 1]):
            return False
        after = self.words[i + 1]
        return after.isalpha() and after.islower()


def _strings(doc: Doc, column: list[int]) -> list[str]:
    names = {key: doc.vocab.strings[key] for key in set(column)}
    return [names[key] for key in column]


@dataclass(slots=True)
class Piece:
    """Characters of the block with the mention that they are (-1: none) and the tokens that
    they share characters with."""

    start: int
    end: int
    mention: int
    tokens: list[int]


def cut(parsed: Parsed, found: Sequence[Found], outer: Sequence[int]) -> list[Piece]:
    """Mentions and the rests of words around them, in order; ``outer`` are the mentions that
    stand in no other."""
    pieces: list[Piece] = []
    spans = [(found[i].candidate.start, found[i].candidate.end, i) for i in outer]
    at = 0
    for first, last in parsed.joined():
        start, end = parsed.starts[first], parsed.ends[last - 1]
        while at < len(spans) and spans[at][1] <= start:
            at += 1
        if at == len(spans) or spans[at][0] >= end:
            pieces.append(Piece(start, end, -1, list(range(first, last))))
            continue
        position = start
        k = at
        while k < len(spans) and spans[k][0] < end:
            m_start, m_end, index = spans[k]
            if m_start > position:
                inside = _inside(parsed, first, last, position, m_start)
                pieces.append(Piece(position, m_start, -1, inside))
            tokens = _inside(parsed, first, last, m_start, m_end)
            if pieces and pieces[-1].mention == index:
                pieces[-1].tokens.extend(tokens)
            else:
                pieces.append(Piece(m_start, m_end, index, tokens))
            position = min(end, m_end)
            k += 1
        if position < end and (position > start or k == at or spans[k - 1][1] < end):
            inside = _inside(parsed, first, last, position, end)
            pieces.append(Piece(position, end, -1, inside))
    return pieces


def _inside(parsed: Parsed, first: int, last: int, start: int, end: int) -> list[int]:
    """The tokens of a word that share characters with ``start:end``."""
    if last - first == 1:
        return [first]
    return [i for i in range(first, last) if parsed.starts[i] < end and start < parsed.ends[i]]


def head_token(parsed: Parsed, tokens: list[int]) -> int:
    """The token of a piece whose head lies outside it."""
    if len(tokens) == 1:
        return tokens[0]
    inside = set(tokens)
    for i in reversed(tokens):
        head = parsed.heads[i]
        if head == i or head not in inside:
            return i
    return tokens[-1]


def owners(text: str, pieces: list[Piece]) -> dict[int, int]:
    """For each token of the parse the piece that stands for it: of a split token its last rest
    with letters (*producing*), else its mention."""
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


def _has_letters(text: str, piece: Piece) -> bool:
    words = text[piece.start : piece.end]
    return sum(c.isalpha() for c in words) > 2
