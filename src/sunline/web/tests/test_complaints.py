"""Complaints on the screens: the panel of a ticket, the list in figures, the tables in manage."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from sunline.kernel import clock
from sunline.testing import cast
from sunline.tickets import services
from sunline.tickets.models import Complaint, Evidence, Offer
from sunline.tickets.queries import tables
from sunline.tickets.types import TicketRef

Browser = Callable[[str], Client]


@pytest.fixture
def case(ticket: TicketRef) -> Complaint:
    services.renew_by_rule(ticket.id, now=clock.now())
    return Complaint.objects.get(ticket_id=ticket.id)


def post(client: Client, ticket: TicketRef, slug: str, **values: object) -> int:
    return client.post(f"/tickets/{ticket.number}/{slug}", values).status_code


def test_the_panel_says_grade_score_and_strategy_in_words(
    browser: Browser, ticket: TicketRef, case: Complaint
) -> None:
    page = browser("lin").get(f"/tickets/{ticket.number}").content.decode()
    assert "高价值客户" in page
    assert "升级风险" in page
    assert "所需技能" in page
    assert "高价值客户服务" in page
    assert "班长" in page


def test_assess_offer_and_escalate_from_the_desk(
    browser: Browser, ticket: TicketRef, case: Complaint
) -> None:
    client = browser("lin")
    assert post(
        client, ticket, "assess", severity="major", urgency="urgent", flags=["group"],
        signals=["media", "injury"], mood="angry", asked="300.50", note="媒体已介入",
    ) == 302  # fmt: skip
    case.refresh_from_db()
    assert (case.grade, case.level, str(case.asked)) == ("major", "province", "300.50")
    page = client.get(f"/tickets/{ticket.number}").content.decode()
    assert "危机预案" in page
    assert "提及监管、媒体或起诉" in page
    assert post(client, ticket, "make-offer", kind="credit", amount="-5", text="赠费") == 422
    assert post(client, ticket, "make-offer", kind="credit", amount="5", text="赠费") == 302
    assert post(client, ticket, "do-step", step="watch", note="已核实") == 302
    assert post(client, ticket, "escalate", reason="wish", note="要求总部") == 302
    assert post(client, ticket, "escalate", reason="wish", note="再升") == 409
    assert Offer.objects.get().amount == 5
    for slug in ("make-offer", "assess", "set-cause", "escalate"):
        assert post(client, ticket, slug) == 422


def test_the_work_list_is_narrowed_by_grade(
    browser: Browser, ticket: TicketRef, case: Complaint
) -> None:
    client = browser("lin")
    assert ticket.number in client.get("/tickets?view=open&grade=urgent").content.decode()
    assert ticket.number not in client.get("/tickets?view=open&grade=major").content.decode()
    assert client.get("/tickets?grade=worst").status_code == 400


def test_the_list_counts_and_leads_to_its_tickets(
    browser: Browser, ticket: TicketRef, case: Complaint
) -> None:
    services.set_cause(cast.viewer("lin"), ticket.id, cause="network.fixed.speed", now=clock.now())
    client = browser("lin")
    shown = client.get("/complaints")
    figures = shown.context["figures"]
    assert (figures.total, figures.handled_share, figures.by_grade) == (1, 0, {"urgent": 1})
    assert figures.by_cause == {"network.fixed.speed": 1}
    assert figures.by_state == {"open": 1, "answered": 0, "closed": 0, "ended": 0}
    for query in ("grade=urgent", "state=open", "level=team_leader", "cause=network", "risk=low"):
        assert ticket.number in client.get(f"/complaints?{query}").content.decode(), query
    for query in ("grade=major", "state=closed", "level=hq", "cause=billing", "flag=group"):
        assert ticket.number not in client.get(f"/complaints?{query}").content.decode(), query
    assert client.get("/complaints?grade=worst").status_code == 400
    assert browser("lv_nj").get("/complaints").context["figures"].total == 0


def test_the_mean_time_counts_answered_complaints(
    browser: Browser, ticket: TicketRef, case: Complaint
) -> None:
    services.finish_at_once(cast.viewer("lin"), ticket.id, text="已处理", now=clock.now())
    figures = browser("lin").get("/complaints").context["figures"]
    assert (figures.handled_share, figures.by_state["answered"]) == (100, 1)
    assert figures.mean_time is not None


def test_an_administrator_tunes_the_tables(browser: Browser, org: cast.Organisation) -> None:
    client = browser("wang")
    assert client.get("/manage/complaints").status_code == 200
    assert client.get("/manage/complaints?strategy=standard").status_code == 200
    answer = client.post(
        "/manage/complaints/strategy",
        {
            "code": "night", "name": "夜间", "place": "5", "mood": ["angry"], "level": "agent",
            "first_contact": "20", "amount": "88", "revisit": "call", "wording": ["listen"],
            "skills": ["calming"],
        },
    )  # fmt: skip
    assert answer.status_code == 302
    found = tables.strategy("night", clock.now())
    assert found is not None
    assert dict(found.match) == {"mood": ["angry"]}
    assert found.first_contact == 20
    assert found.amount == 88
    wrong = client.post("/manage/complaints/strategy", {"code": "x", "amount": "-1"})
    assert wrong.status_code == 422
    assert client.post("/manage/complaints/nothing", {}).status_code == 404
    cause = client.post("/manage/complaints/cause", {"code": "weather", "name": "天气"})
    assert cause.status_code == 302
    assert client.post("/manage/complaints/cause", {"code": "weather", "ended": "1"}).status_code
    assert "weather" not in tables.rows("cause", clock.now())


def test_a_file_is_evidence_and_only_who_sees_the_ticket_gets_it(
    browser: Browser, ticket: TicketRef, case: Complaint, settings: LazySettings, tmp_path: Path
) -> None:
    settings.FILES_ROOT = tmp_path
    client = browser("lin")
    photo = b"\x89PNG\r\n\x1a\n" + b"0" * 40
    sent = {"kind": "screenshot", "text": "路由器照片"}
    assert post(client, ticket, "add-evidence", **sent) == 422  # neither file nor place
    wrong = SimpleUploadedFile("a.png", b"MZ not a picture")
    assert post(client, ticket, "add-evidence", file=wrong, **sent) == 422
    settings.MAX_ATTACHMENT_BYTES = 20
    big = SimpleUploadedFile("big.png", photo)
    assert post(client, ticket, "add-evidence", file=big, **sent) == 422
    settings.MAX_ATTACHMENT_BYTES = 1000
    assert not Evidence.objects.exists()
    good = SimpleUploadedFile("../家里.png", photo)
    assert post(client, ticket, "add-evidence", file=good, **sent) == 302
    row = Evidence.objects.get()
    assert (row.reference, row.name, row.size) == ("家里.png", "家里.png", len(photo))
    path = f"/tickets/{ticket.number}/evidence/{row.id}"
    assert path in client.get(f"/tickets/{ticket.number}").content.decode()
    assert b"".join(client.get(path).streaming_content) == photo  # type: ignore[attr-defined]
    assert browser("lv_nj").get(path).status_code == 404
    again = SimpleUploadedFile("家里.png", photo)
    assert post(client, ticket, "add-evidence", file=again, **sent) == 409
