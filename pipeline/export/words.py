"""Texts cut into words, with the mentions on them, for formats that know words and not
characters. Offsets are characters, half-open; no word reaches over the edge of a mention."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from pipeline.read.layout import blocks
from pipeline.records import Annotation, Document, Mention

if TYPE_CHECKING:
    from spacy.language import Language

Span = tuple[int, int]
_TITLE_ENDS = re.compile(r"[^\S\n]*\n")


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
    and blocks of the text where that is not known. No sentence begins inside a mention."""
    if annotation.sentences:
        starts = [start for start, _ in annotation.sentences]
    else:
        starts = list(_guessed_starts(annotation.document))
    firsts = {bisect_left(words, start, key=lambda word: word[0]) for start in starts}
    inside = {n for m in annotation.mentions for n in covered(words, m.start, m.end)[1:]}
    return ({0} | firsts) - inside - {len(words)}


def _guessed_starts(document: Document) -> Iterator[int]:
    """Where sentences begin, in characters. A title, a heading or an item of a list rarely ends in
    a full stop; the parser was given one block at a time, too."""
    title = len(document.title)
    if document.text.startswith(document.title) and _TITLE_ENDS.match(document.text, title):
        yield title
    nlp = blank_english()
    for block in blocks(document):
        for sentence in nlp.get_pipe("sentencizer")(nlp.tokenizer(block.text)).sents:
            places = (
                block.to_document(at, at + 1)
                for at in range(sentence.start_char, sentence.end_char)
            )
            if place := next(filter(None, places), None):
                yield place[0]


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
