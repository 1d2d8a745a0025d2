"""A short form is what its long form is: *low molecular weight heparin (LMWH)*.

A model sees five words to each side; what a document defines once holds in all of it.
"""

from __future__ import annotations

from spacy.language import Language
from spacy.tokens import Doc, Span

REACH = 3  # tokens by which a model's mention may begin before the long form that was found


@Language.component("short_forms", assigns=["doc.ents"], requires=["doc.ents"])
def short_forms(doc: Doc) -> Doc:
    """Gives every occurrence of a defined short form the label of its long form, in place of
    what the model says of it. Runs behind NER and scispaCy's abbreviation detector."""
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
    entities = {(entity.start, entity.end): entity for entity in doc.ents}
    taken = {token.i for entity in doc.ents for token in entity}
    for short in sorted(found):
        place = (short.start, short.end)
        # a part of a longer mention (*hESC lines*) stays what it is
        if short.text in labels and (place in entities or taken.isdisjoint(range(*place))):
            entities[place] = Span(doc, *place, labels[short.text])
            taken.update(range(*place))
    doc.ents = list(entities.values())
    return doc
