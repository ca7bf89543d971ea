"""Helping an agent to classify: suggested topics, and the fields that a topic asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import Invalid, Problem
from sunline.kernel.ids import local_day
from sunline.knowledge import queries as knowledge
from sunline.knowledge.types import Suggestion, TopicField
from sunline.tickets import permissions, queries
from sunline.tickets.acts.shape import DETAILS
from sunline.tickets.types import Kind

from .. import reading
from ..access import needs, public, viewer_of

MOST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Asked:
    """A field that a topic asks for, with what was typed and what is wrong with it."""

    field: TopicField
    name: str
    value: str
    wrong: str


def suggested(text: str) -> list[Suggestion]:
    """Return the topics that a text may be about; none for a text of a word or two."""
    if len(text.strip()) < 4:
        return []
    return knowledge.suggest(text, day=local_day(clock.now()))


def asked(
    topic_id: UUID | None, values: Mapping[str, Any], problems: Sequence[Problem] = ()
) -> list[Asked]:
    """Return the fields of a topic with what was typed into them."""
    wrong = {problem.field: problem.message for problem in problems}
    return [
        Asked(
            field,
            name := f"{DETAILS}{field.code}",
            str(values.get(name) or "")[:200],
            wrong.get(name, ""),
        )
        for field in knowledge.topics().fields(topic_id)
    ]


def taken(values: Mapping[str, Any]) -> tuple[UUID | None, str]:
    """Return the topic and the kind of a suggestion that was taken; raise Invalid."""
    topic, _, kind = reading.text(values, "take", most=64).partition(":")
    found = reading.uuid({"topic_id": topic}, "topic_id")
    return found, reading.choice({"kind": kind}, "kind", Kind.values)


def topic_of(values: Mapping[str, Any]) -> UUID | None:
    """Return the topic that is chosen, None when there is none or it makes no sense."""
    with suppress(Invalid):
        return reading.uuid(values, "topic_id")
    return None


@needs(permissions.REGISTER)
@require_POST
def suggestions(request: HttpRequest) -> HttpResponse:
    """Show what the typed description may be about."""
    title = reading.text(request.POST, "title", most=255)
    text = reading.text(request.POST, "description", most=MOST_TEXT)
    found = suggested(f"{title}\n{text}" if text else "")
    return render(request, "desk/suggestions.html", {"suggestions": found})


@needs(permissions.REGISTER)
@require_safe
def topic_choices(request: HttpRequest) -> HttpResponse:
    """Show the topics that a typed word, alias or pinyin may mean, or the suggestion taken."""
    if "take" in request.GET:
        topic_id, kind = taken(request.GET)
        row = knowledge.topics().get(topic_id)
        context = {
            "topics": [row] if row else [],
            "kinds": Kind.choices,
            "kind": kind,
            "with_kind": bool(kind),
        }
        return render(request, "desk/topic_choices.html", context)
    text = reading.text(request.GET, "topic_text", most=60)
    day = local_day(clock.now())
    rows = knowledge.search_topics(text, day=day, limit=8) if text else []
    return render(request, "desk/topic_choices.html", {"topics": rows, "asked": text})


@needs(permissions.VIEW)
@require_safe
def topic_fields(request: HttpRequest) -> HttpResponse:
    """Show what the chosen topic asks for; what was typed already stays."""
    fields = asked(topic_of(request.GET), request.GET)
    return render(request, "desk/topic_fields.html", {"fields": fields})


@public
@require_safe
def portal_fields(request: HttpRequest) -> HttpResponse:
    """Show a customer what the chosen topic asks for."""
    fields = asked(topic_of(request.GET), request.GET)
    return render(request, "desk/topic_fields.html", {"fields": fields})


@needs(permissions.RECLASSIFY)
@require_safe
def ticket_suggestions(request: HttpRequest, number: str) -> HttpResponse:
    """Show what a registered ticket may be about, each a click away."""
    ticket = queries.ticket_for(viewer_of(request), number)
    found = suggested(f"{ticket.title}\n{ticket.description}")
    context = {"ticket": ticket, "suggestions": found}
    return render(request, "desk/ticket_suggestions.html", context)
