"""How waiting eases what a queue asks of people: it only ever widens who may do the work."""

from __future__ import annotations

from collections.abc import Mapping

from ..types import Reason


def ease(
    skills: Mapping[str, int], waited: float, every: int | None, waive: int | None
) -> tuple[Mapping[str, int], str]:
    """Return the least levels after `waited` minutes, and the code of what eased them.

    Every `every` minutes each level falls by one, not below 1; after `waive` none is asked for.
    """
    if not skills or waited <= 0:
        return skills, ""
    if waive is not None and waited >= waive:
        return {}, Reason.WAIVED.value
    steps = int(waited // every) if every else 0
    if not steps:
        return skills, ""
    eased = {code: max(1, level - steps) for code, level in skills.items()}
    return (skills, "") if eased == dict(skills) else (eased, Reason.RELAXED.value)
