"""The benchmarks of a run: what they make and how they count, without any timing."""

from __future__ import annotations

import gzip
import json
import os
import sys
from collections import Counter
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest

from pipeline.patterns_data import default_patterns_dir
from pipeline.read import read_inputs
from pipeline.read.inputs import read_options, stream_inputs
from pipeline.records import Deleted, Document
from pipeline.triage import Triage

ROOT = Path(__file__).parent.parent
if not (ROOT / "benchmarks").is_dir():
    pytest.skip("benchmarks/ is not shipped", allow_module_level=True)
sys.path.insert(0, str(ROOT / "benchmarks"))

import resume  # noqa: E402
import sentences  # noqa: E402
from citations import Wanted, write  # noqa: E402
from processes import usage  # noqa: E402
from scale import Run  # noqa: E402
from stack import Compared, Cost, Texts  # noqa: E402
from stages import REST, Stages  # noqa: E402


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("citations")
    write(folder, Wanted(400, 0.1, per_file=200))
    return folder


def test_the_same_arguments_give_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = write(tmp_path / "again", Wanted(400, 0.1, per_file=200))
    other = write(tmp_path / "other", Wanted(400, 0.1, per_file=200, seed=9))
    for path, different in zip(again, other, strict=True):
        assert path.read_bytes() == (folder / path.name).read_bytes()
        assert path.read_bytes() != different.read_bytes()


def test_citations_are_as_long_as_real_ones(folder: Path) -> None:
    records = [
        record
        for path in sorted(folder.iterdir())
        for record in ElementTree.fromstring(gzip.decompress(path.read_bytes()))
        if record.tag == "PubmedArticle"
    ]
    size = sum(len(gzip.decompress(path.read_bytes())) for path in folder.iterdir())
    assert 7_000 < size / len(records) < 12_000
    abstracts = [one for record in records if (one := record.find(".//Abstract")) is not None]
    assert 0.65 < len(abstracts) / len(records) < 0.85
    lengths = sorted(len("".join(one.itertext()).split()) for one in abstracts)
    assert lengths[0] >= 70
    assert lengths[-1] <= 460  # the last sentence is not cut
    assert lengths[-1] - lengths[0] > 150
    labelled = sum(one.find("AbstractText[@Label]") is not None for one in abstracts)
    assert 0.2 < labelled / len(abstracts) < 0.45
    languages = Counter(record.findtext(".//Language") for record in records)
    assert len(languages) > 1
    assert languages["eng"] > 0.85 * len(records)


def test_a_later_file_corrects_and_takes_back(folder: Path) -> None:
    found = list(stream_inputs([folder], read_options([folder])))
    times = Counter(one.doc_id for one in found if isinstance(one, Document))
    texts = {one.text for one in found if isinstance(one, Document) and times[one.doc_id] == 2}
    gone = [one.doc_id for one in found if isinstance(one, Deleted)]
    assert Counter(times.values()) == {1: 399, 2: 1}
    assert len(texts) == 2
    assert gone
    assert set(gone) < set(times)


def test_most_of_the_relevant_are_kept_by_triage_and_few_others(tmp_path: Path) -> None:
    keeps = Triage(default_patterns_dir()).keeps
    shares = {}
    for share in (0.0, 1.0):
        write(tmp_path / str(share), Wanted(150, share))
        texts = [
            one.text for one in read_inputs([tmp_path / str(share)]) if isinstance(one, Document)
        ]
        shares[share] = sum(map(keeps, texts)) / len(texts)
    assert shares[1.0] > 0.85
    assert 0 < shares[0.0] < 0.1  # near-misses: Peoria, IL


def test_documents_that_are_held_back_are_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    own = "Mast cells released IL-13 in the {} well. " * 5
    for name in ("open", "closed"):
        (documents / f"{name}.txt").write_text(own.format(*[name] * 5), encoding="utf-8")
    (tmp_path / "test.jsonl").write_text(json.dumps({"id": "closed"}) + "\n", encoding="utf-8")
    monkeypatch.setattr(sentences, "CORPUS", documents)
    monkeypatch.setattr(sentences, "HELD_BACK", tmp_path / "test.jsonl")
    (found,) = sentences.cytokine_sentences.__wrapped__()
    assert set(found) == {"Mast cells released IL-13 in the open well."}


def test_every_slot_of_every_template_is_filled() -> None:
    grammar, random = sentences.Grammar(), Random(3)
    for field in grammar.fields.values():
        for _ in range(300):
            made = grammar.sentence(field, random) + grammar.title(field, random)
            assert not set("{}") & set(made)
    assert len(grammar.fields) >= 20


def test_time_counts_for_the_innermost_stage() -> None:
    now = [0.0]
    stages = Stages(lambda: now[0])

    def spend(seconds: float) -> float:
        now[0] += seconds
        return seconds

    made = stages.items("parser", stages.items("tok2vec", map(spend, (1.0, 2.0))))
    write_all = stages.timed("write", spend)
    spend(10.0)
    for seconds in made:
        write_all(100 * seconds)
    assert stages.seconds == {
        REST: 10.0, "tokeniser and tok2vec": 3.0, "parser": 0.0, "writing": 300.0,
    }  # fmt: skip


def test_kills_fall_into_every_stage_and_those_of_the_tables_last() -> None:
    moments = resume._moments(20, Random(8))
    assert Counter(moments) == {resume.ANNOTATES: 12, resume.STARTS: 4, resume.WRITES: 4}
    assert moments[16:] == [resume.WRITES] * 4
    assert moments != resume._moments(20, Random(9))


def test_parts_and_files_of_a_run_that_was_killed(tmp_path: Path) -> None:
    assert resume.parts_done(tmp_path) == 0
    parts = tmp_path / ".parts"
    parts.mkdir()
    (parts / "manifest.jsonl").write_text('{"part": 0}\n{"part": 1}\n{"pa', encoding="utf-8")
    assert resume.parts_done(tmp_path) == 2
    assert not resume.writes_tables(tmp_path)
    (parts / "new-mentions.csv").touch()
    assert resume.writes_tables(tmp_path)
    (tmp_path / "run.json").touch()
    assert list(resume.digests(tmp_path)) == [".parts/manifest.jsonl", ".parts/new-mentions.csv"]


def test_usage_is_that_of_the_group() -> None:
    own = usage(os.getpgrp())
    assert own.memory > 10_000_000
    assert own.seconds > 0
    assert usage(2**30).memory == 0


def test_rows_of_the_tables() -> None:
    texts = Texts("notes", (), ("two words", "three more words"))
    stack, ours = Compared(texts, Cost(2.0, ()), Cost(8.0, ())).rows()
    assert stack == ("notes", "stack", "2", "5", "8.0", "0.2", "1", "1.0")
    assert ours == ("notes", "ours", "2", "5", "2.0", "1.0", "2", "4.0")
    run = Run(1000, 2, 45, 10.0, 15.0, 900_000_000, 1_250_000)
    assert run.row() == ("1,000", "2", "45", "10.0", "15.0", "15.00", "900", "1.2")
