"""The paragraphs and tables of a Word document as parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipeline.read.docx_styles import Styles, switched, value
from pipeline.read.jats_citations import superscript, without_citations
from pipeline.read.parts import CELLS, LINE_BREAK, MANUAL, Part, collapsed, paragraphs
from pipeline.read.powers import NEAR
from pipeline.read.symbol_font import symbol
from pipeline.read.wording import ends_sentence

# Properties, what was deleted or moved away, and the codes of fields. Text boxes stand twice,
# the second time for old programs.
LEFT_OUT = {"del", "moveFrom", "delText", "delInstrText", "rPr", "pPr", "sdtPr", "sectPr", "rt"}
LEFT_OUT |= {"tblPr", "tblGrid", "trPr", "tcPr", "ctrlPr", "oMathParaPr", "fldData", "Fallback"}
CHARACTERS = {"tab": " ", "ptab": " ", "br": LINE_BREAK, "cr": LINE_BREAK, "noBreakHyphen": "-"}
CITATIONS = ("ADDIN ZOTERO_ITEM", "ADDIN EN.CITE", "ADDIN CSL_CITATION", "CITATION")
MAX_CODE = 100  # characters of the code of a field; its name comes first
MAX_HEADING = 80  # characters of a paragraph that is a heading because it is bold
MAX_HEADING_WORDS = 12
MAX_TITLE = 300  # characters of the title of a manuscript that has no style of its own


@dataclass(slots=True)
class Line:
    """What one paragraph says so far; ``plain``: some of it is not bold; ``raised``: what the
    file has raised in the last piece, if that is number ``raised_at``."""

    pieces: list[str] = field(default_factory=list)
    plain: bool = False
    raised: str = ""
    raised_at: int = -1
    boxes: list[Element] = field(default_factory=list)


class Reader:
    """Paragraphs and tables in their order. ``notes`` are the (kind, id) that the text names."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.notes: set[tuple[str, str]] = set()
        self.codes: list[str] = []  # of the fields that are open
        self.carried: list[str] = []  # of a paragraph whose end was deleted
        self.begun = False  # there was a paragraph with text

    def parts(self, element: Element) -> Iterator[Part]:
        """The parts of a paragraph, of a table, or of what stands in another element."""
        if element.tag == "p":
            yield from self._paragraph(element)
        elif element.tag == "tbl":
            yield from self._table(element)
        elif element.tag not in LEFT_OUT:
            for child in element:
                yield from self.parts(child)

    def rest(self) -> Iterator[Part]:
        """What waits for a paragraph that does not come."""
        pieces, self.carried = self.carried, []
        for text in _paragraphs(pieces):
            yield Part("paragraph", text)

    def _paragraph(self, element: Element) -> Iterator[Part]:
        properties = element.find("pPr")
        line = Line(self.carried)
        self.carried = []
        self._read(element, line)
        kind, level = self.styles.kind(properties)
        if properties is not None and properties.find("rPr/del") is not None:
            self.carried = line.pieces
        elif kind:
            texts = _paragraphs(line.pieces)
            if kind in ("title", "heading"):
                texts = [" ".join(" ".join(texts).split())] if texts else []
            elif kind == "paragraph" and not line.plain and _like_heading(texts, self.begun):
                kind, level = "heading", MANUAL
            self.begun |= bool(texts)
            for text in texts:
                yield Part(kind, text, level)
        for box in line.boxes:
            yield from self.parts(box)

    def _read(self, element: Element, line: Line) -> None:
        for child in element:
            tag = child.tag
            if tag in LEFT_OUT:
                continue
            if tag == "r":
                self._run(child, line)
            elif tag == "sup":  # of a formula
                before = len(line.pieces)
                self._read(child, line)
                _raise(line, before)
            elif tag == "txbxContent":
                line.boxes.append(child)
            elif tag == "AlternateContent":
                chosen = next(iter(child), None)
                if chosen is not None:  # the first that it offers, Fallback or not
                    self._read(chosen, line)
            elif tag != "sdt" or child.find("sdtPr/showingPlcHdr") is None:
                self._read(child, line)

    def _run(self, run: Element, line: Line) -> None:
        properties = run.find("rPr")
        seen = not self.styles.hidden(properties)
        raised = properties is not None and value(properties.find("vertAlign")) == "superscript"
        before = len(line.pieces)
        for child in run:
            if child.tag == "fldChar":
                self._field(value(child, "fldCharType"))
            elif child.tag == "instrText":
                if self.codes:
                    self.codes[-1] = (self.codes[-1] + (child.text or ""))[:MAX_CODE]
            elif seen and not (raised and self._cites()):
                self._content(child, properties, line)
        if not switched(properties, "b") and any(p.strip() for p in line.pieces[before:]):
            line.plain = True
        if raised:
            _raise(line, before)

    def _content(self, child: Element, properties: Element | None, line: Line) -> None:
        tag = child.tag
        if tag == "t":
            text = collapsed(child.text or "")
            fonts = None if properties is None else properties.find("rFonts")
            if "Symbol" in (value(fonts, "ascii"), value(fonts, "hAnsi")):
                text = "".join(map(symbol, text))
            line.pieces.append(text)
        elif tag in CHARACTERS:
            paged = tag == "br" and value(child, "type") in ("page", "column")
            line.pieces.append(" " if paged else CHARACTERS[tag])
        elif tag == "sym":
            line.pieces.append(_special(value(child, "font"), value(child, "char")))
        elif tag in ("footnoteReference", "endnoteReference"):
            self.notes.add((tag.removesuffix("Reference"), value(child, "id")))
        elif tag == "AlternateContent" or (len(child) and tag not in LEFT_OUT):
            holder = Element("holder")
            holder.append(child)
            self._read(holder, line)

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self.codes.append("")
        elif kind == "end" and self.codes:
            self.codes.pop()

    def _cites(self) -> bool:
        """What is read now is the result of a field that cites."""
        return any(code.strip().startswith(CITATIONS) for code in self.codes)

    def _table(self, table: Element) -> Iterator[Part]:
        """A row for each row, nested tables after the row that they stand in. Tables of one
        column, or with headings, are there for the look: their cells are read as text."""
        rows = [
            [list(self.parts(cell)) for cell in _inside(row, "tc")]
            for row in _inside(table, "tr")
            if row.find("trPr/del") is None
        ]
        inside = [part for row in rows for cell in row for part in cell]
        marked = any(part.kind in ("title", "heading") and part.level < MANUAL for part in inside)
        if marked or max(map(len, rows), default=0) < 2:
            yield from inside
            return
        for row in rows:
            texts = [_cell(cell) for cell in row]
            if any(texts):
                yield Part("row", CELLS.join(filter(None, texts)))
            yield from (part for cell in row for part in cell if part.kind == "row")


