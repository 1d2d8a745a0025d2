"""Sentences of the citations: of the corpus for those that name cytokines, else of a grammar.

The sentences of the corpus are those of ``corpus/documents`` without the documents of the test
part of the gold set; they are not even split. Those of the grammar stand in ``fields.yaml``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any
from xml.sax.saxutils import escape

import yaml

from pipeline.read import read_inputs
from pipeline.records import Document

ROOT = Path(__file__).resolve().parent.parent
FIELDS = ROOT / "benchmarks" / "fields.yaml"
CORPUS = ROOT / "corpus" / "documents"
HELD_BACK = ROOT / "corpus" / "gold" / "test.jsonl"
_SLOT = re.compile(r"\{(\w+)\}")
_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z])")
_PLAIN = re.compile(r"^[A-Z].*[.?!]$")
_CHARGED = re.compile(r"\b((?:CD|Ly6C|FOXP|Foxp)\d*(?:hi)?)([+-])(?=\W)")
_LATIN = re.compile(r"\b(in vitro|in vivo|ex vivo|de novo|in situ|per se)\b")
NEAR_MISSES = 0.02  # of the sentences: in one abstract of five
OWN = 0.3  # up to here, sentences that only one field has
WORDS = (6, 60)  # of a sentence of the corpus that is taken

NUMBERS: dict[str, Callable[[Random], str]] = {
    "n": lambda random: str(random.randint(11, 987)),
    "pct": lambda random: f"{random.uniform(1, 95):.1f}",
    "p": lambda random: f"0.{random.randint(1, 499):03}",
    "or": lambda random: f"{random.uniform(0.3, 4.9):.2f}",
    "ci": lambda random: "95% CI {:.2f}-{:.2f}".format(
        *sorted((random.uniform(0.2, 2), random.uniform(1.5, 8)))
    ),
    "mean": lambda random: f"{random.uniform(1.1, 48):.1f}",
    "year": lambda random: str(random.randint(1994, 2019)),
    "months": lambda random: str(random.choice((3, 6, 9, 12, 18, 24, 36))),
}


class Grammar:
    """Fills templates with words of a field, of all fields, and with numbers."""

    def __init__(self) -> None:
        data: dict[str, Any] = yaml.safe_load(FIELDS.read_text(encoding="utf-8"))
        self._lists: dict[str, list[str]] = data["lists"]
        self._general: list[str] = data["general"]
        self._openings: list[str] = data["openings"]
        self._endings: list[str] = data["endings"]
        self._titles: list[str] = data["titles"]
        self.fields: dict[str, dict[str, Any]] = data["fields"]
        self.languages: dict[str, dict[str, list[str]]] = data["other_languages"]

    def sentence(self, field: dict[str, Any], random: Random) -> str:
        """A sentence of a field as XML, which may hold markup."""
        drawn = random.random()
        if drawn < NEAR_MISSES:
            templates = field.get("near_misses", field["templates"])
        else:
            templates = field["templates"] if drawn < OWN else self._general
        core = random.choice(templates)
        text = random.choice(self._openings) + core + random.choice(self._endings)
        return capital(self._filled(text, field, random))

    def title(self, field: dict[str, Any], random: Random) -> str:
        """A title of a field, without its full stop."""
        return capital(self._filled(random.choice(self._titles), field, random))

    def foreign(self, language: str, key: str, random: Random) -> str:
        """A sentence or title (``key``: ``sentences``, ``titles``) in another language."""
        return self._filled(random.choice(self.languages[language][key]), {}, random)

    def _filled(self, text: str, field: dict[str, Any], random: Random) -> str:
        def fill(slot: re.Match[str]) -> str:
            name = slot.group(1)
            if name in NUMBERS:
                return NUMBERS[name](random)
            words = field.get(name.lower()) or self._lists[name.lower()]
            word = random.choice(words)
            return capital(word) if name[0].isupper() else word

        while "{" in text:  # an opening has slots too
            text = _SLOT.sub(fill, text)
        return text


def capital(text: str) -> str:
    """The text with a capital letter at its beginning; markup and signs stay."""
    return text[:1].upper() + text[1:]


@cache
def cytokine_sentences() -> tuple[tuple[str, ...], ...]:
    """The plain sentences of each document of the corpus that is not held back, in the order of
    the ids; documents with fewer than four are left out."""
    held_back = {json.loads(line)["id"] for line in HELD_BACK.read_text("utf-8").splitlines()}
    found = []
    for item in sorted(read_inputs([CORPUS]), key=_doc_id):
        if not isinstance(item, Document) or item.doc_id in held_back:
            continue
        own = tuple(one for line in item.text.splitlines() for one in _sentences(line))
        if len(own) >= 4:
            found.append(own)
    return tuple(found)


def _doc_id(item: Any) -> str:
    return str(item.doc_id)


def _sentences(line: str) -> list[str]:
    return [
        one
        for one in _END.split(line.strip())
        if _PLAIN.match(one)
        and WORDS[0] <= len(one.split()) <= WORDS[1]
        and not set("|#*_`[]") & set(one)
    ]


def relevant(n_words: int, random: Random) -> list[str]:
    """Shuffled sentences of some documents of the corpus as XML, of so many words or more."""
    documents = cytokine_sentences()
    pool = [one for own in random.sample(documents, min(6, len(documents))) for one in own]
    while sum(len(one.split()) for one in pool) < n_words:
        pool += random.choice(documents)
    random.shuffle(pool)
    return [_with_markup(escape(one)) for one in _up_to(pool, n_words)]


def other(grammar: Grammar, field: dict[str, Any], n_words: int, random: Random) -> list[str]:
    """Sentences of the grammar as XML, of so many words or more."""
    found: list[str] = []
    size = 0
    while size < n_words:
        found.append(grammar.sentence(field, random))
        size += len(found[-1].split())
    return found


def _up_to(sentences: list[str], n_words: int) -> list[str]:
    size = 0
    for at, sentence in enumerate(sentences, 1):
        size += len(sentence.split())
        if size >= n_words:
            return sentences[:at]
    return sentences


def _with_markup(text: str) -> str:
    return _LATIN.sub(r"<i>\1</i>", _CHARGED.sub(r"\1<sup>\2</sup>", text))
