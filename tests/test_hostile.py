"""Files made to do harm: each in bounded time and memory, with one clear failure."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from spacy.tokens import Doc

from pipeline.gold.formats import marked
from pipeline.marked import MarkError, read_marked
from pipeline.read import read_inputs
from pipeline.read.document import MAX_ERROR, MAX_ID
from pipeline.read.layout import MAX_BLOCK, MAX_WORD, blocks
from pipeline.read.parts import MAX_NAME
from pipeline.read.source import Source, inspect, lines
from pipeline.records import Document, Failure
from pipeline.route import MAX_AT_ONCE, Settings, annotate, cut, tools
from tests.fuzz.seeds import docx

ROOT = Path(__file__).resolve().parents[1]
MEMORY = 3 << 30  # bytes of address space, with all that Python and the libraries take
SECONDS = 240
# Reads files under a limit of memory and tells what came of each.
CHILD = f"""
import json, logging, resource, sys
from pathlib import Path
from pipeline.read import read_inputs
logging.disable(logging.CRITICAL)
resource.setrlimit(resource.RLIMIT_AS, ({MEMORY}, {MEMORY}))
for item in read_inputs([Path(sys.argv[1])]):
    error = getattr(item, "error", None)
    print(json.dumps([item.doc_id, item.source, error, len(getattr(item, "text", ""))]))
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""


def read_apart(path: Path) -> tuple[list[tuple[str, str, str | None, int]], int]:
    """(id, source, error, characters) of each item, and the most memory (kilobytes)."""
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(CHILD), str(path)],
        capture_output=True, cwd=ROOT, timeout=SECONDS, check=False, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    *items, memory = map(json.loads, done.stdout.splitlines())
    return [tuple(item) for item in items], memory


def put(path: Path, parts: Iterator[bytes]) -> Path:
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "wb") as stream:
        for part in parts:
            stream.write(part)
    return path


def errors(path: Path, **more: int) -> list[str]:
    return [one.error for one in read_inputs([path], **more) if isinstance(one, Failure)]  # type: ignore[arg-type]


BOMBS = {
    ".txt": b"",
    ".jsonl": b"",
    ".csv": b"id,text\n",
    ".json": b'{"documents": [',
    ".pubtator": b"1|t|",
    ".xml": b"<PubmedArticleSet>",
    ".nxml": b"<article>",
    ".html": b"<p>",
    ".pdf": b"%PDF-1.7\n",
    ".docx": b"PK",
}


@pytest.fixture(scope="module")
def filler() -> bytes:
    """A gzip member of 32 MB of blanks, in some 30 KB."""
    return gzip.compress(b" " * (32 << 20), 9)


@pytest.mark.parametrize("suffix", BOMBS)
def test_gzip_bombs(suffix: str, filler: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix}.gz"
    path.write_bytes(gzip.compress(BOMBS[suffix]) + 330 * filler)  # 10 GB
    (found,) = read_apart(path)[0]
    assert found[2] is not None
    # A limit for documents may come before the one for files.
    assert "gzip bomb" in found[2] or "the limit" in found[2]


def test_sound_files_pack_well(tmp_path: Path) -> None:
    said = "Mast cells answer IL-{} with {} granules, and macrophages make IL-{} of it. "
    parts = (said.format(k % 40, k * 7919 % 10_007, k % 7).encode() * 8 for k in range(120_000))
    path = put(tmp_path / "a.txt.gz", parts)
    assert path.stat().st_size * 10 < 70 << 20
    assert inspect(path).encoding == "utf-8-sig"


def long_line(start: bytes, end: bytes, n: int) -> Iterator[bytes]:
    yield start
    for _ in range(n):
        yield b"IL-6 rose again " * (1 << 16)  # a megabyte
    yield end


LINES: dict[str, tuple[bytes, bytes]] = {
    ".txt": (b"", b""),
    ".jsonl": (b'{"id": "a", "text": "', b'"}\n{"id": "b", "text": "TNF fell."}\n'),
    ".csv": (b'id,text\na,"', b'"\nb,TNF fell.\n'),
    ".tsv": (b"id\ttext\na\t", b"\nb\tTNF fell.\n"),
    ".pubtator": (b"1|t|x\n1|a|", b"\n\n2|t|TNF fell.\n"),
    ".json": (
        b'{"documents": [{"id": "a", "passages": [{"text": "',
        b'"}]},\n{"id": "b", "passages": [{"text": "TNF fell."}]}]}',
    ),
    ".xml": (
        b"<collection><document><id>a</id><passage><text>",
        b"</text></passage></document></collection>",
    ),
}


