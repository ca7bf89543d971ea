"""Deleting files whose time is over; who needs them longer is for the rooms above to say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from sunline.kernel import log
from sunline.kernel.types import SYSTEM, Subject

from .. import events, files
from ..models import Attachment, Interaction, Message
from ..types import RefusedFile

StillUsed = Callable[[Collection[str]], set[str]]


def old_with_files(before: datetime, *, after: UUID | None = None, limit: int) -> list[UUID]:
    """Return contacts that began before a moment and still have files, by id from one on."""
    held = Q(messages__source_sha256__gt="") | Q(messages__attachments__sha256__gt="")
    rows = Interaction.objects.filter(held, started_at__lt=before)
    if after is not None:
        rows = rows.filter(id__gt=after)
    return list(rows.order_by("id").values_list("id", flat=True).distinct()[:limit])


@transaction.atomic
def forget_files(ids: Sequence[UUID], *, still_used: StillUsed, now: datetime) -> int:
    """Delete the files and originals of contacts, with a fact for each; return how many contacts.

    `still_used` tells which contents somebody else keeps under the same hash.
    """
    done, hashes = 0, set[str]()
    for interaction_id in ids:
        found = _own(interaction_id)
        if not found:
            continue
        Attachment.objects.filter(message__interaction_id=interaction_id).exclude(sha256="").update(
            sha256="", refused=RefusedFile.EXPIRED
        )
        Message.objects.filter(interaction_id=interaction_id).update(source_sha256="")
        fact = events.FilesForgotten(interaction_id=interaction_id, files=len(found))
        log.record(fact, subject=Subject("interaction", interaction_id), actor=SYSTEM, now=now)
        hashes.update(found)
        done += 1
    drop_contents(hashes, still_used=still_used)
    return done


def _own(interaction_id: UUID) -> list[str]:
    """Return the hashes of a contact's files and originals."""
    kept = Attachment.objects.filter(message__interaction_id=interaction_id).exclude(sha256="")
    originals = Message.objects.filter(interaction_id=interaction_id).exclude(source_sha256="")
    return [
        *kept.values_list("sha256", flat=True),
        *originals.values_list("source_sha256", flat=True),
    ]


def drop_contents(hashes: Collection[str], *, still_used: StillUsed) -> None:
    """Delete contents that nobody names any more, once the transaction is through."""
    wanted = set(hashes)

    def drop() -> None:
        # A transaction may be rolled back; a file that is gone is gone.
        used = set(Attachment.objects.filter(sha256__in=wanted).values_list("sha256", flat=True))
        named = Message.objects.filter(source_sha256__in=wanted)
        used |= set(named.values_list("source_sha256", flat=True)) | still_used(wanted)
        for sha256 in wanted - used:
            files.path_of(sha256).unlink(missing_ok=True)

    if wanted:
        transaction.on_commit(drop)
