"""Appeals on the screens: the list by door, the form, a ticket's card, the ministry's table."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as said
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import NotFound, SunlineError
from sunline.kernel.reading import text
from sunline.staff.types import Viewer
from sunline.tickets import permissions, queries, services
from sunline.tickets.queries import QuarterRow, QuarterTable, Situation
from sunline.tickets.types import AppealCategory, AppealFilter, AppealState, Door, Referral

from .. import reading, words
from ..access import needs, viewer_of
from ..manage.forms import Field, Form, read, tried
from ..units import units_of
from .evidence_pack import pack_of

NEW = "/appeals/new"
DUES: Mapping[str, str | Promise] = {
    "overdue": _("Overdue"),
    "soon": _("Due within two days"),
    "open": _("All open"),
}
# The act whose form chooses among a ticket's appeals, and the step it takes.
STEPS = {
    "reply-appeal": "reply",
    "accept-appeal": "accept",
    "refuse-appeal": "refuse",
    "send-back-appeal": "send_back",
    "return-appeal": "return",
    "mediate-appeal": "mediate",
    "sign-agreement": "sign",
    "close-appeal": "close",
    "withdraw-appeal": "withdraw",
}
HEADS: Sequence[str | Promise] = (
    _("Operator"),
    _("User service"),
    _("Network quality"),
    _("Charges in dispute"),
    _("All appeals"),
    _("Share of appeals"),
    _("Share of users"),
    _("Appeals per million users"),
    _("Against the quarter before"),
)


def appeal_context(around: Situation, verbs: Sequence[str]) -> dict[str, Any]:
    """Return what the page of a ticket adds: its appeals, and what the forms choose from."""
    choices: dict[str, list[tuple[str, str]]] = {}
    for slug, step in STEPS.items():
        fitting = [row for row in around.appeals if step in queries.steps_of(row)]
        choices[slug] = [(str(row.id), f"{_door(row.door)} {row.number}") for row in fitting]
    return {
        "appeals": around.appeals,
        "appeal_choices": choices,
        "may_export_pack": "export_pack" in verbs,
        "frozen_until": around.case.frozen_until if around.case else None,
    }


def _door(code: str) -> str:
    return words.label("door", code)


@needs(permissions.VIEW)
@require_safe
def appeals(request: HttpRequest) -> HttpResponse:
    """Show each door's figures and the appeals below them, newest first."""
    viewer, now = viewer_of(request), clock.now()
    wanted = wanted_of(request)
    context = {
        "wanted": wanted,
        "figures": queries.door_figures(viewer, wanted, now=now),
        "page": queries.appeal_list(viewer, wanted, now=now, cursor=reading.cursor(request)),
        "doors": Door.choices,
        "states": AppealState.choices,
        "categories": AppealCategory.choices,
        "dues": DUES.items(),
        "since": request.GET.get("since", ""),
        "until": request.GET.get("until", ""),
        "now": now,
        "may_work": _may_work(viewer),
    }
    return render(request, "desk/appeals.html", context)


def _may_work(viewer: Viewer) -> bool:
    return viewer.may(permissions.APPEAL.code) and not viewer.viewing_as


def wanted_of(request: HttpRequest) -> AppealFilter:
    """Return the filter that the address spells out; raise Invalid for codes that do not exist."""
    values = request.GET
    return AppealFilter(
        door=reading.choice(values, "door", Door.values),
        state=reading.choice(values, "state", AppealState.values),
        due=reading.choice(values, "due", DUES),
        category=reading.choice(values, "category", AppealCategory.values),
        bypassing=reading.flag(values, "bypassing"),
        since=reading.day_start(values, "since"),
        until=reading.day_end(values, "until"),
    )


@needs(permissions.APPEAL)
@require_http_methods(["GET", "HEAD", "POST"])
def new_appeal(request: HttpRequest) -> HttpResponse:
    """Show the form of an appeal, and take one in: on the complaint it belongs to, or a new one."""
    viewer, error = viewer_of(request), None
    if request.method == "POST":
        try:
            ref = services.take_in(viewer, _referral(request, viewer), now=clock.now())
        except SunlineError as refusal:
            error = refusal
        else:
            messages.success(request, said("The appeal was put on this complaint."))
            return redirect("ticket", number=ref.number)
    form = Form(
        "appeal",
        NEW,
        _("What the door sent"),
        _("Take in"),
        fields(viewer),
        open=True,
        hint=_("It joins the customer's own complaint; without one a complaint is registered."),
        **tried(request, error),
    )
    status = error.status if error else 200
    return render(request, "desk/appeal_new.html", {"form": form}, status=status)


