"""Reading a real IMAP mailbox: nothing lost, nothing twice."""

from __future__ import annotations

import hashlib
import random
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from sunline.adapters.channels.email import poller
from sunline.adapters.channels.email.parse import parse
from sunline.adapters.channels.email.reading import Fetched, Trouble, session
from sunline.adapters.channels.email.tests import processes
from sunline.adapters.channels.email.tests.broken import broken_mails
from sunline.interactions import queries, services
from sunline.interactions.models import Interaction, MailboxProgress, Message
from sunline.interactions.ports import CannotRead
from sunline.interactions.rules import digest_of
from sunline.kernel import clock
from sunline.kernel.models import Unreadable
from sunline.staff.types import system_viewer

EXAMPLES = Path(__file__).parents[1] / "examples"
SYSTEM = system_viewer()


def example(name):
    return (EXAMPLES / f"{name}.eml").read_bytes()


def mail(number, body="宽带断了"):
    return (
        f"From: chen{number}@example.com\r\nSubject: test {number}\r\n"
        f"Message-ID: <{number}@example.com>\r\n\r\n{body}\r\n"
    ).encode()


def read():
    return poller.read_mailbox("gz", threading.Event(), once=True)


@pytest.mark.django_db
def test_mails_are_stored_then_marked_and_read_once(box, imap, user):
    imap.deliver(user, example("qq_new_gb18030"))
    imap.deliver(user, example("attachments_rfc2047_rfc2231"))
    imap.deliver(user, b"no headers at all")
    assert read() == 3
    assert Interaction.objects.count() == 2
    assert Unreadable.objects.get().reason == "no_headers"
    assert all("Seen" in flags for flags in imap.flags(user))
    assert read() == 0
    imap.deliver(user, example("qq_new_gb18030"))
    assert read() == 1
    assert Message.objects.count() == 2
    kept = queries.messages_of(Interaction.objects.latest("id").id)[0].attachments
    assert [file.refused for file in kept] == ["", ""]


@pytest.mark.django_db
def test_old_mail_that_was_read_before_stays_where_it_is(box, imap, user):
    imap.deliver(user, mail(1), flags="(\\Seen)")
    imap.deliver(user, mail(2))
    assert read() == 1
    # From now on everything new is taken, even when somebody looked at it first.
    imap.deliver(user, mail(3), flags="(\\Seen)")
    assert read() == 1
    assert Message.objects.count() == 2


@pytest.mark.django_db
def test_a_folder_numbered_anew_is_read_again_without_effect(box, imap, user):
    for number in range(3):
        imap.deliver(user, mail(number))
    assert read() == 3
    before = MailboxProgress.objects.get().uid_validity
    imap.renumber(user)
    imap.deliver(user, mail(9), flags="(\\Seen)")
    read()
    assert MailboxProgress.objects.get().uid_validity != before
    assert Message.objects.count() == 4


@pytest.mark.django_db
def test_read_mails_are_put_away_when_asked(box, imap, user):
    services.configure_mailbox(replace(box, done_folder="Done"), viewer=SYSTEM, now=clock.now())
    imap.deliver(user, mail(1))
    assert read() == 1
    assert (imap.count(user), imap.count(user, "Done")) == (0, 1)


@pytest.mark.django_db
def test_trying_a_mailbox_tells_what_is_wrong(box, imap):
    def steps(**changes):
        found = services.test_mailbox(replace(box, **changes), viewer=SYSTEM)
        return {step.step: step.trouble or "ok" for step in found}

    assert steps() == {"imap": "ok", "smtp": "ok"}
    assert steps(imap_password="wrong")["imap"] == "credentials"
    assert steps(folder="Nowhere")["imap"] == "folder"
    assert steps(imap_port=1, smtp_port=1) == {"imap": "unreachable", "smtp": "unreachable"}
    assert steps(imap_security="tls")["imap"] in {"tls", "unreachable"}


