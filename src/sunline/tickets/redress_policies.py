"""The figures that identity checks and redress work with, until the operator sets others."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from sunline.kernel.policies import Policy

PROOF_VALID = Policy(
    "tickets.proof_valid",
    30,
    _("How long an identity check holds"),
    _("For the ticket, and for the customer's other tickets from the same contact."),
    unit="minutes",
    least=5,
    most=1440,
    confirmed=False,
)
PROOF_TRIES = Policy(
    "tickets.proof_tries",
    3,
    _("Failed proofs before the lock"),
    _("Counted over all tickets of the customer; after them no more proofs are taken."),
    unit="times",
    least=1,
    most=20,
    confirmed=False,
)
PROOF_LOCK = Policy(
    "tickets.proof_lock",
    60,
    _("How long the lock lasts"),
    _("From the last failure; failures within this time are counted together."),
    unit="minutes",
    least=5,
    most=10_080,
    confirmed=False,
)

PROOF_FOR_MONEY = Policy(
    "tickets.proof_for_money",
    True,
    _("Refunds and waivers need an identity check"),
    _("Ticked, an order is cancelled or a penalty waived only for a verified customer."),
)
SLOW_PAY_DAY = Policy(
    "tickets.slow_pay_day",
    5,
    _("Promise for delay, a day"),
    _("What the operator promises of its own accord for each day of delay, beside the law."),
    unit="yuan",
    least=0,
    most=10_000,
    confirmed=False,
)
SLOW_PAY_MOST = Policy(
    "tickets.slow_pay_most",
    100,
    _("Promise for delay, at most"),
    _("However long the delay, the promise pays no more than this for one order."),
    unit="yuan",
    least=0,
    most=100_000,
    confirmed=False,
)


def _published(code: str, days: int, label: Any) -> Policy[int]:
    return Policy(
        f"tickets.published_{code}",
        days,
        label,
        _("Beyond it the law pays 1 % of the fee a day; the operator publishes the limit."),
        unit="days",
        least=1,
        most=365,
        confirmed=False,
    )


# By the branch of the topic and whether it is countryside.
PUBLISHED = {
    ("broadband", False): _published("broadband_urban", 16, _("Broadband order, in town")),
    ("broadband", True): _published("broadband_rural", 20, _("Broadband order, in the country")),
    ("fixed", False): _published("fixed_urban", 25, _("Fixed-line order, in town")),
    ("fixed", True): _published("fixed_rural", 30, _("Fixed-line order, in the country")),
}


def published_limit(topic: str, *, rural: bool, now: datetime) -> timedelta:
    """Return the limit that the operator published for an installation or a move."""
    return timedelta(days=PUBLISHED[topic.partition(".")[0], rural].at(now))


ALL: tuple[Policy[Any], ...] = (
    PROOF_VALID,
    PROOF_TRIES,
    PROOF_LOCK,
    PROOF_FOR_MONEY,
    SLOW_PAY_DAY,
    SLOW_PAY_MOST,
    *PUBLISHED.values(),
)
