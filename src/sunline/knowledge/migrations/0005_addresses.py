import django.db.models.deletion
import sunline.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0004_topic_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressTable",
            fields=[
                ("number", models.PositiveIntegerField(primary_key=True, serialize=False)),
                ("rows", models.PositiveIntegerField()),
                ("services", models.PositiveIntegerField()),
                ("simulated", models.BooleanField(default=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(null=True)),
                ("made_by", models.CharField(blank=True, max_length=64)),
            ],
        ),
        migrations.CreateModel(
            name="ServiceAddress",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=sunline.kernel.ids.new_id,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("kind", models.CharField(max_length=8)),
                ("first", models.CharField(blank=True, max_length=32)),
                ("last", models.CharField(blank=True, max_length=32)),
                ("name", models.CharField(blank=True, max_length=253)),
                ("service", models.CharField(max_length=64)),
                ("service_en", models.CharField(blank=True, max_length=64)),
                ("category", models.CharField(max_length=16)),
                ("background", models.BooleanField(default=False)),
                ("note", models.CharField(blank=True, max_length=255)),
                ("note_en", models.CharField(blank=True, max_length=255)),
                (
                    "table",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="addresses",
                        to="knowledge.addresstable",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["table", "id"], name="address_of_table")],
            },
        ),
    ]
