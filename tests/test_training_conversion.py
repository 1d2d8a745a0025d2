"""The conversions behind the embedded model, on small sentences of our own."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

TRAINING = Path(__file__).resolve().parents[1] / "training"
if not TRAINING.is_dir():
    pytest.skip("training/ is not shipped", allow_module_level=True)
sys.path.insert(0, str(TRAINING))

from augment import flatten, noun_phrases  # noqa: E402
from convert_entities import convert_mention, outermost, to_doc  # noqa: E402
from convert_trees import to_doc as tree_doc  # noqa: E402
from corpora import CORPORA, IGNORE  # noqa: E402
from label_union import fill  # noqa: E402
from paths import blank_pipeline  # noqa: E402
from regroup import regroup, spans_of  # noqa: E402
from spacy.language import Language  # noqa: E402
from tree_maps import is_tree, stanford_to_ud1, turn_round, ud2_to_ud1  # noqa: E402
from treebank import ROOT, Word, read_conllu  # noqa: E402


@pytest.fixture(scope="module")
def nlp() -> Language:
    return blank_pipeline()


def sentence(rows: str) -> list[Word]:
    """Words from lines of ``form tag head dep``, heads counted from 1 as in CoNLL-U."""
    split = [row.split() for row in rows.strip().splitlines()]
    return [
        Word(form, form.lower(), tag, int(head) - 1 if head != "0" else ROOT, dep)
        for form, tag, head, dep in split
    ]


def arcs(words: list[Word]) -> list[tuple[str, str, str]]:
    """(word, label, head word) without the root's own arc."""
    return [(w.form, w.dep, words[w.head].form) for w in words if w.head != ROOT]


def root(words: list[Word]) -> str:
    return next(w.form for w in words if w.head == ROOT)


def test_ud2_labels_become_ud1() -> None:
    words = sentence(
        """
        IL-6 NN 3 nsubj:pass
        was VBD 3 aux:pass
        released VBN 0 root
        by IN 5 case
        monocytes NNS 3 obl
        """
    )
    ud2_to_ud1(words)
    assert arcs(words) == [
        ("IL-6", "nsubjpass", "released"),
        ("was", "auxpass", "released"),
        ("by", "case", "monocytes"),
        ("monocytes", "nmod", "released"),
    ]


def test_ud2_object_and_negation() -> None:
    words = sentence(
        """
        Monocytes NNS 4 nsubj
        did VBD 4 aux
        not RB 4 advmod
        secrete VB 0 root
        IL-12 NN 4 obj
        """
    )
    ud2_to_ud1(words)
    assert ("not", "neg", "secrete") in arcs(words)
    assert ("IL-12", "dobj", "secrete") in arcs(words)


def test_ud2_no_is_negation_and_other_determiners_stay() -> None:
    words = sentence("no DT 2 det\neffect NN 0 root\n")
    ud2_to_ud1(words)
    assert words[0].dep == "neg"
    words = sentence("the DT 2 det\neffect NN 0 root\n")
    ud2_to_ud1(words)
    assert words[0].dep == "det"


def test_ud2_cc_and_comma_move_to_the_first_conjunct() -> None:
    words = sentence(
        """
        Neutrophils NNS 0 root
        , , 3 punct
        platelets NNS 1 conj
        and CC 5 cc
        eosinophils NNS 1 conj
        """
    )
    ud2_to_ud1(words)
    assert ("and", "cc", "Neutrophils") in arcs(words)
    assert (",", "punct", "Neutrophils") in arcs(words)


def test_ud2_flat_names_are_headed_by_their_last_word() -> None:
    words = sentence(
        """
        Barry NNP 3 nsubj
        Bloom NNP 1 flat
        wrote VBD 0 root
        """
    )
    ud2_to_ud1(words)
    assert arcs(words) == [("Barry", "compound", "Bloom"), ("Bloom", "nsubj", "wrote")]


