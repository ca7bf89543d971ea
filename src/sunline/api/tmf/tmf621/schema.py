"""The shapes of TMF621 in v4 and v5: what may be sent, what is mandatory, what can be patched."""

from __future__ import annotations

from collections.abc import Mapping

from sunline.api.tmf.common.shapes import (
    BAG,
    BOOLEAN,
    DATE,
    INTEGER,
    NUMBER,
    TEXT,
    Leaf,
    Many,
    Node,
    Shape,
    extended,
)

from .mapping import STATUSES

STATUS = Leaf("text", STATUSES)
PERIOD = Shape("TimePeriod", {"startDateTime": DATE, "endDateTime": DATE}, typed=False)
QUANTITY = Shape("Quantity", {"amount": NUMBER, "units": TEXT}, typed=False)
_REF: dict[str, Node] = {"id": TEXT, "href": TEXT, "name": TEXT, "@referredType": TEXT}


def _ref(type_: str) -> Shape:
    return Shape(type_, _REF, ("id",))


NOTE = Shape("Note", {"id": TEXT, "author": TEXT, "date": DATE, "text": TEXT})
_ATTACHMENT: dict[str, Node] = {
    **dict.fromkeys(("id", "href", "name", "description", "url", "content"), TEXT),
    **{"attachmentType": TEXT, "mimeType": TEXT, "size": QUANTITY, "validFor": PERIOD},
}

# v5: `@type` names the branch; Attachment is the one for values, AttachmentRef for references.
ATTACHMENT = Shape(
    "Attachment",
    _ATTACHMENT,
    types={
        "AttachmentRef": Shape("AttachmentRef", {**_REF, "description": TEXT, "url": TEXT}, ("id",))
    },
)
PARTY = Shape(
    "PartyRef",
    _REF,
    ("id",),
    types={
        "PartyRoleRef": Shape("PartyRoleRef", {**_REF, "partyId": TEXT, "partyName": TEXT}, ("id",))
    },
)
RELATED_PARTY = Shape(
    "RelatedPartyRefOrPartyRoleRef", {"role": TEXT, "partyOrPartyRole": PARTY}, ("role",)
)
RELATED_ENTITY = Shape(
    "RelatedEntity", {"role": TEXT, "entity": _ref("EntityRef")}, ("role", "entity")
)
EXTERNAL_IDENTIFIER = Shape(
    "ExternalIdentifier", {"owner": TEXT, "externalIdentifierType": TEXT, "id": TEXT}, ("id",)
)
RELATIONSHIP = Shape(
    "TroubleTicketRelationship", {**_REF, "relationshipType": TEXT}, ("id", "relationshipType")
)
_CHARACTERISTIC = Shape(
    "Characteristic",
    {
        **{"id": TEXT, "name": TEXT, "valueType": TEXT},
        "characteristicRelationship": Many(
            Shape(
                "CharacteristicRelationship",
                {"id": TEXT, "relationshipType": TEXT},
                ("id", "relationshipType"),
            )
        ),
    },
    ("name",),
)
_VALUES: dict[str, Leaf] = {
    **{"String": TEXT, "Integer": INTEGER, "Number": NUMBER, "Float": NUMBER},
    **{"Boolean": BOOLEAN, "Object": BAG},
}
CHARACTERISTIC = Shape(
    _CHARACTERISTIC.type,
    _CHARACTERISTIC.attributes,
    _CHARACTERISTIC.required,
    types={
        f"{name}{plural}Characteristic": extended(
            _CHARACTERISTIC,
            f"{name}{plural}Characteristic",
            "value",
            value=Many(leaf) if plural else leaf,
        )
        for name, leaf in _VALUES.items()
        for plural in (("",) if name == "Float" else ("", "Array"))
    },
)
STATUS_CHANGE = Shape(
    "StatusChange",
    {"status": STATUS, "statusChangeDate": DATE, "statusChangeReason": TEXT},
)
SPECIFICATION_REF = Shape("TroubleTicketSpecificationRef", {**_REF, "version": TEXT}, ("id",))

_PLAIN: dict[str, Node] = {
    **{"id": TEXT, "href": TEXT, "name": TEXT, "description": TEXT, "severity": TEXT},
    **{"ticketType": TEXT, "priority": TEXT, "status": STATUS, "statusChangeReason": TEXT},
    **{"creationDate": DATE, "lastUpdate": DATE, "statusChangeDate": DATE},
    **{"expectedResolutionDate": DATE, "requestedResolutionDate": DATE, "resolutionDate": DATE},
    "note": Many(NOTE),
}
MANDATORY = ("description", "severity", "ticketType")

