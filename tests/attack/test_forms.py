"""Malformed forms: each is answered with a coded refusal or done whole, never with a failure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import uuid4

import pytest
from attack import mutations, world
from django.test import Client
from django.utils import timezone

from sunline.kernel import clock
from sunline.quality.models import Survey
from sunline.quality.rules import rating as rules
from sunline.quality.services.inviting import new_survey
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.acts import ACTS, Act
from sunline.tickets.acts.way import WAY
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration, TicketRef
from sunline.web.portal import guard

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def tried(judge: world.Judge, path: str, fields: Mapping[str, str], most: int = 210) -> None:
    """Send so many malformed forms to one address."""
    sent = mutations.some(mutations.forms(fields), most)
    for what, body, kind in sent:
        judge.send(what, "POST", path, body, kind)
    judge.verdict(min(most, len(sent)))


def owner(number: str) -> Client:
    """Return the browser of the customer whose ticket it is."""
    client = world.browser()
    answer = client.post("/portal/track", {"number": number, "code": guard.code_of(number)})
    assert answer.status_code == 302, answer.content.decode()
    return client


def answered(gz: world.City) -> None:
    """Bring the ticket to where its customer is asked."""
    services.finish_at_once(system_viewer(), gz.ticket.id, text="已处理", now=clock.now())


def test_a_request_on_the_portal(gz: world.City) -> None:
    fields = {
        "name": "许先生",
        "phone": "19900000009",
        "kind": "fault",
        "topic_id": "",
        "text": "没有信号",
        "token": str(uuid4()),
        "website": "",
    }
    tried(world.judge(world.browser()), "/portal/request", fields)


def test_files_of_a_request(gz: world.City) -> None:
    judge = world.judge(world.browser())
    fields = {"phone": "19900000009", "kind": "fault", "text": "没有信号", "token": ""}
    for what, files in uploads():
        body = mutations.multipart({**fields, "token": str(uuid4())}, *files)
        judge.send(what, "POST", "/portal/request", body, mutations.MULTIPART)
    judge.verdict(60)


def uploads() -> Iterator[tuple[str, list[tuple[str, str, str, bytes]]]]:
    """Yield files with names, types and contents that nobody should trust."""
    contents = (b"", b"\0" * 10, b"<html>", b"<svg onload=alert(1)>", world.PICTURE, b"PK\x03\x04x")
    names = ("a.png", "", "..", "../../x.png", "a\x00.png", "a\r\nX: 1.png", "宽" * 300 + ".png")
    names += ('a".png', "con", "a.html", "a.svg", ".", "/etc/passwd", "a.png.exe", "\u202egnp.exe")
    for name in names:
        for content in contents:
            yield f"{name!r:.40} {content!r:.20}", [("files", name, "image/png", content)]
    yield "kind", [("files", "a.png", "x" * 2000, world.PICTURE)]
    yield "many", [("files", f"{number}.png", "image/png", b"x") for number in range(150)]
    yield "four", [("files", f"{number}.png", "image/png", b"x") for number in range(4)]


def test_tracking(gz: world.City) -> None:
    fields = {"number": gz.ticket.number, "code": "000000"}
    tried(world.judge(world.browser()), "/portal/track", fields)


def test_a_further_message_and_a_rating_on_the_portal(gz: world.City) -> None:
    number = gz.ticket.number
    client = owner(number)
    tried(
        world.judge(client), f"/portal/requests/{number}/messages", {"text": "好了吗", "x": ""}, 150
    )
    answered(gz)
    fields = {"score": "3", "solved": "no", "comment": "没修好"}
    tried(world.judge(client), f"/portal/requests/{number}/rating", fields)


def test_a_rating_by_link(gz: world.City) -> None:
    answered(gz)
    token, now = "attack-token", timezone.now()
    Survey.objects.filter(ticket_id=gz.ticket.id).delete()
    survey = new_survey(gz.ticket.id, token, now)
    survey.save(force_insert=True)
    assert survey.token_hash == rules.hashed(token)
    fields = {"score": "3", "solved": "no", "comment": "没修好"}
    tried(world.judge(world.browser()), f"/r/{token}", fields)
    judge = world.judge(world.browser())
    for text in (*mutations.TEXTS, *("a" * n for n in (1, 42, 43, 44, 2000))):
        if len(text) < 5000:
            judge.send(text[:40], "GET", f"/r/{mutations.quote(text, safe='')}")
    judge.verdict(40)


def test_a_new_ticket_at_the_desk(gz: world.City) -> None:
    fields = {
        "customer_id": str(gz.customer_id),
        "contact": gz.phone,
        "channel": "phone",
        "kind": "fault",
        "urgency": "normal",
        "topic_id": "",
        "title": "宽带",
        "description": "宽带断了",
        "at_once": "on",
        "answer": "已恢复",
        "accepted": "on",
        "token": str(uuid4()),
    }
    tried(world.judge(world.browser("lin")), "/tickets/new", fields)


def another(gz: world.City) -> TicketRef:
    """Return a second ticket of the city."""
    home = cast.organisation()[gz.code].id
    item = Registration(
        kind="fault", title="又一件", description="x", channel="phone", home_unit_id=home
    )
    return services.register(system_viewer(), item, now=clock.now())


GOOD = {
    "unit_id": lambda: str(cast.organisation()["gz-net"].id),
    "handler_id": lambda: str(cast.person("zheng").id),
    "text": lambda: "已处理",
    "note": lambda: "请尽快",
    "review_at": lambda: "2026-12-01T10:00",
    "other_number": lambda: "T20261121-000002",
    "accepted": lambda: "on",
    "topic_id": lambda: "",
    "kind": lambda: "fault",
    "urgency": lambda: "urgent",
    "complexity": lambda: "simple",
}
BY_KIND = {
    "unit": GOOD["unit_id"],
    "person": GOOD["handler_id"],
    "colleague": GOOD["handler_id"],
    "moment": GOOD["review_at"],
    "number": lambda: "3",
    "money": lambda: "10",
    "flag": lambda: "1",
}
STATES = {
    "reply": "in_handling",
    "hold": "in_handling",
    "ask_customer": "in_handling",
    "return_order": "in_handling",
    "resume": "on_hold",
    "assign": "in_handling",
    "approve": "awaiting_check",
    "send_back": "awaiting_check",
    "answer": "awaiting_answer",
    "revisit": "awaiting_revisit",
    "redispatch": "awaiting_revisit",
}
# What these need beside a form (answers to the check's questions, a plan) is not prepared here.
NEEDS_MORE = frozenset({"approve", "send_back", "reclassify", "revisit", "try_revisit"})
# Somebody whose role allows every verb somewhere.
WHO = {"accept": "zheng", "reply": "zheng", "resume": "zheng", "hold": "zheng"}
WHO |= {"ask_customer": "zheng", "return_order": "zheng", "assign": "zhao", "revisit": "shen"}


@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.slug)
def test_every_act_on_a_ticket(gz: world.City, act: Act) -> None:
    units = cast.organisation()
    state = STATES.get(act.verb, "awaiting_acceptance" if act.verb == "accept" else "")
    if state:
        handler = cast.person("zheng").id if state not in {"awaiting_acceptance"} else None
        Ticket.objects.filter(id=gz.ticket.id).update(
            state=state, unit_id=units["gz-net"].id, handler_id=handler
        )
    version = Ticket.objects.get(id=gz.ticket.id).version
    fields = {"version": str(version)}
    for field in act.fields:
        chosen = next((str(code) for code, _label in field.choices), None)
        good = GOOD.get(field.name) or BY_KIND.get(field.kind, lambda: "已处理")
        fields[field.name] = chosen or good()
    if "other_number" in fields:
        fields["other_number"] = another(gz).number
    judge = world.judge(world.browser(WHO.get(act.verb, "zhao")))
    path = f"/tickets/{gz.ticket.number}/{act.slug}"
    sure = act in WAY and act.verb not in NEEDS_MORE
    most = 25 if sure else 7  # some hundreds in all, by the one way that forms of acts have
    for number, (what, body, kind) in enumerate(mutations.some(mutations.forms(fields), most)):
        judge.headers = {"HX-Request": "true"} if number % 2 else {}
        judge.send(what, "POST", path, body, kind)
    judge.verdict(most)
    if sure:
        assert judge.seen.get(403, 0) == 0 or act.verb in {"answer", "finish_at_once"}, judge.seen
        assert any(status < 400 for status in judge.seen), f"never done: {judge.seen}"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        (
            "/manage/units",
            {"code": "gz-x", "name": "甲", "name_en": "", "parent_id": "gz", "level": "team"}
            | {"kind": "front", "vendor": ""},
        ),
        (
            "/manage/people",
            {"staff_no": "29999", "name": "甲", "unit_id": "gz-hot", "email": "a@b.example"},
        ),
        ("/manage/clients", {"name": "crm", "unit_id": "gz", "scopes": "tickets:read"}),
        ("/manage/roles/cells", {"role": "agent", "permission": "tickets.view", "held": "1"}),
        ("/manage/proofs/new", {"klass": "closing", "proofs": "id_whole"}),
        ("/manage/people/lin/grant", {"role": "team_leader", "unit_id": "gz"}),
        (
            "/manage/authority/limits",
            {"role": "agent", "action": "goodwill_credit", "tier": "gold", "most": "60"},
        ),
        (
            "/manage/authority/chains",
            {"code": "gz", "name": "广州", "unit": "", "above": "0", "level0": "team_leader"},
        ),
        ("/approvals/stand-ins", {"to": "20003", "until": "2026-12-01T08:00", "note": "休假"}),
        ("/manage/people/lin/revoke", {"role": "agent", "unit_id": "gz"}),
    ],
)
def test_administration(gz: world.City, path: str, fields: dict[str, str]) -> None:
    units = cast.organisation()
    sent = dict(fields)
    for name in ("unit_id", "parent_id"):
        if name in sent:
            sent[name] = str(units[sent[name]].id)
    path = path.replace("lin", str(cast.person("lin").id))
    tried(world.judge(world.browser("wang")), path, sent, 80)


@pytest.mark.parametrize(
    ("path", "fields", "who"),
    [
        ("/sign-in", {"staff_no": "20001", "password": "x", "next": "/tickets"}, ""),
        ("/language", {"language": "en", "next": "/portal"}, ""),
        ("/presence", {"state": "break:meal", "next": "/"}, "lin"),
        ("/view-as", {"role": "agent", "unit": "gz"}, "wang"),
        (
            "/account/password",
            {"old_password": "x", "new_password": "y" * 12, "new_password_again": "y" * 12},
            "lin",
        ),
        ("/account/second-factor", {"code": "000000", "x": ""}, "lin"),
        ("/oauth/token", {"grant_type": "client_credentials", "client_id": "x"}, ""),
        ("/oauth/revoke", {"token": "x", "client_id": "y"}, ""),
    ],
)
def test_the_rest(gz: world.City, path: str, fields: dict[str, str], who: str) -> None:
    tried(world.judge(world.browser(who)), path, fields, 80)


def test_revealing_a_value(gz: world.City) -> None:
    fields = {"field": "name", "purpose": "verify", "words": "核对"}
    path = f"/customers/{gz.customer_id}/reveal"
    tried(world.judge(world.browser("lin")), path, fields, 120)
