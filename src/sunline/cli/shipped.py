"""`sunline shipped`: what comes with Sunline, put into an installation that has none of it."""

from __future__ import annotations

import click

from .running import prepare
from .words import gettext as _
from .words import table


@click.command("shipped")
def shipped_command() -> None:
    """Load regions, limits, topics, questions of the check and sets of proofs.

    What the operator has is left as it is, so that it may be run again after an update.
    """
    prepare()
    from django.db import transaction

    from sunline.customers import services as customers
    from sunline.kernel import clock
    from sunline.knowledge import services as knowledge
    from sunline.sla import services as sla
    from sunline.tickets import services as tickets

    now = clock.now()
    with transaction.atomic():
        rows: list[tuple[str, int]] = [
            (_("Regions"), customers.load_regions()),
            (_("Calendars, profiles and limits"), sla.load_shipped(now)),
            (_("Topics"), knowledge.load_missing_topics(now=now)),
            (_("Questions of the check"), tickets.load_checks(now)),
            (_("Sets of proofs"), tickets.load_proofs(now)),
        ]
    click.echo(table([[label, str(count)] for label, count in rows], indent=""))
