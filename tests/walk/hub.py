"""A connected system: it speaks TMF621 and listens to what is told to it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import orjson
from walk.stage import Stage


@dataclass(slots=True)
class System:
    """A client with a token and an endpoint of its own; `told` holds what it was told."""

    http: httpx.Client
    callback: str
    told: list[dict[str, Any]] = field(default_factory=list)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Call the API and return what it answers; the call must succeed."""
        answer = self.http.request(method, path, json=body)
        assert answer.status_code < 300, (method, path, answer.status_code, answer.text[:500])
        return answer.json() if answer.content else None

    def story(self, number: str) -> list[str]:
        """Return what was told of a ticket: short event types, with the status of changes."""
        found = []
        for event in self.told:
            ticket = event["event"]["troubleTicket"]
            if ticket["id"] == number:
                name = event["eventType"].removeprefix("TroubleTicket").removesuffix("Event")
                found.append(ticket["status"] if name == "StatusChange" else name)
        return found

    def await_story(self, number: str, wanted: list[str], seconds: float = 15) -> None:
        """Wait until a ticket's story is told whole; then see that nothing is told twice."""
        until = time.monotonic() + seconds
        while time.monotonic() < until and len(self.story(number)) < len(wanted):
            time.sleep(0.1)
        time.sleep(1.5)  # a repetition would come with the next round of the sender
        assert self.story(number) == wanted
        ids = [event["eventId"] for event in self.told]
        assert len(ids) == len(set(ids))


@contextmanager
def system(operator: Stage, version: str) -> Iterator[System]:
    """Yield a subscribed system that speaks one version."""
    told: list[dict[str, Any]] = []

    class Endpoint(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told.append(orjson.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    callback = f"http://127.0.0.1:{server.server_port}/events"
    base = f"{operator.url}/tmf-api/troubleTicket/{version}"
    headers = {"Authorization": f"Bearer {token(operator)}"}
    with httpx.Client(base_url=base, headers=headers, timeout=10) as http:
        found = System(http, callback, told)
        hub = found.call("POST", "/hub", {"callback": callback, "@type": "Hub"})
        try:
            yield found
        finally:
            found.call("DELETE", f"/hub/{hub['id']}")
            server.shutdown()
            server.server_close()


def token(operator: Stage) -> str:
    """Return an access token by client credentials."""
    client = operator.client
    answer = httpx.post(
        f"{operator.url}/oauth/token",
        data={"grant_type": "client_credentials", "scope": "tickets:read tickets:write"},
        auth=(client["client_id"], client["client_secret"]),
        timeout=10,
    )
    assert answer.status_code == 200, answer.text[:500]
    return str(answer.json()["access_token"])
