"""Chinese words of this app that are computed: what an act was, spaces and digits in names and codes."""

from __future__ import annotations

import re

ACTIONS = {
    "create": "新增",
    "update": "修改",
    "delete": "删除",
    "move": "移动",
    "dissolve": "撤销",
    "restore": "恢复",
    "import": "导入",
    "export": "导出",
    "list_columns": "选择列",
    "view_save": "保存视图",
    "download": "下载",
    "files_check": "核对附件",
    "login": "登录",
    "login_failed": "登录失败",
    "logout": "退出",
    "change_password": "修改密码",
    "reset_password": "重置密码",
    "deactivate": "停用账号",
    "activate": "启用账号",
    "appoint": "任职",
    "end_appointment": "结束任职",
    "hand_over": "交出三员权限",
    "access_refuse": "访问被拒绝",
    "publish": "发布",
    "retire": "停用",
    "copy": "复制",
    "duplicate": "复制",
    "new_version": "建立新版本",
    "add": "添加",
    "place": "调整顺序",
    "start": "启动",
    "finish": "结束",
    "reopen": "重新打开",
    "scope": "督查范围",
    "add_units": "增加单位",
    "remove_unit": "移出单位",
    "methods": "督查方式",
    "method": "督查方式",
    "team_create": "设立督查组",
    "team_rename": "督查组改名",
    "team_delete": "撤销督查组",
    "add_member": "增加组员",
    "change_home": "更改抽调单位",
    "appoint_leader": "指定组长",
    "remove_member": "移出组员",
    "propose": "均衡分工",
    "assign": "分工",
    "plan": "督查日期",
    "begin": "开始督查",
    "save": "填报",
    "note": "填写评价",
    "conclude": "办结",
    "assignment_confirm": "事实确认",
    "withdraw": "撤回",
    "evidence_add": "上传材料",
    "evidence_caption": "填写材料说明",
    "evidence_remove": "移除材料",
    "compose": "起草",
    "recompose": "更新报告",
    "make": "生成文件",
    "bulk_create": "批量反馈",
    "edit": "修改段落",
    "rename": "修改部分标题",
    "undo": "撤销修改",
    "keep": "留存版本",
    "resolve": "处理批注",
    "word_return": "收回 Word 文档",
    "decide": "处理外部修改",
    "waive": "放行",
    "unwaive": "撤回放行",
    "layout": "版头与版记",
    "submit": "送核",
    "review": "核稿",
    "issue": "签发",
    "correct": "更正",
    "open": "设立字号",
    "confirm": "确认",
    "dismiss": "不采用",
    "settle": "核对指标",
    "fill": "在线填写",
    "drop_file": "移除文件",
    "upload": "上传文件",
    "quote": "引用原文",
    "remind": "催办",
    "accept": "采用",
    "return": "退回",
    "hand_in": "提交材料",
    "take_back": "撤回材料",
    "revoke": "撤销采用",
    "receive": "签收",
    "notify": "发出通知",
    "request": "报送要求",
    "resend": "再次发送",
    "try": "测试",
    "settings": "通知设置",
    "calendar": "工作日历",
    "token_create": "建立访问令牌",
    "token_revoke": "停用访问令牌",
    "webhook_renew": "更换签名密钥",
    "rectification_issue": "下发整改",
    "rectification_receive": "签收整改",
    "rectification_plan": "制定措施",
    "rectification_progress": "报送进展",
    "rectification_submit": "报请核验",
    "rectification_verifier": "请人核验",
    "rectification_return": "退回整改",
    "rectification_close": "销号",
    "rectification_remind": "催办",
    "rectification_transfer": "移交",
    "rectification_merge": "合并",
    "rectification_split": "拆分",
    "rectification_bulk": "批量处理",
    "extension_ask": "申请延期",
    "extension_endorse": "审核延期",
    "extension_approve": "批准延期",
    "extension_refuse": "不同意延期",
    "extension_withdraw": "撤回延期",
    "recheck_save": "回头看",
    "ranking_settings": "排名设置",
    "finding_merge": "归并",
    "merge_undo": "撤销归并",
    "group_keep_apart": "不归并",
    "group_suggest_again": "恢复归并建议",
    "recheck_draw": "抽取回头看",
    "unlock": "解除锁定",
    "factor_enrol": "启用两步验证",
    "factor_codes": "更换恢复码",
    "factor_recover": "使用恢复码",
    "factor_off": "关闭两步验证",
    "factor_reset": "重置两步验证",
    "factor_rest": "暂停两步验证",
    "factor_rules": "两步验证要求",
    "session_end": "退出其他登录",
    "activity_prune": "清理到期记录",
    "job_send_again": "重新发送任务",
    "job_cancel_for": "取消任务",
}
"""The end of a verb (``units.organization_create``) in Chinese; of several that fit, the longest counts. What is missing is shown as 其他."""

FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
"""Full-width digits and letters to the ordinary ones; Chinese punctuation such as （） stays."""
FULL_WIDTH_SIGNS = {0xFF0D: "-", 0xFF3F: "_", 0xFF0E: ".", 0xFF0F: "/", 0x2014: "-", 0x2013: "-", 0x2212: "-"}
INVISIBLE = re.compile("[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
SPACES = re.compile(r"\s+")
BESIDE_CHINESE = re.compile(r"(?<=[\u3400-\u9fff（）《》“”、，。]) | (?=[\u3400-\u9fff（）《》“”、，。])")
CODE = re.compile(r"[\w\-./]+\Z")
CODE_RULE = "编码只能用汉字、字母、数字和 - _ . / ，不能有空格和其他符号。"


def action_name(verb: str) -> str:
    """Return what kind of act a verb is: ``units.organization_create`` → 新增; the longest known ending counts."""
    return ACTIONS.get(ending(verb), "其他")


def ending(verb: str) -> str:
    """Return the key of ``ACTIONS`` that says what kind of act a verb is; an empty text for an unknown one."""
    words = verb.rpartition(".")[2].split("_")
    return next((known for start in range(len(words)) if (known := "_".join(words[start:])) in ACTIONS), "")


def tidy(text: str) -> str:
    """Return ``text`` without invisible characters and needless spaces, with ordinary digits and letters."""
    text = INVISIBLE.sub("", text).translate(FULL_WIDTH)
    return BESIDE_CHINESE.sub("", SPACES.sub(" ", text).strip())


def tidy_code(text: str) -> str:
    """Return a code without any spaces, with ordinary digits, letters and signs."""
    return SPACES.sub("", INVISIBLE.sub("", text).translate(FULL_WIDTH).translate(FULL_WIDTH_SIGNS))
