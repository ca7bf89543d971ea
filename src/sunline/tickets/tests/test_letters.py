"""Who wrote a letter is told under it by staff number, and the desk shows the words alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from sunline.interactions import services as interactions
from sunline.staff.types import Viewer, system_viewer
from sunline.testing import cast

from .. import services
from ..rules import letters
from ..types import Registration

See = Callable[[str], Viewer]


def test_a_signature_is_put_under_a_text_and_taken_off_again() -> None:
    letter = letters.signed("已退费。", "工号 20001")
    assert letter == "已退费。\n\n-- \n工号 20001"
    assert letters.words(letter) == "已退费。"
    assert letters.signed("已退费。", "") == letters.words("已退费。") == "已退费。"


@pytest.mark.parametrize(("key", "number"), [("lin", "20001"), ("", "")])
def test_an_answer_by_mail_carries_the_staff_number_and_no_name(
    org: cast.Organisation,
    viewer: See,
    now: datetime,
    monkeypatch: pytest.MonkeyPatch,
    key: str,
    number: str,
) -> None:
    cast.people()
    sent: list[str] = []
    monkeypatch.setattr(interactions, "send", lambda *_args, body, **_more: sent.append(body))
    contact = interactions.open_contact(
        channel="email", viewer=system_viewer(), now=now, address="chen@customer.example",
        home_unit_id=org["gz"].id, direction="inbound", subject="话费", external_id="a@b",
    )  # fmt: skip
    who = viewer(key) if key else system_viewer()
    made = services.register(
        who,
        Registration(
            kind="enquiry", title="话费", description="话费", channel="email",
            home_unit_id=org["gz"].id, contact="chen@customer.example",
            interaction_id=contact.interaction_id,
        ),
        now=now,
    )  # fmt: skip
    services.finish_at_once(who, made.id, text="已说明。", now=now)
    assert sent[0].startswith("已说明。")
    assert sent[0].endswith(number or "已说明。")
    assert [one.name for one in cast.PEOPLE if one.name in sent[0]] == []
