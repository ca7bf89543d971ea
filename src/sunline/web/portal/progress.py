"""How far an installation, a move or a repair is, by its number alone and without a sign-in."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from sunline.kernel import clock
from sunline.kernel.errors import NotFound, SunlineError
from sunline.tickets import queries
from sunline.tickets.queries import Progress

from .. import reading, words
from ..access import public, turned_away
from . import guard


@public
@never_cache
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Show the progress of the order whose number is given; programs are told as JSON."""
    json = request.headers.get("Accept", "").startswith("application/json")
    try:
        number = reading.text(request.GET, "number", most=24).replace(" ", "")
        found = _found(request, number) if number else None
    except SunlineError as error:
        message = error.message
        if isinstance(error, NotFound):
            message = _("We know no order with this number. Please check its twelve digits.")
        if json:
            told = JsonResponse({"code": error.code, "message": message}, status=error.status)
            return turned_away(told, error.status)
        context = {"number": request.GET.get("number", "")[:24], "message": message}
        page = render(request, "portal/progress.html", context, status=error.status)
        return turned_away(page, error.status)
    if json:
        return JsonResponse(_told(found) if found else {})
    return render(request, "portal/progress.html", {"found": found, "number": number})


def _found(request: HttpRequest, number: str) -> Progress:
    """Return the progress; who guesses numbers is held up after an hour's share of misses."""
    try:
        return queries.progress_of(number, clock.now())
    except NotFound:
        guard.limit(request, "progress")
        raise


def _told(found: Progress) -> dict[str, Any]:
    return {
        "number": found.number,
        "kind": found.kind,
        "state": found.state,
        "stateText": words.label("field_state", found.state),
        "promisedAt": found.promised_at.isoformat(),
        "promisedHours": found.hours,
        "appointmentDay": found.day.isoformat() if found.day else None,
        "appointmentWindow": found.window or None,
        "steps": [
            {"state": step.state, "done": step.done, "at": step.at and step.at.isoformat()}
            for step in found.steps
        ],
    }
