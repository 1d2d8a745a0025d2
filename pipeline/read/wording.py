"""What the words of a line give away: a label, a lead-in, a sentence of its own."""

from __future__ import annotations

import re

# Labels of structured abstracts and papers. Matched in capitals or with a capital first.
LABELS = (
    "abstract|aims?|aims? and objectives?|background|background and aims?|case report|case series|"
    "clinical relevance|conclusions?|context|data sources?|design|design and methods|discussion|"
    "evidence acquisition|evidence synthesis|experimental design|findings|funding|"
    "goals?|highlights|hypothesis|implications|importance|interpretation|interventions?|"
    "introduction|key messages?|limitations|main outcome measures?|main results|"
    "materials?(?: and|,| &) methods|measurements?|methodology|methods?|"
    "methods and results|objectives?|observations?|outcome measures?|outcomes|participants|"
    "patients?(?: and|,| &) methods|patients|principal findings|purpose|purpose of (?:the )?review|"
    "purpose of (?:the )?study|rationale|recent findings|relevance|results?|"
    "results and discussion|review methods|scope|setting|settings and design|significance|"
    "statement of significance|study design|study population|subjects|"
    "subjects(?: and|,| &) methods|summary|trial registration"
)
KNOWN_LABEL = re.compile(rf"(?:{LABELS})", re.IGNORECASE)
# A label inside running text: at the start, or after the end of a sentence. The white
# space may be missing, as in "... were found.Methods: We ...".
INLINE_LABEL = re.compile(
    r"(?:\A|(?<=[.!?)\]\"”’])\s*)"
    r"(?P<label>[A-Z][A-Za-z]*(?:[ ,/&-]{1,2}[A-Za-z]+){0,6}) ?:(?=\s|\Z)"
)
# A run-in label that nobody foresaw must be in capitals and longer than a gene symbol.
CAPITAL_LABEL = re.compile(r"[A-Z]{3,}(?:[ ,/&-]{1,2}[A-Z]+)+|[A-Z]{8,}")

FINAL_STOP = re.compile(r"[.!?][\"'”’)\]*_]*\d{0,2}$")  # a footnote digit may follow
# Words after which a list goes on with the sentence.
CONTINUING = re.compile(
    r"\b(?:are|as|be|by|can|for|from|in|include[sd]?|including|into|is|may|of|on|or|and|"
    r"than|the|through|to|with|comprises?|contains?|namely)$",
    re.IGNORECASE,
)
# Not the end of a sentence, although a stop and a capital letter meet.
ABBREVIATION = re.compile(
    r"\b(?:e\.g|i\.e|cf|vs|al|etc|Fig|Figs|Ref|Refs|No|Dr|St|approx|spp?|[A-Z])\.$"
)
SENTENCE_END = re.compile(r"[.!?][\"”’)\]]*\d{0,2}\s+(?=[\"“‘(\[]?[A-Z0-9\u0391-\u03c9])")

AUXILIARY = (
    "am|is|are|was|were|has|have|had|do|does|did|can|cannot|could|may|might|must|"
    "will|would|should|shall"
)
VERBS = (
    "activate|affect|appear|attack|become|begin|belong|bind|block|carry|cause|come|contain|cross|"
    "depend|differ|drive|express|happen|induce|inhibit|include|involve|kill|know|lead|make|mediate|"
    "need|occur|produce|promote|protect|regulate|release|remain|require|secrete|seem|show|"
    "stimulate|suppress|take|tell|tend|travel|trigger|use"
)
FINITE = re.compile(rf"\b(?:{AUXILIARY})\b|\s(?:{VERBS})(?:e?s)?\b(?! (?:of|in)\b)", re.IGNORECASE)
RELATIVE = re.compile(r"\b(?:which|that|who|whose|where|when)\b", re.IGNORECASE)


def is_label(text: str) -> bool:
    """The words before a colon name a part of the document."""
    if KNOWN_LABEL.fullmatch(text) is not None:
        return text[:1].isupper()
    return CAPITAL_LABEL.fullmatch(text) is not None


def inline_labels(text: str) -> list[tuple[int, str]]:
    """Offsets where a labelled part begins, with the label: [(0, "BACKGROUND"), ...]."""
    found = INLINE_LABEL.finditer(text)
    return [(m.start("label"), m["label"]) for m in found if is_label(m["label"])]


def ends_sentence(text: str) -> bool:
    """A full stop or the like ends the text; quotes, brackets, a footnote may follow it."""
    return FINAL_STOP.search(text) is not None


def is_lead_in(text: str) -> bool:
    """What follows as a list goes on with this sentence."""
    return text.endswith(":") or CONTINUING.search(text) is not None


def last_sentence(text: str) -> int:
    """Offset where the last sentence of the text begins, by a careful guess."""
    begin = 0
    for match in SENTENCE_END.finditer(text):
        stop = match.start() + 1
        if ABBREVIATION.search(text, max(begin, stop - 8), stop) is None:
            begin = match.end()
    return begin


def is_clause(text: str) -> bool:
    """The words have a finite verb of their own, outside a relative clause."""
    relative = RELATIVE.search(text, 1)
    return FINITE.search(text, 0, relative.start() if relative else len(text)) is not None


def is_full_sentence(text: str) -> bool:
    """A list item that says something without its lead-in."""
    return (
        ends_sentence(text)
        and not text[:1].islower()
        and len(text.split()) >= 4
        and is_clause(text)
    )
