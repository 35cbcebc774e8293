"""The rota as it is kept: who may stand there, what is refused and why, who is on duty."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from bot.core.clock import DAY, HOUR
from bot.core.rota import Shift
from bot.store import audit, shifts, staff
from bot.store.shifts import ShiftRefused
from tests.contract.conftest import NOW, Bench

ZONE = "Asia/Shanghai"
# NOW is 22:13 there, on a Monday
EVENING = Shift(login="lin", kind="weekly", weekday=0, opens=20 * 60, closes=23 * 60)


def people(db: Bench, *logins: str) -> None:
    for login in logins:
        db.write(staff.add, login, "service", "x", NOW, actor="test", made=False)


def plan(db: Bench, shift: Shift = EVENING, **changes: Any) -> int:
    return db.write(shifts.add, replace(shift, **changes), "chief", NOW, ZONE)


def refused(db: Bench, **changes: Any) -> ShiftRefused:
    with pytest.raises(ShiftRefused) as caught:
        plan(db, **changes)
    return caught.value


def test_who_is_planned_is_on_duty_until_he_is_away_or_taken_off(db: Bench) -> None:
    people(db, "lin", "chen")
    number = plan(db, covers=("tester", "kf:wk2"), note="主班")
    plan(db, login="chen", kind="once", since=NOW - HOUR, until=NOW + HOUR)
    [mine] = [s for s in db.read(shifts.standing, NOW) if s.login == "lin"]
    assert mine == replace(EVENING, id=number, covers=("tester", "kf:wk2"), note="主班")

    def duty(*of: str, at: int = NOW) -> list[str]:
        return db.read(shifts.on_duty, at, ZONE, *of)

    assert duty() == ["chen", "lin"] and duty("tester") == ["chen", "lin"]
    assert duty("second", "kf:wk1") == ["chen"] and duty("second", "kf:wk2") == ["chen", "lin"]
    assert duty(at=NOW + 2 * HOUR) == []
    away = plan(db, kind="away", since=NOW - HOUR, until=NOW + DAY)
    assert duty() == ["chen"]
    assert db.write(shifts.remove, away, "chief", NOW, ZONE).kind == "away"
    assert duty() == ["chen", "lin"]
    told = [(r["actor"], r["event"], r["reason"]) for r in db.read(audit.history, "shift", away)]
    assert told[1] == ("chief", "unplanned", told[0][2]) and told[0][2].endswith("不在")
    db.write(staff.disable, 1, NOW, actor="chief")
    assert duty() == ["chen"]


NONSENSE: tuple[tuple[str, dict[str, Any]], ...] = (
    ("login", {"login": "nobody"}),
    ("kind", {"kind": "monthly"}),
    ("weekday", {"weekday": 7}),
    ("time", {"closes": EVENING.opens}),
    ("time", {"closes": EVENING.opens + 1440}),
    ("time", {"opens": 1440, "closes": 1500}),
    ("time", {"kind": "once", "since": NOW + HOUR, "until": NOW + HOUR}),
    ("time", {"kind": "once", "since": NOW, "until": NOW + DAY}),
    ("past", {"kind": "away", "since": NOW - DAY, "until": NOW}),
    ("long", {"kind": "away", "since": NOW, "until": NOW + 400 * DAY}),
    ("note", {"note": "x" * 101}),
)


def test_nonsense_is_refused_and_changes_nothing(db: Bench) -> None:
    people(db, "lin")
    for code, changes in NONSENSE:
        assert refused(db, **changes).code == code, changes
    assert db.look("SELECT id FROM shift") == []


def test_nobody_is_planned_twice_for_the_same_time(db: Bench) -> None:
    people(db, "lin", "chen")
    plan(db)
    found = refused(db, opens=22 * 60, closes=24 * 60)
    assert found.code == "overlap" and found.other is not None and found.other.opens == 20 * 60
    assert refused(db, kind="once", since=NOW, until=NOW + HOUR).code == "overlap"
    plan(db, login="chen")
    plan(db, opens=23 * 60, closes=24 * 60)
    gone = db.read(shifts.standing, NOW)[0].id
    db.write(shifts.remove, gone, "chief", NOW, ZONE)
    with pytest.raises(ShiftRefused, match="gone"):
        db.write(shifts.remove, gone, "chief", NOW, ZONE)


def test_of_two_who_plan_the_same_at_once_one_is_told(db: Bench) -> None:
    people(db, "lin")

    async def both() -> list[Any]:
        one = db.store.write(shifts.add, EVENING, "chief", NOW, ZONE)
        two = db.store.write(shifts.add, EVENING, "other", NOW, ZONE)
        return await asyncio.gather(one, two, return_exceptions=True)

    found = asyncio.run(both())
    assert sorted(type(each).__name__ for each in found) == ["ShiftRefused", "int"]
