"""What a feed is made of: genres, origins and what sells, and what would make a better mix. Pure.

Sources of the rules: content is the main thing and selling helps (A15), a feed is a place to stroll
through and no shelf (A37), fifteen genres and four origins (A13, A14).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Literal

from bot.core.body import Link, MiniProgram
from bot.core.clock import DAY
from bot.core.coded import Coded, Words
from bot.core.goods import Good
from bot.core.mixing import Mix
from bot.studio.template import Template

Feed = Literal["moment", "group"]
FEEDS: Mapping[str, str] = MappingProxyType({"moment": "朋友圈", "group": "群"})
GENRE_NAMES: Mapping[str, str] = MappingProxyType({
    "story": "故事", "joke": "段子", "inspiration": "励志", "knowledge": "知识", "case": "案例",
    "research": "研究", "experience": "体验", "opinion": "观点", "news": "新闻", "funny": "趣事",
    "gossip": "八卦", "emotion": "情感", "soup": "鸡汤", "expose": "揭秘", "ranking": "榜单",
})  # fmt: skip
ENOUGH = 4  # posts of which one may say that something is too much of them
_PRICE = re.compile(r"\d\s*(?:元|块钱)|[¥￥]\s*\d")
_SIZE = re.compile(r"\s")


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """One post, planned or sent, however many accounts or groups it goes to. ``at`` in UTC ms."""

    at: int
    persona: str
    feed: Feed
    template: str
    title: str = ""
    genre: str = ""
    origin: str = ""
    sells: bool = False
    entry: str = ""
    sent: bool = False


# By code: what is wrong, and what to do about it.
WORDS: Words = MappingProxyType({
    "promo_share": ("截至 {day} 的 {days} 天里，{total} 条中有 {selling} 条带货，占 {share}，"
                    "上限是 {most}", "减少带货内容，或者多发些别的"),
    "promo_gap": ("“{first}”和“{second}”都是带货内容，中间只隔了 {others} 条，至少要隔 {least} 条",
                  "把后一条往后挪，或者在中间补上别的内容"),
    "only_selling": ("这一周的 {total} 条全是带货内容", "补几条不带货的"),
    "genre_share": ("{genre}类占了这一周的 {share}（{number}/{total} 条），超过 {most}",
                    "换几条别的类型"),
    "origin_share": ("{origin} 内容占了这一周的 {share}（{number}/{total} 条），超过 {most}",
                     "换几条其他来源的内容"),
    "unseen": ("连续 {days} 天没有{genre}类内容", "各安排一条"),
    "untagged": ("“{title}”没有标注{what}", "打开这篇素材补上"),
    "unsent": ("这一周计划的 {number} 条一条都没有发出",
               "提醒账号主人在企业微信里点发送；没收到任务，看 content/calendar.toml 排对没有"),
    "nothing": ("这一周没有安排内容", "从可以补上的素材里选几条，写进 content/calendar.toml"),
})  # fmt: skip


# What a template may lack, as ``untagged`` names it.
LACKS: Mapping[str, str] = MappingProxyType({"genre": "类型", "origin": "来源"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Warned(Coded):
    """One thing that the mix lacks or has too much of; ``code`` and ``facts`` are for whoever words
    it anew."""

    WORDS = WORDS
    code: str
    persona: str
    feed: Feed
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a feed something is."""

    name: str
    number: int
    total: int

    @property
    def of_one(self) -> float:
        """0 to 1."""
        return self.number / self.total if self.total else 0.0


def sells(template: Template, text: str, goods: Iterable[Good]) -> bool:
    """True for a promotion, and for a ``text`` that names a good together with a price or a link.

    A good is known by its name without the size that follows: ``晨雾绿茶 50克``.
    """
    if template.kind == "promo":
        return True
    linked = any(isinstance(one, Link | MiniProgram) for one in template.attachments)
    if not linked and not _PRICE.search(text):
        return False
    named = (_SIZE.split(good.name, maxsplit=1)[0] for good in goods)
    return any(len(name) > 1 and name in text for name in named)


