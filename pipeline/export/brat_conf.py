"""The ``annotation.conf`` that brat needs to show and edit what we write."""

from __future__ import annotations

from pipeline.gold.formats.brat_out import ALIAS
from pipeline.records import EFFECTS, FUNCTIONS, LABELS, SIGNATURES, SPECIFICITIES

__all__ = ["ALIAS", "CONFIGURATION", "TRIGGER"]

TRIGGER = "TRIGGER"

_RELATIONS = [
    f"{predicate}\tArg1:{'|'.join(sorted(subjects))}, Arg2:{'|'.join(sorted(objects))}"
    for predicate, (subjects, objects) in SIGNATURES.items()
] + [
    f"{ALIAS}\tArg1:<ENTITY>, Arg2:<ENTITY>",
    "<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>",
]
_ATTRIBUTES = [
    f"Specificity\tArg:<ENTITY>, Value:{'|'.join(SPECIFICITIES)}",
    f"Effect\tArg:<RELATION>, Value:{'|'.join(one for one in EFFECTS if one != 'unspecified')}",
    f"Function\tArg:<RELATION>, Value:{'|'.join(FUNCTIONS)}",
    *(f"{name}\tArg:<RELATION>" for name in ("Negated", "Hedged")),
]
_PARTS = {
    "entities": LABELS,
    "relations": _RELATIONS,
    "events": (TRIGGER,),
    "attributes": _ATTRIBUTES,
}
CONFIGURATION = "\n".join(
    f"[{name}]\n" + "".join(f"{line}\n" for line in lines) for name, lines in _PARTS.items()
)
