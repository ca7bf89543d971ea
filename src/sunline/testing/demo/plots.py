"""What usually happens to a ticket, and what sometimes goes otherwise."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

from sunline.tickets import events
from sunline.tickets.rules.lifecycle import Verb
from sunline.tickets.types import State

from .crew import Member
from .stories import Story, TheEnd

HANDLING_HOURS = {"fault": 8.0, "complaint": 16.0, "wrongdoing": 14.0, "transaction": 6.0}
AT_ONCE = frozenset({"enquiry", "query", "transaction", "praise", "suggestion"})
VOICES = frozenset({"complaint", "suggestion", "wrongdoing"})
RESULTS = {"accepted": 74, "explained": 9, "settled": 5, "not_reached": 12}
REVISIT_PHRASES = {
    "accepted": "revisit_good",
    "explained": "revisit_explained",
    "settled": "revisit_settled",
    "not_reached": "revisit_missed",
}


def tell(story: Story) -> Story:
    """Let a ticket live until it is closed, the present comes, or its goal is reached."""
    with suppress(TheEnd):
        _life(story)
    return story


def _life(story: Story) -> None:
    _register(story)
    goal = story.goal
    if goal == State.REFUSED or (goal is None and story.rng.random() < 0.012):
        _refuse(story)
    easy = story.contact.agent and story.contact.theme.kind in AT_ONCE
    if goal is None and easy and story.rng.random() < 0.55:
        _at_once(story)
    if goal == State.WITHDRAWN or (goal is None and story.rng.random() < 0.02):
        _withdraw(story)
    _dispatch(story)
    if goal is None and story.rng.random() < 0.05:
        _return(story)
    _handle(story)
    _answer(story)
    for _attempt in range(3):
        if not _revisit(story):
            return
        _handle(story)
        _answer(story)
    _close(story, "explained", story.crew.revisitor(story.contact.person.city))


def _register(story: Story) -> None:
    contact, rng = story.contact, story.rng
    if contact.theme.kind == "complaint":
        story.values["severity"] = rng.choices(("general", "larger", "major"), (88, 9, 3))[0]
    story.values["complexity"] = rng.choices(
        ("simple", "medium", "complex", "very_complex"), (62, 27, 9, 2)
    )[0]
    if contact.cut:
        story.values["complexity"] = contact.cut[1]
    note = story.speaker.pick("notes") if contact.agent and rng.random() < 0.3 else ""
    story.do(
        None,
        events.Registered,
        story.registrar(),
        text=note,
        kind=contact.theme.kind,
        channel=contact.channel,
        urgency=story.urgency,
    )
    story.reached()


def _refuse(story: Story) -> None:
    story.wait(1.5)
    who = story.crew.dispatcher(story.contact.person.city)
    story.values |= {"result": "refused", "closed_at": story.at}
    reason = story.rng.choice(("not_ours", "no_facts", "spam"))
    text = story.speaker.pick("refuse")
    story.do(
        Verb.REFUSE,
        events.NotAccepted,
        who,
        State.REFUSED,
        text=text,
        as_note="refuse",
        reason=reason,
    )
    raise TheEnd


def _withdraw(story: Story) -> None:
    story.wait(4)
    who = story.crew.dispatcher(story.contact.person.city)
    story.end_stay("withdrawn")
    story.values |= {"result": "withdrawn", "closed_at": story.at}
    reason = story.rng.choice(("customer", "customer", "duplicate", "mistake"))
    text = story.speaker.pick("withdraw")
    story.do(
        Verb.WITHDRAW,
        events.Withdrawn,
        who,
        State.WITHDRAWN,
        text=text,
        as_note="withdraw",
        reason=reason,
    )
    raise TheEnd


def _at_once(story: Story) -> None:
    """Finish in the contact itself (即时办结)."""
    agent = story.contact.agent
    assert agent is not None
    story.at += timedelta(minutes=story.rng.randint(2, 9))
    if story.at >= story.now:
        raise TheEnd
    story.unit = _unit_code(story, agent)
    story.handler = agent
    answer = story.speaker.answer(story.contact.said.title, story.contact.said.reply)
    story.begin_stay()
    story.stays[-1]["accepted_at"] = story.at
    story.end_stay("replied")
    story.values |= {
        "dispatched_at": story.at,
        "accepted_at": story.at,
        "replied_at": story.at,
        "answered_at": story.at,
        "answer": answer,
    }
    story.do(
        Verb.FINISH,
        events.Answered,
        agent,
        State.AWAITING_REVISIT,
        text=answer,
        as_note="answer",
        public=True,
        at_once=True,
    )
    story.values |= {"result": "accepted", "closed_at": story.at}
    story.do(None, events.Closed, agent, State.CLOSED, result="accepted")
    raise TheEnd


def _unit_code(story: Story, member: Member) -> str:
    units = story.crew.units
    return next(code for code, unit in units.items() if unit == member.actor.unit_id)


def _dispatch(story: Story) -> None:
    city, theme = story.contact.person.city, story.contact.theme
    automatic = theme.kind == "fault" and theme.topic.startswith("broadband.fault")
    if automatic and story.goal is None:
        story.at += timedelta(seconds=story.rng.randint(2, 20))
    else:
        story.wait(0.6)
    story.unit = story.crew.unit_for(theme, city)
    who = story.crew.system() if automatic else story.crew.dispatcher(city)
    agent = story.contact.agent
    if story.contact.kept and agent is not None:
        story.unit, story.handler, who = _unit_code(story, agent), agent, agent
    note = "" if automatic or story.rng.random() < 0.5 else story.speaker.pick("dispatch_notes")
    story.values["dispatched_at"] = story.at
    story.begin_stay()
    story.do(
        Verb.DISPATCH,
        events.Dispatched,
        who,
        State.AWAITING_ACCEPTANCE,
        text=note,
        as_note="dispatch",
    )
    if story.handler is None and story.rng.random() < 0.6:
        _assign(story)
    story.reached()


def _assign(story: Story) -> None:
    """Let routing name a person for the order."""
    last = story.values.get("last_handler")
    story.handler = story.crew.handler(story.unit, other_than=last)
    story.stays[-1]["handler_id"] = story.handler.id
    story.do(Verb.ASSIGN, events.Assigned, story.crew.system(), by="rule")


def _return(story: Story) -> None:
    """Give the order back to the dispatcher, who sends it on again."""
    _accept(story)
    story.wait(1.0)
    handler = story.handler
    assert handler is not None
    reason = story.rng.choice(("wrong_unit", "incomplete", "duplicate", "wrong_topic"))
    story.end_stay("returned", reason)
    story.values["returns"] = story.values.get("returns", 0) + 1
    story.unit, story.handler = "", None
    text = story.speaker.pick("return_notes")
    story.do(
        Verb.RETURN,
        events.Returned,
        handler,
        State.AWAITING_DISPATCH,
        text=text,
        as_note="return",
        reason=reason,
    )
    _dispatch(story)


def _accept(story: Story) -> None:
    story.wait(0.9)
    if story.handler is None:
        story.handler = story.crew.handler(story.unit, other_than=story.values.get("last_handler"))
    story.values["accepted_at"] = story.at
    story.stays[-1] |= {"accepted_at": story.at, "handler_id": story.handler.id}
    story.do(Verb.ACCEPT, events.Accepted, story.handler, State.IN_HANDLING)
    story.reached()


def _handle(story: Story) -> None:
    """Accept, work, reply, and be checked, with what may happen on the way."""
    if story.state == State.AWAITING_ACCEPTANCE:
        _accept(story)
    rng, goal = story.rng, story.goal
    if goal == State.ON_HOLD or (goal is None and rng.random() < 0.06):
        _hold(story)
    if goal == State.AWAITING_CUSTOMER or (goal is None and rng.random() < 0.06):
        _ask(story)
    if rng.random() < 0.08:
        _chase(story)
    _reply(story)
    if goal is None and rng.random() < 0.07:
        _send_back(story)
        _reply(story)
    story.wait(1.4)
    who = story.crew.dispatcher(story.contact.person.city)
    story.do(Verb.APPROVE, events.Approved, who, State.AWAITING_ANSWER)
    story.reached()


def _reply(story: Story) -> None:
    handler = story.handler
    assert handler is not None
    story.wait(HANDLING_HOURS.get(story.contact.theme.kind, 4.0))
    story.end_stay("replied")
    story.values["replied_at"] = story.at
    story.do(
        Verb.REPLY,
        events.Replied,
        handler,
        State.AWAITING_CHECK,
        text=story.contact.said.reply,
        as_note="reply",
    )
    story.reached()


def _send_back(story: Story) -> None:
    story.wait(1.2)
    who = story.crew.dispatcher(story.contact.person.city)
    reason = story.rng.choice(("not_answered", "unclear", "no_proof", "wrong_facts"))
    story.begin_stay()
    story.stays[-1]["accepted_at"] = story.at
    text = story.speaker.pick("send_back")
    story.do(
        Verb.SEND_BACK,
        events.SentBack,
        who,
        State.IN_HANDLING,
        text=text,
        as_note="check",
        reason=reason,
    )


def _hold(story: Story) -> None:
    handler = story.handler
    assert handler is not None
    story.wait(1.5)
    reason = story.rng.choice(("customer_away", "parts", "site_access", "planned_work"))
    story.holds.append({"since": story.at, "reason": reason, "by": handler.id})
    story.do(Verb.HOLD, events.Held, handler, State.ON_HOLD, reason=reason)
    story.reached()
    story.wait(14)
    story.holds[-1]["until"] = story.at
    story.do(Verb.RESUME, events.Resumed, handler, State.IN_HANDLING)


def _ask(story: Story) -> None:
    handler = story.handler
    assert handler is not None
    story.wait(1.5)
    story.holds.append({"since": story.at, "reason": "customer", "by": handler.id})
    story.do(
        Verb.ASK_CUSTOMER,
        events.CustomerAsked,
        handler,
        State.AWAITING_CUSTOMER,
        text=story.speaker.pick("questions"),
        as_note="question",
        public=True,
    )
    story.reached()
    story.wait(8)
    story.holds[-1]["until"] = story.at
    text = story.speaker.pick("customer_replies")
    story.do(Verb.RESUME, events.Resumed, handler, State.IN_HANDLING, text=text)


def _chase(story: Story) -> None:
    story.wait(3)
    story.values["chases"] = times = story.values.get("chases", 0) + 1
    agent = story.crew.agent(story.contact.person.city)
    story.do(Verb.CHASE, events.Chased, agent, text="客户来电催办", as_note="chase", times=times)


def _answer(story: Story) -> None:
    story.wait(1.2)
    city = story.contact.person.city
    who = story.contact.agent or story.crew.dispatcher(city)
    if who.role not in {"agent", "hall_clerk"}:
        who = story.crew.dispatcher(city)
    answer = story.speaker.answer(story.contact.said.title, story.contact.said.reply)
    story.values |= {"answered_at": story.at, "answer": answer}
    story.do(
        Verb.ANSWER,
        events.Answered,
        who,
        State.AWAITING_REVISIT,
        text=answer,
        as_note="answer",
        public=True,
        at_once=False,
    )
    story.values["answers"] = [*story.values.get("answers", []), len(story.facts)]
    story.reached()


def _revisit(story: Story) -> bool:
    """Ask the customer, or be rated; return whether the ticket went back to work."""
    story.wait(20)
    rng = story.rng
    bad = rng.random() < 0.06
    rated = rng.random() < 0.34
    who = story.crew.system() if rated else story.crew.revisitor(story.contact.person.city)
    outcome = "unsolved" if bad else rng.choices(list(RESULTS), list(RESULTS.values()))[0]
    if rated and not bad:
        outcome = "accepted"
    score = None
    if rated:
        score = rng.choice((1, 2, 3, 5)) if bad else rng.choices((7, 8, 9, 10), (8, 17, 30, 45))[0]
        story.values["rating"] = score
        phrase = "comments_bad" if bad else "comments_good"
        text = story.speaker.pick(phrase) if rng.random() < 0.4 else ""
    else:
        text = story.speaker.pick(REVISIT_PHRASES.get(outcome, "revisit_bad"))
    story.do(
        Verb.REVISIT,
        events.Revisited,
        who,
        text=text,
        as_note="revisit",
        outcome=outcome,
        score=score,
    )
    if not bad:
        _close(story, outcome, who)
    last = story.handler
    assert last is not None
    story.handler = None
    story.values["last_handler"] = last.id
    story.values["redispatches"] = story.values.get("redispatches", 0) + 1
    story.values["dispatched_at"] = story.at
    for name in ("accepted_at", "replied_at", "answered_at"):
        story.values.pop(name, None)
    story.begin_stay()
    story.do(
        Verb.REDISPATCH,
        events.Redispatched,
        who,
        State.AWAITING_ACCEPTANCE,
        not_handler=last.id,
    )
    return True


def _close(story: Story, result: str, who: Member) -> None:
    if story.contact.theme.kind in VOICES and story.rng.random() < 0.4:
        mark = story.rng.choices(("verified", "unverified", "duplicate"), (80, 12, 8))[0]
        story.values |= {"truth": mark, "truth_at": story.at, "truth_by": who.actor.label}
        story.do(Verb.MARK_TRUTH, events.TruthMarked, who, mark=mark)
    story.values |= {"result": result, "closed_at": story.at}
    story.do(None, events.Closed, who, State.CLOSED, result=result)
    raise TheEnd
