"""Which chemicals are drugs. Chemicals are marked by hand in sentences that the embedded
model parses, so that the decision is tested apart from the model's own mentions."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from spacy.language import Language

from pipeline.patterns_data import PatternError, default_patterns_dir
from pipeline.recognise.chemicals import ChemicalCues, read_chemical_cues
from pipeline.recognise.drugs import DrugJudge

Judge = Callable[..., list[str]]


@pytest.fixture(scope="session")
def chemical_cues() -> ChemicalCues:
    return read_chemical_cues(default_patterns_dir())


@pytest.fixture(scope="session")
def drugs(nlp: Language, chemical_cues: ChemicalCues) -> Judge:
    """A text with chemicals in [brackets] -> those that are drugs, in order."""
    judge = DrugJudge(chemical_cues, {"aspirin", "heparin"}.__contains__)

    def run(marked: str, *, offered: bool = False) -> list[str]:
        pieces = re.split(r"\[([^\]]+)\]", marked)
        doc = nlp("".join(pieces))
        places, at = [], 0
        for i, piece in enumerate(pieces):
            if i % 2:
                span = doc.char_span(at, at + len(piece), alignment_mode="expand")
                assert span is not None
                places.append((at, at + len(piece), span))
            at += len(piece)
        codes = [place[:2] for place in places] if offered else []
        verdicts = judge(doc.text, places, codes)
        return [
            doc.text[start:end]
            for (start, end, _), yes in zip(places, verdicts, strict=True)
            if yes
        ]

    return run


@pytest.mark.model
class TestName:
    @pytest.mark.parametrize(
        "word",
        ["zasocitinib", "brodalumab", "lebrikizumab", "umirolimus", "tinzaparin", "melperone",
         "retigabine", "cefepime", "tamibarotene", "nicorandil", "ropivacaine", "oxcarbazepine"],
    )  # fmt: skip
    def test_a_stem_makes_a_drug_wherever_it_stands(self, drugs: Judge, word: str) -> None:
        assert drugs(f"The structure of [{word}] was solved.") == [word]

    @pytest.mark.parametrize(
        "word",
        ["cholesterol", "ergosterol", "tunicamycin", "ionomycin", "oligomycin", "cocaine",
         "glucose", "squalene", "phenol red", "quinazoline", "dopa"],
    )  # fmt: skip
    def test_no_stem_or_an_exception(self, drugs: Judge, word: str) -> None:
        assert drugs(f"The structure of [{word}] was solved.") == []

    @pytest.mark.parametrize(
        "code",
        ["AMG 714", "MEDI-563", "CNTO 136", "LY2439821", "BMS-986165", "SB203580", "Ro 31-8220",
         "WIN 55,212-2", "SR 48,968", "UK-14304", "B-HT 920"],
    )  # fmt: skip
    def test_a_code_is_a_drug(self, chemical_cues: ChemicalCues, code: str) -> None:
        assert chemical_cues.is_code(code)

    @pytest.mark.parametrize(
        "word", ["PCB 126", "CB-153", "H2O2", "PGE2", "LTB4", "C18", "PM2.5", "Ca2+", "CO2", "T3"]
    )
    def test_what_only_looks_like_a_code(self, chemical_cues: ChemicalCues, word: str) -> None:
        assert not chemical_cues.is_code(word)

    def test_a_salt(self, drugs: Judge) -> None:
        assert drugs("We crystallised [xanomidine hydrochloride].") == ["xanomidine hydrochloride"]

    def test_a_protein_named_by_a_drug(self, drugs: Judge) -> None:
        assert drugs("The [nifedipine] receptor was cloned.") == []
        assert drugs("Mutants of [quinone] oxidoreductase were made.") == []


@pytest.mark.model
class TestOfferedCode:
    """What the model leaves unmarked and is written like a code."""

    def test_where_codes_stand(self, chemical_cues: ChemicalCues) -> None:
        text = "Ro-31-8220, JWH-210 and CFTRinh172, but neither IL-210 nor CD 1234 nor STAT3."
        found = [text[start:end] for start, end in chemical_cues.codes_in(text)]
        assert found == ["Ro-31-8220", "JWH-210", "CFTRinh172"]

    def test_a_use_makes_it_a_drug_everywhere(self, drugs: Judge) -> None:
        text = "Mice were treated with [JWH-210]. The structure of [JWH-210] was solved."
        assert drugs(text, offered=True) == ["JWH-210", "JWH-210"]

    def test_it_may_inhibit(self, drugs: Judge) -> None:
        assert drugs("[JWH-210] inhibited the growth of cells.", offered=True) == ["JWH-210"]

    def test_its_name_alone_says_nothing(self, drugs: Judge) -> None:
        assert drugs("The strain [JWH-210] was sequenced.", offered=True) == []


@pytest.mark.model
class TestUse:
    @pytest.mark.parametrize(
        "text",
        [
            "Patients were treated with [xalvorin] for a year.",
            "We treated 20 patients with [xalvorin] for a year.",
            "Twelve women received oral [xalvorin] daily.",
            "After treatment with a combination of aspirin and [xalvorin], fever fell.",
            "Intravenous administration of [xalvorin] lowered the score.",
            "[Xalvorin] was injected twice a week.",
            "Mice were given [xalvorin] (5 mg/kg) before infection.",
            "A dose of 20 mg of [xalvorin] was well tolerated.",
            "We started [xalvorin] therapy in nine children.",
            "Lesions shrank in [xalvorin]-treated animals.",
            "Lesions shrank in [xalvorin] - treated animals.",
            "The efficacy of [xalvorin] against psoriasis is unknown.",
            "[Xalvorin] is a selective inhibitor of the enzyme.",
            "The antibiotic [xalvorin] was discontinued.",
            "Drugs such as [xalvorin] are costly.",
            "[Xalvorin] 50 mg tablets are on sale.",
            "The protective effect of [xalvorin] was lost.",
            "The antitumour activity of [xalvorin] was strong.",
            "Resistance to [xalvorin] is common.",
        ],
    )
    def test_used_as_a_drug(self, drugs: Judge, text: str) -> None:
        assert [found.lower() for found in drugs(text)] == ["xalvorin"]

    @pytest.mark.parametrize(
        "text",
        [
            "The oxidation of [xalvorin] yields a ketone.",
            "[Xalvorin] levels rose in plasma.",
            "Oedema in the [xalvorin]-induced model was scored.",
            "Oedema in the [xalvorin] - induced model was scored.",
            "Cells release [xalvorin] after activation.",
            "[Xalvorin] binds to the receptor.",
            "The synthesis of [xalvorin] needs iron.",
            "The drug lowered [xalvorin] in patients on a fixed dose.",
            "The treatment had no effect on [xalvorin] production.",
        ],
    )
    def test_a_cue_elsewhere_in_the_sentence_is_not_enough(self, drugs: Judge, text: str) -> None:
        assert drugs(text) == []

    @pytest.mark.parametrize(
        "text",
        [
            "Cells were treated with [PMA] and [ionomycin].",
            "Mice received [LPS] intraperitoneally.",
            "Rats were injected with [streptozotocin] (60 mg/kg).",
            "The compound was dissolved in [DMSO] and given daily.",
            "Neurons were pretreated with [rotenone].",
            "Administration of [Ca2+] was not tried.",
        ],
    )
    def test_stimuli_and_solvents_never_are(self, drugs: Judge, text: str) -> None:
        assert drugs(text) == []

    def test_nutrients_and_hormones_only_when_patients_get_them(self, drugs: Judge) -> None:
        assert drugs("Children were treated with [zinc] for two weeks.") == ["zinc"]
        assert drugs("Patients received [testosterone] injections.") == ["testosterone"]
        assert drugs("Cells were treated with [zinc] for two hours.") == []
        assert drugs("Serum [zinc] was low in patients.") == []
        assert drugs("Patients had raised [glucose] and [fatty acids].") == []

    def test_induced_counts_only_for_a_drug_by_name(self, drugs: Judge) -> None:
        assert drugs("[Cisplatin] - induced kidney damage is common.") == ["Cisplatin"]
        assert drugs("[Cisplatin]-induced kidney damage is common.") == ["Cisplatin"]
        assert drugs("[Carrageenan] - induced oedema was measured.") == []


@pytest.mark.model
class TestNeighbours:
    def test_what_one_sentence_says_holds_in_the_others(self, drugs: Judge) -> None:
        text = "[Xalvorin] binds kinases. Patients were treated with [xalvorin]."
        assert drugs(text) == ["Xalvorin", "xalvorin"]

    def test_but_not_for_the_bodys_own(self, drugs: Judge) -> None:
        text = "Patients received [zinc] tablets. [Zinc] binds the finger domain."
        assert drugs(text) == ["zinc"]

    def test_a_short_form_is_its_long_form(self, drugs: Judge) -> None:
        text = "Patients were treated with [xalvorin] ([XLV]). [XLV] binds kinases."
        assert drugs(text) == ["xalvorin", "XLV", "XLV"]
        assert drugs("Mice received [rotenone] ([ROT]). [ROT] was given daily.") == []

    def test_joined_with_a_drug(self, drugs: Judge) -> None:
        assert drugs("[Xalvorin] and [etoricoxib] share a target.") == ["Xalvorin", "etoricoxib"]
        assert drugs("[Glucose] and [etoricoxib] share a carrier.") == ["etoricoxib"]

    def test_in_a_list_of_drugs(self, drugs: Judge) -> None:
        text = "These interact: heparin; [xalvorin]; [brenlucate]; aspirin."
        assert drugs(text) == ["xalvorin", "brenlucate"]

    def test_nothing_asked(self, drugs: Judge) -> None:
        assert drugs("No chemical here.") == []


class TestData:
    @pytest.mark.parametrize(
        ("old", "new", "message"),
        [
            ("  mab: adalimumab", "  mab: aspirin", "'aspirin' is no name with 'mab'"),
            ("stem_exceptions: [", "stem_exceptions: [glucose, ", "'glucose' has no stem"),
            ("skip: 3", "", "skip"),
            ('ions: ["', 'ions: ["(', "regular expression"),
            ("  passive: [", "  pasive: [", "'passive' is missing"),
            ("  doses: [", "  dosis: [", "doses"),
        ],
    )
    def test_a_slip_is_named(self, tmp_path: Path, old: str, new: str, message: str) -> None:
        text = (default_patterns_dir() / "cues" / "chemicals.yaml").read_text(encoding="utf-8")
        assert old in text
        (tmp_path / "cues").mkdir()
        (tmp_path / "cues" / "chemicals.yaml").write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(PatternError, match=re.escape(message)):
            read_chemical_cues(tmp_path)


@pytest.mark.model
def test_what_infects_is_no_drug_anywhere_in_the_text(drugs: Judge) -> None:
    text = "Mice got an injection of [Yersinia] and [colistin]. Yersinia-infected spleens grew."
    assert drugs(text) == ["colistin"]
