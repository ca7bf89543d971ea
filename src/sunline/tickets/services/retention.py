"""Deleting files whose time is over, never those that a matter keeps frozen."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from sunline.interactions import queries as contacts
from sunline.interactions import services as interactions
from sunline.kernel.errors import Conflict, NotFound
from sunline.staff.types import system_viewer

from .. import appeal_policies, events
from ..models import Evidence, Ticket
from ..queries.cases import frozen_among
from ..rules.lifecycle import Verb
from .changing import changing

BATCH = 200
MOST = 5000


def forget_files(now: datetime) -> int:
    """Delete the files of old contacts and old evidence that nothing freezes; return how many."""
    before = now - timedelta(days=appeal_policies.KEEP_FILES.at(now))
    return _contacts(before, now) + _evidence(before, now)


def _contacts(before: datetime, now: datetime) -> int:
    done, last = 0, None
    while done < MOST:
        ids = interactions.old_with_files(before, after=last, limit=BATCH)
        if not ids:
            break
        last = ids[-1]
        frozen = frozen_contacts(ids, now)
        free = [one for one in ids if one not in frozen]
        done += interactions.forget_files(free, still_used=used_as_evidence, now=now)
    return done


def frozen_contacts(ids: Sequence[UUID], now: datetime) -> set[UUID]:
    """Return those of the contacts that a frozen ticket came from, or names as its evidence."""
    came = dict(Ticket.objects.filter(interaction_id__in=ids).values_list("id", "interaction_id"))
    numbers = {row[0]: contact for contact, row in contacts.numbers_of(ids).items()}
    named = Evidence.objects.filter(reference__in=numbers, removed_at=None)
    pairs = [(ticket, contact) for ticket, contact in came.items() if contact]
    pairs += [(ticket, numbers[name]) for ticket, name in named.values_list("ticket", "reference")]
    frozen = frozen_among({ticket for ticket, _contact in pairs}, now)
    return {contact for ticket, contact in pairs if ticket in frozen}


def used_as_evidence(hashes: Collection[str]) -> set[str]:
    """Return those of the contents that stand as evidence on a ticket."""
    rows = Evidence.objects.filter(sha256__in=hashes, removed_at=None)
    return set(rows.values_list("sha256", flat=True))


def _evidence(before: datetime, now: datetime) -> int:
    """Take evidence away whose time is over; the row stays, with when it went."""
    old = Evidence.objects.filter(at__lt=before, removed_at=None).exclude(sha256="")
    done, last = 0, None
    while done < MOST:
        rows = old.filter(id__gt=last) if last else old
        found = list(rows.order_by("id")[:BATCH])
        if not found:
            break
        last = found[-1].id
        frozen = frozen_among({row.ticket_id for row in found}, now)
        done += sum(_forget(row, now) for row in found if row.ticket_id not in frozen)
    return done


def _forget(row: Evidence, now: datetime) -> int:
    with (
        contextlib.suppress(Conflict, NotFound),
        transaction.atomic(),
        changing(system_viewer(), row.ticket_id, Verb.REMOVE_EVIDENCE, now=now) as change,
    ):
        row.removed_at = now
        row.save(update_fields=["removed_at"])
        change.record(events.EvidenceRemoved, evidence=row.id)
        interactions.drop_contents([row.sha256], still_used=used_as_evidence)
        return 1
    return 0
