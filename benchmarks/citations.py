"""Baseline files of PubMed XML that are made up, as large and as mixed as real ones.

    python benchmarks/citations.py OUT --citations 100000 --relevant 0.04

The same arguments give the same bytes. A quarter of the citations has no abstract, the others 80
to 400 words; a third of those has labelled sections. There are two files at least; those after
the first repeat a few citations with another text, and take a few back.
"""

from __future__ import annotations

import argparse
import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from random import Random
from xml.sax.saxutils import escape

from citation_parts import authors, dates, mesh, references
from sentences import Grammar, other, relevant

FIRST_PMID = 31_000_000
WITHOUT_ABSTRACT = 0.25
WITH_SECTIONS = 1 / 3
OTHER_LANGUAGE = 0.06
CORRECTED = 1 / 200  # of the citations of a file: earlier ones with another text
DELETED = 1 / 500  # numbers of earlier ones that a file takes back, for each of its citations
LABELS = ("BACKGROUND", "METHODS", "RESULTS", "CONCLUSIONS")
SHARES = (0.2, 0.5, 0.85, 1.0)  # where these end
HEAD = '<?xml version="1.0" encoding="utf-8"?>\n<PubmedArticleSet>\n'


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many citations, the share of those that name cytokines, citations a file, and the
    seed."""

    citations: int
    relevant: float = 0.04
    per_file: int = 10_000
    seed: int = 8

    def files(self) -> list[range]:
        """The places of the citations of each file: two files at least."""
        size = max(1, min(self.per_file, -(-self.citations // 2)))
        return [
            range(first, min(first + size, self.citations))
            for first in range(0, self.citations, size)
        ]


def write(folder: Path, wanted: Wanted) -> list[Path]:
    """Write the files into a folder, which is made; their paths. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    grammar = Grammar()
    n_relevant = round(wanted.citations * wanted.relevant)
    chosen = set(Random(wanted.seed).sample(range(wanted.citations), n_relevant))
    paths = []
    for number, places in enumerate(wanted.files(), 1):
        path = folder / f"citations-{number:04}.xml.gz"
        with (
            path.open("wb") as raw,
            gzip.GzipFile("", "wb", compresslevel=6, fileobj=raw, mtime=0) as file,
        ):
            random = Random(f"{wanted.seed} {number}")
            for text in _file(grammar, places, chosen, random):
                file.write(text.encode())
        paths.append(path)
    return paths


def _file(grammar: Grammar, places: range, chosen: set[int], random: Random) -> Iterator[str]:
    yield HEAD
    corrected: set[int] = set()
    if places.start:
        n_corrected = min(places.start, round(len(places) * CORRECTED) or 1)
        corrected = set(random.sample(range(places.start), n_corrected))
    for place in places:
        yield _citation(grammar, place, place in chosen, random)
    for place in sorted(corrected):
        yield _citation(grammar, place, place in chosen, random)
    if places.start:
        n_deleted = min(places.start, round(len(places) * DELETED) or 1)
        gone = sorted(set(random.sample(range(places.start), n_deleted)) - corrected)
        numbers = "".join(f'<PMID Version="1">{_pmid(place)}</PMID>\n' for place in gone)
        yield f"<DeleteCitation>\n{numbers}</DeleteCitation>\n" if gone else ""
    yield "</PubmedArticleSet>\n"


def _pmid(place: int) -> int:
    return FIRST_PMID + 3 * place


