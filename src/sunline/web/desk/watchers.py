"""Who has a ticket open at this moment, so that two people do not answer it twice.

Kept in the cache only: nobody's work depends on it, and it is nobody's history.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.core.cache import cache

STAYS = timedelta(seconds=45)


def others(ticket_id: UUID, label: str, now: datetime) -> list[str]:
    """Note that a person looks at a ticket and return the staff numbers of the others who do."""
    key = f"watchers:{ticket_id.hex}"
    gone = (now - STAYS).timestamp()
    seen: dict[str, float] = cache.get(key) or {}
    seen = {who: at for who, at in seen.items() if at > gone}
    seen[label] = now.timestamp()
    cache.set(key, seen, int(STAYS.total_seconds()))
    return sorted(who for who in seen if who != label)
