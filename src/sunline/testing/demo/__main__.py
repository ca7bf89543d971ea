"""Entry points of the demo's own processes: `python -m sunline.testing.demo fill|traffic`."""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path

import click
import django
from django.conf import settings


def prepare() -> None:
    """Load the application in the operator's language."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")
    django.setup()
    Path(settings.VAR).mkdir(parents=True, exist_ok=True)


@click.group()
def main() -> None:
    """Fill the demo operator and let it live."""


@main.command()
@click.option("--size", default="standard")
@click.option("--fresh", is_flag=True)
@click.option("--base-url", default="http://127.0.0.1:8000")
def fill(size: str, fresh: bool, base_url: str) -> None:
    """Migrate, fill an empty database, and write credentials.json."""
    prepare()
    import_module("sunline.testing.demo.start").start(size, fresh=fresh, base_url=base_url)


@main.command()
def traffic() -> None:
    """Simulate customers and staff until stopped."""
    prepare()
    import_module("sunline.testing.demo.traffic.loop").run()


if __name__ == "__main__":
    sys.exit(main())
