"""Steps, clocks and names of tickets as the screens write them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from sunline.kernel import clock
from sunline.kernel.ids import local_day
from sunline.kernel.types import Actor
from sunline.knowledge import queries as knowledge
from sunline.staff import queries as staff
from sunline.tickets.acts.shape import DETAILS
from sunline.web import happenings, traits, words
from sunline.web.desk.classify import Asked, asked

register = template.Library()
# What a customer's own rating leads to; the system records it on their word.
RATED = {"accepted", "unsolved"}


@register.filter
def event(kind: str) -> str:
    """Write what happened."""
    return happenings.step(kind)


@register.filter
def event_icon(kind: str) -> str:
    """Return the icon of what happened."""
    return happenings.icon(kind)


@register.filter
def event_look(entry: Any) -> str:
    """Return the look of what happened."""
    return happenings.look(entry)


@register.filter
def public_event(kind: str) -> str:
    """Write what happened for the customer."""
    return str(happenings.PUBLIC.get(kind, ""))


@register.filter
def public_state(code: str) -> str:
    """Write where a ticket stands for the customer."""
    return str(happenings.STATES.get(code, code))


@register.filter
def reason(code: str) -> str:
    """Write a reason."""
    return str(happenings.REASONS.get(code, code))


@register.filter
def who(entry: Any) -> str:
    """Write who did it: a staff number, a client, the customer or the system."""
    if entry.actor_kind == Actor.SYSTEM:
        by_link = entry.kind == "ticket.revisited" and entry.data.get("outcome") in RATED
        return _("Customer") if by_link else _("System")
    if entry.actor_kind == Actor.SUBSCRIBER:
        return f"{_('Customer')} {entry.actor}".strip()
    if entry.actor_kind == Actor.API_CLIENT:
        return _("Connected system %(name)s") % {"name": entry.actor}
    return _("Staff no. %(number)s") % {"number": entry.actor} if entry.actor else _("System")


@register.filter
def unit_name(unit_id: Any) -> str:
    """Return the name of a unit in the viewer's language."""
    try:
        row = staff.unit_tree().get(UUID(str(unit_id)))
    except ValueError:
        row = None
    if row is None:
        return ""
    return row.name_en if row.name_en and get_language() == "en" else row.name


@register.filter
def check_text(item: Any) -> str:
    """Return a question of the check in the viewer's language."""
    return item.text_en if item.text_en and get_language() == "en" else str(item.text)


@register.filter
def topic_name(topic_id: UUID | None) -> str:
    """Return the names of a topic from the branch down, in the viewer's language."""
    return knowledge.topics().label(topic_id, get_language() or "zh-hans")


@register.filter
def topic_leaf(topic_id: UUID | None) -> str:
    """Return the name of a topic alone, in the viewer's language."""
    chain = knowledge.topics().chain(topic_id)
    return chain[-1].label(get_language() or "zh-hans") if chain else ""


@register.filter
def topic_label(row: Any) -> str:
    """Return the name of one topic in the viewer's language."""
    return str(row.label(get_language() or "zh-hans"))


@register.filter
def indent(path: str) -> SafeString:
    """Return the blanks that show a unit's depth in a list of choices."""
    return SafeString("&nbsp;&nbsp;" * max(path.strip("/").count("/"), 0))


@register.filter
def at_most(value: int, most: int) -> int:
    """Return the number, but no more than the most."""
    return min(max(value, 0), most)


@register.filter
def clock_step(row: Any) -> str:
    """Return the step of urgency that colours a clock."""
    if row.state == "breached":
        return "late"
    if row.state in {"stopped", "paused", "replaced"}:
        return "calm"
    return (
        "late"
        if row.percent >= 100
        else "soon"
        if row.percent >= 80
        else ("half" if row.percent >= 50 else "calm")
    )


@register.simple_tag
def clock_words(row: Any) -> SafeString:
    """Write a clock's state: how much is left of a running one, or how it ended."""
    moment = words.moment(row.due_at)
    if row.state == "replaced":
        text = _("replaced")
        return format_html('<span class="text-secondary" title="{}">{}</span>', moment, text)
    if row.stopped_at is not None:
        text = _("met") if row.state != "breached" else _("met too late")
        return format_html('<span class="text-secondary" title="{}">{}</span>', moment, text)
    if row.state == "paused":
        left = words.span(row.remaining)
        text = _("paused, %(span)s left") % {"span": left}
        return format_html('<span class="text-secondary" title="{}">{}</span>', moment, text)
    late = row.remaining.total_seconds() <= 0
    text = (_("%(span)s overdue") if late else _("%(span)s left")) % {
        "span": words.span(row.remaining)
    }
    return format_html('<span class="clock-{}" title="{}">{}</span>', clock_step(row), moment, text)


