"""The words of field work orders (外线工单): what is done, how far it is, why late or ended."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class FieldKind(TextChoices):
    """What an engineer goes out for (装、移、修)."""

    INSTALL = "install", _("Installation")
    MOVE = "move", _("Relocation")
    REPAIR = "repair", _("Fault repair")


class FieldState(TextChoices):
    """How far a field order is; repairs have words of their own."""

    ACCEPTED = "accepted", _("Order accepted")
    SCHEDULED = "scheduled", _("Appointment made")
    WORKING = "working", _("Under construction")
    COMPLETED = "completed", _("Completed")
    REPORTED = "reported", _("Fault accepted")
    REPAIRING = "repairing", _("Under repair")
    CLEARED = "cleared", _("Fault cleared")
    CANCELLED = "cancelled", _("Order cancelled")
    FAILED = "failed", _("Could not be done")


class FieldStep(TextChoices):
    """What is done to a field order."""

    OPEN = "open", _("opened")
    BOOK = "book", _("appointment")
    GIVE = "give", _("engineer named")
    START = "start", _("work begun")
    PHOTO = "photo", _("photo taken")
    COMPLETE = "complete", _("work done")
    CANCEL = "cancel", _("called off")
    FAIL = "fail", _("could not be done")


class FieldEnd(TextChoices):
    """Why a field order ended undone."""

    NOT_WANTED = "not_wanted", _("The customer does not want it any more")
    NO_RESOURCE = "no_resource", _("No free port or line there")
    NO_ACCESS = "no_access", _("The building's management or owner refuses access")
    NOBODY_THERE = "nobody_there", _("Nobody at home at the appointment")
    WRONG_ADDRESS = "wrong_address", _("The address is wrong")
    OTHER_CAUSE = "other_cause", _("The cause lies elsewhere in the network")
    TICKET_ENDED = "ticket_ended", _("The ticket ended")


class LateReason(TextChoices):
    """Why field work was done after the promised limit."""

    CUSTOMER_DATE = "customer_date", _("The customer chose a later appointment")
    CUSTOMER_AWAY = "late_customer_away", _("Customer not there at the first visit")
    ACCESS = "late_access", _("Waited for access to the building")
    NO_PORT = "late_no_port", _("Waited for a port or a line")
    PARTS = "late_parts", _("Waited for parts")
    WEATHER = "late_weather", _("Weather")
    NETWORK = "late_network", _("Waited for another network unit")
    STAFFING = "late_staffing", _("Too few engineers")


class Window(TextChoices):
    """The part of a day in which an engineer comes."""

    MORNING = "morning", _("Morning, 8:30 to 12:00")
    AFTERNOON = "afternoon", _("Afternoon, 13:30 to 18:00")
    EVENING = "evening", _("Evening, 18:30 to 20:30")


REPAIR_STATES = (FieldState.REPORTED, FieldState.REPAIRING, FieldState.CLEARED)
BUILD_STATES = (
    FieldState.ACCEPTED,
    FieldState.SCHEDULED,
    FieldState.WORKING,
    FieldState.COMPLETED,
)
FIELD_OPEN = (
    FieldState.ACCEPTED,
    FieldState.SCHEDULED,
    FieldState.WORKING,
    FieldState.REPORTED,
    FieldState.REPAIRING,
)
