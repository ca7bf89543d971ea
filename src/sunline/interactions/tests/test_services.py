"""Receiving, recording, wrapping up and sending."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sunline.interactions import queries, services
from sunline.interactions.errors import AlreadyEnded, NotSetAside, OwnAddress, UnknownInteraction
from sunline.interactions.models import Attachment, Interaction, Message, Outgoing
from sunline.interactions.types import Arrival, File, MailboxSettings, Record
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.models import Event
from sunline.staff.types import system_viewer
from sunline.testing.clock import NOON

SYSTEM = system_viewer()
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def arrival(**changes):
    base = Arrival(
        channel="email",
        address="Chen@Example.com",
        body="宽带断了",
        external_id="<one@example.com>",
        at=NOON - timedelta(minutes=1),
        subject="宽带故障",
        mailbox_code="gz",
    )
    return replace(base, **changes)


@pytest.fixture
def mailbox(org, settings, tmp_path):
    settings.FILES_ROOT = tmp_path / "files"
    wanted = MailboxSettings(
        code="gz",
        unit_id=org["gz"].id,
        address="gz@sunline.example",
        imap_host="127.0.0.1",
        imap_user="gz",
        imap_password="secret",
        smtp_host="127.0.0.1",
    )
    services.configure_mailbox(wanted, viewer=SYSTEM, now=NOON)
    return wanted


def receive(**changes):
    return services.receive(arrival(**changes), viewer=SYSTEM, now=NOON)


def kinds(interaction_id):
    rows = Event.objects.filter(subject_id=interaction_id).order_by("sequence")
    return list(rows.values_list("kind", flat=True))


def test_an_arrival_opens_an_interaction_of_the_mailbox_unit(mailbox, org):
    got = receive()
    row = Interaction.objects.get()
    assert got.created
    assert not got.duplicate
    assert row.home_unit_id == org["gz"].id
    assert row.address == "chen@example.com"
    assert row.number.startswith("I20261120-")
    assert kinds(row.id) == ["interaction.received@1", "message.received@1"]


def test_the_same_arrival_again_changes_nothing(mailbox):
    first = receive()
    again = receive()
    assert again.duplicate
    assert again.message_id == first.message_id
    assert Message.objects.count() == 1
    assert Event.objects.filter(subject_id=first.interaction_id).count() == 2


def test_another_message_under_a_used_id_is_not_lost(mailbox):
    receive()
    other = receive(body="完全不同的内容")
    assert not other.duplicate
    assert receive(body="完全不同的内容").duplicate
    assert Message.objects.count() == 2


def test_a_reply_joins_its_thread_and_reopens_it(mailbox):
    first = receive()
    services.wrap_up(first.interaction_id, code="ticket", topic_id=None, viewer=SYSTEM, now=NOON)
    reply = receive(external_id="<two@example.com>", references=("<one@example.com>",))
    assert reply.interaction_id == first.interaction_id
    assert not reply.created
    assert Interaction.objects.get().status == "open"


def test_a_number_joins_only_from_the_same_address(mailbox):
    first = receive()
    services.tie(first.interaction_id, thread_key="T20261120-000001")
    mine = receive(external_id="<2@x>", subject="Re: [T20261120-000001] 宽带", body="还是不行")
    other = receive(
        external_id="<3@x>", subject="Re: [T20261120-000001] 宽带", address="xu@example.net"
    )
    assert mine.interaction_id == first.interaction_id
    assert other.interaction_id != first.interaction_id


def test_automatic_mail_is_set_aside_until_somebody_admits_it(mailbox, viewer):
    got = receive(automatic="auto_reply")
    assert kinds(got.interaction_id) == ["message.set_aside@1"]
    assert [item.reason for item in queries.set_aside(SYSTEM).items] == ["auto_reply"]
    services.admit(got.message_id, viewer=SYSTEM, now=NOON)
    assert kinds(got.interaction_id)[1:] == ["interaction.received@1", "message.received@1"]
    with pytest.raises(NotSetAside):
        services.admit(got.message_id, viewer=SYSTEM, now=NOON)


def test_too_many_from_one_sender_are_set_aside(mailbox):
    services.configure_mailbox(replace(mailbox, most_per_hour=3), viewer=SYSTEM, now=NOON)
    got = [receive(external_id=f"<{n}@x>") for n in range(5)]
    assert [item.automatic for item in got] == ["", "", "", "capped", "capped"]


def test_files_are_judged_and_stored_once(mailbox):
    got = receive(
        attachments=(
            File("截图.png", "image/png", PNG),
            File("again.png", "image/png", PNG),
            File("page.html", "text/html", b"<html><script>"),
            File("photo.jpg", "image/jpeg", b"MZ\x90\x00 not a picture"),
            File("../../etc/evil\u202egnp.exe", "x", b"MZ\x00"),
        )
    )
    rows = list(Attachment.objects.order_by("id"))
    assert [row.refused for row in rows] == ["", "", "kind", "mismatch", "kind"]
    assert rows[0].sha256 == rows[1].sha256
    assert rows[4].name == "evilgnp.exe"
    stored = queries.attachment_for(SYSTEM, rows[0].id)
    assert stored.path.read_bytes() == PNG
    assert len(queries.messages_of(got.interaction_id)[0].attachments) == 5


def test_scope_decides_who_sees(mailbox, viewer):
    got = receive()
    assert queries.interaction_for(viewer("lin"), got.interaction_id).address == "ch***@example.com"
    with pytest.raises(UnknownInteraction):
        queries.interaction_for(viewer("lv_nj"), got.interaction_id)
    with pytest.raises(UnknownInteraction):
        services.wrap_up(
            got.interaction_id, code="solved", topic_id=None, viewer=viewer("lv_nj"), now=NOON
        )


def test_a_contact_at_the_desk(mailbox, viewer, org):
    got = services.open_contact(
        channel="phone", address="+86 199 0000 0001", viewer=viewer("lin"), now=NOON, body="咨询"
    )
    services.wrap_up(
        got.interaction_id, code="solved", topic_id=None, viewer=viewer("lin"), now=NOON
    )
    with pytest.raises(AlreadyEnded):
        services.wrap_up(
            got.interaction_id, code="solved", topic_id=None, viewer=viewer("lin"), now=NOON
        )
    row = Interaction.objects.get()
    assert (row.address, row.wrap_up, row.status) == ("19900000001", "solved", "ended")
    with pytest.raises(Invalid):
        services.open_contact(channel="pigeon", viewer=viewer("lin"), now=NOON)


def test_sending_is_owed_once_per_key(mailbox):
    got = receive(headers={"message_id": "<one@example.com>"})
    first = services.send(
        got.interaction_id,
        body="已修复",
        subject="[T20261120-000009] 宽带故障",
        to="chen@example.com",
        viewer=SYSTEM,
        now=NOON,
        key="answer-1",
    )
    again = services.send(
        got.interaction_id, body="x", to="chen@example.com", viewer=SYSTEM, now=NOON, key="answer-1"
    )
    row = Outgoing.objects.select_related("message").get()
    assert first == again == row.message_id
    assert row.message.headers["in_reply_to"] == "<one@example.com>"
    assert row.message.headers["message_id"].endswith("@sunline.example>")
    # The customer answers it; and another mail with the number finds the thread as well.
    reply = receive(external_id="<2@x>", references=(row.message.headers["message_id"],))
    assert reply.interaction_id == got.interaction_id
    assert Interaction.objects.get().thread_key == "T20261120-000009"


def test_sending_to_ourselves_or_nobody_is_refused(mailbox, viewer):
    got = receive()
    with pytest.raises(OwnAddress):
        services.send(
            got.interaction_id, body="x", to="gz@sunline.example", viewer=SYSTEM, now=NOON, key="a"
        )
    with pytest.raises(Invalid):
        services.send(
            got.interaction_id, body="x", to="a@b@c, d@e", viewer=SYSTEM, now=NOON, key="b"
        )
    with pytest.raises(Refused):
        services.send(
            got.interaction_id,
            body="x",
            to="chen@example.com",
            viewer=viewer("feng"),
            now=NOON,
            key="c",
        )


def test_our_own_mail_coming_back_is_a_loop(mailbox):
    got = receive()
    message_id = services.send(
        got.interaction_id, body="答复", to="chen@example.com", viewer=SYSTEM, now=NOON, key="k"
    )
    ours = Message.objects.get(id=message_id).headers["message_id"]
    back = receive(external_id=ours, body="答复", address="list@example.com")
    assert back.automatic == "loop"
    assert not back.duplicate


def test_mailboxes_are_dated_rows(mailbox, viewer):
    later = NOON + timedelta(days=1)
    services.configure_mailbox(
        replace(mailbox, imap_password="", sender_name="阳光热线"), viewer=SYSTEM, now=later
    )
    (kept,) = queries.mailbox_settings()
    assert (kept.imap_password, kept.sender_name) == ("secret", "阳光热线")
    assert queries.mailbox_views(SYSTEM)[0].settings.imap_password == ""
    with pytest.raises(Refused):
        services.configure_mailbox(mailbox, viewer=viewer("lin"), now=later)
    with pytest.raises(Invalid) as caught:
        services.configure_mailbox(replace(mailbox, address="nonsense"), viewer=SYSTEM, now=later)
    assert [problem.field for problem in caught.value.problems] == ["address"]
    services.close_mailbox("gz", viewer=SYSTEM, now=later)
    assert queries.mailbox_settings() == []


def test_past_interactions_are_taken_over_once(org):
    rows = [
        Record("phone", NOON - timedelta(days=n % 7), org["gz"].id, "19900000001", body="咨询")
        for n in range(50)
    ] + [Record("email", NOON, org["sz"].id, external_id="E1", body="旧邮件")]
    made = services.record_many(rows, now=NOON)
    again = services.record_many(rows[-1:], now=NOON)
    assert len(set(made)) == 51
    assert again == made[-1:]
    assert Interaction.objects.count() == 51
    assert Event.objects.filter(kind="interaction.imported@1").count() == 51
    assert sum(row.count for row in queries.counts_by_day(NOON.date() - timedelta(8), NOON.date()))
