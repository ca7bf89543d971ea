"""What changes customers: one verb per change."""

from .consents import record_consent
from .grades import grade
from .imports import ask_import, ask_real_import, import_customers
from .keys import rotate_keys
from .lookups import find_by_last_four
from .managers import set_manager
from .readthrough import read_through
from .regions import load_regions
from .register import add_subscriber, register_customer, register_many
from .reveals import note_shown, reveal

__all__ = [
    "add_subscriber",
    "ask_import",
    "ask_real_import",
    "find_by_last_four",
    "grade",
    "import_customers",
    "load_regions",
    "note_shown",
    "read_through",
    "record_consent",
    "register_customer",
    "register_many",
    "reveal",
    "rotate_keys",
    "set_manager",
]
