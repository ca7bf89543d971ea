"""Field keys change while people work: everything is found before, during and after."""

from __future__ import annotations

import os

import pytest

from sunline.customers import queries, services
from sunline.customers.models import ContactPoint, Party, Subscriber
from sunline.customers.services import keys
from sunline.customers.types import NewAccount, NewContact, NewCustomer, NewSubscriber
from sunline.kernel.crypto import current_key_id
from sunline.kernel.models import Job

OLD, NEW = os.urandom(32), os.urandom(32)


@pytest.fixture
def held(org, now, settings):
    """Return customers written under the old key."""
    settings.FIELD_KEYS = {"old": OLD}
    rows = [
        NewCustomer(
            f"客户{n}",
            org["gz"].id,
            identity_kind="passport" if n % 2 else "",
            identity_number=f"E{n:08d}" if n % 2 else "",
            accounts=(NewAccount(subscribers=(NewSubscriber(f"1990003{n:04d}"),)),),
            contacts=(NewContact("email", f"c{n}@customer.example"),),
        )
        for n in range(25)
    ]
    return services.register_many(rows, now=now)


def all_found(viewer) -> bool:
    lin = viewer("lin")
    return all(
        queries.by_number(f"1990003{n:04d}")
        and queries.by_address(f"c{n}@customer.example")
        and queries.find(f"{n:04d}", viewer=lin)
        for n in range(25)
    )


@pytest.mark.django_db
def test_keys_rotate_while_everything_is_found(held, viewer, now, settings, monkeypatch):
    monkeypatch.setattr(keys, "BATCH", 10)
    assert all_found(viewer)
    settings.FIELD_KEYS = {"new": NEW, "old": OLD}
    assert current_key_id() == "new"
    assert all_found(viewer)

    job = Job.objects.create(kind="customers.rotate_keys", due_at=now, asked_at=now)
    moves = 0
    mark = keys._mark

    def dying(*args) -> None:
        nonlocal moves
        moves += 1
        if moves == 3:
            raise KeyboardInterrupt
        mark(*args)

    monkeypatch.setattr(keys, "_mark", dying)
    with pytest.raises(KeyboardInterrupt):
        services.rotate_keys(job, now)
    assert all_found(viewer)  # some rows under each key

    job = Job.objects.get(id=job.id)
    assert (job.done, job.total) == (12, 62)
    services.rotate_keys(job, now)
    assert Job.objects.get(id=job.id).done == 62

    settings.FIELD_KEYS = {"new": NEW}
    assert all_found(viewer)
    for model, index in (
        (Party, "identity_index"),
        (Subscriber, "number_index"),
        (ContactPoint, "value_index"),
    ):
        assert not keys.outdated(model, index).exists()
    assert {row.number for row in Subscriber.objects.all()} == {
        f"1990003{n:04d}" for n in range(25)
    }
    again = Job.objects.create(kind="customers.rotate_keys", due_at=now, asked_at=now)
    services.rotate_keys(again, now)
    assert again.done == 0
