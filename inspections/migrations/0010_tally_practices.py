from django.db import migrations, models
from django.utils import timezone


def mark_all(apps, _editor):
    """Have every tally counted again: the new column is filled by folding, in the background."""
    mark = apps.get_model("inspections", "TallyMark")
    counted = apps.get_model("inspections", "Tally").objects.order_by().values_list("campaign", flat=True).distinct()
    now = timezone.now()
    mark.objects.bulk_create(mark(campaign_id=campaign, path="", is_branch=True, marked_at=now) for campaign in counted)


class Migration(migrations.Migration):
    dependencies = [("inspections", "0009_merges_of_findings")]

    operations = [
        migrations.AddField(
            model_name="tally",
            name="practices",
            field=models.JSONField(default=list, verbose_name="最新的好做法"),
        ),
        migrations.RunPython(mark_all, migrations.RunPython.noop, elidable=True),
    ]
