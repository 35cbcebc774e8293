"""How it was: the one question after a person has helped, and what its answer means. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from bot.core.body import Body, Menu, MenuItem, Text

BEST, LOW = 5, 2
REFUSED = 0  # he does not want to be asked
CONTENT = "builtin:satisfaction"
WORDS_MAX = 200
# Channels whose menus come back with the id of the line that was tapped.
MENUS = frozenset({"kf", "oa"})
LABELS = {5: "非常满意", 4: "满意", 3: "一般", 2: "不满意", 1: "很不满意", REFUSED: "不用再问我了"}
LINES = {
    "ask": "刚才的事帮你办得怎么样？点一下就好，不点也没关系。",
    "ask_text": "刚才的事帮你办得怎么样？回一个 1 到 5 的数字就好，5 是非常满意；不想被问，回 0。",
    "thanks": "收到，谢谢你告诉我。",
    "sorry": "谢谢你直说，这次没让你满意。我已经转给主管看了。",
    "refused": "好，以后不再问了。",
}
_ID = re.compile(r"rate:([0-9]{1,18}):([0-5])")
_DIGITS = {"一": 1, "二": 2, "三": 3, "四": 4, "五": 5, "零": 0}
_SCORE = re.compile(r"(?:给|打)?\s*([0-5零一二三四五])\s*(?:分|颗?星)?")
_WITH_WORDS = re.compile(
    r"(?:给|打)?\s*([1-5一二三四五])\s*(?:分|颗?星)\s*[,，。.;；:：\s]\s*(.+)", re.S
)
_STARS = re.compile(r"(?:[⭐★🌟]\ufe0f?\s*){1,5}")
_SAID = {"非常满意": 5, "很满意": 5, "十分满意": 5, "满意": 4, "比较满意": 4, "一般": 3,
         "一般般": 3, "不满意": 2, "不太满意": 2, "很不满意": 1, "非常不满意": 1,
         "不用再问我了": 0}  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Satisfaction:
    """How a persona asks and answers; what is left out has a line of its own."""

    ask: tuple[str, ...] = ()
    thanks: tuple[str, ...] = ()
    sorry: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """All of them, for whoever looks over what a persona says."""
        return (*self.ask, *self.thanks, *self.sorry)


class Score(NamedTuple):
    """1 to 5, or REFUSED; ``words`` as he wrote them."""

    score: int
    words: str


def question(own: Sequence[str], rating: int, channel: str) -> Body:
    """The question as this channel can ask it. ``own``: the persona's words, if it has any."""
    say = own[rating % len(own)] if own else ""
    if channel not in MENUS:
        return Text(say or LINES["ask_text"])
    items = tuple(MenuItem("click", label, id=f"rate:{rating}:{n}") for n, label in LABELS.items())
    return Menu(say or LINES["ask"], items)


def answer(own: Satisfaction, rating: int, score: int) -> str:
    """What is said to an answer."""
    if score == REFUSED:
        return LINES["refused"]
    name, lines = ("sorry", own.sorry) if score <= LOW else ("thanks", own.thanks)
    return lines[rating % len(lines)] if lines else LINES[name]


def built_in(score: int) -> str:
    """The same without the persona's own words."""
    return answer(Satisfaction(), 0, score)


def tapped(menu_id: str) -> tuple[int, int] | None:
    """Which question a tapped line belongs to, and the score; None for any other menu."""
    found = _ID.fullmatch(menu_id)
    return (int(found[1]), int(found[2])) if found else None


def heard(text: str) -> Score | None:
    """The score that a text is, and nothing else: a lone figure or word, or ``4 分，再快点就好``.

    ``2 件多少钱`` is a question and no score.
    """
    whole = unicodedata.normalize("NFKC", text).strip()
    bare = whole.strip("。.!！~～ \n")
    words = text.strip()[:WORDS_MAX]
    if bare in _SAID:
        return Score(_SAID[bare], words)
    if _STARS.fullmatch(bare):
        return Score(sum(bare.count(star) for star in "⭐★🌟"), words)
    found = _SCORE.fullmatch(bare) or _WITH_WORDS.fullmatch(whole)
    return Score(_number(found[1]), words) if found else None


def _number(text: str) -> int:
    return _DIGITS[text] if text in _DIGITS else int(text)
