"""Which tickets and contacts belong to an outage: drawn in by rule, linked and let go by hand."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from sunline.customers import queries as customers
from sunline.interactions import queries as contacts
from sunline.interactions.types import WrapUp
from sunline.kernel import crypto, log
from sunline.kernel.errors import Invalid, NotFound, Problem
from sunline.kernel.types import SYSTEM, Subject
from sunline.staff.queries import unit_tree
from sunline.staff.types import Viewer, system_viewer

from .. import events, outage_policies
from ..access import may_see
from ..errors import NothingOpen
from ..models import Outage, OutageLink, Ticket
from ..outage_errors import InOutage, OutageOver
from ..queries import outages as found
from ..queries.owed import topic_of
from ..rules import outages as rules
from ..rules.lifecycle import Verb
from ..rules.outages import Contact, Match
from ..types import FINAL, OutageState, TicketRef, WhyLinked
from .changing import Change, changing
from .outage_telling import OPENING, tell
from .outage_words import known_words
from .outages import parent_of

UNKNOWN = _("There is no outage with this number that you may see.")
ITSELF = _("An outage cannot belong to an outage.")
SUBJECT = "outage"
CHUNK = 500
AGAIN = timedelta(minutes=5)  # what arrives late is still looked through
# How contacts end that were about nothing, or that a ticket speaks for.
SILENT = frozenset(
    {WrapUp.TICKET, WrapUp.DROPPED, WrapUp.SILENT, WrapUp.WRONG_NUMBER, WrapUp.NUISANCE}
    | {WrapUp.REACHED, WrapUp.NOT_REACHED}
)


def link_by_rule(ticket_id: UUID, *, now: datetime) -> bool:
    """Link a ticket to the open outage it belongs to; return whether it is in one. Safe twice."""
    known = found.open_outages.get()
    if not known:
        return False
    ticket = Ticket.objects.filter(id=ticket_id).first()
    if ticket is None or ticket.imported or ticket.state in FINAL or _leads(ticket_id):
        return False
    contact = Contact(
        at=ticket.registered_at,
        path=unit_tree().path(ticket.home_unit_id),
        code=ticket.area_code,
        kind=ticket.kind,
        topic=topic_of(ticket.topic_id),
        text=f"{ticket.title}\n{ticket.description}",
    )
    best = best_of(contact, now)
    held = OutageLink.objects.filter(ticket_id=ticket_id)
    if held.filter(left_at=None).exists():
        return True
    # What a person took out is not drawn in again.
    if best is None or held.filter(outage_id=best[0]).exists():
        return False
    try:
        with changing(system_viewer(), ticket_id, Verb.NOTE, now=now) as change:
            _link(change, best[0], best[1], by_rule=True)
    except (InOutage, OutageOver, NotFound):
        return False
    return True


def _leads(ticket_id: UUID) -> bool:
    return Outage.objects.filter(ticket_id=ticket_id).exists()


def best_of(contact: Contact, now: datetime) -> tuple[UUID, Match] | None:
    """Return the open outage that a contact belongs to most surely, the earliest of equals."""
    before = timedelta(minutes=outage_policies.OUTAGE_BEFORE.at(now))
    after = timedelta(minutes=outage_policies.OUTAGE_AFTER.at(now))
    fitting = [
        (one, match)
        for one in found.open_outages.get()
        if (match := rules.match(contact, one.extent, known_words(), before=before, after=after))
    ]
    if not fitting:
        return None
    one, match = min(fitting, key=lambda pair: (-pair[1].score, pair[0].extent.since, pair[0].id))
    return one.id, match


def _open(outage_id: UUID) -> Outage:
    """Return an outage that still takes contacts in, held until the transaction ends."""
    rows = Outage.objects.select_for_update(of=("self",), no_key=True).select_related("ticket")
    outage = rows.get(id=outage_id)
    if outage.state != OutageState.OPEN:
        label = OutageState(outage.state).label
        raise OutageOver(number=outage.ticket.number, state=label)
    return outage


def _link(change: Change, outage_id: UUID, match: Match, *, by_rule: bool) -> None:
    """Link a ticket under change, and tell its customer."""
    ticket = change.ticket
    outage = _open(outage_id)
    row = OutageLink(
        outage=outage,
        ticket=ticket,
        subscriber_id=customers.affected_line(
            ticket.customer_id, ticket.subscriber_id, outage.products
        ),
        who=who_is(ticket.customer_id, ticket.contact),
        by_rule=by_rule,
        reasons=list(match.reasons),
        score=match.score,
        at=ticket.registered_at,
        linked_at=change.now,
    )
    row.who = row.who or row.id.hex
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        raise InOutage(number=ticket.number) from None
    change.record(
        events.LinkedOutage, outage=outage.id, by_rule=by_rule, reasons=tuple(match.reasons)
    )
    change.note(outage.text, "outage", public=True)
    tell(outage, row, outage.text, round=OPENING, actor=change.viewer.actor, now=change.now)


def who_is(customer_id: UUID | None, address: str) -> str:
    """Return what tells one customer from another, blank for somebody who is not known at all."""
    if customer_id is None and address:
        hit = customers.by_address(address)
        customer_id = hit.customer_id if hit else None
    if customer_id is not None:
        return customer_id.hex
    return crypto.blind_index(customers.normal_address(address), "contact") if address else ""


def link_contact(interaction_id: UUID, *, now: datetime) -> bool:
    """Link a contact that became no ticket to the outage it belongs to; safe to run twice."""
    if not found.open_outages.get():
        return False
    row = contacts.interaction_of_work(interaction_id)
    if row.wrap_up in SILENT or row.direction != "inbound":
        return False
    contact = Contact(
        at=row.started_at,
        path=unit_tree().path(row.home_unit_id),
        topic=topic_of(row.topic_id),
        text=f"{row.subject}\n{row.snippet}",
    )
    best = best_of(contact, now)
    held = OutageLink.objects.filter(interaction_id=interaction_id)
    if best is None or held.exists() or Ticket.objects.filter(interaction_id=row.id).exists():
        return False
    try:
        with transaction.atomic():
            outage = _open(best[0])
            made = OutageLink(
                outage=outage,
                interaction_id=row.id,
                subscriber_id=customers.affected_line(
                    row.customer_id, row.subscriber_id, outage.products
                ),
                who=who_is(row.customer_id, row.reply_to),
                by_rule=True,
                reasons=list(best[1].reasons),
                score=best[1].score,
                at=row.started_at,
                linked_at=now,
            )
            made.who = made.who or made.id.hex
            made.save(force_insert=True)
            fact = events.ContactLinked(
                outage=outage.id, interaction=row.id, reasons=tuple(best[1].reasons)
            )
            log.record(fact, subject=Subject(SUBJECT, made.id), actor=SYSTEM, now=now, sequence=1)
            tell(outage, made, outage.text, round=OPENING, actor=SYSTEM, now=now)
    except (IntegrityError, OutageOver):
        return False
    return True


def draw_in(outage_id: UUID, *, now: datetime) -> int:
    """Link what came before an outage was known, or slipped past; return how many. Safe twice."""
    outage = Outage.objects.filter(id=outage_id, state=OutageState.OPEN).first()
    if outage is None:
        return 0
    found.open_outages.forget()
    before = timedelta(minutes=outage_policies.OUTAGE_BEFORE.at(now))
    since = outage.swept_at - AGAIN if outage.swept_at else outage.started_at - before
    homes = _homes(outage)
    rows = Ticket.objects.filter(home_unit_id__in=homes, registered_at__gte=since, imported=False)
    rows = rows.exclude(state__in=FINAL).exclude(outage_links__outage=outage)
    linked, last = 0, UUID(int=0)
    while part := list(
        rows.filter(id__gt=last).order_by("id").values_list("id", flat=True)[:CHUNK]
    ):
        last = part[-1]
        linked += sum(link_by_rule(ticket_id, now=now) for ticket_id in part)
    ended = contacts.ended_in(homes, since, now)
    linked += sum(link_contact(interaction_id, now=now) for interaction_id in ended)
    Outage.objects.filter(id=outage_id).update(swept_at=now)
    return linked


def _homes(outage: Outage) -> list[UUID]:
    """Return the units in the areas, and those above them, where unknown customers stand."""
    tree = unit_tree()
    paths = [tree.path(row.unit_id) for row in outage.areas.all()]
    return [
        row.id
        for row in tree.rows
        if any(row.path.startswith(path) or path.startswith(row.path) for path in paths)
    ]


def sweep_outages(now: datetime) -> int:
    """Look through the latest contacts of every open outage; return how many were linked."""
    rows = Outage.objects.filter(state=OutageState.OPEN).order_by("id")
    return sum(draw_in(key, now=now) for key in rows.values_list("id", flat=True)[:CHUNK])


def link_outage(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    into_number: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Link a ticket to an outage by hand; raises Invalid, InOutage or OutageOver."""
    outage = parent_of(into_number)
    if outage is None or not may_see(viewer, outage.ticket):
        raise Invalid([Problem("into_number", "unknown", UNKNOWN)])
    if _leads(ticket_id):
        raise Invalid([Problem("into_number", "itself", ITSELF)])
    with changing(viewer, ticket_id, Verb.LINK_OUTAGE, now=now, version=version) as change:
        _link(change, outage.id, Match((WhyLinked.HAND.value,), 0), by_rule=False)
    return change.ref()


def unlink_outage(
    viewer: Viewer, ticket_id: UUID, *, now: datetime, version: int | None = None
) -> TicketRef:
    """Take a ticket out of its outage; raises NothingOpen when it is in none."""
    with changing(viewer, ticket_id, Verb.UNLINK_OUTAGE, now=now, version=version) as change:
        row = OutageLink.objects.filter(ticket_id=ticket_id, left_at=None).first()
        if row is None:
            raise NothingOpen(number=change.ticket.number)
        OutageLink.objects.filter(id=row.id).update(left_at=now)
        change.record(events.LeftOutage, outage=row.outage_id)
    return change.ref()
