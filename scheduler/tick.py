"""Acts on what is due. Everything is decided from our tables; nothing is sent from here.

A due row and its effect are one transaction, so a tick that dies is a tick that did not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.library.speech import Setting
from bot.store import schedule, versions
from bot.store.engine import Row, Tx
from scheduler import (
    activities,
    begin,
    bulk,
    circling,
    fading,
    healthing,
    hosting,
    leading,
    moderating,
    posts,
    promises,
    ratings,
    reached,
    rewarding,
    seeding,
    steps,
    sweeps,
    weathering,
)
from scheduler.fate import Fate

PAGE = 200
# What is planned here, ahead of its time; once it is done, its successor is.
PLANNED = frozenset({"calendar", "sweep", "goals", "circle", "fade", "activity", "atmosphere",
                     "group_health"})  # fmt: skip
Handler = Callable[[Tx, Setting, Sequence[Row]], list[Fate]]


def _each(run: Callable[[Tx, Setting, Row], Fate | str]) -> Handler:
    """A handler of pages from one of single rows, which tells a fate or why it left the row out."""

    def handler(tx: Tx, setting: Setting, rows: Sequence[Row]) -> list[Fate]:
        made = [run(tx, setting, row) for row in rows]
        return [fate if isinstance(fate, Fate) else Fate.of(fate) for fate in made]

    return handler


HANDLERS: Mapping[str, Handler] = {
    "flow": steps.run_steps, "pool": _each(bulk.run_pool), "calendar": _each(posts.run_entry),
    "happened": _each(begin.run_happened), "sweep": _each(sweeps.run_sweep),
    "goals": _each(sweeps.run_goals), "circle": _each(circling.run_sweep),
    "lead": _each(leading.run_lead), "unrole": _each(circling.run_unrole),
    "standing": _each(reached.run_reached), "fade": _each(fading.run_fade),
    "mission": _each(seeding.run_mission), "mission_reward": _each(seeding.run_reward),
    "activity": _each(activities.run_activity), "reward": _each(rewarding.run_reward),
    "atmosphere": _each(hosting.run_shift),
    "moderate": _each(moderating.run_case), "group_health": _each(healthing.run_week),
    "weather": _each(weathering.run_weather),
    "promise": _each(promises.run_promise), "rating": _each(ratings.run_rating),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many rows were acted upon, and whether more are due at once."""

    acted: int
    more: bool


def tick(tx: Tx, setting: Setting, *, plan: bool = True) -> Ticked:
    """One page of due work. When the last page is done, what comes next is planned: if ``plan``,
    and whenever something was done that was planned so."""
    rows = schedule.take_due(tx, setting.now, PAGE)
    kinds: dict[str, list[Row]] = {}
    for row in rows:
        kinds.setdefault(row["kind"], []).append(row)
    for kind, due in kinds.items():
        _write(tx, due, HANDLERS[kind](tx, setting, due), setting.now)
    more = len(rows) == PAGE
    if not more and (plan or not PLANNED.isdisjoint(kinds)):
        plan_calendar(tx, setting)
        sweeps.plan_sweeps(tx, setting)
        circling.plan_sweeps(tx, setting)
        fading.plan_sweeps(tx, setting)
        activities.plan_runs(tx, setting)
        hosting.plan_shifts(tx, setting)
        healthing.plan_weeks(tx, setting)
    return Ticked(len(rows), more)


def _write(tx: Tx, rows: Sequence[Row], fates: Sequence[Fate], now: int) -> None:
    alike: dict[Fate, list[int]] = {}
    for row, fate in zip(rows, fates, strict=True):
        alike.setdefault(fate, []).append(row["id"])
    for fate, ids in alike.items():
        if fate.event == "wait":
            schedule.put_off(tx, [(i, fate.until, fate.note) for i in ids])
        else:
            schedule.done_all(tx, ids, now, fate.event, fate.note)


def plan_calendar(tx: Tx, setting: Setting) -> None:
    """The next occurrence of every entry stands in the table before it is due."""
    served = versions.serving(tx, "calendar", "calendar")
    since = served.since if served is not None else setting.now
    coming = {posts.key_of(entry, at): (entry, at) for entry in setting.cast.calendar.entry
              if (at := posts.upcoming(setting, entry, since)) is not None}  # fmt: skip
    known = schedule.planned(tx, list(coming)) if coming else frozenset()
    for key, (entry, at) in coming.items():
        if key not in known:
            posts.plan(tx, entry, at)
