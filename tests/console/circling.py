"""Two circles with a queue, groups and links, for the pages of circles."""

from __future__ import annotations

from bot.core.clock import DAY, HOUR
from bot.core.event import Event, Happened
from bot.members.outlinks import OutLink
from bot.store import circling, events, outlinks, people
from bot.store.engine import Tx
from tests.contract import publishing
from tests.scenario.reception import NOW, Reception

TEA = """
id = "tea"
title = "茶友"
principle = "lifestyle"
groups = ["茶友一群", "没有的群"]
[position]
who = "a"
where = "b"
need = "c"
habit = "d"
value = "e"
[goal]
metric = "members"
target = 10
[leader]
persona = "tester"
"""
CUP = """
id = "cup"
title = "盲品圈"
principle = "interest"
[position]
who = "舌头灵的人"
[admission]
how = "questions"
questions = ["为什么想来？"]
"""
BYE = """
id = "cup-no"
title = "说一声"
trigger = "circle_rejected:cup"
once = "event"
[[step]]
id = "say"
day = 1
at = "10:30"
template = "care/day1"
via = ["kf", "bulk"]
"""
GROUP = "wrTEA"


def told(kind: Happened, at: int, member: str, **more: str) -> Event:
    return Event(kind=kind, at=at, member=member, dedupe=f"{kind}/{member}/{at}/{more}", **more)


def came(tx: Tx, member: str, name: str, day: int, code: str = "") -> None:
    """Somebody adds lin.xi ``day`` days ago."""
    at = NOW - day * DAY
    people.ensure_member(tx, member, at, name)
    people.befriend(tx, member, "lin.xi", at, code)


def life(tx: Tx) -> None:
    """Friends, group members and members of circles, some of whom left again."""
    for n, (name, code) in enumerate((("阿宁", "douyin.1"), ("<b>小周", "douyin.1"), ("老马", ""))):
        came(tx, f"wm{n}", name, 10 - n, code)
    people.ensure_member(tx, "wm3", NOW - DAY)
    people.befriend(tx, "wm3", "chen.mo", NOW - DAY, "")
    people.unfriend(tx, "wm2", "lin.xi", NOW - 2 * DAY, "member")
    tx.run("circle_put", id="tea", title="茶友")
    record = [
        told(Happened.JOINED, NOW - 5 * DAY, "wm0", place=GROUP, account="lin.xi", other="wm1"),
        told(Happened.JOINED, NOW - 4 * DAY, "wm9", place=GROUP, account="lin.xi", which="ad-1"),
        told(Happened.LEFT, NOW - 3 * DAY, "wm9", place=GROUP, account="lin.xi"),
        told(Happened.CLICKED, NOW - DAY, "wm0", which=link(tx), place="https://banzhan.example/"),
    ]
    events.record(tx, record, NOW)
    for n, (circle, member, days) in enumerate((("tea", "wm0", 6), ("tea", "wm1", 5),
                                                ("tea", "wm2", 4), ("cup", "wm1", 2))):  # fmt: skip
        circling.admit(tx, circle, member, NOW - days * DAY + n, rule="staff", actor="lin",
                       inviter="wm0" if circle == "cup" else "")  # fmt: skip
    circling.withdraw(tx, "tea", "wm2", NOW - DAY, by="himself", actor="lin")


def link(tx: Tx) -> str:
    made = OutLink(url="https://banzhan.example/", carrier="shop", posted="group")
    return outlinks.make(tx, made, NOW - 2 * DAY, "lin")


def apply(tx: Tx) -> None:
    """Two want into the circle that asks."""
    for n, answer in ((0, "爱喝"), (3, "<i>路过")):
        circling.apply(tx, "cup", f"wm{n}", {"为什么想来？": answer}, NOW - HOUR + n)


async def settle(desk: Reception, flow: str | None = BYE) -> None:
    """The brand serves with two circles, and things have happened."""
    library = await desk.publish()

    def write(tx: Tx) -> None:
        serving = [("circle", "tea", TEA), ("circle", "cup", CUP)]
        for kind, name, text in serving + [("flow", "cup-no", flow)] * bool(flow):
            publishing.publish(tx, kind, name, {f"{name}.toml": text}, "t", NOW)
        life(tx)
        apply(tx)

    await desk.store.write(write)
    await library.follow()
