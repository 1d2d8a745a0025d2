"""The tokens of a block, read once. Rules, attributes and features ask each word the same things
many times over, and spaCy makes a new Token and looks in its vocabulary every time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from spacy.tokens import Doc
from spacy.vocab import Vocab


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
    children: Sequence[Word] = ()
    head: Word = field(init=False)
    sent: Sentence = field(init=False)

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


@dataclass(slots=True)
class Columns:
    """The tokens of a block as lists with one entry a token; ``labels`` are empty but for
    mentions, ``heads`` are tokens, a root's its own; ``spaces`` says whether a blank follows."""

    vocab: Vocab
    texts: list[str]
    lemmas: list[str]
    tags: list[str]
    pos: list[str]
    deps: list[str]
    labels: list[str]
    heads: list[int]
    spaces: list[bool]

    def doc(self, start: int = 0, end: int | None = None) -> Doc:
        """spaCy's Doc of tokens ``start`` to ``end``, whose heads must be among them."""
        here = slice(start, end)
        return Doc(
            self.vocab, words=self.texts[here], spaces=self.spaces[here], tags=self.tags[here],
            pos=self.pos[here], lemmas=self.lemmas[here], deps=self.deps[here],
            heads=[head - start for head in self.heads[here]],
            ents=[f"B-{label}" if label else "O" for label in self.labels[here]],
        )  # fmt: skip


@dataclass(slots=True, eq=False, repr=False)
class Sentence:
    """One sentence of a block: words ``start`` to ``end``, below ``root``. ``doc``: of the whole
    block, only where some tree of it has gaps, so that its words are of several sentences."""

    start: int
    end: int
    root: Word
    columns: Columns
    doc: Doc | None = None

    def __iter__(self) -> Iterator[Word]:
        return iter(self.root.words[self.start : self.end])

    @property
    def asks(self) -> bool:
        """Whether it ends with a question mark."""
        texts = self.columns.texts[self.start : self.end]
        return "".join(texts).rstrip().endswith("?")


def words_of(columns: Columns, doc: Doc | None = None) -> list[Word]:
    """The words of these columns, with their sentences; ``doc`` is made of them where it is not
    given. A word that closes a circle becomes a root, in the columns too."""
    c = columns
    roots = _roots(c.heads)
    words: list[Word] = []
    rows = zip(c.texts, c.lemmas, c.tags, c.pos, c.deps, c.labels, strict=True)
    for i, (text, lemma, tag, pos, dep, label) in enumerate(rows):
        words.append(Word(i, text, text.lower(), lemma, tag, pos, dep, label, words))
    children: defaultdict[int, list[Word]] = defaultdict(list)
    for i, head in enumerate(c.heads):
        words[i].head = words[head]
        if head != i:
            children[head].append(words[i])
    for head, below in children.items():
        words[head].children = below
    for sentence in _sentences(columns, roots, words, doc):
        for word in words[sentence.start : sentence.end]:
            word.sent = sentence
    return words


def read_words(doc: Doc) -> list[Word]:
    """The words of a parsed doc."""
    return words_of(
        Columns(
            doc.vocab, [t.text for t in doc], [t.lemma_ for t in doc], [t.tag_ for t in doc],
            [t.pos_ for t in doc], [t.dep_ for t in doc], [t.ent_type_ for t in doc],
            [t.head.i for t in doc], [bool(t.whitespace_) for t in doc],
        ),
        doc,
    )  # fmt: skip


def _roots(heads: list[int]) -> list[int]:
    """For each token the root of its tree. Merging tokens that are no constituent can close a
    circle: the token that closes it becomes a root, in place."""
    roots = [-1] * len(heads)
    seen_by = [-1] * len(heads)
    for i in range(len(heads)):
        way = []
        j = i
        while roots[j] < 0 and heads[j] != j and seen_by[j] != i:
            seen_by[j] = i
            way.append(j)
            j = heads[j]
        if roots[j] < 0 and heads[j] != j:
            heads[i] = roots[i] = i
            continue
        root = roots[j] = roots[j] if roots[j] >= 0 else j
        for k in way:
            roots[k] = root
    return roots


def _sentences(
    columns: Columns, roots: list[int], words: list[Word], doc: Doc | None
) -> list[Sentence]:
    """A tree is a sentence. Where trees have gaps, or roots no name, spaCy says how it is cut."""
    starts = [i for i, root in enumerate(roots) if not i or root != roots[i - 1]]
    if len(starts) == len(set(roots)) and "" not in columns.deps:
        return [
            Sentence(start, end, words[roots[start]], columns)
            for start, end in pairwise([*starts, len(roots)])
        ]
    doc = columns.doc() if doc is None else doc
    return [Sentence(s.start, s.end, words[s.root.i], columns, doc) for s in doc.sents]
