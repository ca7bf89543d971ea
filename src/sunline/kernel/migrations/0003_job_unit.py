from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_policies")]

    operations = [
        migrations.AddField("job", "unit_id", models.UUIDField(null=True)),
    ]
