"""What is queued holds the version it was made of; when that is decided; and what came of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.body import Rich, plain
from bot.core.clock import HOUR, local
from bot.core.model import Member
from bot.library.speech import Setting, prepare
from bot.pipeline.welcome import starts, welcome
from bot.store import flows, outbox, people, results, schedule, versions
from bot.store.codec import outbound
from bot.store.engine import Tx
from bot.store.flows import Begun
from bot.store.outbox import Receiver
from bot.store.results import Followed, Result
from scheduler.fate import DONE
from scheduler.posts import run_entry
from scheduler.tick import tick
from tests.contract import publishing
from tests.contract.casting import serving
from tests.contract.conftest import NOW, Bench
from tests.contract.making import answer, happened, hear, said, task
from tests.contract.test_content_desk import CONFIG, Desk

MORNING = NOW + 12 * HOUR  # it is night in Shanghai at NOW, and the governor lets nothing go


def setting(db: Bench) -> Setting:
    """What serves now."""
    return Setting(cast=serving(db, CONFIG.timezone), now=NOW)


def change(db: Bench, name: str, before: str, after: str) -> None:
    """A new version serves."""
    found = db.read(versions.newest, "template", name)
    assert found is not None
    files = {file: text.replace(before, after) for file, text in found.files.items()}
    db.write(publishing.publish, "template", name, files, "disk", NOW)


def step(db: Bench, member: str) -> None:
    """The first day's step of the welcome flow has come for a member."""
    begun = Begun(key=member, flow="welcome", version=1, persona="tester", member=member,
                  account="lin.xi")  # fmt: skip
    assert db.write(flows.start, begun, [("day1", MORNING)], NOW) is not None
    db.write(tick, replace(setting(db), now=MORNING))


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
    assert db.write(run_entry, replace(setting(db), now=at), due) == DONE
    change(db, "moments/morning", "早安", "又一天")
    assert queued(db) == [("moments/morning", "早安，水刚烧开。", 2)] * 2


def test_a_pooled_step_keeps_its_text_whatever_serves_when_it_becomes_a_task(
    db: Bench, desk: Desk
) -> None:
    db.write(people.befriend, "wm1", "lin.xi", NOW)
    step(db, "wm1")
    change(db, "care/day1", "今天", "今早")
    db.write(tick, replace(setting(db), now=MORNING + 3 * HOUR))
    assert queued(db) == [("care/day1", "第 1 天的问候：今天喝水了吗？", 1)]
    assert prepare(setting(db), "tester", "care/day1").body == Rich("第 1 天的问候：今早喝水了吗？")


def test_results_are_counted_for_each_version(db: Bench) -> None:
    more = {"content": "care/a", "content_version": 1}
    two = [Receiver("wm1", "wm1"), Receiver("wm2", "wm2")]
    db.write(outbox.enqueue, task(1, lane="1", **more), NOW, two)
    db.write(outbox.enqueue, answer(2, **more | {"content_version": 2}), NOW + 5)
    db.write(outbox.enqueue, answer(3), NOW + 9)
    [first] = [r["id"] for r in db.look("SELECT id FROM outbox WHERE content_version = 1")]
    status = {"outbox": first, "note": "", "operator": "lin.xi", "at": NOW}

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


def test_what_members_wrote_afterwards_is_counted_for_each_version(db: Bench) -> None:
    more = {"content": "care/a", "content_version": 1}
    for number in (1, 2, 3):
        row = answer(number, peer=f"wm{number}", **more)
        db.write(outbox.enqueue, row, NOW)
    db.write(outbox.enqueue, answer(4, peer="wm1", content="care/a.b", content_version=1), NOW)
    db.write(outbox.enqueue, answer(5, peer="wm5", **more), NOW)

    def sent(tx: Tx) -> None:
        for number, peer in enumerate(("wm1", "wm2", "wm3", "wm1"), 1):
            tx.run("reply_receiver", outbox=number, peer=peer, status="sent", note="",
                   operator="bot", at=NOW)  # fmt: skip

    db.write(sent)
    late = NOW + results.WITHIN + 1
    hear(db, said(1, at=NOW - 5), said(2, at=NOW + 60), said(3, at=late, peer="wm2"),
         happened(4, at=NOW + 9, peer="wm3"))  # fmt: skip
    found = db.read(results.followed, ["care/a", "care/a.b", "care/c"])
    assert found == {("care/a", 1): Followed(sent=3, wrote=1),
                     ("care/a.b", 1): Followed(sent=1, wrote=1)}  # fmt: skip
    assert db.read(results.followed, ["care/a"], NOW + 1) == {}
    assert sum(one.sent for one in db.read(results.followed, ["care/a"], 0, 2).values()) == 2


def test_a_step_says_the_wording_that_the_member_gets(db: Bench, desk: Desk) -> None:
    found = db.read(versions.newest, "template", "care/day1")
    assert found is not None
    text = found.files["day1.j2"].replace("今天", "今早")
    db.write(publishing.publish, "template", "care/day1.b", {"day1.b.j2": text}, "disk", NOW)
    said_to = {}
    for number in range(12):
        member = f"wm{number}"
        db.write(people.befriend, member, "lin.xi", NOW)
        step(db, member)
    for row in db.look("SELECT member, content, body FROM pooled"):
        said_to[row["member"]] = row["content"]
        assert ("今早" in row["body"]) is (row["content"] == "care/day1.b")
    assert len(said_to) == 12 and set(said_to.values()) == {"care/day1", "care/day1.b"}
    day = local(NOW, CONFIG.timezone).date()
    shelf = setting(db).cast.shelf
    assert said_to == {one: shelf.chosen("care/day1", one, day) for one in said_to}


def test_a_welcome_says_the_wording_that_the_member_gets(db: Bench, desk: Desk) -> None:
    found = db.read(versions.newest, "template", "welcome/day0")
    assert found is not None
    files = {"day0.b.j2": found.files["day0.j2"]}
    db.write(publishing.publish, "template", "welcome/day0.b", files, "disk", NOW)
    now, got = setting(db), {}
    for number in range(12):
        event = happened(number, peer=f"wm{number}", channel="contact", account="lin.xi",
                         event="contact.added", data={"welcome_code": "c"})  # fmt: skip
        begun = starts([event], now.cast, "tester")
        row, _ = welcome(answer(peer=event.peer), begun, [event], now,
                         Member(id="wm1", name="小周"))  # fmt: skip
        assert row is not None and row.content_version == 1
        got[event.peer] = row.content
    day = local(NOW, CONFIG.timezone).date()
    assert set(got.values()) == {"welcome/day0", "welcome/day0.b"}
    assert got == {one: now.cast.shelf.chosen("welcome/day0", one, day) for one in got}
