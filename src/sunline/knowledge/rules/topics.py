"""Which topics a typed text may mean, which can be loaded, and how an article stands."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from sunline.kernel.errors import Problem, required, too_long, unknown_choice, wrong_type

from ..types import REPORTING_TYPES, NewTopic, TopicRow

CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){0,2}")


def ranked(rows: Iterable[TopicRow], text: str, limit: int) -> list[TopicRow]:
    """Return the topics that fit a text best, best first; an empty text fits none."""
    wanted = unicodedata.normalize("NFKC", text).strip().casefold()
    if not wanted:
        return []
    scored = [(score(row, wanted), -row.level, row.code, row) for row in rows]
    found = sorted((item for item in scored if item[0]), key=lambda item: (-item[0], *item[1:3]))
    return [item[3] for item in found[:limit]]


def score(row: TopicRow, wanted: str) -> int:
    """Return how well a topic fits a folded text, 0 for not at all.

    Longer texts are sentences: there a name or alias found inside counts by its length.
    """
    names = [row.name.casefold(), row.name_en.casefold(), *(a.casefold() for a in row.aliases)]
    if wanted in names or wanted == row.code:
        return 100
    if any(name.startswith(wanted) for name in names if name):
        return 80
    if wanted.isascii() and wanted.isalpha() and row.pinyin.startswith(wanted):
        return 70
    if any(wanted in name for name in names) or row.code.startswith(wanted):
        return 50
    inside = [len(name) for name in names if len(name) >= 2 and name in wanted]
    return min(40, 10 + 5 * max(inside)) if inside else 0


def problems_of(rows: Sequence[NewTopic], known: Iterable[str]) -> list[Problem]:
    """Return what is wrong with topics to load; a parent must be known or come with them."""
    found: list[Problem] = []
    codes = set(known) | {row.code for row in rows}
    seen: set[str] = set()
    for row in rows:
        if not CODE.fullmatch(row.code) or row.code in seen:
            found.append(wrong_type(f"{row.code}.code"))
        seen.add(row.code)
        parent = parent_code(row.code)
        if parent and parent not in codes:
            found.append(unknown_choice(f"{row.code}.parent"))
        if not row.name.strip():
            found.append(required(f"{row.code}.name"))
        for field, value, most in (
            ("code", row.code, 32),
            ("name", row.name, 64),
            ("name_en", row.name_en, 64),
            ("aliases", ";".join(row.aliases), 256),
        ):
            if len(value) > most:
                found.append(too_long(f"{row.code}.{field}", most))
        if row.reporting_type not in REPORTING_TYPES:
            found.append(unknown_choice(f"{row.code}.reporting_type"))
    return found


def parent_code(code: str) -> str:
    """Return the code of the topic above, or nothing for a branch."""
    return code.rpartition(".")[0]


def path_of(code: str) -> str:
    """Return the place of a topic in the tree: `/broadband/fault/slow/`."""
    return "/" + code.replace(".", "/") + "/"


def state_of(
    published_at: datetime | None, since: datetime | None, until: datetime | None, now: datetime
) -> str:
    """Return how a version of an article stands: draft, scheduled, in_force or ended."""
    if published_at is None or since is None:
        return "draft"
    if until is not None and until <= max(now, since):
        return "ended"
    return "in_force" if since <= now else "scheduled"
