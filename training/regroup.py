"""Make one word of the words that our tokenizer keeps as one token."""

from __future__ import annotations

from spacy.language import Language
from tree_maps import NOUN_TAGS
from treebank import ROOT, Word


def spans_of(words: list[Word]) -> tuple[str, list[tuple[int, int]]]:
    """The text that the words spell, and each word's character offsets in it."""
    text, spans = "", []
    for word in words:
        spans.append((len(text), len(text) + len(word.form)))
        text += word.form + (" " if word.space_after else "")
    return text, spans


def depth(words: list[Word], index: int) -> int:
    """Number of arcs between a word and its root."""
    steps = 0
    while words[index].head != ROOT:
        index, steps = words[index].head, steps + 1
    return steps


def merge_groups(
    words: list[Word], sentence_of: list[int], groups: list[list[int]]
) -> tuple[list[Word], list[int]]:
    """Make one word of each group: its member nearest to the root speaks for it.

    Any other member could make a cycle (its head may hang on a further member).
    """
    place = {old: new for new, group in enumerate(groups) for old in group}
    merged: list[Word] = []
    for group in groups:
        speaker = words[min(group, key=lambda i: depth(words, i))]
        form = "".join(words[i].form for i in group)
        head = ROOT if speaker.head == ROOT else place[speaker.head]
        tag, dep, lemma = speaker.tag, speaker.dep, speaker.lemma
        if len(group) > 1:
            lemma = form
            before_noun = head > place[group[0]] and dep in {"compound", "amod", "nmod:npmod"}
            if any(words[i].form == "-" for i in group) and before_noun and tag in NOUN_TAGS:
                tag, dep = "JJ", "amod"  # "short-term memory": GENIA's reading of such words
        merged.append(Word(form, lemma, tag, head, dep, words[group[-1]].space_after))
    return merged, [sentence_of[group[0]] for group in groups]


def regroup(
    words: list[Word], sentence_of: list[int], nlp: Language
) -> tuple[list[Word], list[int]]:
    """Merge the words that the tokenizer keeps as one token, inside a sentence."""
    text, spans = spans_of(words)
    starts = {start: i for i, (start, _) in enumerate(spans)}
    ends = {end: i for i, (_, end) in enumerate(spans)}
    group_of = list(range(len(words)))
    for token in nlp.make_doc(text):
        first, last = starts.get(token.idx), ends.get(token.idx + len(token))
        if first is None or last is None or first >= last:
            continue
        if sentence_of[first] == sentence_of[last]:
            for i in range(first, last + 1):
                group_of[i] = first
    groups: dict[int, list[int]] = {}
    for i, key in enumerate(group_of):
        groups.setdefault(key, []).append(i)
    return merge_groups(words, sentence_of, list(groups.values()))
