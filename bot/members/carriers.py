"""The carriers between which people move: what the brand posts to, and where they end up. Pure.

A code (the ``state`` of a contact way, a join way, an acquisition link or one of our links) says by
which carrier somebody came: its part before the first dot or dash names one (``douyin.autumn``), or
``[carriers.NAME] codes`` of config.toml does.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from bot.core.model import ReplyKind

Sphere = Literal["public", "hybrid", "private"]
# How a word of ours comes to somebody there. none: not at all; window: at once, for a while after
# he wrote; tap: the owner of an account or a group confirms it; free: at once; hand: a colleague
# puts it there, outside of the product.
Way = Literal["none", "window", "tap", "free", "hand"]
# Who has the last word before it is there.
CONFIRMS: Mapping[Way, str] = {"none": "", "window": "nobody", "tap": "owner", "free": "nobody",
                               "hand": "poster"}  # fmt: skip
UNKNOWN = "unknown"
STATE_MAX = 30  # characters of the state of a contact way (page 92228)


@dataclass(frozen=True, kw_only=True, slots=True)
class Carrier:
    """What may be done where people see us. ``sphere``: a public one is rented and shows us to whom
    it likes; in a hybrid one we are at home, and people come when they like; to those of a private
    one we can go. ``dm``: to one person, ``mass``: to many at once. ``kinds`` of texts that the
    product itself brings there, through ``channel``. ``links``: a post may hold a link that can be
    opened; ``text``: its characters, ``pictures`` in it, 0 where there is no such bound or where
    ``bot.studio.limits`` has it, in bytes. ``members``: they are who reads it."""

    title: str
    sphere: Sphere
    dm: Way = "none"
    mass: Way = "none"
    channel: str = ""
    kinds: tuple[ReplyKind, ...] = ()
    links: bool = True
    text: int = 0
    pictures: int = 0
    members: bool = True

    @property
    def confirms(self) -> str:
        """Who confirms a post to many, or where there is none a word to one: nobody, the owner of
        the account, or whoever posts it; empty where nothing can be said."""
        return CONFIRMS[self.mass] or CONFIRMS[self.dm]

    @property
    def by_hand(self) -> bool:
        """True where a colleague puts a text that the product only writes."""
        return self.mass == "hand"


def _public(title: str, **more: bool | int) -> Carrier:
    return Carrier(title=title, sphere="public", mass="hand", **more)  # type: ignore[arg-type]


def _home(title: str, **more: bool | int) -> Carrier:
    return Carrier(title=title, sphere="hybrid", mass="hand", **more)  # type: ignore[arg-type]


CARRIERS: Mapping[str, Carrier] = {
    "friend": Carrier(title="企微好友", sphere="private", dm="tap", mass="tap", channel="contact",
                      kinds=("welcome", "promo", "care", "activity")),
    "group": Carrier(title="客户群", sphere="private", mass="tap", channel="group",
                     kinds=("group_post",)),
    "internal": Carrier(title="内部群", sphere="private", mass="free", channel="webhook",
                        kinds=("group_post",), members=False),
    "circle": Carrier(title="圈层", sphere="private", mass="tap", kinds=("group_post",)),
    "moment": Carrier(title="企微朋友圈", sphere="private", mass="tap", channel="moment",
                      kinds=("moment",)),
    "kf": Carrier(title="微信客服", sphere="private", dm="window", channel="kf",
                  kinds=("reply", "care", "activity")),
    "oa": Carrier(title="公众号", sphere="hybrid", dm="window", mass="hand", channel="oa",
                  kinds=("reply",), text=20_000),
    "miniprogram": _home("小程序"),
    "shop": _home("商城"),
    "website": _home("官网"),
    "channels": _home("视频号", links=False, text=1_000),
    "xiaohongshu": _public("小红书", links=False, text=1_000, pictures=18),
    "douyin": _public("抖音", links=False, text=1_000),
    "weibo": _public("微博", text=2_000, pictures=18),
    "store": Carrier(title="门店", sphere="hybrid", dm="hand", mass="hand", links=False),
    "parcel": _home("包裹卡", links=False),
    "ad": Carrier(title="广告", sphere="public"),
    "card": Carrier(title="名片分享", sphere="public", links=False),
    "search": Carrier(title="搜索", sphere="public", links=False),
    UNKNOWN: Carrier(title="没有来源码", sphere="public", links=False),
}  # fmt: skip
# What is the same for everybody who reads it may be put where everybody reads.
FOR_ALL: frozenset[ReplyKind] = frozenset({"moment", "group_post", "promo"})
# Where members can read a link of ours, and we know that they did.
POSTED = tuple(name for name, one in CARRIERS.items()
               if one.links and one.members and (one.channel or one.by_hand))  # fmt: skip
# Where one person alone reads what he is told.
ALONE = tuple(name for name, one in CARRIERS.items() if one.channel and one.dm != "none")
# The carrier that a channel of ours is to members.
OF_CHANNEL: Mapping[str, str] = {one.channel: name for name, one in CARRIERS.items()
                                 if one.channel and one.members}  # fmt: skip
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


def goes_to(kind: ReplyKind) -> list[str]:
    """The carriers to which a text of this kind can go: first those to which the product brings it,
    then those where a colleague puts it."""
    brought = [name for name, one in CARRIERS.items() if kind in one.kinds]
    by_hand = [name for name, one in CARRIERS.items() if one.by_hand and name not in brought]
    return brought + (by_hand if kind in FOR_ALL else [])


def source_code(carrier: str, content: str) -> str:
    """The code by which somebody who came by this text on this carrier is told from all others:
    the state of a contact way, a join way or an acquisition link. It names the carrier itself, and
    is the same whenever it is asked for."""
    name = content.rpartition("/")[2]
    plain = "".join(one if one.isascii() and one.isalnum() else "-" for one in name)
    code = f"{carrier}.{plain}"
    if len(code) <= STATE_MAX and plain == name:
        return code
    digest = sha256(content.encode()).hexdigest()[:6]
    return f"{code[: STATE_MAX - 7]}-{digest}"
