"""Files that follow the grammar of their format, with a random structure."""

from __future__ import annotations

import csv
import html
import io
import json
import zipfile
from collections.abc import Callable
from random import Random

from pipeline.records import LABELS
from tests.fuzz.words import text
from tests.pdf_files import FONTS, pdf_of

Grammar = Callable[[Random], bytes]


def _names(tags: str) -> list[str]:
    return tags.split()


PUBMED = _names(
    "PubmedArticle MedlineCitation PMID Article ArticleTitle Abstract AbstractText Journal Title "
    "OtherAbstract VernacularTitle DeleteCitation PubmedBookArticle BookDocument Book Sections "
    "Section SectionTitle CollectionTitle PublicationType Language JournalIssue PubDate Year i sup"
)
JATS = _names(
    "front article-meta article-id title-group article-title abstract sec title p body list "
    "list-item table-wrap table tr td th caption fig xref sup italic disp-formula mml:math "
    "sub-article back ref-list ack trans-abstract boxed-text def-list def-item term def label fn"
)
BIOC = _names("document id infon passage offset text sentence annotation location relation")
HTML = _names(
    "div p ul ol li table tr td th h1 h2 h3 span a b main article nav footer section br img pre "
    "script style title dl dt dd details summary figure figcaption blockquote template svg math"
)
WORD = _names("w:p w:r w:t w:tbl w:tr w:tc w:pPr w:rPr w:tab w:br w:ins w:del w:sdt w:hyperlink")
WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
ATTRIBUTES = (
    'key="type"', 'key="section_type"', 'pub-id-type="pmid"', 'Label="METHODS"', 'class="nav"',
    'NlmCategory="RESULTS"', 'colspan="3"', 'rowspan="100000"', 'w:val="Heading1"', 'hidden=""',
    'specific-use="x"', 'Type="AIDSInfo"', 'sec-type="methods"', 'href="#"', 'xml:lang="fr"',
)  # fmt: skip
XML_SIGNS = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


def _plain(random: Random) -> bytes:
    return text(random, 300).encode("utf-8", "replace")


def _value(random: Random, depth: int = 0) -> object:
    kind = random.randrange(8 if depth < 5 else 6)
    if kind == 6:
        return [_value(random, depth + 1) for _ in range(random.randrange(4))]
    if kind == 7:
        keys = ("id", "text", "title", "documents", "passages", "infons", "", "\ud800", "x")
        return {random.choice(keys): _value(random, depth + 1) for _ in range(random.randrange(4))}
    values = (None, True, -1, 10**30, float("nan"), text(random, 10), "\udfff", "", 1.5)
    return random.choice(values)


def _jsonl(random: Random) -> bytes:
    lines = []
    for number in range(random.randrange(12)):
        record: object = {"id": f"d{number}", "text": text(random), "x": _value(random)}
        if random.random() < 0.3:
            record = _value(random)
        lines.append(json.dumps(record, ensure_ascii=random.random() < 0.5))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


def _bioc_json(random: Random) -> bytes:
    documents = []
    for number in range(random.randrange(5)):
        passages: list[object] = [
            {"text": text(random, 20), "infons": {"type": random.choice(["title", "abstract", ""])}}
            for _ in range(random.randrange(5))
        ]
        if random.random() < 0.2:
            passages.append(_value(random))
        documents.append({"id": str(number), "passages": passages, "infons": _value(random)})
    around = random.choice([documents, {"documents": documents}, {"PubTator3": documents}])
    return json.dumps(around, indent=random.choice([None, 1])).encode("utf-8", "surrogatepass")


