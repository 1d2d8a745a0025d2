"""From the fields of one record to a Document, or to the Failure that says what is wrong."""

from __future__ import annotations

import re
from dataclasses import replace

from pipeline.read.source import ReadOptions
from pipeline.records import Document, Failure, Stretch

STEP = "read"
MAX_ID = 1_000  # characters: every row of the document repeats its id
MAX_ERROR = 1_000  # characters
# Half of a surrogate pair, as a JSON escape can give it, has no UTF-8 form: no table
# could be written. The replacement is one code point too, so that offsets still count.
LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def writable(text: str) -> str:
    """The text, as long as before, without what UTF-8 cannot write."""
    try:
        text.encode()  # far faster than a search through every text
    except UnicodeEncodeError:
        return LONE_SURROGATE.sub("\ufffd", text)
    return text


def failure(source: str, error: str, doc_id: str = "") -> Failure:
    """What could not be read: ``source`` says where, ``error`` what is wrong and what to do."""
    if len(error) > MAX_ERROR:
        error = f"{error[: MAX_ERROR // 2]} … {error[-MAX_ERROR // 2 :]}"
    return Failure(writable(doc_id[:MAX_ID]), writable(source), STEP, writable(error))


def build(
    doc_id: str,
    text: str,
    *,
    source: str,
    options: ReadOptions,
    title: str = "",
    metadata: tuple[tuple[str, str], ...] = (),
    layout: tuple[Stretch, ...] = (),
    revision: int = 0,
) -> Document | Failure:
    """Check what every format must give: an id, a text with words, and a size within the limit."""
    doc_id = writable(doc_id.strip())
    if not doc_id:
        return failure(source, "the document has no id; give it one")
    if len(doc_id) > MAX_ID:
        return failure(source, f"the id has more than {MAX_ID:,} characters; shorten it", doc_id)
    if not text.strip():
        return failure(source, "the text is blank; remove the document or fill it in", doc_id)
    if len(text) > options.max_characters:
        error = (
            f"the text has more than {options.max_characters:,} characters, "
            "the limit for one document; split it"
        )
        return failure(source, error, doc_id)
    pairs = tuple((writable(key), writable(value)) for key, value in metadata)
    title = writable(title.strip())
    layout = tuple(_writable_section(stretch) for stretch in layout)
    return Document(doc_id, writable(text), writable(source), title, pairs, layout, revision)


def _writable_section(stretch: Stretch) -> Stretch:
    section = writable(stretch.section)
    return stretch if section == stretch.section else replace(stretch, section=section)
