"""What a curator corrects in a row, in words, as cells of the review format, in offsets."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from pipeline.curate.reviews import ARGUMENTS, FIXES
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, PREDICATES, SIGNATURES

Known = Mapping[tuple[int, int, str], str]  # concept names by start, end and label
Find = Callable[[str, str], str]  # the name of the concept by label and words, "" for none
Place = tuple[int, int]

ATTRIBUTES = ("effect", "function", "negated", "hedged")
CORRECTIONS = (
    *("predicate", "swap"),
    *(name for role in ARGUMENTS for name in (role, f"{role}_label", f"{role}_name")),
    *ATTRIBUTES,
)
FLAGS = ("true", "false")
ALLOWED: dict[str, tuple[str, ...]] = {
    "predicate": PREDICATES,
    "swap": FLAGS,
    "subject_label": LABELS,
    "object_label": LABELS,
    "effect": EFFECTS,
    "function": FUNCTIONS,
    "negated": FLAGS,
    "hedged": FLAGS,
}
# What word processors and keyboards put in place of one another, sign for sign.
_ALIKE = str.maketrans("‘’‚‛`´′“”„″‐‑‒–—―−µ", "'''''''\"\"\"\"-------μ")
_INVISIBLE = "\ufeff\u200b\u200e\u200f\u2060"  # marks that pasting leaves at the edges of a cell
_NUMBERED = re.compile(r"(.*\S)\s*\[(\d{1,3})\]", re.DOTALL)


class FixError(ValueError):
    """A correction that cannot hold; ``field`` is the one of CORRECTIONS that is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Named:
    """What became of a concept: ``given`` in the correction ``field`` (the name, else the words)
    stands in the row as ``name``; ``known`` is false where nothing knows it."""

    role: str
    field: str
    given: str
    name: str
    known: bool


def locate(sentence: str, sentence_start: int, words: str, near: int) -> Place:
    """Start and end, in characters of the document, of ``words`` in a sentence that begins at
    ``sentence_start``: of several places the one around ``near`` (likewise of the document), else
    the nearest.

    Case, kinds of dashes and quotes and the width of blanks do not matter where the very words do
    not stand there. A part of a word is no place. Raises ValueError when there is none.
    """
    spots = _places(sentence, words)
    start, end = min(spots, key=lambda spot: _distance(spot, near - sentence_start))
    return sentence_start + start, sentence_start + end


def flat(text: str) -> str:
    """Text with plain quotes and hyphens for all kinds of them, sign for sign."""
    return text.translate(_ALIKE)


def _distance(spot: Place, at: int) -> int:
    return max(spot[0] - at, at - (spot[1] - 1), 0)


def _places(sentence: str, words: str) -> list[Place]:
    """All places of words in a sentence, in characters of it; ValueError for none."""
    words = words.strip().strip(_INVISIBLE).strip()
    if not words:
        raise ValueError("no words are given; write them as they stand in the sentence")
    alike, plain = flat(words), flat(sentence)
    for needle, text, flags in ((words, sentence, 0), (alike, plain, re.IGNORECASE)):
        pattern = r"\s+".join(map(re.escape, needle.split()))
        left = r"(?<![^\W_])" if words[0].isalnum() else ""
        right = r"(?![^\W_])" if words[-1].isalnum() else ""
        spots = [m.span() for m in re.finditer(left + pattern + right, text, flags)]
        if spots:
            return spots
    inside = re.search(rf"[^\W_]*{re.escape(alike)}[^\W_]*", plain, re.IGNORECASE)
    if inside:
        whole = sentence[slice(*inside.span())]
        raise ValueError(f"{words!r} stands only as a part of {whole!r}; write the whole word")
    raise ValueError(f"{words!r} does not stand in the sentence; write the words as they do")


def fix_cells(
    row: Mapping[str, str],
    corrections: Mapping[str, str],
    *,
    known: Known | None = None,
    find: Find | None = None,
) -> dict[str, str]:
    """The cells FIXES of the review format for a row of ``relations.csv`` (all cells as text) and
    what a curator corrects in it: ``corrections`` by the names of CORRECTIONS, empty ones left out.

    ``swap`` ("true") makes the subject the object and the other way round; what is given for the
    subject then means the new one. ``subject`` and ``object`` are words of the sentence; of several
    places the one that overlaps with the argument as it was is meant, else the number has to be
    said: *IL-6 [2]*. A name that is given becomes the preferred one that ``find`` knows. Where
    other words or another label stand in and none is given, the concept is that of ``known`` (the
    mentions of the document), else what ``find`` says of the words; nobody knowing, words that
    share a place with the old ones keep the concept, and others are its name. Cells that stay as
    they stand are "". Raises FixError, which names the field and what is allowed.
    """
    return fix_row(row, corrections, known=known, find=find)[0]


