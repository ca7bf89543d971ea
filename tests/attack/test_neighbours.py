"""Side doors: links, counts, handovers, streams and keys tell a city nothing of another."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from attack import mutations, world
from attack.test_outsiders import body_of, leak
from django.core.cache import cache
from django.db import transaction

from sunline.interactions import queries as contacts
from sunline.interactions.models import Mailbox
from sunline.interactions.types import File
from sunline.kernel import caching, clock, unreadable
from sunline.kernel.errors import NotFound, SunlineError
from sunline.kernel.types import Subject
from sunline.staff.models import RoleGrant
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.acts import ACTS
from sunline.tickets.types import Registration
from sunline.web import live

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PIXEL = b"\x89PNG\r\n\x1a\n" + b"0" * 64


def test_relating_and_finding_tell_nothing_of_another_city(gz: world.City, sz: world.City) -> None:
    for key in ("he_sz", "lv_nj"):
        client = world.browser(key)
        own = f"/tickets/{sz.ticket.number}/relate"
        for number in (gz.ticket.number, gz.ticket.number.lower(), str(gz.ticket.id)):
            answer = client.post(own, {"other_number": number, "kind": "related"})
            assert answer.status_code in {403, 404, 422}
            assert not leak(answer, gz)
        for text in (gz.phone, gz.name, gz.name[:2], *gz.words, gz.phone[-4:], gz.ticket.number):
            for path in ("/search", "/customers", "/tickets", "/tickets/new/customers"):
                cache.clear()
                answer = client.get(path, {"q": text, "look_for": text, "view": "all"})
                told = body_of(answer).replace(text, "")
                assert gz.ticket.number not in told.replace(gz.ticket.number, "", 1), (path, text)
                assert str(gz.customer_id) not in told
    unknown = world.browser("he_sz").get("/tickets/T20200101-000001")
    strange = world.browser("he_sz").get(f"/tickets/{gz.ticket.number}")
    assert (unknown.status_code, len(unknown.content)) == (
        strange.status_code,
        len(strange.content),
    )


def test_counts_do_not_tell_of_another_city(gz: world.City, sz: world.City) -> None:
    pages = {
        key: world.browser(key).get("/tickets?view=open").content for key in ("he_sz", "lv_nj")
    }
    token = world.token_of("sz")
    head = {"Authorization": f"Bearer {token}"}
    listing = "/tmf-api/troubleTicket/v5/troubleTicket"
    total = world.browser().get(listing, headers=head)["X-Total-Count"]
    # A further ticket of Guangzhou must change none of the figures.
    home = cast.organisation()["gz"].id
    item = Registration(
        kind="fault", title="又一件", description="x", channel="phone", home_unit_id=home
    )
    services.register(system_viewer(), item, now=clock.now())
    cache.clear()
    for key, before in pages.items():
        after = world.browser(key).get("/tickets?view=open").content
        strip = re.compile(
            rb'csrf[^>]*?value="[^"]*"|nonce="[^"]*"|"X-CSRFToken": ?"[^"]*"|[A-Za-z0-9]{64}'
        )
        assert strip.sub(b"", before) == strip.sub(b"", after), key
    assert world.browser().get(listing, headers=head)["X-Total-Count"] == total
    for query in ("name=珠江新城宽带卡顿", f"id={gz.ticket.number}", "severity=Major"):
        answer = world.browser().get(f"{listing}?{query}", headers=head)
        assert not leak(answer, gz)
        assert gz.ticket.number not in answer.content.decode()


def test_linked_tickets_are_shown_to_those_who_may_see_them(gz: world.City, sz: world.City) -> None:
    services.relate(
        system_viewer(), sz.ticket.id, gz.ticket.number, kind="related", now=clock.now()
    )
    answer = world.browser("he_sz").get(f"/tickets/{sz.ticket.number}")
    assert answer.status_code == 200
    assert not leak(answer, gz)
    assert gz.ticket.number not in body_of(answer)
    assert sz.ticket.number in body_of(world.browser("sun").get(f"/tickets/{gz.ticket.number}"))


def test_a_ticket_is_not_registered_for_another_citys_customer(
    gz: world.City, sz: world.City
) -> None:
    head = {"Authorization": f"Bearer {world.token_of('sz')}"}
    stranger = world.browser("he_sz")
    before = world.counts()
    for body in (
        {"description": "x", "customer_id": str(gz.customer_id)},
        {"description": "x", "customer_id": str(uuid4())},
        {"description": "x", "subscriber_id": str(uuid4())},
        {"description": "x", "home_unit_id": str(cast.organisation()["gz"].id)},
        {"description": "x", "home_unit_id": str(uuid4())},
    ):
        answer = world.browser().generic(
            *("POST", "/api/internal/tickets", mutations.written(body), "application/json"),
            headers=head,
        )
        assert answer.status_code in {400, 403}, answer.content
        assert not leak(answer, gz)
    assert world.counts() == before
    form = {"customer_id": str(gz.customer_id), "description": "x", "channel": "phone"}
    answer = stranger.post("/tickets/new", form)
    assert answer.status_code == 404
    assert not leak(answer, gz)
    assert world.counts() == before


def test_a_ticket_is_not_handed_to_another_city(gz: world.City, sz: world.City) -> None:
    units = cast.organisation()
    services.dispatch(system_viewer(), gz.ticket.id, unit_id=units["gz-net"].id, now=clock.now())
    zheng = world.browser("zheng")
    path = f"/tickets/{gz.ticket.number}/assign"
    stranger = str(cast.person("he_sz").id)
    assert zheng.post(path, {"handler_id": stranger}).status_code == 422
    assert zheng.post(path, {"handler_id": str(cast.person("chu").id)}).status_code == 302
    assert world.browser("he_sz").get(f"/tickets/{gz.ticket.number}").status_code == 404


def test_services_refuse_strangers_themselves(gz: world.City, sz: world.City) -> None:
    """The edge forgets nothing that the rooms would not refuse, too."""
    cast.people("he_sz", "lv_nj", "xu_vendor")
    before = world.counts()
    for key in ("he_sz", "lv_nj", "xu_vendor"):
        viewer = cast.viewer(key)
        for act in ACTS:
            values: dict[str, Any] = {}
            for field in act.fields:
                values[field.name] = field.choices[0][0] if field.choices else "x"
                if field.kind in {"unit", "person", "colleague", "topic"}:
                    values[field.name] = cast.organisation()["sz"].id
                if field.kind == "moment":
                    values[field.name] = clock.now() + timedelta(hours=1)
                if field.kind in {"number", "money"}:
                    values[field.name] = 3 if field.kind == "number" else Decimal(3)
                if field.kind == "flag":
                    values[field.name] = True
                if field.kind == "many":
                    values[field.name] = (values[field.name],)
                if field.kind == "file":
                    values[field.name] = File("x.png", "image/png", PIXEL)
            with pytest.raises(SunlineError) as refusal, transaction.atomic():
                act.run(viewer, gz.ticket.id, **values, now=clock.now())
            assert refusal.value.status in {400, 403, 404}, (key, act.verb)
        with pytest.raises(NotFound):
            contacts.interaction_for(viewer, gz.interaction_id)
        with pytest.raises(NotFound):
            contacts.attachment_for(viewer, gz.attachment_id)
    assert world.counts() == before


def test_the_live_stream_tells_a_city_nothing_of_another(gz: world.City, sz: world.City) -> None:
    services.add_note(system_viewer(), gz.ticket.id, text="x", now=clock.now())
    news = [found for found in live.Hub().look() if found.id == gz.ticket.id]
    assert news
    for key, hears in (("he_sz", False), ("lv_nj", False), ("xu_vendor", False), ("lin", True)):
        client = world.browser(key)
        cookies = {name: morsel.value for name, morsel in client.cookies.items()}
        reader = live.reader_for(cookies)
        assert reader is not None
        assert any(map(reader.hears, news)) is hears, key
    assert live.reader_for({}) is None
    assert live.reader_for({"sunline_session": "x" * 32}) is None
    for item in news:
        told = str(item.message())
        assert not any(word in told for word in (*gz.words, gz.name, gz.ticket.number))


def test_a_key_of_one_client_means_nothing_to_another(gz: world.City, sz: world.City) -> None:
    path = "/tmf-api/troubleTicket/v5/troubleTicket"
    body = mutations.written(
        {
            "description": "我的机密",
            "severity": "Minor",
            "ticketType": "fault",
            "@type": "TroubleTicket",
        }
    )
    numbers = set()
    for unit in ("gz", "sz", "gz"):
        head = {"Authorization": f"Bearer {world.token_of(unit)}", "Idempotency-Key": "same-key"}
        answers = [
            world.browser().generic("POST", path, body, "application/json", headers=head)
            for _ in range(2)
        ]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json()["id"] == answers[1].json()["id"]
        numbers.add(answers[0].json()["id"])
        other = world.browser().generic(
            *("POST", path, body.replace(b"Minor", b"Major"), "application/json"), headers=head
        )
        assert other.status_code == 409
    assert len(numbers) == 3


def test_reveal_through_a_ticket_is_not_the_callers_to_claim(
    gz: world.City, sz: world.City
) -> None:
    client = world.browser("he_sz")
    form = {"field": "identity", "purpose": "verify", "words": "x"}
    for extra in ({}, {"through": str(gz.ticket.id)}, {"through": f"ticket:{sz.ticket.id}"}):
        answer = client.post(f"/customers/{gz.customer_id}/reveal", form | extra)
        assert answer.status_code == 404
        assert not leak(answer, gz)
    assert Subject("ticket", gz.ticket.id)  # the word exists; no form carries it


def test_unreadable_mail_of_one_city_is_not_read_in_another(gz: world.City) -> None:
    units, now = cast.organisation(), clock.now()
    Mailbox.objects.create(
        code="gz-mail", unit_id=units["gz"].id, address="gz@sunline.example", since=now
    )
    item = unreadable.keep(source="email:gz-mail", reason="broken", body=b"secret-gz", now=now)
    grants = RoleGrant.objects.filter(account=cast.person("qian"))
    assert b"secret-gz" in world.browser("qian").get(f"/manage/unreadable/{item}/body").content
    grants.update(unit=units["sz"])
    caching.forget_all()
    stranger = world.browser("qian")
    assert str(item) not in body_of(stranger.get("/manage/unreadable"))
    assert stranger.get(f"/manage/unreadable/{item}/body").status_code == 404
    assert stranger.post(f"/manage/unreadable/{item}/settle").status_code == 404
