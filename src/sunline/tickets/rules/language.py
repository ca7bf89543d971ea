"""The language that a customer's words are in."""

from __future__ import annotations

# The unified ideographs of Unicode, with extension A.
IDEOGRAPHS = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))


def language_of(text: str) -> str:
    """Return zh for a text with Chinese characters, en for one of Latin letters, else blank."""
    if any(low <= ord(letter) <= high for letter in text for low, high in IDEOGRAPHS):
        return "zh"
    return "en" if any(letter.isascii() and letter.isalpha() for letter in text) else ""
