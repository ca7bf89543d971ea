"""The public pages: nothing to sign in to, nothing to guess, nothing that fails with a 500."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sunline.kernel import clock
from sunline.staff.types import system_viewer
from sunline.tickets import queries, services
from sunline.tickets.types import WorkFilter
from sunline.web.portal import guard

from .conftest import PHONE

pytestmark = pytest.mark.django_db


def request_of(**changes: object) -> dict[str, object]:
    return {
        "phone": PHONE,
        "kind": "fault",
        "text": "家里宽带断了",
        "token": str(uuid4()),
    } | changes


def sent(client: Client, **changes: object) -> str:
    answer = client.post("/portal/request", request_of(**changes))
    assert answer.status_code == 302, answer.content.decode()
    return str(answer["Location"]).rsplit("/", 1)[1]


def ticket_of(number: str) -> queries.TicketView:
    return queries.ticket_for(system_viewer(), number)


def test_a_request_becomes_a_ticket_with_contact_and_customer(org, customer):
    client = Client()
    number = sent(client)
    ticket = ticket_of(number)
    assert (ticket.channel, ticket.kind, ticket.customer_id) == ("portal", "fault", customer.id)
    assert ticket.home_unit_id == org["gz"].id
    page = client.get(f"/portal/requests/{number}").content.decode()
    assert guard.code_of(number) in page
    assert PHONE not in page


def test_the_same_form_sent_twice_makes_one_ticket(org):
    token = str(uuid4())
    assert sent(Client(), token=token) == sent(Client(), token=token)


@pytest.mark.parametrize(
    "changes",
    [
        {"phone": ""},
        {"phone": "12"},
        {"phone": "+1 (555) 0100"},
        {"phone": "१९९०००१२३४५"},
        {"text": ""},
        {"text": "x" * 5001},
        {"kind": "nope"},
        {"topic_id": "x"},
        {"topic_id": str(uuid4())},
        {"token": "x"},
        {"name": "n" * 65},
        {"website": "http://spam.example"},
    ],
)
def test_bad_input_comes_back_with_words_and_what_was_typed(org, changes):
    answer = Client().post("/portal/request", request_of(**changes))
    assert answer.status_code == 422


def test_a_nul_in_the_text_is_dropped(org):
    assert ticket_of(sent(Client(), text="a\x00b")).description == "ab"


def test_files_come_along_and_bad_ones_are_named(org, settings):
    settings.MAX_ATTACHMENT_BYTES = 10
    number = sent(Client(), files=SimpleUploadedFile("big.txt", b"x" * 20, "text/plain"))
    told = [
        entry.data["attachments"]
        for entry in queries.timeline(system_viewer(), ticket_of(number).id)
        if entry.data.get("attachments")
    ]
    assert told
    assert told[0][0].refused


def test_tracking_needs_the_digits_or_the_code(org):
    number = sent(Client())
    for code in (PHONE[-4:], guard.code_of(number)):
        client = Client()
        assert client.get(f"/portal/requests/{number}")["Location"] == "/portal/track"
        led = client.post("/portal/track", {"number": number.lower(), "code": code})
        assert led["Location"] == f"/portal/requests/{number}"
        assert client.get(led["Location"]).status_code == 200


@pytest.mark.parametrize("code", ["0000", "", "x", "४४४४", "00000", "999999999"])
def test_a_wrong_code_and_an_unknown_number_look_alike(org, code):
    number = sent(Client())
    one = Client().post("/portal/track", {"number": number, "code": code})
    two = Client().post("/portal/track", {"number": "T20990101-000001", "code": code})
    assert one.status_code == two.status_code == 422


def test_guessing_is_locked_out_even_for_the_right_code(org):
    number = sent(Client())
    for attempt in range(8):
        last = Client().post("/portal/track", {"number": number, "code": f"{attempt:04d}"})
    assert last.status_code == 429
    right = Client().post("/portal/track", {"number": number, "code": PHONE[-4:]})
    assert right.status_code == 429


def test_a_browser_sees_only_the_ticket_it_proved(org):
    client = Client()
    mine, other = sent(client), sent(Client())
    assert client.get(f"/portal/requests/{mine}").status_code == 302 or mine != other
    assert client.get(f"/portal/requests/{other}")["Location"] == "/portal/track"
    refused = client.post(f"/portal/requests/{other}/messages", {"text": "x"})
    assert refused.status_code == 404


def test_internal_notes_stay_inside(org):
    client = Client()
    number = sent(client)
    ticket = ticket_of(number)
    services.add_note(system_viewer(), ticket.id, text="secret words", now=clock.now())
    services.add_note(system_viewer(), ticket.id, text="open words", public=True, now=clock.now())
    page = client.get(f"/portal/requests/{number}").content.decode()
    assert "secret words" not in page
    assert "open words" in page


def test_a_further_message_reaches_the_ticket(org):
    client = Client()
    number = sent(client)
    path = f"/portal/requests/{number}/messages"
    assert client.post(path, {"text": "还是不行"}).status_code == 302
    kinds = [entry.kind for entry in queries.timeline(system_viewer(), ticket_of(number).id)]
    assert "ticket.message_added" in kinds
    assert client.post(path, {"text": ""}).status_code == 422


def test_a_message_form_sent_twice_adds_one_message(org):
    client = Client()
    number = sent(client)
    path = f"/portal/requests/{number}/messages"

    def messages() -> int:
        entries = queries.timeline(system_viewer(), ticket_of(number).id)
        return sum(entry.kind == "ticket.message_added" for entry in entries)

    def shown(page: str) -> str:
        return str(re.findall(r'name="token" value="([0-9a-f-]{36})"', page)[0])

    token = shown(client.get(f"/portal/requests/{number}").content.decode())
    for _ in range(2):
        assert client.post(path, {"text": "还是不行", "token": token}).status_code == 302
    assert messages() == 1
    assert shown(client.get(f"/portal/requests/{number}").content.decode()) != token
    refused = client.post(path, {"text": "", "token": token})
    assert refused.status_code == 422
    assert shown(refused.content.decode()) == token
    for other in (str(uuid4()), "x", ""):
        assert client.post(path, {"text": "还是不行", "token": other}).status_code == 302
    assert messages() == 4


def test_the_same_token_on_two_requests_keeps_both_messages(org):
    token = str(uuid4())
    for _ in range(2):
        client = Client()
        number = sent(client)
        path = f"/portal/requests/{number}/messages"
        assert client.post(path, {"text": "还是不行", "token": token}).status_code == 302
        entries = queries.timeline(system_viewer(), ticket_of(number).id)
        assert [entry.kind for entry in entries].count("ticket.message_added") == 1


def test_an_answer_can_be_rated_on_the_portal(org):
    client = Client()
    number = sent(client)
    ticket = ticket_of(number)
    early = client.post(f"/portal/requests/{number}/rating", {"score": "9"})
    assert early.status_code == 409
    services.finish_at_once(system_viewer(), ticket.id, text="已修复", now=clock.now())
    assert client.post(f"/portal/requests/{number}/rating", {}).status_code == 422
    assert client.post(f"/portal/requests/{number}/rating", {"score": "11"}).status_code == 422
    done = client.post(f"/portal/requests/{number}/rating", {"score": "9", "solved": "yes"})
    assert done.status_code == 302
    assert ticket_of(number).state == "closed"


def test_an_unknown_survey_is_not_there():
    assert Client().get("/r/unknown-token").status_code == 404
    assert Client().post("/r/unknown-token", {"score": "3"}).status_code == 404


def test_a_flood_from_one_address_is_slowed_down(org):
    for _ in range(guard.MOST_REQUESTS):
        sent(Client())
    assert Client().post("/portal/request", request_of()).status_code == 429
    wanted = WorkFilter(view="all")
    page = queries.work_list(system_viewer(), wanted, now=clock.now(), limit=100)
    assert len(page.items) == guard.MOST_REQUESTS


def test_pages_speak_both_languages_and_forbid_inline_scripts(org):
    client = Client()
    assert 'lang="zh-hans"' in client.get("/portal").content.decode()
    client.post("/language", {"language": "en", "next": "/portal"})
    page = client.get("/portal/request")
    text = page.content.decode()
    assert 'lang="en"' in text
    assert "unsafe" not in page["Content-Security-Policy"]
    assert " style=" not in text
    assert "onclick" not in text
