"""The carriers between which people move: what the brand posts to, and where they end up. Pure.

A code (the ``state`` of a contact way, a join way, an acquisition link or one of our links) says by
which carrier somebody came: its part before the first dot or dash names one (``douyin.autumn``), or
``[carriers.NAME] codes`` of config.toml does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Sphere = Literal["public", "private"]
UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Carrier:
    """``sphere``: public ones are rented, private ones can be written to again. ``links``: a post
    there may hold a link of ours; ``text``: characters of one post, ``pictures`` in it, where
    nothing else of ours knows them (0; WeCom's are in ``bot.studio.limits``)."""

    title: str
    sphere: Sphere
    links: bool = True
    text: int = 0
    pictures: int = 0


CARRIERS: Mapping[str, Carrier] = {
    "friend": Carrier("企微好友", "private"),
    "group": Carrier("客户群", "private"),
    "circle": Carrier("圈层", "private"),
    "moment": Carrier("企微朋友圈", "private"),
    "kf": Carrier("微信客服", "private"),
    "oa": Carrier("公众号", "public", text=20_000),
    "miniprogram": Carrier("小程序", "public"),
    "shop": Carrier("商城", "public"),
    "channels": Carrier("视频号", "public", links=False, text=1_000),
    "xiaohongshu": Carrier("小红书", "public", links=False, text=1_000, pictures=18),
    "douyin": Carrier("抖音", "public", links=False),
    "weibo": Carrier("微博", "public", text=2_000, pictures=18),
    "website": Carrier("官网", "public"),
    "ad": Carrier("广告", "public"),
    "store": Carrier("门店", "public", links=False),
    "parcel": Carrier("包裹卡", "public", links=False),
    "card": Carrier("名片分享", "public", links=False),
    "search": Carrier("搜索", "public", links=False),
    UNKNOWN: Carrier("没有来源码", "public", links=False),
}
# Where people can be posted to by us, as the kinds of the reply log have it.
POSTED = ("friend", "group", "moment", "kf", "oa")
TARGETS: Mapping[str, str] = {"account": "friend", "group": "group", "circle": "circle"}
# What the platform says of how a friend was added where no code does (page 92114).
_WAYS: Mapping[int, str] = {2: "search", 3: "card", 4: "group", 10: "channels", 16: "ad",
                            201: "card"}  # fmt: skip


def carrier_of(
    code: str, codes: Mapping[str, str], *, links: Mapping[str, str] | None = None
) -> str:
    """The carrier that a code names, or empty. ``codes``: of the settings, where a ``*`` at the end
    stands for anything; ``links``: where our own links are read, by their code."""
    if found := (links or {}).get(code) or codes.get(code):
        return found
    starts = [key for key in codes if key.endswith("*") and code.startswith(key[:-1])]
    if starts:
        return codes[max(starts, key=len)]
    head = code.replace("-", ".").partition(".")[0].lower()
    return head if head in CARRIERS else ""


def source_of(
    code: str, came: str, way: int, codes: Mapping[str, str], links: Mapping[str, str]
) -> str:
    """Where somebody who came to a place was before: by his code, else by the private place that he
    came from, else by what the platform says, else unknown."""
    return (carrier_of(code, codes, links=links) or TARGETS.get(came, "")
            or _WAYS.get(way, UNKNOWN))  # fmt: skip
