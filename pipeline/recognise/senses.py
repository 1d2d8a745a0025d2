"""Which sense a form has: *MS* is multiple sclerosis or mass spectrometry.

Every occurrence of a doubtful form collects points: for its concept where the document names
it in another way, where a sure name of the same kind stands beside it, where a typical word
stands near; against it where a word of another sense does. How many points it needs depends on
the row of the term table (``match``). All words are data (``patterns/cues``).
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import DASHES, FineText
from pipeline.recognise.sense_cues import Sense, Senses
from pipeline.recognise.settle import settle
from pipeline.recognise.terms import BLOCKED

NAMED, SIBLING, NEAR, CUE, COMPANY = 4, 3, 3, 2, 1  # points for the concept of the table
OTHER, OTHER_ELSEWHERE, NEIGHBOUR, CAPITALS = -4, -2, -5, -3  # points for another sense
ENOUGH = {"": 0, "case": 0, "cue": 2, "defined": 3}
COMPANY_REACH = 12  # fine tokens to a sure cytokine or receptor
FORMS = 1 << 14  # forms whose sense is remembered
_JOINERS = frozenset({",", "/", "and", "or", "&", "nor", "plus", "+", ";", "versus", "vs", *DASHES})
_PARTNERS = frozenset({"CYTOKINE", "RECEPTOR"})


@dataclass(slots=True)
class _Doubtful:
    """One occurrence of a form that needs its context: fine tokens ``first`` to ``last``."""

    block: int
    first: int
    last: int
    candidate: Candidate
    sense: Sense | None
    score: int = 0


@dataclass(slots=True)
class _Sure:
    """Where sure mentions of a label begin and end, in fine tokens."""

    firsts: set[int] = field(default_factory=set)
    lasts: set[int] = field(default_factory=set)

    def add(self, first: int, last: int) -> None:
        self.firsts.add(first)
        self.lasts.add(last)


@dataclass(slots=True)
class _Page:
    """One block: its text, its candidates, and its sure mentions by label."""

    fine: FineText
    candidates: list[Candidate]
    folded: list[str]
    sure: dict[str, _Sure] = field(default_factory=lambda: defaultdict(_Sure))


class SenseJudge:
    """Keeps of the doubtful candidates of a document those whose sense is ours."""

    def __init__(
        self, senses: Senses, cue_words: dict[str, frozenset[str]], cue_window: int
    ) -> None:
        self._senses = senses
        self._sense = lru_cache(FORMS)(senses.get)
        self._cue_words = cue_words
        self._cue_window = cue_window

    def __call__(
        self, texts: Sequence[FineText], offered: Sequence[list[Candidate]]
    ) -> list[list[Candidate]]:
        """For each block the candidates that hold; the others' order is kept."""
        pages = [
            _Page(fine, candidates, fine.folded)
            for fine, candidates in zip(texts, offered, strict=True)
        ]
        doubtful = [d for i, page in enumerate(pages) for d in self._doubtful(i, page)]
        if not doubtful:
            return list(offered)
        named = self._named(pages)
        self._find_sure(pages, {d.block for d in doubtful})
        self._judge(pages, doubtful, named)
        verdicts = {
            id(d.candidate): d.score < 0 for d in doubtful if d.score < ENOUGH[d.candidate.match]
        }
        return [list(_kept(page.candidates, verdicts)) for page in pages]

    def _doubtful(self, number: int, page: _Page) -> Iterator[_Doubtful]:
        fine = page.fine
        for candidate in page.candidates:
            if candidate.layer != "terms" or candidate.label == BLOCKED:
                continue
            form = fine.text[candidate.start : candidate.end]
            sense = self._sense(candidate.label, form, candidate.name)
            if sense is None and not candidate.match:
                continue
            first = bisect_left(fine.starts, candidate.start)
            last = bisect_left(fine.starts, candidate.end)
            yield _Doubtful(number, first, last, candidate, sense)

    def _is_sure(self, candidate: Candidate, text: str) -> bool:
        """Whether a form needs no context at all."""
        if candidate.label == BLOCKED or candidate.match in {"cue", "defined"}:
            return False
        form = text[candidate.start : candidate.end]
        sense = self._sense(candidate.label, form, candidate.name)
        return candidate.layer != "model" and sense is None

    def _named(self, pages: list[_Page]) -> set[tuple[str, str]]:
        return {
            (c.label, c.name)
            for page in pages
            for c in page.candidates
            if c.layer == "terms" and self._is_sure(c, page.fine.text)
        }

    def _find_sure(self, pages: list[_Page], numbers: set[int]) -> None:
        for number in numbers:
            page = pages[number]
            fine = page.fine
            sure = [c for c in page.candidates if c.label == BLOCKED or self._is_sure(c, fine.text)]
            for c in settle(sure):
                edges = bisect_left(fine.starts, c.start), bisect_left(fine.starts, c.end)
                page.sure[c.label].add(*edges)

    def _judge(
        self, pages: list[_Page], doubtful: list[_Doubtful], named: set[tuple[str, str]]
    ) -> None:
        partners = {name for label, name in named if label in _PARTNERS}
        elsewhere: dict[int, int] = {}  # by sense: the same for all its forms in a document
        document: dict[tuple[str, str], int] = defaultdict(int)
        for one in doubtful:
            one.score = self._own_points(pages[one.block], one)
            label, name = one.candidate.label, one.candidate.name
            if (label, name) in named:
                one.score += NAMED
            if label in _PARTNERS and len(partners - {name}) > 1:
                one.score += COMPANY
            if one.sense is not None and one.score >= 0:
                if id(one.sense) not in elsewhere:
                    elsewhere[id(one.sense)] = self._elsewhere(pages, one.sense)
                one.score += elsewhere[id(one.sense)]
        self._take_siblings(pages, doubtful)
        for one in doubtful:  # one sense to a document: the clearest occurrence speaks for all
            key = one.candidate.label, one.candidate.name
            document[key] = max(document[key], one.score)
        worst: dict[tuple[str, str], int] = defaultdict(int)
        for one in doubtful:
            key = one.candidate.label, one.candidate.name
            worst[key] = min(worst[key], one.score)
        for one in doubtful:
            key = one.candidate.label, one.candidate.name
            if one.score >= 0 and document[key] >= NEAR:
                one.score = max(one.score, document[key])
            elif document[key] < NEAR and worst[key] <= OTHER:
                one.score = min(one.score, -1)

    def _own_points(self, page: _Page, one: _Doubtful) -> int:
        words, first, last = page.folded, one.first, one.last
        score = CAPITALS if self._in_capitals(page.fine, one) else 0
        if self._numbered(page.fine, last):
            score += NEIGHBOUR
        if self._holds(self._senses.authors, words, first, last):
            score += OTHER
        cues = self._cue_words.get(one.candidate.label, frozenset())
        around = self._around(words, first, last, self._cue_window)
        if any(word in cues for word in around):
            score += CUE
        if one.candidate.label in _PARTNERS and self._company(page, one):
            score += COMPANY
        sense = one.sense
        if sense is None:
            return score
        if self._holds(sense.near, words, first, last):
            score += NEAR
        if self._holds(sense.other, words, first, last):
            score += OTHER
        if self._neighbour(sense.before, words, first - 1) or self._neighbour(
            sense.after, words, last
        ):
            score += NEIGHBOUR
        return score

    @staticmethod
    def _numbered(fine: FineText, at: int) -> bool:
        """*OSM-3* is another name than *OSM*."""
        words = fine.words[at : at + 2]
        glued = len(words) == 2 and fine.starts[at : at + 2] == [fine.ends[at - 1], fine.ends[at]]
        return glued and words[0] in DASHES and words[1][0].isdigit()

    @staticmethod
    def _around(words: list[str], first: int, last: int, window: int) -> list[str]:
        return [*words[max(0, first - window) : first], *words[last : last + window]]

    def _holds(self, wanted: frozenset[str], words: list[str], first: int, last: int) -> bool:
        if not wanted:
            return False
        before = words[max(0, first - self._senses.window) : first]
        behind = words[last : last + self._senses.window]
        return _any_in(wanted, before) or _any_in(wanted, behind)

    @staticmethod
    def _neighbour(wanted: frozenset[str], words: list[str], at: int) -> bool:
        if not wanted or not 0 <= at < len(words):
            return False
        word = words[at]
        if word in wanted:
            return True
        if "<number>" in wanted and word[0].isdigit():
            return True
        return word == "-" and at + 1 < len(words) and words[at + 1] in wanted

    def _company(self, page: _Page, one: _Doubtful) -> bool:
        near = range(one.first - COMPANY_REACH, one.first + COMPANY_REACH + 1)
        return any(first in page.sure[label].firsts for label in _PARTNERS for first in near)

    @staticmethod
    def _in_capitals(fine: FineText, one: _Doubtful) -> bool:
        """A heading in capitals says nothing by its case."""
        around = [
            *fine.words[max(0, one.first - 3) : one.first],
            *fine.words[one.last : one.last + 3],
        ]
        letters = [word for word in around if word.isalpha() and len(word) > 1]
        return any(len(word) > 4 for word in letters) and all(word.isupper() for word in letters)

    @staticmethod
    def _elsewhere(pages: list[_Page], sense: Sense) -> int:
        """Words of one sense anywhere in the document, and none of the other."""
        wrong = any(_any_in(sense.other, page.folded) for page in pages)
        right = any(_any_in(sense.near, page.folded) for page in pages)
        if wrong == right:
            return 0
        return NEAR if right else OTHER_ELSEWHERE

    def _take_siblings(self, pages: list[_Page], doubtful: list[_Doubtful]) -> None:
        """*TARC and MDC*: beside a sure name of its own label a form is one too; and so is
        the next in the row."""
        for one in doubtful:
            if one.score >= ENOUGH["defined"]:
                pages[one.block].sure[one.candidate.label].add(one.first, one.last)
        waiting = [one for one in doubtful if one.score > CAPITALS]
        while True:
            taken = [one for one in waiting if self._has_sibling(pages[one.block], one)]
            if not taken:
                return
            for one in taken:
                one.score += SIBLING
                pages[one.block].sure[one.candidate.label].add(one.first, one.last)
            found = {id(one) for one in taken}
            waiting = [one for one in waiting if id(one) not in found]

    @staticmethod
    def _has_sibling(page: _Page, one: _Doubtful) -> bool:
        words, sure = page.folded, page.sure[one.candidate.label]
        between = [
            words[one.first - gap : one.first]
            for gap in (1, 2)
            if one.first >= gap and one.first - gap in sure.lasts
        ]
        between += [
            words[one.last : one.last + gap] for gap in (1, 2) if one.last + gap in sure.firsts
        ]
        return any(all(word in _JOINERS for word in row) for row in between)


def _kept(candidates: list[Candidate], verdicts: dict[int, bool]) -> Iterator[Candidate]:
    """Without the refused ones; where the text speaks for another sense, no other layer may
    give the words this label either."""
    held = {
        (c.start, c.end, c.label)
        for c in candidates
        if c.layer != "model" and id(c) not in verdicts
    }
    for candidate in candidates:
        wrong = verdicts.get(id(candidate))
        if wrong is None:
            yield candidate
        elif wrong and (candidate.start, candidate.end, candidate.label) not in held:
            yield replace(candidate, label=BLOCKED, name=candidate.label, concept_id="")


@lru_cache(1 << 10)  # a few for each sense
def _of_several_words(wanted: frozenset[str]) -> tuple[str, ...]:
    return tuple(w for w in wanted if " " in w)


def _any_in(wanted: frozenset[str], words: list[str]) -> bool:
    """Whether one of the wanted words, or of the wanted sequences of words, is there."""
    if not wanted.isdisjoint(words):
        return True
    several = _of_several_words(wanted)
    if not several:
        return False
    joined = f" {' '.join(words)} "
    return any(f" {w} " in joined for w in several)
