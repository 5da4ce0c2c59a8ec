"""Who may do what with reports, templates, numbers, the archive and what is sent out; see ``units.rights``."""

from __future__ import annotations

from units.rights import ALL, BELOW, OWN, TEAM, UNIT, Grants, Policy, grants, named, register

ANYONE = grants(anyone=OWN)
OFFICE = grants(office=BELOW)
READERS = grants(office=BELOW, leader=BELOW)
BOARD = grants(office=BELOW, leader=BELOW, unit_office=BELOW)
OFFICES = grants(office=BELOW, unit_office=BELOW)
TEMPLATES = grants(office=ALL)
"""Templates serve every campaign of the site; the offices of top organizations keep them (docs/decisions/0013)."""
RECEIVERS = grants(unit_office=BELOW, liaison=UNIT)


def row(thing: str, verb: str, who: Grants, names: str) -> Policy:
    """Return a row about addresses of this app."""
    return Policy(thing, verb, who, named("reports", names))


POLICIES = (
    row("工作台", "打开", ANYONE, "home"),
    row("督查总览", "查看", BOARD, "dashboard dashboard_wall dashboard_print dashboard_compare"),
    row("督查总览", "设置排名", grants(administrator=ALL), "ranking_settings"),
    # --- reports
    row("督查报告", "查看列表", ANYONE, "report_list"),
    row("督查报告", "起草、批量反馈", OFFICE, "report_create bulk_create"),
    row("督查报告", "查看、下载", READERS, "report_detail report_tables report_download"),
    row("督查报告", "修改、更新、删除", OFFICE, "report_update report_refresh report_delete report_layout facts_recheck"),
    row("督查报告", "批量生成文件、删除草稿（限本人经办）", ANYONE, "report_bulk"),
    row(
        "督查报告",
        "编辑段落",
        OFFICE,
        "report_edit paragraph_add paragraph_save paragraph_delete paragraph_split paragraph_merge paragraph_move paragraph_level "
        "paragraph_basis section_rename edit_undo text_find text_replace insert_list offer_accept_all offer_settle",
    ),
    row("督查报告", "批注、版本", OFFICE, "remark_list remark_add remark_resolve version_list version_keep version_detail version_restore"),
    row("督查报告", "收回 Word 文档", OFFICE, "word_return_list word_return_detail proposal_decide proposal_decide_all"),
    row("督查报告", "查看签发进度和发前检查", READERS, "signoff_detail check_panel"),
    row("督查报告", "发前检查的处理", OFFICE, "check_fix check_fix_all check_waive check_unwaive"),
    row("督查报告", "送核、核稿、签发（限经办人）", OFFICE, "signoff_submit signoff_withdraw signoff_pass signoff_send_back signoff_issue"),
    row("督查报告", "更正", OFFICE, "report_correct"),
    row("文件核验", "核验文件真伪", ANYONE, "rendition_verify"),
    # --- what the desk keeps
    row("报告样式", "查看", grants(office=ALL, leader=ALL, unit_office=ALL), "template_list template_detail"),
    row("报告样式", "预览", grants(office=ALL, unit_office=ALL), "template_preview"),
    row(
        "报告样式",
        "维护",
        TEMPLATES,
        "template_edit template_revise template_copy template_publish template_retire template_restore template_discard",
    ),
    row("历史报告", "查看列表", BOARD, "archive_list"),
    row("历史报告", "查看、下载、比较", READERS, "archive_detail archive_download archive_compare"),
    row("历史报告", "收录", OFFICES, "archive_create"),
    row("历史报告", "修改、删除", OFFICE, "archive_update archive_delete"),
    row("发文字号", "查看列表", BOARD, "series_list"),
    row("发文字号", "查看", READERS, "series_detail"),
    row("发文字号", "设立", OFFICES, "series_create"),
    row("发文字号", "停用", OFFICE, "series_retire"),
    row("检查用词", "查看和添加", OFFICES, "watch_word_list"),
    row("检查用词", "修改、删除本单位的", OFFICE, "watch_word_update watch_word_delete"),
    # --- what is sent out
    row("发出的文件", "起草函件", OFFICE, "letter_create"),
    row(
        "发出的文件",
        "事实确认单",
        grants(office=BELOW, leader=BELOW, unit_office=BELOW, liaison=UNIT, member=TEAM),
        "confirmation_sheet",
    ),
    row("收到的文件", "查看列表", ANYONE, "delivery_list"),
    row(
        "收到的文件", "查看、下载", grants(office=BELOW, leader=BELOW, unit_office=BELOW, liaison=UNIT), "delivery_detail delivery_download"
    ),
    row("收到的文件", "签收", RECEIVERS, "delivery_receive"),
)

register("reports", POLICIES)