TICKET_V5 = Shape(
    "TroubleTicket",
    {
        **_PLAIN,
        "attachment": Many(ATTACHMENT),
        "channel": _ref("ChannelRef"),
        "externalIdentifier": Many(EXTERNAL_IDENTIFIER),
        "relatedEntity": Many(RELATED_ENTITY),
        "relatedParty": Many(RELATED_PARTY),
        "statusChangeHistory": Many(STATUS_CHANGE),
        "troubleTicketRelationship": Many(RELATIONSHIP),
        "troubleTicketSpecification": SPECIFICATION_REF,
        "troubleTicketCharacteristic": Many(CHARACTERISTIC),
    },
    MANDATORY,
)


# v4: everything flat, `@type` welcome but not asked for.
def _v4(type_: str, attributes: Mapping[str, Node], *required: str) -> Shape:
    return Shape(type_, attributes, required, typed=False)


TICKET_V4 = _v4(
    "TroubleTicket",
    {
        **_PLAIN,
        "externalId": TEXT,
        "note": Many(_v4("Note", NOTE.attributes)),
        "attachment": Many(_v4("Attachment", {**_ATTACHMENT, "@referredType": TEXT})),
        "channel": _v4("ChannelRef", _REF, "id"),
        "relatedEntity": Many(
            _v4("RelatedEntity", {**_REF, "role": TEXT}, "id", "role", "@referredType")
        ),
        "relatedParty": Many(_v4("RelatedParty", {**_REF, "role": TEXT}, "id", "@referredType")),
        "statusChange": Many(
            _v4("StatusChange", {"status": TEXT, "changeDate": DATE, "changeReason": TEXT})
        ),
        "troubleTicketRelationship": Many(
            _v4("TroubleTicketRelationship", {**_REF, "relationshipType": TEXT})
        ),
    },
    *MANDATORY,
)
TICKETS: Mapping[str, Shape] = {"v4": TICKET_V4, "v5": TICKET_V5}

# What the server says and nobody else; a patch may repeat these values, not change them.
SET_BY_SERVER: Mapping[str, frozenset[str]] = {
    "v4": frozenset({"id", "href", "creationDate", "lastUpdate", "statusChangeDate"})
    | {"statusChange"},
    "v5": frozenset({"id", "href", "creationDate", "lastUpdate", "statusChangeDate"})
    | {"statusChangeHistory"},
}

_SPEC_RELATIONSHIP = Shape(
    "CharacteristicSpecificationRelationship",
    {
        **dict.fromkeys(("relationshipType", "name", "characteristicSpecificationId"), TEXT),
        **{"parentSpecificationHref": TEXT, "parentSpecificationId": TEXT, "validFor": PERIOD},
    },
    ("name", "parentSpecificationId", "relationshipType"),
)
_VALUE_SPECIFICATION = Shape(
    "CharacteristicValueSpecification",
    {
        **{"valueType": TEXT, "isDefault": BOOLEAN, "unitOfMeasure": TEXT, "validFor": PERIOD},
        **{"valueFrom": INTEGER, "valueTo": INTEGER, "rangeInterval": TEXT, "regex": TEXT},
    },
)
CHARACTERISTIC_SPECIFICATION = Shape(
    "CharacteristicSpecification",
    {
        **{"id": TEXT, "name": TEXT, "valueType": TEXT, "description": TEXT, "regex": TEXT},
        **{"configurable": BOOLEAN, "isUnique": BOOLEAN, "extensible": BOOLEAN},
        **{"validFor": PERIOD, "minCardinality": INTEGER, "maxCardinality": INTEGER},
        "@valueSchemaLocation": TEXT,
        "charSpecRelationship": Many(_SPEC_RELATIONSHIP),
        "characteristicValueSpecification": Many(_VALUE_SPECIFICATION),
    },
    ("name", "valueType"),
)
SPECIFICATION = Shape(
    "TroubleTicketSpecification",
    {
        **{"id": TEXT, "href": TEXT, "name": TEXT, "description": TEXT, "version": TEXT},
        **{"lifecycleStatus": TEXT, "validFor": PERIOD, "creationDate": DATE, "lastUpdate": DATE},
        "specCharacteristic": Many(CHARACTERISTIC_SPECIFICATION),
        "relatedParty": Many(RELATED_PARTY),
    },
    ("name",),
)
SPECIFICATION_SET_BY_SERVER = frozenset({"id", "href", "creationDate", "lastUpdate"})
