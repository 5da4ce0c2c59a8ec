"""The templates of what is written to organizations before and after an inspection: 督查通知, 提醒函, 督办单, 通报."""

from django.db import migrations

RED_HEAD = {"head": True, "suffix": "文件", "imprint": True}
SHIPPED = {
    "announcement": {
        "name": "督查通知",
        "subject": "campaign",
        "title_pattern": "关于开展{期间}{督查内容}督查的通知",
        "settings": {"document": "announcement", "layout": RED_HEAD},
        "sections": [
            ("opening", "", {}),
            ("schedule", "督查时间", {}),
            ("objects", "督查对象", {}),
            ("key_points", "督查内容", {"items": 3}),
            ("methods", "督查方式", {}),
            ("prepare", "有关准备", {}),
            ("contact", "联系方式", {}),
            ("custom", "", {"text": "特此通知。"}),
            ("annex", "督查对象及分组安排表", {"table": "schedule", "optional": True}),
            ("annex", "督查要点", {"table": "key_points", "optional": True}),
        ],
    },
    "announcement-unit": {
        "name": "督查通知（单个单位）",
        "subject": "organization",
        "title_pattern": "关于对{组织}开展{期间}{督查内容}督查的通知",
        "settings": {"document": "announcement"},
        "sections": [
            ("opening", "", {}),
            ("schedule", "督查时间", {}),
            ("key_points", "督查内容", {"items": 3}),
            ("methods", "督查方式", {}),
            ("prepare", "有关准备", {}),
            ("contact", "联系方式", {}),
            ("custom", "", {"text": "特此通知。"}),
            ("annex", "督查要点", {"table": "key_points", "optional": True}),
        ],
    },
    "reminder": {
        "name": "提醒函",
        "subject": "organization",
        "title_pattern": "关于{期间}督查整改事项逾期的提醒函",
        "settings": {
            "document": "reminder",
            "deadline_days": 7,
            "layout": {"head": True, "suffix": "", "imprint": False},
            "requirements": ["请{组织}逐项查明逾期原因，明确责任岗位和完成时间，抓紧推进整改。"],
        },
        "sections": [
            ("opening", "", {}),
            ("overdue", "逾期事项", {}),
            ("next_steps", "有关要求", {}),
            ("custom", "", {"text": "特此函告。"}),
        ],
    },
    "supervision-order": {
        "name": "督办单",
        "subject": "organization",
        "title_pattern": "关于{组织}{期间}督查整改事项的督办单",
        "settings": {
            "document": "supervision_order",
            "deadline_days": 7,
            "layout": RED_HEAD,
            "requirements": [
                "请{组织}主要负责同志亲自过问督办事项，逐项明确责任岗位和完成时间。",
                "逾期仍未办结且未说明原因的，将按有关规定予以通报。",
            ],
        },
        "sections": [
            ("opening", "", {}),
            ("overdue", "督办事项", {"form": "table"}),
            ("next_steps", "办理要求", {}),
            ("custom", "", {"text": "特此通知。"}),
        ],
    },
    "circular": {
        "name": "逾期整改通报",
        "subject": "campaign",
        "title_pattern": "关于{期间}督查整改事项逾期情况的通报",
        "settings": {
            "document": "circular",
            "deadline_days": 10,
            "layout": RED_HEAD,
            "requirements": [
                "各有关单位要对照本通报逐项查找原因，压实整改责任，加快办理进度。",
                "其他单位要对照台账自查，防止整改事项逾期和已销号的问题反弹。",
            ],
        },
        "sections": [
            ("opening", "", {}),
            ("overview", "总体情况", {}),
            ("overdue", "逾期情况", {}),
            ("next_steps", "有关要求", {}),
            ("custom", "", {"text": "特此通报。"}),
            ("annex", "逾期整改事项一览表", {}),
        ],
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
    dependencies = [("reports", "0006_letters_and_deliveries")]

    operations = [migrations.RunPython(ship, migrations.RunPython.noop)]
