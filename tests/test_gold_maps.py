"""Types of others made ours: maps as data, the maps that are shipped, and what they make."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest

from pipeline.gold.maps import map_names, read_map, to_gold
from pipeline.gold.raw import RawDocument, RawMention, RawRelation
from pipeline.gold.records import GoldDocument, problems
from pipeline.patterns_data import PatternError

HEAD = "why: a test\nsource: nowhere\nlicence: none\n"
MAP = (
    HEAD
    + """\
labels:
  Gene:
    - {words: $receptor, label: RECEPTOR}
    - {words: $cytokine, label: CYTOKINE}
    - {else: optional, as: CYTOKINE}
  Chemical: DRUG
  Disease: DISEASE
  Cell: [{words: 'cells?', label: CELL, optional: true}, {else: label, as: CELL}]
ignore: [Species]
scored_labels: [CYTOKINE, RECEPTOR, CELL]
relations:
  Lowers:
    - {predicate: REGULATES, subject: [CYTOKINE], object: [CYTOKINE], effect: negative}
    - {predicate: MODULATES, subject: [DRUG], object: [CYTOKINE, RECEPTOR], effect: negative}
  MadeIn: [{predicate: SECRETES, subject: CELL, object: CYTOKINE, swap: true}]
  Linked:
    - {predicate: REGULATES, subject: [CYTOKINE], object: [CYTOKINE], undirected: true}
    - {predicate: CAUSES, subject: [DRUG], object: [DISEASE], undirected: true}
  NoEffect: [{predicate: MODULATES, subject: [DRUG], object: [CYTOKINE], negated: true}]
