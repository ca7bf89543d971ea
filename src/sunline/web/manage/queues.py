"""Queues and the rules that lead work to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from sunline.kernel import clock
from sunline.kernel.errors import NotFound, SunlineError
from sunline.routing import permissions, queries, services
from sunline.routing.types import QueueDraft, QueueRow, RuleDraft, RuleRow
from sunline.staff import queries as staff

from .. import reading, traits
from ..access import needs, viewer_of
from .forms import Field, Form, read, tried
from .frame import change, page
from .queue_forms import queue_fields, queue_form

HERE = "/manage/queues"
# What a rule may ask for by a choice; topics and units are asked for by the start of their place.
CHOSEN = (
    "kind",
    "reporting_type",
    "urgency",
    "complexity",
    "severity",
    "channel",
    "product",
    "language",
    "tier",
    "rural",
)
TYPED = ("topic", "home")


@needs(permissions.VIEW)
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """Show queues with what waits in them, the rules that lead to them, and who is present."""
    return show(request)


def show(
    request: HttpRequest,
    error: SunlineError | None = None,
    refused: str = "",
    rule_id: UUID | None = None,
    queue_id: UUID | None = None,
) -> HttpResponse:
    """Show the page, with the form that was refused."""
    viewer, now = viewer_of(request), clock.now()
    loads = queries.waiting(viewer, now)
    rules = queries.rules_in_force(viewer, now)
    rows = [load.queue for load in loads]
    may_change = viewer.may(permissions.CONFIGURE.code)
    forms: list[Form] = []
    if may_change:
        wanted = rule_id or (None if error else reading.uuid(request.GET, "rule"))
        chosen = next((rule for rule in rules if rule.id == wanted), None)
        told = {
            slug: tried(request, error) if slug == refused else {} for slug in ("queue", "rule")
        }
        asked = queue_id or (None if error else reading.uuid(request.GET, "queue"))
        held = next((row for row in rows if row.id == asked), None)
        forms = [
            queue_form(viewer, held, told["queue"]),
            rule_form(rows, rules, chosen, told["rule"]),
        ]
    context = {
        "loads": loads,
        "rules": rules,
        "names": {row.id: row for row in rows},
        "skills": {row.code: row.name for row in staff.skills()},
        "board": queries.presence_board(viewer, now),
        "may_change": may_change,
    }
    return page(request, "manage/queues.html", context, forms=forms, error=error)


def rule_form(
    rows: list[QueueRow], rules: list[RuleRow], rule: RuleRow | None, told: dict[str, Any]
) -> Form:
    """Return the form of a new rule, or of the change of one."""
    if rule is None:
        return Form(
            "rule",
            f"{HERE}/rules/new",
            _("New dispatch rule"),
            _("Put in force"),
            rule_fields(rows, rules),
            **told,
        )
    return Form(
        "rule",
        f"{HERE}/rules/{rule.id}/change",
        _("Change the rule “%(name)s”") % {"name": rule.name},
        _("Put in force"),
        rule_fields(rows, rules, rule),
        open=True,
        hint=_("The old rule ends now and stays readable; the new one holds from now on."),
        **told,
    )


def rule_fields(
    rows: list[QueueRow], rules: list[RuleRow], rule: RuleRow | None = None
) -> list[Field]:
    """Return the fields of a dispatch rule, as it is now if there is one."""
    return [
        Field("name", _("Its name"), needed=True, start=rule.name if rule else ""),
        Field(
            "rank",
            _("Rank, the smallest comes first"),
            "number",
            needed=True,
            width=3,
            start=rule.rank if rule else 100,
        ),
        Field(
            "queue_id",
            _("Queue"),
            "choice",
            needed=True,
            choices=[(str(row.id), row.name) for row in rows],
            start=str(rule.queue_id) if rule else "",
        ),
        Field(
            "automatic",
            _("Dispatch without a dispatcher"),
            "flag",
            width=12,
            start=bool(rule and rule.automatic),
        ),
        *_condition_fields(rules, rule.conditions if rule else {}),
    ]


def _condition_fields(rules: list[RuleRow], held: Mapping[str, Sequence[str]]) -> Iterator[Field]:
    """Return the fields of what a rule asks of a ticket: chosen from lists, then typed."""
    for name in CHOSEN:
        used = [value for each in rules for value in each.conditions.get(name, ())]
        yield Field(
            f"conditions.{name}",
            traits.NAMES[name],
            "many",
            choices=traits.choices(name, used),
            width=6,
            start=list(held.get(name, ())),
        )
    hints = {
        "topic": _("Codes, with commas between them; all below a topic is meant too."),
        "home": _("Places such as /hq/gd/, with commas between them; all below is meant too."),
    }
    for name in TYPED:
        yield Field(
            f"conditions.{name}",
            traits.NAMES[name],
            "words",
            most=400,
            width=6,
            hint=hints[name],
            start=", ".join(held.get(name, ())),
        )


def _queue_draft(request: HttpRequest) -> QueueDraft:
    found = read(request.POST, queue_fields(viewer_of(request)))
    skills = {
        name.partition(".")[2]: int(level)
        for name, level in found.items()
        if name.startswith("skills.") and level
    }
    names = ("code", "name", "name_en", "unit_id", "role", "automatic")
    more = {"strategy": found["strategy"]} if found["strategy"] else {}
    return QueueDraft(
        **{name: found[name] for name in names},
        **more,
        skills=skills,
        preferences=tuple(found["preferences"].split()),
        relax_minutes=found["relax_minutes"],
        waive_minutes=found["waive_minutes"],
    )


def _rule_draft(request: HttpRequest) -> RuleDraft:
    viewer = viewer_of(request)
    rows, rules = queries.queue_rows(viewer), queries.rules_in_force(viewer, clock.now())
    found = read(request.POST, rule_fields(rows, rules))
    conditions = {
        name.partition(".")[2]: tuple(values)
        for name, values in found.items()
        if name.startswith("conditions.") and values
    }
    return RuleDraft(
        name=found["name"],
        rank=found["rank"],
        queue_id=UUID(found["queue_id"]),
        conditions=conditions,
        automatic=found["automatic"],
    )


@needs(permissions.CONFIGURE)
@require_POST
def create_queue(request: HttpRequest) -> HttpResponse:
    """Open a queue."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.create_queue(viewer, _queue_draft(request), now=clock.now()),
        done=_("The queue was opened."),
        back=HERE,
        again=lambda error: show(request, error, "queue"),
    )


