"""Sending by a real SMTP server: once, in the thread, and known for what it is when it fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from sunline.adapters.channels.email.parse import parse
from sunline.adapters.channels.email.tests import processes
from sunline.interactions import queries, services, tasks
from sunline.interactions.models import Interaction, Message, Outgoing
from sunline.interactions.types import Arrival, File
from sunline.kernel import clock
from sunline.kernel.models import Event
from sunline.staff.types import system_viewer

SYSTEM = system_viewer()
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


@pytest.fixture
def thread(box):
    now = clock.now()
    got = services.receive(
        Arrival(
            channel="email",
            address="chen@example.com",
            body="宽带断了",
            external_id="<one@example.com>",
            at=now,
            subject="宽带故障",
            headers={"message_id": "<one@example.com>"},
            mailbox_code="gz",
        ),
        viewer=SYSTEM,
        now=now,
    )
    return got.interaction_id


def write(thread, key="k", to="chen@example.com", **more):
    return services.send(
        thread, body="您好，已修复。", to=to, viewer=SYSTEM, now=clock.now(), key=key, **more
    )


def state(key="k"):
    return Outgoing.objects.get(key=key).state


@pytest.mark.django_db
def test_an_answer_goes_out_once_in_its_thread(thread, smtp):
    write(thread, subject="[T20261121-000001] 宽带故障", files=[File("图.png", "", PNG)])
    assert tasks.send_due(clock.now()) == 1
    assert tasks.send_due(clock.now()) == 0
    (sent,) = smtp.received
    mail = sent.mail
    assert (sent.sender, sent.recipients) == ("gz@sunline.example", ["chen@example.com"])
    assert mail["From"] == "阳光热线 <gz@sunline.example>"
    assert mail["Subject"] == "[T20261121-000001] 宽带故障"
    assert mail["In-Reply-To"] == "<one@example.com>"
    assert mail["Message-ID"] == Message.objects.latest("id").headers["message_id"]
    text = mail.get_body().get_content()
    assert "您好，已修复。" in text
    assert text.startswith("##- ")
    assert [part.get_filename() for part in mail.iter_attachments()] == ["图.png"]
    assert state() == "sent"
    kinds = Event.objects.filter(subject_id=thread).order_by("sequence")
    assert list(kinds.values_list("kind", flat=True))[2:] == ["message.queued@1", "message.sent@1"]
    # If it ever came back to us it would be known for our own.
    assert parse(sent.raw, received_at=clock.now()).automatic == "loop"


@pytest.mark.django_db
def test_refusals_for_good_and_for_now(thread, smtp):
    smtp.recipients = {"gone@example.com": "550 no such user", "busy@example.com": "451 later"}
    write(thread, "gone", "gone@example.com")
    write(thread, "busy", "busy@example.com")
    write(thread, "fine", "fine@example.com")
    tasks.send_due(clock.now())
    assert [state("gone"), state("busy"), state("fine")] == ["failed", "waiting", "sent"]
    busy = Outgoing.objects.get(key="busy")
    assert busy.due_at > clock.now() + timedelta(seconds=10)
    assert "451" in busy.last_error
    assert [row.state for row in queries.outgoing_unsettled(SYSTEM).items] == ["failed"]
    smtp.recipients = {}
    tasks.send_due(clock.now() + timedelta(minutes=1))
    assert state("busy") == "sent"
    gone = Outgoing.objects.get(key="gone")
    services.settle_outgoing(gone.id, resend=True, viewer=SYSTEM, now=clock.now())
    tasks.send_due(clock.now())
    assert state("gone") == "sent"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("answer", "wanted"),
    [("554 spam", "failed"), ("452 full", "waiting"), ("drop", "unknown")],
)
def test_answers_to_the_content(thread, smtp, answer, wanted):
    smtp.data = answer
    write(thread)
    tasks.send_due(clock.now())
    assert state() == wanted


@pytest.mark.django_db
def test_a_silent_server_leaves_the_outcome_to_a_person(thread, smtp):
    smtp.data = "drop"
    write(thread)
    tasks.send_due(clock.now())
    tasks.send_due(clock.now() + timedelta(hours=3))
    assert len(smtp.received) == 1
    row = Outgoing.objects.get()
    services.settle_outgoing(row.id, resend=False, viewer=SYSTEM, now=clock.now())
    assert state() == "dropped"


@pytest.mark.django_db
def test_a_server_that_is_away_is_tried_again(thread, smtp):
    box = queries.mailbox_settings()[0]
    from dataclasses import replace

    services.configure_mailbox(replace(box, smtp_port=1), viewer=SYSTEM, now=clock.now())
    write(thread)
    tasks.send_due(clock.now())
    assert state() == "waiting"
    services.configure_mailbox(box, viewer=SYSTEM, now=clock.now())
    tasks.send_due(clock.now() + timedelta(minutes=1))
    assert state() == "sent"


@pytest.mark.django_db
def test_a_delivery_report_marks_what_did_not_arrive(thread, smtp):
    write(thread)
    tasks.send_due(clock.now())
    ours = Message.objects.latest("id").headers["message_id"]
    raw = (
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@mx.example.com\r\nSubject: Undelivered\r\n"
        "Message-ID: <dsn@mx>\r\nContent-Type: multipart/report; report-type=delivery-status; "
        "boundary=R\r\n\r\n--R\r\nContent-Type: message/delivery-status\r\n\r\nX: y\r\n\r\n"
        "Action: failed\r\n\r\n--R\r\nContent-Type: text/rfc822-headers\r\n\r\n"
        f"Message-ID: {ours}\r\n--R--\r\n"
    ).encode()
    arrival = parse(raw, received_at=clock.now(), mailbox_code="gz")
    got = services.receive(arrival, viewer=SYSTEM, now=clock.now())
    assert got.interaction_id == thread
    assert got.automatic == "bounce"
    assert state() == "failed"
    assert Interaction.objects.get().status == "open"


@pytest.mark.django_db
def test_nothing_in_a_message_becomes_a_header(thread, smtp):
    write(thread, subject="x\r\nBcc: victim@example.com")
    tasks.send_due(clock.now())
    (sent,) = smtp.received
    assert sent.recipients == ["chen@example.com"]
    assert "Bcc" not in sent.mail


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("place", "wanted", "copies"),
    [("before send", "sent", 1), ("after send", "unknown", 1), ("before mark", "unknown", 1)],
)
def test_a_killed_worker_sends_nothing_twice(thread, smtp, place, wanted, copies):
    write(thread)
    assert processes.send_due(crash_at=place) == -9
    tasks.send_due(clock.now())  # the lease still holds
    assert state() in {"waiting", "sending"}
    tasks.send_due(clock.now() + timedelta(minutes=5))
    assert state() == wanted
    assert len(smtp.received) == copies


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_several_workers_never_claim_the_same(thread, smtp):
    for number in range(60):
        write(thread, f"k{number}")

    def claim(_):
        try:
            return [
                parcel.outgoing_id
                for _ in range(5)
                for parcel in services.claim_outgoing(clock.now(), channels=["email"], most=5)
            ]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        claimed = [row for rows in pool.map(claim, range(4)) for row in rows]
    assert len(claimed) == len(set(claimed)) == 60


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_the_same_mail_received_at_once_is_one_message(box):
    arrival = Arrival("email", "chen@example.com", "断网", "<race@x>", clock.now())

    def receive(_):
        try:
            return services.receive(arrival, viewer=SYSTEM, now=clock.now())
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(receive, range(8)))
    assert len({item.message_id for item in got}) == 1
    assert sum(item.created for item in got) == 1
    assert Message.objects.count() == 1
    assert Interaction.objects.count() == 1
