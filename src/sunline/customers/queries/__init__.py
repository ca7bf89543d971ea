"""Reads of the customers room, scoped to a viewer where people look."""

from .billing import Ordered, monthly_fee_of, orders_of, rent_of
from .cards import customer_for, customer_of_work, regions
from .finding import (
    by_address,
    by_number,
    by_numbers,
    customer_names,
    find,
    ids_by_name,
    normal_address,
    owners_of,
    within_reach,
)
from .importing import import_job
from .lines import LineOfWork, affected_line, count_lines, lines_of_work
from .usage import Bound, DataUse, bound_addresses, data_use_of, subscriber_for

__all__ = [
    "Bound",
    "DataUse",
    "LineOfWork",
    "Ordered",
    "affected_line",
    "bound_addresses",
    "by_address",
    "by_number",
    "by_numbers",
    "count_lines",
    "customer_for",
    "customer_names",
    "customer_of_work",
    "data_use_of",
    "find",
    "ids_by_name",
    "import_job",
    "lines_of_work",
    "monthly_fee_of",
    "normal_address",
    "orders_of",
    "owners_of",
    "regions",
    "rent_of",
    "subscriber_for",
    "within_reach",
]
