"""Writing, publishing and withdrawing articles; a published version changes no more."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel.errors import Invalid, NotFound, Problem, required, too_long, unknown_choice
from sunline.kernel.facts import Fact
from sunline.kernel.ids import new_id
from sunline.kernel.log import record
from sunline.kernel.pinyin import initials
from sunline.kernel.types import Subject
from sunline.staff.queries import root_path, unit_tree
from sunline.staff.types import Viewer

from ..errors import ENDS_BEFORE, ChangedMeanwhile, NothingToPublish
from ..events import ArticlePublished, ArticleSaved, ArticleWithdrawn
from ..models import Article
from ..permissions import EDIT
from ..queries.topics import topics
from ..types import NewArticle

LANGUAGES = ("zh-hans", "en")
MOST_BODY = 200_000


def save_article(
    viewer: Viewer,
    new: NewArticle,
    *,
    article_id: UUID | None = None,
    revision: int | None = None,
    now: datetime,
) -> UUID:
    """Write an article's draft, of a new one without an id; return the article's id.

    Raises Refused, Invalid, NotFound, or ChangedMeanwhile when it is past `revision`.
    """
    _check(viewer, new)
    with transaction.atomic():
        rows = _held(viewer, article_id, revision) if article_id else []
        draft = _draft(viewer, new, rows, now)
        _tell(viewer, ArticleSaved(draft.series, draft.number), draft.series, now)
    return draft.series


def publish(
    viewer: Viewer, article_id: UUID, *, revision: int | None = None, now: datetime
) -> None:
    """Put an article's draft in force, at once or from its first day; the version before ends then.

    Raises Refused, NotFound, NothingToPublish, ChangedMeanwhile, or Invalid for a validity that
    ends before it begins.
    """
    with transaction.atomic():
        rows = _held(viewer, article_id, revision)
        if rows[-1].published_at is not None:
            raise NothingToPublish
        _publish(viewer, rows, now)


def publish_article(viewer: Viewer, new: NewArticle, *, now: datetime) -> UUID:
    """Write a new article and publish it in one step; return its id. Raises Refused or Invalid."""
    _check(viewer, new)
    with transaction.atomic():
        draft = _draft(viewer, new, [], now)
        _publish(viewer, [draft], now)
    return draft.series


def withdraw_article(viewer: Viewer, article_id: UUID, *, now: datetime) -> None:
    """End an article's validity now, versions to come too; its draft stays.

    Raises Refused, or NotFound when nothing of it holds or is to hold.
    """
    with transaction.atomic():
        rows = [
            row
            for row in _held(viewer, article_id, None)
            if row.published_at and row.since and (row.until is None or row.until > now)
            if row.until is None or row.until > row.since
        ]
        if not rows:
            raise NotFound
        for row in rows:
            _end(row, now)
        _tell(viewer, ArticleWithdrawn(article_id), article_id, now)


def _check(viewer: Viewer, new: NewArticle) -> None:
    path = unit_tree().path(new.unit_id) if new.unit_id else root_path()
    viewer.require(EDIT.code)
    problems: list[Problem] = []
    for field, value, most in (("title", new.title, 128), ("body", new.body, MOST_BODY)):
        if not value.strip():
            problems.append(required(field))
        elif len(value) > most:
            problems.append(too_long(field, most))
        elif "\0" in value:
            problems.append(unknown_choice(field))
    if new.language not in LANGUAGES:
        problems.append(unknown_choice("language"))
    if new.topic_id and topics().get(new.topic_id) is None:
        problems.append(unknown_choice("topic_id"))
    if not path or not viewer.may(EDIT.code, path):
        problems.append(unknown_choice("unit_id"))
    if new.until and new.since and new.until <= new.since:
        problems.append(_ends_before())
    if problems:
        raise Invalid(problems)


def _ends_before() -> Problem:
    return Problem("until", "ends_before", ENDS_BEFORE)


def _held(viewer: Viewer, article_id: UUID, revision: int | None) -> list[Article]:
    """Return an article's versions, locked, oldest first; raise what keeps the viewer from them."""
    viewer.require(EDIT.code)
    rows = list(Article.objects.select_for_update().filter(series=article_id).order_by("number"))
    tree = unit_tree()
    for row in rows:
        if not viewer.may(EDIT.code, tree.path(row.unit_id) if row.unit_id else root_path()):
            raise NotFound
    if not rows:
        raise NotFound
    if revision is not None and revision != rows[-1].revision:
        raise ChangedMeanwhile(by=rows[-1].saved_by)
    return rows


def _draft(viewer: Viewer, new: NewArticle, rows: list[Article], now: datetime) -> Article:
    """Return the draft with what it is to say: the open one, or the next version."""
    last = rows[-1] if rows else None
    if last is None:
        series = new_id()
        draft = Article(id=series, series=series)
    elif last.published_at is None:
        draft, last.revision = last, last.revision + 1
    else:
        draft = Article(series=last.series, number=last.number + 1, revision=last.revision + 1)
    draft.title, draft.body = new.title.strip(), new.body
    draft.pinyin = initials(draft.title, most=128)
    draft.topic_id, draft.unit_id = new.topic_id, new.unit_id
    draft.language, draft.public = new.language, new.public
    draft.since, draft.until = new.since, new.until
    draft.saved_at, draft.saved_by = now, viewer.actor.label[:64]
    draft.save()
    return draft


def _publish(viewer: Viewer, rows: list[Article], now: datetime) -> None:
    draft = rows[-1]
    since = max(draft.since or now, now)
    if draft.until and draft.until <= since:
        raise Invalid([_ends_before()])
    for row in rows[:-1]:
        if row.until is None or row.until > since:
            _end(row, since)
    draft.since, draft.published_at, draft.revision = since, now, draft.revision + 1
    draft.save(update_fields=["since", "published_at", "revision"])
    fact = ArticlePublished(draft.series, draft.topic_id, draft.number)
    _tell(viewer, fact, draft.series, now)


def _end(row: Article, moment: datetime) -> None:
    """Cut a version's validity short; one that has not begun by then never holds."""
    row.until = max(moment, row.since or moment)
    row.save(update_fields=["until"])


def _tell(viewer: Viewer, fact: Fact, article_id: UUID, now: datetime) -> None:
    record(fact, subject=Subject("article", article_id), actor=viewer.actor, now=now)
