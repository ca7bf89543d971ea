"""The words of complaints as cases: severity, grade, flags, ladder, mood, offers, evidence."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    """How bad it is in itself."""

    GENERAL = "general", _("General")
    LARGER = "larger", _("Considerable")
    MAJOR = "major", _("Major")


class Pressing(TextChoices):
    """How soon something has to happen."""

    NORMAL = "normal", _("Ordinary")
    URGENT = "urgent", _("Urgent")
    MOST_URGENT = "most_urgent", _("Most urgent")


class Grade(TextChoices):
    """普通 / 紧急 / 重大, derived and never typed; a major case has all that an urgent one has."""

    ORDINARY = "ordinary", _("Ordinary")
    URGENT = "urgent", _("Urgent")
    MAJOR = "major", _("Major")


class Flag(TextChoices):
    """What kind of complaint it is beside its topic."""

    REPEATED = "repeated", _("Repeated")
    BYPASSING = "bypassing", _("Bypassing")
    GROUP = "group", _("Group")
    DIFFICULT = "difficult", _("Difficult")
    SENSITIVE = "sensitive", _("Sensitive")


class Signal(TextChoices):
    """What the customer said or what happened that makes a case graver."""

    REGULATOR = "regulator", _("Named the regulator")
    CONSUMER = "consumer", _("Named the consumers' association")
    MEDIA = "media", _("Named the media")
    COURT = "court", _("Named the courts")
    INJURY = "injury", _("Somebody was hurt")
    LEAK = "leak", _("Personal data leaked")
    LEAVING = "leaving", _("Wants to leave")


class Upgrade(TextChoices):
    """Why a case is graver than ordinary."""

    SEVERITY = "severity", _("Judged major")
    URGENCY = "urgency", _("Judged urgent")
    REPEAT = "repeat", _("Repeated complaint")
    BYPASS = "bypass", _("Went to the regulator first")
    GROUP = "group", _("Group complaint")
    MEDIA = "media", _("Media")
    REGULATOR = "regulator", _("Regulator")
    INJURY = "injury", _("Injury")
    LEAK = "leak", _("Data leak")
    VIP = "vip", _("Valued customer")
    VIP_LOSS = "vip_loss", _("Valued customer wants to leave")
    AMOUNT = "amount", _("Large amount")
    PROMISE = "promise", _("Broken promise")


class Level(TextChoices):
    """The rungs of the ladder, lowest first."""

    AGENT = "agent", _("Agent")
    TEAM_LEADER = "team_leader", _("Team leader")
    SPECIALIST = "specialist", _("Complaint specialist")
    PROVINCE = "province", _("Provincial centre")
    HQ = "hq", _("Headquarters")


class EscalationReason(TextChoices):
    """Why a case went up, or down, the ladder."""

    TIME = "time", _("Time at this level is over")
    LIMIT_MISSED = "limit_missed", _("A limit was missed")
    RISK = "risk", _("High risk of escalation")
    WISH = "wish", _("At the customer's wish")
    VIP = "vip_case", _("Valued customer concerned")
    REGULATOR = "regulator_case", _("Regulator or press concerned")
    GRADE = "grade", _("Grade raised")
    JUDGEMENT = "judgement", _("By a person's judgement")
    CALMED = "calmed", _("Calmed down, can be handled below")


class Mood(TextChoices):
    """How the customer was at intake."""

    CALM = "calm", _("Calm")
    DISSATISFIED = "dissatisfied", _("Dissatisfied")
    ANGRY = "angry", _("Angry")
    THREATENING = "threatening", _("Threatening")


class Style(TextChoices):
    """How the customer talks and thinks."""

    FACTUAL = "factual", _("Sticks to the facts")
    TALKATIVE = "talkative", _("Talks at length")
    EMOTIONAL = "emotional", _("Led by feeling")
    EXPERT = "expert", _("Knows the rules")
    INSISTENT = "insistent", _("Insists and presses")
    RESERVED = "reserved", _("Says little")


class Demand(TextChoices):
    """What the customer wants above all."""

    EXPLANATION = "explanation", _("An explanation")
    REPAIR = "repair", _("The matter put right")
    APOLOGY = "apology", _("An apology")
    MONEY = "money", _("Money back")
    COMPENSATION = "compensation", _("Compensation")
    ACCOUNTABILITY = "accountability", _("Somebody held to account")


class OfferKind(TextChoices):
    """What is offered to settle."""

    APOLOGY = "apology", _("Apology")
    WAIVER = "waiver", _("Waiver")
    REFUND = "refund", _("Refund")
    CREDIT = "credit", _("Credit")
    GIFT = "gift", _("Gift")
    REPAIR = "repair", _("Repair")


class ConsentHow(TextChoices):
    """How the customer said yes or no to an offer."""

    RECORDED_CALL = "recorded_call", _("In a recorded call")
    MESSAGE = "message", _("By message")
    SIGNED = "signed", _("Signed on paper")
    ONLINE = "online", _("Online")


class EvidenceKind(TextChoices):
    """What proves something."""

    RECORDING = "recording", _("Recording")
    ORDER_LOG = "order_log", _("Order log")
    CONFIRMATION = "confirmation", _("Second confirmation")
    SCREENSHOT = "screenshot", _("Screenshot")
    LETTER = "letter", _("Letter")
    MEASUREMENT = "measurement", _("Measurement")
    OTHER = "other_evidence", _("Other")


class Phase(TextChoices):
    """The phases of a crisis plan."""

    PREVENTION = "prevention", _("Prevention")
    RESPONSE = "response", _("Response")
    RECOVERY = "recovery", _("Recovery")


class Circle(TextChoices):
    """Who a step of a crisis plan talks to."""

    INTERNAL = "internal", _("Inside")
    CROSS = "cross_department", _("Across departments")
    MEDIA = "media_contact", _("Media")


class Revisit(TextChoices):
    """How a customer of a segment is asked afterwards."""

    CALL = "call", _("Call")
    LEADER_CALL = "leader_call", _("Call by a team leader")
    MESSAGE = "revisit_message", _("Message")
