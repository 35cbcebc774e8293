"""What is queued holds the version it was made of; when that is decided; and what came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.body import Rich, plain
from bot.library.cast import build
from bot.library.speech import Setting, prepare
from bot.store import outbox, people, results, schedule, versions
from bot.store.codec import outbound
from bot.store.engine import Tx
from bot.store.outbox import Receiver
from bot.store.results import Result
from scheduler import bulk
from scheduler.posts import run_entry
from scheduler.steps import run_step
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, task
from tests.contract.test_content_desk import CONFIG, Desk


def setting(db: Bench) -> Setting:
    """What serves now."""
    return Setting(cast=build(db.read(versions.published), CONFIG.timezone), now=NOW)


def change(db: Bench, name: str, before: str, after: str) -> None:
    """A new version serves."""
    found = db.read(versions.newest, "template", name)
    assert found is not None
    files = {file: text.replace(before, after) for file, text in found.files.items()}
    db.write(versions.publish, "template", name, files, "disk", NOW)


def queued(db: Bench) -> list[tuple[str, str, int | None]]:
    rows = [outbound(row) for row in db.look("SELECT * FROM outbox ORDER BY id")]
    return [(row.content, plain(row.body), row.content_version) for row in rows]


@pytest.fixture
def desk(db: Bench) -> Desk:
    return Desk(db)


def test_a_post_is_of_the_version_that_serves_when_its_time_comes(db: Bench, desk: Desk) -> None:
    now = setting(db)
    entry = now.cast.calendar.entry[1]
    at = now.cast.calendar.recurrence(entry).after(NOW)
    db.write(schedule.add_due, "calendar/morning/1", "calendar", at, {"entry": entry.id, "at": at})
    change(db, "moments/morning", "早上好", "早安")
    due = {"id": 1, "kind": "calendar", "at": at, "data": {"entry": entry.id, "at": at}}
    assert db.write(run_entry, replace(setting(db), now=at), due) == ""
    change(db, "moments/morning", "早安", "又一天")
    assert queued(db) == [("moments/morning", "早安，水刚烧开。", 2)] * 2


def test_a_pooled_step_keeps_its_text_whatever_serves_when_it_becomes_a_task(
    db: Bench, desk: Desk
) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW)
    run = db.write(schedule.start_flow, key="1", flow="welcome", flow_version=1, persona="tester",
                   member="wm1", account="lin.xi", now=NOW)  # fmt: skip
    due = {"id": 1, "kind": "flow", "at": NOW, "data": {"run": run, "step": "day1"}}
    assert db.write(run_step, setting(db), due) == ""
    change(db, "care/day1", "今天", "今早")
    assert db.write(bulk.flush, setting(db)) == 1
    assert queued(db) == [("care/day1", "第 1 天的问候：今天喝水了吗？", 1)]
    assert prepare(setting(db), "tester", "care/day1").body == Rich("第 1 天的问候：今早喝水了吗？")


def test_results_are_counted_for_each_version(db: Bench) -> None:
    more = {"content": "care/a", "content_version": 1}
    two = [Receiver("wm1", "wm1"), Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(1, lane="1", **more), NOW, two)
    db.write(outbox.enqueue, answer(2, **more | {"content_version": 2}), NOW + 5)
    db.write(outbox.enqueue, answer(3), NOW + 9)
    [first] = [r["id"] for r in db.look("SELECT id FROM outbox WHERE content_version = 1")]
    status = {"outbox": first, "note": "", "operator": "lin.xi"}

    def tapped(tx: Tx) -> None:
        tx.run("reply_receiver", peer="wm1", status="sent", **status)

    db.write(tapped)
    found = db.read(results.of, ["care/a", "care/b"])
    assert found == {"care/a": [
        Result(version=1, counts={"sent": 1, "queued": 1}, last_at=NOW),
        Result(version=2, counts={"queued": 1}, last_at=NOW + 5)]}  # fmt: skip
    assert [one.sent for one in found["care/a"]] == [1, 0]
    assert [one.version for one in db.read(results.of, ["care/a"], NOW + 1)["care/a"]] == [2]
    assert db.read(results.of, []) == {}
