"""Runs of activities that have begun, on the days of the plan. Pure.

Those to come are in the outlook, and what was posted has a line of its own in the log of posts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.community.activity import Activity
from bot.console.planned import State, Thing
from bot.store.engine import Row


@dataclass(frozen=True, slots=True)
class Begun:
    """A run with the rules that it goes by."""

    row: Row
    rules: Activity


def things(found: Iterable[Begun], now: int) -> Iterator[Thing]:
    """A line for each that was announced without a post."""
    for one in found:
        if one.row["announce_at"] <= now and not one.rules.templates.announce:
            state: State = "left_out" if one.row["state"] == "cancelled" else "done"
            yield Thing(at=one.row["announce_at"], what="activity", id=one.rules.id, do="activity",
                        title=one.rules.title, persona=one.rules.persona, template="",
                        step="announce", state=state,
                        note=one.row["note"] if state == "left_out" else "")  # fmt: skip