def test_stanford_preposition_turns_round() -> None:
    words = sentence(
        """
        Loss NN 0 root
        of IN 1 prep
        the DT 4 det
        spleen NN 2 pobj
        """
    )
    stanford_to_ud1(words)
    assert arcs(words) == [
        ("of", "case", "spleen"),
        ("the", "det", "spleen"),
        ("spleen", "nmod", "Loss"),
    ]


def test_stanford_agent_is_case_and_nmod() -> None:
    words = sentence(
        """
        Bone NN 3 nsubjpass
        is VBZ 3 auxpass
        resorbed VBN 0 root
        by IN 3 agent
        osteoclasts NNS 4 pobj
        """
    )
    stanford_to_ud1(words)
    assert ("osteoclasts", "nmod", "resorbed") in arcs(words)
    assert ("by", "case", "osteoclasts") in arcs(words)


def test_stanford_preposition_with_clause_marks_an_advcl() -> None:
    words = sentence(
        """
        It PRP 2 nsubj
        acts VBZ 0 root
        by IN 2 prep
        blocking VBG 3 pcomp
        TNF NN 4 dobj
        """
    )
    stanford_to_ud1(words)
    assert ("by", "mark", "blocking") in arcs(words)
    assert ("blocking", "advcl", "acts") in arcs(words)


def test_stanford_copula_turns_round_and_siblings_move() -> None:
    words = sentence(
        """
        Mast NN 2 compound
        cells NNS 3 nsubj
        are VBP 0 root
        one CD 3 attr
        source NN 4 dep
        . . 3 punct
        """
    )
    stanford_to_ud1(words)
    assert root(words) == "one"
    assert ("cells", "nsubj", "one") in arcs(words)
    assert ("are", "cop", "one") in arcs(words)
    assert (".", "punct", "one") in arcs(words)
    assert is_tree(words)


def test_stanford_adjective_predicate_inside_a_clause() -> None:
    words = sentence(
        """
        They PRP 2 nsubj
        found VBD 0 root
        that IN 5 mark
        mice NNS 5 nsubj
        were VBD 2 ccomp
        ill JJ 5 acomp
        """
    )
    stanford_to_ud1(words)
    assert ("ill", "ccomp", "found") in arcs(words)
    assert ("that", "mark", "ill") in arcs(words)


def test_stanford_conjunct_chains_become_flat() -> None:
    words = sentence(
        """
        liver NN 0 root
        , , 1 punct
        lung NN 1 conj
        and CC 3 cc
        skin NN 3 conj
        """
    )
    stanford_to_ud1(words)
    assert ("skin", "conj", "liver") in arcs(words)
    assert ("and", "cc", "liver") in arcs(words)


def test_stanford_infinitive_and_relative_clause() -> None:
    words = sentence(
        """
        cells NNS 0 root
        that WDT 3 nsubj
        try VBP 1 relcl
        to TO 5 aux
        divide VB 3 xcomp
        """
    )
    stanford_to_ud1(words)
    assert ("try", "acl:relcl", "cells") in arcs(words)
    assert ("to", "mark", "divide") in arcs(words)


@pytest.mark.parametrize(
    ("auxiliary", "expected"), [("do VBP 4 aux", "nsubj"), ("are VBP 4 auxpass", "nsubjpass")]
)
def test_stanford_subject_of_a_relative_clause(auxiliary: str, expected: str) -> None:
    words = sentence(f"cells NNS 0 root\nthat WDT 4 dep\n{auxiliary}\nkilled VBN 1 relcl\n")
    stanford_to_ud1(words)
    assert words[1].dep == expected


def test_turn_round_keeps_a_tree() -> None:
    words = sentence("a DT 2 det\nb NN 3 nmod\nc NN 0 root\nd NN 3 dep\n")
    turn_round(words, 2, 1, "dep")
    assert is_tree(words)
    assert root(words) == "b"


