"""The verbs of insight: count, count anew, and make the week's list."""

from .counting import count, forget_counted, rebuild
from .weekly import (
    add,
    comment,
    count_anew,
    make_last_week,
    mark_typical,
    publish,
    put_back,
    remove,
)

__all__ = [
    "add",
    "comment",
    "count",
    "count_anew",
    "forget_counted",
    "make_last_week",
    "mark_typical",
    "publish",
    "put_back",
    "rebuild",
    "remove",
]
