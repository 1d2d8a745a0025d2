"""The reader of OBO files: what it takes, what it skips and counts, and that nothing stops it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.ontology.clauses import OboTerm, Synonym
from pipeline.ontology.obo import KEPT_BAD, Ontology, OntologyError, parse_obo, read_obo

HEADER = """format-version: 1.4
data-version: releases/2031-02-03
ontology: zoo
synonymtypedef: ZOO:short "acronym" EXACT
"""


def parse(text: str) -> Ontology:
    return parse_obo(text.encode("utf-8").splitlines(keepends=True))


def term(*clauses: str) -> tuple[OboTerm, Ontology]:
    """The one term of an ontology that has these clauses."""
    ontology = parse("[Term]\nid: Z:1\n" + "\n".join(clauses) + "\n")
    return ontology.terms["Z:1"], ontology


class TestHeader:
    def test_what_is_kept(self) -> None:
        ontology = parse(HEADER + "idspace: dc http://example.org/dc/\n[Term]\nid: Z:1\n")
        assert (ontology.name, ontology.version) == ("zoo", "releases/2031-02-03")
        assert ontology.synonym_types == {"ZOO:short": "acronym"}
        assert ontology.n_bad == 0

    def test_none_at_all(self) -> None:
        assert list(parse("[Term]\nid: Z:1\nname: yak\n").terms) == ["Z:1"]

    def test_a_synonym_type_without_quotes_is_left(self) -> None:
        assert parse("synonymtypedef: ZOO:short acronym\n").synonym_types == {}


class TestTerm:
    def test_plain(self) -> None:
        ontology = parse("\n[Term]\nid: Z:1\nname: night yak\nis_a: Z:2 ! yak\nalt_id: Z:9\n")
        assert ontology.terms["Z:1"] == OboTerm(
            "Z:1", 2, "night yak", parents=["Z:2"], alt_ids=["Z:9"]
        )

    @pytest.mark.parametrize(
        ("clause", "name"),
        [
            ("name: yak ! a beast", "yak"),
            ("name: wow! yak", "wow! yak"),
            ('name: yak {source="Z:3", note="x"}', "yak"),
            ("name: N-{yak}amine", "N-{yak}amine"),
            (r"name: a\:b\, \"c\"", 'a:b, "c"'),
            (r"name: one\ntwo\Wthree", "one two three"),
            ("name:   two   blanks ", "two blanks"),
            ("name:glued", "glued"),
        ],
    )
    def test_names(self, clause: str, name: str) -> None:
        one, ontology = term(clause)
        assert (one.name, ontology.n_bad) == (name, 0)

    @pytest.mark.parametrize(
        ("value", "wanted"),
        [
            ('"night ox" EXACT []', Synonym("night ox", "EXACT")),
            ('"NOX" EXACT ZOO:short []', Synonym("NOX", "EXACT", "ZOO:short")),
            ('"oxen" RELATED PLURAL [PMID:1]', Synonym("oxen", "RELATED", "PLURAL")),
            ('"ox" NARROW [free text, "http://x.org/a,b" {}]', Synonym("ox", "NARROW")),
            ('"ox" BROAD [http://x.org/[1]]', Synonym("ox", "BROAD")),
            ('"ox" []', Synonym("ox", "RELATED")),
            ('"ox"', Synonym("ox", "RELATED")),
            ('"ox" exact', Synonym("ox", "EXACT")),
            ('"ox" EXACT ! why', Synonym("ox", "EXACT")),
            ('"ox" EXACT {a="b"}', Synonym("ox", "EXACT")),
            (r'"the \"ox\"" EXACT []', Synonym('the "ox"', "EXACT")),
            ('" blank ox " EXACT []', Synonym("blank ox", "EXACT")),
        ],
    )
    def test_synonyms(self, value: str, wanted: Synonym) -> None:
        one, ontology = term(f"synonym: {value}")
        assert (one.synonyms, ontology.n_bad) == ([wanted], 0)

    def test_synonyms_of_the_first_format(self) -> None:
        one, _ = term('exact_synonym: "ox" []', 'narrow_synonym: "calf" [a:b]')
        assert one.synonyms == [Synonym("ox", "EXACT"), Synonym("calf", "NARROW")]

    @pytest.mark.parametrize(
        "clause",
        [
            'is_a: Z:2 {source="a ! b"} ! yak',
            "is_a: Z:2",
            r"is_a: Z\:2",
            "is_a: http://purl.obolibrary.org/obo/Z_2 ! yak",
        ],
    )
    def test_parents(self, clause: str) -> None:
        assert term(clause)[0].parents == ["Z:2"]

    @pytest.mark.parametrize(
        ("value", "obsolete"), [("true", True), ("True ! since", True), ("false", False)]
    )
    def test_obsolete(self, value: str, obsolete: bool) -> None:
        assert term(f"is_obsolete: {value}")[0].obsolete is obsolete

    def test_lines_joined_by_a_backslash(self) -> None:
        ontology = parse("[Term]\nid: Z:1\nname: night \\\nyak\nis_a: \n")
        assert ontology.terms["Z:1"].name == "night yak"
        assert ontology.bad == [(5, "no id: ''")]

    def test_windows_ends_and_a_mark_at_the_start(self) -> None:
        ontology = parse_obo([b"\xef\xbb\xbf[Term]\r\n", b"id: Z:1\r\n", b"name: yak\r\n"])
        assert ontology.terms["Z:1"].name == "yak"

    def test_only_terms(self) -> None:
        ontology = parse("[Typedef]\nid: eats\nname: eats\nno clause\n[Instance]\nid: Z:7\n")
        assert (ontology.terms, ontology.n_bad) == ({}, 0)

    def test_what_no_import_needs_is_not_judged(self) -> None:
        _, ontology = term('def: "never [closed', "xref: http://x.org/ y", "property_value: z")
        assert ontology.n_bad == 0

    def test_a_second_stanza_adds_to_the_first(self) -> None:
        ontology = parse(
            '[Term]\nid: Z:1\nname: yak\n\n[Term]\nid: Z:1\nname: gnu\nsynonym: "ox" EXACT []\n'
            "is_a: Z:2\nis_obsolete: true\n"
        )
        one = ontology.terms["Z:1"]
        assert (one.name, one.parents, one.obsolete) == ("yak", ["Z:2"], True)
        assert one.synonyms == [Synonym("ox", "EXACT")]
        assert ontology.bad == [(5, "a second name of Z:1: 'gnu'")]


class TestBadClauses:
    @pytest.mark.parametrize(
        ("clause", "why"),
        [
            ("synonym: ox EXACT []", "no text in quotes"),
            ('synonym: "ox EXACT []', "no text in quotes"),
            ('synonym: "" EXACT []', "an empty synonym"),
            ('synonym: "ox" FUZZY []', "no scope of a synonym: 'FUZZY'"),
            ("is_a: ! yak", "no id"),
            ("is_a:", "no id"),
            ("alt_id: {}", "no id"),
            ("is_obsolete: maybe", "neither true nor false"),
            ("is_obsolete:", "neither true nor false"),
            ("id: Z:2", "a second id of Z:1"),
            ("what is this", "no 'tag: value'"),
        ],
    )
    def test_skipped_and_counted_and_the_term_kept(self, clause: str, why: str) -> None:
        one, ontology = term("name: yak", clause, 'synonym: "grunting ox" EXACT []')
        assert (one.name, one.parents, one.obsolete) == ("yak", [], False)
        assert one.synonyms == [Synonym("grunting ox", "EXACT")]
        assert ontology.n_bad == 1
        assert ontology.bad[0][0] == 4
        assert why in ontology.bad[0][1]

    def test_a_second_name(self) -> None:
        one, ontology = term("name: yak", "name: gnu")
        assert (one.name, ontology.n_bad) == ("yak", 1)

    def test_another_encoding(self) -> None:
        lines = [b"[Term]\n", b"id: Z:1\n", b"name: yak\n", b'synonym: "Sj\xf6gren" EXACT []\n']
        ontology = parse_obo(lines)
        assert ontology.terms["Z:1"].synonyms == []
        assert ontology.bad == [(4, "not UTF-8")]

    def test_terms_without_an_id(self) -> None:
        ontology = parse("[Term]\nname: yak\n[Term]\nid: Z:1\n")
        assert list(ontology.terms) == ["Z:1"]
        assert ontology.bad == [(1, "a term without an id")]

    def test_a_broken_head_ends_the_stanza(self) -> None:
        ontology = parse("[Term]\nid: Z:1\nname: yak\n[ Term\nid: Z:2\nname: gnu\n")
        assert list(ontology.terms) == ["Z:1"]
        assert ontology.n_bad == 1

    def test_all_are_counted_and_the_first_kept(self) -> None:
        _, ontology = term(*["is_a:"] * 20)
        assert (ontology.n_bad, len(ontology.bad)) == (20, KEPT_BAD)


class TestFiles:
    def test_compressed_or_not_whatever_the_name(self, tmp_path: Path) -> None:
        data = (HEADER + "[Term]\nid: Z:1\nname: yak\n").encode()
        for name, content in (("a.obo", data), ("b.obo.gz", gzip.compress(data))):
            path = tmp_path / name
            path.write_bytes(content)
            assert read_obo(path).terms["Z:1"].name == "yak"
        (tmp_path / "c.obo").write_bytes(gzip.compress(data))
        assert read_obo(tmp_path / "c.obo").name == "zoo"

    def test_progress_in_bytes_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "a.obo"
        path.write_text("[Term]\nid: Z:1\n" * 20_000, encoding="utf-8")
        told: list[int] = []
        read_obo(path, told.append)
        assert told == sorted(told)
        assert 0 < told[-1] <= path.stat().st_size

    @pytest.mark.parametrize(
        "content",
        [
            b"", b"\n\n", b"<?xml version='1.0'?>\n<rdf:RDF/>\n", b'{"graphs": []}', b"a,b\n1,2\n",
            b"\x00\x01\x02", b"format-version: 1.2\nontology: zoo\n",
            "[Term]\nid: Z:1\n".encode("utf-16"),
        ],
    )  # fmt: skip
    def test_no_obo(self, tmp_path: Path, content: bytes) -> None:
        path = tmp_path / "a.obo"
        path.write_bytes(content)
        with pytest.raises(OntologyError, match="no OBO file") as caught:
            read_obo(path)
        assert str(path) in str(caught.value)

    @pytest.mark.parametrize("cut", [3, 15, -4])
    def test_damaged_gzip(self, tmp_path: Path, cut: int) -> None:
        path = tmp_path / "a.obo.gz"
        path.write_bytes(gzip.compress(b"[Term]\nid: Z:1\n" * 500)[:cut])
        with pytest.raises(OntologyError, match="damaged gzip"):
            read_obo(path)

    def test_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FileNotFoundError):
            read_obo(tmp_path / "gone.obo")


_WORDS = st.sampled_from(
    [
        "[Term]", "[Typedef]", "[", "id:", "Z:1", "Z:2", "name:", "synonym:", '"', "\\", "EXACT",
        "[]", "is_a:", "alt_id:", "is_obsolete:", "true", "!", "{", "}", "\n", "\r\n", " ", "é",
        "x=", ":", "exact_synonym:", "ontology:", "synonymtypedef:", "data-version:",
    ]
)  # fmt: skip


class TestAnything:
    @given(st.lists(st.binary(max_size=40), max_size=20))
    def test_never_raises_on_bytes(self, lines: list[bytes]) -> None:
        parse_obo(lines)

    @given(st.lists(_WORDS, max_size=60))
    def test_never_raises_on_its_own_words(self, words: list[str]) -> None:
        ontology = parse("".join(words))
        assert all(key == one.id and key for key, one in ontology.terms.items())
        assert len(ontology.bad) == min(ontology.n_bad, KEPT_BAD)

    @given(
        st.text(st.characters(blacklist_categories=["C", "Z"]), min_size=1, max_size=30).filter(
            lambda text: not text.startswith("!")
        )
    )
    def test_a_synonym_comes_back_as_it_was_written(self, text: str) -> None:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        one, ontology = term(f'synonym: "{escaped}" EXACT [a:b]')
        assert one.synonyms == [Synonym(text, "EXACT")]
        assert ontology.n_bad == 0
