"""What a customer sends through the portal, read and judged."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from sunline.interactions.types import File
from sunline.kernel.errors import Invalid, Problem, wrong_type
from sunline.knowledge import queries as knowledge
from sunline.tickets.acts.shape import told
from sunline.tickets.types import Kind

from .. import reading
from ..files import uploaded

PHONE = re.compile(r"(\+?86)?(1\d{10}|0\d{9,11})")
KINDS = (Kind.FAULT, Kind.COMPLAINT, Kind.ENQUIRY, Kind.TRANSACTION, Kind.SUGGESTION, Kind.PRAISE)
MOST_FILES = 3
MOST_TEXT = 5000
BAD_PHONE = _("Please give a mobile or fixed-line number with its area code.")
TOO_MANY_FILES = _("At most three files, please.")


@dataclass(frozen=True, slots=True)
class Submission:
    """A request as the form holds it."""

    name: str
    phone: str
    kind: str
    topic_id: UUID | None
    text: str
    token: str
    details: Mapping[str, Any]


def read(values: Mapping[str, Any]) -> Submission:
    """Return what was sent; raise Invalid with every problem at once."""
    errors: list[Invalid] = []

    def tried(reader: Any, *arguments: Any, **options: Any) -> Any:
        try:
            return reader(values, *arguments, **options)
        except Invalid as error:
            errors.append(error)
            return None

    found = Submission(
        name=tried(reading.text, "name", most=64) or "",
        phone=tried(phone) or "",
        kind=tried(reading.choice, "kind", [str(kind) for kind in KINDS], Kind.ENQUIRY.value) or "",
        topic_id=tried(topic),
        text=tried(reading.needed, "text", most=MOST_TEXT) or "",
        token=str(tried(reading.uuid, "token") or ""),
        details=told(values),
    )
    if errors:
        raise reading.merged(*errors)
    return found


def phone(values: Mapping[str, Any]) -> str:
    """Return a phone number as digits; raise Invalid for anything else."""
    found = reading.needed(values, "phone", most=32)
    plain = re.sub(r"[\s()\-.]", "", found)
    if not plain.isascii() or not PHONE.fullmatch(plain):
        raise Invalid([Problem("phone", "wrong_phone", BAD_PHONE)])
    return plain


def topic(values: Mapping[str, Any]) -> UUID | None:
    """Return a known topic's id, or None when none was chosen."""
    found = reading.uuid(values, "topic_id")
    if found and knowledge.topics().get(found) is None:
        raise Invalid([wrong_type("topic_id")])
    return found


def files(sent: Sequence[UploadedFile[bytes]]) -> tuple[File, ...]:
    """Return the files of a form, three at most."""
    if len(sent) > MOST_FILES:
        raise Invalid([Problem("files", "too_many", TOO_MANY_FILES)])
    return uploaded(sent)
