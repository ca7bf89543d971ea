"""The acts about responsibility: judged, contested, reviewed, decided; and the scored order."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..types import Cause, OrderFault
from .shape import NOTE, Act, Field, Group, options

AT_FAULT = Field("at_fault", _("The unit is at fault"), "flag", required=False)
GROUNDS = Field("text", _("Grounds"))

RESPONSIBILITY: tuple[Act, ...] = (
    Act(
        "judge",
        "judge",
        _("Judge responsibility"),
        _("The first judgement was given."),
        permissions.JUDGE,
        services.judge,
        (
            Field("unit_id", _("Unit"), "unit"),
            Field("cause", _("Cause"), "select", options(Cause)),
            AT_FAULT,
            GROUNDS,
        ),
        group=Group.CASE,
    ),
    Act(
        "contest",
        "contest",
        _("Contest responsibility"),
        _("The judgement was contested."),
        permissions.CONTEST,
        services.contest,
        (GROUNDS,),
        group=Group.CASE,
    ),
    Act(
        "review_judgement",
        "review-judgement",
        _("Review the judgement"),
        _("The judgement was reviewed."),
        permissions.JUDGE,
        services.review_judgement,
        (AT_FAULT, GROUNDS),
        group=Group.CASE,
    ),
    Act(
        "finish_judgement",
        "finish-judgement",
        _("Decide responsibility finally"),
        _("The responsibility is decided."),
        permissions.JUDGE_FINALLY,
        services.finish_judgement,
        (AT_FAULT, GROUNDS),
        group=Group.CASE,
    ),
    Act(
        "score_order",
        "score-order",
        _("Score the order"),
        _("The order was scored."),
        permissions.HANDLE,
        services.score_order,
        (
            Field("score", _("Score, 1 to 5"), "number"),
            Field("faults", _("What was wrong with it"), "many", options(OrderFault), False),
            NOTE,
        ),
        group=Group.RECORD,
    ),
)