@pytest.mark.django_db
def test_a_stored_password_is_not_tried_elsewhere(box, imap):
    moved = replace(box, imap_host="localhost", imap_password="")
    found = services.test_mailbox(moved, viewer=SYSTEM)
    assert [step.trouble for step in found] == ["credentials", ""]


@pytest.mark.django_db
def test_a_large_mail_is_taken_in_part_and_said_to_be(box, imap, user, monkeypatch):
    monkeypatch.setattr("sunline.adapters.channels.email.reading.MOST_BYTES", 3000)
    monkeypatch.setattr("sunline.adapters.channels.email.reading.PARTIAL", 1000)
    imap.deliver(user, mail(1, "宽带断了\r\n" * 1000))
    assert read() == 1
    view = queries.messages_of(Interaction.objects.get().id)[0]
    assert view.body.startswith("宽带断了")
    assert [file.refused for file in view.attachments] == ["too_big"]


@pytest.mark.django_db
def test_malformed_mails_end_as_message_or_unreadable(box):
    mails = list(broken_mails(random.Random(7), 250))
    opened = poller.current("gz")
    assert opened is not None
    for uid, raw in enumerate(mails, 1):
        poller.store(Fetched(uid, raw, clock.now()), opened, 1, uid)
    lost = []
    for raw in mails:
        sha256 = hashlib.sha256(raw).hexdigest()
        try:
            parse(raw, received_at=clock.now())
            stored = Message.objects.filter(source_sha256=sha256).exists()
        except CannotRead:
            stored = False
        if not stored and not Unreadable.objects.filter(detail__contains=sha256).exists():
            lost.append(raw)
    # A mail whose breaking left its words and id as they were is a replay of an earlier one.
    known = set(Message.objects.values_list("digest", flat=True))
    assert [raw for raw in lost if digest(raw) not in known] == []
    assert Message.objects.count() > 80
    reasons = set(Unreadable.objects.values_list("reason", flat=True))
    assert reasons <= {"no_sender", "no_headers", "empty"}, list(
        Unreadable.objects.filter(reason="unexpected").values_list("detail", flat=True)
    )


def digest(raw):
    arrival = parse(raw, received_at=clock.now())
    return digest_of(arrival.address, arrival.subject, arrival.body)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("place", ["before receive", "after receive"])
def test_a_killed_reader_loses_and_repeats_nothing(box, imap, user, place):
    imap.deliver(user, mail(1))
    imap.deliver(user, mail(2))
    assert processes.read_once(crash_at=place) == -9
    assert [("Seen" in flags) for flags in imap.flags(user)] == [False, False]
    assert processes.read_once() == 0
    assert Message.objects.count() == 2
    assert Interaction.objects.count() == 2
    assert all("Seen" in flags for flags in imap.flags(user))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_new_mail_is_seen_at_once(box, imap, user):
    reader = processes.start_reader()
    try:
        imap.deliver(user, mail(1))
        until(lambda: Message.objects.count() == 1)
        began = time.monotonic()
        imap.deliver(user, mail(2))
        until(lambda: Message.objects.count() == 2)
        assert time.monotonic() - began < 3
        reader.terminate()
        assert reader.wait(15) == 0
    finally:
        if reader.poll() is None:
            reader.kill()


def until(true, seconds=15.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.05)


@pytest.mark.django_db
def test_trouble_is_noted_with_its_beginning(box):
    now = clock.now()
    services.note_mailbox("gz", now=now, trouble="unreachable", detail="x")
    services.note_mailbox("gz", now=clock.now(), trouble="unreachable", detail="y")
    view = queries.mailbox_views(SYSTEM)[0]
    assert (view.trouble, view.trouble_since, view.detail) == ("unreachable", now, "y")
    services.note_mailbox("gz", now=clock.now())
    assert queries.mailbox_views(SYSTEM)[0].trouble == ""


@pytest.mark.django_db
def test_a_session_names_its_trouble(box):
    with pytest.raises(Trouble) as caught, session(replace(box, imap_password="no")):
        raise AssertionError
    assert caught.value.code == "credentials"
