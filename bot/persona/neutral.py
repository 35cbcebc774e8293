"""A text without what weights cannot know: amounts, links, numbers, the names of this brand.

Whether a price is published or a domain is the brand's own is a fact, and rules judge it. Learned
weights must not: they read every amount, link, number and name alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from bot.core.codewords import spelled

AMOUNT, LINK, NAME, BREAK = "¤", "⌂", "品", "|"
_AMOUNT = re.compile(
    r"[¥￥]\s?[0-9][0-9,.]{0,12}|(?<![0-9])[0-9][0-9,]{0,9}(?:\.[0-9]{1,3})?\s?(?:元|块钱?|rmb)"
    r"|[一二两三四五六七八九十百千]{1,6}(?:元|块钱?)[0-9一二三四五六七八九]?"
)
_LINK = re.compile(
    r"https?://[^\s<>\"'，。！？；、（）【】《》一-鿿]+"
    r"|(?<![a-z0-9-])[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,5}[a-z0-9/_?=&.-]*(?<![0-9])"
)
# The label that model texts must carry (bot/core/guarding.py).
_LABEL = re.compile(
    "(?:[以本此][上下]?)?(?:内容|文字|回复|消息)?(?:由|为)?\\s?(?:ai|人工智能)\\s?(?:技术|模型|自动|辅助){0,2}(?:生成|合成)(?:的?内容)?"
)
# A code of ours behind its word: six letters that mean nothing read like an account elsewhere.
_CODE = re.compile("((?:邀请|推荐)码[^0-9a-z]{0,6})([0-9a-z]{6})(?![0-9a-z])")
# The code of a coupon behind its word. Shops make them as they like; rules still look for secrets.
_COUPON = re.compile(
    "(?:券|兑换|提货)码(?:[是为:]|\\s)*(?P<code>[0-9a-z][0-9a-z_-]{3,63})(?![.@/0-9a-z_-])"
)
_NUMBER = re.compile("[0-9]+(?:[.,:][0-9]+)*")
_SIGNS = re.compile(rf"[^\w{AMOUNT}{LINK}]+|_+")
_HINT = re.compile("[0-9¥￥.元块]")


class Neutral:
    """Reads undisguised texts of one brand. ``names`` are the goods, the brand, what it allows;
    ``titles``: what activities and the like are called, amounts and numbers in them included."""

    def __init__(self, names: Iterable[str], titles: Iterable[str] = ()) -> None:
        self._names, self._titles = _any_of(names), _any_of(titles)

    @staticmethod
    def unlabelled(text: str) -> str:
        """The text without the label that says that a model wrote it, and without our codes."""
        text = _uncoded(text)
        return _LABEL.sub(BREAK, text) if "成" in text else text

    def read(self, text: str) -> str:
        """Letters and stand-ins alone; whatever parts words becomes one ``BREAK``."""
        text = self._titles.sub(NAME, text)
        if _HINT.search(text):
            text = _NUMBER.sub("0", _AMOUNT.sub(AMOUNT, _LINK.sub(LINK, text)))
        return _SIGNS.sub(BREAK, self._names.sub(NAME, text)).strip(BREAK)


def _any_of(names: Iterable[str]) -> re.Pattern[str]:
    longest = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest)) or "(?!)")


def codes(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the invitation codes of ours that an undisguised text names as such."""
    for found in _CODE.finditer(text) if "码" in text else ():
        if spelled(found[2].upper()):
            yield found.span(2)


def coupons(text: str) -> Iterator[tuple[int, int]]:
    """(start, end) of the codes of coupons that an undisguised text names as such."""
    yield from (found.span("code") for found in (_COUPON.finditer(text) if "码" in text else ()))


def _uncoded(text: str) -> str:
    for start, end in reversed([*codes(text)]):
        text = text[:start] + text[end:]
    return _COUPON.sub(NAME, text) if "码" in text else text
