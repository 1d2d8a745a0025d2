"""The tokens of a bound doc, read once. Rules, attributes and features ask each word the same
things many times over, and spaCy makes a new Token and looks in its vocabulary every time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span


@dataclass(slots=True, eq=False, repr=False)
class Word:
    """What is asked of a token, under the names of spaCy's Token. ``head`` of a root is the
    root itself; ``children`` are in order; ``words`` are all words of the block."""

    i: int
    text: str
    lower_: str
    lemma_: str
    tag_: str
    pos_: str
    dep_: str
    ent_type_: str
    words: list[Word]
    head: Word = field(init=False)
    sent: Sentence = field(init=False)
    children: list[Word] = field(init=False, default_factory=list)

    @property
    def ancestors(self) -> Iterator[Word]:
        """The words above, the nearest first."""
        word = self
        while word.head is not word:
            word = word.head
            yield word

    @property
    def subtree(self) -> Iterator[Word]:
        """The word and all words below it, in no order."""
        below = [self]
        while below:
            word = below.pop()
            yield word
            below += word.children


class Sentence:
    """One sentence of a block: words ``start`` to ``end``."""

    def __init__(self, span: Span, words: list[Word]) -> None:
        self.start, self.end = span.start, span.end
        self.span = span
        self._words = words

    def __iter__(self) -> Iterator[Word]:
        return iter(self._words[self.start : self.end])

    @property
    def root(self) -> Word:
        """The word that heads the sentence."""
        return self._words[self.span.root.i]

    @property
    def text(self) -> str:
        """The sentence as it stands in the block."""
        return self.span.text


@dataclass(slots=True)
class Columns:
    """The tokens of a doc as lists with one entry a token; ``labels`` are empty but for mentions,
    ``heads`` are tokens, a root's its own."""

    texts: list[str]
    lemmas: list[str]
    tags: list[str]
    pos: list[str]
    deps: list[str]
    labels: list[str]
    heads: list[int]


def words_of(doc: Doc, columns: Columns) -> list[Word]:
    """The words of a doc that is made of these columns, with its sentences."""
    c = columns
    words: list[Word] = []
    rows = zip(c.texts, c.lemmas, c.tags, c.pos, c.deps, c.labels, strict=True)
    for i, (text, lemma, tag, pos, dep, label) in enumerate(rows):
        words.append(Word(i, text, text.lower(), lemma, tag, pos, dep, label, words))
    for word, head in zip(words, c.heads, strict=True):
        word.head = words[head]
        if head != word.i:
            words[head].children.append(word)
    for span in doc.sents:
        sentence = Sentence(span, words)
        for word in words[span.start : span.end]:
            word.sent = sentence
    return words


def read_words(doc: Doc) -> list[Word]:
    """The words of a parsed doc."""
    return words_of(
        doc,
        Columns(
            [t.text for t in doc], [t.lemma_ for t in doc], [t.tag_ for t in doc],
            [t.pos_ for t in doc], [t.dep_ for t in doc], [t.ent_type_ for t in doc],
            [t.head.i for t in doc],
        ),
    )  # fmt: skip
