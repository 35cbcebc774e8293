"""Who stands where in a flow, and what became of one member's way, on both engines."""

from __future__ import annotations

from bot.core.body import Text, dump
from bot.core.clock import DAY, HOUR
from bot.store import flowdesk, flows, outbox, people, schedule
from bot.store.codec import to_json
from bot.store.engine import Tx
from bot.store.flowdesk import Place
from bot.store.flows import Begun
from bot.store.outbox import Receiver
from tests.contract.conftest import NOW, Bench
from tests.contract.making import task

LAST = 1 << 60


def begin(tx: Tx, member: str, key: str, at: int = NOW, version: int = 1) -> int:
    people.ensure_member(tx, member, NOW, member)
    begun = Begun(key=f"welcome/{member}/{key}", flow="welcome", version=version,
                  persona="tester", member=member, account="lin.xi")  # fmt: skip
    run = flows.start(tx, begun, [("day1", at + DAY), ("day3", at + 3 * DAY)], at)
    assert run is not None
    return run


def finish(tx: Tx, member: str, nth: int, event: str = "finish", note: str = "") -> None:
    step = flows.of_member(tx, member)[nth]["steps"][0]
    schedule.done_all(tx, [step["id"]], NOW, event, note)


def test_rows_of_a_place_the_latest_first(db: Bench) -> None:
    def stage(tx: Tx) -> list[int]:
        made = [begin(tx, f"wm{n}", "a", version=1 + n % 2) for n in range(5)]
        finish(tx, "wm0", 0, "skip", "trust")
        finish(tx, "wm1", 0, "skip", "late: more than 3d")
        finish(tx, "wm2", 0)
        flows.end(tx, made[4:], "stop", NOW, "no more")
        return made

    made = db.write(stage)

    def page(place: Place, before: int = LAST, n: int = 10) -> list[flowdesk.Standing]:
        return db.read(flowdesk.page, "welcome", place, before, n)

    assert [one.run for one in page(Place())] == made[::-1]
    assert [one.run for one in page(Place(), made[3], 2)] == [made[2], made[1]]
    (stopped,) = page(Place(state="stopped"))
    assert (stopped.member, stopped.note, stopped.step) == ("wm4", "no more", "")
    third = page(Place(state="running"))[0]
    assert (third.member, third.step, third.at, third.fate) == ("wm3", "day1", NOW + DAY, "waiting")
    left_out = Place(step="day1", fate="left_out")
    assert [one.why for one in page(left_out)] == ["late: more than 3d", "trust"]
    (one,) = page(Place(step="day1", fate="left_out", why="trust"))
    assert (one.member, one.fate) == ("wm0", "skipped")
    assert page(Place(step="day1", fate="left_out", why="")) == []
    assert db.read(flowdesk.by_version, "welcome") == {1: 2, 2: 2}
    assert db.read(flowdesk.waiting, "welcome") == 5


def test_a_way_follows_what_was_handed_on(db: Bench) -> None:
    body = to_json(dump(Text("a")))

    def stage(tx: Tx) -> None:
        begin(tx, "wm1", "a", NOW - 9 * DAY)
        outbox.enqueue(tx, task(1), NOW - 8 * DAY, [Receiver("wm1", "wm1")])
        begin(tx, "wm1", "b")
        finish(tx, "wm1", 0)
        finish(tx, "wm1", 1)
        run = flows.of_member(tx, "wm1")[1]["id"]
        schedule.pool(tx, key=f"flow/{run}/day1", account="lin.xi", persona="tester",
                      persona_version=1, member="wm1", kind="care", origin="flow:welcome:day1",
                      content="care/day1", content_version=1, body=body, due_at=NOW + HOUR,
                      digest="d")  # fmt: skip

    db.write(stage)
    second, first = db.read(flowdesk.ways, "welcome", "wm1")
    assert [stage.fate for stage in first.stages] == ["done", "waiting"]
    assert (first.stages[0].status, first.stages[0].account) == ("queued", "lin.xi")
    assert first.stages[0].outbox is not None
    assert (second.stages[0].status, second.stages[1].status) == ("pooled", "")
    db.write(schedule.unpool_run, second.run.run, "wm1", NOW, "opted_out")
    second, _ = db.read(flowdesk.ways, "welcome", "wm1")
    assert (second.stages[0].status, second.stages[0].left_why) == ("unpooled", "opted_out")
    assert db.read(flowdesk.ways, "welcome", "nobody") == []
