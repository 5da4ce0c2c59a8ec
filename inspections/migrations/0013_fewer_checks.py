"""The database checks what a finding and a receipt refer to once, not for every copy of it, and keeps no index twice.

SQLite keeps the checks of the tables that are there: leaving them out would mean to write a million rows anew.
"""

from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

INDEXES = {
    "inspections_finding_campaign_id_de740236": "inspections_finding (campaign_id)",
    "inspections_finding_organization_id_729f8437": "inspections_finding (organization_id)",
    "inspections_receipt_sent_by_id_8e9b2964": "inspections_receipt (sent_by_id)",
}


class AlterOnPostgresql(migrations.AlterField):
    """Changes the table on PostgreSQL, where it takes no time, and only the state elsewhere."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Change the table on PostgreSQL."""
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)


class Migration(migrations.Migration):
    """Five keys without a check of their own; three indexes that others begin with, or that nobody looks up."""

    dependencies = [
        ("inspections", "0012_submission_search"),
        ("units", "0013_second_factor"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        *(
            migrations.RunSQL(f"DROP INDEX IF EXISTS {name}", f"CREATE INDEX IF NOT EXISTS {name} ON {columns}")
            for name, columns in INDEXES.items()
        ),
        AlterOnPostgresql(
            model_name="finding",
            name="campaign",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="findings",
                to="inspections.campaign",
                verbose_name="督查活动",
            ),
        ),
        AlterOnPostgresql(
            model_name="finding",
            name="organization",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="findings",
                to="units.partyorganization",
                verbose_name="督查对象",
            ),
        ),
        AlterOnPostgresql(
            model_name="findinggrams",
            name="finding",
            field=models.OneToOneField(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="pairs",
                to="inspections.finding",
                verbose_name="发现",
            ),
        ),
        AlterOnPostgresql(
            model_name="receipt",
            name="assignment",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="receipts",
                to="inspections.assignment",
                verbose_name="督查任务",
            ),
        ),
        AlterOnPostgresql(
            model_name="receipt",
            name="sent_by",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="上传人",
            ),
        ),
    ]
