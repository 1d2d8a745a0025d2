"""Triage loses no document in which the whole route finds a cytokine or receptor."""

from __future__ import annotations

import csv
import pickle
import random
import re
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from spacy.language import Language
from spacy.tokens import Doc, SpanGroup

from pipeline.entities import OFFSETS, SPANS
from pipeline.marked import read_marked
from pipeline.read import read_inputs
from pipeline.recognise.fine import DASHES, GREEK
from pipeline.recognise.mention_patterns import read_mention_patterns
from pipeline.recognise.recogniser import Recogniser
from pipeline.recognise.senses import CUE, ENOUGH
from pipeline.recognise.spellings import (
    GAP,
    HYPHEN,
    JOINED,
    Spelling,
    exact_pieces,
    folded_pieces,
    spellings,
)
from pipeline.recognise.terms import Term
from pipeline.records import Document, Mention
from pipeline.relate.rules import read_rules
from pipeline.route import Settings, annotate, cut, place
from pipeline.triage import LABELS, Triage
from tests.name_cases import read_cases

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def triage(patterns_dir: Path) -> Triage:
    return Triage(patterns_dir)


@pytest.fixture(scope="module")
def alone(patterns_dir: Path) -> dict[str, Triage]:
    """That of each label by itself."""
    return {label: Triage(patterns_dir, frozenset({label})) for label in LABELS}


@pytest.fixture
def folder(tmp_path: Path, patterns_dir: Path) -> Path:
    """Patterns with names of their own."""
    for name in ("cues", "terms", "mentions"):
        (tmp_path / name).mkdir()
    for path in (patterns_dir / "cues").glob("*.yaml"):
        (tmp_path / "cues" / path.name).write_bytes(path.read_bytes())
    (tmp_path / "terms" / "own.csv").write_text(
        "concept_id,name,text,label,status,match\n"
        ",ZORBIN,zorbin-3,CYTOKINE,name,\n"
        ",ZRB,ZRB,RECEPTOR,abbreviation,case\n"
        ",PAP,zorbin-4,DRUG,name,\n",
        encoding="utf-8",
    )
    return tmp_path


def lost_alone(alone: dict[str, Triage], text: str, labels: Iterable[str]) -> list[str]:
    """The labels, of those that mentions of the text have, whose own triage passes over it."""
    return [label for label in LABELS.intersection(labels) if not alone[label].keeps(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Serum ferritin was measured twice a week.",
        "Growth of the colony was slow, and necrosis of the tumour was seen.",
        "Limits of detection were 3 ng/ml; in the light of this, all were ranked by weight.",
        "Receptors of the skin respond to type 1 stimuli, and so in Chicago, IL, do others.",
        "KC was grown in broth.",
        "The trail of dust went on: the rank and file, and the light of day.",
        "",
    ],
)
def test_passes_over_other_texts(triage: Triage, text: str) -> None:
    assert not triage.keeps(text)


@pytest.mark.parametrize(
    "text",
    [
        "More IL-6 was found.",
        "Serum inter-\nleukin 6 was low.",
        "Levels of t\u200bnf rose.",
        "A paragraph with inter**leuk**in inside.",
        "We added rhIL-2 and went on.",
        "It fell with IL6mg of dust.",  # a tokenizer cuts the unit off
        "TNF.4 Then it fell.",
        "tumour necrosis.12 factor",
        "Factors: tumour necrosis\n- factor",
        "interleukin (the short form) 6",
        "types I and II interferons",
        "The trail (TL) was long.",
        "Abbreviations: TN, trance; RA, retinoic acid.",
        "KC drew neutrophils into the lung.",
        "N" * 25_000,  # is cut anywhere
    ],
)
def test_keeps_what_may_be_one(triage: Triage, text: str) -> None:
    assert triage.keeps(text)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("More IL-6 was found in the sera of smokers.", {"CYTOKINE"}),
        ("Eosinophils lost CD25 within an hour.", {"RECEPTOR"}),
        ("Serum ferritin and its receptor fell.", set()),
        ("IL-6 was bound by its receptor.", LABELS),
        ("It binds the interleukin-6 (IL-6) recep-\ntor.", LABELS),
        ("Two chains make interleukin-6 (IL-6) R.", LABELS),
        ("Mice without TGF-β/BMP type I receptors died.", LABELS),
        ("IL-12 and -23 receptors are alike.", LABELS),
        ("KC drew neutrophils into the lung.", {"CYTOKINE"}),
    ],
)
def test_of_one_label_alone(alone: dict[str, Triage], text: str, kept: set[str]) -> None:
    assert {label for label in LABELS if alone[label].keeps(text)} == kept


