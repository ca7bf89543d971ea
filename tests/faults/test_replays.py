"""What comes again, one after the other or at once, is one ticket."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.db import connection, connections
from faults import lives, world

from sunline.adapters.channels.email import poller
from sunline.adapters.channels.email.reading import Fetched
from sunline.interactions.models import Message
from sunline.interactions.queries import mailbox_settings
from sunline.kernel import clock, deliveries
from sunline.tickets.models import Ticket

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
JSON = "application/json"


@pytest.fixture
def place() -> world.World:
    found = world.build(people=("lin",))
    world.open_mailbox(smtp_port=9)  # nothing is sent here
    return found


def mail(text: str = "断网了", mid: str = "one@customer.example") -> bytes:
    return (
        "From: chen@customer.example\r\nTo: gz@sunline.example\r\nSubject: fault\r\n"
        f"Message-ID: <{mid}>\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    ).encode()


def take_in(raw: bytes, uid: int = 1) -> None:
    (box,) = mailbox_settings()
    poller.store(Fetched(uid, raw, clock.now()), box, 1, uid)


def body(text: str = "断网了") -> dict[str, str]:
    return {
        "description": text,
        "severity": "Minor",
        "ticketType": "fault",
        "@type": "TroubleTicket",
    }


def create(place: world.World, key: str, text: str = "断网了") -> tuple[int, str, bool]:
    headers = {"Idempotency-Key": key}
    answer = place.system().post(world.TMF, body(text), content_type=JSON, headers=headers)
    number = answer.json().get("id", answer.json().get("code", ""))
    return answer.status_code, number, "Idempotency-Replayed" in answer.headers


def test_a_mail_read_again_is_one_ticket(place: world.World) -> None:
    for uid in range(1, 6):
        take_in(mail(), uid)
        deliveries.drain()
    assert (Message.objects.count(), Ticket.objects.count()) == (1, 1)


def test_a_post_repeated_is_one_ticket(place: world.World) -> None:
    answers = [create(place, "key-1") for _ in range(5)]
    assert {answer[:2] for answer in answers} == {(201, Ticket.objects.get().number)}
    assert [answer[2] for answer in answers] == [False, True, True, True, True]
    assert create(place, "key-1", "another text")[0] == 409
    assert create(place, "key-2", "another text")[0] == 201
    assert Ticket.objects.count() == 2


@pytest.mark.postgres
def test_mails_read_at_once_are_one_ticket(place: world.World) -> None:
    def read(number: int) -> None:
        try:
            take_in(mail(mid=f"{number // 8}@customer.example"), number)
            deliveries.drain()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(read, range(40)))
    deliveries.drain()
    assert (Message.objects.count(), Ticket.objects.count()) == (5, 5)


@pytest.mark.postgres
def test_posts_at_once_are_one_ticket(place: world.World) -> None:
    def send(number: int) -> tuple[int, str, bool]:
        try:
            return create(place, f"key-{number // 8}", f"断网{number // 8}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(send, range(40)))
    assert {answer[0] for answer in answers} == {201}
    for key in range(5):
        group = answers[key * 8 : key * 8 + 8]
        assert len({answer[1] for answer in group}) == 1
        assert sum(not answer[2] for answer in group) == 1
    assert Ticket.objects.count() == 5


@pytest.mark.postgres
def test_of_two_bodies_with_one_key_one_is_refused(place: world.World) -> None:
    def send(text: str) -> tuple[int, str, bool]:
        try:
            return create(place, key, text)
        finally:
            connections.close_all()

    for _ in range(10):
        key = uuid.uuid4().hex
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(send, ("断网了", "太慢了")))
        assert sorted(answer[0] for answer in answers) == [201, 409]
    assert Ticket.objects.count() == 10


def test_a_portal_form_sent_again_is_one_ticket(place: world.World, tmp_path: Path) -> None:
    web = lives.Web(place, tmp_path)
    word = f"w{uuid.uuid4().hex}"
    for _ in range(3):
        web.portal(word)
        web.desk(word)
    assert Ticket.objects.count() == 2
    assert connection.in_atomic_block is False
