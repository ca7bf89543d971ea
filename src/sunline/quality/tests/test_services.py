"""From the answer to the customer's word and what follows from it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.utils import translation

from sunline.customers.models import Consent, Customer, Party
from sunline.interactions.models import Outgoing
from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.ids import new_id
from sunline.kernel.models import Event
from sunline.quality import errors, handlers, queries, services, tasks
from sunline.quality.models import Survey
from sunline.sla import services as sla
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON
from sunline.tickets import services as tickets
from sunline.tickets.models import Ticket
from sunline.tickets.types import Registration

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()
Look = Callable[[str], Viewer]
MAIL = "chen@customer.example"


def answered(now: datetime, contact: str = MAIL, customer_id: UUID | None = None) -> UUID:
    """Return a ticket that zheng handled and that was answered."""
    org = cast.organisation()
    cast.people("zheng", "sun")
    sla.load_shipped(now)
    ticket = tickets.register(
        SYSTEM,
        Registration(
            kind="fault",
            title="宽带频繁掉线",
            description="昨晚开始一直掉线。",
            channel="portal",
            home_unit_id=org["gz"].id,
            contact=contact,
            customer_id=customer_id,
        ),
        now=now,
    )
    tickets.dispatch(SYSTEM, ticket.id, unit_id=org["gz-net"].id, now=now)
    tickets.accept(cast.viewer("zheng"), ticket.id, now=now)
    tickets.reply(cast.viewer("zheng"), ticket.id, text="已换端口。", now=now)
    tickets.approve(SYSTEM, ticket.id, now=now)
    tickets.answer(SYSTEM, ticket.id, text="故障已修复。", now=now)
    return ticket.id


def asked(now: datetime, **more: object) -> tuple[UUID, str]:
    """Return an answered ticket and the token that its customer was sent."""
    ticket_id = answered(now, **more)  # type: ignore[arg-type]
    token = services.invite(ticket_id, now=now)
    assert token
    return ticket_id, token


def customer(org: cast.Organisation, now: datetime) -> UUID:
    party = Party.objects.create(name="陈女士")
    return Customer.objects.create(
        number="C1", party=party, home_unit=org["gz"], created_at=now, updated_at=now
    ).id


class TestAsking:
    def test_the_link_is_mailed_and_only_its_hash_is_kept(self, now: datetime) -> None:
        ticket_id, token = asked(now)
        survey = Survey.objects.get()
        assert survey.handler_id == cast.person("zheng").id
        assert survey.expires_at == now + timedelta(days=7)
        assert len(token) >= 43
        assert token not in str(Survey.objects.values().get())
        sent = Outgoing.objects.get()
        assert sent.to == MAIL
        assert re.search(rf"http\S+/r/{token}$", sent.message.body, re.MULTILINE)
        assert Ticket.objects.get(id=ticket_id).number in sent.message.body
        assert [event.kind for event in log.history(survey.id)] == ["survey.sent@1"]
        assert token not in str(log.history(survey.id)[0].payload)

    def test_a_delivery_made_twice_asks_once(self, now: datetime) -> None:
        ticket_id = answered(now)
        event = Event.objects.get(subject_id=ticket_id, kind="ticket.answered@1")
        handlers.on_answered(event, now)
        handlers.on_answered(event, now)
        assert Survey.objects.count() == 1
        assert Outgoing.objects.count() == 1
        assert Survey.objects.get().answer == event.sequence

    def test_a_phone_number_without_text_messages_is_asked_on_the_portal(
        self, now: datetime
    ) -> None:
        asked(now, contact="19900000001")
        assert Survey.objects.get().channel == "portal"
        assert not Outgoing.objects.exists()

    def test_nobody_is_asked_without_a_contact_or_after_the_end(self, now: datetime) -> None:
        assert services.invite(answered(now, contact=""), now=now) is None
        done = answered(now)
        tickets.record_revisit(SYSTEM, done, outcome="accepted", now=now)
        assert services.invite(done, now=now) is None
        assert not Survey.objects.exists()

    def test_who_refused_surveys_is_not_asked(self, org: cast.Organisation, now: datetime) -> None:
        person = customer(org, now)
        consent = Consent.objects.create(
            customer_id=person, purpose="survey", granted=False, since=now
        )
        ticket_id = answered(now, customer_id=person)
        assert services.invite(ticket_id, now=now) is None
        consent.until = now
        consent.save()
        assert services.invite(ticket_id, now=now)

    def test_an_address_that_cannot_be_written_to_leaves_the_portal(self, now: datetime) -> None:
        ticket_id = answered(now, contact="not@@valid")
        assert services.invite(ticket_id, now=now)
        assert Survey.objects.get().channel == "portal"

    def test_the_words_are_neutral_and_whole_in_english(self, now: datetime) -> None:
        with translation.override("en"):
            subject, body = services.invitation("T1", "Slow line", "abc", now)
        assert subject == "[T1] How was our answer?"
        assert "/r/abc" in body
        assert "%" not in body


class TestRating:
    def test_a_good_rating_closes_the_ticket_as_accepted(self, now: datetime) -> None:
        ticket_id, token = asked(now)
        later = now + timedelta(hours=2)
        rated = services.rate(token, score=9, solved=True, comment="谢谢", now=later)
        assert (rated.outcome, rated.applied) == ("accepted", True)
        ticket = Ticket.objects.get(id=ticket_id)
        assert (ticket.state, ticket.result, ticket.rating) == ("closed", "accepted", 9)
        assert queries.ratings_of(ticket_id)[0].comment == "谢谢"

    def test_a_bad_rating_sends_it_back_to_somebody_else(self, now: datetime) -> None:
        ticket_id, token = asked(now)
        rated = services.rate(token, score=2, solved=False, now=now)
        assert (rated.outcome, rated.applied) == ("unsolved", True)
        ticket = Ticket.objects.get(id=ticket_id)
        assert ticket.state == "awaiting_acceptance"
        assert ticket.handler_id is None
        event = log.history(ticket_id)[-1]
        assert event.kind == "ticket.redispatched@1"
        assert event.payload["not_handler"] == str(cast.person("zheng").id)

    def test_the_answer_after_a_bad_rating_is_asked_about_anew(self, now: datetime) -> None:
        ticket_id, token = asked(now)
        services.rate(token, score=2, solved=False, now=now)
        tickets.accept(cast.viewer("chu"), ticket_id, now=now)
        tickets.reply(cast.viewer("chu"), ticket_id, text="重新布线。", now=now)
        tickets.approve(SYSTEM, ticket_id, now=now)
        tickets.answer(SYSTEM, ticket_id, text="已重新布线。", now=now)
        again = services.invite(ticket_id, now=now)
        assert again
        services.rate(again, score=8, solved=None, now=now)
        assert [rating.score for rating in queries.ratings_of(ticket_id)] == [2, 8]
        assert Ticket.objects.get(id=ticket_id).state == "closed"

    def test_a_correction_within_the_hour_replaces_the_words_and_moves_nothing(
        self, now: datetime
    ) -> None:
        ticket_id, token = asked(now)
        services.rate(token, score=9, solved=True, now=now)
        rated = services.rate(token, score=3, solved=False, now=now + timedelta(minutes=59))
        assert (rated.corrected, rated.applied) == (True, False)
        survey = Survey.objects.get()
        assert (survey.score, survey.solved, survey.answered_at) == (3, False, now)
        assert Ticket.objects.get(id=ticket_id).state == "closed"
        assert log.history(ticket_id)[-1].kind == "ticket.noted@1"  # a person sees it and decides
        with pytest.raises(errors.SurveyOver):
            services.rate(token, score=9, solved=True, now=now + timedelta(hours=1))

    def test_a_rating_after_a_revisit_by_phone_is_kept_and_moves_nothing(
        self, now: datetime
    ) -> None:
        ticket_id, token = asked(now)
        tickets.record_revisit(SYSTEM, ticket_id, outcome="explained", now=now)
        rated = services.rate(token, score=1, solved=False, now=now)
        assert not rated.applied
        assert Ticket.objects.get(id=ticket_id).result == "explained"
        assert Survey.objects.get().score == 1

    def test_a_wrong_or_late_link_is_refused(self, now: datetime) -> None:
        _, token = asked(now)
        for wrong in ("", "x", token[:-1], token + "a", Survey.objects.get().token_hash):
            with pytest.raises(errors.UnknownSurvey):
                services.rate(wrong, score=9, solved=None, now=now)
        with pytest.raises(errors.SurveyOver):
            services.rate(token, score=9, solved=None, now=now + timedelta(days=7))

    @pytest.mark.parametrize(
        ("score", "solved", "comment"),
        [(0, None, ""), (11, True, ""), (None, None, "好"), (5, None, "长" * 2001)],
    )
    def test_unusable_ratings_change_nothing(
        self, now: datetime, score: int | None, solved: bool | None, comment: str
    ) -> None:
        _, token = asked(now)
        with pytest.raises(Invalid):
            services.rate(token, score=score, solved=solved, comment=comment, now=now)
        assert Survey.objects.get().answered_at is None


class TestOnThePortal:
    def test_a_visitor_who_proved_the_ticket_theirs_answers_the_open_survey(
        self, now: datetime
    ) -> None:
        ticket_id, token = asked(now)
        services.rate_ticket(ticket_id, score=9, solved=True, now=now)
        assert Survey.objects.get().score == 9
        corrected = services.rate(token, score=10, solved=True, now=now)
        assert corrected.corrected

    def test_or_one_that_their_visit_opens(self, now: datetime) -> None:
        ticket_id = answered(now, contact="")
        services.rate_ticket(ticket_id, score=2, solved=False, now=now)
        assert Survey.objects.get().channel == "portal"
        assert Ticket.objects.get(id=ticket_id).state == "awaiting_acceptance"

    def test_what_waits_for_no_word_cannot_be_rated(self, now: datetime) -> None:
        ticket_id = answered(now)
        tickets.record_revisit(SYSTEM, ticket_id, outcome="accepted", now=now)
        with pytest.raises(errors.NothingToRate):
            services.rate_ticket(ticket_id, score=9, solved=None, now=now)
        with pytest.raises(NotFound):
            services.rate_ticket(new_id(), score=9, solved=None, now=now)


class TestExpiry:
    def test_who_does_not_answer_is_not_reached(self, now: datetime) -> None:
        ticket_id, token = asked(now)
        tasks.expire(now + timedelta(days=7) - timedelta(seconds=1))
        assert Ticket.objects.get(id=ticket_id).state == "awaiting_revisit"
        late = now + timedelta(days=7)
        assert services.expire(late) == 1
        assert services.expire(late) == 0
        ticket = Ticket.objects.get(id=ticket_id)
        assert (ticket.state, ticket.result) == ("closed", "not_reached")
        with pytest.raises(errors.SurveyOver):
            services.rate(token, score=9, solved=None, now=late)

    def test_a_survey_of_a_ticket_that_moved_on_just_ends(self, now: datetime) -> None:
        ticket_id, _ = asked(now)
        tickets.record_revisit(SYSTEM, ticket_id, outcome="settled", now=now)
        assert services.expire(now + timedelta(days=8)) == 1
        assert Ticket.objects.get(id=ticket_id).result == "settled"


class TestSeeing:
    def test_the_link_shows_the_answer_and_whether_it_takes_one(self, now: datetime) -> None:
        ticket_id, token = asked(now)
        view = queries.survey_by_token(token, now=now)
        assert (view.ticket_id, view.answer, view.open) == (ticket_id, "故障已修复。", True)
        assert not queries.survey_by_token(token, now=now + timedelta(days=7)).open
        with pytest.raises(errors.UnknownSurvey):
            queries.survey_by_token("x", now=now)

    def test_the_three_figures_stand_together_in_ones_own_units(
        self, now: datetime, viewer: Look
    ) -> None:
        for score in (9, 3, None):
            _, token = asked(now)
            if score:
                services.rate(token, score=score, solved=None, now=now)
        window = now - timedelta(days=1), now + timedelta(days=1)
        figures = queries.figures(viewer("zhou"), *window)
        assert (figures.pushed, figures.rated, figures.good) == (3, 2, 1)
        with pytest.raises(Refused):
            queries.figures(viewer("lin"), *window)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_link_opened_twice_at_once_settles_the_ticket_once() -> None:
    ticket_id, token = asked(NOON)
    start = threading.Barrier(3)
    outcomes = []

    def rate() -> None:
        start.wait()
        outcomes.append(services.rate(token, score=2, solved=False, now=NOON))
        connection.close()

    threads = [threading.Thread(target=rate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(rated.applied for rated in outcomes) == [False, False, True]
    kinds = [event.kind for event in log.history(ticket_id)]
    assert kinds.count("ticket.redispatched@1") == 1


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_visitor_who_rates_twice_at_once_settles_the_ticket_once() -> None:
    ticket_id = answered(NOON, contact="")
    start = threading.Barrier(3)
    outcomes = []

    def rate() -> None:
        start.wait()
        outcomes.append(services.rate_ticket(ticket_id, score=9, solved=True, now=NOON))
        connection.close()

    threads = [threading.Thread(target=rate) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(rated.applied for rated in outcomes) == [False, False, True]
    assert Survey.objects.count() == 1
