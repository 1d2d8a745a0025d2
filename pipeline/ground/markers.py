"""Cells that are named by their markers: *CD4+CD25+FoxP3+ T cells* are regulatory T cells."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.patterns_data import PatternError, read_csv
from pipeline.recognise.fine import GREEK

COLUMNS = ("name", "head", "markers", "source")
LONGEST = 14  # characters of a marker's name
_CD = re.compile(r"CD\d{1,3}[A-Z]?(?:R[ABCO])?(?:ALPHA|BETA)?(?:ALPHA)?")
# A word is a sign where it ends, a dash where no word follows: CD16-expressing is no CD16-.
_SIGN = re.compile(
    r"[\s-]?\(?\s?(?P<sign>\+{1,3}|⁺{1,2}|[−⁻]"
    r"|(?i:positive|pos|bright|high|hi|negative|neg|low|lo|dim|intermediate|int|expressing|bearing"
    r"|deficient|depleted)(?![a-z])|[-–‑](?![a-z]))\s?\)?"
)
_SIGNS = {
    "+": "+", "⁺": "+", "positive": "+", "pos": "+", "++": "hi", "+++": "hi", "⁺⁺": "hi",
    "bright": "hi", "high": "hi", "hi": "hi", "lo": "lo", "low": "lo", "dim": "lo", "int": "lo",
    "intermediate": "lo", "negative": "-", "neg": "-", "expressing": "+", "bearing": "+",
    "deficient": "-", "depleted": "-",
}  # fmt: skip
# How the laboratory also writes a marker; the tables have the right side.
_ALSO = {
    "CKIT": "KIT", "CD117": "KIT", "LINEAGE": "LIN", "CD279": "PD1", "IL17A": "IL17",
    "CD294": "CRTH2", "CD207": "LANGERIN", "CD197": "CCR7", "CD185": "CXCR5", "CD183": "CXCR3",
    "CD196": "CCR6", "CD135": "FLT3", "DX5": "CD49B", "GZMB": "GRANZYMEB", "IFNG": "IFNGAMMA",
    "PDPN": "PODOPLANIN", "CD335": "NKP46", "RORC": "RORGAMMAT", "CD326": "EPCAM",
}  # fmt: skip
_ACCEPTED = {"+": {"+", "hi", "lo"}, "hi": {"hi"}, "lo": {"lo"}, "-": {"-"}}


@dataclass(frozen=True, slots=True)
class MarkerRule:
    """A cell type, the cell that must stand behind its markers (empty: any), and the markers
    with their signs (``+``, ``-``, ``hi``, ``lo``)."""

    name: str
    head: str
    markers: tuple[tuple[str, str], ...]
    where: str = ""

    def __str__(self) -> str:
        return " ".join(f"{marker}{sign}" for marker, sign in self.markers)


def read_marker_rules(folder: Path) -> list[MarkerRule]:
    """The rows of ``folder/markers.csv``, none where there is no such file; PatternError
    names ``file:line``."""
    path = folder / "markers.csv"
    rules: list[MarkerRule] = []
    if not path.is_file():
        return rules
    for line, row in read_csv(path, COLUMNS):
        where = f"{path}:{line}"
        markers = [re.fullmatch(r"(\S+?)(\+|-|hi|lo)", m) for m in row["markers"].split()]
        if not row["name"] or not markers or None in markers:
            raise PatternError(f"{where}: write a name and markers such as CD4+ CD25hi CD127-")
        pairs = tuple(sorted((m[1], m[2]) for m in markers if m))
        rules.append(MarkerRule(row["name"], row["head"], pairs, where))
    return rules


def _order(rule: MarkerRule) -> tuple[int, int, bool, str]:
    """Most markers first; of as many, those that ask for a level, then those for a head."""
    levels = sum(sign in {"hi", "lo"} for _, sign in rule.markers)
    return -len(rule.markers), -levels, not rule.head, rule.name


def _normal(text: str) -> str:
    named = "".join(GREEK.get(c, c) for c in text)
    return "".join(c for c in named if c.isalnum() or c == ".").upper()


class Markers:
    """Reads the markers of a mention and finds the cell type that they define."""

    def __init__(self, rules: Iterable[MarkerRule]) -> None:
        self._rules = sorted(rules, key=_order)
        self._known = {marker for rule in self._rules for marker, _ in rule.markers}

    def read(self, text: str) -> tuple[dict[str, str], str]:
        """The markers with their signs, and the words that are no markers:
        *naive CD4+CD8- T cells* gives ``{CD4: +, CD8: -}`` and *naive T cells*."""
        markers: dict[str, str] = {}
        rest = []
        at = 0
        while at < len(text):
            step = (
                self._marker(text, at) if at == 0 or not text[at - 1].isalpha() or markers else None
            )
            if step is None:
                rest.append(text[at])
                at += 1
            else:
                name, sign, at = step
                markers[name] = sign
        return markers, " ".join("".join(rest).replace("/", " ").strip(" -,").split())

    def _marker(self, text: str, at: int) -> tuple[str, str, int] | None:
        for length in range(min(LONGEST, len(text) - at), 1, -1):
            words = text[at : at + length]
            if not (words[0].isalnum() and (words[-1].isalnum() or words[-1] in GREEK)):
                continue
            name = _normal(words)
            name = _ALSO.get(name, name)
            if name not in self._known and not _CD.fullmatch(name):
                continue
            sign = _SIGN.match(text, at + length)
            if sign is not None:
                return name, _SIGNS.get(sign["sign"].lower(), "-"), sign.end()
        return None

    def define(
        self, markers: dict[str, str], head: str, is_a: Callable[[str, str], bool]
    ) -> MarkerRule | None:
        """The rule with most markers that holds for a cell of concept ``head`` (empty: bare
        *cells*). ``is_a`` says whether one concept is a kind of another."""
        for rule in self._rules:
            if rule.head and not (head and is_a(head, rule.head)):
                continue
            if not rule.head and head and not is_a(rule.name, head) and not is_a(head, rule.name):
                continue  # markers of another lineage than the head
            if all(markers.get(marker) in _ACCEPTED[sign] for marker, sign in rule.markers):
                return rule
        return None
