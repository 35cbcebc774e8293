"""Moderation in the database: one case for each message, one reminder, one verdict for an entry."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.community.atmosphere import Weights
from bot.community.grouphealth import health
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.contacts import Chat, Seat
from bot.core.model import Inbound
from bot.library.speech import Setting
from bot.pipeline.converse import commit
from bot.pipeline.watching import work_out
from bot.store import (
    audit,
    chats,
    grouphealth,
    inbox,
    judged,
    moderation,
    outbox,
    turns,
)
from bot.store.answers import Who
from bot.store.moderation import ModerationRefused
from bot.store.taking_part import check_in, submit
from scheduler import activities, moderating, tick
from tests.contract import publishing
from tests.contract.conftest import Bench
from tests.contract.making import AT_ONCE, answer
from tests.contract.test_activities import FILES, enter
from tests.contract.test_community import CIRCLE
from tests.contract.test_flows import World, step

ZONE = "Asia/Shanghai"
RULES = """
escalate_after = 3
[[lists]]
id = "ads"
title = "广告"
words = ["加我微信"]
where = ["group", "entry", "internal"]
[flood]
messages = 3
within = "10s"
"""


@pytest.fixture
def world(db: Bench) -> Iterator[World]:
    made = World(db)
    made.now = activities.moment("2026-09-22 13:00", ZONE) or 0
    db.write(publishing.publish, "moderation", "moderation", {"moderation.toml": RULES}, "disk",
             made.now)  # fmt: skip
    made.publish("quiet", 'trigger = "moderated"\nonce = "event"', step("say", day=0, at="now"))
    seats = tuple(Seat(member=f"wm{n}", joined_at=made.now - 90 * DAY) for n in range(8))
    chat = Chat(id="wr1", owner="lin.xi", name="一群", made_at=1, seats=seats)
    db.write(chats.put_chat, chat, made.now)
    yield made


def say(world: World, number: int, text: str, **more: Any) -> None:
    """Somebody says something, and the turn is done as a worker does it."""
    given = {"channel": "archive", "account": "lin.xi", "peer": "wr1", "kind": "text",
             "event": "archive.text", "data": {"from": "wm1", "to": ["lin.xi"]}}  # fmt: skip
    heard = Inbound(**given | more, text=text, dedupe=f"archive:{number}", sent_at=world.now,
                    received_at=world.now)  # fmt: skip
    world.db.write(inbox.accept_all, [heard], AT_ONCE)
    for held in world.db.write(turns.claim, world.now, f"L{number}", world.now + 60_000, 5, 5):
        world.db.write(commit, held, work_out(held, world.setting), world.now)


def act(world: World, later: int = 0, **more: Any) -> Setting:
    world.now += later
    setting = replace(world.setting, agent="7", **more)
    while world.db.write(tick.tick, setting).more:
        pass
    return setting


def cases(world: World) -> list[tuple[str, str, str, bool, str]]:
    rows = world.db.look("SELECT * FROM moderation ORDER BY id")
    return [(row["source"], row["rule"], row["state"], row["reminded_at"] is not None, row["held"])
            for row in rows]  # fmt: skip


def test_one_message_is_one_case_and_one_reminder_in_private(world: World) -> None:
    world.friend("wm1")
    say(world, 1, "大家加我微信领红包")
    say(world, 1, "大家加我微信领红包")  # told twice by the archive
    act(world)
    act(world, MINUTE)
    assert cases(world) == [("archive:1", "ads", "waiting", True, "")]
    assert world.runs("quiet").keys() == {"wm1"}
    say(world, 2, "再说一遍加我微信")
    act(world, 1)
    assert cases(world)[1] == ("archive:2", "ads", "waiting", False, "cooldown")
    assert len(world.db.look("SELECT * FROM flow_run")) == 1
    trail = [row["event"] for row in world.db.read(audit.history, "moderation", 1)]
    assert trail == ["flag", "remind"]


def test_the_third_case_goes_to_the_leads_and_who_cannot_be_reached_is_said(world: World) -> None:
    setting = world.setting
    service = replace(setting.service, alarm_to=("he.qing",))
    for n in (1, 2, 3):
        say(world, n, f"{n}：加我微信")
        act(world, 1, service=service)
    assert [(one[2], one[4]) for one in cases(world)] == [
        ("waiting", "unreachable"), ("waiting", "unreachable"), ("escalated", "unreachable")]  # fmt: skip
    told = world.db.look("SELECT peer, body FROM outbox WHERE channel = 'app'")
    assert [row["peer"] for row in told] == ["he.qing"] and "第 3 次" in told[0]["body"]


def test_a_flood_is_one_case_and_colleagues_and_kf_are_left_alone(world: World) -> None:
    for n in range(6):
        say(world, n, f"第 {n} 句")
        world.now += 1_000
    say(world, 10, "加我微信", data={"from": "lin.xi", "to": ["wm1"]})
    say(world, 11, "加我微信", channel="kf", account="wk1", peer="wm1", event="", data={})
    say(world, 12, "加我微信", data={"from": "wm1", "to": ["lin.xi"]}, peer="wm1")  # one to one
    assert [(one[0], one[1]) for one in cases(world)] == [("archive:3", "flood")]


def test_a_colleague_in_an_internal_group_is_told_by_the_application(world: World) -> None:
    say(world, 1, "加我微信", channel="robot", account="AIB1", peer="group:wrI", event="",
        data={"from": "zhou.yan"})  # fmt: skip
    act(world)
    [row] = world.db.look("SELECT peer, body FROM outbox WHERE channel = 'app'")
    assert row["peer"] == "zhou.yan" and "加我微信" in row["body"]
    assert cases(world)[0][3]


def test_a_case_is_decided_once_and_warning_twice_is_refused(world: World) -> None:
    world.friend("wm1")

    def decide(id: int, act: str, why: str = "") -> str:
        row = world.db.write(lambda tx: moderating.decide(tx, world.setting, id, act, actor="he",
                                                          why=why))  # fmt: skip
        return str(row["state"])

    for n in (1, 2):
        say(world, n, f"{n} 加我微信")
    act(world)
    with pytest.raises(ModerationRefused, match="第二遍"):
        decide(1, "warn")
    with pytest.raises(ModerationRefused, match="为什么"):
        decide(1, "remove")
    assert decide(1, "remove", "群主移出了") == "removed"
    assert decide(2, "warn") == "warned"  # a colleague may go past the cooldown
    with pytest.raises(ModerationRefused, match="he 已经处理过了"):
        decide(2, "accept")
    assert world.db.read(moderation.waiting) == 0


def test_an_entry_and_its_case_have_one_verdict_wherever_it_is_given(world: World) -> None:
    files = {"photo": FILES["photo"].replace("moderated = true\nconsent", "consent"),
             "wall": FILES["photo"]}  # fmt: skip
    world.db.write(publishing.publish, "circle", "tea", {"tea.toml": CIRCLE}, "disk", world.now)
    for name, text in files.items():
        body = f'id = "{name}"\ntitle = "{name}"\ncircle = "tea"\n{text}'
        world.db.write(publishing.publish, "activity", name, {f"{name}.toml": body}, "disk",
                       world.now)  # fmt: skip
    world.cast = None
    enter(world, "wm1")
    act(world)
    act(world, activities.moment("2026-09-23 09:01", ZONE) - world.now)  # type: ignore[operator]
    who = Who(member="wm1", zone=ZONE, agrees=True)

    def hand_in(name: str, text: str) -> str:
        made = world.setting.cast.activities[name]
        found = world.db.write(lambda tx: submit(tx, made, who, world.now, text=text,
                                                 media=["a"]))  # fmt: skip
        act(world, 1)
        return found.event

    bad, fine, both = (hand_in("photo", "想看的加我微信"), hand_in("wall", "窗台上的光"),
                       hand_in("wall", "加我微信看更多"))  # fmt: skip
    assert [(one[0], one[2]) for one in cases(world)] == [(bad, "waiting"), (both, "waiting")]
    assert [row["event"] for row in world.db.read(moderation.entries)] == [fine]
    assert world.db.read(moderation.waiting) == 3
    world.db.write(lambda tx: judged.accept(tx, both, world.now, yes=False, why="广告",
                                            actor="lin"))  # fmt: skip
    assert cases(world)[1][2] == "removed"
    world.db.write(lambda tx: moderating.decide(tx, world.setting, 1, "remove", actor="lin",
                                                why="广告"))  # fmt: skip
    assert cases(world)[0][2] == "removed"
    states = {row["event"]: row["state"] for row in world.db.look("SELECT * FROM entry")}
    assert states == {bad: "rejected", both: "rejected", fine: "waiting"}
    assert len(world.db.look("SELECT * FROM event WHERE kind = 'judged'")) == 2


def test_a_week_of_a_group_is_kept_as_it_was_and_shows_no_more_than_could_be_seen(
    world: World,
) -> None:
    world.db.write(publishing.publish, "circle", "tea", {"tea.toml": CIRCLE}, "disk", world.now)
    world.cast = None
    act(world)
    for n, content in enumerate(("groups/ask", "promos/six", "groups/ask")):
        post = answer(n, channel="group", peer="wr1", kind="group_post", content=content,
                      at=world.now + n, conversation="", member=None, state="sent",
                      account="lin.xi", lane="group:lin.xi/bulk", pool="bulk")  # fmt: skip
        world.db.write(outbox.note_said, post, world.now + n)
    first, world.now = world.now, world.now - 40 * DAY
    say(world, 9, "开张了")
    world.now = first
    say(world, 1, "这个怎么泡？")
    world.now += MINUTE
    say(world, 2, "水别太开", data={"from": "wm2", "to": ["lin.xi"]})
    say(world, 3, "对", data={"from": "lin.xi", "to": ["wm1"]})
    span = (world.now - HOUR, world.now + HOUR)

    def look(archive: bool) -> grouphealth.Figures:
        return world.db.read(lambda tx: grouphealth.measure(
            tx, ["wr1"], *span, archive=archive, sells=lambda name: "promos" in name))["wr1"]  # fmt: skip

    bare = look(archive=False)
    assert (bare.members, bare.posts, bare.selling, bare.speakers) == (8, 3, 1, None)
    seen = look(archive=True)
    assert (seen.speakers, seen.messages, seen.by_staff, seen.questions, seen.replies,
            seen.silent) == (2, 3, 1, 1, 2, 6)  # fmt: skip
    assert health(bare, Weights()).measured == 45
    act(world, 7 * DAY, archive=True)
    act(world, 1, archive=True)
    [kept] = world.db.read(grouphealth.history, "wr1")
    assert (kept.week, kept.figures.speakers, kept.measured) == ("2026-09-21", 2, 100)
    assert world.db.read(grouphealth.latest, ["wr1"])["wr1"] == kept


def test_a_check_in_with_words_that_do_not_fit_is_struck_out(world: World) -> None:
    world.db.write(publishing.publish, "circle", "tea", {"tea.toml": CIRCLE}, "disk", world.now)
    text = f'id = "half"\ntitle = "half"\ncircle = "tea"\n{FILES["half"]}'
    world.db.write(publishing.publish, "activity", "half", {"half.toml": text}, "disk", world.now)
    world.cast = None
    enter(world, "wm1")
    made, who = world.setting.cast.activities["half"], Who(member="wm1", zone=ZONE)
    found = world.db.write(lambda tx: check_in(tx, made, who, world.now, "加我微信"))
    act(world, 1)
    assert cases(world)[0][:3] == (found.event, "ads", "waiting")
    world.db.write(lambda tx: moderating.decide(tx, world.setting, 1, "remove", actor="lin",
                                                why="广告"))  # fmt: skip
    assert cases(world)[0][2] == "removed"
    [entry] = world.db.look("SELECT state FROM entry")
    assert entry["state"] == "struck"


def test_an_archive_that_is_read_since_today_tells_nothing_of_a_week(world: World) -> None:
    say(world, 1, "这个怎么泡？")
    until = world.now + HOUR
    found = world.db.read(lambda tx: grouphealth.measure(
        tx, ["wr1"], until - 7 * DAY, until, archive=True, sells=bool))["wr1"]  # fmt: skip
    assert (found.messages, found.questions, found.replies) == (1, 1, 0)
    assert (found.speakers, found.silent) == (None, None)
