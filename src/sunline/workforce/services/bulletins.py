"""Hourly bulletins (通报): figures of tickets, and of calls where measured, as text to paste."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, override

from sunline.kernel import log
from sunline.kernel.errors import Invalid, too_long, unknown_choice
from sunline.kernel.types import Subject
from sunline.routing import queries as routing
from sunline.staff.queries import unit_tree
from sunline.staff.types import UnitRow, Viewer, system_viewer
from sunline.tickets import queries as tickets

from .. import events, permissions, rules
from ..models import Bulletin

SUBJECT = "bulletin"
HOUR = timedelta(hours=1)
MOST = 200
LEVEL = "city"  # the level whose centres report each hour


def make_bulletin(
    viewer: Viewer, *, unit_id: UUID, cause: str = "", measures: str = "", now: datetime
) -> UUID:
    """Write the bulletin of the last full hour, or write it anew with cause and measures."""
    unit = unit_tree().get(unit_id)
    if unit is None:
        raise Invalid([unknown_choice("unit_id")])
    viewer.require(permissions.REPORT.code, unit.path)
    texts = {"cause": _line(cause), "measures": _line(measures)}
    problems = [too_long(name, MOST) for name, text in texts.items() if len(text) > MOST]
    if problems:
        raise Invalid(problems)
    by = "" if viewer.all_powerful else viewer.actor.label[:64]
    return _make(viewer, unit, texts, by, now)


def make_bulletins(now: datetime) -> int:
    """Write the bulletin of the last full hour for each city that has none; return how many."""
    since = _hour(now) - HOUR
    there = set(Bulletin.objects.filter(hour=since).values_list("unit_id", flat=True))
    cities = [row for row in unit_tree().rows if row.level == LEVEL and not row.closed]
    missing = [row for row in cities if row.id not in there]
    for unit in missing:
        _make(system_viewer(), unit, {"cause": "", "measures": ""}, "", now)
    return len(missing)


@transaction.atomic
def _make(viewer: Viewer, unit: UnitRow, texts: dict[str, str], by: str, now: datetime) -> UUID:
    since = _hour(now) - HOUR
    figures = _figures(unit, since, now)
    row, _made = Bulletin.objects.update_or_create(
        unit_id=unit.id,
        hour=since,
        defaults={
            "figures": figures,
            "text": text_of(unit, since, figures, texts),
            "made_at": now,
            "made_by": by,
            **texts,
        },
    )
    fact = events.BulletinMade(unit=unit.id, hour=since)
    log.record(fact, subject=Subject(SUBJECT, row.id), actor=viewer.actor, now=now)
    return row.id


def _figures(unit: UnitRow, since: datetime, now: datetime) -> dict[str, Any]:
    """Return the counts of the hour; those of calls are unknown until calls are measured."""
    units = unit_tree().ids_below([unit.path])
    found = tickets.hour_figures(units, since, since + HOUR, now=now)
    by_unit = {str(key): asdict(value) for key, value in found.items()}
    names = list(tickets.HourFigures.__dataclass_fields__)
    total = {name: sum(row[name] for row in by_unit.values()) for name in names}
    board = routing.presence_board(system_viewer(), now)
    here = {str(one) for one in units}
    on_duty = sum(1 for row in board if str(row.unit_id) in here)
    return {"tickets": total, "units": by_unit, "calls": {"on_duty": on_duty}}


def text_of(unit: UnitRow, since: datetime, figures: dict[str, Any], texts: dict[str, str]) -> str:
    """Return the bulletin as people paste it into the group, in the operator's language."""
    local = since.astimezone(ZoneInfo(settings.TIME_ZONE))
    calls, counts = figures["calls"], figures["tickets"]
    with override(settings.LANGUAGE_CODE):
        lines = [
            gettext("[%(unit)s hourly bulletin] %(day)s %(from)s–%(to)s")
            % {
                "unit": unit.name,
                "day": f"{local:%Y-%m-%d}",
                "from": f"{local:%H:%M}",
                "to": f"{local + HOUR:%H:%M}",
            },
            gettext(
                "Calls: offered %(offered)s, answered %(answered)s, 15 s service level %(level)s, "
                "abandoned %(abandoned)s, queue peak %(peak)s, on duty %(on_duty)s, tier %(tier)s"
            )
            % {
                "offered": rules.shown(calls, "offered"),
                "answered": rules.shown(calls, "answered"),
                "level": rules.quotient(calls.get("within"), calls.get("offered")),
                "abandoned": rules.shown(calls, "abandoned"),
                "peak": rules.shown(calls, "peak"),
                "on_duty": rules.shown(calls, "on_duty"),
                "tier": rules.shown(calls, "tier"),
            },
            gettext(
                "Tickets: new %(registered)s (complaints %(complaints)s), dispatched "
                "%(dispatched)s, answered %(answered)s, closed %(closed)s, overdue %(overdue)s, "
                "due soon %(due_soon)s"
            )
            % counts,
        ]
        for unit_id, row in sorted(figures["units"].items()):
            below = unit_tree().get(UUID(unit_id))
            if below is not None and below.id != unit.id:
                name = {"unit": below.name}
                lines.append(
                    gettext(
                        "- %(unit)s: new %(registered)s, answered %(answered)s, closed %(closed)s, "
                        "overdue %(overdue)s"
                    )
                    % {**row, **name}
                )
        lines.append(gettext("Cause: %(text)s") % {"text": texts["cause"] or rules.NONE})
        lines.append(gettext("Measures: %(text)s") % {"text": texts["measures"] or rules.NONE})
    return "\n".join(lines)


def _hour(now: datetime) -> datetime:
    return now.replace(minute=0, second=0, microsecond=0)


def _line(value: str) -> str:
    return " ".join(value.replace("\0", "").split())
