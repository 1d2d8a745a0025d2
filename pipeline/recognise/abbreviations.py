"""Short forms that a document defines itself, found by scispaCy's detector."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fine_words

_SHORT = r"(?P<short>[A-Za-z][\w/-]{1,9})"
_FIRST = re.compile(rf"\b{_SHORT}\s?\((?P<long>[A-Za-z][^();:=]{{4,80}}[A-Za-z])\)")
_FIRST_LONG = re.compile(r"\([A-Za-z][^();:=]{4,80}[A-Za-z]\)")
_LONGEST_SHORT = 11  # characters from a short form to the bracket behind it
_NUMBERED = re.compile(r"\((?P<short>(?P<letters>[A-Z]{2,6})[-‐‑]?\d{1,2})\)")
_LAST = re.compile(r"\((?P<short>[A-Z][A-Za-z]{0,6}[A-Z]s?)\)")
_NUMBER = re.compile(r"[-‐‑]\d+\b(?!\s?(?:year|month|week|day|fold))")
_HEADING = re.compile(r"\babbreviations?(?: used)?\s*[:.—-]", re.IGNORECASE)
_ITEM = re.compile(rf"\b{_SHORT}\s*(?:,|=|:|–|-)\s*(?P<long>[A-Za-z][^();:=]{{4,80}}?)(?=[;.]|$)")


@dataclass(frozen=True, slots=True)
class Definition:
    """*long form (SHORT)* or the reverse; characters of one block."""

    short: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


def definitions(doc: Doc, text: str) -> list[Definition]:
    """Pairs of short and long form, each at the place where it is defined. ``text`` is the
    Doc's.

    The detector marks every later use of the short form too; only the use beside its
    long form is the definition.
    """
    found: dict[tuple[int, int], Definition] = {}
    for span in doc._.abbreviations:
        long = span._.long_form
        if long is None or not _may_be_short_form(span.text) or "(" in long.text:
            continue
        gap = (
            text[long.end_char : span.start_char]
            if long.end_char <= span.start_char
            else text[span.end_char : long.start_char]
        )
        if gap.strip() not in {"(", "[", ",", "((", ")("} and not re.fullmatch(r"\s*[(\[]\s*", gap):
            continue
        pair = Definition(span.text, span.start_char, span.end_char, long.start_char, long.end_char)
        found.setdefault((span.start_char, span.end_char), pair)
    for pair in [
        *_long_form_first(text),
        *_short_form_first(text),
        *_listed(text),
        *_numbered(text),
    ]:
        found.setdefault((pair.short_start, pair.short_end), pair)
    return [found[key] for key in sorted(found)]


def _long_form_first(text: str) -> Iterable[Definition]:
    """*diisocyanate-induced occupational asthma (DA)*: the detector counts tokens, of which a
    finely cut word has several, and so does not look far enough."""
    for match in _LAST.finditer(text):
        short = match["short"]
        reach = min(len(short) + 5, 2 * len(short))
        behind = match.start()
        if text[behind - 1 : behind].isspace():
            behind -= 1
        offset = max(0, behind - 200)
        words = list(re.finditer(r"\S+", text[offset:behind]))[-reach:]
        for word in reversed(words):
            start, end = offset + word.start(), offset + words[-1].end()
            if stands_for(short, text[start:end]) and _each_starts_a_part(short, text[start:end]):
                yield Definition(short, *match.span("short"), start, end)
                break


def _each_starts_a_part(short: str, long: str) -> bool:
    """Every capital of a short form begins a part of a word of the long one, in their order."""
    starts = iter(part[0].lower() for part in re.findall(r"[A-Za-z]+", long))
    return all(c.lower() in starts for c in short if c.isupper())


def _short_form_first(text: str) -> Iterable[Definition]:
    """*MS (multiple sclerosis)*, which the detector leaves out."""
    end = 0
    for bracket in _FIRST_LONG.finditer(text):
        start = max(end, bracket.start() - _LONGEST_SHORT)
        match = _FIRST.search(text, start, bracket.end())
        if match is None:
            continue
        end = match.end()
        short, long = match["short"], match["long"]
        if sum(c.isupper() for c in short) > 1 and stands_for(short, long):
            yield Definition(short, *match.span("short"), *match.span("long"))


def _numbered(text: str) -> Iterable[Definition]:
    """*bean starch fraction (BSF2)*, *second survey form (BSF-2)*: the initials of the words
    before the bracket, and a number that tells two of them apart."""
    for match in _NUMBERED.finditer(text):
        letters = match["letters"].lower()
        words = list(
            re.finditer(r"[A-Za-z][\w'-]*", text[max(0, match.start() - 120) : match.start()])
        )
        last = words[-len(letters) :]
        if len(last) == len(letters) and [w[0][0].lower() for w in last] == list(letters):
            offset = max(0, match.start() - 120)
            long = offset + last[0].start(), offset + last[-1].end()
            yield Definition(match["short"], *match.span("short"), *long)


def _listed(text: str) -> Iterable[Definition]:
    """*Abbreviations: MS, mass spectrometry; RA, retinoic acid.*"""
    heading = _HEADING.search(text) if "bbrev" in text.lower() else None
    if heading is None:
        return
    for match in _ITEM.finditer(text, heading.end()):
        if stands_for(match["short"], match["long"]):
            yield Definition(match["short"], *match.span("short"), *match.span("long"))


def stands_for(short: str, long: str) -> bool:
    """Whether the letters of ``short`` stand in ``long`` in their order, the first at its very
    beginning (Schwartz and Hearst, PSB 2003)."""
    letters = [c.lower() for c in short.removesuffix("s") if c.isalnum()]
    if not letters or len(long) <= len(short) or not any(c.islower() for c in long):
        return False
    at = len(long)
    for index in range(len(letters) - 1, -1, -1):
        at -= 1
        while at >= 0 and long[at].lower() != letters[index]:
            at -= 1
        if at < 0:
            return False
    return long[:1].lower() == letters[0]


def _may_be_short_form(text: str) -> bool:
    """One word with a letter and no plain word; *Fig. 5D* behind a bracket is a reference."""
    if re.search(r"\s", text) or len(text) > 12 or not any(c.isalpha() for c in text):
        return False
    return len(text) < 5 or not text.isalpha() or not text.islower()


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a short form stands for in one document; no label: nothing of ours."""

    label: str = ""
    name: str = ""
    concept_id: str = ""
    specificity: str = ""
    long: str = ""


