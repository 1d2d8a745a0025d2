"""Cells whose name reaches further than the tables know: any row of markers (*CD4(+)YFP(+) T
cells*), a line with its type (*DLD1 carcinoma cells*), a tumour's cells (*STS cells*)."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator

from pipeline.recognise.candidates import Candidate
from pipeline.recognise.fine import FineText, fold

REACH = 80  # characters of markers before a cell
_MARKER = (
    r"[A-Za-z][A-Za-z0-9/.αβγδ-]{1,11}?"
    r"(?:\s?\((?:[+−-]|hi(?:gh)?|low?|int|dim|bright|neg|pos)\)|\+{1,3}(?!\w*\()|⁺|⁻|−|-(?=[A-Z]|\s$)|(?:high|hi|low|lo|bright|dim|int)(?![a-z]))"
)
_ROW = re.compile(rf"(?<![\w-])(?:{_MARKER}[\s/]?){{1,7}}$")
# at least one of a row must be a marker that immunologists name cells by
_KNOWN = re.compile(r"CD\d|Fox-?[Pp]3|Gr-?1|Ly-?6|F4/80|Lin|Sca-?1|Kit|CXCR\d|CCR\d|B220|PD-?1|Thy")
_TUMOR = re.compile(
    r"(?:oma|om[ea]s|cancer|cancers|tumou?rs?|leuk(?:a)?emias?|neoplasms?|carcinosis)"
    r"(?: of (?:the )?[a-z]+)?$"
)
# a line by its code; CD4, Th17 and M2 say which subset it is
_CODE = re.compile(
    r"(?!CD\d|T[hcr]\d|M[12]$|ILC|IL-)(?=\S*\d)(?=\S*[A-Z])[A-Za-z0-9][\w./-]*(?: \d[\d.]*)?"
)
_BETWEEN = re.compile(r" (?:(?:human|mouse|murine|rat|bovine|porcine|monkey|canine) )?")
_HEAD = re.compile(r"(?:cells?|blasts?|cytes?|phages?)$")
_CELLS = ("cell", "line")


def _words(fine: FineText, mention: Candidate) -> str:
    return fine.text[mention.start : mention.end]


class MarkedCells:
    """Lengthens settled cells, and makes cells of short forms of tumours."""

    def __call__(self, fine: FineText, mentions: Iterable[Candidate]) -> Iterator[Candidate]:
        """Candidates of CELL, each longer than what it stands on."""
        before: Candidate | None = None
        for mention in sorted(mentions, key=lambda c: (c.start, -c.end)):
            if mention.label == "CELL":
                yield from self._markers_before(fine, mention)
                if before is not None:
                    yield from self._line_and_type(fine, before, mention)
                before = mention
            elif mention.label == "DISEASE":
                yield from self._cells_of(fine, mention)

    @staticmethod
    def _line_and_type(fine: FineText, line: Candidate, kind: Candidate) -> Iterator[Candidate]:
        """*U373MG astroglial cells*, *16HBE human bronchial epithelial cells*: a line and what
        it is."""
        code = _words(fine, line)
        between = fine.text[line.end : kind.start]
        named = _CODE.fullmatch(code) and _BETWEEN.fullmatch(between)
        if named and fine.text[kind.start].islower() and _HEAD.search(_words(fine, kind)):
            yield Candidate(line.start, kind.end, "CELL", layer="patterns", source="line")

    def _markers_before(self, fine: FineText, mention: Candidate) -> Iterator[Candidate]:
        before = fine.text[max(0, mention.start - REACH) : mention.start]
        row = _ROW.search(before)
        if row is None or not _KNOWN.search(row[0]):
            return
        start = mention.start - len(row[0])
        yield Candidate(start, mention.end, "CELL", layer="patterns", source="markers")

    def _cells_of(self, fine: FineText, mention: Candidate) -> Iterator[Candidate]:
        """*STS cells*, *PDAC cell lines*: what a document defines as a tumour."""
        named = mention.source if mention.layer == "abbreviations" else _words(fine, mention)
        if not _TUMOR.search(named):
            return
        at = bisect_left(fine.starts, mention.end)
        last = at
        for word in _CELLS:
            if last < len(fine.words) and fold(fine.words[last]) == word:
                last += 1
            else:
                break
        if last > at:
            end = fine.ends[last - 1]
            yield Candidate(mention.start, end, "CELL", layer="patterns", source="tumor cells")
