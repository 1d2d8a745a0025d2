"""The one policy for overlapping candidates.

1. Terms, patterns and resolved abbreviations: the longest wins; of the same length the
   term table before a pattern, a name before a short form. Blocked words take part and
   leave nothing.
2. The model adds what does not overlap those, and lengthens a mention of its own label.
3. Inside a DRUG the cytokines and receptors that it names stay as nested mentions;
   nothing else nests.
"""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from operator import attrgetter

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.terms import BLOCKED, STATUS_RANK

_LAYER_RANK = {"coordination": 0, "terms": 1, "abbreviations": 2, "patterns": 3, "model": 4}
_TARGETS = ("CYTOKINE", "RECEPTOR")


def _order(candidate: Candidate) -> tuple[int, int, int, int, int, str, str]:
    return (
        -candidate.length,
        0 if candidate.label == BLOCKED else 1,
        _LAYER_RANK.get(candidate.layer, 9),
        STATUS_RANK.get(candidate.status, 2),
        candidate.start,
        candidate.label,
        candidate.name,
    )


def _longest_first(candidates: list[Candidate]) -> list[Candidate]:
    """Of those that overlap the longest, then what is left; in the order of the text."""
    kept: list[Candidate] = []
    group: list[Candidate] = []  # each overlaps one before it
    end = 0
    for candidate in sorted(candidates, key=attrgetter("start")):
        if group and candidate.start >= end:
            kept += group if len(group) == 1 else _longest_of(group)
            group = []
        group.append(candidate)
        end = max(end, candidate.end)
    return kept + (group if len(group) < 2 else _longest_of(group))


def _longest_of(candidates: list[Candidate]) -> list[Candidate]:
    kept: list[Candidate] = []
    starts: list[int] = []  # of the kept ones, in order; they do not overlap each other
    ends: list[int] = []
    for candidate in sorted(candidates, key=_order):
        at = bisect_left(starts, candidate.end)
        if at and ends[at - 1] > candidate.start:
            continue
        kept.insert(at, candidate)
        starts.insert(at, candidate.start)
        ends.insert(at, candidate.end)
    return kept


def settle(candidates: list[Candidate]) -> list[Candidate]:
    """The mentions of one block, sorted by position; at most one level of nesting."""
    written = _without_ties([c for c in candidates if c.layer != "model"])
    kept = _with_model(_longest_first(written), [c for c in candidates if c.layer == "model"])
    drugs = [c for c in kept if c.label == "DRUG"]
    kept = [c for c in kept if c.label != BLOCKED]
    if drugs:
        targets = [c for c in written if c.label in _TARGETS]
        kept += _longest_first([c for c in targets if any(_holds(drug, c) for drug in drugs)])
    return sorted(kept, key=lambda c: (c.start, -c.end, c.label))


def _holds(drug: Candidate, target: Candidate) -> bool:
    """Of *TNF and IL-6 inhibitors* the first drug shows nothing but its target."""
    longer = drug.length > target.length
    return drug.covers(target) and (longer or drug.layer == "coordination")


def _without_ties(candidates: list[Candidate]) -> list[Candidate]:
    """Words blocked for one label may be a term of another: *smallpox vaccine* is no
    disease, and a drug."""
    if not any(c.label == BLOCKED and c.name for c in candidates):
        return candidates
    terms = {(c.start, c.end): c.label for c in candidates if c.label != BLOCKED}
    return [
        c
        for c in candidates
        if c.label != BLOCKED or not c.name or terms.get((c.start, c.end), c.name) == c.name
    ]


def _only_modifies(blocked: Candidate, candidate: Candidate) -> bool:
    """*CMV* is no disease, *CMV retinitis* is one: a blocked word decides about the last
    words of a mention, not about what they are called by."""
    return blocked.label == BLOCKED and candidate.covers(blocked) and blocked.end < candidate.end


def _with_model(kept: list[Candidate], offered: list[Candidate]) -> list[Candidate]:
    """``kept``, in the order of the text and without overlaps, with what the model adds to
    them and lengthens."""
    starts = [c.start for c in kept]
    longer: dict[int, Candidate] = {}
    added: list[Candidate] = []
    for candidate in _longest_first(offered):
        last = first = bisect_left(starts, candidate.end)
        while first and kept[first - 1].end > candidate.start:
            first -= 1
        inside = [i for i in range(first, last) if not _only_modifies(kept[i], candidate)]
        if not inside:
            added.append(candidate)
            continue
        only = kept[inside[0]]  # where the two are equal the written layer keeps the credit
        covers = candidate.covers(only) and candidate.length > only.length
        if len(inside) == 1 and only.label == candidate.label and covers:
            longer[inside[0]] = replace(
                only, start=candidate.start, end=candidate.end, layer="model"
            )
    return [longer.get(i, c) for i, c in enumerate(kept)] + added
