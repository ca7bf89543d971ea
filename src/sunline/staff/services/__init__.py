"""Every change to people, units, rights, programs and sign-ins."""

from .clients import close_client, create_client, rotate_client
from .passwords import change_password, reset_password
from .people import choose_language as choose_language
from .people import create_person, create_skill, end_person, move_person, set_skills
from .policies import set_policy
from .roles import change_cell, create_role, grant_role, install_roles, revoke_role
from .second_factor import (
    begin_second_factor,
    check_second_factor,
    confirm_second_factor,
    new_recovery_codes,
    remove_second_factor,
)
from .sign_in import check_sign_in, note_sign_in, note_sign_out, reset_lockout
from .sweep import sweep
from .units import close_unit, create_unit
from .watch import attempt, end_looking_as, note_refusal, start_looking_as

__all__ = [
    "attempt",
    "begin_second_factor",
    "change_cell",
    "change_password",
    "check_second_factor",
    "check_sign_in",
    "choose_language",
    "close_client",
    "close_unit",
    "confirm_second_factor",
    "create_client",
    "create_person",
    "create_role",
    "create_skill",
    "create_unit",
    "end_looking_as",
    "end_person",
    "grant_role",
    "install_roles",
    "move_person",
    "new_recovery_codes",
    "note_refusal",
    "note_sign_in",
    "note_sign_out",
    "remove_second_factor",
    "reset_lockout",
    "reset_password",
    "revoke_role",
    "rotate_client",
    "set_policy",
    "set_skills",
    "start_looking_as",
    "sweep",
]
