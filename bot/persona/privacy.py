"""What names or finds a person is taken out of a text before a language model sees it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce

from bot.core.folding import fold

# Facts whose values are taken out of every text, unless they are allowed by name.
PERSONAL = frozenset({"name", "nick", "codename", "phone", "mobile", "tel", "address", "email",
                      "mail", "wechat", "qq", "order_no", "tax_no", "id_no",
                      "birthday"})  # fmt: skip
_HIDE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[邮箱]"),
    (re.compile(r"[a-z][a-z0-9+.-]{1,15}://[^\s\u4e00-\u9fff]+", re.I), "[链接]"),
    # telephones, orders, cards, identity cards: six digits or more, however they are grouped
    (re.compile(r"(?<![0-9])\+?[0-9](?:[ \-.]?[0-9]){5,}[xX]?"), "[号码]"),
    (re.compile(r"(?:[零〇一二三四五六七八九幺两][ ]?){6,}"), "[号码]"),
    (re.compile(r"(?i)(?:微信号?|vx|wx|qq号?)\s*[:：是]?\s*[a-z0-9_-]{5,}"), "[号码]"),
    (re.compile(r"(?i)\b(?=[a-z0-9_-]*[0-9])(?=[a-z0-9_-]*[a-z])[a-z0-9_-]{9,}\b"), "[号码]"),
    # a place with a number of a house: everything from its city on
    (re.compile(r"[\u4e00-\u9fff]{2,20}?(?:路|街|巷|弄|大道|胡同|小区|花园|村)"
                r"[\u4e00-\u9fff]{0,6}\s*[0-9一二三四五六七八九十百]{1,6}\s*"
                r"(?:号(?!线)|弄|栋|幢|座|室|单元|楼)"
                r"(?:\s*[0-9A-Za-z一二三四五六七八九十百\-]+\s*[号弄栋幢座室单元楼层]*)*"),
     "[地址]"),
    (re.compile(r"(?<=我叫)[\u4e00-\u9fff]{2,4}|(?<=我姓)[\u4e00-\u9fff]"), "[称呼]"),
    (re.compile(r"(?:收件人|收货人|姓名|联系人)\s*[:：是]?\s*[\u4e00-\u9fff]{2,4}"), "[称呼]"),
)  # fmt: skip


def mask(text: str, words: Iterable[str] = ()) -> str:
    """``text`` without numbers, addresses and names, and without ``words`` (names we know).

    Width is folded first, so that １３８… is a telephone number, too.
    """
    plain = fold(text)
    for word in sorted({fold(w).strip() for w in words}, key=lambda w: (-len(w), w)):
        if len(word) >= 2:
            plain = plain.replace(word, "[称呼]")
    return reduce(lambda left, rule: rule[0].sub(rule[1], left), _HIDE, plain)
