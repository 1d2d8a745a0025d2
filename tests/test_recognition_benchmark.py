"""How benchmarks/recognition.py counts, on small sentences of our own."""

from __future__ import annotations

import gzip
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from spacy.tokens import Doc
from spacy.vocab import Vocab

ROOT = Path(__file__).resolve().parents[1]
if not ((ROOT / "benchmarks").is_dir() and (ROOT / "training").is_dir()):
    pytest.skip("benchmarks/ and training/ are not shipped", allow_module_level=True)
sys.path.insert(0, str(ROOT / "benchmarks"))

import recognition  # noqa: E402
from corpus_gold import ENTITY_CORPORA, gold_tree, published, reconciled  # noqa: E402
from span_scores import Counts, Gold, Span, compare  # noqa: E402
from tree_scores import GoldTree, TreeCounts, align, score_tree  # noqa: E402
from treebank import ROOT as NO_HEAD  # noqa: E402
from treebank import Word  # noqa: E402

Tree = Callable[..., Doc]
LABELS = ("CELL", "DISEASE")


def counts(
    gold: list[Span], said: list[Span], *, strict: bool, neutral: tuple[Span, ...] = ()
) -> dict[str, Counts]:
    return compare(Gold(tuple(gold), neutral), said, LABELS, strict=strict)


class TestSpans:
    def test_strict_wants_the_same_bounds_and_label(self) -> None:
        gold = [Span(0, 7, "CELL"), Span(10, 14, "CELL"), Span(20, 24, "DISEASE")]
        said = [Span(0, 7, "CELL"), Span(9, 14, "CELL"), Span(20, 24, "CELL")]
        assert counts(gold, said, strict=True) == {
            "CELL": Counts(1, 2, 1),
            "DISEASE": Counts(0, 0, 1),
        }

    def test_relaxed_wants_the_same_label_and_a_shared_character(self) -> None:
        gold = [Span(0, 7, "CELL"), Span(10, 14, "CELL"), Span(20, 24, "DISEASE")]
        said = [Span(6, 10, "CELL"), Span(20, 24, "CELL")]
        found = counts(gold, said, strict=False)
        assert found == {"CELL": Counts(1, 1, 1), "DISEASE": Counts(0, 0, 1)}

    def test_relaxed_matches_each_mention_once(self) -> None:
        two = [Span(0, 4, "CELL"), Span(5, 9, "CELL")]
        one = [Span(0, 9, "CELL")]
        assert counts(one, two, strict=False)["CELL"] == Counts(1, 1, 0)
        assert counts(two, one, strict=False)["CELL"] == Counts(1, 0, 1)

    def test_relaxed_finds_the_most_pairs(self) -> None:
        gold = [Span(0, 10, "CELL"), Span(11, 15, "CELL")]
        said = [Span(0, 3, "CELL"), Span(8, 15, "CELL")]
        assert counts(gold, said, strict=False)["CELL"] == Counts(2, 0, 0)

    def test_what_overlaps_a_neutral_stretch_is_neither_right_nor_wrong(self) -> None:
        neutral = (Span(0, 9, "IGNORE"),)
        said = [Span(0, 4, "CELL"), Span(5, 12, "DISEASE"), Span(20, 22, "CELL")]
        found = counts([], said, strict=True, neutral=neutral)
        assert found == {"CELL": Counts(0, 1, 0), "DISEASE": Counts()}

    def test_a_right_mention_counts_also_on_a_neutral_stretch(self) -> None:
        neutral = (Span(0, 9, "IGNORE"),)
        one = [Span(0, 4, "CELL")]
        assert counts(one, one, strict=True, neutral=neutral)["CELL"] == Counts(1, 0, 0)

    def test_said_twice_counts_once_and_other_labels_do_not_count(self) -> None:
        said = [Span(0, 4, "CELL"), Span(0, 4, "CELL"), Span(0, 4, "GENE")]
        assert counts([Span(0, 4, "CELL")], said, strict=True)["CELL"] == Counts(1, 0, 0)

    def test_rates(self) -> None:
        assert (Counts(3, 1, 2) + Counts(0, 0, 1)) == Counts(3, 1, 3)
        rates = Counts(3, 1, 3)
        assert (rates.gold, rates.precision, rates.recall, rates.f1) == (6, 0.75, 0.5, 0.6)
        assert Counts().f1 is None


