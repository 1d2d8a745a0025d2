"""Sentence boundaries that no parser has to guess.

Sets ``is_sent_start`` before the parser runs; spaCy's parser keeps what is set.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc

# Abbreviations after which a sentence goes on, whatever follows.
_GOES_ON = re.compile(
    r"\b(?:[Ff]igs?|[Rr]efs?|al|vs|i\.?e|e\.?g|cf|ca|approx|[Nn]o|[Ee]qs?|[Tt]ab|[Ss]uppl|Dr|Prof|"
    r"sp|spp|var|i\.v|i\.p|s\.c|p\.o|resp|St|incl|[A-Z])\.$"
)


@Language.component("boundaries")
def boundaries(doc: Doc) -> Doc:
    """No sentence starts after *Fig.* or *et al.*, at a lower-case word, or inside
    brackets. Glued full stops were parted when the text was read."""
    text = doc.text  # spaCy joins the whole text at every access
    depth = 0
    for token in doc:
        if token.i == 0:
            token.is_sent_start = True
        elif depth > 0 or _mid_sentence(doc, text, token.i):
            token.is_sent_start = False
        if token.text in "([":
            depth += 1
        elif token.text in ")]":
            depth = max(0, depth - 1)
    return doc


def _mid_sentence(doc: Doc, text: str, i: int) -> bool:
    previous = doc[i - 1]
    before = text[max(0, previous.idx - 6) : previous.idx + len(previous)]
    if _GOES_ON.search(before):
        return True
    word = doc[i].text
    if word[:1].islower() and len(word) > 1 and not any(c.isupper() or c.isdigit() for c in word):
        return previous.text not in {".", "?", "!", ":", ";"} and "\n" not in previous.text
    return previous.text in {",", "and", "or", "of", "the", "by", "with", "in", "("}