def occurrences(fine: FineText, meanings: dict[str, Meaning]) -> Iterable[Candidate]:
    """Candidates for the defined short forms, in exact case, plural *s* allowed.

    A short form without a label comes out as a blocked candidate: the document has said
    that *MS* is mass spectrometry.
    """
    if not meanings:
        return
    text_words = fine.words
    by_first: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for short, words in _fine_forms(meanings):
        by_first.setdefault(words[0], []).append((words, short))
    for i, word in enumerate(text_words):
        for words, short in by_first.get(word, ()):
            if tuple(text_words[i : i + len(words)]) != words:
                continue
            meaning = meanings[short]
            start, end = fine.char_span(i, i + len(words))
            if meaning.label == "DISEASE" and _NUMBER.match(fine.text, end):
                continue  # PC-3 is a cell line and ALL-1 a gene, whatever PC and ALL are
            yield Candidate(
                start, end, meaning.label or "BLOCKED",
                layer="abbreviations", name=meaning.name, concept_id=meaning.concept_id,
                specificity=meaning.specificity, status="abbreviation", source=meaning.long,
            )  # fmt: skip


def _fine_forms(meanings: dict[str, Meaning]) -> Iterable[tuple[str, tuple[str, ...]]]:
    for short in sorted(meanings):
        words = tuple(fine_words(short))
        if not words:
            continue
        yield short, words
        if words[-1][-1:].isalpha() and not words[-1].endswith("s"):
            yield short, (*words[:-1], words[-1] + "s")
        elif words[-1].endswith("s") and len(words[-1]) > 2:
            yield short, (*words[:-1], words[-1][:-1])
