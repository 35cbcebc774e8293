"""Amounts of money in a text: ¥68, 68 元, 19块9, 一百二十八元; and what they stand for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from decimal import Decimal
from itertools import accumulate

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_DIGITS |= {char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
_UNITS = {"十": 10, "百": 100, "千": 1_000, "万": 10_000, "拾": 10, "佰": 100, "仟": 1_000}
_NUMBER = r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]{1,9}(?:\.[0-9]{1,2})?"
_HAN = "[零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]{1,9}"
# 块 also counts pieces (一块茶饼) and means "together" (一块儿); 米 and 刀 are slang.
_PIECE = r"块(?!儿|茶|饼|砖|糖|布|表|地|肉|石|蛋糕|巧克力|去|来|喝|聊|吃|坐|玩|走|转|看|屏|玻璃|木|毛巾|手|牌|区|链)"
_YUAN = rf"(?:软妹币|园(?=[一，,。！!]|$)|元(?!宵|旦|素|气|月|件|老|青|祖)|{_PIECE}钱?|人民币|rmb|cny|圆(?!盘|形|桌|圆|满|润|通))"
_RANGE = rf"(?P<low>{_NUMBER})\s*(?:元|块)?\s*(?:-|~|到|至|—)\s*"
_AMOUNT = re.compile(
    rf"(?:[¥￥]|rmb|人民币|(?:只要|只需|仅需|仅售|卖|售价|现价|到手价?|价格(?:是|为)?|原价|单价|特惠价?|活动价|优惠价)[:：]?)\s*(?P<sign>{_NUMBER})(?![0-9]*(?:克|ml|毫升|度|折|包|盒|天|分|小时|个|款|种|%))"
    rf"|(?P<fraction>[0-9]{{1,4}}|{_HAN})块(?P<tenth>[0-9一二三四五六七八九])(?![0-9十百千个片包盒块只])"
    rf"|(?:{_RANGE})?(?P<plain>{_NUMBER})\s*(?:多|来)?\s*{_YUAN}"
    rf"|(?P<han>{_HAN})(?:多|来)?\s*{_YUAN}"
)
# A number without its unit where only a price can stand: "六十二一包", "现在是 68", "95/盒".
_BARE_NUMBER = r"(?P<n>(?:[0-9]{2,5}(?:\.[0-9]{1,2})?|[零〇一二两三四五六七八九十百千壹贰叁肆伍陆柒捌玖拾佰仟]{2,7})(?![0-9]))"
_COUNTED = r"(?:一|每|/|1)\s?(?:包|盒|只|个|套|罐|饼|瓶|对|份|件|斤|两|袋)"
_STOP = r"(?=\s*(?:起|整|哈|吧|啦|哦|呢|呀|了|啊|一|就|都|不|左右|上下|多|出头|[，,。！!？?；;、~)\n]|$))"
_BARE = re.compile(
    rf"{_BARE_NUMBER}\s?{_COUNTED}"
    rf"|(?:按|卖|卖你|卖您|售|才|就是|是|现在|现价|收您|收你|只收|只要|就要|算您|算你|给您|给你|价格?|价钱|价是|钱|也就|都|一直|不到|不过|拿走|一口价|到手|一包|一盒|一只|一套|一对|每包|每盒|整包|整盒|出头|那款|这款|那个|那只|那套|一壶|一饼|一份|一期|每饼|每份|每壶|单只|单独一只|调到|卖到|涨到|降到|共|拢共|统共|合起来|团长价|批发价?|给到您?|报价|出价|茶位费|报名费|学费|会费|年费|年卡|工本费|定金)\s?[:：]?{_BARE_NUMBER.replace('<n>', '<m>')}{_STOP}"
    rf"|(?<![0-9.])(?P<slang>[0-9]{{1,5}}(?:\.[0-9]{{1,2}})?)\s?(?:r(?![a-z])|大洋|刀(?!剪)|美刀|美金|米(?=[，,。一到就拿！!]|$)|💰)"
    rf"|(?:^|[，,。！!？?\s])(?P<alone>[1-9][0-9]{2}|[一二两三四五六七八九]百[零一二两三四五六七八九十]{{0,4}}|[0-9]{{2,4}}\.[0-9]){_STOP}"
    rf"|{_BARE_NUMBER.replace('<n>', '<tail>')}(?=\s*(?:起|整|哈|吧|就能?|带走|拿走|到手|包邮|[，,、。！!？?；;~\n]|$))"
)
# Temperatures, weights and times are also said without a unit.
_DEGREES = re.compile("度|温|℃|点钟")
_NO_PRICE = re.compile("度|温|℃|毫升|克|点钟|分钟|秒|泡|冲|第|岁|编号|尾号|单号|房|楼")
# What is not the price of a good: told, not stopped.
_FEES = re.compile(
    "运费|邮费|包邮|快递费|免邮|起送|押金|红包|发票|报销|积分|[0-9]分|退款|退回|退还|退给|原路|余额|账单|欠费|扣款|扣了|扣除|到账|已付|实付|付了|支付了|"
    "流水|话费|预算|以内|以下|左右|上下|零钱|学费|工资|房租|水电|手续费|违约金|滞纳金|保费|额度|限额|转出|转入|还款|取现"
)
_SELLS = re.compile("只要|只需|仅需|仅售|售价|卖|特惠|现价|一盒|一包|一罐|一斤|一件|到手")
_TOTAL = re.compile("一共|合计|总共|共计|加起来|加一起|总价|凑一起|一起是|合起来|一桌|[+=]|加|总计")
# "是不是 50 元" asks, it denies nothing.
_DENIED = re.compile("(?:(?<!是)不是|而非|并非)[¥￥]?$")
_CLAUSE = re.compile("[，,。！？!?；;\n]")
_MANY = re.compile(
    r"(?P<n>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})\s*(?:盒|包|罐|件|份|只|个|套|瓶|杯|支|袋|斤|张|本|双|条)"
)
_PLAIN = re.compile(r"(?<![0-9.])[0-9]{1,6}(?:\.[0-9]{1,2})?(?![0-9.])")
MOST, _SIGHT = 99, 24


def amounts(text: str) -> Iterator[tuple[Decimal, int, int]]:
    """(yuan, start, end) of every amount in an undisguised text."""
    for found in _AMOUNT.finditer(text):
        for value in _values(found):
            yield value, found.start(), found.end()


def bare(text: str) -> Iterator[tuple[Decimal, int, int, str]]:
    """(yuan, start, end, kind) of numbers without a unit that stand where prices stand.

    ``kind`` tells how sure that is: ``n`` and ``slang`` by themselves, ``m`` and ``alone`` where the
    text names a good, ``tail`` only where the same clause does.
    """
    for found in _BARE.finditer(text):
        kind = next(name for name in ("n", "m", "slang", "alone", "tail") if found[name])
        start, end = found.span(kind)
        close = text[max(0, start - 3) : start] + text[end : end + 3]
        far = text[max(0, start - 14) : start]
        if kind in ("n", "slang") or not (_NO_PRICE.search(close) or _DEGREES.search(far)):
            yield _number(found[kind]), start, end, kind


def is_fee(text: str, start: int, end: int) -> bool:
    """True when the clause speaks of shipping, a balance or a budget, not of what a good costs."""
    before, after = _around(text, start, end)
    return bool(_FEES.search(before + after)) and not _SELLS.search(before[-6:])


def is_denied(text: str, start: int) -> bool:
    """True for what a price is said not to be: 红茶 72，不是 70."""
    return bool(_DENIED.search(text[max(0, start - 4) : start].rstrip()))


def is_computed(
    text: str, start: int, end: int, value: Decimal, own: Collection[Decimal],
    known: Collection[Decimal], said: Mapping[int, Decimal],
) -> bool:  # fmt: skip
    """True for a price times a count near it, or the sum of known ones before it.

    "两盒 136 元" is right when ``own`` has 68; "一共 126 元" when 68 and 58 stand before it. ``said``
    has the amounts that were found right already, by their places.
    """
    before, after = _around(text, start, end)
    near = f"{text[max(0, start - _SIGHT) : start]} {after}"
    counts = {_number(found["n"]) for found in _MANY.finditer(near)}
    if any(1 < n <= MOST and value / n in own for n in counts):
        return True
    if not _TOTAL.search(before + text[max(0, start - _SIGHT) : start]):
        return False
    plain = ((found.start(), Decimal(found[0])) for found in _PLAIN.finditer(text[:start]))
    named = {at: part for at, part in plain if part in known} | dict(said)
    sums = accumulate(named[at] for at in sorted(named, reverse=True))
    return value in list(sums)[1:]


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    before = _CLAUSE.split(text[max(0, start - 12) : start])[-1]
    return before, _CLAUSE.split(text[end : end + 8])[0]


def _values(found: re.Match[str]) -> Iterator[Decimal]:
    if found["fraction"]:
        yield _number(found["fraction"]) + _number(found["tenth"]) / 10
        return
    # "一块" is a piece or "together" far more often than one yuan.
    if found["han"] and (found["han"] in _DIGITS or found["han"] == "万"):
        return
    for name in ("sign", "low", "plain", "han"):
        if found[name]:
            yield _number(found[name])


def _number(text: str) -> Decimal:
    if text[0].isascii():
        return Decimal(text.replace(",", ""))
    if len(text) > 1 and not any(char in _UNITS or char == "万" for char in text):
        return Decimal("".join(str(_DIGITS[char]) for char in text))  # 五八 is 58
    total = section = digit = unit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, section, digit, unit = total + (section + digit) * 10_000, 0, 0, 10_000
        else:
            unit = _UNITS[char]
            section, digit = section + (digit or 1) * unit, 0
    if len(text) > 1 and unit > 10 and text[-2] in (*_UNITS, "万"):
        digit *= unit // 10  # 一百八 is 180
    return Decimal(total + section + digit)
