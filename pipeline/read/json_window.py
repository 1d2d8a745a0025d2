"""A window that moves over a JSON text: values are decoded, or stepped over, one at a time."""

from __future__ import annotations

import json
import re
from typing import TextIO

CHUNK = 1 << 20  # characters read at once
NEAR = 16  # characters at the end of a window that may be half of an escape or a word
MAX_INDENT = 300  # characters
WHITE = re.compile(r"[ \t\r\n]*")
NEXT_LINE = re.compile(r"\n(?=[{\[])")
OUTSIDE = re.compile(r'["{}\[\],\n]')  # a string
INSIDE = re.compile(r'\\[^\n]|["\\\n]')
DECODER = json.JSONDecoder()


class JsonError(Exception):
    """The value at the window's place cannot be decoded."""

    def __init__(self, line: int, error: str) -> None:
        super().__init__(error)
        self.line = line


class Window:
    """The part of the text that is in memory, and the place ``at`` in it; what is before that
    is given up as more is read. No value may be longer than ``limit`` (characters)."""

    def __init__(self, stream: TextIO, limit: int) -> None:
        self.stream = stream
        self.limit = limit
        self.text = ""
        self.at = 0
        self.passed = 0  # characters before the window
        self.n_lines = 1  # up to the window
        self.peeked = -1  # offset that was looked at last
        self.indent: str | None = None  # of that place, when a line begins there

    @property
    def offset(self) -> int:
        """Where ``at`` is in the whole text."""
        return self.passed + self.at

    @property
    def line(self) -> int:
        """The line of ``at``, from 1."""
        return self.n_lines + self.text.count("\n", 0, self.at)

    def more(self) -> bool:
        """Read on, as much as is held. False at the end."""
        self.n_lines = self.line
        self.passed += self.at
        held = self.text[self.at :]
        read = self.stream.read(max(CHUNK, len(held)))
        self.text, self.at = held + read, 0
        return bool(read)

    def peek(self) -> str:
        """The next sign that is no white space, from now on at ``at``; "" at the end."""
        run = "" if self.offset else "\n"
        while True:
            match = WHITE.match(self.text, self.at)
            end = match.end() if match else self.at
            run = (run + self.text[max(self.at, end - MAX_INDENT) : end])[-MAX_INDENT:]
            self.at = end
            if end < len(self.text) or not self.more():
                break
        if self.offset != self.peeked:
            self.indent = run.rpartition("\n")[2] if "\n" in run else None
            self.peeked = self.offset
        return self.text[self.at : self.at + 1]

    def value(self) -> object:
        """Decode the value at ``at`` and step behind it. Raises JsonError and stays."""
        while True:
            try:
                found, end = DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                cut = error.pos >= len(self.text) - NEAR or error.msg.startswith("Unterminated")
                line = self.n_lines + self.text.count("\n", 0, error.pos)
                message = f"not JSON: {error.msg}"
            except (ValueError, RecursionError) as error:  # a huge number, thousands of brackets
                raise JsonError(self.line, f"not usable JSON: {error}") from error
            else:
                length = end - self.at
                if end < len(self.text) or not self.more():  # a number may go on
                    self.at += length
                    return found
                continue
            if len(self.text) - self.at > self.limit:
                raise self.too_long()
            if not cut:
                raise JsonError(line, message)
            if not self.more():
                raise JsonError(line, f"{message}; the file ends here, it may be cut off")

    def too_long(self) -> JsonError:
        """What to raise for a value over the limit."""
        return JsonError(self.line, f"a record of more than {self.limit:,} characters; split it")

    def skip(self, depth: int, indent: str | None) -> bool:
        """Step over the rest of a broken value that has ``depth`` open brackets.

        Its end is where they are closed, or before a line that begins with ``indent`` and {, as
        the value itself did: then a bracket or a quotation mark is missing, and it is True.
        """
        if depth and indent is not None and indent == self.indent and self._at_brace(""):
            return True
        quoted = False
        while sign := self._next_sign(INSIDE if quoted else OUTSIDE):
            if sign == "\n":  # no string of JSON holds one
                quoted = False
                if indent is not None and self._at_brace(indent):
                    return True
            elif sign == '"':
                quoted = not quoted
            elif quoted:
                continue
            elif depth == 0 and sign in ",}]":
                self.at -= 1
                break
            else:
                depth += 1 if sign in "{[" else -1 if sign in "}]" else 0
                if depth == 0:
                    break
        return False

    def next_line(self) -> None:
        """Step to the next line that begins with { or [."""
        while True:
            match = NEXT_LINE.search(self.text, self.at)
            if match is not None:
                self.at = match.end()
                return
            self.at = max(self.at, len(self.text) - 1)  # the line break may be the last sign
            if not self.more():
                self.at = len(self.text)
                return

    def _next_sign(self, signs: re.Pattern[str]) -> str:
        """The next of these signs, from now on before ``at``; "" at the end."""
        while True:
            match = signs.search(self.text, self.at)
            if match is not None and (match[0] != "\\" or match.end() < len(self.text)):
                self.at = match.end()
                return match[0]
            self.at = len(self.text) if match is None else match.start()
            if not self.more():
                self.at = len(self.text)
                return ""

    def _at_brace(self, indent: str) -> bool:
        if len(self.text) - self.at <= len(indent):
            self.more()
        return self.text.startswith(indent + "{", self.at)
