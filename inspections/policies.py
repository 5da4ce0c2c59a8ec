"""Who may do what with inspections, findings, what is handed in and what is put right; see ``units.rights``."""

from __future__ import annotations

from units.rights import ALL, BELOW, OWN, TEAM, UNIT, Grants, Policy, grants, named, register

ANYONE = grants(anyone=OWN)
OFFICE = grants(office=BELOW)
CHECKLISTS = grants(office=ALL)
"""Checklists and standard wordings serve every campaign of the site (docs/decisions/0013): the offices at the top keep them together."""
PARTIES = grants(office=BELOW, leader=BELOW, unit_office=BELOW, liaison=UNIT, member=TEAM)
"""Everybody who has to do with a unit in a campaign."""
FINDINGS = grants(office=BELOW, leader=BELOW, member=TEAM)
"""The inspected side reads findings once the campaign is finished; a campaign that runs shows them none."""
WRITERS = grants(office=BELOW, member=TEAM)
UNITS = grants(unit_office=BELOW, liaison=UNIT)
WORKERS = grants(office=BELOW, unit_office=BELOW, liaison=UNIT)


def row(thing: str, verb: str, who: Grants, names: str) -> Policy:
    """Return a row about addresses of this app."""
    return Policy(thing, verb, who, named("inspections", names))


