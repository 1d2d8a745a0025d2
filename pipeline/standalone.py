"""Pages in one HTML file: a template that escapes, a policy by hashes, data that stay data."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Template

# Inside of a script element these could end it, or begin one that swallows the rest.
UNSAFE = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&\u2028\u2029"}


def page_template(folder: Path) -> Template:
    """The ``page.html`` of a folder. What it is given is escaped, and nothing may be left out."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    surroundings = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return surroundings.get_template("page.html")


def policy_hash(text: str) -> str:
    """By which the policy of a page allows this script or style and no other."""
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


def script_data(data: object) -> str:
    """JSON for a script element, from which no text can break out."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).translate(UNSAFE)
