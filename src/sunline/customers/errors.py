"""Refusals of the customers room."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, SunlineError


class NumberTaken(Conflict):
    """A service number is in use by another subscriber."""

    code = "customer.number_taken"
    text = _("This service number is already in use.")


class AlreadyKnown(Conflict):
    """A customer, account or subscriber with this external id or number is known already."""

    code = "customer.already_known"
    text = _("A customer with this number or external id is known already.")


class BssUnavailable(SunlineError):
    """The billing system gives no answer now; whoever asks shows that and goes on without."""

    code, status = "customer.bss_unavailable", 503
    text = _("The billing system cannot be reached now.")


BAD_NUMBER = _("This is not a service number.")
BAD_EMAIL = _("This is not an e-mail address.")
BAD_IDENTITY = _("This identity number is not well formed.")
UNKNOWN_REGION = _("This region code is not known.")
UNKNOWN_UNIT = _("This unit is not known.")
NO_UNIT = _("Neither a unit nor a region says where this customer is at home.")
TWICE = _("This service number stands here twice.")
NUMBER_TAKEN = NumberTaken.text
BAD_DATE = _("This is not a date.")
BAD_AMOUNT = _("This is not an amount.")
UNREADABLE_TEXT = _("This holds characters that are no text.")
BAD_FLAG = _("This is neither yes nor no.")
