"""Suggesting topic and intake kind of a text for connected systems."""

from __future__ import annotations

import msgspec
from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.kernel.errors import Invalid, required, too_long
from sunline.kernel.ids import local_day
from sunline.knowledge import queries as knowledge

from .tickets import decoded, raw_of

MOST_TEXT = 100_000


class Words(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What a customer said, and how many suggestions are wanted."""

    text: str
    title: str = ""
    limit: int = 3


WORDS = msgspec.json.Decoder(Words)


def suggest(call: Call) -> HttpResponse:
    """Return the topics that a text may be about, best first; nothing is stored."""
    said: Words = decoded(WORDS, raw_of(call))
    if not said.text.strip():
        raise Invalid([required("text")])
    if len(said.text) > MOST_TEXT or len(said.title) > MOST_TEXT:
        raise Invalid([too_long("text", MOST_TEXT)])
    found = knowledge.suggest(
        f"{said.title}\n{said.text}", day=local_day(call.now), most=min(max(said.limit, 1), 10)
    )
    tree = knowledge.topics()
    shown = [
        {
            "topic_id": item.topic_id,
            "code": item.code,
            "label": tree.label(item.topic_id, "zh-hans"),
            "label_en": tree.label(item.topic_id, "en"),
            "kind": item.kind,
            "confidence": item.confidence,
            "asks_for": [field.code for field in tree.fields(item.topic_id) if field.required],
        }
        for item in found
    ]
    return http.answer({"model": knowledge.active_number(), "items": shown})
