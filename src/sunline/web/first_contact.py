"""First-contact resolution told three ways, and why customers come back."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from sunline.insight import permissions, policies, queries
from sunline.kernel import clock
from sunline.kernel.ids import local_day
from sunline.tickets import queries as tickets

from .access import needs, viewer_of

PERIODS = (7, 14, 30)
SHOWN = (("", _("All")), ("back", _("Came back")), ("differ", _("The three differ")))


@needs(permissions.VIEW)
@require_GET
def first_contact(request: HttpRequest) -> HttpResponse:
    """Show the figures of whole days up to today, with the contacts behind them."""
    viewer, now = viewer_of(request), clock.now()
    asked = request.GET.get("days", "")
    period = next((days for days in PERIODS if str(days) == asked), PERIODS[1])
    show = next((code for code, _label in SHOWN if code == request.GET.get("show")), "")
    zone = ZoneInfo(settings.TIME_ZONE)
    until = datetime.combine(local_day(now) + timedelta(days=1), time.min, zone)
    since = until - timedelta(days=period)
    repeats, causes = tickets.repeat_causes(viewer, since, until)
    told = sum(count for _cause, count in causes)
    context: dict[str, Any] = {
        "found": queries.resolution(viewer, since, until, show=show, now=now),
        "quiet": policies.FIRST_QUIET.at(now),
        "within": policies.SOLVED_WITHIN.at(now),
        "repeats": repeats,
        "told": told,
        "causes": [(cause, count, 100 * count / told) for cause, count in causes],
        "period": period,
        "periods": PERIODS,
        "show": show,
        "shown": SHOWN,
    }
    return render(request, "first_contact.html", context)
