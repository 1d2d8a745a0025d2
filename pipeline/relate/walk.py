"""Follows a dependency pattern from one token.

The patterns are spaCy's DependencyMatcher patterns. spaCy's own matcher tries every
combination of tokens of a sentence for every pattern, which took nine tenths of the
run; from a known trigger only its neighbours need to be looked at. A test holds the
two against each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from spacy.tokens import Token

Check = Callable[[Token], bool]

_ATTRIBUTES: dict[str, Callable[[Token], str]] = {
    "DEP": lambda t: t.dep_,
    "TAG": lambda t: t.tag_,
    "POS": lambda t: t.pos_,
    "LEMMA": lambda t: t.lemma_,
    "LOWER": lambda t: t.lower_,
    "ORTH": lambda t: t.orth_,
    "TEXT": lambda t: t.orth_,
    "ENT_TYPE": lambda t: t.ent_type_,
}


def _ancestors(token: Token) -> Iterator[Token]:
    while token.head.i != token.i:
        token = token.head
        yield token


def _siblings(token: Token) -> Iterator[Token]:
    # A root is its own head, so that its children pass for its siblings, as in spaCy.
    yield from (t for t in token.head.children if t.i != token.i)


class _Stretch:
    """The words that the root above a token spans: spaCy's matcher takes them for its
    sentence. Indexed like the doc."""

    def __init__(self, token: Token) -> None:
        root = ([token, *_ancestors(token)])[-1]
        self._doc = token.doc
        self._first, self._last = root.left_edge.i, root.right_edge.i

    def __getitem__(self, places: slice) -> list[Token]:
        first, last, _ = places.indices(len(self._doc))
        return list(self._doc[max(first, self._first) : min(last, self._last + 1)])


_OPERATORS: dict[str, Callable[[Token], Iterable[Token]]] = {
    "<": lambda t: [t.head] if t.head.i != t.i else [],
    ">": lambda t: t.children,
    "<<": _ancestors,
    ">>": lambda t: (d for d in t.subtree if d.i != t.i),
    ".": lambda t: _Stretch(t)[t.i + 1 : t.i + 2],
    ".*": lambda t: _Stretch(t)[t.i + 1 :],
    ";": lambda t: _Stretch(t)[max(0, t.i - 1) : t.i],
    ";*": lambda t: _Stretch(t)[: t.i],
    "$+": lambda t: (s for s in _siblings(t) if s.i == t.i + 1),
    "$-": lambda t: (s for s in _siblings(t) if s.i == t.i - 1),
    "$++": lambda t: (s for s in _siblings(t) if s.i > t.i),
    "$--": lambda t: (s for s in _siblings(t) if s.i < t.i),
    ">+": lambda t: (c for c in t.children if c.i == t.i + 1),
    ">-": lambda t: (c for c in t.children if c.i == t.i - 1),
    ">++": lambda t: t.rights,
    ">--": lambda t: t.lefts,
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
    return lambda token: all(one(token) for one in checks)


def _condition(read: Callable[[Token], str], name: str, wanted: Any) -> Check:
    if name == "IN":
        allowed = frozenset(wanted)
        return lambda token: read(token) in allowed
    if name == "NOT_IN":
        banned = frozenset(wanted)
        return lambda token: read(token) not in banned
    if name == "REGEX":
        search = re.compile(wanted).search
        return lambda token: search(read(token)) is not None
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

    def reach(self, trigger: Token) -> list[int]:
        """Tokens that can be the argument when ``trigger`` is the trigger, in order."""
        if not self._start(trigger):
            return []
        return sorted({tokens[self._argument].i for tokens in self._extend([trigger], 0)})

    def _extend(self, tokens: list[Token], step: int) -> Iterator[list[Token]]:
        if step == len(self._steps):
            yield tokens
            return
        left, follow, fits = self._steps[step]
        for token in follow(tokens[left]):
            if fits(token):
                yield from self._extend([*tokens, token], step + 1)