def shares(names: Iterable[str]) -> tuple[Share, ...]:
    """How often each name stands there, the commonest first; empty names count in the total."""
    counted = Counter(names)
    total = sum(counted.values())
    ranked = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Share(name, number, total) for name, number in ranked if name)


def warn(
    week: Sequence[Post], line: Sequence[Post], mix: Mix, persona: str, feed: Feed, end: int,
    day_of: Mapping[int, str],
) -> tuple[Warned, ...]:  # fmt: skip
    """What is to be said about one persona's week in one feed.

    ``week`` are the posts of the week up to ``end`` (UTC ms), ``line`` the same with those of the
    weeks before, in order of time; ``day_of`` names the local day of each instant. Rules that look
    back speak only of posts of the week.
    """
    start = week[0].at if week else end
    found = (*_volume(week, mix), *_capped(line, mix, persona, feed, start, day_of),
             *_spaced(line, mix, start), *_unseen(line, mix, end))  # fmt: skip
    return tuple(Warned(code=code, persona=persona, feed=feed, facts=facts)
                 for code, facts in found)  # fmt: skip


Facts = tuple[str, dict[str, Any]]


def percent(share: float) -> str:
    """``20%``: a whole number of hundredths."""
    return f"{share:.0%}"


def _volume(week: Sequence[Post], mix: Mix) -> Iterator[Facts]:
    if not week:
        yield "nothing", {}
        return
    if len(week) > 1 and all(post.sells for post in week):
        yield "only_selling", {"total": len(week)}
    for key, names, most in (
        ("genre", [GENRE_NAMES.get(post.genre, post.genre) for post in week], mix.genre_share),
        ("origin", [post.origin for post in week], mix.origin_share),
    ):
        for share in shares(names):
            if share.total >= ENOUGH and share.of_one > most:
                yield f"{key}_share", {key: share.name, "share": percent(share.of_one),
                                       "number": share.number, "total": share.total,
                                       "most": percent(most)}  # fmt: skip
    for post in {post.template: post for post in week}.values():
        lacks = [word for name, word in LACKS.items() if not getattr(post, name)]
        if lacks:
            yield "untagged", {"title": post.title or post.template, "what": "和".join(lacks),
                               "template": post.template}  # fmt: skip


def _capped(
    line: Sequence[Post], mix: Mix, persona: str, feed: Feed, start: int, day_of: Mapping[int, str]
) -> Iterator[Facts]:
    """The first post at which the share is over the cap; those after it repeat the same."""
    most, window = mix.cap(persona, feed), mix.ms("window")
    for last in line:
        if last.at >= start and last.sells:
            recent = [post for post in line if last.at - window < post.at <= last.at]
            selling = sum(post.sells for post in recent)
            if over(selling, len(recent), most):
                yield "promo_share", {
                    "day": day_of[last.at], "days": window // DAY, "total": len(recent),
                    "selling": selling, "share": percent(selling / len(recent)),
                    "most": percent(most), "template": last.template,
                }  # fmt: skip
                return


def over(selling: int, total: int, most: float) -> bool:
    """True when more posts sell than may. One of them is never too many, unless none may."""
    return selling > max(1 if most else 0, total * most)


def _spaced(line: Sequence[Post], mix: Mix, start: int) -> Iterator[Facts]:
    places = [number for number, post in enumerate(line) if post.sells]
    for before, after in pairwise(places):
        others = after - before - 1
        if line[after].at >= start and others < mix.promo_gap:
            first, second = line[before], line[after]
            yield "promo_gap", {"first": first.title or first.template, "others": others,
                                "second": second.title or second.template, "least": mix.promo_gap,
                                "template": second.template}  # fmt: skip


def _unseen(line: Sequence[Post], mix: Mix, end: int) -> Iterator[Facts]:
    """Wished genres that nothing was of for too long, if there were posts enough for all."""
    long = mix.ms("unseen")
    seen = [post.genre for post in line if post.at >= end - long]
    lost = [genre for genre in mix.wished if genre not in seen]
    if lost and len(seen) >= len(mix.wished):
        yield "unseen", {"days": long // DAY, "keys": tuple(lost),
                         "genre": "、".join(GENRE_NAMES.get(one, one) for one in lost)}  # fmt: skip