def test_a_form_is_believed_beside_a_sure_name_of_the_other_label(folder: Path) -> None:
    """So that alone, too, a form that must be defined is kept."""
    with (folder / "terms" / "own.csv").open("a", encoding="utf-8") as file:
        file.write(",ORB,OB,RECEPTOR,abbreviation,defined\n")
    receptors = Triage(folder, frozenset({"RECEPTOR"}))
    assert receptors.keeps("zorbin-3 binds OB on them")
    assert not receptors.keeps("zorbin-3 fell")


def test_rows_of_numbers_take_no_longer_than_their_length(triage: Triage) -> None:
    text = " 4 1 9 (36) \n" * 5_000
    started = time.process_time()
    assert not triage.keeps(text)
    assert time.process_time() - started < 10


def test_only_a_word_of_its_sense_holds_a_doubtful_form_alone() -> None:
    """What triage rests on when it passes over a form that must be defined: the other points
    come from sure names in the document."""
    assert ENOUGH["defined"] > CUE


def written(spelling: Spelling, rng: random.Random, *, exact: bool) -> str:
    """The spelling in a random case, with random Greek letters, hyphens and blanks, and now
    and then an invisible character or a mark of emphasis."""
    gaps = {JOINED: [""], GAP: [" ", "\u00a0", "\n", "\r\n", "\u2009"], HYPHEN: list(DASHES)}
    cut = exact_pieces if exact else folded_pieces
    text = ""
    for piece, gap in zip(spelling.pieces, (0, *spelling.gaps), strict=True):
        forms = [piece, *(letter for letter, name in GREEK.items() if name == piece)]
        if not exact:
            forms += [piece.upper(), piece.capitalize()]
        # what is no word by itself stands in the middle of one
        same = [form for form in forms if cut(form) == (piece,)] or [forms[0 if exact else -2]]
        kinds = [kind for kind in gaps if gap & kind]
        text += (rng.choice(gaps[rng.choice(kinds)]) if kinds else "") + rng.choice(same)
    at = rng.randrange(len(text))
    kind = rng.random()
    if kind < 0.2:
        return f"{text[:at]}\u200b{text[at:]}"
    return f"{text[:at]}**{text[at:]}**" if kind < 0.3 else text


def test_every_term_is_kept_in_every_spelling(triage: Triage, terms: list[Term]) -> None:
    rng = random.Random(8)
    lost = []
    for term in terms:
        if term.label not in LABELS or term.match == "defined":
            continue
        for spelling in spellings(term.text, exact=bool(term.match)):
            text = written(spelling, rng, exact=bool(term.match))
            if not triage.keeps(f"We measured {text} twice."):
                lost.append((term.text, text))
    assert lost == []


def example_texts(folder: Path) -> Iterator[tuple[str, set[str]]]:
    """Examples of mention patterns and of relation rules that mark a mention of ours, and the
    labels that they mark."""
    marked = [
        text
        for one in read_mention_patterns(folder)
        for text in (*one.pattern.matches, *one.pattern.rejects)
    ]
    for rule in read_rules(folder).rules:
        marked += [*rule.matches, *rule.rejects]
    for one in marked:
        text, marks = read_marked(one)
        labels = {mark.label for mark in marks}
        if labels & LABELS:
            yield text, labels


def test_every_example_is_kept(
    triage: Triage, alone: dict[str, Triage], patterns_dir: Path
) -> None:
    texts = list(example_texts(patterns_dir))
    assert len(texts) > 1000
    assert [text for text, _ in texts if not triage.keeps(text)] == []
    assert [text for text, labels in texts if lost_alone(alone, text, labels)] == []


