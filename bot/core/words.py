"""Finding words that must not be said, without tripping over idioms that contain them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping

# The advertising law means "the first brand", not the first cup; "the best", not "you had better".
_ORDINAL = (
    "次泡道口杯天步时个位眼遍件张批手页条节课轮场周月年季期届回声句"
    "章种壶盏包盒人印反层水开冲下趟晚夜春茬采排单笔封款支片只名来锅炉站泉幕稿版"
)
_ADVERB = (
    "先别不是在用还能等提趁给把再让配放避喝泡早少多分去来换找问看记"
    "留当半一两三五十隔拿带买收存选加盖常偶从到跟和你我就空饭晚睡"
)
_IDIOMS: Mapping[str, re.Pattern[str]] = {
    # "first, … second, …" counts as well
    "第一": re.compile(f"第一(?=[{_ORDINAL}])|(?<![^。；;，,：:\n！!？?])第一(?=[，,、：:].*第二)"),
    "最好": re.compile(f"最好(?=[{_ADVERB}0-9])|(?:这样|那样|能|当然|也)最好(?!的)"),
    "唯一": re.compile("唯一(?=要|的缺|的不|不|能|需)"),
    "最大": re.compile("最大(?=的缺|的问题|的不|限度|杯)"),
}


def occurrences(text: str, words: Iterable[str]) -> Iterator[tuple[str, int, int]]:
    """(word, start, end) for every listed word in ``text``; idioms are let pass."""
    for word in words:
        if not word or word not in text:
            continue
        idiom = _IDIOMS.get(word)
        harmless = {m.end() for m in idiom.finditer(text)} if idiom else set()
        start = text.find(word)
        while start >= 0:
            end = start + len(word)
            if end not in harmless:
                yield word, start, end
            start = text.find(word, end)


def is_emoji(char: str) -> bool:
    """True for a pictograph."""
    return char > "\x7f" and unicodedata.category(char) == "So"
