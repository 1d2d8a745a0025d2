"""Words with IOB labels, a line each, columns with tabs, sentences parted by blank lines,
documents by ``-DOCSTART- -X- O O``.

Columns: the word, ``-`` (no part of speech), the document's id, start and end in characters, the
label of a mention inside another one, and last the label of the outermost mention: readers of
CoNLL-2003, such as ``spacy convert -c conll``, take the first and the last. Labels are IOB2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pipeline.export.checks import check
from pipeline.export.source import Source
from pipeline.export.tables import counted
from pipeline.export.targets import write_text
from pipeline.export.words import Span, covered, layers, sentence_starts, words_of
from pipeline.records import Annotation, Mention

START = "-DOCSTART- -X- O O"
OUTSIDE = "O"


@dataclass(slots=True)
class _Lost:
    inner: int = 0
    others: int = 0
    relations: int = 0
    concepts: int = 0


def write(source: Source, path: Path) -> list[str]:
    """Write all documents; returns what is lost, with counts. Raises ExportError."""
    check(source)
    lost = _Lost()
    write_text(path, "".join(_document(annotation, lost) for annotation in source.annotations))
    sentences = {
        f"{counted(lost.relations, 'relation')}: lines of words cannot join two": lost.relations,
        f"the concepts of {counted(lost.concepts, 'mention')}, and all layers and scores: there is "
        "only a label": lost.concepts,
        f"{counted(lost.inner, 'mention')} inside others for most readers: see the last column but "
        "one": lost.inner,
        f"{counted(lost.others, 'mention')} that cross or lie in two others": lost.others,
    }
    return [sentence for sentence, count in sentences.items() if count]


def _document(annotation: Annotation, lost: _Lost) -> str:
    text = annotation.document.text
    words = words_of(annotation)
    outer, inner, others = layers(annotation.mentions)
    lost.inner += len(inner)
    lost.others += len(others)
    lost.relations += len(annotation.relations)
    lost.concepts += sum(bool(mention.concept_id) for mention in (*outer, *inner))
    columns = zip(words, _labels(words, inner), _labels(words, outer), strict=True)
    starts = sentence_starts(annotation, words)
    doc_id = re.sub(r"[\s%]", lambda sign: quote(sign[0], safe=""), annotation.document.doc_id)
    lines = [START]
    for number, ((start, end), inside, label) in enumerate(columns):
        lines += [""] * (number in starts)
        cells = (text[start:end], "-", doc_id, str(start), str(end), inside, label)
        lines.append("\t".join(cells))
    return "".join(f"{line}\n" for line in [*lines, ""])


def _labels(words: Sequence[Span], mentions: Sequence[Mention]) -> list[str]:
    """IOB2 of mentions that do not overlap."""
    labels = [OUTSIDE] * len(words)
    for mention in mentions:
        first = "B"
        for number in covered(words, mention.start, mention.end):
            labels[number] = f"{first}-{mention.label}"
            first = "I"
    return labels
