"""Small PDF files for the tests: words at places in the standard fonts."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

# Every reader has these. Symbol shows Greek letters for ASCII ones.
FONTS = {
    "roman": "Times-Roman",
    "bold": "Times-Bold",
    "italic": "Times-Italic",
    "symbol": "Symbol",
}
HEIGHT, WIDTH = 792, 612  # points


@dataclass(frozen=True)
class Words:
    """``text`` (of characters in cp1252) whose base line begins ``x`` points from the left and
    ``y`` from the top of the page; ``turn``: read from bottom to top."""

    x: float
    y: float
    text: str
    size: float = 10
    font: str = "roman"
    turn: bool = False


def column(
    x: float, y: float, lines: Sequence[str], *, size: float = 10, leading: float = 12, **more: str
) -> list[Words]:
    """Lines below each other; the first stands at ``y``, an empty one leaves its place free."""
    return [
        Words(x, y + index * leading, line, size, **more)  # type: ignore[arg-type]
        for index, line in enumerate(lines)
        if line
    ]


def pdf(*pages: Sequence[Words], info: str = "", trailer: str = "", page: str = "") -> bytes:
    """A file of these pages. ``info`` are entries of its information, ``trailer`` of its trailer,
    ``page`` of every page."""
    contents = [_content(words) for words in pages]
    return pdf_of(contents, info=info, trailer=trailer, page=page)


def pdf_of(
    contents: Sequence[bytes], *, info: str = "", trailer: str = "", page: str = "", more: str = ""
) -> bytes:
    """A file whose pages have these contents; ``more`` are entries of its resources."""
    fonts = " ".join(f"/{name} {3 + index} 0 R" for index, name in enumerate(FONTS))
    first = 3 + len(FONTS) + 1  # the number of the first page
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(contents)} >>".encode(),
        *(
            f"<< /Type /Font /Subtype /Type1 /BaseFont /{name}"
            f"{'' if name == 'Symbol' else ' /Encoding /WinAnsiEncoding'} >>".encode()
            for name in FONTS.values()
        ),
        f"<< {info} >>".encode("cp1252"),
    ]
    for index, content in enumerate(contents):
        packed = zlib.compress(content)
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] {page}"
            f" /Resources << /Font << {fonts} >> {more} >>"
            f" /Contents {first + 2 * index + 1} 0 R >>".encode(),
            f"<< /Length {len(packed)} /Filter /FlateDecode >>\nstream\n".encode()
            + packed
            + b"\nendstream",
        ]
    return _file(objects, f"/Root 1 0 R /Info {first - 1} 0 R {trailer}")


def _content(words: Sequence[Words]) -> bytes:
    lines = []
    for one in words:
        text = one.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
        matrix = "0 1 -1 0" if one.turn else "1 0 0 1"
        lines.append(
            f"BT /{one.font} {one.size} Tf {matrix} {one.x} {HEIGHT - one.y} Tm ({text}) Tj ET"
        )
    return "\n".join(lines).encode("cp1252")


def _file(objects: Sequence[bytes], trailer: str) -> bytes:
    """The objects, numbered from 1, with their table."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    out += f"trailer\n<< /Size {len(objects) + 1} {trailer} >>\n".encode()
    return bytes(out) + f"startxref\n{table}\n%%EOF\n".encode()