@pytest.mark.parametrize("suffix", LINES)
def test_a_hundred_megabytes_on_one_line(suffix: str, tmp_path: Path) -> None:
    path = put(tmp_path / f"a{suffix}", long_line(*LINES[suffix], 100))
    found, memory = read_apart(path)
    failed = [error for _, _, error, _ in found if error is not None]
    assert len(failed) == 1
    assert "more than" in failed[0]
    if suffix not in (".txt", ".xml"):
        assert [(size, error) for _, _, error, size in found][-1] == (len("TNF fell."), None)
    assert memory < 2_000_000


@pytest.mark.parametrize("unit", ["[],", '{"a":{}},', "1.5,", '"ab",', "[" * 3, '"\\ud800",'])
def test_structures_in_json(unit: str, tmp_path: Path) -> None:
    inner = unit * (20_000_000 // len(unit))
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"id": "a", "text": "IL-6", "x": [{inner}0]}}\n{{"id": "b", "text": "b"}}\n')
    found, _ = read_apart(path)
    assert found[-1][2:] == (None, 1)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f"a,{'x' * 3_000_000}", "the row: a row of more than"),
        (f'a,"{"x, " * 800_000}\nno,row\nnor,this\n"', "lines 2 to 5: a row of more than"),
        (f'a,"{"x" * 1_200_000}\n{"y" * 1_200_000}"', "lines 2 to 3: a row of more than"),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_rows_over_the_limit_cost_no_other(row: str, said: str, end: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,text\n{row}\nb,TNF fell.\n", newline=end)
    failed, read = read_inputs([path], max_characters=500_000)
    assert isinstance(failed, Failure)
    assert said in failed.error
    assert isinstance(read, Document)
    assert read.text == "TNF fell."
    n_lines = path.read_text().count("\n")
    assert read.source == f"{path.as_posix()}:{n_lines}"


def test_lines_over_the_limit_count_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("abc\nabcdefghijkl\nabcd\nx")
    with Source(path, "a", ".txt").open() as stream:
        assert list(lines(stream, 5)) == ["abc\n", "abcdef", "abcd\n", "x"]


def test_too_many_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,text" + "," * 20_000 + "\n")
    (error,) = errors(path)
    assert "more than 10,000 columns" in error


@pytest.mark.parametrize("unit", ["<p>x", "<td>", "<i>x<br>"])
def test_pages_of_too_many_elements(unit: str, tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(unit * (40_000_000 // len(unit)))
    found, memory = read_apart(path)
    assert [error for _, _, error, _ in found] == [
        "the page has more than 1,500,000 elements, the limit; split it"
    ]
    assert memory < 2_000_000


def test_a_directory_before_the_begin_of_the_archive(tmp_path: Path) -> None:
    data = bytearray(docx())
    end = data.rindex(b"PK\x05\x06")
    data[end + 12 : end + 16] = (1_000_000).to_bytes(4, "little")  # the size that it says
    path = tmp_path / "a.docx"
    path.write_bytes(data)
    (error,) = errors(path)
    assert "the zip archive of the document is damaged" in error


def test_what_every_row_would_repeat_is_bounded(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps({"id": "x" * 5_000, "text": "IL-6"}))
    (found,) = read_inputs([path])
    assert isinstance(found, Failure)
    assert len(found.doc_id) == MAX_ID
    assert "the id has more than" in found.error
    path = tmp_path / "a.csv"
    path.write_text("x" * 10_000 + ",y\n")
    (error,) = errors(path)
    assert len(error) < MAX_ERROR + 10
    assert error.endswith("check the header and the delimiter")
    heading = f"# {'Results ' * 5_000}\n\nIL-6 rose in mice.\n"
    sections = {block.section for block in blocks(Document("a", heading, "a.md"))}
    assert max(map(len, sections)) <= MAX_NAME


SIGNS = {
    "marks of direction": "\u202eIL-6\u202c rose. ",
    "zero-width": "I\u200bL\u2060-\u200d6\ufeff rose. ",
    "combining": "I" + "\u0301" * 30 + "L-6 ",
    "controls": "".join(map(chr, range(32))) + "\x7f\x85IL-6 ",
    "unassigned": "\ue000\u0378\ufffe\U0010ffff IL-6 ",
    "emoji": "\U0001f9ec\U0001f469\u200d\U0001f52c IL-6 ",
    "line ends": "IL-6\r\nrose\rand\nfell\u2028\x0b\x0c\n\r",
    "emphasis": "*a*\u200b **b** ",
    "open brackets": "(",
    "token": "x",
    "items": "- IL-6\n",
    "rows": "| IL-6 | TNF |\n",
    "blank lines": "\n \n",
    "labels": ".ABCDEFGHIJ: ",
    "headings": "# a\n",
    "lead-ins": "such as:\n- b and:\n",
}


@pytest.mark.parametrize("source", ["a.txt", "a.md"])
@pytest.mark.parametrize("kind", SIGNS)
def test_blocks_hold_whatever_the_signs(kind: str, source: str) -> None:
    text = SIGNS[kind] * (60_000 // len(SIGNS[kind])) + "\nend"
    document = Document("a", text, source)
    for block in cut(document):
        assert len(block.text) <= MAX_BLOCK + 1_000
        assert max(map(len, block.text.split())) <= MAX_WORD
        for here, there, length in block.pieces:
            assert block.text[here : here + length] == text[there : there + length]


@pytest.mark.parametrize(
    ("unit", "said"),
    [
        ("[", "unclosed mark"), ("](", "unclosed mark"), ("[a](", "unclosed mark"),
        ("[a](CYTOKINE", "unclosed mark"), ("[a](b) ", "unknown label"),
    ],
)  # fmt: skip
def test_marked_examples_that_are_refused(unit: str, said: str) -> None:
    with pytest.raises(MarkError, match=said):
        read_marked(unit * 100_000)


@pytest.mark.parametrize(
    ("make", "n_problems"),
    [
        (lambda n: "".join(f"[[a|m{i} CELL]]\n" for i in range(n)), 0),
        (lambda n: "[[a|m0 CELL]]" + "[[b|+m0]]\n" * n, 0),
        (lambda n: "[[x\n" * n, 8_000),
        (lambda n: "|m1 CELL]]\n" * n + "\\[" * n, 0),
    ],
)
def test_marked_gold_in_linear_time(
    make: Callable[[int], str], n_problems: int, tmp_path: Path
) -> None:
    path = tmp_path / "a.marked"
    spent = []
    for n in (1_000, 8_000):
        path.write_text(f"=== document a\n=== text\n{make(n)}\n=== relations\n")
        begin = time.process_time()
        (document,) = marked.read(path)
        spent.append(time.process_time() - begin)
    assert len(document.problems) == n_problems
    assert spent[1] < 20 * spent[0] + 0.1


@pytest.mark.model
@pytest.mark.parametrize(
    "unit", ["IL-6, ", "IL-6/", "(", "IL-6-", "( ", "(IL-6 ", "x", "| IL-6 |\n"]
)
def test_time_of_the_route_grows_with_length(unit: str) -> None:
    """Texts on which some step once took the square of their length."""
    annotate([Document("a", "IL-6 rose.")], Settings())
    spent = []
    for n in (1_000, 5_000):
        begin = time.process_time()
        (found,) = annotate([Document("a", unit * (n // len(unit)))], Settings())
        spent.append(time.process_time() - begin)
        assert found.failure is None
    assert spent[1] < 15 * spent[0] + 0.5


@pytest.mark.model
def test_a_document_of_too_many_paragraphs_fails_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.route.MAX_BLOCKS", 20)
    found = annotate([Document("a", "IL-6.\n\n" * 30), Document("b", "IL-6 rose.")], Settings())
    assert found[0].failure is not None
    assert "more than 20 paragraphs, the limit; split the document" in found[0].failure.error
    assert found[1].failure is None


@pytest.mark.model
def test_the_model_gets_few_characters_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings()
    nlp = tools(settings).nlp
    sizes: list[int] = []
    pipe = nlp.pipe

    def counted(texts: Sequence[str], **options: int) -> Iterator[Doc]:
        sizes.append(sum(map(len, texts)))
        return pipe(texts, **options)

    monkeypatch.setattr(nlp, "pipe", counted)
    (found,) = annotate([Document("a", "Mast cells release IL-4 at once. " * 4_000)], settings)
    assert len(found.sentences) == 4_000
    assert len(sizes) > 1
    assert max(sizes) <= MAX_AT_ONCE
