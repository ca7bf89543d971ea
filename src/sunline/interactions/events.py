"""Facts about interactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class InteractionReceived(Fact):
    """A contact began."""

    KIND: ClassVar[str] = "interaction.received@1"
    interaction_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class InteractionImported(Fact):
    """A past contact was taken over from elsewhere."""

    KIND: ClassVar[str] = "interaction.imported@1"
    interaction_id: UUID
    channel: str


@dataclass(frozen=True, slots=True)
class InteractionWrappedUp(Fact):
    """A contact ended with a wrap-up."""

    KIND: ClassVar[str] = "interaction.wrapped_up@1"
    interaction_id: UUID
    code: str
    topic_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class FilesForgotten(Fact):
    """The files and originals of a contact were deleted when their time was over."""

    KIND: ClassVar[str] = "interaction.files_forgotten@1"
    interaction_id: UUID
    files: int


@dataclass(frozen=True, slots=True)
class MessageReceived(Fact):
    """Somebody wrote to us and waits for an answer."""

    KIND: ClassVar[str] = "message.received@1"
    interaction_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class MessageSetAside(Fact):
    """Something arrived that no person waits for an answer to; `reason` says what."""

    KIND: ClassVar[str] = "message.set_aside@1"
    interaction_id: UUID
    message_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class MessageQueued(Fact):
    """A message is owed to the outside."""

    KIND: ClassVar[str] = "message.queued@1"
    interaction_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class MessageSent(Fact):
    """The next server took our message over."""

    KIND: ClassVar[str] = "message.sent@1"
    interaction_id: UUID
    message_id: UUID


@dataclass(frozen=True, slots=True)
class MessageFailed(Fact):
    """Our message was not delivered, or nobody knows whether it was (`reason` unknown)."""

    KIND: ClassVar[str] = "message.failed@1"
    interaction_id: UUID
    message_id: UUID
    reason: str


@dataclass(frozen=True, slots=True)
class MailboxConfigured(Fact):
    """A mailbox was set up, changed or closed."""

    KIND: ClassVar[str] = "mailbox.configured@1"
    code: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class MessageSettled(Fact):
    """A person decided about a message that failed or whose outcome was unknown."""

    KIND: ClassVar[str] = "message.settled@1"
    interaction_id: UUID
    message_id: UUID
    resend: bool


@dataclass(frozen=True, slots=True)
class ImportAsked(Fact):
    """A person asked for a file of past contacts to be imported."""

    KIND: ClassVar[str] = "interaction.import_asked@1"
    job_id: UUID
    dry_run: bool
