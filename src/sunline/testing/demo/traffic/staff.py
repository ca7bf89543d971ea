"""Simulated staff: each turn somebody takes the next step of some ticket, as the rules allow."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from sunline.kernel.errors import SunlineError
from sunline.staff.queries import unit_tree, viewer_for
from sunline.staff.types import Viewer
from sunline.testing import cast
from sunline.tickets import queries
from sunline.tickets import services as tickets
from sunline.tickets.models import Ticket
from sunline.tickets.types import State

from ..crew import Crew, Member
from ..words import Speaker

logger = logging.getLogger(__name__)
# The least time a ticket stays in a state before a simulated person touches it, in minutes, so
# that a person at the screens is never outrun.
PATIENCE = {
    State.AWAITING_DISPATCH: 2,
    State.AWAITING_ACCEPTANCE: 3,
    State.IN_HANDLING: 6,
    State.ON_HOLD: 30,
    State.AWAITING_CUSTOMER: 15,
    State.AWAITING_CHECK: 4,
    State.AWAITING_ANSWER: 4,
    State.AWAITING_REVISIT: 10,
}
WEIGHTS = {
    State.AWAITING_DISPATCH: 5,
    State.AWAITING_ACCEPTANCE: 5,
    State.IN_HANDLING: 5,
    State.ON_HOLD: 1,
    State.AWAITING_CUSTOMER: 1,
    State.AWAITING_CHECK: 4,
    State.AWAITING_ANSWER: 4,
    State.AWAITING_REVISIT: 3,
}
# What people of the cast hold is left to whoever is signed in as them.
CAST = frozenset(sketch.staff_no for sketch in cast.PEOPLE)
# Below this many a state is left alone, so that no list of the demo runs dry.
LEAST_LEFT = 18


class Staff:
    """People who work on tickets."""

    def __init__(self, crew: Crew, *, rng: random.Random) -> None:
        self._crew, self._rng = crew, rng
        self._speaker = Speaker(rng)
        self._replies = {theme.topic_id: theme for theme in self._speaker.themes}
        self._steps: dict[State, Callable[[Ticket, str, datetime], None]] = {
            State.AWAITING_DISPATCH: self._dispatch,
            State.AWAITING_ACCEPTANCE: self._accept,
            State.IN_HANDLING: self._work,
            State.ON_HOLD: self._resume,
            State.AWAITING_CUSTOMER: self._resume,
            State.AWAITING_CHECK: self._check,
            State.AWAITING_ANSWER: self._answer,
            State.AWAITING_REVISIT: self._revisit,
        }

    def one_step(self, now: datetime) -> bool:
        """Let somebody take a step; return whether there was one to take."""
        state = self._rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
        rows = Ticket.objects.filter(state=state, closed_at=None)
        if rows.count() <= LEAST_LEFT:
            return False
        settled = now - timedelta(minutes=PATIENCE[state])
        rows = rows.filter(updated_at__lt=settled).exclude(channel="email")
        rows = rows.exclude(handler__staff_no__in=CAST)
        ids = list(rows.order_by("next_due_at").values_list("id", flat=True)[:40])
        if not ids:
            return False
        ticket = Ticket.objects.select_related("topic").get(id=self._rng.choice(ids))
        home = unit_tree().get(ticket.home_unit_id)
        if home is None:
            return False
        try:
            self._steps[state](ticket, home.code, now)
        except SunlineError as refusal:
            # Somebody at the screens was quicker, or the person may not: next time another.
            logger.info("simulated step refused", extra={"code": refusal.code})
            return False
        except LookupError:
            return False  # the order is with a unit that nobody of the demo works for
        return True

    def _viewer(self, member: Member, now: datetime) -> Viewer:
        return viewer_for(self._crew.accounts[member.id], now=now)

    def _dispatch(self, ticket: Ticket, city: str, now: datetime) -> None:
        theme = self._replies.get(ticket.topic_id) if ticket.topic_id else None
        code = self._crew.unit_for(theme, city) if theme else f"{city}-net"
        viewer = self._viewer(self._crew.dispatcher(city), now)
        note = self._speaker.pick("dispatch_notes") if self._rng.random() < 0.4 else ""
        unit_id = self._crew.units[code]
        tickets.dispatch(
            viewer, ticket.id, unit_id=unit_id, note=note, now=now, version=ticket.version
        )

    def _handler(self, ticket: Ticket, now: datetime) -> Viewer:
        """Return the ticket's handler, else somebody of its unit."""
        if ticket.handler_id in self._crew.accounts:
            return viewer_for(self._crew.accounts[ticket.handler_id], now=now)
        unit = unit_tree().get(ticket.unit_id)
        last = self._last_handler(ticket.id)
        member = self._crew.handler(unit.code if unit else "gz-net", other_than=last)
        return self._viewer(member, now)

    @staticmethod
    def _last_handler(ticket_id: UUID) -> UUID | None:
        handlers = tickets.handlers_of(ticket_id)
        return handlers[-1] if handlers else None

    def _accept(self, ticket: Ticket, city: str, now: datetime) -> None:
        tickets.accept(self._handler(ticket, now), ticket.id, now=now, version=ticket.version)

    def _work(self, ticket: Ticket, city: str, now: datetime) -> None:
        viewer = self._handler(ticket, now)
        chance = self._rng.random()
        if chance < 0.08:
            reason = self._rng.choice(("parts", "site_access", "customer_away"))
            tickets.hold(viewer, ticket.id, reason=reason, now=now, version=ticket.version)
        elif chance < 0.18:
            text = self._speaker.pick("notes")
            tickets.add_note(viewer, ticket.id, text=text, now=now, version=ticket.version)
        else:
            tickets.reply(
                viewer, ticket.id, text=self._reply(ticket), now=now, version=ticket.version
            )

    def _reply(self, ticket: Ticket) -> str:
        theme = self._replies.get(ticket.topic_id) if ticket.topic_id else None
        text = self._rng.choice(theme.replies) if theme else "已核实并处理完毕"
        return text.format_map(self._speaker.numbers(ticket.registered_at))

    def _resume(self, ticket: Ticket, city: str, now: datetime) -> None:
        tickets.resume(self._handler(ticket, now), ticket.id, now=now, version=ticket.version)

    def _check(self, ticket: Ticket, city: str, now: datetime) -> None:
        viewer = self._viewer(self._crew.dispatcher(city), now)
        if self._rng.random() < 0.12:
            tickets.send_back(
                viewer,
                ticket.id,
                reason=self._rng.choice(("unclear", "no_proof", "not_answered")),
                note=self._speaker.pick("send_back"),
                now=now,
                version=ticket.version,
            )
        else:
            asked = queries.questions(ticket.kind, ticket.topic_id, now)
            passed = [row.code for row in asked]
            tickets.approve(viewer, ticket.id, checked=passed, now=now, version=ticket.version)

    def _answer(self, ticket: Ticket, city: str, now: datetime) -> None:
        viewer = self._viewer(self._crew.dispatcher(city), now)
        text = self._speaker.answer(ticket.title, self._reply(ticket))
        tickets.answer(viewer, ticket.id, text=text, now=now, version=ticket.version)

    def _revisit(self, ticket: Ticket, city: str, now: datetime) -> None:
        outcomes = ("accepted", "explained", "settled", "not_reached", "unsolved")
        outcome = self._rng.choices(outcomes, (74, 7, 4, 9, 6))[0]
        if outcome == "not_reached":
            viewer, code = self._viewer(self._crew.revisitor(city), now), "no_answer"
            tickets.try_revisit(viewer, ticket.id, code=code, now=now, version=ticket.version)
            return
        phrases = {
            "accepted": "revisit_good",
            "explained": "revisit_explained",
            "settled": "revisit_settled",
            "unsolved": "revisit_bad",
        }
        tickets.record_revisit(
            self._viewer(self._crew.revisitor(city), now),
            ticket.id,
            outcome=outcome,
            note=self._speaker.pick(phrases[outcome]),
            now=now,
            version=ticket.version,
        )
