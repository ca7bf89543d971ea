"""Background entry points."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from sunline.kernel import clock, crash

from . import channels, services
from .types import Carried, Outcome, Parcel

# One turn ends after this long, so that a slow server does not hold the worker's other work up.
BUDGET = timedelta(seconds=20)
BATCH = 20
logger = logging.getLogger(__name__)


def send_due(now: datetime) -> int:
    """Carry what is owed on every configured channel and return how many parcels were settled."""
    services.sweep_unknown(now)
    settled, until = 0, clock.now() + BUDGET
    while clock.now() < until:
        claimed = services.claim_outgoing(now, channels=settings.CHANNELS, most=BATCH)
        if not claimed:
            break
        crash.point("before send")
        by_channel: dict[str, list[Parcel]] = defaultdict(list)
        for parcel in claimed:
            by_channel[parcel.channel].append(parcel)
        for kind, parcels in by_channel.items():
            settled += carry(kind, parcels)
    return settled


def carry(kind: str, parcels: Sequence[Parcel]) -> int:
    """Give parcels to their channel and settle each as its outcome becomes known."""
    waiting = {parcel.outgoing_id: parcel for parcel in parcels}
    left: set[UUID] = set()

    def handing_over(outgoing_id: UUID) -> bool:
        mine = services.hand_over(waiting[outgoing_id], clock.now())
        if mine:
            left.add(outgoing_id)
        return mine

    try:
        for outcome in channels.channel(kind).carry(parcels, handing_over):
            crash.point("after send")
            _settle(waiting.pop(outcome.outgoing_id), outcome)
    except Exception as error:
        logger.exception("a channel failed", extra={"channel": kind})
        for parcel in list(waiting.values()):
            gone = parcel.outgoing_id in left
            carried = Carried.UNKNOWN if gone else Carried.LATER
            _settle(parcel, Outcome(parcel.outgoing_id, carried, repr(error)))
    return len(parcels)


def _settle(parcel: Parcel, outcome: Outcome) -> None:
    crash.point("before mark")
    services.settle_outgoing_parcel(parcel, outcome, clock.now())
