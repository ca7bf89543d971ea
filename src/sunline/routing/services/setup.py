"""Queues and dispatch rules; a changed rule is a new dated row, so that history stays readable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from sunline.kernel import log
from sunline.kernel.errors import (
    Invalid,
    NotFound,
    Problem,
    required,
    too_long,
    unknown_choice,
    wrong_type,
)
from sunline.kernel.types import Subject
from sunline.staff.models import Skill, Unit
from sunline.staff.types import Viewer

from .. import permissions, rules
from ..errors import CODE_IN_USE, LEVEL_RANGE, MINUTES_RANGE, UNKNOWN_CONDITION, RuleEnded
from ..events import QueueChanged, RuleChanged
from ..models import DispatchRule, Queue, QueueSkill
from ..queries import forget
from ..types import Preference, QueueDraft, RuleDraft, Strategy

MOST_MINUTES = 43_200
CHANGEABLE = (
    "name",
    "name_en",
    "role",
    "strategy",
    "automatic",
    "relax_minutes",
    "waive_minutes",
)


def create_queue(viewer: Viewer, draft: QueueDraft, *, now: datetime) -> UUID:
    """Open a queue for a unit and return its id; raises Invalid naming each unusable field."""
    unit = Unit.objects.filter(id=draft.unit_id, closed_at=None).first()
    viewer.require(permissions.CONFIGURE.code, unit.path if unit else None)
    skills = dict(Skill.objects.filter(code__in=draft.skills).values_list("code", "id"))
    problems = [*_queue_problems(draft), *_skill_problems(draft.skills, skills)]
    if unit is None:
        problems.append(unknown_choice("unit_id"))
    if problems:
        raise Invalid(problems)
    with transaction.atomic():
        if Queue.objects.filter(code=draft.code).exists():
            raise Invalid([Problem("code", "in_use", CODE_IN_USE)])
        queue = Queue.objects.create(
            code=draft.code,
            name=draft.name,
            name_en=draft.name_en,
            unit_id=draft.unit_id,
            role=draft.role,
            strategy=draft.strategy,
            automatic=draft.automatic,
            preferences=list(draft.preferences),
            relax_minutes=draft.relax_minutes,
            waive_minutes=draft.waive_minutes,
        )
        QueueSkill.objects.bulk_create(
            QueueSkill(queue=queue, skill_id=skills[code], least_level=level)
            for code, level in draft.skills.items()
        )
        _record_queue(queue, "opened", viewer, now)
    return queue.id


def _queue_problems(draft: QueueDraft) -> list[Problem]:
    problems = []
    for field, value, most in (("code", draft.code, 32), ("name", draft.name, 64)):
        if not value.strip():
            problems.append(required(field))
        elif len(value) > most:
            problems.append(too_long(field, most))
    if len(draft.name_en) > 64:
        problems.append(too_long("name_en", 64))
    if len(draft.role) > 32:
        problems.append(too_long("role", 32))
    if draft.strategy not in Strategy.values:
        problems.append(unknown_choice("strategy"))
    return [*problems, *_easing_problems(draft)]


def _easing_problems(draft: QueueDraft) -> list[Problem]:
    problems = []
    if len(set(draft.preferences)) != len(draft.preferences) or not set(draft.preferences) <= set(
        Preference.values
    ):
        problems.append(unknown_choice("preferences"))
    for field, minutes in (
        ("relax_minutes", draft.relax_minutes),
        ("waive_minutes", draft.waive_minutes),
    ):
        if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
            problems.append(Problem(field, "out_of_range", MINUTES_RANGE))
    return problems


def change_queue(viewer: Viewer, queue_id: UUID, draft: QueueDraft, *, now: datetime) -> None:
    """Change how a queue gives out its work; its code and unit stay what they are."""
    with transaction.atomic():
        queue = _held(queue_id)
        viewer.require(permissions.CONFIGURE.code, queue.unit.path)
        skills = dict(Skill.objects.filter(code__in=draft.skills).values_list("code", "id"))
        problems = [*_queue_problems(draft), *_skill_problems(draft.skills, skills)]
        if problems:
            raise Invalid(problems)
        for name in CHANGEABLE:
            setattr(queue, name, getattr(draft, name))
        queue.preferences = list(draft.preferences)
        queue.save()
        QueueSkill.objects.filter(queue_id=queue.id).delete()
        QueueSkill.objects.bulk_create(
            QueueSkill(queue=queue, skill_id=skills[code], least_level=level)
            for code, level in draft.skills.items()
        )
        _record_queue(queue, "changed", viewer, now)


def _skill_problems(wanted: Mapping[str, int], known: Mapping[str, int]) -> list[Problem]:
    problems = [unknown_choice(f"skills.{code}") for code in wanted if code not in known]
    problems += [
        Problem(f"skills.{code}", "out_of_range", LEVEL_RANGE)
        for code, level in wanted.items()
        if not 1 <= level <= 5
    ]
    return problems


def close_queue(viewer: Viewer, queue_id: UUID, *, now: datetime) -> None:
    """Close a queue: no rule leads to it any more; what still waits there stays to be taken."""
    with transaction.atomic():
        queue = _held(queue_id)
        viewer.require(permissions.CONFIGURE.code, queue.unit.path)
        queue.closed_at = now
        queue.save(update_fields=["closed_at"])
        _record_queue(queue, "closed", viewer, now)


def _held(queue_id: UUID) -> Queue:
    rows = Queue.objects.select_for_update(of=("self",)).select_related("unit")
    queue = rows.filter(id=queue_id, closed_at=None).first()
    if queue is None:
        raise NotFound()
    return queue


def create_rule(viewer: Viewer, draft: RuleDraft, *, now: datetime) -> UUID:
    """Put a dispatch rule in force from now on and return its id."""
    with transaction.atomic():
        return _insert_rule(viewer, draft, now, None)


def change_rule(viewer: Viewer, rule_id: UUID, draft: RuleDraft, *, now: datetime) -> UUID:
    """End a rule and put its new form in force at the same moment; return the new rule's id."""
    with transaction.atomic():
        old = _end(viewer, rule_id, now)
        return _insert_rule(viewer, draft, now, old.id)


