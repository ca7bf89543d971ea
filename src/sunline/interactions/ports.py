"""What a channel offers: reading what arrives and carrying what is owed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from .types import Arrival, MailboxCheck, MailboxSettings, Outcome, Parcel


class CannotRead(Exception):
    """A channel cannot make sense of something; `reason` is a short code for the person's list."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(reason)


class Channel(Protocol):
    """One way to and from customers. Named by `settings.CHANNELS[kind]`."""

    def parse(self, raw: bytes, *, received_at: datetime, mailbox_code: str = "") -> Arrival:
        """Return what arrived; raise CannotRead when it makes no sense."""
        ...

    def carry(
        self, parcels: Sequence[Parcel], handing_over: Callable[[UUID], bool]
    ) -> Iterator[Outcome]:
        """Yield the outcome of each parcel.

        `handing_over` is called with a parcel's id just before the act that cannot be taken back;
        when it returns False another worker has the parcel and it must not be sent.
        """
        ...


class MailChannel(Channel, Protocol):
    """A channel that uses mailboxes."""

    def check(self, mailbox: MailboxSettings) -> list[MailboxCheck]:
        """Try to reach and sign in to both servers of a mailbox."""
        ...