class TestReadings:
    TEXT = "Activated human T cells and other cells died near the AP-1 site."

    @pytest.fixture
    def record(self) -> dict[str, Any]:
        def entity(words: str, kind: str) -> dict[str, Any]:
            start = self.TEXT.rindex(words)
            return {"start": start, "end": start + len(words), "type": kind}

        entities = [
            entity("Activated human T cells", "cell_type"),
            entity("cells", "cell_type"),
            entity("AP-1 site", "DNA"),
        ]
        return {"text": self.TEXT, "entities": entities}

    def test_as_published(self, record: dict[str, Any]) -> None:
        gold = published(record, ENTITY_CORPORA["jnlpba"])
        assert [self.TEXT[m.start : m.end] for m in gold.mentions] == [
            "Activated human T cells",
            "AP-1 site",
        ]
        assert [self.TEXT[m.start : m.end] for m in gold.neutral] == ["cells"]

    def test_reconciled(self, record: dict[str, Any]) -> None:
        gold = reconciled(record, ENTITY_CORPORA["jnlpba"])
        assert [self.TEXT[m.start : m.end] for m in gold.mentions] == ["T cells"]
        assert [self.TEXT[m.start : m.end] for m in gold.neutral] == ["AP-1 site"]

    def test_discontinuous_is_neutral_in_both(self) -> None:
        text = "T and B cells"
        entity = {"start": 0, "end": 13, "type": "Cell", "spans": [[0, 1], [8, 13]]}
        record = {"text": text, "entities": [entity]}
        for read in (published, reconciled):
            gold = read(record, ENTITY_CORPORA["anatem"])
            assert not gold.mentions
            assert [(m.start, m.end) for m in gold.neutral] == [(0, 13)]

    def test_drugs_that_are_not_for_humans_are_neutral(self) -> None:
        entities = [{"start": 0, "end": 7, "type": "BRAND"}, {"start": 8, "end": 13, "type": "X"}]
        entities += [{"start": 14, "end": 18, "type": "DRUG_N"}]
        record = {"text": "Maxalin binds toxi", "entities": entities}
        gold = reconciled(record, ENTITY_CORPORA["ddi"])
        assert gold.mentions == (Span(0, 7, "DRUG"),)
        assert [(m.start, m.end) for m in gold.neutral] == [(14, 18)]


# "IL-2-induced death ." in the words of a treebank
INDUCED = GoldTree(
    "IL-2-induced death.",
    [(0, 12), (13, 18), (18, 19)],
    [1, 1, 1],
    ["amod", "root", "punct"],
    ["JJ", "NN", "."],
    ["il-2-induced", "death", "."],
    [(0, 19)],
)


def scored(gold: GoldTree, doc: Doc) -> TreeCounts:
    assert doc.text == gold.text
    found = TreeCounts()
    score_tree(gold, doc, found)
    return found


