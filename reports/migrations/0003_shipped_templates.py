"""The report templates that every site starts with: the four-part inspection report and the feedback to one organization."""

from django.db import migrations

FOUR_PART = {
    "name": "督查报告（四部分）",
    "subject": "campaign",
    "title_pattern": "{牵头机构}关于{组织}{期间}{督查内容}的督查报告",
    "settings": {
        "bands": {"few": 0.1, "few_at_most": 10, "some": 0.5, "general": 0.8},
        "names_units": False,
        "names_examples": True,
        "follow_up": "对督查发现的问题，逐单位反馈意见、列出清单，明确整改责任和时限，跟踪核验整改结果。",
    },
    "sections": [
        ("opening", "", {}),
        ("overview", "基本情况", {}),
        ("problems", "存在问题", {}),
        ("risk_points", "风险点", {}),
        ("next_steps", "下步打算", {}),
        ("annex", "督查覆盖情况表", {"table": "coverage"}),
        ("annex", "督查发现问题清单", {"table": "problems", "internal": True}),
    ],
}
FEEDBACK = {
    "name": "反馈意见",
    "subject": "organization",
    "title_pattern": "关于{组织}{期间}{督查内容}的督查反馈意见",
    "settings": {
        "deadline_days": 30,
        "all_well": "请结合实际巩固已有做法，继续抓好各项任务落实。",
    },
    "sections": [
        ("opening", "", {}),
        ("overview", "总体情况", {}),
        ("problems", "存在问题", {}),
        ("risk_points", "需要关注的风险", {"optional": True}),
        ("next_steps", "整改要求", {}),
    ],
}


def ship(apps, schema_editor):  # noqa: ARG001 -- Django calls it with both
    """Write both templates; one that is there already is left as the office made it."""
    ReportTemplate = apps.get_model("reports", "ReportTemplate")
    TemplateSection = apps.get_model("reports", "TemplateSection")
    for key, shipped in (("four-part", FOUR_PART), ("feedback", FEEDBACK)):
        fields = {name: value for name, value in shipped.items() if name != "sections"}
        template, created = ReportTemplate.objects.get_or_create(key=key, defaults=fields)
        if created:
            TemplateSection.objects.bulk_create(
                TemplateSection(template=template, kind=kind, heading=heading, settings=settings, order=order)
                for order, (kind, heading, settings) in enumerate(shipped["sections"])
            )


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_initial")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
