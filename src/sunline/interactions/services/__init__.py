"""Every change to interactions: one verb each."""

from .arrivals import keep_file, receive
from .aside import admit, settle_unreadable
from .bulk import record_many
from .contacts import add_message, open_contact, tie, wrap_up
from .forgetting import drop_contents, forget_files, old_with_files
from .importing import ask_import, ask_real_import, import_interactions
from .mailboxes import (
    advance_mailbox,
    close_mailbox,
    configure_mailbox,
    note_mailbox,
    test_mailbox,
)
from .outgoing import claim_outgoing, hand_over, settle_outgoing_parcel, sweep_unknown
from .sending import send, settle_outgoing

__all__ = [
    "add_message",
    "admit",
    "advance_mailbox",
    "ask_import",
    "ask_real_import",
    "claim_outgoing",
    "close_mailbox",
    "configure_mailbox",
    "drop_contents",
    "forget_files",
    "hand_over",
    "import_interactions",
    "keep_file",
    "note_mailbox",
    "old_with_files",
    "open_contact",
    "receive",
    "record_many",
    "send",
    "settle_outgoing",
    "settle_outgoing_parcel",
    "settle_unreadable",
    "sweep_unknown",
    "test_mailbox",
    "tie",
    "wrap_up",
]
