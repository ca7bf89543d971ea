"""Throwing the demo's data away, and nobody else's."""

from __future__ import annotations

import shutil
from pathlib import Path

import click
from django.apps import apps
from django.conf import settings
from django.db import connection

from sunline.testing import cast


def wipe() -> None:
    """Empty the database of the demo and its files; refuse a database that is not the demo's."""
    if connection.vendor == "sqlite":
        connection.close()
        name = Path(str(connection.settings_dict["NAME"]))
        for suffix in ("", "-wal", "-shm", "-journal"):
            name.with_name(name.name + suffix).unlink(missing_ok=True)
    elif "staff_unit" in connection.introspection.table_names():
        _truncate()
    for folder in (Path(settings.FILES_ROOT), Path(settings.VAR) / "static"):
        shutil.rmtree(folder, ignore_errors=True)
    (Path(settings.VAR) / "credentials.json").unlink(missing_ok=True)


def _truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM staff_unit WHERE code = 'hq'")
        row = cursor.fetchone()
        cursor.execute("SELECT count(*) FROM staff_unit")
        count = cursor.fetchone()[0]
    if count and (row is None or row[0] != cast.fixed_id("unit", "hq")):
        raise click.ClickException("demo.not_ours: this database does not hold the demo operator")
    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("sunline.")]
    tables = [
        name
        for name in connection.introspection.table_names()
        if name.split("_")[0] in {*ours, "oauth2", "django"} and name != "django_migrations"
    ]
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE " + ", ".join(f'"{name}"' for name in tables) + " CASCADE")
