"""PubTator: texts whose offsets are PubTator's, and wrong lines by their number."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest
from read_files import Read, reader

from pipeline.read import read_inputs
from pipeline.read.inputs import read_options, stream_inputs
from pipeline.read.layout import blocks
from pipeline.records import Document, Failure

TWO = """\
31000001|t|IL-22 guards the gut | barrier
31000001|a|BACKGROUND: ILC3 secrete IL-22. RESULTS: IFN-γ did not.
31000001\t0\t5\tIL-22\tGene\t50616
31000001\t70\t75\tIL-22\tGene\t50616
31000001\tAssociation\t50616\tD001

31000002|t|APRIL in the kidney
31000002|a|
"""


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Read a file with this content."""

    return reader(tmp_path, "a.pubtator")


def stretches(document: Document) -> list[tuple[str, str, str]]:
    """(kind, section, text) of each."""
    return [(s.kind, s.section, document.text[s.start : s.end]) for s in document.layout]


class TestTexts:
    @pytest.mark.parametrize(
        "name",
        ["a.pubtator", "a.PubTator", "a.pubtator.gz", "a.pubtator.txt", "a.PubTator.TXT.gz"],
    )
    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    def test_documents(self, read: Read, name: str, end: str) -> None:
        documents, failures = read(TWO.replace("\n", end), name)
        assert failures == []
        first, second = documents
        assert (first.doc_id, first.title) == ("31000001", "IL-22 guards the gut | barrier")
        assert first.text == (
            "IL-22 guards the gut | barrier\n"
            "BACKGROUND: ILC3 secrete IL-22. RESULTS: IFN-γ did not."
        )
        assert first.metadata == (("pmid", "31000001"),)
        assert (second.doc_id, second.text) == ("31000002", "APRIL in the kidney")
        assert [d.source.rpartition(":")[2] for d in documents] == ["1", "7"]

    def test_offsets_are_those_of_pubtator(self, read: Read) -> None:
        text = "1|t|Two  blanks \n1|a| IL-4 rose.\n1\t14\t18\tIL-4\tGene\t3565\n"
        (document,), failures = read(text)
        assert failures == []
        assert document.text[14:18] == "IL-4"
        assert stretches(document) == [
            ("title", "Title", "Two  blanks"),
            ("paragraph", "Abstract", "IL-4 rose."),
        ]

    def test_sections(self, read: Read) -> None:
        assert [(b.section, b.text) for b in blocks(read(TWO)[0][0])] == [
            ("Title", "IL-22 guards the gut | barrier"),
            ("BACKGROUND", "BACKGROUND: ILC3 secrete IL-22."),
            ("RESULTS", "RESULTS: IFN-γ did not."),
        ]

    def test_several_abstract_lines(self, read: Read) -> None:
        (document,), _ = read("x1|t|CCL2\nx1|a|One.\nx1|a|\nx1|a|a|t|b\n")
        assert document.text == "CCL2\nOne.\n\na|t|b"
        assert [text for _, _, text in stretches(document)] == ["CCL2", "One.", "a|t|b"]
        assert document.metadata == ()

    @pytest.mark.parametrize("head", ["5|t|\n", ""])
    def test_without_a_title(self, read: Read, head: str) -> None:
        (document,), failures = read(f"{head}5|a|IL-2 rose.\n")
        assert (document.text, document.title, failures) == ("\nIL-2 rose.", "", [])
        assert stretches(document) == [("paragraph", "Abstract", "IL-2 rose.")]

    def test_abstract_before_title(self, read: Read) -> None:
        (document,), _ = read("5|a|IL-2 rose.\n5|t|Rising\n")
        assert document.text == "Rising\nIL-2 rose."

    def test_without_blank_lines(self, read: Read) -> None:
        documents, failures = read("1|t|IL-1\n1|a|A.\n2|t|IL-2\n2|a|B.\n2\t0\t4\tIL-2\tGene\t1\n")
        assert [d.text for d in documents] == ["IL-1\nA.", "IL-2\nB."]
        assert failures == []

    def test_an_id_that_comes_back(self, read: Read, tmp_path: Path) -> None:
        content = "1|t|IL-1\n\n2|t|IL-2\n\n1|t|IL-1\n1|a|Again.\n\n2|t|IL-2 b\n2|t|IL-2 c\n"
        documents, failures = read(content)
        assert [d.text for d in documents] == ["IL-1", "IL-2"]
        assert [f.source.rpartition(":")[2] for f in failures] == ["5", "8", "9"]
        path = tmp_path / "a.pubtator"
        items = list(stream_inputs([path], read_options([path])))
        assert [i.doc_id for i in items if isinstance(i, Document)] == ["1", "2", "1", "2", "2"]

    def test_line_breaks_of_our_own_files(self, read: Read) -> None:
        content = (
            "n|t|Methods\nn|a|\u2028Mice were bred.\u2028\u2028Results\u2028\u2028IL-6 rose.\n"
        )
        (document,), failures = read(content + "n|g|title=Methods\nn\t0\t7\tMethods\tX\t-\n")
        assert failures == []
        assert document.text == "Methods\n\nMice were bred.\n\nResults\n\nIL-6 rose."
        assert [b.section for b in blocks(document)][-1] == "Results"


