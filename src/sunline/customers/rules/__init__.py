"""Decisions about customers: plain functions of values and a moment."""

from .checks import (
    choice_problems,
    contact_problems,
    problems_of,
    subscriber_problems,
    text_problems,
)
from .numbers import (
    age,
    care_mark,
    is_email,
    is_identity,
    is_number,
    last_four,
    normal_email,
    normal_identity,
    normal_number,
    normal_value,
    the_one,
    ways_to_find,
)
from .rows import Row, Words, customer_of_row, merged

__all__ = [
    "Row",
    "Words",
    "age",
    "care_mark",
    "choice_problems",
    "contact_problems",
    "customer_of_row",
    "is_email",
    "is_identity",
    "is_number",
    "last_four",
    "merged",
    "normal_email",
    "normal_identity",
    "normal_number",
    "normal_value",
    "problems_of",
    "subscriber_problems",
    "text_problems",
    "the_one",
    "ways_to_find",
]
