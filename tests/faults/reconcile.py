"""One set of questions to the database and the peers: was anything lost, or done twice?"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.db.models import Count, F, Max, Min
from faults import peers

from sunline.api.models import HubDelivery, HubSubscription
from sunline.api.tmf.tmf621 import mapping
from sunline.customers.models import Customer
from sunline.insight import services as insight
from sunline.insight.models import DayCount
from sunline.interactions.models import Message, Outgoing
from sunline.kernel import clock
from sunline.kernel.ids import local_day
from sunline.kernel.models import Delivery, Event, IdempotencyKey, Job
from sunline.quality.models import Survey
from sunline.routing.models import Presence, QueueItem
from sunline.tickets.models import Ticket


@dataclass(slots=True)
class Report:
    """What was counted, and what is wrong."""

    counts: dict[str, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def expect(self, what: str, found: Iterable[object]) -> None:
        """Nothing may be found; the first few findings are told."""
        listed = list(found)
        self.counts[what] = len(listed)
        if listed:
            self.wrong.append(f"{what}: {len(listed)}, such as {listed[:3]}")


def still_owed() -> dict[str, int]:
    """Return what is owed and not yet done; empty when all work is done."""
    counts = {
        "deliveries": Delivery.objects.count(),
        "notifications": HubDelivery.objects.count(),
        "mails": Outgoing.objects.filter(state__in=["waiting", "sending"]).count(),
        "jobs": Job.objects.exclude(state="done").count(),
    }
    return {name: count for name, count in counts.items() if count}


def acceptance(report: Report, folder: Path) -> None:
    """Everything accepted is there once; everything tried is there at most once."""
    accepted = {line["word"]: line["way"] for line in peers.lines(folder / "accepted")}
    attempted = {line["word"]: line["way"] for line in peers.lines(folder / "attempted")}
    held: Counter[str] = Counter()
    for text in Ticket.objects.values_list("description", flat=True):
        word = text.split()[-1]
        held[word] += 1
    report.counts["attempted"] = len(attempted)
    report.counts["accepted"] = len(accepted)
    report.counts["registered tickets"] = sum(held.values())
    for way, count in sorted(Counter(accepted.values()).items()):
        report.counts[f"accepted by {way}"] = count
    report.expect("accepted but lost", (word for word in accepted if not held[word]))
    report.expect("registered twice", (word for word, count in held.items() if count > 1))
    report.expect("from nowhere", (word for word in held if word not in attempted))
    early = {line["number"] for line in peers.lines(folder / "early")}
    report.counts["work taken before it was offered"] = len(early)
    doubtful = set(attempted) - set(accepted)
    report.counts["died before the answer"] = len(doubtful)
    report.counts["of these registered"] = sum(1 for word in doubtful if held[word])


def histories(report: Report) -> None:
    """Each subject's facts are numbered from one without gaps; a ticket's version is its last."""
    subjects = Event.objects.values("subject_kind", "subject_id")
    rows = subjects.annotate(first=Min("sequence"), last=Max("sequence"), count=Count("id"))
    gaps = [row for row in rows if row["first"] != 1 or row["last"] != row["count"]]
    report.counts["subjects with facts"] = len(rows)
    report.counts["facts"] = sum(row["count"] for row in rows)
    report.expect("histories with gaps", gaps)
    last = {row["subject_id"]: row["last"] for row in rows if row["subject_kind"] == "ticket"}
    versions = Ticket.objects.values_list("id", "version")
    report.expect(
        "tickets whose version is not their last fact",
        (found for found in versions if last.get(found[0]) != found[1]),
    )


def effects(report: Report) -> None:
    """What listeners do was done once."""
    now = clock.now()
    before = _day_counts()
    today = local_day(now)
    insight.rebuild(today - timedelta(days=1), today, now=now)
    after = _day_counts()
    differing = set(before.items()) ^ set(after.items())
    report.counts["day counts"] = len(before)
    report.expect("day counts that a rebuild changes", differing)
    open_items = QueueItem.objects.filter(ended_at=None)
    many = open_items.values("subject_id").annotate(count=Count("id")).filter(count__gt=1)
    report.expect("tickets twice in line", many)
    waiting = Ticket.objects.filter(state="awaiting_acceptance").values_list("id", flat=True)
    in_line = set(open_items.values_list("subject_id", flat=True))
    report.expect("orders that wait in no line", (key for key in waiting if key not in in_line))
    working = {"awaiting_acceptance", "in_handling", "on_hold", "awaiting_customer"}
    states = dict(Ticket.objects.values_list("id", "state"))
    report.expect("done work in line", (key for key in in_line if states[key] not in working))
    handlers = dict(Ticket.objects.values_list("id", "handler_id"))
    given = open_items.exclude(given_to=None).values_list("subject_id", "given_to_id")
    report.expect(
        "work with another than the handler", (g for g in given if handlers[g[0]] != g[1])
    )
    held = Counter(open_items.exclude(given_to=None).values_list("given_to_id", flat=True))
    loads = Presence.objects.values_list("account_id", "load")
    report.expect("people whose load is wrong", (row for row in loads if row[1] != held[row[0]]))
    surveys = Survey.objects.values("ticket_id", "answer").annotate(count=Count("id"))
    report.counts["surveys"] = len(surveys)
    report.expect("answers asked about twice", surveys.filter(count__gt=1))
    registered = Event.objects.filter(kind="ticket.registered@1").values_list("subject_id")
    report.expect("tickets without their first fact", Ticket.objects.exclude(id__in=registered))


def _day_counts() -> dict[tuple[object, ...], int]:
    rows = DayCount.objects.exclude(count=0).values_list(
        "day", "unit_id", "measure", "cut", "count"
    )
    return {row[:4]: row[4] for row in rows}


def mails(report: Report, folder: Path, world: peers.Peers) -> None:
    """Every mail owed was sent or stands on the list of the unknown; no mail went out twice."""
    copies = Counter(mail["id"] for mail in world.mails())
    rows = Outgoing.objects.values_list("state", "message__headers", "key")
    states: dict[str, set[str]] = defaultdict(set)
    written = {line["key"] for line in peers.lines(folder / "mails written")}
    for state, headers, key in rows:
        states[state].add(headers["message_id"])
        written.discard(key)
    report.expect("mails written but lost", written)
    owed = set().union(*states.values())
    for state, held in sorted(states.items()):
        report.counts[f"mails {state}"] = len(held)
    report.counts["mails that arrived"] = sum(copies.values())
    report.expect("mails neither sent nor unknown", set(states) - {"sent", "unknown"})
    report.expect("mails marked sent that never arrived", states["sent"] - set(copies))
    report.expect("mails from nowhere", set(copies) - owed)
    report.counts["unknown mails that had arrived"] = len(states["unknown"] & set(copies))
    report.expect("mails that arrived twice", (key for key, count in copies.items() if count > 1))
    report.expect(
        "answers by mail that nothing is owed for",
        Survey.objects.filter(channel="email")
        .exclude(
            ticket__interaction_id__in=Message.objects.filter(outgoing__isnull=False).values(
                "interaction_id"
            )
        )
        .exclude(ticket__interaction_id=None),
    )


def notices(report: Report, world: peers.Peers) -> None:
    """Each subscription got each ticket's changes whole and in order; repeats bear the same id."""
    expected = _expected()
    got: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    repeats = strangers = 0
    for line in world.notices():
        seen = got[line["path"], line["ticket"]]
        if (line["event"], line["type"]) in seen:
            repeats += 1
        else:
            seen.append((line["event"], line["type"]))
    wrong = []
    for path in {f"/{row.version}" for row in HubSubscription.objects.filter(ended_at=None)}:
        for ticket, wanted in expected.items():
            if [type_ for _, type_ in got.pop((path, ticket), [])] != wanted:
                wrong.append((path, ticket, wanted))
    strangers = len(got)
    report.counts["notifications taken"] = len(world.notices())
    report.counts["notifications repeated with the same id"] = repeats
    report.expect("tickets whose changes were not told whole and in order", wrong)
    report.expect("tickets told of beyond the scope", range(strangers))


