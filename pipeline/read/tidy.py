"""Text as the parser should see it: glued sentences parted, footnote digits and characters
that nobody sees left out.

Nothing is lost: the block's pieces keep every offset into the document.
"""

from __future__ import annotations

import re

from pipeline.read.layout import Block

# Both of the next two look first at the character after the place, which seldom fits.
# "reproduction.The word", "Barry Bloom.In 1969", "movement'.Interferon-alpha"
GLUED_STOP = re.compile(
    r"(?=[A-Z])(?:(?<=[a-z)\]'’”%][.?!])(?=[A-Z][a-z]|[A-Z]{2,}[ -]|A |[A-Z]-)"
    r"|(?<=[A-Z]{2}\.)(?=[A-Z][a-z]+ [a-z]))"
)
# "tissue destruction.2", "IL-6,1 lead", "COVID-19.3,4": a number glued to the stop or
# comma after a word that holds a letter
FOOTNOTE = re.compile(
    r"(?=[\d⁰¹²³⁴⁵⁶⁷⁸⁹])(?:(?<=[A-Za-z)\]αβγ’”][.,;:])\d{1,3}(?:[,–-]\d{1,3})*(?=\s|$)"
    r"|(?<=[A-Za-z]-\d[.,;:])\d{1,3}(?:[,–-]\d{1,3})*(?=\s|$)"
    r"|(?<=[A-Za-z]-\d\d[.,;:])\d{1,3}(?:[,–-]\d{1,3})*(?=\s|$)"
    r"|(?:(?<=[A-Za-z).,])|(?<=[A-Za-z]-\d))[⁰¹²³⁴⁵⁶⁷⁸⁹](?:[⁰¹²³⁴⁵⁶⁷⁸⁹,–-]*[⁰¹²³⁴⁵⁶⁷⁸⁹])?(?=\s|[.,;:)]|$))"
)
# Zero-width blanks and joiners, marks of writing direction, byte order marks: web pages and
# spreadsheets leave them inside and beside names.
INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]+")
_NOT_FOOTNOTE = re.compile(r"\b(?:Fig|Figs|No|Ref|Refs|Eq|vs|ca|Tab|p|P|n|N|v|pp|vol)\.$")


def tidy(block: Block) -> Block:
    """The same block with a blank after a glued full stop, without footnote digits and without
    invisible characters.

    Abbreviated words ("Fig.2") keep their number.
    """
    seen = _edited(block, [(m.start(), m.end(), "") for m in INVISIBLE.finditer(block.text)])
    return _edited(seen, _edits(seen.text))


def _edited(block: Block, edits: list[tuple[int, int, str]]) -> Block:
    """The block with each (start, end) of its text replaced; the pieces shrink and move."""
    if not edits:
        return block
    parts: list[str] = []
    pieces: list[tuple[int, int, int]] = []
    length = position = index = 0
    for start, end, insert in [*edits, (len(block.text), len(block.text), "")]:
        while index < len(block.pieces):
            here, there, n = block.pieces[index]
            first, last = max(position, here), min(start, here + n)
            if first < last:
                pieces.append((length + first - position, there + first - here, last - first))
            if here + n > start:  # the next edit stands in it, too
                break
            index += 1
        parts += [block.text[position:start], insert]
        length += start - position + len(insert)
        position = end
    return Block(block.section, "".join(parts), tuple(pieces))


def _edits(text: str) -> list[tuple[int, int, str]]:
    """(start, end, what to put there), in order, without overlaps."""
    edits = [
        (m.start(), m.end(), "")
        for m in FOOTNOTE.finditer(text)
        if not _NOT_FOOTNOTE.search(text[max(0, m.start() - 6) : m.start()])
    ]
    taken = {start for start, _, _ in edits}
    edits += [
        (m.start(), m.start(), " ") for m in GLUED_STOP.finditer(text) if m.start() not in taken
    ]
    return sorted(edits)