class TestTrees:
    def test_alignment(self) -> None:
        words = [(0, 3), (3, 4), (4, 8), (9, 12), (13, 14)]
        tokens = [(0, 8), (8, 9), (9, 10), (10, 12)]  # a join, a blank, a cut, a lost word
        assert list(align(words, tokens)) == [
            (range(0, 3), range(0, 1)),
            (range(3, 4), range(2, 4)),
            (range(4, 5), range(4, 4)),
        ]

    def test_alignment_of_bounds_that_cross(self) -> None:
        words, tokens = [(0, 4), (4, 6), (6, 8)], [(0, 5), (5, 8)]
        assert list(align(words, tokens)) == [(range(0, 3), range(0, 2))]

    def test_uncut(self, tree: Tree) -> None:
        doc = tree("IL-2-induced 1 amod JJ", "death_ 1 ROOT NN", "._ 1 punct .")
        found = scored(INDUCED, doc)
        assert (found.words, found.arcs, found.tags, found.lemmas) == (3, 2, 3, 3)
        assert (found.heads, found.labelled, found.cut, found.joined) == (2, 2, 0, 0)

    def test_a_cut_word_has_the_arc_of_its_root(self, tree: Tree) -> None:
        doc = tree(
            "IL-2_ 2 compound NN", "-_ 2 punct HYPH", "induced 3 amod JJ",
            "death_ 3 ROOT NN", "._ 3 punct .",
        )  # fmt: skip
        found = scored(INDUCED, doc)
        assert (found.words, found.tags, found.lemmas) == (3, 3, 3)
        assert (found.heads, found.labelled, found.cut) == (2, 2, 1)

    def test_a_cut_word_is_what_spacy_merges(self, tree: Tree) -> None:
        doc = tree(
            "IL-2_ 3 compound NN", "-_ 2 punct HYPH", "induced 3 nmod VBN",
            "death_ 3 ROOT NN", "._ 3 punct .",
        )  # fmt: skip
        found = scored(INDUCED, doc)
        with doc.retokenize() as retokenizer:
            retokenizer.merge(doc[0:3])
        merged = scored(INDUCED, doc)
        assert (merged.cut, merged.joined) == (0, 0)
        for key in ("heads", "labelled"):
            assert getattr(found, key) == getattr(merged, key)

    def test_joined_words_are_wrong_and_their_children_are_not(self, tree: Tree) -> None:
        text = "A short-term rise"
        gold = GoldTree(
            text,
            [(0, 1), (2, 7), (7, 8), (8, 12), (13, 17)],
            [3, 3, 3, 4, 4],
            ["det", "amod", "punct", "compound", "root"],
            ["DT", "JJ", "HYPH", "NN", "NN"],
            ["a", "short", "-", "term", "rise"],
            [(0, 17)],
        )
        found = scored(gold, tree("A 1 det DT", "short-term 2 amod JJ", "rise_ 2 ROOT NN"))
        assert (found.words, found.joined, found.tags) == (5, 3, 2)
        assert (found.arcs, found.joined_arcs, found.heads, found.labelled) == (4, 2, 2, 2)
        assert found.rates["uas"] == 0.5
        assert found.rates["uas_apart"] == 1.0

    def test_wrong_head_wrong_label_and_wrong_root(self, tree: Tree) -> None:
        gold = GoldTree(
            "Mast cells die", [(0, 4), (5, 10), (11, 14)], [1, 2, 2],
            ["compound", "nsubj", "root"], ["NN", "NNS", "VBP"], ["mast", "cell", "die"],
            [(0, 14)],
        )  # fmt: skip
        doc = tree("Mast 1 amod NN", "cells 1 ROOT NNS", "die_ 1 dep VBP")
        found = scored(gold, doc)
        assert (found.heads, found.labelled, found.tags, found.lemmas) == (1, 0, 3, 2)

    def test_sentences_are_compared_by_their_characters(self, tree: Tree) -> None:
        gold = GoldTree(
            "Cells die. They did. It ends.",
            [(0, 5), (6, 9), (9, 10), (11, 15), (16, 19), (19, 20), (21, 23), (24, 28), (28, 29)],
            [1, 1, 1, 4, 4, 4, 7, 7, 7],
            ["nsubj", "root", "punct"] * 3,
            ["NN", "VB", "."] * 3,
            ["x"] * 9,
            [(0, 10), (11, 20), (21, 29)],
        )
        doc = tree(
            "Cells 1 nsubj NN", "die_ 1 ROOT VB", ". 1 punct .",
            "They 4 nsubj NN", "did_ 4 ROOT VB", ". 4 punct .",
            "It 4 nsubj NN", "ends_ 4 dep VB", "._ 4 punct .",
        )  # fmt: skip
        assert scored(gold, doc).sentences == Counts(1, 1, 2)

    def test_line_breaks_are_no_words_and_belong_to_no_sentence(self) -> None:
        words = [
            Word("Cells", "cell", "NNS", 1, "nsubj"),
            Word("died", "die", "VBD", NO_HEAD, "root", False),
            Word("\n", "\n", "_SP", 1, "dep", False),
            Word("Mice", "mouse", "NNPS", 4, "nsubj"),
            Word("lived", "live", "VBD", NO_HEAD, "root", False),
        ]
        gold = gold_tree(words, [0, 0, 0, 1, 1])
        assert gold.text == "Cells died\nMice lived"
        assert gold.spans == [(0, 5), (6, 10), (11, 15), (16, 21)]
        assert (gold.heads, gold.tags[2]) == ([1, 1, 3, 3], "NNS")
        assert gold.sentences == [(0, 10), (11, 21)]
        doc = Doc(
            Vocab(),
            words=["Cells", "died", "\n", "Mice", "lived"],
            spaces=[True, False, False, True, False],
            heads=[1, 1, 1, 4, 4],
            deps=["nsubj", "ROOT", "dep", "nsubj", "ROOT"],
        )
        found = scored(gold, doc)
        assert (found.heads, found.labelled) == (4, 4)
        assert found.sentences == Counts(2, 0, 0)


