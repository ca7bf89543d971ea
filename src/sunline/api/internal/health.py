"""Whether this process lives, and whether it can do its work."""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse

from sunline.api import http
from sunline.api.endpoints import Call
from sunline.kernel.models import Delivery

from . import monitoring
from .metrics import worker_age

_migrated = False


def alive(call: Call) -> HttpResponse:
    """Answer as long as the process runs; asks nothing of the database."""
    return http.answer({"status": "ok"})


def ready(call: Call) -> HttpResponse:
    """Answer 200 when the database answers and is migrated, else 503; only the monitoring why."""
    told = monitoring.allows(call.request)
    state: dict[str, Any] = {"database": "ok", "migrations": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        if not _is_migrated():
            state["migrations"] = "missing"
        else:
            if told:
                state |= _worker(call)
    except DatabaseError:
        state["database"] = "unreachable"
    good = state["database"] == "ok" and state["migrations"] == "ok"
    body = {"status": "ready" if good else "not_ready", **(state if told else {})}
    return http.answer(body, 200 if good else 503)


def _worker(call: Call) -> dict[str, Any]:
    age = worker_age(call.now)
    return {
        "worker_age_seconds": None if age is None else round(age, 1),
        "deliveries_dead": Delivery.objects.filter(dead=True).count(),
    }


def _is_migrated() -> bool:
    """Return whether every migration is applied; once true it stays so in this process."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
