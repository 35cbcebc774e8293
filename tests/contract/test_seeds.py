"""Seed users and missions in the database: dated lists with evidence, answers, places that are taken
once, roles that end by themselves, and points for whom somebody brought."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR
from bot.core.daytime import moment
from bot.core.event import Event, Happened
from bot.store import (
    circles,
    circling,
    codes,
    cohort,
    communityterms,
    events,
    history,
    honouring,
    honours,
    merging,
    missiondesk,
    missions,
    people,
    projections,
    seedlists,
    seeds,
)
from bot.store import rewards as rewards_of
from bot.store.answers import Who
from bot.store.codes import Purpose
from bot.store.engine import Row, Store
from bot.store.missions import MissionRefused, Reply
from bot.store.seedlists import Looked, SeedRefused
from bot.store.sql import Composed
from scheduler import seeding
from tests.contract import inviting, publishing
from tests.contract.conftest import NOW, Bench, PostgresBench
from tests.contract.making import permits
from tests.contract.test_community import CIRCLE
from tests.contract.test_flows import World, step

ZONE = "Asia/Shanghai"
TEXT = """circle = "tea"
counts = "everybody"
[[points.rules]]
id = "invited"
title = "带来一位"
when = "invited"
points = 5
once_per = "other"
[[points.rules]]
id = "mission"
title = "做成一份任务"
when = "mission"
points = 7
[seeds]
days = 30
answer = "3d"
again = "60d"
lasts = "20d"
owner = "lin.xi"
[seeds.active]
days = 3
when = ["checked"]
[seeds.quality]
posts = 1
[seeds.loyal]
stay = "10d"
orders = 1
"""
MISSION = """id = "lamp"
title = "夜灯"
circle = "tea"
brief = "写写夜里那杯茶。"
asks = "一张照片，或者一个链接。"
proof = ["photo", "link"]
within = "2d"
places = 2
shares = true
[[rewards]]
id = "mark"
title = "书签"
how = "thing"
to = "all"
"""
TODAY = date(2026, 9, 23)


@pytest.fixture
def world(db: Bench) -> World:
    return made(World(db))


def made(world: World) -> World:
    world.now = (moment("2026-09-23 09:00", ZONE) or 0) - 40 * DAY
    for kind, name, text in (("circle", "tea", CIRCLE), ("community", "tea", TEXT),
                             ("mission", "lamp", MISSION)):  # fmt: skip
        world.db.write(publishing.publish, kind, name, {f"{name}.toml": text}, "disk", world.now)
    world.cast = None
    for n in range(5):
        world.friend(f"wm{n}")
        world.db.write(lambda tx, n=n: circling.admit(tx, "tea", f"wm{n}", world.now, rule="staff",
                                                      actor="lin"))  # fmt: skip
    world.now += 40 * DAY
    return world


def does(world: World, kind: Happened, member: str, days: int, **more: Any) -> Event:
    """``days`` before today."""
    at = world.now - days * DAY
    one = Event(kind=kind, at=at, member=member, dedupe=f"{kind}/{member}/{days}/{more.get('place')}",
                **more)  # fmt: skip
    world.db.write(events.record, [one], world.now)
    return one


def good(world: World, member: str) -> None:
    """Meets all three: three days, one post, an order; in the circle for 40 days."""
    for days in (1, 2, 3):
        does(world, Happened.CHECKED, member, days, place="half@x", data={"circle": "tea"})
    entry = does(world, Happened.SUBMITTED, member, 4, place="photo@x", data={"circle": "tea"})
    does(world, Happened.JUDGED, member, 3, place=entry.dedupe, which="accepted",
         data={"circle": "tea"})  # fmt: skip
    does(world, Happened.ORDERED, member, 5, place=f"o-{member}", amount=9_900,
         data={"status": "paid"})  # fmt: skip


def look(world: World, day: date = TODAY) -> Looked:
    rules = world.setting.cast.communities["tea"]
    return world.db.read(seedlists.look, rules, day, world.now)


def listed(world: World) -> str:
    found = look(world)
    world.db.write(seedlists.keep, found, world.now, "lin")
    return found.id


def ask(world: World, list: str, member: str, why: str = "") -> None:
    rules = world.setting.cast.communities["tea"]
    world.now += 1
    world.db.write(lambda tx: seeds.ask(tx, rules, list, member, world.now, actor="lin", why=why))


def answer(world: World, member: str, yes: bool) -> seeds.Reply:
    rules = world.setting.cast.communities["tea"]
    world.now += 1
    who = Who(member=member, zone=ZONE)
    return world.db.write(lambda tx: seeds.answer(tx, rules, who, yes, world.now))


def state(world: World, member: str) -> str:
    found = world.db.read(seeds.standing_of, member, world.now)
    return found[0].state if found else ""


def grant(world: World, member: str, until: int | None = None) -> None:
    world.db.write(lambda tx: circling.grant(tx, "koc", "tea", member, world.now, actor="lin",
                                             until=until))  # fmt: skip


def do(world: World, what: str, member: str, **more: Any) -> Reply:
    world.now += 1
    who, fn = Who(member=member, zone=ZONE), getattr(missions, what)
    lamp = world.setting.cast.missions["lamp"]
    return world.db.write(lambda tx: fn(tx, lamp, who, world.now, **more))


def decide(world: World, event: str, yes: bool, why: str = "") -> str:
    world.now += 1
    return world.db.write(lambda tx: missiondesk.decide(
        tx, event, world.now, yes=yes, why=why, actor="lin")).state  # fmt: skip


def points(world: World, member: str) -> int:
    found = world.db.read(honours.of, member)
    return found[0]["points"] if found else 0


def test_a_list_of_a_day_holds_its_evidence_and_stays(world: World) -> None:
    good(world, "wm1")
    good(world, "wm2")
    does(world, Happened.REFUNDED, "wm2", 1, place="o-wm2", amount=9_900)  # nothing is left of it
    does(world, Happened.CHECKED, "wm3", 1, place="half@x", data={"circle": "tea"})
    found = look(world)
    assert (found.id, found.looked, found.fits) == ("tea@2026-09-23", 5, 1)
    assert [(one.member, one.place, one.judged.met) for one in found.people] == [
        ("wm1", 1, 3), ("wm2", 0, 2)]  # fmt: skip
    by = {one.what: one for one in found.people[0].judged.proofs}
    assert {what: (one.wanted, one.found) for what, one in by.items()} == {
        "days": (3, 3), "posts": (1, 1), "stay": (10, 39), "orders": (1, 1)}  # fmt: skip
    causes = world.db.read(history.named, [one for each in by.values() for one in each.events])
    assert Counter(one.event.kind for one in causes.values()) == {
        Happened.CHECKED: 3, Happened.JUDGED: 1, Happened.ENTERED: 1, Happened.ORDERED: 1}  # fmt: skip
    assert world.db.write(seedlists.keep, found, world.now, "lin")
    does(
        world, Happened.CHECKED, "wm1", 0, place="half@x", data={"circle": "tea"}
    )  # today: too late
    assert look(world) == found and not world.db.write(seedlists.keep, found, world.now, "lin")
    lines = world.db.read(seedlists.lines, found.id)
    assert [(one.member, one.judged) for one in lines] == [
        (one.member, one.judged) for one in found.people]  # fmt: skip
    row = world.db.read(seedlists.get, found.id) or {}
    anew = world.db.read(lambda tx: seedlists.again(tx, row, world.now))
    assert anew is not None and seedlists.differs(lines, anew) == []
    entry = "submitted/wm1/4/photo@x"
    does(world, Happened.STRUCK, "wm1", 1, place=entry, which="out")
    anew = world.db.read(lambda tx: seedlists.again(tx, row, world.now))
    assert anew is not None and seedlists.differs(lines, anew) == ["wm1"]
    with pytest.raises(SeedRefused, match="has not begun"):
        look(world, date(2026, 9, 24))


def test_who_is_asked_answers_once_and_holds_a_role_until_its_day(world: World) -> None:
    world.publish("ask", 'trigger = "seed_asked:tea"\nonce = "event"', step("say"))
    for member in ("wm1", "wm2", "wm3"):
        good(world, member)
    list = listed(world)
    with pytest.raises(SeedRefused, match="does not stand on"):
        ask(world, list, "wm4")
    for member in ("wm1", "wm2", "wm3"):
        ask(world, list, member)
    with pytest.raises(SeedRefused, match="asked already"):
        ask(world, list, "wm1")
    world.tick(HOUR)
    assert set(world.runs("ask")) == {"wm1", "wm2", "wm3"}
    said = answer(world, "wm1", True)
    assert said.ok and "2026-10-13" in said.words and answer(world, "wm1", True).state == "already"
    assert answer(world, "wm2", False).state == "declined"
    assert answer(world, "wm4", True).state == "none"
    allowed = world.db.read(permits, "wm1")
    assert "missions" in allowed and "missions" not in world.db.read(permits, "wm2")
    [held] = world.db.read(circles.roles_of, "wm1")
    assert (held["role"], held["owner"], held["ends"]) == ("seed", "lin.xi", said.ends_at)
    world.tick(4 * DAY)
    assert [state(world, f"wm{n}") for n in (1, 2, 3)] == ["accepted", "declined", "silent"]
    assert answer(world, "wm3", True).state == answer(world, "wm2", True).state == "late"
    with pytest.raises(SeedRefused, match="not again within"):
        ask(world, list, "wm3")
    world.tick(17 * DAY)
    assert state(world, "wm1") == "ended" and not world.db.read(permits, "wm1")
    world.now += 60 * DAY
    ask(world, list, "wm3")
    rules = world.setting.cast.communities["tea"]
    assert answer(world, "wm3", True).ok
    world.db.write(lambda tx: seeds.end(tx, rules, "wm3", world.now, why="搬走了", actor="lin"))
    assert state(world, "wm3") == "ended" and not world.db.read(permits, "wm3")


def test_a_mission_from_taking_to_its_reward(world: World) -> None:
    world.publish("again", 'trigger = "mission_refused:lamp"\nonce = "event"', step("say"))
    assert do(world, "take", "wm1").state == "role"
    assert world.db.read(seeding.board, world.setting, "wm1") == []
    grant(world, "wm1", world.now + 10 * DAY)
    [card] = world.db.read(seeding.board, world.setting, "wm1")
    assert (card.can, card.left) == ("take", 2)
    first = do(world, "take", "wm1")
    assert first.state == "taken" and do(world, "take", "wm1").state == "already"
    assert do(world, "prove", "wm1", text="写了").state == "missing"
    assert do(world, "prove", "wm1", link="javascript:x").state == "link"
    assert do(world, "prove", "wm1", link="https://example.com/1").state == "proved"
    with pytest.raises(MissionRefused, match="say why"):
        decide(world, first.event, False)
    assert decide(world, first.event, False, "看不见杯子") == "refused"
    with pytest.raises(MissionRefused, match="it is refused"):
        decide(world, first.event, True)
    world.tick(HOUR)
    assert set(world.runs("again")) == {"wm1"}
    assert do(world, "prove", "wm1", media=["m1"]).state == "proved" and points(world, "wm1") == 0
    assert decide(world, first.event, True) == "accepted" and points(world, "wm1") == 7
    rewards = world.db.look("SELECT key FROM due WHERE kind = 'mission_reward'")
    world.tick()
    [mark] = world.db.read(lambda tx: rewards_of.grants_of(tx, "wm1"))
    assert (mark.reward, mark.state, mark.activity) == ("mark", "granted", "mission:lamp")
    shared = "SELECT place FROM event WHERE kind = 'shared' AND member = 'wm1'"
    assert len(rewards) == 1 and world.db.look(shared) == [{"place": "lamp"}]
    assert do(world, "take", "wm1").state == "enough"
    world.now += 1
    undone = world.db.write(lambda tx: missiondesk.undo(tx, first.event, world.now, why="不是他的",
                                                        actor="lin"))  # fmt: skip
    assert (undone.state, points(world, "wm1")) == ("proved", 0)
    assert [one.state for one in world.db.read(lambda tx: rewards_of.grants_of(tx, "wm1"))] == [
        "clawed"]  # fmt: skip
    struck = world.db.look("SELECT place FROM event WHERE kind = 'struck'")
    assert len(struck) == 2 and any(one["place"].endswith("/shared") for one in struck)
    assert decide(world, first.event, True) == "accepted" and points(world, "wm1") == 7
    world.tick(11 * DAY)
    assert world.db.read(seeding.board, world.setting, "wm1") == []  # the role is over


def test_a_place_comes_back_when_it_is_given_back_or_the_time_is_over(world: World) -> None:
    for n in range(4):
        grant(world, f"wm{n}")
    took = [do(world, "take", f"wm{n}") for n in range(3)]
    assert [one.state for one in took] == ["taken", "taken", "full"]
    assert do(world, "drop", "wm0").ok and do(world, "take", "wm2").state == "taken"
    assert do(world, "prove", "wm2", media=["m1"]).ok
    world.tick(3 * DAY)  # of wm1 nothing came; wm2 waits for a colleague
    lamp = {row["member"]: row["state"] for row in world.db.read(missiondesk.takes)}
    assert lamp == {"wm0": "dropped", "wm1": "expired", "wm2": "proved"}
    assert do(world, "prove", "wm1", media=["m1"]).state == "nothing"
    [card] = world.db.read(seeding.board, world.setting, "wm3")
    assert card.left == 1 and do(world, "take", "wm3").state == "taken"
    late = next(row["event"] for row in world.db.read(missiondesk.takes, ["proved"]))
    assert decide(world, late, False, "糊了") == "expired"  # its time was over
    assert world.db.write(missiondesk.expire, late, world.now) == "it is expired"


def test_whom_somebody_brought_gives_points_as_long_as_it_stands(world: World) -> None:
    code = world.db.write(codes.make, Purpose(owner="wm1"), world.now - 9 * DAY).code
    for member in ("wm1", "wm2"):
        does(world, Happened.ADDED, member, 20, account="lin.xi", channel="contact")

    def comes(member: str, days: int) -> Event:
        world.db.write(people.ensure_member, member, world.now)
        return does(world, Happened.ADDED, member, days, account="lin.xi", which=code,
                    channel="contact")  # fmt: skip

    came = [comes(f"new{n}", n) for n in (1, 2)]
    assert points(world, "wm1") == 10
    because = world.db.read(honours.why_points, "wm1", "tea")
    assert {one.event.member for one in because} == {"new1", "new2"}
    comes("wm2", 1)  # was there long before: nobody brought him
    assert points(world, "wm1") == 10
    world.db.write(
        lambda tx: honouring.strike(tx, came[0].dedupe, world.now, why="小号", actor="l")
    )
    assert points(world, "wm1") == 5
    world.db.write(lambda tx: merging.merge(tx, "new2", "wm1", "staff", world.now, "lin"))
    assert points(world, "wm1") == 0  # it was himself
    before = tables(world)
    told = world.db.read(lambda tx: [one for _, one in history.each(tx)])
    Random(3).shuffle(told)
    again(world, told)
    assert tables(world) == before


def test_points_for_newcomers_are_those_of_the_edges_in_whatever_order(db: Bench) -> None:
    """Crowds, rings and people who are one person after all, as the oracle of invitations sees
    them: whoever brought nobody that stands has nothing."""
    made, rng = inviting.world(60, 5), Random(4)
    db.write(inviting.settle, made)
    db.write(communityterms.serve, "tea", 1, TEXT, NOW - 400 * DAY)
    order = [*made.events, *rng.choices(made.events, k=30)]
    rng.shuffle(order)
    for start in range(0, len(order), 9):
        part = order[start : start + 9]
        db.write(lambda tx, part=part: events.record(tx, part, NOW))
    for member, stays in made.person.items():
        if member != stays:
            same = "UPDATE member SET person = :stays WHERE id = :member"
            db.write(lambda tx, m=member, s=stays, q=same: tx.run(Composed(q), member=m, stays=s))
            db.write(projections.again, [member, stays])
    edges, _ = inviting.expected(made)
    wanted = Counter(inviter for inviter in edges.values() if inviter)
    points = "SELECT member, SUM(amount) AS n FROM point WHERE rule = 'invited' GROUP BY member"
    found = {row["member"]: int(row["n"]) for row in db.look(points)}
    assert found == {inviter: 5 * n for inviter, n in wanted.items()} and len(found) > 3


TABLES = ("seed", "mission_take", "point", "standing", "holding")


def tables(world: World) -> dict[str, Counter[tuple[Any, ...]]]:
    return {name: Counter(tuple(row.values()) for row in world.db.look(f"SELECT * FROM {name}"))
            for name in TABLES}  # fmt: skip


def again(world: World, told: list[Event]) -> None:
    world.db.write(lambda tx: (projections.clear(tx), tx.run(Composed("DELETE FROM event"))))
    for start in range(0, len(told), 25):
        part = told[start : start + 25]
        world.db.write(lambda tx, part=part: events.record(tx, part, world.now))


def test_derived_again_shuffled_or_twice_it_is_the_same(world: World) -> None:
    for n in range(4):
        good(world, f"wm{n}")
    list = listed(world)
    for n in range(4):
        ask(world, list, f"wm{n}")
        answer(world, f"wm{n}", n != 2)
    answer(world, "wm2", True)  # he thought better of it
    grant(world, "wm4")
    took = [do(world, "take", f"wm{n}") for n in (0, 1, 2)]
    assert [one.ok for one in took] == [True, True, False]
    do(world, "prove", "wm0", media=["m1"])
    decide(world, took[0].event, False, "糊了")
    do(world, "prove", "wm0", media=["m2"])
    decide(world, took[0].event, True)
    world.tick(5 * DAY)
    world.db.write(lambda tx: merging.merge(tx, "wm3", "wm0", "staff", world.now, "lin"))
    before = tables(world)
    assert all(before.values())
    every = world.db.read(lambda tx: [one for _, one in history.each(tx)])
    for seed in range(2):
        told = every + every[::3]
        Random(seed).shuffle(told)
        again(world, told)
        assert tables(world) == before
    ids = [row["id"] for row in world.db.look("SELECT id FROM member")]
    world.db.write(lambda tx: projections.again(tx, ids))
    assert tables(world) == before


def test_many_at_once_take_the_last_places_and_no_more(pg: PostgresBench, other: Store) -> None:
    world = made(World(pg))
    for n in range(5):
        grant(world, f"wm{n}")
    lamp = world.setting.cast.missions["lamp"]

    async def race() -> list[Reply]:
        stores = [pg.store, other]
        return await asyncio.gather(*(
            stores[n % 2].write(lambda tx, n=n: missions.take(
                tx, lamp, Who(member=f"wm{n // 4}", zone=ZONE), world.now + n))
            for n in range(20)))  # fmt: skip

    states = Counter(one.state for one in asyncio.run(race()))
    assert states["taken"] == 2 and set(states) <= {"taken", "already", "full"}
    rows: list[Row] = pg.look("SELECT member FROM mission_take WHERE state = 'taken'")
    assert len({row["member"] for row in rows}) == len(rows) == 2


def test_seed_users_beside_the_others_of_their_time(world: World) -> None:
    for n in (1, 2):
        good(world, f"wm{n}")
    list = listed(world)
    ask(world, list, "wm1")
    answer(world, "wm1", True)
    start = moment("2026-09-23 00:00", ZONE) or 0
    for day in range(1, 40):
        for member, every in (("wm1", 2), ("wm2", 10), ("wm3", 39)):
            if day % every == 0:
                one = Event(kind=Happened.CHECKED, at=start + day * DAY, member=member,
                            dedupe=f"c/{member}/{day}", place="half@x", data={"circle": "tea"})  # fmt: skip
                world.db.write(events.record, [one], start)
    world.now = start + 40 * DAY
    rules = world.setting.cast.communities["tea"]
    found = {one.who: one for one in
             world.db.read(lambda tx: cohort.of(tx, rules, list, world.now))}  # fmt: skip
    assert {who: one.people for who, one in found.items()} == {"seed": 1, "fits": 1, "others": 3}
    assert (found["seed"].days, found["fits"].days, found["others"].days) == (19, 3, 1)
    assert found["seed"].stayed == {30: (1, 1), 60: None, 90: None}
    assert found["others"].stayed[30] == (0, 3)