def fix_row(
    row: Mapping[str, str],
    corrections: Mapping[str, str],
    *,
    known: Known | None = None,
    find: Find | None = None,
) -> tuple[dict[str, str], list[Named]]:
    """The cells of :func:`fix_cells`, and what became of the concepts that were corrected."""
    given = _checked(corrections)
    right = dict(row)
    if given.get("swap") == "true":
        for role, other in (ARGUMENTS, ARGUMENTS[::-1]):
            for what in ("start", "end", "text", "label", "name"):
                right[f"{role}_{what}"] = row[f"{other}_{what}"]
    found = [
        _correct_argument(right, role, given, known or {}, find or _nothing) for role in ARGUMENTS
    ]
    named = [one for one in found if one]
    right.update({name: given[name] for name in ("predicate", *ATTRIBUTES) if name in given})
    _check_statement(right, given)
    cells = dict.fromkeys(FIXES, "")
    for name in FIXES:
        column = name.removeprefix("new_")
        if right[column] != row[column]:
            cells[name] = right[column]
    if right["predicate"] != "ACTS_ON":
        cells["new_function"] = ""
    if not any(cells.values()):
        same = "".join(f" ({one.given!r} is {one.name!r})" for one in named if one.known)
        raise FixError(
            next(iter(given), "predicate"), f"nothing changes{same}; accept the row instead"
        )
    return cells, named


def _nothing(label: str, words: str) -> str:
    return ""


def _checked(corrections: Mapping[str, str]) -> dict[str, str]:
    """What is given, in the spelling of the tables."""
    given: dict[str, str] = {}
    for field, said in corrections.items():
        cell = said.strip().strip(_INVISIBLE).strip()
        if not cell:
            continue
        if field not in CORRECTIONS:
            raise FixError(field, f"no such correction; there are {', '.join(CORRECTIONS)}")
        if field in ALLOWED:
            spelled = {value.lower(): value for value in ALLOWED[field]}
            if cell.lower() not in spelled:
                raise FixError(field, f"{cell!r} is none of {', '.join(ALLOWED[field])}")
            cell = spelled[cell.lower()]
        given[field] = cell
    return given


def _correct_argument(
    right: dict[str, str], role: str, given: Mapping[str, str], known: Known, find: Find
) -> Named | None:
    """Put the corrected words, label and name of an argument into the row; returns what became of
    the concept where it was asked for."""
    text, name = right[f"{role}_text"], right[f"{role}_name"]
    old = (int(right[f"{role}_start"]), int(right[f"{role}_end"]), right[f"{role}_label"])
    start, end = _place(right, role, given[role], old[:2]) if role in given else old[:2]
    new = (start, end, given.get(f"{role}_label", old[2]))
    offset = int(right["sentence_start"])
    words = right["sentence"][start - offset : end - offset] if role in given else text
    right.update({f"{role}_start": str(start), f"{role}_end": str(end)})
    right.update({f"{role}_text": words, f"{role}_label": new[2]})
    said = given.get(f"{role}_name", "")
    words = " ".join(words.split())
    if said:
        found = find(new[2], said)
        right[f"{role}_name"] = found or said
        return Named(role, f"{role}_name", said, found or said, bool(found))
    if new == old:
        return None
    same_words = words.lower() == " ".join(text.split()).lower()
    overlapping = max(start, old[0]) < min(end, old[1])
    stays = new[2] == old[2] and (same_words or overlapping)  # unless somebody knows better
    found = known.get(new, "") or ("" if stays and same_words else find(new[2], words))
    found = found or (name if stays else "")
    if stays and not found:  # the words had no concept before
        return None
    right[f"{role}_name"] = found or words
    field = role if role in given else f"{role}_label"
    return Named(role, field, words, found or words, bool(found))


def _place(right: Mapping[str, str], role: str, words: str, old: Place) -> Place:
    """Where the corrected words stand in the document."""
    sentence, offset = right["sentence"], int(right["sentence_start"])
    number = 0
    try:
        try:
            spots = _places(sentence, words)
        except ValueError:
            numbered = _NUMBERED.fullmatch(words)
            if not numbered:
                raise
            words, number = numbered[1], int(numbered[2])
            spots = _places(sentence, words)
    except ValueError as error:
        raise FixError(role, str(error)) from error
    found = [(start + offset, end + offset) for start, end in spots]
    if number:
        if number > len(found):
            _ambiguous(role, words, len(found))
        return found[number - 1]
    here = [spot for spot in found if spot[0] < old[1] and old[0] < spot[1]]
    if len(found) > 1 and not here:
        _ambiguous(role, words, len(found))
    return (here or found)[0]


def _ambiguous(role: str, words: str, n: int) -> NoReturn:
    raise FixError(
        role,
        f"{words!r} stands {n} times in the sentence; say which with its number, "
        f"such as {words} [{n}]",
    )


def _check_statement(right: Mapping[str, str], given: Mapping[str, str]) -> None:
    """Raise FixError where predicate, labels, places and function do not go together."""
    predicate = right["predicate"]
    for role, allowed in zip(ARGUMENTS, SIGNATURES[predicate], strict=True):
        label = right[f"{role}_label"]
        if label not in allowed:
            fields = (f"{role}_label", "predicate", "swap")
            field = next((name for name in fields if name in given), f"{role}_label")
            expected = " or ".join(sorted(allowed))
            raise FixError(
                field,
                f"the {role} {right[f'{role}_text']!r} is a {label}, of {predicate} it should be "
                f"{expected}",
            )
    subject, target = ([right[f"{role}_{at}"] for at in ("start", "end")] for role in ARGUMENTS)
    if subject == target:
        field = "object" if "object" in given else "subject"
        raise FixError(field, "subject and object are the same words; name two places")
    if given.get("function") and predicate != "ACTS_ON":
        raise FixError("function", f"only ACTS_ON has a function, not {predicate}; leave it empty")
    if predicate == "ACTS_ON" and not right["function"]:
        raise FixError("function", f"ACTS_ON needs one; say which of {', '.join(FUNCTIONS)}")
