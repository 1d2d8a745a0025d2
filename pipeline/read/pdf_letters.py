"""Letters of PDF pages as they are meant: ligatures, symbol fonts, raised figures."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

from pipeline.read.pdf_process import Page, Piece
from pipeline.read.powers import power
from pipeline.read.symbol_font import PRIVATE, PRIVATE_FROM, SHOWN

WRITTEN = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
WRITTEN |= {0x2010: "-", 0x2011: "-"}  # hyphens that look the same
SOFT_HYPHEN = "\u00ad"
ASIDE = re.compile(r"[\d,;.–−*†‡§¶#-]+")  # numbers of citations, marks of notes
POWER = re.compile(r"[-−–+]?\d{1,2}")
UNIT = re.compile(r"(?:^|[\W\d])(?:[kcmnµμd]?m|s|min|h|kg|g|l|mL|ml|L|d)$")
INVERSE = frozenset(("2", "3", *(minus + digit for minus in "-−–" for digit in "123")))
STATISTIC = re.compile(r"(?:^|\W)[RrIχη]$")  # r², χ²
WORD = re.compile(r"[A-Z][a-z]{2}")
NUMBER = re.compile(r"\d{1,5}")
INITIAL = 1.8  # of the usual size
MAX_INITIALS = 20  # of a page
MIN_NUMBERS = 8  # numbered lines on a page


def clean(page: Page) -> list[Piece]:
    """The pieces with their letters as they are meant, without the numbers of lines; a large
    letter that opens a chapter is with its word."""
    pieces = []
    for piece in page.pieces:
        name = page.styles[piece.style][0].lower() if piece.style < len(page.styles) else ""
        text = _letters(piece.text, symbol="symbol" in name and "segoe" not in name)
        if text:
            pieces.append(piece if text == piece.text else _with(piece, text))
    numbers = _line_numbers(pieces)
    return _with_initials([piece for piece in pieces if id(piece) not in numbers])


def _with(piece: Piece, text: str) -> Piece:
    return Piece(
        text, piece.left, piece.right, piece.line, piece.size, piece.style, piece.blank
    )  # dataclasses.replace takes six times as long


def _with_initials(pieces: list[Piece]) -> list[Piece]:
    """The pieces, each large letter over several lines put before the word beside its top."""
    sizes = sorted(piece.size for piece in pieces)
    usual = sizes[len(sizes) // 2] if sizes else 0.0
    initials = [
        one
        for one in pieces
        if one.size > INITIAL * usual and one.text.isupper() and len(one.text) == 1
    ]
    for initial in initials[:MAX_INITIALS]:
        beside = [
            (one.line, one.left, index)
            for index, one in enumerate(pieces)
            if initial.line - initial.size < one.line < initial.line - 0.2 * usual
            and -1 < one.left - initial.right < usual
        ]
        if beside:
            index = min(beside)[2]
            word = pieces[index].text
            # "A" and "cytokine", "C" and "ytokine"
            whole = any(
                one.text.lower() == word.lower() for one in pieces if one is not pieces[index]
            )
            blank = " " if whole and initial.text in "AI" else ""
            pieces[index] = _with(pieces[index], initial.text + blank + word)
            pieces.remove(initial)
    return pieces


def _letters(text: str, *, symbol: bool) -> str:
    if text.isascii() and not symbol:
        return text
    if symbol or any(ord(letter) in PRIVATE for letter in text):
        text = "".join(_symbol(letter, symbol) for letter in text)
    kept = text.translate(WRITTEN)
    # A soft hyphen inside a line is none; at its end it is a hyphen for sure.
    return kept[:-1].replace(SOFT_HYPHEN, "") + kept[-1:]


def _symbol(letter: str, symbol: bool) -> str:
    """``symbol``: the font is Symbol. In other fonts only the codes that no letter has are read
    as its codes, where it has a sign for them."""
    code = ord(letter)
    if code in PRIVATE:
        bare = chr(code - PRIVATE_FROM)
        return SHOWN.get(bare, bare if symbol else letter)
    return SHOWN.get(letter, letter) if symbol and letter.isascii() and letter.isalpha() else letter


def raised(before: str, text: str, after: str) -> str:
    """What to write for raised letters between ``before`` (the line so far) and ``after`` (what
    follows without a blank): nothing for the number of a citation or the mark of a note,
    ``^6`` for the power of ten, else the letters."""
    if ASIDE.fullmatch(text) is None:
        return text
    if not before or before[-1].isspace():
        # the number of an affiliation; "51Cr" and "3H" are kept
        return "" if WORD.match(after) or not text.strip("*†‡§¶#") else text
    if (written := power(before, text)) is not None:
        return written
    if POWER.fullmatch(text):
        if text in INVERSE and UNIT.search(before):
            return text
        if text == "2" and STATISTIC.search(before):
            return text
    return text if text in ("-", "−", "–") else ""  # a bare "-" is a charge


def _line_numbers(pieces: list[Piece]) -> set[int]:
    """Identities of the pieces that number the lines: figures in the margin that go up by
    one or by five."""
    numbers = [piece for piece in pieces if NUMBER.fullmatch(piece.text)]
    words = [piece for piece in pieces if piece.text[:1].isalpha()]
    if len(numbers) < MIN_NUMBERS or not words:
        return set()
    left = min(_common([piece.left for piece in words]), key=float)
    right = max(piece.right for piece in words)
    found: set[int] = set()
    for margin in (
        [piece for piece in numbers if piece.right < left],
        [piece for piece in numbers if piece.left > right],
    ):
        margin.sort(key=lambda piece: piece.line)
        values = [int(piece.text) for piece in margin]
        steps = [b - a for a, b in pairwise(values)]
        if len(margin) >= MIN_NUMBERS and max(steps.count(1), steps.count(5)) >= 0.8 * len(steps):
            found.update(map(id, margin))
    return found


def _common(values: list[float]) -> list[float]:
    """Those that at least three values lie close to."""
    ordered = sorted(values)
    found = [a for a, b in zip(ordered, ordered[2:], strict=False) if b - a < 2]
    return found or ordered
