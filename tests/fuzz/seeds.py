"""One sound file of each format, from which broken ones are made."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

from tests.pdf_files import Words, column, pdf

CORPUS = Path(__file__).resolve().parents[2] / "corpus" / "documents" / "formats"

TEXT = """Interleukin-33 in the airway

BACKGROUND: Epithelial cells release IL-33 when they are hurt. RESULTS: ILC2 answered with IL-5
and IL-13 (Fig. 2), but TNF-α was unchanged.3

Cytokines are made by:
- mast cells
  - of the skin
- CD4+ T cells.

1. IFN-γ activates macrophages.
2. It does not bind IL-10Rβ.
"""
MARKDOWN = """# Thymic stromal lymphopoietin

## Sources
**TSLP** is made by *keratinocytes*:

> Basophils answer
> with IL-4.

| cell | cytokine |
| --- | --- |
| ILC2 | IL-13 |

Setext
------
* one
* two __bold__
"""
JSONL = "".join(
    json.dumps(record, ensure_ascii=False) + "\n"
    for record in (
        {"id": "a1", "title": "IL-6", "text": "Hepatocytes answer IL-6.", "year": 2020},
        {"id": 7, "text": "B cells make LT-α.\nIt binds TNFR1.", "tags": ["x", {"y": None}]},
        {"id": "ü", "text": "\ud83d\ude00 IL-2".encode("utf-16", "surrogatepass").decode("utf-16")},
    )
)
CSV = 'id,title,text,year\na,"On ""IL-1""","IL-1β, then\nIL-18",2001\nb,,NK cells kill.,\n'
TSV = "pmid\tabstract\n12\tIL-12 drives Th1 cells.\n13\tIL-23 keeps Th17 cells.\n"
PUBTATOR = (
    "12|t|IL-6 in gout\n12|a|Urate raises IL-6 in monocytes.\n12\t0\t4\tIL-6\tGene\t3569\n\n"
    "13|t|TNF\n13|a|TNF kills.\n"
)
MARKED = """=== document gout
title: Gout
register: abstract
=== text
[[Colchicine|m1 DRUG]] lowered [[IL-1β|m2 CYTOKINE specific norm=IL1B]] in
[[[[T|m4 CELL]] and B [[cells|+m4]]|m5 CELL optional]] | \\[12\\] [1].
=== relations
m1 MODULATES m2 negative
# a comment
m4 SECRETES m2 negative hedged
=== document two
=== text
[[leptin|m1 CYTOKINE family]]
"""
EXAMPLE = "production of [IL-6](CYTOKINE object) by [macrophages](CELL subject), as [5] says"


def seeds() -> dict[str, tuple[bytes, ...]]:
    """Files by suffix; there is at least one of each."""
    own = {
        ".txt": TEXT.encode(),
        ".md": MARKDOWN.encode(),
        ".jsonl": JSONL.encode(),
        ".csv": CSV.encode(),
        ".tsv": TSV.encode(),
        ".pubtator": PUBTATOR.encode(),
        ".marked": MARKED.encode(),
        ".example": EXAMPLE.encode(),
        ".docx": docx(),
        ".pdf": page(),
    }
    found = {suffix: [data] for suffix, data in own.items()}
    for path in sorted(CORPUS.iterdir()):
        # The printed documents are too large to read a thousand times.
        if path.suffix not in (".pdf", ".docx"):
            found.setdefault(path.suffix, []).append(path.read_bytes())
    found[".html"] += found.pop(".htm", [])
    return {suffix: tuple(files) for suffix, files in found.items()}


def docx() -> bytes:
    """A small Word document with a heading, an item and a table."""
    w = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    body = (
        '<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>IL-17</w:t></w:r></w:p>'
        "<w:p><w:r><w:t>Th17 cells make IL-</w:t></w:r><w:r><w:t>17A.</w:t></w:r></w:p>"
        '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>'
        "<w:r><w:t>neutrophils</w:t></w:r></w:p>"
        "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>IL-22</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "word/document.xml", f"<w:document {w}><w:body>{body}</w:body></w:document>"
        )
    return buffer.getvalue()


def page() -> bytes:
    """A printed page in two columns."""
    left = ["Mast cells store tryptase", "and release IL-6 in the", "skin of the patients."]
    right = ["Eotaxin calls eosino-", "phils to the gut, where", "IL-5 keeps them alive."]
    title = [Words(72, 72, "Eosinophils of the gut", 18, "bold")]
    return pdf([*title, *column(72, 120, left), *column(320, 120, right)])
