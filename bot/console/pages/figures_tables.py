"""The tables and pictures of the figures, as words and as numbers for a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.console.charts.bars import Chart, Point, bars
from bot.console.visit import Visit
from bot.console.words import said_or
from bot.core.clock import HOUR, MINUTE, SECOND, local
from bot.store.figures import Line, Report

# Columns that are lengths of time; all others are counts.
WAITS: Mapping[str, tuple[str, float]] = {
    "bot_p50": ("bot", 0.5), "bot_p90": ("bot", 0.9),
    "staff_p50": ("staff", 0.5), "staff_p90": ("staff", 0.9),
}  # fmt: skip
SIDES = ("bot", "model", "staff")
_WAITED = ("bot_p50", "bot_p90", "staff_p50", "staff_p90")
_ALL = ("in", "out", "talk", "two_way", "effective", "session", "in_time", "per_hour", "bot",
        "model", "staff", *_WAITED, "handoff", "opt_out", "rating", "rated")  # fmt: skip
# What a person's line has: what is nobody's own stands in the others.
_OWN = ("out", "first", "handled", "per_hour", "p50", "p90", "rating", "rated")


@dataclass(frozen=True, slots=True)
class Table:
    """One table: its columns, and its rows as words with their first column apart."""

    name: str
    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[str]]]


TABLES: Mapping[str, Sequence[str]] = {
    "people": _OWN, "reasons": ("handoff",), "personas": _ALL, "accounts": _ALL, "days": _ALL,
}  # fmt: skip
# Pictures: a column, and a second one behind it.
CHARTS: Sequence[tuple[str, str]] = (
    ("staff_p50", "staff_p90"), ("bot_p50", "bot_p90"), ("bot", ""), ("staff", ""),
    ("in", ""), ("two_way", ""), ("effective", ""), ("session", ""), ("in_time", ""),
    ("per_hour", ""), ("handoff", ""), ("rating", ""),
    ("opt_out", ""),
)  # fmt: skip


def value(line: Line, name: str, target: int = 0) -> float | None:
    """A number of a line; ms where it is a length of time, None where there is none. ``target``:
    the time within which an answer is in time."""
    if name in ("session", "per_hour", "rating"):
        found: float | None = getattr(line, name)
        return found
    if name == "in_time":
        return line.within(target)
    if name in WAITS:
        return line.wait(*WAITS[name])
    if name in ("p50", "p90"):
        share = 0.5 if name == "p50" else 0.9
        waits = [line.wait(side, share) for side in ("staff", "bot")]
        return next((wait for wait in waits if wait is not None), None)
    return line.sides[name] if name in SIDES else line.counts[name]


def lasts(name: str) -> bool:
    """True for a length of time."""
    return name in WAITS or name in ("p50", "p90", "session")


class View:
    """A report in the language of a visit."""

    def __init__(self, visit: Visit, report: Report) -> None:
        self._visit, self.report = visit, report
        self._zone = visit.console.config.timezone
        self.target = visit.console.config.service.ms("first_answer")
        library = visit.console.library
        scripts = library.cast.scripts if library is not None else {}
        self._names = {key: script.persona.name for key, script in scripts.items()}

    def persona(self, key: str) -> str:
        """A persona's name."""
        return self._names.get(key, key) or self._visit.t("figures.no_persona")

    def account(self, key: str) -> str:
        """What staff call ``channel:account``."""
        channel, _, account = key.partition(":")
        return self._visit.place(channel, account)

    def person(self, key: str) -> str:
        """Who answers: the persona's own script, a model, or somebody by his login."""
        return said_or(self._visit.lang, f"figures.by_{key}", key)

    def day(self, at: int) -> str:
        """``11-22``."""
        return local(at, self._zone).strftime("%m-%d")

    def words(self, name: str, number: float | None) -> str:
        """A number as people read it."""
        if number is None:
            return "–"
        if name in ("rating", "per_hour"):
            return f"{number:.1f}"
        if name == "in_time":
            return f"{round(100 * number)}%"
        return self.lasting(int(number)) if lasts(name) else f"{number:,}"

    def lasting(self, ms: int) -> str:
        """A length of time in one or two units."""
        t = self._visit.t
        if ms < 10 * SECOND:
            return t("figures.seconds", n=f"{ms / SECOND:.1f}")
        if ms < MINUTE:
            return t("figures.seconds", n=round(ms / SECOND))
        if ms < HOUR:
            return t("figures.minutes", n=ms // MINUTE, s=ms % MINUTE // SECOND)
        return t("figures.hours", n=ms // HOUR, m=ms % HOUR // MINUTE)

    def say(self, key: str) -> str:
        """Words of the catalogue."""
        return self._visit.t(key)

    def title(self, name: str) -> str:
        """What a column is called."""
        return self.say(f"figure.{name}")

    def share(self, side: str) -> str:
        """How much of all first answers came from there."""
        whole = sum(self.report.whole.sides.values())
        return f"{round(100 * self.report.whole.sides[side] / whole)}%" if whole else "–"

    def value(self, line: Line, name: str) -> float | None:
        """A number of a line, as ``value`` of this file has it."""
        return value(line, name, self.target)

    def number(self, name: str) -> str:
        """A number of all days together."""
        return self.words(name, self.value(self.report.whole, name))

    def lines(self, name: str) -> list[tuple[str, Line]]:
        """The rows of a table with their first column."""
        report = self.report
        if name == "days":
            return [(local(day, self._zone).date().isoformat(), line)
                    for day, line in sorted(report.days.items(), reverse=True)]  # fmt: skip
        if name == "personas":
            found = [(self.persona(key[0]), line) for key, line in report.lines("persona").items()]
        elif name == "accounts":
            found = [(self.account(":".join(key)), line)
                     for key, line in report.lines("channel", "account").items()]  # fmt: skip
        else:
            found = [(self.person(key[0]), line)
                     for key, line in report.lines("person").items() if key[0]]  # fmt: skip
        return sorted(found, key=lambda row: (-row[1].counts["out"] - row[1].counts["in"], row[0]))

    def table(self, name: str) -> Table:
        """A table for the page."""
        columns = TABLES[name]
        if name == "reasons":
            reasons = self.report.reasons().most_common()
            return Table(name, columns, [(self._reason(code), [f"{n:,}"]) for code, n in reasons])
        return Table(name, columns, [
            (head, [self.words(column, self.value(line, column)) for column in columns])
            for head, line in self.lines(name)])  # fmt: skip

    def _reason(self, code: str) -> str:
        return said_or(self._visit.lang, f"called.{code}", code)

    def file(self, name: str) -> list[list[object]]:
        """The same for a file: lengths of time in seconds."""
        t, columns = self._visit.t, TABLES[name]
        head: list[object] = [t(f"figures.head_{name}")]
        head += [t("figures.in_seconds", name=t(f"figure.{c}")) if lasts(c) else t(f"figure.{c}")
                 for c in columns]  # fmt: skip
        if name == "reasons":
            rows: list[list[object]] = [[self._reason(code), n] for code, n
                                        in self.report.reasons().most_common()]  # fmt: skip
            return [head, *rows]
        return [head, *([first, *(self._cell(line, c) for c in columns)]
                        for first, line in self.lines(name))]  # fmt: skip

    def charts(self) -> list[tuple[str, str, Chart]]:
        """Pictures by days; none of a single day, and none of what never happened."""
        days = sorted(self.report.days.items())
        if len(days) < 2:
            return []
        shown = [pair for pair in CHARTS if any(self.value(line, pair[0]) for _, line in days)]
        return [(name, behind, bars([self._point(day, line, name, behind) for day, line in days]))
                for name, behind in shown]  # fmt: skip

    def _point(self, day: int, line: Line, name: str, behind: str) -> Point:
        number = self.value(line, name)
        other = self.value(line, behind) if behind else None
        words = self.words(name, number)
        if other is not None:
            words = f"{words} / {self.words(behind, other)}"
        return Point(self.day(day), number, words, other)

    def _cell(self, line: Line, name: str) -> object:
        number = self.value(line, name)
        if number is None:
            return ""
        if lasts(name):
            return round(number / SECOND, 1)
        return round(number, 3 if name == "in_time" else 2)
