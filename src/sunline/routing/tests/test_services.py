"""Putting work in line, giving it, and what people's presence changes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import IntegrityError

from sunline.kernel import log
from sunline.kernel.errors import Invalid, NotFound, Refused
from sunline.kernel.ids import new_id
from sunline.kernel.types import Subject
from sunline.routing import errors, queries, services
from sunline.routing.models import DispatchRule, Presence, QueueItem
from sunline.routing.types import Enqueued, QueueDraft, QueueRow, RuleDraft
from sunline.staff.models import AccountSkill, Skill
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

pytestmark = pytest.mark.django_db
SYSTEM = system_viewer()
Look = Callable[[str], Viewer]


@pytest.fixture
def line(org: cast.Organisation, now: datetime) -> QueueRow:
    """Return the automatic queue of the Guangzhou network unit, reached by its own rule."""
    draft = QueueDraft("gz-net", "广州网络", org["gz-net"].id, automatic=True)
    queue_id = services.create_queue(SYSTEM, draft, now=now)
    services.create_rule(
        SYSTEM,
        RuleDraft(
            "宽带故障",
            10,
            queue_id,
            {"kind": ["fault"], "topic": ["broadband."], "home": ["/hq/gd/gz/"]},
            automatic=True,
        ),
        now=now,
    )
    return queries.setup().queues[queue_id]


def ready(*keys: str, now: datetime, capacity: int = 8) -> dict[str, UUID]:
    """Make people ready for work and return their accounts' ids."""
    found = {}
    for key in keys:
        account = cast.person(key)
        services.set_presence(SYSTEM, "ready", now=now, account_id=account.id)
        services.set_capacity(SYSTEM, account.id, capacity, now=now)
        found[key] = account.id
    return found


def put(
    now: datetime, *, path: str = "/hq/gd/gz/", topic: str = "broadband.fault.slow", **more: object
) -> tuple[UUID, Enqueued]:
    """Put a new ticket in line and return its id and what became of it."""
    subject = Subject("ticket", new_id())
    traits = {"kind": "fault", "topic": topic, "urgency": "normal"}
    put_in = services.enqueue(
        subject=subject,
        traits=traits,
        home_path=path,
        now=now,
        **more,  # type: ignore[arg-type]
    )
    return subject.id, put_in


def item(subject_id: UUID) -> QueueItem:
    return QueueItem.objects.get(subject_id=subject_id)


def kinds(subject_id: UUID) -> list[str]:
    return [event.kind for event in log.history(item(subject_id).id)]


class TestPuttingInLine:
    def test_a_matching_automatic_rule_puts_work_in_line_with_one_statement(
        self, line: QueueRow, now: datetime, django_assert_num_queries: Callable[..., object]
    ) -> None:
        queries.setup()
        with django_assert_num_queries(1):  # type: ignore[attr-defined]
            subject, put_in = put(now)
        assert (put_in.queue_id, put_in.unit_id) == (line.id, line.unit_id)
        assert item(subject).waiting_since == now

    def test_elsewhere_or_another_topic_matches_nothing(
        self, line: QueueRow, now: datetime
    ) -> None:
        assert put(now, path="/hq/js/nj/")[1] == Enqueued()
        assert put(now, topic="mobile.bill.dispute")[1] == Enqueued()
        assert not QueueItem.objects.exists()

    def test_a_rule_that_is_not_automatic_only_suggests(
        self, line: QueueRow, now: datetime
    ) -> None:
        rule = DispatchRule.objects.get()
        draft = RuleDraft(rule.name, rule.rank, line.id, rule.conditions, automatic=False)
        services.change_rule(SYSTEM, rule.id, draft, now=now + timedelta(hours=1))
        put_in = put(now + timedelta(hours=1))[1]
        assert put_in.queue_id == line.id
        assert put_in.unit_id is None
        assert not QueueItem.objects.exists()

    def test_a_named_unit_gets_it_in_its_own_queue(self, line: QueueRow, now: datetime) -> None:
        _, put_in = put(now, topic="mobile.bill.dispute", unit_id=line.unit_id)
        assert put_in.queue_id == line.id

    def test_a_unit_without_a_queue_gets_it_without_a_line(
        self, line: QueueRow, org: cast.Organisation, now: datetime
    ) -> None:
        unit = org["gz-bill"].id
        assert put(now, unit_id=unit)[1] == Enqueued(unit_id=unit)

    def test_the_same_work_stands_in_one_line_only(self, line: QueueRow, now: datetime) -> None:
        subject, _ = put(now)
        with pytest.raises(IntegrityError):
            services.enqueue(
                subject=Subject("ticket", subject),
                traits={},
                home_path="/hq/",
                unit_id=line.unit_id,
                now=now,
            )

    def test_requeue_ends_the_old_place_and_excludes_a_person(
        self, line: QueueRow, now: datetime
    ) -> None:
        people = ready("zheng", now=now)
        subject, _ = put(now)
        assert services.assign_waiting(now) == 1
        services.requeue(
            subject=Subject("ticket", subject),
            traits={},
            home_path="",
            unit_id=line.unit_id,
            not_account=people["zheng"],
            now=now,
        )
        assert services.assign_waiting(now) == 0
        ready("chu", now=now)
        assert services.assign_waiting(now) == 1
        again = QueueItem.objects.get(subject_id=subject, ended_at=None)
        assert again.given_to_id == cast.person("chu").id
        assert again.reason["codes"] == ["only_one", "other_excluded"]


