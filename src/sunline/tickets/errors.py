"""Refusals about tickets."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from sunline.kernel.errors import Conflict, Invalid


class WrongState(Conflict):
    """The verb is not possible in the ticket's present state."""

    code = "ticket.wrong_state"
    text = _("Ticket %(number)s is “%(state)s” now; this cannot be done to it.")


class Changed(Conflict):
    """The ticket was changed after the caller last read it."""

    code = "ticket.changed"
    text = _("Ticket %(number)s was changed by %(by)s in the meantime. Your text is kept.")


class Taken(Conflict):
    """Another person has the ticket already."""

    code = "ticket.taken"
    text = _("Ticket %(number)s was just accepted by %(by)s.")


class Given(Conflict):
    """Another person was given the ticket and has not accepted it yet."""

    code = "ticket.given"
    text = _("Ticket %(number)s was given to %(by)s.")


class SameHandler(Conflict):
    """Whoever gave an answer may not judge it, nor give the next one after it failed."""

    code = "ticket.same_handler"
    text = _("Ticket %(number)s needs somebody other than its last handler for this.")


class UnitClosed(Invalid):
    """The unit named does not exist or takes no orders."""

    code = "ticket.unit_unknown"
    text = _("This unit does not exist or takes no orders.")


class TooManyReturns(Conflict):
    """The ticket came back as often as the rules allow."""

    code = "ticket.returned_too_often"
    text = _("Ticket %(number)s was returned %(times)s times already; ask the final dispatcher.")


class FinalOrder(Conflict):
    """The order was dispatched with the final say."""

    code = "ticket.final_order"
    text = _("Ticket %(number)s was dispatched finally and cannot be returned.")


class ReturnTooLate(Conflict):
    """The time in which the order could be given back is over."""

    code = "ticket.return_too_late"
    text = _("Ticket %(number)s can only be returned within %(hours)s hours of its dispatch.")


class OutsideUnit(Invalid):
    """A transfer stays inside the unit; another unit is a correction by the dispatcher."""

    code = "ticket.outside_unit"
    text = _("A transfer stays inside the unit. Ask the dispatcher to correct the routing.")


class JointOpen(Conflict):
    """Another unit still works on its part."""

    code = "ticket.joint_open"
    text = _("Ticket %(number)s still waits for %(unit)s. Take their part back first.")


class JointTwice(Conflict):
    """The unit was asked already and has not replied."""

    code = "ticket.joint_twice"
    text = _("This unit is working on ticket %(number)s already.")


class NothingOpen(Conflict):
    """There is nothing of the kind open on the ticket that the viewer could act on."""

    code = "ticket.nothing_open"
    text = _("There is nothing of this kind open on ticket %(number)s.")


class SupervisedAlready(Conflict):
    """The ticket is under supervision and its report is still due."""

    code = "ticket.supervised_already"
    text = _("Ticket %(number)s is supervised already; its report is due.")


class ExtendedAlready(Conflict):
    """More time may be asked for once."""

    code = "ticket.extended_already"
    text = _("More time was asked for on ticket %(number)s already; it can be done once.")


class TooLateToExtend(Conflict):
    """The limit has passed or nothing can be extended."""

    code = "ticket.too_late_to_extend"
    text = _("Ticket %(number)s has no running limit that could be extended any more.")


class OtherCustomer(Invalid):
    """Only tickets of one customer are merged."""

    code = "ticket.other_customer"
    text = _("These tickets are not from the same customer.")


class HasMerged(Conflict):
    """A ticket that others were merged into cannot be merged itself before they are taken out."""

    code = "ticket.has_merged"
    text = _("Other tickets were merged into %(number)s; it cannot be merged away.")


class PartsOpen(Conflict):
    """Parts that were split off are still open."""

    code = "ticket.parts_open"
    text = _("Part %(part)s of ticket %(number)s is still open.")


class NotOwner(Conflict):
    """Only the owner hands the case over."""

    code = "ticket.not_owner"
    text = _("Ticket %(number)s belongs to %(owner)s; only they can hand it over.")


class WrongStage(Conflict):
    """The question of responsibility is at another stage."""

    code = "ticket.wrong_stage"
    text = _("The responsibility for ticket %(number)s is at another stage.")


class ContestTooLate(Conflict):
    """The days in which responsibility can be contested are over."""

    code = "ticket.contest_too_late"
    text = _("The responsibility for ticket %(number)s can no longer be contested.")


class InGroup(Conflict):
    """A ticket belongs to one group complaint at a time."""

    code = "ticket.in_group"
    text = _("Ticket %(number)s belongs to a group complaint already.")


class GroupOver(Conflict):
    """The group complaint has ended and takes nobody in."""

    code = "ticket.group_over"
    text = _("The group complaint %(number)s has ended.")


class NoGroup(Conflict):
    """The ticket is not the parent case of a group complaint."""

    code = "ticket.no_group"
    text = _("Ticket %(number)s is not a group complaint.")


class AnswerRunning(Conflict):
    """The members are being answered already."""

    code = "ticket.answer_running"
    text = _("The members of %(number)s are being answered already; wait until it is done.")


class OutageOverlaps(Conflict):
    """Another outage has the same place, product and time."""

    code = "ticket.outage_overlaps"
    text = _("Outage %(number)s has the same area, product and time already; add to that one.")


class InOutage(Conflict):
    """A ticket belongs to one outage at a time."""

    code = "ticket.in_outage"
    text = _("Ticket %(number)s belongs to an outage already.")


class NoOutage(Conflict):
    """The ticket leads no outage."""

    code = "ticket.no_outage"
    text = _("Ticket %(number)s is not an outage.")


