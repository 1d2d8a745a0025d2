"""Lines joined to running text: which hyphens at their ends belong to the words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

HYPHENS = "-\u00ad"
SOFT = "\u00ad"
WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
LAST = re.compile(r"(?<![\w-])[^\W_]+(?:-[^\W_]+)*(?=[-\u00ad]$)")
FIRST = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
# Parts of compounds that keep their hyphen where nothing else in the document decides.
BEFORE = re.compile(
    "anti|non|self|well|high|low|half|cross|long|short|single|double|dose|time|age|cell|ill|all|ex|"
    "mid|much|more|less|first|second|third|one|two|three|four|five|six|."
)
AFTER = re.compile(
    "dependent|independent|mediated|induced|specific|positive|negative|derived|associated|related|"
    "treated|like|based|free|driven|deficient|producing|secreting|expressing|binding|bound|type|"
    "blind|label|up|term|weeks?|days?|months?|years?|old|fold|wide|line|linked|dose|controlled|rich|"
    "poor|known|established|limiting|stimulated"
)
SUSPENDED = ("and", "or", "to")  # "pro-" and "and anti-inflammatory"


def vocabulary(lines: Iterable[str]) -> Counter[str]:
    """How often each word stands whole in the lines, in small letters, with its hyphens and in
    each of its parts of two."""
    words = Counter[str]()
    for line in lines:
        found = list(WORD.finditer(line))
        for match in found[:-1] if line.endswith(tuple(HYPHENS)) else found:
            word = match[0].lower()
            words[word] += 1
            parts = word.split("-")
            if len(parts) > 2:
                words.update(f"{a}-{b}" for a, b in pairwise(parts))
    return words


def join(lines: Sequence[str], words: Counter[str]) -> str:
    """The lines as one text, their words whole, with single blanks."""
    parts: list[str] = []
    for line in lines:
        line = " ".join(line.split())
        if not line:
            continue
        before = parts[-1] if parts else ""
        inside = len(before) > 1 and not before[-2].isspace()  # its last character ends a word
        if inside and before[-1] in HYPHENS:
            parts[-1] = before[:-1] + _seam(before, line, words)
        elif before and not (inside and before[-1] in "–/"):  # "TNF/" and "IL-6", "11–" and "19"
            parts[-1] += " "
        parts.append(line)
    return "".join(parts).replace(SOFT, "")


def _seam(text: str, line: str, words: Counter[str]) -> str:
    """What to write for the hyphen at the end of ``text``, the line before."""
    hyphen = text[-1]
    before, after = LAST.search(text), FIRST.match(line)
    if hyphen == SOFT:
        return ""
    if before is None or after is None:
        return hyphen
    left, right = before[0].lower(), after[0].lower()
    if right in SUSPENDED:
        return hyphen + " "
    last = left.split("-")[-1]
    apart = words[f"{left}-{right}"] + (words[f"{last}-{right}"] if last != left else 0)
    together = words[left + right]
    if apart != together:
        return hyphen if apart > together else ""
    named = not (_plain(before[0][-1]) and _plain(after[0][0]))
    compound = BEFORE.fullmatch(last) or AFTER.fullmatch(right.split("-")[0])
    return hyphen if named or compound else ""


def _plain(letter: str) -> bool:
    """A small Latin letter: no capital, digit or Greek letter, which names have."""
    return letter.islower() and letter < "\u0250"
