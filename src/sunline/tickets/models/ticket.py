"""The ticket, and the row that finds it by its words."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id

from ..types import Feedback, Kind, ReportingType, Result, Scope, State, Truth, Urgency


class Ticket(models.Model):
    """What a customer asked for, complained of or needs fixed (工单).

    `version` counts the changes: it is the number of the last event and the guard against
    two people changing the same ticket at once.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24)
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=24, choices=State, default=State.AWAITING_DISPATCH)
    kind = models.CharField(max_length=16, choices=Kind)
    urgency = models.CharField(max_length=16, choices=Urgency, default=Urgency.NORMAL)
    severity = models.CharField(max_length=32, blank=True)
    complexity = models.CharField(max_length=16, default="simple")
    scope = models.CharField(max_length=16, choices=Scope, default=Scope.ONE)
    reporting_type = models.CharField(
        max_length=16, choices=ReportingType, default=ReportingType.BASIC
    )
    feedback = models.CharField(max_length=16, choices=Feedback, default=Feedback.PRODUCT)
    truth = models.CharField(max_length=16, choices=Truth, blank=True)
    truth_at = models.DateTimeField(null=True)
    truth_by = models.CharField(max_length=64, blank=True)
    priority = models.SmallIntegerField(default=0)
    priority_why = models.JSONField(default=list)  # pairs of a reason code and its points
    title = models.CharField(max_length=255)
    description = models.TextField()
    topic = models.ForeignKey(
        "knowledge.Topic", models.PROTECT, null=True, related_name="+", db_index=False
    )
    topic_version = models.PositiveSmallIntegerField(default=1)
    details = models.JSONField(default=dict)  # the topic's fields: the customer's words
    channel = models.CharField(max_length=16)
    customer = models.ForeignKey(
        "customers.Customer", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    subscriber = models.ForeignKey(
        "customers.Subscriber", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    interaction = models.ForeignKey(
        "interactions.Interaction", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    contact = EncryptedField(blank=True, default="")  # where the answer goes: number or address
    contact_index = models.CharField(max_length=48, blank=True)
    area_code = models.CharField(max_length=32, blank=True, default="")  # cell, OLT, town
    home_unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+", db_index=False)
    unit = models.ForeignKey(
        "staff.Unit", models.PROTECT, null=True, related_name="+", db_index=False
    )
    handler = models.ForeignKey(
        "staff.Account", models.SET_NULL, null=True, related_name="+", db_index=False
    )
    registered_by = models.UUIDField(null=True)
    owner_id = models.UUIDField(null=True)  # who answers for it to the customer (首问负责)
    external_id = models.CharField(max_length=64, blank=True)
    client_id = models.UUIDField(null=True)  # the API client it came from
    result = models.CharField(max_length=24, choices=Result, blank=True)
    answer = models.TextField(blank=True)
    rating = models.PositiveSmallIntegerField(null=True)
    returns = models.PositiveSmallIntegerField(default=0)
    redispatches = models.PositiveSmallIntegerField(default=0)
    chases = models.PositiveSmallIntegerField(default=0)
    imported = models.BooleanField(default=False)
    registered_at = models.DateTimeField()
    entered_at = models.DateTimeField(null=True)  # when it was written down later (补录)
    dispatched_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    replied_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()
    next_due_at = models.DateTimeField(null=True)  # the earliest running clock

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["number"], name="ticket_number_once"),
            models.UniqueConstraint(
                fields=["client_id", "external_id"],
                condition=~Q(external_id=""),
                name="ticket_external_once",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | ~Q(result="") | Q(imported=True),
                name="ticket_closed_with_result",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_due_at", "id"], name="ticket_open_due", condition=Q(closed_at=None)
            ),
            models.Index(
                fields=["unit", "state", "next_due_at"],
                name="ticket_unit_open",
                condition=Q(closed_at=None),
            ),
            models.Index(
                fields=["handler", "next_due_at"],
                name="ticket_handler_open",
                condition=Q(closed_at=None) & ~Q(handler=None),
            ),
            models.Index(fields=["home_unit", "-id"], name="ticket_home"),
            *(
                models.Index(
                    fields=[name, "-id"], name=f"ticket_{name}", condition=~Q(**{name: None})
                )
                for name in ("customer", "subscriber", "interaction")
            ),
            models.Index(
                fields=["contact_index", "-id"],
                name="ticket_contact",
                condition=~Q(contact_index=""),
            ),
        ]


class Grams(models.TextField):  # type: ignore[type-arg]
    """The searchable grams of a text: `tsvector` on PostgreSQL, a full-text column on SQLite."""


@Grams.register_lookup
class Holds(models.Lookup):
    """True when a text has all the grams of a list."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """Return the match for SQLite."""
        column, parameters = self.process_lhs(compiler, connection)
        wanted = " AND ".join(f'"{gram}"' for gram in self.rhs)
        return f"{column} MATCH %s", [*parameters, wanted]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        """Return the match for PostgreSQL."""
        column, parameters = self.process_lhs(compiler, connection)
        wanted = " & ".join(f"'{gram}'" for gram in self.rhs)
        return f"{column} @@ %s::tsquery", [*parameters, wanted]


class TicketSearch(models.Model):
    """The search row of a ticket, in a table that a migration of its own makes."""

    ticket = models.OneToOneField(
        Ticket, models.DO_NOTHING, primary_key=True, related_name="search", db_constraint=False
    )
    grams = Grams()

    class Meta:
        managed = False
        db_table = "tickets_search"