@pytest.mark.parametrize(
    "rows",
    ["a NN 2 dep\nb NN 1 dep\n", "a NN 0 root\nb NN 0 root\n", "a NN 0 root\nb NN 3 x\nc NN 2 x\n"],
    ids=["no root", "two roots", "cycle beside the root"],
)
def test_broken_trees_are_told(rows: str) -> None:
    assert not is_tree(sentence(rows))


def test_words_are_merged_to_the_tokens_of_the_tokenizer(nlp: Language) -> None:
    words = sentence(
        """
        short JJ 3 amod
        - HYPH 3 punct
        term NN 4 compound
        memory NN 0 root
        """
    )
    words[0].space_after = words[1].space_after = False
    merged, _ = regroup(words, [0] * 4, nlp)
    assert [(w.form, w.tag, w.dep, w.head) for w in merged] == [
        ("short-term", "JJ", "amod", 1),
        ("memory", "NN", "root", ROOT),
    ]


@pytest.mark.parametrize("style", ["plain", "glued", "list", "small"])
def test_documents_keep_sentences_and_trees(nlp: Language, style: str) -> None:
    one = sentence("Cells NNS 2 nsubj\ndie VBP 0 root\nfast RB 2 advmod\n. . 2 punct\n")
    two = sentence("Mice NNS 2 nsubj\nlive VBP 0 root\n. . 2 punct\n")
    one[-2].space_after = two[-2].space_after = False
    words, sentence_of = flatten([[one, two]], random.Random(3), style)
    doc = tree_doc(words, sentence_of, nlp)
    assert len(list(doc.sents)) == 2
    assert [s.root.text.lower() for s in doc.sents] == ["die", "live"]
    assert spans_of(words)[0].rstrip() == doc.text.rstrip()
    assert ("fast.Mice" in doc.text) == (style == "glued")


def test_noun_phrases_are_cut_out_without_their_preposition() -> None:
    words = sentence(
        """
        made VBN 0 root
        by IN 4 case
        mast NN 4 compound
        cells NNS 1 nmod
        """
    )
    assert [[w.form for w in phrase] for phrase in noun_phrases(words)] == [["mast", "cells"]]


def test_conllu_reader(tmp_path: Path) -> None:
    rows = ["1\tShe\tshe\tX\tPRP\t_\t2\tnsubj\t_\t_", "2-3\tcannot\t_\t_\t_\t_\t_\t_\t_\t_"]
    rows += ["2\tcan\tcan\tX\tMD\t_\t0\troot\t_\t_", "3\tnot\tnot\tX\tRB\t_\t2\tadvmod\t_\t_"]
    file = tmp_path / "a.conllu"
    file.write_text("# newdoc id = d1\n" + "\n".join(rows) + "\n\n", encoding="utf-8")
    (paragraph,) = read_conllu(file)
    (words,) = paragraph.sentences
    assert paragraph.document == "d1"
    assert [(w.form, w.head, w.space_after) for w in words] == [
        ("She", 1, True),
        ("can", ROOT, False),
        ("not", 1, True),
    ]


@pytest.mark.parametrize(
    ("corpus", "kind", "text", "expected"),
    [
        ("jnlpba", "cell_type", "activated human T cells", "T cells"),
        ("jnlpba", "cell_type", "LPS-stimulated monocytes", "monocytes"),
        ("jnlpba", "DNA", "IL-4 gene promoter", "IL-4"),
        ("anatem", "Cell", "cells", None),
        ("jnlpba", "DNA", "reporter gene", None),
        ("genia_event", "DNA_domain_or_region", "AP-1 site", None),
    ],
)
def test_mentions_are_cut_to_the_guidelines(
    corpus: str, kind: str, text: str, expected: str | None
) -> None:
    raw = {"start": 0, "end": len(text), "type": kind}
    mention = convert_mention(raw, text, CORPORA[corpus])
    assert (text[mention[0] : mention[1]] if mention else None) == expected


def test_regions_of_flat_corpora_are_ignored_not_background() -> None:
    raw = {"start": 0, "end": 9, "type": "DNA"}
    assert convert_mention(raw, "AP-1 site", CORPORA["jnlpba"]) == (0, 9, IGNORE)


