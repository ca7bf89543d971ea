"""Texts that commands print, in the language of the terminal, before any application is loaded.

Chinese unless SUNLINE_LANGUAGE or the locale says English, as on the screens.
"""

from __future__ import annotations

import gettext as catalogues
import os
import unicodedata
from functools import cache
from pathlib import Path

LOCALE = Path(__file__).resolve().parents[1] / "locale"


def language() -> str:
    """Return `zh-hans` or `en`."""
    names = ("SUNLINE_LANGUAGE", "LC_ALL", "LANG")
    wanted = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return "en" if wanted.lower().startswith("en") else "zh-hans"


@cache
def _catalogue(wanted: str) -> catalogues.NullTranslations:
    if wanted == "en":
        return catalogues.NullTranslations()
    return catalogues.translation("django", LOCALE, ["zh_Hans"], fallback=True)


def gettext(text: str) -> str:
    """Return the text in the language of the terminal."""
    return _catalogue(language()).gettext(text) if text else text


def width(text: str) -> int:
    """Return how many columns a terminal needs for the text."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def table(rows: list[list[str]], indent: str = "  ") -> str:
    """Return rows as lines whose columns stand below one another."""
    widths = [max(width(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        indent
        + "  ".join(
            cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    )
