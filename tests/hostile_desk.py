"""Conditions and forms of the report desk for ``tests.test_hostile_input``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.addresses_desk import TABLE

if TYPE_CHECKING:
    from tests.addresses import World

FIELDS_DESK = {
    "reports:report_create": ["organization"],
    "reports:text_find": ["find", "replace"],
    "reports:insert_list": ["what", "q", "page"],
    "reports:remark_list": ["paragraph"],
    "reports:version_list": ["page"],
    "reports:version_detail": ["with"],
    "reports:series_detail": ["page"],
    "reports:archive_list": ["page", "q", "year", "issuer"],
    "reports:archive_compare": ["report"],
    "reports:watch_word_list": ["page"],
    "reports:template_preview": ["campaign", "organization"],
    "reports:letter_create": ["kind", "row"],
    "reports:delivery_list": ["page", "q", "state"],
}

WITHOUT_FIELDS_DESK = {
    *(f"reports:{name}" for name in ("edit_undo", "offer_accept_all", "facts_recheck", "check_fix_all", "version_restore")),
    *(f"reports:{name}" for name in ("word_return_list", "archive_delete", "archive_create", "watch_word_delete", "rendition_verify")),
    *(f"reports:template_{act}" for act in ("revise", "publish", "retire", "restore", "discard")),
    "reports:signoff_withdraw",
    "reports:delivery_receive",
}
"""Verbs that take no fields, or only files."""


def samples_desk(world: World) -> dict[str, dict[str, object]]:
    """For every address of the desk that takes a form: fields with which it would do its work."""
    desk = world.desk
    place = {"revision": desk.paragraph.revision}
    mark = {"mark": "0" * 64}
    organizer = world.campaign.organizer_id
    layout = {
        "number_series": desk.series.pk,
        "head": "on",
        "issuers": "云岭区委",
        "suffix": "on",
        "approvers": "on",
        "copy_number": "000001",
    }
    layout |= {
        "secrecy": "",
        "urgency": "特急",
        "imprint": "on",
        "copy_to": "区政府办公室",
        "printer": "区委办",
        "printed_on": "2026-11-20",
    }
    reviewers = {f"reviewer_{place}": "" for place in range(2, 5)}
    opinion = {"opinion": "同意。", "saw": "0" * 64}
    template = {"name": "样式", "title_pattern": "{督查内容}的报告", "addressee": "区委", "grouping": "category", "names_units": "on"}
    template |= {"few": 10, "few_at_most": 3, "some": 50, "general": 80, "themes": 3, "full_points": 2, "examples": 2, "smallest_group": 3}
    template |= {"names_examples": "on", "follow_up": "结尾。", **{f"mark_{level}": level for level in range(1, 5)}}
    template |= {"head": "on", "issuers": "区委", "suffix": "on", "imprint": "on", "copy_to": "区政府", "printer": "区委办"}
    template |= {"approvers": "on", "revision": desk.template.revision, "sections-TOTAL_FORMS": 1, "sections-INITIAL_FORMS": 0}
    template |= {f"sections-0-{name}": value for name, value in {"kind": "problems", "heading": "问题", "form": "themes"}.items()}
    template |= {"sections-0-items": 3, "sections-0-table": "", "sections-0-text": "", "stay": "1"}
    letter = {
        "template": desk.delivery.report.template_id,
        "signed_on": "2026-11-20",
        "deadline_days": 7,
        "to_all": "on",
        "rows": str(desk.delivery.pk),
    }
    return {
        "reports:letter_create": letter,
        "reports:paragraph_save": {**place, "lead": "标题", "text": "改过的一段。", "table": json.dumps(TABLE)},
        "reports:paragraph_add": {
            "section": desk.section.pk,
            "behind": desk.first.uid,
            "kind": "body",
            "level": 0,
            "text": "新段。",
            "standard": world.standard.pk,
            "measure": "1",
            "finding": "",
        },
        "reports:paragraph_delete": {**place, "next": desk.first.uid},
        "reports:paragraph_split": {**place, "lead": "", "head": "前一半。", "tail": "后一半。"},
        "reports:paragraph_merge": place,
        "reports:paragraph_move": {"way": "down"},
        "reports:paragraph_level": {"way": "deeper"},
        "reports:offer_settle": {**place, "choice": "merge", "lead": "标题", "text": "合并。"},
        "reports:section_rename": {"old": desk.section.heading, "heading": "主要问题"},
        "reports:text_replace": {"find": "总体", "replace": "整体", "uid": desk.paragraph.uid},
        "reports:remark_add": {"text": "请核对", "paragraph": desk.paragraph.uid, "parent": ""},
        "reports:remark_resolve": {"again": "1", "paragraph": desk.paragraph.uid},
        "reports:version_keep": {"reason": "送审前"},
        "reports:proposal_decide": {"accept": "1"},
        "reports:proposal_decide_all": {"accept": "1"},
        "reports:check_fix": mark,
        "reports:check_waive": {**mark, "reason": "理由"},
        "reports:check_unwaive": mark,
        "reports:watch_word_list": {"organization": organizer, "word": "老词", "advice": "新词", "blocks": "on"},
        "reports:watch_word_update": {"word": "老词", "advice": "新词", "blocks": "on"},
        "reports:signoff_submit": {"reviewer_1": desk.reviewer.pk, **reviewers, "issuer": desk.reviewer.pk, "opinion": "请审。"},
        "reports:signoff_pass": opinion,
        "reports:signoff_send_back": opinion,
        "reports:signoff_issue": opinion,
        "reports:report_layout": layout,
        "reports:report_correct": {"reason": "数据有误"},
        "reports:series_create": {"organization": organizer, "prefix": "云督函", "last": 3},
        "reports:series_retire": {"resume": "1"},
        "reports:archive_update": {"title": "旧报告", "issuer": "区委办", "year": 2024, "signed_on": "2024-06-20"},
        "reports:template_copy": {"name": "新样式"},
        "reports:template_edit": template,
    }
