"""PubMed XML: baseline and update files, and what the site exports.

The text is the title and the paragraphs of the abstract. The labels of a structured abstract
are attributes in the file: they are the sections of its paragraphs, and not in the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from pipeline.read.document import build, failure
from pipeline.read.powers import with_powers, without_written_markup
from pipeline.read.source import ReadOptions, Source
from pipeline.read.xml_stream import TooLong, records, text_of
from pipeline.records import Deleted, Document, Failure, Stretch

DELETIONS = ("DeleteCitation", "DeleteDocument")
# Until 2016 the citations of a baseline file stood in its root.
TAGS = ("PubmedArticle", "PubmedBookArticle", "MedlineCitation", *DELETIONS)
# Much of a file, and of no use here; these elements never stand in each other.
SKIPPED = ("AuthorList", "ChemicalList", "History", "MeshHeadingList", "Reference")
PLACEHOLDERS = ("Not Available", "In Process Citation")  # where a title is not translated
UNLABELLED = ("UNLABELLED", "UNASSIGNED", "ABSTRACT")  # labels that say nothing
# Marks of the makers of the record at the end of a title or an abstract.
OF_THE_MAKERS = re.compile(r"\s*\((?:ABSTRACT TRUNCATED[^()]{0,40}|author's transl)\)(?=\.?$)")
YEAR = re.compile(r"\b\d{4}\b")
MAX_DIGITS = 6  # of a version


@dataclass(frozen=True, slots=True)
class _Citation:
    """What is taken of one citation; ``abstract`` are (section, paragraph)."""

    pmid: Element | None
    title: str
    abstract: list[tuple[str, str]]
    metadata: tuple[tuple[str, str], ...]


def read(source: Source, options: ReadOptions) -> Iterator[Document | Failure | Deleted]:
    """A document for each citation with a title or an abstract, its number in the file behind
    the file's name; a Deleted for each that the file takes back. Raises ReadError."""
    with source.open_bytes() as stream:
        for number, element in enumerate(records(stream, TAGS, skip=SKIPPED), start=1):
            where = f"{source.name}:{number}"
            if isinstance(element, TooLong):
                doc_id = text_of(next(element.element.iter("PMID"), None))
                yield failure(where, f"{element.error}; split or leave it out", doc_id)
            elif element.tag in DELETIONS:
                for pmid in element.iter("PMID"):
                    yield Deleted(text_of(pmid), where)
            else:
                yield from _document(element, where, options)


def _document(element: Element, where: str, options: ReadOptions) -> Iterator[Document | Failure]:
    of_book = element.tag == "PubmedBookArticle"
    record: Element | None = element
    if element.tag != "MedlineCitation":
        record = element.find("BookDocument" if of_book else "MedlineCitation")
    if record is None:
        yield failure(where, f"no citation in the {element.tag}; take it out or get it again")
        return
    citation = _book(record, element) if of_book else _article(record, element)
    text, layout = _laid_out(citation)
    if not text:
        return
    version = "" if citation.pmid is None else citation.pmid.get("Version", "")
    yield build(
        text_of(citation.pmid),
        text,
        source=where,
        options=options,
        title=citation.title,
        metadata=citation.metadata,
        layout=layout,
        revision=int(version) if version.isdecimal() and len(version) <= MAX_DIGITS else 1,
    )


def _laid_out(citation: _Citation) -> tuple[str, tuple[Stretch, ...]]:
    """The text, its parts a blank line apart, and the parts as stretches."""
    parts = [("Title", citation.title)] if citation.title else []
    parts += citation.abstract
    layout: list[Stretch] = []
    at = 0
    for section, part in parts:
        kind = "paragraph" if layout or not citation.title else "title"
        layout.append(Stretch(at, at + len(part), kind, section))
        at += len(part) + 2
    return "\n\n".join([part for _, part in parts]), tuple(layout)


def _article(record: Element, element: Element) -> _Citation:
    """The citation of an article in a journal."""
    pmid = record.find("PMID")
    article = record.find("Article")
    if article is None:
        return _Citation(pmid, "", [], ())
    abstract, language = _abstract(article, record)
    journal = article.find("Journal")
    name = text_of(_child(journal, "Title")) or text_of(_child(journal, "ISOAbbreviation"))
    pairs = [
        *_identifiers(pmid, _child(element, "PubmedData"), article),
        ("language", _joined(article.findall("Language"))),
        ("abstract_language", language),
        ("publication_types", _joined(_children(article, "PublicationTypeList"))),
        ("journal", name),
        ("year", _year(_child(_child(journal, "JournalIssue"), "PubDate"))),
    ]
    title = _title(article)
    return _Citation(pmid, title, abstract, tuple([pair for pair in pairs if pair[1]]))


