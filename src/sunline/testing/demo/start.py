"""Making the demo's database ready: emptied when asked for, migrated, filled when empty."""

from __future__ import annotations

from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from sunline.kernel import clock
from sunline.staff import services as staff

from . import credentials, wiping
from . import fill as filling
from .sizes import SIZES


def start(size: str, *, fresh: bool, base_url: str) -> None:
    """Bring the database to a running demo and write its credentials."""
    if size == "large" and connection.vendor != "postgresql":
        raise click.ClickException(
            "demo.large_needs_postgresql: SIZE=large needs DATABASE_URL=postgresql://…"
        )
    if fresh:
        wiping.wipe()
    call_command("migrate", verbosity=0, interactive=False)
    staff.install_roles()
    now = clock.now()
    if filling.is_empty():
        click.echo(f"▸ 阳光电信 Sunline Telecom ({size})")
        filling.fill(SIZES[size], now=now, say=lambda text: click.echo(f"  {text}"))
    credentials.write(Path(settings.VAR), base_url=base_url, size=size, now=now)
