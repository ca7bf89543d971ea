"""Undoing what a customer never ordered (不知情定制), and letting one leave early (违约金减免)."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from sunline.kernel.errors import Invalid, Problem, required, unknown_choice
from sunline.staff.types import Viewer

from .. import events
from ..errors import ABOVE_CHARGED, NothingOwed, OrderUndone, OrderUnknown, ProposalOpen
from ..models import CompensationProposal, UndoneOrder
from ..queries import orders, reading
from ..queries.orders import OrderFile
from ..queries.proofs import money_needs_proof
from ..rules import unsolicited as rules
from ..rules.lifecycle import Verb
from ..types import GrantAction, ProofClass, TicketRef, WaiverReason
from .changing import Change, changing
from .handling import text_of
from .owed import hand_on, shown
from .proofs import check_verified
from .settling import check_money


def cancel_unsolicited(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    order: str,
    amount: Decimal | None = None,
    note: str = "",
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Cancel an order that the customer never made and refund what it cost, in one act.

    `amount` is in yuan, at most what was charged; left out, it is what the evidence proposes. A
    refund of a confirmed order needs a note. Raises Invalid, OrderUnknown, OrderUndone,
    NotVerified, and what a grant raises.
    """
    problems = check_money("amount", amount)
    note = text_of(note, "note", needed=False)
    if problems:
        raise Invalid(problems)
    # Asked before anything is locked: the billing system may be slow.
    ticket = reading.ticket_for(viewer, ticket_id)
    pack = orders.pack_of(ticket_id, ticket.subscriber_id, now)
    found = next((one for one in pack.orders if one.order.number == order), None) if pack else None
    if found is None:
        raise OrderUnknown
    refund = found.refund if amount is None else amount
    if refund > found.charged:
        raise Invalid(
            [Problem("amount", "out_of_range", ABOVE_CHARGED, {"most": f"{found.charged:.2f}"})]
        )
    if refund and found.proven and not note:
        raise Invalid([required("note")])
    with transaction.atomic():
        with changing(
            viewer, ticket_id, Verb.CANCEL_UNSOLICITED, now=now, version=version
        ) as change:
            _check_identity(ticket_id, now)
            _undo(change, found, refund)
            change.note(note, "redress")
        if not refund:
            return change.ref()
        row = CompensationProposal.objects.create(
            ticket=change.ticket,
            action=GrantAction.REFUND_UNSOLICITED,
            basis=rules.CONTRACT if found.proven else rules.UNPROVEN,
            amount=refund,
            about=found.order.number,
            computed_at=now,
        )
        return hand_on(viewer, row, note=note, now=now)


def _undo(change: Change, found: OrderFile, refund: Decimal) -> None:
    """Keep the evidence of an order and that it was cancelled; once on a ticket."""
    order = found.order
    try:
        with transaction.atomic():
            UndoneOrder.objects.create(
                ticket=change.ticket,
                number=order.number,
                name=order.name,
                ordered_at=order.ordered_at,
                channel=order.channel,
                staff_no=order.staff_no,
                confirmed=found.proven,
                charged=found.charged,
                refund=refund,
                at=change.now,
                by=change.viewer.actor.id,
                by_label=change.viewer.actor.label[:64],
            )
    except IntegrityError:
        raise OrderUndone(number=change.ticket.number) from None
    change.record(
        events.OrderCancelled,
        order=order.number,
        proven=found.proven,
        charged=shown(found.charged),
        refund=shown(refund),
    )


def propose_waiver(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    reason: str,
    amount: Decimal | None = None,
    note: str,
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Propose to waive what leaving early costs (违约金), with a reason.

    `amount` is in yuan; left out, it is the whole cost by the months left, and needed where the
    agreement is not on record. Raises Invalid, ProposalOpen, NothingOwed, NotVerified.
    """
    note = text_of(note, "note")
    problems = check_money("amount", amount)
    if reason not in WaiverReason.values:
        problems.append(unknown_choice("reason"))
    if problems:
        raise Invalid(problems)
    ticket = reading.ticket_for(viewer, ticket_id)
    pack = orders.pack_of(ticket_id, ticket.subscriber_id, now)
    leaving = pack.exit if pack else None
    if leaving is None and amount is None:
        raise Invalid([required("amount")])
    if leaving is not None and amount is not None and amount > leaving.penalty:
        most = {"most": f"{leaving.penalty:.2f}"}
        raise Invalid([Problem("amount", "out_of_range", ABOVE_CHARGED, most)])
    waived = amount if amount is not None else leaving.penalty if leaving else Decimal(0)
    with changing(viewer, ticket_id, Verb.PROPOSE_WAIVER, now=now, version=version) as change:
        if not waived:
            raise NothingOwed(number=change.ticket.number)
        _check_identity(ticket_id, now)
        row = CompensationProposal(
            ticket=change.ticket,
            action=GrantAction.WAIVE_PENALTY,
            basis=rules.CONTRACT,
            amount=waived,
            base=leaving.contract.monthly_fee if leaving else None,
            reason=reason,
            computed_at=now,
        )
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            raise ProposalOpen(number=change.ticket.number) from None
        change.record(
            events.CompensationProposed,
            proposal=row.id,
            action=row.action,
            basis=row.basis,
            amount=shown(waived),
            final=True,
        )
        change.note(note, "redress")
    return change.ref()


def _check_identity(ticket_id: UUID, now: datetime) -> None:
    if money_needs_proof(now):
        check_verified(ticket_id, ProofClass.TRANSACTION, now)
