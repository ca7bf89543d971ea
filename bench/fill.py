"""Fills a bench database: the demo operator, then its tickets copied until there are enough.

Copies get sortable keys, numbers, two facts and a search row of their own; one in fifty stays open
with its clocks. Two thousand tickets get notes until their timeline has twenty entries.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
WITH_NOTES = 2000
# A sortable key (UUID version 7) for the moment `{0}`.
KEY = (
    "(lpad(to_hex((extract(epoch from {0}) * 1000)::bigint), 12, '0') || '7' || "
    "substr(md5(random()::text), 1, 3) || 'a' || substr(md5(random()::text), 1, 15))::uuid"
)


def main(tickets: int) -> None:
    """Fill the database of DATABASE_URL and write the facts that the calls need."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sunline.config.settings")
    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from sunline.customers.queries import find
    from sunline.kernel import clock
    from sunline.staff.types import system_viewer
    from sunline.testing.demo import credentials, fill
    from sunline.testing.demo.sizes import SIZES

    call_command("migrate", verbosity=0, interactive=False)
    now = clock.now()
    fill.fill(SIZES["standard"], now=now, say=print)
    with connection.cursor() as cursor:
        for statement in statements(tickets):
            cursor.execute(statement)
        cursor.execute(
            "SELECT number FROM tickets_ticket t WHERE (SELECT count(*) FROM kernel_event e "
            "WHERE e.subject_id = t.id) >= 19 LIMIT %s",
            [WITH_NOTES],
        )
        numbers = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT DISTINCT name FROM customers_party LIMIT 200")
        names = [row[0] for row in cursor.fetchall()]
    folder = ROOT / "var" / "bench" / str(tickets)
    folder.mkdir(parents=True, exist_ok=True)
    made = credentials.write(folder, base_url="http://127.0.0.1", size="standard", now=now)
    client = made["api_client"]
    hits = [hit for name in names[:60] for hit in find(name, viewer=system_viewer(), limit=1)]
    facts = {
        "numbers": numbers,
        "names": names,
        "phones": [f"1990000{index:04d}" for index in range(200)] if hits else [],
        "client": {
            "client_id": client["client_id"],
            "client_secret": client["client_secret"],
            "scope": client.get("scope") or " ".join(client.get("scopes", [])),
        },
    }
    place = ROOT / "var" / "bench" / f"facts-{tickets}.json"
    place.write_text(json.dumps(facts, ensure_ascii=False))


def statements(tickets: int) -> list[str]:
    """Return the SQL that copies tickets until there are so many."""
    from sunline.tickets.models import Ticket

    columns = [field.column for field in Ticket._meta.concrete_fields]
    changed = {
        "id": "m.new",
        "number": "'T' || to_char(m.at, 'YYYYMMDD') || '-' || (1000000 + m.n)",
        "registered_at": "m.at",
        "external_id": "''",
        "client_id": "NULL",
        "next_due_at": "CASE WHEN t.closed_at IS NULL THEN now() + (random() * 200 - 20) "
        "* interval '1 hour' END",
    }
    picked = ", ".join(changed.get(column, f"t.{column}") for column in columns)
    shift = "now() - (1 + g.n % 7776000) * interval '1 second'"
    facts = (
        "INSERT INTO kernel_event (id, subject_kind, subject_id, sequence, kind, at, actor_kind, "
        "actor_id, actor_label, unit_id, correlation_id, payload) SELECT {key}, 'ticket', m.new, "
        "{sequence}, '{kind}', m.at, 'person', NULL, '20001', NULL, '', "
        "jsonb_build_object('home', t.home_unit_id::text, 'state', t.state) "
        "FROM made m JOIN tickets_ticket t ON t.id = m.old WHERE {where}"
    )
    key = KEY.format("m.at")
    return [
        "SET maintenance_work_mem = '1GB'",
        "CREATE TEMP TABLE base AS SELECT id, closed_at IS NULL AS open, "
        "row_number() OVER (PARTITION BY closed_at IS NULL ORDER BY id) AS n FROM tickets_ticket",
        "CREATE TEMP TABLE picks AS SELECT g.n, g.n % 50 = 0 AS open, 1 + (g.n::bigint * 7919) % "
        "CASE WHEN g.n % 50 = 0 THEN (SELECT count(*) FROM base WHERE open) "
        "ELSE (SELECT count(*) FROM base WHERE NOT open) END AS pick FROM generate_series(1, "
        f"greatest(0, {tickets} - (SELECT count(*) FROM base))::int) AS g(n)",
        "ANALYZE base",
        "ANALYZE picks",
        f"CREATE TEMP TABLE made AS SELECT b.id AS old, g.n, {shift} AS at, "
        f"{KEY.format(shift)} AS new FROM picks g JOIN base b ON b.open = g.open AND b.n = g.pick",
        "ANALYZE made",
        "DROP INDEX tickets_search_grams",
        f"INSERT INTO tickets_ticket ({', '.join(columns)}) SELECT {picked} "
        "FROM made m JOIN tickets_ticket t ON t.id = m.old",
        "INSERT INTO tickets_search (ticket_id, grams) SELECT m.new, s.grams "
        "FROM made m JOIN tickets_search s ON s.ticket_id = m.old",
        "CREATE INDEX tickets_search_grams ON tickets_search USING gin (grams)",
        facts.format(key=key, sequence=1, kind="ticket.imported@1", where="true"),
        facts.format(key=key, sequence=2, kind="ticket.closed@1", where="t.closed_at IS NOT NULL"),
        "CREATE TEMP TABLE noted AS SELECT m.new AS id, m.at FROM made m "
        f"WHERE m.n % greatest(1, {tickets} / {2 * WITH_NOTES}) = 0 LIMIT {WITH_NOTES}",
        "INSERT INTO kernel_event (id, subject_kind, subject_id, sequence, kind, at, actor_kind, "
        f"actor_id, actor_label, unit_id, correlation_id, payload) SELECT {KEY.format('d.at')}, "
        "'ticket', d.id, g.n, 'ticket.noted@1', d.at + g.n * interval '1 minute', 'person', NULL, "
        "'20001', NULL, '', '{}'::jsonb FROM noted d CROSS JOIN generate_series(3, 20) AS g(n)",
        "INSERT INTO tickets_note (id, ticket_id, sequence, kind, text, author_id, author_label, "
        f"public, at) SELECT {KEY.format('d.at')}, d.id, g.n, 'internal', "
        "'已电话联系客户，约定今晚上门处理。', NULL, '20001', false, d.at "
        "FROM noted d CROSS JOIN generate_series(3, 20) AS g(n)",
        "UPDATE tickets_ticket SET version = 20 WHERE id IN (SELECT id FROM noted)",
    ]


if __name__ == "__main__":
    main(int(sys.argv[1]))
