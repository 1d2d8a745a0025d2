"""Sentence boundaries that no parser has to guess.

Sets ``is_sent_start`` before the parser runs; spaCy's parser keeps what is set.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from spacy.attrs import SENT_START  # type: ignore[import-not-found]
from spacy.language import Language
from spacy.tokens import Doc

# Abbreviations after which a sentence goes on, whatever follows.
_GOES_ON = re.compile(
    # a single capital is an initial, but not in *vitamin D.*
    r"(?<![a-z] )\b[A-Z]\.$|"
    r"\b(?:[Ff]igs?|[Rr]efs?|al|vs|i\.?e|e\.?g|cf|ca|approx|[Nn]o|[Ee]qs?|[Tt]ab|[Ss]uppl|Dr|Prof|"
    r"sp|spp|var|i\.v|i\.p|s\.c|p\.o|resp|St|incl)\.$"
)
MAX_SENTENCE = 400  # tokens; what has no end by then is a list or a table
_ENDS = frozenset(".?!")
_LOOK_BACK = 6  # characters before the last token that belong to such an abbreviation
_STOPS = frozenset(".?!:;")
_BINDS = frozenset({",", "and", "or", "of", "the", "by", "with", "in", "("})
_START, _UNKNOWN, _INSIDE = 1, 0, -1  # spaCy's values of SENT_START


@Language.component("boundaries")
def boundaries(doc: Doc) -> Doc:
    """No sentence starts after *Fig.* or *et al.*, at a lower-case word, or inside
    brackets, but one does where MAX_SENTENCE tokens hold no end. Glued full stops were parted
    when the text was read."""
    if not len(doc):
        return doc
    words = [token.text for token in doc]
    starts = [_START]
    depth = _depth(0, words[0])
    begin = 0  # of what may be a sentence
    for i in range(1, len(words)):
        inside = depth > 0 or _mid_sentence(doc, words, i)
        if i - begin >= MAX_SENTENCE:
            starts.append(_START)
            begin, depth = i, 0
        else:
            starts.append(_INSIDE if inside else _UNKNOWN)
            if words[i - 1] in _ENDS and not inside:
                begin = i
        depth = _depth(depth, words[i])
    # one array, because setting a token's own value makes spaCy look through the whole Doc
    values: Any = np.array(starts, dtype=np.int64).astype(np.uint64)
    doc.from_array([SENT_START], values)
    return doc


def _depth(depth: int, word: str) -> int:
    """How many brackets are open behind this word."""
    if word in "([":
        return depth + 1
    return max(0, depth - 1) if word in ")]" else depth


def _mid_sentence(doc: Doc, words: list[str], i: int) -> bool:
    word, previous = words[i], words[i - 1]
    if previous[-1] in ".\n" and _goes_on(doc, previous, i):
        return True
    if len(word) > 1 and word[0].islower() and _is_plain(word):
        return previous not in _STOPS and "\n" not in previous
    return previous in _BINDS


def _goes_on(doc: Doc, previous: str, i: int) -> bool:
    """Whether an abbreviation stands before token ``i``, the last of it in ``previous``."""
    before = doc[max(0, i - 1 - _LOOK_BACK) : i].text
    return _GOES_ON.search(before[-_LOOK_BACK - len(previous) :]) is not None


def _is_plain(word: str) -> bool:
    """No capital and no digit: *cells*, *de-novo*, but not *mRNA* or *p38*."""
    if word.isalpha() and word.islower():
        return True
    return not any(c.isupper() or c.isdigit() for c in word)
