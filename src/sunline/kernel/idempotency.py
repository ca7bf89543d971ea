"""Answering a repeated request with its first answer, so that a replay changes nothing.

The key is written in the transaction of the effect: both stand or fall together, and of two
requests racing with one key the later one waits, is undone, and gets the first one's answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from .errors import Conflict
from .models import IdempotencyKey

KEPT = timedelta(days=7)


class KeyReused(Conflict):
    """The key was used for another request."""

    code = "idempotency.key_reused"
    text = _("This idempotency key was already used with another content.")


@dataclass(frozen=True, slots=True)
class Answer:
    """What a request was answered: status, JSON body and headers worth repeating."""

    status: int
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    replayed: bool = False


def fingerprint(*parts: bytes | str) -> str:
    """Return a digest that differs when any part differs."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8, "big") + raw)
    return digest.hexdigest()


def once(scope: str, key: str, print_: str, *, now: datetime, work: Callable[[], Answer]) -> Answer:
    """Do the work in one transaction and remember its answer, or return the answer of before.

    Raises KeyReused when the key came with another fingerprint. An error of the work is not
    remembered: nothing happened, so the caller may try again.
    """
    known = recall(scope, key, print_)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            # Taken first: a rival with the same key waits here, before it has done anything.
            row = IdempotencyKey.objects.create(
                scope=scope[:96], key=key, fingerprint=print_, status=0, at=now
            )
            answer = work()
            row.status = answer.status
            row.answer = {"body": answer.body, "headers": answer.headers}
            row.save(update_fields=["status", "answer"])
            return answer
    except IntegrityError:
        known = recall(scope, key, print_)
        if known is None:
            raise  # another constraint was hurt
        return known


def recall(scope: str, key: str, print_: str) -> Answer | None:
    """Return the answer given to this key before, or None; raise KeyReused if it differs."""
    row = IdempotencyKey.objects.filter(scope=scope[:96], key=key).first()
    if row is None:
        return None
    if row.fingerprint != print_:
        raise KeyReused()
    return Answer(row.status, row.answer.get("body"), row.answer.get("headers", {}), replayed=True)


def purge(now: datetime) -> int:
    """Forget keys that are older than they need be and return how many."""
    return IdempotencyKey.objects.filter(at__lt=now - KEPT).delete()[0]
