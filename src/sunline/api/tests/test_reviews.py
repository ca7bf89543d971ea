"""Reviews through the internal interface."""

from __future__ import annotations

from sunline.kernel import clock
from sunline.quality import services
from sunline.staff.types import system_viewer
from sunline.testing import cast
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration

from .conftest import Connect, read


def test_reviews_are_listed_and_read_within_the_client_s_unit(connect: Connect) -> None:
    org, now = cast.organisation(), clock.now()
    ticket = tickets.register(
        system_viewer(),
        Registration(
            kind="fault", title="断网", description="断网", channel="phone",
            home_unit_id=org["gz"].id,
        ),
        now=now,
    )  # fmt: skip
    services.owe(ticket.id, "reopened", now=now)
    here = connect("gz", ("quality:read",))
    listed = read(here.get("/api/internal/reviews?state=owed&limit=5"))
    assert [row["number"] for row in listed["items"]] == [ticket.number]
    one = read(here.get(f"/api/internal/reviews/{ticket.number}"))
    assert (one["reasons"], one["measures"]) == (["reopened"], [])
    for wrong in ("state=x", "nonsense=x", "unit_id=x", "limit=-1"):
        assert here.get(f"/api/internal/reviews?{wrong}").status_code == 400
    elsewhere = connect("nj", ("quality:read",))
    assert read(elsewhere.get("/api/internal/reviews"))["items"] == []
    assert elsewhere.get(f"/api/internal/reviews/{ticket.number}").status_code == 404
    assert connect("gz", ("tickets:read",)).get("/api/internal/reviews").status_code == 403
