"""What a process does until it is killed: serve requests, take mail in, or work in the background.

Each piece of work carries a word of its own, noted before it is begun and again when it has been
accepted, so that afterwards the two lists can be held against the database.
"""

from __future__ import annotations

import random
import time
import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from types import ModuleType

from faults import peers, world

from sunline.adapters.channels.email import poller
from sunline.adapters.channels.email.reading import Fetched
from sunline.api.tmf.common.hub import services as hub
from sunline.interactions import tasks as sending
from sunline.interactions.queries import mailbox_settings
from sunline.interactions.services import outgoing
from sunline.kernel import clock, deliveries, imports, worker
from sunline.kernel.models import Delivery
from sunline.tickets.models import Ticket
from sunline.tickets.types import State

LINE = "tickets-routing"  # the listener that puts work into line
MOST_WAITING = 300  # deliveries; beyond, people only go on with the tickets they have
TEXTS = ("宽带昨晚起一直掉线", "上网很慢", "账单有疑问", "信号不好")


LEASES: tuple[tuple[ModuleType, str], ...] = (
    (deliveries, "LEASE"),
    (deliveries, "BATCH"),
    (worker, "LEASE"),
    (imports, "LEASE"),
    (imports, "BATCH"),
    (outgoing, "LEASE"),
    (hub, "LEASE"),
)


def shorten_leases() -> None:
    """Let the work of the dead be taken over in moments instead of minutes."""
    deliveries.LEASE = timedelta(seconds=1.0)
    worker.LEASE = imports.LEASE = timedelta(seconds=0.7)
    outgoing.LEASE = timedelta(seconds=2.5)
    hub.LEASE = timedelta(seconds=2.0)
    imports.BATCH = 20
    deliveries.BATCH = 3


class Web:
    """A web process: every request is one line of work that is accepted or is not."""

    def __init__(self, place: world.World, folder: Path) -> None:
        self.world, self.folder = place, folder
        self.system = place.system()
        self.browsers = {key: place.browser(key) for key in place.cookies}

    def live(self, point: str) -> None:
        """Serve until the end, mostly what comes to the point at which this process shall end."""
        self._finish_doubtful()
        registering = (self.tmf, self.tmf, self.internal, self.desk, self.portal)
        aims: dict[str, Sequence[Callable[[], None]]] = {
            "register": registering,
            "verb": (self.verb,),
            "before receive": (self.mail,),
        }
        anything = (*registering, self.mail, self.mail, *(self.verb,) * 6)
        aimed = aims.get(point.partition(":")[0], anything)
        while True:
            while Delivery.objects.count() > MOST_WAITING:
                if not self.verb():
                    time.sleep(0.02)
            random.choice(aimed if random.random() < 0.8 else anything)()

    def _begin(self, way: str, again: str = "") -> str:
        word = again or f"w{uuid.uuid4().hex}"
        peers.append(self.folder / "attempted", {"way": way, "word": word})
        return word

    def _accepted(self, way: str, word: str) -> None:
        peers.append(self.folder / "accepted", {"way": way, "word": word})

    def _finish_doubtful(self) -> None:
        """Ask again for what an earlier process died over; only ways that know replays may."""
        accepted = {line["word"] for line in peers.lines(self.folder / "accepted")}
        attempts = peers.lines(self.folder / "attempted")[-20:]
        doubtful = [line for line in attempts if line["word"] not in accepted]
        for line in doubtful:
            if line["way"] in {"tmf", "portal", "mail", "desk"}:
                getattr(self, line["way"])(line["word"])

    def tmf(self, again: str = "") -> None:
        """A connected system creates a ticket, with a key."""
        word = self._begin("tmf", again)
        body = {
            "description": f"{TEXTS[0]} {word}",
            "severity": "Minor",
            "ticketType": "fault",
            "@type": "TroubleTicket",
        }
        answer = self.system.post(
            world.TMF, body, content_type="application/json", headers={"Idempotency-Key": word}
        )
        assert answer.status_code == 201, answer.content
        self._accepted("tmf", word)

    def internal(self) -> None:
        """One of our tools registers a ticket, which cannot be repeated."""
        word = self._begin("internal")
        body = {"description": f"{TEXTS[1]} {word}", "contact": f"{word}@customer.example"}
        answer = self.system.post("/api/internal/tickets", body, content_type="application/json")
        assert answer.status_code == 201, answer.content
        self._accepted("internal", word)

    def desk(self, again: str = "") -> None:
        """An agent registers a ticket in a form that has a token."""
        word = self._begin("desk", again)
        values = {"description": f"{TEXTS[2]} {word}", "kind": "fault", "token": _token(word)}
        answer = self.browsers["lin"].post("/tickets/new", values)
        assert answer.status_code == 302, answer.content
        self._accepted("desk", word)

    def portal(self, again: str = "") -> None:
        """A customer sends the public form, which has a token."""
        word = self._begin("portal", again)
        values = {"text": f"{TEXTS[3]} {word}", "phone": "19900000007", "token": _token(word)}
        origin = f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(256)}"
        client = self.world.system()
        answer = client.post("/portal/request", values, REMOTE_ADDR=origin)
        assert answer.status_code == 302, answer.content
        self._accepted("portal", word)

    def mail(self, again: str = "") -> None:
        """A mail is read from the mailbox; the server gives it again until it is stored."""
        word = self._begin("mail", again)
        raw = (
            f"From: {word}@customer.example\r\nTo: gz@sunline.example\r\nSubject: {word}\r\n"
            f"Message-ID: <{word}@customer.example>\r\nDate: Fri, 20 Nov 2026 12:00:00 +0800\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n\r\n"
            f"{TEXTS[0]} {word}\r\n"
        ).encode()
        (box,) = mailbox_settings()
        poller.store(Fetched(1, raw, clock.now()), box, 1, 1)
        self._accepted("mail", word)

    def verb(self) -> bool:
        """Somebody takes the next step on some ticket; return whether there was one."""
        return any(self.take(step) for step in random.sample(STEPS, len(STEPS)))

    def take(self, step: Step) -> bool:
        """Take one step on any ticket that waits for it; to be too late is an answer, too."""
        rows = Ticket.objects.filter(state=step.state).select_related("handler").order_by("?")
        ticket = rows.first()
        if ticket is None:
            return False
        person = step.person
        if not person:
            person = ticket.handler.name if ticket.handler else ""
            person = {"郑一": "zheng", "褚宁": "chu"}.get(person, "zheng")
        values = {**step.values, "version": ticket.version}
        path = f"/tickets/{ticket.number}/{step.slug}"
        early = step.slug == "accept" and _not_offered(ticket)
        answer = self.browsers[person].post(path, values)
        assert answer.status_code in {302, 404, 409}, (path, answer.status_code, answer.content)
        if early and answer.status_code == 302:
            peers.append(self.folder / "early", {"number": ticket.number})
        return True


