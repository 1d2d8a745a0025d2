"""Short forms that a document defines itself, found by scispaCy's detector."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from spacy.tokens import Doc

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fine_words


@dataclass(frozen=True, slots=True)
class Definition:
    """*long form (SHORT)* or the reverse; characters of one block."""

    short: str
    short_start: int
    short_end: int
    long_start: int
    long_end: int


def definitions(doc: Doc) -> list[Definition]:
    """Pairs of short and long form, each at the place where it is defined.

    The detector marks every later use of the short form too; only the use beside its
    long form is the definition.
    """
    found: dict[tuple[int, int], Definition] = {}
    spans = doc._.abbreviations
    text = doc.text if spans else ""  # spaCy joins the whole text at every access
    for span in spans:
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
    return [found[key] for key in sorted(found)]


def _may_be_short_form(text: str) -> bool:
    """One word with a letter; *Fig. 5D* behind a bracket is a reference."""
    return not re.search(r"\s", text) and any(c.isalpha() for c in text) and len(text) <= 12


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a short form stands for in one document; no label: nothing of ours."""

    label: str = ""
    name: str = ""
    concept_id: str = ""
    specificity: str = ""


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
            yield Candidate(
                start, end, meaning.label or "BLOCKED",
                layer="abbreviations", name=meaning.name, concept_id=meaning.concept_id,
                specificity=meaning.specificity, status="abbreviation",
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
