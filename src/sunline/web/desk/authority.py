"""The use of authority (授权使用), and the approvals that wait for the viewer (待我审批)."""

from __future__ import annotations

import csv
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, SunlineError
from sunline.kernel.reading import money
from sunline.tickets import permissions, queries, services
from sunline.tickets.queries.grants import SAMPLES, GrantFilter
from sunline.tickets.types import GrantAction, GrantState, Verdict

from .. import reading, words
from ..access import needs, viewer_of
from ..templatetags.granting import role, said
from ..units import units_of

SAMPLE_NAMES: dict[str, str | Promise] = {
    "drawn": gettext_lazy("In the sample"),
    "unchecked": gettext_lazy("To be inspected"),
    "in_order": gettext_lazy("In order"),
    "not_in_order": gettext_lazy("Not in order"),
}


@needs(permissions.VIEW_GRANTS, permissions.GRANT)
@require_GET
def grants(request: HttpRequest) -> HttpResponse:
    """Show the grants of the viewer's units, or their own, or give them as a file."""
    if request.GET.get("format") == "csv":
        return _as_file(request)
    return _grants(request)


def _grants(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    wanted = wanted_of(request)
    context = {
        "wanted": wanted,
        "page": queries.grant_list(viewer, wanted, cursor=reading.cursor(request)),
        "sums": queries.grant_sums(viewer, wanted),
        "actions": GrantAction.choices,
        "states": GrantState.choices,
        "samples": SAMPLE_NAMES.items(),
        "units": units_of(viewer, permissions.VIEW_GRANTS),
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "verdicts": Verdict.choices,
        "may_check": viewer.may(permissions.CHECK_GRANTS.code) and not viewer.viewing_as,
        "error": error,
    }
    return render(request, "desk/grants.html", context, status=error.status if error else 200)


def wanted_of(request: HttpRequest) -> GrantFilter:
    """Return the filter that the address spells out; raise Invalid for codes that do not exist."""
    values = request.GET
    return GrantFilter(
        action=reading.choice(values, "action", GrantAction.values),
        state=reading.choice(values, "state", GrantState.values),
        sample=reading.choice(values, "sample", SAMPLES),
        unit_id=reading.uuid(values, "unit"),
        by=reading.text(values, "by", most=32),
        since=reading.day_start(values, "since"),
        until=reading.day_end(values, "until"),
    )


def _as_file(request: HttpRequest) -> HttpResponse:
    """Return the rows as CSV with the mark by which spreadsheets know UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="grants.csv"'
    table = csv.writer(answer)
    heads = (
        _("Moment"),
        _("Ticket"),
        _("What is granted"),
        _("Amount asked for"),
        _("Amount granted"),
    )
    more = (_("State"), _("It rests on"), _("Staff number"), _("By authority of"), _("Inspection"))
    table.writerow([*heads, *more])
    for row in queries.exported(viewer_of(request), wanted_of(request)):
        table.writerow(
            [
                words.moment(row.at),
                row.ticket.number,
                words.label("grant_action", row.action),
                said(row.action, row.asked),
                said(row.action, row.amount),
                words.label("grant_state", row.state),
                words.label("basis", row.basis),
                row.by_label,
                role(row.role),
                words.label("verdict", row.verdict),
            ]
        )
    return answer


@needs(permissions.CHECK_GRANTS)
@require_POST
def check(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Say whether a sampled grant was in order."""
    viewer = viewer_of(request)

    def act() -> None:
        services.check_grant(
            viewer,
            queries.ticket_of_grant(viewer, grant_id),
            grant=grant_id,
            verdict=reading.text(request.POST, "verdict", most=16),
            note=reading.text(request.POST, "note", most=2000),
            now=clock.now(),
        )

    done = _("The inspection was recorded.")
    return _done(request, act, done, "/grants?sample=unchecked", _grants)


@needs(permissions.DECIDE_GRANTS)
@require_GET
def approvals(request: HttpRequest) -> HttpResponse:
    """Show what waits for the viewer's word, and who stands in for whom."""
    return _approvals(request)


def _approvals(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    viewer, now = viewer_of(request), clock.now()
    context = {
        "page": queries.waiting_for(viewer, now=now, cursor=reading.cursor(request)),
        "stand_ins": queries.stand_ins(viewer, now=now),
        "now": now,
        "may_act": not viewer.viewing_as,
        "error": error,
        "typed": request.POST,
    }
    return render(request, "desk/approvals.html", context, status=error.status if error else 200)


@needs(permissions.DECIDE_GRANTS)
@require_POST
def decide(request: HttpRequest, grant_id: UUID) -> HttpResponse:
    """Approve what was asked for, or less, or decline it."""
    viewer = viewer_of(request)

    def act() -> None:
        services.decide_grant(
            viewer,
            queries.ticket_of_grant(viewer, grant_id),
            grant=grant_id,
            approve=reading.choice(request.POST, "decision", ("yes", "no")) == "yes",
            amount=money(request.POST, "amount"),
            note=reading.text(request.POST, "note", most=2000),
            now=clock.now(),
        )

    return _done(request, act, _("The decision was recorded."), "/approvals", _approvals)


@needs(permissions.DECIDE_GRANTS)
@require_POST
def stand_in(request: HttpRequest) -> HttpResponse:
    """Let somebody decide for the viewer for a while."""
    viewer = viewer_of(request)

    def act() -> None:
        until = reading.local_moment(request.POST, "until")
        if until is None:
            reading.needed(request.POST, "until")
            raise Invalid
        services.set_delegate(
            viewer,
            to=reading.needed(request.POST, "to", most=32),
            since=reading.local_moment(request.POST, "since"),
            until=until,
            note=reading.text(request.POST, "note", most=255),
            now=clock.now(),
        )

    return _done(request, act, _("They stand in for you in that time."), "/approvals", _approvals)


@needs(permissions.DECIDE_GRANTS)
@require_POST
def end_stand_in(request: HttpRequest, delegate_id: UUID) -> HttpResponse:
    """Take back that somebody stands in for the viewer."""
    viewer = viewer_of(request)
    return _done(
        request,
        lambda: services.end_delegate(viewer, delegate_id, now=clock.now()),
        _("Nobody stands in for you any more."),
        "/approvals",
        _approvals,
    )


def _done(
    request: HttpRequest,
    act: Callable[[], Any],
    done: str,
    back: str,
    again: Callable[[HttpRequest, SunlineError], HttpResponse],
) -> HttpResponse:
    """Do an act and lead back with a word of success, or show the page with what was wrong."""
    try:
        act()
    except NotFound:
        raise
    except SunlineError as error:
        return again(request, error)
    messages.success(request, done)
    return redirect(back)
