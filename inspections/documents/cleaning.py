"""Taking off what web pages, pagers and programs left; everything taken off is told."""

from __future__ import annotations

import html
import re

_TAGS = re.compile(r"<!--.*?-->|</?[a-zA-Z][^<>]{0,200}>")
_MARKS = re.compile(r"##\w*##|\[转载\]|\[原创\]")
_ENTITY = re.compile(r"&(?:[a-zA-Z]{2,8}|#\d{2,6});")
_ADDRESS = re.compile(r"(?:https?://|www\.)[A-Za-z0-9./?=&%_#:~+-]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_WHOLE = re.compile(
    r"(?:本文)?(?:文章)?来源[：:].{0,40}|(?:责任)?编辑[：:].{0,20}|作者[：:].{0,20}|发布(?:时间|日期)[：:].{0,30}|(?:浏览|阅读|点击)(?:次数|量)?[：:].{0,20}"
    r"|上一篇[：:].{0,80}|下一篇[：:].{0,80}|相关(?:阅读|推荐|文章)[：:]?.{0,80}|[|\s]*+(?:[【\[（(]?(?:打印|关闭|收藏)(?:本页|窗口|页面)?[】\])）|\s]*+){1,4}|【?(?:字体|字号)[：:].{0,20}"
    r"|版权所有.{0,60}|.{0,20}ICP备\S{0,30}|扫一扫.{0,30}|分享到.{0,30}|返回(?:顶部|首页|列表)|您(?:现在)?(?:的位置|所在的位置)[：:].{0,80}|免责声明.{0,100}"
    r"|[-—–·\s]*+第?\s*\d{1,4}\s*页?(?:[/，,共]\s*共?\d{1,4}\s*页)?[-—–·\s]*",
)
_LONGEST = 160
"""No residue of one line is longer; what is, is text, and is not tried against all of the above."""
_RULE = re.compile(r"[-=_*—–~·.\s]{4,}")


def cleaned(text: str) -> tuple[str, list[str]]:
    """Return a line without residue, and what was taken off. A line that is residue as a whole comes back empty."""
    removed: list[str] = []

    def take(hit: re.Match[str]) -> str:
        removed.append(hit.group())
        return ""

    text = _INVISIBLE.sub("", text).replace("\u00a0", " ").replace("\u3000", " ")
    if _ENTITY.search(text):
        removed.extend(_ENTITY.findall(text))
        text = html.unescape(text).replace("\u00a0", " ")
    for pattern in (_TAGS, _MARKS, _ADDRESS):
        text = pattern.sub(take, text)
    text = re.sub(r"[ \t]+", " ", text).strip()
    text = re.sub(r"(?<=[一-鿿，。；：、）”》]) (?=[一-鿿（“《])", "", text)
    if text and ((len(text) <= _LONGEST and _WHOLE.fullmatch(text)) or _RULE.fullmatch(text)):
        removed.append(text)
        return "", removed
    return text, removed
