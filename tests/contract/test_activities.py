"""Activities in the database: taking part, once each; runs that go by themselves; winners."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from bot.community import draw
from bot.community.activity import Reward
from bot.core.clock import DAY, HOUR, MINUTE
from bot.core.contacts import Chat, Seat
from bot.core.errors import IllegalTransition
from bot.core.event import Event, Happened
from bot.store import (
    balloting,
    chats,
    circling,
    events,
    history,
    honouring,
    judged,
    merging,
    projections,
    runs,
    taking_part,
)
from bot.store.answers import Answer, Who
from bot.store.engine import Store
from bot.store.sql import Composed
from scheduler import activities, ahead
from scheduler.foreseen import foresee
from scheduler.outlook import Slot
from tests.contract import publishing
from tests.contract.conftest import Bench, PostgresBench
from tests.contract.test_community import CIRCLE
from tests.contract.test_flows import World, step

ZONE = "Asia/Shanghai"
POST = """+++
title = "揭晓"
genre = "news"
origin = "BGC"
[vars.name]
sample = "一"
[vars.seed_hash]
sample = "ab"
[vars.winners]
type = "list"
sample = ["茶则"]
+++
{{ name }}｜{{ seed_hash }}｜{% for who in winners %}{{ who }}；{% endfor %}
"""
DAILY = '[when]\nevery = "daily 06:00"\n'
ONCE = '[when]\nannounce = "2026-09-23 09:00"\nclose = "2d"\nremind = "1d"\n'
SAID = '[templates]\nannounce = "groups/news"\nwinners = "groups/news"\n'
FILES = {
    "old": f'kind = "vote"\noptions = ["甲", "乙"]\n{ONCE}[limits]\naudience = "标签:常客"\n',
    "half": f'kind = "checkin"\n{DAILY}[[questions]]\nask = "热的？"\n',
    "draw": f'kind = "draw"\npersona = "tester"\njudge = "chance"\nwinners = 2\n{ONCE}{SAID}',
    "photo": f'kind = "contest"\nmoderated = true\nconsent = "ugc"\njudge = "votes"\nwinners = 2\n'
             f'{ONCE}[limits]\neach = 2\nvotes = 1\n',
    "few": f'kind = "register"\n{ONCE}[limits]\nplaces = 3\n',
    "quiz": f'kind = "quiz"\njudge = "right"\nwinners = 1\n{ONCE}'
            '[[questions]]\nask = "？"\noptions = ["一", "二"]\nright = [2]\n',
    "vote": f'kind = "vote"\noptions = ["甲", "乙"]\n{ONCE}',
    "help": f'kind = "help"\nneed = 2\n{ONCE}',
    "spring": f'kind = "cocreate"\nmedia = "text"\n{ONCE}' + "".join(
        f'[[stages]]\nid = "{one}"\ntitle = "步"\nask = "？"\nlasts = "12h"\n{more}' for one, more in
        (("design", ""), ("opinion", 'options = ["白", "绿"]\n'), ("trial", ""))),
}  # fmt: skip


@pytest.fixture
def world(db: Bench) -> World:
    made = World(db)
    made.now = activities.moment("2026-09-23 08:59", ZONE) or 0
    for kind, name, text in (
        ("circle", "tea", CIRCLE), ("template", "groups/news", POST),
        *(("activity", name, f'id = "{name}"\ntitle = "{name}"\ncircle = "tea"\n{text}')
          for name, text in FILES.items()),
    ):  # fmt: skip
        file = "news.j2" if kind == "template" else f"{name}.toml"
        db.write(publishing.publish, kind, name, {file: text}, "disk", made.now)
    made.cast = None
    for n in range(6):
        enter(made, f"wm{n}")
    return made


def enter(world: World, member: str) -> None:
    world.friend(member)
    world.db.write(lambda tx: circling.admit(tx, "tea", member, world.now, rule="staff",
                                             actor="lin"))  # fmt: skip


def do(world: World, what: str, name: str, member: str, *args: Any, **more: Any) -> Answer:
    """One of the functions of the door."""
    world.now += 1
    who = Who(member=member, zone=ZONE, **{key: more.pop(key) for key in ("device", "agrees", "fits")
                                           if key in more})  # fmt: skip
    found = getattr(taking_part, what)
    made = world.setting.cast.activities[name]
    return world.db.write(lambda tx: found(tx, made, who, world.now, *args, **more))


def state(world: World, run: str) -> str:
    row = world.db.read(runs.get, run)
    return row["state"] if row else ""


def begin(world: World) -> None:
    world.tick()
    world.tick(2 * MINUTE)


def test_runs_go_by_themselves_each_step_once(world: World) -> None:
    chat = Chat(id="wr1", owner="lin.xi", name="一群", made_at=1,
                seats=(Seat(member="wm1", joined_at=world.now),))  # fmt: skip
    world.db.write(chats.put_chat, chat, world.now)
    world.publish("told", 'trigger = "activity_won:draw"\nonce = "event"', step("say"))
    world.tick()
    assert state(world, "draw@2026-09-23") == ""
    world.tick(MINUTE)  # to the minute: 09:00
    assert state(world, "draw@2026-09-23") == "open"
    for n in range(4):
        assert do(world, "sign_up", "draw", f"wm{n}").state == "done"
    assert do(world, "sign_up", "draw", "wm1").state == "already"
    world.tick(2 * DAY)
    assert state(world, "draw@2026-09-23") == "awarded"
    assert do(world, "sign_up", "draw", "wm5").state == "closed"
    world.tick(HOUR)
    told = world.db.look("SELECT body FROM outbox WHERE channel = 'group' ORDER BY id")
    assert len(told) == 2, world.db.look(
        "SELECT state, note FROM due WHERE key LIKE 'activity/draw%'"
    )
    row = world.db.read(runs.get, "draw@2026-09-23")
    assert row and runs.seed_hash(row) in told[0]["body"] and "一位朋友；" in told[1]["body"]
    won = {one["member"] for one in world.db.read(judged.board, "draw@2026-09-23")}
    assert set(world.runs("told")) == won and len(won) == 2
    proof = json.loads(row["proof"])
    assert draw.order(proof["seed"], proof["tickets"])[:2] == proof["winners"]
    assert len(proof["tickets"]) == 4 and draw.commitment(proof["seed"]) == proof["seed_hash"]


def test_check_in_once_a_day_of_his_own(world: World) -> None:
    moved = "UPDATE member SET zone = 'America/New_York' WHERE id = 'wm2'"
    world.db.write(lambda tx: tx.run(Composed(moved)))
    for day in range(3):
        found = [
            do(world, "check_in", "half", "wm1", text="热的"),
            do(world, "check_in", "half", "wm1"),
        ]
        assert [one.state for one in found] == ["done", "already"]
        assert found[0].streak == found[1].streak == day + 1
        world.tick(DAY)
    assert "连着第 3 天" in found[0].words
    here = do(world, "check_in", "half", "wm3")
    there = do(world, "check_in", "half", "wm2")
    assert (here.run, there.run) == ("half@2026-09-26", "half@2026-09-25")
    told = world.db.look("SELECT day FROM entry WHERE member = 'wm1' ORDER BY day")
    assert [one["day"] for one in told] == ["2026-09-23", "2026-09-24", "2026-09-25"]


def test_a_vote_may_go_to_another_while_it_is_on(world: World) -> None:
    begin(world)
    tally = lambda: world.db.read(judged.tally, "vote@2026-09-23")  # noqa: E731
    for choice, votes in (("1", {"甲": 1}), ("2", {"乙": 1}), ("2", {"乙": 1}), ("1", {"甲": 1})):
        assert do(world, "vote", "vote", "wm1", choice).ok
        assert tally() == votes
    (mine,) = [
        row["event"] for row in world.db.look("SELECT * FROM ballot WHERE state = 'counted'")
    ]
    world.db.write(lambda tx: honouring.strike(tx, mine, world.now, why="小号", actor="lin"))
    assert do(world, "vote", "vote", "wm1", "1").state == "already"  # a colleague's word stays
    assert tally() == {}
    made = world.setting.cast.activities["vote"]
    paid = replace(made, rewards=(Reward(id="a", title="a", how="points", to="all", points=1),))
    assert balloting.may_change(made) and not balloting.may_change(paid)
    assert not balloting.may_change(replace(made, limits=replace(made.limits, votes=2)))
    world.tick(3 * DAY)
    assert do(world, "vote", "vote", "wm2", "1").state == "closed"


def test_who_is_not_let_in_hears_why(world: World) -> None:
    assert do(world, "sign_up", "few", "wm1").state == "none"
    begin(world)
    world.friend("stranger")
    assert do(world, "sign_up", "few", "stranger").state == "circle"
    assert do(world, "sign_up", "few", "wm0", fits=False).state == "audience"
    assert [do(world, "sign_up", "few", f"wm{n}").state for n in range(5)] == [
        "done", "done", "done", "full", "full"]  # fmt: skip
    assert do(world, "vote", "vote", "wm1", "3").state == "unknown"
    assert [do(world, "vote", "vote", "wm1", one).state for one in ("2", "乙")] == [
        "done", "already"]  # fmt: skip
    made = world.setting.cast.activities["old"]
    he = world.db.write(lambda tx: activities.who(tx, world.setting, made, "wm1", channel="kf"))
    assert (he.fits, he.channel) == (False, "kf")
    assert all(Answer(state=one, title="一").words for one in ("full", "circle"))  # type: ignore[arg-type]


def test_a_contest_with_consent_moderation_and_votes(world: World) -> None:
    begin(world)
    assert do(world, "submit", "photo", "wm1", media=["m1"]).state == "consent"
    one = do(world, "submit", "photo", "wm1", media=["m1"], agrees=True)
    assert one.state == "waiting"
    assert do(world, "submit", "photo", "wm1", media=["m1"]).state == "already"
    two = do(world, "submit", "photo", "wm2", text="冬天", agrees=True)
    assert do(world, "vote", "photo", "wm3", one.ticket).state == "unknown"
    for entry, yes in ((one, True), (two, True), (two, False)):
        world.now += 1
        world.db.write(lambda tx, entry=entry, yes=yes: judged.accept(
            tx, entry.event, world.now, yes=yes, why="有别人的脸", actor="lin"))  # fmt: skip
    assert do(world, "vote", "photo", "wm1", one.ticket).state == "own"
    assert do(world, "vote", "photo", "wm3", one.ticket[:5]).state == "done"
    assert do(world, "vote", "photo", "wm4", two.ticket).state == "unknown"
    late = do(world, "submit", "photo", "wm4", text="杯子", agrees=True)
    world.tick(2 * DAY)
    assert state(world, late.run) == "closed"  # one waits to be looked at
    world.tick(8 * DAY)
    (won,) = world.db.read(judged.board, late.run)
    assert (won["member"], won["why"], won["cause"]) == ("wm1", "votes 1", one.event)
    world.db.write(lambda tx: honouring.strike(tx, one.event, world.now, why="盗图", actor="lin"))
    assert world.db.read(judged.board, late.run) == []


def test_help_counts_people_and_not_ids_or_devices(world: World) -> None:
    begin(world)
    asked = do(world, "sign_up", "help", "wm1", device="d0")
    assert do(world, "help_with", "help", "wm1", asked.ticket).state == "own"
    for n, device in ((2, "d1"), (3, "d1"), (4, "")):
        do(world, "help_with", "help", f"wm{n}", asked.ticket, device=device)
    assert do(world, "help_with", "help", "wm4", asked.ticket).state == "already"
    row = world.db.read(runs.get, asked.run)
    rules = world.db.read(runs.rules_of, row)
    assert rules and row
    found = world.db.read(judged.find, row, rules)
    assert [one.member for one in found.winners] == ["wm1"]
    assert ("wm3", "device") in found.refused
    world.db.write(lambda tx: merging.merge(tx, "wm4", "wm2", "staff", world.now, "lin"))
    assert not world.db.read(judged.find, row, rules).winners


def test_quiz_and_co_creation(world: World) -> None:
    begin(world)
    assert do(world, "submit", "quiz", "wm1", answers=[]).state == "unknown"
    assert [do(world, "submit", "quiz", f"wm{n}", answers=[n % 2 + 1]).state for n in (2, 3, 5)] \
        == ["done"] * 3  # fmt: skip
    assert do(world, "submit", "quiz", "wm2", answers=[2]).state == "already"
    do(world, "submit", "spring", "wm1", text="茉莉")
    world.tick(12 * HOUR)
    do(world, "submit", "spring", "wm2", text="第二张", option="绿")
    assert do(world, "submit", "spring", "wm3", text="？", option="红").state == "unknown"
    assert do(world, "vote", "spring", "wm2", "2").state == "done"
    world.tick(12 * HOUR)
    assert [do(world, "submit", "spring", f"wm{n}", text="好").state for n in (1, 2, 4)] == [
        "done", "done", "audience"]  # fmt: skip
    row = world.db.read(runs.get, "spring@2026-09-23")
    assert row
    assert world.db.read(activities.given, row, world.setting.cast.activities["spring"])["results"] \
        == ["绿：1"]  # fmt: skip
    world.tick(DAY)
    (won,) = world.db.read(judged.board, "quiz@2026-09-23")
    assert (won["member"], won["why"]) == ("wm3", "right 1")


def test_called_off_whoever_took_part_is_told(world: World) -> None:
    world.publish("sorry", 'trigger = "activity_cancelled"\nonce = "event"', step("say"))
    begin(world)
    do(world, "sign_up", "draw", "wm1")
    n = world.db.write(lambda tx: activities.cancel(tx, world.setting, "draw@2026-09-23",
                                                    why="下雨", actor="lin"))  # fmt: skip
    assert n == 1 and do(world, "sign_up", "draw", "wm2").state == "cancelled"
    world.tick(3 * DAY)
    assert state(world, "draw@2026-09-23") == "cancelled"
    assert world.runs("sorry") == {"wm1": "running"}
    with pytest.raises(IllegalTransition):
        world.db.write(lambda tx: activities.cancel(tx, world.setting, "quiz@2026-09-23",
                                                    why="晚了", actor="lin"))  # fmt: skip


def tables(world: World) -> dict[str, list[tuple[tuple[str, Any], ...]]]:
    names = ("entry", "ballot", "helping", "streak", "winner")
    return {name: sorted(tuple(row.items()) for row in world.db.look(f"SELECT * FROM {name}"))
            for name in names}  # fmt: skip


def everything(world: World) -> None:
    """A bit of each kind, with verdicts and a merge."""
    begin(world)
    rng = Random(3)
    for _ in range(40):
        who = f"wm{rng.randrange(6)}"
        what, name, args, more = rng.choice([
            ("check_in", "half", (), {}), ("sign_up", "draw", (), {}), ("sign_up", "help", (), {}),
            ("submit", "photo", (), {"text": rng.choice("山水"), "agrees": True}),
            ("submit", "quiz", (), {"answers": [rng.randrange(3)]}),
            ("vote", "vote", (rng.choice("12"),), {}),
        ])  # fmt: skip
        do(world, what, name, who, *args, **more)
        world.now += 20 * MINUTE
    asked = world.db.look("SELECT ticket FROM entry WHERE run = 'help@2026-09-23'")
    for n in range(6):
        do(world, "help_with", "help", f"wm{n}", asked[0]["ticket"], device=f"d{n % 3}")
    for row in world.db.look("SELECT event FROM entry WHERE state = 'waiting'")[:3]:
        world.db.write(lambda tx, row=row: judged.accept(tx, row["event"], world.now, yes=True,
                                                         why="", actor="lin"))  # fmt: skip
    world.tick(10 * DAY)
    world.db.write(lambda tx: merging.merge(tx, "wm5", "wm2", "staff", world.now, "lin"))


def test_derived_again_shuffled_or_twice_it_is_the_same(world: World) -> None:
    everything(world)
    before = tables(world)
    assert all(before.values())
    every = world.db.read(lambda tx: [one for _, one in history.each(tx)])
    for seed in range(2):
        told: list[Event] = every + every[::3]
        Random(seed).shuffle(told)
        world.db.write(lambda tx: (projections.clear(tx), tx.run(Composed("DELETE FROM event"))))
        assert not any(tables(world).values())
        for start in range(0, len(told), 25):
            part = told[start : start + 25]
            world.db.write(lambda tx, part=part: events.record(tx, part, world.now))
        assert tables(world) == before
    ids = [row["id"] for row in world.db.look("SELECT id FROM member")]
    world.db.write(lambda tx: projections.again(tx, ids))
    assert tables(world) == before


def test_many_at_once_take_the_last_places_and_no_more(pg: PostgresBench, other: Store) -> None:
    world = World(pg)
    world.now = activities.moment("2026-09-23 08:59", ZONE) or 0
    text = f'id = "few"\ntitle = "few"\ncircle = "tea"\n{FILES["few"]}'
    pg.write(publishing.publish, "circle", "tea", {"tea.toml": CIRCLE}, "disk", world.now)
    pg.write(publishing.publish, "activity", "few", {"few.toml": text}, "disk", world.now)
    world.cast = None
    for n in range(12):
        enter(world, f"wm{n}")
    begin(world)
    made = world.setting.cast.activities["few"]

    async def race() -> list[Answer]:
        stores = [pg.store, other]
        return await asyncio.gather(*(
            stores[n % 2].write(lambda tx, n=n: taking_part.sign_up(
                tx, made, Who(member=f"wm{n // 2}", zone=ZONE), world.now + 1))
            for n in range(24)))  # fmt: skip

    states = [one.state for one in asyncio.run(race())]
    assert states.count("done") == 3
    assert len(pg.look("SELECT event FROM entry WHERE state = 'counted'")) == 3
    assert set(states) <= {"done", "already", "full"}
    assert Happened.SIGNED in {Happened(row["kind"]) for row in pg.look("SELECT kind FROM event")}


def test_moved_to_another_time_it_is_announced_then_and_not_before(world: World) -> None:
    world.tick()
    text = FILES["vote"].replace("09:00", "11:00")
    text = f'id = "vote"\ntitle = "vote"\ncircle = "tea"\n{text}'
    world.db.write(publishing.publish, "activity", "vote", {"vote.toml": text}, "disk", world.now)
    world.cast = None
    world.tick(HOUR)
    assert state(world, "vote@2026-09-23") == "" and state(world, "few@2026-09-23") == "open"
    world.tick(HOUR)
    world.tick(MINUTE)
    assert state(world, "vote@2026-09-23") == "open"
    told = world.db.look("SELECT state FROM due WHERE key LIKE 'activity/vote@%/announce/%'")
    assert sorted(row["state"] for row in told) == ["done", "skipped"]


def test_what_came_of_a_vote_is_shown_to_those_who_voted(world: World) -> None:
    chat = Chat(id="wr1", owner="lin.xi", name="一群", made_at=1,
                seats=(Seat(member="wm1", joined_at=world.now),))  # fmt: skip
    world.db.write(chats.put_chat, chat, world.now)
    post = POST.replace(
        "+++\n{{ name", '[vars.results]\ntype = "list"\nsample = ["甲"]\n+++\n{{ name'
    )
    post += "{% for one in results %}{{ one }}；{% endfor %}"
    text = f'{FILES["vote"]}[templates]\nwinners = "groups/news"\n'
    text = f'id = "vote"\ntitle = "vote"\ncircle = "tea"\npersona = "tester"\n{text}'
    for kind, name, file, source in (("activity", "vote", "vote.toml", text),
                                     ("template", "groups/news", "news.j2", post)):  # fmt: skip
        world.db.write(publishing.publish, kind, name, {file: source}, "disk", world.now)
    world.cast = None
    begin(world)
    for n, option in enumerate("1121"):
        do(world, "vote", "vote", f"wm{n}", option)
    world.tick(2 * DAY)
    world.tick(HOUR)
    (told,) = world.db.look("SELECT body FROM outbox WHERE origin LIKE 'activity:vote:%'")
    assert "甲：3；乙：1；" in told["body"]


def test_what_is_to_come_stands_in_the_plan_with_its_taps(world: World) -> None:
    seats = (Seat(member="wm1", joined_at=world.now),)
    for n, owner in enumerate(("lin.xi", "lin.xi", "chen.mo")):
        world.db.write(chats.put_chat, Chat(id=f"wr{n}", owner=owner, name="一群", made_at=1,
                                            seats=seats), world.now)  # fmt: skip
    since, until = world.now, world.now + 3 * DAY

    def slots() -> dict[tuple[str, str], list[Slot]]:
        found: dict[tuple[str, str], list[Slot]] = {}
        for one in world.db.read(lambda tx: ahead.slots(tx, world.setting, since, until)):
            if one.what == "activity":
                found.setdefault((one.id, one.step), []).append(one)
        return found

    found = slots()
    (announced,) = found["draw", "announce"]
    assert announced.taps == {"chen.mo": 1, "lin.xi": 1} and announced.persona == "tester"
    (over,) = found["draw", "award"]
    assert over.at - announced.at == 2 * DAY and over.template == "groups/news"
    assert len(found["half", "announce"]) == 3 and not found["half", "announce"][0].taps
    assert not found["vote", "announce"][0].taps and ("vote", "close") in found
    world.tick(MINUTE)
    world.db.write(lambda tx: activities.cancel(tx, world.setting, "draw@2026-09-23", why="雨",
                                                actor="lin"))  # fmt: skip
    assert not {key for key in slots() if key[0] == "draw"}
    told = world.db.read(
        lambda tx: foresee(tx, world.setting, world.setting.cast.activities["draw"])
    )
    assert told.taps == {"chen.mo": 2, "lin.xi": 2} and "draw｜" in told.steps[0].text
