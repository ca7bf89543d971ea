"""Articles of knowledge for their editors: drafts, versions, publishing and withdrawing."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import Conflict, NotFound, SunlineError
from sunline.knowledge import permissions, queries, services
from sunline.knowledge.types import NewArticle, VersionView
from sunline.staff.types import Viewer

from .. import reading, words
from ..access import needs, viewer_of
from ..units import units_of
from .forms import Field, Form, read, tried
from .frame import change, page

HERE = "/manage/knowledge"
MOST_BODY = 200_000


@needs(permissions.EDIT)
@require_safe
def articles(request: HttpRequest) -> HttpResponse:
    """Show the articles that the viewer edits, in their newest versions."""
    text, topic = reading.text(request.GET, "q"), reading.uuid(request.GET, "topic")
    found = queries.edited(
        viewer_of(request),
        topic=topic,
        text=text,
        now=clock.now(),
        cursor=reading.cursor(request),
    )
    context = {"page": found, "text": text, "topic": str(topic or "")}
    return page(request, "manage/articles.html", context)


@needs(permissions.EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Show the form of a new article, and take its first draft."""
    viewer, error = viewer_of(request), None
    if request.method == "POST":
        try:
            made = services.save_article(viewer, draft_of(request), now=clock.now())
            return redirect("manage-article", article_id=made)
        except SunlineError as refusal:
            error = refusal
    form = Form(
        "article",
        f"{HERE}/new",
        _("New article"),
        _("Save the draft"),
        fields(viewer),
        open=True,
        **tried(request, error),
    )
    return page(request, "manage/article.html", {}, forms=[form], error=error)


@needs(permissions.EDIT)
@require_safe
def article(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Show an article with its versions; one of them in full when it is asked for."""
    return show(request, article_id)


def show(
    request: HttpRequest,
    article_id: UUID,
    error: SunlineError | None = None,
    *,
    typed: bool = False,
) -> HttpResponse:
    """Show an article with the form of its draft, as it was typed or as it is saved."""
    viewer = viewer_of(request)
    rows = queries.versions(viewer, article_id, now=clock.now())
    number = reading.number(request.GET, "version")
    chosen = next((row for row in rows if row.row.number == number), None)
    if number is not None and chosen is None:
        raise NotFound
    is_draft = rows[0].state == "draft"
    told: dict[str, Any] = {}
    if typed and error:
        # Whoever has seen what the other wrote may save over it.
        values = request.POST.copy()
        values["revision"] = str(rows[0].revision)
        told = {"typed": values, "error": error}
        chosen = rows[0] if isinstance(error, Conflict) else None
    form = Form(
        "article",
        f"{HERE}/{article_id}/save",
        _("The draft") if is_draft else _("Write a new version"),
        _("Save the draft"),
        fields(viewer, rows[0]),
        open=is_draft and chosen is None,
        hint=_("Readers see it once it is published."),
        **told,
    )
    context = {
        "rows": rows,
        "newest": rows[0],
        "chosen": chosen,
        "is_draft": is_draft,
        "holds": any(row.state in {"in_force", "scheduled"} for row in rows),
    }
    return page(request, "manage/article.html", context, forms=[form], error=error)


def fields(viewer: Viewer, held: VersionView | None = None) -> list[Field]:
    """Return the fields of an article, as its newest version fills them."""
    row = held.row if held else None
    dated = row if held and held.state == "draft" else None
    return [
        Field("title", _("Title"), needed=True, most=128, width=8, start=row.title if row else ""),
        Field("topic_id", _("Topic"), "topic", start=row.topic_id or "" if row else ""),
        Field(
            "body",
            _("Text"),
            "area",
            needed=True,
            most=MOST_BODY,
            width=12,
            rows=14,
            start=held.body if held else "",
        ),
        Field(
            "unit_id",
            _("For whom"),
            "unit",
            units=units_of(viewer, permissions.EDIT),
            hint=_("The unit and all below it; everybody when none is chosen"),
            start=row.unit_id or "" if row else "",
        ),
        Field("since", _("First day"), "day", width=2, start=_day(dated.since if dated else None)),
        Field(
            "until",
            _("Last day"),
            "day",
            width=2,
            start=_day(dated.until if dated else None, last=True),
        ),
        Field(
            "language",
            _("Language"),
            "choice",
            choices=words.choices("article_language"),
            width=2,
            start=row.language if row else "zh-hans",
        ),
        Field(
            "public",
            _("Customers may read it too"),
            "flag",
            width=2,
            start=bool(row and row.public),
        ),
        Field("revision", "", "hidden", most=9, start=held.revision if held else ""),
    ]


def draft_of(request: HttpRequest) -> NewArticle:
    """Return what was typed; raise Invalid."""
    found: dict[str, Any] = read(request.POST, fields(viewer_of(request)))
    return NewArticle(
        title=found["title"],
        body=found["body"],
        topic_id=found["topic_id"],
        language=found["language"] or "zh-hans",
        public=found["public"],
        since=_start(found["since"]),
        until=_start(found["until"] and found["until"] + timedelta(days=1)),
        unit_id=found["unit_id"],
    )


def _start(day: Any) -> datetime | None:
    return timezone.make_aware(datetime.combine(day, time())) if day else None


def _day(moment: datetime | None, *, last: bool = False) -> str:
    """Return the day of a moment as a form writes it; the last day before an end."""
    if moment is None:
        return ""
    return timezone.localtime(moment - timedelta(seconds=last)).date().isoformat()


def _revision(values: QueryDict) -> int | None:
    return reading.number(values, "revision")


@needs(permissions.EDIT)
@require_POST
def save(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Save the draft of an article."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.save_article(
            viewer,
            draft_of(request),
            article_id=article_id,
            revision=_revision(request.POST),
            now=clock.now(),
        ),
        done=_("The draft was saved."),
        back=f"{HERE}/{article_id}",
        again=lambda error: _again(request, article_id, error),
    )


def _again(request: HttpRequest, article_id: UUID, error: SunlineError) -> HttpResponse:
    if isinstance(error, NotFound):
        raise error
    return show(request, article_id, error, typed=True)


@needs(permissions.EDIT)
@require_POST
def publish(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Publish the draft of an article."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.publish(
            viewer, article_id, revision=_revision(request.POST), now=clock.now()
        ),
        done=_("The article was published."),
        back=f"{HERE}/{article_id}",
        again=lambda error: _refused(request, article_id, error),
    )


@needs(permissions.EDIT)
@require_POST
def withdraw(request: HttpRequest, article_id: UUID) -> HttpResponse:
    """Withdraw an article: nothing of it holds any longer."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.withdraw_article(viewer, article_id, now=clock.now()),
        done=_("The article was withdrawn."),
        back=f"{HERE}/{article_id}",
        again=lambda error: _refused(request, article_id, error),
    )


def _refused(request: HttpRequest, article_id: UUID, error: SunlineError) -> HttpResponse:
    """Show why a button did nothing; the form of the draft stays as it is saved."""
    if isinstance(error, NotFound):
        raise error
    return show(request, article_id, error)
