"""The figures that complaints as cases work with, until the operator sets others."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

CASE_AMOUNT = Policy(
    "tickets.case_amount",
    2000,
    _("Large amount demanded"),
    _("A complaint that demands more than this is major."),
    unit="yuan",
    least=0,
    most=10_000_000,
    confirmed=False,
)
MOST_OFFER = Policy(
    "tickets.most_offer",
    5000,
    _("Most that may be offered"),
    _("No single offer to a complaining customer goes beyond this, whoever makes it."),
    unit="yuan",
    least=0,
    most=10_000_000,
    confirmed=False,
)
RISK_HIGH = Policy(
    "tickets.risk_high",
    60,
    _("High escalation risk"),
    _("From this score on a complaint goes to a specialist by itself."),
    unit="points",
    least=1,
    most=100,
)
EVIDENCE_DAYS = Policy(
    "tickets.evidence_days",
    730,
    _("Days that evidence stays frozen"),
    _("After a complaint is closed its evidence cannot be removed for so many days."),
    unit="days",
    least=150,
    most=3650,
    confirmed=False,
)


def _ladder(code: str, minutes: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.ladder_{code}",
        minutes,
        label,
        _("How long an unanswered complaint stays at one level before it goes up by itself."),
        unit="minutes",
        least=10,
        most=43_200,
    )


LADDER = {
    "ordinary": _ladder("ordinary", 1440, _("Ladder, ordinary complaint")),
    "urgent": _ladder("urgent", 480, _("Ladder, urgent complaint")),
    "major": _ladder("major", 240, _("Ladder, major complaint")),
}


def _weight(code: str, points: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.{code}",
        points,
        label,
        _("Points in the escalation-risk score of a complaint."),
        unit="points",
        least=0,
        most=100,
    )


WEIGHTS = {
    "repeat": _weight("score_repeat", 25, _("Points: repeated on the same topic")),
    "threat": _weight("score_threat", 20, _("Points: named the regulator, the media or a court")),
    "limit": _weight("score_limit", 15, _("Points: a limit was missed")),
    "money": _weight("score_money", 10, _("Points: demands more than three months' charges")),
    "appeal": _weight("score_appeal", 10, _("Points: appealed before")),
    "angry": _weight("score_angry", 10, _("Points: angry")),
    "transfer": _weight("score_transfer", 5, _("Points: each transfer beyond the second")),
    "kept": _weight("score_kept", 10, _("Points taken off: a promise was kept")),
}


def _factor(level: str, times: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.authority_{level}",
        times,
        label,
        _("The amount of the strategy is multiplied by this at the level."),
        unit="times",
        least=1,
        most=100,
    )


AUTHORITY = {
    "team_leader": _factor("team_leader", 2, _("Authority of a team leader")),
    "specialist": _factor("specialist", 4, _("Authority of a complaint specialist")),
    "province": _factor("province", 10, _("Authority of the provincial centre")),
    "hq": _factor("hq", 20, _("Authority of headquarters")),
}

ALL: tuple[Policy[Any], ...] = (
    CASE_AMOUNT,
    MOST_OFFER,
    RISK_HIGH,
    EVIDENCE_DAYS,
    *LADDER.values(),
    *WEIGHTS.values(),
    *AUTHORITY.values(),
)
