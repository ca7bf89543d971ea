"""Outages: the list, the form to open one, one with whoever is linked, and the rent it waives."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import Conflict, Invalid, NotFound, SunlineError
from sunline.staff.types import UnitRow, Viewer
from sunline.tickets import permissions, queries, services
from sunline.tickets.acts import Group
from sunline.tickets.types import NewOutage, OutageCause, OutageState, Product

from .. import reading, words
from ..access import needs, viewer_of
from ..units import units_of
from .acts import Form, form_groups

LEVELS = ("hq", "province", "city")
USUAL = timedelta(hours=4)  # between start and end, as the form begins
TYPED = "%Y-%m-%dT%H:%M"
PARTED = re.compile(r"[\s,;\u3001\uff0c\uff1b]+")
MOST_FIELD = 2000


@needs(permissions.VIEW)
@require_GET
def outages(request: HttpRequest) -> HttpResponse:
    """Show the outages near the viewer, of all states or of one."""
    viewer = viewer_of(request)
    state = reading.choice(request.GET, "state", OutageState.values)
    counts = queries.outage_counts(viewer)
    context = {
        "page": queries.outage_list(viewer, state=state, cursor=reading.cursor(request)),
        "state": state,
        "states": [(code, label, counts[code]) for code, label in OutageState.choices],
        "may_open": may_lead(viewer),
    }
    return render(request, "desk/outages.html", context)


def may_lead(viewer: Viewer) -> bool:
    """Return whether the viewer may open outages somewhere."""
    return viewer.may(permissions.LEAD_OUTAGES.code) and not viewer.viewing_as


@needs(permissions.LEAD_OUTAGES)
@require_http_methods(["GET", "HEAD", "POST"])
def new_outage(request: HttpRequest) -> HttpResponse:
    """Show the form of an outage or planned works, and open it."""
    if request.method != "POST":
        return _form(request, _prefilled(request))
    try:
        made = services.open_outage(viewer_of(request), typed(request), now=clock.now())
    except Invalid as error:
        return _form(request, _kept(request), error, 422)
    except Conflict as error:
        return _form(request, _kept(request), error, 409)
    messages.success(request, _("The outage is open. Contacts that belong to it link themselves."))
    return redirect("outage", number=made.number)


def typed(request: HttpRequest) -> NewOutage:
    """Return the outage that a form describes; raise Invalid with every problem."""
    values, errors, found = request.POST, [], {}
    readers: Mapping[str, Any] = {
        "cause": lambda: reading.needed(values, "cause", most=16),
        "started_at": lambda: _moment(values, "started_at"),
        "estimated_end_at": lambda: _moment(values, "estimated_end_at"),
        "codes": lambda: parted(reading.text(values, "codes", most=MOST_FIELD)),
        "names": lambda: parted(reading.text(values, "names", most=MOST_FIELD)),
        "text": lambda: reading.text(values, "text", most=MOST_FIELD),
        "subscribers": lambda: reading.number(values, "subscribers"),
        "unit_ids": lambda: _units(values),
    }
    for name, read in readers.items():
        try:
            found[name] = read()
        except Invalid as error:
            errors.append(error)
    if errors:
        raise reading.merged(*errors)
    return NewOutage(
        **found,
        products=tuple(values.getlist("products"))[:20],
        planned=reading.flag(values, "planned"),
    )


def parted(text: str) -> tuple[str, ...]:
    """Return the words of a list, parted by blanks, commas or lines."""
    return tuple(dict.fromkeys(part for part in PARTED.split(text) if part))


def _moment(values: Mapping[str, Any], name: str) -> Any:
    reading.needed(values, name, most=32)
    return reading.local_moment(values, name)


def _units(values: Any) -> tuple[UUID, ...]:
    found = [reading.uuid({"unit_ids": one}, "unit_ids") for one in values.getlist("unit_ids")[:60]]
    return tuple(one for one in found if one is not None)


def _prefilled(request: HttpRequest) -> dict[str, Any]:
    """Return how the form begins: now and for some hours, or about a group complaint."""
    now = timezone.localtime(clock.now())
    values: dict[str, Any] = {
        "cause": OutageCause.UNKNOWN.value,
        "started_at": now.strftime(TYPED),
        "estimated_end_at": (now + USUAL).strftime(TYPED),
        "products": [Product.BROADBAND.value],
        "unit_ids": [],
    }
    viewer = viewer_of(request)
    choices = units_to_choose(viewer)
    number = reading.text(request.GET, "group", most=24)
    if number:
        try:
            batch = queries.group_for(viewer, number)
        except NotFound:
            return values
        kind, _colon, value = batch.area.partition(":")
        home = queries.ticket_for(viewer, number).home_unit_id
        values["unit_ids"] = [value if kind == "unit" else str(home)]
        values["codes"] = "" if kind == "unit" else value
        values["started_at"] = timezone.localtime(batch.since).strftime(TYPED)
    elif len(choices) == 1:
        values["unit_ids"] = [str(choices[0].id)]
    return values


def units_to_choose(viewer: Viewer) -> list[UnitRow]:
    """Return the units that customers are at home in and the viewer may open outages for."""
    return [row for row in units_of(viewer, permissions.LEAD_OUTAGES) if row.level in LEVELS]


def _kept(request: HttpRequest) -> dict[str, Any]:
    values: dict[str, Any] = dict(request.POST.items())
    return values | {name: request.POST.getlist(name) for name in ("products", "unit_ids")}


def _form(
    request: HttpRequest,
    values: Mapping[str, Any],
    error: SunlineError | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = list(error.problems) if isinstance(error, Invalid) else []
    context = {
        "values": values,
        "problems": problems,
        "message": error.message if error else "",
        "units": units_to_choose(viewer_of(request)),
        "causes": OutageCause.choices,
        "products": Product.choices,
        "lead": queries.works_lead(clock.now()),
    }
    return render(request, "desk/outage_new.html", context, status=status)


@needs(permissions.VIEW)
@require_GET
def outage(request: HttpRequest, number: str) -> HttpResponse:
    """Show an outage, whoever is linked, what they were told, and what can be done."""
    viewer = viewer_of(request)
    found = queries.outage_for(viewer, number)
    context = {
        "outage": found,
        "page": queries.outage_links(viewer, found, cursor=reading.cursor(request)),
        "now": clock.now(),
        **_leading(viewer, number),
    }
    return render(request, "desk/outage.html", context)


def _leading(viewer: Viewer, number: str) -> dict[str, Any]:
    """Return the parent ticket and the acts on the outage, for whoever may see the ticket."""
    try:
        ticket = queries.ticket_for(viewer, number)
    except NotFound:
        return {}
    verbs = queries.allowed_verbs(viewer, ticket) if not viewer.viewing_as else []
    groups = form_groups(verbs)
    forms: Sequence[Form] = [
        form for group in groups if group.code == Group.OUTAGE for form in group.forms
    ]
    return {"ticket": ticket, "forms": forms}


@needs(permissions.VIEW)
@require_safe
def waivers(request: HttpRequest, number: str) -> HttpResponse:
    """Show the rent that an outage waives, line by line and in all."""
    viewer, now = viewer_of(request), clock.now()
    found = queries.outage_for(viewer, number)
    context = {
        "outage": found,
        "page": queries.waivers(viewer, found, now=now, cursor=reading.cursor(request)),
        "sums": queries.waiver_sums(viewer, found, now=now),
        "may_export": viewer.may(permissions.LEAD_OUTAGES.code),
    }
    return render(request, "desk/outage_waivers.html", context)


@needs(permissions.LEAD_OUTAGES)
@require_safe
def waivers_file(request: HttpRequest, number: str) -> HttpResponse:
    """Return the list of waivers as CSV with the mark by which spreadsheets know UTF-8."""
    viewer = viewer_of(request)
    found = queries.outage_for(viewer, number)
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="waivers-{found.row.number}.csv"'
    table = csv.writer(answer)
    table.writerow(heads())
    for row in queries.all_waivers(viewer, found, now=clock.now()):
        table.writerow(
            [
                row.customer_number,
                row.customer,
                row.line,
                words.label("service", row.service),
                words.label("rural", "yes" if row.rural else "no"),
                words.moment(found.outage.started_at),
                words.moment(found.outage.ended_at),
                row.days,
                "" if row.rent is None else row.rent,
                "" if row.amount is None else row.amount,
                words.label("basis", row.basis),
                words.label("waiver_why", row.why),
                row.ticket_number,
            ]
        )
    return answer


def heads() -> list[str]:
    """Return the heads of the file's columns."""
    return [
        *(_("Customer number"), _("Customer"), _("Service number"), _("Service")),
        *(_("Town or country"), _("From"), _("Until"), _("Days")),
        *(_("Monthly rent"), _("Waived"), _("It rests on"), _("Why nothing"), _("Ticket")),
    ]
