"""Shift logs and hourly bulletins."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.kernel.ids import local_day
from sunline.workforce import permissions, queries, services
from sunline.workforce.types import Shift

from .. import reading
from ..access import needs, viewer_of
from ..units import units_of

SECTIONS = (
    ("surges", gettext_lazy("Open surges")),
    ("wording", gettext_lazy("Live wording")),
    ("callbacks", gettext_lazy("Promised call-backs")),
    ("fragile", gettext_lazy("Fragile customers")),
    ("supervised", gettext_lazy("Supervised")),
    ("overdue", gettext_lazy("Overdue")),
)


@needs(permissions.VIEW)
@require_GET
def shifts(request: HttpRequest) -> HttpResponse:
    """Show the shift logs of the viewer's centres."""
    return _list(request)


def _list(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "page": queries.shift_logs(viewer, cursor=reading.cursor(request)),
        "units": units_of(viewer, permissions.HAND_OVER),
        "shifts": Shift.choices,
        "today": local_day(clock.now()),
        "error": error,
    }
    return render(request, "desk/shifts.html", context, status=error.status if error else 200)


@needs(permissions.HAND_OVER)
@require_POST
def open_log(request: HttpRequest) -> HttpResponse:
    """Begin the log of a shift."""
    now = clock.now()
    try:
        reading.needed(request.POST, "unit_id", most=40)
        unit_id = reading.uuid(request.POST, "unit_id")
        assert unit_id is not None
        log_id = services.open_log(
            viewer_of(request),
            unit_id=unit_id,
            day=reading.day(request.POST, "day") or local_day(now),
            shift=reading.text(request.POST, "shift", most=8),
            now=now,
        )
    except SunlineError as error:
        return _list(request, error)
    return redirect(f"/shifts/{log_id}")


@needs(permissions.VIEW)
@require_GET
def shift(request: HttpRequest, log_id: UUID) -> HttpResponse:
    """Show one shift log with what may be done to it."""
    return _one(request, log_id)


def _one(request: HttpRequest, log_id: UUID, error: SunlineError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    row = queries.shift_log(viewer, log_id)
    side = queries.side_to_sign(viewer, row) if not viewer.viewing_as else ""
    context: dict[str, Any] = {
        "log": row,
        "sections": [(label, row.facts.get(code, {})) for code, label in SECTIONS],
        "side": side,
        "may_write": side == "out",
        "error": error,
    }
    return render(request, "desk/shift.html", context, status=error.status if error else 200)


@needs(permissions.HAND_OVER)
@require_POST
def act(request: HttpRequest, log_id: UUID) -> HttpResponse:
    """Write notes, fill the facts in anew, or sign, as the button says."""
    viewer, now = viewer_of(request), clock.now()
    wanted = reading.text(request.POST, "act", most=10)
    try:
        if wanted == "sign":
            remark = reading.text(request.POST, "remark", most=6000)
            services.sign(viewer, log_id, remark=remark, now=now)
        elif wanted == "refresh":
            services.refresh(viewer, log_id, now=now)
        else:
            notes = reading.text(request.POST, "notes", most=6000)
            services.write_notes(viewer, log_id, notes=notes, now=now)
    except SunlineError as error:
        return _one(request, log_id, error)
    messages.success(request, _("The shift log was kept."))
    return redirect(f"/shifts/{log_id}")


@needs(permissions.VIEW)
@require_GET
def bulletins(request: HttpRequest) -> HttpResponse:
    """Show the bulletins of the viewer's centres, newest first."""
    return _bulletins(request)


def _bulletins(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    viewer = viewer_of(request)
    context = {
        "page": queries.bulletins(viewer, cursor=reading.cursor(request)),
        "units": units_of(viewer, permissions.REPORT),
        "error": error,
    }
    return render(request, "desk/bulletins.html", context, status=error.status if error else 200)


@needs(permissions.REPORT)
@require_POST
def make_bulletin(request: HttpRequest) -> HttpResponse:
    """Write the bulletin of the last full hour."""
    try:
        reading.needed(request.POST, "unit_id", most=40)
        unit_id = reading.uuid(request.POST, "unit_id")
        assert unit_id is not None
        services.make_bulletin(
            viewer_of(request),
            unit_id=unit_id,
            cause=reading.text(request.POST, "cause", most=400),
            measures=reading.text(request.POST, "measures", most=400),
            now=clock.now(),
        )
    except SunlineError as error:
        return _bulletins(request, error)
    return redirect("/bulletins")
