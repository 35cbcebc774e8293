"""Where a person can be reached now, over all of his ids, on both engines."""

from __future__ import annotations

from bot.core.clock import HOUR
from bot.core.model import Group
from bot.store import merging, people, reachable
from bot.store.engine import Tx
from bot.store.outbox import KfWindow
from tests.contract.conftest import NOW, Bench
from tests.contract.making import hear, said

WINDOW = KfWindow(5, 48)


def world(tx: Tx) -> None:
    """wm1 writes to customer service and is a friend, wm2 sits in a group, wm3 is his old id."""
    for member in ("wm1", "wm2", "wm3", "wm4"):
        people.ensure_member(tx, member, NOW)
    people.befriend(tx, "wm1", "lin.xi", NOW - 3000)
    people.befriend(tx, "wm3", "chen.mo", NOW - 2000)
    people.put_group(tx, Group(chat_id="wr1", owner="lin.xi", name="一群"), NOW)
    for member in ("wm2", "wm3"):
        tx.run("chat_seat_put", chat="wr1", member=member, staff=0, name="", joined_at=NOW - 1000,
               join_scene=1, join_state="", invitor="", left_at=None, told_join=0,
               told_leave=0)  # fmt: skip


def ways(db: Bench, member: str, at: int = NOW) -> tuple[int, ...]:
    found = db.read(reachable.of, member, at, WINDOW)
    return len(found.friends), len(found.groups), len(found.kf)


def test_ways_of_all_ids_are_his_and_he_counts_once(db: Bench) -> None:
    hear(db, said())
    db.write(world)
    assert [ways(db, one) for one in ("wm1", "wm2", "wm3")] == [(1, 0, 1), (0, 1, 0), (1, 1, 0)]
    db.write(lambda tx: merging.merge(tx, "wm3", "wm1", "staff", NOW, "lin"))
    found = db.read(reachable.of, "wm3", NOW, WINDOW)
    assert [(way.account, way.peer, NOW - way.since) for way in found.friends] == [
        ("lin.xi", "wm1", 3000), ("chen.mo", "wm3", 2000)]  # fmt: skip
    assert [(way.account, way.name) for way in found.groups] == [("wr1", "一群")]
    assert [(way.account, way.until - NOW) for way in found.kf] == [("wk1", 48 * HOUR)]


def test_who_deletes_the_account_or_falls_silent_is_not_reached_any_more(db: Bench) -> None:
    hear(db, said())
    db.write(world)
    db.write(people.unfriend, "wm1", "lin.xi", NOW, "member")
    assert ways(db, "wm1") == (0, 0, 1)
    assert db.read(reachable.of, "wm1", NOW + 49 * HOUR, WINDOW).ways == ()
    db.write(people.group_gone, "wr1", NOW + 1)
    assert ways(db, "wm2") == (0, 0, 0) and ways(db, "wm3") == (1, 0, 0)
    assert db.read(reachable.of, "wm4", NOW, WINDOW).ways == ()
