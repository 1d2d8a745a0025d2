"""The program of the process that opens PDF files: pdfium is C++, and a file may bring it down.

Run by ``pdf_process`` as a script of its own; it imports nothing of this package. A message is
four bytes with its length (big-endian), then its bytes. In come a JSON object with the limits,
the file in chunks, and an empty message; out go a JSON object about the file, one for each
page, and one that says ``end`` or ``error``.
"""

from __future__ import annotations

import ctypes
import json
import math
import signal
import sys
from contextlib import closing, suppress
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

if sys.platform != "win32":
    import resource

MEMORY = 2 << 30  # bytes of address space
NAME = 256  # bytes of a font's name
BLANKS = frozenset((0x09, 0x0A, 0x0D, 0x20, 0xA0, 0x2002, 0x2003, 0x2007, 0x2009, 0x200A, 0x202F))
SMALLEST, LARGEST = 2.0, 2_000.0  # points; nobody reads smaller type
GAP, OVERLAP = 0.12, 0.3  # of the size: letters that stand so far apart, or so close, are one word
ASKEW = 0.05  # quarter turns
BOLD, ITALIC = 1 << 18, 1 << 6  # flags of fonts
END, END_WITHIN = b"%%EOF", 4096  # bytes; mail and servers put something behind it
LOCKED = (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
HEAVY = ("bold", "black", "heavy", "demi")
# Addresses compare and hash; pointers do not.
pdfium.FPDFText_GetTextObject.restype = ctypes.c_void_p
pdfium.FPDFTextObj_GetFont.argtypes = (ctypes.c_void_p,)
pdfium.FPDFTextObj_GetFont.restype = ctypes.c_void_p

Box = tuple[float, float, float, float]  # left, bottom, right, top; y goes up
Style = tuple[str, bool, bool]  # name of the font, bold, italic


def main() -> None:
    """Answer until no more files come."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent is asked, and decides
    inputs, outputs = sys.stdin.buffer, sys.stdout.buffer
    while (first := _receive(inputs)) is not None:
        limits = json.loads(first)
        _limit(limits["seconds"])
        data = bytearray()
        while chunk := _receive(inputs):
            data += chunk
        _answer(bytes(data), limits, outputs)


def _limit(seconds: int) -> None:
    """Bound the memory, and the time of the file that comes, should nobody be left to stop it."""
    if sys.platform != "win32":
        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        most = resource.getrlimit(resource.RLIMIT_CPU)[1]
        with suppress(ValueError, OSError):  # macOS refuses
            resource.setrlimit(resource.RLIMIT_CPU, (int(used) + seconds, most))
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _receive(stream: BinaryIO) -> bytes | None:
    head = stream.read(4)
    return stream.read(int.from_bytes(head)) if len(head) == 4 else None


def _send(stream: BinaryIO, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    stream.write(len(data).to_bytes(4) + data)
    stream.flush()


def _answer(data: bytes, limits: dict[str, int], out: BinaryIO) -> None:
    if END not in data[-END_WITHIN:] and b"%PDF" in data[:END_WITHIN]:
        return _send(out, {"error": "cut"})  # pdfium would read what is left of it
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return _send(out, {"error": "locked" if error.err_code in LOCKED else "damaged"})
    with closing(document):
        about = {"pages": len(document), "title": document.get_metadata_value("Title")}
        if about["pages"] > limits["pages"]:
            return _send(out, {"error": "pages"})
        _send(out, {**about, "language": _language(document)})
        left = limits["characters"]
        for number in range(len(document)):
            page = _page(document, number)
            left -= sum(len(piece[0]) for piece in page["pieces"])
            if left < 0:
                return _send(out, {"error": "characters"})
            _send(out, page)
        _send(out, {"end": True})


def _language(document: pypdfium2.PdfDocument) -> str:
    buffer = (ctypes.c_ushort * NAME)()
    size = pdfium.FPDFCatalog_GetLanguage(document, buffer, 2 * NAME)
    known = bytes(buffer)[: size - 2] if 2 < size <= 2 * NAME else b""
    return known.decode("utf-16-le", "replace").rstrip("\0")


def _page(document: pypdfium2.PdfDocument, number: int) -> dict[str, Any]:
    """The pieces of one page; ``damaged`` where it cannot be opened."""
    try:
        with closing(document[number]) as page, closing(page.get_textpage()) as text:
            box = pdfium.FS_RECTF()
            pdfium.FPDF_GetPageBoundingBox(page, box)
            return _Page(text, (box.left, box.bottom, box.right, box.top)).read()
    except pypdfium2.PdfiumError:
        return {"pieces": [], "styles": [], "size": [0, 0], "damaged": True}


class _Page:
    """The characters of a page put together to pieces: no blank, one style, one base line.

    A piece is [text, left, right, base line, size, style, whether a blank comes before], in
    points from the top left corner of the page as most of its text is read.
    """

    def __init__(self, text: Any, box: Box) -> None:
        self.text = text.raw
        self.box = box
        self.seen, self.edges = -1, box  # the last character that was measured, and its box
        # One of each for all characters: there are thousands, and making them takes time.
        self.matrix, self.rectangle = pdfium.FS_MATRIX(), pdfium.FS_RECTF()
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.styles: dict[Style, int] = {}
        self.fonts: dict[int, int] = {}  # address to index of its style
        self.turned: dict[int, list[list[Any]]] = {0: [], 1: [], 2: [], 3: []}

    def read(self) -> dict[str, Any]:
        """All the pieces that stand as most of the page does."""
        self._pieces()
        upright = max(self.turned, key=lambda turn: sum(len(p[0]) for p in self.turned[turn]))
        left, bottom, right, top = _turn(upright, self.box)
        width, height = right - left, top - bottom
        pieces = []
        for text, x0, x1, y, *rest in self.turned[upright]:
            x0, x1, y = x0 - left, x1 - left, top - y
            if -1 <= (x0 + x1) / 2 <= width + 1 and -1 <= y <= height + 1:
                pieces.append([text, round(x0, 2), round(x1, 2), round(y, 2), *rest])
        return {"pieces": pieces, "styles": list(self.styles), "size": [width, height]}

    def _pieces(self) -> None:
        code_of, object_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetTextObject
        piece: list[Any] | None = None  # the one that goes on
        last, blank, turn, current = -1, False, 0, None  # last: index of its last character
        for index in range(max(pdfium.FPDFText_CountChars(self.text), 0)):
            code = code_of(self.text, index)
            if code in BLANKS:
                self._end(piece, last, turn)
                piece, blank = None, True
                continue
            here = object_of(self.text, index)
            if piece is None or here != current:
                self._end(piece, last, turn)
                turn, new = self._begin(index, here, blank)
                if piece is None or not _goes_on(piece, new):
                    piece = new
                    if turn >= 0:
                        self.turned[turn].append(piece)
                current, blank = here, False
            piece[0] += _letter(code)
            last = index
        self._end(piece, last, turn)

    def _end(self, piece: list[Any] | None, last: int, turn: int) -> None:
        """Set the right side of a piece by its last character so far."""
        if piece is not None and turn >= 0:
            piece[2] = max(piece[2], _turn(turn, self._box(last))[2])

    def _begin(self, index: int, key: int | None, blank: bool) -> tuple[int, list[Any]]:
        """Quarter turns (-1: not to be read) and a piece without letters yet."""
        matrix, x, y = self.matrix, self.x, self.y
        nothing = ["", 0.0, 0.0, 0.0, 0.0, 0, blank]
        pdfium.FPDFText_GetMatrix(self.text, index, matrix)
        size = pdfium.FPDFText_GetFontSize(self.text, index) * math.hypot(matrix.c, matrix.d)
        quarters = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
        straight = math.isfinite(quarters) and abs(quarters - round(quarters)) < ASKEW
        if not (straight and SMALLEST <= size < LARGEST):
            return -1, nothing
        turn = round(quarters) % 4
        pdfium.FPDFText_GetCharOrigin(self.text, index, x, y)
        left, _, right, _ = _turn(turn, self._box(index))
        line = _turn(turn, (x.value, y.value, x.value, y.value))[1]
        if not all(map(math.isfinite, (left, right, line))):
            return -1, nothing
        return turn, ["", left, right, line, round(size, 1), self._style(key), blank]

    def _box(self, index: int) -> Box:
        if index != self.seen:
            box = self.rectangle
            pdfium.FPDFText_GetLooseCharBox(self.text, index, box)
            self.seen, self.edges = index, (box.left, box.bottom, box.right, box.top)
        return self.edges

    def _style(self, key: int | None) -> int:
        font = pdfium.FPDFTextObj_GetFont(key) if key else None
        if (font or 0) not in self.fonts:
            style = _describe(font) if font else ("", False, False)
            self.fonts[font or 0] = self.styles.setdefault(style, len(self.styles))
        return self.fonts[font or 0]


def _describe(address: int) -> Style:
    font = ctypes.cast(address, pdfium.FPDF_FONT)
    buffer = ctypes.create_string_buffer(NAME)
    size = pdfium.FPDFFont_GetBaseFontName(font, buffer, NAME)
    name = buffer.value.decode("utf-8", "replace") if 0 < size <= NAME else ""
    low = name.lower()
    flags = max(pdfium.FPDFFont_GetFlags(font), 0)
    bold = bool(flags & BOLD) or any(word in low for word in HEAVY)
    return name, bold, bool(flags & ITALIC) or "ital" in low or "obliq" in low


def _goes_on(piece: list[Any], new: list[Any]) -> bool:
    """The new piece continues the one before: same line, size and style, no gap."""
    size = piece[4]
    return (
        piece[4:6] == new[4:6]
        and abs(piece[3] - new[3]) < 0.05 * size
        and -OVERLAP * size < new[1] - piece[2] < GAP * size
    )


def _turn(turn: int, box: Box) -> Box:
    """The box on the page turned by as many quarters as its text is."""
    left, bottom, right, top = box
    if turn == 1:
        return bottom, -right, top, -left
    if turn == 2:
        return -right, -top, -left, -bottom
    if turn == 3:
        return -top, left, -bottom, right
    return box


def _letter(code: int) -> str:
    if code == 2:  # a hyphen at the end of a line, as pdfium tells it
        return "-"
    known = 32 <= code <= sys.maxunicode and code not in (0xFFFE, 0xFFFF)
    return chr(code) if known else "\ufffd"


if __name__ == "__main__":
    main()
