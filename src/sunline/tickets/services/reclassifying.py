"""Changing what a ticket is, with all that follows; and marking what it says as true or not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Invalid, Problem, unknown_choice
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer

from .. import events
from ..models import Ticket
from ..rules.lifecycle import Verb
from ..types import Complexity, Feedback, Kind, Scope, TicketRef, Truth, Urgency
from ..weights import weights_at
from .changing import Change, changing
from .classing import derive, detail_problems, kept_details, topic_problem
from .indexing import reindex

WORDS = {
    "kind": frozenset(Kind.values),
    "urgency": frozenset(Urgency.values),
    "complexity": frozenset(Complexity.values),
    "scope": frozenset(Scope.values),
    "feedback": frozenset(Feedback.values),
}
# What limits are not chosen by.
WITHOUT_LIMITS = frozenset({"title", "feedback", "scope"})


def reclassify(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    kind: str | None = None,
    topic_id: UUID | None = None,
    urgency: str | None = None,
    severity: str | None = None,
    complexity: str | None = None,
    scope: str | None = None,
    feedback: str | None = None,
    title: str | None = None,
    details: Mapping[str, Any] | None = None,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Change the classification; the old codes stand in the fact.

    Priority and the derived cuts follow. The limits are chosen anew: promises from their own
    beginning, legal ones never later. Details are added to those known; blank ones stay.
    """
    wanted = {
        "kind": kind,
        "topic_id": topic_id,
        "urgency": urgency,
        "severity": severity,
        "complexity": complexity,
        "scope": scope,
        "feedback": feedback,
        "title": title,
    }
    _check(wanted)
    with changing(viewer, ticket_id, Verb.RECLASSIFY, now=now, version=version) as change:
        ticket, changed = change.ticket, []
        if topic_id is not None and topic_id != ticket.topic_id:
            _refuse(topic_problem(topic_id, now))
        before = (str(ticket.kind), ticket.topic_id)
        for name, value in wanted.items():
            old = getattr(ticket, name)
            if value is not None and value != old:
                setattr(ticket, name, value)
                # A title is the customer's words, so only the fact of its change is logged.
                changed.append(name if name == "title" else f"{name}:{old or ''}")
                change.reclassified = change.reclassified or name not in WITHOUT_LIMITS
        chosen = ticket.feedback if feedback is not None else None
        derive(ticket, before, weights_at(now))
        ticket.feedback = chosen or ticket.feedback
        if _add_details(change, details):
            changed.append("details")
        change.record(events.Reclassified, changed=tuple(changed))
        if "title" in changed:
            reindex(ticket)
    return change.ref()


def _check(wanted: Mapping[str, Any]) -> None:
    problems = [
        unknown_choice(name)
        for name, words in WORDS.items()
        if wanted[name] is not None and wanted[name] not in words
    ]
    title = wanted["title"]
    if title is not None and not 0 < len(title.strip()) <= 255:
        problems.append(Problem("title", "length", _("A title has 1 to 255 characters.")))
    if wanted["topic_id"] is not None and knowledge.topics().get(wanted["topic_id"]) is None:
        problems.append(unknown_choice("topic_id"))
    _refuse(problems)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise Invalid(problems)


def _add_details(change: Change, details: Mapping[str, Any] | None) -> bool:
    """Take in what was told of the topic's fields; return whether anything changed."""
    ticket = change.ticket
    held = kept_details(ticket.topic_id, ticket.details)
    if details:
        _refuse(detail_problems(ticket.topic_id, details, complete=False))
        held |= kept_details(ticket.topic_id, details)
    # What a former topic asked for stays with the ticket: it is the customer's word.
    found = {**ticket.details, **held}
    if found == ticket.details:
        return False
    ticket.details = found
    return True


def mark_truth(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    mark: str,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Mark what a ticket says as verified, not verifiable or said before; the newest mark holds.

    Analysis leaves out what could not be verified and what was said before.
    """
    if mark not in Truth.values or not mark:
        raise Invalid([unknown_choice("mark")])
    with changing(viewer, ticket_id, Verb.MARK_TRUTH, now=now, version=version) as change:
        ticket: Ticket = change.ticket
        ticket.truth, ticket.truth_at = mark, now
        ticket.truth_by = viewer.actor.label[:64]
        change.record(events.TruthMarked, mark=mark)
        change.note(note, "truth")
    return change.ref()
