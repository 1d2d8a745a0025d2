"""What ``pipeline export`` writes comes back as gold, with all that gold knows."""

from __future__ import annotations

import json
import logging
import re
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.export import brat_conf
from pipeline.export.fields import mention_fields, relation_fields
from pipeline.export.formats import FORMATS
from pipeline.export.run import export
from pipeline.export.source import Source
from pipeline.gold.attributes import MENTION, RELATION
from pipeline.gold.formats import exported, format_of
from pipeline.gold.load import load_gold, write_gold
from pipeline.gold.records import GoldDocument, GoldError, GoldMention, GoldRelation
from pipeline.records import Annotation, Mention
from tests.exported import mention, nasty, plain, relation, source
from tests.support import read_csv

NAMES = ("bioc-xml", "bioc-json", "pubtator", "brat")
NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")


def bars() -> Annotation:
    """A text that looks like PubTator, with the signs inside of a mention."""
    text = "12|t|IL-6 and\n12|a|TNF|t|alpha\r\n"
    first = mention("bars", text, "IL-6", "CYTOKINE", concept_name="12|t|IL6")
    second = mention("bars", text, "TNF|t|alpha", "CYTOKINE", specificity="generic")
    joined = relation(first, second, "REGULATES", text, negated=True, rule="|t|")
    annotation = plain("bars", text, mentions=(first, second), relations=(joined,))
    return replace(annotation, document=replace(annotation.document, title="Bars |t|"))


def documents() -> list[Annotation]:
    """Hard ones, each statement once, as gold has it."""
    hard, *others = source().annotations
    hard = replace(hard, relations=(hard.relations[0], *hard.relations[3:]))
    ends = [plain(f"end {at}", text) for at, text in enumerate(["a\n", "a\r\n", "a\n\n ", "\na"])]
    return [hard, *others, bars(), *ends, plain(" %20/|\u00a0", "an id with blanks at its edges")]


def as_gold(annotation: Annotation, name: str = "") -> GoldDocument:
    """What the tables say of a document, in the words of gold."""
    document = annotation.document

    def held(value: str) -> str:
        return NOT_XML.sub("\ufffd", value) if name == "bioc-xml" else value

    return GoldDocument(
        id=document.doc_id,
        text=held(document.text),
        title=document.title,
        mentions=tuple(
            GoldMention(
                id=m.mention_id, start=m.start, end=m.end, label=m.label, alias_of=m.alias_of,
                specificity=m.specificity, norm=held(m.concept_name),
            )
            for m in annotation.mentions
        ),
        relations=tuple(
            GoldRelation(
                predicate=r.predicate, subject=r.subject.mention_id, object=r.object.mention_id,
                effect=r.effect, function=r.function, negated=r.negated, hedged=r.hedged,
            )
            for r in annotation.relations
        ),
    )  # fmt: skip


def written(name: str, folder: Path, annotations: list[Annotation]) -> Path:
    path = folder / FORMATS[name].name
    export(Source(None, {}, annotations), name, path)  # type: ignore[arg-type]
    return path


