"""Maps from UD 2 and from Stanford (ClearNLP) trees to GENIA's UD 1 scheme.

Each map changes the words of one sentence in place. The UD 2 map was derived from
``genia_ud1_dev`` and ``genia_ud2_dev``, which are the same trees in both schemes
(``python training/convert_trees.py check``).
"""

from __future__ import annotations

from treebank import ROOT, Word

UD2_TO_UD1 = {
    "obj": "dobj",
    "obl": "nmod",
    "obl:agent": "nmod",
    "obl:tmod": "nmod:tmod",
    "obl:npmod": "nmod:npmod",
    "obl:unmarked": "nmod:npmod",
    "nmod:unmarked": "nmod:npmod",
    "nmod:desc": "compound",
    "nsubj:pass": "nsubjpass",
    "nsubj:outer": "nsubj",
    "csubj:pass": "csubjpass",
    "csubj:outer": "csubj",
    "aux:pass": "auxpass",
    "fixed": "mwe",
    "flat": "compound",
    "advcl:relcl": "advcl",
    "discourse": "dep",
    "vocative": "dep",
    "list": "dep",
    "goeswith": "dep",
    "reparandum": "dep",
    "orphan": "dep",
    "dislocated": "dep",
}
STANFORD_TO_UD1 = {
    "relcl": "acl:relcl",
    "poss": "nmod:poss",
    "prt": "compound:prt",
    "preconj": "cc:preconj",
    "npadvmod": "nmod:npmod",
    "quantmod": "advmod",
    "oprd": "xcomp",
    "predet": "det:predet",
    "dative": "iobj",
    "meta": "dep",
    "intj": "dep",
    "acomp": "xcomp",
    "attr": "xcomp",
    "agent": "nmod",
    "prep": "nmod",
    "pcomp": "advcl",
    "pobj": "nmod",
}
NOT_WORDS = {"not", "n't"}
STAYS_WITH_PREP = {"punct"}
NOUN_TAGS = {"NN", "NNS", "NNP", "NNPS"}
RELATIVE_TAGS = {"WDT", "WP"} | NOUN_TAGS
FINITE_TAGS = {"VB", "VBD", "VBN", "VBP", "VBZ"}
CLAUSES = {"relcl", "ccomp", "advcl"}
BE_FORMS = {"be", "is", "are", "was", "were", "been", "being", "am", "'s", "'re", "'m"}


def children(words: list[Word], head: int) -> list[int]:
    """Indices of the words that hang on ``head``, left to right."""
    return [index for index, word in enumerate(words) if word.head == head]


def turn_round(words: list[Word], old: int, new: int, old_dep: str) -> None:
    """Make ``new`` take the place of its ancestor ``old``; ``old`` hangs on it as ``old_dep``."""
    words[new].head, words[new].dep = words[old].head, words[old].dep
    words[old].head, words[old].dep = new, old_dep
    for child in children(words, old):
        words[child].head = new


def _relabel(words: list[Word], table: dict[str, str]) -> None:
    for word in words:
        word.dep = table.get(word.dep, word.dep)


def _mark_negation(words: list[Word]) -> None:
    for word in words:
        form = word.form.lower()
        is_adverb = word.dep == "advmod" and form in NOT_WORDS
        if is_adverb or (word.dep == "det" and form == "no"):
            word.dep = "neg"


def _hang_on_first_conjunct(words: list[Word]) -> None:
    """UD 2 hangs ``and`` (and EWT the comma) on the conjunct that follows, UD 1 on the first."""
    for index, word in enumerate(words):
        if word.head == ROOT or word.head < index:
            continue
        follower = words[word.head]
        comma = word.dep == "punct" and word.form in {",", ";"}
        if follower.dep == "conj" and (word.dep == "cc" or comma):
            word.head = follower.head


def _turn_flat_names(words: list[Word]) -> None:
    """UD 2 names are headed by the first word, GENIA compounds by the last."""
    for index in range(len(words)):
        flat = [child for child in children(words, index) if words[child].dep == "flat"]
        if flat:
            turn_round(words, index, flat[-1], "compound")
            for part in flat[:-1]:
                words[part].dep = "compound"


