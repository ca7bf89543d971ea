"""Tickets of the past: taken over in bulk, from code and from files."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sunline.kernel import imports
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.models import Delivery, Event, Job
from sunline.kernel.types import SYSTEM
from sunline.knowledge import services as knowledge
from sunline.sla import services as sla
from sunline.sla.models import Clock
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import events, queries
from sunline.tickets.models import Handling, Hold, Note, Ticket
from sunline.tickets.rules.past import moment_of
from sunline.tickets.services.importing import import_many
from sunline.tickets.services.importing_csv import ask_import, import_tickets
from sunline.tickets.services.past import HistoricalTicket, PastFact, PastHold, PastStay
from sunline.tickets.types import State

pytestmark = pytest.mark.django_db
ZONE = ZoneInfo("Asia/Shanghai")


def past(org: cast.Organisation, now: datetime, **values: object) -> HistoricalTicket:
    """Return a closed fault of three days ago, changed as the test wants."""
    began = now - timedelta(days=3)
    given: dict[str, object] = {
        "kind": "fault",
        "title": "宽带无法上网",
        "description": "光猫红灯，断网两小时",
        "channel": "phone",
        "home_unit_id": org["gz"].id,
        "registered_at": began,
        "closed_at": began + timedelta(hours=30),
        "result": "accepted",
        "contact": "19900000001",
        "facts": [PastFact(at=began, fact=events.Registered, state=State.AWAITING_DISPATCH)],
    }
    return HistoricalTicket(**{**given, **values})  # type: ignore[arg-type]


def test_a_past_ticket_keeps_its_moments_and_owes_nobody(org, now) -> None:
    item = past(org, now)
    [ref] = import_many([item], now=now)
    row = Ticket.objects.get(id=ref.id)
    assert row.imported
    assert row.registered_at == item.registered_at
    assert row.number.startswith(f"T{item.registered_at.astimezone(ZONE):%Y%m%d}-")
    kinds = list(Event.objects.filter(subject_id=row.id).order_by("sequence").values_list("kind"))
    assert kinds == [("ticket.registered@1",), ("ticket.imported@1",)]
    assert row.version == 2
    assert not Delivery.objects.exists()


def test_a_past_ticket_is_found_by_its_words_and_number(org, now, viewer) -> None:
    [ref] = import_many([past(org, now)], now=now)
    assert [row.id for row in queries.search(viewer("lin"), "光猫红灯", now=now).items] == [ref.id]
    assert queries.ticket_for(viewer("lin"), ref.number).id == ref.id


def test_an_open_past_ticket_has_its_clocks_from_when_it_began(org, now) -> None:
    sla.load_shipped(now)
    began = now - timedelta(days=3)
    item = past(org, now, state=State.AWAITING_DISPATCH, closed_at=None, result="")
    [ref] = import_many([item], now=now)
    clocks = {clock.purpose: clock for clock in Clock.objects.filter(subject_id=ref.id)}
    assert clocks["resolve"].started_at == began
    assert clocks["resolve"].breached_at == clocks["resolve"].due_at
    assert clocks["resolve"].warn_at is None
    row = Ticket.objects.get(id=ref.id)
    assert row.next_due_at == min(clock.due_at for clock in clocks.values())


def test_stopped_clocks_are_written_only_when_asked_for(org, now) -> None:
    sla.load_shipped(now)
    first, second = (
        import_many([past(org, now)], now=now, past_clocks=wanted)[0] for wanted in (False, True)
    )
    assert not Clock.objects.filter(subject_id=first.id).exists()
    clocks = Clock.objects.filter(subject_id=second.id)
    assert clocks
    assert all(clock.stopped_at for clock in clocks)


def test_stays_holds_and_notes_come_along(org, now) -> None:
    began = now - timedelta(days=1)
    item = past(
        org,
        now,
        registered_at=began,
        state=State.ON_HOLD,
        closed_at=None,
        result="",
        unit_id=org["gz-net"].id,
        dispatched_at=began,
        facts=[
            PastFact(
                at=began,
                fact=events.Registered,
                state=State.AWAITING_DISPATCH,
                text="客户要求晚上联系",
            )
        ],
        stays=[PastStay(unit_id=org["gz-net"].id, dispatched_at=began)],
        holds=[PastHold(since=began, reason="parts")],
    )
    [ref] = import_many([item], now=now)
    assert Handling.objects.get(ticket_id=ref.id).ended_at is None
    assert Hold.objects.get(ticket_id=ref.id).until is None
    assert Note.objects.get(ticket_id=ref.id).sequence == 1


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"kind": "gossip"}, "kind"),
        ({"description": " "}, "description"),
        ({"closed_at": None}, "closed_at"),
        ({"state": State.IN_HANDLING}, "state"),
        ({"rating": 11}, "rating"),
        ({"external_id": "x" * 65}, "external_id"),
    ],
)
def test_unusable_past_tickets_are_refused_whole(org, now, changes, field) -> None:
    with pytest.raises(Invalid) as caught:
        import_many([past(org, now), past(org, now, **changes)], now=now)
    assert field in {problem.field for problem in caught.value.problems}
    assert not Ticket.objects.exists()


def test_moments_of_the_future_are_refused(org, now) -> None:
    with pytest.raises(Invalid):
        import_many([past(org, now, closed_at=now + timedelta(hours=1))], now=now)


HEADER = "工单编号,登记时间,受理类型,工单内容,归属单位,联系号码,状态,归档时间,处理结果,业务分类"


def run(text: str, now: datetime, *, dry_run: bool = False, encoding: str = "utf-8") -> Job:
    """Import a file as the system and return the job when it is done."""
    body = io.BytesIO(text.encode(encoding))
    job_id = ask_import(system_viewer(), body, dry_run=dry_run, now=now)
    job = Job.objects.get(id=job_id)
    import_tickets(job, now)
    job.refresh_from_db()
    return job


@pytest.fixture
def files(settings, tmp_path, org, now):
    settings.FILES_ROOT = tmp_path
    knowledge.load_topics(now=now)
    return org


def line(name: str, **values: str) -> str:
    """Return a line that can be used, changed as the test wants."""
    given = {
        "at": "2026-11-01 09:30",
        "kind": "故障申告",
        "text": "断网了",
        "home": "gz",
        "phone": "19900000001",
        "state": "已归档",
        "closed": "2026/11/2 18:00",
        "result": "认可",
        "topic": "broadband.fault.down",
    } | values
    return ",".join([name, *given.values()])


def test_a_file_becomes_tickets_once(files, now) -> None:
    text = "\n".join([HEADER, line("A-1"), line("A-2", state="处理中", closed="", result="")])
    job = run(text, now)
    assert (job.result["written"], job.result["known"], job.result["failed"]) == (2, 0, 0)
    first = Ticket.objects.get(external_id="A-1")
    assert first.state == State.CLOSED
    assert first.result == "accepted"
    assert first.registered_at == datetime(2026, 11, 1, 1, 30, tzinfo=UTC)
    assert first.topic is not None
    assert Ticket.objects.get(external_id="A-2").state == State.IN_HANDLING
    again = run(text, now)
    assert (again.result["written"], again.result["known"]) == (0, 2)
    assert Ticket.objects.count() == 2


def test_a_dry_run_changes_nothing(files, now) -> None:
    job = run("\n".join([HEADER, line("A-1"), line("A-1")]), now, dry_run=True)
    assert (job.result["written"], job.result["known"]) == (1, 1)
    assert not Ticket.objects.exists()


def test_lines_that_cannot_be_used_are_told_one_by_one(files, now) -> None:
    text = "\n".join(
        [
            HEADER,
            line("A-1"),
            line("A-2", kind="闲聊"),
            line("A-3", at="昨天"),
            line("A-4", home="nowhere"),
            line("", text="没有编号"),
            line("A-6", at="2030-01-01", closed="2030-01-02"),
            line("A-7", topic="no.such"),
        ]
    )
    job = run(text, now)
    assert (job.result["written"], job.result["failed"]) == (1, 6)
    path = imports.error_path(job)
    assert path is not None
    told = path.read_text("utf-8-sig").splitlines()
    assert [row.split(",")[0] for row in told[1:]] == ["3", "4", "5", "6", "7", "8"]


def test_a_file_of_an_old_system_is_read_in_its_encoding(files, now) -> None:
    run("\n".join([HEADER, line("A-1", text="光纤被挖断")]), now, encoding="gb18030")
    assert Ticket.objects.get().description == "光纤被挖断"


def test_only_those_who_may_import_do(files, now, viewer) -> None:
    with pytest.raises(Refused):
        ask_import(viewer("lin"), io.BytesIO(b""), now=now)


def test_the_steps_a_line_names_stand_on_the_timeline(files, now) -> None:
    header = f"{HEADER},派单时间,签收时间,答复时间,处理单位,处理人工号"
    handler = cast.person("zheng")
    more = ",2026-11-01 10:00,2026-11-01 11:00,2026-11-02 12:00,gz-net,20007"
    run("\n".join([header, line("A-1") + more]), now)
    ticket = Ticket.objects.get()
    assert ticket.handler_id == handler.id
    history = Event.objects.filter(subject_id=ticket.id).order_by("sequence")
    assert [event.kind for event in history] == [
        "ticket.registered@1",
        "ticket.dispatched@1",
        "ticket.accepted@1",
        "ticket.answered@1",
        "ticket.closed@1",
        "ticket.imported@1",
    ]
    assert history[2].actor_label == "20007"
    assert history[0].actor_label == SYSTEM.label
    assert Handling.objects.get().accepted_at is not None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01 09:30", datetime(2026, 11, 1, 1, 30, tzinfo=UTC)),
        ("2026/1/2 9:05:07", datetime(2026, 1, 2, 1, 5, 7, tzinfo=UTC)),
        ("2026年1月2日 9:05", datetime(2026, 1, 2, 1, 5, tzinfo=UTC)),
        ("2026-11-01T09:30:00Z", datetime(2026, 11, 1, 9, 30, tzinfo=UTC)),
        ("2026-11-01", datetime(2026, 10, 31, 16, 0, tzinfo=UTC)),
        ("2026-13-01", None),
        ("0001-01-01", None),
        ("", None),
    ],
)
def test_moments_are_read_as_people_write_them(text, expected) -> None:
    assert moment_of(text, ZONE) == expected