def test_outermost_mentions_win() -> None:
    assert outermost([(0, 4, "GENE"), (0, 10, "CELL"), (12, 15, "GENE")]) == [
        (0, 10, "CELL"),
        (12, 15, "GENE"),
    ]


def test_part_of_a_token_is_missing_not_background(nlp: Language) -> None:
    doc = to_doc("Il2-Cre death of B cells", [(0, 3, "GENE"), (17, 24, "CELL")], nlp)
    assert [t.ent_iob_ for t in doc] == ["", "O", "O", "B", "I"]


def test_the_teacher_never_touches_gold(nlp: Language) -> None:
    gold = to_doc("Aspirin lowers fever in mice", [(15, 20, "DISEASE")], nlp)
    guesses = [
        (0, 7, "CHEMICAL", 0.9),
        (0, 14, "CHEMICAL", 0.6),  # less sure than the shorter one
        (15, 20, "CHEMICAL", 0.99),
        (24, 28, "CELL", 0.99),
    ]
    fill(gold, guesses, frozenset({"CHEMICAL"}))
    assert [(e.text, e.label_) for e in gold.ents] == [
        ("Aspirin", "CHEMICAL"),
        ("fever", "DISEASE"),
    ]


def test_no_mention_goes_over_a_line_break(nlp: Language) -> None:
    doc = to_doc("B cells\nmast cells", [], nlp)
    fill(doc, [(0, 18, "CELL", 0.9), (8, 18, "CELL", 0.8)], frozenset({"CELL"}))
    assert [e.text for e in doc.ents] == ["mast cells"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("cisplatin-induced emesis", "cisplatin - induced emesis"),
        ("IL-17-producing T-cell clones", "IL-17 - producing T-cell clones"),
        ("IL-4/IL-13-dependent", "IL-4 / IL-13 - dependent"),
        ("Th1/Th17 cells", "Th1 / Th17 cells"),
        ("lipid A (LPS)-stimulated", "lipid A (LPS ) - stimulated"),
        ("up-regulated, dose-dependent", "up-regulated , dose-dependent"),
        ("5 mg/kg and/or 2 pg/mL.", "5 mg/kg and/or 2 pg/mL ."),
        ("anti-inflammatory IL-6", "anti-inflammatory IL-6"),
        ("vitamin D.", "vitamin D ."),
    ],
)
def test_the_tokenizer_parts_names_from_what_hangs_on_them(
    nlp: Language, text: str, expected: str
) -> None:
    assert [token.text for token in nlp.make_doc(text)] == expected.split()


def test_the_tail_stands_for_a_word_that_is_cut(nlp: Language) -> None:
    words = sentence("IL-4/IL-13-induced JJ 2 amod\ndeath NN 0 root\n")
    split, numbers = regroup(words, [0, 0], nlp)
    assert numbers == [0] * 6
    assert arcs(split) == [
        ("IL-4", "compound", "induced"),
        ("/", "punct", "IL-4"),
        ("IL-13", "conj", "IL-4"),
        ("-", "punct", "induced"),
        ("induced", "amod", "death"),
    ]
    assert [w.tag for w in split] == ["NN", ":", "NN", "HYPH", "JJ", "NN"]
    assert "".join(w.form + " " * w.space_after for w in split) == "IL-4/IL-13-induced death "


def test_a_treebank_that_cuts_such_words_itself_gets_the_same_tree(nlp: Language) -> None:
    words = sentence("drug NN 3 nmod:npmod\n- HYPH 3 punct\ninduced VBN 4 amod\nfever NN 0 root\n")
    words[0].space_after = words[1].space_after = False
    split, _ = regroup(words, [0] * 4, nlp)
    assert arcs(split)[0] == ("drug", "compound", "induced")
    assert (split[2].tag, split[2].lemma) == ("JJ", "induced")
