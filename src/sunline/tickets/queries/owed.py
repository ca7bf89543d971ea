"""Late work as rules see it, and the proposals of what is given back for it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet, Sum
from django.utils import timezone

from sunline.customers import queries as customers
from sunline.kernel import masking
from sunline.kernel.paging import page
from sunline.kernel.types import Page
from sunline.knowledge import queries as knowledge
from sunline.staff.types import Viewer

from .. import access, redress_policies
from ..models import CompensationProposal, Grant, Hold, Outage, Ticket
from ..rules import owed as rules
from ..types import GrantAction, GrantState, ProposalState, State
from .outages import fault_of, is_again

# Where the work is done; on hold or sent back it goes on.
DONE = frozenset(
    {State.AWAITING_CHECK, State.AWAITING_ANSWER, State.AWAITING_REVISIT, State.CLOSED}
)
# Where nothing is done and nothing is owed.
DROPPED = frozenset({State.WITHDRAWN, State.REFUSED, State.MERGED})
CENT, NOTHING = Decimal("0.01"), Decimal("0.00")
LAW = (GrantAction.RENT_WAIVER, GrantAction.LATE_WORK)


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """One line of the list of proposals; the customer is masked."""

    ticket_number: str
    title: str
    customer: str
    unit_id: UUID
    action: str
    basis: str
    amount: Decimal | None
    days: int
    state: str
    reason: str
    done_at: datetime | None
    computed_at: datetime
    settled_at: datetime | None
    settled_by: str


@dataclass(frozen=True, slots=True)
class Sums:
    """How many proposals stand in each state or on each basis, and their yuan together."""

    by_state: dict[str, tuple[int, Decimal]]
    by_basis: dict[str, tuple[int, Decimal]]


def topic_of(topic_id: UUID | None) -> str:
    """Return the code of a topic, blank for none."""
    row = knowledge.topics().get(topic_id)
    return row.code if row else ""


def work_of(ticket: Ticket, now: datetime) -> rules.Work | None:
    """Return a ticket as late work is judged, None for tickets that are no such work."""
    topic = topic_of(ticket.topic_id)
    kind = rules.kind_of(ticket.kind, topic)
    if not kind or ticket.state in DROPPED:
        return None
    rural = ticket.customer is not None and ticket.customer.rural
    begun = timezone.localtime(ticket.registered_at)
    done = done_at(ticket)
    if kind == rules.FAULT:
        if Outage.objects.filter(ticket_id=ticket.id).exists():
            return None  # it leads the repair for others
        link = fault_of(ticket.id)
        if link is not None:
            if is_again(link):
                return None  # the line's rent is waived once, on its first ticket
            # The fault is the outage's: it began before the report, and an answer does not end it.
            ended = link.outage.ended_at
            begun = min(begun, timezone.localtime(link.outage.started_at))
            done = timezone.localtime(ended) if done and ended else None
    common: dict[str, Any] = {
        "kind": kind,
        "begun_at": begun,
        "done_at": done,
        "base": base_of(ticket, kind),
        "rural": rural,
    }
    if kind == rules.FAULT:
        return rules.Work(**common, terminal=rules.about(topic, rules.TERMINAL_TOPICS))
    published = redress_policies.published_limit(topic, rural=rural, now=now)
    holds = Hold.objects.filter(ticket_id=ticket.id, reason__in=rules.CUSTOMERS_HOLDS)
    rested = rules.overlap(holds.values_list("since", "until"), now)
    return rules.Work(**common, limit=published + rested)


def done_at(ticket: Ticket) -> datetime | None:
    """Return when the work was done: the unit's reply, or what ended the ticket without one."""
    if ticket.state not in DONE:
        return None
    found = ticket.replied_at or ticket.answered_at or ticket.closed_at
    return timezone.localtime(found) if found else None


def base_of(ticket: Ticket, kind: str) -> Decimal | None:
    """Return the monthly rent of a faulty line or the fee of an installation, None if unknown.

    What a person told goes before what is known; the fee is known from nobody else.
    """
    rows = CompensationProposal.objects.filter(ticket_id=ticket.id, typed=True, action__in=LAW)
    told: Decimal | None = rows.order_by("-id").values_list("base", flat=True).first()
    if told is not None or kind != rules.FAULT or ticket.subscriber_id is None:
        return told
    return customers.rent_of(ticket.subscriber_id, ticket.registered_at)


def grant_of(proposal_id: UUID) -> Grant | None:
    """Return the grant that carries a proposal out or waits for approval of it."""
    standing = (GrantState.WAITING, GrantState.GRANTED)
    return Grant.objects.filter(proposal_id=proposal_id, state__in=standing).first()


def proposal_of(grant_id: UUID) -> CompensationProposal | None:
    """Return the proposal that a grant carries out."""
    carried = Grant.objects.filter(id=grant_id).values("proposal_id")
    return CompensationProposal.objects.filter(id__in=carried).first()


def proposals(
    viewer: Viewer,
    *,
    state: str = "",
    basis: str = "",
    cursor: str | None = None,
    limit: int = 25,
) -> Page[ProposalRow]:
    """Return one page of proposals on tickets the viewer may see, newest first."""
    rows = _scoped(viewer)
    if state:
        rows = rows.filter(state=state)
    if basis:
        rows = rows.filter(basis=basis)
    found = page(rows.values(*COLUMNS), order=("-id",), cursor=cursor, limit=limit)
    return Page([_row(row) for row in found.items], found.next, found.previous)


def proposal_sums(viewer: Viewer, *, state: str = "", basis: str = "") -> Sums:
    """Return counts and sums in yuan by state, and by basis; each under the other's filter."""
    rows = _scoped(viewer)
    by_state = rows.filter(basis=basis) if basis else rows
    by_basis = rows.filter(state=state) if state else rows
    return Sums(_cut(by_state, "state", ProposalState.values), _cut(by_basis, "basis", ()))


def _cut(
    rows: QuerySet[CompensationProposal], name: str, codes: Any
) -> dict[str, tuple[int, Decimal]]:
    found: dict[str, tuple[int, Decimal]] = {str(code): (0, NOTHING) for code in codes}
    counted = rows.order_by().values_list(name).annotate(n=Count("id"), total=Sum("amount"))
    for code, number, total in counted.order_by(name):
        # SQLite adds as floating point.
        found[code] = (number, (total or Decimal(0)).quantize(CENT))
    return found


def _scoped(viewer: Viewer) -> QuerySet[CompensationProposal]:
    seen = Ticket.objects.filter(access.visible(viewer))
    return CompensationProposal.objects.filter(ticket__in=seen)


OWN = (
    *("id", "action", "basis", "amount", "days", "state", "reason", "done_at"),
    *("computed_at", "settled_at", "settled_by"),
)
JOINED = (
    "ticket__number",
    "ticket__title",
    "ticket__home_unit_id",
    "ticket__customer__party__name",
)
COLUMNS = (*OWN, *JOINED)


def _row(row: dict[str, Any]) -> ProposalRow:
    name = row["ticket__customer__party__name"]
    return ProposalRow(
        ticket_number=row["ticket__number"],
        title=row["ticket__title"],
        customer=masking.name(name) if name else "",
        unit_id=row["ticket__home_unit_id"],
        **{field: row[field] for field in OWN if field != "id"},
    )
