"""Signing in as people do it: forms, cookies, lockout, second factor, expiry."""

from __future__ import annotations

from datetime import datetime, timedelta

import pyotp
import pytest
import time_machine
from django.test import Client

from sunline.kernel import caching, log
from sunline.kernel.models import Event
from sunline.staff import queries, services
from sunline.staff.models import SecondFactor, SignInGuard
from sunline.testing import cast
from sunline.testing.clock import NOON

pytestmark = [pytest.mark.django_db, pytest.mark.urls("sunline.web.urls")]
LIN = "20001"


@pytest.fixture(autouse=True)
def _at_noon(org):
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def travel(_at_noon):
    def to(moment: datetime) -> None:
        _at_noon.move_to(moment)

    return to


def sign_in(client: Client, staff_no: str = LIN, password: str = cast.PASSWORD, **extra):
    form = {"staff_no": staff_no, "password": password, **extra}
    return client.post("/sign-in", form)


def kinds(account) -> list[str]:
    return [event.kind for event in log.history(account.id)]


def is_in(client: Client) -> bool:
    return client.get("/account").status_code == 200


def test_the_right_password_opens_a_session_and_sign_out_closes_it(client):
    lin = cast.person("lin")
    assert client.get("/account").headers["Location"] == "/sign-in?next=%2Faccount"
    assert client.get("/sign-in").status_code == 200
    answer = sign_in(client, next="/account")
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    page = client.get("/account").content.decode()
    assert LIN in page
    assert client.post("/sign-out").status_code == 302
    assert not is_in(client)
    assert kinds(lin) == ["staff.signed_in@1", "staff.signed_out@1"]


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example", "javascript:x"])
def test_nobody_is_sent_elsewhere_after_signing_in(client, onward):
    cast.person("lin")
    assert sign_in(client, next=onward)["Location"] == "/"


@pytest.mark.parametrize(
    ("staff_no", "password"),
    [(LIN, "wrong"), ("99999", "x"), ("", ""), ("' OR 1=1", "x"), ("a\0b", "\0"), ("x" * 999, "y")],
)
def test_wrong_and_odd_input_is_told_the_same(client, staff_no, password):
    cast.person("lin")
    answer = sign_in(client, staff_no, password)
    assert answer.status_code == 400
    assert not is_in(client)


def test_somebody_who_left_cannot_sign_in_and_their_session_ends(client):
    lin = cast.person("lin")
    sign_in(client)
    assert is_in(client)
    services.end_person(cast.viewer("wang"), lin.id, now=NOON)
    assert not is_in(client)
    assert sign_in(client).status_code == 400


def test_guessing_locks_the_door_for_longer_and_longer(client, travel):
    lin = cast.person("lin")
    for _ in range(4):
        assert sign_in(client, password="guess").status_code == 400
    assert sign_in(client, password="guess").status_code == 400  # the fifth shuts the door
    assert sign_in(client).status_code == 429  # even with the right password
    assert "staff.locked_out@1" in kinds(lin)
    travel(NOON + timedelta(seconds=61))
    assert sign_in(client, password="guess").status_code == 400
    travel(NOON + timedelta(seconds=61 + 119))
    assert sign_in(client).status_code == 429  # two minutes now
    travel(NOON + timedelta(seconds=61 + 121))
    assert sign_in(client).status_code == 302
    assert not SignInGuard.objects.filter(key__contains=LIN).exists()


def test_a_stranger_elsewhere_does_not_keep_the_person_out(client):
    cast.person("lin")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    for _ in range(8):
        sign_in(stranger, password="guess")
    assert sign_in(stranger).status_code == 429
    assert sign_in(client).status_code == 302


def test_an_address_that_tries_many_people_is_shut_out():
    cast.person("lin")
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    answers = {sign_in(stranger, f"3{number:04}", "guess").status_code for number in range(62)}
    assert answers == {400, 429}
    assert sign_in(stranger).status_code == 429


