"""Fills the walk's database and reads its figures, as a process of its own.

`python seed.py fill` takes the settings of the mail servers as JSON on its input and prints what
the walk needs to know; `python seed.py figures` prints today's counts.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import django
from django.core.management import call_command

django.setup()

from sunline.insight import queries as insight  # noqa: E402 - the application is loaded first
from sunline.interactions import services as interactions  # noqa: E402
from sunline.interactions.types import MailboxSettings  # noqa: E402
from sunline.kernel import clock  # noqa: E402
from sunline.kernel.ids import local_day  # noqa: E402
from sunline.knowledge import services as knowledge  # noqa: E402
from sunline.routing import services as routing  # noqa: E402
from sunline.routing.types import QueueDraft  # noqa: E402
from sunline.sla import services as sla  # noqa: E402
from sunline.staff import services as staff  # noqa: E402
from sunline.staff.types import system_viewer  # noqa: E402
from sunline.testing import cast  # noqa: E402

SCOPES = ("tickets:read", "tickets:write")


def fill(servers: dict[str, Any]) -> dict[str, Any]:
    """Make the operator, its queue and its mailbox, and a connected system."""
    call_command("migrate", verbosity=0, interactive=False)
    now, viewer = clock.now(), system_viewer()
    units = cast.organisation()
    cast.people(now=now)
    sla.load_shipped(now)
    knowledge.load_topics(now=now)
    routing.create_queue(
        viewer,
        QueueDraft(
            code="gz-net",
            name="广州网络修障",
            name_en="Guangzhou network faults",
            unit_id=units["gz-net"].id,
            role="back_office",
            automatic=True,
        ),
        now=now,
    )
    interactions.configure_mailbox(
        MailboxSettings(
            code="gz",
            unit_id=units["gz"].id,
            sender_name="阳光热线",
            imap_security="none",
            smtp_security="none",
            most_per_hour=1000,
            **servers,
        ),
        viewer=viewer,
        now=now,
    )
    client = staff.create_client(
        viewer, name="crm", unit_id=units["gz"].id, allowed=SCOPES, now=now
    )
    return {"client_id": client.client_id, "client_secret": client.client_secret}


def figures() -> dict[str, int]:
    """Return today's counts as the analyst sees them, by measure and cut."""
    now = clock.now()
    today = local_day(now)
    found = insight.totals(cast.viewer("feng", now), today, today)
    return {
        f"{measure}.{cut}" if cut else measure: count for (measure, cut), count in found.items()
    }


if __name__ == "__main__":
    result = fill(json.load(sys.stdin)) if sys.argv[1] == "fill" else figures()
    print(json.dumps(result))