POLICIES = (
    # --- checklists
    row("督查清单", "查看列表", grants(office=ALL, leader=ALL, unit_office=ALL, member=ALL), "checklist_list standard_list"),
    row("督查清单", "新建、导入", CHECKLISTS, "checklist_create checklist_import checklist_import_template checklist_import_confirm"),
    row("督查清单", "查看、导出、复制", CHECKLISTS, "checklist_detail checklist_export checklist_copy checklist_new_version"),
    row("督查清单", "编辑、发布、删除", CHECKLISTS, "checklist_edit checklist_update checklist_publish checklist_delete"),
    row("督查清单", "编辑主题和检查项", CHECKLISTS, "theme_add theme_show theme_update theme_delete theme_duplicate theme_place"),
    row("督查清单", "编辑检查项", CHECKLISTS, "item_add item_restore item_show item_update item_delete item_duplicate item_place"),
    row(
        "规范表述",
        "维护",
        CHECKLISTS,
        "standard_create standard_show standard_update standard_retire standard_restore standard_delete",
    ),
    # --- campaigns
    row("督查活动", "查看列表", ANYONE, "campaign_list assignment_list organization_options"),
    row("督查活动", "新建", grants(office=BELOW, unit_office=BELOW), "campaign_create"),
    row("督查活动", "查看", PARTIES, "campaign_detail"),
    row(
        "督查活动",
        "修改、启动、结束、重新打开、删除",
        OFFICE,
        "campaign_update campaign_start campaign_finish campaign_reopen campaign_delete",
    ),
    row(
        "督查活动",
        "确定范围和方式",
        OFFICE,
        "campaign_scope campaign_scope_preview campaign_organizations campaign_unit_remove campaign_methods campaign_method_unit",
    ),
    row("督查活动", "分工", OFFICE, "campaign_split campaign_split_propose campaign_split_bulk campaign_split_unit"),
    row(
        "督查组",
        "设立、改名、撤销，调整成员",
        OFFICE,
        "campaign_teams team_create team_rename team_delete member_search member_add member_lead member_remove member_home_search member_home",
    ),
    # --- on site
    row("现场督查", "查看单位", PARTIES, "assignment_detail assignment_conclude confirmation_signature"),
    row("现场督查", "填报、评价、办结", WRITERS, "result_row result_save standard_pick assignment_notes assignment_conclude+POST"),
    row("现场督查", "重新打开", OFFICE, "assignment_reopen"),
    row("现场督查", "导入手机上救出的记录", grants(office=BELOW, unit_office=BELOW), "rescue_import"),
    # --- findings
    row("督查发现", "查看列表、导出", ANYONE, "finding_list finding_export"),
    row("督查发现", "查看", FINDINGS, "finding_detail finding_similar finding_timeline evidence_download"),
    row("督查发现", "填写", WRITERS, "finding_create"),
    row("督查发现", "修改、撤回", WRITERS, "finding_update finding_withdraw"),
    row("督查发现", "上传和移除材料", WRITERS, "evidence_add evidence_caption evidence_remove"),
    row("督查发现", "归并相近问题", grants(office=BELOW, unit_office=BELOW), "finding_merge"),
    row("督查发现", "批量撤回", grants(office=BELOW, unit_office=BELOW), "finding_withdraw_many"),
    row("督查发现", "确定归并", OFFICE, "campaign_grouping merge_undo group_keep_apart group_suggest_again"),
    # --- what is handed in
    row("报送材料", "查看", PARTIES, "submission_list submission_detail submission_file"),
    row(
        "报送材料",
        "提出要求、发通知、催办",
        OFFICE,
        "submission_request submission_request_drop submission_notify submission_remind",
    ),
    row(
        "报送材料",
        "签收、填写、提交",
        UNITS,
        "submission_receive submission_fill submission_upload submission_drop_file submission_hand_in submission_take_back",
    ),
    row("报送材料", "核对指标", UNITS, "metric_confirm metric_settle"),
    row("报送材料", "采用、退回、引用", OFFICE, "submission_accept submission_return submission_revoke submission_quote submission_check"),
    row("报送材料", "批量催报、采用、退回", OFFICE, "submission_bulk"),
    row("报送材料", "确认摘出的问题", WRITERS, "draft_confirm draft_dismiss"),
    row("基层负担提示", "查看", OFFICE, "burden_panel burden_detail"),
    row("基层负担提示", "设置", grants(administrator=ALL), "burden_settings"),
    row("范文库", "使用", grants(office=BELOW, unit_office=BELOW), "model_text_list model_text_create"),
    row("范文库", "查看、删除本单位的", OFFICE, "model_text_detail model_text_delete"),
    # --- putting right
    row("整改台账", "查看列表、打印、导出", ANYONE, "rectification_list rectification_mine rectification_print rectification_export"),
    row("整改台账", "批量签收、批量办理、导入（限本人经办）", ANYONE, "rectification_receive_all rectification_bulk rectification_import"),
    row("整改台账", "查看", PARTIES, "rectification_detail proof_download"),
    row("整改台账", "立项、下发", OFFICE, "rectification_create rectification_issue rectification_issue_all"),
    row(
        "整改台账", "修改、移交、合并、拆分", OFFICE, "rectification_update rectification_transfer rectification_merge rectification_split"
    ),
    row(
        "整改台账",
        "催办、请人核验、撤回、重新打开",
        OFFICE,
        "rectification_remind rectification_verifier rectification_withdraw rectification_reopen",
    ),
    row("整改台账", "签收", UNITS, "rectification_receive"),
    row("整改台账", "制定措施、报送进展、报请核验", WORKERS, "rectification_plan rectification_progress rectification_submit"),
    row("整改台账", "上传和移除佐证", WORKERS, "proof_add proof_remove"),
    row("整改台账", "核验、退回", WRITERS, "rectification_close rectification_return"),
    row("整改台账", "登记立行立改", WRITERS, "rectification_put_right"),
    row("延期", "申请、撤回", UNITS, "extension_ask extension_withdraw"),
    row("延期", "审核、不同意", OFFICE, "extension_endorse extension_refuse"),
    row("延期", "批准", grants(leader=BELOW), "extension_approve"),
    row("回头看", "抽取", OFFICE, "recheck_sample"),
    row("回头看", "登记结果", WRITERS, "recheck_save"),
    # --- phones and programs
    Policy("手机录入", "打开页面（不含数据）", grants(anyone=OWN, visitor=OWN), named("field", "shell worker")),
    Policy("手机录入", "检查连接", grants(anyone=OWN, visitor=OWN), ("api:field_ping",)),
    Policy("手机录入", "取当天任务、上传记录", ANYONE, named("api", "field_me field_day field_sync field_photo field_receipts")),
    Policy(
        "对外接口",
        "读取数据（范围同发放口令的账号）",
        grants(),
        named("api", "read_organizations read_organization read_campaigns read_campaign read_findings read_finding")
        + named("api", "read_rectifications read_rectification read_reports read_report read_tallies"),
        by_token=True,
    ),
)

register("inspections", POLICIES)
