"""The week's lists: all of them, one with its four parts, the tickets behind a line, the export."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sunline.insight import permissions, queries, services
from sunline.insight.types import EntryView, WeekKind, WeekState, WeekView
from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, Refused, SunlineError
from sunline.kernel.ids import local_day
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer

from .. import reading, words
from ..access import needs, viewer_of
from ..templatetags.ticket import topic_name, unit_name
from ..units import units_of

LEVELS = frozenset({"hq", "province", "city"})
# What a spreadsheet would take for a formula.
FORMULA = ("=", "+", "-", "@", "\t")


@needs(permissions.VIEW_WEEKLY)
@require_GET
def weekly(request: HttpRequest) -> HttpResponse:
    """Show the lists of the viewer's units, newest first."""
    return _all(request)


def _all(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    unit_id = reading.uuid(request.GET, "unit")
    context = {
        "page": queries.week_lists(viewer, unit_id=unit_id, cursor=reading.cursor(request)),
        "unit_id": unit_id,
        "units": _reporting(viewer, permissions.VIEW_WEEKLY),
        "publishing": [] if viewer.viewing_as else _reporting(viewer, permissions.PUBLISH_WEEKLY),
        "today": local_day(clock.now()),
        "error": error,
    }
    return render(request, "desk/weekly.html", context, status=error.status if error else 200)


def _reporting(viewer: Viewer, permission: Any) -> list[Any]:
    return [row for row in units_of(viewer, permission) if row.level in LEVELS]


@needs(permissions.PUBLISH_WEEKLY)
@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Count a unit's list of a week, or count it anew."""
    now = clock.now()
    try:
        reading.needed(request.POST, "unit_id", most=40)
        unit_id = reading.uuid(request.POST, "unit_id")
        assert unit_id is not None
        list_id = services.count_anew(
            viewer_of(request),
            unit_id=unit_id,
            week=reading.day(request.POST, "week") or local_day(now),
            now=now,
        )
    except (NotFound, Refused):
        raise
    except SunlineError as error:
        return _all(request, error)
    messages.success(request, _("The list was counted."))
    return redirect(f"/weekly/{list_id}")


@needs(permissions.VIEW_WEEKLY)
@require_GET
def week(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Show one list with its four parts, or give it as a file that spreadsheets open."""
    if request.GET.get("format") == "csv":
        return _as_file(queries.week_list(viewer_of(request), list_id))
    return _one(request, list_id)


def _one(request: HttpRequest, list_id: UUID, error: SunlineError | None = None) -> HttpResponse:
    viewer, now = viewer_of(request), clock.now()
    found = queries.week_list(viewer, list_id)
    path = unit_tree().path(found.row.unit_id)
    draft = found.row.state == WeekState.DRAFT and not viewer.viewing_as
    context = {
        "list": found,
        "last_day": (found.until - timedelta(hours=1)),
        "parts": [(code, text, found.of(code)) for code, text in WeekKind.choices],
        "may_edit": draft and viewer.may(permissions.EDIT_WEEKLY.code, path),
        "may_publish": draft and viewer.may(permissions.PUBLISH_WEEKLY.code, path),
        "over": found.until <= now,
        "text": text_of(found),
        "kinds": WeekKind.choices,
        "typed": request.POST if error else {},
        "error": error,
        "problems": getattr(error, "problems", ()),
    }
    return render(request, "desk/week.html", context, status=error.status if error else 200)


@needs(permissions.VIEW_WEEKLY)
@require_GET
def entry(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Show the tickets behind a line about a topic."""
    line, found, shown = queries.entry_tickets(
        viewer_of(request), entry_id, cursor=reading.cursor(request)
    )
    context = {"line": line, "list": found, "page": shown}
    return render(request, "desk/week_entry.html", context)


@needs(permissions.EDIT_WEEKLY)
@require_POST
def add(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Add a topic or a ticket to a list."""
    viewer, now, values = viewer_of(request), clock.now(), request.POST

    def act() -> UUID:
        services.add(
            viewer,
            list_id,
            kind=reading.text(values, "kind", most=16),
            topic_id=reading.uuid(values, "topic_id"),
            number=reading.text(values, "number", most=24),
            comment=reading.text(values, "comment", most=2000),
            now=now,
        )
        return list_id

    return _doing(request, act, list_id, _("It was added to the list."))


@needs(permissions.EDIT_WEEKLY)
@require_POST
def change(request: HttpRequest, entry_id: UUID) -> HttpResponse:
    """Comment on a line, take it off or put it back, as the button says."""
    viewer, now, values = viewer_of(request), clock.now(), request.POST
    wanted = reading.choice(values, "act", {"comment", "remove", "put_back"}, "comment")

    def act() -> UUID:
        if wanted == "remove":
            return services.remove(viewer, entry_id, now=now)
        if wanted == "put_back":
            return services.put_back(viewer, entry_id, now=now)
        text = reading.text(values, "comment", most=2000)
        return services.comment(viewer, entry_id, text=text, now=now)

    return _doing(request, act, None, _("The list was changed."))


@needs(permissions.PUBLISH_WEEKLY)
@require_POST
def publish(request: HttpRequest, list_id: UUID) -> HttpResponse:
    """Publish a list, which freezes it."""
    viewer, now = viewer_of(request), clock.now()
    version = reading.number(request.POST, "version")

    def act() -> UUID:
        services.publish(viewer, list_id, version=version, now=now)
        return list_id

    return _doing(request, act, list_id, _("The list was published."))


@needs(permissions.EDIT_WEEKLY)
@require_POST
def mark(request: HttpRequest) -> HttpResponse:
    """Mark a ticket as typical of this week, from its page."""
    number = reading.text(request.POST, "number", most=24)
    comment = reading.text(request.POST, "comment", most=2000)
    try:
        services.mark_typical(viewer_of(request), number, comment=comment, now=clock.now())
    except (NotFound, Refused):
        raise
    except SunlineError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("The ticket stands on this week's list."))
    return redirect("ticket", number=number)


def _doing(
    request: HttpRequest, act: Callable[[], UUID], list_id: UUID | None, done: str
) -> HttpResponse:
    """Change a list and show it, or show it again with why that did not go."""
    try:
        found = act()
    except (NotFound, Refused):
        raise
    except SunlineError as error:
        if list_id is not None:
            return _one(request, list_id, error)
        problems = error.problems if isinstance(error, Invalid) else ()
        messages.error(request, problems[0].message if problems else error.message)
        return redirect("/weekly")
    messages.success(request, done)
    return redirect(f"/weekly/{found}")


def figures_of(line: EntryView) -> str:
    """Return what marks a line, in words: counts of a topic, troubles of a ticket."""
    told = line.figures
    if line.kind == WeekKind.COMMON and "count" in told:
        return _("%(count)s tickets") % told
    if line.kind == WeekKind.HOT and "usual" in told:
        return _("%(count)s tickets, usually %(usual)s") % told
    if line.kind == WeekKind.HARD and "days" in told:
        return _(
            "re-dispatched %(redispatches)s, returned %(returns)s, units %(units)s, %(days)s days"
        ) % {"redispatches": told.get("redispatches", 0), **told}
    return words.label("week_why", told["why"]) if "why" in told else ""


def text_of(found: WeekView) -> str:
    """Return the list as people paste it into a group or the minutes of a meeting."""
    week_of = {
        "unit": unit_name(found.row.unit_id),
        "from": f"{found.row.week:%m-%d}",
        "to": f"{found.row.week + timedelta(days=6):%m-%d}",
    }
    lines = [_("[%(unit)s service week %(from)s to %(to)s]") % week_of]
    for code, text in WeekKind.choices:
        lines.append(f"◆ {text}")
        kept = [one for one in found.of(code) if not one.removed]
        for place, one in enumerate(kept, 1):
            said = f" — {one.comment}" if one.comment else ""
            marks = figures_of(one)
            lines.append(f"{place}. {_name(one)}{f' ({marks})' if marks else ''}{said}")
        if not kept:
            lines.append(_("none"))
    return "\n".join(lines)


def _name(line: EntryView) -> str:
    return topic_name(line.topic_id) if line.topic_id else f"{line.number} {line.title}"


def _as_file(found: WeekView) -> HttpResponse:
    """Return the list as CSV with the mark by which spreadsheets know UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="week-{found.row.week:%Y%m%d}.csv"'
    table = csv.writer(answer)
    table.writerow([_("Part"), _("Matter or case"), _("Figures"), _("Comment"), _("Added by")])
    names = dict(WeekKind.choices)
    for one in found.entries:
        if not one.removed:
            row = [str(names[WeekKind(one.kind)]), _name(one), figures_of(one), one.comment]
            table.writerow([_plain(value) for value in (*row, one.added_by)])
    return answer


def _plain(value: str) -> str:
    return f"'{value}" if value.startswith(FORMULA) else value
