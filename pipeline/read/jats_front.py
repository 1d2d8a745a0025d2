"""What the front matter of a JATS article says about it: ids, title, journal, year, kind."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.read.jats_text import text_of

_IDS = {"pmid": "pmid", "pmc": "pmcid", "pmcid": "pmcid", "doi": "doi"}  # pub-id-type: ours
# Dates that are not those of a publication by the journal.
_OTHER_DATES = frozenset({"accepted", "corrected", "nihms-submitted", "original-publication"}) | {
    "pmc-release",
    "preprint",
    "received",
    "retracted",
}


def article_ids(article: Element) -> dict[str, str]:
    """pmid, pmcid (PMC and digits) and doi, those that are there."""
    found: dict[str, str] = {}
    for element in article.iterfind("front/article-meta/article-id"):
        name = _IDS.get(element.get("pub-id-type", ""))
        value = text_of(element)
        if name and value:
            found.setdefault(name, pmcid(value) if name == "pmcid" else value)
    return found


def pmcid(value: str) -> str:
    """A number of PubMed Central with its letters: PMC123 for 123."""
    return value.upper() if value.upper().startswith("PMC") else f"PMC{value}"


def title_of(meta: Element | None) -> str:
    """The title with its subtitles: "Title: subtitle"."""
    group = None if meta is None else meta.find("title-group")
    if group is None:
        return ""
    found = [*group.iterfind("article-title"), *group.iterfind("subtitle")]
    return ": ".join(filter(None, map(text_of, found)))


def metadata(article: Element) -> tuple[tuple[str, str], ...]:
    """The pairs that every reader of articles gives; those alone that have a value."""
    pairs = article_ids(article)
    pairs["language"] = article.get("xml:lang", "")
    kinds = dict.fromkeys([article.get("article-type", ""), *_subjects(article)])
    pairs["publication_types"] = "; ".join(filter(None, kinds))
    pairs["journal"] = _journal(article)
    pairs["year"] = _year(article)
    return tuple((name, value) for name, value in pairs.items() if value)


def _subjects(article: Element) -> Iterator[str]:
    for subject in article.iterfind("front/article-meta/article-categories//subject"):
        yield text_of(subject)


def _journal(article: Element) -> str:
    meta = article.find("front/journal-meta")
    if meta is None:
        return ""
    for path in (".//journal-title", ".//abbrev-journal-title", "journal-id"):
        if name := text_of(meta.find(path)):
            return name
    return ""


def _year(article: Element) -> str:
    """The year of the first publication, on paper or not."""
    years = [
        text_of(date.find("year"))
        for date in article.iterfind("front/article-meta/pub-date")
        if _OTHER_DATES.isdisjoint((date.get("pub-type"), date.get("date-type")))
    ]
    return min((year for year in years if year.isdecimal() and len(year) == 4), default="")
