"""Extensions, rungs, new classes, profiles and call-backs against the moments worked by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sunline.kernel.ids import new_id
from sunline.kernel.types import SYSTEM, Subject
from sunline.sla import services
from sunline.sla.models import Clock, Profile
from sunline.sla.rules import due, ladder
from sunline.staff.types import system_viewer

from . import worked_cases as cases
from . import worked_changes as changes
from .calendars import hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
REGISTERED = ("accept", "first_response", "resolve", "legal_answer")


def local(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone).astimezone(UTC)


def test_there_are_enough_cases():
    plain = (cases.MINUTES, cases.WORKING_DAYS, cases.DAYS, cases.PAUSED)
    changed = (changes.EXTENDED, changes.RUNGS, changes.STORIES)
    assert sum(len(table) for table in (*plain, *changed)) >= 170


@pytest.mark.parametrize("case", changes.EXTENDED, ids=str)
def test_extensions(case):
    name, start, amount, unit, extra, end, pauses = case
    zone = hours(name).zone
    off = [(local(since, zone), local(until, zone)) for since, until in pauses]
    found = due.due_at(local(start, zone), due.Allowance(amount, unit), hours(name), off, extra)
    assert found == local(end, zone), found.astimezone(zone)


@pytest.mark.parametrize("case", changes.RUNGS, ids=str)
def test_rungs(case):
    name, start, end, rung, at = case
    zone = hours(name).zone
    told = max((one for one, _ in ladder.PLAIN.rungs() if one < rung), default=0)
    found = ladder.next_rung(told, local(start, zone), local(end, zone), hours(name))
    assert found == (rung, local(at, zone))


class Told:
    """A matter whose story is told step by step."""

    def __init__(self, start: str, what: dict[str, str]) -> None:
        self.traits = {"urgency": "normal", "complexity": "simple", "rural": "no", **what}
        self.received = local(start)
        self.subject = Subject("ticket", new_id())
        self.dispatched: datetime | None = None
        planned = services.plan_clocks(
            self.traits, purposes=REGISTERED, now=self.received, **self.where
        )
        services.start(planned, subject=self.subject)

    @property
    def where(self):
        rural = self.traits["rural"] == "yes"
        return {"unit_path": f"/hq/{self.traits['place']}/", "rural": rural}

    def go(self, verb: str, at: str, *more) -> None:
        getattr(self, verb)(local(at), *more)

    def pause(self, now):
        services.pause(self.subject.id, reason="x", by=None, now=now)

    def resume(self, now):
        services.resume(self.subject.id, now=now)

    def stop(self, now):
        services.stop(self.subject.id, now=now)

    def keep(self, now):
        services.keep(self.subject.id, now=now)

    def promise(self, now, moment):
        services.promise(self.subject, local(moment), now=now)

    def extend(self, now, minutes):
        services.extend(
            self.subject.id, purposes=("resolve", "ola"), minutes=minutes, by=SYSTEM, now=now
        )

    def profile(self, now, code, active):
        services.set_profile(system_viewer(), code, active=active, now=now)

    def dispatch(self, now):
        self.dispatched = now
        self._restart(("ola",), now)

    def again(self, now):
        self._restart(("resolve", "legal_answer"), now)

    def _restart(self, purposes, now):
        services.restart(
            self.traits, subject=self.subject, purposes=purposes, received_at=self.received,
            now=now, **self.where,
        )  # fmt: skip

    def reclassify(self, now, changed):
        self.traits |= changed
        services.reclassify(
            self.traits, subject=self.subject, starts=dict.fromkeys(REGISTERED, self.received),
            received_at=self.received, by=SYSTEM, now=now, **self.where,
        )  # fmt: skip

    def running(self, purpose: str, whose: str) -> list[datetime]:
        rows = Clock.objects.filter(subject_id=self.subject.id, purpose=purpose, stopped_at=None)
        law = list(
            Profile.objects.filter(jurisdiction__in=("law", "province")).values_list(
                "id", flat=True
            )
        )
        found = (
            rows.filter(limit__profile__in=law)
            if whose == "law"
            else rows.exclude(limit__profile__in=law)
        )
        return [row.due_at for row in found.order_by("due_at")]


@pytest.mark.django_db
@pytest.mark.parametrize("story", changes.STORIES, ids=str)
def test_stories(story):
    start, what, steps, expected = story
    services.load_shipped(local(start))
    told = Told(start, what)
    for verb, at, *more in steps:
        told.go("reclassify" if verb == "class" else verb, at, *more)
    found = {key: told.running(*key) for key in expected}
    assert found == {key: [local(at) for at in moments] for key, moments in expected.items()}
