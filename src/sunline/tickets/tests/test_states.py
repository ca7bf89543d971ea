"""A ticket's life under any verbs by anybody in any order: what must hold after each step."""

from __future__ import annotations

import contextlib
from datetime import timedelta
from decimal import Decimal
from typing import Any, ClassVar

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from sunline.kernel import log
from sunline.kernel.errors import SunlineError
from sunline.sla import services as sla
from sunline.sla.queries import clocks_of
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast
from sunline.testing.clock import NOON

from .. import services
from ..acts import ACTS, BY_SLUG, Act, Field
from ..models import RevisitPlan, Ticket
from ..rules.lifecycle import TABLE, Verb
from ..rules.revisit import OWN_WORD, reason_for
from ..types import FINAL, Outcome, Registration, State

PEOPLE = ("lin", "zhao", "qian", "sun", "zheng", "chu", "wei", "jiang", "shen")
UNITS = ("gz-net", "gz-bill", "gd-comp")
LAW = "legal_answer"
# Where the matter is answered, or rests until it can be.
SETTLED = FINAL | {State.AWAITING_REVISIT, State.LONG_TERM}
# What usually comes next in a state, and who does it.
USUAL: dict[State, tuple[str, str, dict[str, Any]]] = {
    State.AWAITING_DISPATCH: ("dispatch", "sun", {}),
    State.AWAITING_ACCEPTANCE: ("accept", "zheng", {}),
    State.IN_HANDLING: ("reply", "zheng", {"text": "已核实。"}),
    State.AWAITING_CHECK: ("approve", "sun", {}),
    State.AWAITING_ANSWER: ("answer", "lin", {"text": "已退还。"}),
}


class World:
    """What the machines of one run share: the organisation, its people, and the limits."""

    def __init__(self, org: cast.Organisation) -> None:
        self.org, self.people = org, cast.people()
        self.viewers: dict[str, Viewer] = {key: cast.viewer(key) for key in PEOPLE}
        self.viewers["system"] = system_viewer()
        sla.load_shipped(NOON - timedelta(days=1))


