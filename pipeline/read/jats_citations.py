"""Marks of citations in running text, and how they are taken out with what surrounds them.

While the text of an article is put together, each citation is a control character that XML
cannot hold; once a paragraph is whole, they go together with their brackets and blanks.
"""

from __future__ import annotations

import re

from pipeline.read.powers import power

NUMBER = "\x01"  # "12", or the sign of a footnote
YEAR = "\x02"  # "2010": the names may stand before it, outside the citation
OPEN, CLOSE = "\x03", "\x04"  # around words: "Smith et al. (2010)"

MAX_SUPERSCRIPT = 500  # characters; longer ones are text

_YEAR = re.compile(r"\(?(?:1[89]|20)\d\d[a-z]?\)?")
_NUMBERS = re.compile(r"[\W\d_]*|\W*[A-Za-z]{0,3}\d{1,4}[a-z]?\W*")
_MARKED = re.compile(f"[{NUMBER}{YEAR}{OPEN}]")
_NAMED = re.compile(f"{OPEN}[^{CLOSE}]*{CLOSE}")
_INSIDE = rf"[^()\[\]{OPEN}{CLOSE}]*"
_IN_BRACKETS = re.compile(
    rf" ?(?P<open>[(\[])(?P<inner>{_INSIDE}(?:{OPEN}[^{CLOSE}]*{CLOSE}{_INSIDE})*)(?P<close>[)\]])"
)
_JOINTS = "(?:[,;/–—‐-]|and|&)"
_RUN = re.compile(rf"[{NUMBER}{YEAR}](?: ?{_JOINTS}? ?[{NUMBER}{YEAR}])*")
_BARE = re.compile(
    rf"(?: (?:(?:in|from|see) )?(?:[Rr]efs?\.?|[Rr]eferences?))? ?(?:{_RUN.pattern})"
)
_SECOND_STOP = re.compile(r"(?<=[a-z]\.)\.(?!\.)")  # "Smith et al. (2010)." without the year
_LOOSE_JOINTS = re.compile(r" ?[,;] ?(?=[)\]])|(?<=[(\[])[,;] ?")
# Words that only lead to a citation or bind two of them.
_LEADING = (
    frozenset({"also", "al", "and", "as", "by", "cf", "e.g", "eg", "et", "example", "for", "from"})
    | {"i.e", "in", "ref", "reference", "references", "refs", "review", "reviewed", "reviews"}
    | {"see", "therein", "with", "&"}
)
_BINDING = frozenset(
    {"", "also", "and", "by", "e.g", "from", "in", "ref", "reference", "references"}
) | {"refs", "see"}
_ONLY_MARKS = re.compile(rf"[\s,;/–—‐\-*()\[\]]*{NUMBER}[\s,;/–—‐\-*()\[\]{NUMBER}]*")
_NUMBERS_ALONE = re.compile(r"\d{1,3}(?:\s*[,;–—‐-]\s*\d{1,3})*")
_BRACKETED = re.compile(rf"\[\s*{_NUMBERS_ALONE.pattern}\s*\]")
# A word, or a name that ends in a number ("IL-6", "CXCL10"), is not raised to a power.
_WORD_BEFORE = re.compile(r"(?:[A-Za-z][a-z]{3}|[.,;:)\]]|[A-Za-z]-?\d{1,2})$")
_GREEK_BEFORE = re.compile(r"[A-Za-z\d]-?[α-ω]$")


def mark(text: str) -> str:
    """The mark of one citation, made of the words that cite."""
    text = text.strip()
    if _YEAR.fullmatch(text):
        return YEAR
    if _NUMBERS.fullmatch(text):
        return NUMBER
    return f"{OPEN}{text}{CLOSE}"


def superscript(text: str, before: str) -> str:
    """What a superscript adds to a text that ends in ``before``: nothing but a mark where it
    holds citations alone. Numbers behind a word or in square brackets cite, too; a small letter
    before the first word is the sign of a footnote. A power of ten is written "^6". A blank at
    the end stays: it may be the only one before the next word."""
    bare = text.strip()
    if not bare or len(bare) > MAX_SUPERSCRIPT:
        return text
    written = NUMBER if _cites(bare, before) else power(before, bare) or bare
    return written + " " * text.endswith(" ")


def _cites(text: str, before: str) -> bool:
    if _ONLY_MARKS.fullmatch(_NAMED.sub(NUMBER, text).replace(YEAR, NUMBER)):
        return True
    if _NUMBERS_ALONE.fullmatch(text) and power(before, text) is None:
        alone = text.isdecimal()  # "TGF-β" may have its number raised
        return bool(_WORD_BEFORE.search(before) or (not alone and _GREEK_BEFORE.search(before)))
    letter = not before.strip() and len(text) == 1 and text.islower()
    return letter or _BRACKETED.fullmatch(text) is not None


def without_citations(text: str) -> str:
    """The text, its white space collapsed, without the marks, the brackets and superscripts that
    hold nothing else, and the blanks before them. Cited names that are part of the sentence
    ("Smith et al. (2010) showed") stay."""
    text = " ".join(text.split())
    if _MARKED.search(text) is None:
        return text
    text = _BARE.sub("", _IN_BRACKETS.sub(_bracket, text))
    text = _LOOSE_JOINTS.sub("", text.replace(OPEN, "").replace(CLOSE, ""))
    return " ".join(_SECOND_STOP.sub("", text).split())


def _bracket(match: re.Match[str]) -> str:
    inner = match["inner"]
    if _MARKED.search(inner) is None:
        return match[0]
    parts = _NAMED.sub(YEAR, inner).split(";")
    kept = [words for words in map(_uncited, parts) if words]
    if not kept:
        return ""
    blank = " " if match[0].startswith(" ") else ""
    return f"{blank}{match['open']}{'; '.join(kept)}{match['close']}"


def _uncited(part: str) -> str:
    """The words of a bracket, or a part of it, that do not belong to a citation."""
    if _MARKED.search(part) is None:
        return part.strip()
    words = [word for token in _RUN.sub(" ", part).split() if (word := token.strip(".,:–—-"))]
    with_year = YEAR in part
    if all(word.lower() in _LEADING or (with_year and _is_name(word)) for word in words):
        return ""
    rest = _RUN.sub(" ", part).replace(" ,", ",").split()
    while rest and rest[-1].strip(".,–—-").lower() in _BINDING:
        rest.pop()
    return " ".join(rest).strip(" ,–—-")


def _is_name(word: str) -> bool:
    """It may be the name of an author, or an initial: no digit, one capital in front."""
    if not word[0].isupper() or any(c.isdigit() for c in word):
        return False
    return len(word) == 1 or not word[1].isupper()
