"""How the system is doing, at a glance."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock, switches
from sunline.kernel import queries as kernel
from sunline.kernel.errors import NotFound
from sunline.sla import queries as sla
from sunline.staff import permissions as staff
from sunline.staff import queries as people

from .. import reading
from ..access import needs, viewer_of
from .frame import page

LOOKED_AFTER = (staff.OPERATE.code, staff.VIEW_LOG.code)


@needs(staff.OPERATE, staff.VIEW_LOG, staff.MANAGE_PEOPLE)
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Show backlogs, recurring tasks, and what should be put right."""
    context = {
        "backlog": kernel.backlog(people.units_held(viewer_of(request), *LOOKED_AFTER)),
        "runs": kernel.periodic_runs(),
        "notes": sla.health_texts(clock.now()),
    }
    if settings.DEMO:
        context["traffic"] = {
            "on": switches.is_on(switches.DEMO_TRAFFIC, default=True),
            "may_turn": viewer_of(request).may(staff.OPERATE.code),
        }
    return page(request, "manage/overview.html", context)


@needs(staff.OPERATE)
@require_POST
def turn_traffic(request: HttpRequest) -> HttpResponse:
    """Turn the demo's simulated people on or off; elsewhere there is nothing to turn."""
    if not settings.DEMO:
        raise NotFound
    viewer = viewer_of(request)
    viewer.require(staff.OPERATE.code)
    on = reading.flag(request.POST, "on")
    switches.turn(switches.DEMO_TRAFFIC, on, actor=viewer.actor, now=clock.now())
    done = _("Simulated traffic is on.") if on else _("Simulated traffic is off.")
    messages.success(request, done)
    return redirect("manage")
