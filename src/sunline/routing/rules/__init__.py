"""Which rule matches, what waiting eases, and who of the candidates gets a piece of work."""

from .choosing import choose, refusal, skilled, why_nobody
from .easing import ease
from .floor import Floor
from .matching import CONDITIONS, EXACT, PREFIX, active, first_match, match

__all__ = [
    "CONDITIONS",
    "EXACT",
    "PREFIX",
    "Floor",
    "active",
    "choose",
    "ease",
    "first_match",
    "match",
    "refusal",
    "skilled",
    "why_nobody",
]
