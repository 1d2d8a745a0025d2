"""What a spreadsheet does to cells: told from another row and from a change that somebody made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from unicodedata import normalize

from pipeline.curate.fixes import flat
from pipeline.curate.sheets import MAX_CELL, READ, cut_cell

# The columns by which a row of a sheet is compared with the row of the run.
CHECKED = {
    name: source for name, source in READ.items() if name not in ("score", "section", "rule")
}
TEXTS = ("subject", "object", "sentence", "document")
FLAGS = {
    "true": ("true", "wahr", "vrai", "verdadero", "vero", "verdadeiro", "waar"),
    "false": ("false", "falsch", "faux", "falso", "onwaar"),
}
_FLAG = {word: flag for flag, words in FLAGS.items() for word in words}
# Signs that stand for others after a text went through an encoding of eight bits.
_EIGHT_BITS = frozenset(
    bytes(range(256)).decode("latin-1")
    + bytes(range(256)).decode("cp1252", "ignore")
    + bytes(range(256)).decode("mac_roman")
    + "\ufffd"
)
_MONTH = (
    r"(?:jan|feb|fév|mar|mrz|mär|apr|avr|may|mai|jun|juin|jul|juil|aug|aoû|sep|oct|okt|nov|dec|dez|"
    r"déc)[a-zéû]{0,7}\.?"
)
_TURNED = {
    "a date": re.compile(
        rf"\d{{1,4}}[-./]\d{{1,2}}[-./]\d{{1,4}}(?:[ T].*)?|\d{{1,4}}[-. ]{{1,2}}{_MONTH}"
        rf"(?:[-. ]\d{{2,4}})?|{_MONTH}[-. ]\d{{1,4}}|\d{{1,2}}:\d{{2}}(?::\d{{2}})?",
        re.IGNORECASE,
    ),
    "a number": re.compile(r"[-+]?\d+(?:[.,]\d+)*(?:[eE][-+]?\d+)?\s?%?"),
    "an error": re.compile(r"#(?:[A-Z]{3,}[A-Z/0!?]*|N/[AV])|Err:\d+", re.IGNORECASE),
}


def flag(cell: str) -> str:
    """``true`` or ``false`` where a spreadsheet writes it in its own language, else the cell."""
    return _FLAG.get(cell.strip().casefold(), cell)


def turned(cell: str) -> str:
    """What a spreadsheet may have made of the words in a cell: "a date", "a number", "an error"
    (of a formula), else ""."""
    cell = cell.strip()
    return next((what for what, pattern in _TURNED.items() if pattern.fullmatch(cell)), "")


def compared(cells: Mapping[str, str], row: Mapping[str, str]) -> Iterator[tuple[str, str, bool]]:
    """How a row of a sheet differs from that of relations.csv: column, what is the matter, and
    whether a spreadsheet alone does that, so that the row is the same nevertheless."""
    for column, source in CHECKED.items():
        right = cut_cell(row[source])
        if column in cells and cells[column] != right:
            said = _mangled(column, cells[column], right)
            yield column, said or _other(column, cells[column], right), said != ""
    if "score" in cells and re.fullmatch(r"\s*\d+,\d+\s*", cells["score"]):
        yield "score", "a comma stands for the decimal point", True


def _other(column: str, cell: str, right: str) -> str:
    if column in TEXTS:
        return (
            f"{shown(cell)} is not that of the row in the tables, {shown(right)}; were some "
            "columns sorted without the others, or is the sheet of another run?"
        )
    return (
        f"the sheet says {shown(cell)}, the tables {shown(right)}; to correct it, write it in "
        f'new_{column} with the decision "fix"; if the tables are newer, export the sheet anew'
    )


def shown(cell: str, length: int = 60) -> str:
    """A cell in a message: on one line, and not without end."""
    return repr(cell if len(cell) <= length else cell[: length - 1] + "…")


def _mangled(column: str, cell: str, right: str) -> str:
    """What a spreadsheet did to a cell; "" when it was none."""
    if column not in TEXTS:
        same = flag(cell) == right or cell.strip().lower() == right.lower()
        return f"{cell.strip()} stands for {right}" if same else ""
    if not cell.strip():
        return "the cell is empty"
    if cell.lstrip("'") == right.lstrip("'"):
        return "an apostrophe at the beginning was lost or added"
    if " ".join(cell.split()) == " ".join(right.split()):
        return "blanks or line ends were changed"
    one, other = _plain(cell), _plain(right)
    if one == other:
        return "quotes, dashes or blanks were changed"
    if len(cell) > MAX_CELL // 2 and other.startswith(one):
        return f"cut after {len(cell)} characters"
    if _letters_lost(_spaced(cell), _spaced(right)):
        return "letters beyond ASCII were lost or changed; save as XLSX or CSV UTF-8"
    what = turned(cell)
    if what and column != "sentence":
        return f"{shown(right)} was turned into {what}, {shown(cell)}"
    return ""


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", flat(text)).lstrip("'").split())


def _spaced(text: str) -> str:
    """Text with single blanks, but for those beyond ASCII, which get lost as letters do."""
    return re.sub(r"[ \t-\r]+", " ", normalize("NFC", text).lstrip("'")).strip(" ")


def _letters_lost(cell: str, right: str) -> bool:
    """Whether the cell is the text but for its letters beyond ASCII, which an encoding of eight
    bits took away."""
    if right.isascii():
        return False
    if len(cell) == len(right):
        pairs = zip(cell, right, strict=True)
        if all(a == b or (not b.isascii() and a in _EIGHT_BITS) for a, b in pairs):
            return True
    position = 0
    # Stretches of ASCII in their order, with no more between them than a wrong encoding makes.
    for gap, stretch in re.findall(r"([^\x00-\x7f]*)([\x00-\x7f]*)", right):
        found = cell.find(stretch, position) if stretch else len(cell)
        between = cell[position : max(found, 0)]
        if found < 0 or len(between) > 8 * len(gap):
            return False
        if between != gap and not _EIGHT_BITS.issuperset(between):
            return False
        position = found + len(stretch)
    return True
