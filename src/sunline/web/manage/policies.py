"""The figures that rules work with: what holds now, since when, and giving one a new value."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel import policies as figures
from sunline.kernel.errors import SunlineError
from sunline.staff import permissions, services

from .. import reading
from ..access import needs, viewer_of
from .frame import change, page

HERE = "/manage/policies"
ROOMS: dict[str, str | Promise] = {
    "tickets": gettext_lazy("Tickets"),
    "sla": gettext_lazy("Limits"),
    "routing": gettext_lazy("Assignment"),
    "quality": gettext_lazy("Quality"),
    "workforce": gettext_lazy("Shifts"),
    "knowledge": gettext_lazy("Knowledge"),
    "insight": gettext_lazy("Figures"),
}
UNITS: dict[str, str | Promise] = {
    "minutes": gettext_lazy("minutes"),
    "hours": gettext_lazy("hours"),
    "days": gettext_lazy("days"),
    "times": gettext_lazy("times"),
    "percent": gettext_lazy("%"),
    "yuan": gettext_lazy("yuan"),
    "points": gettext_lazy("points"),
}


@needs(permissions.SET_POLICIES)
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """Show every figure with its default and the values it was given."""
    return show(request)


def show(request: HttpRequest, error: SunlineError | None = None, code: str = "") -> HttpResponse:
    """Show the page, with what was typed where it was refused."""
    now = clock.now()
    rows = sorted(figures.catalogue().values(), key=lambda row: (row.room, row.code))
    rooms = [
        (ROOMS.get(room, room), [_row(one, now, code, request) for one in found])
        for room, found in groupby(rows, key=lambda row: row.room)
    ]
    return page(request, "manage/policies.html", {"rooms": rooms}, error=error)


def _row(one: figures.Policy[Any], now: Any, refused: str, request: HttpRequest) -> dict[str, Any]:
    past = figures.history(one.code)
    value = one.at(now)
    return {
        "policy": one,
        "id": one.code.replace(".", "-"),
        "unit": UNITS.get(one.unit, one.unit),
        "flag": isinstance(one.default, bool),
        "value": value,
        "typed": request.POST.get("value", "") if refused == one.code else value,
        "wrong": refused == one.code,
        "history": past,
        "confirmed": one.confirmed or bool(past),
    }


@needs(permissions.SET_POLICIES)
@require_POST
def set_policy(request: HttpRequest, code: str) -> HttpResponse:
    """Give a figure a value."""
    viewer = viewer_of(request)

    def act() -> None:
        policy = figures.catalogue().get(code)
        is_flag = policy is not None and isinstance(policy.default, bool)
        value: Any = (
            reading.flag(request.POST, "value")
            if is_flag
            else reading.needed(request.POST, "value", most=20)
        )
        since = reading.local_moment(request.POST, "since")
        services.set_policy(viewer, code, value, since=since, now=clock.now())

    return change(
        request,
        act,
        done=_("The figure was set."),
        back=HERE,
        again=lambda error: show(request, error, code),
    )
