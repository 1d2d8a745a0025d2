"""Which documents can hold a cytokine or receptor at all, told from the raw text.

Without a model and in a small part of the time of the whole route. What each layer of the
recogniser offers leaves an anchor in the text:

- terms: a row of words that is a spelling of a term. Forms that need a word of their sense
  get it only from a document that holds one, as long as no sure name stands in it.
- patterns: a word for each of a pattern's tokens that may not be left out.
- the model: a gene counts only when the tables know its words (``ConceptIndex.look_up``).
- short forms: their long form ends in a mention or is known to the tables itself.
- coordination and interposed brackets: they stand on a mention, but for *types 1 and 2
  interferons* and *IL-12 and -23 receptors*, whose nouns and first names are looked for.

Senses, context and settling only take away.

Of one label alone the same layers leave an anchor of that label, with two exceptions. A doubtful
form is believed beside a sure name of the other label, so that it counts by itself. A receptor
may be named by a cytokine alone, with the word behind it: *interleukin-6 (IL-6) receptor*.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipeline.read.layout import MAX_WORD
from pipeline.read.tidy import INVISIBLE
from pipeline.recognise.anchors import BareForms, bare_forms
from pipeline.recognise.fine import GREEK
from pipeline.recognise.mention_patterns import read_mention_patterns
from pipeline.recognise.model_mentions import read_cues
from pipeline.recognise.name_walk import NameWalk, readings
from pipeline.recognise.pattern_anchors import PatternAnchors
from pipeline.recognise.sense_cues import read_senses
from pipeline.recognise.terms import read_terms

LABELS = frozenset({"CYTOKINE", "RECEPTOR"})
RECEPTOR_WORDS = ("receptor", "receptors", "r")  # behind a cytokine's name and its short form
CACHED_WORDS = 1 << 17
_GREEK = "".join(GREEK) + "Γ-Ω"
# the fine tokens of a text but for its signs, and brackets and ends of lines
_ASCII = re.compile(r"[A-Za-z0-9]+(?:\.(?=\d)(?<=\d.)\d+)?|[()\n]")
_ANY = re.compile(
    rf"[{_GREEK}]|[^\W_{_GREEK}](?:[^\W_{_GREEK}]|[\u0300-\u036f])*(?:[.·](?=\d)(?<=\d.)\d+)?"
    r"|[()\n]"
)
_MARKS = re.compile(r"[*_]+")  # of emphasis, inside a word too
_RECEPTORS = re.compile(r"receptors", re.IGNORECASE)
_ABBREVIATIONS = re.compile(r"abbreviations?", re.IGNORECASE)
_NUMBERED_TYPE = re.compile(r"(?:type|class|group)\w{0,2}\W{0,9}[\divx]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Word:
    """What a word says: the forms that it holds, whether one of them is sure, those that it
    begins with the words that may follow, and the conditions of patterns that it meets."""

    found: tuple[str, ...]
    sure: bool
    begun: tuple[tuple[str, _Following], ...]
    bits: int


class _Following(dict[str, bool]):
    """Whether a form that has begun may go on with a word, worked out once."""

    def __init__(self, walk: NameWalk, state: str) -> None:
        super().__init__()
        self._walk, self._state = walk, state

    def __missing__(self, word: str) -> bool:
        self[word] = goes_on = self._walk.goes_on(self._state, word)
        return goes_on


class _Words(dict[str, "_Word | None"]):
    """What each word says, worked out once; None for nearly all of them."""

    def __init__(self, walk: NameWalk, patterns: PatternAnchors, sure: set[str]) -> None:
        super().__init__()
        self._walk, self._patterns, self._sure = walk, patterns, sure

    def __missing__(self, word: str) -> _Word | None:
        found, begun = self._walk.starts(word)
        bits = self._patterns.satisfied(word)
        self[word] = entry = (
            _Word(
                found,
                not self._sure.isdisjoint(found),
                tuple((state, _Following(self._walk, state)) for state in begun),
                bits,
            )
            if found or begun or bits
            else None
        )
        return entry


class Triage:
    """Built once per process from a folder of patterns; PatternError where that is wrong.

    ``labels`` are CYTOKINE, RECEPTOR or both. The other labels have mentions that only the model
    knows of: ValueError.
    """

    def __init__(self, patterns_dir: Path, labels: frozenset[str] = LABELS) -> None:
        if not labels or not labels <= LABELS:
            raise ValueError(
                f"labels {sorted(labels)}: a text tells without a model only whether it may hold "
                f"{' or '.join(sorted(LABELS))}; name these"
            )
        self._made_of = patterns_dir, labels
        senses = set(read_senses(patterns_dir).by_form.values())
        terms = read_terms(patterns_dir)
        patterns = [one.pattern for one in read_mention_patterns(patterns_dir)]
        # A folder may make receptors of what a model says alone.
        by_model = "RECEPTOR" in read_cues(patterns_dir).model_labels.values()

        def anchors(of: frozenset[str], forms: BareForms) -> _Anchors:
            own = PatternAnchors(one.pattern for one in patterns if one.label in of)
            return _Anchors(forms, own, keep_all=by_model)

        self._anchors = [anchors(LABELS, bare_forms(terms, LABELS, senses))]
        if labels != LABELS:
            forms = bare_forms(terms, labels, None)
            if "RECEPTOR" in labels:
                forms.sure.update(RECEPTOR_WORDS)
            self._anchors.append(anchors(labels, forms))

    def __reduce__(self) -> tuple[type[Triage], tuple[Path, frozenset[str]]]:
        """Another process reads the folder anew, which is quicker than what was built from it."""
        return Triage, self._made_of

    def keeps(self, text: str) -> bool:
        """False only where the whole route would find no mention with one of the labels.

        ``text`` is a document's text as read, before it is cut into blocks and tidied."""
        return all(anchors.keep(text) for anchors in self._anchors)


