"""A word taken out of a line where the sentence goes on without it. Pure.

Three cases need no thought: what people are called by (家人们，今天…), a clause of its own at the
end (…，绝了！), and what only adorns a noun (最好的白茶, 顶级白茶). Anywhere else a person writes
the sentence anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable

LEFT = 3  # Chinese characters that a sentence must keep

_ENDS = "。！!？?；;…\n"
_STARTS = re.compile(rf"(?:^|[{_ENDS}，,、：:“\"'])[\s　]*$")
_CALLED = re.compile(r"[，,！!：:～~、]+[\s　]*")
_COMMA = re.compile(r"[，,][\s　]*$")
_OVER = re.compile(rf"[\s　]*(?:[{_ENDS}]|$)")
_SENTENCE = re.compile(rf"[^{_ENDS}]*")
_HAN = re.compile(r"[\u3400-\u9fff]")
# What follows is no noun: 最好的给你, 最好的都在这里.
_NO_NOUN = frozenset(
    "的了是在有都也就才只还要会能可给送留把被让用喝吃买看说做等和与或不没很太真最更"
)
# What stands before wants the word: 更顶级的, 把最好的…, 堪称顶级….
_WANTS = frozenset("最很太真更挺极超非分够多这那不没把将被称为算作当比")
# 全网最 is marked, 全网最好的 adorns.
_MOST = re.compile(r"[\u3400-\u9fff]{1,3}?的")
# Words that stand before a noun without 的.
_BARE = re.compile(
    r"顶级|顶尖|顶配|极品|极致|至尊|至臻|王牌|国家级|世界级|全球级|宇宙级|殿堂级|御用|独家|万能"
)


def struck(line: str, word: str) -> str | None:
    """``line`` without the first ``word`` that it can spare; None when it can spare none."""
    start = line.find(word) if word else -1
    while start >= 0:
        for spare in _WAYS:
            made = spare(line[:start], word, line[start + len(word) :])
            if made is not None and _stands(*made):
                return made[0] + made[1]
        start = line.find(word, start + 1)
    return None


def _stands(before: str, after: str) -> bool:
    """True when the sentence around the seam still says something."""
    head = re.split(rf"[{_ENDS}]", before)[-1]
    tail = _SENTENCE.match(after)
    return len(_HAN.findall(head + (tail[0] if tail else ""))) >= LEFT


def _call(before: str, word: str, after: str) -> tuple[str, str] | None:
    mark = _CALLED.match(after)
    return (before, after[mark.end() :]) if mark and _STARTS.search(before) else None


def _last(before: str, word: str, after: str) -> tuple[str, str] | None:
    comma = _COMMA.search(before)
    return (before[: comma.start()], after) if comma and _OVER.match(after) else None


def _adorning(before: str, word: str, after: str) -> tuple[str, str] | None:
    if (most := _MOST.match(after)) and word.endswith("最"):
        word, after = word + most[0], after[most.end() :]
    bare = word.endswith("的") or _BARE.fullmatch(word)
    if not bare and not after.startswith("的"):
        return None
    rest = after.removeprefix("的")
    noun = rest.startswith("{{") or (_HAN.match(rest) and rest[0] not in _NO_NOUN)
    return (before, rest) if noun and before[-1:] not in _WANTS else None


_WAYS: tuple[Callable[[str, str, str], tuple[str, str] | None], ...] = (_last, _call, _adorning)
