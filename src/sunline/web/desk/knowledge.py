"""Knowledge to look up: what holds now, by words, initials or topic."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from sunline.kernel import clock
from sunline.knowledge import permissions, queries

from .. import reading
from ..access import needs, viewer_of


@needs(permissions.VIEW)
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """Show the articles that hold now and fit what was asked for."""
    viewer = viewer_of(request)
    text, topic = reading.text(request.GET, "q"), reading.uuid(request.GET, "topic")
    found = queries.articles(
        viewer, topic=topic, text=text, now=clock.now(), cursor=reading.cursor(request)
    )
    context = {
        "page": found,
        "text": text,
        "topic": str(topic or ""),
        "may_edit": viewer.may(permissions.EDIT.code),
    }
    return render(request, "desk/knowledge.html", context)


@needs(permissions.VIEW)
@require_safe
def article(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Show one article."""
    viewer = viewer_of(request)
    found = queries.article_for(viewer, article_id, now=clock.now())
    context = {"article": found, "may_edit": viewer.may(permissions.EDIT.code)}
    return render(request, "desk/article.html", context)
