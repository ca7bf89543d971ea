"""The words of what is granted to customers, and of approvals where authority does not reach."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class GrantAction(TextChoices):
    """What may be granted; `UNITS` says what its amount counts."""

    EXTEND_VALIDITY = "extend_validity", _("Extend the validity of the balance")
    MERGE_DUPLICATES = "merge_duplicates", _("Merge duplicate orders")
    WAIVE_LATE_FEE = "waive_late_fee", _("Waive the late fee")
    GOODWILL_CREDIT = "goodwill_credit", _("Goodwill credit")
    WAIVE_PENALTY = "waive_penalty", _("Waive the contract penalty")
    REFUND_UNSOLICITED = "refund_unsolicited", _("Refund an unsolicited service")
    LATE_WORK = "late_work", _("Late installation or move, by the day")
    RENT_WAIVER = "rent_waiver", _("Waive the rent of the fault period")
    SLOW_PAY = "slow_pay", _("Pay for delay, as promised")


YUAN, DAYS, NONE = "yuan", "days", ""
UNITS: Mapping[str, str] = {
    **dict.fromkeys(GrantAction.values, YUAN),
    GrantAction.EXTEND_VALIDITY: DAYS,
    GrantAction.MERGE_DUPLICATES: NONE,
}
MONEY = frozenset(action for action, unit in UNITS.items() if unit == YUAN)


class GrantState(TextChoices):
    """How a grant stands."""

    WAITING = "grant_waiting", _("Waits for approval")
    GRANTED = "grant_given", _("In effect")
    DECLINED = "grant_declined", _("Declined")
    WITHDRAWN = "grant_withdrawn", _("Taken back")


class GrantCause(TextChoices):
    """Why a person's own authority was not enough."""

    LIMIT = "above_limit", _("Above the own limit")
    DAY = "above_day", _("Above the own limit for the day")
    CUSTOMER = "above_customer", _("The customer got much lately")


class StepOutcome(TextChoices):
    """How an approval left a level."""

    APPROVED = "step_approved", _("Approved")
    DECLINED = "step_declined", _("Declined")
    PASSED_UP = "step_passed_up", _("Agreed, passed up")
    TIMED_OUT = "step_timed_out", _("No decision in time")
    OVERDUE = "step_overdue", _("Overdue at the last level")
    WITHDRAWN = "step_withdrawn", _("Taken back by the asker")


class Verdict(TextChoices):
    """What an inspector found of a grant in the sample."""

    IN_ORDER = "in_order", _("In order")
    NOT_IN_ORDER = "not_in_order", _("Not in order")


class Basis(TextChoices):
    """What a grant rests on."""

    ART_31 = "cn_telecom_31", _("Telecommunications Regulations, Art. 31")
    ART_32 = "cn_telecom_32", _("Telecommunications Regulations, Art. 32")
    ART_34 = "cn_telecom_34", _("Telecommunications Regulations, Art. 34")
    ART_35 = "cn_telecom_35", _("Telecommunications Regulations, Art. 35")
    PROMISE = "slow_pay_promise", _("The operator's own promise")
    CONTRACT = "contract", _("The customer's contract")
    UNPROVEN = "unproven_order", _("No proof that it was ordered")
    CHOICE = "cn_consumer_9", _("Consumer Protection Law, Art. 9")
    GOODWILL = "goodwill", _("Goodwill, without a duty")
