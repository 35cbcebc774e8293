"""What the member page reads and writes, on both engines, and how they go about it."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing
from typing import Any

import pytest

from bot.core.event import Event, Happened
from bot.store import (
    board,
    circling,
    erasing,
    events,
    facts,
    memberview,
    people,
    photos,
    runs,
    selfservice,
)
from bot.store.answers import Who
from bot.store.board import MOST
from bot.store.engine import Tx
from bot.store.sql import bind, bind_postgres, queries
from bot.store.taking_part import submit, vote
from scheduler.activities import moment
from tests.contract import publishing
from tests.contract.conftest import Bench, PostgresBench, SqliteBench
from tests.contract.test_flows import World
from tests.scenario.memberdesk import ACTIVITIES, CIRCLE, COMMUNITY

NOW = moment("2026-09-21 21:33", "Asia/Shanghai") or 0


@pytest.fixture
def world(db: Bench) -> World:
    made = World(db)
    made.now = NOW
    files = {f"activity/{id}": f'id = "{id}"\ntitle = "{id}"\ncircle = "tea"\n{text}'
             for id, text in ACTIVITIES.items() if id in ("photo", "vote")}  # fmt: skip
    for name, text in {"circle/tea": CIRCLE, "community/tea": COMMUNITY, **files}.items():
        kind, _, id = name.partition("/")
        db.write(publishing.publish, kind, id, {f"{id}.toml": text}, "disk", NOW - 1)
    made.cast = None
    for n in range(8):
        db.write(_enter, f"wm{n}", n)
    made.tick()
    made.tick()
    return made


def _enter(tx: Tx, member: str, n: int) -> None:
    people.ensure_member(tx, member, NOW, f"真名{n}")
    circling.admit(tx, "tea", member, NOW, rule="open", actor="member")
    points = Event(kind=Happened.POINTED, at=NOW, dedupe=f"p{n}", member=member, place="tea",
                   amount=10 * (n // 2 + 1), data={"why": "x"})  # fmt: skip
    events.record(tx, [points], NOW)


def lines(made: board.Board) -> tuple[list[tuple[int, int]], list[tuple[int, bool]]]:
    return ([(one.place, one.points) for one in made.first],
            [(one.points, one.mine) for one in made.near])  # fmt: skip


def test_the_board_is_the_first_and_ones_neighbours(world: World) -> None:
    db = world.db
    first, near = lines(db.read(board.board, "tea", "wm0"))
    assert first == [(1, 40), (1, 40), (3, 30)]
    assert near == [(20, False), (20, False), (10, True), (10, False)]
    assert db.read(board.board, "tea", "wm0").place == 7
    first, near = lines(db.read(board.board, "tea", "wm7"))
    assert (first[0], near) == ((1, 40), [])
    assert db.read(board.board, "tea", "wm-nobody").near == ()
    db.write(lambda tx: circling.withdraw(tx, "tea", "wm7", NOW, by="himself", actor="member"))
    assert db.read(board.board, "tea", "wm0").place == 6
    assert [one.place for one in db.read(board.board, "tea", "wm5").first] == [1, 2, 2]


def test_what_is_shown_is_of_those_who_agree_still(world: World) -> None:
    db, setting = world.db, world.setting
    made = setting.cast.activities["photo"]
    who = Who(member="wm1", zone="Asia/Shanghai", agrees=True)
    run = db.read(runs.current, "photo", NOW)["id"]
    id = db.write(photos.add, "wm1", run, "image/jpeg", b"bytes", NOW)
    db.write(lambda tx: submit(tx, made, who, NOW, text="冬天", media=[id]))
    (row,) = db.read(memberview.entries, [run], "wm1")
    assert db.read(memberview.shown, run, "tea", "ugc", 9) == []  # nobody has looked at it
    judged = Event(kind=Happened.JUDGED, at=NOW, dedupe="j", member="wm1", place=row["event"],
                   which="accepted")  # fmt: skip
    db.write(lambda tx: events.record(tx, [judged], NOW))
    assert [one["ticket"] for one in db.read(memberview.shown, run, "tea", "ugc", 9)] \
        == [row["ticket"]]  # fmt: skip
    assert db.write(selfservice.wish, "wm1", "ugc", "no", NOW + 1)
    assert db.read(memberview.shown, run, "tea", "ugc", 9) == []
    assert not db.write(selfservice.wish, "wm2", "ugc", "yes", NOW + 1)  # was never asked
    two = Who(member="wm2", zone="Asia/Shanghai")
    db.write(lambda tx: vote(tx, setting.cast.activities["vote"], two, NOW, "甲"))
    assert db.read(memberview.votes, db.read(runs.current, "vote", NOW)["id"]) == {"甲": 1}
    kept = db.read(photos.get, id)
    assert kept is not None and (kept.content, kept.run) == (b"bytes", run)
    db.write(erasing.begin, "wm1", "lin", NOW, "asked")
    assert db.read(photos.get, id) is None


def test_his_own_word_replaces_what_others_said(world: World) -> None:
    db = world.db
    told = [Event(kind=Happened.FACT, at=NOW, dedupe=f"f{source}", member="wm1", which="city",
                  place=source, data={"value": value}) for source, value in
            (("staff", "北京"), ("said", "杭州"))]  # fmt: skip
    db.write(lambda tx: events.record(tx, told, NOW))
    assert db.write(selfservice.correct, "wm1", "城市", "上海市", NOW) == "上海"
    assert [(one.value, one.source) for one in db.read(facts.of, "wm1")] == [("上海", "said")]
    assert db.write(selfservice.correct, "wm1", "birthday", "13月", NOW) == ""
    assert db.write(selfservice.correct, "wm1", "remark", "x", NOW) == ""
    assert db.write(selfservice.correct, "wm1", "city", "苏州", NOW + 5) == "苏州"
    db.write(selfservice.strike, "wm1", "city", NOW + 6)
    assert db.read(facts.of, "wm1") == []


PLANS = (
    ("board_first", "standing_points"), ("board_above", "standing_points"),
    ("board_below", "standing_points"), ("board_before", "standing_points"),
    ("circle_runs", "activity_run_open"), ("entries_shown", "entry_state"),
    ("ballots_summed", "ballot_run"), ("winners_shown", "winner_run"),
    ("photos_count", "photo_member"),
)  # fmt: skip

ORDERED = ("board_above", "board_below", "board_first", "board_before")


def plan(db: Bench, query: str) -> str:
    """How an engine goes about a sentence; on PostgreSQL as with many rows."""
    text = queries()[query]
    names = re.findall(r":(\w+)", text)
    given: dict[str, Any] = {name: MOST if name in ("n", "most", "since", "now", "points") else "x"
                             for name in names}  # fmt: skip
    given |= {name: ["x"] for name in re.findall(r":(\w+)…", text)}
    if isinstance(db, SqliteBench):
        sql, values = bind(text, given)
        with closing(sqlite3.connect(db.path)) as connection:
            rows = connection.execute("EXPLAIN QUERY PLAN " + sql, values)
            return "\n".join(row[3] for row in rows)
    assert isinstance(db, PostgresBench)
    sql, params = bind_postgres(text, given)
    with db._outside.transaction(force_rollback=True):
        # the tables are empty: what could be done
        ways = ("seqscan", "sort", "bitmapscan") if query in ORDERED else ("seqscan",)
        for way in ways:
            db._outside.execute(f"SET LOCAL enable_{way} = off".encode())
        rows = db._outside.execute(b"EXPLAIN " + sql, params).fetchall()
    return "\n".join(row["QUERY PLAN"] for row in rows)


def test_nothing_walks_all_members(db: Bench) -> None:
    # of an empty table PostgreSQL finds one way as good as another
    wall = (("wall_shown", "badge_held"),) if isinstance(db, SqliteBench) else ()
    for query, index in (*PLANS, *wall):
        found = plan(db, query)
        assert index in found, (query, found)
        assert "SCAN s" not in found and "Seq Scan on standing" not in found, (query, found)
        if query in ORDERED:
            assert "TEMP B-TREE" not in found and "Sort" not in found, (query, found)
