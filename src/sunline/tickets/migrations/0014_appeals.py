import django.db.models.deletion
from django.db import migrations, models

import sunline.kernel.crypto
import sunline.kernel.ids

DOORS = [
    ("regulator", "Regulator's appeal centre"),
    ("12345", "Government hotline 12345"),
    ("12315", "Consumers' hotline 12315"),
    ("media", "The media"),
    ("petition", "Letters and visits"),
]
CATEGORIES = [
    ("service", "User service"),
    ("network", "Network quality"),
    ("charges", "Charges in dispute"),
]
STATES = [
    ("received", "Appeal received"),
    ("accepted", "Accepted by the door"),
    ("mediation", "In mediation"),
    ("replied", "Reply given to the door"),
    ("agreed", "Agreement signed"),
    ("closed", "Appeal closed"),
    ("refused", "Refused by the door"),
    ("sent_back", "User sent back to the operator"),
    ("returned", "Returned to the door"),
    ("withdrawn", "Appeal withdrawn"),
]
RESULTS = [
    ("agreed", "Agreement reached"),
    ("answered", "Answered, the door closed it"),
    ("failed", "Mediation without agreement"),
    ("stopped", "Mediation stopped"),
]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0013_data_sheets")]

    operations = [
        migrations.AddField(
            model_name="complaint",
            name="frozen_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.CreateModel(
            name="Appeal",
            fields=[
                ("id", models.UUIDField(default=sunline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("door", models.CharField(choices=DOORS, max_length=16)),
                ("number", models.CharField(max_length=64)),
                ("category", models.CharField(choices=CATEGORIES, max_length=16)),
                ("state", models.CharField(choices=STATES, default="received", max_length=16)),
                ("claim", models.TextField()),
                ("name", sunline.kernel.crypto.EncryptedField(blank=True, default="")),
                ("phone", sunline.kernel.crypto.EncryptedField(blank=True, default="")),
                ("address", sunline.kernel.crypto.EncryptedField(blank=True, default="")),
                ("postcode", models.CharField(blank=True, max_length=16)),
                ("event_on", models.DateField()),
                ("first_complaint_at", models.DateTimeField(null=True)),
                ("operator_answer_due", models.DateTimeField(null=True)),
                ("answered_at", models.DateTimeField(null=True)),
                ("user_satisfied", models.BooleanField(null=True)),
                ("received_at", models.DateTimeField()),
                ("bypassing", models.BooleanField(default=False)),
                ("accept_due", models.DateTimeField(null=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("although", models.JSONField(default=list)),
                ("reason", models.CharField(blank=True, max_length=24)),
                ("material_at", models.DateTimeField(null=True)),
                ("reply_due", models.DateTimeField()),
                ("replied_at", models.DateTimeField(null=True)),
                ("return_until", models.DateTimeField(null=True)),
                ("mediation_at", models.DateTimeField(null=True)),
                ("end_due", models.DateTimeField(null=True)),
                ("agreement_signed_on", models.DateField(null=True)),
                ("agreement", models.TextField(blank=True)),
                ("amount", models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ("result", models.CharField(blank=True, choices=RESULTS, max_length=16)),
                ("solved", models.BooleanField(null=True)),
                ("satisfied", models.BooleanField(null=True)),
                ("due_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                ("ticket", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="appeals", to="tickets.ticket")),
            ],
            options={
                "indexes": [
                    models.Index(fields=["ticket", "id"], name="appeal_ticket"),
                    models.Index(fields=["state", "-id"], name="appeal_state"),
                    models.Index(fields=["received_at"], name="appeal_received"),
                    models.Index(condition=models.Q(("due_at", None), _negated=True), fields=["due_at"], name="appeal_due"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("door", "number"), name="appeal_number_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="AppealCount",
            fields=[
                ("id", models.UUIDField(default=sunline.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ("operator", models.CharField(max_length=64)),
                ("since", models.DateField()),
                ("months", models.PositiveSmallIntegerField(default=3)),
                ("service", models.PositiveIntegerField()),
                ("network", models.PositiveIntegerField()),
                ("charges", models.PositiveIntegerField()),
                ("users", models.PositiveBigIntegerField()),
                ("place", models.PositiveIntegerField(default=0)),
                ("set_at", models.DateTimeField()),
                ("set_by", models.CharField(blank=True, max_length=64)),
            ],
            options={
                "indexes": [models.Index(fields=["since"], name="appeal_count_since")],
                "constraints": [
                    models.UniqueConstraint(fields=("operator", "since"), name="appeal_count_once"),
                    models.CheckConstraint(condition=models.Q(("months__in", [1, 3])), name="appeal_count_months"),
                ],
            },
        ),
    ]
