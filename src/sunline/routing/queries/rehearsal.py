"""A rehearsal of the decision: who would get the work and why, without giving it."""

from __future__ import annotations

from datetime import datetime

from sunline.kernel.errors import NotFound
from sunline.staff.types import Viewer

from .. import permissions, rules
from ..types import Item, Rehearsal, Wanted
from .crew import crew
from .reading import route, setup, weight_of


def rehearse(viewer: Viewer, wanted: Wanted, now: datetime) -> Rehearsal:
    """Return who would get such work now, with everybody's reason why not.

    Raises NotFound when the rules lead to a queue that the viewer may not see.
    """
    found = route(wanted.traits, wanted.home_path, unit_id=wanted.unit_id, now=now)
    if found is None:
        return Rehearsal("", automatic=False, queue=None)
    queue = found.queue
    if not any(queue.unit_path.startswith(top) for top in viewer.paths(permissions.VIEW.code)):
        raise NotFound()
    asked, eased = rules.ease(
        queue.skills, wanted.waited_minutes, queue.relax_minutes, queue.waive_minutes
    )
    own = {"last_agent": wanted.last_account, "account_manager": wanted.manager_account}
    item = Item(
        asked,
        wanted.not_account,
        wanted.channel,
        weight_of(wanted.channel),
        tuple((code, who) for code in queue.preferences if (who := own.get(code)) is not None),
        eased,
    )
    people = crew(queue, now)
    decision = rules.choose(people, item, queue.strategy, now)
    told = [(one, rules.refusal(one, item)) for one in people]
    told.sort(key=lambda pair: (pair[0].account_id != decision.account_id, pair[1], pair[0].load))
    rule = next((row.name for row in setup().rules if row.id == found.rule_id), "")
    return Rehearsal(rule, found.automatic, queue, asked, eased, decision, told)