class OutageOver(Conflict):
    """The outage is not at the stage that the verb needs."""

    code = "ticket.outage_stage"
    text = _("%(number)s is “%(state)s” now; this cannot be done to it.")


class NotAComplaint(Conflict):
    """The verb is for complaints alone."""

    code = "ticket.not_a_complaint"
    text = _("Ticket %(number)s is not a complaint.")


class NotHigher(Conflict):
    """The ladder goes up with one verb and down with another, never on the spot."""

    code = "ticket.level_direction"
    text = _("Ticket %(number)s stands at “%(level)s”; this verb cannot bring it there.")


class EvidenceFrozen(Conflict):
    """Evidence is kept until the time bar has passed."""

    code = "ticket.evidence_frozen"
    text = _("The evidence of ticket %(number)s is frozen and cannot be removed yet.")


class EvidenceTwice(Conflict):
    """The same reference was put down before."""

    code = "ticket.evidence_twice"
    text = _("This evidence stands on ticket %(number)s already.")


class OfferOpen(Conflict):
    """An offer waits for the customer's answer."""

    code = "ticket.offer_open"
    text = _("The customer has not answered the last offer on ticket %(number)s yet.")


class BeyondAuthority(Conflict):
    """The amount is more than may be offered at this level."""

    code = "ticket.beyond_authority"
    text = _("At most %(amount)s yuan may be offered at this level; escalate the complaint first.")


class OwnRequest(Conflict):
    """Nobody decides on, or inspects, what they asked for or gave themselves."""

    code = "ticket.own_request"
    text = _("You asked for this or gave it yourself; somebody else has to look at it.")


class NotYourTurn(Conflict):
    """An approval waits for a level that the viewer does not hold over the ticket's unit."""

    code = "ticket.not_your_turn"
    text = _("This waits for another level of approval.")


class ProposalDone(Conflict):
    """What was proposed was granted or asked for already."""

    code = "ticket.proposal_done"
    text = _("This proposal on ticket %(number)s was carried out or asked for already.")


class NothingAgreed(Conflict):
    """A settlement needs an offer that the customer agreed to."""

    code = "ticket.nothing_agreed"
    text = _("The customer has agreed to no offer on ticket %(number)s.")


class PlanTwice(Conflict):
    """The crisis plan is attached once."""

    code = "ticket.plan_twice"
    text = _("Ticket %(number)s has its crisis plan already.")


class RevisitOwed(Conflict):
    """The answer owes a revisit that has not taken place, so the ticket stays open."""

    code = "ticket.revisit_owed"
    text = _("Ticket %(number)s is closed only after a revisit by somebody else.")


class OutsideHours(Conflict):
    """Customers are not called at this hour."""

    code = "ticket.outside_hours"
    text = _("Customers are called only from %(opens)s to %(closes)s o'clock.")


class ChecksOpen(Invalid):
    """The reply does not pass every question of the check."""

    code = "ticket.checks_open"
    text = _("Every question must be passed; otherwise send the reply back.")


class ProofsLocked(Conflict):
    """Too many proofs failed with this customer."""

    code = "ticket.proofs_locked"
    text = _("Too many proofs failed; no more are taken from this customer until %(until)s.")


class NotVerified(Conflict):
    """The act is done only for a customer who has shown who they are."""

    code = "ticket.not_verified"
    text = _("Verify the customer's identity for “%(klass)s” first.")


class LawFirst(Conflict):
    """The operator's promise stands beside what the law gives, not in its place."""

    code = "ticket.law_first"
    text = _("Settle what the law gives on ticket %(number)s first; the promise comes beside it.")


class NothingOwed(Conflict):
    """A proposal of nothing needs no grant."""

    code = "ticket.nothing_owed"
    text = _("Nothing is owed here on ticket %(number)s.")


class OrderUnknown(Conflict):
    """The billing system tells no such order on the ticket's number, or does not answer."""

    code = "ticket.order_unknown"
    text = _("The billing system tells no such order on the customer's number.")


class OrderUndone(Conflict):
    """An order is cancelled once."""

    code = "ticket.order_undone"
    text = _("This order was cancelled on ticket %(number)s already.")


class ProposalOpen(Conflict):
    """The same was proposed and not settled."""

    code = "ticket.proposal_open"
    text = _("This was proposed on ticket %(number)s already.")


class ExternalTaken(Conflict):
    """The connected system used this id before."""

    code = "ticket.external_taken"
    text = _("The outside number %(external_id)s is already in use.")


# What makes a ticket of the past unusable.
FUTURE = _("A past ticket cannot have a moment in the future.")
NOT_IN_ORDER = _("A later step cannot come before the registration.")
NO_RESULT = _("Only a ticket in a final state has a closing moment.")
BAD_MOMENT = _("The moment cannot be read.")
BAD_RATING = _("A rating is a whole number from 1 to 10.")
BAD_AMOUNT = _("An amount is between 0 and %(most)s yuan, with at most two decimals.")
ABOVE_CHARGED = _("At most what it costs: %(most)s yuan.")
BOTH_WAYS = _("A proof either passed or failed.")
BAD_GRANT = _("An amount is above 0, at most %(most)s yuan, with at most two decimals.")
BAD_DAYS = _("A whole number of days, from 1 to %(most)s.")
NO_AMOUNT = _("This has no amount.")
ABOVE_ASKED = _("At most what was asked for: %(most)s.")
DELEGATE_SELF = _("Nobody stands in for themselves.")
DELEGATE_UNFIT = _("This person does not decide approvals.")
DELEGATE_TWICE = _("Somebody stands in for you in this time already.")
NOT_IN_TABLE = _("This is not in the table in force.")


# Why a topic cannot be chosen.
TOPIC_CLOSED = _("The topic “%(topic)s” is no longer used; it is now “%(after)s”.")