@pytest.mark.parametrize("name", NAMES)
def test_everything_comes_back(name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written(name, tmp_path, documents())
    assert format_of(path) == name.replace("-", "_")
    with caplog.at_level(logging.WARNING):
        back = {document.id: document for document in load_gold([path])}
    assert caplog.text == ""
    assert back == {a.document.doc_id: as_gold(a, name) for a in documents()}
    said = [r.model_dump() for document in back.values() for r in document.relations]
    assert {r["effect"] for r in said} == {"positive", "negative", "unspecified"}
    assert all({r[flag] for r in said} == {True, False} for flag in ("negated", "hedged"))


@pytest.mark.parametrize("name", NAMES)
def test_by_the_command(name: str, tmp_path: Path) -> None:
    path = written(name, tmp_path, documents())
    target = tmp_path / "gold.jsonl"
    result = CliRunner().invoke(app, ["gold", "convert", str(path), "-o", str(target)])
    n_mentions = sum(len(a.mentions) for a in documents())
    assert (result.exit_code, result.stderr.splitlines()) == (
        0, [f"Written: {target} ({len(documents())} documents, {n_mentions} mentions, 4 relations)"]
    )  # fmt: skip
    assert len(load_gold([target])) == len(documents())


# Rows that say the same


def twins(first_score: float, second_score: float, **of_second: Any) -> Annotation:
    """A drug by its long and its short name, each of which treats one disease by its names."""
    text = "Epoetin alfa (EPO) treats anaemia of renal failure (ARF); EPO treats it. IL-6 is bad."
    long = mention("twins", text, "Epoetin alfa", "DRUG")
    short = mention("twins", text, "EPO", "DRUG", alias_of=long.mention_id)
    disease = mention("twins", text, "anaemia of renal failure", "DISEASE")
    acronym = mention("twins", text, "ARF", "DISEASE", alias_of=disease.mention_id)
    relations = (
        relation(long, acronym, "TREATS", text, score=first_score, rule="treats+before"),
        relation(short, disease, "TREATS", text, score=second_score, **of_second),
    )
    return plain("twins", text, mentions=(long, short, disease, acronym), relations=relations)


def repeated(name: str, folder: Path, *scores: float) -> tuple[GoldDocument, Any]:
    """The document *twins* as gold, and what the command says."""
    path = written(name, folder, [twins(*scores, hedged=True), bars()])
    target = folder / "gold.jsonl"
    result = CliRunner().invoke(app, ["gold", "convert", str(path), "-o", str(target)])
    assert result.exit_code == 0, result.stderr
    return next(d for d in load_gold([target]) if d.id == "twins"), result


@pytest.mark.parametrize("name", NAMES)
def test_of_rows_that_say_the_same_the_better_one_stays(
    name: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = as_gold(twins(0.5, 0.5, hedged=True)).relations
    for number, (scores, stays) in enumerate(
        [((0.5, 0.75), second), ((0.75, 0.5), first), ((0.5, 0.5), first)], 1
    ):
        (tmp_path / str(number)).mkdir()
        caplog.clear()
        document, _ = repeated(name, tmp_path / str(number), *scores)
        assert document.relations == (stays,)
        assert document.mentions == as_gold(twins(*scores)).mentions
        (line,) = caplog.messages
        assert re.match(r".*: 1 relation says the same as another of the run, .*\(first: ", line)


@pytest.mark.parametrize("name", ["bioc-xml", "bioc-json", "pubtator", "brat"])
def test_what_people_say_twice_is_a_slip(name: str, tmp_path: Path) -> None:
    """In gold, and where a curator made one of two rows of a run optional."""
    said = r"relation 2 \(TREATS\): says the same as relation 1 \(TREATS\); take one out"
    own = tmp_path / "own"
    target = own / FORMATS[name].name
    write_gold([as_gold(twins(0.5, 0.75))], target, name)
    with pytest.raises(GoldError, match=said):
        load_gold([target])
    path = written(name, tmp_path, [twins(0.5, 0.75)])
    file = path / "twins.ann" if path.is_dir() else path
    content = file.read_text(encoding="utf-8")
    old, new = {
        "bioc-json": ('"score": "0.75"', '"score": "0.75", "optional": "true"'),
        "bioc-xml": (
            '<infon key="score">0.75</infon>',
            '<infon key="score">0.75</infon><infon key="optional">true</infon>',
        ),
        "pubtator": ("score=0.75", "score=0.75;optional=true"),
        "brat": ("R2\tTREATS", "A90\tOptional R2\nR2\tTREATS"),
    }[name]
    assert content.count(old) == 1
    file.write_text(content.replace(old, new), encoding="utf-8", newline="")
    with pytest.raises(GoldError, match=said):
        load_gold([path])


def test_what_a_curator_adds_to_an_export_is_not_merged(tmp_path: Path) -> None:
    path = written("brat", tmp_path, [twins(0.5, 0.75)])
    with (path / "twins.ann").open("a", encoding="utf-8") as file:
        file.write("R90\tTREATS Arg1:T1 Arg2:T3\n")
    with pytest.raises(GoldError, match=r"relation 2 \(TREATS\): says the same as relation 1"):
        load_gold([path])


def test_scores_of_rows() -> None:
    cells = ["0.5", "0", "1", "1e-05", "", "high", "nan", "-1", "inf"]
    assert [exported.score({"score": cell}) for cell in cells] == [
        0.5, 0.0, 1.0, 1e-05, None, None, None, None, None,
    ]  # fmt: skip
    assert exported.score({}) is None


def test_from_the_tables_of_a_run(tmp_path: Path) -> None:
    from tests.reviewed import write_run

    run = write_run(tmp_path / "run")
    rows = {name: read_csv(run / f"{name}.csv") for name in ("mentions", "relations")}
    for name in NAMES:
        target = tmp_path / FORMATS[name].name
        arguments = ["export", str(run), "--to", name, "-o", str(target)]
        assert CliRunner().invoke(app, arguments).exit_code == 0
        gold = load_gold([target])
        assert sorted(
            (d.id, m.id, str(m.start), str(m.end), m.label, m.norm)
            for d in gold
            for m in d.mentions
        ) == sorted(
            (r["doc_id"], r["mention_id"], r["start"], r["end"], r["label"], r["concept_name"])
            for r in rows["mentions"]
        )
        assert sorted(
            (d.id, r.subject, r.predicate, r.object, r.effect, r.function,
             str(r.negated).lower(), str(r.hedged).lower())
            for d in gold for r in d.relations
        ) == sorted(
            (r["doc_id"], r["subject_mention_id"], r["predicate"], r["object_mention_id"],
             r["effect"], r["function"], r["negated"], r["hedged"])
            for r in rows["relations"]
        )  # fmt: skip


def test_each_column_is_known() -> None:
    """A new column of the tables must be named, or exports with it would be refused."""
    one = nasty()
    places = {"mention_id", "start", "end", "label", "text", "predicate", "subject", "object"}
    places |= {"sentence"}
    columns = {**mention_fields(one.mentions[0]), **relation_fields(one.relations[0], "R1")}
    assert set(exported.attributes(dict.fromkeys(set(columns) - places, ""))) == {
        "norm", "specificity", "alias_of", "effect", "function", "negated", "hedged",
    }  # fmt: skip
    assert not exported.LEFT_OUT & {*MENTION, *RELATION}
    assert brat_conf.TRIGGER == exported.TRIGGER


# Corrected by a curator


def corrected(name: str, tmp_path: Path, *changes: tuple[str, str]) -> GoldDocument:
    """The document *bars* with changes to its file, each of what stands there once."""
    path = written(name, tmp_path, [bars()])
    file = path / "bars.ann" if path.is_dir() else path
    content = file.read_text(encoding="utf-8")
    for old, new in changes:
        assert content.count(old) == 1
        content = content.replace(old, new)
    file.write_text(content, encoding="utf-8", newline="")
    (document,) = load_gold([path])
    return document


FIRST, SECOND = (m.mention_id for m in bars().mentions)
JSON_FLAG, XML_FLAG = '"negated": "true"', '<infon key="negated">true</infon>'


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("bioc-json", (JSON_FLAG, f'{JSON_FLAG}, "effect": "negative", "optional": "true"')),
        (
            "bioc-xml",
            (XML_FLAG, f'{XML_FLAG}<infon key="optional">true</infon>'
             '<infon key="effect">negative</infon>'),
        ),
        ("pubtator", ("negated=true", "negated=true;optional=true")),
        ("brat", ("Negated R1", "Negated R1\nA90\tOptional R1\nA91\tEffect R1 negative")),
    ],
)  # fmt: skip
def test_what_a_curator_adds(name: str, change: tuple[str, str], tmp_path: Path) -> None:
    more = {
        "bioc-json": [('"effect": "unspecified",', "")],
        "bioc-xml": [('<infon key="effect">unspecified</infon>', "")],
        "pubtator": [("effect=unspecified", "effect=negative")],
    }.get(name, [])
    document = corrected(name, tmp_path, *more, change)
    (found,) = document.relations
    (before,) = as_gold(bars()).relations
    assert found == before.model_copy(update={"effect": "negative", "optional": True})


