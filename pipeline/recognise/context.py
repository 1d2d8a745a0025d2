"""What the words around a candidate rule out, whatever the tables say: a dose read as a
number of a name, a patient's own antibodies read as a drug, a heading in capitals."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fold
from pipeline.recognise.model_mentions import RecognitionCues

OWN_REACH = 8  # fine tokens from an antibody to a word that says whose it is
SERIES_REACH = 12  # fine tokens from IL-6 to Illinois
_SPACED_NUMBER = re.compile(r"\s\d+$")
_Test = Callable[[Candidate, FineText, int, int], bool]
_NAMED_ANTIBODY = ("antibod", "autoantibod")


class ContextFilter:
    """Takes out candidates that their surroundings contradict."""

    def __init__(self, cues: RecognitionCues) -> None:
        self._lists = cues.lists
        self._tests: dict[str, tuple[_Test, ...]] = {
            "CYTOKINE": (self._is_measured, self._is_other_series),
            "RECEPTOR": (self._is_measured,),
            "DRUG": (self._is_own_antibody,),
            "CELL": (self._begins_with_a_verb,),
        }

    def __call__(self, fine: FineText, candidates: Iterable[Candidate]) -> list[Candidate]:
        """The candidates that may be what they are offered as."""
        kept = []
        for candidate in candidates:
            tests = self._tests.get(candidate.label, ())
            if candidate.layer == "model":
                tests = (self._is_heading, *tests)
            if not tests:
                kept.append(candidate)
                continue
            first = bisect_left(fine.starts, candidate.start)
            last = bisect_left(fine.starts, candidate.end)
            if not any(test(candidate, fine, first, last) for test in tests):
                kept.append(candidate)
        return kept

    def _any(self, name: str, words: Iterable[str]) -> bool:
        wanted = self._lists.get(name, frozenset())  # a folder of patterns may be older
        return any(fold(word) in wanted for word in words)

    def _is_measured(self, candidate: Candidate, fine: FineText, first: int, last: int) -> bool:
        """*TGF-β 2 ng/ml*, *IFN-λ 2 and 3 days later*: the number counts what follows."""
        words = fine.text[candidate.start : candidate.end]
        if not _SPACED_NUMBER.search(words):
            return False
        if words.startswith("Il "):  # no gene, and an article in Italian
            return True
        behind = fine.words[last : last + 3]
        if len(behind) == 3 and behind[0] in {"and", "or", "to", "-", "–"} and behind[1].isdigit():
            behind = behind[2:]
        return bool(behind) and self._any("units", behind[:1])

    def _is_own_antibody(self, candidate: Candidate, fine: FineText, first: int, last: int) -> bool:
        """*Naturally occurring antibodies to interferon-α* are no treatment."""
        if candidate.layer == "model":
            return False
        inside = fine.words[first:last]
        if not any(word.lower().startswith(_NAMED_ANTIBODY) for word in inside):
            return False
        around = [
            *fine.words[max(0, first - OWN_REACH) : first], *fine.words[last : last + OWN_REACH]
        ]  # fmt: skip
        if self._any("given_antibody", [*inside, *around]):
            return False
        if self._any("antibody_response", around):
            return True
        blocks = self._any("blocking_antibody", [*inside, *around])
        return self._any("own_antibody", around) and not blocks

    @staticmethod
    def _is_heading(candidate: Candidate, fine: FineText, first: int, last: int) -> bool:
        """A model goes by case; in a heading in capitals that says nothing."""
        if candidate.name:
            return False
        around = [*fine.words[max(0, first - 3) : first], *fine.words[last : last + 3]]
        letters = [word for word in around if word.isalpha() and len(word) > 1]
        inside = fine.text[candidate.start : candidate.end]
        loud = any(len(word) > 2 for word in letters) and all(word.isupper() for word in letters)
        return inside.isupper() and loud and inside.isalpha() and len(inside) > 5

    def _is_other_series(self, candidate: Candidate, fine: FineText, first: int, last: int) -> bool:
        """*IL -10 (Illinois)*, *the ileum (IL-6 site)*."""
        if fine.words[first] != "IL":
            return False
        before = fine.words[max(0, first - 2) : first]
        if before[1:] == ["("] and self._any("named_series", before[:1]):
            return True
        around = [
            *fine.words[max(0, first - SERIES_REACH) : first],
            *fine.words[last : last + SERIES_REACH],
        ]
        return self._any("other_series", around)

    @staticmethod
    def _begins_with_a_verb(candidate: Candidate, fine: FineText, first: int, last: int) -> bool:
        """*IL-4 matures dendritic cells*: folded, *matures* looks like the adjective."""
        if candidate.layer == "model" or last - first < 2:
            return False
        word = fine.words[first]
        return word.islower() and word.endswith("s") and fold(word) + "s" == word
