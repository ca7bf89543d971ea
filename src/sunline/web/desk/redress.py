"""Who the customer is and what is owed to them: cards of a ticket, the pack of orders, the list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from sunline.kernel import clock
from sunline.tickets import permissions, queries
from sunline.tickets.queries import Situation, TicketView
from sunline.tickets.types import Basis, GrantAction, ProofClass, ProposalState, WaiverReason

from .. import reading
from ..access import needs, viewer_of

# What each basis says; those of practice alone are to be confirmed by the operator.
ARTICLES: Mapping[str, str | Promise] = {
    Basis.ART_31: _(
        "Installations and moves are done within the published limit; a delay by the operator "
        "costs 1 % of the fee charged a day."
    ),
    Basis.ART_32: _(
        "Faults are repaired within 48 hours in town and 72 hours in the country of the report; "
        "else the rent of the whole fault period is waived. Terminal equipment is excepted."
    ),
    Basis.PROMISE: _("What the operator itself promises for a delay, beside what the law gives."),
    Basis.CONTRACT: _("By the months left of the agreement and its share."),
    Basis.UNPROVEN: _(
        "Where the operator cannot show that the customer confirmed the order, what was charged "
        "is refunded first."
    ),
    Basis.CHOICE: _("Consumers decide themselves whether to take a service."),
}
TO_CONFIRM = frozenset({Basis.PROMISE, Basis.CONTRACT, Basis.UNPROVEN})
OPEN_STATES = frozenset({ProposalState.PROPOSED, ProposalState.ASKED})
LAW = frozenset({GrantAction.RENT_WAIVER, GrantAction.LATE_WORK})
LAW_FIRST = ("rent_waiver", "late_work", "slow_pay", "waive_penalty", "refund_unsolicited")


@dataclass(frozen=True, slots=True)
class Owed:
    """A proposal with what its basis says and whether that is to be confirmed."""

    row: Any
    article: str | Promise
    to_confirm: bool
    waits: bool  # for what the law gives


def redress_context(ticket: TicketView, verbs: Sequence[str], around: Situation) -> dict[str, Any]:
    """Return what the page of a ticket adds: how far the customer is verified, what is owed."""
    rows = sorted(
        around.proposals,
        key=lambda row: (row.state not in OPEN_STATES, LAW_FIRST.index(row.action)),
    )
    first = any(row.action in LAW and row.state == "proposed" and row.amount != 0 for row in rows)
    owed = [
        Owed(
            row,
            ARTICLES.get(row.basis, ""),
            row.basis in TO_CONFIRM,
            first and row.action == GrantAction.SLOW_PAY,
        )
        for row in rows
    ]
    context: dict[str, Any] = {
        "owed": owed,
        "may_accept": "accept_proposal" in verbs,
        "has_pack": queries.has_pack(ticket.topic_id) and ticket.subscriber_id is not None,
    }
    tried = queries.tries(ticket.id) if around.proved else []
    if tried or "verify" in verbs:
        now = clock.now()
        context |= {
            "standings": queries.standings(ticket, now),
            "tried": tried,
            "proofs_locked": queries.locked_until(ticket, now),
        }
    return context


@needs(permissions.GRANT)
@require_safe
def pack(request: HttpRequest, number: str) -> HttpResponse:
    """Show what was ordered on a ticket's number, what proves it, and what leaving early costs."""
    viewer, now = viewer_of(request), clock.now()
    ticket = queries.ticket_for(viewer, number)
    verbs = queries.allowed_verbs(viewer, ticket) if not viewer.viewing_as else []
    context = {
        "ticket": ticket,
        "pack": queries.pack_of(ticket.id, ticket.subscriber_id, now),
        "undone": queries.undone_orders(ticket.id),
        "may_cancel": "cancel_unsolicited" in verbs,
        "may_waive": "propose_waiver" in verbs,
        "verified": queries.verified(ticket.id, ProofClass.TRANSACTION, now),
        "needs_proof": queries.money_needs_proof(now),
        "articles": {str(code): text for code, text in ARTICLES.items()},
        "reasons": WaiverReason.choices,
        "proposals": [row for row in queries.situation(ticket.id).proposals if row.about == ""],
    }
    return render(request, "desk/pack.html", context)


@needs(permissions.VIEW)
@require_safe
def compensation(request: HttpRequest) -> HttpResponse:
    """Show what is proposed, granted, declined and lapsed on the viewer's tickets, with sums."""
    viewer, values = viewer_of(request), request.GET
    state = reading.choice(values, "state", set(ProposalState.values))
    basis = reading.choice(values, "basis", set(Basis.values))
    sums = queries.proposal_sums(viewer, state=state, basis=basis)
    labels = dict(Basis.choices)
    context = {
        "page": queries.proposals(viewer, state=state, basis=basis, cursor=reading.cursor(request)),
        "state": state,
        "basis": basis,
        "states": [(code, label, *sums.by_state[code]) for code, label in ProposalState.choices],
        "bases": [
            (code, labels.get(code, code), code in TO_CONFIRM, *found)
            for code, found in sums.by_basis.items()
        ],
        "total": sum((total for _n, total in sums.by_basis.values()), Decimal(0)),
    }
    return render(request, "desk/compensation.html", context)
