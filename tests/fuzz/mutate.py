"""Sound bytes made unsound: bits, cuts, splices, repeats, swaps, wrong encodings."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from random import Random

Mutation = Callable[[bytes, Random], bytes]

# What parsers stumble over.
SIGNS = (
    b"\0", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xe2\x80\x8b", b"\xe2\x80\xae",
    b"\xe2\x80\xa8", b"\xcc\x81" * 9, b"\r", b"\n", b"\r\n\n", b"\t", b"\x0b", b"\x0c", b"\x1c",
    b"\x85", b"\xc2\x85", b"\xc2\xa0", b'"', b"'", b'""', b"<", b">", b"</", b"<!--", b"-->",
    b"<![CDATA[", b"]]>", b"&", b"&#0;", b"&#xD800;", b"&#99999999;", b"&amp;lt;", b"{", b"}",
    b"[", b"]", b"[[", b"]]", b"](", b"|", b"\\", b"\\u", b"\\ud800", b"1e999", b"-0", b"NaN",
    b"=== ", b"*", b"**", b"# ", b"- ", b"> ", b"1. ", b":", b",", b"\xf0\x9f\x98\x80",
    b"\xf4\x8f\xbf\xbf", b"\xee\x80\x80", b"../../x", b"%PDF", b"%%EOF", b"PK\x05\x06",
    b"<!DOCTYPE a [<!ENTITY b 'c'>]>", b"<?xml version='1.1' encoding='utf-7'?>",
)  # fmt: skip
ENCODINGS = ("utf-16", "utf-16-be", "utf-32", "cp1252", "utf-8-sig", "koi8-r", "shift_jis")


def mutated(files: Sequence[bytes], random: Random) -> bytes:
    """One of the files after one to six mutations."""
    data = random.choice(files)
    for _ in range(random.randint(1, 6)):
        data = random.choice(MUTATIONS)(data, random)
        if random.random() < 0.1:
            data = _splice(data, random.choice(files), random)
    return data


def _place(data: bytes, random: Random, most: int = 64) -> tuple[int, int]:
    start = random.randint(0, len(data))
    return start, min(len(data), start + random.randint(0, most))


def _flip(data: bytes, random: Random) -> bytes:
    changed = bytearray(data)
    for _ in range(random.randint(1, 8) if data else 0):
        changed[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(data: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))]


def _drop(data: bytes, random: Random) -> bytes:
    start, end = _place(data, random)
    return data[:start] + data[end:]


def _repeat(data: bytes, random: Random) -> bytes:
    start, end = _place(data, random)
    return data[:start] + data[start:end] * random.choice((2, 3, 50, 500)) + data[end:]


def _swap(data: bytes, random: Random) -> bytes:
    a, b, c = sorted(random.randint(0, len(data)) for _ in range(3))
    return data[:a] + data[b:c] + data[a:b] + data[c:]


def _insert(data: bytes, random: Random) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + random.choice(SIGNS) * random.choice((1, 1, 2, 40, 400)) + data[at:]


def _replace(data: bytes, random: Random) -> bytes:
    start, end = _place(data, random, 8)
    return data[:start] + random.choice(SIGNS) + data[end:]


def _splice(data: bytes, other: bytes, random: Random) -> bytes:
    return data[: random.randint(0, len(data))] + other[random.randint(0, len(other)) :]


def _recode(data: bytes, random: Random) -> bytes:
    return data.decode("utf-8", "replace").encode(random.choice(ENCODINGS), "replace")


MUTATIONS: tuple[Mutation, ...] = (
    _flip, _cut, _drop, _repeat, _swap, _insert, _insert, _replace, _replace, _recode,
)  # fmt: skip


def packed(data: bytes, random: Random) -> bytes:
    """The bytes as gzip, one time in four damaged."""
    data = gzip.compress(data, 1, mtime=0)
    return random.choice((_flip, _cut))(data, random) if random.random() < 0.25 else data
