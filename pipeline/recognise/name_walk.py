"""Names found in a raw text, whatever stands between their parts.

The words of a text are read one after the other for as long as they begin a bare form
(:mod:`pipeline.recognise.anchors`). A folded form may begin and end where letters and digits meet
inside a word, because a tokenizer parts *IL6* and *mg* in *IL6mg*.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from pipeline.ground.index import PREFIXES
from pipeline.recognise.anchors import EXACT, SUPERSCRIPTS, bare
from pipeline.recognise.fine import GREEK, fold

_ATOM = re.compile(r"\d+|\D+")
_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4"}
MAX_BRACKET = 100  # words in brackets inside a name
MAX_SKIPPED = 10  # brackets, ends of lines and footnotes in a row
MAX_LINE_MARK = 5  # words between a lead-in and an item, and characters in all of them

Atoms = tuple[str, ...]


@lru_cache(1 << 16)
def readings(word: str) -> tuple[tuple[Atoms, Atoms], ...]:
    """(folded, exact) letters and digits of a word; for *6.1* also of the *6* before what may
    be a footnote. None for a word that is a footnote as a whole."""
    if word.isalpha() and word.isascii():
        return (((fold(word),), (word,)),)
    found: dict[tuple[Atoms, Atoms], None] = {}
    for part in (word, re.split(r"[.·]", word)[0]):
        part = SUPERSCRIPTS.sub("", part)
        if part and (exact := bare(GREEK.get(part, part))):
            folded = bare(fold(part))
            found[tuple(_ATOM.findall(folded)), tuple(_ATOM.findall(exact))] = None
    return tuple(found)


class NameWalk:
    """Follows the words of a text along the forms."""

    def __init__(self, forms: Collection[str]) -> None:
        self._forms = frozenset(forms)
        self._begun = {form[:n] for form in forms for n in range(1, len(form) + 1)}

    def starts(self, word: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The forms that a word holds by itself, and those that it begins."""
        found: dict[str, None] = {}
        begun: dict[str, None] = {}
        for folded, exact in readings(word):
            for first in range(len(folded)):
                self._follow("", folded[first:], found, begun)
                if first == 0 and not word[0].islower():
                    continue  # as a look-up does
                for rest in _without_prefix(folded[first]):
                    self._follow("", (rest, *folded[first + 1 :]), found, begun)
            self._follow(EXACT, ("".join(exact),), found, begun)
        return tuple(found), tuple(begun)

    def goes_on(self, state: str, word: str) -> bool:
        """Whether :meth:`go_on` may find anything with this word next: a quick test."""
        for folded, exact in readings(word):
            atom = "".join(exact) if state[0] == EXACT else folded[0]
            longer = state + atom
            if longer in self._begun or (atom[-1] == "s" and longer[:-1] in self._forms):
                return True
        return word in _ROMAN or _may_be_skipped(word)

    def go_on(self, state: str, words: Sequence[str], at: int) -> Iterator[tuple[str, int]]:
        """(form, index behind its last word) of all forms that begin with ``state`` and go on
        with the words from ``at``."""
        waiting = [(state, at, at)]  # a state, where it was reached, and the word to read
        latest = {(state, at): at}
        while waiting:
            state, since, at = waiting.pop()
            if at >= len(words):
                continue
            word = words[at]
            found: dict[str, None] = {}
            begun: dict[str, None] = {}
            for folded, exact in readings(word):
                atoms = ("".join(exact),) if state[0] == EXACT else folded
                self._follow(state, atoms, found, begun)
            if word in _ROMAN and state[0] != EXACT:
                self._follow(state, (_ROMAN[word],), found, begun)
            for form in found:
                yield form, at + 1
            following = [(longer, at + 1, at + 1) for longer in begun]
            if _may_be_skipped(word) and at - since < MAX_SKIPPED:
                following.append((state, since, at + 1))
                following += _behind(words, state, since, at)
            for place in following:
                state, since, at = place
                if since > latest.get((state, at), -1):
                    latest[state, at] = since
                    waiting.append(place)

    def _follow(
        self, state: str, atoms: Atoms, found: dict[str, None], begun: dict[str, None]
    ) -> None:
        for atom in atoms:
            state += atom
            if state in self._forms:
                found[state] = None
            if state[-1] == "s" and state[:-1] in self._forms:  # as for a look-up
                found[state[:-1]] = None
            if state not in self._begun:
                return
        begun[state] = None


def _without_prefix(atom: str) -> Iterator[str]:
    """The rest of *rhil*."""
    if atom.startswith(PREFIXES):
        for prefix in PREFIXES:
            if atom.startswith(prefix) and len(atom) > len(prefix):
                yield atom[len(prefix) :]


def _may_be_skipped(word: str) -> bool:
    """Brackets, ends of lines, a possessive, what may be a footnote."""
    return (
        word in ("(", ")", "\n", "s") or (len(word) <= 3 and word.isdigit()) or not readings(word)
    )


def _behind(
    words: Sequence[str], state: str, since: int, at: int
) -> Iterator[tuple[str, int, int]]:
    """Where a name may go on when more is left out than the word at ``at``: what stands in
    brackets (which counts as one word), or the mark of an item."""
    if words[at] == "(" and state[0] != EXACT:  # a row of pieces holds what is inside
        inside = words[at : at + MAX_BRACKET]
        if ")" in inside:
            length = inside.index(")")
            yield state, since + length, at + length + 1
    elif words[at] == "\n":  # a name may go over from a lead-in to an item below
        length = 0
        for behind in range(at + 2, min(at + 1 + MAX_LINE_MARK, len(words))):
            length += len(words[behind - 1])
            if length > MAX_LINE_MARK:
                return
            yield state, since, behind
