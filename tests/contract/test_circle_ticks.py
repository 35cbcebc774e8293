"""Circles through the tick: who comes in and falls out by words, what he is told, and hand-overs."""

from __future__ import annotations

import pytest

from bot.core.clock import DAY, HOUR
from bot.core.contacts import Chat, Seat
from bot.store import chats, circles, circling, stays
from scheduler import leading
from tests.contract import publishing
from tests.contract.conftest import Bench
from tests.contract.making import permits
from tests.contract.test_flows import World, step

HEAD = 'id = "tea"\ntitle = "茶友"\nprinciple = "lifestyle"\ngroups = ["一群"]\n'
AUTO = '[admission]\nauto = "群:一群"\n'


@pytest.fixture
def world(db: Bench) -> World:
    return World(db)


def publish(world: World, more: str = "") -> None:
    world.cast = None
    world.db.write(
        publishing.publish, "circle", "tea", {"tea.toml": HEAD + more}, "disk", world.now
    )


def seat(world: World, *members: str) -> None:
    """Who sits in the group, as a listing of the platform has it; the first sight is no news."""
    seats = tuple(Seat(member=one, joined_at=world.now) for one in members)
    chat = Chat(id="wr1", owner="lin.xi", name="一群", seats=seats, made_at=1)
    world.db.write(chats.put_chat, chat, world.now)


def inside(world: World) -> list[str]:
    return [row["member"] for row in world.db.read(stays.at, "circle", "tea")]


def test_a_circle_takes_in_whom_its_words_fit_and_lets_go_of_them_again(world: World) -> None:
    publish(world, AUTO)
    for member in ("wm1", "wm2", "wm3"):
        world.friend(member)
    seat(world, "wm1")
    world.tick()
    assert inside(world) == []  # he sat there before the product looked
    world.now += 1000
    seat(world, "wm1", "wm2")
    world.tick()
    assert inside(world) == ["wm2"]
    world.tick(DAY)
    assert inside(world) == ["wm1", "wm2"]
    world.now += HOUR
    world.db.write(lambda tx: circling.withdraw(tx, "tea", "wm1", world.now, by="himself",
                                                actor="wm1"))  # fmt: skip
    world.db.write(
        lambda tx: circling.admit(tx, "tea", "wm3", world.now, rule="staff", actor="lin")
    )
    world.now += HOUR
    seat(world, "wm1")
    world.tick(DAY)
    assert inside(world) == ["wm3"]
    ended = {row["member"]: row["ended"] for row in world.db.look("SELECT member, ended FROM stay"
                                                                  " WHERE kind = 'circle'")}  # fmt: skip
    assert ended == {"wm1": "himself", "wm2": "rule", "wm3": ""}
    world.now += HOUR
    seat(world, "wm1", "wm2")
    world.tick(DAY)
    assert inside(world) == ["wm2", "wm3"]


def test_who_is_turned_away_is_told_politely(world: World) -> None:
    publish(world, '[admission]\nhow = "questions"\nquestions = ["？"]\n')
    world.publish("no", 'trigger = "circle_rejected:tea"\nonce = "event"', step("say"))
    world.publish("yes", 'trigger = "circle_entered:tea"', step("say"))
    for member in ("wm1", "wm2"):
        world.friend(member)
        world.db.write(circling.apply, "tea", member, {"？": "。"}, world.now)
    world.db.write(lambda tx: circling.reject(tx, "tea", "wm1", world.now, why="满", actor="lin"))
    world.db.write(lambda tx: circling.admit(tx, "tea", "wm2", world.now, rule="questions",
                                             actor="lin"))  # fmt: skip
    world.tick()
    assert (world.runs("no"), world.runs("yes")) == ({"wm1": "running"}, {"wm2": "running"})
    world.tick(2 * DAY)
    assert sorted(world.tasks()) == [["wm1"], ["wm2"]]
    kinds = world.db.look("SELECT DISTINCT kind FROM replies WHERE channel = 'contact'")
    assert kinds == [{"kind": "care"}]


def test_a_role_ends_on_its_day_unless_it_was_prolonged(world: World) -> None:
    world.friend("wm1")
    for until in (world.now + DAY, world.now + 3 * DAY):
        world.db.write(lambda tx, at=until: circling.grant(tx, "koc", "tea", "wm1", world.now,
                                                           actor="lin", until=at))  # fmt: skip
        world.now += 1
    world.tick(2 * DAY)
    assert world.db.read(permits, "wm1")
    world.tick(2 * DAY)
    assert not world.db.read(permits, "wm1")


def test_a_circle_is_handed_over_on_its_day_and_its_groups_hear_of_it(world: World) -> None:
    publish(world)
    seat(world, "wm1")
    at = world.now + DAY
    world.db.write(lambda tx: leading.plan(
        tx, "tea", at, world.now, persona="tester", actor="lin", template="groups/weekly",
        voice="tester", note="试点到期"))  # fmt: skip
    world.tick()
    assert world.db.read(circles.leaders, "tea") == []
    world.tick(DAY)
    (row,) = world.db.read(circles.leaders, "tea")
    assert (row["persona"], row["since"], row["note"]) == ("tester", world.now, "试点到期")
    (task,) = world.db.look("SELECT channel, account, kind, origin, state FROM outbox"
                            " WHERE channel = 'group'")  # fmt: skip
    assert (task["channel"], task["account"], task["kind"]) == ("group", "lin.xi", "group_post")
    assert task["origin"].startswith("activity:lead-tea:")
    notes = [
        r["note"] for r in world.db.look("SELECT note FROM due WHERE kind = 'lead' ORDER BY id")
    ]
    assert notes == ["", ""]


def test_a_hand_over_now_needs_no_tick_and_a_circle_that_is_gone_none_at_all(world: World) -> None:
    world.db.write(lambda tx: leading.plan(tx, "tea", world.now, world.now, member="wm1",
                                           actor="lin"))  # fmt: skip
    assert [row["member"] for row in world.db.read(circles.leaders, "tea")] == ["wm1"]
    world.db.write(lambda tx: leading.plan(tx, "tea", world.now + HOUR, world.now, persona="tester",
                                           actor="lin"))  # fmt: skip
    world.tick(DAY)
    (row,) = world.db.look("SELECT state, note FROM due WHERE kind = 'lead'")
    assert (row["state"], row["note"]) == ("skipped", "the circle is not published any more")
