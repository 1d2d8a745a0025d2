"""Drugs that one sentence shows, in the others; short forms in brackets behind them."""

from __future__ import annotations

import pytest

from pipeline.ground.index import ConceptIndex
from pipeline.patterns_data import default_patterns_dir
from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import fine_text, fine_vocab
from pipeline.recognise.model_mentions import read_cues
from pipeline.recognise.repeats import Repeats


@pytest.fixture(scope="module")
def repeats() -> Repeats:
    return Repeats(read_cues(default_patterns_dir()), ConceptIndex([]))


def mention(text: str, words: str, label: str = "DRUG") -> Candidate:
    start = text.index(words)
    return Candidate(start, start + len(words), label, layer="model")


@pytest.mark.parametrize(
    ("text", "long", "short"),
    [
        ("Acetaminophen (AAP) was given", "Acetaminophen", "AAP"),
        ("we gave 2-methoxyestradiol (2ME2)", "2-methoxyestradiol", "2ME2"),
        ("an extract of Welsh onion (WOE) was", "extract of Welsh onion", "WOE"),
        ("a purified saponin mixture [PSM] was", "purified saponin mixture", "PSM"),
    ],
)  # fmt: skip
def test_a_short_form_in_brackets(repeats: Repeats, text: str, long: str, short: str) -> None:
    (found,) = repeats.bracketed(text, [mention(text, long)], [])
    assert (found.short, text[found.long_start : found.long_end]) == (short, long)


@pytest.mark.parametrize(
    ("text", "long"),
    [
        ("cisplatin (Sigma) was given", "cisplatin"),
        ("cisplatin (USA) was given", "cisplatin"),
        ("cisplatin (100 mg) was given", "cisplatin"),
        ("cisplatin and mesna (CPM) were given", "cisplatin"),
    ],
)
def test_no_short_form(repeats: Repeats, text: str, long: str) -> None:
    assert repeats.bracketed(text, [mention(text, long)], []) == []


def test_what_stands_in_brackets_behind_a_target_is_the_target(repeats: Repeats) -> None:
    text = "an antibody to activin (ATA) was given"
    mentions = [mention(text, "antibody to activin"), mention(text, "activin", "CYTOKINE")]
    assert repeats.bracketed(text, mentions, []) == []


def again(repeats: Repeats, first: str, drug: str, second: str) -> list[str]:
    names = repeats.names([(first, [mention(first, drug)])])
    with fine_vocab().memory_zone():
        fine = fine_text(second)
        return [second[c.start : c.end] for c in repeats(fine, names, [])]


def test_a_drug_is_found_again(repeats: Repeats) -> None:
    text = "Xalvorin was costly; mice on xalvorin lived."
    assert again(repeats, "treated with xalvorin", "xalvorin", text) == ["Xalvorin", "xalvorin"]


@pytest.mark.parametrize(
    ("drug", "text"),
    [
        ("xalvorin", "7-O-xalvorin was made"),
        ("xalvorin", "the enzyme xalvorin transferase was lost"),
        ("SFO", "the SFO-HD group"),
        ("glucose", "glucose rose"),
        ("drug", "the drug was costly"),
    ],
)
def test_what_is_not_the_same_drug(repeats: Repeats, drug: str, text: str) -> None:
    assert again(repeats, f"treated with {drug}", drug, text) == []


def test_it_gives_way(repeats: Repeats) -> None:
    text = "mice on xalvorin lived"
    names = repeats.names([(text, [mention(text, "xalvorin")])])
    fine = fine_text(text)
    assert repeats(fine, names, [mention(text, "xalvorin lived", "CELL")]) == []
