"""How the training of suggestions stands."""

from __future__ import annotations

from sunline.kernel.models import Job

KIND = "tickets.train_suggestions"


def training_job() -> Job | None:
    """Return the training that was asked for last, None when there was none."""
    return Job.objects.filter(kind=KIND).order_by("-id").first()
