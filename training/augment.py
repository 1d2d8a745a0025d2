"""Documents from sentences: plain, glued, in small letters, or as bullet lists."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator

from tree_maps import NOUN_TAGS, children
from treebank import ROOT, Word


def lower_start(words: list[Word]) -> None:
    """Write the first word small unless it is a code."""
    first = words[0]
    if first.form[1:] == first.form[1:].lower() and not any(c.isdigit() for c in first.form):
        first.form = first.form.lower()


def drop_full_stop(words: list[Word]) -> None:
    """Remove a closing full stop, as in list items and headings."""
    last = len(words) - 1
    if len(words) > 2 and words[last].form == "." and all(w.head != last for w in words):
        words.pop()
        words[-1].space_after = True


def subtree(words: list[Word], top: int) -> list[int]:
    """Indices of ``top`` and all below it, in text order."""
    found, border = {top}, [top]
    while border:
        border = [child for parent in border for child in children(words, parent)]
        found.update(border)
    return sorted(found)


def noun_phrases(words: list[Word]) -> Iterator[list[Word]]:
    """Noun phrases of a sentence as sentences of their own, as list items are."""
    for top, word in enumerate(words):
        if word.tag not in NOUN_TAGS or word.dep not in {"dobj", "nsubj", "nmod", "conj"}:
            continue
        cases = [child for child in children(words, top) if words[child].dep == "case"]
        outside = {i for case in cases for i in subtree(words, case)}
        inside = [i for i in subtree(words, top) if i not in outside]
        if not 2 <= len(inside) <= 14 or inside[-1] - inside[0] + 1 != len(inside):
            continue
        if words[inside[0]].dep in {"cc", "punct"} or words[inside[-1]].dep == "punct":
            continue
        item = [copy.copy(words[i]) for i in inside]
        for new, old in zip(item, inside, strict=True):
            new.head = ROOT if old == top else inside.index(words[old].head)
            new.dep = "root" if old == top else new.dep
        item[-1].space_after = True
        yield item


def add_bullet(words: list[Word], bullet: str) -> None:
    """Put a bullet before a sentence; it hangs on the root as punct."""
    for word in words:
        word.head = word.head + 1 if word.head != ROOT else ROOT
    root = next(i for i, word in enumerate(words) if word.head == ROOT)
    words.insert(0, Word(bullet, bullet, ":", root + 1, "punct"))


def as_list(document: list[list[list[Word]]], rng: random.Random) -> list[list[list[Word]]]:
    """Sentences and noun phrases as the items of a bullet list under their first sentence."""
    bullet = rng.choice(["•", "-", "*", "–", ""])
    sentences = copy.deepcopy([words for paragraph in document for words in paragraph])
    lead, items = sentences[0], []
    for words in sentences[1:]:
        phrases = list(noun_phrases(words))
        items.append(rng.choice(phrases) if phrases and rng.random() < 0.7 else words)
    if lead[-1].form == "." and rng.random() < 0.5:
        lead[-1].form = lead[-1].lemma = lead[-1].tag = ":"
    for words in items:
        if bullet:
            add_bullet(words, bullet)
    return [[lead], items]


def flatten(
    document: list[list[list[Word]]], rng: random.Random, style: str
) -> tuple[list[Word], list[int]]:
    """Join sentences to one list with document-wide heads, and each word's sentence number.

    ``style``: plain; glued (no blank after a sentence's end); list (no full stops, a new
    line after each sentence); small (sentences start in lower case).
    """
    flat: list[Word] = []
    sentence_of: list[int] = []
    number = 0
    if style == "list":
        document = as_list(document, rng)
    for paragraph in document:
        for position, original in enumerate(paragraph):
            words = copy.deepcopy(original)
            if style == "list" and rng.random() < 0.8:
                drop_full_stop(words)
            if style == "small":
                lower_start(words)
            offset = len(flat)
            for word in words:
                word.head = word.head + offset if word.head != ROOT else ROOT
            last_of_paragraph = position == len(paragraph) - 1
            new_line = style == "list" or (last_of_paragraph and rng.random() < 0.6)
            words[-1].space_after = style != "glued" and not new_line
            if new_line:
                form = rng.choice(["\n", "\n\n", "\n  ", "\n    "])
                end = offset + len(words) - 1
                words.append(Word(form, form, "_SP", end, "dep", False))
            flat.extend(words)
            sentence_of.extend([number] * len(words))
            number += 1
    while flat and flat[-1].tag == "_SP":  # a text ends with a word
        flat.pop()
        sentence_of.pop()
    return flat, sentence_of
