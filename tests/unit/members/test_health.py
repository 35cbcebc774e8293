"""How a circle is, and its days as months."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot.core.clock import DAY
from bot.members.circle import Circle, Goal, Metric, Position
from bot.members.health import ENOUGH, LIVELY, PATIENCE, signs, whole
from bot.members.ledger import Line, Part, parts, summed

NOW = 1_790_000_000_000
WELL = Circle(id="tea", title="茶友", principle="interest", goal=Goal(metric="members", target=10),
              position=Position(who="a", where="b", need="c", habit="d", value="e"))  # fmt: skip
FIGURES: dict[Metric, int] = {"members": 10, "active": LIVELY, "newcomers": 0, "brought": 0}


def seen(circle: Circle = WELL, **more: object) -> list[str]:
    about = {"led": True, "oldest": None, "joined": 1, "left": 1, "now": NOW} | more
    figures = about.pop("figures", FIGURES)
    return [one.code for one in signs(circle, figures, **about)]  # type: ignore[arg-type]


def test_each_thing_to_look_at_by_itself() -> None:
    assert seen() == [] and whole([]) == "good"
    assert seen(led=False) == ["leader"]
    assert seen(replace(WELL, position=Position(who="a"))) == ["position"]
    assert seen(oldest=NOW - PATIENCE) == [] and seen(oldest=NOW - PATIENCE - 1) == ["queue"]
    assert seen(left=2) == ["shrinks"]
    assert seen(figures=FIGURES | {"active": LIVELY - 1}) == ["quiet"]
    few = FIGURES | {"active": 0, "members": ENOUGH - 1}
    assert seen(figures=few) == ["below"] and seen(replace(WELL, goal=Goal())) == ["no_goal"]


def test_the_gravest_comes_first_and_names_the_whole() -> None:
    found = signs(WELL, FIGURES, led=False, oldest=NOW - 9 * DAY, joined=0, left=3, now=NOW)
    assert [one.code for one in found] == ["leader", "queue", "shrinks"]
    assert whole(found) == "bad" and whole(found[2:]) == "wait"


def test_the_days_of_a_month_are_one_line_that_closes() -> None:
    first, stock, days = date(2026, 8, 30), 5, list[Line]()
    for n in range(4):
        days.append(Line("g", first + timedelta(n), stock, n, 1))
        stock = days[-1].closing
    august, september = parts(days, monthly=True)
    assert august == Part(date(2026, 8, 30), date(2026, 8, 31), 5, 1, 2, 4)
    assert september == Part(date(2026, 9, 1), date(2026, 9, 2), 4, 5, 2, 7)
    assert summed(days) == Part(first, date(2026, 9, 2), 5, 6, 4, 7)
    assert [part.closing for part in parts(days)] == [line.closing for line in days]
