"""How far two annotators agree: F1, and Cohen's kappa, which takes chance off.

F1 is the usual measure where nobody knows how many mentions there could have been. Kappa is taken
over things that both sides judged: the words of the text (a label or none), pairs of common
mentions of one sentence with each predicate that their labels allow (stated or not), and the
attributes of what both have. What one side calls optional counts neither way in F1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import permutations

from pipeline.curate.pairs import Pairing, Statement, names, pair
from pipeline.evaluate.intervals import Row, cohen_kappa, f1_score
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation
from pipeline.records import LABELS, PREDICATES, SIGNATURES

ALL = "ALL"
_WORD = re.compile(r"\w+|[^\w\s]")
COLUMNS = ["part", "name", "both", "only_a", "only_b", "f1", "strict_f1", "n", "agreement", "kappa"]


def agreement(documents: Iterable[tuple[GoldDocument, GoldDocument]]) -> list[Row]:
    """Rows by part (mention, relation, attribute) and name.

    ``both``, ``only_a``, ``only_b`` count mentions and relations, ``f1`` is by relaxed matching,
    ``strict_f1`` by equal bounds; ``n`` things were judged by both sides, ``agreement`` is the
    share judged alike, ``kappa`` Cohen's. Undefined figures are None. Raises GoldError when
    the texts of a document differ.
    """
    pairings = [pair(a, b) for a, b in documents]
    rows = list(_mention_rows(pairings))
    rows += _relation_rows(pairings)
    rows += _attribute_rows(pairings)
    return [dict.fromkeys(COLUMNS) | row for row in rows]


def _mention_rows(pairings: Sequence[Pairing]) -> Iterator[dict[str, object]]:
    tally: Counter[tuple[str, str]] = Counter()
    for pairing in pairings:
        for one, other in pairing.mentions:
            if (one and one.optional) or (other and other.optional):
                continue
            label = (one or other).label  # type: ignore[union-attr]
            outcome = "both" if one and other else "only_a" if one else "only_b"
            exact = bool(one and other and (one.start, one.end) == (other.start, other.end))
            for name in (label, ALL):
                tally[name, outcome] += 1
                tally[name, "same"] += exact
    words = [word for pairing in pairings for word in _words(pairing)]
    for name in (*LABELS, ALL):
        judged = words if name == ALL else [(_only(name, a), _only(name, b)) for a, b in words]
        same, both = tally[name, "same"], tally[name, "both"]
        only_a, only_b = tally[name, "only_a"], tally[name, "only_b"]
        yield {
            "part": "mention",
            "name": name,
            "both": both,
            "only_a": only_a,
            "only_b": only_b,
            "f1": f1_score(both, only_b, only_a),
            "strict_f1": f1_score(same, only_b + both - same, only_a + both - same),
            **_alike(judged),
        }


def _only(name: str, label: str) -> str:
    return label if label == name else ""


def _words(pairing: Pairing) -> list[tuple[str, str]]:
    """For each word of the text the labels of both sides, "" for none; of nested mentions
    the outer one's."""
    return [
        (_label(pairing.a, word.start()), _label(pairing.b, word.start()))
        for word in _WORD.finditer(pairing.a.text)
    ]


def _label(document: GoldDocument, at: int) -> str:
    holding = [m for m in document.mentions if m.start <= at < m.end and not m.optional]
    return max(holding, key=lambda m: m.end - m.start).label if holding else ""


def _alike(judged: Sequence[tuple[str, str]]) -> dict[str, object]:
    """Number, share judged alike and Cohen's kappa (None where both sides only know one value)."""
    if not judged:
        return {"n": 0}
    alike = sum(one == two for one, two in judged) / len(judged)
    return {"n": len(judged), "agreement": alike, "kappa": cohen_kappa(judged)}


def _relation_rows(pairings: Sequence[Pairing]) -> Iterator[dict[str, object]]:
    tally: Counter[tuple[str, str]] = Counter()
    for pairing in pairings:
        for (predicate, _, _), (one, other) in pairing.relations.items():
            if _is_optional(pairing.a, one) or _is_optional(pairing.b, other):
                continue
            outcome = "both" if one and other else "only_a" if one else "only_b"
            for name in (predicate, ALL):
                tally[name, outcome] += 1
    judged = [item for pairing in pairings for item in _candidates(pairing)]
    for name in (*PREDICATES, ALL):
        both, only_a, only_b = (tally[name, key] for key in ("both", "only_a", "only_b"))
        own = [(one, two) for predicate, one, two in judged if name in (ALL, predicate)]
        yield {
            "part": "relation",
            "name": name,
            "both": both,
            "only_a": only_a,
            "only_b": only_b,
            "f1": f1_score(both, only_b, only_a),
            **_alike(own),
        }


def _is_optional(document: GoldDocument, relation: GoldRelation | None) -> bool:
    return relation is not None and document.is_optional(relation)


def _candidates(pairing: Pairing) -> Iterator[tuple[str, str, str]]:
    """Predicate, stated by a, stated by b ("yes", "no"): for pairs of common mentions, long
    forms, of one sentence, by spaCy's rule-based sentence splitter."""
    import spacy

    nlp = spacy.blank("en")
    nlp.add_pipe("sentencizer")
    starts = [sentence.start_char for sentence in nlp(pairing.a.text).sents]
    name_a, _ = names(pairing.mentions)
    common = [one for one, other in pairing.mentions if one and other and not one.alias_of]

    def sentence(mention: GoldMention) -> int:
        return sum(start <= mention.start for start in starts)

    for subject, target in permutations(common, 2):
        if sentence(subject) != sentence(target):
            continue
        for predicate, (subjects, objects) in SIGNATURES.items():
            if subject.label in subjects and target.label in objects:
                statement: Statement = (predicate, name_a[subject.id], name_a[target.id])
                one, other = pairing.relations.get(statement, (None, None))
                yield predicate, "yes" if one else "no", "yes" if other else "no"


def _attribute_rows(pairings: Sequence[Pairing]) -> Iterator[dict[str, object]]:
    mentions = [
        (one, other) for pairing in pairings for one, other in pairing.mentions if one and other
    ]
    relations = [
        (one, other)
        for pairing in pairings
        for one, other in pairing.relations.values()
        if one and other
    ]
    for name, labels in (("specificity", ("CYTOKINE",)), ("norm", ("CYTOKINE", "RECEPTOR"))):
        values = [
            (getattr(one, name), getattr(other, name))
            for one, other in mentions
            if one.label in labels
        ]
        yield {"part": "attribute", "name": name, **_alike(values)}
    aliases = [(str(bool(one.alias_of)), str(bool(other.alias_of))) for one, other in mentions]
    yield {"part": "attribute", "name": "alias", **_alike(aliases)}
    for name in ("effect", "function", "negated", "hedged"):
        values = [
            (str(getattr(one, name)), str(getattr(other, name)))
            for one, other in relations
            if name != "function" or one.predicate == "ACTS_ON"
        ]
        yield {"part": "attribute", "name": name, **_alike(values)}
