"""Codes and lengths of time in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sunline.insight.types import WeekKind, WeekState
from sunline.insight.types import Why as WeekWhy
from sunline.interactions.types import Automatic, ChannelKind, MailboxTrouble, OutgoingState, WrapUp
from sunline.knowledge.types import AddressCategory
from sunline.quality.types import Bone, MeasureKind, MeasureState, ReviewReason, ReviewState
from sunline.routing.types import (
    AbsenceReason,
    BreakReason,
    Miss,
    Preference,
    PresenceState,
    Reason,
    Strategy,
)
from sunline.tickets import types

from . import field_words

Words = dict[str, str | Promise]
SOON = timedelta(hours=2)
HALF = timedelta(hours=8)


def _choices(choices: list[tuple[str, Any]]) -> Words:
    return {str(code): text for code, text in choices}


LABELS: Mapping[str, Words] = {
    "kind": _choices(types.Kind.choices),
    "state": _choices(types.State.choices),
    "urgency": _choices(types.Urgency.choices),
    "complexity": _choices(types.Complexity.choices),
    "scope": _choices(types.Scope.choices),
    "feedback": _choices(types.Feedback.choices),
    "truth": _choices(types.Truth.choices),
    "result": _choices(types.Result.choices),
    "notice_place": _choices(types.NoticePlace.choices),
    "text_state": _choices(types.TextState.choices),
    "outage_state": _choices(types.OutageState.choices),
    "outage_cause": _choices(types.OutageCause.choices),
    "product": _choices(types.Product.choices),
    "told_state": _choices(types.ToldState.choices),
    "why_linked": _choices(types.WhyLinked.choices),
    "rural": {"yes": _("In the country"), "no": _("In town")},
    "waiver_why": {
        "in_time": _("Restored within the limit"),
        "rent_unknown": _("Monthly rent unknown, or in a bundle"),
        "terminal": _("The customer's own equipment"),
    },
    "attitude": _choices(types.Attitude.choices),
    "kept": _choices(types.Kept.choices),
    "grant_action": _choices(types.GrantAction.choices),
    "grant_state": _choices(types.GrantState.choices),
    "grant_cause": _choices(types.GrantCause.choices),
    "approval_step": _choices(types.StepOutcome.choices),
    "verdict": _choices(types.Verdict.choices),
    "basis": _choices(types.Basis.choices),
    "proof": _choices(types.Proof.choices),
    "proposal_state": _choices(types.ProposalState.choices),
    "proof_class": _choices(types.ProofClass.choices),
    "data_period": _choices(types.DataPeriod.choices),
    "data_cause": _choices(types.DataCause.choices),
    "sheet_channel": _choices(types.SheetChannel.choices),
    "address_category": _choices(AddressCategory.choices),
    "door": _choices(types.Door.choices),
    "appeal_category": _choices(types.AppealCategory.choices),
    "appeal_state": _choices(types.AppealState.choices),
    "appeal_result": _choices(types.AppealResult.choices),
    "refusal": _choices(types.RefusalCode.choices),
    **field_words.LABELS,
    "severity": {
        "general": _("General"),
        "larger": _("Considerable"),
        "major": _("Major"),
        # As the systems that speak TMF621 say it.
        "Critical": _("Critical"),
        "Major": _("Major"),
        "Minor": _("Slight"),
        "Urgent": _("Urgent"),
        "High": _("High"),
        "Medium": _("Medium"),
        "Low": _("Low"),
    },
    "channel": _choices(ChannelKind.choices) | {"import": _("Import"), "desk": _("Desk")},
    "tier": {
        "ordinary": _("Ordinary customer"),
        "honoured": _("Honoured customer"),
        "silver": _("Silver card"),
        "gold": _("Gold card"),
        "diamond": _("Diamond card"),
    },
    "subscriber_status": {
        "active": _("In service"),
        "one_way": _("One-way barred"),
        "two_way": _("Two-way barred"),
        "kept": _("Suspended, number kept"),
        "arrears": _("Barred for arrears"),
        "fraud": _("Barred for suspected fraud"),
        "closed": _("Number closed"),
    },
    "status_reason": {
        "arrears": _("Arrears"),
        "customer": _("At the customer's wish"),
        "fraud_risk": _("Suspected fraud"),
        "lost": _("Reported lost"),
    },
    "service": {
        "mobile": _("Mobile"),
        "broadband": _("Broadband"),
        "fixed": _("Fixed line"),
        "tv": _("Television"),
        "iot": _("Internet of things"),
        "leased_line": _("Leased line"),
    },
    "payment": {"postpaid": _("Postpaid"), "prepaid": _("Prepaid")},
    "fragile": {
        "senior": _("Senior (65+)"),
        "disabled": _("Disability"),
        "minor": _("Minor"),
        "other": _("Needs special care"),
    },
    "group": {
        "public": _("Private customer"),
        "business": _("Business customer"),
        "key": _("Key account"),
        "floating": _("Floating customer"),
    },
    "consent": {
        "service": _("Service messages"),
        "marketing": _("Marketing"),
        "survey": _("Surveys"),
        "recording": _("Recording"),
    },
    "contact_kind": {
        "phone": _("Phone"),
        "email": _("E-mail"),
        "wechat": _("WeChat"),
        "address": _("Address"),
    },
    "purpose": {
        "accept": _("Acceptance"),
        "first_response": _("First response"),
        "resolve": _("Promised solution"),
        "legal_answer": _("Answer required by law"),
        "ola": _("Unit's time"),
        "callback": _("Promised call-back"),
        "appeal": _("Reply to an appeal's door"),
    },
    "clock_state": {
        "running": _("Running"),
        "paused": _("Paused"),
        "stopped": _("Stopped"),
        "breached": _("Overdue"),
        "met": _("Met"),
        "replaced": _("Replaced"),
    },
    "rung": {
        "50": _("Half used"),
        "80": _("Nearly due"),
        "100": _("Overdue"),
        "150": _("Badly overdue"),
        "200": _("To be supervised"),
    },
    "presence": _choices(PresenceState.choices),
    "break": _choices(BreakReason.choices),
    "jurisdiction": {
        "law": _("National law"),
        "province": _("Province"),
        "promise": _("Operator's promise"),
        "demo": _("Demo"),
    },
    "level": {
        "hq": _("Headquarters"),
        "province": _("Province"),
        "city": _("City"),
        "team": _("Team"),
    },
    "unit_kind": {
        "front": _("Front"),
        "dispatch": _("Dispatch"),
        "back": _("Back office"),
        "staffing": _("Staff functions"),
    },
    "job_state": {
        "waiting": _("Waiting"),
        "running": _("Running"),
        "done": _("Done"),
        "failed": _("Failed"),
    },
    "outgoing_state": _choices(OutgoingState.choices),
    "outcome": _choices(types.Outcome.choices),
    "wrap_up": _choices(WrapUp.choices),
    "automatic": _choices(Automatic.choices),
    "mailbox_trouble": _choices(MailboxTrouble.choices),
    "strategy": _choices(Strategy.choices),
    "preference": _choices(Preference.choices),
    "absence": _choices(AbsenceReason.choices),
    "absence_state": {
        "coming": _("Coming"),
        "now": _("Absent now"),
        "over": _("Over"),
        "cancelled": _("Taken back"),
    },
    "miss": _choices(Miss.choices),
    "why": _choices(Reason.choices),
    "language": {"zh": _("Chinese"), "en": _("English")},
    "reporting": {
        "basic": _("Basic service"),
        "value_added": _("Value-added service"),
        "complaint": _("Complaints and problem solving"),
        "personal": _("Personal service"),
    },
    "article_state": {
        "draft": _("Draft"),
        "scheduled": _("Published, to come"),
        "in_force": _("In force"),
        "ended": _("Ended"),
    },
    "article_language": {"zh-hans": _("Simplified Chinese"), "en": _("English")},
    "joint": _choices(types.JointKind.choices),
    "pressure": {"urge": _("Urged"), "supervise": _("Supervision")},
    "severity_of_case": _choices(types.Severity.choices),
    "pressing": _choices(types.Pressing.choices),
    "grade": _choices(types.Grade.choices),
    "case_level": _choices(types.Level.choices),
    "flag": _choices(types.Flag.choices),
    "signal": _choices(types.Signal.choices),
    "upgrade": _choices(types.Upgrade.choices),
    "mood": _choices(types.Mood.choices),
    "style": _choices(types.Style.choices),
    "demand": _choices(types.Demand.choices),
    "offer": _choices(types.OfferKind.choices),
    "consent_how": _choices(types.ConsentHow.choices),
    "evidence": _choices(types.EvidenceKind.choices),
    "phase": _choices(types.Phase.choices),
    "circle": _choices(types.Circle.choices),
    "revisit_kind": _choices(types.Revisit.choices),
    "risk_code": {
        "score_repeat": _("repeated on the same topic"),
        "score_threat": _("named the regulator, the media or a court"),
        "score_limit": _("a limit was missed"),
        "score_money": _("demands more than three months' charges"),
        "score_appeal": _("appealed before"),
        "score_angry": _("angry"),
        "score_transfers": _("passed on too often"),
        "score_kept": _("a promise was kept"),
    },
    "axis_value": {
        "high": _("High value"),
        "middle": _("Middle value"),
        "basic": _("Basic value"),
    },
    "axis_fragile": {"yes": _("In need of care"), "no": _("No special care")},
    "axis_risk": {
        "high": _("High risk"),
        "middle": _("Middle risk"),
        "low": _("Low risk"),
    },
    "week_kind": _choices(WeekKind.choices),
    "week_state": _choices(WeekState.choices),
    "week_why": _choices(WeekWhy.choices),
    "review_state": _choices(ReviewState.choices),
    "review_reason": _choices(ReviewReason.choices),
    "bone": _choices(Bone.choices),
    "measure_kind": _choices(MeasureKind.choices),
    "measure_state": _choices(MeasureState.choices),
    "relation": {
        "related": _("Related"),
        "repeats": _("Repeats"),
        "part_of": _("Part of"),
    },
}


def label(group: str, code: str) -> str:
    """Return the words for a code in the active language; an unknown code stands for itself."""
    return str(LABELS.get(group, {}).get(code, code))


def priority_reason(code: str) -> str:
    """Return the words for a reason of a priority: `urgency.urgent`, `scope.area`, `fragile`."""
    group, _dot, word = code.partition(".")
    if group == "fragile":
        return gettext("Customer in need of special care")
    if group == "redispatch":
        return gettext("Answers that did not hold")
    heads = {
        "urgency": gettext("Urgency"),
        "scope": gettext("Who is affected"),
        "tier": gettext("Customer"),
        "kind": gettext("Intake kind"),
    }
    return f"{heads.get(group, group)}: {label(group, word)}"


def choices(group: str) -> list[tuple[str, str]]:
    """Return the codes of a group with their words."""
    return [(code, str(text)) for code, text in LABELS[group].items()]


def span(length: timedelta) -> str:
    """Write a length of time in its two largest units: 1 day 4 hours, 3 hours 5 minutes."""
    minutes = max(int(abs(length.total_seconds()) // 60), 0)
    days, minutes = divmod(minutes, 1440)
    hours, minutes = divmod(minutes, 60)
    parts = [
        (days, ngettext("%(n)d day", "%(n)d days", days)),
        (hours, ngettext("%(n)d hour", "%(n)d hours", hours)),
        (minutes, ngettext("%(n)d minute", "%(n)d minutes", minutes)),
    ]
    said = [text % {"n": amount} for amount, text in parts if amount]
    first = 0 if days else 1 if hours else 2
    pair = [text % {"n": amount} for amount, text in parts[first : first + 2] if amount]
    return " ".join(pair) if said else gettext("less than a minute")


def ago(value: datetime, now: datetime) -> str:
    """Write how long ago a moment was; a moment to come is written as such."""
    length = now - value
    if abs(length) < timedelta(minutes=1):
        return gettext("just now")
    short = _largest(length)
    if length > timedelta(0):
        return gettext("%(span)s ago") % {"span": short}
    return gettext("in %(span)s") % {"span": short}


def moment(value: datetime | None) -> str:
    """Write a moment in the viewer's zone on the 24-hour clock: 2026-11-21 09:05."""
    return timezone.localtime(value).strftime("%Y-%m-%d %H:%M") if value else ""


def _largest(length: timedelta) -> str:
    minutes = int(abs(length.total_seconds()) // 60)
    if minutes < 60:
        return span(timedelta(minutes=minutes))
    if minutes < 1440:
        return span(timedelta(hours=minutes // 60))
    return span(timedelta(days=minutes // 1440))


def due(value: datetime, now: datetime) -> tuple[str, str]:
    """Return how much time is left in words, and the step of urgency that colours it."""
    left = value - now
    if left <= timedelta(0):
        return gettext("%(span)s overdue") % {"span": span(left)}, "late"
    step = "soon" if left <= SOON else "half" if left <= HALF else "calm"
    return gettext("%(span)s left") % {"span": span(left)}, step