@needs(permissions.CONFIGURE)
@require_POST
def change_queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Change how a queue gives out its work."""
    viewer = viewer_of(request)
    if all(row.id != queue_id for row in queries.queue_rows(viewer)):
        raise NotFound
    return change(
        request,
        lambda: services.change_queue(viewer, queue_id, _queue_draft(request), now=clock.now()),
        done=_("The queue was changed."),
        back=HERE,
        again=lambda error: show(request, error, "queue", queue_id=queue_id),
    )


@needs(permissions.CONFIGURE)
@require_POST
def close_queue(request: HttpRequest, queue_id: UUID) -> HttpResponse:
    """Close a queue; what waits there stays to be taken."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.close_queue(viewer, queue_id, now=clock.now()),
        done=_("The queue was closed. What waits in it can still be taken."),
        back=HERE,
        again=lambda error: show(request, error),
    )


@needs(permissions.CONFIGURE)
@require_POST
def create_rule(request: HttpRequest) -> HttpResponse:
    """Put a dispatch rule in force."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.create_rule(viewer, _rule_draft(request), now=clock.now()),
        done=_("The rule is in force."),
        back=HERE,
        again=lambda error: show(request, error, "rule"),
    )


@needs(permissions.CONFIGURE)
@require_POST
def change_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """Put another form of a rule in force."""
    viewer = viewer_of(request)
    if all(rule.id != rule_id for rule in queries.rules_in_force(viewer, clock.now())):
        raise NotFound
    return change(
        request,
        lambda: services.change_rule(viewer, rule_id, _rule_draft(request), now=clock.now()),
        done=_("The rule is in force."),
        back=HERE,
        again=lambda error: show(request, error, "rule", rule_id),
    )


@needs(permissions.CONFIGURE)
@require_POST
def end_rule(request: HttpRequest, rule_id: UUID) -> HttpResponse:
    """End a dispatch rule."""
    viewer = viewer_of(request)
    return change(
        request,
        lambda: services.end_rule(viewer, rule_id, now=clock.now()),
        done=_("The rule was ended."),
        back=HERE,
        again=lambda error: show(request, error),
    )
