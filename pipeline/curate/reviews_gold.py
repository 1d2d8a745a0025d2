"""Gold from reviews: rows that people accepted, corrected or rejected."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from pydantic import ValidationError

from pipeline.curate.reviews import ARGUMENTS, FIXES, JUDGED, Review, is_place
from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation, problems
from pipeline.records import SIGNATURES, Document


def gold_from_reviews(
    reviews: Sequence[Review], texts: Mapping[str, Document]
) -> tuple[list[GoldDocument], list[str]]:
    """Partial gold, a document for each that was reviewed: accepted and corrected rows are its
    relations, rejected ones and what was corrected its ``rejected``, unsure ones are optional.

    Also lines about rows that are left out: those on which curators disagree. Raises GoldError
    for rows that do not fit the text of their document, and documents that are not in ``texts``.
    """
    rows: dict[str, dict[str, list[Review]]] = defaultdict(lambda: defaultdict(list))
    for review in reviews:
        rows[review.cells["doc_id"]][review.cells["relation_id"]].append(review)
    documents: list[GoldDocument] = []
    left_out: list[str] = []
    wrong: list[str] = []
    for doc_id, by_row in sorted(rows.items()):
        agreed = []
        for group in by_row.values():
            if len({_verdict(review) for review in group}) > 1:
                said = " and ".join(f"{r.cells['curator']}: {r.decision}" for r in group)
                left_out.append(f"{group[-1].place}: left out, the curators disagree ({said})")
            else:
                agreed.append(group[0])
        if doc_id not in texts:
            wrong.append(
                f"{agreed[0].place if agreed else doc_id}: no document {doc_id!r} is given"
            )
            continue
        maker = _Maker(texts[doc_id])
        for review in agreed:
            maker.add(review)
        wrong += maker.wrong
        document = maker.document()
        wrong += [f"document {doc_id!r}: {problem}" for problem in problems(document)]
        documents.append(document)
    if wrong:
        raise GoldError(wrong)
    return documents, left_out


def _verdict(review: Review) -> tuple[str, ...]:
    wanted = [column for column in JUDGED if f"new_{column}" in FIXES]
    return (review.decision, *(review.right(column) for column in wanted))


class _Maker:
    """Collects the mentions and relations of one document."""

    def __init__(self, text: Document) -> None:
        self._text = text
        self._mentions: dict[tuple[int, int, str], GoldMention] = {}
        self._relations: dict[tuple[str, str, str], GoldRelation] = {}
        self._rejected: dict[tuple[str, str, str], GoldRelation] = {}
        self.wrong: list[str] = []

    def add(self, review: Review) -> None:
        """Take a row in; what is wrong with it goes to ``wrong``, with its place."""
        try:
            self._check_words(review)
            judged = self._relation(review, fixed=False)
            if review.decision == "reject":
                self._rejected.setdefault(_statement(judged), judged)
                return
            right = self._relation(review, fixed=True)
        except ValidationError as error:
            said = error.errors()[0]["msg"].removeprefix("Value error, ")
            self.wrong.append(f"{review.place}: no usable relation ({said})")
            return
        except ValueError as error:
            self.wrong.append(f"{review.place}: {error}")
            return
        statement = _statement(right)
        if self._relations.setdefault(statement, right) != right:
            self.wrong.append(
                f"{review.place}: another row says the same with another effect, function, "
                "negation or hedge; decide for one of them"
            )
        if review.decision == "fix" and _statement(judged) != statement:
            self._rejected.setdefault(_statement(judged), judged)

    def _check_words(self, review: Review) -> None:
        for role in ARGUMENTS:
            start, end = (self._offset(review.cells[f"{role}_{at}"]) for at in ("start", "end"))
            said, words = review.cells[f"{role}_text"], self._text.text[start:end]
            if words != said:
                raise ValueError(
                    f"the {role} is {said!r}, the document has {words!r} at {start}-{end}; was it "
                    "reviewed on another version of the text?"
                )

    def _offset(self, cell: str) -> int:
        """A place in the text, in characters."""
        length = len(self._text.text)
        if not (is_place(cell) and int(cell) <= length):
            raise ValueError(f"{cell[:20]!r} is no offset in a text of {length} characters")
        return int(cell)

    def _relation(self, review: Review, *, fixed: bool) -> GoldRelation:
        value = review.right if fixed else review.cells.__getitem__
        subject, target = (self._mention(review, role, fixed=fixed) for role in ARGUMENTS)
        made = GoldRelation(
            predicate=value("predicate"),
            subject=subject,
            object=target,
            effect=value("effect") or "unspecified",
            function=value("function") if value("predicate") == "ACTS_ON" else "",
            negated=value("negated").lower() == "true",
            hedged=value("hedged").lower() == "true",
            optional=review.decision == "unsure",
        )
        labels = {mention.id: mention.label for mention in self._mentions.values()}
        for role, end, allowed in zip(
            ARGUMENTS, (subject, target), SIGNATURES[made.predicate], strict=True
        ):
            if labels[end] not in allowed:
                expected = " or ".join(sorted(allowed))
                raise ValueError(f"the {role} is a {labels[end]}, should be {expected}")
        return made

    def _mention(self, review: Review, role: str, *, fixed: bool) -> str:
        """The id of the mention, made where it is new; a corrected name replaces the one before."""
        value = review.right if fixed else review.cells.__getitem__
        start, end = (self._offset(value(f"{role}_{at}")) for at in ("start", "end"))
        label, name = value(f"{role}_label"), value(f"{role}_name")
        key = (start, end, label)
        old = self._mentions.get(key)
        mention_id = old.id if old else f"T{len(self._mentions) + 1}"
        corrected = fixed and bool(review.cells.get(f"new_{role}_name"))
        if old is None or (corrected and old.norm != name):
            self._mentions[key] = GoldMention(
                id=mention_id, start=start, end=end, label=label, norm=name
            )
        return mention_id

    def document(self) -> GoldDocument:
        rejected = [r for key, r in self._rejected.items() if key not in self._relations]
        return GoldDocument(
            id=self._text.doc_id,
            text=self._text.text,
            title=self._text.title,
            partial=True,
            mentions=tuple(sorted(self._mentions.values(), key=lambda m: (m.start, -m.end))),
            relations=tuple(self._relations.values()),
            rejected=tuple(rejected),
        )


def _statement(relation: GoldRelation) -> tuple[str, str, str]:
    return relation.predicate, relation.subject, relation.object