def _book(record: Element, element: Element) -> _Citation:
    """The citation of a book, or of a chapter of one."""
    pmid = record.find("PMID")
    book = record.find("Book")
    abstract, language = _abstract(record, record)
    pairs = [
        *_identifiers(pmid, element.find("PubmedBookData"), record, book),
        ("language", _joined(record.findall("Language"))),
        ("abstract_language", language),
        ("publication_types", _joined(record.findall("PublicationType"))),
        ("journal", _inline(_child(book, "BookTitle"))),
        ("year", _year(_child(book, "PubDate"))),
    ]
    title = _title(record) or _inline(_child(book, "BookTitle"))
    return _Citation(pmid, title, abstract, tuple([pair for pair in pairs if pair[1]]))


def _child(element: Element | None, tag: str) -> Element | None:
    return None if element is None else element.find(tag)


def _children(element: Element | None, tag: str) -> list[Element]:
    """The elements in the part ``tag`` of the element."""
    part = _child(element, tag)
    return [] if part is None else list(part)


def _joined(parts: Iterable[Element]) -> str:
    return "; ".join([text for text in map(text_of, parts) if text])


def _inline(element: Element | None) -> str:
    """The text of a title or paragraph with its markup (italics, superscripts, formulas)."""
    if element is None or not len(element):
        text = text_of(element)
    else:
        for formula in element.iter("semantics"):
            del formula[1:]  # what follows the formula says it again, in TeX
        text = " ".join(with_powers(element).split())
    if text.endswith((")", ").")):
        text = OF_THE_MAKERS.sub("", text)
    return without_written_markup(text)


def _title(article: Element) -> str:
    """The title without the brackets of a translated one; else the one in its own language."""
    title = _inline(article.find("ArticleTitle"))
    if title.startswith("["):
        title = OF_THE_MAKERS.sub("", _without_brackets(title))
        if title.rstrip(".") in PLACEHOLDERS:
            title = ""
    return title or _inline(article.find("VernacularTitle"))


def _without_brackets(title: str) -> str:
    """``[A title].`` as ``A title.``; as it is when the brackets do not hold all of it."""
    bare = title.removesuffix(".").rstrip()
    depth = 0
    for at, character in enumerate(bare, start=1):
        depth += (character == "[") - (character == "]")
        if depth == 0:
            if at < len(bare):
                return title
            inner = bare[1:-1].strip()
            return inner + "." if title.endswith(".") and inner[-1:] not in ".?!" else inner
    return title


def _abstract(article: Element, record: Element) -> tuple[list[tuple[str, str]], str]:
    """(section, paragraph) of the abstract, and its language if it is not the journal's own.

    Another abstract (by another body, or in another language) counts where there is none;
    an English one first.
    """
    paragraphs = _paragraphs(article.findall("Abstract"))
    if paragraphs:
        return paragraphs, ""
    others = record.findall("OtherAbstract")
    others.sort(key=_not_english)
    for other in others:
        if paragraphs := _paragraphs([other]):
            return paragraphs, other.get("Language", "eng")
    return [], ""


def _not_english(abstract: Element) -> bool:
    return abstract.get("Language", "eng") != "eng"


def _paragraphs(abstracts: Iterable[Element]) -> list[tuple[str, str]]:
    """(section, paragraph) of the first abstract that holds text."""
    for abstract in abstracts:
        found: list[tuple[str, str]] = []
        for part in abstract.findall("AbstractText"):
            text = _inline(part)
            if text:
                label = " ".join(part.get("Label", "").split()).removesuffix(":")
                found.append((label if label and label not in UNLABELLED else "Abstract", text))
        if found:
            return found
    return []


def _identifiers(
    pmid: Element | None, data: Element | None, *places: Element | None
) -> list[tuple[str, str]]:
    """The pairs ``pmid``, ``pmcid`` and ``doi``, empty where there is none.

    ``places`` may hold an ArticleIdList or an ELocationID of their own.
    """
    found: dict[str, str] = {}
    for place in (data, *places):
        for entry in _children(place, "ArticleIdList"):
            found.setdefault(entry.get("IdType", ""), text_of(entry))
    for place in places:
        for entry in () if place is None else place.findall("ELocationID"):
            if entry.get("ValidYN", "Y") == "Y":
                found.setdefault(entry.get("EIdType", ""), text_of(entry))
    pmcid = found.get("pmc", "")
    return [("pmid", text_of(pmid)), ("pmcid", pmcid), ("doi", found.get("doi", ""))]


def _year(date: Element | None) -> str:
    """The year of a date, or the first in its free form ("1998 Dec-1999 Jan")."""
    if date is None:
        return ""
    found = YEAR.search(text_of(date.find("Year")) or text_of(date.find("MedlineDate")))
    return found.group() if found else ""
