"""Fit the words of a treebank to the tokens that our tokenizer cuts from the same text."""

from __future__ import annotations

from spacy.language import Language
from tree_maps import NOUN_TAGS
from treebank import ROOT, Word

DASHES = frozenset("-‐‑–")
PUNCT_TAGS = {"(": "-LRB-", "[": "-LRB-", ")": "-RRB-", "]": "-RRB-", ".": ".", ",": ","}


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
    merged, sentence_of = merge_groups(words, sentence_of, list(groups.values()))
    return split_words(merged, sentence_of, nlp)


def split_words(
    words: list[Word], sentence_of: list[int], nlp: Language
) -> tuple[list[Word], list[int]]:
    """Cut the words that the tokenizer cuts; the tail of *IL-2-induced* stands for the word."""
    text, spans = spans_of(words)
    cuts: list[list[str]] = [[] for _ in words]
    at = 0
    for token in nlp.make_doc(text):
        while at < len(spans) and spans[at][1] <= token.idx:
            at += 1
        inside = at < len(spans) and spans[at][0] <= token.idx
        if inside and token.idx + len(token) <= spans[at][1]:
            cuts[at].append(token.text)
    pieces = [
        parts if len(parts) > 1 and "".join(parts) == word.form else [word.form]
        for word, parts in zip(words, cuts, strict=True)
    ]
    owners = [_owner(parts) for parts in pieces]
    firsts = [sum(len(parts) for parts in pieces[:i]) for i in range(len(pieces))]
    place = [first + owner for first, owner in zip(firsts, owners, strict=True)]
    split: list[Word] = []
    numbers: list[int] = []
    for i, (word, parts) in enumerate(zip(words, pieces, strict=True)):
        head = ROOT if word.head == ROOT else place[word.head]
        split += _split(word, parts, owners[i], firsts[i], head)
        numbers += [sentence_of[i]] * len(parts)
    compounds_alike(split)
    return split, numbers


def _owner(parts: list[str]) -> int:
    """Index of the piece that stands for the word: what follows its last hyphen, else the
    first piece with a letter or digit."""
    if len(parts) > 2 and parts[-2] in DASHES:
        return len(parts) - 1
    return next((i for i, part in enumerate(parts) if any(c.isalnum() for c in part)), 0)


def _split(word: Word, parts: list[str], owner: int, first: int, head: int) -> list[Word]:
    if len(parts) == 1:
        return [Word(word.form, word.lemma, word.tag, head, word.dep, word.space_after)]
    names = [i for i, part in enumerate(parts) if i != owner and any(c.isalnum() for c in part)]
    lead = names[0] if names and names[0] < owner else owner
    made = []
    for i, part in enumerate(parts):
        if i == owner:
            lemma = part.lower() if owner else part
            new = Word(part, lemma, word.tag, head, word.dep)
        elif i == lead:
            new = Word(part, part, "NN", first + owner, "compound")
        elif i in names:
            new = Word(part, part, "NN", first + lead, "conj")
        else:
            above = owner if part in DASHES else lead
            tag = "HYPH" if part in DASHES else PUNCT_TAGS.get(part, ":")
            new = Word(part, part, tag, first + above, "punct")
        new.space_after = False
        made.append(new)
    made[-1].space_after = word.space_after
    return made


def compounds_alike(words: list[Word]) -> None:
    """One structure for *IL-2* *-* *induced* in all treebanks: EWT and CRAFT cut such words too,
    and call the name an adverbial and the tail a participle."""
    for i in range(1, len(words) - 1):
        name, dash, tail = words[i - 1], words[i], words[i + 1]
        joined = not name.space_after and not dash.space_after
        if dash.form not in DASHES or not joined or not tail.form.islower():
            continue
        if name.head not in (i, i + 1) or tail.head in (i - 1, i):
            continue
        name.head, name.dep = i + 1, "compound"
        dash.head, dash.dep, dash.tag = i + 1, "punct", "HYPH"
        if tail.dep == "amod":
            tail.tag = "JJ"
        tail.lemma = tail.form.lower()
