"""Score tables: counts and rates over all documents, as rows for a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from pipeline.evaluate.intervals import Row, count_scores, f1_score, ratio, wilson
from pipeline.evaluate.relations import (
    RelationMatch,
    Sentences,
    all_pairs,
    gold_annotation,
    match_relations,
)
from pipeline.evaluate.spans import MentionMatch, match_mentions, scored
from pipeline.gold.records import GoldDocument, GoldRelation
from pipeline.recognise.fine import normal_form
from pipeline.records import LABELS, PREDICATES, Annotation, Relation

ALL = "ALL"  # the row over all labels or predicates together (micro average)
MATCHINGS = ("strict", "relaxed")
BASES = ("predicted", "gold")  # the mentions that the all-pairs baseline joins

Tally = Counter[tuple[str, str]]  # (row name, one of tp, fp, fn) -> count


@dataclass(frozen=True, slots=True)
class DocumentMatch:
    """One document with every comparison that the tables need, by way of matching.

    ``mentions`` holds what counts, ``arguments`` all mentions, which relations need.
    """

    gold: GoldDocument
    annotation: Annotation
    sentences: Sentences
    arguments: dict[str, MentionMatch]
    mentions: dict[str, MentionMatch]
    relations: dict[str, RelationMatch]
    baselines: dict[tuple[str, str], RelationMatch]  # (matching, base)


def match_document(
    gold: GoldDocument, annotation: Annotation, sentences: Sentences
) -> DocumentMatch:
    """Compare one document in every way: strict, relaxed, and the baselines beside."""
    relations = _in_scope(gold, annotation.relations)
    ideal = gold_annotation(gold, sentences)
    ideal_match = match_mentions(gold.mentions, ideal.mentions, strict=True)
    ideal_pairs = _in_scope(gold, all_pairs(ideal.mentions, sentences))
    on_gold = match_relations(gold, ideal.mentions, ideal_pairs, ideal_match)
    pairs = _in_scope(gold, all_pairs(annotation.mentions, sentences))
    result = DocumentMatch(gold, annotation, sentences, {}, {}, {}, {})
    for matching in MATCHINGS:
        match = match_mentions(gold.mentions, annotation.mentions, strict=matching == "strict")
        result.arguments[matching] = match
        result.mentions[matching] = scored(match, gold)
        result.relations[matching] = match_relations(gold, annotation.mentions, relations, match)
        result.baselines[matching, "predicted"] = match_relations(
            gold, annotation.mentions, pairs, match
        )
        result.baselines[matching, "gold"] = on_gold
    return result


def _in_scope(gold: GoldDocument, relations: Iterable[Relation]) -> list[Relation]:
    """The relations of predicates that were annotated."""
    allowed = PREDICATES if gold.predicates is None else gold.predicates
    return [relation for relation in relations if relation.predicate in allowed]


def _counts(tally: Tally, name: str) -> tuple[int, int, int]:
    return tally[name, "tp"], tally[name, "fp"], tally[name, "fn"]


def _add(tally: Tally, name: str, subset: str, outcome: str) -> None:
    """Count one outcome under its name, under ALL, and under name and subset."""
    for row in (name, ALL, f"{name}/{subset}", f"{ALL}/{subset}"):
        tally[row, outcome] += 1


def _subset(specificities: Iterable[str]) -> str:
    return "generic" if "generic" in specificities else "named"


def mention_scores(matches: Sequence[DocumentMatch]) -> list[Row]:
    """Rows by matching and label, then all labels, then cytokines generic and named.

    A found mention is generic when gold says so, a false one when the prediction does.
    """
    rows: list[Row] = []
    for matching in MATCHINGS:
        tally: Tally = Counter()
        for document in matches:
            match = document.mentions[matching]
            for gold, _ in match.found:
                _add(tally, gold.label, _subset([gold.specificity]), "tp")
            for gold in match.missed:
                _add(tally, gold.label, _subset([gold.specificity]), "fn")
            for predicted in match.false:
                _add(tally, predicted.label, _subset([predicted.specificity]), "fp")
        for name in (*LABELS, ALL, "CYTOKINE/generic", "CYTOKINE/named"):
            label, _, subset = name.partition("/")
            row = {"matching": matching, "label": label, "subset": subset or "all"}
            rows.append(row | count_scores(*_counts(tally, name)))
    return rows


def _tally_relations(pairs: Iterable[tuple[GoldDocument, RelationMatch]]) -> Tally:
    tally: Tally = Counter()
    for document, match in pairs:
        for gold, _ in match.found:
            _add(tally, gold.predicate, _gold_subset(document, gold), "tp")
        for gold in match.missed:
            _add(tally, gold.predicate, _gold_subset(document, gold), "fn")
        for relation in match.false:
            subset = _subset([relation.subject.specificity, relation.object.specificity])
            _add(tally, relation.predicate, subset, "fp")
    return tally


def _gold_subset(document: GoldDocument, relation: GoldRelation) -> str:
    arguments = (relation.subject, relation.object)
    return _subset([document.mention(argument).specificity for argument in arguments])


def without_precision(row: dict[str, object]) -> dict[str, object]:
    """A row of scores in which only recall is defined: some document judges no false hit."""
    return {
        key: None if key.rsplit("_", 1)[-1] == "f1" or "precision" in key else value
        for key, value in row.items()
    }


def relation_scores(matches: Sequence[DocumentMatch]) -> list[Row]:
    """Rows by matching and predicate, then all predicates, then those with a generic
    cytokine and the others; the all-pairs baseline stands beside each score."""
    rows: list[Row] = []
    recall_only = {name for match in matches for name in match.gold.recall_only}
    for matching in MATCHINGS:
        tally = _tally_relations((m.gold, m.relations[matching]) for m in matches)
        baselines = {
            base: _tally_relations((m.gold, m.baselines[matching, base]) for m in matches)
            for base in BASES
        }
        for name in (*PREDICATES, ALL, f"{ALL}/generic", f"{ALL}/named"):
            predicate, _, subset = name.partition("/")
            row: dict[str, object] = {
                "matching": matching,
                "predicate": predicate,
                "subset": subset or "all",
            }
            row |= count_scores(*_counts(tally, name))
            for base, baseline in baselines.items():
                tp, fp, fn = _counts(baseline, name)
                row[f"pairs_of_{base}_precision"] = ratio(tp, tp + fp)
                row[f"pairs_of_{base}_recall"] = ratio(tp, tp + fn)
                row[f"pairs_of_{base}_f1"] = f1_score(tp, fp, fn)
            mixed = predicate == ALL and any(tally[one, "tp"] for one in recall_only)
            blind = mixed or predicate in recall_only
            rows.append(without_precision(row) if blind else row)
    return rows


def _agreement_rows(attribute: str, name: str, pairs: list[tuple[str, str]]) -> list[Row]:
    """One row for the accuracy of (gold, predicted) values, then one for each value."""
    correct = sum(gold == predicted for gold, predicted in pairs)
    low, high = wilson(correct, len(pairs))
    rows: list[Row] = [
        {
            "attribute": attribute,
            "over": name,
            "value": ALL,
            "n_gold": len(pairs),
            "n_predicted": len(pairs),
            "n_correct": correct,
            "accuracy": ratio(correct, len(pairs)),
            "accuracy_low": low,
            "accuracy_high": high,
        }
    ]
    for value in sorted({value for pair in pairs for value in pair}):
        n_gold = sum(gold == value for gold, _ in pairs)
        n_predicted = sum(predicted == value for _, predicted in pairs)
        hits = sum(pair == (value, value) for pair in pairs)
        rows.append(
            {
                "attribute": attribute,
                "over": name,
                "value": value or "(none)",
                "n_gold": n_gold,
                "n_predicted": n_predicted,
                "n_correct": hits,
                "precision": ratio(hits, n_predicted),
                "recall": ratio(hits, n_gold),
                "f1": ratio(2 * hits, n_gold + n_predicted),
            }
        )
    return rows


def _flag(value: bool) -> str:
    return "true" if value else "false"


Concept = Callable[[str, str], str]


def no_concept(label: str, name: str) -> str:
    """Knows no names: only equal ones mean the same."""
    return ""


ATTRIBUTES: dict[str, Callable[[GoldRelation | Relation], str]] = {
    "effect": lambda relation: relation.effect,
    "function": lambda relation: relation.function,
    "negated": lambda relation: _flag(relation.negated),
    "hedged": lambda relation: _flag(relation.hedged),
}


def attribute_scores(matches: Sequence[DocumentMatch], concept: Concept = no_concept) -> list[Row]:
    """Attributes of relaxed found relations, then grounding and specificity of relaxed
    found mentions. ``concept`` gives the name of the concept that a label and a name mean."""
    found = [pair for m in matches for pair in m.relations["relaxed"].found]
    rows: list[Row] = []
    for attribute, read in ATTRIBUTES.items():
        over = "ACTS_ON" if attribute == "function" else ALL
        pairs = [(read(g), read(p)) for g, p in found if over in (ALL, g.predicate)]
        rows += _agreement_rows(attribute, over, pairs)
    found_mentions = [pair for m in matches for pair in m.mentions["relaxed"].found]
    rows += _shares(
        "concept_name",
        (
            (gold.label, same_name(gold.label, gold.norm, predicted.concept_name, concept))
            for gold, predicted in found_mentions
            if gold.norm
        ),
    )
    rows += _shares(
        "specificity",
        (
            (gold.label, gold.specificity == predicted.specificity)
            for gold, predicted in found_mentions
            if gold.specificity
        ),
    )
    return rows


def same_name(label: str, norm: str, concept_name: str, concept: Concept = no_concept) -> bool:
    """Gene symbols must agree exactly, other names but for case, spelling and plural, or
    they mean the same concept (*alveolar type II cells*)."""
    if label in ("CYTOKINE", "RECEPTOR"):
        return norm == concept_name
    if normal_form(norm) == normal_form(concept_name):
        return True
    return concept_name != "" and concept(label, norm) == concept_name


def _shares(attribute: str, judged: Iterable[tuple[str, bool]]) -> Iterator[Row]:
    """The share that is right, by label and over all."""
    total: Counter[str] = Counter()
    correct: Counter[str] = Counter()
    for label, right in judged:
        for name in (label, ALL):
            total[name] += 1
            correct[name] += right
    for name in (*LABELS, ALL):
        if attribute == "specificity" and not total[name]:
            continue  # only cytokines and receptors have one
        low, high = wilson(correct[name], total[name])
        yield {
            "attribute": attribute,
            "over": name,
            "value": ALL,
            "n_gold": total[name],
            "n_predicted": total[name],
            "n_correct": correct[name],
            "accuracy": ratio(correct[name], total[name]),
            "accuracy_low": low,
            "accuracy_high": high,
        }