def _delimited(delimiter: str) -> Grammar:
    def make(random: Random) -> bytes:
        stream = io.StringIO()
        quoting = random.choice([csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
        rows = csv.writer(stream, delimiter=delimiter, quoting=quoting)
        columns = random.choice(
            [["id", "text"], ["PMID", "title", "abstract"], ["text", "id", "x"]]
        )
        rows.writerow(columns)
        for number in range(random.randrange(12)):
            row = [str(number), *(text(random, 30) for _ in columns[1:])]
            rows.writerow(row[: random.choice([1, 2, 3])] if random.random() < 0.1 else row)
        return stream.getvalue().encode("utf-8", "replace")

    return make


def _pubtator(random: Random) -> bytes:
    lines = []
    for number in range(random.randrange(8)):
        for kind in random.choice(["ta", "t", "a", "at", "taa", "tgx"]):
            said = " ".join(text(random, 40).splitlines())
            lines.append(f"{number}|{kind}|{said}")
        lines += [f"{number}\t0\t4\tIL-6\tGene\t3569"] * random.randrange(3)
        lines += [random.choice(["", "x", f"{number + 1}\tCID\tA\tB"])]
    return "\n".join(lines).encode("utf-8", "replace")


def _said(random: Random) -> str:
    return html.escape(text(random, 12).translate(XML_SIGNS))


def _element(random: Random, tags: list[str], depth: int, *, loose: bool) -> str:
    tag = random.choice(tags)
    attributes = "".join(f" {random.choice(ATTRIBUTES)}" for _ in range(random.random() < 0.4))
    inner = []
    for _ in range(random.randrange(5)):
        if depth and random.random() < 0.7:
            inner.append(_element(random, tags, depth - 1, loose=loose))
        else:
            inner.append(_said(random))
    end = "" if loose and random.random() < 0.2 else f"</{tag}>"
    return f"<{tag}{attributes}>{''.join(inner)}{end}"


def _xml(root: str, tags: list[str], wrap: str = "{}") -> Grammar:
    """``wrap`` has the place of an element, and may have that of a text before it."""

    def make(random: Random) -> bytes:
        inner = "".join(
            wrap.format(_element(random, tags, random.randrange(7), loose=False), _said(random))
            for _ in range(random.randrange(6))
        )
        names = 'xmlns:w="w" xmlns:mml="m"'
        return f"<{root} {names}>{inner}</{root}>".encode("utf-8", "replace")

    return make


def _html(random: Random) -> bytes:
    parts = (_element(random, HTML, random.randrange(8), loose=True) for _ in range(6))
    return "".join(parts).encode("utf-8", "replace")


def _docx(random: Random) -> bytes:
    body = "".join(
        f"<w:p><w:r><w:t>{_said(random)}</w:t></w:r>"
        f"{_element(random, WORD, random.randrange(7), loose=False)}</w:p>"
        for _ in range(5)
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr(
            "word/document.xml",
            f'<w:document xmlns:w="{WORD_NAMESPACE}"><w:body>{body}</w:body></w:document>',
        )
    return buffer.getvalue()


def _pdf(random: Random) -> bytes:
    pages = []
    for _ in range(random.randint(1, 3)):
        lines = ["BT"]
        for _ in range(random.randrange(40)):
            scale = random.choice([1, 1, 1, 0.001, 1000, -1, 0])
            lines.append(f"/{random.choice(list(FONTS))} {random.choice([10, 12, 18, 0, 1e6])} Tf")
            lines.append(f"{scale} 0 0 1 {random.uniform(-99, 700)} {random.uniform(-99, 900)} Tm")
            said = text(random, 6).translate(str.maketrans("", "", "()\\\r\n"))
            lines.append(f"({said}) Tj")
        pages.append(("\n".join([*lines, "ET"])).encode("cp1252", "replace"))
    return pdf_of(pages)


def _example(random: Random) -> bytes:
    parts = []
    for _ in range(random.randrange(8)):
        parts.append(text(random, 6))
        said = f"{random.choice([*LABELS, 'x', ''])} {random.choice(['subject', 'object', ''])}"
        parts.append(f"[{text(random, 2)}]({said})")
    return "".join(parts).encode("utf-8", "replace")


def _marked(random: Random) -> bytes:
    lines = []
    for number in range(random.randint(1, 3)):
        lines += [f"=== document d{number}", "register: abstract", "=== text"]
        opened, said = 0, []
        for mark in range(random.randrange(12)):
            said.append(text(random, 4))
            if random.random() < 0.5:
                said.append("[[")
                opened += 1
            elif opened:
                said.append(f"|{random.choice(['', '+'])}m{mark} {random.choice(LABELS)}]]")
                opened -= 1
        lines += ["".join(said), "=== relations"]
        lines += [f"m{random.randrange(9)} SECRETES m{random.randrange(9)} negative"] * 2
    return "\n".join(lines).encode("utf-8", "replace")


GRAMMARS: dict[str, tuple[Grammar, ...]] = {
    ".txt": (_plain,),
    ".md": (_plain,),
    ".jsonl": (_jsonl,),
    ".json": (_bioc_json,),
    ".csv": (_delimited(","),),
    ".tsv": (_delimited("\t"),),
    ".pubtator": (_pubtator,),
    ".xml": (
        _xml("PubmedArticleSet", PUBMED),
        _xml("PubmedArticleSet", PUBMED, "<PubmedArticle><MedlineCitation><PMID>1</PMID><Article>"
             "<ArticleTitle>{1}</ArticleTitle><Abstract><AbstractText>{0}</AbstractText></Abstract>"
             "</Article></MedlineCitation></PubmedArticle>"),
        _xml("collection", BIOC, "<document><id>1</id><passage><text>{1}</text></passage>"
             "{0}</document>"),
    ),
    ".nxml": (
        _xml("article", JATS),
        _xml("article", JATS, "<front><article-meta/></front><body><sec><p>{1}</p>{0}</sec>"
             "</body>"),
    ),
    ".html": (_html,),
    ".docx": (_docx,),
    ".pdf": (_pdf,),
    ".example": (_example,),
    ".marked": (_marked,),
}  # fmt: skip
