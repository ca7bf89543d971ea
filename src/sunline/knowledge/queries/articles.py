"""Reads of articles: what holds now for readers, and every version for editors."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left

from sunline.kernel.errors import NotFound
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.staff.queries import unit_tree, units_held
from sunline.staff.types import Viewer

from .. import rules
from ..models import Article
from ..permissions import EDIT, VIEW
from ..types import ArticleRow, ArticleView, VersionView
from .topics import topics

START = 120  # characters of the text that a list shows


def articles(
    viewer: Viewer,
    *,
    topic: UUID | None = None,
    text: str = "",
    now: datetime,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[ArticleRow]:
    """Return one page of the articles that hold now for the viewer, newest first."""
    rows = _fitting(_valid(now).filter(_readable(viewer)), topic, text)
    rows = rows.defer("body").annotate(start=Left("body", START))
    found = page(rows, order=("-since", "-id"), cursor=cursor, limit=limit)
    items = [_row(article, getattr(article, "start", "")) for article in found.items]
    return Page(items, next=found.next, previous=found.previous)


def article_for(viewer: Viewer, article_id: UUID, *, now: datetime) -> ArticleView:
    """Return an article that holds now and that the viewer may read; raise NotFound otherwise."""
    article = _valid(now).filter(_readable(viewer), series=article_id).first()
    if article is None:
        raise NotFound
    return ArticleView(_row(article), article.body)


def edited(
    viewer: Viewer,
    *,
    topic: UUID | None = None,
    text: str = "",
    now: datetime,
    cursor: str | None = None,
    limit: int = 25,
) -> Page[VersionView]:
    """Return one page of the articles the viewer edits, each in its newest version."""
    newer = Article.objects.filter(series=OuterRef("series"), number__gt=OuterRef("number"))
    rows = Article.objects.filter(_editable(viewer), ~Exists(newer)).defer("body")
    found = page(_fitting(rows, topic, text), order=("-id",), cursor=cursor, limit=limit)
    items = [_version(article, now) for article in found.items]
    return Page(items, next=found.next, previous=found.previous)


def versions(viewer: Viewer, article_id: UUID, *, now: datetime) -> list[VersionView]:
    """Return all versions of an article the viewer edits, newest first; raise NotFound."""
    rows = list(Article.objects.filter(_editable(viewer), series=article_id).order_by("-number"))
    if not rows:
        raise NotFound
    return [_version(row, now, row.body) for row in rows]


def _valid(now: datetime) -> QuerySet[Article]:
    rows = Article.objects.filter(since__lte=now).exclude(published_at=None)
    return rows.filter(Q(until=None) | Q(until__gt=now))


def _readable(viewer: Viewer) -> Q:
    """Return the condition of what the viewer may read: the public, theirs, and what is above."""
    held = viewer.paths(VIEW.code)
    if not held:
        return Q(public=True)
    near = [
        row.id
        for row in unit_tree().rows
        if any(row.path.startswith(path) or path.startswith(row.path) for path in held)
    ]
    return Q(public=True) | Q(unit=None) | Q(unit_id__in=near)


def _editable(viewer: Viewer) -> Q:
    """Return the condition of what the viewer may edit; what is for everybody is edited at HQ."""
    units = units_held(viewer, EDIT.code)
    return Q() if units is None else Q(unit_id__in=units)


def _fitting(rows: QuerySet[Article], topic: UUID | None, text: str) -> QuerySet[Article]:
    if topic is not None:
        row = topics().get(topic)
        below = topics().below(row.code) if row else []
        rows = rows.filter(topic_id__in=[one.id for one in below])
    plain = unicodedata.normalize("NFKC", text)
    wanted = "".join(letter for letter in plain if letter.isprintable()).strip()
    if not wanted:
        return rows
    fits = Q(title__icontains=wanted) | Q(body__icontains=wanted)
    if wanted.isascii() and wanted.isalnum():
        fits |= Q(pinyin__contains=wanted.lower())
    return rows.filter(fits)


def _row(article: Article, start: str = "") -> ArticleRow:
    return ArticleRow(
        article.series,
        article.title,
        article.topic_id,
        article.unit_id,
        article.language,
        article.public,
        article.number,
        article.since,
        article.until,
        start,
    )


def _version(article: Article, now: datetime, body: str = "") -> VersionView:
    return VersionView(
        _row(article),
        rules.state_of(article.published_at, article.since, article.until, now),
        article.revision,
        article.saved_at,
        article.saved_by,
        article.published_at,
        body,
    )