def _citation(grammar: Grammar, place: int, about_cytokines: bool, random: Random) -> str:
    pmid, year = _pmid(place), random.randint(1975, 2024)
    field = grammar.fields[random.choice(list(grammar.fields))]
    n_words = 0 if random.random() < WITHOUT_ABSTRACT else _length(random)
    if about_cytokines:
        # a title that names one, and no more, is relevant as well
        title, *sentences = relevant(n_words + 12, random) if n_words else relevant(6, random)[:1]
        title = title.rstrip(".?!")
    else:
        title = grammar.title(field, random)
        sentences = other(grammar, field, n_words, random)
    foreign = random.random() < OTHER_LANGUAGE
    language = random.choice(list(grammar.languages)) if foreign else "eng"
    abstract = _abstract(sentences, random) if n_words else ""
    return (
        f'<PubmedArticle>\n<MedlineCitation Status="MEDLINE" Owner="NLM">\n'
        f'<PMID Version="1">{pmid}</PMID>\n'
        f"{dates(year, random)}"
        f'<Article PubModel="Print">\n{_journal(field["journal"], year, random)}'
        f"<ArticleTitle>{f'[{title}].' if foreign else f'{title}.'}</ArticleTitle>\n"
        f"{abstract}{authors(random)}"
        f"<Language>{language}</Language>\n<PublicationTypeList><PublicationType "
        f'UI="D016428">Journal Article</PublicationType></PublicationTypeList>\n'
        f"{_vernacular(grammar, language, random) if foreign else ''}</Article>\n"
        f"{mesh(field['mesh'], random)}"
        f"{_other_abstract(grammar, language, random) if foreign else ''}</MedlineCitation>\n"
        f"{references(pmid, year, random)}</PubmedArticle>\n"
    )


def _length(random: Random) -> int:
    """Words of an abstract: most around 210, from 80 to 400."""
    return max(80, min(400, round(random.lognormvariate(5.35, 0.33))))


def _abstract(sentences: list[str], random: Random) -> str:
    if len(sentences) < 5 or random.random() >= WITH_SECTIONS:
        return f"<Abstract>\n<AbstractText>{' '.join(sentences)}</AbstractText>\n</Abstract>\n"
    ends = [round(share * len(sentences)) for share in SHARES]
    parts = "".join(
        f'<AbstractText Label="{label}" NlmCategory="{label}">'
        f"{' '.join(sentences[start:end])}</AbstractText>\n"
        for label, (start, end) in zip(LABELS, pairwise([0, *ends]), strict=True)
    )
    return f"<Abstract>\n{parts}</Abstract>\n"


def _journal(name: str, year: int, random: Random) -> str:
    issn = f"{random.randint(1000, 9999)}-{random.randint(1000, 9999)}"
    pages = random.randint(1, 1900)
    return (
        f'<Journal>\n<ISSN IssnType="Electronic">{issn}</ISSN>\n<JournalIssue CitedMedium='
        f'"Internet">\n<Volume>{random.randint(1, 140)}</Volume>\n<Issue>{random.randint(1, 12)}'
        f"</Issue>\n<PubDate><Year>{year}</Year></PubDate>\n</JournalIssue>\n"
        f"<Title>{escape(name)}</Title>\n<ISOAbbreviation>{escape(name)}</ISOAbbreviation>\n"
        f"</Journal>\n<Pagination>\n<StartPage>{pages}</StartPage>\n<MedlinePgn>{pages}-"
        f"{pages + 9}</MedlinePgn>\n</Pagination>\n"
    )


def _vernacular(grammar: Grammar, language: str, random: Random) -> str:
    title = grammar.foreign(language, "titles", random)
    return f"<VernacularTitle>{title}</VernacularTitle>\n"


def _other_abstract(grammar: Grammar, language: str, random: Random) -> str:
    if random.random() < 0.5:
        return ""
    text = " ".join(grammar.foreign(language, "sentences", random) for _ in range(6))
    return (
        f'<OtherAbstract Type="Publisher" Language="{language}">\n'
        f"<AbstractText>{text}</AbstractText>\n</OtherAbstract>\n"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path, help="folder of the files")
    parser.add_argument("--citations", type=int, default=10_000)
    parser.add_argument("--relevant", type=float, default=0.04, help="share, 0 to 1")
    parser.add_argument("--per-file", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=8)
    options = parser.parse_args()
    if options.citations < 1 or options.per_file < 1 or not 0 <= options.relevant <= 1:
        parser.error("--citations and --per-file must be 1 or more, --relevant from 0 to 1")
    wanted = Wanted(options.citations, options.relevant, options.per_file, options.seed)
    paths = write(options.out, wanted)
    size = sum(path.stat().st_size for path in paths) / 1e6
    print(f"{options.citations} citations in {len(paths)} files, {size:.1f} MB packed")


if __name__ == "__main__":
    main()