def _raise(line: Line, at: int) -> None:
    """Write the pieces from ``at`` on, and what is raised just before them, as raised letters
    are written in a line."""
    text = "".join(line.pieces[at:])
    if not text or LINE_BREAK in text:
        return
    if line.raised_at == at - 1:
        at, text = at - 1, line.raised + text
    end = "".join(piece[-NEAR:] for piece in line.pieces[max(0, at - NEAR) : at])[-NEAR:]
    line.pieces[at:] = [superscript(text, end)]
    line.raised, line.raised_at = text, at


def _paragraphs(pieces: Sequence[str]) -> list[str]:
    lines = map(without_citations, "".join(pieces).split(LINE_BREAK))
    return paragraphs(LINE_BREAK.join(lines))


def _inside(element: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also within content controls."""
    for child in element:
        if child.tag == tag:
            yield child
        elif child.tag not in LEFT_OUT and child.tag not in ("tbl", "p", "tc"):
            yield from _inside(child, tag)


def _cell(parts: Sequence[Part]) -> str:
    text = " ".join(part.text for part in parts if part.kind != "row")
    return " ".join(text.split())


def _like_heading(texts: Sequence[str], begun: bool) -> bool:
    """``begun``: the paragraph is not the first one, which may be a title."""
    if len(texts) != 1 or LINE_BREAK in texts[0]:
        return False
    text = texts[0]
    return (
        len(text) <= (MAX_HEADING if begun else MAX_TITLE)
        and (len(text.split()) <= MAX_HEADING_WORDS or not begun)
        and text[0].isalnum()
        and not text[0].islower()
        and not text.endswith((":", ";", ","))
        and not ends_sentence(text)
    )


def _special(font: str, code: str) -> str:
    """The character of ``w:sym``; a blank where no letter stands for it."""
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return " "
    if font.lower() == "symbol":
        return symbol(character)
    return " " if "\ue000" <= character <= "\uf8ff" else character
