"""The words of a ticket: kinds, states, levels, and how it ended."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """受理类型: what the customer came with."""

    ENQUIRY = "enquiry", _("Enquiry")
    QUERY = "query", _("Query")
    TRANSACTION = "transaction", _("Transaction")
    FAULT = "fault", _("Fault report")
    COMPLAINT = "complaint", _("Complaint")
    SUGGESTION = "suggestion", _("Suggestion")
    PRAISE = "praise", _("Praise")
    WRONGDOING = "wrongdoing", _("Report of wrongdoing")


class State(TextChoices):
    """Where a ticket stands."""

    AWAITING_DISPATCH = "awaiting_dispatch", _("Awaiting dispatch")
    AWAITING_ACCEPTANCE = "awaiting_acceptance", _("Awaiting acceptance")
    IN_HANDLING = "in_handling", _("In handling")
    ON_HOLD = "on_hold", _("On hold")
    AWAITING_CUSTOMER = "awaiting_customer", _("Awaiting the customer")
    AWAITING_CHECK = "awaiting_check", _("Awaiting check")
    AWAITING_ANSWER = "awaiting_answer", _("Awaiting answer")
    AWAITING_REVISIT = "awaiting_revisit", _("Awaiting revisit")
    LONG_TERM = "long_term", _("Long-term follow-up")
    CLOSED = "closed", _("Closed")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Not accepted")
    MERGED = "merged", _("Merged into another ticket")


FINAL = frozenset({State.CLOSED, State.WITHDRAWN, State.REFUSED, State.MERGED})


class Urgency(TextChoices):
    """How pressing it is: the level of service."""

    NORMAL = "normal", _("Normal")
    PRIORITY = "priority", _("Priority")
    URGENT = "urgent", _("Urgent")
    VIP = "vip", _("VIP")


class Complexity(TextChoices):
    """How much work it is."""

    SIMPLE = "simple", _("Simple")
    MEDIUM = "medium", _("Medium")
    COMPLEX = "complex", _("Complex")
    VERY_COMPLEX = "very_complex", _("Very complex")


class Scope(TextChoices):
    """How many are affected."""

    ONE = "one", _("One customer")
    SEVERAL = "several", _("Several customers")
    AREA = "area", _("A building or an area")
    MANY = "many", _("Very many customers")


class ReportingType(TextChoices):
    """How reports count a request (服务类型): derived from intake kind and topic."""

    BASIC = "basic", _("Basic service")
    VALUE_ADDED = "value_added", _("Value-added service")
    COMPLAINT = "complaint", _("Complaints and problem solving")
    PERSONAL = "personal", _("Personal service")


class Feedback(TextChoices):
    """What a request tells us, for analysis: derived, or as a person set it."""

    PRODUCT = "product", _("Products and services")
    ADVICE = "advice", _("Complaints and suggestions")
    MARKET = "market", _("Movements of the market")


class Truth(TextChoices):
    """Whether what was said holds (去伪存真)."""

    UNCHECKED = "", _("Not checked")
    VERIFIED = "verified", _("Verified")
    UNVERIFIED = "unverified", _("Could not be verified")
    DUPLICATE = "duplicate", _("Said before")


class Result(TextChoices):
    """How a ticket ended; only ACCEPTED counts as solved."""

    ACCEPTED = "accepted", _("Accepted by the customer")
    EXPLAINED = "explained", _("Explained, not accepted")
    SETTLED = "settled", _("Settled")
    NOT_REACHED = "not_reached", _("Customer not reached")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    REFUSED = "refused", _("Not accepted for handling")
    MERGED = "merged", _("Merged into another ticket")


class Outcome(TextChoices):
    """What a revisit, or the customer's own rating, found."""

    ACCEPTED = "accepted", _("Solved and accepted")
    EXPLAINED = "explained", _("Explained, not accepted")
    SETTLED = "settled", _("Settled")
    NOT_REACHED = "not_reached", _("Not reached")
    UNSOLVED = "unsolved", _("Not solved")


class RelationKind(TextChoices):
    """How two tickets belong together."""

    RELATED = "related", _("Related")
    REPEATS = "repeats", _("Repeats")
    PART_OF = "part_of", _("Part of")


class JointKind(TextChoices):
    """What another unit is asked for."""

    ASSIST = "assist", _("Assists")
    FACT = "fact", _("Fact request")


class NoticePlace(TextChoices):
    """Where a notice about a group complaint is heard or read."""

    IVR = "ivr", _("Announced before the queue (IVR)")
    BANNER = "banner", _("Banner on desk and portal")


class TextState(TextChoices):
    """What became of a short message to a member of a group complaint."""

    QUEUED = "queued", _("Handed to the channel")
    NO_CHANNEL = "no_channel", _("No SMS channel configured")
    FAILED = "failed", _("Cannot be sent")
