"""Which predicted relation is which gold relation, and the all-pairs baseline."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from pipeline.evaluate.spans import MentionMatch, SpanKey, span_key
from pipeline.gold.records import GoldDocument, GoldRelation
from pipeline.records import SIGNATURES, Annotation, Document, Mention, Relation

# What an argument stands for: the id of a gold mention, else the predicted words.
Node = str | SpanKey
Statement = tuple[str, Node, Node]
Sentences = Sequence[tuple[int, int]]  # start, end (characters), in order


@dataclass(frozen=True, slots=True)
class RelationMatch:
    """The relations of one document. ``neutral`` counts neither way: on optional
    mentions, optional itself, a repeat of another prediction through an alias, or judged by
    nobody in a partial document."""

    found: list[tuple[GoldRelation, Relation]]
    missed: list[GoldRelation]
    false: list[Relation]
    neutral: list[Relation]


class Arguments:
    """Resolves the arguments of predicted relations to what gold calls them."""

    def __init__(
        self, document: GoldDocument, mentions: Sequence[Mention], match: MentionMatch
    ) -> None:
        self._by_id = {mention.mention_id: mention for mention in mentions}
        self._neutral = {span_key(mention) for mention in match.neutral}
        self._gold = {
            span_key(predicted): document.alias_root(gold.id)
            for gold, predicted in [*match.optional, *match.found]
        }

    def node(self, relation: Relation, mention: Mention) -> Node:
        """The gold mention behind an argument, by way of its long form where need be.

        Only a long form in the same sentence is followed: a recogniser may link every
        later use of a short form to its definition, which says nothing about this sentence.
        """
        seen: set[SpanKey] = set()
        current: Mention | None = mention
        while current is not None and span_key(current) not in seen:
            mention = current
            seen.add(span_key(mention))
            if gold_id := self._gold.get(span_key(mention)):
                return gold_id
            current = self._by_id.get(mention.alias_of)
            if current and not _inside(current, relation):
                current = None
        return span_key(mention)

    def statement(self, relation: Relation) -> Statement:
        return (
            relation.predicate,
            self.node(relation, relation.subject),
            self.node(relation, relation.object),
        )

    def is_optional(self, relation: Relation) -> bool:
        arguments = (relation.subject, relation.object)
        return any(span_key(argument) in self._neutral for argument in arguments)


def _inside(mention: Mention, relation: Relation) -> bool:
    return relation.sentence_start <= mention.start and mention.end <= relation.sentence_end


def gold_statement(document: GoldDocument, relation: GoldRelation) -> Statement:
    """The relation with both arguments replaced by their long forms."""
    root = document.alias_root
    return relation.predicate, root(relation.subject), root(relation.object)


def match_relations(
    document: GoldDocument,
    mentions: Sequence[Mention],
    relations: Sequence[Relation],
    match: MentionMatch,
) -> RelationMatch:
    """Compare the relations of one document, given how its mentions matched.

    A strict ``match`` gives strict relation scores, a relaxed one relaxed scores.
    """
    open_gold: dict[Statement, list[GoldRelation]] = defaultdict(list)
    optional_gold: set[Statement] = set()
    rejected = {gold_statement(document, gold) for gold in document.rejected}
    for gold in document.relations:
        statement = gold_statement(document, gold)
        if document.is_optional(gold):
            optional_gold.add(statement)
        else:
            open_gold[statement].append(gold)
    arguments = Arguments(document, mentions, match)
    result = RelationMatch([], [], [], [])
    seen: set[Statement] = set()
    for relation in sorted(relations):
        statement = arguments.statement(relation)
        if open_gold.get(statement):
            result.found.append((open_gold[statement].pop(0), relation))
        elif statement in seen | optional_gold or arguments.is_optional(relation):
            result.neutral.append(relation)
            continue  # of which a later one that counts is no repeat
        elif document.partial and statement not in rejected:
            result.neutral.append(relation)  # nobody judged it
        else:
            result.false.append(relation)
        seen.add(statement)
    result.missed.extend(
        gold
        for gold in document.relations
        if any(gold is left for left in open_gold.get(gold_statement(document, gold), ()))
    )
    return result


def sentence_at(sentences: Sentences, start: int) -> tuple[int, int]:
    """The sentence that holds a character; (-1, -1) before the first one."""
    index = bisect_right(sentences, start, key=lambda sentence: sentence[0]) - 1
    return sentences[index] if index >= 0 else (-1, -1)


def all_pairs(mentions: Sequence[Mention], sentences: Sentences) -> Iterator[Relation]:
    """The baseline: every predicate that the labels of two mentions of a sentence allow.

    An abbreviation and its own long form make no pair.
    """
    by_sentence: dict[tuple[int, int], list[Mention]] = defaultdict(list)
    for mention in mentions:
        by_sentence[sentence_at(sentences, mention.start)].append(mention)
    for (start, end), group in sorted(by_sentence.items()):
        for subject, target in permutations(sorted(group), 2):
            if subject.mention_id == target.alias_of or target.mention_id == subject.alias_of:
                continue
            for predicate, (subjects, objects) in SIGNATURES.items():
                if subject.label in subjects and target.label in objects:
                    yield Relation(
                        subject.doc_id, start, end, subject, target, predicate, rule="all-pairs"
                    )


def gold_mentions(gold: GoldDocument) -> dict[str, Mention]:
    """The mentions of gold as records, optional ones too, by their id in gold."""
    spans = {m.id: Mention(gold.id, m.start, m.end, m.label, "").mention_id for m in gold.mentions}
    return {
        m.id: Mention(
            doc_id=gold.id,
            start=m.start,
            end=m.end,
            label=m.label,
            text=gold.span_text(m),
            concept_name=m.norm,
            specificity=m.specificity,
            layer="gold",
            alias_of=spans[m.alias_of] if m.alias_of else "",
        )
        for m in gold.mentions
    }


def gold_annotation(gold: GoldDocument, sentences: Sentences) -> Annotation:
    """Gold as records: what a perfect extractor would return for this document."""
    mentions = gold_mentions(gold)
    relations = []
    for r in gold.relations:
        subject, target = mentions[r.subject], mentions[r.object]
        start, end = sentence_at(sentences, min(subject.start, target.start))
        relations.append(
            Relation(
                doc_id=gold.id,
                sentence_start=start,
                sentence_end=end,
                subject=subject,
                object=target,
                predicate=r.predicate,
                effect=r.effect,
                function=r.function,
                negated=r.negated,
                hedged=r.hedged,
                rule="gold",
                score=1.0,
                sentence=gold.text[max(start, 0) : max(end, 0)],
            )
        )
    return Annotation(
        document=Document(gold.id, gold.text),
        mentions=tuple(sorted(mentions.values())),
        relations=tuple(sorted(relations)),
        sentences=tuple(sentences),
    )
