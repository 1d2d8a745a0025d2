"""XML as a stream of elements: what comes out, what is refused, and how little it holds."""

from __future__ import annotations

import gc
import io
import tracemalloc
import weakref
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest

from pipeline.read import read_inputs
from pipeline.read.source import ReadError
from pipeline.read.xml_parser import HTML_ENTITIES
from pipeline.read.xml_stream import MAX_TOKEN, TooLong, elements, records, root_name, text_of
from pipeline.records import Document, Failure


def texts(data: bytes | str, *tags: str, **options: object) -> list[str]:
    content = data.encode() if isinstance(data, str) else data
    found = records(io.BytesIO(content), tags or ("a",), **options)  # type: ignore[arg-type]
    return [one.error if isinstance(one, TooLong) else text_of(one) for one in found]


def until_refused(data: bytes | str, **options: object) -> tuple[list[str], str]:
    """What comes before the error, and its message."""
    content = data.encode() if isinstance(data, str) else data
    found: list[str] = []
    stream = records(io.BytesIO(content), ("a",), **options)  # type: ignore[arg-type]
    with pytest.raises(ReadError) as caught:
        found.extend("long" if isinstance(one, TooLong) else text_of(one) for one in stream)
    return found, str(caught.value)


def test_outermost_elements_come_in_order_from_every_level() -> None:
    data = "<r><a>1</a><b><c><a>2 <a>inner</a></a></c><a>3</a></b><x>no</x><a/><b><d>4</d></b></r>"
    assert texts(data, "a", "d") == ["1", "2 inner", "3", "", "4"]


def test_the_root_may_be_wanted_itself() -> None:
    assert texts("<a><b>whole</b> text</a>") == ["whole text"]


def test_chunks_of_one_byte_give_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    data = "<r><b><a>IL-1<i>β</i></a></b><!-- c --><a>TNF</a>tail<b/><a><![CDATA[<IL-6>]]></a></r>"
    whole = texts(data)
    monkeypatch.setattr("pipeline.read.xml_stream.CHUNK", 1)
    assert texts(data) == whole == ["IL-1β", "TNF", "<IL-6>"]


def test_prefixes_are_cut_from_tags_and_kept_in_attributes() -> None:
    math = '<m:math xmlns:m="v"><m:mi>x</m:mi></m:math>'
    data = f'<p:r xmlns:p="u"><p:a xml:lang="en">{math}</p:a></p:r>'
    (element,) = elements(io.BytesIO(data.encode()), ("a",))
    assert [part.tag for part in element.iter()] == ["a", "math", "mi"]
    assert element.get("xml:lang") == "en"


def test_white_space_is_collapsed_and_markup_stays_whole() -> None:
    (element,) = elements(
        io.BytesIO(b"<a>\n CD4<sup>+</sup>\t T&#160;&#x2009;cells \n</a>"), ("a",)
    )
    assert text_of(element) == "CD4+ T cells"
    assert text_of(None) == ""


@pytest.mark.parametrize(
    "head", ["", '<!DOCTYPE r PUBLIC "-//NLM//DTD" "http://127.0.0.1:9/x.dtd">']
)
def test_named_entities_are_known_without_the_dtd(head: str) -> None:
    data = f"{head}<r><a t='&beta;'>TNF-&alpha;&nbsp;&amp; IL-1&beta; &lt; 5</a></r>"
    (element,) = elements(io.BytesIO(data.encode()), ("a",))
    assert text_of(element) == "TNF-α & IL-1β < 5"
    assert element.get("t") == "β"


def test_an_unknown_entity_stays_as_written() -> None:
    assert texts("<r><a>IL-&fantasy;6</a></r>") == ["IL-&fantasy;6"]


def test_no_stored_entity_holds_markup() -> None:
    assert b'"&#60;"' not in HTML_ENTITIES
    assert b'"&#38;"' not in HTML_ENTITIES


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-16", "windows-1252", "utf-8"])
def test_declared_encodings(encoding: str) -> None:
    data = f'<?xml version="1.0" encoding="{encoding}"?><r><a>naïve Sjögren</a></r>'
    assert texts(data.encode(encoding)) == ["naïve Sjögren"]


def test_a_large_utf_16_file_is_not_taken_for_one_long_tag() -> None:
    data = "<r>" + "<a>IL-6</a>" * 200_000 + "</r>"
    assert len(texts(data.encode("utf-16"))) == 200_000


