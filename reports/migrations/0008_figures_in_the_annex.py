"""The four-part report has an annex of figures from now on; and a part that was renamed can be named back."""

from django.db import migrations, models
from django.utils import timezone

KEY = "four-part"
HEADING, SETTINGS = "督查情况图表", {"table": "figures", "optional": True}


def add_figures(apps, schema_editor):  # noqa: ARG001 -- Django calls it with both
    """Publish the shipped template anew with the annex; where the office has versions of its own, they stay as they are.

    A published version never changes, so that a report is composed again by what it was made from: the annex comes with a new version.
    """
    ReportTemplate = apps.get_model("reports", "ReportTemplate")
    TemplateSection = apps.get_model("reports", "TemplateSection")
    family = ReportTemplate.objects.filter(key=KEY)
    old = family.filter(version=1, status="published").first()
    if old is None or family.count() > 1:
        return
    rows = list(TemplateSection.objects.filter(template=old).order_by("order", "pk").values("kind", "heading", "settings"))
    place = next((number for number, row in enumerate(rows) if row["settings"].get("internal")), len(rows))
    rows.insert(place, {"kind": "annex", "heading": HEADING, "settings": SETTINGS})
    family.filter(pk=old.pk).update(status="retired")
    values = {name: getattr(old, name) for name in ("key", "name", "subject", "title_pattern", "settings")}
    new = ReportTemplate.objects.create(**values, version=2, status="published", published_at=timezone.now())
    TemplateSection.objects.bulk_create(TemplateSection(template=new, order=order, **row) for order, row in enumerate(rows))


class Migration(migrations.Migration):
    dependencies = [("reports", "0007_shipped_letters")]

    operations = [
        migrations.AlterField(
            model_name="paragraphedit",
            name="verb",
            field=models.CharField(
                choices=[
                    ("change", "修改"),
                    ("add", "新增"),
                    ("delete", "删除"),
                    ("split", "拆分"),
                    ("merge", "合并"),
                    ("move", "移动"),
                    ("level", "调整级别"),
                    ("accept", "采用新稿"),
                    ("keep", "保留原稿"),
                    ("proposal", "采纳外部修改"),
                    ("undo", "撤销"),
                    ("rename", "修改部分标题"),
                ],
                max_length=10,
                verbose_name="操作",
            ),
        ),
        migrations.RunPython(add_figures, migrations.RunPython.noop),
    ]
