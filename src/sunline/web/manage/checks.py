"""The questions of the check before the answer, in dated rows."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import SunlineError
from sunline.tickets import permissions, queries, services
from sunline.tickets.types import Kind

from .. import reading
from ..access import needs, viewer_of
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/checks"


@needs(permissions.SET_CHECKS)
@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """Show the questions, those in force first."""
    return show(request)


def show(request: HttpRequest, error: SunlineError | None = None) -> HttpResponse:
    """Show the page, with what was typed where it was refused."""
    form = Form(
        "check",
        f"{HERE}/new",
        _("Ask a question in the check"),
        _("Put in force"),
        fields(),
        hint=_("A question with the same code, intake kind and topic is replaced."),
        **(tried(request, error) if error and request.POST.get("code") is not None else {}),
    )
    context = {"rows": queries.check_items()}
    return page(request, "manage/checks.html", context, forms=[form], error=error)


def fields() -> list[Field]:
    """Return the fields of a question."""
    kinds = [("", _("Any intake kind")), *Kind.choices]
    return [
        Field("code", _("Code"), needed=True, most=32),
        Field("text", _("Question"), needed=True, most=160, width=8),
        Field("kind", _("Intake kind"), "choice", choices=kinds),
        Field("topic_id", _("Topic"), "topic"),
        Field("place", _("Place"), "number", width=2),
    ]


@needs(permissions.SET_CHECKS)
@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Put a question in force."""
    viewer = viewer_of(request)

    def act() -> None:
        found = read(request.POST, fields())
        services.set_check(
            viewer,
            code=found["code"],
            text=found["text"],
            kind=found["kind"] or "",
            topic_id=reading.uuid(request.POST, "topic_id"),
            place=min(max(found["place"] or 0, 0), 999),
            now=clock.now(),
        )

    return change(
        request,
        act,
        done=_("The question is in force."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.SET_CHECKS)
@require_POST
def end(request: HttpRequest, item_id: UUID) -> HttpResponse:
    """Ask a question no longer."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.end_check(viewer, item_id, now=clock.now()),
        done=_("The question is asked no longer."),
        back=HERE,
        again=lambda error: show(request, error),
    )
