"""Acts on what is due. Everything is decided from our tables; nothing is sent from here.

A due row and its effect are one transaction, so a tick that dies is a tick that did not happen.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.library.speech import Setting
from bot.store import schedule
from bot.store.engine import Row, Tx
from scheduler import bulk, posts, promises, ratings, steps

PAGE = 200
Handler = Callable[[Tx, Setting, Row], str]
HANDLERS: Mapping[str, Handler] = {
    "flow": steps.run_step, "calendar": posts.run_entry, "promise": promises.run_promise,
    "rating": ratings.run_rating,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ticked:
    """How many rows were acted upon, and whether more are due at once."""

    acted: int
    more: bool


def tick(tx: Tx, setting: Setting) -> Ticked:
    """One page of due work. When the last page is done, pooled steps become bulk tasks."""
    rows = schedule.take_due(tx, setting.now, PAGE)
    fates: dict[str, list[int]] = {}
    for row in rows:
        fates.setdefault(HANDLERS[row["kind"]](tx, setting, row), []).append(row["id"])
    for refusal, ids in fates.items():
        schedule.done_all(tx, ids, "skipped" if refusal else "done", refusal)
    more, made = len(rows) == PAGE, 0
    if not more:
        made = bulk.flush(tx, setting)
        plan_calendar(tx, setting)
    return Ticked(len(rows) + made, more)


def plan_calendar(tx: Tx, setting: Setting) -> None:
    """The next occurrence of every entry stands in the table before it is due."""
    entries = {posts.next_key(setting, entry): entry for entry in setting.cast.calendar.entry}
    known = schedule.planned(tx, list(entries)) if entries else frozenset()
    for key, entry in entries.items():
        if key not in known:
            posts.plan_next(tx, setting, entry, setting.now)
