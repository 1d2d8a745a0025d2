"""A short form is what its long form is: *low molecular weight heparin (LMWH)*.

A model sees five words to each side; what a document defines once holds in all of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from spacy.language import Language
from spacy.tokens import Doc, Span

REACH = 3  # tokens by which a model's mention may begin before the long form that was found


@Language.component("short_forms", assigns=["doc.ents"], requires=["doc.ents"])
def short_forms(doc: Doc) -> Doc:
    """Gives every occurrence of a defined short form the label of its long form, in place of
    what the model says there. Runs behind NER and scispaCy's abbreviation detector."""
    found = doc._.abbreviations
    if not found:
        return doc
    ending_at = {entity.end: entity for entity in doc.ents}
    labels: dict[str, str] = {}
    for short in found:
        long = short._.long_form
        entity = ending_at.get(long.end)
        if entity is not None and long.start - REACH <= entity.start < long.end:
            labels.setdefault(short.text, entity.label_)
    named = [
        Span(doc, short.start, short.end, labels[short.text])
        for short in sorted(found)
        if short.text in labels
    ]
    if named:
        doc.ents = _without_overlap(named, doc.ents)
    return doc


def _without_overlap(first: Sequence[Span], then: Sequence[Span]) -> list[Span]:
    taken: set[int] = set()
    kept = []
    for span in [*first, *then]:
        tokens = range(span.start, span.end)
        if taken.isdisjoint(tokens):
            kept.append(span)
            taken.update(tokens)
    return kept
