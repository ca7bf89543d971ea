"""A document in the words of the other version; what that version has no word for is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Document = dict[str, Any]


def converted(document: Document, source: str, target: str) -> Document:
    """Return a stored document in the target version's words."""
    if source == target:
        return document
    return _to_v5(document) if target == "v5" else _to_v4(document)


def _to_v5(document: Document) -> Document:
    result = dict(document)
    external = result.pop("externalId", None)
    if external and "externalIdentifier" not in result:
        result["externalIdentifier"] = [{"id": external, "@type": "ExternalIdentifier"}]
    _each(result, "relatedParty", _party_to_v5)
    _each(result, "relatedEntity", _entity_to_v5)
    return result


def _to_v4(document: Document) -> Document:
    result = dict(document)
    external = result.get("externalIdentifier")
    if external and "externalId" not in result:
        result["externalId"] = external[0]["id"]
    _each(result, "relatedParty", _party_to_v4)
    _each(result, "relatedEntity", _entity_to_v4)
    return result


def _each(document: Document, name: str, change: Callable[[Document], Document]) -> None:
    if isinstance(document.get(name), list):
        document[name] = [change(item) for item in document[name]]


def _party_to_v5(party: Document) -> Document:
    if "partyOrPartyRole" in party or "id" not in party:
        return party
    rest = {key: value for key, value in party.items() if key not in ("role", "@type")}
    kind = "PartyRoleRef" if party.get("@referredType") == "Customer" else "PartyRef"
    return {
        "role": party.get("role") or party["@referredType"],
        "partyOrPartyRole": {**rest, "@type": kind},
        "@type": "RelatedPartyRefOrPartyRoleRef",
    }


def _party_to_v4(party: Document) -> Document:
    inner = party.get("partyOrPartyRole")
    if not isinstance(inner, dict):
        # v4 cannot name a role without a party: the role stands for both.
        return {**party, "id": party.get("id", party["role"]), "@referredType": "Role"}
    rest = {key: value for key, value in inner.items() if key != "@type"}
    rest.setdefault("@referredType", inner.get("@type", "Individual"))
    return {**rest, "role": party["role"], "@type": "RelatedParty"}


def _entity_to_v5(entity: Document) -> Document:
    if "entity" in entity:
        return entity
    rest = {key: value for key, value in entity.items() if key not in ("role", "@type")}
    return {
        "role": entity["role"],
        "entity": {**rest, "@type": "EntityRef"},
        "@type": "RelatedEntity",
    }


def _entity_to_v4(entity: Document) -> Document:
    inner = entity.get("entity")
    if not isinstance(inner, dict):
        return entity
    rest = {key: value for key, value in inner.items() if key != "@type"}
    rest.setdefault("@referredType", inner.get("@type", "EntityRef"))
    return {**rest, "role": entity["role"], "@type": "RelatedEntity"}
