"""What a ticket is: its cuts, its priority with the reasons, and what its topic asks for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sunline.kernel import log, policies
from sunline.kernel.errors import Invalid, Refused
from sunline.kernel.ids import local_day
from sunline.kernel.models import Job
from sunline.kernel.worker import run_job
from sunline.knowledge import queries as knowledge
from sunline.knowledge import services as topics
from sunline.knowledge.types import NewTopic
from sunline.staff.types import Viewer
from sunline.testing import cast

from .. import queries, services, weights
from ..models import Ticket
from ..rules import classification
from ..rules.classification import SCOPES, TIERS, URGENCIES, Weights, assess
from ..types import Feedback, Kind, ReportingType, TicketRef, WorkFilter
from .test_services import registration

See = Callable[[str], Viewer]

REPORTING = [
    ("complaint", "", "complaint"),
    ("complaint", "value_added", "complaint"),
    ("wrongdoing", "basic", "complaint"),
    ("fault", "basic", "complaint"),
    ("fault", "value_added", "complaint"),
    ("enquiry", "", "basic"),
    ("enquiry", "basic", "basic"),
    ("enquiry", "value_added", "value_added"),
    ("enquiry", "personal", "personal"),
    ("enquiry", "complaint", "complaint"),
    ("query", "value_added", "value_added"),
    ("transaction", "personal", "personal"),
    ("transaction", "", "basic"),
    ("praise", "", "personal"),
    ("suggestion", "", "personal"),
    ("suggestion", "complaint", "complaint"),
]
FEEDBACK = [
    ("complaint", "marketing.offer.missing", "advice"),
    ("wrongdoing", "fraud.report.call", "advice"),
    ("suggestion", "network.site.wanted", "advice"),
    ("praise", "", "advice"),
    ("enquiry", "marketing.offer.rules", "market"),
    ("query", "portability.out.query", "market"),
    ("transaction", "portability", "market"),
    ("fault", "broadband.fault.down", "product"),
    ("query", "billing.query.detail", "product"),
    ("enquiry", "", "product"),
]


@pytest.mark.parametrize(("kind", "topic_type", "wanted"), REPORTING)
def test_the_reporting_type_follows_from_kind_and_topic(
    kind: str, topic_type: str, wanted: str
) -> None:
    assert classification.reporting_type(kind, topic_type) == wanted


@pytest.mark.parametrize(("kind", "topic", "wanted"), FEEDBACK)
def test_the_feedback_class_follows_from_kind_and_topic(kind: str, topic: str, wanted: str) -> None:
    assert classification.feedback(kind, topic) == wanted


@given(st.sampled_from(Kind.values), st.sampled_from(["", *ReportingType.values]))
def test_every_kind_and_topic_has_its_cuts(kind: str, topic_type: str) -> None:
    assert classification.reporting_type(kind, topic_type) in ReportingType.values
    assert classification.feedback(kind, f"{topic_type}.x") in Feedback.values


TRAITS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(Kind.values),
        "urgency": st.sampled_from(URGENCIES),
        "scope": st.sampled_from(SCOPES),
        "tier": st.sampled_from(TIERS),
        "fragile": st.booleans(),
        "redispatches": st.integers(0, 5),
    }
)
# Any points an operator may set, sensible or not.
POINTS = st.dictionaries(
    st.sampled_from(sorted(classification.DEFAULT_POINTS)), st.integers(0, 1000)
).map(Weights)


@given(TRAITS, POINTS)
def test_more_pressing_more_affected_more_important_never_comes_later(
    traits: dict[str, Any], points: Weights
) -> None:
    here = assess(**traits, weights=points)
    assert here.points == sum(amount for _code, amount in here.why)
    for name, words in (("urgency", URGENCIES), ("scope", SCOPES), ("tier", TIERS)):
        place = words.index(traits[name])
        for heavier in words[place + 1 :]:
            assert assess(**{**traits, name: heavier}, weights=points).points >= here.points
    assert assess(**{**traits, "fragile": True}, weights=points).points >= here.points
    again = {**traits, "redispatches": traits["redispatches"] + 1}
    assert assess(**again, weights=points).points >= here.points


def test_the_reasons_name_what_counts_and_nothing_else() -> None:
    found = assess(kind="fault", urgency="urgent", scope="area", tier="gold", fragile=True)
    assert found.why == (
        ("urgency.urgent", 30),
        ("scope.area", 15),
        ("tier.gold", 6),
        ("fragile", 6),
        ("kind.fault", 5),
    )
    assert found.points == 62
    assert assess(kind="enquiry", urgency="normal", tier="ordinary").why == ()


@pytest.fixture
def tree(org: cast.Organisation, now: datetime) -> None:
    topics.load_topics(now=now)


def new(org: cast.Organisation, viewer: See, now: datetime, **changes: object) -> Ticket:
    ref = services.register(viewer("lin"), registration(org, **changes), now=now)
    return Ticket.objects.get(id=ref.id)


def topic(code: str) -> UUID:
    found = knowledge.topic_id(code)
    assert found is not None
    return found


@pytest.mark.usefixtures("tree")
class TestRegistering:
    def test_a_ticket_knows_its_cuts_from_the_start(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        ticket = new(
            org,
            viewer,
            now,
            kind="enquiry",
            urgency="vip",
            scope="several",
            complexity="complex",
            topic_id=topic("mobile.roaming.open"),
        )
        assert (ticket.reporting_type, ticket.feedback) == ("value_added", "product")
        assert (ticket.urgency, ticket.complexity, ticket.scope) == ("vip", "complex", "several")
        assert ticket.priority_why == [["urgency.vip", 20], ["scope.several", 6]]
        assert (ticket.priority, ticket.topic_version, ticket.details) == (26, 1, {})

    def test_what_the_operator_sets_counts_from_then_on(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        before = new(org, viewer, now, scope="many")
        actor = viewer("wang").actor
        policies.publish(weights.WEIGHTS["scope.many"], 90, since=now, actor=actor, now=now)
        assert new(org, viewer, now, scope="many").priority == before.priority + 65

    def test_what_the_topic_asks_for_must_be_told(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        slow = topic("broadband.fault.slow")
        with pytest.raises(Invalid) as refused:
            new(org, viewer, now, topic_id=slow, details={"symptom": "慢"})
        assert [(one.field, one.code) for one in refused.value.problems] == [
            ("details.address", "required")
        ]
        told = {"symptom": "慢", "address": "天河路1号"}
        assert new(org, viewer, now, topic_id=slow, details=told).details == told
        assert Ticket.objects.count() == 1

    def test_nobody_is_refused_where_nobody_could_be_asked(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        assert new(org, viewer, now, topic_id=topic("broadband.fault.slow")).details == {}

    def test_an_unknown_or_closed_topic_is_refused(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        closed = topic("fixed.order.close")
        day = local_day(now)
        topics.end_topic(
            viewer("wang"), "fixed.order.close", until=day, successor="fixed.order", now=now
        )
        for topic_id, code in ((uuid4(), "unknown_choice"), (closed, "closed")):
            with pytest.raises(Invalid) as refused:
                new(org, viewer, now, topic_id=topic_id)
            assert [(one.field, one.code) for one in refused.value.problems] == [("topic_id", code)]
        assert "固话装移" in str(refused.value.problems[0].message)

    def test_classes_cost_no_query(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        lin, told = viewer("lin"), {"symptom": "慢", "address": "天河路1号"}
        slow = topic("broadband.fault.slow")
        plain = registration(org)
        classed = registration(org, topic_id=slow, details=told, scope="area", fragile=True)
        counts = []
        for item in (plain, plain, classed):
            with CaptureQueriesContext(connection) as asked:
                services.register_many(lin, [item] * 20, now=now)
            counts.append(len(asked))
        assert counts[1] == counts[2]


@pytest.mark.usefixtures("tree")
class TestReclassifying:
    def test_everything_follows_the_new_class(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        ticket = new(org, viewer, now, kind="enquiry", topic_id=topic("mobile.plan.enquiry"))
        services.reclassify(
            viewer("lin"),
            ticket.id,
            kind="complaint",
            topic_id=topic("billing.dispute.data"),
            scope="area",
            details={"period": "2026-10", "amount": "30"},
            now=now,
        )
        ticket.refresh_from_db()
        assert (ticket.reporting_type, ticket.feedback) == ("complaint", "advice")
        assert ticket.priority_why == [["scope.area", 15], ["kind.complaint", 5]]
        assert ticket.details == {"period": "2026-10", "amount": "30.00"}
        fact = log.history(ticket.id)[-1].payload["changed"]
        assert "details" in fact
        assert not any("2026-10" in one for one in fact)

    def test_feedback_that_a_person_chose_stays(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        ticket = new(org, viewer, now, kind="enquiry")
        services.reclassify(viewer("lin"), ticket.id, feedback="market", now=now)
        services.reclassify(viewer("lin"), ticket.id, kind="complaint", now=now)
        ticket.refresh_from_db()
        assert (ticket.feedback, ticket.reporting_type) == ("market", "complaint")

    def test_a_ticket_keeps_the_version_of_its_topic(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        ticket = new(org, viewer, now, topic_id=topic("mobile.card.esim"))
        topics.publish_topics(viewer("wang"), [NewTopic("mobile.card.esim", "手表")], now=now)
        services.reclassify(viewer("lin"), ticket.id, urgency="urgent", now=now)
        ticket.refresh_from_db()
        assert ticket.topic_version == 1
        assert new(org, viewer, now, topic_id=topic("mobile.card.esim")).topic_version == 2
        services.reclassify(viewer("lin"), ticket.id, topic_id=topic("mobile.card.open"), now=now)
        services.reclassify(viewer("lin"), ticket.id, topic_id=topic("mobile.card.esim"), now=now)
        ticket.refresh_from_db()
        assert ticket.topic_version == 2

    def test_an_ended_topic_may_stay_and_not_be_chosen(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        old = topic("fixed.order.close")
        ticket = new(org, viewer, now, topic_id=old)
        other = new(org, viewer, now)
        topics.end_topic(viewer("wang"), "fixed.order.close", until=local_day(now), now=now)
        services.reclassify(viewer("lin"), ticket.id, topic_id=old, urgency="urgent", now=now)
        with pytest.raises(Invalid) as refused:
            services.reclassify(viewer("lin"), other.id, topic_id=old, now=now)
        assert refused.value.problems[0].code == "closed"
        other.refresh_from_db()
        assert (other.topic_id, other.version) == (None, 1)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"scope": "galaxy"}, "scope"),
            ({"feedback": "gossip"}, "feedback"),
            ({"details": {"colour": "red"}}, "details.colour"),
            ({"details": {"period": "soon"}}, "details.period"),
            ({"topic_id": UUID(int=7)}, "topic_id"),
        ],
    )
    def test_what_makes_no_sense_changes_nothing(
        self,
        org: cast.Organisation,
        viewer: See,
        now: datetime,
        changes: dict[str, Any],
        field: str,
    ) -> None:
        ticket = new(org, viewer, now, topic_id=topic("billing.dispute.data"))
        with pytest.raises(Invalid) as refused:
            services.reclassify(viewer("lin"), ticket.id, **changes, now=now)
        assert [one.field for one in refused.value.problems] == [field]
        assert Ticket.objects.get(id=ticket.id).version == 1


@pytest.mark.usefixtures("tree")
class TestTruth:
    def test_the_newest_mark_holds_with_who_and_when(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        ticket = new(org, viewer, now)
        later = now + timedelta(hours=1)
        services.mark_truth(viewer("lin"), ticket.id, mark="verified", now=now)
        services.mark_truth(viewer("zhao"), ticket.id, mark="duplicate", note="同一件事", now=later)
        view = queries.ticket_for(viewer("lin"), ticket.id)
        assert (view.truth, view.truth_by, view.truth_at) == ("duplicate", "20002", later)
        marks = [event.payload["mark"] for event in log.history(ticket.id)[1:]]
        assert marks == ["verified", "duplicate"]

    @pytest.mark.parametrize("mark", ["", "perhaps"])
    def test_another_mark_is_refused(
        self, org: cast.Organisation, viewer: See, now: datetime, mark: str
    ) -> None:
        with pytest.raises(Invalid):
            services.mark_truth(viewer("lin"), new(org, viewer, now).id, mark=mark, now=now)

    def test_the_list_is_cut_by_every_class(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        plain = new(org, viewer, now, kind="enquiry")
        other = new(org, viewer, now, kind="complaint", complexity="very_complex", scope="many")
        services.mark_truth(viewer("lin"), other.id, mark="unverified", now=now)

        def found(**wanted: Any) -> list[UUID]:
            page = queries.work_list(viewer("lin"), WorkFilter(view="all", **wanted), now=now)
            return [row.id for row in page.items]

        assert found(reporting_type="complaint") == [other.id]
        assert found(complexity="very_complex") == [other.id]
        assert found(scope="many") == [other.id]
        assert found(feedback="advice") == [other.id]
        assert found(truth="unverified") == [other.id]
        assert found(truth="unchecked") == [plain.id]
        assert found(reporting_type="basic", feedback="product") == [plain.id]


@pytest.mark.usefixtures("tree")
class TestTraining:
    def test_a_model_is_learnt_from_tickets_in_the_background(
        self, org: cast.Organisation, viewer: See, now: datetime
    ) -> None:
        items = [
            registration(
                org,
                title="",
                description=f"量子水晶第{n}套坏了",
                topic_id=topic("value.home.camera"),
            )
            for n in range(10)
        ]
        services.register_many(viewer("lin"), items, now=now)
        asked = services.ask_training(viewer("wang"), now=now)
        assert services.ask_training(viewer("wang"), now=now) == asked
        assert run_job(now, only=asked) == 1
        job = Job.objects.get(id=asked)
        assert (job.state, job.done, job.total) == ("done", 11, 11)
        row = knowledge.models()[0]
        assert (row.number, row.made_by, job.result["number"]) == (1, "10001", 1)
        found = knowledge.suggest("量子水晶", day=local_day(now))
        assert (found[0].code, found[0].kind) == ("value.home.camera", "fault")

    def test_only_who_edits_knowledge_may_ask(self, viewer: See, now: datetime) -> None:
        with pytest.raises(Refused):
            services.ask_training(viewer("lin"), now=now)


def test_a_reference_is_what_verbs_return(
    tree: None, org: cast.Organisation, viewer: See, now: datetime
) -> None:
    ticket = new(org, viewer, now)
    done = services.mark_truth(viewer("lin"), ticket.id, mark="verified", now=now)
    assert done == TicketRef(ticket.id, ticket.number, str(ticket.state), 2)
