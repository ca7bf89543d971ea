from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    # Apart from the rows' change: PostgreSQL alters no table that has changed rows in a transaction.
    dependencies = [("knowledge", "0002_article_versions")]

    operations = [
        migrations.AlterField("article", "series", models.UUIDField()),
        migrations.AlterField("article", "saved_at", models.DateTimeField()),
        migrations.AddIndex(
            "article", models.Index(fields=["-since", "-id"], name="article_newest")
        ),
        migrations.AddConstraint(
            "article",
            models.UniqueConstraint(fields=["series", "number"], name="article_number_once"),
        ),
        migrations.AddConstraint(
            "article",
            models.UniqueConstraint(
                fields=["series"], condition=Q(published_at=None), name="article_one_draft"
            ),
        ),
    ]
