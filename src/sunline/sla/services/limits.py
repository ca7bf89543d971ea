"""Publishing dated limits, confirming figures, and choosing which profiles apply where."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from sunline.kernel import log
from sunline.kernel.errors import Problem, required, too_long, unknown_choice
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import errors, events, permissions
from ..book import STATUTORY, forget
from ..models import Calendar, Limit, Profile
from ..rules.dates import overlap
from ..types import LIMITED, TRAITS, NewLimit

MOST = {
    Limit.Unit.MINUTES: 60 * 24 * 366,
    Limit.Unit.WORKING_DAYS: 400,
    Limit.Unit.DAYS: 1000,
}
LONGEST_VALUE = 32


def publish_limit(viewer: Viewer, new: NewLimit, *, now: datetime) -> UUID:
    """Publish a dated version of a limit and return its id; the former one ends as it begins.

    Clocks that run keep the version they began with.
    """
    viewer.require(permissions.MANAGE.code)
    with transaction.atomic():
        profile = _locked_profiles().filter(code=new.profile).first()
        if profile is None:
            raise errors.NoSuchProfile
        calendar = Calendar.objects.filter(code=new.calendar).first()
        former = profile.limits.filter(code=new.code).order_by("-since").first()
        problems = _problems(new, profile, calendar, former, _today(now))
        if problems:
            raise errors.BadLimit(problems)
        assert calendar is not None  # a missing one is among the problems
        _refuse_overlap(new, profile, former)
        if former is not None and former.until is None:
            former.until = new.since
            former.save(update_fields=["until"])
        limit = Limit.objects.create(
            profile=profile,
            code=new.code,
            purpose=new.purpose,
            applies={key: list(values) for key, values in new.applies.items()},
            amount=new.amount,
            unit=new.unit,
            calendar=calendar,
            pausable=new.pausable,
            source=new.source,
            source_en=new.source_en,
            confirmed=new.confirmed,
            since=new.since,
            until=new.until,
            mean_amount=new.mean_amount,
        )
        fact = events.LimitPublished(
            profile=profile.code,
            code=limit.code,
            amount=limit.amount,
            unit=limit.unit,
            since=limit.since,
            replaces=former.id if former else None,
        )
        log.record(fact, subject=Subject("limit", limit.id), actor=viewer.actor, now=now)
        forget()
    return limit.id


def _problems(
    new: NewLimit,
    profile: Profile,
    calendar: Calendar | None,
    former: Limit | None,
    today: date,
) -> list[Problem]:
    """Return what stands against publishing; raise LaterVersion when a later one exists."""
    found = []
    if not new.code.strip():
        found.append(required("code"))
    for name, most in (("code", 48), ("source", 128), ("source_en", 128)):
        if len(getattr(new, name)) > most:
            found.append(too_long(name, most))
    if new.purpose not in LIMITED:
        found.append(unknown_choice("purpose"))
    if calendar is None:
        found.append(unknown_choice("calendar"))
    if new.unit not in Limit.Unit.values:
        found.append(unknown_choice("unit"))
    elif not 1 <= new.amount <= MOST[Limit.Unit(new.unit)]:
        most = MOST[Limit.Unit(new.unit)]
        text = errors.TOO_LITTLE_OR_TOO_MUCH
        found.append(Problem("amount", "out_of_range", text, {"most": most}))
    if new.pausable and profile.jurisdiction in STATUTORY:
        found.append(Problem("pausable", "law_never_pauses", errors.LAW_NEVER_PAUSES))
    for key, values in new.applies.items():
        wrong = not values or any(not v or len(v) > LONGEST_VALUE for v in values)
        if key not in TRAITS or isinstance(values, str) or wrong:
            found.append(Problem(f"applies.{key}", "unknown_trait", errors.UNKNOWN_TRAIT))
    found += _of_mean(new)
    if new.until is not None and new.until <= new.since:
        found.append(Problem("until", "too_early", errors.UNTIL_TOO_EARLY))
    if former is not None:
        if former.since > new.since and former.since > today:
            raise errors.LaterVersion
        if new.since <= former.since or new.since < today:
            found.append(Problem("since", "too_early", errors.BEGINS_TOO_EARLY))
    return found


def _of_mean(new: NewLimit) -> list[Problem]:
    """Return what stands against the mean limit."""
    if new.mean_amount is None:
        return []
    if new.unit == Limit.Unit.WORKING_DAYS:
        return [Problem("mean_amount", "needs_time", errors.MEAN_NEEDS_TIME)]
    if not 1 <= new.mean_amount <= new.amount:
        return [Problem("mean_amount", "out_of_range", errors.MEAN_TOO_MUCH)]
    return []


def _refuse_overlap(new: NewLimit, profile: Profile, former: Limit | None) -> None:
    """Raise OverlappingLimits when a version other than the open former one holds on its days."""
    held = profile.limits.filter(code=new.code)
    if former is not None and former.until is None:
        held = held.exclude(id=former.id)
    for row in held:
        if overlap((row.since, row.until), (new.since, new.until)):
            raise errors.OverlappingLimits(since=row.since, until=row.until or "")


def confirm_limit(viewer: Viewer, limit_id: UUID, *, now: datetime) -> None:
    """Record that a figure was checked against its source; a second time changes nothing."""
    viewer.require(permissions.MANAGE.code)
    with transaction.atomic():
        rows = Limit.objects.select_related("profile").filter(id=limit_id)
        if connection.vendor == "postgresql":
            rows = rows.select_for_update(of=("self",))
        limit = rows.first()
        if limit is None:
            raise errors.NoSuchLimit
        if limit.confirmed:
            return
        limit.confirmed = True
        limit.save(update_fields=["confirmed"])
        fact = events.LimitConfirmed(profile=limit.profile.code, code=limit.code)
        log.record(fact, subject=Subject("limit", limit.id), actor=viewer.actor, now=now)
        forget()


def set_profile(
    viewer: Viewer,
    code: str,
    *,
    active: bool | None = None,
    unit_path: str | None = None,
    now: datetime,
) -> None:
    """Switch a profile on or off, or say for which units it holds; national law stays as it is."""
    viewer.require(permissions.MANAGE.code)
    with transaction.atomic():
        profile = _locked_profiles().filter(code=code).first()
        if profile is None:
            raise errors.NoSuchProfile
        law = profile.jurisdiction == Profile.Jurisdiction.LAW
        if law and (active is False or unit_path not in (None, "/")):
            raise errors.LawStands
        before = (profile.active, profile.unit_path)
        profile.active = profile.active if active is None else active
        profile.unit_path = profile.unit_path if unit_path is None else unit_path
        if before == (profile.active, profile.unit_path):
            return
        profile.save(update_fields=["active", "unit_path"])
        fact = events.ProfileSet(
            code=code, unit_path=profile.unit_path, state="on" if profile.active else "off"
        )
        log.record(fact, subject=Subject("profile", profile.id), actor=viewer.actor, now=now)
        forget()


def _locked_profiles() -> QuerySet[Profile]:
    rows = Profile.objects.all()
    return rows.select_for_update() if connection.vendor == "postgresql" else rows


def _today(now: datetime) -> date:
    return now.astimezone(ZoneInfo(settings.TIME_ZONE)).date()
