"""Absence, hours and capacity of people, and a rehearsal of who would get a piece of work."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.customers import permissions as customer_permissions
from sunline.customers import queries as customers
from sunline.customers import services as customer_services
from sunline.kernel import clock
from sunline.kernel.errors import Invalid, NotFound, SunlineError, unknown_choice
from sunline.routing import permissions, queries, services
from sunline.routing.types import Rehearsal, Wanted
from sunline.sla import queries as sla
from sunline.staff import queries as staff
from sunline.staff.types import Viewer
from sunline.tickets import queries as tickets

from .. import reading, traits, words
from ..access import needs, viewer_of
from .forms import Field, Form, read, tried
from .frame import change, page
from .queues import CHOSEN

HERE = "/manage/duty"


@needs(permissions.OVERRIDE)
@require_safe
def duty(request: HttpRequest) -> HttpResponse:
    """Show who is absent, what channels weigh, and who is present with how much room."""
    return show(request)


def show(
    request: HttpRequest, error: SunlineError | None = None, refused: str = ""
) -> HttpResponse:
    """Show the page, with the form that was refused."""
    viewer, now = viewer_of(request), clock.now()
    context = {
        "absences": queries.absences(viewer, now),
        "channels": queries.channel_rows(viewer),
        "board": queries.presence_board(viewer, now),
        "calendars": sla.calendar_names(),
    }
    forms = []
    for slug, fields, title, button in _forms(viewer):
        told = tried(request, error) if slug == refused else {}
        forms.append(Form(slug, f"{HERE}/{PATHS[slug]}", title, button, fields, **told))
    return page(request, "manage/duty.html", context, forms=forms, error=error)


PATHS = {
    "absence": "absences/new",
    "person": "people",
    "channel": "channels",
    "manager": "managers",
}


def _forms(viewer: Viewer) -> list[tuple[str, list[Field], str, str]]:
    found = [
        ("absence", absence_fields(), _("Enter an absence"), _("Enter")),
        ("person", person_fields(), _("A person's capacity and hours"), _("Save")),
    ]
    if viewer.may(permissions.CONFIGURE.code):
        title = _("What a channel's work weighs")
        found.append(("channel", channel_fields(), title, _("Save")))
    if viewer.may(customer_permissions.GRADE.code):
        found.append(("manager", manager_fields(), _("A customer's account manager"), _("Save")))
    return found


def _staff_field(*, needed: bool = True) -> Field:
    return Field("staff_no", _("Staff number"), needed=needed, most=16, width=3)


def absence_fields() -> list[Field]:
    """Return the fields of an absence."""
    return [
        _staff_field(),
        Field("since", _("From"), "moment", needed=True, width=3),
        Field("until", _("Until"), "moment", needed=True, width=3),
        Field("reason", _("Reason"), "choice", choices=words.choices("absence"), width=3),
    ]


def person_fields() -> list[Field]:
    """Return the fields of a person's capacity and hours."""
    hours = [("", _("As signed in")), *sla.calendar_names().items()]
    return [
        _staff_field(),
        Field("capacity", _("Capacity"), "number", width=3, hint=_("Blank leaves it as it is.")),
        Field("calendar", _("Working hours"), "choice", choices=hours, width=3),
    ]


def channel_fields() -> list[Field]:
    """Return the fields of a channel's weight and limit."""
    return [
        Field("channel", _("Channel"), "choice", choices=words.choices("channel"), width=3),
        Field("weight", _("Weight of a piece"), "number", width=3, start=1),
        Field("most", _("At most at once"), "number", width=3, hint=_("Blank for no limit.")),
        Field(
            "staff_no",
            _("Only for the staff number"),
            most=16,
            width=3,
            hint=_("Blank for everybody; the weight is always everybody's."),
        ),
    ]


def manager_fields() -> list[Field]:
    """Return the fields of a customer's account manager."""
    return [
        Field("number", _("The customer's service number"), needed=True, most=32),
        Field("staff_no", _("Staff number"), most=16, width=3, hint=_("Blank for nobody.")),
    ]


