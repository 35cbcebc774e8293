"""Personal data that must not be told on: numbers, cards, addresses, people by name.

Source: Personal Information Protection Law of the PRC, articles 4, 10 and 28. What the brand
publishes (``[contact]`` of brand.toml) and what the member said himself are let pass by the caller.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_HAN_DIGITS = str.maketrans("零〇一幺二三四五六七八九", "001123456789")
_GAP = r"[\s.\-_—·]{0,2}"
_MOBILE = re.compile(rf"(?<![0-9])(?:\+?86{_GAP})?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}(?![0-9])")
_HAN_MOBILE = re.compile(
    rf"[一幺1]{_GAP}[三四五六七八九3-9](?:{_GAP}[零〇一幺二三四五六七八九0-9]){{9}}"
)
_LANDLINE = re.compile(r"(?<![0-9])0[0-9]{2,3}[\s-]?[2-9][0-9]{6,7}(?![0-9])")
_ID = re.compile(
    r"(?<![0-9])[1-9][0-9]{5}\s?(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])\s?[0-9]{3}[0-9x](?![0-9])"
)
_CARD = re.compile(rf"(?<![0-9])(?:62|4[0-9]|5[1-5]|3[47])(?:{_GAP}[0-9]){{13,17}}(?![0-9])")
_ORDER = re.compile(r"(?:订单|单号|运单|编号|流水)[^0-9]{0,6}$")
_PLACE = re.compile(
    r"[一-鿿]{2,10}(?:路|街|巷|弄|道|里|小区|花园|苑|村|公寓|大厦|府|城|湾|庭|家园)[0-9一二三四五六七八九十]{0,5}[号弄]?"
    r"[0-9a-z一二三四五六七八九十]{1,4}(?:栋|幢|号楼|座|单元)[^，,。\n]{0,10}?[0-9]{2,4}(?:室|号|房|户)?"
    r"|[一-鿿]{2,10}(?:路|街|巷|弄|道|小区|花园|苑|村|公寓|大厦)[0-9]{1,5}[号弄](?:[^，,。\n]{0,8}?)[0-9]{2,4}(?:室|房|户)"
)
_SURNAME = "[赵刘高谭廖石史龙段钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕施张孔曹严华金魏陶姜谢邹苏潘葛范彭郎鲁韦马方俞任袁柳唐罗薛雷贺汤郝傅卞齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋熊纪舒屈项董梁杜阮蓝席季贾路江童郭梅林刁钟徐邱骆高夏蔡田胡凌霍万管卢莫房丁邓洪包左石崔吉龚程陆翁段焦谷车侯全仰秋仲伊宫]"
_TITLE = "(?:先生|女士|小姐|太太|阿姨|叔叔|大爷|奶奶|老师|同学|总|哥|姐)"
_FACT = "(?:电话|手机号?|号码|住址|地址|家住|住在|住[0-9一二三四五六七八九]|微信|身份证|银行卡|工资|收入|离婚|怀孕|得了|生病|病历|体检|欠(?:了|款|费)|征信|贷款|余额|密码|订单里|买了什么|买的是)"
_NAMED = re.compile(
    rf"(?:{_SURNAME}[一-鿿]{{0,2}}{_TITLE}|(?:隔壁|前面|另一位|别的|上一位|其他|那位|有位)(?:的)?(?:{_SURNAME}{_TITLE}|客人|客户|顾客|用户|学员|业主))(?:家)?(?:的|他|她|是|也|家)?(?:[^，,。！!？?\n]{{0,3}}){_FACT}"
    r"|(?:收件人|收货人|户主|开户人|联系人|姓名)[:：]?\s?[一-鿿]{2,4}[，,\s]{0,2}(?:电话|手机|住址|地址|身份证)"
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10x98765432"
MESSAGES = {
    "mobile": "手机号", "landline": "座机号", "id": "身份证号", "card": "银行卡号",
    "place": "详细住址", "named": "别人的私事",
}  # fmt: skip


def personal(text: str) -> Iterator[tuple[str, int, int]]:
    """(kind, start, end) of all personal data in an undisguised text; see MESSAGES for kinds."""
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if _CONFIRM.get(kind, _always)(text, found):
                yield kind, found.start(), found.end()


def digits_of(text: str) -> str:
    """The digits of a number however it is grouped; the country code of a mobile is left out."""
    plain = "".join(c for c in text.translate(_HAN_DIGITS) if c.isascii() and c.isdigit())
    return plain.removeprefix("86") if len(plain) == 13 else plain


def _always(text: str, found: re.Match[str]) -> bool:
    return True


def _is_id(text: str, found: re.Match[str]) -> bool:
    """GB 11643: the last sign is a checksum."""
    signs = "".join(found[0].split())
    total = sum(int(sign) * weight for sign, weight in zip(signs, _WEIGHTS, strict=False))
    return _CHECKS[total % 11] == signs[-1]


def _is_card(text: str, found: re.Match[str]) -> bool:
    """ISO/IEC 7812: Luhn. An order number may pass by chance, so its name excuses it."""
    if _ORDER.search(text[max(0, found.start() - 10) : found.start()]):
        return False
    total = 0
    for place, sign in enumerate(reversed(digits_of(found[0]))):
        value = int(sign) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


_PATTERNS = (("id", _ID), ("card", _CARD), ("mobile", _MOBILE), ("mobile", _HAN_MOBILE),
             ("landline", _LANDLINE), ("place", _PLACE), ("named", _NAMED))  # fmt: skip
_CONFIRM = {"id": _is_id, "card": _is_card}
