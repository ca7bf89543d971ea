"""The codes of why: what people choose from when they act on a ticket."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class HoldReason(TextChoices):
    """Why a ticket rests; none of them stops a legal clock."""

    CUSTOMER_AWAY = "customer_away", _("Customer asked for a later time")
    PARTS = "parts", _("Waiting for parts")
    SITE_ACCESS = "site_access", _("No access to the site")
    THIRD_PARTY = "third_party", _("Waiting for a third party")
    PLANNED_WORK = "planned_work", _("Waiting for planned work")


class ReturnReason(TextChoices):
    """Why a unit gives an order back."""

    WRONG_UNIT = "wrong_unit", _("Not this unit's work")
    INCOMPLETE = "incomplete", _("Facts are missing")
    DUPLICATE = "duplicate", _("Already handled elsewhere")
    WRONG_TOPIC = "wrong_topic", _("Wrong topic")


class SendBackReason(TextChoices):
    """Why a reply did not pass the check."""

    NOT_ANSWERED = "not_answered", _("Does not answer the request")
    UNCLEAR = "unclear", _("Customer would not understand it")
    NO_PROOF = "no_proof", _("Proof is missing")
    WRONG_FACTS = "wrong_facts", _("Facts are wrong")


class WithdrawReason(TextChoices):
    """Why a ticket is withdrawn."""

    CUSTOMER = "customer", _("Withdrawn by the customer")
    MISTAKE = "mistake", _("Registered by mistake")
    DUPLICATE = "duplicate", _("Duplicate of another ticket")
    CLIENT = "client", _("Withdrawn by the connected system")


class RefuseReason(TextChoices):
    """Why a request is not taken on."""

    NOT_OURS = "not_ours", _("Not a matter for this operator")
    NO_FACTS = "no_facts", _("No concrete request or facts")
    SPAM = "spam", _("Advertising or abuse")
    CLIENT = "client", _("Refused by the connected system")


class CorrectionReason(TextChoices):
    """Why an order is routed anew (改派)."""

    WRONG_UNIT = "wrong_unit", _("Not this unit's work")
    WRONG_AREA = "wrong_area", _("Another area")
    WRONG_TOPIC = "wrong_topic", _("Wrong topic")
    OVERLOAD = "overload", _("The unit is overloaded")


class ExtensionReason(TextChoices):
    """Why more time is asked for."""

    CUSTOMER = "customer", _("The customer asked for a later time")
    PARTS = "parts", _("Waiting for parts")
    BUILD = "build", _("Building work is needed")
    THIRD_PARTY = "third_party", _("Waiting for a third party")
    COMPLEX = "complex", _("The facts take longer to find")


class LongTermReason(TextChoices):
    """Why a matter is kept on account (挂账)."""

    COVERAGE = "coverage", _("Weak coverage, a site is needed")
    RESOURCES = "resources", _("No ports or lines left")
    BUILDING = "building", _("Building work is planned")
    PROPERTY = "property", _("The property owner does not let us in")


class SuperviseCause(TextChoices):
    """What makes a rule supervise without a person."""

    CHASES = "chases", _("Chased by the customer too often")
    OVERDUE = "overdue", _("Far beyond its limit")
    MAJOR = "major", _("Major complaint")


class Cause(TextChoices):
    """What went wrong, where a unit answers for it."""

    LATE = "late", _("Handled too late")
    NO_GUIDANCE = "no_guidance", _("The customer was not guided")
    WRONG_INFORMATION = "wrong_information", _("Wrong information was given")
    WRONG_HANDLING = "wrong_handling", _("Handled wrongly")
    ATTITUDE = "attitude", _("Attitude")
    NETWORK = "network", _("Network quality")
    BILLING = "billing", _("Billing error")
    UNKNOWN_ORDER = "unknown_order", _("Ordered without the customer's knowledge")
    RULE = "rule", _("The rule itself")
    CUSTOMER = "customer", _("The customer's own cause")


class OrderFault(TextChoices):
    """What was wrong with an order that a unit had to work with."""

    FACTS_MISSING = "facts_missing", _("Facts are missing")
    WRONG_TOPIC = "wrong_topic", _("Wrong topic")
    WRONG_UNIT = "wrong_unit", _("Not this unit's work")
    NO_CONTACT = "no_contact", _("The customer cannot be reached as given")
    PROMISED_TOO_MUCH = "promised_too_much", _("More was promised than can be kept")
    COULD_BE_FINISHED = "could_be_finished", _("Could have been finished in the contact")


class Stage(TextChoices):
    """How far the question of responsibility has got."""

    FIRST = "first", _("First judgement")
    CONTESTED = "contested", _("Contested")
    REVIEWED = "reviewed", _("Reviewed")
    FINAL = "final", _("Final")


class RepeatCause(TextChoices):
    """Why the customer had to come back with the same matter."""

    NO_GUIDANCE = "no_key_guidance", _("Decisive guidance was missing")
    NOT_IN_TIME = "not_in_time", _("Not handled as soon as possible")
    NOT_SOLVED = "not_solved", _("The solution did not hold")
    NO_FEEDBACK = "no_feedback", _("Nobody reported back")
    NOT_ACCEPTED = "not_accepted", _("The customer does not accept the answer")
    OTHER = "other_cause", _("Other cause")
