"""Figures against a slow computation in plain Python, over rows that chance made."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR, MINUTE
from bot.store import figures, figures_event, figures_making, inbox, outbox
from bot.store.engine import Tx
from bot.store.figures import Chosen, Report
from bot.store.figures_count import STEPS, step_of
from bot.store.figures_making import day_after, day_of
from tests.contract.conftest import NOW, Bench
from tests.contract.making import AT_ONCE, answer, happened, said

ZONES = ("Asia/Shanghai", "Europe/Berlin")
PEERS = ("wm1", "wm2", "wm3", "wm4")
QUARTER = 15 * MINUTE
EFFORT = ("two_way", "handled", "sessions", "spoken", "staffed")
PEOPLE = ("bot", "bot", "model", "lin", "chen")


@dataclass
class World:
    """What happened, as values: (at, peer, operator or '' for the member, counts)."""

    lines: list[tuple[int, str, str, str]] = field(default_factory=list)
    number: int = 0

    def hear(self, tx: Tx, at: int, peer: str) -> None:
        self.number += 1
        inbox.accept_all(tx, [said(self.number, at=at, peer=peer)], AT_ONCE)
        self.lines.append((at, peer, "", "in"))

    def say(self, tx: Tx, at: int, peer: str, operator: str, kind: str) -> int:
        self.number += 1
        out = answer(self.number, peer=peer, at=at, operator=operator, kind=kind, state="ready")
        made = outbox.enqueue(tx, out, at)
        assert made is not None
        self.lines.append((at, peer, operator, kind))
        return made


def chance(world: World, rng: Random, tx: Tx, since: int, until: int, n: int) -> None:
    for peer in PEERS:  # a conversation is there before anybody speaks in it
        world.hear(tx, since, peer)
    for at in sorted(rng.randrange(since, until) for _ in range(n)):
        peer = rng.choice(PEERS)
        if rng.random() < 0.5:
            world.hear(tx, at, peer)
            continue
        operator = rng.choice(PEOPLE)
        kind = (
            "promo" if rng.random() < 0.1 else "reply" if operator in ("bot", "model") else "staff"
        )
        made = world.say(tx, at, peer, operator, kind)
        if rng.random() < 0.2:  # it never left
            outbox.move(tx, _ready(made, peer, kind), "cancel", at, actor="t")
            world.lines.pop()


def _ready(made: int, peer: str, kind: str) -> dict[str, Any]:
    return {"id": made, "state": "ready", "retry_at": 0, "conversation": f"kf:wk1:{peer}",
            "kind": kind}  # fmt: skip


@dataclass
class Slow:
    """The same figures by the words of docs/figures.md."""

    counts: Counter[tuple[int, str]] = field(default_factory=Counter)
    waits: dict[tuple[int, str], list[int]] = field(default_factory=dict)


def slow(world: World, zone: str) -> Slow:
    made = Slow()
    for peer in PEERS:
        lines = sorted((at, op != "", op, kind) for at, who, op, kind in world.lines if who == peer)
        waiting: int | None = None
        turns: dict[int, int] = {}
        speaking = -1
        for at, ours, operator, kind in lines:
            day = day_of(at, zone)
            made.counts[day, "out" if ours else "in"] += 1
            if ours and kind in ("reply", "staff"):
                if waiting is not None:
                    side = "bot" if operator in ("bot", "model") else "staff"
                    made.waits.setdefault((day, side), []).append(at - waiting)
                    made.counts[day, f"first {operator}"] += 1
                waiting, speaking = None, -1
            elif not ours:
                waiting = at if waiting is None else waiting
                if speaking != day:
                    speaking, turns[day] = day, turns.get(day, 0) + 1
        for day, n in turns.items():
            made.counts[day, "talk"] += 1
            made.counts[day, "effective"] += n >= 2
        chatted(made, lines, zone)
    worked = {(who, day_of(at, zone), (at - day_of(at, zone)) // QUARTER)
              for at, _, who, kind in world.lines
              if who in ("lin", "chen") and kind in ("reply", "staff")}  # fmt: skip
    for _, day, _ in worked:
        made.counts[day, "staffed"] += 15 * 60
    return made


def chatted(made: Slow, lines: list[tuple[int, bool, str, str]], zone: str) -> None:
    """Sessions, two-way conversations and who of the staff was there, day by day."""
    for day in {day_of(at, zone) for at, *_ in lines}:
        today = [line for line in lines if day_of(line[0], zone) == day
                 and line[3] in ("in", "reply", "staff")]  # fmt: skip
        asked = [at for at, ours, *_ in today if not ours]
        made.counts[day, "two_way"] += any(ours and asked and line[0] >= asked[0]
                                           for line in today if (ours := line[1]))  # fmt: skip
        made.counts[day, "handled"] += len({who for _, _, who, _ in today} & {"lin", "chen"})
        last: int | None = None
        for at, ours, *_ in today:
            if last is not None and at - last <= 30 * MINUTE:
                made.counts[day, "spoken"] += at - last
            elif ours:
                continue
            else:
                made.counts[day, "sessions"] += 1
            last = at


def rank(waits: list[int], share: float) -> int | None:
    """Nearest rank, rounded up to a step."""
    if not waits:
        return None
    place = -(-len(waits) * round(share * 100) // 100)
    return step_of(sorted(waits)[max(place, 1) - 1])


def compare(db: Bench, world: World, since: int, now: int, zone: str) -> Report:
    until = day_after(day_of(now, zone), zone)
    found = db.read(figures.report, day_of(since, zone), until, now, zone, Chosen())
    want = slow(world, zone)
    assert found.missing == 0
    for day, line in found.days.items():
        for name in ("in", "out", "talk", "effective", *EFFORT):
            assert line.counts[name] == want.counts[day, name], (name, day)
        for side in ("bot", "staff"):
            for share in (0.5, 0.9):
                assert line.wait(side, share) == rank(want.waits.get((day, side), []), share)
    for operator in set(PEOPLE):
        total = sum(n for (_, name), n in want.counts.items() if name == f"first {operator}")
        of_all = sum(n for key, n in found.keys.items()
                     if key.name == "first" and key.person == operator)  # fmt: skip
        assert of_all == total > 0
    return found


def settle(db: Bench, now: int, zone: str) -> int:
    """What the worker does until nothing is left; how many pieces it made."""
    made = 0
    db.write(figures_making.look, now, zone)
    while (piece := db.read(figures_making.prepare, now, zone)) is not None:
        db.write(figures_making.put, piece)
        made += 1
        assert made < 400
    return made


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.soak)])
def test_sums_are_what_the_rows_say_also_when_some_come_late(
    db: Bench, zone: str, seed: int
) -> None:
    rng, world = Random(seed), World()
    # the night in which Berlin's clocks go back lies in between
    now = 1_793_000_000_000 if zone == "Europe/Berlin" else NOW
    since = now - 4 * DAY
    db.write(lambda tx: chance(world, rng, tx, since, now - 30 * MINUTE, 240))
    assert settle(db, now, zone) > 10
    compare(db, world, since, now, zone)
    assert settle(db, now, zone) == 0
    later = now + 3 * MINUTE
    assert settle(db, later, zone) <= 1
    db.write(lambda tx: chance(world, rng, tx, since + HOUR, now - HOUR, 40))
    at = later + 3 * MINUTE
    assert settle(db, at, zone) > 2
    first = compare(db, world, since, at, zone)
    day = at + 30 * HOUR
    settle(db, day, zone)
    before = day_after(day_of(day, zone), zone, -1)
    pieces = db.look("SELECT begins, ends FROM figure_piece WHERE begins < ?", before)
    assert {day_of(row["ends"], zone) - row["ends"] for row in pieces} == {0}
    assert min(row["ends"] - row["begins"] for row in pieces) >= 23 * HOUR
    again = compare(db, world, since, day, zone)
    assert again.whole.counts == first.whole.counts


def test_a_fate_that_changes_changes_the_sums(db: Bench) -> None:
    world, zone = World(), "Asia/Shanghai"
    at = NOW - 3 * DAY
    made: list[int] = []

    def talk(tx: Tx) -> None:
        world.hear(tx, at, "wm1")
        made.append(world.say(tx, at + MINUTE, "wm1", "lin", "staff"))

    db.write(talk)
    settle(db, NOW, zone)

    def figure(now: int) -> tuple[int, int | None]:
        whole = db.read(figures.report, day_of(at, zone), day_of(at, zone) + DAY, now, zone,
                        Chosen()).whole  # fmt: skip
        return whole.counts["out"], whole.wait("staff", 0.5)

    assert figure(NOW) == (1, step_of(MINUTE))
    settle(db, NOW + 3 * MINUTE, zone)
    db.write(lambda tx: outbox.move(tx, _ready(made[0], "wm1", "staff"), "expire", NOW, actor="t"))
    settle(db, NOW + 6 * MINUTE, zone)
    assert figure(NOW + 6 * MINUTE) == (0, None)


def test_a_day_that_is_over_is_the_sum_of_its_quarters(db: Bench) -> None:
    world, zone = World(), "UTC"
    day = day_of(NOW - 2 * DAY, zone)
    db.write(lambda tx: chance(world, Random(4), tx, day, day + DAY, 240))
    settle(db, day + DAY + 10 * MINUTE, zone)  # the quarters, while the day may still grow
    before = db.look("SELECT name, n FROM figure_sum ORDER BY 1, 2")
    settle(db, NOW, zone)
    pieces = db.look("SELECT begins, ends FROM figure_piece WHERE begins = ?", day)
    assert pieces == [{"begins": day, "ends": day + DAY}]
    assert sum(row["n"] for row in before) == sum(
        row["n"] for row in db.look("SELECT n FROM figure_sum"))  # fmt: skip
    compare(db, world, day, NOW, zone)


def test_two_who_make_the_same_piece_make_one(db: Bench) -> None:
    world = World()
    db.write(lambda tx: chance(world, Random(3), tx, NOW - 2 * DAY, NOW - DAY, 30))
    one, two = (db.read(figures_making.prepare, NOW, "UTC") for _ in range(2))
    assert one is not None and two is not None
    db.write(figures_making.put, one)
    before = db.look("SELECT * FROM figure_sum ORDER BY 1, 2, 3, 4, 5, 6, 7")
    db.write(figures_making.put, two)
    assert db.look("SELECT * FROM figure_sum ORDER BY 1, 2, 3, 4, 5, 6, 7") == before


def test_a_stain_that_comes_while_a_piece_is_counted_stays(db: Bench) -> None:
    world, zone, day = World(), "UTC", day_of(NOW - 2 * DAY, "UTC")
    db.write(lambda tx: world.hear(tx, day + HOUR, "wm1"))
    settle(db, NOW, zone)
    db.write(lambda tx: tx.many("figure_stain", [{"at": day, "until": 0}]))
    piece = db.read(figures_making.prepare, NOW, zone)
    assert piece is not None and piece.stains == 1
    db.write(lambda tx: tx.many("figure_stain", [{"at": day, "until": 0}]))
    db.write(figures_making.put, piece)
    assert db.look("SELECT stale FROM figure_piece WHERE begins = ?", day) == [{"stale": 1}]


def test_what_is_not_summed_up_yet_is_told_and_the_day_that_runs_counts_now(db: Bench) -> None:
    world, zone = World(), "Asia/Shanghai"
    today = day_of(NOW, zone)
    db.write(lambda tx: world.hear(tx, today - 3 * DAY, "wm1"))
    db.write(lambda tx: world.hear(tx, NOW - 1, "wm2"))
    found = db.read(figures.report, today - 6 * DAY, today + DAY, NOW, zone, Chosen())
    assert (found.missing, found.of, found.whole.counts["in"]) == (3, 3, 1)
    settle(db, NOW, zone)
    found = db.read(figures.report, today - 6 * DAY, today + DAY, NOW, zone, Chosen())
    assert (found.missing, found.of, found.whole.counts["in"]) == (0, 3, 2)
    assert len(found.days) == 7


def test_hand_offs_and_wishes_are_counted_once(db: Bench) -> None:
    def events(tx: Tx) -> None:
        inbox.accept_all(tx, [said(1), happened(2)], AT_ONCE)
        figures_event.called(tx, "kf:wk1:wm1", "request", NOW, "tester")
        tx.run("conversation_wait", id="kf:wk1:wm1", now=NOW, reason="x")
        figures_event.called(tx, "kf:wk1:wm1", "request", NOW + 1, "tester")
        figures_event.put_back(tx, "kf:wk1:wm1", "idle", NOW + 2)
        figures_event.opted_out(tx, "kf:wk1:wm1", NOW + 3, "tester")

    db.write(events)
    today = day_of(NOW, "UTC")
    found = db.read(figures.report, today, today + DAY, NOW + 9, "UTC", Chosen(persona="tester"))
    assert found.reasons() == {"request": 1}
    assert found.whole.counts["opt_out"] == 1 and found.whole.counts["in"] == 0
    whole = db.read(figures.report, today, today + DAY, NOW + 9, "UTC", Chosen())
    assert whole.reasons() == {"request": 1, "idle": 1} and whole.whole.counts["in"] == 1


def test_ratings_are_averaged_over_those_who_gave_one(db: Bench) -> None:
    def rated(tx: Tx) -> None:
        inbox.accept_all(tx, [said(1)], AT_ONCE)
        for at, score in ((NOW, 5), (NOW - DAY, 2), (NOW, None), (NOW - 9 * DAY, 1)):
            [row] = tx.rows("rating_add", conversation="kf:wk1:wm1", member="wm1", staff="lin",
                            persona="tester", account="wk1", now=at)  # fmt: skip
            if score is not None:
                tx.run("rating_answer", id=row["id"], conversation="kf:wk1:wm1", score=score,
                       words="", now=at)  # fmt: skip

    db.write(rated)
    today = day_of(NOW, "UTC")
    chosen = Chosen(persona="tester", channel="kf", account="wk1")
    found = db.read(figures.report, today - DAY, today + DAY, NOW + 1, "UTC", chosen)
    assert (found.whole.rating, found.whole.counts["rated"]) == (3.5, 2)
    assert [line.rating for line in found.days.values()] == [2, 5]
    assert found.lines("person")["lin",].rating == 3.5
    other = db.read(figures.report, today, today + DAY, NOW + 1, "UTC", Chosen(persona="x"))
    assert other.whole.rating is None


def test_steps_rise_and_nothing_is_shorter_than_its_step() -> None:
    assert list(STEPS) == sorted(set(STEPS))
    for wait in (0, 1, 100, 101, 59_999, HOUR, 364 * DAY):
        assert wait <= step_of(wait) <= max(100, wait * 1.051 + 1)
