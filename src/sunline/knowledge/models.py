"""What contacts are about, the topic tree; and what is known about it, in versions."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from sunline.kernel.ids import new_id


class Topic(models.Model):
    """A business classification (业务分类) in up to three levels, as its version in force has it.

    A topic that ended may have a successor, to which its tickets are counted from then on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=32, unique=True)
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    path = models.CharField(max_length=128, unique=True)
    pinyin = models.CharField(max_length=64, blank=True)
    aliases = models.CharField(max_length=256, blank=True)  # parted by ;
    reporting_type = models.CharField(max_length=16, default="basic")
    fields = models.JSONField(default=list)
    version = models.PositiveSmallIntegerField(default=1)
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class TopicVersion(models.Model):
    """What a topic is called and asks for from a day on; tickets keep the number of theirs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=64)
    name_en = models.CharField(max_length=64, blank=True)
    aliases = models.CharField(max_length=256, blank=True)  # parted by ;
    reporting_type = models.CharField(max_length=16, default="basic")
    fields = models.JSONField(default=list)
    since = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="topic_version_once"),
        ]


class SuggestionModel(models.Model):
    """A model that suggests topic and kind of a text, with what it got right on held-out texts.

    The weights are packed JSON; `digest` guards against damage.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=64, blank=True)
    samples = models.PositiveIntegerField()
    held_out = models.PositiveIntegerField()
    top_1 = models.FloatField(null=True)
    top_3 = models.FloatField(null=True)
    weights = models.BinaryField()
    digest = models.CharField(max_length=64)


class Article(models.Model):
    """A version of a piece of knowledge with its approved wording (解释口径) and validity.

    Versions of one piece share its `series`, by which everybody knows it. One that is not published
    is the draft; a published one changes no more, except that its validity is cut short.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    series = models.UUIDField()
    number = models.PositiveIntegerField(default=1)
    revision = models.PositiveIntegerField(default=1)  # rises with every change in the series
    # For whom: the unit and all below it; everybody when there is none.
    unit = models.ForeignKey("staff.Unit", models.PROTECT, null=True, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, null=True, related_name="+")
    title = models.CharField(max_length=128)
    pinyin = models.CharField(max_length=128, blank=True)
    body = models.TextField()
    language = models.CharField(max_length=8, default="zh-hans")
    public = models.BooleanField(default=False)
    since = models.DateTimeField(null=True)  # of a draft: from when it is published
    until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True)
    saved_at = models.DateTimeField()
    saved_by = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="article_number_once"),
            models.UniqueConstraint(
                fields=["series"], condition=Q(published_at=None), name="article_one_draft"
            ),
        ]
        indexes = [models.Index(fields=["-since", "-id"], name="article_newest")]

    def __str__(self) -> str:
        return self.title


class AddressTable(models.Model):
    """A version of the table that tells which service an address belongs to; the last one holds.

    `simulated` says that its services are made up, as those of the demo are.
    """

    number = models.PositiveIntegerField(primary_key=True)
    rows = models.PositiveIntegerField()
    services = models.PositiveIntegerField()
    simulated = models.BooleanField(default=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    made_by = models.CharField(max_length=64, blank=True)


class ServiceAddress(models.Model):
    """A range of addresses or a domain with its service, and what an agent may say of it.

    `first` and `last` are 32 hexadecimal digits, so that they sort as the numbers they are.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    table = models.ForeignKey(AddressTable, models.CASCADE, related_name="addresses")
    kind = models.CharField(max_length=8)
    first = models.CharField(max_length=32, blank=True)
    last = models.CharField(max_length=32, blank=True)
    name = models.CharField(max_length=253, blank=True)
    service = models.CharField(max_length=64)
    service_en = models.CharField(max_length=64, blank=True)
    category = models.CharField(max_length=16)
    background = models.BooleanField(default=False)
    note = models.CharField(max_length=255, blank=True)
    note_en = models.CharField(max_length=255, blank=True)

    class Meta:
        indexes = [models.Index(fields=["table", "id"], name="address_of_table")]
