"""People who act on one ticket at the same moment: one wins, the others are told."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial

import pytest
from django.db import connections
from django.http import HttpResponseBase
from faults import world

from sunline.kernel import clock
from sunline.kernel.models import Event
from sunline.kernel.policies import publish
from sunline.kernel.types import SYSTEM
from sunline.tickets import services
from sunline.tickets.grant_policies import DAY_MOST
from sunline.tickets.models import ApprovalStep, Grant, Ticket
from sunline.tickets.types import Registration

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]
ROUNDS = 20
NAMES = {"zheng": "20007", "chu": "20008"}


@pytest.fixture
def place() -> world.World:
    return world.build(people=("lin", "zheng", "chu", "sun", "zhao", "qian"))


def at_once(*acts: Callable[[], HttpResponseBase]) -> list[HttpResponseBase]:
    """Do all acts at one moment, each in a thread, and return their answers in order."""
    gate, answers = threading.Barrier(len(acts)), {}

    def run(place: int) -> None:
        gate.wait()
        try:
            answers[place] = acts[place]()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[place] for place in range(len(acts))]


def fresh(place: world.World, *verbs: str) -> Ticket:
    """Return a new ticket of the network unit, led through the verbs by 郑."""
    now = clock.now()
    wanted = Registration(
        kind="fault", title="掉线", description="掉线", channel="phone", home_unit_id=place.home
    )
    ref = services.register(world.SYSTEM, wanted, now=now)
    unit = world.cast.organisation()["gz-net"].id
    if "dispatch" in verbs:
        services.dispatch(world.SYSTEM, ref.id, unit_id=unit, now=now)
    zheng = world.cast.viewer("zheng", now)
    if "accept" in verbs:
        services.accept(zheng, ref.id, now=now)
    if "hold" in verbs:
        services.hold(zheng, ref.id, reason="parts", now=now)
    return Ticket.objects.get(id=ref.id)


def post(place: world.World, key: str, ticket: Ticket, slug: str, **values: object) -> Callable:
    """Return the sending of a form that was opened on the ticket as it is now."""
    browser = place.browser(key)
    sent = {"version": ticket.version, **values}
    return lambda: browser.post(f"/tickets/{ticket.number}/{slug}", sent)


def statuses(answers: Sequence[HttpResponseBase]) -> list[int]:
    return sorted(answer.status_code for answer in answers)


def whole(ticket: Ticket) -> list[str]:
    """Return the kinds of the ticket's facts, which are numbered without gaps."""
    events = list(Event.objects.filter(subject_id=ticket.id).order_by("sequence"))
    ticket.refresh_from_db()
    assert [event.sequence for event in events] == list(range(1, ticket.version + 1))
    return [event.kind for event in events]


def test_two_take_one_ticket(place: world.World) -> None:
    winners: Counter[str] = Counter()
    for _ in range(ROUNDS):
        ticket = fresh(place, "dispatch")
        keys = ("zheng", "chu")
        answers = at_once(*(post(place, key, ticket, "accept") for key in keys))
        assert statuses(answers) == [302, 409]
        first = keys[[answer.status_code for answer in answers].index(302)]
        told = next(answer for answer in answers if answer.status_code == 409)
        assert NAMES[first] in told.content.decode()
        assert whole(ticket).count("ticket.accepted@1") == 1
        assert ticket.handler.staff_no == NAMES[first]
        winners[first] += 1
    assert sum(winners.values()) == ROUNDS


def test_dispatch_against_withdraw(place: world.World) -> None:
    unit = str(world.cast.organisation()["gz-net"].id)
    for _ in range(ROUNDS):
        ticket = fresh(place)
        answers = at_once(
            post(place, "sun", ticket, "dispatch", unit_id=unit),
            post(place, "sun", ticket, "withdraw", reason="customer"),
        )
        assert statuses(answers) == [302, 409]
        kinds = whole(ticket)
        assert len(kinds) == 2
        assert ticket.state in {"awaiting_acceptance", "withdrawn"}


def test_hold_against_reply_and_resume_against_itself(place: world.World) -> None:
    for _ in range(ROUNDS):
        ticket = fresh(place, "dispatch", "accept")
        answers = at_once(
            post(place, "zheng", ticket, "hold", reason="parts"),
            post(place, "zheng", ticket, "reply", text="已修复"),
        )
        assert statuses(answers) == [302, 409]
        assert len(whole(ticket)) == 4
        held = fresh(place, "dispatch", "accept", "hold")
        answers = at_once(*(post(place, "zheng", held, "resume") for _ in range(2)))
        assert statuses(answers) == [302, 409]
        assert whole(held).count("ticket.resumed@1") == 1


def test_one_form_sent_twice(place: world.World) -> None:
    for number in range(ROUNDS):
        values = {"description": f"断网{number}", "kind": "fault", "token": str(uuid.uuid4())}
        sends = []
        for _ in range(2):
            sends.append(partial(place.browser("lin").post, "/tickets/new", values))
        answers = at_once(*sends)
        assert statuses(answers) == [302, 302]
        assert len({answer.headers["Location"] for answer in answers}) == 1
        assert Ticket.objects.filter(description=values["description"]).count() == 1
        ticket = fresh(place)
        notes = at_once(*(post(place, "lin", ticket, "note", text="回电") for _ in range(2)))
        assert statuses(notes) == [302, 409]
        assert whole(ticket).count("ticket.noted@1") == 1


def test_a_changed_form_is_another_ticket(place: world.World) -> None:
    token = str(uuid.uuid4())
    browser = place.browser("lin")
    for text in ("断网", "断网", "断网三天"):
        values = {"description": text, "kind": "fault", "token": token}
        assert browser.post("/tickets/new", values).status_code == 302
    assert Ticket.objects.count() == 2


def test_a_stale_form_is_told_who_was_first(place: world.World) -> None:
    for _ in range(ROUNDS):
        ticket = fresh(place, "dispatch", "accept")
        late = post(place, "zheng", ticket, "reply", text="我写了很久的回单")
        services.add_note(world.cast.viewer("sun"), ticket.id, text="请加快", now=clock.now())
        answer = late()
        assert answer.status_code == 409
        page = answer.content.decode()
        assert "20004" in page
        assert "我写了很久的回单" in page
        assert "ticket.replied@1" not in whole(ticket)


def test_two_deciders_and_the_sum_of_a_day(place: world.World) -> None:
    world.cast.people()
    now, agent = clock.now(), world.cast.viewer("lin")
    for number in range(ROUNDS // 2):
        ticket, amount = fresh(place), Decimal(60)
        services.grant(agent, ticket.id, action="goodwill_credit", amount=amount, now=now)
        ticket.refresh_from_db()
        no = {"note": "不同意"} if number % 2 else {"approve": "1"}
        answers = at_once(
            post(place, "zhao", ticket, "decide-grant", approve="1"),
            post(place, "qian", ticket, "decide-grant", **no),
        )
        assert statuses(answers) == [302, 409]
        assert whole(ticket).count("ticket.grant_decided@1") == 1
        assert ApprovalStep.objects.filter(approval__ticket=ticket).count() == 1
    tickets = [fresh(place) for _ in range(8)]
    publish(DAY_MOST, 60, since=now, actor=SYSTEM, now=now)
    sends = [
        post(place, "lin", ticket, "grant", action="waive_late_fee", amount="20")
        for ticket in tickets
    ]
    assert statuses(at_once(*sends)) == [302] * 8
    rows = Grant.objects.filter(ticket__in=tickets)
    assert sorted(rows.values_list("cause", flat=True)) == [""] * 3 + ["above_day"] * 5
