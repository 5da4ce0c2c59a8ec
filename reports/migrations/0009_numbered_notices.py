"""The rectification notice has a head that shows its number from now on, as the letters about what is late have."""

from django.db import migrations
from django.utils import timezone

KEY = "notice"
LAYOUT = {"head": True, "suffix": "文件", "imprint": True}


def add_head(apps, schema_editor):  # noqa: ARG001 -- Django calls it with both
    """Publish the shipped template anew with the head; where the office has versions of its own, they stay as they are."""
    ReportTemplate = apps.get_model("reports", "ReportTemplate")
    TemplateSection = apps.get_model("reports", "TemplateSection")
    family = ReportTemplate.objects.filter(key=KEY)
    old = family.filter(version=1, status="published").first()
    if old is None or family.count() > 1 or old.settings.get("layout"):
        return
    rows = list(TemplateSection.objects.filter(template=old).order_by("order", "pk").values("kind", "heading", "settings"))
    family.filter(pk=old.pk).update(status="retired")
    values = {name: getattr(old, name) for name in ("key", "name", "subject", "title_pattern")}
    settings = {**old.settings, "layout": LAYOUT}
    new = ReportTemplate.objects.create(**values, settings=settings, version=2, status="published", published_at=timezone.now())
    TemplateSection.objects.bulk_create(TemplateSection(template=new, order=order, **row) for order, row in enumerate(rows))


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_figures_in_the_annex")]

    operations = [migrations.RunPython(add_head, migrations.RunPython.noop)]
