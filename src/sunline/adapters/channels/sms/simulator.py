"""A stand-in for the operator's SMS gateway, for the demo: nothing leaves the machine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from sunline.interactions.ports import CannotRead
from sunline.interactions.types import Arrival, Carried, Outcome, Parcel

MOBILE = re.compile(r"1\d{10}")


class SimulatedSms:
    """Takes text messages as a gateway would and sends none (`interactions.ports.Channel`)."""

    simulated = True

    def parse(self, raw: bytes, *, received_at: datetime, mailbox_code: str = "") -> Arrival:
        """Raise CannotRead: no gateway hands anything in."""
        raise CannotRead("simulated")

    def carry(
        self, parcels: Sequence[Parcel], handing_over: Callable[[UUID], bool]
    ) -> Iterator[Outcome]:
        """Yield the outcome of each parcel: taken, or refused for what is no mobile number."""
        for parcel in parcels:
            if not MOBILE.fullmatch(parcel.to):
                yield Outcome(parcel.outgoing_id, Carried.REFUSED, "not a mobile number")
            elif not handing_over(parcel.outgoing_id):
                yield Outcome(parcel.outgoing_id, Carried.LOST)
            else:
                yield Outcome(parcel.outgoing_id, Carried.SENT, "simulated")
