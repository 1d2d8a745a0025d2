"""Agreement, adjudication, findings and reviews, on small gold written by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from pipeline.curate.adjudicate import adjudicated, read_decisions, unknown_keys
from pipeline.curate.agree import agreement
from pipeline.curate.disagreements import COLUMNS, disagreements
from pipeline.curate.findings import gold_findings
from pipeline.curate.pairs import by_id, pair
from pipeline.gold.load import load_gold
from pipeline.gold.records import GoldDocument, GoldError

A = """\
[[IL-6|m1 CYTOKINE specific norm=IL6]] wakes [[T cells|m2 CELL]] in [[gout|m3 DISEASE]].
[[IL-4|m4 CYTOKINE specific norm=IL4]] stops [[resting B cells|m5 CELL]]. \
[[TNF|m6 CYTOKINE specific norm=TNF]] rose.
=== relations
m1 ACTS_ON m2 positive function=activation
m1 ASSOCIATED_WITH m3 positive
m4 ACTS_ON m5 negative function=other
"""
B = """\
[[IL-6|x1 CYTOKINE specific norm=IL6]] wakes [[T cells|x2 CELL]] in [[gout|x3 DISEASE]].
[[IL-4|x4 CYTOKINE specific norm=IL4]] stops resting [[B cells|x5 CELL]]. TNF rose.
=== relations
x1 ACTS_ON x2 positive function=activation hedged
x4 ACTS_ON x5 negative function=other
"""

END = "\n=== relations\n"


def document(tmp_path: Path, body: str, doc_id: str = "d") -> GoldDocument:
    path = tmp_path / "one.marked"
    path.write_text(f"=== document {doc_id}\n=== text\n{body}", encoding="utf-8")
    return load_gold([path])[0]


@pytest.fixture
def a(tmp_path: Path) -> GoldDocument:
    return document(tmp_path, A)


@pytest.fixture
def b(tmp_path: Path) -> GoldDocument:
    return document(tmp_path, B)


def row(rows, part: str, name: str):
    return next(r for r in rows if (r["part"], r["name"]) == (part, name))


# --- agreement ---------------------------------------------------------------------


def test_agreement_counted_by_hand(a: GoldDocument, b: GoldDocument) -> None:
    rows = agreement([(a, b)])
    mentions = row(rows, "mention", "ALL")
    assert (mentions["both"], mentions["only_a"], mentions["only_b"]) == (5, 1, 0)
    assert mentions["f1"] == pytest.approx(10 / 11)
    assert mentions["strict_f1"] == pytest.approx(8 / 11)  # the B cells have other bounds
    cytokines = row(rows, "mention", "CYTOKINE")
    assert (cytokines["both"], cytokines["only_a"]) == (2, 1)
    relations = row(rows, "relation", "ALL")
    assert (relations["both"], relations["only_a"], relations["only_b"]) == (2, 1, 0)
    assert relations["f1"] == pytest.approx(4 / 5)
    hedged = row(rows, "attribute", "hedged")
    assert (hedged["n"], hedged["agreement"]) == (2, 0.5)
    assert hedged["kappa"] == 0.0  # a says yes never, so no agreement beyond chance
    assert row(rows, "attribute", "norm")["agreement"] == 1.0
    assert row(rows, "relation", "BINDS")["f1"] is None


def test_kappa_of_relations_is_taken_over_the_pairs_of_a_sentence(
    a: GoldDocument, b: GoldDocument
) -> None:
    rows = agreement([(a, b)])
    # IL-6 -> gout and T cells -> gout; a says yes and no, b no and no
    associated = row(rows, "relation", "ASSOCIATED_WITH")
    assert (associated["n"], associated["agreement"], associated["kappa"]) == (2, 0.5, 0.0)
    acts = row(rows, "relation", "ACTS_ON")  # each sentence has one pair, stated by both
    assert (acts["n"], acts["agreement"], acts["kappa"]) == (2, 1.0, None)


def test_one_annotation_with_itself(a: GoldDocument) -> None:
    for one in agreement([(a, a)]):
        assert one["f1"] in (1.0, None)
        assert one["agreement"] in (1.0, None)
        assert one["kappa"] in (1.0, None)


def test_optional_ones_count_neither_way(a: GoldDocument, tmp_path: Path) -> None:
    b = document(tmp_path, B.replace("TNF rose", "[[TNF|x6 CYTOKINE optional]] rose"))
    mentions = row(agreement([(a, b)]), "mention", "ALL")
    assert (mentions["both"], mentions["only_a"], mentions["only_b"]) == (5, 0, 0)


def test_other_texts_and_other_documents(a: GoldDocument, tmp_path: Path) -> None:
    other = document(tmp_path, A.replace("rose", "fell"))
    with pytest.raises(GoldError, match="the texts differ from character "):
        pair(a, other)
    stranger = document(tmp_path, A, "e")
    assert by_id([a], [stranger]) == ([], ["d", "e"])


# --- adjudication ------------------------------------------------------------------


def write(path: Path, rows) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


def decide(a: GoldDocument, b: GoldDocument, tmp_path: Path, **decisions: str):
    rows = [dict(r) for r in disagreements(a, b)]
    for r in rows:
        word, _, r["fixed"] = decisions[f"{r['part']}_{r['name']}"].partition(" ")
        r["decision"] = word
    return read_decisions(write(tmp_path / "table.csv", rows))


def test_the_table_of_disagreements(a: GoldDocument, b: GoldDocument) -> None:
    rows = disagreements(a, b)
    said = [(r["part"], r["name"], r["a"], r["b"]) for r in rows]
    assert said == [
        ("mention", "CELL", "resting B cells | CELL", "B cells | CELL"),
        ("mention", "CYTOKINE", "TNF | CYTOKINE | specific | TNF", ""),
        (
            "relation",
            "ACTS_ON",
            "ACTS_ON positive activation",
            "ACTS_ON positive activation hedged",
        ),
        ("relation", "ASSOCIATED_WITH", "ASSOCIATED_WITH positive", ""),
    ]
    assert "[subject: IL-6] wakes T cells in [object: gout]" in str(rows[3]["context"])
    assert len({r["key"] for r in rows}) == 4
    assert rows == disagreements(a, b)
    assert disagreements(a, a) == []


def test_what_was_decided_becomes_gold(a: GoldDocument, b: GoldDocument, tmp_path: Path) -> None:
    decisions = decide(
        a,
        b,
        tmp_path,
        mention_CELL="b",
        mention_CYTOKINE="optional",
        relation_ACTS_ON="fix negative function=death negated",
        relation_ASSOCIATED_WITH="b",
    )
    gold = adjudicated(a, b, decisions)
    assert [(m.id, gold.span_text(m), m.optional) for m in gold.mentions] == [
        ("T1", "IL-6", False),
        ("T2", "T cells", False),
        ("T3", "gout", False),
        ("T4", "IL-4", False),
        ("T5", "B cells", False),
        ("T6", "TNF", True),
    ]
    said = [(r.subject, r.predicate, r.object, r.effect, r.function) for r in gold.relations]
    assert said == [
        ("T1", "ACTS_ON", "T2", "negative", "death"),
        ("T4", "ACTS_ON", "T5", "negative", "other"),
    ]
    assert [(r.negated, r.hedged) for r in gold.relations] == [(True, False), (False, False)]


def test_a_mention_goes_only_with_its_relations(a: GoldDocument, tmp_path: Path) -> None:
    b = document(
        tmp_path, A.split("\n=== relations")[0].replace("[[T cells|m2 CELL]]", "T cells") + END
    )
    kept = {"relation_ACTS_ON": "a", "relation_ASSOCIATED_WITH": "a"}
    gold_rows = disagreements(a, b)
    assert [r["name"] for r in gold_rows] == ["CELL", "ACTS_ON", "ASSOCIATED_WITH", "ACTS_ON"]
    decisions = decide(a, b, tmp_path, mention_CELL="b", **kept)
    with pytest.raises(GoldError, match=r"table\.csv:3: ACTS_ON is kept, but its object is not"):
        adjudicated(a, b, decisions)
    dropped = [dict(r) | {"decision": "a"} for r in gold_rows]
    for r in dropped[:2]:
        r["decision"] = "b"
    gold = adjudicated(a, b, read_decisions(write(tmp_path / "table.csv", dropped)))
    assert "T cells" not in [gold.span_text(m) for m in gold.mentions]
    assert [r.predicate for r in gold.relations] == ["ASSOCIATED_WITH", "ACTS_ON"]


def test_what_is_not_decided_is_named(a: GoldDocument, b: GoldDocument, tmp_path: Path) -> None:
    with pytest.raises(GoldError) as caught:
        adjudicated(a, b, {})
    assert len(caught.value.problems) == 4
    assert "ASSOCIATED_WITH) is not decided" in caught.value.problems[3]


@pytest.mark.parametrize(
    ("decision", "fixed", "message"),
    [
        ("perhaps", "", "table.csv:2: the decision 'perhaps' is none of a, b, optional, fix"),
        ("fix", "", 'table.csv:2: "fix" needs words'),
    ],
)
def test_decisions_that_are_none(
    a: GoldDocument, b: GoldDocument, tmp_path: Path, decision: str, fixed: str, message: str
) -> None:
    rows = [dict(r) for r in disagreements(a, b)]
    rows[0] |= {"decision": decision, "fixed": fixed}
    with pytest.raises(GoldError) as caught:
        read_decisions(write(tmp_path / "table.csv", rows))
    assert message in caught.value.problems[0]


def test_a_fix_that_says_nothing_usable(a: GoldDocument, b: GoldDocument, tmp_path: Path) -> None:
    decisions = decide(
        a,
        b,
        tmp_path,
        mention_CELL="a",
        mention_CYTOKINE="a",
        relation_ACTS_ON="fix upwards",
        relation_ASSOCIATED_WITH="a",
    )
    with pytest.raises(GoldError, match=r"table\.csv:4: 'upwards' says nothing of a relation"):
        adjudicated(a, b, decisions)


def test_a_table_of_other_annotations(a: GoldDocument, b: GoldDocument, tmp_path: Path) -> None:
    rows = [dict(r) | {"decision": "a"} for r in disagreements(a, b)]
    decisions = read_decisions(write(tmp_path / "table.csv", rows))
    wrong = unknown_keys(decisions, disagreements(a, a))
    assert len(wrong) == 4
    assert wrong[0].startswith(f"{tmp_path}/table.csv:2: {rows[0]['key']} is no disagreement")
    (tmp_path / "other.csv").write_text("x,y\n1,2\n", encoding="utf-8")
    with pytest.raises(GoldError, match="lacks the columns decision, key"):
        read_decisions(tmp_path / "other.csv")


# --- findings ----------------------------------------------------------------------


def test_a_finding_stands_where_its_mark_stands(tmp_path: Path) -> None:
    path = tmp_path / "a.marked"
    path.write_text(
        "=== document d\n=== text\nA line.\n[[the T cells|m1 CELL]] make "
        "[[IL-6|m2 CYTOKINE specific norm=IL6]].\n=== relations\nm2 ACTS_ON m1\n",
        encoding="utf-8",
    )
    lines = [line.removeprefix(f"{path}:").split(": ")[0] for line in gold_findings([path])]
    assert lines == ["4", "6"]


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        ("[[the T cells|m1 CELL]] came.", "begins with 'the'"),
        ("[[T cells.|m1 CELL]]", "ends with '.'"),
        ("[[cells|m1 CELL]] came.", "the bare word is no mention"),
        ("[[IL-6|m1 CYTOKINE norm=IL6]] rose.", "a CYTOKINE has a specificity"),
        ("[[IL-6|m1 CYTOKINE specific]] rose.", "a CYTOKINE has a norm"),
        ("[[T cells|m1 CELL specific]] rose.", "only a CYTOKINE has a specificity"),
        (
            "[[IL-6R|m1 RECEPTOR norm=NONE1]] rose.",
            "the term tables have no RECEPTOR named 'NONE1'",
        ),
        (
            "[[TNF-α|m1 CYTOKINE specific norm=IL6]] ([[TNF|m2 CYTOKINE specific norm=IL6]]).",
            "an alias of m1, which it follows in brackets",
        ),
        ("[[RA|m1 DISEASE alias=m2]] is [[arthritis|m2 DISEASE]].", "stands before its long form"),
        (
            "[[arthritis|m1 DISEASE]], which, as we have said and say again here, is with us "
            "for long and hurts, [[RA|m2 DISEASE alias=m1]].",
            "characters from its long form",
        ),
        ("[[gout|m1 DISEASE]] ([[G|m2 CELL alias=m1]]).", "an alias of a DISEASE"),
        ("[[[[gout|m2 DISEASE]] cells|m1 CELL]].", "only the target of a DRUG nests"),
        (
            "[[anti-[[IL-6|m2 CYTOKINE specific norm=IL6]]|m1 DRUG]].",
            "without MODULATES; a drug that names its target",
        ),
        ("[[gout|m1 DISEASE]], and gout again.", "'gout' is unmarked at 10-14"),
        (
            "[[gout|m1 DISEASE]].\n\n[[Fever|m2 DISEASE]].\n=== relations\nm1 CAUSES m2",
            "different paragraphs",
        ),
        (
            "[[gout|m1 DISEASE]] ([[podagra|m3 DISEASE alias=m1]]) [[fever|m2 DISEASE]]."
            "\n=== relations\nm3 CAUSES m2",
            "m3 is an alias",
        ),
        (
            "[[IL-6|m1 CYTOKINE specific norm=IL6]] [[T cells|m2 CELL]]."
            "\n=== relations\nm1 ACTS_ON m2",
            "ACTS_ON has a function",
        ),
    ],
)
def test_findings(tmp_path: Path, body: str, finding: str) -> None:
    path = tmp_path / "a.marked"
    path.write_text(f"=== document d\n=== text\n{body}\n", encoding="utf-8")
    found = list(gold_findings([path], lambda label, norm: norm in ("IL6", "IL6R")))
    assert len(found) == 1, found
    assert found[0].startswith(f"{path}:")
    assert finding in found[0]


def test_a_lead_in_reaches_its_items(tmp_path: Path) -> None:
    path = tmp_path / "a.marked"
    body = "[[Gout|m1 DISEASE]] leads to:\n\n- [[fever|m2 DISEASE]]\n=== relations\nm1 CAUSES m2"
    path.write_text(f"=== document d\n=== text\n{body}\n", encoding="utf-8")
    assert list(gold_findings([path])) == []


def test_the_text_is_that_of_the_document(tmp_path: Path) -> None:
    path = tmp_path / "a.marked"
    path.write_text("=== document d\n=== text\nGout hurts.\n=== relations\n", encoding="utf-8")
    assert list(gold_findings([path], texts={"d": "Gout hurts."})) == []
    (wrong,) = gold_findings([path], texts={"d": "Gout harms."})
    assert "differs from the document's from character 6 on" in wrong
    (missing,) = gold_findings([path], texts={})
    assert "no document 'd' among the documents" in missing