def _account(staff_no: str) -> UUID:
    row = staff.account_by_number(staff_no)
    if row is None:
        raise Invalid([unknown_choice("staff_no")])
    return row.id


@needs(permissions.OVERRIDE)
@require_POST
def enter_absence(request: HttpRequest) -> HttpResponse:
    """Enter that a person is away."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, absence_fields())
        services.enter_absence(
            viewer,
            _account(found["staff_no"]),
            since=found["since"],
            until=found["until"],
            reason=found["reason"],
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The absence was entered."),
        back=HERE,
        again=lambda error: show(request, error, "absence"),
    )


@needs(permissions.OVERRIDE)
@require_POST
def end_absence(request: HttpRequest, absence_id: UUID) -> HttpResponse:
    """End an absence now, or take back a coming one."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.end_absence(viewer, absence_id, now=clock.now()),
        done=_("The absence was ended."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.OVERRIDE)
@require_POST
def set_person(request: HttpRequest) -> HttpResponse:
    """Set a person's capacity and hours."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, person_fields())
        account, now = _account(found["staff_no"]), clock.now()
        services.set_person(
            viewer, account, capacity=found["capacity"], calendar=found["calendar"], now=now
        )

    return change(
        request,
        act,
        done=_("Capacity and hours were set."),
        back=HERE,
        again=lambda error: show(request, error, "person"),
    )


@needs(permissions.CONFIGURE)
@require_POST
def limit_channel(request: HttpRequest) -> HttpResponse:
    """Set what a channel's work weighs and how much of it is held at most."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, channel_fields())
        services.limit_channel(
            viewer,
            found["channel"],
            weight=1 if found["weight"] is None else found["weight"],
            most=found["most"],
            account_id=_account(found["staff_no"]) if found["staff_no"] else None,
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The channel's weight and limit were set."),
        back=HERE,
        again=lambda error: show(request, error, "channel"),
    )


@needs(customer_permissions.GRADE)
@require_POST
def set_manager(request: HttpRequest) -> HttpResponse:
    """Name a customer's account manager."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, manager_fields())
        hit = customers.by_number(found["number"])
        if hit is None:
            raise Invalid([unknown_choice("number")])
        account = _account(found["staff_no"]) if found["staff_no"] else None
        customer_services.set_manager(viewer, hit.customer_id, account, now=clock.now())

    return change(
        request,
        act,
        done=_("The account manager was set."),
        back=HERE,
        again=lambda error: show(request, error, "manager"),
    )


@needs(permissions.VIEW)
@require_safe
def rehearsal(request: HttpRequest) -> HttpResponse:
    """Show who would get a ticket, or work that is described, and why; nothing is given."""
    viewer = viewer_of(request)
    found: Rehearsal | None = None
    error: SunlineError | None = None
    number = reading.text(request.GET, "number", most=24)
    typed = {name: reading.text(request.GET, name, most=64) for name in (*CHOSEN, "topic")}
    home = reading.uuid(request.GET, "home")
    try:
        if number:
            found = tickets.rehearse(viewer, number, now=clock.now())
        elif home:
            waited = reading.number(request.GET, "waited") or 0
            path = staff.unit_tree().path(home)
            asked = {name: value for name, value in typed.items() if value}
            work = Wanted(asked, path, channel=typed["channel"], waited_minutes=waited)
            found = queries.rehearse(viewer, work, clock.now())
    except NotFound as missing:
        error = missing
    except KeyError:
        error = NotFound()
    context = {
        "found": found,
        "asked": request.GET,
        "lists": [(name, traits.NAMES[name], traits.choices(name)) for name in CHOSEN],
        "units": staff.unit_tree().rows,
        "skills": {row.code: row.name for row in staff.skills()},
        "typed": typed,
        "home": home,
    }
    return page(request, "manage/rehearsal.html", context, error=error)
