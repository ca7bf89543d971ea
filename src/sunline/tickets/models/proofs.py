"""Which proofs are enough for which acts, and what customers have proved (身份核验)."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id

from ..types import ProofClass
from .ticket import Ticket


class ProofWay(models.Model):
    """One set of proofs that together are enough for a class of acts, between two moments.

    `proofs` are codes in their fixed order, joined by commas.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    klass = models.CharField(max_length=16, choices=ProofClass)
    proofs = models.CharField(max_length=128)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["klass", "proofs"], condition=Q(until=None), name="one_open_proof_way"
            ),
        ]

    @property
    def codes(self) -> list[str]:
        """The proofs as codes."""
        return self.proofs.split(",")


class IdentityCheck(models.Model):
    """One try to show who is speaking: which proofs passed or failed, never what was said.

    `until` is how long the class counts as verified, empty where the proofs were not enough.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="identity_checks")
    klass = models.CharField(max_length=16, choices=ProofClass)
    passed = models.JSONField(default=list)
    failed = models.JSONField(default=list)
    until = models.DateTimeField(null=True)
    at = models.DateTimeField()
    by = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)
