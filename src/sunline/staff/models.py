"""Units, people, skills, roles and API clients."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from oauth2_provider.models import AbstractApplication

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id


class Unit(models.Model):
    """A place in the organisation; `path` holds the codes from HQ down: `/hq/gd/gz/`."""

    class Level(models.TextChoices):
        """The three levels, and teams below any of them."""

        HQ = "hq"
        PROVINCE = "province"
        CITY = "city"
        TEAM = "team"

    class Kind(models.TextChoices):
        """What the unit does with a ticket."""

        FRONT = "front"  # hotline and halls: registers, answers
        DISPATCH = "dispatch"
        BACK = "back"  # network, billing, field: handles what is assigned to it
        STAFFING = "staffing"  # quality, planning, analysis, administration

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    level = models.CharField(max_length=16, choices=Level)
    kind = models.CharField(max_length=16, choices=Kind, default=Kind.FRONT)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=96, unique=True)
    region_code = models.CharField(max_length=12, blank=True)  # GB/T 2260
    vendor = models.CharField(max_length=64, blank=True)  # employer, when outsourced
    closed_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class AccountManager(BaseUserManager["Account"]):
    """Finds people by their staff number."""

    def get_by_natural_key(self, username: str | None) -> Account:
        """Return the account with the staff number."""
        return self.get(staff_no=username)


class Account(AbstractBaseUser):
    """A person who works here, known to others by their staff number (工号)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    staff_no = models.CharField(max_length=16, unique=True)
    name = models.CharField(max_length=64)
    email = models.EmailField(blank=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    employer = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    password_changed_at = models.DateTimeField(null=True, blank=True)
    joined_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)
    # Rises with every change of the person's grants or skills, so that what a process keeps of
    # them is known to be stale.
    permission_stamp = models.PositiveIntegerField(default=0)

    USERNAME_FIELD = "staff_no"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = AccountManager()

    def __str__(self) -> str:
        return self.staff_no


class Skill(models.Model):
    """Something a person can be good at: a product, a kind of work, a language."""

    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.code


class AccountSkill(models.Model):
    """How well a person masters a skill: 1 (learning) to 5 (teaches it), between two dates."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="skills")
    skill = models.ForeignKey(Skill, models.CASCADE, related_name="+")
    level = models.PositiveSmallIntegerField(default=3)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "skill"], condition=Q(until=None), name="skill_once"
            ),
            models.CheckConstraint(condition=Q(level__range=(1, 5)), name="skill_level_1_to_5"),
        ]


class Role(models.Model):
    """A named set of permissions: a row of the matrix; roles of the product have no name here."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64, blank=True)
    name_en = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return self.code


class RolePermission(models.Model):
    """One cell of the matrix that an administrator decided; other cells hold the default."""

    role = models.ForeignKey(Role, models.CASCADE, related_name="permissions")
    permission = models.CharField(max_length=64)
    held = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["role", "permission"], name="role_permission_once"),
        ]


class RoleGrant(models.Model):
    """A person holds a role for a unit and everything below it, between two dates."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="grants")
    role = models.ForeignKey(Role, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    granted_by = models.UUIDField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "role", "unit"], condition=Q(until=None), name="grant_once"
            ),
        ]


class SignInGuard(models.Model):
    """Failed attempts against one door: a staff number, an address or a second factor."""

    key = models.CharField(primary_key=True, max_length=96)
    failures = models.PositiveIntegerField(default=0)
    last_failed_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)


class PastPassword(models.Model):
    """The hash of a password the person once had, so that it is not taken again soon."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="past_passwords")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()


class SecondFactor(models.Model):
    """The person's code generator (RFC 6238); it counts once a first code has confirmed it."""

    account = models.OneToOneField(
        Account, models.CASCADE, primary_key=True, related_name="second_factor"
    )
    secret = EncryptedField()
    # The time step of the last code taken; only later ones are accepted, so no code works twice.
    last_step = models.BigIntegerField(default=0)
    confirmed_at = models.DateTimeField(null=True)


class RecoveryCode(models.Model):
    """A code that stands in for the second factor once; only its digest is kept."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)


class ApiClient(AbstractApplication):
    """A program that may call the APIs for one unit, with the scopes listed."""

    unit = models.ForeignKey(Unit, models.PROTECT, null=True, related_name="+")
    public_id = models.UUIDField(default=new_id, unique=True, editable=False)
    allowed_scopes = models.JSONField(default=list)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"

    def is_usable(self, request: object) -> bool:
        """Tell the token endpoint whether the program may still sign in."""
        return self.closed_at is None
