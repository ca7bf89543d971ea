"""The parts around every page: language and presence."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST
from django.views.i18n import set_language

from sunline.kernel import clock
from sunline.routing import permissions, queries, services
from sunline.routing.types import BreakReason, PresenceState

from . import reading
from .access import needs, public, viewer_of
from .account.session import is_ours


@public
@require_POST
def language(request: HttpRequest) -> HttpResponseBase:
    """Remember the chosen language in a cookie and go back to the page."""
    return set_language(request)


@needs(permissions.PRESENCE)
@require_http_methods(["GET", "HEAD", "POST"])
def presence(request: HttpRequest) -> HttpResponse:
    """Show the viewer's state at work with the states to change to, and change it."""
    viewer, now = viewer_of(request), clock.now()
    if request.method == "POST":
        state, _, reason = reading.text(request.POST, "state", most=40).partition(":")
        services.set_presence(viewer, state, reason, now=now)
        if not request.headers.get("HX-Request"):
            back = request.POST.get("next") or "/"
            return redirect(back if is_ours(request, back) else "/")
    context = {
        "mine": queries.my_state(viewer, now),
        "states": [choice for choice in PresenceState.choices if choice[0] != "break"],
        "breaks": BreakReason.choices,
    }
    return render(request, "parts/presence.html", context)
