"""The figures of some days beside those of as many days before: what became more, and how much."""

from __future__ import annotations

from collections.abc import Sequence

from bot.console.charts.bars import Chart, Point
from bot.console.charts.two import two
from bot.console.pages.figures_tables import View, lasts
from bot.core.clock import DAY, SECOND
from bot.store.figures_making import day_after

SHOWN = ("effective", "two_way", "session", "per_hour", "in_time", "talk", "handled",
         "staff_p50", "staff_p90", "bot_p50", "in", "out", "handoff", "opt_out", "rating",
)  # fmt: skip


def begin(begins: int, ends: int, zone: str) -> int:
    """When as many local days begin that end where these begin; a day may have an hour more or
    less."""
    return day_after(begins, zone, -round((ends - begins) / DAY))


def times(now: float | None, then: float | None) -> float | None:
    """How many times as much it is; None where one of them is nothing."""
    return now / then if now and then else None


def rows(now: View, then: View) -> list[tuple[str, Sequence[str]]]:
    """A line for each figure of which either has something: its words, before, now, and times."""
    return [(now.title(name), (now.words(name, old), now.words(name, new), _times(times(new, old))))
            for name, old, new in _both(now, then)]  # fmt: skip


def charts(now: View, then: View) -> list[tuple[str, str, Chart]]:
    """A picture for each of them: its words, how many times as much, and both as bars."""
    before, after = (now.say(f"figures.before_{part}") for part in ("then", "now"))
    return [(now.title(name), _times(times(new, old)), two(
                Point(before, old, now.words(name, old)), Point(after, new, now.words(name, new))))
            for name, old, new in _both(now, then)]  # fmt: skip


def _both(now: View, then: View) -> list[tuple[str, float | None, float | None]]:
    made = [(name, then.value(then.report.whole, name), now.value(now.report.whole, name))
            for name in SHOWN]  # fmt: skip
    return [(name, old, new) for name, old, new in made if old or new]


def _times(found: float | None) -> str:
    return "–" if found is None else f"× {found:.2f}"


def file(now: View, then: View) -> list[list[object]]:
    """The same for a file: lengths of time in seconds."""
    made: list[list[object]] = []
    for name in SHOWN:
        old, new = (one.value(one.report.whole, name) for one in (then, now))
        found = times(new, old)
        made.append([now.title(name), *(_cell(name, one) for one in (old, new)),
                     "" if found is None else round(found, 3)])  # fmt: skip
    return [[now.say(f"figures.before_{part}") for part in ("what", "then", "now", "times")], *made]


def _cell(name: str, number: float | None) -> object:
    if number is None:
        return ""
    return round(number / SECOND, 3) if lasts(name) else number