ignore_relations: [Same]
scored_predicates: [REGULATES, MODULATES, SECRETES, CAUSES]
"""
)
TEXT = "IL-2 and IL-6 in T cells and cells of mice; p53, IL-2R; aspirin and fever."


def own_map(folder: Path, content: str = MAP) -> Path:
    path = folder / "own.yaml"
    path.write_text(content, encoding="utf-8")
    return path


def raw(
    mentions: list[tuple[str, str, str]],
    relations: list[tuple[str, str, str]] | None = None,
    *,
    text: str = TEXT,
    level: str = "mention",
) -> RawDocument:
    """Mentions as (id, words, type), the words of the first place; relations as (type, a, b)."""
    made = []
    for number, (mention_id, words, type_) in enumerate(mentions, 1):
        start = text.index(words)
        spans = ((start, start + len(words)),)
        made.append(RawMention(mention_id, spans, type_, words, place=f"x:{number}"))
    pairs = [
        RawRelation(type_, first, second, level, place=f"x:{number}")
        for number, (type_, first, second) in enumerate(relations or [], len(made) + 1)
    ]
    return RawDocument("d", text, tuple(made), tuple(pairs), place="x:0")


def with_ids(document: RawDocument, ids: dict[str, tuple[str, ...]]) -> RawDocument:
    mentions = tuple(replace(m, ids=ids.get(m.id, ())) for m in document.mentions)
    return replace(document, mentions=mentions)


def mapped(document: RawDocument, folder: Path, content: str = MAP) -> GoldDocument:
    gold, found = to_gold(document, read_map(own_map(folder, content)))
    assert found == []
    assert gold is not None
    assert problems(gold) == []
    return gold


def said(gold: GoldDocument) -> list[tuple[str, str, str]]:
    return [(r.predicate, r.subject, r.object) for r in gold.relations]


def labels(gold: GoldDocument) -> list[tuple[str, str, bool]]:
    return [(m.id, m.label, m.optional) for m in gold.mentions]


class TestWithoutMap:
    def test_our_types(self) -> None:
        document = raw(
            [("a", "IL-2", "CYTOKINE"), ("b", "T cells", "CELL")], [("ACTS_ON", "a", "b")]
        )
        gold, found = to_gold(document)
        assert found == []
        assert gold is not None
        assert labels(gold) == [("a", "CYTOKINE", False), ("b", "CELL", False)]
        assert said(gold) == [("ACTS_ON", "a", "b")]

    def test_other_types(self) -> None:
        document = raw([("a", "IL-2", "Gene"), ("b", "IL-6", "Gene")], [("Lowers", "a", "b")])
        gold, found = to_gold(document)
        assert gold is None
        assert found == [
            "x:1: mention a: unknown label 'Gene'; give a map with --map",
            "x:3: unknown predicate 'Lowers'; give a map with --map",
        ]

    @pytest.mark.parametrize(
        ("change", "problem"),
        [
            ({"words": "IL-6"}, "mention a says 'IL-6' but the text at 0-4 reads 'IL-2'; correct"),
            ({"spans": ((0, 999),)}, "mention a lies at 0-999, outside of a text of 74 characters"),
            ({"spans": ((4, 4),)}, "mention a lies at 4-4"),
            ({"spans": ((0, 5),), "words": None}, "mention a: 'IL-2 ' has blanks at its edge"),
            ({"attributes": {"specificity": "high"}}, "mention a: specificity: 'high' is unknown"),
            ({"attributes": {"alias_of": "z"}}, "mention a: alias_of 'z' is no mention"),
            (
                {"attributes": {"Optinal": "true"}},
                "mention a: unknown attribute 'Optinal'; known are specificity, norm, ",
            ),
            ({"attributes": {"optional": "yes"}}, "mention a: optional is 'yes'; write true"),
        ],
    )
    def test_wrong_mentions(self, change: dict[str, object], problem: str) -> None:
        document = raw([("a", "IL-2", "CYTOKINE")])
        wrong = replace(document.mentions[0], **change)  # type: ignore[arg-type]
        gold, found = to_gold(replace(document, mentions=(wrong,)))
        assert gold is None
        assert [line for line in found if line.startswith(f"x:1: {problem}")]

    def test_words_of_parts_and_over_a_line_break(self) -> None:
        text = "tumour\nnecrosis factor α and β"
        mentions = (
            RawMention("a", ((0, 24),), "CYTOKINE", "tumour necrosis factor α"),
            RawMention("b", ((0, 22), (29, 30)), "CYTOKINE", "tumour necrosis factor β"),
        )
        gold, found = to_gold(RawDocument("d", text, mentions))
        assert found == []
        assert gold is not None
        assert [m.spans for m in gold.mentions] == [(), ((0, 22), (29, 30))]

    @pytest.mark.parametrize(
        ("pair", "problem"),
        [
            (("ACTS_ON", "a", "z"), "relation ACTS_ON joins mention 'z', which the document does"),
            (("ACTS_ON", "b", "a"), "relation 1 (ACTS_ON): subject b is a CELL"),
        ],
    )
    def test_wrong_relations(self, pair: tuple[str, str, str], problem: str) -> None:
        document = raw([("a", "IL-2", "CYTOKINE"), ("b", "T cells", "CELL")], [pair])
        gold, found = to_gold(document)
        assert gold is None
        assert found[0].startswith(f"x:3: {problem}")

    def test_wrong_attributes(self) -> None:
        document = raw(
            [("a", "IL-2", "CYTOKINE"), ("b", "T cells", "CELL")], [("ACTS_ON", "a", "b")]
        )
        pair = replace(document.relations[0], attributes={"effect": "up"})
        gold, found = to_gold(replace(document, relations=(pair,), attributes={"split": "train"}))
        assert gold is None
        assert any(
            line.startswith("x:3: relation ACTS_ON: effect: 'up' is unknown") for line in found
        )
        gold, found = to_gold(replace(document, attributes={"split": "train"}))
        assert gold is None
        assert found == ["x:0: split: 'train' is unknown; known are dev, test"]

    def test_unknown_attributes(self, tmp_path: Path) -> None:
        document = raw(
            [("a", "IL-2", "CYTOKINE"), ("b", "T cells", "CELL")], [("ACTS_ON", "a", "b")]
        )
        given = {"efect": "positive", "negated": "no"}
        pair = replace(document.relations[0], attributes=given, places={"negated": "x:9"})
        document = replace(
            document, relations=(pair,), attributes={"year": "1999"}, doubts=("x:8: odd",)
        )
        known = "known are effect, function, negated, hedged, optional, rejected"
        assert to_gold(document)[1] == [
            "x:8: odd",
            "x:0: unknown attribute 'year'; known are title, register, split, labels, predicates, "
            "partial, recall_only",
            f"x:3: relation ACTS_ON: unknown attribute 'efect'; {known}",
            "x:9: relation ACTS_ON: negated is 'no'; write true, or leave it out",
        ]
        # The files of others may say what they like.
        of_others = raw([("a", "IL-2", "Gene"), ("b", "IL-6", "Gene")], [("Lowers", "a", "b")])
        pair = replace(of_others.relations[0], attributes=given)
        mapped(replace(of_others, relations=(pair,), doubts=("x:8: odd",)), tmp_path)

    @pytest.mark.parametrize("said", ["true", "True", "TRUE", "false", "False"])
    def test_flags_in_any_case(self, said: str) -> None:
        document = raw([("a", "IL-2", "CYTOKINE")])
        mention = replace(document.mentions[0], attributes={"optional": said})
        gold, found = to_gold(replace(document, mentions=(mention,)))
        assert found == []
        assert gold is not None
        assert gold.mentions[0].optional == (said.lower() == "true")

    def test_one_wrong_mention_is_one_problem(self) -> None:
        document = raw(
            [("a", "IL-2", "CYTOKINE"), ("b", "T cells", "CELL")], [("ACTS_ON", "a", "b")]
        )
        for change in ({"words": "IL-6"}, {"attributes": {"specificity": "high"}}):
            wrong = replace(document.mentions[0], **change)  # type: ignore[arg-type]
            found = to_gold(replace(document, mentions=(wrong, document.mentions[1])))[1]
            assert len(found) == 1
        lacking = replace(
            document, mentions=document.mentions[1:], problems=("x:1: odd",), unread=("a",)
        )
        assert to_gold(lacking)[1] == ["x:1: odd"]

    def test_the_same_id_twice(self) -> None:
        document = raw([("a", "IL-2", "CYTOKINE"), ("a", "IL-6", "CYTOKINE")])
        assert to_gold(document)[1] == ["x:2: mention a: this id stands twice; change one"]

    def test_problems_of_the_file_go_on(self) -> None:
        document = replace(raw([]), problems=("x:9: rubbish",))
        assert to_gold(document) == (None, ["x:9: rubbish"])


class TestLabels:
    def test_by_words(self, tmp_path: Path) -> None:
        document = raw(
            [
                ("a", "IL-2", "Gene"),
                ("b", "IL-2R", "Gene"),
                ("c", "p53", "Gene"),
                ("d", "T cells", "Cell"),
                ("e", "mice", "Species"),
            ]
        )
        assert labels(mapped(document, tmp_path)) == [
            ("a", "CYTOKINE", False),
            ("b", "RECEPTOR", False),
            ("c", "CYTOKINE", True),
            ("d", "CELL", False),
        ]

    def test_optional_by_words(self, tmp_path: Path) -> None:
        start = TEXT.index("cells of")
        mention = RawMention("a", ((start, start + 5),), "Cell")
        gold = mapped(RawDocument("d", TEXT, (mention,)), tmp_path)
        assert labels(gold) == [("a", "CELL", True)]

    def test_unscored_labels_stay_as_arguments(self, tmp_path: Path) -> None:
        mentions = [("a", "aspirin", "Chemical"), ("b", "fever", "Disease"), ("c", "IL-2", "Gene")]
        assert labels(mapped(raw(mentions), tmp_path)) == [("c", "CYTOKINE", False)]
        gold = mapped(raw(mentions, [("Linked", "b", "a")]), tmp_path)
        assert labels(gold) == [
            ("a", "DRUG", False),
            ("b", "DISEASE", False),
            ("c", "CYTOKINE", False),
        ]
        assert said(gold) == [("CAUSES", "a", "b")]
        assert gold.labels == ("CYTOKINE", "RECEPTOR", "CELL")

    def test_parts_and_coordinations_are_optional(self, tmp_path: Path) -> None:
        mentions = (
            RawMention("a", ((0, 4), (9, 13)), "Gene"),
            RawMention("b", ((17, 24),), "Cell", attributes={"coordination": "true"}),
        )
        gold = mapped(RawDocument("d", TEXT, mentions), tmp_path)
        assert all(m.optional for m in gold.mentions)
        assert gold.mentions[0].spans == ((0, 4), (9, 13))

    def test_what_becomes_the_same_is_joined(self, tmp_path: Path) -> None:
        document = raw(
            [
                ("a", "p53", "Gene"),
                ("b", "IL-2", "Gene"),
                ("c", "IL-2", "Gene"),
                ("d", "IL-6", "Gene"),
            ],
            [("Lowers", "c", "d"), ("Lowers", "b", "d")],
        )
        gold = mapped(document, tmp_path)
        assert [m.id for m in gold.mentions] == ["a", "b", "d"]
        assert said(gold) == [("REGULATES", "b", "d")]

    def test_unknown_types(self, tmp_path: Path) -> None:
        document = raw(
            [("a", "IL-2", "Protein"), ("b", "IL-6", "Protein"), ("c", "p53", "Gene")],
            [("Raises", "a", "b")],
        )
        gold, found = to_gold(document, read_map(own_map(tmp_path)))
        assert gold is None
        assert found == [
            "x:1: mention a: unknown label 'Protein'; name it in the map own, under ignore if it "
            "has no meaning for us",
            "x:4: unknown predicate 'Raises'; name it in the map own, under ignore if it has no "
            "meaning for us",
        ]


class TestRelations:
    MENTIONS = (
        ("a", "IL-2", "Gene"),
        ("b", "IL-6", "Gene"),
        ("c", "T cells", "Cell"),
        ("d", "aspirin", "Chemical"),
        ("p", "p53", "Gene"),
        ("s", "mice", "Species"),
    )

    def made(self, folder: Path, *pairs: tuple[str, str, str]) -> GoldDocument:
        return mapped(raw(list(self.MENTIONS), list(pairs)), folder)

    def test_first_pairing_that_fits(self, tmp_path: Path) -> None:
        gold = self.made(tmp_path, ("Lowers", "d", "a"), ("Lowers", "a", "b"))
        assert said(gold) == [("MODULATES", "d", "a"), ("REGULATES", "a", "b")]
        assert [r.effect for r in gold.relations] == ["negative", "negative"]

    def test_swapped(self, tmp_path: Path) -> None:
        gold = self.made(tmp_path, ("MadeIn", "a", "c"), ("MadeIn", "c", "b"))
        assert said(gold) == [("SECRETES", "c", "a")]

    def test_without_direction_both_count_neither_way(self, tmp_path: Path) -> None:
        gold = self.made(tmp_path, ("Linked", "a", "b"))
        assert said(gold) == [("REGULATES", "a", "b"), ("REGULATES", "b", "a")]
        assert all(r.optional for r in gold.relations)

    def test_negated(self, tmp_path: Path) -> None:
        gold = self.made(tmp_path, ("NoEffect", "d", "a"))
        assert [(r.predicate, r.negated) for r in gold.relations] == [("MODULATES", True)]

    def test_left_out(self, tmp_path: Path) -> None:
        pairs = [
            ("Lowers", "c", "a"),
            ("Lowers", "d", "s"),
            ("Same", "a", "b"),
            ("Lowers", "a", "a"),
        ]
        assert said(self.made(tmp_path, *pairs)) == []

    def test_optional_argument(self, tmp_path: Path) -> None:
        gold = self.made(tmp_path, ("Lowers", "d", "p"))
        assert said(gold) == [("MODULATES", "d", "p")]
        assert gold.is_optional(gold.relations[0])


class TestConcepts:
    TEXT = "IL-2 (TCGF) and IL-6; interleukin-2 and aspirin."
    MENTIONS = (
        ("a", "IL-2", "Gene"),
        ("b", "TCGF", "Gene"),
        ("c", "IL-6", "Gene"),
        ("d", "interleukin-2", "Gene"),
        ("e", "aspirin", "Chemical"),
    )
    IDS: ClassVar = {
        "a": ("3558",),
        "b": ("3558", "9"),
        "c": ("3569",),
        "d": ("3558",),
        "e": ("D1",),
    }

    def document(self, *pairs: tuple[str, str, str]) -> RawDocument:
        made = raw(list(self.MENTIONS), list(pairs), text=self.TEXT, level="document")
        return with_ids(made, self.IDS)

    def test_first_mentions_are_joined(self, tmp_path: Path) -> None:
        gold = mapped(self.document(("Lowers", "3558", "3569"), ("Lowers", "D1", "3558")), tmp_path)
        assert said(gold) == [("REGULATES", "a", "c"), ("MODULATES", "e", "a")]
        assert [(m.id, m.alias_of) for m in gold.mentions] == [
            ("a", ""),
            ("b", "a"),
            ("c", ""),
            ("d", "a"),
            ("e", ""),
        ]

    def test_further_ids_of_a_composite_mention(self, tmp_path: Path) -> None:
        gold = mapped(self.document(("Lowers", "D1", "9")), tmp_path)
        assert said(gold) == [("MODULATES", "e", "b")]

    def test_no_links_without_such_relations(self, tmp_path: Path) -> None:
        assert not any(m.alias_of for m in mapped(self.document(), tmp_path).mentions)

    def test_unknown_concept(self, tmp_path: Path) -> None:
        document = self.document(("Lowers", "D1", "7"))
        gold, found = to_gold(document, read_map(own_map(tmp_path)))
        assert gold is None
        assert found == [
            "x:6: relation Lowers joins concept '7', which the document does not have; correct it "
            "or take it out"
        ]

    def test_pairs_that_were_judged(self, tmp_path: Path) -> None:
        more = (
            "partial: true\nexhaustive: "
            "[{predicate: MODULATES, subject: [DRUG], object: [CYTOKINE]}]\n"
        )
        gold = mapped(self.document(("Same", "D1", "3558")), tmp_path, MAP + more)
        assert gold.partial
        assert said(gold) == []
        assert [(r.predicate, r.subject, r.object) for r in gold.rejected] == [
            ("MODULATES", "e", "c")
        ]

    def test_judged_pairs_far_apart_are_not_listed(self, tmp_path: Path) -> None:
        more = (
            "partial: true\nexhaustive: "
            "[{predicate: MODULATES, subject: [DRUG], object: [CYTOKINE]}]\n"
        )
        text = "aspirin. IL-2." + " " * 2000 + "IL-6."
        document = raw(
            [("a", "aspirin", "Chemical"), ("b", "IL-2", "Gene"), ("c", "IL-6", "Gene")], text=text
        )
        gold = mapped(document, tmp_path, MAP + more)
        assert [(r.subject, r.object) for r in gold.rejected] == [("a", "b")]


@pytest.mark.parametrize(
    ("change", "line", "problem"),
    [
        (
            ("Chemical: DRUG", "Chemical: DRUGS"),
            9,
            "labels.Chemical: 'DRUGS' is no label of ours; known are CYTOKINE",
        ),
        (
            ("  Gene:\n", "  Other: 5\n  Gene:\n"),
            5,
            "labels.Other: not a string",
        ),
        (
            ("$receptor, label: RECEPTOR", "$receptor, label: R"),
            6,
            "labels.Gene.0.label: 'R' is no",
        ),
        (("$receptor, label:", "$receptor, lable:"), 6, "unknown key labels.Gene.0.lable"),
        (("ignore: [Species]", "ignore: 7"), 12, "ignore: not a list"),
        (("ignore: [Species]", "ignored: [Species]"), 12, "unknown key ignored"),
        (("licence: none\n", ""), 1, "licence is missing"),
        (
            ("{else: optional, as: CYTOKINE}", "{else: optional}"),
            5,
            "'else' needs 'as'",
        ),
        (("$receptor", "$nothing"), 5, "no list of words is named 'nothing'"),
        (("'cells?'", "'(cells'"), 5 + 6, "no regular expression"),
        (("words: $receptor, label", "words: $receptor, else: label, label"), 5, "rule 1 needs"),
        (("words: $receptor, label: RECEPTOR", "else: ignore"), 5, "must come last"),
        (
            ("label: CELL, optional: true", "optional: true"),
            11,
            "rule 1 with 'words' needs 'label'",
        ),
        (("ignore_relations: [Same]", "ignore_relations: [Lowers]"), 15, "is mapped and ignored"),
        (("ignore: [Species]", "ignore: [Chemical]"), 9, "Chemical is mapped and ignored"),
        (("subject: CELL, object: CYTOKINE", "subject: CYTOKINE, object: CELL"), 18, "goes from"),
        (("effect: negative}", "effect: low}"), 16, "'low' is no effect"),
        (("scored_predicates: [", "scored_predicates: [KILLS, "), 24, "'KILLS' is no predicate"),
        (("ignore: [Species]", "exhaustive: []\nignore: Species"), 13, "ignore"),
        (
            (
                "ignore: [Species]",
                "exhaustive: [{predicate: TREATS, subject: DRUG, object: DISEASE}]",
            ),
            12,
            "only with partial: true",
        ),
        (("ignore: [Species]", "words: {own: ['{none}']}"), 12, "no earlier list is named 'none'"),
        (("ignore: [Species]", "words: {own: word}"), 12, "words.own"),
        (("labels:", "labels: ["), 6, "not valid YAML"),
    ],
)
def test_wrong_maps(change: tuple[str, str], line: int, problem: str, tmp_path: Path) -> None:
    assert change[0] in MAP
    path = own_map(tmp_path, MAP.replace(change[0], change[1], 1))
    with pytest.raises(PatternError) as caught:
        read_map(path)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert problem in str(caught.value)


def test_own_words(tmp_path: Path) -> None:
    more = "words: {named: ['p\\d+'], mine: ['{named}|{cytokine} gene']}\n"
    content = more + MAP.replace("$receptor", "$mine")
    made = read_map(own_map(tmp_path, content))
    for words, label in (("P53", "RECEPTOR"), ("IL-6 gene", "RECEPTOR"), ("IL-6", "CYTOKINE")):
        choice = made.choose("Gene", words)
        assert choice is not None
        assert choice.label == label


def test_no_such_map(tmp_path: Path) -> None:
    for name in ("nothing", "words", str(tmp_path / "no.yaml")):
        with pytest.raises(PatternError, match=r"no such map; give a \.yaml file or one of ade, "):
            read_map(name)


CYTOKINES = """\
IL-2; interleukin 2; Interleukin-1 beta; IL-1β; IL1B; IL-1α; IL-12p70; IL-17A; IL-17AF
interleukin (IL)-10; IL-1ra; IL-1 receptor antagonist; IL-36Ra; human IL-4; rhIL-2
recombinant human IL-2; IL-6 mRNA; IL-2 gene; IL-1 family; IFN-γ; interferon gamma
gamma-interferon; IFNs; type I interferons; IFN-alpha/beta; IFNA; TNF; TNF-α; TNFalpha
tumor necrosis factor alpha; tumour necrosis factor-α; lymphotoxin alpha; LTA; TRAIL
RANKL; CD40L; CD40 ligand; Fas ligand; BAFF; sCD40L; TGF-β1; TGF-beta
transforming growth factor beta; TGFB1; activin A; G-CSF; GM-CSF; hGM-CSF; CSF-1; EPO
erythropoietin; granulocyte-macrophage colony-stimulating factor; thrombopoietin
stem cell factor; LIF; oncostatin M; MIF; TSLP; CCL2; CXCL8; CX3CL1; MCP-1
monocyte chemoattractant protein-1; MIP-1alpha; RANTES; eotaxin; IP-10; SDF-1α
stromal cell-derived factor-1; fractalkine; GRO-alpha; cytokines; chemokine; lymphokines
pro-inflammatory cytokines; Th2 cytokines; CXC chemokine"""
RECEPTORS = """\
IL-2R; IL-2 receptor; IL-2R alpha; IL-2Ralpha; interleukin-2 receptor alpha chain; IL2RA
IL-1RI; type II IL-1R; sIL-6R; soluble IL-6 receptor; IL-18BP; gp130; CD25; TNFR1
TNF receptor 1; p75 TNF receptor; TNFRSF1A; IFN-gamma receptor; IFNAR1; TGF-beta RII
TGFBR2; CCR5; CXCR4; CX3CR1; G-CSF receptor; EpoR; c-kit; Fas; CD40; CD95; OPG
osteoprotegerin; RANK; DR5; ST2; cytokine receptors; chemokine receptor
common gamma chain"""
NEITHER = """\
p53; VEGF; TGF-alpha; EGF receptor; insulin receptor; T cell receptor; NF-IL6; SPARC
MCT1; TACC3; TACE; LTK; FASN; CD4; CD28; anti-CD40; IRF3; interferon regulatory factor 1
TGFBI; glucocorticoid receptor; TNF receptor-associated factor 2
IL-1 receptor-associated kinase; cytokeratin; IL-4 Stat; receptor"""


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (CYTOKINES, ("CYTOKINE", False)),
        (RECEPTORS, ("RECEPTOR", False)),
        (NEITHER, ("CYTOKINE", True)),
    ],
)
def test_names_of_cytokines_and_receptors(names: str, expected: tuple[str, bool]) -> None:
    genes = read_map("biored")
    wrong = []
    for name in re.split("[;\n] ?", names):
        choice = genes.choose("GeneOrGeneProduct", name)
        if choice is None or (choice.label, choice.optional) != expected:
            wrong.append(name)
    assert wrong == []


# For each shipped map: mentions, relations, and what they become.
SAMPLES = {
    "ade": ("Drug", "aspirin", "Adverse-Effect", "fever", "Drug-AE", "CAUSES"),
    "bc5cdr": ("Chemical", "aspirin", "Disease", "fever", "CID", "CAUSES"),
    "biored": ("DiseaseOrPhenotypicFeature", "fever", "GeneOrGeneProduct", "IL-6", "Association",
               "ASSOCIATED_WITH"),
    "bionlp13cg": ("Gene_or_gene_product", "IL-6", "Cell", "T cells", "Positive_regulation",
                   "ACTS_ON"),
    "chemprot": ("CHEMICAL", "aspirin", "GENE-Y", "IL-6", "CPR:4", "MODULATES"),
    "drugprot": ("CHEMICAL", "aspirin", "GENE", "IL-6", "INHIBITOR", "MODULATES"),
    "genia_event": ("Protein_molecule", "IL-6", "Cell_natural", "T cells", "Gene_expression:Loc",
                    "SECRETES"),
    "anatem": ("Cell", "T cells", "Organ", "mice", "", ""),
    "craft": ("CL", "T cells", "MONDO", "fever", "", ""),
    "ddi": ("DRUG", "aspirin", "GROUP", "IL-6", "EFFECT", ""),
    "jnlpba": ("protein", "IL-6", "cell_type", "T cells", "", ""),
    "ncbi_disease": ("SpecificDisease", "fever", "Modifier", "T cells", "", ""),
}  # fmt: skip


def test_all_shipped_maps_have_a_sample() -> None:
    assert map_names() == sorted(SAMPLES)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_shipped_map(name: str) -> None:
    first, words, second, others, relation, predicate = SAMPLES[name]
    pairs = [(relation, "a", "b")] if relation else []
    document = raw([("a", words, first), ("b", others, second)], pairs)
    made = read_map(name)
    gold, found = to_gold(document, made)
    assert found == []
    assert gold is not None
    assert [r.predicate for r in gold.relations] == ([predicate] if predicate else [])
    assert gold.mentions
    assert gold.labels == made.scored_labels
    assert gold.predicates == made.scored_predicates
