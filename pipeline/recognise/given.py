"""Mentions that are given, in the place of what a recogniser finds."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.read.layout import Block
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.recogniser import Found
from pipeline.records import Mention


def given_mentions(blocks: Sequence[Block], mentions: Sequence[Mention]) -> list[list[Found]]:
    """The mentions of one document (offsets into it) in each of its blocks (offsets into the
    block): sorted by start, the outer before the nested.

    A mention is in every block that holds it whole: a lead-in's in several, one that runs
    over the edge of a block in none.
    """
    return [_in_block(block, mentions) for block in blocks]


def _in_block(block: Block, mentions: Sequence[Mention]) -> list[Found]:
    inside = []
    for mention in set(mentions):
        span = block.from_document(mention.start, mention.end)
        if span is not None:
            inside.append((span[0], -span[1], mention.label, mention))
    kept = [(start, -end, mention) for start, end, _, mention in sorted(inside)]
    roots = _roots([mention for _, _, mention in kept])
    first: dict[str, int] = {}
    found: list[Found] = []
    for index, ((start, end, mention), root) in enumerate(zip(kept, roots, strict=True)):
        before = first.setdefault(root, index)
        found.append(Found(_candidate(mention, start, end), -1 if before == index else before))
    return found


def _roots(mentions: Sequence[Mention]) -> list[str]:
    """For each mention the id of the long form at the end of its aliases, as far as the block
    holds them. Of long and short form the first is what relations attach to: whichever it is,
    the others are its aliases."""
    above = {mention.mention_id: mention.alias_of for mention in mentions}
    roots = []
    for mention in mentions:
        root, seen = mention.mention_id, {mention.mention_id}
        while above[root] in above and above[root] not in seen:
            root = above[root]
            seen.add(root)
        roots.append(root)
    return roots


def _candidate(mention: Mention, start: int, end: int) -> Candidate:
    return Candidate(
        start, end, mention.label, mention.layer, mention.concept_name, mention.concept_id,
        mention.specificity, source=mention.matched, grounding=mention.grounding,
        score=mention.score,
    )  # fmt: skip
