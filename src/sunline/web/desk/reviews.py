"""Reviews of tickets that went wrong: the list, and one with its figures, measures and check."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from sunline.insight import permissions as insight
from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, Refused, SunlineError
from sunline.quality import permissions, queries, services
from sunline.quality.types import (
    Bone,
    MeasureKind,
    ReviewFilter,
    ReviewReason,
    ReviewState,
    ReviewView,
)
from sunline.sla import queries as sla
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import queries as tickets
from sunline.tickets.queries import tables

from .. import reading
from ..access import needs, viewer_of
from ..templatetags.complaint import row_name
from ..units import units_of

WHYS = 5
# Words passed between people are on the ticket; a review tells what was done with it.
SAID = ("message.", "ticket.noted", "ticket.message_added")


@needs(permissions.VIEW_REVIEWS)
@require_GET
def reviews(request: HttpRequest) -> HttpResponse:
    """Show the reviews of the viewer's units, by state."""
    viewer, now, values = viewer_of(request), clock.now(), request.GET
    wanted = ReviewFilter(
        state=reading.choice(values, "state", ReviewState.values),
        reason=reading.choice(values, "reason", ReviewReason.values),
        unit_id=reading.uuid(values, "unit"),
        late=reading.flag(values, "late"),
        mine=reading.flag(values, "mine"),
    )
    anywhere = ReviewFilter(reason=wanted.reason, unit_id=wanted.unit_id, mine=wanted.mine)
    counts = queries.review_counts(viewer, anywhere, now=now)
    choices: list[tuple[str, str, int | None]] = [("", _("All"), None)]
    choices += [(code, str(text), counts[code]) for code, text in ReviewState.choices]
    context = {
        "wanted": wanted,
        "counts": counts,
        "states": choices,
        "reasons": ReviewReason.choices,
        "may_see_weeks": viewer.may(insight.VIEW_WEEKLY.code),
        "units": units_of(viewer, permissions.VIEW_REVIEWS),
        "page": queries.review_list(viewer, wanted, now=now, cursor=reading.cursor(request)),
    }
    return render(request, "desk/reviews.html", context)


@needs(permissions.VIEW_REVIEWS)
@require_GET
def review(request: HttpRequest, number: str) -> HttpResponse:
    """Show one review with what may be done to it now."""
    return _one(request, number)


def _one(request: HttpRequest, number: str, error: SunlineError | None = None) -> HttpResponse:
    viewer, now = viewer_of(request), clock.now()
    row = queries.review_for(viewer, number, now=now)
    # Whoever sees the review sees what it is about, masked, also where the ticket moved on.
    ticket = tickets.ticket_for(system_viewer(), row.ticket_id)
    entries = tickets.timeline(system_viewer(), ticket)
    may = _may(viewer, row)
    typed = request.POST if error is not None else {}
    context: dict[str, Any] = {
        "review": row,
        "ticket": ticket,
        "may": may,
        **_written(row, typed, editable=may["write"]),
        "causes": [(one.code, "\u3000" * one.depth + row_name(one)) for one in tables.causes(now)],
        "kinds": MeasureKind.choices,
        "doable": {one.id for one in row.measures if _may_do(viewer, row, one)},
        "stays": tickets.stays(row.ticket_id),
        "clocks": sla.clocks_of(row.ticket_id, now=now),
        "timeline": [one for one in entries if not one.kind.startswith(SAID)],
        "typed": typed,
        "error": error,
        "problems": getattr(error, "problems", ()),
    }
    return render(request, "desk/review.html", context, status=error.status if error else 200)


def _written(row: ReviewView, typed: Any, *, editable: bool) -> dict[str, Any]:
    """Return what stands in the fields: what was typed before a refusal, else what was kept."""
    fresh = editable and "conclusion" in typed
    whys = list(typed.getlist("why") if fresh else row.whys)
    if editable:
        whys = (whys + [""] * WHYS)[:WHYS]
    bones = [
        (
            code,
            text,
            typed.get(f"bone_{code}", "").splitlines() if fresh else row.bones.get(code, ()),
        )
        for code, text in Bone.choices
    ]
    return {
        "whys": whys,
        "bones": bones,
        "cause": typed.get("cause", "") if fresh else row.cause,
        "conclusion": typed.get("conclusion", "") if fresh else row.conclusion,
    }


def _may(viewer: Viewer, row: ReviewView) -> dict[str, bool]:
    """Return what the viewer may do to a review in its state; the services decide again."""
    writes = _holds(viewer, permissions.WRITE_REVIEWS.code, row)
    checks = _holds(viewer, permissions.CHECK_REVIEWS.code, row)
    unfinished = row.state in {ReviewState.OWED, ReviewState.IN_WORK}
    return {
        "start": writes and row.state == ReviewState.OWED,
        "write": writes and row.state == ReviewState.IN_WORK,
        "check": checks and row.state == ReviewState.WRITTEN and row.writer_id != viewer.account_id,
        "assign": checks and unfinished,
    }


