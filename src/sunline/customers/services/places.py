"""Which unit a customer of a region is at home in."""

from __future__ import annotations

from uuid import UUID

from sunline.staff.models import Unit

from ..models import Region


class Places:
    """The regions and the units that serve them, read once."""

    def __init__(self) -> None:
        self._regions = set(Region.objects.values_list("code", flat=True))
        units = Unit.objects.filter(closed_at=None, level__in=("hq", "province", "city"))
        rows = list(units.values_list("region_code", "id", "level"))
        self._units = {region: unit_id for region, unit_id, _level in rows if region}
        self._top = next((unit_id for _region, unit_id, level in rows if level == "hq"), None)

    def knows(self, region: str) -> bool:
        """Return whether the region is one of ours."""
        return region in self._regions

    def home(self, region: str) -> UUID | None:
        """Return the unit of the region, of its city, of its province, or else headquarters."""
        for code in (region, region[:4] + "00", region[:2] + "0000"):
            if code in self._units:
                return self._units[code]
        return self._top