def fields(viewer: Viewer) -> list[Field]:
    """Return the fields of the form."""
    doors, categories = list(Door.choices), list(AppealCategory.choices)
    units = units_of(viewer, permissions.APPEAL)
    first = _("Blank: never; a complaint of ours that is found counts.")
    return [
        Field("door", _("Door"), "choice", needed=True, choices=doors),
        Field("number", _("The door's number"), needed=True),
        Field("category", _("Category of the appeal"), "choice", needed=True, choices=categories),
        Field("claim", _("What is claimed"), "area", needed=True, most=10_000, width=12),
        Field("event_on", _("When it happened"), "day", needed=True),
        Field("received_at", _("Received"), "moment", hint=_("Blank: now.")),
        Field("first_complaint_at", _("First complained to us"), "moment", hint=first),
        Field("phone", _("Number concerned"), most=32),
        Field("name", _("Name")),
        Field("postcode", _("Postcode"), most=16),
        Field("address", _("Address"), most=255, width=8),
        Field("reply_due", _("Reply due, as the door says"), "moment"),
        Field("ticket", _("Complaint it belongs to"), most=24, hint=_("Blank: it is looked for.")),
        Field("home", _("Home"), "unit", units=units, hint=_("Blank: the customer's.")),
    ]


def _referral(request: HttpRequest, viewer: Viewer) -> Referral:
    found = read(request.POST, fields(viewer))
    home = found.pop("home")
    found["received_at"] = found["received_at"] or clock.now()
    return Referral(**found, home_unit_id=home)


@needs(permissions.APPEAL)
@require_POST
def evidence_pack(request: HttpRequest, number: str) -> HttpResponse:
    """Hand out the evidence pack of a complaint as a PDF, and note that it left."""
    viewer, now = viewer_of(request), clock.now()
    ticket = queries.ticket_for(viewer, number)
    services.export_pack(viewer, ticket.id, now=now)
    answer = HttpResponse(pack_of(viewer, ticket.id, now), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{ticket.number}.pdf"'
    answer["Cache-Control"] = "no-store"
    return answer


@needs(permissions.VIEW)
@require_safe
def quarter(request: HttpRequest) -> HttpResponse:
    """Show the ministry's table of a quarter, or hand it out as CSV."""
    known = {f"{year}Q{part}": (year, part) for year, part in queries.quarters()}
    chosen = text(request.GET, "quarter", most=6) or next(iter(known), "")
    if chosen and chosen not in known:
        raise NotFound
    lines = _lines(queries.quarter_table(*known[chosen])) if chosen else []
    if reading.choice(request.GET, "format", {"csv"}) and chosen:
        return _as_file(chosen, lines)
    context = {
        "known": list(known),
        "chosen": chosen,
        "heads": HEADS,
        "lines": lines,
        "may_work": _may_work(viewer_of(request)),
    }
    return render(request, "desk/quarter.html", context)


def _lines(table: QuarterTable) -> list[list[str]]:
    return [*map(_line, table.rows), _line(table.total)]


def _line(row: QuarterRow) -> list[str]:
    counts = (row.service, row.network, row.charges, row.total)
    return [
        row.operator or said("Together"),
        *map(str, counts),
        _percent(row.appeal_share),
        _percent(row.user_share),
        "–" if row.rate is None else str(row.rate),
        _change(row.change),
    ]


def _percent(value: Decimal | None) -> str:
    return "–" if value is None else f"{value} %"


def _change(value: Decimal | None) -> str:
    """Write a change as the ministry prints it, with a sign and a true minus."""
    if value is None:
        return "–"
    sign = "−" if value < 0 else "+" if value > 0 else ""
    return f"{sign}{abs(value)} %"


def _as_file(name: str, lines: Sequence[Sequence[str]]) -> HttpResponse:
    """Return the table as CSV with the mark by which spreadsheets know UTF-8."""
    answer = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="appeals-{name}.csv"'
    table = csv.writer(answer)
    table.writerow([str(head) for head in HEADS])
    table.writerows(lines)
    return answer