def ud2_to_ud1(words: list[Word]) -> None:
    """Turn one UD 2 sentence into GENIA's UD 1 scheme, in place."""
    _turn_flat_names(words)
    _hang_on_first_conjunct(words)
    _relabel(words, UD2_TO_UD1)
    _mark_negation(words)


def _turn_prepositions(words: list[Word]) -> None:
    """prep -> pobj becomes nmod -> case; prep -> pcomp becomes advcl -> mark."""
    for index, word in enumerate(words):
        if word.dep not in {"prep", "agent"}:
            continue
        below = children(words, index)
        objects = [child for child in below if words[child].dep == "pobj"]
        clauses = [child for child in below if words[child].dep == "pcomp"]
        if objects:
            # in "from 10 to 20 mmHg" both numbers hang on one prep: the last is the noun
            turn_round(words, index, objects[-1], "case")
            words[objects[-1]].dep = "nmod"
        elif clauses:
            turn_round(words, index, clauses[0], "mark")
            words[clauses[0]].dep = "advcl"


def _merge_double_prepositions(words: list[Word]) -> None:
    """A bare prep above another ("because of X", "based on X") leaves ``nmod`` with two cases."""
    for index, word in enumerate(words):
        if word.dep != "prep" or word.tag not in {"IN", "TO", "RP"}:
            continue
        nouns = [child for child in children(words, index) if words[child].dep == "nmod"]
        if nouns:
            turn_round(words, index, nouns[0], "case")
            words[nouns[0]].dep = "nmod"


def _turn_copulas(words: list[Word]) -> None:
    """*be* with a predicate noun or adjective hangs on it as cop; siblings move along."""
    for index, word in enumerate(words):
        if word.form.lower() not in BE_FORMS:
            continue
        predicates = [
            child for child in children(words, index) if words[child].dep in {"attr", "acomp"}
        ]
        if predicates:
            turn_round(words, index, predicates[0], "cop")


def _flatten_conjuncts(words: list[Word]) -> None:
    """ClearNLP chains conjuncts (A <- B <- C); UD hangs them all, with cc, on the first."""
    for word in words:
        while (
            word.dep == "conj" or word.dep == "cc" or (word.dep == "punct" and word.form in ",;")
        ) and word.head != ROOT:
            above = words[word.head]
            if above.dep != "conj" or above.head == ROOT:
                break
            word.head = above.head


def _stanford_words(words: list[Word]) -> None:
    for index, word in enumerate(words):
        if word.dep == "aux" and word.tag == "TO":
            word.dep = "mark"
        elif word.dep == "nmod" and word.head > index:
            word.dep = "compound" if word.tag in NOUN_TAGS else "amod"
        elif word.dep == "nmod":
            word.dep = "dep"


def _name_relative_subjects(words: list[Word]) -> None:
    """CRAFT calls the subject of a relative clause ``dep``: "cells that die"."""
    for index, word in enumerate(words):
        if word.dep != "dep" or word.head < index or word.tag not in RELATIVE_TAGS:
            continue
        if words[word.head].dep not in CLAUSES or words[word.head].tag not in FINITE_TAGS:
            continue
        labels = {words[child].dep for child in children(words, word.head)}
        if labels & {"nsubj", "nsubjpass"}:
            word.dep = "dobj" if word.tag in {"WDT", "WP"} else "dep"
        else:
            word.dep = "nsubjpass" if "auxpass" in labels else "nsubj"


def stanford_to_ud1(words: list[Word]) -> None:
    """Turn one ClearNLP (CRAFT) sentence into GENIA's UD 1 scheme, in place."""
    _name_relative_subjects(words)
    _stanford_words(words)
    _flatten_conjuncts(words)
    _turn_copulas(words)
    _turn_prepositions(words)
    _merge_double_prepositions(words)
    _relabel(words, STANFORD_TO_UD1)
    _mark_negation(words)


def is_tree(words: list[Word]) -> bool:
    """One root and no cycle."""
    if sum(word.head == ROOT for word in words) != 1:
        return False
    for start in range(len(words)):
        at, steps = start, 0
        while at != ROOT and steps <= len(words):
            at, steps = words[at].head, steps + 1
        if at != ROOT:
            return False
    return True
