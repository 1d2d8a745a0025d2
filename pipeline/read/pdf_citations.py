"""Numbers in square brackets that cite, in the text of a PDF, which marks no citation as one."""

from __future__ import annotations

import re

from pipeline.read.jats_citations import CLOSE, NUMBER, OPEN, YEAR
from pipeline.read.jats_citations import without_citations as without_marks

MAX_RANGE = 40  # references cited as "[3-9]"; longer ranges are of something else
LOOKED_AT = 40  # characters before a bracket

_NO_MARKS = dict.fromkeys(map(ord, (NUMBER, YEAR, OPEN, CLOSE)))
_NUMBER = r"[1-9][0-9]{0,2}"
# No letter or hyphen behind it: names of substances hold brackets, too ("[1,2,4]triazolo").
_BRACKET = re.compile(rf"\[ ?({_NUMBER}(?: ?[,;–—‐-] ?{_NUMBER}){{0,20}}) ?\](?![^\W_]|[-‐](?!\[))")
_RANGE = re.compile(r"([0-9]+) ?[–—‐-] ?([0-9]+)")
_HYPHEN = re.compile(r"[^\s\]][-‐]$")
_EQUALS = re.compile(r"[=<>∈≈~±] ?$")
_INTERVAL = re.compile(
    r"(?:\b(?:CI|CrI|IQR|HR|OR|RR|SD|aged|intervals?|medians?|ranges?|ranged|ratios?|scales?)"
    r"(?: of| was| is)?|[:%])[ ,:;)]*$"
)
_ESTIMATE = re.compile(r"(?<![\w.,-])([0-9]+(?:[.,][0-9]+)?) ?(?:[A-Za-zµμ/]{1,10})?,? ?$")


def without_citations(text: str) -> str:
    """The text, its white space collapsed, without the numbers of references in square brackets
    and the blanks before them. Brackets that open the text, or hold an interval, stay."""
    return without_marks(_BRACKET.sub(_marked, text.translate(_NO_MARKS)))


def _marked(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - LOOKED_AT) : match.start()]
    return NUMBER if _cites(match[1], before) else match[0]


def _cites(said: str, before: str) -> bool:
    """``said`` are the numbers in the bracket, ``before`` the words in front of it."""
    if not before.strip() or _HYPHEN.search(before) or _EQUALS.search(before):
        return False
    numbers = [int(number) for number in re.findall(r"[0-9]+", said)]
    if len(set(numbers)) < len(numbers):
        return False
    ranges = [(int(a), int(b)) for a, b in _RANGE.findall(said)]
    if any(not 0 < last - first <= MAX_RANGE for first, last in ranges):
        return False
    if len(numbers) != 2:
        return True
    return not _INTERVAL.search(before) and not _lies_within(before, min(numbers), max(numbers))


def _lies_within(before: str, low: int, high: int) -> bool:
    """The words end in a number, with its unit, that the interval holds."""
    found = _ESTIMATE.search(before)
    return found is not None and low <= float(found[1].replace(",", ".")) <= high
