"""What is proposed to be given back to a customer, and why."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProposalState(TextChoices):
    """How a proposal stands."""

    PROPOSED = "proposed", _("Proposed")
    ASKED = "asked", _("Waits for approval")
    GRANTED = "granted", _("Proposal granted")
    DECLINED = "declined", _("Proposal declined")
    LAPSED = "lapsed", _("Lapsed")


class WaiverReason(TextChoices):
    """Why a customer may leave early without the penalty (违约金)."""

    MOVED = "moved", _("Moved to where the service cannot be had")
    NO_COVERAGE = "no_coverage", _("No coverage where it is used")
    SERVICE_FAILED = "service_failed", _("The service failed and was not put right")
    NOT_TOLD = "not_told", _("The agreement was not explained or not signed")


class DeclineReason(TextChoices):
    """Why what was proposed is not given."""

    TERMINAL = "terminal_fault", _("The customer's own equipment")
    CUSTOMER_CAUSE = "customer_cause", _("The delay was the customer's")
    GIVEN_BEFORE = "given_before", _("Given before in another way")
    NOT_WANTED = "not_wanted", _("The customer does not want it")
