from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("inspections", "0013_fewer_checks")]

    operations = [
        migrations.AddIndex(
            model_name="assignment",
            index=models.Index(fields=["campaign", "visit_on", "organization_path"], name="assignment_visits"),
        ),
    ]
