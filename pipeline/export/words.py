"""Texts cut into words, with the mentions on them, for formats that know words and not
characters. Offsets are characters, half-open; no word reaches over the edge of a mention."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from pipeline.records import Annotation, Mention

if TYPE_CHECKING:
    from spacy.language import Language

Span = tuple[int, int]


@cache
def blank_english() -> Language:
    """spaCy's tokeniser of English, with no model, and its rules for ends of sentences."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    return nlp


def words_of(annotation: Annotation, *, blanks: bool = False) -> list[Span]:
    """spaCy's tokens, cut at the edges of mentions; those that are blank only with ``blanks``."""
    text = annotation.document.text
    edges = sorted({edge for m in annotation.mentions for edge in (m.start, m.end)})
    words: list[Span] = []
    for token in blank_english().tokenizer(text):
        start, end = token.idx, token.idx + len(token)
        inside = edges[bisect_left(edges, start + 1) : bisect_left(edges, end)]
        pieces = zip([start, *inside], [*inside, end], strict=True)
        words += [piece for piece in pieces if blanks or not text[slice(*piece)].isspace()]
    return words


def covered(words: Sequence[Span], start: int, end: int) -> range:
    """The numbers of the words from ``start`` to ``end``."""
    return range(
        bisect_left(words, start, key=lambda word: word[0]),
        bisect_left(words, end, key=lambda word: word[0]),
    )


def sentence_starts(annotation: Annotation, words: Sequence[Span]) -> set[int]:
    """The numbers of the words that begin a sentence, as the parser cut them, or by full stops
    where that is not known. No sentence begins inside a mention."""
    if annotation.sentences:
        starts = [start for start, _ in annotation.sentences]
    else:
        nlp = blank_english()
        doc = nlp.get_pipe("sentencizer")(nlp.tokenizer(annotation.document.text))
        starts = [sentence.start_char for sentence in doc.sents]
    firsts = {bisect_left(words, start, key=lambda word: word[0]) for start in starts}
    inside = {n for m in annotation.mentions for n in covered(words, m.start, m.end)[1:]}
    return ({0} | firsts) - inside - {len(words)}


def layers(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention], list[Mention]]:
    """Mentions that do not overlap, the longest first; of those that are left as many as do not
    overlap each other; and the others. Each by place."""
    outer, rest = _apart(mentions)
    inner, others = _apart(rest)
    return outer, inner, others


def _apart(mentions: Sequence[Mention]) -> tuple[list[Mention], list[Mention]]:
    taken: list[Mention] = []
    rest: list[Mention] = []
    for mention in sorted(mentions, key=lambda m: (m.start - m.end, m.start, m.label)):
        overlaps = any(mention.start < t.end and t.start < mention.end for t in taken)
        (rest if overlaps else taken).append(mention)
    by_place = [sorted(part, key=lambda m: (m.start, m.end, m.label)) for part in (taken, rest)]
    return by_place[0], by_place[1]