def _expected() -> dict[str, list[str]]:
    """Return what a listener should hear of each ticket, from the log and our table alone."""
    within = Ticket.objects.filter(home_unit__path__startswith="/hq/gd/gz/")
    numbers = dict(within.values_list("id", "number"))
    found: dict[str, list[str]] = {number: [] for number in numbers.values()}
    status: dict[UUID, str] = {}
    rows = Event.objects.filter(subject_kind="ticket").order_by("subject_id", "sequence")
    for subject, kind, payload in rows.values_list("subject_id", "kind", "payload"):
        if subject not in numbers:
            continue
        heard, now = found[numbers[subject]], mapping.status_of(payload["state"])
        if kind == "ticket.registered@1":
            heard.append("TroubleTicketCreateEvent")
        elif now != status[subject]:
            heard.append("TroubleTicketStatusChangeEvent")
            if now == "resolved":
                heard.append("TroubleTicketResolvedEvent")
        status[subject] = now
    return found


def keys(report: Report) -> None:
    """The keys of requests stand beside exactly one effect each."""
    report.counts["idempotency keys"] = IdempotencyKey.objects.count()


def jobs(report: Report, folder: Path, each: int) -> None:
    """Every job is done, and what it imports is there once."""
    held = Counter(
        name.partition("-")[0] for name in Customer.objects.values_list("external_id", flat=True)
    )
    asked = {line["word"] for line in peers.lines(folder / "imports")}
    report.counts["imports accepted"] = len(asked)
    report.counts["jobs done"] = Job.objects.filter(state="done").count()
    report.counts["job attempts"] = sum(Job.objects.values_list("attempts", flat=True))
    report.counts["customers imported"] = Customer.objects.count()
    report.expect("imports lost", (word for word in asked if word not in held))
    report.expect("imports in part or twice", (item for item in held.items() if item[1] != each))
    short = Job.objects.filter(kind="customers.import").exclude(done=F("total"))
    report.expect("imports that stopped short", short.values_list("id", "done", "total"))


def nothing_stuck(report: Report) -> None:
    """Nothing is owed any more and nothing was given up."""
    report.expect("still owed", still_owed().items())
    report.expect(
        "deliveries that failed",
        Delivery.objects.exclude(last_error="").values_list("listener", "last_error"),
    )
    report.expect("dead deliveries", Delivery.objects.filter(dead=True))
    report.expect("errors of recurring work", _failed_tasks())


def _failed_tasks() -> list[tuple[str, str]]:
    from sunline.kernel.models import PeriodicRun

    return list(PeriodicRun.objects.exclude(last_error="").values_list("name", "last_error"))


def resent(report: Report, world: peers.Peers) -> None:
    """After a person has sent the unknown again, all went out; twice only under one Message-ID."""
    copies = Counter(mail["id"] for mail in world.mails())
    report.counts["mails a person sent again that had arrived"] = sum(
        count - 1 for count in copies.values()
    )
    report.expect("mails not sent in the end", Outgoing.objects.exclude(state="sent"))
    again = report.counts["mails a person sent again that had arrived"]
    unneeded = again - report.counts["unknown mails that had arrived"]
    report.expect("mails repeated that nobody asked to repeat", range(max(0, unneeded)))