class Life(RuleBasedStateMachine):
    """A machine that plays with two tickets of a world."""

    world: ClassVar[World]

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.now = NOON

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @initialize(
        severity=st.sampled_from(("", "major")),
        urgency=st.sampled_from(("normal", "urgent")),
        channel=st.sampled_from(("phone", "regulator")),
        steps=st.sampled_from((5, 0, 5, 3, 5, 2)),
    )
    def register(self, severity: str, urgency: str, channel: str, steps: int) -> None:
        self.ids = [
            services.register(
                self.world.viewers["lin"],
                Registration(
                    kind="complaint",
                    title="话费多收",
                    description="多扣了三十元。",
                    channel=channel,
                    severity=severity,
                    urgency=urgency,
                    home_unit_id=self.world.org["gz"].id,
                    contact="19900000001",
                ),
                now=self.now,
            ).id
            for _one in range(2)
        ]
        self._forward(steps)

    def ticket(self, ticket_id: Any) -> Ticket:
        return Ticket.objects.get(id=ticket_id)

    @rule(data=st.data(), who=st.sampled_from((*PEOPLE, "system")))
    def act(self, data: st.DataObject, who: str) -> None:
        """Try a verb that the table allows now; refusals leave everything as it was."""
        known = [one for one in self.ids if self.ticket(one).state not in FINAL] or self.ids
        ticket = self.ticket(data.draw(st.sampled_from(known)))
        fitting = [act for act in ACTS if State(ticket.state) in TABLE[Verb(act.verb)].sources]
        self._do(ticket, data.draw(st.sampled_from(fitting)), who, data)

    @rule(data=st.data(), who=st.sampled_from((*PEOPLE, "system")))
    def any_act(self, data: st.DataObject, who: str) -> None:
        """Try any verb at all; one that the table forbids is refused."""
        ticket = self.ticket(data.draw(st.sampled_from(self.ids)))
        self._do(ticket, data.draw(st.sampled_from(ACTS)), who, data)

    def _do(self, ticket: Ticket, act: Act, who: str, data: st.DataObject) -> None:
        values = {
            field.name: self._value(field, ticket, data)
            for field in act.fields
            if field.required or data.draw(st.booleans())
        }
        values = {name: value for name, value in values.items() if value is not None}
        before = {one: self._stands(one) for one in self.ids}
        try:
            with transaction.atomic():
                act.run(self.world.viewers[who], ticket.id, **values, now=self.now)
        except SunlineError:
            assert {one: self._stands(one) for one in self.ids} == before
            return
        assert State(ticket.state) in TABLE[Verb(act.verb)].sources
        assert self.ticket(ticket.id).version > ticket.version

    def _stands(self, ticket_id: Any) -> tuple[Any, ...]:
        row = self.ticket(ticket_id)
        plans = RevisitPlan.objects.filter(ticket_id=ticket_id).order_by("answer")
        return (row.version, row.state, row.next_due_at, *plans.values_list("step", "attempts"))

    def _value(self, field: Field, ticket: Ticket, data: st.DataObject) -> Any:
        if field.kind in {"select", "many"}:
            code = data.draw(st.sampled_from([code for code, _label in field.choices]))
            return (code,) if field.kind == "many" else code
        if field.kind == "unit":
            return self.world.org[data.draw(st.sampled_from(UNITS))].id
        if field.kind in {"person", "colleague"}:
            return self.world.people[data.draw(st.sampled_from(PEOPLE))].id
        if field.kind == "moment":
            return self.now + timedelta(hours=data.draw(st.integers(1, 50)))
        if field.kind == "number":
            return data.draw(st.integers(1, 10))
        if field.kind == "flag":
            return data.draw(st.booleans())
        if field.kind == "money":
            return Decimal(data.draw(st.integers(1, 500)))
        if field.kind in {"checks", "topic", "details", "file", "grant", "proposal"}:
            return None
        if field.name.endswith("_number"):
            return self.ticket(next(one for one in self.ids if one != ticket.id)).number
        return "已核实。"

    @rule(steps=st.integers(1, 6))
    def forward(self, steps: int) -> None:
        self._forward(steps)

    def _forward(self, steps: int) -> None:
        """Take the usual next steps, so that runs get far enough to be answered."""
        for _step in range(steps):
            ticket = self.ticket(self.ids[0])
            usual = USUAL.get(State(ticket.state))
            if usual is None:
                return
            slug, who, values = usual
            if slug == "dispatch":
                values = {"unit_id": self.world.org["gz-net"].id}
            try:
                with transaction.atomic():
                    act = BY_SLUG[slug]
                    act.run(self.world.viewers[who], ticket.id, **values, now=self.now)
            except SunlineError:
                return

    @rule(
        who=st.sampled_from(("shen", "jiang", "zheng", "system")),
        outcome=st.sampled_from(Outcome.values),
        score=st.sampled_from((None, 2, 9)),
    )
    def be_heard(self, who: str, outcome: str, score: int | None) -> None:
        """Let a caller, the handler or the customer say how it went."""
        with contextlib.suppress(SunlineError), transaction.atomic():
            services.record_revisit(
                self.world.viewers[who], self.ids[0], outcome=outcome, score=score, now=self.now
            )

    @rule(hours=st.integers(1, 60))
    def wait(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def tidy(self) -> None:
        services.plan_missing(self.now)
        services.close_by_rule(self.now)

    @precondition(lambda self: hasattr(self, "ids"))
    @invariant()
    def holds(self) -> None:
        for ticket_id in self.ids:
            ticket = self.ticket(ticket_id)
            check_state(ticket)
            check_log(ticket)
            check_clocks(ticket)
            check_revisit(ticket)


def check_state(ticket: Ticket) -> None:
    """Every state is one of the table's, and an end has its moment and its result."""
    state = State(ticket.state)
    assert (ticket.closed_at is not None) == (state in FINAL)
    assert bool(ticket.result) == (state in FINAL)


def check_log(ticket: Ticket) -> None:
    """Every change stands on the log, one after the other, the last with the present state."""
    history = log.history(ticket.id)
    assert [event.sequence for event in history] == list(range(1, ticket.version + 1))
    assert history[-1].payload["state"] == ticket.state


def check_clocks(ticket: Ticket) -> None:
    """An open ticket comes up again, and the law's clock runs until the customer is answered."""
    if ticket.state not in FINAL:
        assert ticket.next_due_at is not None
    law = [clock for clock in clocks_of(ticket.id) if clock.purpose == LAW]
    assert law
    if ticket.answered_at is None and ticket.state not in SETTLED:
        assert any(clock.stopped_at is None for clock in law)


def check_revisit(ticket: Ticket) -> None:
    """What owes a revisit is closed only after one, or after calling was given up."""
    if ticket.state != State.CLOSED:
        return
    assert not RevisitPlan.objects.filter(ticket_id=ticket.id, ended_at=None).exists()
    plan = RevisitPlan.objects.filter(ticket_id=ticket.id).order_by("-answer")[0]
    reason = reason_for(
        ticket.id,
        severity=ticket.severity,
        urgency=ticket.urgency,
        channel=ticket.channel,
        redispatches=ticket.redispatches,
        share=0,
    )
    assert plan.required or not reason
    if plan.required:
        own_word = plan.ended_how == "customer" and plan.reason in OWN_WORD
        assert plan.ended_how == "call" or plan.fallback_at is not None or own_word
    if plan.ended_how == "call":
        handlers = set(ticket.handlings.values_list("handler_id", flat=True))
        assert plan.ended_by not in handlers


@pytest.mark.slow
@pytest.mark.django_db
def test_no_way_through_the_table_loses_a_clock_a_fact_or_a_revisit(
    org: cast.Organisation,
) -> None:
    run_state_machine_as_test(
        type("LifeThere", (Life,), {"world": World(org)}),
        settings=settings(
            max_examples=30,
            stateful_step_count=20,
            deadline=None,
            phases=[Phase.generate],  # shrinking a life takes minutes and tells little more
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
