"""The verbs of routing: put in line, give, take, release, end; presence; queues and rules."""

from .assignment import assign_waiting
from .duty import end_absence, enter_absence, limit_channel, set_hours, set_person
from .presence import recount, set_capacity, set_presence
from .setup import change_queue, change_rule, close_queue, create_queue, create_rule, end_rule
from .work import choose_queue, end, enqueue, give, queue_item_row, release, requeue, take

__all__ = [
    "assign_waiting",
    "change_queue",
    "change_rule",
    "choose_queue",
    "close_queue",
    "create_queue",
    "create_rule",
    "end",
    "end_absence",
    "end_rule",
    "enqueue",
    "enter_absence",
    "give",
    "limit_channel",
    "queue_item_row",
    "recount",
    "release",
    "requeue",
    "set_capacity",
    "set_hours",
    "set_person",
    "set_presence",
    "take",
]
