"""The evidence pack of a complaint: its facts, appeals, limits, evidence and whole history."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from sunline.sla import queries as sla
from sunline.staff.types import Viewer
from sunline.tickets import queries
from sunline.tickets.queries import Situation, TicketView
from sunline.tickets.types import TimelineEntry

from .. import happenings, words
from ..pdf import Document
from ..templatetags.ticket import topic_name, unit_name, who

# What an entry of the history tells by codes, with the words they belong to.
CODED = (
    ("door", "door"),
    ("category", "appeal_category"),
    ("outcome", "outcome"),
    ("purpose", "purpose"),
    ("result", "result"),
    ("grade", "grade"),
    ("level_from", "case_level"),
    ("level_to", "case_level"),
    ("severity", "severity_of_case"),
)
SAID = ("amount", "order", "score")


def pack_of(viewer: Viewer, ticket_id: UUID, now: datetime) -> bytes:
    """Return the pack of a complaint that the viewer may see, as a PDF; personal data is masked."""
    ticket = queries.ticket_for(viewer, ticket_id)
    around = queries.situation(ticket.id)
    entries = queries.timeline(viewer, ticket)
    paper = Document(f"{_('Evidence pack')} {ticket.number}", viewer.actor.label)
    made = {"at": words.moment(now), "no": viewer.actor.label}
    paper.text(_("Made %(at)s by staff number %(no)s.") % made)
    _facts(paper, ticket)
    for row in around.appeals:
        _appeal(paper, row)
    _limits(paper, ticket)
    _settlement(paper, around)
    _evidence(paper, around)
    _history(paper, ticket, entries)
    return paper.done()


def _facts(paper: Document, ticket: TicketView) -> None:
    paper.head(_("Complaint"))
    paper.facts(
        (
            (_("Ticket"), ticket.number),
            (_("Title"), ticket.title),
            (_("Topic"), topic_name(ticket.topic_id)),
            (_("Customer"), ticket.customer),
            (_("Contact"), ticket.contact),
            (_("Came by"), words.label("channel", ticket.channel)),
            (_("Home"), unit_name(ticket.home_unit_id)),
            (_("Unit"), unit_name(ticket.unit_id) if ticket.unit_id else ""),
            (_("State"), words.label("state", ticket.state)),
            (_("Result"), words.label("result", ticket.result) if ticket.result else ""),
            (_("Registered"), words.moment(ticket.registered_at)),
            (_("Answered"), _moment(ticket.answered_at)),
            (_("Closed"), _moment(ticket.closed_at)),
        )
    )
    paper.strong(_("What the customer said"))
    paper.text(ticket.description)
    if ticket.answer:
        paper.strong(_("Answer to the customer"))
        paper.text(ticket.answer)


def _moment(at: datetime | None) -> str:
    return words.moment(at) if at else ""


def _appeal(paper: Document, row: Any) -> None:
    paper.head(f"{words.label('door', row.door)} {row.number}")
    paper.facts(
        (
            (_("Category of the appeal"), words.label("appeal_category", row.category)),
            (_("State"), words.label("appeal_state", row.state)),
            (_("It happened"), row.event_on.isoformat()),
            (_("First complained to us"), _moment(row.first_complaint_at) or _("never before")),
            (_("Our answer was due"), _moment(row.operator_answer_due)),
            (_("Answered"), _moment(row.answered_at)),
            (_("Received"), words.moment(row.received_at)),
            (_("The centre decides by"), _moment(row.accept_due)),
            (_("Accepted by the door"), _moment(row.accepted_at)),
            (_("Reply due"), words.moment(row.reply_due)),
            (_("Reply to the door"), _moment(row.replied_at)),
            (_("All material received"), _moment(row.material_at)),
            (_("The centre answers by"), _moment(row.end_due)),
            (_("Reason"), str(happenings.REASONS.get(row.reason, row.reason))),
            (_("How it ended"), words.label("appeal_result", row.result) if row.result else ""),
            (_("Agreement"), row.agreement_signed_on.isoformat() if row.agreement else ""),
            (_("Amount, yuan"), str(row.amount) if row.amount else ""),
        )
    )
    paper.strong(_("What is claimed"))
    paper.text(row.claim)
    if row.agreement:
        paper.strong(_("What was agreed"))
        paper.text(row.agreement)


def _limits(paper: Document, ticket: TicketView) -> None:
    clocks = sla.clocks_of(ticket.id)
    if not clocks:
        return
    paper.head(_("Limits"))
    for row in clocks:
        stood = words.label("clock_state", row.state)
        ended = f" {words.moment(row.stopped_at)}" if row.stopped_at else ""
        told = f"{words.moment(row.started_at)} → {words.moment(row.due_at)}, {stood}{ended}"
        paper.facts([(words.label("purpose", row.purpose), told)])


def _settlement(paper: Document, around: Situation) -> None:
    if not (around.offers or around.grants):
        return
    paper.head(_("Settlement"))
    for offer in around.offers:
        paper.strong(f"{words.label('offer', offer.kind)} ¥{offer.amount} {words.moment(offer.at)}")
        paper.text(offer.text)
        paper.text(offer.agreed_note)
    for grant in around.grants:
        what = words.label("grant_action", grant.action)
        state = words.label("grant_state", grant.state)
        paper.facts([(what, f"{grant.amount or grant.asked or ''} {state}")])


def _evidence(paper: Document, around: Situation) -> None:
    if not around.evidence:
        return
    paper.head(_("Evidence"))
    for row in around.evidence:
        paper.strong(f"{words.label('evidence', row.kind)} {row.reference}")
        paper.facts(
            (
                (_("Put down"), words.moment(row.at)),
                (_("File"), f"{row.name} ({row.size} B)" if row.sha256 else ""),
                ("SHA-256", row.sha256),
            )
        )
        paper.text(row.text)


def _history(paper: Document, ticket: TicketView, entries: list[TimelineEntry]) -> None:
    """Write every entry; those of the log carry their number, so that none can be missing."""
    paper.head(_("History"))
    for entry in entries:
        place = f"{entry.sequence}. " if entry.sequence else ""
        told = " · ".join(part for part in _told(entry) if part)
        paper.strong(f"{place}{words.moment(entry.at)} · {who(entry)} · {told}")
        paper.text(entry.text)
        for file in entry.data.get("attachments", ()):
            paper.text(f"{_('File')}: {file.name}")
    numbered = sum(1 for entry in entries if entry.sequence)
    paper.text(_("%(count)s facts of the log, 1 to %(last)s.") % {
        "count": numbered, "last": ticket.version,
    })  # fmt: skip


def _told(entry: TimelineEntry) -> Iterable[str]:
    data = entry.data
    yield happenings.step(entry.kind)
    if data.get("reason"):
        yield str(happenings.REASONS.get(data["reason"], data["reason"]))
    for name, group in CODED:
        if isinstance(data.get(name), str):
            yield words.label(group, data[name])
    for name in SAID:
        if data.get(name):
            yield str(data[name])
