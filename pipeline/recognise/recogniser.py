"""Recognition in layers: terms, mention patterns, the model, defined short forms.

Blocks of one document are settled together, because a short form is defined once and
used everywhere, and because a doubtful form needs its concept named elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from spacy.tokens import Doc

from pipeline.ground.grounder import Grounder
from pipeline.ground.hierarchy import Hierarchy, read_links
from pipeline.ground.index import ConceptIndex
from pipeline.ground.markers import Markers, read_marker_rules
from pipeline.recognise.abbreviations import Definition, Meaning, definitions, occurrences
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.context import ContextFilter
from pipeline.recognise.coordination import Coordination
from pipeline.recognise.coordination_cues import read_coordination_cues
from pipeline.recognise.fine import FineText, fine_text, fine_vocab, fine_words, fold
from pipeline.recognise.interposed import Interposed
from pipeline.recognise.marked_cells import MarkedCells
from pipeline.recognise.meanings import Meanings, at_its_place, meaning_of, nearest
from pipeline.recognise.mention_patterns import PatternMatcher, read_mention_patterns
from pipeline.recognise.model_mentions import ModelMentions, read_cues
from pipeline.recognise.repeats import Repeats
from pipeline.recognise.sense_cues import read_senses
from pipeline.recognise.senses import SenseJudge
from pipeline.recognise.settle import settle
from pipeline.recognise.term_matcher import TermMatcher
from pipeline.recognise.terms import read_terms
from pipeline.records import LABELS

_BETWEEN_ALIASES = re.compile(r"\s*[(\[]\s*")


@dataclass(frozen=True, slots=True)
class Found:
    """A settled mention of a block. ``alias_of`` is the index of its long form in the
    block's list, or -1."""

    candidate: Candidate
    alias_of: int = -1


@dataclass(slots=True)
class _Block:
    fine: FineText
    candidates: list[Candidate]
    definitions: list[Definition]
    long_forms: dict[str, str]
    repeats: list[Candidate]


