"""Articles as JATS XML (PubMed Central): one in a file, sets of them, answers of OAI-PMH.

Kept are title, abstracts, the body with its headings, captions, tables, boxes, appendices and
supplements. Left out are references and the marks that cite them, authors, thanks, funding and
the like, rights, and formulas.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.read.document import build, failure
from pipeline.read.jats_body import Parts, block, flow, section_of, under
from pipeline.read.jats_front import article_ids, metadata, pmcid, title_of
from pipeline.read.jats_text import LEFT_OUT, text_of
from pipeline.read.source import ReadOptions, Source, open_bytes
from pipeline.read.xml_stream import TooLong, records, root_name
from pipeline.records import Deleted, Document, Failure

# Besides articles: the head of a record of OAI-PMH, which may say that it is deleted, and the
# answer of PMC for an article that it does not have.
_TAGS = ("article", "header", "Reply")
_NOT_READ_ABSTRACTS = frozenset({"graphical", "toc", "toc-graphic", "video"})
# Parts of an article that are another text about it, or say it in another language.
_NOT_READ_PARTS = (
    frozenset({"aggregated-review-documents", "author-comment", "decision-letter"})
    | {"editor-report", "peer-review", "referee-report", "reply", "reviewer-report"}
    | {"translation"}
)


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure | Deleted]:
    """The articles of a file, one at a time; each is held whole.

    The id is the PMCID, else the PMID, else the DOI, else the name of the file (with the number
    of the article from the second one on). Raises ReadError for what is not XML, OSError,
    EOFError or zlib.error for what cannot be opened or unpacked.
    """
    with open_bytes(source.path) as stream:
        alone = root_name(stream) == "article"
    number = 0
    with source.open_bytes() as stream:
        for element in records(stream, _TAGS):
            if isinstance(element, TooLong):
                number += 1
                doc_id = _doc_id(element.element, f"{source.stem}:{number}")
                error = f"{element.error}; split or leave it out"
                yield failure(f"{source.name}:{number}", error, doc_id)
                continue
            if element.tag == "header" and element.get("status") != "deleted":
                continue
            number += 1
            where = source.name if alone and number == 1 else f"{source.name}:{number}"
            if element.tag == "article":
                default = source.stem if number == 1 else f"{source.stem}:{number}"
                yield _document(element, where, default, options)
            elif element.tag == "header":
                identifier = text_of(element.find("identifier"))
                yield Deleted(pmcid(identifier.rpartition(":")[2]), where)
            else:
                error = element.get("error") or text_of(element) or "no article was delivered"
                doc_id = element.get("Id", "")
                yield failure(where, f"{error}; ask for it again or leave it out", doc_id)


def _document(
    article: Element, where: str, default: str, options: ReadOptions
) -> Document | Failure:
    doc_id = _doc_id(article, default)
    out = Parts()
    title = title_of(article.find("front/article-meta"))
    out.add("title", title, "Title")
    _abstracts(article.find("front/article-meta"), out)
    _main(article, "", out)
    for part in ("sub-article", "response"):
        for element in article.iterfind(part):
            _part(element, out)
    if all(stretch.kind in ("title", "heading") for stretch in out.layout):
        return failure(where, _no_text(article), doc_id)
    pairs = metadata(article)
    if out.cut:
        pairs += (("cut_tables", "; ".join(out.cut)),)
    return build(
        doc_id,
        out.text,
        source=where,
        options=options,
        title=title,
        metadata=pairs,
        layout=tuple(out.layout),
    )


def _doc_id(article: Element, default: str) -> str:
    ids = article_ids(article)
    return ids.get("pmcid") or ids.get("pmid") or ids.get("doi") or default


def _main(article: Element, section: str, out: Parts) -> None:
    """The body, then of the matter behind it what belongs to the subject, then the figures and
    tables that stand apart, each in a section named by its label."""
    for body in article.iterfind("body"):
        flow(body, section, out)
    for child in article.iterfind("back/*"):
        if child.tag in ("sec", "app"):
            section_of(child, section, out)
        elif child.tag in ("app-group", "supplementary-material", "boxed-text"):
            block(child, section, out)
    for element in article.iterfind("floats-group/*"):
        block(element, under(section, text_of(element.find("label"))), out)


def _part(element: Element, out: Parts) -> None:
    """An article within the article, such as one of the abstracts of a meeting."""
    kind = element.get("article-type") or element.get("response-type", "")
    if kind in _NOT_READ_PARTS:
        return
    meta = element.find("front-stub")
    if meta is None:
        meta = element.find("front/article-meta")
    title = title_of(meta)
    out.add("heading", title, title)
    for abstract in () if meta is None else meta.iterfind("abstract"):
        flow(abstract, title, out)
    _main(element, title, out)


def _abstracts(meta: Element | None, out: Parts) -> None:
    """The abstracts; those in another language alone where there is no other."""
    if meta is None:
        return
    before = len(out.layout)
    for abstract in meta.iterfind("abstract"):
        if abstract.get("abstract-type") not in _NOT_READ_ABSTRACTS:
            _abstract(abstract, out)
    if len(out.layout) == before:
        for abstract in meta.iterfind("trans-abstract"):
            _abstract(abstract, out)


def _abstract(element: Element, out: Parts) -> None:
    """An abstract: the sections of the main one stand for themselves, those of others (key
    points, author summary) below its title."""
    kind = element.get("abstract-type", "").replace("-", " ").capitalize()
    kind = "" if kind in ("Main", "Structured") else kind
    heading = text_of(element.find("title"))
    name = heading or kind or "Abstract"
    if not any(text_of(child) for child in element if child.tag not in ("label", "title")):
        return
    out.add("heading", heading, name)
    for child in element:
        if child.tag == "sec":
            section_of(child, name if kind else "", out)
        elif child.tag not in LEFT_OUT and child.tag not in ("label", "title"):
            block(child, name, out)


def _no_text(article: Element) -> str:
    scanned = any(
        "scanned" in (element.get("content-type") or element.get("sec-type") or "")
        for element in article.iter()
    )
    what = "pictures of scanned pages" if scanned else "no abstract and no body"
    return f"the article has no text besides its title ({what}); read its PDF instead"
