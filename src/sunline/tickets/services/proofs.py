"""Verification by action (身份核验): which proofs are enough, and noting that they were given."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from sunline.kernel.errors import Conflict, Invalid, Problem, required, unknown_choice
from sunline.kernel.log import record
from sunline.kernel.types import Subject
from sunline.staff.types import Viewer

from .. import permissions, redress_policies
from ..errors import BOTH_WAYS, NotVerified, ProofsLocked
from ..events.redress import IdentityChecked, ProofWaySet
from ..models import IdentityCheck, ProofWay
from ..queries import proofs as found
from ..rules import proofs as rules
from ..rules.lifecycle import Verb
from ..types import Proof, ProofClass, TicketRef
from .changing import changing

SHIPPED = Path(__file__).parent.parent / "data" / "proofs.csv"


def verify(
    viewer: Viewer,
    ticket_id: UUID,
    *,
    klass: str,
    passed: Sequence[str] = (),
    failed: Sequence[str] = (),
    now: datetime,
    version: int | None = None,
) -> TicketRef:
    """Note which proofs a customer passed or failed for a class of acts, never what was said.

    What was passed before for the same customer in the same contact counts until it runs out.
    Raises Invalid, and ProofsLocked after too many failures with the customer.
    """
    problems = [] if klass in ProofClass.values else [unknown_choice("klass")]
    problems += [
        unknown_choice(name)
        for name, codes in (("passed", passed), ("failed", failed))
        if not set(codes) <= set(Proof.values)
    ]
    if not passed and not failed:
        problems.append(required("passed"))
    if set(passed) & set(failed):
        problems.append(Problem("failed", "both_ways", BOTH_WAYS))
    if problems:
        raise Invalid(problems)
    with changing(viewer, ticket_id, Verb.VERIFY, now=now, version=version) as change:
        ticket = change.ticket
        until = found.locked_until(ticket, now)
        if until is not None:
            raise ProofsLocked(until=f"{timezone.localtime(until):%m-%d %H:%M}")
        valid = timedelta(minutes=redress_policies.PROOF_VALID.at(now))
        shown = found.shown(ticket, now - valid) | dict.fromkeys(passed, now)
        # A proof that fails now is worth nothing, whatever it was before.
        shown = {code: at for code, at in shown.items() if code not in failed}
        ends = rules.verified_until(found.ways(klass, now), shown, valid)
        IdentityCheck.objects.create(
            ticket=ticket,
            klass=klass,
            passed=in_order(passed),
            failed=in_order(failed),
            until=ends,
            at=now,
            by=viewer.actor.id,
            by_label=viewer.actor.label[:64],
        )
        change.record(
            IdentityChecked,
            klass=klass,
            passed=tuple(in_order(passed)),
            failed=tuple(in_order(failed)),
            verified=ends is not None,
        )
    return change.ref()


def check_verified(ticket_id: UUID, klass: ProofClass, now: datetime) -> None:
    """Raise NotVerified unless the customer has shown enough for a class of acts."""
    if not found.verified(ticket_id, klass, now):
        raise NotVerified(klass=klass.label)


def in_order(codes: Collection[str]) -> list[str]:
    """Return codes of proofs, each once, in their fixed order."""
    return [code for code in Proof.values if code in codes]


def load_proofs(now: datetime) -> int:
    """Put the shipped ways in force unless there are any; return how many."""
    if ProofWay.objects.exists():
        return 0
    with SHIPPED.open(encoding="utf-8", newline="") as file:
        rows = [ProofWay(since=now, **row) for row in csv.DictReader(file)]
    return len(ProofWay.objects.bulk_create(rows))


def set_proofs(viewer: Viewer, *, klass: str, proofs: Sequence[str], now: datetime) -> None:
    """Let a set of proofs be enough for a class of acts from now on.

    Raises Refused, Invalid, and Conflict when it is enough already.
    """
    viewer.require(permissions.SET_PROOFS.code)
    problems = [] if klass in ProofClass.values else [unknown_choice("klass")]
    if not proofs:
        problems.append(required("proofs"))
    elif not set(proofs) <= set(Proof.values):
        problems.append(unknown_choice("proofs"))
    if problems:
        raise Invalid(problems)
    try:
        with transaction.atomic():
            text = ",".join(in_order(proofs))
            row = ProofWay.objects.create(klass=klass, proofs=text, since=now)
            _record(viewer, row, now, ended=False)
    except IntegrityError:
        raise Conflict from None


def end_proofs(viewer: Viewer, way_id: UUID, *, now: datetime) -> None:
    """Let a set of proofs be enough no longer; who was verified by it stays so for their time."""
    viewer.require(permissions.SET_PROOFS.code)
    with transaction.atomic():
        row = ProofWay.objects.select_for_update().filter(id=way_id, until=None).first()
        if row is None:
            raise Conflict
        row.until = now
        row.save(update_fields=["until"])
        _record(viewer, row, now, ended=True)


def _record(viewer: Viewer, row: ProofWay, now: datetime, *, ended: bool) -> None:
    fact = ProofWaySet(klass=row.klass, proofs=row.proofs, ended=ended)
    record(fact, subject=Subject("proof_way", row.id), actor=viewer.actor, now=now)
