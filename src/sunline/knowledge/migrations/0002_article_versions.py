import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F

from sunline.kernel.pinyin import initials


def first_versions(apps, schema_editor):
    articles = apps.get_model("knowledge", "Article").objects
    articles.update(series=F("id"), published_at=F("since"), saved_at=F("since"))
    for row in articles.only("id", "title").iterator():
        articles.filter(id=row.id).update(pinyin=initials(row.title, most=128))


class Migration(migrations.Migration):
    dependencies = [("knowledge", "0001_initial"), ("staff", "0001_initial")]

    operations = [
        migrations.AddField("article", "series", models.UUIDField(null=True)),
        migrations.AddField("article", "number", models.PositiveIntegerField(default=1)),
        migrations.AddField("article", "revision", models.PositiveIntegerField(default=1)),
        migrations.AddField(
            "article",
            "unit",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="staff.unit",
            ),
        ),
        migrations.AddField("article", "pinyin", models.CharField(blank=True, max_length=128)),
        migrations.AddField("article", "published_at", models.DateTimeField(null=True)),
        migrations.AddField("article", "saved_at", models.DateTimeField(null=True)),
        migrations.AddField("article", "saved_by", models.CharField(blank=True, max_length=64)),
        migrations.AlterField("article", "since", models.DateTimeField(null=True)),
        migrations.RunPython(first_versions, migrations.RunPython.noop, elidable=True),
    ]
