"""What was typed when a report was composed stays with it; and the further templates that every site starts with."""

from django.db import migrations, models

BANDS = {"few": 0.1, "few_at_most": 10, "some": 0.5, "general": 0.8}
DEADLINES = {"general": 30, "notable": 20, "serious": 10}
SHIPPED = {
    "three-part": {
        "name": "督查报告（三部分）",
        "subject": "campaign",
        "title_pattern": "{牵头机构}关于{组织}{期间}{督查内容}的督查报告",
        "settings": {"document": "report", "grouping": "theme", "bands": BANDS, "names_units": False, "names_examples": True},
        "sections": [
            ("opening", "", {}),
            ("overview", "主要工作开展情况", {}),
            ("problems", "存在主要问题", {"form": "items", "items": 5}),
            ("next_steps", "下一步工作计划", {}),
        ],
    },
    "research": {
        "name": "调研报告",
        "subject": "campaign",
        "title_pattern": "关于{组织}{期间}{督查内容}的调研报告",
        "settings": {"document": "research", "grouping": "theme", "bands": BANDS, "names_units": False, "names_examples": True},
        "sections": [
            ("opening", "", {}),
            ("overview", "工作开展情况", {}),
            ("problems", "存在问题", {"form": "items", "items": 6}),
            ("recommendations", "意见建议", {}),
        ],
    },
    "work-report": {
        "name": "单位工作报告",
        "subject": "organization",
        "title_pattern": "{组织}关于{期间}{督查内容}的报告",
        "settings": {"document": "work_report", "person": "first"},
        "sections": [
            ("opening", "", {}),
            ("overview", "工作开展情况", {}),
            ("problems_and_plan", "存在的问题和下一步打算", {}),
        ],
    },
    "self-inspection": {
        "name": "单位自查报告",
        "subject": "organization",
        "title_pattern": "{组织}{期间}{督查内容}自查报告",
        "settings": {"document": "self_inspection", "person": "first"},
        "sections": [
            ("opening", "", {}),
            ("overview", "", {}),
            ("problems", "存在的问题", {"optional": True}),
        ],
    },
    "notice": {
        "name": "整改通知书",
        "subject": "organization",
        "title_pattern": "关于{组织}{期间}督查发现问题的整改通知书",
        "settings": {
            "document": "notice",
            "deadlines": DEADLINES,
            "requirements": ["请{组织}对照所列事项逐条制定整改措施，明确责任岗位，整改一项、核对一项。"],
        },
        "sections": [
            ("opening", "", {}),
            ("problems", "整改事项", {"optional": True}),
            ("risk_points", "需要防范的风险", {"optional": True}),
            ("next_steps", "有关要求", {}),
            ("annex", "整改事项一览表", {}),
        ],
    },
    **{
        key: {
            "name": f"督查{name}",
            "subject": "campaign",
            "title_pattern": f"{{期间}}{{督查内容}}督查{name}",
            "settings": {"document": "lists", "deadlines": DEADLINES},
            "sections": [("custom", "", {"table": table})],
        }
        for key, name, table in (
            ("problem-list", "问题清单", "problem_list"),
            ("task-list", "任务清单", "task_list"),
            ("responsibility-list", "责任清单", "responsibility_list"),
        )
    },
}


def ship(apps, schema_editor):  # noqa: ARG001 -- Django calls it with both
    """Write the templates; one that is there already is left as the office made it."""
    ReportTemplate = apps.get_model("reports", "ReportTemplate")
    TemplateSection = apps.get_model("reports", "TemplateSection")
    for key, shipped in SHIPPED.items():
        if ReportTemplate.objects.filter(key=key).exists():
            continue
        fields = {name: value for name, value in shipped.items() if name != "sections"}
        template = ReportTemplate.objects.create(key=key, **fields)
        TemplateSection.objects.bulk_create(
            TemplateSection(template=template, kind=kind, heading=heading, settings=settings, order=order)
            for order, (kind, heading, settings) in enumerate(shipped["sections"])
        )


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_report_desk")]

    operations = [
        migrations.AddField(
            model_name="report",
            name="wishes",
            field=models.JSONField(
                blank=True, default=dict, help_text="整改期限、自报问题等，重新成文时沿用。", verbose_name="起草时填写的要求"
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
