"""The search table: PostgreSQL tsvector of grams, SQLite FTS5 over the same grams."""

from django.db import migrations


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            "CREATE TABLE tickets_search (ticket_id uuid PRIMARY KEY, grams tsvector NOT NULL)"
        )
        schema_editor.execute("CREATE INDEX tickets_search_grams ON tickets_search USING gin (grams)")
    else:
        schema_editor.execute(
            "CREATE VIRTUAL TABLE tickets_search USING fts5("
            "ticket_id UNINDEXED, grams, tokenize = 'unicode61')"
        )


def drop(apps, schema_editor):
    schema_editor.execute("DROP TABLE tickets_search")


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]
    operations = [migrations.RunPython(create, drop)]