TREEBANK = """# newdoc id = d1
1\tMonocytes\tmonocyte\tNOUN\tNNS\t_\t2\tnsubj\t_\t_
2\trelease\trelease\tVERB\tVBP\t_\t0\troot\t_\t_
3\tIL-6\til-6\tNOUN\tNN\t_\t2\tobj\t_\tSpaceAfter=No
4\t.\t.\tPUNCT\t.\t_\t2\tpunct\t_\t_

"""


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    """Two abstracts, a treebank of one sentence and a gold file, of our own."""

    def record(number: int, text: str, **types: str) -> dict[str, Any]:
        found = {words.replace("_", " "): kind for words, kind in types.items()}
        entities = [
            {"start": text.index(words), "end": text.index(words) + len(words), "type": kind}
            for words, kind in found.items()
        ]
        return {"id": f"{number}", "text": text, "entities": entities}

    records = [
        record(1, "Aspirin lowers fever in children.", Aspirin="Chemical", fever="Disease"),
        record(2, "Asthma is treated with prednisolone.", Asthma="Disease"),
    ]
    folder = tmp_path / "corpora"
    (folder / "bc5cdr").mkdir(parents=True)
    (folder / "treebank").mkdir()
    lines = "".join(json.dumps(one) + "\n" for one in records)
    (folder / "bc5cdr" / "dev.jsonl").write_text(lines, encoding="utf-8")
    packed = folder / "treebank" / "ewt_ud2_dev.conllu.gz"
    packed.write_bytes(gzip.compress(TREEBANK.encode()))
    mention = {"id": "T1", "start": 0, "end": 9, "label": "CELL"}
    gold = {"id": "g", "text": "Monocytes release IL-6.", "mentions": [mention]}
    (tmp_path / "gold").mkdir()
    (tmp_path / "gold" / "dev.jsonl").write_text(json.dumps(gold) + "\n", encoding="utf-8")
    return folder


@pytest.mark.model
def test_the_tables(corpora: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept = tmp_path / "kept.json"
    names = ["bc5cdr", "gold", "ewt_ud2_dev", "speed"]
    options = ["--corpora", str(corpora), "--limit", "2", "--json", str(kept), "--only", *names]
    recognition.main(options)
    printed = capsys.readouterr().out
    for wanted in ("| bc5cdr | both | model | 3 |", "| gold | CELL | recogniser | 1 |"):
        assert wanted in printed
    assert "| ewt_ud2_dev | 4 |" in printed
    rows = json.loads(kept.read_text(encoding="utf-8"))
    assert {
        (row["label"], row["system"]) for row in rows["mentions"] if row["set"] == "bc5cdr"
    } == {
        ("CHEMICAL", "model"),
        ("both", "model"),
        *(("DISEASE", system) for system in recognition.SYSTEMS),
    }
    assert rows["bytes"] > 2**20
    assert rows["trees"][0]["words"] == 4
    assert all(row["together"] > 0 for row in rows["speed"])


def test_unknown_names_are_refused(corpora: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        recognition.main(["--corpora", str(corpora), "--only", "bc5"])
    assert "unknown: bc5; known are" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        recognition.main(["--corpora", str(corpora / "none")])
    assert "no corpora at" in capsys.readouterr().err
