"""Conjuncts behind a name that lack its beginning: *IL-1α and -β*, *IL-4/13*,
*interleukins 4, 5 and 13*, *IL-12 and -23 receptors*."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.coordination_cues import CoordinationCues, conjunct, separator
from pipeline.recognise.fine import DASHES, GREEK, FineText, fold
from pipeline.recognise.terms import Term

_GREEK_NAMES = frozenset({*GREEK, *GREEK.values()})
_NUMBER = re.compile(r"\d{1,2}(?:[A-Fa-f]|alpha|beta|gamma)?|\d\dp\d\d|\d{1,2}[LR]\d{0,2}")
_GREEK_TAIL = re.compile(rf"(?:{'|'.join(sorted(_GREEK_NAMES, key=len, reverse=True))})\d?")
_WORD_TAIL = re.compile(r"[A-Fabg]|p\d\d|R?I{1,3}|R\d|[a-z]?R[αβγ]?")
_GREEK_END = re.compile(r"(?:[α-ω]|alpha|beta|gamma|delta|lambda)\W?\d*[ab]?$", re.IGNORECASE)
_LAST_UNIT = re.compile(
    r"(?:[\s-]*(?:alpha|beta|gamma|delta|epsilon|lambda|omega|[α-ω])|(?<![A-Za-z])[A-Za-z]|\d+|p\d\d|\s?I{1,3})$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class _Tail:
    """Fine tokens ``first`` to ``last`` (exclusive) that complete a name to ``term``."""

    first: int
    last: int
    term: Term
    completed: str
    bare: bool  # a number with neither hyphen nor slash: it may count something


@dataclass(frozen=True, slots=True)
class _Head:
    """A mention that tails may follow: its name without its last parts, whether it ends in a
    Greek letter, whether it is a plural with a number (*interleukins 4*)."""

    label: str
    stems: list[str]
    greek: bool
    plural: bool

    @classmethod
    def of(cls, mention: Candidate, text: str) -> _Head:
        words = text[mention.start : mention.end]
        return cls(
            mention.label,
            list(_stems(words)),
            _GREEK_END.search(words) is not None,
            re.search(r"s\s*\d+$", words) is not None,
        )


class Tails:
    """Finds what completes a mention's name to another name."""

    def __init__(self, cues: CoordinationCues, index: ConceptIndex) -> None:
        self._cues = cues
        self._index = index

    def __call__(self, fine: FineText, mention: Candidate) -> list[Candidate]:
        """Candidates behind one settled mention."""
        at = bisect_left(fine.starts, mention.end)
        if separator(self._cues, fine, at) is None:
            return []
        head = _Head.of(mention, fine.text)
        if not head.stems:
            return []
        tails: list[_Tail] = []
        conjoined = False  # a comma list is closed by a conjunction
        while (step := separator(self._cues, fine, at)) is not None:
            after, slash, conjunction = step
            tail = self._tail(fine, after, head, slash=slash)
            if tail is None:
                break
            tails.append(tail)
            conjoined = conjoined or conjunction
            at = tail.last
        if not tails:
            return []
        return self._with_shared_noun(fine, mention, tails) or [
            conjunct(fine, tail.first, tail.last, tail.term, tail.completed)
            for tail in self._believed(fine, head, tails, conjoined)
        ]

    def _with_shared_noun(
        self, fine: FineText, mention: Candidate, tails: list[_Tail]
    ) -> list[Candidate]:
        """*IL-12 and -23 receptors* are two receptors, *Th1 and 2 cells* end in *2 cells*."""
        behind = tails[-1].last
        noun = fine.words[behind] if behind < len(fine.words) else ""
        if not noun.endswith("s") or not self._cues.holds("shared_heads", noun):
            return []
        label = "RECEPTOR" if fold(noun) == "receptor" else mention.label
        names = [fine.text[mention.start : mention.end], *(tail.completed for tail in tails)]
        edge = bisect_left(fine.starts, mention.start), bisect_left(fine.starts, mention.end)
        places = [edge, *((tail.first, tail.last) for tail in tails)]
        places[-1] = (places[-1][0], behind + 1)
        found = []
        for name, place in zip(names, places, strict=True):
            term = self._index.look_up(label, f"{name} {noun}")
            if term is None:
                return []
            found.append(conjunct(fine, *place, term, f"{name} {noun}"))
        return found

    def _tail(self, fine: FineText, at: int, head: _Head, *, slash: bool) -> _Tail | None:
        words, n = fine.words, len(fine.words)
        first = at
        hyphen = words[at] in DASHES
        if hyphen:
            at += 1
            if at >= n or fine.starts[at] != fine.ends[at - 1]:
                return None
        last = self._tail_end(fine, at)
        if last == at:
            return None
        text = fine.text[fine.starts[at] : fine.ends[last - 1]]
        number = text[0].isdigit()
        if head.label == "DRUG" and not (hyphen and number):
            return None  # only interferon alfa-2a and -2b
        if not (hyphen or slash) and not self._may_be_bare(fine, text, last, head):
            return None
        for stem in head.stems:
            if number and stem[-1:].isdigit():
                continue  # IL-1α and 2 is no IL-12
            term = self._index.look_up(head.label, stem + text)
            if term is not None and term.status != "class":
                return _Tail(first, last, term, stem + text, number and not hyphen and not slash)
        return None

    @staticmethod
    def _tail_end(fine: FineText, at: int) -> int:
        """The token behind a number, Greek letter, letter or subunit that begins at ``at``."""
        words, n = fine.words, len(fine.words)

        def glued(i: int) -> bool:
            return i < n and fine.starts[i] == fine.ends[i - 1]

        word = words[at]
        if _GREEK_TAIL.fullmatch(word):  # β, β1, beta 1
            end = at + 1
            if glued(end) and re.fullmatch(r"\d[ab]?", words[end]):
                end += 1
            return end
        if _NUMBER.fullmatch(word):  # 8, 17A, 1β, 1-beta
            end = at + 1
            if glued(end) and words[end] in DASHES and glued(end + 1):
                end += 1
            greek = end < n and fold(words[end]) in GREEK.values() and glued(end)
            return end + 1 if greek else at + 1
        return at + 1 if _WORD_TAIL.fullmatch(word) else at

    @staticmethod
    def _may_be_bare(fine: FineText, text: str, last: int, head: _Head) -> bool:
        """Whether a tail without hyphen can be one: no *β-actin*, no *E. coli*, and a Greek
        letter only behind another (*IL-1 and β cells*)."""
        following = fine.words[last] if last < len(fine.words) else ""
        if following and following in DASHES:
            return False
        if _GREEK_TAIL.match(text):
            return head.greek
        if text[0].isdigit():
            return True
        if text.islower() or following in {"=", "(", ":"}:  # a statistic: IL-17A, F = 6.2
            return False
        return following != "." or not fine.text[fine.ends[last] :].strip()

    def _believed(
        self, fine: FineText, head: _Head, tails: list[_Tail], conjoined: bool
    ) -> list[_Tail]:
        """The tails without the bare numbers that may count something, and what follows these."""
        bare = [i for i, tail in enumerate(tails) if tail.bare]
        if not bare:
            return tails
        behind = tails[-1].last
        following = fine.words[behind] if behind < len(fine.words) else ""
        listed = len(tails) > 1 and conjoined
        follows = following in {"", "."} or self._cues.holds("followers", following)
        if (head.plural or listed or follows) and not self._cues.holds("counted", following):
            return tails
        return tails[: bare[0]]


def _stems(words: str) -> Iterator[str]:
    """What is left of a name when its last parts are taken off: *IL-1β* → *IL-1*, *IL-*."""
    stem = words.rstrip(")")
    for _ in range(3):
        shorter = _LAST_UNIT.sub("", stem)
        if shorter in {stem, ""} or len(shorter.strip(" -")) < 2:
            return
        stem = shorter
        yield stem
