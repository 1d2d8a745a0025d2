"""Reading of files and folders: every document arrives, every problem is named."""

from __future__ import annotations

import codecs
import csv
import gzip
import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.read import InputError, read_inputs
from pipeline.records import Annotation, Document, Failure
from pipeline.tabulate import ABOUT_COLUMNS, document_row

TEXT = "Mast cells release IL-4.\n"


def read(*paths: Path, **options: object) -> tuple[list[Document], list[Failure]]:
    items = list(read_inputs(paths, **options))  # type: ignore[arg-type]
    documents = [item for item in items if isinstance(item, Document)]
    return documents, [item for item in items if isinstance(item, Failure)]


def only_failure(*paths: Path, **options: object) -> Failure:
    documents, failures = read(*paths, **options)
    assert documents == []
    assert len(failures) == 1
    assert failures[0].step == "read"
    return failures[0]


def write(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


def lines(*records: object) -> str:
    return "".join(json.dumps(record) + "\n" for record in records)


class TestFormats:
    @pytest.mark.parametrize(
        "name", ["note.txt", "note.md", "note.TXT", "note.txt.gz", "note.md.gz"]
    )
    def test_one_document_a_file(self, tmp_path: Path, name: str) -> None:
        path = write(tmp_path / name, TEXT)
        documents, failures = read(path)
        assert failures == []
        assert documents == [Document("note", TEXT, path.as_posix())]

    @pytest.mark.parametrize(
        ("text", "title"),
        [
            ("# Mast cells #\n\nText.", "Mast cells"),
            ("Lead.\r\n\r\n## Second level\r\nText.", "Second level"),
            ("#hashtag only\n", ""),
        ],
    )
    def test_title_is_the_first_markdown_heading(
        self, tmp_path: Path, text: str, title: str
    ) -> None:
        (document,), _ = read(write(tmp_path / "a.md", text))
        assert (document.title, document.text) == (title, text)

    def test_plain_text_has_no_title(self, tmp_path: Path) -> None:
        (document,), _ = read(write(tmp_path / "a.txt", "# not a heading here\n"))
        assert document.title == ""

    @pytest.mark.parametrize("suffix", [".jsonl", ".jsonl.gz"])
    def test_jsonl(self, tmp_path: Path, suffix: str) -> None:
        rows = lines(
            {"id": "a", "text": "IL-2 acts.", "title": "One", "year": 2020, "tags": ["x", "µ"]},
            {"id": 7, "text": "TNF acts."},
        )
        path = write(tmp_path / f"in{suffix}", "\n" + rows)
        documents, failures = read(path)
        assert failures == []
        name = path.as_posix()
        assert documents == [
            Document(
                "a", "IL-2 acts.", f"{name}:2", "One", (("year", "2020"), ("tags", '["x", "µ"]'))
            ),
            Document("7", "TNF acts.", f"{name}:3"),
        ]

    @pytest.mark.parametrize(("suffix", "mark"), [(".csv", ","), (".tsv", "\t"), (".csv.gz", ",")])
    @pytest.mark.parametrize(
        ("id_name", "text_name"), [("id", "text"), ("PMID", "Abstract"), ("doc_id", "body")]
    )
    def test_table(
        self, tmp_path: Path, suffix: str, mark: str, id_name: str, text_name: str
    ) -> None:
        header = mark.join(["Title", id_name, "year", text_name])
        rows = (
            mark.join(["T", "5", "1999", '"IL-2,\n""so called"""'])
            + "\r\n"
            + mark.join(["", "6", "", "TNF."])
        )
        path = write(tmp_path / f"in{suffix}", f"\ufeff{header}\r\n{rows}\r\n")
        documents, failures = read(path)
        assert failures == []
        name = path.as_posix()
        pmids = {n: (("pmid", n),) if id_name == "PMID" else () for n in "56"}
        assert documents == [
            Document("5", 'IL-2,\n"so called"', f"{name}:2", "T", (*pmids["5"], ("year", "1999"))),
            Document("6", "TNF.", f"{name}:4", "", (*pmids["6"], ("year", ""))),
        ]

    @pytest.mark.parametrize("suffix", [".csv", ".jsonl"])
    def test_what_a_table_says_of_its_documents(self, tmp_path: Path, suffix: str) -> None:
        """Under the names that documents.csv has, whatever a database calls them."""
        cells = {
            "PubMed ID": "31", "PMCID": "72", "DOI": "10.1/x", "Journal/Book": "J Mast Cells",
            "Publication Year": "2021", "Lang": "en", "Document-Type": "Review", "Keywords": "a; b",
            "Article Title": "Mast cells", "Abstract": "IL-4 rises.",
        }  # fmt: skip
        csv_text = ",".join(cells) + "\n" + ",".join(cells.values()) + "\n"
        content = csv_text if suffix == ".csv" else lines(cells)
        path = write(tmp_path / f"in{suffix}", content)
        (document,), failures = read(path)
        assert failures == []
        assert (document.doc_id, document.title) == ("31", "Mast cells")
        assert document.text == "IL-4 rises."
        assert dict(document.metadata) == {
            "pmid": "31", "pmcid": "PMC72", "doi": "10.1/x", "journal": "J Mast Cells",
            "year": "2021", "language": "en", "publication_types": "Review", "Keywords": "a; b",
        }  # fmt: skip
        row = document_row(Annotation(document, (), (), n_tokens=0))
        assert [row[name] for name in ABOUT_COLUMNS] == [
            "31", "PMC72", "10.1/x", "en", "Review", "J Mast Cells", "2021",
        ]  # fmt: skip

    def test_the_first_of_usual_names_counts(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.csv", "lang,pmid,text,abstract,language\nx,5,TNF.,no,en\n")
        (document,), _ = read(path)
        assert (document.doc_id, document.text) == ("5", "TNF.")
        assert dict(document.metadata) == {
            "lang": "x", "pmid": "5", "abstract": "no", "language": "en",
        }  # fmt: skip

    def test_lists_and_nothing_in_jsonl(self, tmp_path: Path) -> None:
        record = {
            "pmid": 5, "abstract": "TNF.", "title": None, "year": 2020, "doi": None,
            "publication_type": ["Review", "Journal Article"], "note": None,
        }  # fmt: skip
        (document,), _ = read(write(tmp_path / "a.jsonl", lines(record)))
        assert (document.doc_id, document.text, document.title) == ("5", "TNF.", "")
        assert dict(document.metadata) == {
            "pmid": "5", "year": "2020", "doi": "", "note": "null",
            "publication_types": "Review; Journal Article",
        }  # fmt: skip

    def test_a_named_column_is_taken_as_it_is_written(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.jsonl", lines({"KEY": "a", "key": "b", "text": "TNF."}))
        assert [read(path, id_column=name)[0][0].doc_id for name in ("key", "KEY", "Key")] == [
            "b", "a", "a",
        ]  # fmt: skip

    def test_cells_of_any_length_leave_the_limit_of_others(self, tmp_path: Path) -> None:
        limit = csv.field_size_limit()
        long = "TNF. " * (limit // 4)
        rows = "".join(f"{n},{long}\n" for n in range(3))
        one, two = (
            read_inputs([write(tmp_path / f"{name}.csv", "id,text\n" + rows)]) for name in "ab"
        )
        for _ in range(3):
            for documents in (one, two):
                assert isinstance(next(documents), Document)
                assert csv.field_size_limit() == limit
        assert list(one) == list(two) == []
        assert csv.field_size_limit() == limit

    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("a.csv", "id,text,Key,Words\n1,no,k,IL-6 rises.\n"),
            ("a.jsonl", lines({"id": "1", "text": "no", "Key": "k", "Words": "IL-6 rises."})),
        ],
    )
    def test_named_columns(self, tmp_path: Path, name: str, content: str) -> None:
        (document,), _ = read(write(tmp_path / name, content), id_column="Key", text_column="Words")
        assert (document.doc_id, document.text) == ("k", "IL-6 rises.")
        assert document.metadata == (("id", "1"), ("text", "no"))

    def test_large_cell(self, tmp_path: Path) -> None:
        long = "IL-6 rises. " * 50_000
        (document,), _ = read(write(tmp_path / "a.csv", f"id,text\n1,{long}\n"))
        assert document.text == long

    def test_no_heavy_import(self) -> None:
        heavy = "{'spacy', 'pandas', 'numpy'}"
        code = f"import sys, pipeline.read; print(sorted({heavy} & set(sys.modules)))"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )
        assert done.stdout.strip() == "[]"


class TestEncoding:
    @pytest.mark.parametrize(
        "data",
        [
            "TNF-α rises".encode(),
            codecs.BOM_UTF8 + "TNF-α rises".encode(),
            "TNF-α rises".encode("utf-16"),
            codecs.BOM_UTF16_BE + "TNF-α rises".encode("utf-16-be"),
            "TNF-α rises".encode("utf-32"),
        ],
    )
    def test_unicode_needs_no_note(self, tmp_path: Path, data: bytes) -> None:
        (document,), _ = read(write(tmp_path / "a.txt", data))
        assert (document.text, document.metadata) == ("TNF-α rises", ())

    def test_line_ends_stay(self, tmp_path: Path) -> None:
        text = "one\r\ntwo\rthree\n\x0cfour"
        (document,), _ = read(write(tmp_path / "a.txt", text))
        assert document.text == text

    def test_windows_bytes_are_noted_and_warned_of_once(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        rows = 'id,text\n1,"Sjögren’s patients"\n2,"café"\n'.encode("cp1252")
        with caplog.at_level(logging.WARNING):
            documents, failures = read(write(tmp_path / "a.csv", rows))
        assert failures == []
        assert [d.text for d in documents] == ["Sjögren’s patients", "café"]
        assert {d.metadata for d in documents} == {(("encoding", "cp1252"),)}
        assert len(caplog.records) == 1
        assert "a.csv" in caplog.text

    def test_one_bad_byte_does_not_spoil_the_greek(self, tmp_path: Path) -> None:
        data = "TNF-α and IFN-γ ".encode() + b"\xff rise"
        (document,), _ = read(write(tmp_path / "a.txt", data))
        assert document.text == "TNF-α and IFN-γ \ufffd rise"
        assert document.metadata == (("encoding", "utf-8 (damaged)"),)

    def test_character_split_between_chunks(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("pipeline.read.source.CHUNK", 6)
        (document,), _ = read(write(tmp_path / "a.txt", "TNF-α-α-α"))
        assert (document.text, document.metadata) == ("TNF-α-α-α", ())

    @pytest.mark.parametrize(
        "data",
        [
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"PK\x03\x04\x14\x08\xff\xfe\x91",
            bytes(range(1, 256)),
            b"\x01\x02\x03\x04 abc",
            gzip.compress(b"packed, but not named so" * 9),
        ],
    )
    def test_binary(self, tmp_path: Path, data: bytes) -> None:
        failure = only_failure(write(tmp_path / "a.txt", data))
        assert failure.error.startswith("looks like a binary file")
        assert failure.doc_id == "a"

    def test_half_a_surrogate_pair_can_be_written(self, tmp_path: Path) -> None:
        path = write(
            tmp_path / "a.jsonl", '{"id": "x\\udc00", "text": "IL\\ud800-6", "k": "\\udfff"}'
        )
        (document,), _ = read(path)
        assert document.text == "IL\ufffd-6"
        for part in (document.doc_id, document.text, *document.metadata[0]):
            part.encode()


class TestFolders:
    def test_walk_is_sorted_and_skips_hidden(self, tmp_path: Path) -> None:
        for name in ["b.txt", "a/z.md", "a/b/c.txt", "c.txt", ".hidden.txt", ".git/x.txt"]:
            write(tmp_path / name, f"Text of {name}.")
        # the two files with one stem are told apart by test_same_id
        (tmp_path / "c.txt").rename(tmp_path / "d.txt")
        documents, failures = read(tmp_path)
        assert failures == []
        assert [d.doc_id for d in documents] == ["c", "z", "b", "d"]

    def test_mix_of_files_and_folders(self, tmp_path: Path) -> None:
        write(tmp_path / "dir/a.txt", "One.")
        write(tmp_path / "rows.jsonl", lines({"id": "b", "text": "Two."}))
        documents, _ = read(tmp_path / "rows.jsonl", tmp_path / "dir")
        assert [d.doc_id for d in documents] == ["b", "a"]

    def test_file_reached_twice_is_read_once(self, tmp_path: Path) -> None:
        path = write(tmp_path / "in/a.txt", TEXT)
        documents, failures = read(path, tmp_path, tmp_path / "in", path)
        assert (len(documents), failures) == (1, [])

    @pytest.mark.skipif(not hasattr(os, "symlink"), reason="needs links")
    def test_link_back_ends(self, tmp_path: Path) -> None:
        write(tmp_path / "in/a.txt", TEXT)
        (tmp_path / "in" / "loop").symlink_to(tmp_path / "in")
        (tmp_path / "in" / "lost.txt").symlink_to(tmp_path / "gone.txt")
        documents, failures = read(tmp_path)
        assert len(documents) == 1
        assert [f.error for f in failures] == ["a link that leads nowhere; remove or repair it"]

    def test_documents_come_one_at_a_time(self, tmp_path: Path) -> None:
        write(tmp_path / "a.jsonl", lines({"id": "1", "text": "One."}, {"id": "2", "text": "Two."}))
        late = tmp_path / "b.txt"
        items = read_inputs([tmp_path / "a.jsonl", late])
        assert isinstance(next(items), Document)
        write(late, "Written after the first document was read.")
        assert [i.doc_id for i in items] == ["2", "b"]


class TestFailures:
    @pytest.mark.parametrize(
        ("name", "content", "words", "doc_id"),
        [
            ("a.txt", "", "the file is empty", "a"),
            ("a.txt.gz", "", "the file is empty", "a"),
            ("a.md", " \n\t\r\n", "the text is blank", "a"),
            ("a.xyz", "text", 'the suffix ".xyz" cannot be read', ""),
            ("README", "text", "a name without suffix cannot be read", ""),
            ("a.jsonl", "\n\n", "the file holds no documents", ""),
            ("a.csv", "id,text\n", "the file holds no documents", ""),
            ("a.csv", "name;words\n1;2\n", "no id column id or doc_id", ""),
            ("a.csv", "id,words\n1,2\n", "columns found: id, words", ""),
            ("a.csv", '"id,text\n', "the header cannot be read", ""),
        ],
    )
    def test_file(self, tmp_path: Path, name: str, content: str, words: str, doc_id: str) -> None:
        path = write(tmp_path / name, content)
        failure = only_failure(path)
        assert words in failure.error
        assert (failure.source, failure.doc_id) == (path.as_posix(), doc_id)

    @pytest.mark.parametrize(
        ("line", "words", "doc_id"),
        [
            ('{"id": "x", "text": ', "not JSON", ""),
            ("[1, 2]", "not a JSON object but a list", ""),
            ("[" * 100_000, "JSON", ""),
            ('{"id": "x"}', 'no field "text" (fields: id)', "x"),
            ('{"text": "IL-6."}', 'no field "id"', ""),
            ('{"id": "x", "text": null}', 'the field "text" must be a string, not NoneType', "x"),
            ('{"id": "x", "text": ["IL-6"]}', "must be a string, not list", "x"),
            ('{"id": null, "text": "IL-6."}', 'the field "id" must be', ""),
            ('{"id": true, "text": "IL-6."}', 'the field "id" must be', ""),
            ('{"id": " ", "text": "IL-6."}', 'the field "id" must be', ""),
            ('{"id": "x", "text": "  "}', "the text is blank", "x"),
        ],
    )
    def test_jsonl_line(self, tmp_path: Path, line: str, words: str, doc_id: str) -> None:
        good = [json.dumps({"id": i, "text": "IL-6 rises."}) for i in ("before", "after")]
        path = write(tmp_path / "a.jsonl", "\n".join([good[0], line, good[1]]))
        documents, (failure,) = read(path)
        assert [d.doc_id for d in documents] == ["before", "after"]
        assert words in failure.error
        assert (failure.source, failure.doc_id) == (f"{path.as_posix()}:2", doc_id)

    @pytest.mark.parametrize(
        ("row", "words"),
        [
            ("x,", "the text is blank"),
            ("x", "the text is blank"),
            (",IL-6.", "has no id"),
            ("x,IL-6, then more", "3 cells under 2 columns"),
            ('x,"IL-6" again', "check the quotation marks"),
        ],
    )
    def test_row(self, tmp_path: Path, row: str, words: str) -> None:
        content = f'id,text\nbefore,"IL-6\nrises."\n{row}\nafter,TNF rises.\n'
        path = write(tmp_path / "a.csv", content)
        documents, (failure,) = read(path)
        assert [d.doc_id for d in documents] == ["before", "after"]
        assert words in failure.error
        assert failure.source == f"{path.as_posix()}:4"

    def test_unclosed_quotation_mark_names_the_lines(self, tmp_path: Path) -> None:
        path = write(tmp_path / "a.tsv", 'id\ttext\n1\tGood.\n2\t"Open\n3\tLost\n')
        documents, (failure,) = read(path)
        assert len(documents) == 1
        assert "lines 3 to 4" in failure.error

    def test_missing_path(self, tmp_path: Path) -> None:
        good = write(tmp_path / "a.txt", TEXT)
        documents, (failure,) = read(tmp_path / "nowhere.txt", good)
        assert len(documents) == 1
        assert failure.error.startswith("no such file or folder")

    def test_empty_folder(self, tmp_path: Path) -> None:
        (tmp_path / "deep" / "er").mkdir(parents=True)
        assert "holds no files" in only_failure(tmp_path).error

    def test_unknown_suffix_in_a_folder_is_not_lost(self, tmp_path: Path) -> None:
        write(tmp_path / "a.txt", TEXT)
        write(tmp_path / "b.exe", "x")
        write(tmp_path / "c.exe", "x")
        documents, failures = read(tmp_path)
        assert (len(documents), len(failures)) == (1, 2)

    @pytest.mark.parametrize(
        ("cut", "words"), [(slice(-9), "gzip"), (slice(3, None), "gzip"), (slice(15), "gzip")]
    )
    def test_broken_gzip(self, tmp_path: Path, cut: slice, words: str) -> None:
        path = tmp_path / "a.txt.gz"
        path.write_bytes(gzip.compress(TEXT.encode() * 50)[cut])
        assert words in only_failure(path).error.lower()

    def test_no_permission(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        closed, good = write(tmp_path / "a.txt", TEXT), write(tmp_path / "b.txt", TEXT)
        real_open = Path.open

        def guarded(self: Path, *args: str, **kwargs: str) -> object:
            if self == closed:
                raise PermissionError(13, "Permission denied")
            return real_open(self, *args, **kwargs)  # type: ignore[call-overload]

        monkeypatch.setattr(Path, "open", guarded)
        documents, (failure,) = read(closed, good)
        assert len(documents) == 1
        assert "Permission denied" in failure.error

    @pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
    def test_pipe_does_not_hang(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.txt")
        assert "not a regular file" in only_failure(tmp_path).error

    def test_over_the_limit(self, tmp_path: Path) -> None:
        long = write(tmp_path / "a.txt", "x" * 101)
        fits = write(tmp_path / "b.txt", "α" * 100)
        documents, (failure,) = read(long, fits, max_characters=100)
        assert [d.doc_id for d in documents] == ["b"]
        assert "more than 100 characters" in failure.error

    def test_five_megabytes_are_fine(self, tmp_path: Path) -> None:
        (document,), _ = read(write(tmp_path / "a.txt", "IL-6 rises. " * 420_000))
        assert len(document.text) > 5_000_000

    def test_same_id(self, tmp_path: Path) -> None:
        first = write(tmp_path / "a/note.txt", "One.")
        second = write(tmp_path / "b/note.md", "Two.")
        other = write(tmp_path / "c/other.txt", "Three.")
        documents, (failure,) = read(tmp_path)
        assert [d.source for d in documents] == [first.as_posix(), other.as_posix()]
        assert failure.doc_id == "note"
        assert f"{first.as_posix()} was kept" in failure.error
        assert f"{second.as_posix()} was left out" in failure.error

    @pytest.mark.parametrize(
        ("paths", "options"),
        [([], {}), ([Path("a.csv")], {"id_column": "x", "text_column": "x"})],
    )
    def test_wrong_use_is_raised_at_the_call(
        self, paths: list[Path], options: dict[str, str]
    ) -> None:
        with pytest.raises(InputError):
            read_inputs(paths, **options)  # type: ignore[arg-type]


def test_the_tables_of_a_run_inside_an_input_folder_are_no_input(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Mast cells release IL-13.", encoding="utf-8")
    tables = tmp_path / "outputs"
    tables.mkdir()
    for name in ("run.json", "failures.csv", "mentions.csv"):
        (tables / name).write_text("doc_id,text\nx,IL-6\n", encoding="utf-8")
    (item,) = read_inputs([tmp_path])
    assert isinstance(item, Document)
    assert item.doc_id == "note"
