"""The lines of one ``.ann`` file of brat's."""

from __future__ import annotations

import re
from itertools import count

from pipeline.export.brat_conf import ALIAS, TRIGGER
from pipeline.export.fields import (
    Fields,
    as_strings,
    mention_fields,
    relation_fields,
    stated,
)
from pipeline.gold.formats import fields
from pipeline.records import Mention, Relation

# brat compares the words of a line with the text, and a line has neither breaks nor tabs.
_NO_WORDS = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]+")


class Lines:
    """Takes annotations by the ids of brat and gives the file. Offsets are characters."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: list[str] = []
        self._attributes = count(1)
        self._concepts = count(1)
        self._notes = count(1)

    def text(self) -> str:
        return "".join(f"{line}\n" for line in self._lines)

    def document(self, values: Fields) -> None:
        """A note of what a document has beside its text, if anything."""
        if values:
            self._note("document", "Document", fields.pack(as_strings(values)))

    def mention(self, name: str, mention: Mention) -> None:
        """A mention with its concept, the attributes that brat shows, and a note of the rest."""
        self._words(name, mention.label, mention.start, mention.end)
        if re.fullmatch(r"[^\s:]+:\S+", mention.concept_id):
            reference = f"Reference {name} {mention.concept_id}"
            self._add(f"N{next(self._concepts)}", reference, mention.concept_name)
        if mention.specificity:
            self._attribute(name, "Specificity", mention.specificity)
        if mention.concept_name:
            self._note(name, "Norm", fields.encode(mention.concept_name))
        self._note(name, "Id", mention.mention_id)
        known = ("mention_id", "start", "end", "label", "text", "concept_name", "specificity")
        self._details(name, stated(mention_fields(mention), *known))

    def trigger(self, name: str, event: str, start: int, end: int) -> None:
        """The word that states relations."""
        self._words(name, TRIGGER, start, end)
        self._add(event, f"{TRIGGER}:{name}")

    def relation(
        self, name: str, relation: Relation, relation_id: str, ends: tuple[str, str], event: str
    ) -> None:
        """A relation; ``event`` is that of its trigger, or empty."""
        self._add(name, f"{relation.predicate} Arg1:{ends[0]} Arg2:{ends[1]}")
        if relation.effect != "unspecified":
            self._attribute(name, "Effect", relation.effect)
        if relation.function:
            self._attribute(name, "Function", relation.function)
        for flag in ("negated", "hedged"):
            if getattr(relation, flag):
                self._attribute(name, flag.capitalize())
        details = stated(
            relation_fields(relation, relation_id), "predicate", "subject", "object", "sentence"
        )
        self._details(name, {**details, **({"trigger_event": event} if event else {})})

    def alias(self, name: str, ends: tuple[str, str]) -> None:
        """A short form and what it is short for."""
        self._add(name, f"{ALIAS} Arg1:{ends[0]} Arg2:{ends[1]}")

    def _words(self, name: str, label: str, start: int, end: int) -> None:
        spans: list[tuple[int, int]] = []
        position = start
        for gap in _NO_WORDS.finditer(self._text, start, end):
            spans.append((position, gap.start()))
            position = gap.end()
        spans = [span for span in [*spans, (position, end)] if span[0] < span[1]] or [(start, end)]
        words = " ".join(self._text[slice(*span)] for span in spans)
        self._add(name, f"{label} " + ";".join(f"{a} {b}" for a, b in spans), words)

    def _attribute(self, target: str, name: str, value: str = "") -> None:
        said = f"{name} {target} {value}" if value else f"{name} {target}"
        self._add(f"A{next(self._attributes)}", said)

    def _note(self, target: str, kind: str, value: str) -> None:
        self._add(f"#{next(self._notes)}", f"{kind} {target}", value)

    def _details(self, target: str, values: Fields) -> None:
        self._note(target, "AnnotatorNotes", fields.pack(as_strings(values)))

    def _add(self, name: str, said: str, tail: str = "") -> None:
        line = f"{name}\t{said}"
        self._lines.append(f"{line}\t{_NO_WORDS.sub(' ', tail)}" if tail else line)