def test_the_lock_stands_in_rows_and_an_administrator_opens_it(client):
    lin = cast.person("lin")
    for _ in range(5):
        sign_in(client, password="guess")
    caching.forget_all()  # another process knows nothing but the rows
    assert sign_in(Client()).status_code == 429
    services.reset_lockout(cast.viewer("wang"), lin.id, now=NOON)
    assert sign_in(client).status_code == 302


def test_a_session_ends_by_quiet_and_by_age(client, travel):
    lin = cast.person("lin")
    sign_in(client)
    for hours in range(1, 12):
        travel(NOON + timedelta(hours=hours))
        assert is_in(client), hours
    travel(NOON + timedelta(hours=12))
    assert not is_in(client)
    assert [event.payload for event in log.history(lin.id)][-1] == {"how": "expired"}
    sign_in(client)
    travel(NOON + timedelta(hours=14, seconds=1))
    assert not is_in(client)


def test_a_handed_out_password_must_be_changed_first(client):
    lin = cast.person("lin")
    password = services.reset_password(cast.viewer("wang"), lin.id, now=NOON)
    assert sign_in(client).status_code == 400
    sign_in(client, password=password)
    assert client.get("/account")["Location"] == "/account/password"
    assert client.get("/account", headers={"HX-Request": "true"})["HX-Redirect"]

    def change(new: str, again: str = "", old: str = password):
        form = {"old_password": old, "new_password": new, "new_password_again": again or new}
        return client.post("/account/password", form)

    for new in ("short", "password1234", "my-20001-pass", password, "aaaaaaaaaaaa"):
        assert change(new).status_code == 400, new
    assert change("quiet-otter-42", again="quiet-otter-43").status_code == 400
    assert change("quiet-otter-42", old="guess").status_code == 400
    other = Client()
    sign_in(other, password=password)
    assert change("quiet-otter-42").status_code == 302
    assert is_in(client)
    assert not is_in(other)
    assert change(password, old="quiet-otter-42").status_code == 400  # one of the last five
    assert change(cast.PASSWORD, old="quiet-otter-42").status_code == 400
    assert kinds(lin).count("staff.password_changed@1") == 2


def test_an_old_password_must_be_changed(client, travel):
    cast.person("lin")
    travel(NOON + timedelta(days=90))
    sign_in(client)
    assert client.get("/account")["Location"] == "/account/password"


def set_up(client: Client) -> tuple[pyotp.TOTP, list[str]]:
    page = client.get("/account/second-factor")
    assert b"data:image/svg+xml" in page.content
    account = queries.account_for_claim(LIN)
    totp = pyotp.TOTP(SecondFactor.objects.get(account=account).secret)
    wrong = client.post("/account/second-factor", {"code": "000000"})
    assert wrong.status_code == 400
    done = client.post("/account/second-factor", {"code": totp.at(NOON)})
    assert done.status_code == 200
    return totp, done.context["codes"]


def test_a_code_is_asked_for_and_works_once(client, travel):
    lin = cast.person("lin")
    sign_in(client)
    totp, _ = set_up(client)
    other = Client()
    assert sign_in(other)["Location"] == "/sign-in/code"
    assert not is_in(other)  # the password alone is not enough
    assert other.post("/sign-in/code", {"code": "123456"}).status_code == 400
    assert other.post("/sign-in/code", {"code": totp.at(NOON)}).status_code == 400  # used
    moment = NOON + timedelta(seconds=60)
    travel(moment)
    assert other.post("/sign-in/code", {"code": totp.at(moment)}).status_code == 302
    assert is_in(other)
    third = Client()
    sign_in(third)
    assert third.post("/sign-in/code", {"code": totp.at(moment)}).status_code == 400
    methods = [e.payload["method"] for e in log.history(lin.id) if e.kind == "staff.signed_in@1"]
    assert methods == ["password", "password_and_code"]


def test_a_recovery_code_stands_in_once(client):
    lin = cast.person("lin")
    sign_in(client)
    _, codes = set_up(client)
    assert len(codes) == 10
    other = Client()
    sign_in(other)
    assert other.post("/sign-in/code", {"code": codes[0].upper()}).status_code == 302
    again = Client()
    sign_in(again)
    assert again.post("/sign-in/code", {"code": codes[0]}).status_code == 400
    assert queries.recovery_codes_left(lin.id) == 9
    assert "staff.recovery_code_used@1" in kinds(lin)


