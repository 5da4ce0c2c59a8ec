"""Who may do what with organizations, people, rights, reminders and the log; see ``units.rights``."""

from __future__ import annotations

from units.rights import ALL, BELOW, OWN, UNIT, Grants, Policy, grants, named, register

ANYONE = grants(anyone=OWN)
PUBLIC = grants(anyone=OWN, visitor=OWN)
ADMINISTRATOR = grants(administrator=ALL)
SECURITY = grants(security=ALL)
THREE = grants(administrator=ALL, security=ALL, auditor=ALL)
KEEPERS = grants(administrator=ALL, office=BELOW, unit_office=BELOW)
DICTIONARIES = grants(administrator=ALL, office=ALL)
"""Of the office only that of an organization at the top of the tree: categories, tags and calendar are everybody's."""


def row(thing: str, verb: str, who: Grants, names: str) -> Policy:
    """Return a row about addresses of this app."""
    return Policy(thing, verb, who, named("units", names))


POLICIES = (
    # --- one's own account
    row("本人账号", "登录", PUBLIC, "login session_state notice_bell"),
    row("本人账号", "单点登录", PUBLIC, "sso_begin sso_return sso_end"),
    row("本人账号", "退出、修改密码", ANYONE, "logout password_change session_renewed"),
    row("本人账号", "查看和退出自己的登录", ANYONE, "session_list session_end_others"),
    row("本人账号", "启用和使用两步验证", ANYONE, "factor_detail factor_check factor_enrol factor_codes factor_off factor_abandon"),
    row("本人账号", "列表的列和视图", ANYONE, "list_columns view_list view_save view_update view_delete"),
    row("本人账号", "导出自己能看到的列表", ANYONE, "list_export"),
    row(
        "本人提醒",
        "查看提醒和设置",
        ANYONE,
        "notice_list notice_open notice_read notice_read_all notice_settings_update notice_settings_try",
    ),
    # --- accounts, rights, log-ins
    row("账号", "查看", grants(administrator=ALL, security=ALL), "user_list user_update user_import_template"),
    row("账号", "建立、修改、重置密码、启用", ADMINISTRATOR, "user_create user_import user_update+POST user_reset_password user_activate"),
    row("账号", "停用", grants(administrator=ALL, security=ALL), "user_deactivate"),
    row("任职（授权）", "任命和收回", SECURITY, "user_appoint appointment_end appointment_import"),
    row("登录", "解除锁定", SECURITY, "user_unlock"),
    row("登录", "查看全部登录", SECURITY, "session_everybody"),
    row("登录", "终止登录", grants(anyone=OWN, security=ALL), "session_end"),
    row("登录", "清理长期未用的账号", SECURITY, "user_unused"),
    row("登录", "规定和重置两步验证", SECURITY, "factor_rules user_reset_factor"),
    row("三员与权限", "查看", THREE, "office_list policy_list"),
    row("三员与权限", "交出初始账号的三员权限", THREE, "office_hand_over"),
    # --- organizations
    row(
        "组织名录",
        "查看列表",
        grants(anyone=OWN, administrator=ALL, security=ALL),
        "organization_list organization_search organization_export",
    ),
    row(
        "组织名录",
        "查看单个组织",
        grants(administrator=ALL, security=ALL, office=BELOW, leader=BELOW, unit_office=BELOW, liaison=UNIT),
        "organization_detail organization_timeline organization_branch",
    ),
    row("组织名录", "新增、导入", KEEPERS, "organization_create organization_import organization_import_template"),
    row("组织名录", "修改", KEEPERS, "organization_update"),
    row(
        "组织名录",
        "移动、撤销、恢复",
        grants(administrator=ALL, office=BELOW),
        "organization_move organization_dissolve organization_restore",
    ),
    row(
        "组织名录",
        "核对和确认自己上传的名录",
        ANYONE,
        "organization_import_check organization_import_faults organization_import_confirm organization_import_discard",
    ),
    row("单位类别和标签", "查看", grants(anyone=ALL), "category_list tag_list"),
    row("单位类别和标签", "维护", DICTIONARIES, "category_create category_update category_delete tag_create tag_update tag_delete"),
    row("工作日历", "查看、导出", grants(anyone=ALL), "calendar_current calendar_year calendar_export"),
    row("工作日历", "维护", DICTIONARIES, "calendar_day_set calendar_day_forget calendar_import"),
    # --- what is sent, what runs, what was done
    row("发送记录", "查看", grants(administrator=ALL, office=BELOW, leader=BELOW, unit_office=BELOW), "delivery_list"),
    row("发送记录", "再次发送", grants(administrator=ALL, office=BELOW), "delivery_resend"),
    row("群机器人", "查看列表", grants(office=BELOW, leader=BELOW, unit_office=BELOW), "robot_list"),
    row("群机器人", "设置", grants(office=BELOW, unit_office=BELOW), "robot_create"),
    row("群机器人", "修改、测试、删除本单位的", grants(office=BELOW), "robot_update robot_try robot_delete"),
    row("访问令牌", "查看", grants(administrator=ALL, office=BELOW, leader=BELOW, unit_office=BELOW), "token_list"),
    row("访问令牌", "建立", grants(office=BELOW, unit_office=BELOW), "token_create"),
    row("访问令牌", "停用", grants(administrator=ALL, office=BELOW), "token_revoke"),
    row("事件推送", "查看", grants(office=BELOW, leader=BELOW, unit_office=BELOW), "webhook_list"),
    row("事件推送", "设置", grants(office=BELOW, unit_office=BELOW), "webhook_create"),
    row("事件推送", "修改、测试、删除本单位的", grants(office=BELOW), "webhook_update webhook_renew webhook_try webhook_delete"),
    row("系统状态", "查看，处理不动的任务", ADMINISTRATOR, "system_state system_job_send system_job_cancel"),
    row(
        "操作记录",
        "查看、导出",
        grants(anyone=OWN, office=BELOW, unit_office=BELOW, auditor=ALL),
        "activity_list activity_export",
    ),
    # --- jobs and the site as a whole
    Policy(
        "后台任务", "查看、取消、重做自己的", ANYONE, named("jobs", "job_list job_detail job_progress job_cancel job_restart job_download")
    ),
    Policy("系统", "打开首页", ANYONE, ("home",)),
    Policy("系统", "接口说明", ANYONE, ("api_reference", "api:openapi-json", "api:api-root")),
    Policy("系统", "监控程序检查运行情况", PUBLIC, ("healthz",)),
    Policy("系统", "监控程序读取运行指标", grants(), ("metrics",), by_token=True),
)

register("units", POLICIES)