class TestAssignment:
    def test_work_goes_round_the_least_loaded_until_all_are_full(
        self, line: QueueRow, now: datetime
    ) -> None:
        people = ready("zheng", "chu", now=now, capacity=2)
        subjects = [put(now)[0] for _ in range(5)]
        assert services.assign_waiting(now) == 4
        loads = dict(Presence.objects.values_list("account_id", "load"))
        assert {loads[person] for person in people.values()} == {2}
        waiting = QueueItem.objects.filter(subject_id__in=subjects, given_to=None)
        assert waiting.count() == 1

    def test_nobody_absent_busy_or_of_another_unit_gets_work(
        self, line: QueueRow, now: datetime
    ) -> None:
        ready("zheng", "wei", "lin", now=now)
        services.set_presence(SYSTEM, "break", "meal", now=now, account_id=cast.person("zheng").id)
        put(now)
        assert services.assign_waiting(now) == 0

    def test_the_most_pressing_goes_first_then_the_earliest_deadline(
        self, line: QueueRow, now: datetime
    ) -> None:
        ready("zheng", now=now, capacity=2)
        late, _ = put(now, due_at=now + timedelta(hours=9))
        undated, _ = put(now)
        soon, _ = put(now, due_at=now + timedelta(hours=1))
        urgent, _ = put(now, priority=5)
        services.assign_waiting(now)
        assert item(urgent).given_to_id
        assert item(soon).given_to_id
        assert not item(late).given_to_id
        assert not item(undated).given_to_id

    def test_a_skill_is_asked_for_at_its_level(self, org: cast.Organisation, now: datetime) -> None:
        skill = Skill.objects.create(code="broadband", name="宽带")
        queue_id = services.create_queue(
            SYSTEM,
            QueueDraft(
                "skilled", "宽带专席", org["gz-net"].id, automatic=True, skills={"broadband": 3}
            ),
            now=now,
        )
        people = ready("zheng", "chu", now=now)
        for key, level in (("zheng", 2), ("chu", 3)):
            AccountSkill.objects.create(
                account_id=people[key], skill=skill, level=level, since=now - timedelta(days=1)
            )
        subject, _ = put(now, unit_id=queries.setup().queues[queue_id].unit_id)
        services.assign_waiting(now)
        assert item(subject).given_to_id == people["chu"]
        why = queries.why(subject)
        assert why
        assert why.codes == ("only_one",)
        assert why.passed_over == {"unskilled": 1}

    def test_a_role_narrows_the_queue(self, org: cast.Organisation, now: datetime) -> None:
        draft = QueueDraft("r", "派单", org["gz"].id, role="team_leader", automatic=True)
        services.create_queue(SYSTEM, draft, now=now)
        people = ready("lin", "zhao", now=now)
        subject, _ = put(now, unit_id=org["gz"].id)
        assert services.assign_waiting(now) == 1
        assert item(subject).given_to_id == people["zhao"]

    def test_a_queue_that_is_not_automatic_waits_for_people(
        self, org: cast.Organisation, now: datetime
    ) -> None:
        services.create_queue(SYSTEM, QueueDraft("q", "账务", org["gz-bill"].id), now=now)
        ready("wei", now=now)
        subject, _ = put(now, unit_id=org["gz-bill"].id)
        assert services.assign_waiting(now) == 0
        services.take(subject, viewer=cast.viewer("wei"), now=now)
        assert item(subject).given_by == "self"

    def test_a_freed_place_is_filled_again(self, line: QueueRow, now: datetime) -> None:
        people = ready("zheng", now=now, capacity=1)
        first, _ = put(now)
        second, _ = put(now + timedelta(minutes=1))
        services.assign_waiting(now)
        assert services.end(first, now=now)
        assert services.assign_waiting(now, for_account=people["zheng"]) == 1
        assert item(second).given_to_id == people["zheng"]
        assert kinds(first) == ["work.given@1", "work.released@1"]
        assert not services.end(first, now=now)


