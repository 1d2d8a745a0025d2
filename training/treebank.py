"""Reading CoNLL-U treebanks into sentences of plain words."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = -1


@dataclass
class Word:
    """One syntactic word; ``head`` is an index into its sentence, ``ROOT`` for the root."""

    form: str
    lemma: str
    tag: str
    head: int
    dep: str
    space_after: bool = True


@dataclass
class Paragraph:
    """Sentences that stand together in the source; ``document`` is the article's id."""

    document: str
    sentences: list[list[Word]] = field(default_factory=list)


def _open(path: Path) -> Iterator[str]:
    if path.suffix == ".gz":
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            yield from lines
    else:
        yield from path.read_text(encoding="utf-8").splitlines()


def _word(columns: list[str], ids: dict[str, int]) -> Word:
    form, lemma = columns[1], columns[2]
    head = ROOT if columns[6] == "0" else ids[columns[6]]
    return Word(form, lemma, columns[4], head, columns[7], "SpaceAfter=No" not in columns[9])


def _contracted_ends(rows: list[list[str]]) -> set[str]:
    """Ids of words inside a multiword token ("do" + "n't"): no blank follows them."""
    inside: set[str] = set()
    for columns in rows:
        if "-" in columns[0]:
            first, last = (int(part) for part in columns[0].split("-"))
            inside |= {str(number) for number in range(first, last)}
            if "SpaceAfter=No" in columns[9]:
                inside.add(str(last))
    return inside


def _sentence(rows: list[list[str]]) -> list[Word]:
    plain = [columns for columns in rows if columns[0].isdigit()]
    ids = {columns[0]: index for index, columns in enumerate(plain)}
    words = [_word(columns, ids) for columns in plain]
    joined = _contracted_ends(rows)
    for columns, word in zip(plain, words, strict=True):
        if columns[0] in joined:
            word.space_after = False
    return words


def read_conllu(path: Path) -> Iterator[Paragraph]:
    """Yield paragraphs (whole documents where the file marks no paragraphs)."""
    document, paragraph = "", Paragraph("")
    rows: list[list[str]] = []
    for line in _open(path):
        line = line.rstrip("\n")
        if line.startswith("# newdoc id = "):
            document = line.removeprefix("# newdoc id = ")
        if line.startswith(("# newdoc", "# newpar")):
            if paragraph.sentences:
                yield paragraph
            paragraph = Paragraph(document)
        elif line and not line.startswith("#"):
            rows.append(line.split("\t"))
        elif not line and rows:
            paragraph.sentences.append(_sentence(rows))
            rows = []
    if rows:
        paragraph.sentences.append(_sentence(rows))
    if paragraph.sentences:
        yield paragraph