HARMLESS = '<!DOCTYPE r [<!ENTITY mu "&#956;"><!ATTLIST a xmlns:x CDATA "http://x">]>'


def test_short_entities_and_namespace_defaults_of_a_doctype_are_fine() -> None:
    assert texts(f"{HARMLESS}<r><a>5 &mu;g</a></r>") == ["5 μg"]


@pytest.mark.parametrize(
    ("doctype", "said"),
    [
        ('<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;">', 'entity "b"'),
        (f'<!ENTITY a "{"x" * 5000}">', 'entity "a"'),
        ("<!ENTITY % a \"<!ENTITY b 'x'>\">", 'entity "a"'),
        (f'<!ATTLIST a t CDATA "{"x" * 5000}">', 'attribute "t"'),
        ('<!ENTITY % e SYSTEM "x">' + "%e;" * 5000, "external parts"),
    ],
)
def test_declarations_by_which_a_text_grows_are_refused(doctype: str, said: str) -> None:
    found, message = until_refused(f"<!DOCTYPE r [{doctype}]><r><a>text</a></r>")
    assert found == []
    assert said in message
    assert message.startswith("line 1:")


def test_external_entities_are_never_opened(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("SECRET")
    declared = f'<!DOCTYPE r [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'
    found, message = until_refused(f"{declared}<r><a>1</a><a>&e;</a><a>3</a></r>")
    assert found == ["1"]
    assert "secret.txt" in message
    assert until_refused(f'{declared}<r><a t="&e;">1</a></r>')[0] == []
    parameter = f'<!DOCTYPE r [<!ENTITY % e SYSTEM "{secret.as_uri()}">%e;]>'
    assert texts(f"{parameter}<r><a>1</a></r>") == ["1"]


@pytest.mark.parametrize(
    ("data", "line", "said"),
    [
        (b"", 1, "no element"),
        (b"IL-6 is a cytokine.", 1, "syntax error"),
        (b"<r>\n<a>1</a>\n<a>2</a><a>cut", 3, "cut off"),
        (b"<r>\n<a>1</a>\n<a>2</a>\n</b></r>", 4, "mismatched tag"),
        (b"<r>\n<a>1</a>\n<a>2</a><a>\x01</a></r>", 3, "not well-formed"),
        (b"<r>\n<a>1</a>\n<a>2</a><a>&#xD800;</a></r>", 3, "invalid character"),
        (b"<r>\n<a>1</a>\n<a>2</a><a>\xe9</a></r>", 3, "not well-formed"),
        (b'<?xml version="1.0" encoding="klingon"?><r/>', 1, "klingon"),
        (b'<?xml version="1.0" encoding="euc-jp"?><r/>', 1, "encoding"),
    ],
)
def test_what_is_no_xml_says_where(data: bytes, line: int, said: str) -> None:
    found, message = until_refused(data)
    assert message.startswith(f"line {line}:")
    assert said in message
    assert found == (["1", "2"] if b"<a>" in data else [])


def test_what_is_complete_before_the_damage_comes_whatever_the_chunks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = "<r>" + "".join(f"<a>{i}</a>" for i in range(20)) + "<a>IL-6 < 5</a></r>"
    whole, _ = until_refused(data)
    assert whole == [str(i) for i in range(20)]
    monkeypatch.setattr("pipeline.read.xml_stream.CHUNK", 7)
    assert until_refused(data)[0] == whole


@pytest.mark.parametrize("inside", [True, False])
def test_nesting_is_limited_at_the_level_that_is_named(inside: bool) -> None:
    def nested(n: int) -> str:  # n levels with the root
        return "<r><a/><a>" + "<b>" * (n - 2) + "</b>" * (n - 2) + "</a></r>"

    assert texts(nested(200)) == ["", ""]
    found, message = until_refused(nested(201) if inside else "<b>" * 1_000_000)
    assert found == ([""] if inside else [])
    assert "200 levels" in message


def test_wide_elements_are_not_deep() -> None:
    wide = "<r><a>" + "<b><c>x</c></b>" * 1000 + "</a></r>"
    assert texts(wide, max_depth=4) == ["x" * 1000]
    assert "3 levels" in until_refused(wide, max_depth=3)[1]


@pytest.mark.parametrize(
    "big",
    [
        "<a>" + "x" * 300_000 + "</a>",
        "<a>" + "<b/>" * 80_000 + "</a>",
        "<a>" + "<b><a>y</a></b>" * 30_000 + "</a>",
        "<c><a>" + "<s>left <b>out</b></s>" * 20_000 + "</a></c>",
        "<a><s>" + "<b/>" * 80_000 + "</s></a>",
    ],
    ids=["text", "elements", "nested", "skipped", "one skipped"],
)
@pytest.mark.parametrize("size", [1 << 16, 1001])
def test_an_element_that_is_too_long_costs_no_other(
    big: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.read.xml_stream.CHUNK", size)
    found = texts(f"<r><a>1</a>\n{big}<a>2</a>tail<c><a>3</a></c></r>", skip=("s",),
                  max_characters=100_000)  # fmt: skip
    assert [found[0], *found[2:]] == ["1", "2", "3"]
    assert found[1] == "near line 2: an element has more than 100,000 characters, the limit"


def test_what_an_element_that_is_too_long_begins_with_is_kept() -> None:
    data = "<r><x:a><i>7</i>" + "<b>y</b>" * 40_000 + "</x:a></r>"
    (only,) = records(io.BytesIO(data.encode()), ("a",), max_characters=100_000)
    assert isinstance(only, TooLong)
    assert (only.element.tag, only.element[0].text) == ("a", "7")
    with pytest.raises(ReadError, match="100,000 characters, the limit; split"):
        list(elements(io.BytesIO(data.encode()), ("a",), max_characters=100_000))


def test_memory_does_not_grow_with_an_element_that_is_too_long() -> None:
    def long(n: int) -> int:
        parts = [b"<r><a>", *[b"<b>word <c>word</c></b>" * 100] * n, b"</a><a>2</a></r>"]
        tracemalloc.start()
        stream = Generated(iter(parts))
        found = list(records(stream, ("a",), max_characters=200_000))  # type: ignore[arg-type]
        size = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert [type(one) for one in found] == [TooLong, Element]
        return size

    assert long(5000) < 1.2 * long(500)


def test_nesting_is_limited_in_what_is_passed_over() -> None:
    deep = "<r><a>1</a><a>" + "<b/>" * 80_000 + "<b>" * 80_000
    found, message = until_refused(deep, max_characters=100_000)
    assert found == ["1", "long"]
    assert "200 levels" in message


@pytest.mark.parametrize(
    "big", ["<r>" + "x" * 300_000, "<a>" + "x" * 300_000], ids=["outside", "root"]
)
def test_what_is_too_long_and_no_record_ends_the_file(big: str) -> None:
    found, message = until_refused(f"\n{big}", max_characters=100_000)
    assert found == []
    assert message.startswith("near line 2: an element has more than 100,000 characters")


SET = '<?xml version="1.0"?>\n<!DOCTYPE r SYSTEM "x">\n<r><a>{}&alpha;</a></r>\n'


@pytest.mark.parametrize("size", [1 << 16, 70, 3])
def test_documents_one_after_another_are_all_read(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.read.xml_stream.CHUNK", size)
    files = [SET.format(i).encode() for i in range(5)]
    data = b"\n" + files[0] + b"\xef\xbb\xbf".join(files[1:4]) + b"<!-- c --><r><a>x</a></r>"
    assert root_name(io.BytesIO(data)) == "r"
    assert texts(data) == ["0α", "1α", "2α", "3α", "x"]


def test_what_is_wrong_in_a_later_document_says_in_which() -> None:
    found, message = until_refused(SET.format(1) + SET.format(2) + "<r><a>3</a>\n<a>cut")
    assert found == ["1α", "2α", "3"]
    assert message.startswith("XML document 3 in the file: line 2: ")
    assert until_refused("<r><a>1</a></r> and words")[0] == ["1"]
    inside = until_refused("<r><a>1</a>" + SET.format(2) + "</r>")
    assert inside[0] == ["1"]
    assert inside[1].startswith("line 1: XML or text declaration not at start of entity")


@pytest.mark.parametrize(
    "token",
    [
        f'<a t="{"x" * 2 * MAX_TOKEN}"/>',
        f"<!--{'x' * 2 * MAX_TOKEN}-->",
        f"<?p {'x' * 2 * MAX_TOKEN}?>",
    ],
    ids=["attribute", "comment", "instruction"],
)
def test_the_size_of_a_tag_is_limited(token: str) -> None:
    assert f"{MAX_TOKEN:,}" in until_refused(f"<r>{token}</r>")[1]


def test_the_number_of_names_is_limited() -> None:
    data = "<r>" + "".join(f"<n{i}/>" for i in range(60_000)) + "</r>"
    assert "names of elements" in until_refused(data)[1]


def test_skipped_elements_are_left_out_with_all_they_hold() -> None:
    data = "<r><a>1<s>no <b>no</b> &nope;</s>2<b>3</b><s/>4</a><s><a>no</a></s><a>5</a></r>"
    assert texts(data, skip=("s",)) == ["1234", "5"]


def test_skipped_elements_in_each_other_are_an_error_not_a_wrong_tree() -> None:
    data = "<r><a>1</a><a><s><s>x</s>y</s></a><a>3</a></r>"
    found, message = until_refused(data, skip=("s",))
    assert found == ["1"]
    assert "<s>" in message


def many(n: int) -> Iterator[bytes]:
    yield b"<r><head>h</head>"
    for i in range(n):
        yield b"<rec><x>%d</x><a><t>IL-6 and TNF</t><u>%s</u></a></rec>\n" % (i, b"word " * 40)
    yield b"</r>"


class Generated(io.RawIOBase):
    """A file that is made as it is read."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.parts, self.left = parts, b""

    def read(self, size: int = -1) -> bytes:
        while len(self.left) < size and (part := next(self.parts, b"")):
            self.left += part
        given, self.left = self.left[:size], self.left[size:]
        return given


def peak(n: int) -> int:
    tracemalloc.start()
    count = sum(1 for _ in elements(Generated(many(n)), ("a",)))  # type: ignore[arg-type]
    size = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == n
    return size


def test_memory_does_not_grow_with_the_number_of_elements() -> None:
    assert peak(20_000) < 1.2 * peak(2_000)


def test_an_element_is_freed_when_it_is_dropped() -> None:
    alive: list[weakref.ref[Element]] = []
    for element in elements(io.BytesIO(b"".join(many(3000))), ("a",)):
        alive.append(weakref.ref(element))
        del element
    gc.collect()
    assert len(alive) == 3000
    assert sum(ref() is not None for ref in alive) == 0


def test_root_name_reads_no_further_than_the_first_tag() -> None:
    stream = io.BytesIO(
        b'<?xml version="1.0"?><!-- c --><!DOCTYPE x:r SYSTEM "y"><x:r>' + b"z" * 10**7
    )
    assert root_name(stream) == "r"
    assert stream.tell() < 10**6


@pytest.mark.parametrize("data", [b"", b"text", b"<!--" + b"x" * 3 * MAX_TOKEN])
def test_root_name_of_what_has_none(data: bytes) -> None:
    with pytest.raises(ReadError, match="XML"):
        root_name(io.BytesIO(data))


def test_a_root_of_no_known_format_is_named(tmp_path: Path) -> None:
    path = tmp_path / "drawing.xml"
    path.write_text("<svg><text>IL-6</text></svg>")
    (only,) = read_inputs([path])
    assert isinstance(only, Failure)
    assert "<svg>" in only.error
    assert "PubmedArticleSet" in only.error
    assert only.doc_id == ""


PUBMED = (
    "<PubmedArticle><MedlineCitation><PMID>{id}</PMID><Article><ArticleTitle>{text}"
    "</ArticleTitle></Article></MedlineCitation></PubmedArticle>"
)
JATS = (
    '<article><front><article-meta><article-id pub-id-type="pmcid">{id}</article-id>'
    "</article-meta></front><body><p>{text}</p></body></article>"
)
BIOC = "<document><id>{id}</id><passage><text>{text}</text></passage></document>"


@pytest.mark.parametrize(
    ("root", "record", "prefix"),
    [("PubmedArticleSet", PUBMED, ""), ("pmc-articleset", JATS, "PMC"), ("collection", BIOC, "")],
)
def test_a_record_that_is_too_long_fails_alone_in_each_format(
    tmp_path: Path, root: str, record: str, prefix: str
) -> None:
    path = tmp_path / "set.xml"
    with path.open("w") as file:
        file.write(f"<{root}>")
        for number, text in ((1, "IL-6 rose."), (2, "IL-6 " * 6_600_000), (3, "IL-8 fell.")):
            file.write(record.format(id=f"{prefix}{number}", text=text))
        file.write(f"</{root}>")
    first, second, third = read_inputs([path])
    assert isinstance(second, Failure)
    assert second.doc_id == f"{prefix}2"
    assert second.source == f"{path.as_posix()}:2"
    assert "32,000,000 characters" in second.error
    assert [one.doc_id for one in (first, third)] == [f"{prefix}1", f"{prefix}3"]
    assert isinstance(third, Document)
    assert third.text == "IL-8 fell."
