"""Predicted trees against the words of a treebank, whatever tokens the model cuts.

Words that the model cuts (*IL-2* *-* *induced*) count as one word, with the head, label and
tag of their root, as spaCy's ``retokenize().merge`` would leave it. Words that it joins
(*short* *-* *term*) count as wrong; words that hang on a joined one lose nothing by it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from spacy.tokens import Doc, Span
from span_scores import Counts

from pipeline.evaluate.intervals import ratio
from pipeline.read.spans import trimmed

Stretch = tuple[int, int]  # start and end in characters


@dataclass(frozen=True, slots=True)
class GoldTree:
    """A text of some sentences. The lists have one entry a word; ``heads`` are indexes of
    words, a root's head is itself; ``spans`` and ``sentences`` are characters of the text."""

    text: str
    spans: list[Stretch]
    heads: list[int]
    deps: list[str]
    tags: list[str]
    lemmas: list[str]
    sentences: list[Stretch]


@dataclass(slots=True)
class TreeCounts:
    """Numbers of words; ``arcs`` are the words that are no punctuation, of which ``heads``
    hang on the right word and ``labelled`` so under the right label; ``joined_arcs`` of them
    are joined with others."""

    words: int = 0
    tags: int = 0
    lemmas: int = 0
    arcs: int = 0
    heads: int = 0
    labelled: int = 0
    cut: int = 0
    joined: int = 0
    joined_arcs: int = 0
    sentences: Counts = field(default_factory=Counts)

    @property
    def rates(self) -> dict[str, float | None]:
        """Shares of right words and F1 of sentences, each between 0 and 1; ``_apart`` over
        the words that are not joined."""
        apart = self.arcs - self.joined_arcs
        return {
            "tag": ratio(self.tags, self.words),
            "lemma": ratio(self.lemmas, self.words),
            "uas": ratio(self.heads, self.arcs),
            "las": ratio(self.labelled, self.arcs),
            "uas_apart": ratio(self.heads, apart),
            "las_apart": ratio(self.labelled, apart),
            "sentence_f1": self.sentences.f1,
        }


def align(words: Sequence[Stretch], tokens: Sequence[Stretch]) -> Iterator[tuple[range, range]]:
    """Index ranges (words, tokens) that hang together by shared characters, in order.

    Every word is in one of them; a token that touches no word is in none. Both sequences
    ascend and hold no overlap.
    """
    w = t = 0
    while w < len(words):
        first_word = w
        while t < len(tokens) and tokens[t][1] <= words[w][0]:
            t += 1
        first_token = t
        while True:
            if t < len(tokens) and tokens[t][0] < words[w][1]:
                t += 1
            elif w + 1 < len(words) and t > first_token and words[w + 1][0] < tokens[t - 1][1]:
                w += 1
            else:
                break
        w += 1
        yield range(first_word, w), range(first_token, t)


def score_tree(
    gold: GoldTree,
    doc: Doc,
    counts: TreeCounts,
    normal_tag: Callable[[str], str] = str,
) -> None:
    """Add one text to ``counts``. ``normal_tag`` brings predicted tags to the gold's set."""
    tokens = [(token.idx, token.idx + len(token)) for token in doc]
    units = list(align(gold.spans, tokens))
    unit_of_word = {w: u for u, (words, _) in enumerate(units) for w in words}
    unit_of_token = {t: u for u, (_, cut) in enumerate(units) for t in cut}
    counts.words += len(gold.spans)
    counts.arcs += sum(dep != "punct" for dep in gold.deps)
    for words, cut in units:
        if len(words) > 1 or not cut:
            counts.joined += len(words)
            counts.joined_arcs += sum(gold.deps[word] != "punct" for word in words)
            continue
        counts.cut += len(cut) > 1
        word, span = words[0], doc[cut[0] : cut[-1] + 1]
        root = span.root
        counts.tags += normal_tag(root.tag_) == gold.tags[word]
        counts.lemmas += _lemma(span).lower() == gold.lemmas[word].lower()
        if gold.deps[word] == "punct":
            continue
        if gold.heads[word] == word:
            right = root.head.i == root.i
        else:
            above = unit_of_token.get(root.head.i) if root.head.i != root.i else None
            right = above == unit_of_word[gold.heads[word]]
        counts.heads += right
        counts.labelled += right and root.dep_.lower() == gold.deps[word].lower()
    counts.sentences += _sentences(gold, doc)


def _lemma(span: Span) -> str:
    """The lemma of a word that may be cut: only its last part is inflected."""
    return "".join(token.text_with_ws for token in span[:-1]) + span[-1].lemma_


def _sentences(gold: GoldTree, doc: Doc) -> Counts:
    """Sentences with exactly the same first and last character."""
    bounds = (trimmed(doc.text, sent.start_char, sent.end_char) for sent in doc.sents)
    found = {(start, end) for start, end in bounds if start < end}
    wanted = set(gold.sentences)
    right = len(found & wanted)
    return Counts(right, len(found) - right, len(wanted) - right)
