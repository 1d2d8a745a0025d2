"""A drug that one sentence shows to be one is the same drug in the others, and so is the short
form in the brackets behind it: *acetaminophen (AAP)*, *2-methoxyestradiol (2ME2)*."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from pipeline.ground.index import ConceptIndex
from pipeline.recognise.abbreviations import Definition, Meaning, occurrences, stands_for
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fine_words, fold
from pipeline.recognise.model_mentions import RecognitionCues

SHORTEST = 5  # letters of a name that is looked for again, unless it has a number
_BRACKET = re.compile(r"\s?[(\[]\s?([A-Za-z0-9][\w/-]{1,9})(?=[)\];,])")
REACH = 40  # characters in which the next word ends
_MORE = re.compile(r"[-‐‑][A-Z0-9]")
_JOINED = ("-", ")", "]", "/")  # before a name: it is a part of a longer one
_AGAIN = "model"  # the layer that may see one of two; a table sees both


class Repeats:
    """Finds the drugs of a document where no layer has seen them."""

    def __init__(self, cues: RecognitionCues, index: ConceptIndex) -> None:
        chemicals = cues.chemicals.lists
        self._doubtful = chemicals["endogenous"] | chemicals["laboratory"] | chemicals["classes"]
        self._bare = cues.lists["bare_DRUG"]
        self._ends = tuple(sorted(chemicals["protein_ends"]))
        self._index = index

    def bracketed(
        self, text: str, mentions: Sequence[Candidate], known: Iterable[Definition]
    ) -> list[Definition]:
        """Short forms in brackets directly behind a drug; numbers beside them may be left out
        of the letters that must agree."""
        taken = {one.short_start for one in known}
        targets = {mention.end for mention in mentions if mention.label != "DRUG"}
        found = []
        for mention in mentions:
            drug = mention.label == "DRUG" and mention.end not in targets  # not its target's
            match = _BRACKET.match(text, mention.end) if drug else None
            if match is None or match.start(1) in taken or self._is_other(match[1]):
                continue
            short, long = match[1], text[mention.start : mention.end]
            letters = "".join(c for c in short if c.isalpha())
            if sum(c.isupper() for c in letters) > 1 and _abbreviates(letters, long):
                found.append(Definition(short, *match.span(1), mention.start, mention.end))
        return found

    def names(self, blocks: Iterable[tuple[str, Iterable[Candidate]]]) -> dict[str, Meaning]:
        """What the document calls its drugs, from texts with their mentions."""
        found: dict[str, Meaning] = {}
        for text, mentions in blocks:
            for mention in mentions:
                name = text[mention.start : mention.end]
                if mention.label == "DRUG" and mention.layer == _AGAIN and self._may_repeat(name):
                    meaning = Meaning("DRUG", mention.name, mention.concept_id, long=name)
                    for form in (name, name.lower(), name[0].upper() + name[1:]):
                        if form == name or not any(c.isupper() for c in name[1:]):
                            found.setdefault(form, meaning)
        return found

    def _is_other(self, short: str) -> bool:
        labels = ("CYTOKINE", "RECEPTOR", "CELL")
        return any(self._index.look_up(label, short) is not None for label in labels)

    def _may_repeat(self, name: str) -> bool:
        words = [fold(word) for word in fine_words(name)]
        short = len(name) < SHORTEST and not any(c.isdigit() for c in name)
        if short or any(word in self._doubtful for word in words):
            return False
        return not all(word in self._bare for word in words)

    def __call__(
        self, fine: FineText, drugs: dict[str, Meaning], others: Sequence[Candidate]
    ) -> list[Candidate]:
        """Candidates where there is no other."""
        return [
            Candidate(
                one.start, one.end, "DRUG", layer="model", name=one.name,
                concept_id=one.concept_id, score=0.8,
            )
            for one in occurrences(fine, drugs)
            if not self._is_part(fine.text, one) and not any(one.overlaps(c) for c in others)
        ]  # fmt: skip

    def _is_part(self, text: str, one: Candidate) -> bool:
        """*7-O-glucuronides*, *SFO-HD*, *chloramphenicol acetyltransferase*."""
        if text[max(0, one.start - 1) : one.start] in _JOINED or _MORE.match(text, one.end):
            return True
        behind = text[one.end : one.end + REACH].lstrip(" -").partition(" ")[0]
        return behind.rstrip("s.,;:)").endswith(self._ends)


def _abbreviates(letters: str, long: str) -> bool:
    """The letters stand in the name in their order, from the beginning of one of its words; or
    each of them begins a word of its own (*extract of Welsh onion*, WOE)."""
    words = list(re.finditer(r"[^\W\d_]+", long))
    if any(stands_for(letters, long[word.start() :]) for word in words):
        return True
    return len(letters) > 2 and not Counter(letters.lower()) - Counter(
        w[0][0].lower() for w in words
    )
