"""Which rules may speak in a sentence, before any of them is tried: those whose labels stand in
it, and one of whose words does. What is left is tried as it is written."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any

from pipeline.relate.words import Word

KNOWN_WORDS = 1 << 14  # words whose rules are kept at hand
_TESTS = ("LEMMA", "LOWER", "ORTH", "TEXT")
_NUMBERED = re.compile(r"\\\d|\(\?\(")  # what names groups by their numbers
_REPEATED = re.compile(r"1|\+|\{[1-9].*")  # operators of a node that must stand at least once


@dataclass(frozen=True, slots=True)
class Part:
    """Words ``start`` to ``end`` of a block: a sentence. ``labels`` counts the mentions in it;
    ``near`` also names those of the sentence before, which a pronoun may stand for."""

    start: int
    end: int
    labels: Counter[str]
    near: frozenset[str]


def parts(words: Sequence[Word]) -> Iterator[Part]:
    """The sentences that hold a mention or stand after one that does."""
    if any(word.head.sent is not word.sent for word in words):
        sentences = [words]  # a tree with a gap: rules may reach over the boundary
    else:
        sentences = [list(own) for _, own in groupby(words, attrgetter("sent"))]
    before: frozenset[str] = frozenset()
    for own in sentences:
        labels = Counter(word.ent_type_ for word in own if word.ent_type_)
        here = frozenset(labels)
        if here or before:
            yield Part(own[0].i, own[-1].i + 1, labels, here | before)
        before = here


class WordIndex:
    """Word -> numbers of the nodes (in Matcher keys) that its forms do not rule out."""

    def __init__(self, nodes: Mapping[int, Mapping[str, Any]]) -> None:
        self._by_word: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._searches: list[tuple[int, str, re.Pattern[str]]] = []
        self._open: list[int] = []
        for number, node in nodes.items():
            self._add(number, node)
        self._any = {key: self._any_of(key) for key in _TESTS}
        self._known = lru_cache(KNOWN_WORDS)(self._numbers)

    def __getitem__(self, token: Word) -> tuple[int, ...]:
        return self._known(token.lemma_, token.lower_, token.text)

    def _add(self, number: int, node: Mapping[str, Any]) -> None:
        for key in _TESTS:
            words = words_of(node.get(key))
            if words is not None:
                for word in words:
                    self._by_word[key, word].append(number)
                return
        for key in _TESTS:
            if regex := regex_of(node.get(key)):
                self._searches.append((number, key, re.compile(regex)))
                return
        self._open.append(number)

    def _numbers(self, lemma: str, lower: str, text: str) -> tuple[int, ...]:
        forms = dict(zip(_TESTS, (lemma, lower, text, text), strict=True))
        found = set(self._open)
        for key, form in forms.items():
            found.update(self._by_word.get((key, form), ()))
        worth = {key for key, regex in self._any.items() if regex.search(forms[key])}
        found.update(
            n for n, key, regex in self._searches if key in worth and regex.search(forms[key])
        )
        return tuple(sorted(found))

    def _any_of(self, key: str) -> re.Pattern[str]:
        """One expression that finds whatever one of a key finds: most words have none."""
        own = [regex.pattern for _, one, regex in self._searches if one == key]
        if any(_NUMBERED.search(pattern) for pattern in own):
            return re.compile("")
        try:
            return re.compile("|".join(f"(?:{pattern})" for pattern in own) if own else "(?!)")
        except re.error:  # flags for the whole, or names of groups: each is searched by itself
            return re.compile("")


def words_of(value: Any) -> list[str] | None:
    """The words that a test of a node allows, None where it does not list them."""
    if isinstance(value, str):
        return [value]
    return value.get("IN") if isinstance(value, dict) else None


def regex_of(value: Any) -> str | None:
    """The regular expression of a test, None for another."""
    return value.get("REGEX") if isinstance(value, dict) else None


def anchor(nodes: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The node of a sequence that tells best where it cannot stand: one that must stand and
    lists its words, else one that must stand."""
    needed = [node for node in nodes if is_needed(node)]
    listed = [n for n in needed if any(words_of(n.get(key)) is not None for key in _TESTS)]
    searched = [n for n in needed if any(regex_of(n.get(key)) for key in _TESTS)]
    triggers = [n for n in listed if n.get("role") == "trigger"]
    return next(iter((*triggers, *listed, *searched)), {})


def labels_needed(nodes: Sequence[Mapping[str, Any]]) -> Counter[str]:
    """How many mentions of each label a sequence cannot do without."""
    labels = (node.get("ENT_TYPE") for node in nodes if is_needed(node))
    return Counter(label for label in labels if isinstance(label, str) and label)


def is_needed(node: Mapping[str, Any]) -> bool:
    """Whether a sequence cannot do without the node."""
    return _REPEATED.fullmatch(str(node.get("OP", "1"))) is not None
