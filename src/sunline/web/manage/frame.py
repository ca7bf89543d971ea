"""The frame of the administrator's pages: which sections there are, and which the viewer sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, SunlineError

from ..access import may_open, viewer_of
from .forms import Form

SECTIONS: tuple[tuple[str | Promise, tuple[tuple[str | Promise, str, str], ...]], ...] = (
    ("", ((_("Overview"), "/manage", "dashboard"),)),
    (
        _("Organisation"),
        (
            (_("Units"), "/manage/units", "sitemap"),
            (_("Staff"), "/manage/people", "users"),
            (_("Skills"), "/manage/skills", "bolt"),
            (_("Roles"), "/manage/roles", "lock-access"),
            (_("Connected systems"), "/manage/clients", "plug"),
        ),
    ),
    (
        _("Rules"),
        (
            (_("Queues and dispatch"), "/manage/queues", "route"),
            (_("Who would get it?"), "/manage/rehearsal", "user-search"),
            (_("Absence and capacity"), "/manage/duty", "user-off"),
            (_("Limits and calendars"), "/manage/limits", "clock"),
            (_("Figures of the rules"), "/manage/policies", "adjustments"),
            (_("Tables of complaints"), "/manage/complaints", "message-report"),
            (_("Matrix of authority"), "/manage/authority", "wallet"),
            (_("Questions of the check"), "/manage/checks", "list-check"),
            (_("Identity checks"), "/manage/proofs", "id"),
            (_("Topics"), "/manage/topics", "category"),
            (_("Suggested topics"), "/manage/suggestions", "wand"),
            (_("Knowledge"), "/manage/knowledge", "file-text"),
            (_("Table of addresses"), "/manage/addresses", "world"),
            (_("Mailboxes"), "/manage/mailboxes", "mail"),
        ),
    ),
    (
        _("Operation"),
        (
            (_("Log"), "/manage/log", "history"),
            (_("Failed deliveries"), "/manage/dead-letters", "alert-triangle"),
            (_("Unreadable items"), "/manage/unreadable", "file-unknown"),
            (_("Unsettled sends"), "/manage/outgoing", "mail-exclamation"),
            (_("Imports"), "/manage/imports", "file-import"),
            (_("Background jobs"), "/manage/jobs", "loader"),
        ),
    ),
)


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    forms: Sequence[Form] = (),
    error: SunlineError | None = None,
    status: int = 200,
) -> HttpResponse:
    """Show an administrator's page within the sections that the viewer may open.

    A form that was refused tells so itself; other refusals stand above the page.
    """
    viewer = viewer_of(request)
    sections = []
    for title, entries in SECTIONS:
        shown = [
            (label, path, icon, _is_here(request.path, path))
            for label, path, icon in entries
            if may_open(viewer, path)
        ]
        if shown:
            sections.append((title, shown))
    problems = list(error.problems) if isinstance(error, Invalid) else []
    refused = error is not None and any(form.error is error for form in forms)
    told = {
        "sections": sections,
        "values": request.POST,
        "forms": {form.slug: form for form in forms},
        "problems": problems,
        "stray": problems,
        "message": error.message if error and not refused else "",
    }
    if isinstance(error, Invalid):
        status = 422
    elif error:
        status = error.status
    return render(request, template, told | dict(context), status=status)


def change(
    request: HttpRequest,
    act: Callable[[], object],
    *,
    done: str,
    back: str,
    again: Callable[[SunlineError], HttpResponse],
) -> HttpResponse:
    """Do what a form asks and lead back with a word of success, or show the form again."""
    try:
        act()
    except SunlineError as error:
        return again(error)
    messages.success(request, done)
    return redirect(f"{back}#top")  # else the browser goes on to the form it came from


def _is_here(path: str, section: str) -> bool:
    return path == section or (section != "/manage" and path.startswith(section + "/"))
