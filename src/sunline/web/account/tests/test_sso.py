"""Single sign-on against a real OpenID Connect provider: the whole code flow over HTTP."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from sunline.config import env
from sunline.kernel import clock, log
from sunline.kernel.models import Event
from sunline.staff import services
from sunline.staff.models import Account
from sunline.testing import cast

from .oidc_provider import CLIENT_ID, CLIENT_SECRET

pytestmark = [pytest.mark.django_db, pytest.mark.urls("sunline.web.urls")]
CALLBACK = "http://testserver/sign-in/sso/sso/callback"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    script = Path(__file__).with_name("oidc_provider.py")
    ours = {"DJANGO_SETTINGS_MODULE", "DATABASE_URL", "SUNLINE_CRASH_AT"}
    process = subprocess.Popen(
        [sys.executable, str(script), CALLBACK, "20001", "20004", "nobody-here"],
        stdout=subprocess.PIPE,
        text=True,
        env={key: value for key, value in os.environ.items() if key not in ours},
    )
    try:
        assert process.stdout is not None
        port = json.loads(process.stdout.readline())["port"]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(autouse=True)
def _configured(settings, provider, org):
    app = {
        "provider_id": "sso",
        "name": "阳光通行证",
        "client_id": CLIENT_ID,
        "secret": CLIENT_SECRET,
        "settings": {"server_url": f"{provider}/o", "staff_claim": "preferred_username"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"APPS": [app], "OAUTH_PKCE_ENABLED": True}
    }


def at_provider(client: Client, name: str, onward: str = "/account") -> str:
    """Go to the provider, sign in there and return the address it sends the browser back to."""
    start = client.get(f"/sign-in/sso/sso?next={onward}")
    assert start.status_code == 302
    asked = parse_qs(urlsplit(start["Location"]).query)
    assert asked["redirect_uri"] == [CALLBACK]
    assert asked["code_challenge_method"] == ["S256"]
    with httpx.Client(trust_env=False) as browser:
        answer = browser.get(start["Location"])
        form = str(answer.url.join(answer.headers["Location"]))
        answer = browser.post(form, data={"name": name})
        answer = browser.get(str(answer.url.join(answer.headers["Location"])))
    back: str = answer.headers["Location"]
    assert back.startswith(CALLBACK)
    return back


def test_a_person_known_here_is_signed_in(client):
    lin = cast.person("lin")
    assert "阳光通行证" in client.get("/sign-in").content.decode()
    before = Account.objects.count()
    answer = client.get(at_provider(client, "20001"))
    assert (answer.status_code, answer["Location"]) == (302, "/account")
    page = client.get("/account")
    assert page.status_code == 200
    assert page.wsgi_request.viewer.account_id == lin.id
    assert Account.objects.count() == before
    assert [event.payload for event in log.history(lin.id)] == [{"method": "sso"}]


@pytest.mark.parametrize("name", ["nobody-here", "20004"])
def test_strangers_and_those_who_left_stay_outside(client, name):
    if name == "20004":
        services.end_person(cast.viewer("wang"), cast.person("sun").id, now=clock.now())
    before = Account.objects.count()
    answer = client.get(at_provider(client, name))
    assert answer["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302
    assert Account.objects.count() == before
    refused = Event.objects.filter(kind="staff.access_refused@1")
    assert [event.payload["what"] for event in refused].count("single sign-on") == 1


def test_an_answer_works_once_and_only_in_the_browser_that_asked(client):
    cast.person("lin")
    back = at_provider(client, "20001")
    assert Client().get(back)["Location"] == "/sign-in"
    assert client.get(back)["Location"] == "/account"
    client.post("/sign-out")
    assert client.get(back)["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    "query", ["", "?error=access_denied", "?code=x&state=y", "?code=%00&state=%00"]
)
def test_odd_answers_lead_back_to_the_form(client, query):
    answer = client.get(f"/sign-in/sso/sso/callback{query}")
    assert answer["Location"] == "/sign-in"


def test_a_wrong_code_with_the_right_state_leads_back_to_the_form(client):
    cast.person("lin")
    state = parse_qs(urlsplit(at_provider(client, "20001")).query)["state"][0]
    answer = client.get(f"/sign-in/sso/sso/callback?code=forged&state={state}")
    assert answer["Location"] == "/sign-in"
    assert client.get("/account").status_code == 302


def test_an_unknown_provider_is_not_found_and_a_dead_one_is_told(client, settings):
    assert client.get("/sign-in/sso/other").status_code == 404
    app = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"][0]
    app["settings"]["server_url"] = "http://127.0.0.1:9/o"
    assert client.get("/sign-in/sso/sso")["Location"] == "/sign-in"


def test_half_a_configuration_stops_the_process_and_none_is_none():
    rest = {"secret": "", "name": "", "staff_claim": ""}
    assert env.sign_on("", client_id="", **rest) == {}
    with pytest.raises(SystemExit, match="SUNLINE_OIDC_CLIENT_ID"):
        env.sign_on("https://sso.example", client_id="", **rest)
