"""The hardening around every page: forms, cookies, headers, redirects, guesses, logs."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from attack import mutations, world
from attack.test_outsiders import filled, patterns
from django.core.cache import cache
from django.urls import resolve

from sunline.kernel import logs
from sunline.kernel.models import Event
from sunline.staff.models import Account
from sunline.testing import cast
from sunline.web.portal import guard

pytestmark = pytest.mark.django_db

JSON_EDGES = ("/api/", "/tmf-api/", "/healthz", "/readyz", "/metrics", "/oauth/")


def pages(gz: world.City) -> Iterator[str]:
    """Yield the addresses of all screens."""
    for route in sorted(set(patterns())):
        for path in filled(route, gz)[:1]:
            if not path.startswith(JSON_EDGES):
                yield path


def test_every_form_needs_its_token(gz: world.City) -> None:
    checked = 0
    client = world.browser("wang", checks=True)
    found = list(pages(gz))
    before = world.counts()
    for path in found:
        for headers in ({}, {"X-CSRFToken": "x" * 64}, {"Origin": "https://evil.example"}):
            answer = client.post(path, {"text": "x"}, headers=headers)
            assert answer.status_code in {403, 404}, f"{answer.status_code} {path}"
            checked += 1
    assert world.counts() == before
    assert checked > 250


def test_every_page_carries_its_headers(gz: world.City) -> None:
    for client in (world.browser(), world.browser("wang"), world.browser("zhao")):
        for path in pages(gz):
            answer = client.get(path)
            policy = answer.headers.get("Content-Security-Policy", "")
            assert "'unsafe-inline'" not in policy.replace("style-src", ""), path
            assert "default-src" in policy, f"{answer.status_code} {path}"
            assert answer["X-Content-Type-Options"] == "nosniff", path
            assert answer["X-Frame-Options"] == "DENY", path
            assert answer["Referrer-Policy"] == "same-origin", path
            for name, morsel in answer.cookies.items():
                assert morsel["samesite"] in {"Lax", "Strict"}, (path, name)
                gone = not morsel.value
                assert gone or morsel["httponly"] or name in {"sunline_csrf", "sunline_language"}, (
                    name
                )
            if answer.status_code == 200 and "text/html" in answer["Content-Type"]:
                said = answer.content.decode()
                assert " onclick=" not in said, path
                assert "http://" not in said.replace("http://www.w3.org", "").replace(
                    "http://localhost", ""
                ).replace("http://testserver", ""), path


def test_cookies_are_secure_behind_https(settings: Any, gz: world.City) -> None:
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    cast.person("lin")
    client = world.browser()
    answer = client.post("/sign-in", {"staff_no": "20001", "password": cast.PASSWORD})
    assert answer.status_code == 302
    assert answer.cookies["sunline_session"]["secure"]
    assert answer.cookies["sunline_session"]["httponly"]
    number = gz.ticket.number
    answer = client.post("/portal/track", {"number": number, "code": guard.code_of(number)})
    assert answer.cookies["sunline_request"]["secure"]


@pytest.mark.parametrize("host", ["evil.example", "testserver.evil.example", "a b", "[::1", "x:y"])
def test_a_strange_host_is_refused_everywhere(gz: world.City, host: str) -> None:
    for path in ("/portal", "/sign-in", "/tickets", f"/tickets/{gz.ticket.number}", "/nowhere"):
        answer = world.browser("lin").get(path, headers={"Host": host})
        assert answer.status_code == 400, path
        assert host not in answer.content.decode()
    body = mutations.written(
        {"description": "x", "severity": "Minor", "ticketType": "fault", "@type": "TroubleTicket"}
    )
    head = {"Host": host, "Authorization": f"Bearer {world.token_of('gz')}"}
    path = "/tmf-api/troubleTicket/v5/troubleTicket"
    answer = world.browser().generic("POST", path, body, "application/json", headers=head)
    assert host not in answer.content.decode() + str(dict(answer.headers))


ELSEWHERE = (
    "https://evil.example",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "evil",
    "evil.example/x",
    " //evil.example",
    "\t//evil.example",
    "/%09/evil.example",
    "https:/evil.example",
    "//testserver@evil.example",
    "/x\r\nSet-Cookie: a=b",
    "data:text/html,x",
)


@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nobody_is_led_elsewhere(gz: world.City, wanted: str) -> None:
    cast.person("lin")
    client = world.browser()
    form = {"staff_no": "20001", "password": cast.PASSWORD, "next": wanted}
    answers = [client.post("/sign-in", form), client.get("/sign-in", {"next": wanted})]
    answers.append(client.post("/presence", {"state": "ready", "next": wanted}))
    answers.append(client.post("/language", {"language": "en", "next": wanted}))
    for answer in answers:
        assert answer.status_code in {200, 204, 302, 400}, answer.content[:300]
        led = answer.headers.get("Location", "/")
        assert urlsplit(urljoin("http://testserver/here", led)).netloc == "testserver", led
        assert not led.startswith(("//", "/\\")), led
        assert "a=b" not in str(answer.cookies)


def test_a_session_is_new_after_signing_in(gz: world.City) -> None:
    cast.person("lin")
    client = world.browser()
    client.cookies["sunline_session"] = planted = "a" * 32
    answer = client.post("/sign-in", {"staff_no": "20001", "password": cast.PASSWORD})
    first = answer.cookies["sunline_session"].value
    assert first not in {planted, ""}
    client.post("/sign-out")
    stolen = world.browser()
    stolen.cookies["sunline_session"] = first
    assert stolen.get("/tickets").status_code == 302
    strange = world.browser()
    strange.cookies["sunline_session"] = planted
    assert strange.get("/tickets").status_code == 302


def test_guessing_at_the_sign_in_is_stopped(gz: world.City) -> None:
    cast.person("lin")
    form = {"staff_no": "20001", "password": "wrong-guess"}
    for spoofed in range(8):
        head = {"X-Forwarded-For": f"10.0.0.{spoofed}"}
        answer = world.browser().post("/sign-in", form, headers=head)
    right = world.browser().post("/sign-in", form | {"password": cast.PASSWORD})
    assert right.status_code != 302
    assert "_auth_user_id" not in world.browser().session
    assert answer.status_code == right.status_code
    assert Event.objects.filter(kind__startswith="account.locked").exists() or (
        Event.objects.filter(kind__contains="locked_out").exists()
    )


def test_guessing_a_portal_code_is_stopped(gz: world.City) -> None:
    number, client = gz.ticket.number, world.browser()
    right = guard.code_of(number)
    for guess in range(8):
        head = {"X-Forwarded-For": f"10.0.1.{guess}"}
        client.post("/portal/track", {"number": number, "code": f"{guess:06d}"}, headers=head)
    answer = client.post("/portal/track", {"number": number, "code": right})
    assert answer.status_code in {422, 429, 403}
    assert number not in answer.headers.get("Location", "")
    assert client.get(f"/portal/requests/{number}").status_code == 302


def test_a_flood_of_requests_is_stopped(gz: world.City) -> None:
    cache.clear()
    form = {"phone": "19900000009", "kind": "fault", "text": "x"}
    codes = [
        world.browser()
        .post("/portal/request", form, headers={"X-Forwarded-For": f"10.0.2.{number}"})
        .status_code
        for number in range(23)
    ]
    assert codes[-1] == 429


def test_the_cookie_of_one_request_opens_no_other(gz: world.City, sz: world.City) -> None:
    client, number = world.browser(), sz.ticket.number
    client.post("/portal/track", {"number": number, "code": guard.code_of(number)})
    assert client.get(f"/portal/requests/{number}").status_code == 200
    held = client.cookies["sunline_request"].value
    for forged in (held.replace(number, gz.ticket.number), gz.ticket.number, held[:-2] + "xx"):
        client.cookies["sunline_request"] = forged
        assert client.get(f"/portal/requests/{gz.ticket.number}").status_code == 302
        form = {"text": "x"}
        path = f"/portal/requests/{gz.ticket.number}/messages"
        assert client.post(path, form).status_code == 404
    assert Event.objects.filter(kind=world.REFUSAL).exists()


def test_invented_methods_do_not_flood_the_log(gz: world.City) -> None:
    cache.clear()
    client = world.browser("lv_nj", checks=True)
    for number in range(60):
        client.generic(f"M{number}", f"/tickets/{gz.ticket.number}")
        client.generic(f"M{number}", f"/tickets/{gz.ticket.number}/note")
        client.generic(f"M{number}", "/sign-in")
    assert world.refusals() < 10


def test_logs_hold_no_personal_data_and_no_secrets(gz: world.City, sz: world.City) -> None:
    """Everything that is logged while people work, err and attack, as it would be written."""
    logging.disable(logging.NOTSET)
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonFormatter())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    token = world.token_of("gz")
    survey = "survey-token-abcdefgh"
    try:
        client = world.browser("lin")
        for text in (gz.phone, f"+86{gz.phone}", gz.name, "chen@mail.example"):
            client.get("/search", {"q": text})
            client.get("/customers", {"q": text})
            client.post("/tickets/new", {"contact": text, "description": "", "channel": "x"})
            world.browser().post("/portal/request", {"phone": text, "text": "", "name": gz.name})
        client.post(f"/customers/{gz.customer_id}/reveal", {"field": "identity", "purpose": ""})
        world.browser("he_sz").get(f"/customers/{gz.customer_id}")
        world.browser().post("/sign-in", {"staff_no": "20001", "password": "Secret-pass-1"})
        world.browser().get(f"/r/{survey}")
        world.browser().post(f"/r/{survey}", {"score": "1"})
        head = {"Authorization": f"Bearer {token}"}
        world.browser().get("/tmf-api/troubleTicket/v5/troubleTicket/T1", headers=head)
        bad = {"Authorization": f"Bearer {token}-wrong"}
        world.browser().get("/tmf-api/troubleTicket/v5/troubleTicket", headers=bad)
        form = {"grant_type": "client_credentials", "client_id": "x", "client_secret": "s3cr3t-x"}
        world.browser().post("/oauth/token", form)
        logging.getLogger("sunline").error(
            "call %s or %s", f"+86 {gz.phone}", "020-38123456", extra={"to": "chen@mail.example"}
        )
    finally:
        root.removeHandler(handler)
        root.setLevel(level)
    said = written.getvalue()
    assert "call [personal] or [personal]" in said
    secret = (gz.phone, gz.name, "440101199003072345", "chen@mail", "Secret-pass-1", survey, token)
    for word in (*secret, "s3cr3t-x", "38123456", *gz.words):
        lines = [line for line in said.splitlines() if word in line]
        assert not lines, f"{word} in {lines[:3]}"
    for line in said.splitlines():
        json.loads(line)


def test_paths_do_not_climb(gz: world.City) -> None:
    for client in (world.browser(), world.browser("wang")):
        for path in (
            "/static/../settings.py",
            "/static/..%2f..%2fconfig/settings.py",
            "/static/%2e%2e/%2e%2e/config/settings.py",
            "/static//etc/passwd",
            "/attachments/..%2f..%2fetc%2fpasswd",
            "/manage/imports/../../etc/passwd",
            f"/manage/imports/{gz.ticket.id}/errors",
        ):
            answer = client.get(path)
            said = b"".join(answer) if answer.streaming else answer.content  # type: ignore[call-overload,attr-defined]
            assert answer.status_code in {302, 400, 403, 404}, (path, answer.status_code)
            assert b"SECRET_KEY" not in said
            assert b"root:" not in said


def test_tokens_stand_in_no_address() -> None:
    assert resolve("/oauth/token")
    for route in patterns():
        assert "token" not in route.replace("r/<str:token>", "").replace("oauth/token", ""), route


def test_passwords_are_kept_as_hashes(gz: world.City) -> None:
    person = cast.person("lin")
    assert cast.PASSWORD not in Account.objects.get(id=person.id).password
