"""What the short forms of a document mean, by the long forms that define them."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.abbreviations import Definition, Meaning
from pipeline.recognise.candidates import Candidate

# of a short form: (block, characters, meaning), in the order of the document
Meanings = dict[str, list[tuple[int, int, Meaning]]]

_TARGET = re.compile(r"\b(?:of|to|against|for)\b")  # what follows is no drug, but its target


def meaning_of(
    index: ConceptIndex, text: str, definition: Definition, mentions: list[Candidate]
) -> Meaning | None:
    """What a defined short form means; None where its long form says too little."""
    # The mention that ends the long form is what the short form repeats.
    for mention in mentions:
        starts_inside = definition.long_start - 40 <= mention.start <= definition.long_end
        before = text[mention.start : max(mention.start, definition.long_start)]
        if mention.label == "DRUG" and _TARGET.search(before):
            continue  # inhibitors of the cyclooxygenase (COX)
        if starts_inside and abs(mention.end - definition.long_end) <= 1:
            return Meaning(
                mention.label, mention.name, mention.concept_id, mention.specificity,
                text[mention.start : mention.end],
            )  # fmt: skip
    long_form = text[definition.long_start : definition.long_end]
    for label in ("DISEASE", "CELL", "CYTOKINE", "RECEPTOR", "DRUG"):
        term = index.look_up(label, long_form)
        if term is not None:
            return Meaning(label, term.name, term.concept_id, term.specificity, long_form)
    overlapping = any(
        m.start < definition.long_end and definition.long_start < m.end for m in mentions
    )
    # A long form that is partly a mention says too little; one with none blocks the form.
    return None if overlapping else Meaning()


def nearest(places: list[tuple[int, int, Meaning]], number: int) -> Meaning:
    """What a short form means in a block: by the last definition up to there, else the first."""
    up_to = [meaning for block, _, meaning in places if block <= number]
    return up_to[-1] if up_to else places[0][2]


def at_its_place(candidate: Candidate, number: int, text: str, meanings: Meanings) -> Candidate:
    """Beside its own definition a short form means what that says: *rheumatoid arthritis (RA)
    and retinoic acid (RA)*."""
    for block, start, meaning in meanings.get(text[candidate.start : candidate.end], []):
        if (block, start) == (number, candidate.start):
            return replace(
                candidate, label=meaning.label or "BLOCKED", name=meaning.name,
                concept_id=meaning.concept_id, specificity=meaning.specificity,
                source=meaning.long,
            )  # fmt: skip
    return candidate