class _Anchors:
    """Finds what stands for a mention of some labels: forms of their terms, their patterns."""

    def __init__(self, forms: BareForms, patterns: PatternAnchors, *, keep_all: bool) -> None:
        self._forms, self._patterns = forms, patterns
        self._walk = NameWalk(forms.all())
        # A folder may match any word at all.
        self._keeps_all = keep_all or patterns.match_anything or "" in forms.all()
        self._words = _Words(self._walk, patterns, forms.sure)

    def keep(self, text: str) -> bool:
        """False only where the text holds none."""
        if self._keeps_all:
            return True
        if len(self._words) > CACHED_WORDS:
            self._words.clear()
        if not text.isascii():
            text = INVISIBLE.sub("", text)
        if self._holds(text):
            return True
        if len(text) > MAX_WORD and _may_hold_long_word(text):
            return True  # cut anywhere, even inside a name
        return ("*" in text or "_" in text) and self._holds(_MARKS.sub("", text))

    def _holds(self, text: str) -> bool:
        text = text.replace("\r", "\n")
        words = (_ASCII if text.isascii() else _ANY).findall(text)
        doubtful: list[tuple[str, int]] = []
        marked: list[tuple[int, int]] = []
        for behind, word in enumerate(map(self._words.__getitem__, words), 1):
            if word is None:
                continue
            if word.sure:
                return True
            if word.bits:
                marked.append((behind, word.bits))
            doubtful += [(form, behind) for form in word.found]
            for state, goes_on in word.begun:
                if behind < len(words) and goes_on[words[behind]]:
                    found = list(self._walk.go_on(state, words, behind))
                    if any(form in self._forms.sure for form, _ in found):
                        return True
                    doubtful += found
        if marked and self._patterns.may_match(marked):
            return True
        return bool(doubtful) and self._believes(text, words, doubtful)

    def _believes(self, text: str, words: list[str], doubtful: list[tuple[str, int]]) -> bool:
        """Whether a condition of one of the forms (form, index behind it) holds."""
        folded: set[str] = set()
        for form, behind in doubtful:
            if form in self._forms.long_forms and _beside_short_form(text, words, behind):
                return True
            if form in self._forms.before_receptors and _RECEPTORS.search(text):
                return True
            if form in self._forms.after_types and _NUMBERED_TYPE.search(text):
                return True
            if near := self._forms.near.get(form):
                folded = folded or {"".join(own) for w in words for own, _ in readings(w)}
                if any(needed <= folded for needed in near):
                    return True
        return False


def _may_hold_long_word(text: str) -> bool:
    """False only where no word is longer than MAX_WORD: such a word fills a part of half of it."""
    half = MAX_WORD // 2
    return any(
        len(text[at : at + half].split(None, 1)) < 2 for at in range(0, len(text) - half + 1, half)
    )


def _beside_short_form(text: str, words: Sequence[str], behind: int) -> bool:
    """Whether a bracket stands behind a form with no word between, or short forms are listed."""
    following = next((w for w in words[behind:] if w in "()" or w[0].isalpha()), "")
    return following in ("(", ")") or _ABBREVIATIONS.search(text) is not None
