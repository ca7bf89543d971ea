"""What can be read of tickets, always through the eyes of a viewer."""

from ..rules.quarter import QuarterRow, QuarterTable
from .appeals import (
    AppealRow,
    DoorFigures,
    appeal_list,
    door_figures,
    quarter_table,
    quarters,
    steps_of,
)
from .assignment import dispatch_traits, last_account, rehearse, wanted
from .authority import own_authority
from .bulk import Preview, matching_ids, preview, run_for, run_lines
from .checking import check_items, questions
from .data_use import (
    Sheet,
    SheetRow,
    data_sheet,
    open_of_number,
    reckoned,
    sheets_of,
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
from .groups import (
    areas_of,
    curve,
    group_for,
    group_list,
    members,
    notices_for,
    notices_in_force,
)
from .handover import HourFigures, hour_figures, open_matters
from .kin import chain, likely_copies, repeat_causes, suspicions
from .looking_back import Stay, Whose, stays, whose
from .orders import Pack, has_pack, pack_of, undone_orders
from .outages import (
    LinkRow,
    OutageRow,
    OutageView,
    outage_counts,
    outage_for,
    outage_links,
    outage_list,
    works_lead,
)
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
from .waivers import WaiverRow, WaiverSums, all_waivers, waiver_sums, waivers
from .weeks import Handled, HardCase, handled, hard_cases, named, tickets_on, topic_counts
from .work import VIEWS, counts, work_list

__all__ = [
    "VIEWS",
    "AppealRow",
    "DoorFigures",
    "Frequency",
    "Handled",
    "HardCase",
    "HourFigures",
    "LinkRow",
    "OutageRow",
    "OutageView",
    "Pack",
    "Preview",
    "QuarterRow",
    "QuarterTable",
    "RevisitFigures",
    "RevisitRow",
    "Sheet",
    "SheetRow",
    "Situation",
    "Stay",
    "TicketView",
    "WaiverRow",
    "WaiverSums",
    "Whose",
    "all_waivers",
    "allowed_verbs",
    "appeal_list",
    "areas_of",
    "by_interaction",
    "chain",
    "check_items",
    "counts",
    "counts_by_day",
    "curve",
    "data_sheet",
    "dispatch_traits",
    "door_figures",
    "exported",
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
    "notices_for",
    "notices_in_force",
    "open_matters",
    "open_of_number",
    "outage_counts",
    "outage_for",
    "outage_links",
    "outage_list",
    "own_authority",
    "pack_of",
    "preview",
    "proof_ways",
    "proposal_sums",
    "proposals",
    "quarter_table",
    "quarters",
    "questions",
    "reckoned",
    "rehearse",
    "repeat_causes",
    "revisit_counts",
    "revisit_figures",
    "revisit_rows",
    "run_for",
    "run_lines",
    "search",
    "sheets_of",
    "situation",
    "stand_ins",
    "standings",
    "stays",
    "steps_of",
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
    "waiver_sums",
    "waivers",
    "wanted",
    "whose",
    "work_list",
    "works_lead",
]