def _holds(viewer: Viewer, permission: str, row: ReviewView) -> bool:
    tree = unit_tree()
    paths = (tree.path(row.unit_id), tree.path(row.home_unit_id))
    return not viewer.viewing_as and any(viewer.may(permission, path) for path in paths)


def _may_do(viewer: Viewer, row: ReviewView, measure: Any) -> bool:
    if measure.done_at is not None or viewer.viewing_as:
        return False
    if not viewer.may(permissions.DO_MEASURES.code):
        return False
    mine = measure.owner_id == viewer.account_id
    return mine or _holds(viewer, permissions.WRITE_REVIEWS.code, row)


def _doing(request: HttpRequest, number: str, act: Callable[[], object], done: str) -> HttpResponse:
    """Do something to a review and show it, or show it again with why that did not go."""
    try:
        act()
    except (NotFound, Refused):
        raise
    except SunlineError as error:
        return _one(request, number, error)
    messages.success(request, done)
    return redirect(f"/reviews/{number}")


@needs(permissions.WRITE_REVIEWS)
@require_POST
def start(request: HttpRequest, number: str) -> HttpResponse:
    """Begin a review."""
    version = reading.number(request.POST, "version")
    viewer, now = viewer_of(request), clock.now()
    return _doing(
        request,
        number,
        lambda: services.start(viewer, number, version=version, now=now),
        _("The review has begun."),
    )


@needs(permissions.WRITE_REVIEWS)
@require_POST
def write(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what was written, and hand it in when that button was pressed."""
    viewer, now, values = viewer_of(request), clock.now(), request.POST
    handing_in = reading.text(values, "step", most=16) == "hand_in"

    def act() -> None:
        services.write(
            viewer,
            number,
            whys=values.getlist("why"),
            bones={code: reading.text(values, f"bone_{code}", most=4000) for code in Bone.values},
            cause=reading.text(values, "cause", most=64),
            conclusion=reading.text(values, "conclusion", most=6000),
            version=reading.number(values, "version"),
            now=now,
        )
        if handing_in:
            services.hand_in(viewer, number, now=now)

    done = _("The review was handed in.") if handing_in else _("The review was kept.")
    return _doing(request, number, act, done)


@needs(permissions.CHECK_REVIEWS)
@require_POST
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Approve a review or send it back."""
    viewer, now, values = viewer_of(request), clock.now(), request.POST
    step = reading.choice(values, "step", {"approve", "send_back"}, "approve")
    verb = services.approve if step == "approve" else services.send_back

    def act() -> None:
        note = reading.text(values, "note", most=6000)
        verb(viewer, number, note=note, version=reading.number(values, "version"), now=now)

    return _doing(request, number, act, _("The check was recorded."))


@needs(permissions.CHECK_REVIEWS)
@require_POST
def assign(request: HttpRequest, number: str) -> HttpResponse:
    """Give a review to somebody."""
    viewer, now, values = viewer_of(request), clock.now(), request.POST

    def act() -> None:
        services.assign(
            viewer,
            number,
            staff_no=reading.text(values, "staff_no", most=16),
            version=reading.number(values, "version"),
            now=now,
        )

    return _doing(request, number, act, _("The review was given on."))


@needs(permissions.WRITE_REVIEWS)
@require_POST
def set_measure(request: HttpRequest, number: str) -> HttpResponse:
    """Set a measure."""
    viewer, now, values = viewer_of(request), clock.now(), request.POST

    def act() -> None:
        services.set_measure(
            viewer,
            number,
            kind=reading.text(values, "kind", most=16),
            text=reading.text(values, "text", most=2000),
            owner=reading.text(values, "owner", most=16),
            due_on=reading.day(values, "due_on"),
            version=reading.number(values, "version"),
            now=now,
        )

    return _doing(request, number, act, _("The measure was set."))


@needs(permissions.WRITE_REVIEWS)
@require_POST
def drop_measure(request: HttpRequest, number: str, measure_id: UUID) -> HttpResponse:
    """Take a measure back."""
    viewer, now = viewer_of(request), clock.now()
    version = reading.number(request.POST, "version")
    return _doing(
        request,
        number,
        lambda: services.drop_measure(viewer, number, measure_id, version=version, now=now),
        _("The measure was taken back."),
    )


@needs(permissions.DO_MEASURES)
@require_POST
def do_measure(request: HttpRequest, measure_id: UUID) -> HttpResponse:
    """Report a measure as carried out."""
    viewer, now = viewer_of(request), clock.now()
    try:
        note = reading.text(request.POST, "note", most=2000)
        number = services.do_measure(viewer, measure_id, note=note, now=now)
    except Invalid as error:
        messages.error(request, error.problems[0].message if error.problems else error.message)
        return redirect("/reviews")
    messages.success(request, _("The measure was reported as done."))
    return redirect(f"/reviews/{number}#measure-{measure_id}")