def end_rule(viewer: Viewer, rule_id: UUID, *, now: datetime) -> None:
    """End a rule now."""
    with transaction.atomic():
        rule = _end(viewer, rule_id, now)
        _record_rule(rule, "ended", viewer, now)


def _insert_rule(viewer: Viewer, draft: RuleDraft, now: datetime, replaces: UUID | None) -> UUID:
    queue = Queue.objects.filter(id=draft.queue_id, closed_at=None).select_related("unit").first()
    viewer.require(permissions.CONFIGURE.code, queue.unit.path if queue else None)
    problems = _rule_problems(draft)
    if queue is None:
        problems.append(unknown_choice("queue_id"))
    if problems:
        raise Invalid(problems)
    rule = DispatchRule.objects.create(
        name=draft.name,
        rank=draft.rank,
        conditions={name: list(values) for name, values in draft.conditions.items()},
        queue_id=draft.queue_id,
        automatic=draft.automatic,
        since=now,
        replaces=replaces,
        made_by=viewer.actor.id,
    )
    _record_rule(rule, "replaced" if replaces else "made", viewer, now)
    return rule.id


def _rule_problems(draft: RuleDraft) -> list[Problem]:
    problems = []
    if not draft.name.strip():
        problems.append(required("name"))
    elif len(draft.name) > 64:
        problems.append(too_long("name", 64))
    if not 0 <= draft.rank <= 1_000_000:
        problems.append(unknown_choice("rank"))
    for name, values in draft.conditions.items():
        if name not in rules.CONDITIONS:
            problems.append(Problem(f"conditions.{name}", "unknown_choice", UNKNOWN_CONDITION))
        elif not _texts(values):
            problems.append(wrong_type(f"conditions.{name}"))
    return problems


def _texts(values: Sequence[str]) -> bool:
    """Return whether it is a list of non-empty texts; a bare text would match letter by letter."""
    return (
        not isinstance(values, str)
        and bool(values)
        and all(isinstance(value, str) and value for value in values)
    )


def _end(viewer: Viewer, rule_id: UUID, now: datetime) -> DispatchRule:
    rows = DispatchRule.objects.select_for_update(of=("self",)).select_related("queue__unit")
    rule = rows.filter(id=rule_id).first()
    if rule is None:
        raise NotFound()
    viewer.require(permissions.CONFIGURE.code, rule.queue.unit.path)
    if rule.until is not None:
        raise RuleEnded()
    rule.until = now
    rule.save(update_fields=["until"])
    return rule


def _record_queue(queue: Queue, change: str, viewer: Viewer, now: datetime) -> None:
    log.record(
        QueueChanged(code=queue.code, change=change),
        subject=Subject("queue", queue.id),
        actor=viewer.actor,
        now=now,
    )
    forget()


def _record_rule(rule: DispatchRule, change: str, viewer: Viewer, now: datetime) -> None:
    log.record(
        RuleChanged(queue_id=rule.queue_id, change=change, replaces=rule.replaces),
        subject=Subject("dispatch_rule", rule.id),
        actor=viewer.actor,
        now=now,
    )
    forget()
