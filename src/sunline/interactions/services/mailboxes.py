"""Mailboxes: setting up, trying, closing, and how far each has been read."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import cast

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import Invalid, Problem, required, too_long, unknown_choice, wrong_type
from sunline.kernel.types import Subject
from sunline.staff import queries as staff
from sunline.staff.types import Viewer

from .. import channels, events, permissions, rules
from ..errors import UnknownMailbox
from ..models import Mailbox, MailboxProgress
from ..ports import MailChannel
from ..types import ChannelKind, MailboxCheck, MailboxSettings, MailboxTrouble, Security

KEPT = (
    "address",
    "sender_name",
    "imap_host",
    "imap_port",
    "imap_security",
    "imap_user",
    "imap_password",
    "folder",
    "done_folder",
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "smtp_user",
    "smtp_password",
    "most_per_hour",
)


def configure_mailbox(wanted: MailboxSettings, *, viewer: Viewer, now: datetime) -> str:
    """Set a mailbox up, or change the one of the same code from now on; return the code.

    Empty passwords keep those in use. Needs `interactions.configure` for its unit.
    """
    viewer.require(permissions.CONFIGURE.code, staff.unit_tree().path(wanted.unit_id) or "/")
    with transaction.atomic():
        before = Mailbox.objects.select_for_update().filter(code=wanted.code, until=None).first()
        wanted = _with_passwords(wanted, before)
        problems = _problems(wanted)
        if problems:
            raise Invalid(problems)
        if before is not None:
            viewer.require(permissions.CONFIGURE.code, staff.unit_tree().path(before.unit_id))
            before.until = now
            before.save(update_fields=["until"])
        row = Mailbox.objects.create(
            code=wanted.code,
            unit_id=wanted.unit_id,
            since=now,
            configured_by=viewer.actor.id,
            **{name: getattr(wanted, name) for name in KEPT},
        )
        if before is not None and (before.imap_host, before.imap_user, before.folder) != (
            row.imap_host,
            row.imap_user,
            row.folder,
        ):
            MailboxProgress.objects.filter(code=row.code).delete()  # another folder, other uids
        _record(row, closed=False, viewer=viewer, now=now)
    return row.code


def _with_passwords(wanted: MailboxSettings, before: Mailbox | None) -> MailboxSettings:
    wanted = replace(wanted, address=rules.normal_address(wanted.address))
    if before is None:
        return wanted
    return replace(
        wanted,
        imap_password=wanted.imap_password or before.imap_password,
        smtp_password=wanted.smtp_password or before.smtp_password,
    )


def _problems(wanted: MailboxSettings) -> list[Problem]:
    found: list[Problem] = []
    if not wanted.code or not wanted.code.replace("-", "").replace("_", "").isalnum():
        found.append(required("code"))
    elif len(wanted.code) > 32:
        found.append(too_long("code", 32))
    if not rules.is_mail_address(wanted.address):
        found.append(wrong_type("address"))
    elif Mailbox.objects.filter(address=wanted.address, until=None).exclude(code=wanted.code):
        found.append(unknown_choice("address"))
    if staff.unit_tree().get(wanted.unit_id) is None:
        found.append(unknown_choice("unit_id"))
    for name in ("imap_port", "smtp_port"):
        if not 0 < getattr(wanted, name) < 65536:
            found.append(wrong_type(name))
    for name in ("imap_security", "smtp_security"):
        if getattr(wanted, name) not in Security.values:
            found.append(unknown_choice(name))
    if not wanted.imap_host and not wanted.smtp_host:
        found.append(required("imap_host"))
    if not 0 < wanted.most_per_hour <= 100_000:
        found.append(wrong_type("most_per_hour"))
    return found


def close_mailbox(code: str, *, viewer: Viewer, now: datetime) -> None:
    """Stop reading and writing by a mailbox from now on; its history stays."""
    with transaction.atomic():
        row = Mailbox.objects.select_for_update().filter(code=code, until=None).first()
        if row is None:
            raise UnknownMailbox
        viewer.require(permissions.CONFIGURE.code, staff.unit_tree().path(row.unit_id))
        row.until = now
        row.save(update_fields=["until"])
        _record(row, closed=True, viewer=viewer, now=now)


def _record(row: Mailbox, *, closed: bool, viewer: Viewer, now: datetime) -> None:
    fact = events.MailboxConfigured(row.code, closed)
    subject = Subject("mailbox", row.id)
    log.record(fact, subject=subject, actor=viewer.actor, now=now)


def test_mailbox(wanted: MailboxSettings, *, viewer: Viewer) -> list[MailboxCheck]:
    """Try both servers of a mailbox as described; stored passwords stand in for empty ones."""
    viewer.require(permissions.CONFIGURE.code, staff.unit_tree().path(wanted.unit_id) or "/")
    before = Mailbox.objects.filter(code=wanted.code, until=None).first()
    # A stored password is only ever tried on the server it was given for.
    if before and before.imap_host == wanted.imap_host and not wanted.imap_password:
        wanted = replace(wanted, imap_password=before.imap_password)
    if before and before.smtp_host == wanted.smtp_host and not wanted.smtp_password:
        wanted = replace(wanted, smtp_password=before.smtp_password)
    channel = cast(MailChannel, channels.channel(ChannelKind.EMAIL.value))
    return channel.check(wanted)


def advance_mailbox(code: str, *, uid_validity: int, uid: int, now: datetime) -> None:
    """Remember that everything up to `uid` has been stored; called in the same transaction."""
    MailboxProgress.objects.update_or_create(
        code=code, defaults={"uid_validity": uid_validity, "last_uid": uid, "read_at": now}
    )


def note_mailbox(code: str, *, now: datetime, trouble: str = "", detail: str = "") -> None:
    """Remember that a mailbox is connected, or what stands in the way since when."""
    row, _ = MailboxProgress.objects.get_or_create(code=code)
    if trouble:
        row.trouble_since = row.trouble_since if row.trouble else now
        row.trouble = MailboxTrouble(trouble).value
    else:
        row.trouble, row.trouble_since, row.connected_at = "", None, now
    row.detail = rules.without_nul(detail, 255)
    row.save(update_fields=["trouble", "trouble_since", "detail", "connected_at"])
