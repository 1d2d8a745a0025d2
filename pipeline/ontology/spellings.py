"""How the names of an ontology are written in running text, and which are none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.ontology.clauses import Synonym
from pipeline.patterns_data import default_patterns_dir, expand_lists, read_yaml
from pipeline.recognise.fine import fine_words, fold

MIN_CHARACTERS = 3
SHORT_LETTERS = 5  # a form with capitals and no more letters is a short form
SURE_LETTERS = 4  # a short form with fewer letters has other meanings too

_POSSESSIVE = re.compile(r"(?<=\w)['’]s\b|(?<=s)['’](?=\s|$)")
_NUMBERED = re.compile(r"\b(type|class) (IV|I{1,3})\b", re.IGNORECASE)
_LETTERED = re.compile(r"[A-Z] [a-z]+")
_PERSON = re.compile(r"([A-Z][a-z]+)(?:['’]s)? (?:disease|syndrome)")
_SIGNS = frozenset("-/'()[],.")  # as in grounding
_ARABIC = {"i": "1", "ii": "2", "iii": "3", "iv": "4"}
_SERIAL = re.compile(r"\d+[A-Za-z]?|[IVX]+[a-z]?")
_SERIAL_WORD = re.compile(r"\d+[a-z]?|[ivx]+[a-z]?|[a-z]", re.IGNORECASE)
_NUMBER = re.compile(r"[ -]\d{1,3}[A-Za-z]?$")
_BRACKET = re.compile(r"\s*\(([^()]*)\)$")
_JOINS = re.compile(r"\b(?:and|or)\b|[&;]")


@dataclass(frozen=True, slots=True)
class ImportWords:
    """Word lists of an import: in lower case, and folded as :func:`keys` does with gaps."""

    lower: dict[str, frozenset[str]]
    folded: dict[str, frozenset[str]]

    def of(self, name: str) -> frozenset[str]:
        """The words of a list in lower case; none where there is no such list."""
        return self.lower.get(name, frozenset())

    def folded_of(self, name: str) -> frozenset[str]:
        """The words of a list, folded; none where there is no such list."""
        return self.folded.get(name, frozenset())


def read_import_words(folder: Path) -> ImportWords:
    """``cues/import_stop.yaml`` and ``cues/recognition.yaml`` of a patterns folder, or the
    shipped ones where it lacks them (a copy of an older version). Raises PatternError."""
    lists: dict[str, list[str]] = {}
    for name in ("recognition.yaml", "import_stop.yaml"):
        path = folder / "cues" / name
        if not path.is_file():
            path = default_patterns_dir() / "cues" / name
        lists |= expand_lists(read_yaml(path).get("lists", {}), str(path))
    return ImportWords(
        {name: frozenset(word.casefold() for word in words) for name, words in lists.items()},
        {name: frozenset(keys(word)[1] for word in words) for name, words in lists.items()},
    )


def keys(text: str) -> tuple[str, str]:
    """Two keys of a spelling, for comparing it with others.

    The first holds what the matcher cannot tell apart, and a little more: case, plural,
    hyphens, blanks, Greek letters, possessive, *type I* and *type 1*. The second keeps the
    gaps between words: *micro-cephaly* is another spelling than *microcephaly*.
    """
    if "ype " in text or "lass " in text:
        text = _NUMBERED.sub(lambda m: f"{m[1]} {_ARABIC[m[2].lower()]}", text)
    words = [fold(word) for word in fine_words(_POSSESSIVE.sub("", text))]
    joined = "".join(word for word in words if word not in _SIGNS)
    return joined, " ".join(word for word in words if word != "-")


def match_key(text: str) -> str:
    """The first of :func:`keys`."""
    return keys(text)[0]


def is_short_form(text: str) -> bool:
    """Few letters, all of them capitals or in one word with a capital after its first letter
    (COPD, AT V1, SSc, B-ALL, M12), or one word of very few (bes)."""
    letters = [sign for sign in text if sign.isalpha()]
    if not 0 < len(letters) <= SHORT_LETTERS:
        return False
    capitals = [sign.isupper() for sign in letters]
    one_word = " " not in text
    return all(capitals) or (one_word and (any(capitals[1:]) or len(letters) < SURE_LETTERS))


def needs_case(text: str, words: ImportWords) -> bool:
    """What is something else in other letters: *G cell* (*group g cells*), *Little disease*."""
    if _LETTERED.fullmatch(text):
        return True
    person = _PERSON.fullmatch(text)
    return person is not None and person[1].casefold() in words.of("frequent_words")


def surely_means(text: str) -> bool:
    """Whether a short form is long enough to have one meaning if nobody claims another."""
    return sum(sign.isalpha() for sign in text) >= SURE_LETTERS


def kind_of(synonym: Synonym, declared: dict[str, str], words: ImportWords) -> str:
    """``abbreviation``, ``brand``, ``refused`` or empty, after the type of a synonym.
    ``declared`` are the file's own names of types."""
    names = {synonym.type.casefold(), declared.get(synonym.type, "").casefold()}
    for kind in ("abbreviation", "brand", "refused"):
        if names & words.of(f"types_{kind}"):
            return kind
    return ""


