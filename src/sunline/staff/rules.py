"""Decisions about people as plain functions: who may, which password will do, how long to wait."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

STAFF_NO = re.compile(r"[A-Za-z0-9]{1,16}")

# Roles an outsourced person may hold, and only for their own unit.
VENDOR_ROLES = frozenset({"vendor_agent", "field_engineer", "revisit_caller"})

NEVER = datetime(9999, 1, 1, tzinfo=UTC)

# What an outsourced person never holds, whatever the matrix says: full personal data, exports,
# and figures about others.
VENDOR_NEVER = frozenset(
    {
        "customers.reveal",
        "customers.search_last_four",
        "customers.import",
        "tickets.export",
        "tickets.import",
        "interactions.import",
        "insight.view",
        "insight.view_weekly",
        "quality.view",
        "quality.view_reviews",
        "staff.view",
        "staff.view_log",
        "workforce.view",
    }
)

SHORTEST_PASSWORD = 10
REMEMBERED_PASSWORDS = 5

FREE_FAILURES = 5
# Counted apart, so that a stranger cannot keep a person out from afar, nor try many people.
FREE_FAILURES_OF_PERSON = 20
FREE_FAILURES_OF_ADDRESS = 60  # a whole floor may share one address
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=1)
FORGIVEN_AFTER = timedelta(hours=12)


def effective_matrix(
    default: Mapping[str, frozenset[str]],
    decided: Iterable[tuple[str, str | None, bool | None]],
) -> dict[str, frozenset[str]]:
    """Return role to permissions: the default, changed by the cells somebody decided.

    `decided` names every role that exists, with None for the permission when nothing was decided.
    """
    found: dict[str, set[str]] = {}
    for role, permission, held in decided:
        cells = found.setdefault(role, set(default.get(role, ())))
        if permission is None:
            continue
        if held:
            cells.add(permission)
        else:
            cells.discard(permission)
    return {role: frozenset(cells) for role, cells in found.items()}


def grants_of(
    held: Iterable[tuple[str, str]], matrix: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """Return permission to unit paths for (role, unit path) pairs; nested paths are dropped."""
    found: dict[str, set[str]] = {}
    for role, path in held:
        if not path:
            continue
        for permission in matrix.get(role, ()):
            found.setdefault(permission, set()).add(path)
    return {permission: outermost(paths) for permission, paths in found.items()}


def levels_at(
    held: Iterable[tuple[str, int, datetime, datetime | None]], moment: datetime
) -> tuple[dict[str, int], datetime]:
    """Return a person's level by skill at a moment, and until when that holds unless changed.

    `held` are code, level, since when and until when, of all skills not yet ended at the moment.
    """
    levels: dict[str, int] = {}
    until = NEVER
    for code, level, since, end in held:
        if since > moment:
            until = min(until, since)
            continue
        levels[code] = max(level, levels.get(code, 0))
        if end is not None:
            until = min(until, end)
    return levels, until


def outermost(paths: Iterable[str]) -> frozenset[str]:
    """Return the paths that no other path of the set contains."""
    kept: list[str] = []
    for path in sorted(set(paths)):
        if not any(path.startswith(top) for top in kept):
            kept.append(path)
    return frozenset(kept)


def may_hold(role: str, role_path: str, vendor: str, own_path: str) -> bool:
    """Return whether a person may be given a role there: the outsourced only on their own floor."""
    if not vendor:
        return True
    return role in VENDOR_ROLES and bool(own_path) and role_path.startswith(own_path)


def vendor_grants(
    held: Iterable[tuple[str, str]], matrix: Mapping[str, frozenset[str]], own_path: str
) -> dict[str, frozenset[str]]:
    """Return an outsourced person's permissions: only for their own floor and what is below it.

    A grant from before somebody changed to a vendor, or a cell of the matrix, opens no more.
    """
    own = [(role, path) for role, path in held if own_path and path.startswith(own_path)]
    found = grants_of(own, matrix)
    return {code: paths for code, paths in found.items() if code not in VENDOR_NEVER}


def password_faults(password: str, *, staff_no: str, name: str = "") -> list[str]:
    """Return the codes of what is wrong with a password, an empty list when it will do."""
    faults = []
    plain = password.casefold()
    if len(password) < SHORTEST_PASSWORD:
        faults.append("too_short")
    if staff_no and staff_no.casefold() in plain:
        faults.append("holds_staff_no")
    if name and name.casefold() in plain:
        faults.append("holds_name")
    if len(set(plain)) < 4:
        faults.append("too_few_characters")
    return faults


def wait_after(failures: int, free: int = FREE_FAILURES) -> timedelta:
    """Return how long the door stays shut after so many failures: doubling, up to an hour."""
    beyond = failures - free
    if beyond < 0:
        return timedelta()
    return min(FIRST_WAIT * int(2 ** min(beyond, 10)), LONGEST_WAIT)


def counted_failures(failures: int, last_failed_at: datetime, now: datetime) -> int:
    """Return the failures that still count: all of them until half a day of quiet."""
    return 0 if now - last_failed_at >= FORGIVEN_AFTER else failures


def password_is_old(changed_at: datetime | None, most_days: int, now: datetime) -> bool:
    """Return whether the password must be changed for its age; 0 days means never."""
    return bool(most_days and changed_at and now - changed_at >= timedelta(days=most_days))


def session_is_over(
    signed_in_at: datetime, seen_at: datetime, *, longest: timedelta, idle: timedelta, now: datetime
) -> bool:
    """Return whether a session has run out, by its age or by nobody using it."""
    return now - signed_in_at >= longest or now - seen_at >= idle


def is_fresh(made_at: datetime, seconds: float, now: datetime) -> bool:
    """Return whether something made then is at most so many seconds old."""
    return timedelta() <= now - made_at <= timedelta(seconds=seconds)


def guards(staff_no: str, address: str) -> dict[str, int]:
    """Return the doors an attempt knocks at, each with the failures it forgives."""
    person, place = staff_no.casefold()[:40], address[:45]
    doors = {f"address:{place}": FREE_FAILURES_OF_ADDRESS}
    if person:
        doors[f"pair:{person}|{place}"] = FREE_FAILURES
        doors[f"person:{person}"] = FREE_FAILURES_OF_PERSON
    return doors


def minutes(wait: timedelta) -> int:
    """Return a wait in whole minutes, rounded up."""
    return max(1, -(-int(wait.total_seconds()) // 60))