def test_a_norm_that_a_curator_writes(tmp_path: Path) -> None:
    change = ("concept_name=12%7Ct%7CIL6", "concept_name=12%7Ct%7CIL6;norm=IL6")
    assert corrected("pubtator", tmp_path, change).mentions[0].norm == "IL6"


def test_lines_that_a_curator_adds_to_pubtator(tmp_path: Path) -> None:
    old = "bars\tREGULATES"
    new = f"bars\t7\t8\t-\tDRUG\t-\nbars\tMODULATES\tT3\t{FIRST}\nbars\t8\t9\t6\tDRUG\t-\tid=T9\n"
    new += f"bars\tMODULATES\tT9\t{FIRST}\thedged=true\n"
    new += f"bars\tREGULATES\t-\t-\tsubject={SECOND};object={FIRST}\n{old}"
    found = corrected("pubtator", tmp_path, (old, new))
    assert [(m.id, m.label) for m in found.mentions[2:]] == [("T3", "DRUG"), ("T9", "DRUG")]
    assert [(r.predicate, r.subject, r.object, r.hedged) for r in found.relations] == [
        ("MODULATES", "T3", FIRST, False),
        ("MODULATES", "T9", FIRST, True),
        ("REGULATES", SECOND, FIRST, False),
        ("REGULATES", FIRST, SECOND, False),
    ]


