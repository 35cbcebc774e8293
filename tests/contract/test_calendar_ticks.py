"""Entries of the calendar through the tick: each occurrence once, and what holds it back."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.core.clock import HOUR, MINUTE, to_ms
from scheduler.calendar import due_at, grace, occurrences
from tests.contract import publishing
from tests.contract.conftest import Bench
from tests.contract.test_flows import MORNING, World, died

ENTRY = """
[[entry]]
id = "{id}"
when = "{when}"
do = "moment"
persona = "tester"
template = "moments/morning"
{more}
"""


def publish(world: World, *entries: str, more: str = "") -> None:
    world.cast = None
    world.db.write(publishing.publish, "calendar", "calendar",
                   {"calendar.toml": "".join(entries) + more}, "disk", world.now)  # fmt: skip


def entry(name: str, when: str, more: str = "") -> str:
    return ENTRY.format(id=name, when=when, more=more)


def fates(world: World, name: str) -> list[tuple[str, str]]:
    rows = world.db.look("SELECT state, note, key FROM due WHERE kind = 'calendar' ORDER BY at, id")
    return [(r["state"], r["note"]) for r in rows if r["key"].startswith(f"calendar/{name}/")]


@pytest.fixture
def world(db: Bench) -> World:
    return World(db)


def test_a_post_above_the_cap_of_the_day_waits_as_long_as_it_may_or_is_left_out(
    world: World,
) -> None:
    first, second = entry("first", "2026-09-22 11:00"), entry("second", "2026-09-22 12:00")
    publish(world, first, second, entry("waits", "2026-09-22 13:00", 'late = "1d"'),
            entry("now", "2026-09-22 13:30"))  # fmt: skip
    world.tick()
    for _ in range(4):
        world.tick(HOUR)
    assert fates(world, "first") == fates(world, "second") == [("done", "")]
    assert fates(world, "waits") == [("waiting", "moment_quota")]
    assert fates(world, "now") == [("skipped", "moment_quota")]
    world.tick(10 * HOUR)
    assert fates(world, "waits") == [("done", "")]


def test_a_plan_that_is_heard_of_after_its_time_is_made_up_for_unless_that_is_too_late(
    world: World,
) -> None:
    world.tick()
    publish(world, entry("soon", "2026-09-22 10:05"), entry("skips", "2026-09-22 10:05", 'late = "skip"'),
            entry("over", "2026-09-22 09:55"), entry("daily", "daily 10:10", 'late = "5m"'))  # fmt: skip
    world.tick(20 * MINUTE)
    world.tick()
    assert fates(world, "soon") == [("done", "")]
    assert fates(world, "skips") == fates(world, "over") == []
    assert [state for state, _ in fates(world, "daily")] == ["waiting"]  # tomorrow's


def test_in_days_of_silence_nothing_is_posted(world: World) -> None:
    silence = '[[blackout]]\nfrom = 2026-09-22\nto = 2026-09-22\nwhy = "哀悼日"\n'
    publish(world, entry("noon", "daily 12:00"), more=silence)
    world.tick()
    world.tick(2 * HOUR)
    world.tick(24 * HOUR)
    assert fates(world, "noon")[:2] == [("skipped", "blackout"), ("done", "")]


WHENS = ["daily 10:00", "workday 09:00", "last wed 14:00", "festival:中秋节-1d 12:00",
         "2026-10-20 15:00"]  # fmt: skip


@settings(
    max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=4, max_size=10))
def test_every_occurrence_has_one_row_and_what_was_due_in_time_is_queued_once(
    world: World, jumps: list[tuple[int, bool]]
) -> None:
    world.now = max(world.now, MORNING)
    zone = 'zone = "America/New_York"\nlate = "90m"\njitter = "9m"'
    names = {f"e{world.now}-{i}": when for i, when in enumerate(WHENS)}
    publish(world, *(entry(name, when, zone) for name, when in names.items()))
    world.tick()
    began, ticks = world.now, [world.now]
    for hours, dies in jumps:
        world.now += hours * HOUR
        if dies:
            with pytest.raises(ZeroDivisionError):
                world.db.write(died, world.setting)
        world.tick()
        ticks.append(world.now)
    calendar = world.setting.cast.calendar
    for name in names:
        one = calendar.get(name)
        assert one is not None
        planned = [at for at in occurrences(calendar, one, began + 1, world.now + 1)
                   if due_at(one, at) <= world.now]  # fmt: skip
        found = [fate for fate in fates(world, name) if fate[0] != "waiting"]
        assert len(found) == len(planned)
        for at, (state, note) in zip(planned, found, strict=True):
            due = due_at(one, at)
            late = next(tick for tick in ticks if tick >= due) - due > grace(one.late)
            assert (note == "more than 90m late") is late or note, (state, note)
        done = sum(state == "done" for state, _ in found)
        sent = world.db.look("SELECT dedupe FROM outbox WHERE origin LIKE ?", f"campaign:{name}:%")
        assert len(sent) == len({row["dedupe"] for row in sent}) == 2 * done


def test_wall_clock_times_of_another_zone(world: World) -> None:
    publish(world, entry("ny", "2026-09-22 09:00", 'zone = "America/New_York"'))
    world.tick()
    [row] = world.db.look("SELECT at FROM due WHERE key LIKE 'calendar/ny/%'")
    there = datetime(2026, 9, 22, 9, tzinfo=ZoneInfo("America/New_York"))
    assert row["at"] == to_ms(there)