class TestPeopleDecide:
    def test_an_override_moves_work_whatever_the_capacity(
        self, line: QueueRow, now: datetime, viewer: Look
    ) -> None:
        people = ready("zheng", now=now, capacity=1)
        chu = cast.person("chu").id
        subject, _ = put(now)
        services.assign_waiting(now)
        services.give(subject, chu, viewer=viewer("qian"), now=now)
        assert item(subject).given_to_id == chu
        loads = dict(Presence.objects.values_list("account_id", "load"))
        assert loads == {people["zheng"]: 0, chu: 1}
        assert kinds(subject) == ["work.given@1", "work.released@1", "work.given@1"]

    def test_giving_needs_the_permission_for_the_unit(
        self, line: QueueRow, now: datetime, viewer: Look
    ) -> None:
        subject, _ = put(now)
        for key in ("lin", "feng", "shi_js"):
            with pytest.raises(Refused):
                services.give(subject, cast.person("chu").id, viewer=viewer(key), now=now)

    def test_an_excluded_person_cannot_be_given_it_nor_take_it(
        self, line: QueueRow, now: datetime, viewer: Look
    ) -> None:
        zheng = cast.person("zheng").id
        subject, _ = put(now, not_account=zheng)
        with pytest.raises(errors.Excluded):
            services.give(subject, zheng, viewer=SYSTEM, now=now)
        with pytest.raises(errors.Excluded):
            services.take(subject, viewer=viewer("zheng"), now=now)

    def test_the_second_to_take_is_told(self, line: QueueRow, now: datetime, viewer: Look) -> None:
        subject, _ = put(now)
        services.take(subject, viewer=viewer("zheng"), now=now)
        services.take(subject, viewer=viewer("zheng"), now=now)
        with pytest.raises(errors.Taken):
            services.take(subject, viewer=viewer("chu"), now=now)
        other, _ = put(now)
        with pytest.raises(Refused):
            services.take(other, viewer=viewer("lv_nj"), now=now)

    def test_released_work_waits_since_it_first_did(self, line: QueueRow, now: datetime) -> None:
        ready("zheng", now=now)
        subject, _ = put(now)
        services.assign_waiting(now)
        assert services.release(subject, now=now + timedelta(hours=1))
        assert not services.release(subject, now=now + timedelta(hours=1))
        assert item(subject).waiting_since == now
        assert Presence.objects.get().load == 0

    def test_what_does_not_wait_or_exist_is_refused(
        self, line: QueueRow, now: datetime, viewer: Look
    ) -> None:
        with pytest.raises(errors.NotWaiting):
            services.take(new_id(), viewer=viewer("zheng"), now=now)
        subject, _ = put(now)
        with pytest.raises(errors.PersonUnavailable):
            services.give(subject, new_id(), viewer=SYSTEM, now=now)


