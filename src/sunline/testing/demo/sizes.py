"""How much history the demo operator has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

DAYS = 90


@dataclass(frozen=True, slots=True)
class Size:
    """Rows to make: customers who had contact, their interactions, and tickets.

    `linked` is the share of tickets whose interaction is kept too; `slices` is in how many parts
    the history is drawn, so that it fits into memory.
    """

    name: str
    customers: int
    interactions: int
    tickets: int
    linked: float = 1.0
    slices: int = 1

    def parts(self) -> Iterator[tuple[int, int]]:
        """Yield how many interactions and tickets to draw in each part."""
        for index in range(self.slices):
            yield tuple(  # type: ignore[misc]
                total * (index + 1) // self.slices - total * index // self.slices
                for total in (self.interactions, self.tickets)
            )


SIZES = {
    size.name: size
    for size in (
        Size("empty", 0, 0, 0),
        Size("small", 600, 1_800, 600),
        Size("standard", 20_000, 60_000, 6_000),
        Size("large", 100_000, 300_000, 1_000_000, linked=0.1, slices=50),
    )
}
