"""Names and constructions, each with its wrong-sense twin (``tests/names/*.yaml``).

All mentions of all five labels must be found at exactly their offsets, and nothing else;
concept and specificity are judged where the case gives them.
"""

from __future__ import annotations

import pytest

from pipeline.records import Document, Mention
from pipeline.route import Settings, annotate
from tests.name_cases import Expected, NameCase, read_case_text, read_cases

CASES = read_cases()


@pytest.fixture(scope="module")
def found() -> dict[str, tuple[Mention, ...]]:
    documents = [Document(case.id, case.text) for case in CASES]
    return {a.document.doc_id: a.mentions for a in annotate(documents, Settings())}


def differences(case: NameCase, mentions: tuple[Mention, ...]) -> list[str]:
    """What is missing, too much or wrongly grounded, in words; empty when all is right."""
    got = {(m.start, m.end, m.label): m for m in mentions}
    wanted = {(e.start, e.end, e.label): e for e in case.expected}
    said = [f"not found: {case.text[s:e]!r} {label}" for s, e, label in wanted.keys() - got]
    said += [f"too much: {case.text[s:e]!r} {label}" for s, e, label in got.keys() - wanted]
    for key in sorted(wanted.keys() & got):
        mention, expected = got[key], wanted[key]
        if expected.concept is not None and mention.concept_name != expected.concept:
            said.append(f"{mention.text!r} is {mention.concept_name!r}, not {expected.concept!r}")
        if expected.specificity is not None and mention.specificity != expected.specificity:
            said.append(f"{mention.text!r} is {mention.specificity}, not {expected.specificity}")
    return said


@pytest.mark.parametrize("case", CASES, ids=[case.id for case in CASES])
def test_name(case: NameCase, found: dict[str, tuple[Mention, ...]]) -> None:
    assert differences(case, found[case.id]) == [], case.text


def test_there_are_enough_cases_of_every_kind() -> None:
    wanted = [case for case in CASES if not case.id.endswith("/twin")]
    assert len(wanted) >= 150
    assert len({case.id for case in CASES}) == len(CASES) == 2 * len(wanted)
    assert {case.kind for case in wanted} == {
        "name", "spelling", "prefix", "letter", "tail", "homograph", "abbreviation", "context",
        "coordination", "role", "marker",
    }  # fmt: skip


def test_a_twin_differs_from_its_case() -> None:
    by_id = {case.id: case for case in CASES}
    for case in CASES:
        twin = by_id.get(case.id + "/twin")
        if twin is not None:
            read = [
                {(c.text[e.start : e.end], e.label, e.concept) for e in c.expected}
                for c in (case, twin)
            ]
            assert read[0] != read[1], case.id


def test_marks_are_read() -> None:
    text, expected = read_case_text('[anti-[TNF](CYTOKINE TNF specific) mAb](DRUG "x y") [a] (b)')
    assert text == "anti-TNF mAb [a] (b)"
    assert expected == (
        Expected(0, 12, "DRUG", "x y"),
        Expected(5, 8, "CYTOKINE", "TNF", "specific"),
    )
    with pytest.raises(ValueError, match="unclosed"):
        read_case_text("[IL-6](CYTOKINE")
    with pytest.raises(ValueError, match="specificity"):
        read_case_text("[IL-6](CYTOKINE IL6 precise)")
