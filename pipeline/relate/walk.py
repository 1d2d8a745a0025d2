"""Follows a dependency pattern from one token.

The patterns are spaCy's DependencyMatcher patterns. spaCy's own matcher tries every
combination of tokens of a sentence for every pattern, which took nine tenths of the
run; from a known trigger only its neighbours need to be looked at. A test holds the
two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import attrgetter
from typing import Any

from pipeline.relate.words import Sentence, Word

Check = Callable[[Word], bool]

_ATTRIBUTES: dict[str, Callable[[Word], str]] = {
    "DEP": attrgetter("dep_"),
    "TAG": attrgetter("tag_"),
    "POS": attrgetter("pos_"),
    "LEMMA": attrgetter("lemma_"),
    "LOWER": attrgetter("lower_"),
    "ORTH": attrgetter("text"),
    "TEXT": attrgetter("text"),
    "ENT_TYPE": attrgetter("ent_type_"),
}


def _siblings(word: Word) -> Iterator[Word]:
    # A root is its own head, so that its children pass for its siblings, as in spaCy.
    return (w for w in word.head.children if w is not word)


def _stretch(word: Word, start: int, stop: int) -> list[Word]:
    """Words ``start`` to ``stop``, as far as the root above a word spans: spaCy's matcher takes
    that for its sentence."""
    first, last = _edges(word.sent, [word, *word.ancestors][-1])
    return word.words[max(start, first) : min(stop, last)]


def _edges(sentence: Sentence, root: Word) -> tuple[int, int]:
    """Where spaCy takes a tree to start and to end: of one whose arcs cross, or that has gaps,
    that may leave words out."""
    doc = sentence.doc
    if doc is None:
        words = root.words
        begin, end = words[sentence.start], words[sentence.end - 1]
        rises = all(word.head.i >= word.i for word in (begin, *begin.ancestors))
        falls = all(word.head.i <= word.i for word in (end, *end.ancestors))
        if rises and falls:
            return sentence.start, sentence.end
        doc = sentence.columns.doc()
    token = doc[root.i]
    return token.left_edge.i, token.right_edge.i + 1


_OPERATORS: dict[str, Callable[[Word], Iterable[Word]]] = {
    "<": lambda t: [t.head] if t.head is not t else [],
    ">": attrgetter("children"),
    "<<": attrgetter("ancestors"),
    ">>": lambda t: (d for d in t.subtree if d is not t),
    ".": lambda t: _stretch(t, t.i + 1, t.i + 2),
    ".*": lambda t: _stretch(t, t.i + 1, len(t.words)),
    ";": lambda t: _stretch(t, t.i - 1, t.i),
    ";*": lambda t: _stretch(t, 0, t.i),
    "$+": lambda t: (s for s in _siblings(t) if s.i == t.i + 1),
    "$-": lambda t: (s for s in _siblings(t) if s.i == t.i - 1),
    "$++": lambda t: (s for s in _siblings(t) if s.i > t.i),
    "$--": lambda t: (s for s in _siblings(t) if s.i < t.i),
    ">+": lambda t: (c for c in t.children if c.i == t.i + 1),
    ">-": lambda t: (c for c in t.children if c.i == t.i - 1),
    ">++": lambda t: (c for c in t.children if c.i > t.i),
    ">--": lambda t: (c for c in t.children if c.i < t.i),
    "<+": lambda t: [t.head] if t.head.i == t.i + 1 else [],
    "<-": lambda t: [t.head] if t.head.i == t.i - 1 else [],
    "<++": lambda t: [t.head] if t.head.i > t.i else [],
    "<--": lambda t: [t.head] if t.head.i < t.i else [],
}


def check(attributes: Mapping[str, Any]) -> Check:
    """The test of one word. Raises ValueError for keys and conditions that paths do not know."""
    checks: list[Check] = []
    for key, value in attributes.items():
        if key not in _ATTRIBUTES:
            raise ValueError(f"a path cannot test {key}; use {', '.join(_ATTRIBUTES)}")
        read = _ATTRIBUTES[key]
        conditions = value if isinstance(value, dict) else {"IN": [value]}
        for name, wanted in conditions.items():
            checks.append(_condition(read, name, wanted))
    if len(checks) == 1:
        return checks[0]

    def passes(word: Word) -> bool:
        for one in checks:  # noqa: SIM110 - a generator takes twice the time, on every step
            if not one(word):
                return False
        return True

    return passes


def loose_check(attributes: Mapping[str, Any]) -> Check:
    """A test that lets pass what ``check`` would, and tests nothing that it does not know."""
    known: dict[str, Any] = {}
    for key, value in attributes.items():
        try:
            check({key: value})
        except (ValueError, TypeError):
            continue
        known[key] = value
    return check(known)


def _condition(read: Callable[[Word], str], name: str, wanted: Any) -> Check:
    if name == "IN":
        allowed = frozenset(wanted)
        return lambda word: read(word) in allowed
    if name == "NOT_IN":
        banned = frozenset(wanted)
        return lambda word: read(word) not in banned
    if name == "REGEX":
        search = re.compile(wanted).search
        return lambda word: search(read(word)) is not None
    raise ValueError(f"a path cannot use {name}; use IN, NOT_IN or REGEX")


class Walk:
    """One pattern, compiled. Raises ValueError for what it cannot follow."""

    def __init__(self, pattern: Sequence[dict[str, Any]]) -> None:
        names = [node["RIGHT_ID"] for node in pattern]
        self._start = check(pattern[0].get("RIGHT_ATTRS", {}))
        self._argument = names.index("argument")
        self._steps = []
        for node in pattern[1:]:
            if node.get("REL_OP") not in _OPERATORS:
                raise ValueError(
                    f"no operator {node.get('REL_OP')!r}; see spaCy's DependencyMatcher"
                )
            left = names.index(node["LEFT_ID"])
            fits = check(node.get("RIGHT_ATTRS", {}))
            self._steps.append((left, _OPERATORS[node["REL_OP"]], fits))

    def reach(self, trigger: Word) -> list[int]:
        """Tokens that can be the argument when ``trigger`` is the trigger, in order."""
        if not self._start(trigger):
            return []
        return sorted({tokens[self._argument].i for tokens in self._extend([trigger], 0)})

    def _extend(self, tokens: list[Word], step: int) -> Iterator[list[Word]]:
        if step == len(self._steps):
            yield tokens
            return
        left, follow, fits = self._steps[step]
        for token in follow(tokens[left]):
            if fits(token):
                yield from self._extend([*tokens, token], step + 1)