def test_every_document_of_the_reference_run_is_kept(
    triage: Triage, alone: dict[str, Triage]
) -> None:
    holding: dict[str, set[str]] = defaultdict(set)
    with (ROOT / "outputs" / "mentions.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["label"] in LABELS:
                holding[row["doc_id"]].add(row["label"])
    texts = {
        one.doc_id: one.text
        for one in read_inputs([ROOT / "corpus" / "documents"])
        if isinstance(one, Document)
    }
    assert len(holding) > 100
    assert [doc_id for doc_id in sorted(holding) if not triage.keeps(texts[doc_id])] == []
    lost = [doc_id for doc_id, found in holding.items() if lost_alone(alone, texts[doc_id], found)]
    assert lost == []


@pytest.mark.model
def test_what_the_route_finds_in_a_sentence_is_kept(alone: dict[str, Triage]) -> None:
    """Each text of ``tests/names``, and each sentence of the corpus by itself."""
    documents = [Document(case.id, case.text) for case in read_cases()]
    for one in read_inputs([ROOT / "corpus" / "documents"]):
        assert isinstance(one, Document)
        documents += [
            Document(f"{one.doc_id}:{number}", sentence)
            for number, sentence in enumerate(re.split(r"(?<=[.!?:])\s+", one.text))
        ]
    kept_by = {
        one.doc_id: [label for label in LABELS if alone[label].keeps(one.text)] for one in documents
    }
    passed_over = [one for one in documents if len(kept_by[one.doc_id]) < len(LABELS)]
    assert len(passed_over) > 500
    lost = [
        (annotation.document.doc_id, mention.start, mention.label)
        for annotation in annotate(passed_over, Settings())
        for mention in annotation.mentions
        if mention.label in LABELS - set(kept_by[annotation.document.doc_id])
    ]
    assert lost == []


SIGNS = ["\n", "\n\n", "\n- ", "\n1. ", "\u200b", "\u00a0", "-\n", "**", "*", "_", *"-,/()[]>:¹"]
PARTS = """
    IL interleukin 6 1 2 β γ receptors receptor types type I II and or .2 cytokine interferons light
    LT rank chemokine C-X-C motif ligand CSF colony factor stimulating granulocyte growth tumor
    necrosis tnf rh s pro p40 subunit of the in was cells Th1 for family abbreviations: kit TGF
    transforming inducible protein 10 anti R RI a g GM
"""


def random_text(rng: random.Random, terms: list[Term]) -> str:
    """A short row of words and signs that names are made of, a part of a term here and there."""
    text = ""
    for _ in range(rng.randrange(2, 8)):
        part = rng.choice(SIGNS if rng.random() < 0.25 else PARTS.split())
        if rng.random() < 0.15:
            name = rng.choice(terms).text
            first = rng.randrange(len(name))
            part = name[first : rng.randrange(first, len(name)) + 1]
        text += part + rng.choice(["", " ", " ", " ", "-"])
    return text


def with_genes(doc: Doc, rng: random.Random) -> Doc:
    """The Doc with random words marked as genes, as a model may mark them."""
    genes = []
    for _ in range(3):
        first = rng.randrange(len(doc))
        span = doc[first : first + rng.randrange(1, 6)]
        gene = doc.char_span(span.start_char, span.end_char, "GENE")
        assert gene is not None
        genes.append(gene)
    genes.sort(key=lambda gene: gene.start_char)
    offsets = [(gene.start_char, gene.end_char) for gene in genes]
    doc.spans[SPANS] = SpanGroup(doc, name=SPANS, attrs={OFFSETS: offsets}, spans=genes)
    return doc


def test_whatever_the_recogniser_finds_in_a_random_text_is_kept(
    triage: Triage,
    alone: dict[str, Triage],
    recogniser: Recogniser,
    plain: Language,
    terms: list[Term],
) -> None:
    rng = random.Random(5)
    own = [term for term in terms if term.label in LABELS]
    holding, lost = 0, []
    for number in range(1500):
        document = Document(
            str(number), random_text(rng, own), source=rng.choice(["a.txt", "a.md"])
        )
        blocks = cut(document)
        docs = [with_genes(plain(block.text), rng) for block in blocks]
        mentions: dict[tuple[int, int, str], Mention] = {}
        for block, found in zip(blocks, recogniser(docs), strict=True):
            place(document, block, found, mentions)
        labels = {mention.label for mention in mentions.values()} & LABELS
        if labels:
            holding += 1
            if not triage.keeps(document.text) or lost_alone(alone, document.text, labels):
                lost.append(document.text)
    assert holding > 200
    assert lost == []


class TestOwnFolder:
    """Another folder of patterns brings its own names."""

    def test_names_are_those_of_the_folder(self, folder: Path) -> None:
        triage = Triage(folder)
        kept = ["Zorbin 3 fell", "a ZRB", "some ZRBs", "lots of zor-\nbin-3"]
        other = ["IL-6 fell", "a zrb", "zorbin-4 and zorbin", "zorbin-34"]
        assert [text for text in kept if not triage.keeps(text)] == []
        assert [text for text in other if triage.keeps(text)] == []

    def test_a_pattern_needs_its_words_in_their_order(self, folder: Path) -> None:
        (folder / "mentions" / "own.yaml").write_text(
            "patterns:\n"
            "  - id: marked-zorb\n"
            "    label: CYTOKINE\n"
            "    why: for tests\n"
            "    pattern: [{LOWER: marked}, {ORTH: '('}, {OP: '?'}, {ORTH: {REGEX: '^Z[0-9]$'}}]\n"
            "    matches: ['[marked (Z1](CYTOKINE)']\n",
            encoding="utf-8",
        )
        triage = Triage(folder)
        assert triage.keeps("a Marked (big Z1)")
        assert not triage.keeps("Z1 was marked")
        assert not triage.keeps("marked Z22")

    @pytest.mark.parametrize("pattern", ["{IS_DIGIT: true}", "{ORTH: {REGEX: '^[^a-z]$'}}"])
    def test_keeps_everything_where_a_pattern_may_match_anything(
        self, folder: Path, pattern: str
    ) -> None:
        (folder / "mentions" / "own.yaml").write_text(
            "patterns:\n"
            "  - id: anything\n"
            "    label: RECEPTOR\n"
            "    why: for tests\n"
            f"    pattern: [{pattern}]\n"
            "    matches: ['[1](RECEPTOR)']\n",
            encoding="utf-8",
        )
        assert Triage(folder).keeps("nothing at all")

    def test_keeps_everything_where_the_model_alone_makes_receptors(self, folder: Path) -> None:
        path = folder / "cues" / "recognition.yaml"
        content = path.read_text(encoding="utf-8")
        assert "CELL: CELL" in content
        path.write_text(content.replace("CELL: CELL", "CELL: RECEPTOR"), encoding="utf-8")
        assert Triage(folder).keeps("nothing at all")

    def test_looks_for_first_names_before_receptors_where_another_label_has_them(
        self, folder: Path
    ) -> None:
        with (folder / "terms" / "own.csv").open("a", encoding="utf-8") as file:
            file.write(",ORB4R,orb-4 receptor,RECEPTOR,name,\n,ORB4,orb-4,DRUG,name,\n")
            file.write(",ORB5R,orb-5 receptor,RECEPTOR,name,\n,ORB5,orb-5,DRUG,name,\n")
        triage = Triage(folder)
        assert triage.keeps("orb-4 and -5 receptors")
        assert not triage.keeps("orb-4 and -5 levels")


def test_goes_to_another_process(triage: Triage) -> None:
    again = pickle.loads(pickle.dumps(triage))
    assert again.keeps("IL-6 rose")
    assert not again.keeps("nothing rose")


@pytest.mark.parametrize("labels", [frozenset(), frozenset({"CYTOKINE", "CELL"})])
def test_refuses_labels_that_a_text_does_not_tell(
    patterns_dir: Path, labels: frozenset[str]
) -> None:
    with pytest.raises(ValueError, match="CYTOKINE or RECEPTOR"):
        Triage(patterns_dir, labels)
