"""The tables of tickets."""

from .appeals import Appeal, AppealCount
from .bulk import BulkAct, BulkLine
from .complaints import (
    CaseRow,
    Complaint,
    Escalation,
    Evidence,
    Offer,
    PlanStep,
)
from .data_use import DataSheet
from .fieldwork import AppointmentSlot, FieldFile, FieldOrder
from .grants import Approval, ApprovalStep, Delegate, Grant
from .groups import (
    AreaWatch,
    Arrival,
    GroupCase,
    GroupMember,
    GroupText,
    HourCount,
    Notice,
)
from .joint import (
    Extension,
    Handover,
    JointWork,
    Judgement,
    LongTerm,
    Merge,
    OrderScore,
    Pressure,
)
from .kin import Repeat, Suspicion
from .outages import Outage, OutageArea, OutageEstimate, OutageLink, OutageText
from .proofs import IdentityCheck, ProofWay
from .redress import CompensationProposal, UndoneOrder
from .revisit import CheckItem, CheckResult, RevisitAttempt, RevisitPlan
from .ticket import Grams, Holds, Ticket, TicketSearch
from .way import Handling, Hold, Note, Relation

__all__ = [
    "Appeal",
    "AppealCount",
    "AppointmentSlot",
    "Approval",
    "ApprovalStep",
    "AreaWatch",
    "Arrival",
    "BulkAct",
    "BulkLine",
    "CaseRow",
    "CheckItem",
    "CheckResult",
    "CompensationProposal",
    "Complaint",
    "DataSheet",
    "Delegate",
    "Escalation",
    "Evidence",
    "Extension",
    "FieldFile",
    "FieldOrder",
    "Grams",
    "Grant",
    "GroupCase",
    "GroupMember",
    "GroupText",
    "Handling",
    "Handover",
    "Hold",
    "Holds",
    "HourCount",
    "IdentityCheck",
    "JointWork",
    "Judgement",
    "LongTerm",
    "Merge",
    "Note",
    "Notice",
    "Offer",
    "OrderScore",
    "Outage",
    "OutageArea",
    "OutageEstimate",
    "OutageLink",
    "OutageText",
    "PlanStep",
    "Pressure",
    "ProofWay",
    "Relation",
    "Repeat",
    "RevisitAttempt",
    "RevisitPlan",
    "Suspicion",
    "Ticket",
    "TicketSearch",
    "UndoneOrder",
]
