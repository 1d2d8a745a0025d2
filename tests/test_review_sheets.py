"""Reviewing on spreadsheets: sheets that are written, filled in, mangled, and applied."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from typer.main import get_command
from typer.testing import CliRunner

from pipeline.cli_review import review_app
from pipeline.curate.reviews import FIXES, read_reviews
from pipeline.curate.reviews_gold import gold_from_reviews
from pipeline.curate.sheets import FILLED, MAX_CELL, SHEET_COLUMNS, cut_cell
from pipeline.curate.sheets_check import flag, turned
from pipeline.curate.sheets_xlsx import decode_cell, encode_cell
from pipeline.records import Annotation, Document, Mention, Relation
from pipeline.tabulate import (
    DOCUMENT_COLUMNS,
    MENTION_COLUMNS,
    RELATION_COLUMNS,
    Tables,
    frame,
    write_all,
)

GREEK = "IL-1β and SEPT2 wake “naive” T cells, not B cells; IL-1β is old."
HOSTILE = "=SUM(A1)\r\n\u2028 \u200f<b>'mast cells'</b>\t𝛼 make IL-4,\x0b _x000D_ IL-5."
LONG = "TNF stops NK cells; " + "x" * 40_000
TEXTS = {
    "greek": Document("greek", GREEK),
    "=h/'\"2": Document("=h/'\"2", HOSTILE),
    "long": Document("long", LONG),
}
Edit = Callable[[dict[str, str]], None]


def mention(document: Document, words: str, label: str, name: str) -> Mention:
    start = document.text.index(words)
    return Mention(
        document.doc_id, start, start + len(words), label, words, concept_name=name, layer="x"
    )


def relation(
    document: Document, subject: Mention, object_: Mention, predicate: str, **more: Any
) -> Relation:
    return Relation(
        document.doc_id, 0, len(document.text), subject, object_, predicate, rule="r",
        sentence=document.text, **more,
    )  # fmt: skip


def annotations() -> list[Annotation]:
    greek, hostile, long = TEXTS.values()
    il1, sept = (
        mention(greek, "IL-1β", "CYTOKINE", "IL1B"),
        mention(greek, "SEPT2", "CYTOKINE", "S"),
    )
    t, b = mention(greek, "T cells", "CELL", "T cell"), mention(greek, "B cells", "CELL", "B cell")
    mast = mention(hostile, "mast cells", "CELL", "mast cell")
    il4, il5 = (
        mention(hostile, "IL-4", "CYTOKINE", "IL4"),
        mention(hostile, "IL-5", "CYTOKINE", "IL5"),
    )
    tnf, nk = mention(long, "TNF", "CYTOKINE", "TNF"), mention(long, "NK cells", "CELL", "NK cell")
    acts = {"effect": "positive", "function": "activation"}
    return [
        Annotation(greek, (il1, sept, t, b), (
            relation(greek, il1, t, "ACTS_ON", score=0.51, **acts),
            relation(greek, sept, t, "ACTS_ON", score=0.9, **acts),
            relation(greek, il1, b, "ACTS_ON", score=0.7, negated=True, **acts),
        ), n_tokens=1),
        Annotation(hostile, (mast, il4, il5), (
            relation(hostile, mast, il4, "SECRETES", score=0.8),
            relation(hostile, mast, il5, "SECRETES", score=0.6, hedged=True),
        ), n_tokens=1),
        Annotation(long, (tnf, nk), (
            relation(long, tnf, nk, "ACTS_ON", score=0.99, effect="negative", function="other"),
        ), n_tokens=1),
    ]  # fmt: skip


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    tables = Tables()
    for annotation in annotations():
        tables.add(annotation)
    write_all(
        {
            folder / "documents.csv": frame(tables.documents, DOCUMENT_COLUMNS, safe=True),
            folder / "mentions.csv": frame(tables.mentions, MENTION_COLUMNS, safe=True),
            folder / "relations.csv": frame(tables.relations, RELATION_COLUMNS, safe=True),
        }
    )
    return folder


def key(subject: str, object_: str) -> str:
    """The relation_id of the row with this subject and object."""
    return next(
        r.relation_id
        for annotation in annotations()
        for r in annotation.relations
        if (r.subject.text, r.object.text) == (subject, object_)
    )


IL1_T, SEPT_T, IL1_B = key("IL-1β", "T cells"), key("SEPT2", "T cells"), key("IL-1β", "B cells")
MAST_4, MAST_5, TNF_NK = (
    key("mast cells", "IL-4"),
    key("mast cells", "IL-5"),
    key("TNF", "NK cells"),
)


def call(*arguments: object) -> tuple[int, str]:
    result = CliRunner().invoke(review_app, [str(argument) for argument in arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def export(run: Path, path: Path, *options: object) -> Path:
    reviews = () if "--reviews" in options else ("--reviews", run)
    status, said = call("export", run, "-o", path, *reviews, *options)
    assert status == 0, said
    return path


def exported(run: Path, tmp_path: Path, *options: object) -> list[dict[str, str]]:
    path = tmp_path / f"exported-{len(list(tmp_path.iterdir()))}.csv"
    export(run, path, *options)
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, strict=True))


def write_csv(
    path: Path, rows: Sequence[dict[str, str]], *, encoding: str = "utf-8", **dialect: Any
) -> Path:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), **{"lineterminator": "\n", **dialect})
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(out.getvalue().encode(encoding, "replace"))
    return path


def fill(rows: Sequence[dict[str, str]], cells: dict[str, dict[str, str]]) -> None:
    for row in rows:
        row.update(cells.get(row["relation_id"], {}))


def apply(run: Path, sheet: Path, *options: object) -> tuple[int, str, list[dict[str, str]]]:
    """Status, messages and all decisions that are in the files afterwards."""
    reviews = sheet.parent / "reviews"
    status, said = call("apply", sheet, run, "--curator", "Ann B", "--reviews", reviews, *options)
    files = sorted(reviews.glob("*")) if reviews.is_dir() else []
    return status, said, [dict(review.cells) for review in read_reviews(files)]


def applied_csv(
    run: Path, tmp_path: Path, cells: dict[str, dict[str, str]], edit: Edit | None = None
) -> tuple[int, str, list[dict[str, str]]]:
    rows = exported(run, tmp_path)
    fill(rows, cells)
    for row in rows:
        if edit:
            edit(row)
    return apply(run, write_csv(tmp_path / "filled.csv", rows))


# --- what is written ------------------------------------------------------------------------


def test_a_workbook_to_fill_in(run: Path, tmp_path: Path) -> None:
    book = load_workbook(export(run, tmp_path / "a.xlsx"))
    sheet = book["review"]
    header = [cell.value for cell in sheet[1]]
    assert header == list(SHEET_COLUMNS)
    assert (sheet.max_row, sheet.freeze_panes, sheet.auto_filter.ref) == (7, "D2", "A1:AL7")
    lists = {str(one.sqref): one.formula1 for one in sheet.data_validations.dataValidation}
    assert lists["A2:A7"] == '"accept,reject,unsure,fix,undo"'
    chosen = {header[sheet[place.split(":")[0]].column - 1] for place in lists}
    assert chosen == {
        "decision", "new_predicate", "swap", "new_subject_label", "new_object_label", "new_effect",
        "new_function", "new_negated", "new_hedged",
    }  # fmt: skip
    assert all(len(formula) <= 257 for formula in lists.values())  # Excel takes 255 signs
    letters = {cell.value: cell.column_letter for cell in sheet[1]}
    column = {name: sheet.column_dimensions[letter] for name, letter in letters.items()}
    assert column["new_subject"].hidden
    assert sheet.sheet_format.outlineLevelCol == 1  # else Excel has no "+" to unfold them
    assert (letters["decided"], column["decided"].collapsed) == ("P", True)  # as the help says
    assert header[:3] == ["decision", "note", "sentence"]  # what stays in view
    assert sum(column[name].width for name in header[:3]) <= 100  # and leaves room for the rest
    assert not column["decision"].hidden
    assert not column["sentence"].hidden
    assert column["note"].number_format == column["new_subject"].number_format == "@"
    assert "relation_id is the key" in str(list(book["how to"].values))
    assert "new_…" in sheet["A1"].comment.text


def test_texts_of_a_workbook_are_no_formulas_and_come_back(run: Path, tmp_path: Path) -> None:
    sheet = load_workbook(export(run, tmp_path / "a.xlsx"))["review"]
    header = [cell.value for cell in sheet[1]]
    rows = {row[header.index("relation_id")].value: row for row in sheet.iter_rows(min_row=2)}
    types = {cell.data_type for row in rows.values() for cell in row if cell.value is not None}
    assert types == {"s", "n"}
    sentence, document = (rows[MAST_4][header.index(name)] for name in ("sentence", "document"))
    assert sentence.quotePrefix
    assert document.value == "=h/'\"2"
    marked = HOSTILE.replace("mast cells", "[subject: mast cells]").replace(
        "IL-4", "[object: IL-4]"
    )
    assert decode_cell(sentence.value) == marked
    assert "_x000D_\n" in sentence.value
    assert "_x005F_x000D_ IL-5" in sentence.value
    assert rows[MAST_4][header.index("score")].value == 0.8
    assert rows[IL1_B][header.index("negated")].value == "true"


def test_codes_of_a_workbook_are_undone() -> None:
    for text in ("\r\x00\x1f", "_x000D_", "__x000d_", "_x005F_", "_xyz_\ufffe", "plain"):
        assert decode_cell(encode_cell(text)) == text


def test_the_same_rows_give_the_same_bytes(run: Path, tmp_path: Path) -> None:
    for suffix in ("xlsx", "csv"):
        one, other = (export(run, tmp_path / f"{name}.{suffix}") for name in "ab")
        assert one.read_bytes() == other.read_bytes()


def test_csv_is_safe_for_spreadsheets(run: Path, tmp_path: Path) -> None:
    path = export(run, tmp_path / "a.csv")
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = {row["relation_id"]: row for row in exported(run, tmp_path)}
    assert list(rows[MAST_4]) == list(SHEET_COLUMNS)
    assert rows[MAST_4]["sentence"].startswith("'=SUM(A1)\r\n\u2028")
    assert rows[MAST_4]["document"] == "'=h/'\"2"
    assert {row[name] for row in rows.values() for name in (*FILLED, "decided")} == {""}


def test_a_text_that_no_cell_holds_is_cut(run: Path, tmp_path: Path) -> None:
    status, said = call("export", run, "-o", tmp_path / "a.xlsx")
    assert (status, "1 sentences end in […]" in said) == (0, True)
    assert len(cut_cell("𝛼" * 20_000).encode("utf-16-le")) // 2 <= MAX_CELL
    rows = exported(run, tmp_path)
    fill(rows, {TNF_NK: {"decision": "accept"}})
    _, said, reviews = apply(run, write_csv(tmp_path / "filled.csv", rows))
    assert "row" not in said.replace("rows without", "")
    assert [review["decision"] for review in reviews] == ["accept"]


def ids(rows: list[dict[str, str]]) -> list[str]:
    return [row["relation_id"] for row in rows]


def test_rows_are_chosen_and_sorted(run: Path, tmp_path: Path) -> None:
    assert ids(exported(run, tmp_path, "--limit", 2)) == [IL1_T, MAST_5]
    in_order = ids(exported(run, tmp_path, "--sort", "document"))
    assert in_order == [IL1_T, IL1_B, SEPT_T, MAST_4, MAST_5, TNF_NK]
    sample = ids(exported(run, tmp_path, "--sort", "sample"))
    assert (sorted(sample), sample) == (
        sorted(in_order),
        ids(exported(run, tmp_path, "--sort", "sample")),
    )
    assert set(ids(exported(run, tmp_path, "--predicate", "secretes"))) == {MAST_4, MAST_5}
    between = exported(run, tmp_path, "--min-score", 0.6, "--max-score", 0.8, "--sort", "certain")
    assert ids(between) == [MAST_4, IL1_B, MAST_5]
    facts = exported(run, tmp_path, "--sort", "fact")
    assert [row["predicate"] for row in facts] == ["ACTS_ON"] * 4 + ["SECRETES"] * 2


def test_what_was_decided_before_is_shown_or_left_out(run: Path, tmp_path: Path) -> None:
    applied_csv(run, tmp_path, {IL1_T: {"decision": "accept"}, IL1_B: {"decision": "reject"}})
    reviews = tmp_path / "reviews"
    assert [path.name for path in reviews.iterdir()] == ["ann-b.csv"]

    def seen(*options: str) -> dict[str, str]:
        rows = exported(run, tmp_path, "--reviews", reviews, *options)
        return {row["relation_id"]: row["decided"] for row in rows}

    assert seen()[IL1_T] == "Ann B: accept"
    assert seen("--curator", "Ann B")[IL1_B] == "reject"
    assert seen("--curator", "Carl")[IL1_B] == ""  # nobody is led by what others said
    assert set(seen("--undecided")) == {SEPT_T, MAST_4, MAST_5, TNF_NK}
    assert len(seen("--undecided", "--curator", "Carl")) == 6


def test_a_decision_about_a_row_that_changed_is_shown(run: Path, tmp_path: Path) -> None:
    applied_csv(run, tmp_path, {IL1_T: {"decision": "accept"}})
    path = tmp_path / "reviews" / "ann-b.csv"
    path.write_text(
        path.read_text(encoding="utf-8").replace("positive", "negative"), encoding="utf-8"
    )
    rows = exported(run, tmp_path, "--reviews", path, "--undecided")
    assert {r["relation_id"]: r["decided"] for r in rows}[IL1_T] == (
        "before the row changed: Ann B: accept"
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-o", "x.ods"), "name a file that ends in .xlsx or .csv"),
        (("-o", "there.csv"), "exists and is not overwritten"),
        (("-o", "absent/x.csv"), "there is no folder"),
        (("-o", "x.csv", "--predicate", "MAKES"), "there are SECRETES, ACTS_ON"),
        (("-o", "x.csv", "--reviews", "absent.csv"), "no such file or folder; check --reviews"),
        (("-o", "x.csv", "--curator", "  "), "is no name"),
    ],
)
def test_wrong_use_of_export(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: Any, message: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.csv").write_text("mine", encoding="utf-8")
    status, said = call("export", run, *arguments)
    assert (status, message in said) == (2, True), said
    assert (tmp_path / "there.csv").read_text(encoding="utf-8") == "mine"
    assert len(list(tmp_path.iterdir())) == 1


def test_no_run(tmp_path: Path) -> None:
    status, said = call("export", tmp_path / "absent", "-o", tmp_path / "x.csv")
    assert (status, "no such folder" in said) == (2, True)


# --- there and back -------------------------------------------------------------------------

DECIDED = {
    IL1_T: {"decision": "accept", "note": "=1+1 “sure”\nand β"},
    SEPT_T: {"decision": "reject"},
    IL1_B: {"decision": "unsure", "note": "who knows?"},
    MAST_4: {"decision": "fix", "new_object": "IL-5", "new_negated": "true"},
    MAST_5: {"decision": "undo"},
    TNF_NK: {
        "decision": "fix", "swap": "true", "new_predicate": "EXPRESSES",
        "new_effect": "unspecified", "new_object_label": "RECEPTOR", "new_object_name": "TNFRSF1A",
    },
}  # fmt: skip


def fill_workbook(path: Path, cells: dict[str, dict[str, Any]]) -> Path:
    book = load_workbook(path)
    sheet = book["review"]
    column = {cell.value: cell.column for cell in sheet[1]}
    for row in range(2, sheet.max_row + 1):
        for name, value in cells.get(sheet.cell(row, column["relation_id"]).value, {}).items():
            cell = sheet.cell(row, column[name], value)
            if isinstance(value, str):
                cell.data_type = "s"
    book.save(path)
    return path


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_every_kind_of_decision_ends_in_gold(run: Path, tmp_path: Path, suffix: str) -> None:
    if suffix == "xlsx":
        sheet = fill_workbook(export(run, tmp_path / "a.xlsx"), DECIDED)
    else:
        rows = exported(run, tmp_path)
        fill(rows, DECIDED)
        sheet = write_csv(tmp_path / "a.csv", rows)
    status, said, reviews = apply(run, sheet, "--date", "2026-11-30")
    assert status == 0, said
    assert "5 applied (1 accept, 2 fix, 1 reject, 1 unsure), 1 unchanged, 0 problems" in said
    by_id = {review["relation_id"]: review for review in reviews}
    assert by_id[IL1_T]["note"] == DECIDED[IL1_T]["note"]
    assert {(r["curator"], r["date"]) for r in reviews} == {("Ann B", "2026-11-30")}
    fix = {name: by_id[MAST_4][name] for name in FIXES if by_id[MAST_4][name]}
    start = HOSTILE.index("IL-5")
    assert fix == {
        "new_object_start": str(start), "new_object_end": str(start + 4),
        "new_object_name": "IL5",  # as the run has it
        "new_negated": "true",
    }  # fmt: skip
    files = list((tmp_path / "reviews").iterdir())
    documents, left_out = gold_from_reviews(read_reviews(files), TEXTS)
    assert left_out == []
    long = next(d for d in documents if d.id == "long")
    (made,) = long.relations
    words = [long.span_text(long.mention(m)) for m in (made.subject, made.object)]
    assert (words, made.predicate) == (["NK cells", "TNF"], "EXPRESSES")
    assert long.mention(made.object).norm == "TNFRSF1A"


def test_what_became_of_corrected_concepts_is_told(run: Path, tmp_path: Path) -> None:
    status, said, reviews = applied_csv(
        run, tmp_path,
        {
            MAST_4: {"decision": "fix", "new_object_name": "interleukin 13"},
            MAST_5: {"decision": "fix", "new_object_name": "blorf"},
            IL1_T: {"decision": "fix", "new_object_name": "CL:0000815"},
            IL1_B: {"decision": "fix", "new_object": "T cells"},
            SEPT_T: {"decision": "fix", "new_subject": "IL-1β [2]"},
            TNF_NK: {"decision": "fix", "new_effect": "positive"},
        },
    )  # fmt: skip
    assert (status, "6 applied (6 fix), 0 unchanged, 0 problems" in said) == (0, True), said
    for line in (
        "column new_object_name: 'interleukin 13' → IL13\n",
        "column new_object_name: nothing knows the concept 'blorf'; kept as written\n",
        "column new_object_name: 'CL:0000815' → regulatory T cell\n",
        "column new_object: 'T cells' → T cell\n",
        "column new_subject: 'IL-1β' → IL1B\n",
    ):
        assert line in said
    assert said.count("column new_") == 5
    names = {r["relation_id"]: r["new_object_name"] or r["new_subject_name"] for r in reviews}
    assert names == {
        MAST_4: "IL13", MAST_5: "blorf", IL1_T: "regulatory T cell", IL1_B: "T cell",
        SEPT_T: "IL1B", TNF_NK: "",
    }  # fmt: skip


def test_sheets_of_before_are_read(run: Path, tmp_path: Path) -> None:
    """The sentence stood behind the corrections then."""
    rows = exported(run, tmp_path)
    rows = [{**{n: c for n, c in row.items() if n != "sentence"}, "sentence": row["sentence"]}
            for row in rows]  # fmt: skip
    fill(rows, {IL1_T: {"decision": "accept"}})
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, [review["decision"] for review in reviews]) == (0, ["accept"]), said


def test_a_sheet_can_be_applied_twice(run: Path, tmp_path: Path) -> None:
    applied_csv(run, tmp_path, DECIDED)
    before = (tmp_path / "reviews/ann-b.csv").read_bytes()
    status, said, _ = apply(run, tmp_path / "filled.csv")
    assert (status, "0 applied, 6 unchanged, 0 problems" in said) == (0, True), said
    assert (tmp_path / "reviews/ann-b.csv").read_bytes() == before
    other = {**DECIDED, IL1_T: {"decision": "reject"}, SEPT_T: {"decision": "undo"}}
    _, said, reviews = applied_csv(run, tmp_path, other)
    assert "2 applied (1 reject, 1 undo), 4 unchanged" in said
    assert SEPT_T not in {review["relation_id"] for review in reviews}
    _, said, _ = applied_csv(run, tmp_path, {IL1_T: {"decision": "reject", "note": "new"}})
    assert "1 applied (1 reject)" in said


def test_dry_run_and_strict_write_nothing(run: Path, tmp_path: Path) -> None:
    rows = exported(run, tmp_path)
    fill(rows, {IL1_T: {"decision": "accept"}, IL1_B: {"decision": "maybe"}})
    sheet = write_csv(tmp_path / "a.csv", rows)
    for option in ("--dry-run", "--strict"):
        status, said, reviews = apply(run, sheet, option)
        assert (status, reviews) == (1, [])
        assert "1 to apply (1 accept), 0 unchanged, 1 problems, 4 rows" in said
        assert "nothing written" in said
    status, said, reviews = apply(run, sheet)  # the good row is applied
    assert (status, len(reviews)) == (1, 1)


# --- what spreadsheets do -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "dialect", "message"),
    [
        ("utf-8-sig", {"lineterminator": "\r\n"}, ""),
        ("utf-8", {"delimiter": ";"}, "columns are cut by semicolons"),
        ("utf-16", {"delimiter": "\t"}, "columns are cut by tabs"),
        ("utf-16", {}, "the file is in UTF-16"),
        ("utf-16-le", {}, "the file is in UTF-16"),
        ("utf-16-be", {}, "the file is in UTF-16"),
        ("cp1252", {"delimiter": ";"}, "read as Windows-1252"),
        ("cp1252", {}, "column sentence: letters beyond ASCII were lost or changed"),
        ("ascii", {"quoting": csv.QUOTE_ALL}, "column subject: letters beyond ASCII were lost"),
    ],
)
def test_files_as_spreadsheets_save_them(
    run: Path, tmp_path: Path, encoding: str, dialect: dict[str, Any], message: str
) -> None:
    rows = exported(run, tmp_path)
    fill(rows, {IL1_T: {"decision": "accept"}, MAST_4: {"decision": "fix", "new_hedged": "true"}})
    sheet = write_csv(tmp_path / "a.csv", rows, encoding=encoding, **dialect)
    status, said, reviews = apply(run, sheet)
    assert (status, len(reviews)) == (0, 2), said
    assert message in said
    assert reviews[0]["subject_text"] in ("IL-1β", "mast cells")
    if not message:
        assert said.startswith("2 applied")


def lose_greek(row: dict[str, str]) -> None:
    for name in ("sentence", "subject"):
        row[name] = row[name].replace("β", "ß")  # the best fit of Windows-1252


def garble(row: dict[str, str]) -> None:
    for name in ("sentence", "subject"):
        row[name] = row[name].encode().decode("latin-1")


def swap_words(**words: str) -> Edit:
    def edit(row: dict[str, str]) -> None:
        for name, cell in words.items():
            row[name] = cell

    return edit


def straighten(row: dict[str, str]) -> None:
    row["sentence"] = row["sentence"].replace("“", '"').replace("”", '"')


def widen(row: dict[str, str]) -> None:
    row["sentence"] = f"  {row['sentence'].replace(' ', '  ')}\n"
    row["relation_id"] = f" {row['relation_id']} "


def quote(row: dict[str, str]) -> None:
    row["subject"] = f"'{row['subject']}"
    row["relation_id"] = f"'{row['relation_id']}"


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (swap_words(negated="FALSE", hedged="FALSCH"), "column hedged: FALSCH stands for false"),
        (swap_words(negated="FAUX"), "column negated: FAUX stands for false"),
        (swap_words(effect="Positive "), "column effect: Positive stands for positive"),
        (swap_words(score="0,51"), "column score: a comma stands for the decimal point"),
        (
            swap_words(subject="02-Sep"),
            "row 2, column subject: 'SEPT2' was turned into a date, '02-Sep'",
        ),
        (swap_words(subject="2026-09-02 00:00:00"), "'SEPT2' was turned into a date"),
        (swap_words(subject="1E+05"), "'SEPT2' was turned into a number, '1E+05'"),
        (swap_words(subject="#NAME?"), "'SEPT2' was turned into an error"),
        (swap_words(sentence=""), "column sentence: the cell is empty"),
        (swap_words(section="x", rule="y", subject_start="1.379"), ""),
        (straighten, "column sentence: quotes, dashes or blanks were changed"),
        (widen, "column sentence: blanks or line ends were changed"),
        (quote, "column subject: an apostrophe at the beginning was lost or added"),
        (lose_greek, "column sentence: letters beyond ASCII were lost or changed"),
        (garble, "column sentence: letters beyond ASCII were lost or changed"),
    ],
)
def test_cells_as_spreadsheets_leave_them(
    run: Path, tmp_path: Path, edit: Edit, message: str
) -> None:
    rows = [row for row in exported(run, tmp_path) if row["relation_id"] == SEPT_T]
    fill(rows, {SEPT_T: {"decision": " ACCEPT "}})
    edit(rows[0])
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, [review["decision"] for review in reviews]) == (0, ["accept"]), said
    assert message in said
    assert (reviews[0]["subject_text"], reviews[0]["negated"]) == ("SEPT2", "false")


def test_a_cell_that_a_spreadsheet_cut(run: Path, tmp_path: Path) -> None:
    rows = [row for row in exported(run, tmp_path) if row["relation_id"] == TNF_NK]
    rows[0] |= {"decision": "accept", "sentence": rows[0]["sentence"][:32_000]}
    status, said, _ = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, "column sentence: cut after 32000 characters" in said) == (0, True), said


def test_columns_and_rows_in_another_order(run: Path, tmp_path: Path) -> None:
    rows = exported(run, tmp_path)[::-1][:5]
    fill(rows, {IL1_T: {"decision": "accept"}})
    rows = [dict(reversed(row.items())) for row in rows]
    for row in rows:
        row["my own"] = "x"
        row["Relation ID"] = row.pop("relation_id")
        del row["document"]
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    kept = IL1_T in {row["Relation ID"] for row in rows}
    assert (status, len(reviews)) == (0, int(kept)), said
    assert "columns that are not read: my_own" in said
    assert "rows cannot be compared by the missing columns document" in said


def test_a_row_of_another_run_is_known_by_what_it_says(run: Path, tmp_path: Path) -> None:
    renamed = {IL1_T: "R000000000000"}

    def edit(row: dict[str, str]) -> None:
        row["relation_id"] = renamed.get(row["relation_id"], row["relation_id"])

    status, said, reviews = applied_csv(run, tmp_path, {IL1_T: {"decision": "accept"}}, edit)
    assert (status, [review["relation_id"] for review in reviews]) == (0, [IL1_T])
    assert "column relation_id: unknown; the one row with this document, predicate and" in said


def test_a_row_that_stands_there_twice(run: Path, tmp_path: Path) -> None:
    rows = exported(run, tmp_path, "--sort", "document")
    fill(rows, {IL1_T: {"decision": "accept"}, IL1_B: {"decision": "accept"}})
    rows += [rows[0], {**rows[1], "decision": "reject"}, {**rows[1], "decision": ""}]
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, [review["relation_id"] for review in reviews]) == (1, [IL1_T])
    assert "row 8, column relation_id: the same row again as row 2" in said
    for number in (3, 9):
        assert f"row {number}, column decision: rows 3, 9 decide differently" in said


REFUSED = {
    ("decision", "ok"): "'ok' is none of accept, reject, unsure, fix, undo; if accept",
    ("decision", "+"): "if accept is meant, write that",
    ("decision", "acept"): "if accept is meant, write that",
    ("decision", "zzz"): "'zzz' is none of",
    ("decision", "fix"): '"fix" without a correction',
    (
        "effect",
        "negative",
    ): "says 'negative', the tables 'positive'; to correct it, write it in new_",
    ("negated", "WAHR"): "the sheet says 'WAHR', the tables 'false'",
    ("predicate", ""): "the sheet says ''",
    ("subject", "IL-1α"): "is not that of the row in the tables",
    ("subject", "IL-17"): "is not that of the row in the tables",
    ("sentence", "Another sentence."): "were some columns sorted",
    ("relation_id", "R1"): "no row 'R1' in the tables, and none that says the same",
}
REFUSED_FIXES = {
    ("new_effect", "up"): "'up' is none of positive",
    ("new_predicate", "BINDS"): "is a CELL, of BINDS it should",
    ("new_subject", "IL-9"): "does not stand in the sentence",
    ("new_subject", "IL-1?"): "were Greek letters lost?",
    ("new_subject", "2-Sep"): "did the spreadsheet make a date of them?",
    ("new_subject_name", "2-Sep"): "may be a date",
    ("new_subject_name", "IFN?"): "may be letters that were lost",
    ("new_object", "IL-1β"): "stands 2 times in the sentence",
    ("swap", "true"): "the subject 'T cells' is a CELL",
}


@pytest.mark.parametrize(
    ("decision", "column", "cell", "message"),
    [
        *(("accept", *place, message) for place, message in REFUSED.items()),
        *(("fix", *place, message) for place, message in REFUSED_FIXES.items()),
    ],
)
def test_rows_that_are_not_applied(
    run: Path, tmp_path: Path, decision: str, column: str, cell: str, message: str
) -> None:
    rows = exported(run, tmp_path, "--sort", "document")
    fill(rows, {MAST_4: {"decision": "accept"}, SEPT_T: {"decision": decision}})
    rows[2][column] = cell
    if column == "relation_id":
        rows[2]["document"] = "other"
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, [review["relation_id"] for review in reviews]) == (1, [MAST_4]), said
    assert f"not applied: row 4, column {column}: " in said
    assert message in said


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"decision": "accept", "new_effect": "negative"},
            "new_effect filled in, but the decision",
        ),
        ({"swap": "true"}, 'empty, but swap is filled in; write "fix"'),
    ],
)
def test_corrections_without_fix(
    run: Path, tmp_path: Path, cells: dict[str, str], message: str
) -> None:
    status, said, reviews = applied_csv(run, tmp_path, {IL1_T: cells})
    assert (status, reviews) == (1, [])
    assert message in said


def test_keys_that_were_sorted_apart(run: Path, tmp_path: Path) -> None:
    rows = exported(run, tmp_path)
    keys = ids(rows)
    for row, other in zip(rows, keys[1:] + keys[:1], strict=True):
        row |= {"relation_id": other, "decision": "accept"}
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, reviews) == (1, [])
    assert "6 problems" in said


def test_a_negation_that_somebody_typed_into_the_sentence(run: Path, tmp_path: Path) -> None:
    def edit(row: dict[str, str]) -> None:
        row["sentence"] = row["sentence"].replace(" wake ", " do not wake ")

    status, said, reviews = applied_csv(run, tmp_path, {IL1_T: {"decision": "accept"}}, edit)
    assert (status, reviews) == (1, [])
    assert "column sentence: " in said


def test_cells_that_were_pushed_to_the_right(run: Path, tmp_path: Path) -> None:
    rows = exported(run, tmp_path, "--sort", "document", "--limit", 1)
    rows[0]["decision"] = "accept"
    sheet = write_csv(tmp_path / "a.csv", rows)
    sheet.write_text(sheet.read_text(encoding="utf-8").rstrip("\n") + ",more\n", encoding="utf-8")
    status, said, reviews = apply(run, sheet)
    assert (status, reviews) == (1, [])
    assert "more cells than columns" in said


def test_a_misspelt_correction_is_no_lost_correction(run: Path, tmp_path: Path) -> None:
    rows = exported(run, tmp_path)
    fill(
        rows, {IL1_T: {"decision": "fix", "new_effect": "negative"}, MAST_4: {"decision": "accept"}}
    )
    rows = [{k.replace("new_effect", "new_efect"): v for k, v in row.items()} for row in rows]
    status, said, reviews = apply(run, write_csv(tmp_path / "a.csv", rows))
    assert (status, [review["relation_id"] for review in reviews]) == (1, [MAST_4])
    assert "column new_efect: no such column; if new_effect is meant, name it so" in said


def test_a_note_alone_is_no_decision(run: Path, tmp_path: Path) -> None:
    status, said, reviews = applied_csv(run, tmp_path, {IL1_T: {"note": "look again"}})
    assert (status, reviews) == (0, [])
    assert "a note without a decision is not kept" in said


def test_values_that_a_workbook_holds(run: Path, tmp_path: Path) -> None:
    from datetime import datetime

    sheet = export(run, tmp_path / "a.xlsx")
    fill_workbook(sheet, {
        IL1_T: {"decision": "fix", "new_negated": True, "swap": False},
        SEPT_T: {"decision": "accept", "subject": datetime(2026, 9, 2)},
        IL1_B: {"decision": "fix", "new_subject_name": datetime(2026, 3, 1)},
        MAST_4: {"decision": "accept", "note": 12.0},
    })  # fmt: skip
    status, said, reviews = apply(run, sheet)
    assert status == 1
    by_id = {review["relation_id"]: review for review in reviews}
    assert set(by_id) == {IL1_T, SEPT_T, MAST_4}
    assert (by_id[IL1_T]["new_negated"], by_id[MAST_4]["note"]) == ("true", "12")
    assert "'SEPT2' was turned into a date" in said
    assert "column new_subject_name: '2026-03-01T00:00:00' may be a date" in said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the sheet is empty"),
        (b"decision,note\naccept,\n", "the column relation_id is missing"),
        (b"relation_id,decision,Decision\nR,a,b\n", "the column decision stands there twice"),
        (b"relation_id,decision\n\x81\xff,accept\n", "neither UTF-8 nor Windows-1252"),
        (b"\xff\xfe\x00", "broken utf-16"),
        (b"PK\x03\x04 no archive", "a workbook that breaks off"),
        (
            b'relation_id,decision\nR1,"accept\nR2,reject\n',
            "row 2: no readable CSV (unexpected end",
        ),
        (b"relation_id,decision\rR1,\r", ""),  # ends of lines as on an old Macintosh
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "a workbook of the old kind (XLS)"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_files_that_are_no_sheets(
    run: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    sheet = tmp_path / "a.csv"
    if content is not None:
        sheet.write_bytes(content)
    status, said, _ = apply(run, sheet)
    assert (status, message in said) == (2 if message else 0, True), said


def test_a_workbook_without_a_sheet_of_ours(run: Path, tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["a", "b"])
    book.save(tmp_path / "a.xlsx")
    status, said, _ = apply(run, tmp_path / "a.xlsx")
    assert (status, "no page has the columns relation_id and decision" in said) == (2, True)


def test_the_page_that_is_a_sheet_is_found(run: Path, tmp_path: Path) -> None:
    sheet = fill_workbook(export(run, tmp_path / "a.xlsx"), {IL1_T: {"decision": "accept"}})
    book = load_workbook(sheet)
    book.move_sheet("how to", -1)
    book.save(sheet)
    status, said, reviews = apply(run, sheet)
    assert (status, len(reviews), "the page 'review' was read" in said) == (0, 1, True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--curator", "-"), "is no name"),
        (("--curator", "A", "--date", "30.11."), "write it as 2026-11-30"),
        (("--curator", "A", "--reviews", "{sheet}"), "it lacks the columns"),
    ],
)
def test_wrong_use_of_apply(run: Path, tmp_path: Path, arguments: Any, message: str) -> None:
    sheet = write_csv(tmp_path / "a.csv", [{"relation_id": IL1_T, "decision": "accept"}])
    before = sheet.read_bytes()
    given = [argument.format(sheet=sheet) for argument in arguments]
    status, said = call("apply", sheet, run, *given)
    assert (status, message in said) == (2, True), said
    assert sheet.read_bytes() == before


def test_lines_that_are_no_decisions_are_passed_over(run: Path, tmp_path: Path) -> None:
    applied_csv(run, tmp_path, {IL1_T: {"decision": "accept"}})
    path = tmp_path / "reviews/ann-b.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("R1,d\n")
    status, said = call(
        "apply", tmp_path / "filled.csv", run, "--curator", "Ann B", "--reviews", path
    )
    assert (status, "1 unchanged" in said) == (0, True), said


@pytest.mark.parametrize(
    "cell",
    [
        "1-Mar",
        "02-Sep",
        "2. Sep",
        "Sep-02",
        "01.03.2026",
        "Mrz 01",
        "3/1/26",
        "12:30",
        "1. März 26",
    ],
)
def test_dates(cell: str) -> None:
    assert turned(cell) == "a date"


@pytest.mark.parametrize(
    "cell", ["IL-6", "SEPT2", "CD4", "IL-1 [2]", "T cell", "may", "Th17", "MARCH1"]
)
def test_names_are_no_dates(cell: str) -> None:
    assert turned(cell) == ""


def test_flags_in_other_languages() -> None:
    assert [flag(c) for c in ("TRUE", " wahr", "Vrai", "FALSCH", "faux", "x")] == [
        "true", "true", "true", "false", "false", "x",
    ]  # fmt: skip


def test_commands_have_help() -> None:
    for name in ("export", "apply"):
        command = get_command(review_app).commands[name]  # type: ignore[attr-defined]
        assert command.help
