"""The parts of a citation that nobody reads, and that are most of a file: authors, headings,
dates, references. All names are invented."""

from __future__ import annotations

from random import Random

FIRST = (
    "Aino", "Bertram", "Carola", "Dilip", "Edda", "Farouk", "Gesine", "Hiro", "Ines", "Jovan",
    "Katja", "Leandro", "Mirjam", "Nasrin", "Oskar", "Priya", "Quentin", "Rosalie", "Sunniva",
    "Tobias", "Uzma", "Valeria", "Wanjiru", "Xaver", "Yolanda", "Zoltan",
)  # fmt: skip
LAST = (
    "Abendrot", "Brightwater", "Casagrande", "Dunkelmann", "Eskelund", "Fairbairn-Holt",
    "Grünwald", "Hatherley", "Ivanenko", "Jokinen", "Kowalczyk", "Lindqvist", "Moreira",
    "Nakagawa", "Okonjo", "Pellegrini", "Quispe", "Rautio", "Srivastava", "Tamboura",
    "Underhill", "Vasconcelos", "Wickramasinghe", "Ximenes", "Yamanaka", "Zieliński",
)  # fmt: skip
UNITS = (
    "Department of Clinical Methods", "Institute of Applied Measurement",
    "Division of Health Services Research", "School of Natural Resources",
    "Laboratory of Structural Studies", "Centre for Epidemiology and Statistics",
    "Faculty of Engineering and Design", "Unit of Data Science",
)  # fmt: skip
PLACES = (
    "University of Westmark, 14 Canal Street, Westmark 20418, Norland",
    "Lakeside Teaching Hospital, Building 7, Lakeside 5511, Osterland",
    "Technical University of Highfield, Highfield HF3 9QQ, United Shires",
    "St. Aldhelm's Medical School, 220 Orchard Road, Chicago, IL 60699, USA",
    "National Institute of Measurement, Science Park 3, 88110 Tannberg, Sudland",
    "Regional Research Station, Old Mill Lane 1, Kirkwater, Norland",
)
HEADINGS = (
    "Humans", "Female", "Male", "Adult", "Aged", "Middle Aged", "Animals", "Retrospective Studies",
    "Risk Factors", "Treatment Outcome", "Prospective Studies", "Time Factors", "Reference Values",
    "Surveys and Questionnaires", "Reproducibility of Results", "Mice", "Follow-Up Studies",
)  # fmt: skip
QUALIFIERS = ("methods", "epidemiology", "adverse effects", "statistics & numerical data")
STATES = ("received", "revised", "accepted", "pubmed", "medline", "entrez")


def dates(year: int, random: Random) -> str:
    """When the record was completed and revised."""
    return "".join(
        f"<{name}>\n<Year>{year + later}</Year>\n<Month>{random.randint(1, 12):02}</Month>\n"
        f"<Day>{random.randint(1, 28):02}</Day>\n</{name}>\n"
        for name, later in (("DateCompleted", 0), ("DateRevised", 1))
    )


def authors(random: Random) -> str:
    """A list of one to nine authors with their affiliations."""
    found = []
    for _ in range(random.randint(1, 9)):
        first, last = random.choice(FIRST), random.choice(LAST)
        found.append(
            f'<Author ValidYN="Y">\n<LastName>{last}</LastName>\n<ForeName>{first}</ForeName>\n'
            f"<Initials>{first[0]}</Initials>\n<AffiliationInfo>\n<Affiliation>"
            f"{random.choice(UNITS)}, {random.choice(PLACES)}.</Affiliation>\n"
            "</AffiliationInfo>\n</Author>\n"
        )
    return f'<AuthorList CompleteYN="Y">\n{"".join(found)}</AuthorList>\n'


def mesh(own: list[str], random: Random) -> str:
    """The headings: two to four of the field, and some that stand everywhere."""
    names = random.sample(own, random.randint(2, 4)) + random.sample(HEADINGS, random.randint(4, 9))
    found = []
    for name in names:
        number = random.randint(100, 99_999)
        found.append(
            f'<MeshHeading>\n<DescriptorName UI="D{number:06}" MajorTopicYN="N">{name}'
            "</DescriptorName>\n"
        )
        if random.random() < 0.4:
            qualifier = random.choice(QUALIFIERS).replace("&", "&amp;")
            found.append(
                f'<QualifierName UI="Q{number % 997:06}" MajorTopicYN="Y">{qualifier}'
                "</QualifierName>\n"
            )
        found.append("</MeshHeading>\n")
    return f"<MeshHeadingList>\n{''.join(found)}</MeshHeadingList>\n"


def references(pmid: int, year: int, random: Random) -> str:
    """The history of the record, its identifiers, and for most of the newer ones what it cites."""
    history = "".join(
        f'<PubMedPubDate PubStatus="{state}">\n<Year>{year}</Year>\n<Month>'
        f"{random.randint(1, 12)}</Month>\n<Day>{random.randint(1, 28)}</Day>\n<Hour>6</Hour>\n"
        "<Minute>0</Minute>\n</PubMedPubDate>\n"
        for state in STATES
    )
    cited = "".join(_cited(random) for _ in range(random.randint(5, 40) if year > 1999 else 0))
    return (
        f"<PubmedData>\n<History>\n{history}</History>\n<PublicationStatus>ppublish"
        f'</PublicationStatus>\n<ArticleIdList>\n<ArticleId IdType="pubmed">{pmid}</ArticleId>\n'
        f'<ArticleId IdType="doi">10.99999/bench.{pmid}</ArticleId>\n</ArticleIdList>\n'
        f"{f'<ReferenceList>{chr(10)}{cited}</ReferenceList>{chr(10)}' if cited else ''}"
        "</PubmedData>\n"
    )


def _cited(random: Random) -> str:
    volume, page = random.randint(1, 300), random.randint(1, 2000)
    return (
        f"<Reference>\n<Citation>{random.choice(LAST)} {random.choice(FIRST)[0]}, et al. Bull Appl "
        f"Stud. {random.randint(1960, 2023)};{volume}:{page}-{page + 7}.</Citation>\n"
        f'<ArticleIdList>\n<ArticleId IdType="pubmed">{random.randint(1_000_000, 30_000_000)}'
        "</ArticleId>\n</ArticleIdList>\n</Reference>\n"
    )
