"""How text is cut for search: overlapping pairs of characters for Chinese, whole words else.

Both databases index the same grams, so that both find the same tickets.
"""

from __future__ import annotations

import re
import unicodedata

RUN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]+|[a-z0-9]+")
MOST_GRAMS = 4000
MOST_LETTERS = 64  # of one word; PostgreSQL refuses words beyond 2 KiB, such as pasted dumps


def grams(text: str) -> list[str]:
    """Return the distinct grams of a text, in order of first appearance.

    Each Chinese run gives every pair of neighbours and each single character, so that a query of
    one character finds it too; Latin letters and digits give whole words.
    """
    found: dict[str, None] = {}
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400":
            found[run[:MOST_LETTERS]] = None
            continue
        for index, character in enumerate(run):
            found[character] = None
            if index:
                found[run[index - 1 : index + 1]] = None
        if len(found) > MOST_GRAMS:
            break
    return list(found)[:MOST_GRAMS]


def query_grams(text: str, most: int = 32) -> list[str]:
    """Return the grams that a match must all have: pairs where there are any, else singles."""
    wanted: dict[str, None] = {}
    for run in RUN.findall(unicodedata.normalize("NFKC", text).lower()):
        if run[0] < "\u3400" or len(run) == 1:
            wanted[run[:MOST_LETTERS]] = None
            continue
        for index in range(1, len(run)):
            wanted[run[index - 1 : index + 1]] = None
        if len(wanted) >= most:
            break
    return list(wanted)[:most]
