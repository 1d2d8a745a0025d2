"""JSON files read record by record, in memory that does not grow with their number.

A file holds one JSON value or several (JSON Lines). Records are the elements of its lists, those
of the lists that are named in its objects (``{"documents": [...]}``), and objects without such a
list. Commas between records are not insisted on.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TextIO

from pipeline.read.json_window import JsonError, Window

BEGINNING = 300  # characters of a broken record that are kept to name it


@dataclass(frozen=True, slots=True)
class Broken:
    """A record that is no JSON: the line and what is wrong there, and how the record begins."""

    line: int
    error: str
    beginning: str = ""


class _NextObject(Exception):
    """A record was broken up to a line where the next object around it begins."""


def records(stream: TextIO, lists: Collection[str], limit: int) -> Iterator[object]:
    """Each record, decoded, in order; a Broken for what cannot be, after which the next one
    that can be told apart is read. A record of more than ``limit`` characters is Broken, too."""
    window = Window(stream, limit)

    def element() -> Iterator[object]:
        return _object(window, lists) if window.peek() == "{" else _value(window)

    while sign := window.peek():
        if sign == "[":
            window.at += 1
            yield from _elements(window, element)
        elif sign == "{":
            yield from _object(window, lists)
        else:
            try:
                yield window.value()
            except JsonError as error:
                yield Broken(error.line, str(error))
                window.at += 1
                window.next_line()


def _elements(window: Window, read: Callable[[], Iterator[object]]) -> Iterator[object]:
    """The records of the list whose bracket was just opened, each by ``read``."""
    whole = True  # the last record
    while (sign := window.peek()) != "]":
        if sign == ",":
            window.at += 1
        elif sign in ("", "}"):
            if whole:
                error = "not JSON: a list is not closed, the file may be cut off"
                yield Broken(window.line, error)
            return
        else:
            for record in read():
                whole = not isinstance(record, Broken)
                yield record
    window.at += 1


def _value(window: Window, around: str | None = None) -> Iterator[object]:
    """The record at the window's place, decoded as a whole. ``around`` is the indent of the line
    that the object around it begins. Raises _NextObject behind a broken one."""
    indent, offset = window.indent, window.offset
    try:
        yield window.value()
    except JsonError as error:
        yield Broken(error.line, str(error), _beginning(window))
        at_line = window.skip(0, around if indent is None else indent)
        if at_line and indent is None:
            raise _NextObject from error
        if window.offset == offset:
            window.at += 1


def _object(window: Window, lists: Collection[str]) -> Iterator[object]:
    """The records of the lists in the object at the window's place; itself, without any."""
    beginning, indent, first = _beginning(window), window.indent, window.offset
    members: dict[str, object] = {}
    has_list = False
    window.at += 1
    try:
        while (sign := window.peek()) != "}":
            if sign == ",":
                window.at += 1
                continue
            if not sign and has_list:
                return
            name = _name(window)
            if name in lists and window.peek() == "[":
                has_list = True
                window.at += 1
                yield from _elements(window, lambda: _value(window, indent))
                first = window.offset
                continue
            value = window.value()
            if not has_list:
                members[name] = value
            if window.offset - first > window.limit:
                raise window.too_long()
    except JsonError as error:
        yield Broken(error.line, str(error), beginning)
        window.skip(1, indent)
        return
    except _NextObject:
        return
    window.at += 1
    if not has_list:
        yield members


def _name(window: Window) -> str:
    """The name of the next member; the colon behind it is passed. Raises JsonError."""
    line = window.line
    if not window.peek():
        raise JsonError(line, "not JSON: the file ends inside an object, it may be cut off")
    name = window.value() if window.peek() == '"' else None
    if not isinstance(name, str) or window.peek() != ":":
        raise JsonError(line, 'not JSON: an object has members "name": value')
    window.at += 1
    window.peek()
    return name


def _beginning(window: Window) -> str:
    return window.text[window.at : window.at + BEGINNING]
