"""The names of the term tables in *bare* form: folded (or, where the case counts, as written),
without signs and blanks. *IL-1 β* and *IL1beta* are both ``il1beta``.

Whatever a layer takes from the tables has such a form as its words: a row of pieces of
:class:`TermMatcher` without what stands between them, and the normal form of
:class:`ConceptIndex` without the last signs.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from pipeline.ground.index import PREFIXES, plain
from pipeline.recognise.fine import normal_form
from pipeline.recognise.sense_cues import Sense
from pipeline.recognise.spellings import spellings
from pipeline.recognise.terms import BLOCKED, Term

SUPERSCRIPTS = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
EXACT = "="  # before a bare form whose case counts
_ALNUM = re.compile(r"[^\W_]+")
_ENUMERATED = re.compile(r"(?:type|class|group)(?=(\d{1,2}|[ivx]{1,3}))")
_RECEPTOR = "receptor"

Words = frozenset[str]


def bare(text: str) -> str:
    """Letters and digits alone."""
    return "".join(_ALNUM.findall(SUPERSCRIPTS.sub("", text)))


@dataclass(frozen=True)
class BareForms:
    """What stands for a mention: ``sure`` forms by themselves, the others under a condition.

    - ``long_forms``: where a short form stands beside it (of terms that else need their case)
    - ``before_receptors``: where tails and *receptors* follow (*IL-12 and -23 receptors*)
    - ``after_types``: behind two numbers (*types 1 and 2 interferons*)
    - ``near``: where all words of one of its sets stand in the document
    """

    sure: set[str] = field(default_factory=set)
    long_forms: set[str] = field(default_factory=set)
    before_receptors: set[str] = field(default_factory=set)
    after_types: set[str] = field(default_factory=set)
    near: dict[str, set[Words]] = field(default_factory=lambda: defaultdict(set))

    def all(self) -> set[str]:
        return self.sure.union(self.long_forms, self.before_receptors, self.after_types, self.near)


def bare_forms(
    terms: Iterable[Term], labels: frozenset[str], senses: Iterable[Sense] | None
) -> BareForms:
    """The forms of the terms that have one of the labels; ``terms`` are all of them. Without
    ``senses`` those that need a word of their sense count as sure."""
    forms = BareForms()
    others: set[str] = set()  # what a look-up finds under the other labels
    near = None if senses is None else _near_words(senses)
    for term in terms:
        if term.label in labels:
            _add_written(forms, term, near)
        if term.label == BLOCKED or term.match in {"cue", "defined"}:
            continue
        looked_up = {bare(normal_form(text)) for text in (term.text, plain(term.text))}
        if term.label not in labels:
            others |= looked_up
            continue
        (forms.long_forms if term.match else forms.sure).update(looked_up)
        forms.after_types.update(rest for form in looked_up for rest in _behind_type(form))
        if term.label == "RECEPTOR":
            forms.before_receptors.update(
                form.removesuffix(_RECEPTOR)
                for form in looked_up
                if form.endswith(_RECEPTOR) and form != _RECEPTOR
            )
    if not any(_may_be_tail(form, others) for form in forms.before_receptors):
        forms.before_receptors.clear()
    return forms


def _add_written(
    forms: BareForms, term: Term, near: dict[tuple[str, str, str], set[Words]] | None
) -> None:
    exact = bool(term.match)
    for spelling in spellings(term.text, exact=exact):
        joined = bare("".join(spelling.pieces))
        form = f"{EXACT}{joined}" if exact else joined
        if term.match != "defined" or near is None:
            forms.sure.add(form)
            continue
        # Without any other name in the document, three points come from a word of its sense.
        for name in ("", term.name):
            for text in (joined, term.text):
                if words := near.get((term.label, normal_form(text), name)):
                    forms.near[form] |= words


def _near_words(senses: Iterable[Sense]) -> dict[tuple[str, str, str], set[Words]]:
    found: dict[tuple[str, str, str], set[Words]] = defaultdict(set)
    for sense in senses:
        words = {frozenset(filter(None, map(bare, near.split()))) for near in sense.near}
        for form in sense.form:
            found[sense.label, normal_form(form), sense.name] |= words
    return found


def _behind_type(form: str) -> Iterator[str]:
    if match := _ENUMERATED.match(form):
        for length in range(1, len(match[1]) + 1):
            if rest := form[match.end() + length :]:
                yield rest


def _may_be_tail(form: str, others: set[str]) -> bool:
    """Whether something else than a cytokine or receptor could be the completed name before
    *receptors*: the tail of a drug completes the name of a drug."""
    names = [f"{prefix}{form}" for prefix in ("", *PREFIXES)]
    return any(name in others or name.removesuffix("s") in others for name in names)
