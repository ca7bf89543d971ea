"""Live updates by server-sent events: one reader a process, fanned out to the open streams.

The reader asks the event log twice a second for facts newer than ten seconds and remembers what
it has seen, so it needs nothing but the database and works alike on SQLite and PostgreSQL. Only
ids and kinds leave the server; a page then fetches what changed through its ordinary views.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import close_old_connections
from django.http import HttpRequest
from django.utils.module_loading import import_string
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sunline.kernel import clock
from sunline.kernel.models import Event
from sunline.kernel.queries import events_since
from sunline.staff import queries as staff
from sunline.staff.types import Viewer
from sunline.tickets import permissions as tickets

from .account import session

EVERY = 0.5  # seconds between two looks at the log
BACK = timedelta(seconds=10)  # how late a transaction may commit and still be seen
HEARTBEAT = 15.0  # seconds; proxies close streams that stay silent
RECHECK = 60.0  # seconds after which a stream's session is looked at again
MOST_WAITING = 200
logger = logging.getLogger("sunline.live")
Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class News:
    """A fact as streams need it: what changed, and where, to decide who hears of it."""

    kind: str
    id: UUID
    fact: str
    units: frozenset[UUID]
    version: int

    def message(self) -> dict[str, str | int]:
        """Return what is sent: ids and numbers only."""
        return {"kind": self.kind, "id": str(self.id), "fact": self.fact, "version": self.version}


@dataclass(eq=False, slots=True)
class Reader:
    """One open stream: who reads, where they may see tickets, and what waits to be sent."""

    viewer: Viewer
    units: frozenset[UUID]
    queue: asyncio.Queue[News] = field(default_factory=lambda: asyncio.Queue(MOST_WAITING))
    missed: bool = False

    def hears(self, news: News) -> bool:
        """Return whether the news is of this reader's concern."""
        if news.kind == "presence":
            return news.id == self.viewer.account_id
        return bool(news.units & self.units)

    def offer(self, news: News) -> None:
        """Queue the news; a reader too slow to keep up is told to load afresh instead."""
        try:
            self.queue.put_nowait(news)
        except asyncio.QueueFull:
            self.missed = True


class Hub:
    """Reads the log while anybody listens, and tells each stream what concerns it."""

    def __init__(self) -> None:
        self.readers: set[Reader] = set()
        self.seen: dict[UUID, float] = {}
        self.task: asyncio.Task[None] | None = None

    def join(self, reader: Reader) -> None:
        """Add a stream and make sure that the log is being read."""
        self.readers.add(reader)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self.run())

    def leave(self, reader: Reader) -> None:
        """Remove a stream."""
        self.readers.discard(reader)

    async def run(self) -> None:
        """Read until nobody listens any more."""
        while self.readers:
            try:
                for news in await in_thread(self.look)():
                    for reader in list(self.readers):
                        if reader.hears(news):
                            reader.offer(news)
            except Exception:
                logger.exception("the event log could not be read")
            await asyncio.sleep(EVERY)

    def look(self) -> list[News]:
        """Return the facts that were not there at the last look."""
        now = clock.now()
        rows = events_since(now - BACK)
        fresh = [row for row in rows if row.id not in self.seen]
        stamp = now.timestamp()
        self.seen.update((row.id, stamp) for row in fresh)
        if len(self.seen) > 20_000 or (rows and not fresh):
            oldest = stamp - 2 * BACK.total_seconds()
            self.seen = {key: at for key, at in self.seen.items() if at > oldest}
        return [news for row in fresh if (news := as_news(row)) is not None]


def as_news(event: Event) -> News | None:
    """Return a fact as news, or None when no page shows it live."""
    if event.subject_kind == "ticket":
        units = frozenset(_ids(event.payload, "home", "unit"))
        return News("tickets", event.subject_id, event.kind, units, event.sequence)
    if event.kind.startswith("presence."):
        return News("presence", event.subject_id, event.kind, frozenset(), event.sequence)
    return None


def _ids(payload: Mapping[str, Any], *names: str) -> list[UUID]:
    found = []
    for name in names:
        with contextlib.suppress(ValueError, TypeError, AttributeError):
            found.append(UUID(payload.get(name) or ""))
    return found


def reader_for(cookies: Mapping[str, str]) -> Reader | None:
    """Return the stream of whoever the session cookie belongs to, or None."""
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    request = HttpRequest()
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    request.session = store(key)
    request.user = get_user(request)
    now = clock.now()
    if not session.visit(request, now) or request.session.get(session.FACTOR_MISSING):
        return None
    viewer = session.viewer(request, now)
    if not viewer.is_signed_in:
        return None
    units = set(staff.unit_tree().ids_below(viewer.paths(tickets.VIEW.code)))
    if viewer.unit_id and viewer.may(tickets.VIEW.code):
        units.add(viewer.unit_id)
    return Reader(viewer, frozenset(units))


def in_thread(function: Callable[..., Result]) -> Callable[..., Awaitable[Result]]:
    """Return the function for async code; its thread's connection is checked before and after."""

    @wraps(function)
    def guarded(*args: Any) -> Result:
        close_old_connections()
        try:
            return function(*args)
        finally:
            close_old_connections()

    return sync_to_async(guarded, thread_sensitive=False)


hub = Hub()
find_reader = in_thread(reader_for)


async def live(request: Request) -> Response:
    """Answer with an endless stream of what changes in the viewer's scope."""
    reader = await find_reader(request.cookies)
    if reader is None:
        return Response(status_code=401)
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        stream(reader, request.cookies), media_type="text/event-stream", headers=headers
    )


async def stream(reader: Reader, cookies: Mapping[str, str]) -> AsyncIterator[str]:
    """Yield news, heartbeats between them, and an end when the session has ended."""
    hub.join(reader)
    loop = asyncio.get_running_loop()
    checked = loop.time()
    try:
        yield "retry: 3000\n\n"
        while True:
            try:
                news = await asyncio.wait_for(reader.queue.get(), HEARTBEAT)
                yield f"data: {json.dumps(news.message())}\n\n"
            except TimeoutError:
                yield ": still here\n\n"
            if reader.missed:
                reader.missed = False
                yield f"data: {json.dumps({'kind': 'resync'})}\n\n"
            if loop.time() - checked > RECHECK:
                checked = loop.time()
                current = await find_reader(cookies)
                if current is None:
                    return
                reader.viewer, reader.units = current.viewer, current.units
    finally:
        hub.leave(reader)


application = Starlette(routes=[Route("/live", live)])
