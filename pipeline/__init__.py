"""Reads biomedical text and writes tables of cytokine biology.

From Python: ``pipeline.annotate(texts)`` finds mentions and relations,
``pipeline.to_frames(annotations)`` makes the tables of them, ``pipeline.read_result(folder)``
reads the tables that a run wrote. Nothing heavy is imported before one of them is used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pipeline.api import AnnotationError as AnnotationError
    from pipeline.api import annotate as annotate
    from pipeline.api import read_result as read_result
    from pipeline.api import to_frames as to_frames
    from pipeline.api_annotations import Annotations as Annotations

__version__ = "0.1.0"
__all__ = ["AnnotationError", "Annotations", "annotate", "read_result", "to_frames"]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module("pipeline.api"), name)
    globals()[name] = value  # the next look goes straight to it
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
