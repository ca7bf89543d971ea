"""What a customer may ask for only after showing who they are, and how they show it."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ProofClass(TextChoices):
    """Kinds of acts that ask for different proofs (身份核验)."""

    QUERY = "query", _("Query")
    TRANSACTION = "transaction", _("Transaction")
    CALL_DETAIL = "call_detail", _("Call detail record")
    CLOSING = "closing", _("Closing or transfer of the number")


class Proof(TextChoices):
    """How a customer shows who they are; what was said or shown is never kept."""

    SERVICE_PASSWORD = "service_password", _("Service password")
    SMS_CODE = "sms_code", _("Code by short message")
    ID_LAST4 = "id_last4", _("Identity number, last four")
    ID_WHOLE = "id_whole", _("Identity number, whole")
    LAST_CALLS = "last_calls", _("Last three numbers called")
    DOCUMENT = "document", _("Original document at the counter")
