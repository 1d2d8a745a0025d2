"""What all formats share: our records as strings by name, how these are written into one line,
and files that may be compressed.

Names and values are those that :mod:`pipeline.gold.maps` reads back: a document has title,
register, split, labels, predicates, partial; a mention specificity, norm, alias_of, optional; a
relation effect, function, negated, hedged, optional, rejected. What is at its default is left out.
"""

from __future__ import annotations

import gzip
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, unquote

from pipeline.gold.raw import FormatError
from pipeline.gold.records import GoldDocument, GoldMention, GoldRelation

NONE = "-"  # an empty list of labels or predicates, which differs from a list that is not given
TRUE = "true"
# Signs that end a field, a value or a line of some format, and "%", which begins a code.
_CODED = re.compile(r"[%;=|\x00-\x1f\x7f\x85\u2028\u2029]")
_MOST_DIGITS = 15


def document_fields(document: GoldDocument) -> dict[str, str]:
    """Everything about a document but its id, text, mentions and relations."""
    lists = {"labels": document.labels, "predicates": document.predicates}
    fields = {
        "title": document.title,
        "register": document.register_,
        "split": document.split,
        **{name: " ".join(value) or NONE for name, value in lists.items() if value is not None},
        "partial": TRUE if document.partial else "",
        "recall_only": " ".join(document.recall_only),
    }
    return _given(fields)


def mention_fields(mention: GoldMention) -> dict[str, str]:
    """Everything about a mention but its id, label and place."""
    fields = {
        "specificity": mention.specificity,
        "norm": mention.norm,
        "alias_of": mention.alias_of,
        "optional": TRUE if mention.optional else "",
    }
    return _given(fields)


def relation_fields(relation: GoldRelation, *, rejected: bool) -> dict[str, str]:
    """Everything about a relation but its predicate and arguments."""
    flags = {
        "negated": relation.negated,
        "hedged": relation.hedged,
        "optional": relation.optional,
        "rejected": rejected,
    }
    fields = {
        "effect": "" if relation.effect == "unspecified" else relation.effect,
        "function": relation.function,
        **{name: TRUE for name, flag in flags.items() if flag},
    }
    return _given(fields)


def _given(fields: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in fields.items() if value}


def all_relations(document: GoldDocument) -> Iterator[tuple[GoldRelation, dict[str, str]]]:
    """Relations, then rejected ones, each with its fields."""
    for relation in document.relations:
        yield relation, relation_fields(relation, rejected=False)
    for relation in document.rejected:
        yield relation, relation_fields(relation, rejected=True)


def spans_of(mention: GoldMention) -> tuple[tuple[int, int], ...]:
    """The parts of a mention in characters; one part where it hangs together."""
    return mention.spans or ((mention.start, mention.end),)


def plain_words(document: GoldDocument, mention: GoldMention) -> str:
    """The words of a mention in one line, parts joined by a blank; a line break or a tab
    becomes a blank. For readers: offsets say where the words are."""
    words = " ".join(document.text[start:end] for start, end in spans_of(mention))
    return re.sub(r"[\x00-\x1f\x7f\x85\u2028\u2029]", " ", words)


def encode(value: str) -> str:
    """A value without the signs that end a field or a line; :func:`decode` undoes it."""
    return _CODED.sub(lambda sign: quote(sign[0], safe=""), value)


def decode(value: str) -> str:
    return unquote(value)


def pack(fields: dict[str, str]) -> str:
    """``key=value;key=value``."""
    return ";".join(f"{name}={encode(value)}" for name, value in fields.items())


def unpack(packed: str) -> tuple[dict[str, str], list[str]]:
    """The fields that :func:`pack` wrote, and what is wrong with others: a name that stands
    twice, or a part without "=", as columns of other people have it."""
    fields: dict[str, str] = {}
    doubts: list[str] = []
    for part in packed.split(";") if packed.strip() else ():
        name, equals, value = part.partition("=")
        if not equals:
            doubts.append(f"{part[:40]!r} is no key=value; write such, parted by ;")
        elif name.strip() in fields:
            doubts.append(f"{name.strip()[:40]!r} stands twice; keep one")
        else:
            fields[name.strip()] = decode(value)
    return fields, doubts


def number(value: object) -> int:
    """A whole number, or digits that say one. Raises ValueError for others, and very long ones."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and re.fullmatch(rf"-?\d{{1,{_MOST_DIGITS}}}", value.strip()):
        return int(value)
    raise ValueError(f"{str(value)[:20]!r} is no whole number")


def strings(given: object) -> dict[str, str]:
    """An object of JSON as strings, without what is null. Raises TypeError for anything else, and
    for values that are no strings, numbers or truth values."""
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise TypeError("attributes must be an object {...} of names and values")
    for name, value in given.items():
        if isinstance(value, dict | list):
            raise TypeError(f"{name[:40]!r} must be a string")
    return {str(name): str(value) for name, value in given.items() if value is not None}


def lines_of(text: str) -> list[str]:
    """Lines without "\\n"; and without "\\r", where an editor ended each with both."""
    lines = text.split("\n")
    if len(lines) > 1 and all(line.endswith("\r") for line in lines[:-1]):
        lines = [line.removesuffix("\r") for line in lines]
    return lines


def read_bytes(path: Path) -> bytes:
    """A file, unpacked where it ends in ``.gz``. Raises FormatError where that fails."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if path.suffix == ".gz" else data
    except OSError as error:
        reason = error.strerror or str(error)
        raise FormatError(f"{path}: cannot be read ({reason}); check the path") from error
    except (EOFError, zlib.error) as error:
        raise FormatError(
            f"{path}: the compressed file breaks off or is damaged; copy it again"
        ) from error


def read_text(path: Path) -> str:
    """The text of a file, unpacked, without a byte-order mark, line breaks as they are."""
    return to_text(read_bytes(path).removeprefix(b"\xef\xbb\xbf"), path)


def to_text(data: bytes, path: Path) -> str:
    """Raises FormatError with the line of what is not UTF-8."""
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FormatError(f"{path}:{line}: not UTF-8; save the file as UTF-8") from error


def write_text(path: Path, text: str) -> None:
    """Write as UTF-8, packed where the name ends in ``.gz``; the same text gives the same bytes.

    Raises FormatError for half a surrogate pair, which no file of text can hold.
    """
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        sign = f"U+{ord(text[error.start]):04X}"
        raise FormatError(f"{path}: {sign} is half a character; take it out of the text") from error
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def plain_name(path: Path) -> str:
    """The name without ``.gz``."""
    return path.name.removesuffix(".gz")
