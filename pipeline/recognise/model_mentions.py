"""The trained model's mentions as candidates, cut to the guidelines."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from spacy.tokens import Doc, Span

from pipeline.entities import model_entities
from pipeline.ground.index import ConceptIndex
from pipeline.patterns_data import PatternError, expand_lists, read_yaml
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.chemicals import ChemicalCues, read_chemical_cues
from pipeline.recognise.drugs import DrugJudge
from pipeline.recognise.fine import fine_words, fold
from pipeline.recognise.references import is_reference

_STARTS = ("NN", "JJ", "CD", "FW", "VBN", "VBG", "AFX", "HYPH", "LS", "SYM", "XX", "-")
_VERBS = frozenset({"VBZ", "VBP", "VBD", "MD", "TO", "WDT"})
_NO_ENDS = ("IN", "CC", "DT", "TO", "MD", "VBZ", "VBP", "VBD", "RB", ",", "WDT")
_CELL_HEAD = re.compile(
    r"(?:cell|cyte|blast|phage|phil|clast|glia|neuron|progenitor|precursor|clone|subset|"
    r"subpopulation|population|platelet|treg|hybridoma|lineage)$"
)
_COMPOUND = re.compile(r"\S+[-‐–]([a-z]+)\s+(?=\S)")
_GENUS = re.compile(r"(?:^|\s)[A-Z]\s?\.$|\bvar\s?\.$")  # before a species
TRIMMED = 1 << 14  # mentions of the models whose names are remembered; the same come again
_EDGES = "/ \t\n.,;:!?'\"“”‘’-–—"


@dataclass(frozen=True)
class RecognitionCues:
    """``patterns/cues/recognition.yaml``, word lists as sets of folded forms, and
    ``chemicals.yaml``."""

    lists: dict[str, frozenset[str]]
    cue_window: int
    model_labels: dict[str, str]
    chemicals: ChemicalCues

    def near(self, label: str) -> frozenset[str]:
        """Folded words that stand near a doubtful form when it means this label."""
        return self.lists.get(f"cue_{label}", frozenset())


def read_cues(folder: Path) -> RecognitionCues:
    """Raises PatternError when a key is missing or wrong."""
    path = folder / "cues" / "recognition.yaml"
    data = read_yaml(path)
    lists = expand_lists(data.get("lists", {}), str(path))
    try:
        labels = {str(k): str(v) for k, v in data["model_labels"].items() if k != "__line__"}
        window = int(data["cue_window"])
    except (KeyError, TypeError, ValueError) as error:
        raise PatternError(f"{path}:1: model_labels or cue_window missing or wrong") from error
    folded = {name: frozenset(fold(word) for word in words) for name, words in lists.items()}
    return RecognitionCues(folded, window, labels, read_chemical_cues(folder))


def _noun_phrase(span: Span) -> Span:
    """The span without a verb or preposition at its edges; empty when one stands inside."""
    tags = [token.tag_ for token in span]
    start, end = 0, len(tags)
    while start < end and tags[start] and not tags[start].startswith(_STARTS):
        start += 1
    # "summons T cells": a verb that the tagger took for a plural; plurals seldom lead a name
    while start < end - 1 and tags[start] == "NNS":
        start += 1
    while start < end and tags[end - 1].startswith(_NO_ENDS):
        end -= 1
    if not _VERBS.isdisjoint(tags[start:end]):
        end = start
    return span if (start, end) == (0, len(tags)) else span[start:end]


class ModelMentions:
    """Turns the entities of the trained models into candidates.

    No model marks cytokines or drugs as such: a gene counts when it is grounded as a
    cytokine or receptor, a chemical when :class:`DrugJudge` says so.
    """

    def __init__(self, cues: RecognitionCues, index: ConceptIndex) -> None:
        self._cues = cues
        self._index = index
        self._trimmed = lru_cache(TRIMMED)(self._trim)
        self._is_drug = DrugJudge(
            cues.chemicals, lambda words: index.look_up("DRUG", words) is not None
        )

    def __call__(self, doc: Doc, text: str) -> list[Candidate]:
        """``text`` is the Doc's, which spaCy puts together anew at every ``doc.text``."""
        if is_reference(text):
            return []  # authors and journals look like drugs to a model trained on abstracts
        found = []
        chemicals: list[tuple[int, int, Span]] = []
        for entity in model_entities(doc):
            label = self._cues.model_labels.get(entity.label)
            span = _noun_phrase(entity.span)
            if label is None or not span:
                continue
            # what another model found may be a part of a token
            start, end = max(span.start_char, entity.start), min(span.end_char, entity.end)
            if label == "DRUG":  # judged together: what one sentence says holds in the others
                chemicals.append((start, end, span))
                continue
            candidate = self._cut(text, start, end, label)
            if candidate is not None and label == "CYTOKINE":
                candidate = self._grounded_gene(text, candidate)
            if candidate is not None and not self._plausible(span, label):
                candidate = None
            if candidate is not None:
                found.append(candidate)
        codes = self._codes(doc, text)
        return [*found, *self._drugs(text, [*chemicals, *codes], {code[:2] for code in codes})]

    def _codes(self, doc: Doc, text: str) -> list[tuple[int, int, Span]]:
        """What is written like a company's code and is marked neither as a chemical nor as a
        cell."""
        places = self._cues.chemicals.codes_in(text)
        if not places:
            return []
        taken = [e for e in model_entities(doc) if e.label in {"CHEMICAL", "CELL"}]
        spans = [
            (start, end, doc.char_span(start, end, alignment_mode="expand"))
            for start, end in places
            if not any(e.start < end and start < e.end for e in taken)
        ]
        return [(start, end, span) for start, end, span in spans if span]

    def _drugs(
        self,
        text: str,
        chemicals: list[tuple[int, int, Span]],
        offered: Collection[tuple[int, int]],
    ) -> list[Candidate]:
        chemicals.sort(key=lambda place: place[:2])  # of several models
        verdicts = self._is_drug(text, chemicals, offered)
        cut = [
            self._cut(text, start, end, "DRUG")
            for (start, end, _), yes in zip(chemicals, verdicts, strict=True)
            if yes
        ]
        return [candidate for candidate in cut if candidate is not None]

    def _plausible(self, span: Span, label: str) -> bool:
        """Whether the head of a mention fits its label: a cell is called one, a disease is a
        noun."""
        head = span[-1]
        if label == "CELL" and fold(head.text) in {"clone", "subset", "population"}:
            # "KD clones": what the first word names must be a cell
            first = span[0].text
            short = len(span) == 2 and first.isupper()
            return not short or self._index.look_up("CELL", first) is not None
        if label == "CELL":
            return _CELL_HEAD.search(fold(head.text)) is not None
        if label == "DISEASE":
            return self._is_disease(span)
        return True

    def _is_disease(self, span: Span) -> bool:
        """No tissue or normal process, no organism (*P. aeruginosa*), no company's code."""
        head, word = span[-1], fold(span[-1].text)
        lists = self._cues.lists
        ends = word.endswith(tuple(lists["no_end_DISEASE"])) and not word.startswith("dys")
        wrong = ends or word in lists["no_head_DISEASE"]
        before = span.doc[max(0, span.start - 2) : span.start].text
        species = len(span) == 1 and head.text.islower() and _GENUS.search(before) is not None
        code = self._cues.chemicals.is_code(span.text)
        return not (wrong or species or code or head.tag_.startswith(("JJ", "VB", "RB")))

    def _cut(self, text: str, start: int, end: int, label: str) -> Candidate | None:
        place = self._trimmed(text[start:end], label)
        if place is None:
            return None
        return Candidate(start + place[0], start + place[1], label, layer="model", score=0.8)

    def _trim(self, text: str, label: str) -> tuple[int, int] | None:
        """Characters of the name in the words of a mention; None when nothing is left."""
        start, end = self._without_edges(text, 0, len(text))
        start = self._without_lead(text, start, end, label)
        end = self._without_tail(text, start, end, label)
        inside = text[start:end]
        folded = [fold(word) for word in fine_words(inside)]
        bare = self._cues.lists.get(f"bare_{label}", frozenset())
        if len(inside) < 2 or all(word in bare or word.isdigit() for word in folded):
            return None
        if " ".join(folded) in bare or inside.count("(") != inside.count(")"):
            return None
        return start, end

    def _without_edges(self, text: str, start: int, end: int) -> tuple[int, int]:
        while start < end and text[start] in _EDGES:
            start += 1
        while end > start and text[end - 1] in _EDGES:
            end -= 1
        return start, end

    def _without_lead(self, text: str, start: int, end: int, label: str) -> int:
        """Cuts off what is no part of the name: species, severity, *LPS-stimulated*."""
        cut = self._cues.lists.get(f"cut_{label}", frozenset())
        states = self._cues.lists.get(f"states_{label}", frozenset())
        while start < end:
            compound = _COMPOUND.match(text, start, end)
            if compound and fold(compound[1]) in states:
                start = compound.end()
                continue
            words = fine_words(text[start:end])
            if not words or fold(words[0]) not in cut:
                break
            start = text.index(words[0], start) + len(words[0])
            start, _ = self._without_edges(text, start, end)
        return start

    def _without_tail(self, text: str, start: int, end: int, label: str) -> int:
        """*RA disease*, *asthma onset*: what goes before the last word is the name already.
        So it is before a sign or a single letter: *nausea ++*, *uveitis R*."""
        before, _, last = text[start:end].rpartition(" ")
        if label == "DISEASE" and before and sum(c.isalnum() for c in last) < 2:
            return end if self._index.look_up(label, text[start:end]) else start + len(before)
        if not last or fold(last) not in self._cues.lists.get(f"tail_{label}", frozenset()):
            return end
        if self._index.look_up(label, text[start:end]) is not None:
            return end
        named = before.isupper() or self._index.look_up(label, before) is not None
        return start + len(before) if named else end

    def _grounded_gene(self, text: str, candidate: Candidate) -> Candidate | None:
        words = text[candidate.start : candidate.end]
        if len(words) < 3 or words[:4].lower() == "anti":  # what is against X is not X
            return None
        for label in ("CYTOKINE", "RECEPTOR"):
            term = self._index.look_up(label, words)
            if term is not None and term.match != "case":
                return Candidate(
                    candidate.start, candidate.end, label,
                    layer="model", name=term.name, concept_id=term.concept_id,
                    specificity=term.specificity, score=0.8,
                )  # fmt: skip
        return None