class Recogniser:
    """Finds and grounds the mentions of a document, block by block."""

    def __init__(self, patterns_dir: Path) -> None:
        terms = read_terms(patterns_dir)
        self.index = ConceptIndex(terms)
        self.hierarchy = Hierarchy(read_links(patterns_dir))
        self._ground = Grounder(
            self.index,
            self.hierarchy,
            Markers(read_marker_rules(patterns_dir)),
        )
        self._cues = read_cues(patterns_dir)
        self._terms = TermMatcher(terms)
        self._patterns = PatternMatcher(read_mention_patterns(patterns_dir), fine_vocab())
        self._model = ModelMentions(self._cues, self.index)
        self._context = ContextFilter(self._cues)
        self._senses = SenseJudge(
            read_senses(patterns_dir),
            {label: self._cues.near(label) for label in LABELS},
            self._cues.cue_window,
        )
        self._marked_cells = MarkedCells()
        self._interposed = Interposed(self.index)
        self._repeats = Repeats(self._cues, self.index)
        self._coordination = Coordination(read_coordination_cues(patterns_dir), self.index)

    def __call__(self, docs: Sequence[Doc]) -> list[list[Found]]:
        """Mentions of every block of one document, offsets into the block's text."""
        blocks = [self._offer(doc) for doc in docs]
        long_forms = {
            one.short: block.fine.text[one.long_start : one.long_end]
            for block in reversed(blocks)
            for one in reversed(block.definitions)
        }
        for block in blocks:
            block.long_forms = long_forms
        kept = self._senses([b.fine for b in blocks], [b.candidates for b in blocks])
        for block, candidates in zip(blocks, kept, strict=True):
            block.candidates = self._context(block.fine, candidates)
        first = [self._mentions(block, self._with_conjuncts(block)) for block in blocks]
        for block, mentions in zip(blocks, first, strict=True):
            block.definitions += self._repeats.bracketed(
                block.fine.text, mentions, block.definitions
            )
        meanings = self._meanings(blocks, first)
        drugs = self._repeats.names(zip((b.fine.text for b in blocks), first, strict=True))
        for block in blocks:
            block.repeats = self._repeats(block.fine, drugs, block.candidates)
        return [
            self._with_meanings(number, block, before, meanings)
            for number, (block, before) in enumerate(zip(blocks, first, strict=True))
        ]

    def layers(self, doc: Doc) -> dict[str, list[Candidate]]:
        """What each layer offers for one block, before anything is settled."""
        offered: dict[str, list[Candidate]] = {}
        for candidate in self._offer(doc).candidates:
            offered.setdefault(candidate.layer, []).append(candidate)
        return offered

    def _offer(self, doc: Doc) -> _Block:
        text = doc.text  # spaCy puts it together anew at every access
        fine = fine_text(text)
        candidates = [*self._terms(fine), *self._patterns(fine), *self._model(doc, text)]
        return _Block(fine, candidates, definitions(doc, text), {}, [])

    def _with_conjuncts(self, block: _Block) -> list[Candidate]:
        """The block's candidates settled, when conjuncts have joined them: around what the
        tables and patterns found, and around what the model makes of it."""
        written = settle([c for c in block.candidates if c.layer != "model"])
        everything = settle(block.candidates)
        mentions = list(dict.fromkeys([*written, *everything]))
        cytokines = [c for c in block.candidates if c.label == "CYTOKINE" and c.layer == "terms"]
        found = [
            *self._coordination(block.fine, mentions),
            *self._interposed(block.fine, [*mentions, *cytokines]),
            *self._marked_cells(block.fine, mentions),
        ]
        if not found:
            return everything
        block.candidates += dict.fromkeys(found)
        return settle(block.candidates)

    def _mentions(self, block: _Block, settled: list[Candidate]) -> list[Candidate]:
        return self._ground(block.fine.text, self._nested(block, settled), block.long_forms)

    def _nested(self, block: _Block, mentions: list[Candidate]) -> list[Candidate]:
        """Of nested mentions those in a drug that is called by its target. *Interferon
        beta-1a* is no drug against interferon beta."""
        text = block.fine.text
        plain = [
            c
            for c in mentions
            if c.label == "DRUG"
            and c.layer != "coordination"
            and not any(
                fold(word) in self._cues.lists["targeting"]
                for word in fine_words(text[c.start : c.end])
            )
        ]
        return [
            c for c in mentions if c.label == "DRUG" or not any(drug.covers(c) for drug in plain)
        ]

    def _with_meanings(
        self, number: int, block: _Block, before: list[Candidate], meanings: Meanings
    ) -> list[Found]:
        """The mentions of a block when the short forms mean what the document defines."""
        here = {short: nearest(places, number) for short, places in meanings.items()}
        extra = [
            at_its_place(c, number, block.fine.text, meanings)
            for c in occurrences(block.fine, here)
        ]
        # A short form defined here overrules the tables wherever they agree on the words.
        taken = {(c.start, c.end) for c in extra}
        other = self._other_series(block, here)
        others = [
            c
            for c in (*block.candidates, *block.repeats)
            if (c.start, c.end) not in taken and not (other and self._is_il(c, block))
        ]
        mentions = before
        if extra or len(others) != len(block.candidates):
            settled = settle([*others, *extra])
            cells = list(self._marked_cells(block.fine, settled))
            if cells:
                settled = settle([*others, *extra, *cells])
            mentions = self._mentions(block, settled)
        return _with_aliases(block, mentions)

    def _meanings(self, blocks: list[_Block], settled: list[list[Candidate]]) -> Meanings:
        meanings: Meanings = {}
        for number, (block, mentions) in enumerate(zip(blocks, settled, strict=True)):
            for one in block.definitions:
                meaning = meaning_of(self.index, block.fine.text, one, mentions)
                if meaning is not None:
                    meanings.setdefault(one.short, []).append((number, one.short_start, meaning))
        return meanings

    @staticmethod
    def _other_series(block: _Block, meanings: dict[str, Meaning]) -> bool:
        """Whether *IL-6* is none because the document has said that *IL* is the ileum, and
        nothing else in the block is a cytokine or receptor."""
        found = [meanings[form] for form in ("IL", "ILs") if form in meanings]
        if not found or any(meaning.label for meaning in found):
            return False
        return not any(
            c.label in {"CYTOKINE", "RECEPTOR"}
            and c.layer == "terms"
            and not block.fine.text[c.start : c.end].startswith("IL")
            for c in block.candidates
        )

    @staticmethod
    def _is_il(candidate: Candidate, block: _Block) -> bool:
        return candidate.label == "CYTOKINE" and block.fine.text.startswith(
            "IL", candidate.start, candidate.end
        )


def _with_aliases(block: _Block, mentions: list[Candidate]) -> list[Found]:
    text = block.fine.text
    pairs = {(d.short_start, d.short_end): d for d in block.definitions}
    found: list[Found] = []
    for i, mention in enumerate(mentions):
        alias = -1
        for j in range(i - 1, max(-1, i - 4), -1):
            before = mentions[j]
            if before.label != mention.label or before.end > mention.start:
                continue
            adjacent = _BETWEEN_ALIASES.fullmatch(text[before.end : mention.start]) is not None
            closed = text[mention.end : mention.end + 2].lstrip()[:1] in {")", "]", ";", ","}
            same = bool(mention.name) and mention.name == before.name
            defined = (mention.start, mention.end) in pairs or (before.start, before.end) in pairs
            if adjacent and closed and (same or defined):
                alias = found[j].alias_of if found[j].alias_of >= 0 else j
            break
        found.append(Found(mention, alias))
    return found
