"""The clauses of a term in an OBO file: ``tag: value ! comment``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

SCOPES = ("EXACT", "RELATED", "NARROW", "BROAD")

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"\s*')
_COMMENT = re.compile(r"\s+!(?:\s.*)?$")
_QUALIFIERS = re.compile(r"\s*\{\s*[\w:.-]+\s*=.*\}\s*$")
_ESCAPE = re.compile(r"\\(.)")
_ADDRESS = re.compile(r"https?://purl\.obolibrary\.org/obo/([A-Za-z]+)_(\S+)")
_OLD_SYNONYMS = {f"{scope.lower()}_synonym": scope for scope in SCOPES}  # of OBO 1.0


@dataclass(frozen=True, slots=True)
class Synonym:
    """Another name of a term; ``scope`` is one of SCOPES, ``type`` as in the file or empty."""

    text: str
    scope: str
    type: str = ""


@dataclass(slots=True)
class OboTerm:
    """One term. ``line`` is where its stanza begins, from 1; ids are CURIEs as written."""

    id: str = ""
    line: int = 0
    name: str = ""
    synonyms: list[Synonym] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    alt_ids: list[str] = field(default_factory=list)
    obsolete: bool = False


class BadClause(ValueError):
    """A clause that is skipped; the message says why."""


def read_clause(term: OboTerm, text: str) -> None:
    """Add what one clause says to its term; raises BadClause."""
    tag, colon, value = text.partition(":")
    value = value.strip()
    if not colon:
        raise BadClause(f"no 'tag: value': {text[:40]!r}")
    if tag == "synonym":
        term.synonyms.append(_synonym(value))
    elif tag == "is_a":
        term.parents.append(_identifier(value))
    elif tag == "alt_id":
        term.alt_ids.append(_identifier(value))
    elif tag == "id":
        if term.id:
            raise BadClause(f"a second id of {term.id}")
        term.id = _identifier(value)
    elif tag == "name":
        if term.name:
            raise BadClause(f"a second name of {term.name[:40]!r}")
        term.name = _plain(_QUALIFIERS.sub("", _COMMENT.sub("", value)))
    elif tag == "is_obsolete":
        term.obsolete = _boolean(value)
    elif tag in _OLD_SYNONYMS:
        term.synonyms.append(Synonym(quoted_text(value)[0], _OLD_SYNONYMS[tag]))


def _synonym(value: str) -> Synonym:
    """``"text" SCOPE TYPE [references]``; scope (RELATED without), type and references
    may be missing, and what stands among the references is of no account."""
    text, rest = quoted_text(value)
    words = rest.partition("[")[0].split()
    if not words or words[0][0] in "{!":
        return Synonym(text, "RELATED")
    scope = words[0].upper()
    if scope not in SCOPES:
        raise BadClause(f"no scope of a synonym: {words[0][:40]!r}")
    typed = len(words) > 1 and words[1][0] not in "{!"
    return Synonym(text, scope, words[1] if typed else "")


def quoted_text(value: str) -> tuple[str, str]:
    """The text in quotes that a value begins with, and the rest; raises BadClause."""
    quoted = _QUOTED.match(value)
    if quoted is None:
        raise BadClause(f"no text in quotes: {value[:40]!r}")
    text = _plain(quoted[1])
    if not text:
        raise BadClause("an empty synonym")
    return text, value[quoted.end() :]


def _identifier(value: str) -> str:
    words = value.split(maxsplit=1)
    if not words or words[0][0] in '{!"[':
        raise BadClause(f"no id: {value[:40]!r}")
    name = _ESCAPE.sub(r"\1", words[0])
    return _ADDRESS.sub(r"\1:\2", name)


def _boolean(value: str) -> bool:
    word = value.split(maxsplit=1)[0].lower() if value else ""
    if word not in {"true", "false"}:
        raise BadClause(f"neither true nor false: {value[:40]!r}")
    return word == "true"


def _plain(text: str) -> str:
    """Escapes undone, white space made one blank each."""
    plain = _ESCAPE.sub(lambda match: " " if match[1] in "nWt" else match[1], text)
    return " ".join(plain.split())
