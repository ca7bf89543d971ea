"""An index for filters that reach into clients' documents; PostgreSQL only."""

from __future__ import annotations

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

NAME = "document_contains"


def create(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Index what documents contain."""
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE INDEX {NAME} ON api_clientdocument USING gin (document jsonb_path_ops)"
        )


def drop(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    """Drop the index."""
    if editor.connection.vendor == "postgresql":
        editor.execute(f"DROP INDEX {NAME}")


class Migration(migrations.Migration):
    """Adds the index."""

    dependencies = [("api", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
