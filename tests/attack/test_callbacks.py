"""Callbacks of connected systems: never inside, never elsewhere, never for long."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from attack import mutations, world

from sunline.api.errors import CallbackRefused
from sunline.api.tmf.common.hub import guard as callbacks
from sunline.api.tmf.common.hub import sender

pytestmark = pytest.mark.django_db

INSIDE = (
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://localhost./x",
    "https://x.localhost/",
    "https://0.0.0.0/",
    "https://10.1.2.3/",
    "https://172.16.0.1/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://100.64.0.1/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::127.0.0.1]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1]/",
    "https://[fc00::1]/",
    "https://[fe80::1%25eth0]/",
    "https://224.0.0.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://１２７.０.０.１/",
    "https://user@listener.example/",
    "https://a:b@listener.example/",
    "http://listener.example/",
    "ftp://listener.example/",
    "file:///etc/passwd",
    "gopher://listener.example/",
    "https:///x",
    "https://",
    "https://listener.example:0/",
    "https://listener.example:99999/",
    "https://listener.example:x/",
    "https://listener.example/\r\nX: 1",
    "https://listener.example\\@127.0.0.1/",
    "//127.0.0.1/",
    "javascript:alert(1)",
    "",
)


@pytest.mark.parametrize("callback", INSIDE)
def test_callbacks_never_lead_inside(settings: Any, gz: world.City, callback: str) -> None:
    settings.HUB_ALLOW_LOOPBACK = False
    before = world.counts()
    answer = world.browser().generic(
        *("POST", "/tmf-api/troubleTicket/v5/hub", mutations.written({"callback": callback})),
        "application/json",
        headers={"Authorization": f"Bearer {world.token_of('gz')}"},
    )
    sent = _sent(callback)
    if answer.status_code == 201:
        assert sent is False, f"{callback} was called"
    else:
        assert 400 <= answer.status_code < 500, answer.content
        after = world.counts()
        assert after["HubSubscription"] == before["HubSubscription"]
        assert sent is False


def _sent(callback: str) -> bool:
    """Return whether a notification to the address would leave this machine."""
    try:
        callbacks.resolve(callbacks.target_of(callback))
    except (CallbackRefused, UnicodeError):
        return False
    return True


def test_a_name_that_changes_its_mind_leads_nowhere(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first answer of the name server is public, the next ones are inside."""
    settings.HUB_ALLOW_LOOPBACK = False
    answers = iter([["93.184.216.34"], ["127.0.0.1"], ["93.184.216.34", "10.0.0.1"]])

    def lookup(_host: str, port: int, **_more: Any) -> list[Any]:
        return [
            (socket.AF_INET, socket.SOCK_STREAM, 6, "", (found, port)) for found in next(answers)
        ]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    target = callbacks.target_of("https://rebind.example/hub")
    assert callbacks.resolve(target)[1] == "93.184.216.34"
    for _ in range(2):
        with pytest.raises(CallbackRefused):
            callbacks.resolve(target)


@pytest.fixture
def peer() -> Iterator[tuple[socket.socket, str]]:
    """Return a listening socket and its address as a callback."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(5)
        yield listening, f"http://127.0.0.1:{listening.getsockname()[1]}/hub"


def post(callback: str) -> int:
    """Send one notification."""
    return sender.post(callback, b"{}", secret="s", moment="m", event_id="e", attempt=1)


def test_redirects_of_a_callback_are_not_followed(settings: Any, peer: Any) -> None:
    settings.HUB_ALLOW_LOOPBACK = True
    listening, callback = peer
    calls: list[bytes] = []

    def serve() -> None:
        held, _ = listening.accept()
        said = b""
        while not said.endswith(b"{}"):
            said += held.recv(65536)
        calls.append(said)
        held.sendall(b"HTTP/1.1 307 x\r\nLocation: http://169.254.169.254/\r\n\r\n")
        held.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    with pytest.raises(sender.NotTaken, match="307"):
        post(callback)
    thread.join(5)
    assert len(calls) == 1


@pytest.mark.parametrize("start", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_a_callback_that_drips_its_answer_is_cut_off(
    settings: Any, peer: Any, monkeypatch: pytest.MonkeyPatch, start: bytes
) -> None:
    settings.HUB_ALLOW_LOOPBACK = True
    monkeypatch.setattr(sender, "LONGEST", 1.0)
    listening, callback = peer

    def serve() -> None:
        held, _ = listening.accept()
        try:
            held.sendall(start)
            for _ in range(100):
                held.sendall(b"x")
                time.sleep(0.1)
        except OSError:
            pass
        finally:
            held.close()

    threading.Thread(target=serve, daemon=True).start()
    began = time.monotonic()
    with suppress(sender.NotTaken):  # after a good first line the rest does not matter
        post(callback)
    assert time.monotonic() - began < 4