class Step:
    """One verb of the closed loop, and who acts."""

    def __init__(self, state: State, slug: str, person: str = "", **values: str) -> None:
        self.state, self.slug, self.person, self.values = state, slug, person, values


STEPS = (
    Step(State.AWAITING_ACCEPTANCE, "accept"),
    Step(State.IN_HANDLING, "reply", text="已更换端口。"),
    Step(State.AWAITING_CHECK, "approve", "sun"),
    Step(State.AWAITING_ANSWER, "answer", "sun", text="故障已修复。"),
    Step(State.AWAITING_ANSWER, "answer", "sun", text="已处理完毕。"),
    Step(State.AWAITING_ACCEPTANCE, "finish", "sun", text="已远程处理。"),
    Step(State.AWAITING_REVISIT, "revisit", "shen", outcome="accepted"),
    Step(State.IN_HANDLING, "hold", reason="third_party"),
    Step(State.ON_HOLD, "resume"),
)


def _not_offered(ticket: Ticket) -> bool:
    """Return whether no line has heard yet that the ticket waits in it."""
    return Delivery.objects.filter(subject_id=ticket.id, listener=LINE).exists()


def _token(word: str) -> str:
    return str(uuid.UUID(word[1:]))


def work(point: str) -> None:
    """Work in the background until the end, mostly on what comes to the point."""
    turns: dict[str, Callable[[], int]] = {
        **dict.fromkeys(("before send", "after send", "before mark"), send_mails),
        **dict.fromkeys(("job", "import"), lambda: worker.run_job(clock.now())),
        "hub": send_notices,
        "recurring": lambda: worker.run_periodic(clock.now()),
    }
    turn = turns.get(point.partition(":")[0], worker.turn)
    while True:
        if not (turn() if random.random() < 0.8 else worker.turn()):
            time.sleep(0.005)


def send_mails() -> int:
    """Send what is owed now, beside whoever does so in the usual turn."""
    return sending.send_due(clock.now())


def send_notices() -> int:
    """Notify of what is owed now, beside whoever does so in the usual turn."""
    hub.send_due(clock.now())
    return 0


def drain(owed: Callable[[], dict[str, int]], most: float = 300.0) -> dict[str, int]:
    """Work until nothing is owed, as one healthy worker would, and return what is still owed."""
    until = time.monotonic() + most
    while (left := owed()) and time.monotonic() < until:
        if not worker.turn():
            time.sleep(0.02)
    return left
