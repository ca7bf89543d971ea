import django.db.models.deletion
import sunline.kernel.crypto
import sunline.kernel.ids
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0012_redress"),
    ]

    operations = [
        migrations.CreateModel(
            name="DataSheet",
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
                ("subscriber_id", models.UUIDField()),
                (
                    "period",
                    models.CharField(
                        choices=[
                            ("this_month", "This month"),
                            ("last_month", "Last month"),
                            ("two_back", "The month before last"),
                            ("three_back", "Three months ago"),
                            ("week", "The last seven days"),
                        ],
                        max_length=16,
                    ),
                ),
                ("since", models.DateField()),
                ("until", models.DateField()),
                ("table", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField()),
                ("figures", sunline.kernel.crypto.EncryptedField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.UUIDField(null=True)),
                ("made_by_label", models.CharField(blank=True, max_length=64)),
                (
                    "channel",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("sms", "Text message to the number itself"),
                            ("email", "E-mail to the verified address"),
                        ],
                        max_length=8,
                    ),
                ),
                ("message_id", models.UUIDField(null=True)),
                ("sent_at", models.DateTimeField(null=True)),
                ("sent_by_label", models.CharField(blank=True, max_length=64)),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="data_sheets",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["ticket", "-id"], name="data_sheet_ticket")],
            },
        ),
    ]
