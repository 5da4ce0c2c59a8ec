"""Names: of organizations that do not belong here, not as registered, places left over, short forms that change."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from inspections.documents.left_open import KINDS, SHORTEST
from inspections.documents.left_open import candidates as candidates  # noqa: PLC0414 -- one of this module's words
from reports.checking.values import CheckContext, CheckMessage, Fix, Level, Sheet, place

_KIND = "|".join(KINDS)
_PLACE = re.compile(
    r"(?:^|(?<=[^一-鿿])|(?<=[到在对从赴由和与及向]))(?P<name>(?![到在对从赴由和与及向])[一-鿿]{2,3}?)(?P<kind>社区|街道)(?![区域化])"
)
_COMMON = set(
    "各每个的有些部分全本该此所在到对和与及等新老农城下辖内进数多少一二三四五六七八九十几其他它向从为由将把被让让给以是了着过不也都并或"
    "上级层次大小好优秀先进重点特色示范平安和谐智慧文明综合基层涉农这那某若干两边我你他同原属入到成立建设服务管理村集乡城居民型式包括督查检抽访导走驻参加深赴"
)
_ABOUT = re.compile(r"涉(?P<place>[一-鿿])(?=舆情|网络舆情)")
_NOT_PLACES = set("党政军警法稳及外黄恐毒黑恶众访企农校")
_DEPARTMENTS = "宣传部|组织部|统战部|网信办|政法委|教育局|财政局|民政局|司法局|文旅局|档案馆|融媒体中心"
_FULL = re.compile(rf"(?P<prefix>区委|市委|县委|区|市|县)(?P<name>{_DEPARTMENTS})")
_BARE = re.compile(rf"(?:(?<![委区市县省央团组门镇位级\w])(?P<name>{_DEPARTMENTS})|(?<=[、和及与由从，])(?P<name2>{_DEPARTMENTS}))(?!长)")
_DECLARED = re.compile(r"(?P<full>[一-鿿（）《》〔〕\d]{4,60})[（(]以下(?:统称|简称)[为：:]?[“\"]?(?P<short>[^”\"）)]{2,20})[”\"]?[）)]")
_LEADER = re.compile("习总书记|习主席总书记")
_EITHER = (("其它", "其他"), ("公众微信号", "微信公众号"), ("帐号", "账号"), ("帐户", "账户"), ("登陆", "登录"))


def foreign(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Organizations of the directory that this document is not about."""
    if not context.foreign:
        return
    # Longest first: a name inside a longer one that may stand here is none.
    allowed = sorted(context.registered - context.foreign, key=len, reverse=True)
    pattern = re.compile("|".join(re.escape(name) for name in sorted(context.foreign, key=len, reverse=True)))
    cover = re.compile("|".join(re.escape(name) for name in allowed)) if allowed else None
    for uid, name, where, value in sheet.fields():
        covered = {at for hit in cover.finditer(value) for at in range(hit.start(), hit.end())} if cover else set()
        for found in dict.fromkeys(hit.group() for hit in pattern.finditer(value) if hit.start() not in covered):
            subject = f"{context.subject}的文书" if context.subject else "本次督查范围"
            text = f"“{found}”不属于{subject}，请核对是否误留了其他单位的名称。"
            yield CheckMessage("name.foreign", Level.WARN, uid, name, where, text, found)