WRONG = {
    "bioc-json": ('"negated":', '"negatd":'),
    "bioc-xml": ('"negated"', '"negatd"'),
    "pubtator": ("negated=", "negatd="),
    "brat": ("Negated", "negatd"),
}


@pytest.mark.parametrize("name", NAMES)
def test_slips_are_still_told(name: str, tmp_path: Path) -> None:
    with pytest.raises(GoldError, match=r"relation REGULATES: unknown attribute 'negatd'"):
        corrected(name, tmp_path, WRONG[name])


def test_a_relation_of_a_mention_that_was_taken_out(tmp_path: Path) -> None:
    line = re.compile(r"^bars\t5\t.*\n", re.MULTILINE)
    path = written("pubtator", tmp_path, [bars()])
    path.write_text(line.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(GoldError, match=rf"txt:5: relation REGULATES joins mention '{FIRST}', whi"):
        load_gold([path])


# PubTator: signs that gave way


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        ("A:1 D", "replaced is 'D', where a code and places should be; write A:12,40"),
        ("41:1", "replaced is '41:1'"),
        ("D800:1", "replaced is 'D800:1'"),
        ("A:-1", "replaced is 'A:-1'"),
        ("A:1,", "replaced is 'A:1,'"),
        ("A:0", r"replaced has U\+000A at 0, where the text reads 'a'; the text is not the one"),
        ("A:" + "9" * 15, r"replaced has U\+000A at 9{15}, where the text reads ''"),
        ("A:" + "9" * 5000, "replaced is 'A:999"),
    ],
)
def test_signs_that_do_not_fit(packed: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^{said}"):
        exported.with_signs("a b", packed)


def test_a_text_that_was_changed(tmp_path: Path) -> None:
    with pytest.raises(GoldError) as caught:
        corrected("pubtator", tmp_path, ("\u00a6a|TNF", "-a|TNF"))
    (found,) = caught.value.problems
    assert re.search(r"txt:3: replaced has U\+007C at 16, where the text reads '-'; the", found)


@st.composite
def any_text(draw: st.DrawFn) -> Annotation:
    text = draw(
        st.text(st.sampled_from("ab1|t \t\n\r\x0b\x1c\x85\u2028\u2029\u00a6😀"), max_size=40)
    )
    places = [found.span() for found in re.finditer(r"\w+(?:[^\w|]+\w+|\|t\|\w+)*", text)]
    chosen = draw(st.lists(st.sampled_from(places), unique=True)) if places else []
    found = tuple(Mention("d", a, b, "CYTOKINE", text[a:b]) for a, b in sorted(chosen))
    return plain("d", text, mentions=found)


@settings(max_examples=150, deadline=None)
@given(any_text(), st.sampled_from(["pubtator", "brat", "bioc-json"]))
def test_any_text_comes_back(annotation: Annotation, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (back,) = load_gold([written(name, Path(folder), [annotation])])
    assert back == as_gold(annotation, name)


# brat


def test_real_events_are_still_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = written("brat", tmp_path, [documents()[0]])
    (file,) = path.glob("*.ann")
    content = file.read_text(encoding="utf-8")
    event = re.search(r"^E1\tTRIGGER:T\d+$", content, re.MULTILINE)
    assert event is not None
    for more in (" Theme:T1", "\nE90\tBinding:T99"):
        file.write_text(content.replace(event[0], event[0] + more), encoding="utf-8", newline="")
        caplog.clear()
        with caplog.at_level(logging.WARNING):
            load_gold([path])
        assert "1 events and equivalences are no pairs" in caplog.text


def test_an_attribute_of_a_trigger(tmp_path: Path) -> None:
    path = written("brat", tmp_path, [documents()[0]])
    (file,) = path.glob("*.ann")
    with file.open("a", encoding="utf-8") as stream:
        stream.write("A90\tNegated E1\n")
    with pytest.raises(GoldError, match="Negated of E1, which is a trigger; give it to a relation"):
        load_gold([path])


def test_parts_that_are_parts_stay(tmp_path: Path) -> None:
    """A curator may part words; only line breaks part them without a meaning."""
    text = "T and\nB cells, IL-6"
    found = mention("d", text, "IL-6", "CYTOKINE")
    path = written("brat", tmp_path, [plain("d", text, mentions=(found,))])
    with (path / "d.ann").open("a", encoding="utf-8") as stream:
        stream.write("T7\tCELL 0 1;8 13\tT cells\nT8\tCELL 2 5;6 13\tand B cells\n")
    (document,) = load_gold([path])
    assert [(m.start, m.end, m.spans) for m in document.mentions[1:]] == [
        (0, 13, ((0, 1), (8, 13))),
        (2, 13, ()),
    ]


# Which format a text is


LOOKS = "Title with |t| and |a|\n12|t|more\n"


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_a_text_with_annotations_is_brat(packed: str, tmp_path: Path) -> None:
    import gzip

    pack: Callable[[bytes], bytes] = gzip.compress if packed else bytes
    for text in (LOOKS, "12|t|A title\n12|a|\n"):
        (tmp_path / "x.txt").write_text(text, encoding="utf-8")
        (tmp_path / f"x.ann{packed}").write_bytes(pack(b""))
        assert format_of(tmp_path / "x.txt") == format_of(tmp_path) == "brat"
        assert [document.text for document in load_gold([tmp_path])] == [text]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (LOOKS, "brat"),
        ("12|t|A title", "pubtator"),
        ("\ufeff\r\n\r\n12|t|A title\r\n12|a|\r\n", "pubtator"),
        ("a stray line\n12|t|A title\n12|a|More\n", "pubtator"),
        ("a stray line\n12|t|A title\n13|a|More\n", "brat"),
        (" " * 100_000, "brat"),
        ("x" * 100_000 + "|a|", "brat"),
    ],
)
def test_a_text_alone(text: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text(text, encoding="utf-8", newline="")
    assert format_of(tmp_path / "x.txt") == name


def test_texts_beside_gold_are_no_gold(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text(LOOKS, encoding="utf-8")
    line = {"id": "d", "text": "x", "mentions": [], "relations": []}
    (tmp_path / "gold.jsonl").write_text(json.dumps(line), encoding="utf-8")
    assert [document.id for document in load_gold([tmp_path])] == ["d"]
