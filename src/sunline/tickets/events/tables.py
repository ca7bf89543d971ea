"""Facts about the tables that tickets work with."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class CaseRowSet(Fact):
    """A row of a table of complaints holds from a moment on, or ends then."""

    KIND: ClassVar[str] = "case_row.set@1"
    table: str
    code: str
    since: datetime
    ended: bool = False
