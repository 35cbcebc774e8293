"""The atmosphere team in the database: shifts that begin and end by themselves, once each."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.contacts import Chat, Seat
from bot.store import atmosphere, audit, chats, communityterms
from bot.store.atmosphere import AtmosphereRefused
from scheduler import activities, hosting, tick
from tests.contract import publishing
from tests.contract.conftest import Bench
from tests.contract.test_community import CIRCLE
from tests.contract.test_flows import World
from tests.contract.test_moderation import say

ZONE = "Asia/Shanghai"
TEAM = """
circle = "tea"
persona = "tester"
[[team]]
userid = "lin.xi"
name = "林溪"
[[team]]
userid = "chen.mo"
name = "陈陌"
[[shifts]]
id = "noon"
title = "午后"
when = "daily 14:00"
lasts = "1h"
who = ["lin.xi"]
say = ["groups/gone", "groups/ask"]
"""
ASK = '+++\ntitle = "一问"\ngenre = "inspiration"\norigin = "BGC"\n+++\n今天等谁来了再泡？\n'
SHIFT = "tea/noon@2026-09-22T14:00/lin.xi"


@pytest.fixture
def world(db: Bench) -> World:
    made = World(db)
    made.now = activities.moment("2026-09-22 13:00", ZONE) or 0
    for kind, name, file, text in (
        ("circle", "tea", "tea.toml", CIRCLE), ("template", "groups/ask", "ask.j2", ASK),
        ("atmosphere", "tea", "tea.toml", TEAM),
    ):  # fmt: skip
        db.write(publishing.publish, kind, name, {file: text}, "disk", made.now)
    for id, owner, who in (("wr1", "lin.xi", ("wm1", "wm2")), ("wr2", "lin.xi", ("wm3",))):
        seats = tuple(Seat(member=one, joined_at=made.now - 90 * DAY) for one in who)
        chat = Chat(id=id, owner=owner, name="一群" if id == "wr1" else "别的", made_at=1,
                    seats=seats)  # fmt: skip
        db.write(chats.put_chat, chat, made.now)
    made.cast = None
    return made


def run(world: World, later: int = 0, **more: Any) -> None:
    """A tick of a process that can tell colleagues."""
    world.now += later
    setting = replace(world.setting, agent="7", **more)
    while world.db.write(tick.tick, setting).more:
        pass


def prompts(world: World, userid: str | None = None) -> dict[str, str]:
    return {f"{one.ask} {one.about or ''}".strip(): one.state
            for one in world.db.read(atmosphere.of, 0, userid)}  # fmt: skip


def told(world: World) -> list[tuple[str, str]]:
    rows = world.db.look("SELECT peer, body FROM outbox WHERE channel = 'app' ORDER BY id")
    return [(row["peer"], row["body"]) for row in rows]


def test_a_shift_begins_once_and_what_it_is_prompted_for_is_of_its_groups(world: World) -> None:
    run(world)
    run(world, HOUR)
    run(world, 1)  # another process, or the same after a restart
    assert prompts(world) == {"say": "open", "silent wm1": "open", "silent wm2": "open"}
    [(to, words)] = told(world)
    assert to == "lin.xi" and "午后" in words and "今天等谁来了再泡" in words and "一群" in words
    assert [row["event"] for row in world.db.read(audit.history, "atmosphere_shift", SHIFT)] == [
        "begin"]  # fmt: skip
    run(world, HOUR)
    assert set(prompts(world).values()) == {"lapsed"}


def test_what_somebody_posted_is_in_the_reply_log_under_his_own_account(world: World) -> None:
    run(world)
    run(world, HOUR)
    [say] = [one for one in world.db.read(atmosphere.of, 0) if one.ask == "say"]
    world.db.write(atmosphere.done, say.id, world.now, actor="lin", said="今天等谁来了再泡？")
    [post] = world.db.look("SELECT * FROM replies WHERE kind = 'staff'")
    assert (post["operator"], post["account"], post["peer"], post["status"]) == (
        "lin.xi", "lin.xi", "wr1", "sent")  # fmt: skip
    assert post["origin"] == "staff:lin.xi:atmosphere" and post["content"] == "groups/ask"
    [trail] = world.db.read(audit.history, "prompt", say.id)
    assert (trail["actor"], trail["after"], trail["reason"]) == ("lin", "done", "lin.xi say")
    with pytest.raises(AtmosphereRefused, match="已经记过了：做了"):
        world.db.write(atmosphere.leave, say.id, world.now, actor="lin", why="")


def test_a_shift_goes_to_a_declared_colleague_only_before_and_while_it_lasts(world: World) -> None:
    def hand(to: str, world: World = world) -> atmosphere.Shift:
        return world.db.write(hosting.hand, world.setting, SHIFT, to, actor="he", why="发烧了")

    run(world)
    with pytest.raises(AtmosphereRefused, match=r"xu.man 没有在 .*申报.*陈陌"):
        hand("xu.man")
    assert hand("chen.mo").userid == "chen.mo"
    run(world, HOUR)
    assert set(prompts(world, "chen.mo").values()) == {"open"} and not prompts(world, "lin.xi")
    assert hand("lin.xi").userid == "lin.xi" and len(prompts(world, "lin.xi")) == 3
    trail = world.db.read(audit.history, "atmosphere_shift", SHIFT)
    assert [(one["event"], one["before"], one["after"]) for one in trail] == [
        ("hand", "lin.xi", "chen.mo"), ("begin", "", ""), ("hand", "chen.mo", "lin.xi")]  # fmt: skip
    world.now += 2 * HOUR
    with pytest.raises(AtmosphereRefused, match="已经结束"):
        hand("chen.mo")


def test_a_plan_that_changed_and_a_shift_that_nobody_could_begin_are_left_out(world: World) -> None:
    run(world)
    moved = TEAM.replace("14:00", "15:00")
    world.db.write(publishing.publish, "atmosphere", "tea", {"tea.toml": moved}, "disk", world.now)
    world.cast = None
    run(world, HOUR)
    assert not prompts(world)
    run(world, 2 * HOUR + 30 * MINUTE)  # down while it was on
    assert not prompts(world) and not told(world)
    notes = {row["note"] for row in world.db.look("SELECT note FROM due WHERE kind = 'atmosphere'"
                                                  " AND state = 'skipped'")}  # fmt: skip
    assert notes == {"the plan has been changed", "it is too late for this shift"}
    assert not world.db.read(communityterms.now_of)


def test_what_was_asked_in_a_group_and_nobody_took_up_is_prompted_for(world: World) -> None:
    day = world.now
    for minutes, who, text in ((0, "wm1", "白茶几度水泡？"), (2, "wm2", "八十五度吧"),
                               (4, "wm2", "那陈皮呢？"), (5, "wm2", "在吗")):  # fmt: skip
        world.now = day + minutes * MINUTE
        say(world, minutes, text, data={"from": who, "to": ["lin.xi"]})
    world.now = day
    run(world, archive=True)
    run(world, HOUR, archive=True)
    [asked] = [one for one in world.db.read(atmosphere.of, 0) if one.ask == "unanswered"]
    assert asked.about == "wm2" and asked.text.endswith("在群里问「在吗」，55 分钟没有人接")
