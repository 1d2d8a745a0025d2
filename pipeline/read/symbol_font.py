"""The characters that the font Symbol shows for the codes that a text holds."""

from __future__ import annotations

PRIVATE_FROM = 0xF000
PRIVATE = range(0xF020, 0xF100)  # where fonts without letters of Unicode have their codes
SHOWN = dict(
    zip(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-"
        "\xa3\xa5\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4\xb5\xb7\xb9\xbb\xd7",
        "αβχδεφγηιϕκλμνοπθρστυϖωξψζΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ−≤∞↔←↑→↓°±″≥×∝•≠≈⋅",
        strict=True,
    )
)


def symbol(character: str) -> str:
    """What is shown for one character; itself where the font has nothing else."""
    code = ord(character)
    bare = chr(code - PRIVATE_FROM) if code in PRIVATE else character
    return SHOWN.get(bare, bare)