def test_codes_are_not_guessed_either(client):
    cast.person("lin")
    sign_in(client)
    _, codes = set_up(client)
    other = Client()
    sign_in(other)
    answers = [other.post("/sign-in/code", {"code": "1"}).status_code for _ in range(6)]
    assert answers == [400] * 5 + [429]
    assert other.post("/sign-in/code", {"code": codes[0]}).status_code == 429


def test_the_code_is_owed_for_five_minutes_only(client, travel):
    cast.person("lin")
    sign_in(client)
    totp, _ = set_up(client)
    other = Client()
    sign_in(other)
    moment = NOON + timedelta(minutes=6)
    travel(moment)
    answer = other.post("/sign-in/code", {"code": totp.at(moment)})
    assert answer["Location"] == "/sign-in"
    assert Client().get("/sign-in/code")["Location"] == "/sign-in"


def test_the_second_factor_is_renewed_and_removed_with_a_code(client, travel):
    lin = cast.person("lin")
    sign_in(client)
    totp, codes = set_up(client)
    assert client.post("/account/second-factor/end", {"code": "1"}).status_code == 400
    renewed = client.post("/account/second-factor/codes", {"code": codes[0]})
    assert len(renewed.context["codes"]) == 10
    moment = NOON + timedelta(minutes=2)
    travel(moment)
    ended = client.post("/account/second-factor/end", {"code": totp.at(moment)})
    assert ended.status_code == 302
    assert not queries.needs_second_factor(lin.id)
    assert kinds(lin)[-1] == "staff.second_factor_removed@1"


def test_a_demanded_second_factor_is_set_up_before_anything_else(client, settings):
    settings.SECOND_FACTOR = "administrators"
    cast.person("wang")
    sign_in(client, "10001")
    assert client.get("/account")["Location"] == "/account/second-factor"
    cast.person("lin")
    other = Client()
    sign_in(other)
    assert is_in(other)


def test_looking_as_a_role_changes_nothing_but_the_eyes(client, org):
    wang = cast.person("wang")
    sign_in(client, "10001")
    assert client.get("/view-as").status_code == 200
    odd = client.post("/view-as", {"role": "king", "unit": "x"})
    assert odd.status_code == 400
    started = client.post("/view-as", {"role": "agent", "unit": str(org["gz"].id)})
    assert started.status_code == 302
    page = client.get("/account")
    assert page.wsgi_request.viewer.viewing_as == "agent"
    assert client.post("/account/password", {}).status_code == 403
    assert client.get("/view-as").status_code == 403  # agents may not look as others
    assert client.post("/view-as/end").status_code == 302
    assert not client.get("/account").wsgi_request.viewer.viewing_as
    assert kinds(wang)[-2:] == ["staff.looking_as_started@1", "staff.looking_as_ended@1"]


def test_the_person_reads_in_their_own_language_until_they_switch(client):
    lin = cast.person("lin")
    lin.language = "en"
    lin.save(update_fields=["language"])
    sign_in(client)
    answer = client.get("/account", headers={"Accept-Language": "zh-CN"})
    assert "Signing in" in answer.content.decode()
    assert answer["Content-Language"] == "en"


def test_every_refused_attempt_is_written_without_values(client, org):
    lin = cast.person("lin")
    sign_in(client)
    assert client.get("/view-as").status_code == 403
    assert client.get("/view-as").status_code == 403
    assert client.get("/tickets/T20200101-000001").status_code == 404
    assert client.get("/no-such-address").status_code == 404
    refused = Event.objects.filter(kind="staff.access_refused@1", actor_id=lin.id)
    assert [event.payload["what"] for event in refused.order_by("id")] == [
        "GET /view-as 403",
        "GET /tickets/<str:number> 404",
    ]


def test_the_form_needs_its_token():
    cast.person("lin")
    strict = Client(enforce_csrf_checks=True)
    assert sign_in(strict).status_code == 403
