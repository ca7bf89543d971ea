"""Taking over many past interactions at once, as history without deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from sunline.kernel import ids, log
from sunline.kernel.crypto import blind_index
from sunline.kernel.loading import load
from sunline.kernel.log import Entry
from sunline.kernel.models import Event
from sunline.kernel.rows import fresh
from sunline.kernel.types import SYSTEM, Actor, Subject

from .. import events, rules
from ..models import Interaction, Message
from ..types import Direction, Record, Status
from .arrivals import ADDRESS, MOST_BODY

BATCH = 5000


def record_many(rows: Sequence[Record], *, now: datetime, actor: Actor = SYSTEM) -> list[UUID]:
    """Store past interactions with one message each and return their ids in the same order.

    Rows whose external id is known on their channel are left out and get the known id. Nothing is
    delivered to listeners.
    """
    made: list[UUID] = []
    rest = iter(rows)
    while batch := list(islice(rest, BATCH)):
        with transaction.atomic():
            made += _batch(batch, now, actor)
    return made


def _batch(rows: list[Record], now: datetime, actor: Actor) -> list[UUID]:
    known = _known(rows)
    unknown = [row.at for row in rows if (row.channel, row.external_id) not in known]
    numbers = ids.numbers_by_day("I", unknown)
    interactions: list[Interaction] = []
    messages: list[Message] = []
    history: list[Event] = []
    found: list[UUID] = []
    for row in rows:
        key = (row.channel, row.external_id)
        if row.external_id and key in known:
            found.append(known[key])
            continue
        interaction = _interaction(row, next(numbers[ids.local_day(row.at)]))
        if row.external_id:
            known[key] = interaction.id
        interactions.append(interaction)
        messages += [_message(row, interaction)] if row.body or row.subject else []
        fact = events.InteractionImported(interaction.id, row.channel)
        entry = Entry(Subject("interaction", interaction.id), 1, fact, actor, now)
        history.append(log.event_row(entry))
        found.append(interaction.id)
    load(interactions)
    load(messages)
    load(history)
    return found


def _known(rows: list[Record]) -> dict[tuple[str, str], UUID]:
    wanted = {row.external_id for row in rows if row.external_id}
    if not wanted:
        return {}
    held = Interaction.objects.filter(external_id__in=wanted)
    return {
        (channel, external_id): row_id
        for row_id, channel, external_id in held.values_list("id", "channel", "external_id")
    }


def _interaction(row: Record, number: str) -> Interaction:
    address = rules.normal_address(row.address)
    return fresh(
        Interaction,
        id=ids.id_at(row.at),
        number=number,
        channel=row.channel,
        direction=row.direction,
        status=Status.ENDED,
        customer_id=row.customer_id,
        subscriber_id=row.subscriber_id,
        address=address,
        address_index=blind_index(address, ADDRESS),
        subject=rules.without_nul(row.subject, 255),
        topic_id=row.topic_id,
        wrap_up=row.wrap_up,
        home_unit_id=row.home_unit_id,
        agent_id=row.agent_id,
        external_id=row.external_id,
        imported=True,
        started_at=row.at,
        ended_at=row.ended_at or row.at,
    )


def _message(row: Record, interaction: Interaction) -> Message:
    return fresh(
        Message,
        id=ids.id_at(row.at),
        interaction_id=interaction.id,
        direction=row.direction,
        author_label=row.agent_label if row.direction == Direction.OUTBOUND else "",
        subject=interaction.subject,
        body=rules.without_nul(row.body, MOST_BODY),
        trimmed=rules.without_nul(row.body, MOST_BODY),
        at=row.at,
    )
