"""A lenient reader of OBO files (formats 1.0 to 1.4), plain or compressed with gzip.

Published ontologies break their own format now and then: free text among cross-references,
bare addresses, undeclared synonym types. This reader takes the clauses that terms are made
of, skips and counts what it cannot read, and keeps the term.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, cast

from pipeline.ontology.clauses import BadClause, OboTerm, quoted_text, read_clause

KEPT_BAD = 5  # places of bad clauses that are kept beside their number
_GZIP = b"\x1f\x8b"
_REPORT_EVERY = 5000  # lines

_STANZA = re.compile(r"\[(\w+)\]")


class OntologyError(ValueError):
    """An ontology cannot be used; the message says which, why and what to do."""


@dataclass(slots=True)
class Ontology:
    """What an OBO file says. ``terms`` by id in the order of the file, ``synonym_types``
    from a type's id to its name, ``bad`` the first bad clauses as (line, what is wrong)."""

    name: str = ""
    version: str = ""
    terms: dict[str, OboTerm] = field(default_factory=dict)
    synonym_types: dict[str, str] = field(default_factory=dict)
    n_bad: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)

    def add_bad(self, line: int, why: str) -> None:
        """Count a clause that was skipped and keep the first few."""
        self.n_bad += 1
        if len(self.bad) < KEPT_BAD:
            self.bad.append((line, why))


def read_obo(path: Path, progress: Callable[[int], None] | None = None) -> Ontology:
    """Read an OBO file. ``progress`` is told how many bytes of the file have been read.

    Raises OntologyError for what is no OBO file or is damaged, OSError for a file that
    cannot be opened.
    """
    with path.open("rb") as raw:
        packed = raw.read(2) == _GZIP
        raw.seek(0)
        stream = cast(BinaryIO, gzip.GzipFile(fileobj=raw)) if packed else raw
        try:
            ontology = parse_obo(_watched(stream, raw, progress))
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise OntologyError(f"{path}: damaged gzip file ({error}); fetch it again") from error
    if not ontology.terms:
        raise OntologyError(
            f"{path}: no OBO file: it holds no [Term] with an id; OWL, JSON and tables are not "
            "read, take the release that ends in .obo"
        )
    return ontology


def _watched(
    stream: BinaryIO, raw: BinaryIO, progress: Callable[[int], None] | None
) -> Iterator[bytes]:
    for number, line in enumerate(stream):
        if progress is not None and number % _REPORT_EVERY == 0:
            progress(raw.tell())
        yield line


def parse_obo(lines: Iterable[bytes]) -> Ontology:
    """The ontology that is written in ``lines``; never raises on what they hold."""
    ontology = Ontology()
    kind = ""  # of the stanza; empty in the header
    term = OboTerm()
    for number, line in _logical_lines(lines):
        try:
            text = line.decode("utf-8").strip()
        except UnicodeDecodeError:
            if kind in {"", "Term"}:
                ontology.add_bad(number, "not UTF-8")
            continue
        if not text or text.startswith("!"):
            continue
        if text.startswith("["):
            stanza = _STANZA.match(text)
            _finish(ontology, term, kind)
            kind, term = stanza[1] if stanza else "?", OboTerm(line=number)
            if stanza is None:
                ontology.add_bad(number, f"no head of a stanza: {text[:40]!r}")
            continue
        try:
            if kind == "Term":
                read_clause(term, text)
            elif not kind:
                _read_header(ontology, text)
        except BadClause as bad:
            ontology.add_bad(number, str(bad))
    _finish(ontology, term, kind)
    return ontology


def _logical_lines(lines: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Lines with their number; a backslash at its end joins a line with the next."""
    held, first = b"", 0
    for number, line in enumerate(lines, start=1):
        line = line.rstrip(b"\r\n")
        if number == 1:
            line = line.removeprefix(b"\xef\xbb\xbf")
        first = first or number
        if (len(line) - len(line.rstrip(b"\\"))) % 2:
            held += line[:-1]
            continue
        yield first, held + line
        held, first = b"", 0
    if held:
        yield first, held


def _finish(ontology: Ontology, term: OboTerm, kind: str) -> None:
    """Take a term in; a second stanza of the same id adds to the first."""
    if kind != "Term":
        return
    if not term.id:
        ontology.add_bad(term.line, "a term without an id")
        return
    known = ontology.terms.setdefault(term.id, term)
    if known is term:
        return
    if known.name and term.name not in {"", known.name}:
        ontology.add_bad(term.line, f"a second name of {term.id}: {term.name[:40]!r}")
    known.name = known.name or term.name
    known.synonyms += term.synonyms
    known.parents += term.parents
    known.alt_ids += term.alt_ids
    known.obsolete |= term.obsolete


def _read_header(ontology: Ontology, text: str) -> None:
    tag, _, value = text.partition(":")
    value = value.strip()
    if tag == "ontology":
        ontology.name = value
    elif tag == "data-version":
        ontology.version = value
    elif tag == "synonymtypedef":
        key, _, rest = value.partition(" ")
        with suppress(BadClause):
            ontology.synonym_types[key] = quoted_text(rest.strip())[0]
