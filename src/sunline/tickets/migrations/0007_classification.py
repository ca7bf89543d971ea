from django.db import migrations, models

from sunline.tickets.rules import classification


def cuts(apps, schema_editor):
    tickets = apps.get_model("tickets", "Ticket").objects
    topics = apps.get_model("knowledge", "Topic").objects
    # One statement for each kind and topic in use, not one for each ticket.
    known = {row.id: row for row in topics.all()}
    for kind, topic_id in tickets.order_by().values_list("kind", "topic_id").distinct():
        topic = known.get(topic_id)
        tickets.filter(kind=kind, topic_id=topic_id).update(
            reporting_type=classification.reporting_type(
                kind, topic.reporting_type if topic else ""
            ),
            feedback=classification.feedback(kind, topic.code if topic else ""),
        )


class Migration(migrations.Migration):
    dependencies = [
        ("knowledge", "0004_topic_versions"),
        ("tickets", "0006_complaints"),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='details',
            field=models.JSONField(default=dict),
        ),
        migrations.AddField(
            model_name='ticket',
            name='feedback',
            field=models.CharField(choices=[('product', 'Products and services'), ('advice', 'Complaints and suggestions'), ('market', 'Movements of the market')], default='product', max_length=16),
        ),
        migrations.AddField(
            model_name='ticket',
            name='priority_why',
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name='ticket',
            name='reporting_type',
            field=models.CharField(choices=[('basic', 'Basic service'), ('value_added', 'Value-added service'), ('complaint', 'Complaints and problem solving'), ('personal', 'Personal service')], default='basic', max_length=16),
        ),
        migrations.AddField(
            model_name='ticket',
            name='scope',
            field=models.CharField(choices=[('one', 'One customer'), ('several', 'Several customers'), ('area', 'A building or an area'), ('many', 'Very many customers')], default='one', max_length=16),
        ),
        migrations.AddField(
            model_name='ticket',
            name='topic_version',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='ticket',
            name='truth',
            field=models.CharField(blank=True, choices=[('', 'Not checked'), ('verified', 'Verified'), ('unverified', 'Could not be verified'), ('duplicate', 'Said before')], max_length=16),
        ),
        migrations.AddField(
            model_name='ticket',
            name='truth_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='ticket',
            name='truth_by',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.RunPython(cuts, migrations.RunPython.noop, elidable=True),
    ]
