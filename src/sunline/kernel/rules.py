"""How probable a count is when chance alone makes it."""

from __future__ import annotations

import math


def poisson_tail(count: int, rate: float) -> float:
    """Return P(X >= count) of a Poisson number with this mean; the small tail is summed itself.

    One minus the sum below would lose all its digits where it matters most.
    """
    if count <= 0:
        return 1.0
    if rate <= 0:
        return 0.0
    if count <= rate:
        below = math.fsum(_term(k, rate) for k in range(count))
        return max(0.0, 1.0 - below)
    terms: list[float] = []
    term, k = _term(count, rate), count
    while term > 0.0 and (not terms or term > terms[0] * 1e-18):
        terms.append(term)
        k += 1
        term *= rate / k
    return min(1.0, math.fsum(terms))


def _term(k: int, rate: float) -> float:
    return math.exp(k * math.log(rate) - rate - math.lgamma(k + 1))