def refusal(text: str, label: str, words: ImportWords) -> str:
    """Why a spelling cannot be imported, whatever is known already; empty if it can."""
    if not any(sign.isalpha() for sign in text):
        return "no letters"
    joined, spelled = keys(text)  # "BEs" is matched as "be"
    if min(len(text), len(joined)) < MIN_CHARACTERS:
        return f"shorter than {MIN_CHARACTERS} characters"
    if spelled in words.folded_of(f"general_{label}"):
        return "too general"
    if _is_frequent(text, joined, words):
        return "a frequent English word"
    if len(spelled.split()) == 1 and len(joined) > SHORT_LETTERS:
        endings = words.of(f"adjectives_{label}")
        if not text.isupper() and any(joined.endswith(ending[1:]) for ending in endings):
            return "an adjective"
    return ""


def _is_frequent(text: str, joined: str, words: ImportWords) -> bool:
    """A frequent word, in whatever letters or number (*was* and *WAS* fold differently), also
    beside a number: *men 1*, *grade II*."""
    lower, folded = words.of("frequent_words"), words.folded_of("frequent_words")
    told = [
        word
        for word in text.split()
        if not (_SERIAL_WORD.fullmatch(word) or fold(word) in words.folded_of("follow"))
    ]
    if not told or joined in folded:
        return True
    return len(told) == 1 and (told[0].casefold() in lower or fold(told[0]) in folded)


def without_state(text: str, label: str, words: ImportWords) -> str:
    """The text without leading words that are no part of a mention (*severe COVID-19*)."""
    parts = text.split(" ")
    cut = words.folded_of(f"cut_{label}")
    while len(parts) > 1 and fold(parts[0]) in cut:
        parts = parts[1:]
    return " ".join(parts)


def without_number(text: str) -> str:
    """The text without a bare number at its end (*psoriasis 2*)."""
    return _NUMBER.sub("", text)


def in_running_text(name: str, label: str, words: ImportWords) -> str:
    """The name as texts have it: without tails that say nothing (*(disease)*, *NOS*), and an
    inverted one turned round (*Arthritis, Rheumatoid* → *Rheumatoid Arthritis*)."""
    name = _without_bracket(name, words)
    head, *parts = [part.strip() for part in re.split(r",\s+", name)]
    parts = [part for part in parts if part.casefold() not in words.of("dropped_tails")]
    if not head or not all(parts):
        return name
    if not parts:
        return _without_bracket(head, words)
    if _stays(head, parts, label, words):
        return ", ".join([head, *parts])
    return _turned(head, parts, words)


def _without_bracket(name: str, words: ImportWords) -> str:
    """Without a bracket at the end that says nothing or holds a short form of the name."""
    bracket = _BRACKET.search(name)
    if bracket is None or not bracket.start():
        return name
    inside = bracket[1]
    dropped = (
        inside.casefold() in words.of("dropped_brackets")
        or inside.casefold().split(" ")[0] == "sensu"
        or (inside.isalpha() and is_short_form(inside))
    )
    return name[: bracket.start()] if dropped else name


def _stays(head: str, parts: list[str], label: str, words: ImportWords) -> bool:
    """A list of things or of adjectives, or a tail with a preposition, is not inverted."""
    if any(_JOINS.search(part) for part in parts):
        return True
    for part in parts:  # "susceptibility to" may end so
        tail = part.casefold().split()
        if any(word in words.of("no_turn") for word in (tail[0], *tail[:-1])):
            return True
    heads = words.of(f"heads_{label}")
    for part in parts:
        tail = part.split()
        # "NK T cell secreting interleukin-4": of cells the head may stand in the middle
        looked_at = tail if label == "CELL" else tail[-1:]
        if any(_is_head(word, heads) for word in looked_at):
            return True
    return False


def _is_head(word: str, heads: frozenset[str]) -> bool:
    folded = fold(fine_words(word)[-1]) if fine_words(word) else ""
    return folded in heads or any(e[0] == "-" and folded.endswith(e[1:]) for e in heads)


def _turned(head: str, parts: list[str], words: ImportWords) -> str:
    """*epilepsy, progressive myoclonic 1A* → *progressive myoclonic epilepsy 1A*;
    *anemia, congenital dyserythropoietic, type IVb* → *congenital … anemia type IVb*."""
    before: list[str] = []
    after: list[str] = []
    for part in parts:
        tail = part.split()
        if _SERIAL.fullmatch(part) or any(w.casefold() in words.of("follow") for w in tail):
            after.append(part)
        elif len(tail) > 1 and _SERIAL.fullmatch(tail[-1]):
            before.append(" ".join(tail[:-1]))
            after.append(tail[-1])
        else:
            before.append(part)
    return " ".join([*reversed(before), head, *after])
