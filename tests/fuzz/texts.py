"""Random texts through the whole route, with the model, and through triage."""

from __future__ import annotations

from functools import cache
from random import Random

from pipeline.patterns_data import default_patterns_dir
from pipeline.records import Annotation, Document, Mention
from pipeline.route import Settings, annotate
from pipeline.triage import LABELS, Triage
from tests.fuzz.invariants import need
from tests.fuzz.words import text


@cache
def _triage() -> Triage:
    return Triage(default_patterns_dir())


def check_triage(random: Random) -> int:
    """Triage keeps a text in which the route finds a cytokine or receptor; 1 where it does."""
    written = text(random, random.choice([3, 3, 10]))
    kept = _triage().keeps(written)
    if kept or not written.strip():
        return 0
    (found,) = annotate([Document("a", written)], Settings())
    lost = [mention for mention in found.mentions if mention.label in LABELS]
    need(not lost, f"triage passes over {written!r} with {[m.text for m in lost]}")
    return 1


def check_route(random: Random) -> int:
    """A text is annotated, offsets hold, and again it gives the same."""
    suffix = random.choice([".txt", ".md"])
    document = Document("a", text(random, random.choice([10, 60, 200])), f"a{suffix}")
    (first,) = annotate([document], Settings())
    need(first.failure is None, f"{first.failure}")
    check_annotation(first)
    (again, _) = annotate([document, Document("b", "IL-6 rose.")], Settings())
    need(first == again, "beside another document, it differs")
    return 1


def check_annotation(found: Annotation) -> None:
    """Offsets of mentions, sentences, relations and triggers hold."""
    written = found.document.text
    for mention in found.mentions:
        _check_mention(written, mention)
    for start, end in found.sentences:
        need(0 <= start < end <= len(written), f"sentence {start} to {end}")
    for relation in found.relations:
        start, end = relation.sentence_start, relation.sentence_end
        need(written[start:end] == relation.sentence, "a sentence is not where it should be")
        for mention in (relation.subject, relation.object):
            need(mention in found.mentions, f"{mention.text!r} is no mention")
        if relation.trigger_start >= 0:
            said = written[relation.trigger_start : relation.trigger_end]
            need(said == relation.trigger, f"trigger {relation.trigger!r} is not {said!r}")


def _check_mention(written: str, mention: Mention) -> None:
    said = written[mention.start : mention.end]
    need(said == mention.text and bool(said.strip()), f"{mention.text!r} is not {said!r}")
