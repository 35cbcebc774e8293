"""Standings in the database: what follows from events, who hears of it, and rights that run out."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.community.rules import parse_community
from bot.core.audience import circle_of, fields_of
from bot.core.clock import DAY
from bot.core.contacts import Chat, Seat
from bot.core.event import Event, Happened
from bot.store import (
    audience,
    chats,
    claiming,
    events,
    facts,
    honouring,
    honours,
    merging,
    people,
    projections,
    versions,
    whois,
)
from bot.store.honouring import CommunityRefused
from bot.store.outbox import KfWindow
from bot.store.sets import Sets
from scheduler import about
from scheduler.audience import parse_audience
from scheduler.reasons import belongs
from tests.contract import publishing
from tests.contract.conftest import Bench, PostgresBench
from tests.contract.test_flows import World, step
from tests.unit.community import test_standing as pure

CIRCLE = 'id = "tea"\ntitle = "茶友"\nprinciple = "lifestyle"\ngroups = ["一群"]\n'
NAMES = '[codenames]\npool = ["茶则", "公道"]\nchange_every = "90d"\n'
RIGHT = '[[rights]]\nid = "seat"\ntitle = "一席"\nstock = 1\nlevel = "one"\n'
SPOON = '[[rights]]\nid = "spoon"\ntitle = "一支茶则"\ncost = 15\n'
ROW = 'id = "row"\n'
BADGE = """+++
title = "揭晓"
genre = "news"
origin = "BGC"
[vars.who]
sample = "茶则"
[vars.badge]
sample = "三天"
+++
{{ who }}得了「{{ badge }}」。
"""
TEXT = (
    pure.RULES.replace(ROW, f'{ROW}announce = "groups/badge"\nhonour = true\n')
    + NAMES + RIGHT + SPOON
)  # fmt: skip
RULES = parse_community(TEXT, "content/community/tea.toml")


@pytest.fixture
def world(db: Bench) -> World:
    made = World(db)
    publish(made)
    return made


def publish(world: World) -> None:
    for kind, name, file, text in (
        ("circle", "tea", "tea.toml", CIRCLE), ("template", "groups/badge", "badge.j2", BADGE),
        ("community", "tea", "tea.toml",
         TEXT.replace('counts =', 'persona = "tester"\ncounts =', 1)),
    ):  # fmt: skip
        world.db.write(publishing.publish, kind, name, {file: text}, "disk", world.now)
    world.cast = None


def does(world: World, kind: Happened, member: str = "wm1", **more: Any) -> Event:
    world.now += 1
    made = Event(kind=kind, at=world.now, member=member, dedupe=f"{kind}/{member}/{world.now}",
                 **more)  # fmt: skip
    world.db.write(events.record, [made], world.now)
    return made


def check_in(world: World, day: int, member: str = "wm1") -> Event:
    return does(world, Happened.CHECKED, member, place="half@x", which=f"2026-11-{day:02}",
                data={"circle": "tea", "day": f"2026-11-{day:02}"})  # fmt: skip


def standing(world: World, member: str = "wm1") -> dict[str, Any]:
    found = world.db.read(honours.of, member)
    return found[0] if found else {}


def badges(world: World, member: str = "wm1") -> list[str]:
    return sorted(one["id"] for one in standing(world, member).get("badges", ()))


def test_what_follows_and_what_a_correction_takes_back(world: World) -> None:
    world.friend("wm1")
    told = [check_in(world, day) for day in (1, 2, 3)]
    does(world, Happened.ORDERED, place="o1", amount=1_500)
    found = standing(world)
    assert (found["points"], found["level"], found["next"], found["next_at"]) == (
        26,
        "二",
        "三",
        100,
    )
    assert badges(world) == ["first", "row"]
    does(world, Happened.REFUNDED, place="o1", amount=1_000)
    assert (standing(world)["points"], standing(world)["level"]) == (16, "一")
    world.db.write(lambda tx: honouring.strike(tx, told[1].dedupe, world.now, why="小号",
                                               actor="lin"))  # fmt: skip
    assert standing(world)["points"] == 9 and badges(world) == ["first"]
    world.db.write(lambda tx: honouring.strike(tx, told[1].dedupe, world.now + 1, why="查清了",
                                               actor="lin", back=True))  # fmt: skip
    assert standing(world)["points"] == 16 and badges(world) == ["first", "row"]


def test_why_names_the_events(world: World) -> None:
    told = [check_in(world, day) for day in (1, 2, 3, 3)]
    held, because = world.db.read(honours.why_badge, "wm1", "tea", "row")
    assert held is not None and [one.event for one in because] == told[:3]
    assert world.db.read(honours.why_badge, "wm1", "tea", "host") == (None, [])
    level = world.db.read(honours.why_level, "wm1", "tea", "one")
    assert [one.event for one in level] == told[:1]
    points = world.db.read(honours.why_points, "wm1", "tea")
    assert next((one.event.dedupe, one.grant.why) for one in points if one.grant) == (
        told[3].dedupe, "per_day")  # fmt: skip


def test_a_level_begins_flows_once_and_a_badge_is_announced_once(world: World) -> None:
    world.publish("up", 'trigger = "level_reached:一"\nonce = "event"', step("say"))
    world.friend("wm1")
    chat = Chat(id="wr1", owner="lin.xi", name="一群", made_at=1,
                seats=(Seat(member="wm1", joined_at=world.now),))  # fmt: skip
    world.db.write(chats.put_chat, chat, world.now)
    world.db.write(lambda tx: honouring.name(tx, RULES, "wm1", "公道", world.now, actor="wm1"))
    told = [check_in(world, day) for day in (1, 2, 3)]
    world.tick()
    assert world.runs("up") == {"wm1": "running"}
    (post,) = world.db.look("SELECT body, origin FROM outbox WHERE channel = 'group'")
    assert "公道得了「三天」" in post["body"] and post["origin"] == "activity:badge-tea:row"
    for back in (False, True):  # lost, and there again: nobody is told twice
        world.db.write(lambda tx, back=back: honouring.strike(
            tx, told[0].dedupe, world.now + back, why="核对", actor="lin", back=back))  # fmt: skip
    world.tick()
    assert len(world.db.look("SELECT id FROM outbox WHERE channel = 'group'")) == 1
    assert len(world.db.look("SELECT key FROM happening WHERE event = 'level_reached'")) == 1


def test_what_was_corrected_in_time_is_told_to_nobody(world: World) -> None:
    world.friend("wm1")
    (told, *_) = [check_in(world, day) for day in (1, 2, 3)]
    world.db.write(lambda tx: honouring.strike(tx, told.dedupe, world.now, why="小号", actor="lin"))
    world.tick()
    notes = {row["key"]: row["note"]
             for row in world.db.look("SELECT key, note FROM due WHERE kind = 'standing'")}  # fmt: skip
    assert notes["badge/tea/wm1/row"] == "he has it no more"
    assert world.db.look("SELECT id FROM outbox WHERE channel = 'group'") == []


def test_two_ids_of_one_person_stand_together_and_part_again(world: World) -> None:
    for member in ("wm1", "wm2"):
        world.db.write(people.ensure_member, member, world.now)
    check_in(world, 1), check_in(world, 2, "wm2"), check_in(world, 3)
    world.db.write(merging.merge, "wm2", "wm1", "staff", world.now, "lin")
    assert badges(world, "wm2") == ["first", "row"] and standing(world)["points"] == 11
    assert {row["member"] for row in world.db.look("SELECT member FROM point")} == {"wm1"}
    world.db.write(merging.part, "wm2", "wm1", world.now, "lin")
    assert (standing(world)["points"], standing(world, "wm2")["points"]) == (4, 2)


def test_staff_give_with_a_reason_and_take_back(world: World) -> None:
    def act(fn: Any, *args: Any, **more: Any) -> Any:
        return world.db.write(lambda tx: fn(tx, *args, "wm1", world.now, actor="lin", **more))

    with pytest.raises(CommunityRefused, match="say why"):
        act(honouring.honour, RULES, "host", why=" ")
    with pytest.raises(CommunityRefused, match="no badge"):
        act(honouring.honour, RULES, "hots", why="带过一席")
    assert act(honouring.honour, RULES, "host", why="带过一席") is True
    assert act(honouring.honour, RULES, "host", why="带过一席") is False
    assert badges(world) == ["host"]
    world.now += 1
    assert act(honouring.unhonour, "tea", "host", why="记错了人") is True
    assert badges(world) == []
    world.now += 1
    points = world.db.write(lambda tx: honouring.correct(tx, RULES, "wm1", 30, world.now,
                                                         why="补记", actor="lin"))  # fmt: skip
    assert points == 30
    trail = world.db.look("SELECT event, reason FROM audit WHERE subject = 'member:wm1'")
    assert [(row["event"], row["reason"]) for row in trail] == [
        ("honoured", "带过一席"), ("unhonoured", "记错了人"), ("pointed", "补记")]  # fmt: skip


def test_names_differ_and_change_once_a_season(world: World) -> None:
    def name(member: str, wish: str, actor: str = "") -> str:
        world.now += 1
        return world.db.write(lambda tx: honouring.name(tx, RULES, member, wish, world.now,
                                                        actor=actor or member))  # fmt: skip

    assert [name("wm1", "茶则"), name("wm2", "茶则"), name("wm3", "")] == ["茶则", "茶则·2", "公道"]
    assert name("wm4", "") in ("茶则·3", "公道·2")
    with pytest.raises(CommunityRefused, match="none of the names"):
        name("wm5", "龙井")
    with pytest.raises(CommunityRefused, match="once in 90d"):
        name("wm1", "公道")
    assert name("wm1", "老茶客", actor="lin") == "老茶客"
    world.now += 91 * DAY
    assert name("wm2", "茶则") == "茶则"
    check_in(world, 1)
    known = world.db.read(facts.known, ["wm1", "wm9"])
    assert {who: one.facts for who, one in known.items()} == {
        "wm1": {"codename": "老茶客", "level": "一", "title": "一"}}  # fmt: skip
    assert world.db.read(facts.called_in, "tea", ["wm1", "wm9"]) == {"wm1": known["wm1"].facts}
    assert world.db.read(facts.called_in, "cup", ["wm1"]) == {}
    assert known["wm1"].within({}) == {} and known["wm1"].within({"level": "二"}) == {"level": "二"}
    does(world, Happened.REFUSED, which="personal")
    assert world.db.read(facts.known, ["wm1"]) == {}
    assert world.db.read(facts.called_in, "tea", ["wm1"]) == {}


@pytest.mark.parametrize(("words", "circle"), [
    ("circle:tea AND level:一", "tea"), ("circle:tea", "tea"), ("NOT circle:tea", ""),
    ("circle:tea OR circle:cup", ""), ("circle:tea AND circle:cup", ""), ("joined>3d", ""),
])  # fmt: skip
def test_the_circle_that_an_audience_is_of(words: str, circle: str) -> None:
    assert circle_of(parse_audience(words, {}, "UTC")) == circle


def test_the_circle_that_a_flow_has_to_do_with(world: World) -> None:
    causes = ["level_reached/tea/wm1/one", "circle_entered/cup/wm1/5", "seed_asked/seed/tea/wm1/1/0",
              "activity_won/none@1/wm1", "order/o1", ""]  # fmt: skip
    begun = [{"id": number, "cause": cause} for number, cause in enumerate(causes)]
    assert world.db.read(about.circles_of, begun) == {0: "tea", 1: "cup", 2: "tea"}


def test_a_right_is_taken_as_often_as_there_are(world: World) -> None:
    def take(right: str, member: str = "wm1") -> Event:
        world.now += 1
        return world.db.write(lambda tx: claiming.claim(tx, RULES, right, member, world.now,
                                                        fits=True))  # fmt: skip

    with pytest.raises(CommunityRefused, match="level is not enough"):
        take("seat")
    for member in ("wm1", "wm2"):
        check_in(world, 1, member)
    taken = take("seat")
    with pytest.raises(CommunityRefused, match="has it already"):
        take("seat")
    with pytest.raises(CommunityRefused, match="none is left"):
        take("seat", "wm2")
    world.db.write(lambda tx: claiming.take_back(tx, taken.dedupe, world.now, why="不来了",
                                                 actor="lin"))  # fmt: skip
    assert take("seat", "wm2").which == "seat"
    with pytest.raises(CommunityRefused, match="too few points"):
        take("spoon")
    does(world, Happened.ORDERED, place="o1", amount=2_000)
    take("spoon")
    found = standing(world)
    assert (found["points"], found["balance"], found["level"]) == (22, 7, "二")
    offers = world.db.read(lambda tx: claiming.offers(tx, RULES, "wm1", world.now, frozenset(
        ("seat", "spoon"))))  # fmt: skip
    assert [(one.state, one.taken, one.left) for one in offers] == [
        ("gone", 0, 0), ("taken", 1, None)]  # fmt: skip


def race(*stores: Any, world: World, right: str, members: list[str]) -> int:
    """How many got one, of all who take it at once."""

    async def all_at_once() -> list[Any]:
        return await asyncio.gather(*(
            stores[i % len(stores)].write(
                lambda tx, who=who: claiming.claim(tx, RULES, right, who, world.now, fits=True)
            ) for i, who in enumerate(members)
        ), return_exceptions=True)  # fmt: skip

    found = asyncio.run(all_at_once())
    assert all(isinstance(one, Event | CommunityRefused) for one in found), found
    return sum(isinstance(one, Event) for one in found)


def test_the_last_one_is_taken_once(world: World) -> None:
    members = [f"wm{n}" for n in range(12)]
    for member in members:
        check_in(world, 1, member)
    assert race(world.db.store, world=world, right="seat", members=members) == 1
    assert world.db.look("SELECT taken FROM right_stock") == [{"taken": 1}]


def test_two_processes_take_the_last_one_once_and_spend_points_once(
    pg: PostgresBench, other: Any
) -> None:
    world = World(pg)
    publish(world)
    members = [f"wm{n}" for n in range(12)]
    for member in members:
        check_in(world, 1, member)
    assert race(pg.store, other, world=world, right="seat", members=members) == 1
    does(world, Happened.ORDERED, place="o1", amount=2_000)
    assert race(pg.store, other, world=world, right="spoon", members=["wm1"] * 6) == 1
    assert standing(world)["balance"] == 7


def test_points_fade_at_night_where_the_rules_say_so(world: World) -> None:
    does(world, Happened.ORDERED, place="o1", amount=2_000)
    fades = TEXT + pure.DECAY
    world.db.write(publishing.publish, "community", "tea", {"tea.toml": fades}, "disk", world.now)
    world.cast = None
    world.tick()
    for _ in range(12):
        world.tick(DAY)
    assert (standing(world)["points"], standing(world)["level"]) == (10, "一")
    marks = world.db.look("SELECT dedupe FROM event WHERE kind = 'faded'")
    assert len(marks) == 1


def test_the_wall_and_the_ranks_show_who_is_in_the_circle(world: World) -> None:
    for member in ("wm1", "wm2", "wm3"):
        for day in range(1, 4 if member != "wm2" else 2):
            check_in(world, day, member)
    for member in ("wm1", "wm2"):
        does(world, Happened.ENTERED, member, place="tea")
    assert [row["member"] for row in world.db.read(honours.top, "tea")] == ["wm1", "wm2"]
    late = world.db.read(honours.top, "tea", 5, world.now - 1)
    assert late == []
    assert [row["member"] for row in world.db.read(honours.wall, RULES)] == ["wm1"]
    assert world.db.read(honours.counts, "tea") == ({"one": 3}, {"first": 3, "row": 2})
    world.db.write(people.ensure_member, "wm1", world.now)
    window = KfWindow(messages=5, hours=48)
    shown = world.db.read(whois.of, "wm1", world.now, window)
    assert shown is not None and shown["level"] == "一"


def test_levels_and_badges_are_words_of_an_audience(world: World) -> None:
    for member, days in (("wm1", 1), ("wm2", 3), ("wm3", 0)):
        world.db.write(people.ensure_member, member, world.now)
        for day in range(days):
            check_in(world, day + 1, member)
    does(world, Happened.ORDERED, "wm2", place="o1", amount=1_500)
    for words, wanted in (
        ("level:一", ["wm1"]), ("等级:tea/二", ["wm2"]), ("level:one+", ["wm1", "wm2"]),
        ("level:two+ 且 徽章:三天", ["wm2"]), ("非 badge:first", ["wm3"]), ("level:满级", []),
    ):  # fmt: skip
        asked = parse_audience(words, {}, "Asia/Shanghai")
        assert world.db.read(audience.page, asked, world.now) == wanted, words
        facts = world.db.read(audience.facts, ["wm1", "wm2", "wm3"], fields_of(asked))
        mine = [who for who, known in facts.items() if belongs(asked, known, world.now)]
        assert mine == wanted, words
        assert world.db.read(audience.page, asked, world.now, "", 9, Sets(few=0)) == wanted, words


def test_nothing_is_derived_where_no_rules_are(db: Bench) -> None:
    world = World(db)
    check_in(world, 1)
    assert standing(world) == {} and db.look("SELECT * FROM point") == []
    world.now += 1
    publish(world)
    check_in(world, 2)
    assert [row["day"] for row in db.look("SELECT day FROM point")] == ["2026-11-02"]
    db.write(lambda tx: versions.withdraw(tx, "community", "tea", "lin", world.now + 1))
    world.now += 1
    check_in(world, 3)
    db.write(projections.again, ["wm1"])
    assert [row["day"] for row in db.look("SELECT day FROM point")] == ["2026-11-02"]
