"""`sunline staff`: the first people of an installation, and help when somebody is shut out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from .running import prepare
from .words import gettext as _
from .words import table

if TYPE_CHECKING:
    from sunline.staff.types import AccountRow

FIRST_UNIT = "hq"


@click.group("staff")
def staff_command() -> None:
    """Add people, reset passwords, open locked doors, list who works here."""
    prepare()


@staff_command.command("list")
@click.option("--unit", default="", help="Only people of this unit and below, by its code.")
def list_command(unit: str) -> None:
    """List people with their units and roles."""
    from sunline.staff.models import Account, RoleGrant
    from sunline.staff.queries import unit_tree

    tree = unit_tree()
    path = _unit(unit).path if unit else "/"
    held: dict[Any, list[str]] = {}
    grants = RoleGrant.objects.filter(until=None).select_related("role")
    for grant in grants.order_by("role__code"):
        held.setdefault(grant.account_id, []).append(
            f"{grant.role.code}@{tree.path(grant.unit_id)}"
        )
    rows = [
        [
            account.staff_no,
            account.name,
            tree.path(account.unit_id),
            ", ".join(held.get(account.id, [])),
            "" if account.is_active else _("left"),
        ]
        for account in Account.objects.order_by("staff_no")
        if tree.path(account.unit_id).startswith(path)
    ]
    if rows:
        click.echo(table(rows, indent=""))


@staff_command.command("add")
@click.argument("staff_no")
@click.argument("name")
@click.option("--unit", default=FIRST_UNIT, show_default=True, help="Code of the unit.")
@click.option("--role", "roles", multiple=True, help="Role to hold; may be given several times.")
@click.option("--scope", default="", help="Unit the roles hold for; the person's unit if left out.")
@click.option("--email", default="")
def add_command(
    staff_no: str, name: str, unit: str, roles: tuple[str, ...], scope: str, email: str
) -> None:
    """Add a person and print the password for the first sign-in.

    On an empty installation the unit `hq` is made, so that a first administrator can be added:
    sunline staff add 10001 王珂 --role administrator
    """
    from django.db import transaction

    from sunline.kernel import clock
    from sunline.kernel.errors import SunlineError
    from sunline.staff import services
    from sunline.staff.types import system_viewer

    viewer, now = system_viewer(), clock.now()
    try:
        with transaction.atomic():
            services.install_roles()
            _first_unit(unit)
            made = services.create_person(
                viewer,
                staff_no=staff_no,
                name=name,
                unit_id=_unit(unit).id,
                email=email,
                now=now,
            )
            for role in roles:
                place = _unit(scope or unit).id
                services.grant_role(viewer, made.id, role=role, unit_id=place, now=now)
    except SunlineError as refusal:
        raise _told(refusal) from refusal
    click.echo(
        _("%(staff_no)s was added. Password for the first sign-in: %(password)s")
        % {"staff_no": staff_no, "password": made.password}
    )


@staff_command.command("reset-password")
@click.argument("staff_no")
def reset_password_command(staff_no: str) -> None:
    """Print a new password for one sign-in; the person's sessions end."""
    from sunline.kernel import clock
    from sunline.kernel.errors import SunlineError
    from sunline.staff import services
    from sunline.staff.types import system_viewer

    account = _person(staff_no)
    try:
        password = services.reset_password(system_viewer(), account.id, now=clock.now())
    except SunlineError as refusal:
        raise _told(refusal) from refusal
    click.echo(_("Password for the next sign-in: %(password)s") % {"password": password})


@staff_command.command("unlock")
@click.argument("staff_no")
def unlock_command(staff_no: str) -> None:
    """Let a person try to sign in again at once after too many failures."""
    from sunline.kernel import clock
    from sunline.kernel.errors import SunlineError
    from sunline.staff import services
    from sunline.staff.types import system_viewer

    account = _person(staff_no)
    try:
        services.reset_lockout(system_viewer(), account.id, now=clock.now())
    except SunlineError as refusal:
        raise _told(refusal) from refusal
    click.echo(_("%(staff_no)s may sign in again.") % {"staff_no": staff_no})


def _first_unit(code: str) -> None:
    """Make HQ on an empty installation, whose first person has nowhere else to work."""
    from sunline.kernel import clock
    from sunline.staff import services
    from sunline.staff.queries import unit_tree
    from sunline.staff.types import system_viewer

    if code == FIRST_UNIT and not unit_tree().rows:
        services.create_unit(
            system_viewer(),
            code=FIRST_UNIT,
            name=_("Headquarters"),
            level="hq",
            kind="staffing",
            parent_id=None,
            now=clock.now(),
        )


def _unit(code: str) -> Any:
    from sunline.staff.queries import unit_tree

    row = unit_tree().by_code(code)
    if row is None:
        raise click.ClickException("staff.unit_unknown: " + _("There is no unit %s.") % code)
    return row


def _person(staff_no: str) -> AccountRow:
    from sunline.staff.queries import account_by_number

    row = account_by_number(staff_no)
    if row is None:
        text = _("Nobody has the staff number %s.") % staff_no
        raise click.ClickException("staff.person_unknown: " + text)
    return row


def _told(refusal: Any) -> click.ClickException:
    """Return a refusal as a sentence for the terminal."""
    problems = getattr(refusal, "problems", ())
    details = "; ".join(f"{problem.field}: {problem.message}" for problem in problems)
    return click.ClickException(f"{refusal.code}: {refusal.message} {details}".strip())
