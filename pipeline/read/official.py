"""Headings of sections that say nothing of the subject: thanks, money, interests, rights."""

from __future__ import annotations

import re

_TITLE = re.compile(
    r"(?:acknowledge?ments?|(?:credit )?author(?:s|ship)? contributions?(?: statement)?|"
    r"author information|"
    r"(?:competing|conflicts? of|conflicting|declaration of(?: competing| conflicting)?|financial) "
    r"interests?(?: statement| disclosure)?|disclosures?|disclosure statement|"
    r"(?:data|code|data and code) (?:availability|sharing)(?: statement)?|"
    r"availability of data and materials?|(?:financial|funding) (?:disclosure|support|statement|"
    r"information|sources?)|funding|sources? of funding|grant support|"
    r"ethics(?: approval| declarations?)?(?: statement| and consent to participate)?|"
    r"ethical approval|consent for publication|(?:patient|informed) consent(?: statement)?|"
    r"institutional review board statement|(?:declaration of )?generative ai .{0,60}|"
    r"publishers note|prepublication history|peer review|(?:about|cite) this article|"
    r"provenance and peer review|references|"
    r"rights and permissions|open access|declarations|"
    r"(?:list of )?abbreviations(?: used)?)"
)


def is_official(title: str) -> bool:
    """Whether the section below this heading is none of the text's own matter."""
    words = re.sub(r"[^\w\s]", "", title.replace("&", "and")).lower()
    return _TITLE.fullmatch(" ".join(words.split())) is not None
