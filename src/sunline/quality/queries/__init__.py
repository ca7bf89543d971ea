"""Reads of ratings and reviews."""

from .ratings import (
    counts_by_day,
    figures,
    ratings_of,
    solved_of_contacts,
    survey_by_token,
)
from .reviews import (
    overdue_for,
    review_counts,
    review_for,
    review_list,
    review_of,
    reviewed_between,
)

__all__ = [
    "counts_by_day",
    "figures",
    "overdue_for",
    "ratings_of",
    "review_counts",
    "review_for",
    "review_list",
    "review_of",
    "reviewed_between",
    "solved_of_contacts",
    "survey_by_token",
]
