"""One document of a run as people corrected it: rejected rows gone, corrections made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.curate.carry import Standing, shift_of
from pipeline.curate.concept_names import Concept
from pipeline.curate.reviews import ARGUMENTS, FIXES, Review
from pipeline.records import SIGNATURES, Mention, Relation
from pipeline.tables_in import TableError
from pipeline.tabulate import Row, mention_row, relation_row

# Of a row that stays: accept, fix, unsure, disputed (curators decided differently, so it is as
# the run wrote it), or empty where nobody decided; and who did.
REVIEW_COLUMNS = ("review", "curators")
DISPUTED = "disputed"
ACCEPT, FIX = "accept", "fix"
LAYER = "review"

Key = tuple[int, int, str]  # start, end and label of a mention


class CorrectedDocument:
    """The mentions and relations of one document while they are corrected."""

    def __init__(
        self, mentions: Iterable[Mention], find: Callable[[str, str], Concept | None]
    ) -> None:
        """``find`` gives the concept by its label and any of its names."""
        self._mentions: dict[Key, Mention] = {_key(mention): mention for mention in mentions}
        self._find = find
        self._kept: list[tuple[Relation, Row]] = []
        self._replaced: list[tuple[Key, Key]] = []
        self.counts: Counter[str] = Counter()
        self.unknown: set[str] = set()  # names of concepts that nothing knows

    def add(
        self, relation: Relation, row: Mapping[str, str], standing: Mapping[str, Standing]
    ) -> None:
        """Take a relation in as the curators decided."""
        verdicts = {_verdict(one) for one in standing.values()}
        decisions = {one.decision for one in standing.values()}
        outcome = DISPUTED if len(verdicts) > 1 else next(iter(decisions), "")
        self.counts[outcome] += 1
        if outcome == "reject":
            return
        if outcome == FIX:
            one = next(iter(standing.values()))
            relation = self._fixed(relation, row, one.review)
        said = {"review": outcome, "curators": ";".join(sorted(standing))}
        self._kept.append((relation, said))

    def _fixed(self, relation: Relation, row: Mapping[str, str], review: Review) -> Relation:
        cells = {name: review.cells.get(name, "") for name in FIXES}
        shift = shift_of(row, review.cells)
        ends = {role: self._argument(relation, role, cells, review, shift) for role in ARGUMENTS}
        predicate = cells["new_predicate"] or relation.predicate
        for role, allowed in zip(ARGUMENTS, SIGNATURES[predicate], strict=True):
            if ends[role].label not in allowed:
                raise TableError(
                    f"{review.place}: the {role} of {predicate} cannot be a {ends[role].label}; "
                    "correct the line"
                )
        function = cells["new_function"] or relation.function
        return replace(
            relation,
            subject=ends["subject"],
            object=ends["object"],
            predicate=predicate,
            effect=cells["new_effect"] or relation.effect,
            function=function if predicate == "ACTS_ON" else "",
            negated=_flag(cells["new_negated"], relation.negated),
            hedged=_flag(cells["new_hedged"], relation.hedged),
        )

    def _argument(
        self, relation: Relation, role: str, cells: Mapping[str, str], review: Review, shift: int
    ) -> Mention:
        """The mention that a correction asks for, made where it is new."""
        old: Mention = getattr(relation, role)
        given = {what: cells[f"new_{role}_{what}"] for what in ("start", "end", "label", "name")}
        if not any(given.values()):
            return old
        start = int(review.right(f"{role}_start")) + shift
        end = int(review.right(f"{role}_end")) + shift
        key = (start, end, given["label"] or old.label)
        mention = self._mentions.get(key)
        if mention is None:
            offset = relation.sentence_start
            text = relation.sentence[max(start - offset, 0) : max(end - offset, 0)]
            if len(text) != end - start or not text:
                raise TableError(
                    f"{review.place}: the {role} is not in the sentence at {start}-{end}; correct "
                    "the line"
                )
            mention = replace(
                old, start=start, end=end, label=key[2], text=text, alias_of="", layer=LAYER,
                score=1.0, grounding="", matched="", concept_id="", concept_name="",
                specificity="",
            )  # fmt: skip
        mention = self._named(mention, given["name"], old)
        self._mentions[key] = mention
        if key != _key(old):
            self._replaced.append((_key(old), key))
        return mention

    def _named(self, mention: Mention, given: str, old: Mention) -> Mention:
        """The mention with the concept that a correction names, or else, where it has none, with
        the one that was there before: what no correction names stays as it stands."""
        name = given or mention.concept_name or old.concept_name
        if name == mention.concept_name:
            return mention
        if not given and mention.label == old.label:
            concept = Concept(old.concept_name, old.concept_id, old.specificity)
        else:
            found = self._find(mention.label, name)
            concept = found or Concept(name)
            if not found:
                self.unknown.add(name)
        if concept.name == mention.concept_name:
            return mention
        return replace(
            mention, concept_name=concept.name, concept_id=concept.concept_id,
            specificity=concept.specificity, layer=LAYER, grounding="", matched="",
        )  # fmt: skip

    def mention_rows(self) -> list[Row]:
        """The mentions, without those that were only a wrong reading of a corrected one."""
        ends = [end for relation, _ in self._kept for end in (relation.subject, relation.object)]
        used = {_key(end) for end in ends}
        wrong = {
            old
            for old, new in self._replaced
            if old not in used and old[0] < new[1] and new[0] < old[1]
        }
        left = [mention for key, mention in sorted(self._mentions.items()) if key not in wrong]
        ids = {mention.mention_id for mention in left}
        return [mention_row(m if m.alias_of in ids else replace(m, alias_of="")) for m in left]

    def relation_rows(self) -> list[Row]:
        """The relations, each statement once, with what was decided about it."""
        alike: dict[tuple[str, Key, Key], list[tuple[Relation, Row]]] = {}
        for relation, said in self._kept:
            statement = (relation.predicate, _key(relation.subject), _key(relation.object))
            alike.setdefault(statement, []).append((relation, said))
        ids: Counter[str] = Counter()
        rows = []
        for (_, *ends), same in alike.items():
            self.counts["merged"] += len(same) - 1
            relation, said = _merged(same)
            subject, target = (self._mentions[end] for end in ends)
            row = relation_row(replace(relation, subject=subject, object=target))
            ids[row["relation_id"]] += 1
            if ids[row["relation_id"]] > 1:
                row["relation_id"] += f"-{ids[row['relation_id']]}"
            rows.append({**row, **said})
        if not self.counts["merged"]:
            del self.counts["merged"]
        return sorted(rows, key=_place)


def _merged(same: Sequence[tuple[Relation, Row]]) -> tuple[Relation, Row]:
    """One of the rows that say the same: what a curator said goes before what nobody looked at, a
    row as the run wrote it before a corrected one, then the surer; with the highest score."""
    ranks = {ACCEPT: 0, FIX: 1}
    relation, said = min(same, key=lambda one: (ranks.get(one[1]["review"], 2), -one[0].score))
    curators = {name for _, row in same for name in row["curators"].split(";") if name}
    score = max(one.score for one, _ in same)
    return replace(relation, score=score), {**said, "curators": ";".join(sorted(curators))}


def _place(row: Row) -> tuple[Any, ...]:
    names = ("sentence_start", "subject_start", "object_start", "subject_end", "object_end")
    return (*(row[name] for name in names), row["predicate"])


def _key(mention: Mention) -> Key:
    return mention.start, mention.end, mention.label


def _verdict(standing: Standing) -> tuple[str, ...]:
    fixes = (standing.review.cells.get(name, "") for name in FIXES)
    return (standing.decision, *(fixes if standing.decision == "fix" else ()))


def _flag(cell: str, before: bool) -> bool:
    return cell.lower() == "true" if cell else before
