"""The figures of some days beside those of as many days before: what became more, and how much."""

from __future__ import annotations

from collections.abc import Sequence

from bot.console.pages.figures_tables import View, lasts, value
from bot.core.clock import DAY, SECOND
from bot.store.figures_making import day_after

SHOWN = ("effective", "talk", "staff_p50", "staff_p90", "bot_p50", "in", "out", "handoff",
         "opt_out", "rating")  # fmt: skip


def begin(begins: int, ends: int, zone: str) -> int:
    """When as many local days begin that end where these begin; a day may have an hour more or
    less."""
    return day_after(begins, zone, -round((ends - begins) / DAY))


def times(now: float | None, then: float | None) -> float | None:
    """How many times as much it is; None where one of them is nothing."""
    return now / then if now and then else None


def rows(now: View, then: View) -> list[tuple[str, Sequence[str]]]:
    """A line for each figure of which either has something: its words, before, now, and times."""
    made = [(name, value(then.report.whole, name), value(now.report.whole, name)) for name in SHOWN]
    return [(now.title(name), (now.words(name, old), now.words(name, new), _times(times(new, old))))
            for name, old, new in made if old or new]  # fmt: skip


def _times(found: float | None) -> str:
    return "–" if found is None else f"× {found:.2f}"


def file(now: View, then: View) -> list[list[object]]:
    """The same for a file: lengths of time in seconds."""
    made: list[list[object]] = []
    for name in SHOWN:
        old, new = (value(one.report.whole, name) for one in (then, now))
        found = times(new, old)
        made.append([now.title(name), *(_cell(name, one) for one in (old, new)),
                     "" if found is None else round(found, 3)])  # fmt: skip
    return [[now.say(f"figures.before_{part}") for part in ("what", "then", "now", "times")], *made]


def _cell(name: str, number: float | None) -> object:
    if number is None:
        return ""
    return round(number / SECOND, 3) if lasts(name) else number
