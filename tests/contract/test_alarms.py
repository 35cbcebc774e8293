"""Who waits too long: the worker on real tables, one alarm an episode, its messages once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.clock import HOUR, MINUTE, ManualClock
from bot.core.config import load_config
from bot.core.rota import Shift
from bot.library.cast import build
from bot.library.disk import read_disk
from bot.library.library import Library, aliases
from bot.pipeline.alarms import Alarms
from bot.pipeline.loop import Bells
from bot.store import alarms, audit, conversations, desk, people, shifts, staff
from bot.store.engine import Tx
from bot.store.versions import Edition
from tests.contract.conftest import NOW, Bench
from tests.contract.making import TALK, listen
from tests.scenario.house import BRAND

ZONE = "Asia/Shanghai"
CONFIG = load_config(BRAND / "config.toml")
CHIEF, LIN = "chief.id", "lin.id"
Step = Callable[[int], int]


@pytest.fixture(scope="module")
def cast() -> Any:
    """What the brand of the tests publishes, compiled once."""
    sources = read_disk(CONFIG).sources
    editions = [Edition(kind=s.kind, name=s.name, version=1, digest="", files=s.files)
                for s in sources]  # fmt: skip
    return build(editions, ZONE, aliases(CONFIG))


@pytest.fixture
def staffed(db: Bench) -> None:
    for login, role, userid in (("chief", "lead", CHIEF), ("lin", "service", LIN)):
        db.write(staff.add, login, role, "x", NOW, actor="test", made=False, userid=userid)


def waits(db: Bench, since: int = NOW, peer: str = "wm1", why: str = "客人要找真人") -> str:
    listen(db, peer, since)
    key = f"kf:wk1:{peer}"
    assert db.write(conversations.wait, key, since, why)
    return key


def look(db: Bench, cast: Any, now: int, **service: Any) -> int:
    """One step of a process that began just now."""
    config = replace(CONFIG, service=replace(CONFIG.service, **service))
    library = Library(db.store, config, ManualClock(now))
    library.cast = cast
    return asyncio.run(Alarms(db.store, library, config, Bells()).step(now))


def told(db: Bench) -> list[tuple[str, str, str]]:
    rows = db.look("SELECT peer, body, dedupe, kind, channel, account, conversation FROM outbox "
                   "ORDER BY id")  # fmt: skip
    assert all((r["kind"], r["channel"], r["account"], r["conversation"])
               == ("notice", "app", "1000002", "") for r in rows)  # fmt: skip
    return [(r["peer"], r["dedupe"].split("/")[1], r["body"]) for r in rows]


def ringing(db: Bench, now: int) -> list[tuple[str, int]]:
    return [(a.conversation, a.level) for a in db.read(alarms.standing, now)]


@pytest.mark.usefixtures("staffed")
def test_first_whoever_is_on_duty_then_the_lead_and_each_once(db: Bench, cast: Any) -> None:
    db.write(shifts.add, Shift(login="lin", kind="once", since=NOW - HOUR, until=NOW + HOUR),
             "chief", NOW, ZONE)  # fmt: skip
    waits(db)
    db.write(people.ensure_member, "wm1", NOW, "<a href='x'>明月</a>\n")
    soon = look(db, cast, NOW + 4 * MINUTE + 50_000)
    assert soon == NOW + 5 * MINUTE and told(db) == [] and ringing(db, soon) == []
    for _ in range(3):  # three processes, or the same again
        look(db, cast, soon)
    [(peer, level, text)] = told(db)
    assert (peer, level) == (LIN, "1") and "等了 5 分钟" in text and "客人要找真人" in text
    assert "明月" in text and "<" not in text
    assert ringing(db, soon) == [(TALK, 1)]
    look(db, cast, NOW + 15 * MINUTE)
    look(db, cast, NOW + 16 * MINUTE)
    assert [(peer, level) for peer, level, _ in told(db)] == [(LIN, "1"), (CHIEF, "2")]
    assert ringing(db, NOW + 16 * MINUTE) == [(TALK, 2)]
    events = [(r["actor"], r["event"]) for r in db.read(audit.history, "conversation", TALK)]
    assert events[1:] == [("desk", "alarm"), ("desk", "alarm")]


@pytest.mark.usefixtures("staffed")
def test_it_is_over_when_somebody_takes_it_and_back_when_he_puts_it_down(
    db: Bench, cast: Any
) -> None:
    waits(db)
    late = NOW + 6 * MINUTE
    look(db, cast, late)
    assert ringing(db, late) == [(TALK, 1)] and len(told(db)) == 1
    db.write(desk.take, TALK, "lin", late, db.read(desk.glance, TALK))
    assert ringing(db, late) == []
    look(db, cast, late + MINUTE)
    assert [r["cleared_at"] for r in db.look("SELECT cleared_at FROM alarm")] == [late + MINUTE]
    db.write(desk.put_back, TALK, "lin", late + 2 * MINUTE, "去开会")
    look(db, cast, late + 3 * MINUTE)
    assert ringing(db, late + 3 * MINUTE) == [(TALK, 1)] and len(told(db)) == 1
    db.write(desk.resolve, TALK, "lin", late + 4 * MINUTE, db.read(desk.glance, TALK))
    again = late + 10 * MINUTE
    db.write(conversations.wait, TALK, again, "又来了")
    look(db, cast, again + 5 * MINUTE)
    assert len(told(db)) == 2, "a new episode"


@pytest.mark.usefixtures("staffed")
def test_a_hand_over_rings_for_the_colleague_and_not_for_who_is_on_duty(
    db: Bench, cast: Any
) -> None:
    db.write(shifts.add, Shift(login="lin", kind="once", since=NOW - HOUR, until=NOW + HOUR),
             "chief", NOW, ZONE)  # fmt: skip
    db.write(staff.add, "su", "service", "x", NOW, actor="test", made=False, userid="su.id")
    listen(db, "wm1", NOW)
    db.write(desk.take, TALK, "lin", NOW, db.read(desk.glance, TALK))
    db.write(desk.pass_on, TALK, "lin", "su", NOW + MINUTE, "下班了")
    look(db, cast, NOW + 5 * MINUTE)
    assert told(db) == []
    look(db, cast, NOW + 6 * MINUTE)
    [(peer, level, text)] = told(db)
    assert (peer, level) == ("su.id", "1") and "lin 转交 su：下班了" in text
    assert ringing(db, NOW + 6 * MINUTE) == [(TALK, 1)]
    # handed on while it rings: the next one is told at once, and once
    db.write(desk.pass_on, TALK, "su", "lin", NOW + 7 * MINUTE)
    for _ in range(2):
        look(db, cast, NOW + 8 * MINUTE)
    assert [peer for peer, _, _ in told(db)] == ["su.id", LIN]


@pytest.mark.usefixtures("staffed")
def test_it_is_quiet_outside_working_hours(db: Bench, cast: Any) -> None:
    begins = NOW + 10 * HOUR
    db.write(shifts.add, Shift(login="lin", kind="once", since=begins, until=begins + HOUR),
             "chief", NOW, ZONE)  # fmt: skip
    waits(db)
    for at in (NOW + 5 * MINUTE, NOW + 9 * HOUR, begins + 4 * MINUTE):
        look(db, cast, at)
        assert told(db) == []
    look(db, cast, begins + 5 * MINUTE)
    assert [peer for peer, _, _ in told(db)] == [LIN]


@pytest.mark.usefixtures("staffed")
def test_who_has_put_it_off_or_keeps_him_out_hears_nothing(db: Bench, cast: Any) -> None:
    for n, peer in enumerate(("wm1", "wm2", "wm3")):
        waits(db, NOW + n, peer)
    db.write(desk.snooze, "kf:wk1:wm1", "lin", NOW, NOW + HOUR)
    db.write(conversations.change_mode, "kf:wk1:wm2", "mute", NOW, actor="lin", reason="")
    look(db, cast, NOW + 6 * MINUTE)
    assert ringing(db, NOW + 6 * MINUTE) == [("kf:wk1:wm3", 1)]
    look(db, cast, NOW + 6 * MINUTE, first_answer="0s", second_answer="0s")
    look(db, cast, NOW + 2 * HOUR, first_answer="0s", second_answer="1h", alarm_to=("boss",))
    assert [peer for peer, level, _ in told(db) if level == "2"] == ["boss"]


@pytest.mark.usefixtures("staffed")
def test_many_who_wait_are_one_message(db: Bench, cast: Any) -> None:
    for n in range(9):
        waits(db, NOW + n, f"wm{n}")
    look(db, cast, NOW + 6 * MINUTE)
    # nobody is on duty: the owner of the persona's account is told
    assert len(told(db)) <= 1 and len(ringing(db, NOW + 6 * MINUTE)) == 9
    [(_, _, text)] = told(db)
    assert text.count("· ") == 6 and "还有 4 位" in text and "（9 位）" in text


@pytest.mark.usefixtures("staffed")
def test_of_two_processes_one_tells(db: Bench) -> None:
    key = waits(db)
    [who] = db.read(alarms.candidates, 1, NOW + HOUR, NOW)
    made: list[int] = []

    def tell(new: Any) -> list[Any]:
        made.append(len(new))
        return []

    async def both() -> list[Any]:
        late = NOW + HOUR
        return await asyncio.gather(*(
            db.store.write(alarms.sound, [who], 1, late, "", tell) for _ in range(4)))  # fmt: skip

    found = asyncio.run(both())
    assert sorted(map(len, found)) == [0, 0, 0, 1] and made == [1]
    assert ringing(db, NOW + HOUR) == [(key, 1)]

    def one_that_is_late(tx: Tx) -> None:
        assert alarms.sound(tx, [replace(who, since=NOW - 1)], 2, NOW, "", tell) == []

    db.write(one_that_is_late)
