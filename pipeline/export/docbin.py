"""spaCy DocBin: the texts with tokens of spaCy's English tokeniser, the sentences of the parser,
and what :func:`pipeline.export.docs.to_doc` puts there."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.export.checks import check
from pipeline.export.docs import KEY, set_entities, to_doc
from pipeline.export.files import whole_file
from pipeline.export.source import Source
from pipeline.export.tables import counted
from pipeline.export.words import blank_english
from pipeline.records import Annotation

if TYPE_CHECKING:
    from spacy.tokens import Doc


def write(source: Source, path: Path) -> list[str]:
    """Write all documents; returns how many spans are not exact. Raises ExportError."""
    from spacy.tokens import DocBin

    check(source)
    docs = [_doc(annotation) for annotation in source.annotations]
    data = DocBin(store_user_data=True, docs=docs).to_bytes()
    with whole_file(path) as beside:
        beside.write_bytes(data)
    wide = inside = 0
    for doc, annotation in zip(docs, source.annotations, strict=True):
        places = [(span.start_char, span.end_char) for span in doc.spans[KEY]]
        wide += sum(
            place != (m.start, m.end)
            for place, m in zip(places, annotation.mentions, strict=True)
        )  # fmt: skip
        inside += len(places) - len(doc.ents)
    sentences = {
        f"the exact place of {counted(wide, 'span')} that begin or end inside a token: "
        f'user_data["{KEY}"] has it': wide,
        f"{counted(inside, 'mention')} that share tokens with others, among the entities: "
        f'doc.spans["{KEY}"] has all': inside,
    }
    return [sentence for sentence, count in sentences.items() if count]


def _doc(annotation: Annotation) -> Doc:
    document = annotation.document
    doc = blank_english().tokenizer(document.text)
    to_doc(annotation, doc)
    set_entities(doc)
    doc.user_data["doc_id"] = document.doc_id
    doc.user_data["title"] = document.title
    begins = {start for start, _ in annotation.sentences}
    # A sentence that begins inside a token cannot be said; half of them would be wrong.
    if begins and begins <= {token.idx for token in doc}:
        for token in doc:
            token.is_sent_start = token.idx in begins or token.i == 0
    return doc
