"""The switch of the simulated traffic: a row of the demo that a person can turn."""

from __future__ import annotations

from sunline.kernel import switches


def is_on() -> bool:
    """Return whether simulated people may act; on until somebody turns it off."""
    return switches.is_on(switches.DEMO_TRAFFIC, default=True)
