"""Texts that are taken from lists of references."""

from __future__ import annotations

import re

# Each begins with its rarest character and looks back from there.
_AUTHORS = re.compile(
    r", (?:(?<=[A-Z]{2} [A-Z], )|(?<=[A-Z]{2} [A-Z]{2}, ))[A-Z]{2,} [A-Z]{1,2}, ", re.IGNORECASE
)
_DOI = re.compile(r":(?<=\bdoi:)\s*10\.", re.IGNORECASE)
_VOLUME = re.compile(r"\b(?:19|20)\d\d\s*;\s*\d")


def is_reference(text: str) -> bool:
    """Whether a text holds *Doe J, Roe R,* or *2011;2:52* or a DOI."""
    if _AUTHORS.search(text) or _DOI.search(text):
        return True
    return ";" in text and _VOLUME.search(text) is not None