@register.filter
def percent(share: float) -> str:
    """Write a share as a whole percentage."""
    return "< 1 %" if 0 < share < 0.005 else f"{round(share * 100)} %"


@register.filter
def priority_reason(code: str) -> str:
    """Write a reason of a priority."""
    return words.priority_reason(code)


@register.simple_tag
def topic_history(ticket: Any) -> SafeString:
    """Write what the topic was called when the ticket was filed, and where it counts today."""
    tree, language = knowledge.topics(), get_language() or "zh-hans"
    row = tree.get(ticket.topic_id)
    if row is None:
        return SafeString("")
    said = []
    if ticket.topic_version != row.version:
        name = knowledge.name_in_version(row.id, ticket.topic_version)
        said.append(_("filed as “%(name)s”") % {"name": name or row.label(language)})
    after = tree.forward(row.id, local_day(clock.now()))
    if after is not None and after is not row:
        said.append(_("today: %(name)s") % {"name": tree.label(after.id, language)})
    return (
        format_html('<div class="small text-secondary">{}</div>', " · ".join(said))
        if said
        else SafeString("")
    )


@register.simple_tag
def topic_details(ticket: Any) -> list[tuple[str, str]]:
    """Return what the ticket's topic asks for with what was told, and whatever else was told."""
    language = get_language() or "zh-hans"
    fields = knowledge.topics().fields(ticket.topic_id)
    found = [
        (field.label(language), ticket.details.get(field.code, ""))
        for field in fields
        if field.required or field.code in ticket.details
    ]
    known = {field.code for field in fields}
    return found + [(code, value) for code, value in ticket.details.items() if code not in known]


@register.simple_tag
def asked_of(ticket: Any, form: Any) -> list[Asked]:
    """Return the fields of a ticket's topic with what was typed into a form, or told before."""
    told = {f"{DETAILS}{code}": value for code, value in ticket.details.items()}
    return asked(ticket.topic_id, {**told, **form.values}, form.problems)


@register.simple_tag
def topic_groups() -> list[tuple[Any, list[Any]]]:
    """Return the branches with the topics below them that a contact can be filed under."""
    tree, day = knowledge.topics(), local_day(clock.now())
    return [
        (branch, [row for row in tree.below(branch.code) if tree.is_leaf(row) and row.holds(day)])
        for branch in tree.children(None)
        if branch.holds(day)
    ]


@register.filter
def topic_of_text(topic_id: str) -> str:
    """Return the names of a topic whose id came as text; nothing for a text that is no id."""
    try:
        return topic_name(UUID(topic_id))
    except ValueError:
        return ""


@register.filter
def add_id(prefix: str, value: Any) -> str:
    """Return the name of a field that belongs to a row: `number:ID`."""
    return f"{prefix}{value}"


CHANNEL_ICONS = {
    "phone": "phone",
    "ivr": "phone",
    "sms": "message",
    "email": "mail",
    "portal": "world",
    "wechat": "brand-wechat",
    "webchat": "messages",
    "app": "device-mobile",
    "hall": "building-store",
    "field": "truck",
    "paper": "file-text",
    "regulator": "gavel",
    "social": "share",
    "api": "plug",
}


@register.filter
def channel_icon(code: str) -> str:
    """Return the icon of a channel."""
    return CHANNEL_ICONS.get(code, "message")


@register.filter
def role_name(code: str) -> str:
    """Return a role's name in the viewer's language."""
    return staff.role_label(code)


@register.filter
def trait(name: str, wanted: Any) -> str:
    """Return what a limit or a rule asks of a ticket: `{{ key|trait:values }}`."""
    return traits.said(name, wanted)


@register.filter
def allowance(value: Any) -> str:
    """Write how long a limit is: minutes in their largest unit, working or natural days."""
    amount = int(value.amount)
    if value.unit == "minutes":
        if amount % 60 == 0:
            return ngettext("%(n)d hour", "%(n)d hours", amount // 60) % {"n": amount // 60}
        return ngettext("%(n)d minute", "%(n)d minutes", amount) % {"n": amount}
    if value.unit == "working_days":
        return ngettext("%(n)d working day", "%(n)d working days", amount) % {"n": amount}
    return ngettext("%(n)d day", "%(n)d days", amount) % {"n": amount}
