"""Simulated customers: contacts that self-service or an agent ends, and new tickets."""

from __future__ import annotations

import random
from datetime import datetime
from uuid import UUID

from sunline.customers.models import ContactPoint
from sunline.interactions import services as interactions
from sunline.staff.queries import unit_tree, viewer_for
from sunline.staff.types import Viewer, system_viewer
from sunline.tickets import services as tickets
from sunline.tickets.types import Registration, TicketRef

from ..contacts import SELF_SERVICE, WRITTEN, Contact, Contacts
from ..crew import Crew
from ..customers import Person

MARK = "simulated"


class Customers:
    """Customers who get in touch, drawn from those of the demo."""

    def __init__(self, crew: Crew, people: list[Person], *, rng: random.Random) -> None:
        self._crew, self._rng, self._people = crew, rng, people

    def one_contact(self, now: datetime) -> TicketRef | None:
        """Let one customer get in touch; return the ticket if there came one of it."""
        source = Contacts(self._people, self._crew, now=now, rng=self._rng)
        wants_ticket = self._rng.random() < 0.35  # livelier than the one in ten of real life
        contact = source.ticketed(now) if wants_ticket else source.plain(now)
        if contact.channel == "email":
            contact.channel = "phone"  # a real mailbox is the only way mail comes in
            contact.agent = self._crew.agent(contact.person.city)
        viewer = self._viewer(contact)
        received = interactions.open_contact(
            channel=contact.channel,
            viewer=viewer if contact.agent else system_viewer(),
            now=now,
            address=contact.person.phone,
            customer_id=contact.person.id,
            subscriber_id=contact.person.subscriber_id,
            home_unit_id=contact.person.home_id,
            subject=contact.said.title,
            body=contact.said.body if contact.channel in WRITTEN or contact.ticket else "",
            external_id=f"{MARK}-{self._rng.getrandbits(64):016x}",
        )
        found = self._ticket(contact, viewer, received.interaction_id, now)
        interactions.wrap_up(
            received.interaction_id,
            code=contact.wrap_up,
            topic_id=contact.theme.topic_id,
            viewer=system_viewer() if contact.channel in SELF_SERVICE else viewer,
            now=now,
        )
        return found

    def _ticket(
        self, contact: Contact, viewer: Viewer, interaction_id: UUID, now: datetime
    ) -> TicketRef | None:
        if not contact.ticket:
            return None
        person = contact.person
        registered = Registration(
            kind=contact.theme.kind,
            title=contact.said.title,
            description=contact.said.body,
            channel=contact.channel,
            home_unit_id=person.home_id,
            topic_id=contact.theme.topic_id,
            customer_id=person.id,
            subscriber_id=person.subscriber_id,
            interaction_id=interaction_id,
            contact=person.phone,
            tier=person.tier,
            rural=person.rural,
        )
        return tickets.register(viewer, registered, now=now)

    def _viewer(self, contact: Contact) -> Viewer:
        """Return who acts: the agent who took the contact, else the system for the customer."""
        if contact.agent is None:
            return system_viewer()
        account = self._crew.accounts[contact.agent.id]
        return viewer_for(account, now=contact.at)


def known_people(most: int, rng: random.Random) -> list[Person]:
    """Return some customers of the demo as the simulation needs to know them."""
    tree = unit_tree()
    rows = ContactPoint.objects.filter(kind="phone").select_related("customer")
    found = []
    ids = list(rows.values_list("id", flat=True)[:20_000])
    for point in rows.filter(id__in=rng.sample(ids, min(most, len(ids)))):
        customer = point.customer
        home = tree.get(customer.home_unit_id)
        if home is not None:
            found.append(
                Person(
                    customer.id,
                    home.code,
                    customer.home_unit_id,
                    point.value,
                    str(customer.tier),
                    customer.rural,
                    customer.fragile == "senior",
                )
            )
    return found
