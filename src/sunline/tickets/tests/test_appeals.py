"""Appeals on complaints: doors, clocks, bypasses, the freeze, files of regulator's cases."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.utils import timezone

from sunline.interactions import files
from sunline.interactions import services as interactions
from sunline.interactions.models import Attachment, Message
from sunline.interactions.queries import numbers_of
from sunline.interactions.types import Arrival, File
from sunline.kernel import imports, worker
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.models import Job
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.staff.types import system_viewer
from sunline.testing import cast

from .. import appeal_errors as errors
from .. import queries, services
from ..errors import NotAComplaint
from ..models import Appeal, AppealCount, Complaint, Evidence, Ticket
from ..queries.cases import customer_facts
from ..services import retention
from ..services.complaints import is_frozen
from ..types import AppealFilter, Referral, TicketRef
from .casework import HOUR, See, case, kinds, opened, registration

DAY = timedelta(days=1)
PHONE = "19900000001"


@pytest.fixture
def complained(org: cast.Organisation, viewer: See, now: datetime) -> TicketRef:
    """Return a complaint of twenty days ago that nobody has answered."""
    cast.people()
    sla.load_shipped(now - timedelta(days=400))
    made = services.register(viewer("lin"), registration(org), now=now - 20 * DAY)
    opened(made.id, now - 20 * DAY)
    return made


def receive(see: See, ticket: TicketRef, now: datetime, **changes: Any) -> Appeal:
    fields: dict[str, Any] = {
        "door": "regulator",
        "reference": f"SS-{Appeal.objects.count() + 1:03}",
        "category": "charges",
        "claim": "多收费用一直未退，要求退还。",
        "event_at": now - 30 * DAY,
        **changes,
    }
    services.receive_appeal(see("jiang"), ticket.id, now=now, **fields)
    return Appeal.objects.order_by("-id")[0]


def referral(now: datetime, **changes: Any) -> Referral:
    fields: dict[str, Any] = {
        "door": "12345",
        "number": "GZ-7001",
        "category": "service",
        "received_at": now,
        "event_on": (now - 3 * DAY).date(),
        "claim": "客服态度差，要求道歉。",
        "phone": PHONE,
        **changes,
    }
    return Referral(**fields)


def beijing(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%m-%d %H:%M}" if moment else "-"


def appeal_clocks(ticket: TicketRef, now: datetime) -> list[tuple[str, str]]:
    rows = [row for row in clocks_of(ticket.id, now=now) if row.purpose == "appeal"]
    return [(row.state, beijing(row.due_at)) for row in rows]


# The life of an appeal, with its dates. Now is Friday 20 November 2026, noon in Beijing.


def test_an_appeal_takes_over_what_is_known_of_the_complaint(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    row = receive(viewer, complained, now)
    assert (row.state, row.bypassing) == ("received", False)
    assert row.first_complaint_at == now - 20 * DAY
    assert beijing(row.operator_answer_due) == "11-15 23:59"
    assert beijing(row.accept_due) == "11-27 17:30"  # five working days
    assert beijing(row.reply_due) == "11-30 23:59"  # ten days, whatever rests here
    assert beijing(row.return_until) == "11-25 17:30"
    assert row.due_at == row.reply_due
    assert appeal_clocks(complained, now) == [("running", "11-30 23:59")]
    assert "appeal_received" in kinds(complained)
    assert "regulator" in case(complained).codes
    assert case(complained).frozen_until == now + 730 * DAY


def test_the_whole_way_to_an_agreement(complained: TicketRef, viewer: See, now: datetime) -> None:
    see, row = viewer("jiang"), receive(viewer, complained, now)
    services.accept_appeal(see, complained.id, material_at=now + DAY, now=now + 2 * DAY)
    row.refresh_from_db()
    assert row.state == "accepted"
    assert row.although == []
    assert beijing(row.end_due) == "12-21 23:59"  # thirty days from all material
    services.mediate_appeal(see, complained.id, now=now + 3 * DAY)
    services.reply_appeal(see, complained.id, text="已核实，同意退费。", now=now + 4 * DAY)
    row.refresh_from_db()
    assert (row.state, row.replied_at, row.due_at) == ("mediation", now + 4 * DAY, row.end_due)
    assert appeal_clocks(complained, now + 4 * DAY) == [
        ("stopped", "11-30 23:59"),
        ("running", "12-21 23:59"),
    ]
    services.sign_agreement(
        see, complained.id, text="退还 30 元。", amount=Decimal(30), now=now + 5 * DAY
    )
    services.close_appeal(
        see, complained.id, result="agreed", solved="yes", satisfied="no", now=now + 6 * DAY
    )
    row.refresh_from_db()
    assert (row.state, row.result, row.solved, row.satisfied) == ("closed", "agreed", True, False)
    assert row.agreement_signed_on == date(2026, 11, 25)
    assert (row.ended_at, row.due_at) == (now + 6 * DAY, None)
    assert {state for state, _due in appeal_clocks(complained, now + 6 * DAY)} == {"stopped"}
    steps = [kind for kind in kinds(complained) if kind.startswith(("appeal", "med", "agree"))]
    assert steps == [
        "appeal_received",
        "appeal_accepted",
        "mediation_begun",
        "appeal_replied",
        "agreement_signed",
        "appeal_closed",
    ]
    with pytest.raises(errors.WrongAppealState):
        services.withdraw_appeal(see, complained.id, note="用户撤回", now=now + 7 * DAY)


def test_who_skipped_the_operator_is_answered_at_once_and_sent_back(
    org: cast.Organisation, viewer: See, now: datetime
) -> None:
    cast.people()
    sla.load_shipped(now - timedelta(days=400))
    made = services.take_in(
        viewer("jiang"), referral(now, door="regulator", home_unit_id=org["gz"].id), now=now
    )
    row = Appeal.objects.get()
    assert row.bypassing
    assert row.first_complaint_at is None
    assert row.reply_due == now + DAY
    with pytest.raises(errors.AppealBarred) as refused:
        services.accept_appeal(viewer("jiang"), made.id, now=now)
    assert "reasons" in refused.value.params
    services.send_back_appeal(viewer("jiang"), made.id, now=now + HOUR)
    row.refresh_from_db()
    assert (row.state, row.reason, row.due_at) == ("sent_back", "skipped_operator", None)
    ticket = Ticket.objects.get(id=made.id)
    assert (ticket.kind, ticket.state) == ("complaint", "awaiting_dispatch")
    assert not Complaint.objects.get(ticket_id=made.id).bypassing
    # The next complaint of the same customer is not scored for it.
    later = services.register(viewer("lin"), registration(org), now=now + 2 * DAY)
    found = customer_facts(Ticket.objects.get(id=later.id), now + 2 * DAY)
    assert (found.in_30_days, found.appeals) == (1, 0)


def test_the_centre_may_accept_against_the_rules(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    receive(viewer, complained, now, event_at=now - 200 * DAY)
    with pytest.raises(errors.AppealBarred):
        services.accept_appeal(viewer("jiang"), complained.id, now=now)
    services.accept_appeal(viewer("jiang"), complained.id, although=True, now=now)
    assert Appeal.objects.get().although == ["fee_too_old"]


def test_other_doors_have_clocks_and_windows_of_their_own(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    found = {}
    for door in ("12345", "12315", "media", "petition"):
        row = receive(viewer, complained, now, door=door)
        found[door] = (beijing(row.reply_due), beijing(row.return_until), row.accept_due)
    assert found == {
        "12345": ("11-25 23:59", "11-23 17:30", None),
        "12315": ("11-27 23:59", "11-24 17:30", None),
        "media": ("11-21 23:59", "-", None),
        "petition": ("12-20 23:59", "11-27 17:30", None),
    }
    # One case, and the earliest door's clock.
    assert appeal_clocks(complained, now)[-1] == ("running", "11-21 23:59")
    media = Appeal.objects.get(door="media")
    services.reply_appeal(
        viewer("jiang"), complained.id, appeal=str(media.id), text="已答复。", now=now + HOUR
    )
    assert appeal_clocks(complained, now + HOUR)[-1] == ("running", "11-25 23:59")
    with pytest.raises(Invalid):  # several doors wait: which one?
        services.reply_appeal(viewer("jiang"), complained.id, text="已答复。", now=now + HOUR)
    with pytest.raises(errors.WrongAppealState):
        services.send_back_appeal(
            viewer("jiang"), complained.id, appeal=str(media.id), now=now + HOUR
        )


def test_returning_is_for_the_window_and_closing_for_after_the_reply(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    see = viewer("jiang")
    first = receive(viewer, complained, now, door="12345")
    late = now + 4 * DAY
    with pytest.raises(errors.ReturnWindowOver):
        services.return_appeal(
            see, complained.id, reason="not_this_operator", note="非本网", now=late
        )
    services.return_appeal(see, complained.id, reason="sent_twice", note="重复", now=now + HOUR)
    first.refresh_from_db()
    assert (first.state, first.reason) == ("returned", "sent_twice")
    second = receive(viewer, complained, now + HOUR)
    services.accept_appeal(see, complained.id, now=now + 2 * HOUR)
    services.mediate_appeal(see, complained.id, now=now + 3 * HOUR)
    with pytest.raises(errors.NotRepliedYet):
        services.close_appeal(see, complained.id, result="failed", now=now + 4 * HOUR)
    with pytest.raises(Invalid):
        services.close_appeal(see, complained.id, result="agreed", now=now + 4 * HOUR)
    services.reply_appeal(see, complained.id, text="不予认可。", now=now + 30 * DAY)
    services.close_appeal(see, complained.id, result="failed", now=now + 31 * DAY)
    second.refresh_from_db()
    assert second.state == "closed"
    figures = {row.door: row for row in queries.door_figures(see, AppealFilter(), now=late)}
    assert (figures["regulator"].due, figures["regulator"].in_time) == (1, 0)
    assert figures["regulator"].reply_rate == 0
    # A missed moment of the door is a missed limit of the ticket.
    assert ("breached", "11-30 23:59") in appeal_clocks(complained, now + 31 * DAY)


def test_what_cannot_be_taken_in(complained: TicketRef, viewer: See, now: datetime) -> None:
    receive(viewer, complained, now, reference="SS-1")
    with pytest.raises(errors.AppealTwice):
        receive(viewer, complained, now, reference="SS-1")
    receive(viewer, complained, now, reference="SS-1", door="12315")  # numbers are the door's own
    with pytest.raises(Invalid) as wrong:
        receive(
            viewer, complained, now, door="x", category="y", reference=" ", claim="",
            event_at=now + 2 * DAY, received_at=now + DAY,
        )  # fmt: skip
    assert {problem.field for problem in wrong.value.problems} == {
        "door", "category", "reference", "claim", "event_at", "received_at",
    }  # fmt: skip
    with pytest.raises(Refused):
        services.receive_appeal(
            viewer("lin"), complained.id, door="media", reference="1", category="service",
            claim="…", event_at=now, now=now,
        )  # fmt: skip
    with pytest.raises(NotFound):
        services.receive_appeal(
            viewer("shi_js"), complained.id, door="media", reference="1", category="service",
            claim="…", event_at=now, now=now,
        )  # fmt: skip


def test_only_a_complaint_has_appeals(org: cast.Organisation, viewer: See, now: datetime) -> None:
    cast.people()
    other = services.register(viewer("lin"), registration(org, kind="fault"), now=now)
    with pytest.raises(NotAComplaint):
        receive(viewer, other, now)


def test_doors_meet_on_the_customers_own_complaint(
    complained: TicketRef, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    see = viewer("jiang")
    one = services.take_in(see, referral(now), now=now)
    two = services.take_in(see, referral(now, door="12315", number="9"), now=now)
    assert one.id == two.id == complained.id
    other = services.take_in(
        see, referral(now, number="10", phone="19900000077", home_unit_id=org["gz"].id), now=now
    )
    assert other.id != complained.id
    with pytest.raises(Invalid):  # nobody knows where this belongs
        services.take_in(see, referral(now, number="11", phone="19900000078"), now=now)
    with pytest.raises(Invalid):
        services.take_in(see, referral(now, number="12", ticket="T20200101-000009"), now=now)


def test_an_appeal_on_a_closed_complaint_freezes_it_anew(
    complained: TicketRef, viewer: See, now: datetime
) -> None:
    services.withdraw(viewer("lin"), complained.id, reason="customer", now=now - 19 * DAY)
    later = now + 900 * DAY
    row = receive(viewer, complained, later, event_at=later - 40 * DAY)
    assert Ticket.objects.get(id=complained.id).state == "withdrawn"
    assert row.due_at is not None
    assert is_frozen(Ticket.objects.get(id=complained.id), later + DAY)


# Retention


def contact(org: cast.Organisation, at: datetime, name: str) -> Any:
    arrival = Arrival(
        channel="email", address=f"{name}@example.com", subject="投诉", body="请处理",
        external_id=f"<{name}@example.com>", home_unit_id=org["gz"].id, at=at,
        attachments=(File(f"{name}.wav", "audio/wav", b"RIFF\0\0\0\0WAVE" + name.encode()),),
    )  # fmt: skip
    return interactions.receive(system_viewer(), arrival, now=at)


def test_frozen_recordings_survive_the_retention_job(
    org: cast.Organisation,
    viewer: See,
    now: datetime,
    settings: Any,
    tmp_path: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.FILES_ROOT = str(tmp_path)
    cast.people()
    long_ago = now - 1500 * DAY
    frozen, free, named = (contact(org, long_ago, name) for name in ("frozen", "free", "named"))
    held = {}
    for got in (frozen, free):
        ref = services.register(
            viewer("lin"), registration(org, interaction_id=got.interaction_id), now=long_ago
        )
        services.renew_by_rule(ref.id, now=long_ago)
        held[got.interaction_id] = ref
        services.add_evidence(
            viewer("lin"), ref.id, kind="recording",
            file=File(f"{ref.number}.wav", "audio/wav", b"RIFF\0\0\0\0WAVE" + ref.number.encode()),
            now=long_ago,
        )  # fmt: skip
        services.withdraw(viewer("lin"), ref.id, reason="customer", now=long_ago + DAY)
    appealed = held[frozen.interaction_id]
    number = interactions_number(named.interaction_id)
    services.add_evidence(
        viewer("lin"), appealed.id, kind="recording", reference=number, now=long_ago + DAY
    )
    receive(viewer, appealed, now, event_at=long_ago, received_at=now)
    hashes = dict(Attachment.objects.values_list("message__interaction_id", "sha256"))
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_files(now) == 2
    left = dict(Attachment.objects.values_list("message__interaction_id", "sha256"))
    assert left[frozen.interaction_id]
    assert left[named.interaction_id]
    assert not left[free.interaction_id]
    assert files.path_of(hashes[frozen.interaction_id]).exists()
    assert not files.path_of(hashes[free.interaction_id]).exists()
    assert not Message.objects.filter(
        interaction_id=free.interaction_id
    ).exclude(source_sha256="").exists()  # fmt: skip
    kept = Evidence.objects.exclude(sha256="").get(ticket_id=appealed.id)
    gone = Evidence.objects.get(ticket_id=held[free.interaction_id].id)
    assert (kept.removed_at, gone.removed_at) == (None, now)
    assert files.path_of(kept.sha256).exists()
    assert not files.path_of(gone.sha256).exists()
    with django_capture_on_commit_callbacks(execute=True):
        assert retention.forget_files(now + DAY) == 0


def interactions_number(interaction_id: Any) -> str:
    return numbers_of([interaction_id])[interaction_id][0]


# Files

HEADS = "来源,编号,申诉类别,收到时间,事发日期,申诉内容,申诉号码,归属单位,首次投诉时间"
LINES = """{heads}
申诉受理中心,GD-2026-001,收费争议,2026-11-19 10:00,2026-10-02,多扣月租要求退还,19900000021,广州市分公司,2026-11-01 09:00
12345,GZ-88,用户服务,2026-11-20 09:30,2026/11/18,营业厅态度差,19900000021,广州市分公司,
信访,XF-3,网络质量,2026年11月18日,2026年9月1日,村里没有信号,,gz,2026-09-05
12345,GZ-88,用户服务,2026-11-20 09:30,2026-11-18,营业厅态度差,19900000021,广州市分公司,
外星,Z-1,未知,昨天,2026-11-18,内容,,gz,
12315,Z-2,用户服务,2026-11-20 09:30,2026-11-21,日期在后,,gz,
"""


@pytest.fixture
def imported(
    org: cast.Organisation, viewer: See, now: datetime, settings: Any, tmp_path: Any
) -> Callable[..., Job]:
    settings.FILES_ROOT = str(tmp_path)
    cast.people()
    sla.load_shipped(now - timedelta(days=400))

    def run(body: bytes, **options: Any) -> Job:
        ask = options.pop("ask", services.ask_appeals)
        job_id = ask(viewer("jiang"), BytesIO(body), now=now, **options)
        worker.run_job(now, only=job_id)
        return Job.objects.get(id=job_id)

    return run


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-8-sig", "utf-16"])
def test_a_file_of_regulators_cases(imported: Callable[..., Job], encoding: str) -> None:
    body = LINES.format(heads=HEADS).encode(encoding)
    dry = imported(body, dry_run=True)
    assert (dry.result["written"], dry.result["known"], dry.result["failed"]) == (3, 1, 2)
    assert not Appeal.objects.exists()
    assert not Ticket.objects.exists()
    job = imported(body)
    assert (job.result["written"], job.result["known"], job.result["failed"]) == (3, 1, 2)
    rows = {row.number: row for row in Appeal.objects.all()}
    assert set(rows) == {"GD-2026-001", "GZ-88", "XF-3"}
    # The same user through two doors is one case.
    assert rows["GD-2026-001"].ticket_id == rows["GZ-88"].ticket_id
    assert (rows["GD-2026-001"].bypassing, rows["GZ-88"].bypassing) == (False, True)
    assert rows["XF-3"].event_on == date(2026, 9, 1)
    codes = {(item["line"], item["column"], item["code"]) for item in job.result["problems"]}
    assert codes == {
        (6, "来源", "unknown_choice"),
        (6, "申诉类别", "unknown_choice"),
        (6, "收到时间", "bad_moment"),
        (7, "事发日期", "future"),
    }
    assert all(item["text"] for item in job.result["problems"])
    again = imported(body)
    assert (again.result["written"], again.result["known"]) == (0, 4)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        ("甲,乙\n1,2\n".encode(), "no_header"),
        ("来源,编号\n12345,1\n".encode("gb18030"), "missing_column"),
        (codecs.BOM_UTF8 + "来源,来源渠道,编号\n1,2,3\n".encode(), "duplicate_header"),
    ],
)
def test_a_file_with_wrong_columns_is_refused_whole(
    imported: Callable[..., Job], body: bytes, code: str
) -> None:
    job = imported(body)
    assert job.result["refused"]
    assert code in {item["code"] for item in job.result["problems"]}
    assert imports.error_path(job) is not None
    assert not Appeal.objects.exists()


def test_a_file_in_another_encoding_than_it_says(imported: Callable[..., Job]) -> None:
    body = LINES.format(heads=HEADS).encode("gb18030")
    job = imported(body, encoding="utf-8")
    assert job.result["refused"] or job.result["failed"]
    assert not Appeal.objects.exists()


COUNTS = """企业,季度,用户服务,网络质量,收费争议,用户数
中国电信,2012Q1,2033,752,1296,299200000
中国移动,2012Q1,2393,936,2611,692500000
中国联通,2012Q1,2526,1430,2078,298200000
中国电信,2011Q4,3803,0,0,290000000
中国移动,2011Q4,6806,0,0,680000000
中国联通,2011Q4,6904,0,0,290000000
中国联通,2012-02,1,1,1,1
中国联通,2012Q5,1,1,1,1
,2012Q1,-1,x,1.5,1
"""


def test_the_ministrys_table_from_a_file(imported: Callable[..., Job]) -> None:
    for body in (COUNTS.encode("gb18030"), COUNTS.encode()):  # what is told again replaces
        job = imported(body, ask=services.ask_counts)
        assert (job.result["written"], job.result["failed"]) == (6, 3)
    assert AppealCount.objects.count() == 6
    codes = {(item["line"], item["code"]) for item in job.result["problems"]}
    assert codes == {(8, "mixed"), (9, "bad_stretch"), (10, "required"), (10, "bad_count")}
    table = queries.quarter_table(2012, 1)
    assert [
        (row.operator, row.total, str(row.appeal_share), str(row.user_share), str(row.rate),
         str(row.change))
        for row in table.rows
    ] == [
        ("中国电信", 4081, "25.4", "23.2", "13.6", "4.0"),
        ("中国移动", 5940, "37.0", "53.7", "8.6", "-14.3"),
        ("中国联通", 6034, "37.6", "23.1", "20.2", "-15.0"),
    ]  # fmt: skip
    assert queries.quarters() == [(2012, 1), (2011, 4)]
