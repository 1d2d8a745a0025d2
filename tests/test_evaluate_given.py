"""Mentions given in the place of the recogniser's: in blocks, on the route, by command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import read_csv
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.evaluate.relations import gold_mentions
from pipeline.gold.records import GoldDocument
from pipeline.read.layout import Block, blocks
from pipeline.recognise.given import given_mentions
from pipeline.records import Annotation, Document, Mention
from pipeline.route import Settings, annotate

LIST = "IL-6 (interleukin-6) is produced by:\n\n- macrophages\n- fibroblasts\n"


def at(text: str, words: str, label: str, **more: str) -> Mention:
    start = text.index(words)
    return Mention("a", start, start + len(words), label, words, layer="gold", **more)


def in_blocks(text: str, *mentions: Mention) -> list[list[tuple[str, int]]]:
    """Of each block the words at the offsets that its mentions have, and their aliases."""
    cut = list(blocks(Document("a", text, "a.md")))
    return [
        [(block.text[f.candidate.start : f.candidate.end], f.alias_of) for f in found]
        for block, found in zip(cut, given_mentions(cut, mentions), strict=True)
    ]


# --- from document to block ------------------------------------------------------------


class TestFromDocument:
    # document: "0123456789 abc[12]def; gh", where [12] and "; " are in no block
    BLOCK = Block("", "abcdef gh", ((0, 11, 3), (3, 18, 3), (7, 26, 2)))

    @pytest.mark.parametrize(
        ("span", "expected"),
        [
            ((11, 14), (0, 3)),
            ((12, 13), (1, 2)),
            ((13, 19), (2, 4)),  # four characters left out inside
            ((11, 28), None),  # more of them than a mention may lose
            ((26, 28), (7, 9)),
            ((10, 12), None),  # begins before the block
            ((13, 16), None),  # ends in what is left out
            ((14, 18), None),
            ((27, 29), None),  # ends behind the block
            ((12, 12), None),
        ],
    )
    def test_offsets(self, span: tuple[int, int], expected: tuple[int, int] | None) -> None:
        assert self.BLOCK.from_document(*span) == expected

    def test_a_block_without_pieces(self) -> None:
        assert Block("", "", ()).from_document(0, 1) is None


# --- in blocks -------------------------------------------------------------------------


def test_a_lead_in_is_in_the_block_of_each_item() -> None:
    mentions = [
        at(LIST, "fibroblasts", "CELL"),
        at(LIST, "IL-6", "CYTOKINE"),
        at(LIST, "macrophages", "CELL"),
    ]
    assert in_blocks(LIST, *mentions) == [
        [("IL-6", -1), ("macrophages", -1)],
        [("IL-6", -1), ("fibroblasts", -1)],
    ]


def test_a_mention_over_the_edge_of_a_block_is_in_none() -> None:
    assert in_blocks(LIST, at(LIST, "macrophages\n- fibroblasts", "CELL")) == [[], []]
    assert in_blocks(LIST, at(LIST, "by:\n\n- macrophages\n- fibroblasts", "CELL")) == [[], []]


def test_outer_before_nested() -> None:
    text = "An anti-TNF antibody helped."
    target, drug = at(text, "TNF", "CYTOKINE"), at(text, "anti-TNF antibody", "DRUG")
    expected = [[("anti-TNF antibody", -1), ("TNF", -1)]]
    assert in_blocks(text, target, drug) == in_blocks(text, drug, target) == expected


def test_outer_before_nested_at_one_start() -> None:
    text = "TNF inhibitors helped."
    target, drug = at(text, "TNF", "CYTOKINE"), at(text, "TNF inhibitors", "DRUG")
    assert in_blocks(text, target, drug) == [[("TNF inhibitors", -1), ("TNF", -1)]]


def test_the_second_form_is_the_alias() -> None:
    """Whichever of the two gold takes for the alias: relations attach to the first."""
    short, long_form = at(LIST, "IL-6", "CYTOKINE"), at(LIST, "interleukin-6", "CYTOKINE")
    linked = at(LIST, "IL-6", "CYTOKINE", alias_of=long_form.mention_id)
    other = at(LIST, "interleukin-6", "CYTOKINE", alias_of=short.mention_id)
    expected = [("IL-6", -1), ("interleukin-6", 0)]
    assert in_blocks(LIST, linked, long_form) == [expected, expected]
    assert in_blocks(LIST, short, other) == [expected, expected]


def test_an_alias_whose_long_form_is_elsewhere() -> None:
    text = "Interleukin-6 rises.\n\nWe saw IL-6.\n"
    long_form = at(text, "Interleukin-6", "CYTOKINE")
    short = at(text, "IL-6", "CYTOKINE", alias_of=long_form.mention_id)
    assert in_blocks(text, long_form, short) == [[("Interleukin-6", -1)], [("IL-6", -1)]]


def test_what_a_mention_says_stays() -> None:
    text = "IL-6 rises."
    mention = at(text, "IL-6", "CYTOKINE", concept_name="IL6", specificity="specific")
    ((found,),) = given_mentions(list(blocks(Document("a", text))), [mention, mention])
    candidate = found.candidate
    assert (candidate.name, candidate.specificity, candidate.layer) == ("IL6", "specific", "gold")


def test_gold_mentions_with_the_optional_ones() -> None:
    text = "Interleukin-6 (IL-6), leptin."
    gold = GoldDocument.model_validate(
        {
            "id": "a",
            "text": text,
            "mentions": [
                {"id": "1", "start": 0, "end": 13, "label": "CYTOKINE", "norm": "IL6"},
                {"id": "2", "start": 15, "end": 19, "label": "CYTOKINE", "alias_of": "1"},
                {"id": "3", "start": 22, "end": 28, "label": "CYTOKINE", "optional": True},
            ],
        }
    )
    found = gold_mentions(gold)
    assert [m.text for m in found.values()] == ["Interleukin-6", "IL-6", "leptin"]
    assert found["1"].concept_name == "IL6"
    assert found["2"].alias_of == found["1"].mention_id


# --- on the route ----------------------------------------------------------------------


def route(text: str, *mentions: Mention, source: str = "a.txt") -> Annotation:
    (found,) = annotate([Document("a", text, source)], Settings(), {"a": mentions})
    assert found.failure is None, found.failure
    return found


def pairs(found: Annotation) -> set[tuple[str, str, str]]:
    return {(r.predicate, r.subject.text, r.object.text) for r in found.relations}


@pytest.mark.model
class TestRoute:
    def test_a_list_under_its_lead_in(self) -> None:
        short = at(LIST, "IL-6", "CYTOKINE")
        alias = at(LIST, "interleukin-6", "CYTOKINE", alias_of=short.mention_id)
        cells = [at(LIST, "macrophages", "CELL"), at(LIST, "fibroblasts", "CELL")]
        found = route(LIST, short, alias, *cells, source="a.md")
        assert list(found.mentions) == sorted([short, alias, *cells])
        assert pairs(found) == {
            ("SECRETES", "macrophages", "IL-6"),
            ("SECRETES", "fibroblasts", "IL-6"),
        }

    def test_a_target_inside_a_drugs_name(self) -> None:
        text = "The anti-TNF antibody was given."
        drug, target = at(text, "anti-TNF antibody", "DRUG"), at(text, "TNF", "CYTOKINE")
        assert pairs(route(text, target, drug)) == {("MODULATES", "anti-TNF antibody", "TNF")}

    def test_mentions_that_the_recogniser_would_not_make(self) -> None:
        """The given ones hold, right or wrong, and no others."""
        text = "Mast cells release histamine and IL-4."
        cell, wrong = at(text, "Mast cells", "CELL"), at(text, "histamine", "CYTOKINE")
        (by_itself,) = annotate([Document("a", text)], Settings())
        assert ("SECRETES", "Mast cells", "IL-4") in pairs(by_itself)
        assert "histamine" not in {m.text for m in by_itself.mentions if m.label == "CYTOKINE"}
        found = route(text, cell, wrong)
        assert found.mentions == (cell, wrong)
        assert pairs(found) == {("SECRETES", "Mast cells", "histamine")}

    def test_a_document_without_given_mentions_has_none(self) -> None:
        document = Document("a", "Mast cells release IL-4.")
        (found,) = annotate([document], Settings(), {})
        assert (found.mentions, found.relations) == ((), ())
        assert found.sentences


# --- by command ------------------------------------------------------------------------


def test_wrong_use(tmp_path: Path) -> None:
    arguments = ["evaluate", str(tmp_path / "gone"), "--gold-mentions", "--tables", str(tmp_path)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 2
    assert "--gold-mentions" in result.stderr
    assert "--tables" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.model
def test_command(tmp_path: Path) -> None:
    """A cytokine that no table knows is missed end to end and given by gold."""
    line = {
        "id": "a",
        "text": "Mast cells release zorbin.",
        "mentions": [
            {"id": "1", "start": 0, "end": 10, "label": "CELL"},
            {"id": "2", "start": 19, "end": 25, "label": "CYTOKINE"},
        ],
        "relations": [{"predicate": "SECRETES", "subject": "1", "object": "2"}],
    }
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps(line) + "\n", encoding="utf-8")
    found = {}
    for name, options in (("alone", []), ("given", ["--gold-mentions"])):
        output = tmp_path / name
        result = CliRunner().invoke(app, ["evaluate", str(gold), *options, "-o", str(output)])
        assert result.exit_code == 0, result.output
        rows = read_csv(output / "scores_relations.csv")
        found[name] = [r["tp"] for r in rows if r["predicate"] == "SECRETES"]
        rules = {row["rule"]: row for row in read_csv(output / "scores_rules.csv")}
        assert len(rules) > 50, "the rules that gave nothing are listed"
        assert (output / "reliability.svg").is_file()
    assert found == {"alone": ["0", "0"], "given": ["1", "1"]}
    assert rules["secretes-verb"]["tp"] == "1"
