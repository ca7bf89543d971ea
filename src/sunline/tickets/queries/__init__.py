"""What can be read of tickets, always through the eyes of a viewer."""

from .assignment import dispatch_traits, last_account, rehearse, wanted
from .authority import own_authority
from .bulk import Preview, matching_ids, preview, run_for, run_lines
from .checking import check_items, questions
from .fieldwork import (
    FieldFilter,
    Progress,
    Room,
    field_counts,
    field_line,
    field_list,
    field_units,
    free_room,
    own_field_orders,
    photo_for,
    progress_of,
    room,
)
from .frequency import Frequency, frequency
from .grants import (
    exported,
    grant_list,
    grant_sums,
    stand_ins,
    ticket_of_grant,
    waiting_count,
    waiting_for,
)
from .groups import curve, group_for, group_list, members, notices_in_force
from .handover import HourFigures, hour_figures, open_matters
from .kin import chain, likely_copies, repeat_causes, suspicions
from .looking_back import Stay, Whose, stays, whose
from .orders import Pack, has_pack, pack_of, undone_orders
from .owed import proposal_sums, proposals
from .proofs import (
    lock_of,
    locked_until,
    money_needs_proof,
    proof_ways,
    standings,
    tries,
    verified,
)
from .reading import (
    TicketView,
    allowed_verbs,
    by_interaction,
    id_of,
    ticket_for,
    timeline,
)
from .reports import counts_by_day
from .revisits import RevisitFigures, RevisitRow, revisit_counts, revisit_figures, revisit_rows
from .searching import search
from .situation import Situation, situation
from .training import training_job
from .weeks import Handled, HardCase, handled, hard_cases, named, tickets_on, topic_counts
from .work import VIEWS, counts, work_list

__all__ = [
    "VIEWS",
    "FieldFilter",
    "Frequency",
    "Handled",
    "HardCase",
    "HourFigures",
    "Pack",
    "Preview",
    "Progress",
    "RevisitFigures",
    "RevisitRow",
    "Room",
    "Situation",
    "Stay",
    "TicketView",
    "Whose",
    "allowed_verbs",
    "by_interaction",
    "chain",
    "check_items",
    "counts",
    "counts_by_day",
    "curve",
    "dispatch_traits",
    "exported",
    "field_counts",
    "field_line",
    "field_list",
    "field_units",
    "free_room",
    "frequency",
    "grant_list",
    "grant_sums",
    "group_for",
    "group_list",
    "handled",
    "hard_cases",
    "has_pack",
    "hour_figures",
    "id_of",
    "last_account",
    "likely_copies",
    "lock_of",
    "locked_until",
    "matching_ids",
    "members",
    "money_needs_proof",
    "named",
    "notices_in_force",
    "open_matters",
    "own_authority",
    "own_field_orders",
    "pack_of",
    "photo_for",
    "preview",
    "progress_of",
    "proof_ways",
    "proposal_sums",
    "proposals",
    "questions",
    "rehearse",
    "repeat_causes",
    "revisit_counts",
    "revisit_figures",
    "revisit_rows",
    "room",
    "run_for",
    "run_lines",
    "search",
    "situation",
    "stand_ins",
    "standings",
    "stays",
    "suspicions",
    "ticket_for",
    "ticket_of_grant",
    "tickets_on",
    "timeline",
    "topic_counts",
    "training_job",
    "tries",
    "undone_orders",
    "verified",
    "waiting_count",
    "waiting_for",
    "wanted",
    "whose",
    "work_list",
]
