"""The log, what failed, what could not be read, what may not have gone out, and jobs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.interactions import permissions as contact_permissions
from sunline.interactions import queries as contacts
from sunline.interactions import services as interactions
from sunline.kernel import clock, deliveries, listeners
from sunline.kernel import queries as kernel
from sunline.kernel.errors import NotFound
from sunline.staff import permissions
from sunline.staff import queries as staff

from .. import reading
from ..access import needs, viewer_of
from .frame import page


def operated(request: HttpRequest) -> list[UUID] | None:
    """Return the units whose deliveries and jobs the viewer looks after, None for all."""
    return staff.units_held(viewer_of(request), permissions.OPERATE.code)


@needs(permissions.VIEW_LOG)
@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Search everything that happened: who, what, when, to what."""
    values = request.GET
    wanted = kernel.EventFilter(
        kind=reading.text(values, "kind", most=64),
        actor=reading.text(values, "actor", most=64),
        subject_id=reading.uuid(values, "subject"),
        since=reading.day_start(values, "since"),
        until=reading.day_end(values, "until"),
    )
    units = staff.units_held(viewer_of(request), permissions.VIEW_LOG.code)
    found = kernel.find_events(wanted, units=units, cursor=reading.cursor(request), limit=50)
    rooms = sorted({kind.partition(".")[0] for kind in listeners.by_kind()})
    return page(request, "manage/log.html", {"page": found, "wanted": wanted, "rooms": rooms})


@needs(permissions.OPERATE)
@require_safe
def dead_letters(request: HttpRequest) -> HttpResponse:
    """Show deliveries that a listener gave up on."""
    found = kernel.dead_deliveries(units=operated(request), cursor=reading.cursor(request))
    return page(request, "manage/dead_letters.html", {"page": found})


@needs(permissions.OPERATE)
@require_POST
def replay(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Try a delivery again."""
    units, actor = operated(request), viewer_of(request).actor
    if not deliveries.replay(delivery_id, units=units, actor=actor, now=clock.now()):
        raise NotFound
    messages.success(request, _("The delivery will be tried again."))
    return redirect("manage-dead-letters")


@needs(permissions.OPERATE)
@require_POST
def skip(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Give a delivery up, so that later ones of its subject go on."""
    units, actor = operated(request), viewer_of(request).actor
    if not deliveries.skip(delivery_id, units=units, actor=actor, now=clock.now()):
        raise NotFound
    messages.success(request, _("The delivery was given up."))
    return redirect("manage-dead-letters")


@needs(contact_permissions.SETTLE_UNREADABLE)
@require_safe
def unreadable(request: HttpRequest) -> HttpResponse:
    """Show what could not be read and what was set aside."""
    viewer = viewer_of(request)
    found = contacts.unreadable_items(viewer, cursor=reading.cursor(request))
    aside = contacts.set_aside(viewer, limit=25)
    return page(request, "manage/unreadable.html", {"page": found, "aside": aside})


@needs(contact_permissions.SETTLE_UNREADABLE)
@require_safe
def unreadable_body(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Hand out an item as it arrived, as a file that no browser opens."""
    body = contacts.unreadable_body(viewer_of(request), item_id)
    response = HttpResponse(body, content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="{item_id}.bin"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@needs(contact_permissions.SETTLE_UNREADABLE)
@require_POST
def settle(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Mark an unreadable item as looked after."""
    if not interactions.settle_unreadable(item_id, viewer=viewer_of(request), now=clock.now()):
        raise NotFound
    messages.success(request, _("The item was settled."))
    return redirect("manage-unreadable")


@needs(contact_permissions.SETTLE_UNREADABLE)
@require_POST
def admit(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Treat a message that was set aside like any other."""
    interactions.admit(message_id, viewer=viewer_of(request), now=clock.now())
    messages.success(request, _("The message was taken in."))
    return redirect("manage-unreadable")


@needs(contact_permissions.SEND)
@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """Show messages that failed or whose outcome is unknown."""
    found = contacts.outgoing_unsettled(viewer_of(request), cursor=reading.cursor(request))
    return page(request, "manage/outgoing.html", {"page": found})


@needs(contact_permissions.SEND)
@require_POST
def settle_outgoing(request: HttpRequest, outgoing_id: UUID) -> HttpResponse:
    """Send a message again, or leave it as it is."""
    resend = reading.flag(request.POST, "resend")
    interactions.settle_outgoing(
        outgoing_id, resend=resend, viewer=viewer_of(request), now=clock.now()
    )
    messages.success(request, _("Decided."))
    return redirect("manage-outgoing")


@needs(permissions.OPERATE)
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """Show background jobs with their progress."""
    found = kernel.jobs(units=operated(request), cursor=reading.cursor(request))
    return page(request, "manage/jobs.html", {"page": found})
