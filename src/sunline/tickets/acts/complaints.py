"""The acts on a complaint as a case: judged, moved on the ladder, proved, settled, planned."""

from __future__ import annotations

from dataclasses import replace

from django.utils.translation import gettext_lazy as _

from .. import permissions, services
from ..services.complaints import BY_PERSON, DOWN
from ..types import (
    ConsentHow,
    Demand,
    EvidenceKind,
    Flag,
    Level,
    Mood,
    OfferKind,
    Pressing,
    Severity,
    Signal,
    Style,
)
from .shape import NOTE, Act, Field, Group, options

WHY = Field("note", _("Reason"))
ACCOUNT = replace(WHY, label=_("What happened"))
REFERENCE = Field(
    "reference",
    _("Where it is kept"),
    "text",
    most=255,
    help=_("The number of a recording, a file's place, the number of a letter."),
)

COMPLAINTS: tuple[Act, ...] = (
    Act(
        "assess",
        "assess",
        _("Assess the complaint"),
        _("The complaint was assessed."),
        permissions.ASSESS,
        services.assess,
        (
            Field("severity", _("Severity"), "select", options(Severity)),
            Field("urgency", _("Urgency"), "select", options(Pressing)),
            Field("flags", _("Flags"), "many", options(Flag), False),
            Field("signals", _("What was said or happened"), "many", options(Signal), False),
            Field("mood", _("Mood"), "select", options(Mood), False),
            Field("style", _("Way of talking"), "select", options(Style), False),
            Field("demand", _("Wants above all"), "select", options(Demand), False),
            Field("asked", _("Amount demanded, yuan"), "money", required=False),
            Field("disputed", _("Amount in dispute, yuan"), "money", required=False),
            WHY,
        ),
        group=Group.CASE,
    ),
    Act(
        "escalate",
        "escalate",
        _("Escalate the complaint"),
        _("The complaint was escalated."),
        permissions.ESCALATE,
        services.escalate,
        (
            Field("reason", _("Cause"), "select", options(BY_PERSON)),
            Field(
                "level",
                _("Level"),
                "select",
                options(list(Level)[1:]),
                False,
                help=_("Blank: as the cause asks."),
            ),
            ACCOUNT,
        ),
        group=Group.CASE,
    ),
    Act(
        "deescalate",
        "deescalate",
        _("Bring down a level"),
        _("The complaint was brought down."),
        permissions.DEESCALATE,
        services.deescalate,
        (
            Field("level", _("Level"), "select", options(list(Level)[:-1])),
            Field("reason", _("Cause"), "select", options(DOWN)),
            ACCOUNT,
        ),
        group=Group.CASE,
    ),
    Act(
        "choose_strategy",
        "choose-strategy",
        _("Choose another strategy"),
        _("The strategy was chosen."),
        permissions.ASSESS,
        services.choose_strategy,
        (Field("strategy", _("Strategy"), "strategy"), WHY),
        group=Group.CASE,
    ),
    Act(
        "set_cause",
        "set-cause",
        _("Name the cause"),
        _("The cause was named."),
        permissions.ASSESS,
        services.set_cause,
        (Field("cause", _("Cause"), "cause"), NOTE),
        group=Group.CASE,
    ),
    Act(
        "add_evidence",
        "add-evidence",
        _("Add evidence"),
        _("The evidence was put down."),
        permissions.NOTE,
        services.add_evidence,
        (
            Field("kind", _("Kind"), "select", options(EvidenceKind)),
            replace(REFERENCE, required=False),
            Field("file", _("File"), "file", required=False),
            Field("text", _("What it shows"), required=False),
        ),
        group=Group.CASE,
    ),
    Act(
        "remove_evidence",
        "remove-evidence",
        _("Remove evidence"),
        _("The evidence was removed."),
        permissions.ASSESS,
        services.remove_evidence,
        (REFERENCE, WHY),
        group=Group.CASE,
    ),
    Act(
        "make_offer",
        "make-offer",
        _("Offer a settlement"),
        _("The offer was recorded."),
        permissions.SETTLE,
        services.make_offer,
        (
            Field("kind", _("Kind"), "select", options(OfferKind)),
            Field("amount", _("Amount, yuan"), "money", required=False),
            Field("text", _("What is offered")),
        ),
        group=Group.CASE,
    ),
    Act(
        "answer_offer",
        "answer-offer",
        _("Record the customer's consent"),
        _("The customer's word was recorded."),
        permissions.SETTLE,
        services.answer_offer,
        (
            Field("agreed", _("The customer agrees"), "flag", required=False),
            Field("how", _("How it was said"), "select", options(ConsentHow)),
            Field("note", _("When, and where it is recorded")),
        ),
        group=Group.CASE,
    ),
    Act(
        "settle",
        "settle",
        _("Carry out the settlement"),
        _("The settlement was carried out and the customer answered."),
        permissions.SETTLE,
        services.settle,
        (Field("text", _("Answer to the customer")),),
        group=Group.CASE,
    ),
    Act(
        "attach_plan",
        "attach-plan",
        _("Attach the crisis plan"),
        _("The crisis plan was attached."),
        permissions.SUPERVISE,
        services.attach_plan,
        group=Group.CASE,
    ),
    Act(
        "do_step",
        "do-step",
        _("Tick a step of the plan off"),
        _("The step is done."),
        permissions.NOTE,
        services.do_step,
        (Field("step", _("Step"), "step"), NOTE),
        group=Group.CASE,
    ),
)
