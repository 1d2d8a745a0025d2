"""Random texts: names, layout and signs that are known to hurt."""

from __future__ import annotations

from random import Random

NAMES = (
    "IL-6", "IL-1β", "TNF-α", "IFN-γ", "interleukin-17A", "CXCL8", "IL-10Rβ", "CD4+ T cells",
    "ILC2", "macrophages", "mast cells", "TGF-β1", "anti-IL-6R antibody", "psoriasis", "TSLP",
    "GM-CSF", "IL-2, IL-4 and IL-5", "interleukin 1 receptor antagonist (IL-1Ra)", "IL", "LIF",
    "tumour",
)  # fmt: skip
VERBS = (
    "release",
    "binds",
    "activates",
    "was blocked by",
    "made by",
    "are:",
    "include",
    "and",
    "of",
)
LAYOUT = (
    "\n", "\n\n", "\r\n", "\r", "\t", "  ", "\n- ", "\n  * ", "\n1. ", "\n(a) ", "\n# ", "\n> ",
    "\n----\n", "\n====\n", " | ", "RESULTS: ", "Methods: ", "**", "*", "_", "__", "a)", ":\n",
)  # fmt: skip
HURTING = (
    "\u200b", "\u200d", "\ufeff", "\u202e", "\u2066", "\u00ad", "\u0301", "\u0301" * 30, "\u2028",
    "\u0085", "\u00a0", "\u3000", "\x0b", "\x0c", "\x1c", "\x01", "\x7f", "\ufffd", "\ufffe",
    "\ue000", "\U0001f9ec", "\U0010ffff", "\u0378", "שלום", "مرحبا", "İ", "ß", "ſ", "ǅ", "(", "[",
    "]", ")", "((((((((", ".", "...", "!?", "%", "=", "&amp;", "<b>", "\\", '"', "'", "1" * 30,
    "x" * 300, "-" * 20, "¹²³", "3,4", "α" * 10, ",,,,", ";", "/", "IL-1/IL-2/", "e.g.", "Fig. 2",
)  # fmt: skip


def text(random: Random, most: int = 80) -> str:
    """Up to so many pieces, in half of the texts with some that hurt."""
    pools = [NAMES, VERBS, (".", ", ", " ", " "), LAYOUT]
    if random.random() < 0.5:
        pools.append(HURTING)
    found: list[str] = []
    for _ in range(random.randint(1, most)):
        piece = random.choice(random.choice(pools))
        found.append(piece * random.choice((2, 10, 60)) if random.random() < 0.02 else piece)
        if random.random() < 0.7:
            found.append(" ")
    return "".join(found)
