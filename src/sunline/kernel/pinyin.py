"""The first letters of Chinese words as people type them: a name by its initials."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path

from pypinyin import Style, lazy_pinyin

SURNAMES = Path(__file__).with_name("data") / "surnames.csv"


@cache
def _surnames() -> dict[str, str]:
    """Return the surnames that are read otherwise than the same characters elsewhere."""
    lines = SURNAMES.read_text(encoding="utf-8").split()
    return dict(line.split(",") for line in lines)


def initials(text: str, *, name: bool = False, most: int = 64) -> str:
    """Return the lower-case initials of a text; letters and digits stand for themselves.

    `name` says that the text is a person's name, whose surname may have a reading of its own.
    """
    return _initials(text, name)[:most]


@lru_cache(maxsize=8192)
def _initials(text: str, name: bool) -> str:
    start = ""
    if name:
        for length in (2, 1):
            if text[:length] in _surnames():
                start, text = _surnames()[text[:length]], text[length:]
                break
    found = start + "".join(lazy_pinyin(text, style=Style.FIRST_LETTER))
    return "".join(letter for letter in found if letter.isalnum()).lower()