class TestPresence:
    def test_a_person_sets_their_own_state_and_it_is_recorded_once(
        self, now: datetime, viewer: Look
    ) -> None:
        lin = viewer("lin")
        services.set_presence(lin, "ready", now=now)
        services.set_presence(lin, "ready", now=now)
        services.set_presence(lin, "break", "meal", now=now + timedelta(minutes=5))
        state = queries.my_state(lin, now + timedelta(minutes=8))
        assert (state.state, state.reason, state.lasted) == (
            "break",
            "meal",
            timedelta(minutes=3),
        )
        row = Presence.objects.get()
        assert [event.kind for event in log.history(row.id)] == ["presence.changed@1"] * 2

    def test_who_never_signed_in_is_offline(self, now: datetime, viewer: Look) -> None:
        assert queries.my_state(viewer("lin"), now).state == "offline"
        with pytest.raises(NotFound):
            queries.my_state(SYSTEM, now)

    @pytest.mark.parametrize(
        ("state", "reason"), [("break", ""), ("break", "x"), ("asleep", ""), ("ready", "meal")]
    )
    def test_unusable_input_is_told(
        self, now: datetime, viewer: Look, state: str, reason: str
    ) -> None:
        with pytest.raises(Invalid):
            services.set_presence(viewer("lin"), state, reason, now=now)

    def test_others_states_are_set_by_those_who_may(self, now: datetime, viewer: Look) -> None:
        lin = cast.person("lin").id
        services.set_presence(viewer("qian"), "busy", now=now, account_id=lin)
        with pytest.raises(Refused):
            services.set_presence(viewer("he_sz"), "busy", now=now, account_id=lin)
        with pytest.raises(Refused):
            services.set_capacity(viewer("lin"), lin, 99, now=now)

    def test_recount_repairs_a_wrong_load(self, line: QueueRow, now: datetime) -> None:
        people = ready("zheng", now=now)
        put(now)
        services.assign_waiting(now)
        Presence.objects.filter(account_id=people["zheng"]).update(load=7)
        assert services.recount(now) == 1
        assert Presence.objects.get().load == 1


class TestSettingUp:
    def test_a_changed_rule_is_a_new_row_and_the_old_one_stays(
        self, line: QueueRow, now: datetime
    ) -> None:
        later = now + timedelta(days=1)
        rule = DispatchRule.objects.get()
        draft = RuleDraft("宽带", 5, line.id, {"kind": ["fault"]}, automatic=True)
        new = services.change_rule(SYSTEM, rule.id, draft, now=later)
        rule.refresh_from_db()
        assert rule.until == later
        assert DispatchRule.objects.get(id=new).replaces == rule.id
        with pytest.raises(errors.RuleEnded):
            services.change_rule(SYSTEM, rule.id, draft, now=later)
        services.end_rule(SYSTEM, new, now=later)
        assert put(later)[1] == Enqueued()

    @pytest.mark.parametrize(
        "conditions", [{"colour": ["red"]}, {"kind": "fault"}, {"kind": []}, {"kind": [1]}]
    )
    def test_conditions_must_be_known_lists(
        self, line: QueueRow, now: datetime, conditions: dict[str, list[str]]
    ) -> None:
        with pytest.raises(Invalid):
            services.create_rule(SYSTEM, RuleDraft("x", 1, line.id, conditions), now=now)

    def test_unusable_queues_are_told_field_by_field(
        self, line: QueueRow, org: cast.Organisation, now: datetime
    ) -> None:
        draft = QueueDraft(" ", "", new_id(), strategy="x", skills={"none": 9})
        with pytest.raises(Invalid) as caught:
            services.create_queue(SYSTEM, draft, now=now)
        fields = {problem.field for problem in caught.value.problems}
        assert fields == {"code", "name", "strategy", "skills.none", "unit_id"}
        with pytest.raises(Invalid):
            services.create_queue(SYSTEM, QueueDraft("gz-net", "又", org["gz"].id), now=now)

    def test_only_those_who_may_configure_do(
        self, line: QueueRow, org: cast.Organisation, now: datetime, viewer: Look
    ) -> None:
        draft = QueueDraft("new", "新", org["gz"].id)
        with pytest.raises(Refused):
            services.create_queue(viewer("lin"), draft, now=now)
        services.create_queue(viewer("wang"), draft, now=now)

    def test_no_rule_leads_to_a_closed_queue(self, line: QueueRow, now: datetime) -> None:
        services.close_queue(SYSTEM, line.id, now=now)
        assert put(now)[1] == Enqueued()
        with pytest.raises(NotFound):
            services.close_queue(SYSTEM, line.id, now=now)
