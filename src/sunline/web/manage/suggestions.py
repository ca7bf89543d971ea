"""The models that suggest topics: their versions, what they get right, and training a new one."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.knowledge import permissions, queries
from sunline.tickets import queries as tickets
from sunline.tickets import services

from ..access import needs, viewer_of
from .frame import change, page

HERE = "/manage/suggestions"


@needs(permissions.VIEW)
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show the models; a fragment while a new one is being trained."""
    context = {
        "models": queries.models(),
        "job": tickets.training_job(),
        "may_change": viewer_of(request).may(permissions.EDIT.code),
    }
    if request.headers.get("HX-Request"):
        return render(request, "manage/suggestion_models.html", context)
    return page(request, "manage/suggestions.html", context)


@needs(permissions.EDIT)
@require_POST
def train(request: HttpRequest) -> HttpResponse:
    """Ask for a new model."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.ask_training(viewer, now=clock.now()),
        done=_("Training was asked for; it runs in the background."),
        back=HERE,
        again=lambda error: page(
            request,
            "manage/suggestions.html",
            {"models": queries.models(), "job": tickets.training_job(), "may_change": True},
            error=error,
        ),
    )