class TestWrongLines:
    def test_runs_of_them(self, read: Read) -> None:
        content = (
            "# made by hand\n1|t|IL-1\n1|x|what\nrubbish\nmore\n1\t0\t4\tIL-1\tGene\t1\n"
            "2\t0\t4\tIL-2\tGene\t2\n\n3|t|IL-3\n"
        )
        documents, failures = read(content)
        assert [d.doc_id for d in documents] == ["1", "3"]
        assert [f.source.rpartition(":")[2] for f in failures] == ["1", "3", "7"]
        before, run, other = failures
        assert 'stands before the first title: "# made by hand"' in before.error
        assert '"1|x|what", and the lines to 5 likewise' in run.error
        assert other.doc_id == "2"
        assert 'belongs to "2", but stands under "1"' in other.error

    @pytest.mark.parametrize("content", ["IL-6 is text.\n" * 5000, "\n \n", "a\tb\tc\n"])
    def test_what_is_no_pubtator(self, read: Read, content: str) -> None:
        documents, (failure,) = read(content)
        assert documents == []
        assert "no line ID|t|title" in failure.error

    def test_blank_text(self, read: Read) -> None:
        documents, (failure,) = read("1|t|\n1|a| \n\n2|t|IL-2\n")
        assert [d.doc_id for d in documents] == ["2"]
        assert (failure.doc_id, "blank" in failure.error) == ("1", True)

    def test_a_file_in_another_encoding(self, read: Read) -> None:
        (document,), _ = read("1|t|Sjögren’s and BAFF\n".encode("cp1252"))
        assert document.title == "Sjögren’s and BAFF"
        assert dict(document.metadata) == {"pmid": "1", "encoding": "cp1252"}

    def test_cut_off_gzip(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pubtator.gz"
        path.write_bytes(gzip.compress(TWO.encode())[:-20])
        (failure,) = read_inputs([path])
        assert isinstance(failure, Failure)
        assert "not a complete gzip file" in failure.error


class TestSize:
    def test_too_long(self, read: Read) -> None:
        parts = "".join("2|a|IL-2 acts.\n" for _ in range(200))
        content = f"1|t|{'x' * 5000}\n\n2|t|IL-2\n{parts}\n3|t|IL-3\n4|t|{'y' * 1000}\n"
        documents, failures = read(content, max_characters=1000)
        assert [d.doc_id for d in documents] == ["3", "4"]
        assert [f.doc_id for f in failures] == ["1", "2"]
        assert all("1,000 characters" in f.error for f in failures)

    def test_a_line_without_end_is_not_held(self, tmp_path: Path) -> None:
        path = tmp_path / "a.pubtator"
        with path.open("w") as stream:
            stream.write("1|t|")
            stream.writelines("x" * 1_000_000 for _ in range(30))
            stream.write("\n2|t|IL-2\n")
        options = read_options([path], max_characters=100_000)
        tracemalloc.start()
        items = list(stream_inputs([path], options))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [type(i).__name__ for i in items] == ["Failure", "Document"]
        assert peak < 8_000_000

    def test_memory_does_not_grow(self, tmp_path: Path) -> None:
        peaks = []
        for n in (3000, 12_000):
            path = tmp_path / "a.pubtator"
            with path.open("w") as stream:
                for i in range(n):
                    stream.write(
                        f"{i}|t|IL-6\n{i}|a|{'IL-6 rose. ' * 80}\n{i}\t0\t4\tIL-6\tG\t1\n\n"
                    )
            tracemalloc.start()
            count = sum(
                isinstance(i, Document) for i in stream_inputs([path], read_options([path]))
            )
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
            assert count == n
        assert path.stat().st_size > 10_000_000
        assert peaks[1] < peaks[0] * 1.2
