import django.db.models.deletion
from django.db import migrations, models
from django.utils import timezone

import sunline.kernel.ids


def first_versions(apps, schema_editor):
    topics = apps.get_model("knowledge", "Topic").objects.all()
    make = apps.get_model("knowledge", "TopicVersion")
    now = timezone.now()
    make.objects.bulk_create(
        make(
            topic_id=row.id,
            number=1,
            name=row.name,
            name_en=row.name_en,
            aliases=row.aliases,
            reporting_type=row.reporting_type,
            since=row.since,
            made_at=now,
        )
        for row in topics
    )


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0003_article_rules")]

    operations = [
        migrations.AddField("topic", "fields", models.JSONField(default=list)),
        migrations.AddField("topic", "version", models.PositiveSmallIntegerField(default=1)),
        migrations.AddField(
            "topic",
            "successor",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="knowledge.topic",
            ),
        ),
        migrations.CreateModel(
            "TopicVersion",
            [
                (
                    "id",
                    models.UUIDField(
                        default=sunline.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=64)),
                ("name_en", models.CharField(blank=True, max_length=64)),
                ("aliases", models.CharField(blank=True, max_length=256)),
                ("reporting_type", models.CharField(default="basic", max_length=16)),
                ("fields", models.JSONField(default=list)),
                ("since", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, max_length=64)),
                (
                    "topic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="knowledge.topic",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["topic", "number"], name="topic_version_once"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            "SuggestionModel",
            [
                (
                    "id",
                    models.UUIDField(
                        default=sunline.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("number", models.PositiveIntegerField(unique=True)),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(blank=True, max_length=64)),
                ("samples", models.PositiveIntegerField()),
                ("held_out", models.PositiveIntegerField()),
                ("top_1", models.FloatField(null=True)),
                ("top_3", models.FloatField(null=True)),
                ("weights", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
            ],
        ),
        migrations.RunPython(first_versions, migrations.RunPython.noop, elidable=True),
    ]
