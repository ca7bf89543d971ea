"""Parties, customers, billing accounts, subscribers (三户) and what they hold."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.crypto import EncryptedField
from sunline.kernel.ids import new_id


class Region(models.Model):
    """A province, city or district of the national standard GB/T 2260."""

    code = models.CharField(primary_key=True, max_length=12)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField()


class Party(models.Model):
    """A natural person or an organisation, whatever roles it plays."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, default="individual")
    name = models.CharField(max_length=128)
    name_pinyin = models.CharField(max_length=64, blank=True)
    identity_kind = models.CharField(max_length=16, blank=True)
    identity_number = EncryptedField(blank=True, default="")
    identity_index = models.CharField(max_length=48, blank=True)
    identity_last4_index = models.CharField(max_length=48, blank=True)
    birth_date = models.DateField(null=True, blank=True)
    gender = models.CharField(max_length=8, blank=True)

    class Meta:
        indexes = [
            # On PostgreSQL these classes let a prefix use the index whatever the collation is.
            models.Index(fields=["name"], name="party_name", opclasses=["varchar_pattern_ops"]),
            models.Index(
                fields=["name_pinyin"], name="party_pinyin", opclasses=["varchar_pattern_ops"]
            ),
            models.Index(fields=["identity_index"], name="party_identity"),
            models.Index(fields=["identity_last4_index"], name="party_identity4"),
        ]


class Customer(models.Model):
    """A party that buys from us (客户), at home in a city, with a tier and care marks."""

    class Tier(models.TextChoices):
        """Grades by value."""

        ORDINARY = "ordinary"
        HONOURED = "honoured"
        SILVER = "silver"
        GOLD = "gold"
        DIAMOND = "diamond"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    group = models.CharField(max_length=16, default="public")  # public, business, key
    tier = models.CharField(max_length=16, choices=Tier, default=Tier.ORDINARY)
    home_unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="+")
    rural = models.BooleanField(default=False)
    fragile = models.CharField(max_length=32, blank=True)  # senior, disabled, …
    since = models.DateField(null=True, blank=True)
    # Who looks after the customer (客户经理); usually of business customers and key accounts.
    manager = models.ForeignKey(
        "staff.Account", models.SET_NULL, null=True, blank=True, related_name="+", db_index=False
    )
    status = models.CharField(max_length=16, default="active")
    external_id = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["home_unit", "-id"], name="customer_home"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], name="customer_external", condition=~Q(external_id="")
            ),
        ]


class Grade(models.Model):
    """What a customer was graded, by whom and why, between two dates."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="grades")
    kind = models.CharField(max_length=16, default="tier")  # tier, value, churn
    value = models.CharField(max_length=32)
    reason = models.CharField(max_length=128, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    by_id = models.UUIDField(null=True)
    by_label = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind"], condition=Q(until=None), name="grade_once"
            ),
        ]


class BillingAccount(models.Model):
    """Who pays and how (账户)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=24, unique=True)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="accounts")
    payment = models.CharField(max_length=16, default="postpaid")
    bill_day = models.PositiveSmallIntegerField(default=1)
    external_id = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["external_id"], name="account_external", condition=~Q(external_id="")
            ),
        ]


class Subscriber(models.Model):
    """A service number in use (用户): a mobile number, a fixed line, a broadband account."""

    class Status(models.TextChoices):
        """在网状态."""

        ACTIVE = "active"  # 正常
        ONE_WAY = "one_way"  # 单停
        TWO_WAY = "two_way"  # 双停
        KEPT = "kept"  # 停机保号
        ARREARS = "arrears"  # 欠停
        FRAUD = "fraud"  # 涉诈停
        CLOSED = "closed"  # 销户

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(BillingAccount, models.CASCADE, related_name="subscribers")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="subscribers")
    service = models.CharField(max_length=16, default="mobile")
    number = EncryptedField()
    number_index = models.CharField(max_length=48)
    last4_index = models.CharField(max_length=48)
    status = models.CharField(max_length=16, choices=Status, default=Status.ACTIVE)
    status_reason = models.CharField(max_length=32, blank=True)
    status_since = models.DateTimeField(null=True, blank=True)
    joined_on = models.DateField(null=True, blank=True)
    external_id = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["number_index"], name="subscriber_number"),
            models.Index(fields=["last4_index", "-id"], name="subscriber_last4"),
        ]
        constraints = [
            # A number in use belongs to one subscriber; a closed one may be given out again.
            models.UniqueConstraint(
                fields=["service", "number_index"],
                condition=~Q(status="closed"),
                name="number_in_use_once",
            ),
            models.UniqueConstraint(
                fields=["external_id"], name="subscriber_external", condition=~Q(external_id="")
            ),
        ]


class Holding(models.Model):
    """A product in use (在用业务) on a service number, between two dates."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subscriber = models.ForeignKey(Subscriber, models.CASCADE, related_name="holdings")
    product_code = models.CharField(max_length=32)
    product_name = models.CharField(max_length=64)
    kind = models.CharField(max_length=16, default="plan")
    monthly_fee = models.DecimalField(max_digits=10, decimal_places=2, default=0)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=64, blank=True)


class ContactPoint(models.Model):
    """A way to reach a customer (联系方式): encrypted, findable whole and by its last four."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contact_points")
    kind = models.CharField(max_length=16)  # phone, email, wechat, address
    value = EncryptedField()
    value_index = models.CharField(max_length=48)
    last4_index = models.CharField(max_length=48, blank=True)
    preferred = models.BooleanField(default=False)
    verified_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["value_index"], name="contact_value"),
            models.Index(fields=["last4_index", "-id"], name="contact_last4"),
        ]


class Consent(models.Model):
    """What a customer agreed to or refused, for one purpose, with the notice they saw."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="consents")
    purpose = models.CharField(max_length=32)  # service, marketing, survey, recording
    granted = models.BooleanField()
    notice_version = models.CharField(max_length=16, blank=True)
    channel = models.CharField(max_length=16, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "purpose"], condition=Q(until=None), name="consent_once"
            ),
        ]


class SubscriberCount(models.Model):
    """Billed subscribers (出账用户数) by city and month: an imported denominator."""

    unit = models.ForeignKey("staff.Unit", models.PROTECT, related_name="+")
    month = models.DateField()
    service = models.CharField(max_length=16, default="all")
    billed = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit", "month", "service"], name="count_once"),
        ]


class Reveal(models.Model):
    """A masked value that was shown in full: to whom, whose, which, why."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    field = models.CharField(max_length=64)
    purpose = models.CharField(max_length=128)
    through = models.UUIDField(null=True)  # the ticket or interaction the right came from
    actor_id = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["actor_id", "-id"], name="reveal_by"),
        ]
