"""Training models of suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.db.models import Max

from sunline.kernel.log import record
from sunline.kernel.types import Actor, Subject

from ..events import SuggestionsTrained
from ..models import SuggestionModel
from ..queries.suggestions import forget_model, shipped_texts
from ..rules.suggester import digest_of, pack, train
from ..types import Labelled, ModelRow

SUBJECT = Subject("suggestions", uuid5(NAMESPACE_URL, "sunline:suggestions"))


def train_suggestions(own: Sequence[Labelled], *, actor: Actor, now: datetime) -> ModelRow:
    """Train on the shipped phrases and the operator's own texts; the new model is used at once."""
    made = train(shipped_texts(), own)
    packed = pack(made.suggester)
    with transaction.atomic():
        held = SuggestionModel.objects.aggregate(last=Max("number"))
        row = SuggestionModel.objects.create(
            number=(held["last"] or 0) + 1,
            made_at=now,
            made_by=actor.label[:64],
            samples=made.samples,
            held_out=made.held_out,
            top_1=made.top_1,
            top_3=made.top_3,
            weights=packed,
            digest=digest_of(packed),
        )
        record(SuggestionsTrained(row.number, row.samples), subject=SUBJECT, actor=actor, now=now)
        forget_model()
    return ModelRow(
        row.number,
        "own",
        row.made_at,
        row.made_by,
        row.samples,
        row.held_out,
        row.top_1,
        row.top_3,
        active=True,
    )