def unregistered(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """The right place with the wrong kind (…镇党工委 for …镇党委), or one character off a registered name."""
    stems: dict[str, set[str]] = defaultdict(set)
    for name in context.names:
        for kind in KINDS:
            if name.endswith(kind) and len(name) - len(kind) > 1:
                stems[name.removesuffix(kind)].add(name)
                break
    if not stems:
        return
    wrong = re.compile(
        f"(?P<stem>{'|'.join(re.escape(stem) for stem in sorted(stems, key=len, reverse=True))})(?P<kind>{_KIND}|委(?!员|托|派))"
    )
    near = _holes(context.names)
    for uid, field, where, value in sheet.fields():
        told = set()
        for hit in wrong.finditer(value):
            said = hit.group()
            # Someone else's name may begin like this one; what the directory knows is right.
            if said in context.registered or any(name in value[max(hit.start() - 12, 0) : hit.end()] for name in stems[hit["stem"]]):
                continue
            right = min(stems[hit["stem"]])
            if said in told or (hit["kind"] == "支部" and "党支部" in right):
                continue
            told.add(said)
            fix = Fix(uid, field, value, value.replace(said, right), f"改为“{right}”") if len(stems[hit["stem"]]) == 1 else None
            text = f"“{said}”与名录不符，登记的名称是“{right}”。"
            yield CheckMessage("name.unregistered", Level.WARN, uid, field, where, text, said, fix)
        for said, right in _misspelt(value, near, context):
            fix = Fix(uid, field, value, value.replace(said, right), f"改为“{right}”")
            text = f"“{said}”不在名录中，是否应为“{right}”？"
            yield CheckMessage("name.misspelt", Level.WARN, uid, field, where, text, said, fix)


def _holes(names: dict[str, str]) -> dict[str, str]:
    """Registered names with each character of their own part left out in turn: how a misspelt one is found whatever their number."""
    near: dict[str, str] = {}
    for name in names:
        own = next((len(name) - len(kind) for kind in KINDS if name.endswith(kind)), len(name))
        if own >= SHORTEST:
            for hole in range(1, own):
                near.setdefault(f"{name[:hole]}\0{name[hole + 1 :]}", name)
    return near


def _misspelt(value: str, near: dict[str, str], context: CheckContext) -> Iterator[tuple[str, str]]:
    found: dict[str, str] = {}
    for words in candidates(value) if near else ():
        if not words.endswith(KINDS) or words in context.registered:
            continue
        for hole in range(1, len(words) - 2):
            right = near.get(f"{words[:hole]}\0{words[hole + 1 :]}")
            if right and right != words:
                found[words] = right
    yield from found.items()


def places(sheet: Sheet, context: CheckContext) -> Iterator[CheckMessage]:
    """Communities and streets that the directory does not know, and 涉某舆情 with another place's character."""
    known = "".join(sorted(context.registered)) + "".join(context.names) + "".join(context.names.values())
    told = set()
    for part, piece in sheet.body():
        text = piece.words
        for hit in _PLACE.finditer(text):
            name = hit.group()
            if not known or set(hit["name"]) & _COMMON or name in known or hit["name"] in known or name in told:
                continue
            told.add(name)
            yield CheckMessage(
                "name.place",
                Level.WARN,
                piece.uid,
                "text",
                place(part, piece),
                f"名录中没有“{name}”，请核对是否误留了其他地方的名称。",
                name,
            )
        for hit in _ABOUT.finditer(text):
            if hit["place"] not in _NOT_PLACES and hit["place"] not in known:
                told_text = f"“涉{hit['place']}舆情”的“{hit['place']}”不是本地简称，请核对是否误留了其他地方的名称。"
                yield CheckMessage("name.place", Level.WARN, piece.uid, "text", place(part, piece), told_text, hit.group() + "舆情")


def short_forms(sheet: Sheet, _context: CheckContext) -> Iterator[CheckMessage]:
    """One thing, one name: declared short forms kept, departments always with or always without 区委, one spelling of each word."""
    text = "\n".join(piece.words for _part, piece in sheet.body())
    full: dict[str, str] = {}
    for hit in _FULL.finditer(text):
        full.setdefault(hit["name"], hit.group())
    told = set()
    for part, piece in sheet.body():
        for hit in _BARE.finditer(piece.words):
            name = hit["name"] or hit["name2"]
            if name in full and name not in told and not piece.words[: hit.start()].endswith(("委", "区", "市", "县")):
                told.add(name)
                message = f"同一单位称呼不一致：既写“{full[name]}”，又写“{name}”。"
                yield CheckMessage("name.short", Level.HINT, piece.uid, "text", place(part, piece), message, name)
    yield from _declared(sheet)
    for wrong, right in _EITHER:
        if wrong in text:
            yield from _each(
                sheet, wrong, right, "word.variant", f"“{wrong}”一般写作“{right}”" + ("，全文也用了两种写法。" if right in text else "。")
            )
    if leader := _LEADER.search(text):
        yield from _each(sheet, leader.group(), "习近平总书记", "word.leader", "公文中应写全称“习近平总书记”。", level=Level.WARN)


def _declared(sheet: Sheet) -> Iterator[CheckMessage]:
    declared: list[tuple[str, str]] = []
    for part, piece in sheet.body():
        for full, short in declared:
            if full in piece.words:
                text = f"已经写明“以下简称{short}”，这里又用了全称。"
                yield CheckMessage("name.declared", Level.HINT, piece.uid, "text", place(part, piece), text, full)
        for hit in _DECLARED.finditer(piece.words):
            title = re.search(r"《[^《》]*》$", hit["full"])
            declared.append((title.group() if title else hit["full"][-12:], hit["short"]))


def _each(sheet: Sheet, wrong: str, right: str, code: str, text: str, *, level: Level = Level.HINT) -> Iterator[CheckMessage]:
    for uid, name, where, value in sheet.fields():
        if wrong in value:
            yield CheckMessage(
                code, level, uid, name, where, text, wrong, Fix(uid, name, value, value.replace(wrong, right), f"改为“{right}”")
            )
