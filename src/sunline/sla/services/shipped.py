"""Loading what comes with the product, without touching what the operator has changed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ..book import forget
from ..models import Calendar, Limit, Profile
from ..shipped import shipped, shipped_id


def load_shipped(now: datetime) -> int:
    """Add the shipped calendars, profiles and limits that are missing; return how many rows."""
    with transaction.atomic():
        calendars = _calendars()
        profiles = _profiles()
        made = len(calendars) + len(profiles) + _limits()
    forget()
    return made


def _calendars() -> list[Calendar]:
    held = set(Calendar.objects.values_list("code", flat=True))
    return Calendar.objects.bulk_create(
        Calendar(id=shipped_id("calendar", row["code"]), **row)
        for row in shipped()["calendars"]
        if row["code"] not in held
    )


def _profiles() -> list[Profile]:
    held = set(Profile.objects.values_list("code", flat=True))
    return Profile.objects.bulk_create(
        Profile(
            id=shipped_id("profile", row["code"]),
            **{key: value for key, value in row.items() if key != "limits"},
        )
        for row in shipped()["profiles"]
        if row["code"] not in held
    )


def _limits() -> int:
    """Add the limits of shipped profiles that have no version at all yet."""
    held = set(Limit.objects.values_list("profile__code", "code"))
    calendars = dict(Calendar.objects.values_list("code", "id"))
    profiles = dict(Profile.objects.values_list("code", "id"))
    rows = [
        _limit(profile["code"], row, profiles[profile["code"]], calendars[row["calendar"]])
        for profile in shipped()["profiles"]
        for row in profile["limits"]
        if (profile["code"], row["code"]) not in held
    ]
    return len(Limit.objects.bulk_create(rows))


def _limit(profile: str, row: dict[str, Any], profile_id: Any, calendar_id: Any) -> Limit:
    values = {key: value for key, value in row.items() if key != "calendar"}
    values["since"] = date.fromisoformat(row["since"])
    return Limit(
        id=shipped_id("limit", profile, row["code"], row["since"]),
        profile_id=profile_id,
        calendar_id=calendar_id,
        **values,
    )
