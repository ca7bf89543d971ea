"""What happened to people, units, rights and sign-ins; ids and codes only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from sunline.kernel.facts import Fact


@dataclass(frozen=True, slots=True)
class UnitCreated(Fact):
    """A unit came into being."""

    KIND: ClassVar[str] = "staff.unit_created@1"
    code: str
    path: str


@dataclass(frozen=True, slots=True)
class UnitClosed(Fact):
    """A unit takes no more work."""

    KIND: ClassVar[str] = "staff.unit_closed@1"
    code: str


@dataclass(frozen=True, slots=True)
class PersonCreated(Fact):
    """A person joined a unit."""

    KIND: ClassVar[str] = "staff.person_created@1"
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class SkillCreated(Fact):
    """There is a new skill that people can have."""

    KIND: ClassVar[str] = "staff.skill_created@1"
    code: str


@dataclass(frozen=True, slots=True)
class PersonMoved(Fact):
    """A person works in another unit now."""

    KIND: ClassVar[str] = "staff.person_moved@1"
    from_unit_id: UUID
    to_unit_id: UUID


@dataclass(frozen=True, slots=True)
class PersonLeft(Fact):
    """A person left; their roles ended with it."""

    KIND: ClassVar[str] = "staff.person_left@1"
    ended_roles: int


@dataclass(frozen=True, slots=True)
class SkillsSet(Fact):
    """A person's skills changed: pairs of code and level."""

    KIND: ClassVar[str] = "staff.skills_set@1"
    skills: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoleGranted(Fact):
    """A person holds a role for a unit and all below it."""

    KIND: ClassVar[str] = "staff.role_granted@1"
    role: str
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class RoleRevoked(Fact):
    """A person no longer holds a role for a unit."""

    KIND: ClassVar[str] = "staff.role_revoked@1"
    role: str
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class RoleCreated(Fact):
    """The operator made a role of its own."""

    KIND: ClassVar[str] = "staff.role_created@1"
    role: str


@dataclass(frozen=True, slots=True)
class MatrixChanged(Fact):
    """A role gained or lost a permission."""

    KIND: ClassVar[str] = "staff.matrix_changed@1"
    role: str
    permission: str
    held: bool


@dataclass(frozen=True, slots=True)
class ClientCreated(Fact):
    """A program may call the interfaces for a unit."""

    KIND: ClassVar[str] = "staff.client_created@1"
    unit_id: UUID
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientRotated(Fact):
    """A program has a new secret; its tokens ended."""

    KIND: ClassVar[str] = "staff.client_rotated@1"


@dataclass(frozen=True, slots=True)
class ClientClosed(Fact):
    """A program may no longer call the interfaces."""

    KIND: ClassVar[str] = "staff.client_closed@1"


@dataclass(frozen=True, slots=True)
class PasswordChanged(Fact):
    """A person chose a new password, or was given one (`reset`)."""

    KIND: ClassVar[str] = "staff.password_changed@1"
    how: str


@dataclass(frozen=True, slots=True)
class SignedIn(Fact):
    """A person signed in: by password, password and code, or single sign-on."""

    KIND: ClassVar[str] = "staff.signed_in@1"
    method: str


@dataclass(frozen=True, slots=True)
class SignedOut(Fact):
    """A person signed out, or their session ran out (`expired`)."""

    KIND: ClassVar[str] = "staff.signed_out@1"
    how: str


@dataclass(frozen=True, slots=True)
class LockedOut(Fact):
    """Too many failed attempts were made in a person's name."""

    KIND: ClassVar[str] = "staff.locked_out@1"
    failures: int
    minutes: int


@dataclass(frozen=True, slots=True)
class LockoutReset(Fact):
    """Somebody let a locked-out person try again."""

    KIND: ClassVar[str] = "staff.lockout_reset@1"


@dataclass(frozen=True, slots=True)
class SecondFactorSet(Fact):
    """A person signs in with a code generator from now on."""

    KIND: ClassVar[str] = "staff.second_factor_set@1"


@dataclass(frozen=True, slots=True)
class SecondFactorRemoved(Fact):
    """A person's code generator no longer counts."""

    KIND: ClassVar[str] = "staff.second_factor_removed@1"
    how: str


@dataclass(frozen=True, slots=True)
class RecoveryCodeUsed(Fact):
    """A recovery code stood in for the second factor; so many are left."""

    KIND: ClassVar[str] = "staff.recovery_code_used@1"
    left: int


@dataclass(frozen=True, slots=True)
class LookingAsStarted(Fact):
    """A person looks at the product as a role of a unit sees it."""

    KIND: ClassVar[str] = "staff.looking_as_started@1"
    role: str
    unit_id: UUID


@dataclass(frozen=True, slots=True)
class LookingAsEnded(Fact):
    """A person looks with their own eyes again."""

    KIND: ClassVar[str] = "staff.looking_as_ended@1"
    role: str


@dataclass(frozen=True, slots=True)
class AccessRefused(Fact):
    """Somebody tried what they may not do; repeated tries are written once a minute."""

    KIND: ClassVar[str] = "staff.access_refused@1"
    what: str
