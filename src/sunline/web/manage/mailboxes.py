"""Mailboxes: how they are doing, setting them up, trying and closing them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.interactions import permissions, queries, services
from sunline.interactions.types import MailboxSettings, Security
from sunline.kernel import clock
from sunline.kernel.errors import NotFound, SunlineError
from sunline.staff.types import Viewer

from .. import reading
from ..access import needs, viewer_of
from ..units import units_of
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/mailboxes"
BLANK = MailboxSettings(code="", unit_id=UUID(int=0), address="")


@needs(permissions.CONFIGURE)
@require_safe
def mailboxes(request: HttpRequest) -> HttpResponse:
    """Show the mailboxes in use and how they are doing."""
    return show(request)


def show(request: HttpRequest, error: SunlineError | None = None, **more: Any) -> HttpResponse:
    """Show the page, with the form that was refused or what a test showed."""
    viewer = viewer_of(request)
    rows = queries.mailbox_views(viewer)
    wanted = "" if error else reading.text(request.GET, "mailbox", most=32)
    chosen = next((row.settings for row in rows if row.settings.code == wanted), None)
    form = Form(
        "mailbox",
        f"{HERE}/save",
        _("Change the mailbox %(code)s") % {"code": wanted} if chosen else _("Set up a mailbox"),
        _("Save the mailbox"),
        fields(viewer, chosen),
        open=chosen is not None,
        hint=_("Blank passwords keep those in use. Try the connection after saving."),
        **tried(request, error),
    )
    context = {"mailboxes": rows, "ways_out": queries.ways_out(), **more}
    return page(request, "manage/mailboxes.html", context, forms=[form], error=error)


def fields(viewer: Viewer, row: MailboxSettings | None = None) -> list[Field]:
    """Return the fields of a mailbox, as it is now if there is one."""
    units = units_of(viewer, permissions.CONFIGURE)
    security = Security.choices
    rows = [
        Field("code", _("Code"), needed=True, most=32, width=3),
        Field("address", _("E-mail address"), needed=True, most=254, width=3),
        Field("sender_name", _("Sender's name"), width=3),
        Field("unit_id", _("Unit"), "unit", needed=True, units=units, width=3),
        Field("imap_host", _("IMAP server"), most=253, width=3),
        Field("imap_port", _("IMAP port"), "number", width=3),
        Field("imap_security", _("IMAP encryption"), "choice", choices=security, width=3),
        Field("folder", _("Folder"), most=128, width=3),
        Field("imap_user", _("IMAP user"), most=254, width=3),
        Field("imap_password", _("IMAP password"), "password", most=128, width=3),
        Field("done_folder", _("Folder for read mail"), most=128, width=6),
        Field("smtp_host", _("SMTP server"), most=253, width=3),
        Field("smtp_port", _("SMTP port"), "number", width=3),
        Field("smtp_security", _("SMTP encryption"), "choice", choices=security, width=3),
        Field("most_per_hour", _("Answers to one address an hour, at most"), "number", width=3),
        Field("smtp_user", _("SMTP user"), most=254, width=3),
        Field("smtp_password", _("SMTP password"), "password", most=128, width=3),
    ]
    return [replace(each, start=_start(each, row)) for each in rows]


def _start(each: Field, row: MailboxSettings | None) -> Any:
    if each.kind == "password":
        return ""
    # What a new mailbox begins with stands in its own description.
    return getattr(row or BLANK, each.name)


@needs(permissions.CONFIGURE)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Set a mailbox up, or change the one of the same code."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, fields(viewer))
        given = {name: value for name, value in found.items() if value not in ("", None)}
        services.configure_mailbox(MailboxSettings(**given), viewer=viewer, now=clock.now())

    return change(
        request,
        act,
        done=_("The mailbox was saved. Try the connection now."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.CONFIGURE)
@require_POST
def test_mailbox(request: HttpRequest, code: str) -> HttpResponse:
    """Try both servers of a mailbox and show what came of it."""
    viewer = viewer_of(request)
    found = queries.mailbox_views(viewer)
    box = next((row for row in found if row.settings.code == code), None)
    if box is None:
        raise NotFound
    checks = services.test_mailbox(box.settings, viewer=viewer)
    return show(request, tested=code, checks=checks)


@needs(permissions.CONFIGURE)
@require_POST
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Stop reading and writing by a mailbox."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.close_mailbox(code, viewer=viewer, now=clock.now()),
        done=_("The mailbox was closed; its history stays."),
        back=HERE,
        again=lambda error: show(request, error),
    )
