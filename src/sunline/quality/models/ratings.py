"""Ratings that customers gave."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id


class Survey(models.Model):
    """An invitation to rate one answer, pushed by the system, never by the agent.

    `answer` is the ticket's version at the answer, so that each answer is asked about once.
    `ended_at` is when it was answered or ran out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ticket = models.ForeignKey("tickets.Ticket", models.CASCADE, related_name="+", db_index=False)
    answer = models.PositiveIntegerField()
    token_hash = models.CharField(max_length=64, unique=True)
    handler_id = models.UUIDField(null=True)
    channel = models.CharField(max_length=16)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    corrected_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    solved = models.BooleanField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__range=(1, 10)), name="score_1_to_10"
            ),
            models.UniqueConstraint(fields=["ticket", "answer"], name="survey_once_per_answer"),
        ]
        indexes = [
            models.Index(fields=["expires_at"], name="survey_open", condition=Q(ended_at=None)),
            models.Index(fields=["sent_at"], name="survey_sent"),
            models.Index(fields=["answered_at"], name="survey_answered"),
        ]
