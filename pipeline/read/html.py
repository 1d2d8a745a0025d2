"""``.html`` and ``.htm``: the main text of a page is one document."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence

from pipeline.read.document import build
from pipeline.read.html_main import furniture, main_part
from pipeline.read.html_parts import Walk
from pipeline.read.html_tree import Node, tree
from pipeline.read.parts import Part, collapsed, outline, without_back_matter
from pipeline.read.source import BYTE_ORDER_MARKS, ReadError, ReadOptions, Source, inspect
from pipeline.records import Document, Failure

MARKUP = 4  # bytes of a page for each character that its text may have, and as much ...
MIN_BYTES = 32_000_000  # ... for small limits
DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
WHERE_DECLARED = 4096  # bytes
TEXT_CODEC = re.compile(
    r"(?:iso-?8859|windows-?12|cp12|koi8|gb|big5|shift|euc|mac|x-mac|latin|tis|us-ascii)"
)
WESTERN = re.compile(r"(?:iso-?8859-?1|latin-?1|us-ascii)")  # browsers read it as windows-1252
BETWEEN_NAMES = re.compile(r"\s+(?:[|»·–—-]|::)\s+")
MAX_SITE = 4  # words in the name of a site
DOI = re.compile(r"\b10\.\d{4,9}/\S+")
YEAR = re.compile(r"\b(?:1[89]|20)\d\d\b")
META = {
    "pmid": ("citation_pmid",),
    "pmcid": ("citation_pmcid", "citation_pmc"),
    "doi": ("citation_doi", "dc.identifier", "dcterms.identifier", "prism.doi"),
    "language": ("citation_language", "dc.language", "dcterms.language"),
    "journal": ("citation_journal_title", "prism.publicationname"),
    "year": ("citation_publication_date", "citation_date", "dc.date", "article:published_time"),
}


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure]:
    """The one document of the page. Raises ReadError for an empty, a binary or a huge file."""
    page, note = _decoded(source, options)
    nodes = tree(page)
    cut = furniture(nodes)
    root = main_part(nodes, cut)
    metas = _metas(nodes)
    walk = Walk(nodes, cut)
    parts = list(walk.parts(root))
    title = (
        _first_h1(parts)
        or metas.get("citation_title", "")
        or (_first_h1(walk.parts(0)) if root else "")
        or _without_site(_name(nodes), metas)
    )
    parts = _without_title(parts, title)
    text, layout = outline(title, without_back_matter(parts, official=True), options.max_characters)
    yield build(
        source.stem,
        text,
        source=source.name,
        options=options,
        title=title,
        metadata=(*_metadata(nodes, metas), *note),
        layout=layout,
    )


def _decoded(source: Source, options: ReadOptions) -> tuple[str, tuple[tuple[str, str], ...]]:
    """(page, what had to be guessed): by its mark, as UTF-8, as declared, else as other texts."""
    limit = max(MIN_BYTES, MARKUP * options.max_characters)
    with source.open_bytes() as stream:
        data = stream.read(limit + 1)
    if not data:
        raise ReadError("the file is empty; remove it or fill it")
    if len(data) > limit:
        raise ReadError(f"the page has more than {limit:,} bytes, the limit for one page; split it")
    marked = any(data.startswith(mark) for mark, _ in BYTE_ORDER_MARKS)
    if not marked and b"\0" not in data:
        try:
            return data.decode("utf-8-sig"), ()
        except UnicodeDecodeError:
            declared = DECLARED.search(data[:WHERE_DECLARED])
        if declared and (page := _as_declared(data, declared[1].decode().lower())) is not None:
            return page, ()
    found = inspect(source.path)
    return data.decode(found.encoding, "replace"), found.metadata


def _as_declared(data: bytes, name: str) -> str | None:
    if not TEXT_CODEC.match(name):
        return None
    try:
        codec = "cp1252" if WESTERN.fullmatch(name) else codecs.lookup(name).name
        return data.decode(codec)
    except (LookupError, UnicodeDecodeError):
        return None


def _metas(nodes: Sequence[Node]) -> dict[str, str]:
    """Names (small letters) and contents of the meta elements; the first of a name counts."""
    found: dict[str, str] = {}
    for node in nodes:
        if node.tag == "meta":
            name = node.attributes.get("name") or node.attributes.get("property") or ""
            content = " ".join(collapsed(node.attributes.get("content", "")).split())
            if name and content:
                found.setdefault(name.lower(), content)
    return found


def _first_h1(parts: Iterable[Part]) -> str:
    return next((part.text for part in parts if (part.kind, part.level) == ("heading", 1)), "")


def _name(nodes: Sequence[Node]) -> str:
    """What the title element says; "" where there is none."""
    at = next((i for i, node in enumerate(nodes) if node.tag == "title"), len(nodes) - 1)
    texts = nodes[at : nodes[at].last + 1] if nodes[at].tag == "title" else ()
    return " ".join(collapsed("".join(node.text for node in texts)).split())


def _without_title(parts: Sequence[Part], title: str) -> list[Part]:
    """The parts without the heading, or the first part, that is the title."""
    for i, part in enumerate(parts):
        if part.text == title and (part.kind == "heading" or i == 0):
            return [*parts[:i], *parts[i + 1 :]]
    return list(parts)


def _without_site(title: str, metas: dict[str, str]) -> str:
    """The title without the name of the site before or behind it."""
    site = metas.get("og:site_name") or metas.get("application-name") or ""
    marks = list(BETWEEN_NAMES.finditer(title))
    if not marks:
        return title
    first, last = marks[0], marks[-1]
    if site and title[: first.start()].lower() == site.lower():
        return title[first.end() :]
    end = title[last.end() :]
    is_name = len(end.split()) <= MAX_SITE and end[:1].isupper()
    return title[: last.start()] if end.lower() == site.lower() or is_name else title


def _metadata(nodes: Sequence[Node], metas: dict[str, str]) -> Iterator[tuple[str, str]]:
    for key, names in META.items():
        for name in names:
            value = metas.get(name, "")
            if key == "doi":
                found = DOI.search(value)
            elif key == "year":
                found = YEAR.search(value)
            elif key in ("pmid", "pmcid"):
                found = re.search(r"\d+", value)
            else:
                found = re.search(r".+", value)
            if found is not None:
                yield key, ("PMC" if key == "pmcid" else "") + found[0]
                break
        else:
            language = next(filter(None, (n.attributes.get("lang") for n in nodes[:20])), "")
            if key == "language" and language:
                yield key, language
