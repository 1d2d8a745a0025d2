"""What the guidelines ask of gold beyond a valid file: findings for a person to look at."""

# ruff: noqa: SIM905 - words in one string are easier to read than thirty quoted ones

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping

from pipeline.gold.records import GoldDocument, GoldMention

# Without these a mention is complete: determiners and quantifiers stand outside of the span.
DETERMINERS = frozenset(
    "the a an this that these those its their his her our some any all both each every many most "
    "several no such other another certain various".split()
)
BARE = frozenset({"cell", "cells"})
EDGE = ".,;:!?"
GAP_OF_ALIAS = 70  # characters between a long form and its short form
_ITEM = re.compile(r"\n\s*(?:[-*•–]|\d+[.)])\s")  # a lead-in reaches over blank lines to its items
_BREAK = re.compile(r"\n\s*\n")

Names = Callable[[str, str], bool]  # label, norm -> whether the term tables know the name


def lint(document: GoldDocument, known: Names | None = None) -> list[str]:
    """Findings about a valid document, ``mention T1: …`` or ``relation 3: …``; with ``known``
    also names of cytokines and receptors that the term tables do not have."""
    findings = [*_mentions(document), *_nesting(document), *_relations(document)]
    findings += _overlooked(document)
    if known is not None:
        findings += [
            f"mention {m.id}: the term tables have no {m.label} named {m.norm!r}"
            for m in document.mentions
            if m.norm and m.label in ("CYTOKINE", "RECEPTOR") and not m.optional
            if not known(m.label, m.norm)
        ]
    return findings


def _mentions(document: GoldDocument) -> Iterator[str]:
    for mention in document.mentions:
        words = document.span_text(mention)
        name = f"mention {mention.id} {words!r}"
        first = words.split()[0].lower()
        if first in DETERMINERS and len(words.split()) > 1:
            yield f"{name}: begins with {first!r}; leave determiners and quantifiers out"
        if words[-1] in EDGE and not words[-2:-1].isupper():
            yield f"{name}: ends with {words[-1]!r}; leave punctuation out"
        if words.lower() in BARE:
            yield f"{name}: the bare word is no mention"
        if mention.label == "CYTOKINE" and not mention.specificity:
            yield f"{name}: a CYTOKINE has a specificity"
        if mention.label != "CYTOKINE" and mention.specificity:
            yield f"{name}: only a CYTOKINE has a specificity"
        if mention.label in ("CYTOKINE", "RECEPTOR") and not (mention.norm or mention.optional):
            yield f"{name}: a {mention.label} has a norm"
        if mention.alias_of:
            yield from _alias(document, mention, name)
        elif (long_form := _bracketed_after(document, mention)) is not None:
            yield f"{name}: an alias of {long_form.id}, which it follows in brackets; link it"


def _bracketed_after(document: GoldDocument, mention: GoldMention) -> GoldMention | None:
    """The mention of the same cytokine or receptor that this one directly follows in brackets."""
    if document.text[mention.end : mention.end + 1] != ")":
        return None
    return next(
        (
            other
            for other in document.mentions
            if document.text[other.end : mention.start] == " ("
            and (other.label, other.norm) == (mention.label, mention.norm)
            and mention.norm
            and mention.label in ("CYTOKINE", "RECEPTOR")
        ),
        None,
    )


def _alias(document: GoldDocument, mention: GoldMention, name: str) -> Iterator[str]:
    long_form = document.mention(mention.alias_of)
    gap = max(mention.start - long_form.end, long_form.start - mention.end)
    if long_form.label != mention.label:
        yield f"{name}: an alias of a {long_form.label}, {document.span_text(long_form)!r}"
    if gap > GAP_OF_ALIAS:
        yield f"{name}: {gap} characters from its long form; only what directly follows is an alias"
    if long_form.start > mention.start:
        yield f"{name}: stands before its long form; the one that comes first is no alias"


def _nesting(document: GoldDocument) -> Iterator[str]:
    mentions = sorted(document.mentions, key=lambda m: (m.start, -m.end))
    for at, outer in enumerate(mentions):
        for inner in mentions[at + 1 :]:
            if inner.start >= outer.end:
                break
            words = f"{document.span_text(inner)!r} in {document.span_text(outer)!r}"
            if inner.end > outer.end:
                yield f"mention {inner.id}: {words} crosses its end"
            elif outer.label != "DRUG" or inner.label not in ("CYTOKINE", "RECEPTOR", "CELL"):
                yield f"mention {inner.id}: {words}; only the target of a DRUG nests"
            elif not _targets(document, outer, inner):
                yield (
                    f"mention {inner.id}: {words} without MODULATES; a drug that names its target "
                    "modulates it"
                )


def _targets(document: GoldDocument, drug: GoldMention, target: GoldMention) -> bool:
    if drug.alias_of or drug.optional or target.optional:
        return True
    return any(
        (r.predicate, r.subject, r.object) == ("MODULATES", drug.id, target.id)
        for r in document.relations
    )


def _relations(document: GoldDocument) -> Iterator[str]:
    for number, relation in enumerate(document.relations, 1):
        name = f"relation {number} ({relation.predicate})"
        subject, target = document.mention(relation.subject), document.mention(relation.object)
        name += f" {document.span_text(subject)!r} -> {document.span_text(target)!r}"
        for argument in (subject, target):
            if argument.alias_of:
                yield f"{name}: {argument.id} is an alias; relations attach to its long form"
        if relation.predicate == "ACTS_ON" and not relation.function:
            yield f"{name}: ACTS_ON has a function"
        first, second = sorted((subject, target), key=lambda m: m.start)
        between = document.text[first.end : second.start]
        if _BREAK.search(between) and not _ITEM.search(between):
            yield f"{name}: the arguments stand in different paragraphs, not in one sentence"


def _overlooked(document: GoldDocument) -> Iterator[str]:
    """Words that are a mention in one place and none in another."""
    by_words: dict[str, list[GoldMention]] = defaultdict(list)
    for mention in document.mentions:
        by_words[document.span_text(mention)].append(mention)
    for words, mentions in by_words.items():
        if len(words) < 3 or all(m.optional for m in mentions):
            continue
        for found in re.finditer(rf"(?<![\w-]){re.escape(words)}(?![\w-])", document.text):
            start, end = found.span()
            if not any(m.start < end and start < m.end for m in document.mentions):
                yield f"mention {mentions[0].id}: {words!r} is unmarked at {start}-{end}"


def compare_texts(document: GoldDocument, texts: Mapping[str, str]) -> list[str]:
    """Whether gold has the text of the corpus document with its id."""
    text = texts.get(document.id)
    if text is None:
        return [f"no document {document.id!r} among the documents; is its id right?"]
    if text == document.text:
        return []
    pairs = enumerate(zip(text, document.text, strict=False))
    at = next((i for i, (x, y) in pairs if x != y), min(len(text), len(document.text)))
    if text.rstrip("\n") == document.text.rstrip("\n"):
        return [
            "the text ends in other line breaks than the document; in marked text keep the blank "
            "line before === relations"
        ]
    return [
        f"the text differs from the document's from character {at} on: {text[at : at + 20]!r} "
        f"there, {document.text[at : at + 20]!r} here; annotate the text as it is"
    ]
