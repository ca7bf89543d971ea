"""`credentials.json`: what a person or a script needs to use the running demo."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from django.utils import translation

from sunline.interactions.models import Mailbox
from sunline.staff import matrix, scopes
from sunline.staff import services as staff
from sunline.staff.models import ApiClient
from sunline.staff.queries import unit_tree
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets.models import Ticket
from sunline.tickets.types import State

FILE = "credentials.json"
CLIENT = "demo-client"


def write(folder: Path, *, base_url: str, size: str, now: datetime) -> dict[str, Any]:
    """Write the file anew, keeping the API client's secret of an earlier start, and return it."""
    before = read(folder)
    found = {
        "base_url": base_url,
        "sign_in_url": f"{base_url}/sign-in",
        "size": size,
        "password": cast.PASSWORD,
        "people": _people(),
        "api_client": _client(before.get("api_client"), base_url, now),
        "portal": _portal(base_url),
        "mailboxes": sorted(Mailbox.objects.filter(until=None).values_list("address", flat=True)),
    }
    path = folder / FILE
    path.touch(mode=0o600, exist_ok=True)
    path.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return found


def read(folder: Path) -> dict[str, Any]:
    """Return the file's content, empty when there is none."""
    path = folder / FILE
    if not path.exists():
        return {}
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def _people() -> list[dict[str, str]]:
    """Return the first of the cast in each role, in the order of the roles."""
    units = {unit.code: unit for unit in unit_tree().rows}
    found = []
    for role, label in matrix.ROLES.items():
        sketch = next(sketch for sketch in cast.PEOPLE if sketch.role == role)
        with translation.override("zh-hans"):
            chinese = str(label)
        with translation.override("en"):
            english = str(label)
        found.append(
            {
                "role": role,
                "role_name": chinese,
                "role_name_en": english,
                "staff_no": sketch.staff_no,
                "password": cast.PASSWORD,
                "name": sketch.name,
                "unit": units[sketch.unit].name,
                "unit_en": units[sketch.unit].name_en,
            }
        )
    return found


def _client(before: dict[str, Any] | None, base_url: str, now: datetime) -> dict[str, Any]:
    allowed = sorted(scopes.LABELS)
    known = (
        before and ApiClient.objects.filter(client_id=before["client_id"], closed_at=None).exists()
    )
    if before is not None and known:
        made = {"client_id": before["client_id"], "client_secret": before["client_secret"]}
    else:
        top = unit_tree().by_code("hq")
        assert top is not None
        new = staff.create_client(
            system_viewer(), name=CLIENT, unit_id=top.id, allowed=allowed, now=now
        )
        made = {"client_id": new.client_id, "client_secret": new.client_secret}
    return {**made, "token_url": f"{base_url}/oauth/token", "scopes": allowed}


def _portal(base_url: str) -> dict[str, str]:
    """Return a ticket in handling that a customer can track: its number and phone code."""
    rows = Ticket.objects.filter(state=State.IN_HANDLING).exclude(contact_index="")
    row = next((row for row in rows.order_by("-id")[:50] if row.contact.isdigit()), None)
    if row is None:
        return {}
    return {"number": row.number, "phone_code": row.contact[-4:], "url": f"{base_url}/portal"}
