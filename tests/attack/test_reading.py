"""Malformed addresses of the screens: queries, filters, cursors, ids and headers."""

from __future__ import annotations

import pytest
from attack import mutations, world

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

LISTS = (
    ("/tickets", "zhao", ["view", "state", "kind", "urgency", "unit", "since", "until"]),
    ("/tickets?view=all", "zhao", []),
    ("/search", "lin", ["q"]),
    ("/compensation", "lin", ["state", "basis"]),
    ("/customers", "lin", ["q"]),
    ("/tickets/new", "lin", ["customer_id", "contact", "topic_id", "token", "title", "look_for"]),
    ("/tickets/new/customers", "lin", ["look_for"]),
    ("/tickets/new/topics", "lin", ["topic_text"]),
    ("/customers/{customer}/contacts", "lin", []),
    ("/manage/people", "wang", ["q", "unit"]),
    ("/manage/log", "wang", ["kind", "actor", "subject", "since", "until"]),
    ("/manage/dead-letters", "wang", []),
    ("/manage/unreadable", "wang", []),
    ("/manage/outgoing", "qian", []),
    ("/manage/jobs", "wang", []),
    ("/portal/track", "", ["number", "code"]),
    ("/sign-in", "", ["next"]),
)


@pytest.mark.parametrize(("path", "who", "names"), LISTS, ids=[row[0] for row in LISTS])
def test_lists(gz: world.City, path: str, who: str, names: list[str]) -> None:
    judge = world.judge(world.browser(who))
    path = path.format(customer=gz.customer_id)
    mark = "&" if "?" in path else "?"
    for what, query in mutations.some(mutations.addresses([*names, "cursor"]), 75):
        judge.send(what, "GET", f"{path}{mark}{query}")
    number = str(gz.ticket.id)
    orders = [[number], ["2026-11-20T04:00:00+00:00", number], ["20001", number]]
    for what, cursor in mutations.some(mutations.cursors(*orders), 40):
        judge.send(what, "GET", f"{path}{mark}cursor={mutations.quote(cursor, safe='')}")
    judge.verdict(100)


def test_ids_in_addresses(gz: world.City) -> None:
    judge = world.judge(world.browser("lin"))
    for text in mutations.TEXTS:
        if len(text) > 5000:
            continue
        part = mutations.quote(text, safe="")
        for path in (f"/tickets/{part}", f"/customers/{part}", f"/attachments/{part}"):
            judge.send(text[:40], "GET", path)
        for path in (f"/portal/requests/{part}", f"/tickets/{part}/watchers", f"/r/{part}"):
            judge.send(text[:40], "GET", path)
        judge.send(text[:40], "POST", f"/portal/requests/{part}/messages", b"text=x")
    judge.verdict(250)


HEADERS = (
    *("Accept", "Accept-Language", "Cookie", "HX-Request", "HX-Current-URL", "Referer", "Origin"),
    *("X-Request-Id", "X-Forwarded-For", "X-Forwarded-Proto", "User-Agent", "Host", "Range"),
    *("If-None-Match", "If-Modified-Since", "X-CSRFToken", "X-HTTP-Method-Override"),
)


def test_headers(gz: world.City) -> None:
    texts = mutations.some(mutations.TEXTS, 15)
    for path, who in (("/tickets", "lin"), ("/portal/track", ""), ("/attachments/", "lin")):
        judge = world.judge(world.browser(who))
        path = f"{path}{gz.attachment_id}" if path == "/attachments/" else path
        for name in HEADERS:
            for text in (*texts, "a=b; c", "sunline_session=x; sunline_csrf=\x7f", "é"):
                judge.headers = {name: text[:4000]}
                judge.send(f"{name}: {text[:50]!r}", "GET", path)
        for text in mutations.TEXTS:
            for cookie in (
                "sunline_session",
                "sunline_csrf",
                "sunline_language",
                "sunline_request",
            ):
                if text.isprintable() and len(text) < 4000:
                    judge.headers = {"Cookie": f'{cookie}="{text}"'}
                    judge.send(f"{cookie}={text[:50]!r}", "GET", path)
        judge.verdict(300)
